/* <fb-filter> narrows a list that is complete without it.

   Attributes: data-items (what is shown or hidden), data-list (what holds them, where they can be put in another
   order), data-groups and data-sections (cards and parts, hidden once nothing in them is left), data-noun.
   Fields of its form: selects named like a data-* attribute of the items (values with spaces between them),
   `words`, `from` and `to` (years), `sort`. The theme takes `q` in an address for its own search, hence `words`.

   Parts of a long list can stand beside the page (later.js): they are asked for when somebody chooses something. */

import { given, keep, quoted } from "./address.js";
import { whole } from "./whole.js";

const TYPING = 150; // ms from the last key to the new list
const QUIET = 400; // ms without a change before the count is said and the address follows
const MANY = 20; // changes from which on the list is better changed out of the page

const YEAR = /^\d{4}$/;
const LAST = 9999; // what shows no year stands last
const ORDERS = {
  newest: (one, other) => (other.year || 0) - (one.year || 0),
  oldest: (one, other) => (one.year || LAST) - (other.year || LAST),
  largest: (one, other) => other.n - one.n,
};
// Letters that do not come apart into a letter and an accent
const ALONE = { ı: "i", ø: "o", ł: "l", đ: "d", ß: "ss", æ: "ae", œ: "oe" };

/** Text as it is compared: small letters, no accents, single spaces. */
function folded(text) {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[ıøłđßæœ]/g, (letter) => ALONE[letter])
    .replace(/\s+/g, " ");
}

/** A count as English writes it; the browser's own way to do so takes a slow phone 60 ms to get ready. */
const grouped = (count) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

class Filter extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.status = this.querySelector("[role=status]");
    this.all = this.status.textContent; // how many there are, said by the page
    this.back = this.querySelector(".fb-filter__back");
    this.fields = [...this.form.elements].filter((field) => field.name);
    this.facets = this.fields.filter((field) => field.tagName === "SELECT" && field.name !== "sort");
    this.opened = new Set(); // folded parts that we opened, not the reader
    this.known = new Map(); // what is said of each element below
    this.index();

    this.form.addEventListener("input", (event) => this.soon(event.target.tagName === "INPUT" ? TYPING : 0));
    this.form.addEventListener("change", () => this.soon(0));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.soon(0);
    });
    // The fields are empty only after the event.
    this.form.addEventListener("reset", () => setTimeout(() => this.cleared()));
    window.addEventListener("popstate", () => location.search !== this.search && this.load());
    window.addEventListener("hashchange", () => this.reveal());
    window.addEventListener("load", () => this.reveal());
    window.addEventListener("beforeprint", () => this.unfold());
    window.addEventListener("afterprint", () => this.refold());
    this.parentElement.addEventListener("guide:placed", () => this.more());

    this.form.hidden = false;
    this.load();
    this.reveal();
  }

  /** Look at every item once; their text only when somebody types a word. */
  index() {
    const { items, list, groups, sections } = this.dataset;
    const whole = this.parentElement;
    this.list = list && whole.querySelector(list);
    this.order = "";
    const said = (element, make) => {
      if (!this.known.has(element)) {
        this.known.set(element, make());
      }
      return this.known.get(element);
    };
    const parts = [groups, sections].map((selector) => (selector ? [...whole.querySelectorAll(selector)] : []).map(
      (element) => Object.assign(
        said(element, () => ({ element, shown: true, fold: element.querySelector("details") })),
        { left: 0, size: 0 },
      ),
    ));
    this.groups = parts[0];
    this.parts = parts.flat();
    this.items = [...whole.querySelectorAll(items)].map((element) => {
      const item = said(element, () => ({
        element,
        shown: true,
        year: Number(element.dataset.year) || 0,
        n: Number(element.dataset.n) || 0,
        values: this.facets.map(({ name }) => ` ${element.dataset[name] ?? ""} `),
        group: groups && this.known.get(element.closest(groups)),
        parts: [groups, sections].map((one) => one && this.known.get(element.closest(one))).filter(Boolean),
      }));
      for (const holder of item.parts) {
        holder.size += 1;
      }
      return item;
    });
    this.undated = this.items.filter((item) => !item.year).length;
  }

  /** Whether some of the list is not on the page yet. */
  get partly() {
    return this.parentElement.querySelector(".guide-later") !== null;
  }

  /** Ask for what is missing, once somebody looks for something in it. */
  want() {
    if (this.partly && (this.active || this.wantedOrder) && !this.wanted) {
      this.wanted = true;
      whole(this.parentElement).catch(() => this.missed());
    }
  }

  /** Some more of the list has come; many parts of it come at once. */
  more() {
    this.coming ??= Promise.resolve().then(() => {
      this.coming = null;
      this.index();
      this.apply();
      this.say();
    });
  }

  missed() {
    this.wanted = false;
    this.notes = ["The rest of the list did not come: is there a network?"];
    this.say();
  }

  /** The text of an item, and of its card's question and answer. */
  text(item) {
    item.text ??= folded(item.element.textContent) + (item.group ? ` ${this.ownText(item.group)}` : "");
    return item.text;
  }

  ownText(group) {
    group.text ??= [...group.element.children]
      .filter((child) => child !== group.fold)
      .map((child) => folded(child.textContent))
      .join(" ");
    return group.text;
  }

  /** Set the fields from the address; what is not among the choices is left out and said. */
  load() {
    this.search = location.search;
    this.notes = [];
    for (const field of this.fields) {
      const [value = "", ...more] = given(field.name);
      if (more.length) {
        this.notes.push(`${name(field)} takes one choice; only the first is kept.`);
      }
      field.value = value;
      if (field.tagName === "SELECT" && field.value !== value) {
        this.notes.push(`${quoted(value)} is not one of the choices for ${name(field)}; it is left out.`);
        field.value = "";
      }
      const fold = field.closest("details");
      if (field.value && fold) {
        fold.open = true;
      }
    }
    this.apply();
    this.say();
  }

  soon(wait) {
    this.notes = [];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.apply();
      clearTimeout(this.quiet);
      this.quiet = setTimeout(() => {
        this.say();
        this.write();
      }, QUIET);
    }, wait);
  }

  cleared() {
    // The button that was pressed goes away; the next key stroke still has a place to start from.
    if (this.back.contains(document.activeElement)) {
      this.fields[0].focus();
    }
    this.soon(0);
  }

  /** Years from the fields, and what is wrong with them; a wrong one counts as not given. */
  years() {
    const faults = [];
    const read = (end) => {
      const field = this.form.elements[end];
      const text = field?.value.trim() ?? "";
      field?.removeAttribute("aria-invalid");
      // While somebody is still typing a year, it is not wrong yet.
      const unfinished = field === document.activeElement && /^\d{1,3}$/.test(text);
      if (!text || unfinished) {
        return null;
      }
      if (!YEAR.test(text)) {
        field.setAttribute("aria-invalid", "true");
        faults.push(`${quoted(text)} is not a year with four digits; ${name(field)} is left out.`);
        return null;
      }
      return Number(text);
    };
    let [from, to] = [read("from"), read("to")];
    if (from !== null && to !== null && from > to) {
      this.form.elements.from.setAttribute("aria-invalid", "true");
      this.form.elements.to.setAttribute("aria-invalid", "true");
      faults.push(`From ${from} to ${to} holds no year; both are left out.`);
      [from, to] = [null, null];
    }
    return [from, to, faults];
  }

  /** What the fields ask for, as a test of one item; `active` says whether they ask for anything. */
  criteria() {
    const facets = this.facets.map((field, at) => [at, ` ${field.value} `]).filter(([at]) => this.facets[at].value);
    const words = folded(this.form.elements.words?.value ?? "").split(" ").filter(Boolean);
    const [from, to, faults] = this.years();
    const dated = from !== null || to !== null;
    if (dated && this.undated) {
      faults.push(`${this.undated} that show no year are left out.`);
    }
    this.active = facets.length > 0 || words.length > 0 || dated;
    this.faults = faults;
    return (item) =>
      facets.every(([at, value]) => item.values[at].includes(value)) &&
      (from === null || item.year >= from) &&
      (to === null || (item.year > 0 && item.year <= to)) &&
      words.every((word) => this.text(item).includes(word));
  }

  /** One pass over the items, then only what changes is touched. */
  apply() {
    const fits = this.criteria();
    this.want();
    const changed = [];
    this.left = 0;
    for (const part of this.parts) {
      part.left = 0;
    }
    for (const item of this.items) {
      const shown = fits(item);
      if (shown !== item.shown) {
        changed.push(item);
      }
      this.left += shown;
      for (const part of item.parts) {
        part.left += shown;
      }
    }
    this.away(changed.length > MANY || this.order !== this.wantedOrder, () => {
      for (const item of changed) {
        show(item, !item.shown);
      }
      this.sort();
    });
    for (const part of this.parts) {
      show(part, part.left > 0 || part.element.querySelector(".guide-later") !== null);
    }
    this.groups.forEach((group) => this.fold(group));
    this.back.hidden = this.left > 0;
  }

  /** Change many items of a long list while it is out of the page.

      Chromium takes 1 ms for each item with content-visibility that goes out of a list it is showing: with 3,500
      of them that is seconds. Out of the page it is nothing. The height stays meanwhile, or the page would jump. */
  away(many, change) {
    if (!this.list || !many) {
      change();
      return;
    }
    const whole = this.parentElement;
    whole.style.minHeight = `${whole.offsetHeight}px`;
    this.list.hidden = true;
    void whole.offsetHeight; // lays the page out once, without the list
    change();
    this.list.hidden = false;
    whole.style.minHeight = "";
  }

  /** Open a card while a choice is at work, and say how much of it fits. */
  fold(group) {
    if (this.active && group.left && !group.fold.open) {
      group.fold.open = true;
      this.opened.add(group.fold);
    } else if (!this.active && this.opened.delete(group.fold)) {
      group.fold.open = false;
    }
    const some = group.left > 0 && group.left < group.size;
    if (some && !group.note) {
      group.note = document.createElement("span");
      group.note.className = "fb-filter__part";
      group.fold.querySelector("summary").append(group.note);
    }
    if (group.note) {
      group.note.textContent = some ? ` Shown: ${group.left} of ${group.size}.` : "";
    }
  }

  get wantedOrder() {
    return this.form.elements.sort?.value ?? "";
  }

  sort() {
    // The page's own order is told by where the items stand: none moves before all are there.
    if (!this.list || this.wantedOrder === this.order || this.partly) {
      return;
    }
    this.order = this.wantedOrder;
    // Sorting keeps equals in their old order, which is that of the page.
    const sorted = this.order ? [...this.items].sort(ORDERS[this.order]) : this.items;
    this.list.append(...sorted.map((item) => item.element));
  }

  say() {
    const { noun } = this.dataset;
    const [all, left] = [this.items.length, this.left].map(grouped);
    let count = this.left ? `${left} of ${all} ${noun}.` : `None of ${all} ${noun} fits all of this.`;
    if (this.partly && (this.wanted || !this.active)) {
      count = this.wanted ? `Looking through all ${noun}.` : this.all;
    }
    this.status.textContent = [count, ...this.notes, ...this.faults].join(" ");
  }

  write() {
    const valid = ({ name, value }) => !["from", "to"].includes(name) || YEAR.test(value.trim());
    const counts = (field) => valid(field) && !field.hasAttribute("aria-invalid");
    keep(Object.fromEntries(this.fields.map((field) => [field.name, counts(field) ? field.value.trim() : ""])));
    // An address that points at what its own choices leave out would lose them when it is opened again.
    if (this.parentElement.querySelector(":target")?.closest("[hidden]")) {
      history.replaceState(history.state, "", location.href.split("#")[0]);
    }
    this.search = location.search;
  }

  /** Show what the address points at, even where it is folded away or a choice has left it out. */
  reveal() {
    const target = this.parentElement.querySelector(":target");
    if (!target) {
      return;
    }
    if (target.closest("[hidden]")) {
      for (const field of this.fields) {
        field.value = "";
      }
      this.notes = ["All are shown, because the link leads to one that the choices had left out."];
      this.apply();
      this.say();
      this.write();
    }
    const fold = target.closest("details");
    if (fold && !fold.open) {
      fold.open = true;
      target.scrollIntoView();
    }
  }

  unfold() {
    this.index(); // what has come for the paper
    this.printed = this.groups.filter((group) => group.shown && !group.fold.open).map((group) => group.fold);
    for (const fold of this.printed) {
      fold.open = true;
    }
  }

  refold() {
    for (const fold of this.printed ?? []) {
      fold.open = false;
    }
  }
}

/** What a field is called on the page. */
function name(field) {
  return field.labels[0].textContent.trim();
}

function show(part, shown) {
  if (part.shown !== shown) {
    part.shown = shown;
    part.element.hidden = !shown;
  }
}

customElements.define("fb-filter", Filter);
