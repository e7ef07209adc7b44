/* The enlarged picture keeps what the small one had: its text for those who do not see it, and the reader's place.
   The lightbox shows the picture without its text, gives the window no name and leaves the focus nowhere. */

const PICTURES = "a.glightbox, a.guide-zoom";

const same = (link, picture) => new URL(link.href).pathname === new URL(picture.src).pathname;

function describe(box) {
  const links = [...document.querySelectorAll(PICTURES)];
  for (const picture of box.querySelectorAll(".gslide-image img[src]")) {
    const small = links.find((link) => same(link, picture))?.querySelector("img");
    if (small && picture.alt !== small.alt) {
      picture.alt = small.alt;
    }
  }
}

let cameFrom = null;

function opened(box) {
  cameFrom = document.activeElement?.closest(PICTURES) ?? cameFrom;
  box.setAttribute("aria-label", "Picture, enlarged");
  box.setAttribute("aria-modal", "true");
  box.removeAttribute("aria-hidden");
  describe(box);
  new MutationObserver(() => describe(box)).observe(box, { childList: true, subtree: true });
  box.focus();
}

/* A mouse does not give a link the focus in every browser. */
document.addEventListener("click", (event) => {
  cameFrom = event.target.closest(PICTURES) ?? cameFrom;
}, true);

new MutationObserver((changes) => {
  for (const { addedNodes, removedNodes } of changes) {
    [...addedNodes].filter((node) => node.id === "glightbox-body").forEach(opened);
    if ([...removedNodes].some((node) => node.id === "glightbox-body")) {
      cameFrom?.focus();
    }
  }
}).observe(document.body, { childList: true });

// The finished site has no lightbox until somebody opens a picture (later.js) --------------------------------------------

const loaded = (element) =>
  new Promise((done, failed) => {
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });

async function load() {
  const sheet = (name) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(`../stylesheets/${name}`, import.meta.url);
    return loaded(link);
  };
  const script = document.createElement("script");
  script.src = new URL("glightbox.min.js", import.meta.url);
  await Promise.all([sheet("glightbox.min.css"), sheet("zoom.css"), loaded(script)]);
  const links = [...document.querySelectorAll(PICTURES)];
  const box = window.GLightbox({
    elements: links.map(({ href }) => ({ href, type: "image" })),
    touchNavigation: true,
    loop: false,
    openEffect: "none",
    closeEffect: "none",
  });
  return { box, links };
}

let ready;

/** Show the picture that a link leads to. */
export async function open(link) {
  ready ??= load();
  try {
    const { box, links } = await ready;
    cameFrom = link;
    if (!document.getElementById("glightbox-body")) {
      box.openAt(links.indexOf(link));
    }
  } catch (fault) {
    ready = undefined; // the next wish tries anew
    throw fault;
  }
}
