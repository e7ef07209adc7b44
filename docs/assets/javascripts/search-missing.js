/* On the page for missing addresses: what the words of the address would find. */

import { engine, Found } from "./search-results.js";

class GuideMissing extends HTMLElement {
  async connectedCallback() {
    let words = location.pathname;
    try {
      words = decodeURIComponent(words);
    } catch {
      // A broken escape is read as it stands.
    }
    words = (words.replace(/\.\w+$/, "").match(/\p{L}[\p{L}\p{M}]{2,}/gu) ?? []).join(" ");
    const found = new Found({ most: 4 });
    try {
      if (words && (await engine()).search(words).length) {
        await found.look(words);
        this.append(found.body);
        this.hidden = false;
      }
    } catch {
      // The doors of the page are enough.
    }
  }
}

customElements.define("guide-missing", GuideMissing);
