/* Opens what is folded away when an address points into it (newer browsers do so by themselves; this serves the others),
   and remembers what the reader opened: the theme opens every fold for printing, and a long list nobody asked for would
   be most of the paper. */

function reveal() {
  const target = document.querySelector("article :target");
  const folded = [];
  for (let part = target?.closest("details"); part; part = part.parentElement.closest("details")) {
    if (!part.open) {
      part.open = true;
      part.setAttribute("data-kept", "");
      folded.push(part);
    }
  }
  if (folded.length) {
    target.scrollIntoView();
  }
}

window.addEventListener("hashchange", reveal);
reveal();

document.addEventListener("click", (event) => {
  const summary = event.target.closest("summary");
  summary?.parentElement.toggleAttribute("data-kept", !summary.parentElement.open);
});
