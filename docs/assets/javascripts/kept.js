/* The page that stands in for one that cannot be had: the way back to that one, and what this device keeps. */

const ROOT = new URL("../../", import.meta.url);
const SIGNS = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };

/** The title of a kept page; an empty text where it has none, or is no page. */
async function title(response) {
  if (!(response?.headers.get("Content-Type") ?? "").includes("text/html")) {
    return "";
  }
  const [, text = ""] = /<title>([^<]*)<\/title>/i.exec(await response.text()) ?? [];
  const name = text.replace(/&(?:amp|lt|gt|quot|#39);/g, (sign) => SIGNS[sign]);
  return name.replace(/ [-–·|] [^-–·|]*$/, "").trim(); // without the name of the site
}

/** Titles by address, of all pages kept for this site, in the order of their addresses. */
async function pages() {
  const found = new Map();
  for (const name of (await caches.keys()).filter((key) => key.startsWith(`guide ${ROOT.pathname} `))) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const { pathname, search } = new URL(request.url);
      if (!search && pathname.endsWith("/") && request.url !== new URL("offline/", ROOT).href) {
        const text = await title(await cache.match(request));
        const leaflet = /^leaflets\/./.test(pathname.slice(ROOT.pathname.length));
        if (text) {
          found.set(pathname, leaflet ? `Leaflet: ${text}` : text);
        }
      }
    }
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1));
}

function link(address, text) {
  const element = document.createElement("a");
  element.href = address;
  element.textContent = text;
  return element;
}

async function list(place) {
  const items = (await pages()).map(([address, text]) => {
    const item = document.createElement("li");
    item.append(link(address, text));
    return item;
  });
  if (items.length) {
    place.querySelector("ul").replaceChildren(...items);
    place.hidden = false;
  }
}

/** The page that was asked for: a path of this site, whatever the address says. */
function wanted() {
  try {
    const { href, origin, pathname } = new URL(new URLSearchParams(location.search).get("of"), ROOT);
    return origin === ROOT.origin && pathname.startsWith(ROOT.pathname) ? href : "";
  } catch {
    return "";
  }
}

const again = document.querySelector("[data-offline-again]");
const page = wanted();
if (again && page) {
  again.replaceChildren(link(page, "Try the page you asked for again"));
  again.hidden = false;
  window.addEventListener("online", () => location.replace(page));
}
for (const place of document.querySelectorAll("[data-offline-list]")) {
  list(place).catch(() => {});
}
