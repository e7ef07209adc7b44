/* The enlarged picture keeps what the small one had: its text for those who do not see it, and the reader's place.
   The theme's lightbox shows the picture without its text, gives the window no name and leaves the focus nowhere. */

const same = (link, picture) => new URL(link.href).pathname === new URL(picture.src).pathname;

function describe(box) {
  const links = [...document.querySelectorAll("a.glightbox")];
  for (const picture of box.querySelectorAll(".gslide-image img[src]")) {
    const small = links.find((link) => same(link, picture))?.querySelector("img");
    if (small && picture.alt !== small.alt) {
      picture.alt = small.alt;
    }
  }
}

let cameFrom = null;

function opened(box) {
  cameFrom = document.activeElement?.closest("a.glightbox") ?? cameFrom;
  box.setAttribute("aria-label", "Picture, enlarged");
  box.setAttribute("aria-modal", "true");
  box.removeAttribute("aria-hidden");
  describe(box);
  new MutationObserver(() => describe(box)).observe(box, { childList: true, subtree: true });
  box.focus();
}

/* A mouse does not give a link the focus in every browser. */
document.addEventListener("click", (event) => {
  cameFrom = event.target.closest("a.glightbox") ?? cameFrom;
}, true);

new MutationObserver((changes) => {
  for (const { addedNodes, removedNodes } of changes) {
    [...addedNodes].filter((node) => node.id === "glightbox-body").forEach(opened);
    if ([...removedNodes].some((node) => node.id === "glightbox-body")) {
      cameFrom?.focus();
    }
  }
}).observe(document.body, { childList: true });
