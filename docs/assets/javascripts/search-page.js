/* The same results on /search/, for an address that can be kept or sent: /search/#q=words. What comes after # is sent to
   no server; words after ? come from a form without scripts and move behind # here. */

import { allQuestions, Found, make } from "./search-results.js";

const WAIT = 200; // milliseconds after the last key
const KEY = "guide-search-key";

class GuideResults extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.input = this.querySelector("input");
    this.found = new Found({ most: 20, pick: (word) => this.pick(word), list: allQuestions(), studies: true });
    this.append(this.found.status, this.found.body, this.choice());
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.look(false);
    });
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(true), WAIT);
    });
    window.addEventListener("hashchange", () => this.start());
    this.start();
  }

  /** Take the words from the address; one that leads to a part of the page asks for nothing. */
  start() {
    const behind = location.hash.startsWith("#q=") ? location.hash.slice(1) : location.search;
    const query = new URLSearchParams(behind).get("q");
    if (query !== null) {
      this.input.value = query.slice(0, this.input.maxLength);
      this.look(false);
    }
  }

  look(typing) {
    const query = this.input.value.trim();
    // The whole address and not its path: one that starts with // would name another host, and be refused.
    const address = new URL(location.href);
    address.search = "";
    address.hash = query && String(new URLSearchParams({ q: query }));
    history.replaceState(history.state, "", address);
    return this.found.look(query, typing);
  }

  pick(word) {
    this.input.value = word;
    this.input.focus();
    this.look(false);
  }

  /** A key that is a plain sign must be one that can be switched off (WCAG 2.1.4). */
  choice() {
    const box = make("input");
    box.type = "checkbox";
    try {
      box.checked = localStorage.getItem(KEY) !== "off";
    } catch {
      box.checked = true;
    }
    box.addEventListener("change", () => {
      try {
        if (box.checked) {
          localStorage.removeItem(KEY);
        } else {
          localStorage.setItem(KEY, "off");
        }
      } catch {
        // Nothing is kept; the choice holds for nothing, as the store is switched off.
      }
    });
    return make("label", "guide-results__key", box, " The key / opens the search on each page");
  }
}

customElements.define("guide-results", GuideResults);
