/* <fb-copy> copies text that stands on the page. Without scripts the text can be marked by hand, and no button shows.
   Its words come with it: data-copied and data-refused, in which {what} is the kind of text. */

class Copy extends HTMLElement {
  connectedCallback() {
    this.status = this.querySelector("[role=status]");
    for (const row of this.querySelectorAll(".fb-copy__row")) {
      const button = row.querySelector("button");
      button.hidden = false;
      button.addEventListener("click", () => this.copy(row));
    }
  }

  async copy(row) {
    const text = row.querySelector(".fb-copy__text");
    let words = this.dataset.copied;
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      // Refused, or there is no clipboard (a page without https): the reader's own keys still work.
      getSelection().selectAllChildren(text);
      words = this.dataset.refused;
    }
    // Emptied first: the same words a second time would not be read out.
    this.status.textContent = "";
    requestAnimationFrame(() => {
      this.status.textContent = words.replace("{what}", row.dataset.what);
    });
  }
}

customElements.define("fb-copy", Copy);
