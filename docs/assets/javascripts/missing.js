/* On the page that says "not here": an address with capitals, a slash too few or a sign too many leads on by itself, if
   the page it must mean is there. */

const ROOT = new URL("../../", import.meta.url).pathname;

/** The one spelling of an address below the site's root; spelling it twice changes nothing. */
function spelled(path) {
  let plain = path;
  try {
    plain = decodeURIComponent(path);
  } catch {
    // A broken code is left as it is.
  }
  plain = plain
    .toLowerCase()
    .replace(/[\s_]+/g, "-")
    .replace(/[^a-z0-9/.-]+/g, "") // quotation marks, brackets: what a text had round the link
    .replace(/(?:\/?index)?\.html?$|\.md$/, "")
    .replace(/[./-]+$/, "")
    .replace(/^\/+|(\/)\/+/g, "$1");
  return plain && `${plain}/`;
}

async function mend() {
  const { pathname, search, hash } = location;
  const path = pathname.startsWith(ROOT) ? ROOT + spelled(pathname.slice(ROOT.length)) : pathname;
  if (path === pathname) {
    return;
  }
  const answer = await fetch(path, { method: "HEAD" });
  if (answer.ok && (answer.headers.get("Content-Type") ?? "").includes("text/html")) {
    location.replace(path + search + hash);
  }
}

mend().catch(() => {}); // without a network the page stands as it is, with its doors
