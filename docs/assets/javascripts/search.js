/* The search box in the header. It is a form, and a link where there is little room: both lead to /search/ without
   scripts. Nothing of the search itself is fetched before somebody touches it. What somebody looks for goes into the
   part of an address after #, which no server is sent. */

const PARTS = ["search-box", "search-results", "search-engine", "search-terms", "minisearch.min", "stemmer.min"];

/** Ask for everything at once; each part would otherwise be found only when the one before has come. */
function prepare() {
  for (const part of PARTS) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = new URL(`${part}.js`, import.meta.url).href;
    document.head.append(link);
  }
}

class GuideSearch extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.link = this.querySelector("a");
    this.addEventListener("focusin", () => this.wake());
    this.addEventListener("pointerdown", () => this.wake());
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      // Half of a sign, which can be pasted, has no code of its own: `encodeURIComponent` would stop at it.
      location.assign(`${this.link.href}#${new URLSearchParams({ q: this.input.value.trim() })}`);
    });
    this.link.addEventListener("click", (event) => {
      if (!(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)) {
        event.preventDefault();
        this.open();
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.metaKey && !event.ctrlKey && !event.altKey && this.wanted(event.target)) {
        event.preventDefault();
        this.open();
      }
    });
  }

  /** Whether the key / means the search here: not where it is typed, and not where a reader switched it off. */
  wanted(target) {
    try {
      if (localStorage.getItem("guide-search-key") === "off") {
        return false;
      }
    } catch {
      // A store that is switched off holds nothing.
    }
    return !target.closest?.("input, textarea, select, [contenteditable]");
  }

  /** Show the field, where it was only a link, and go to it. */
  open() {
    this.dataset.open = "";
    this.wake();
    this.input.focus();
  }

  async wake() {
    if (this.awake) {
      return;
    }
    this.awake = true;
    prepare();
    try {
      const { Box } = await import("./search-box.js");
      this.box = new Box(this);
    } catch {
      // Without a network the form still leads to /search/; the next touch tries again.
      this.awake = false;
    }
  }
}

customElements.define("guide-search", GuideSearch);
