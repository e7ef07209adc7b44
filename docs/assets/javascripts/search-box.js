/* The box in the header once it is touched: results below the field while somebody types. */

import { allQuestions, engine, Found, make, ROOT } from "./search-results.js";

const WAIT = 150; // milliseconds after the last key

export class Box {
  constructor(host) {
    this.host = host;
    this.input = host.input;
    this.found = new Found({ most: 6, pick: (word) => this.pick(word), list: allQuestions() });
    const all = make("a", "guide-search__all", "All results");
    this.all = all;
    this.panel = make("div", "guide-search__panel", this.found.status, this.found.body, all);
    this.panel.hidden = true;
    const close = make("button", "guide-search__close", "Close");
    close.type = "button";
    close.addEventListener("click", () => this.close());
    this.input.form.append(close);
    host.append(this.panel);
    this.input.form.addEventListener("submit", () => this.close(false));
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(true), WAIT);
    });
    this.input.addEventListener("focus", () => this.look(true));
    host.addEventListener("keydown", (event) => this.key(event));
    host.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !host.contains(event.relatedTarget)) {
        this.close(false);
      }
    });
    document.addEventListener("pointerdown", (event) => {
      if (!host.contains(event.target)) {
        this.close(false);
      }
    });
    engine().catch(() => {}); // what is missing is said when somebody looks for something
    if (this.input.value) {
      this.look(true);
    }
  }

  look(typing) {
    const query = this.input.value;
    this.panel.hidden = !query.trim();
    this.all.href = new URL(`search/#${new URLSearchParams({ q: query.trim() })}`, ROOT).href;
    return this.found.look(query, typing);
  }

  pick(word) {
    this.input.value = word;
    this.input.focus();
    this.look(false);
  }

  /** Close it; a reader who did so by hand goes back to where it was opened. */
  close(back = true) {
    const open = "open" in this.host.dataset;
    this.panel.hidden = true;
    delete this.host.dataset.open;
    if (back) {
      (open && this.host.link.checkVisibility?.() ? this.host.link : this.input).focus();
      this.panel.hidden = true; // the field shows it when it gets the focus
    }
  }

  key(event) {
    if (event.key === "Escape" && ("open" in this.host.dataset || !this.panel.hidden)) {
      event.preventDefault();
      this.close();
      return;
    }
    if (event.key === "ArrowDown" && this.panel.hidden && event.target === this.input) {
      event.preventDefault();
      this.look(true);
      return;
    }
    const links = [...this.panel.querySelectorAll("a[href]")];
    const at = links.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: at < 0 ? undefined : 0, End: at < 0 ? undefined : links.length - 1 };
    const next = steps[event.key];
    if (this.panel.hidden || next === undefined || !(at >= 0 || document.activeElement === this.input)) {
      return;
    }
    event.preventDefault();
    (next < 0 ? this.input : links[Math.min(next, links.length - 1)]).focus();
  }
}
