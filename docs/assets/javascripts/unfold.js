/* Opens what is folded away when an address points into it. Newer browsers do so by themselves; this serves the others. */

function reveal() {
  const target = document.querySelector("article :target");
  const folded = [];
  for (let part = target?.closest("details"); part; part = part.parentElement.closest("details")) {
    if (!part.open) {
      part.open = true;
      folded.push(part);
    }
  }
  if (folded.length) {
    target.scrollIntoView();
  }
}

window.addEventListener("hashchange", reveal);
reveal();
