/* <fb-compare> shows two to four columns of a table that is complete without it.

   Cells carry data-option; each checkbox `show` has an option's id as value and its kinds of hair loss in
   data-conditions. The state stands in the address: ?show=a,b&condition=pattern-men

   The table can stand beside the page (later.js): it is asked for when somebody chooses something. */

import { given, keep, quoted } from "./address.js";
import { whole } from "./whole.js";

const LEAST = 2;
const MOST = 4;
const PRINTING = "fb-print-grid";

class Compare extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.status = this.querySelector("[role=status]");
    this.boxes = [...this.form.querySelectorAll("[name=show]")];
    this.condition = this.form.elements.condition;

    this.form.addEventListener("change", (event) => this.chosen(event.target));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    // The fields are empty only after the event.
    this.form.addEventListener("reset", () => setTimeout(() => this.update([], true)));
    this.form.elements.print.addEventListener("click", () => this.print());
    window.addEventListener("popstate", () => location.search !== this.search && this.load());
    this.parentElement.addEventListener("guide:placed", () => this.apply());
    window.addEventListener("afterprint", () => document.documentElement.classList.remove(PRINTING));

    this.form.hidden = false;
    this.load();
  }

  get picked() {
    return this.boxes.filter((box) => box.checked);
  }

  /** Set the fields from the address; what is unknown or does not fit is left out and said. */
  load() {
    this.search = location.search;
    const notes = [];
    const [condition = ""] = given("condition");
    this.condition.value = condition;
    if (this.condition.value !== condition) {
      notes.push(`${quoted(condition)} is not one of the kinds of hair loss; it is left out.`);
      this.condition.value = "";
    }
    const wanted = new Set(given("show").flatMap((value) => value.split(",")).filter(Boolean));
    for (const box of this.boxes) {
      box.checked = false;
    }
    for (const id of wanted) {
      const box = this.boxes.find((found) => found.value === id);
      if (!box) {
        notes.push(`${quoted(id)} is not one of the options; it is left out.`);
      } else if (this.picked.length === MOST) {
        notes.push(`${name(box)} is left out: ${MOST} at most can be compared.`);
      } else {
        box.checked = true;
      }
    }
    this.update(notes, false);
  }

  chosen(field) {
    const notes = [];
    if (field.name === "show" && this.picked.length > MOST) {
      field.checked = false;
      notes.push(`${MOST} at most can be compared. Untick one before you add ${name(field)}.`);
    }
    this.update(notes, true);
  }

  /** Whether an option is for the chosen kind of hair loss; one for "pattern" is for "pattern-men" as well. */
  fits(box) {
    const wanted = this.condition.value;
    const kinds = box.dataset.conditions.split(" ");
    return !wanted || kinds.some((kind) => kind === wanted || wanted.startsWith(`${kind}-`));
  }

  /** Show what is chosen, and say it. */
  update(notes, write) {
    const fitting = this.boxes.filter((box) => this.fits(box));
    for (const box of this.boxes) {
      box.disabled = !fitting.includes(box);
      if (box.checked && box.disabled) {
        box.checked = false;
        notes.push(`${name(box)} is not used or sold for this kind of hair loss; it is left out.`);
      }
    }
    const { picked } = this;
    const enough = picked.length >= LEAST;
    this.shown = new Set((enough ? picked : fitting.length ? fitting : this.boxes).map((box) => box.value));
    this.apply();
    this.status.textContent = [...notes, this.summary(picked, fitting)].join(" ");
    if (picked.length || this.condition.value) {
      whole(this.parentElement).catch(() => {
        this.status.textContent = "The comparison did not come: is there a network?";
      });
    }
    if (write) {
      keep({ show: picked.map((box) => box.value).join(","), condition: this.condition.value });
      this.search = location.search;
    }
  }

  /** Show the columns that are chosen, as far as the table is here. */
  apply() {
    for (const cell of this.parentElement.querySelectorAll("[data-option]")) {
      cell.hidden = !this.shown.has(cell.dataset.option);
    }
    // The styles give few columns room and many a width of their own.
    this.few = this.shown.size >= LEAST && this.shown.size <= MOST;
    this.parentElement.dataset.shown = this.few ? this.shown.size : "all";
  }

  summary(picked, fitting) {
    if (picked.length >= LEAST) {
      return `Side by side: ${picked.map(name).join("; ")}.`;
    }
    const total = this.boxes.length;
    if (!fitting.length) {
      return `None of the options is used or sold for this kind, as far as we found. All ${total} are shown.`;
    }
    const kept = `${fitting.length === total ? "All" : `${fitting.length} of`} ${total} options are shown.`;
    return picked.length ? `${name(picked[0])} is ticked. Tick one more to see them side by side. ${kept}` : kept;
  }

  /** Print the grid alone, on one sheet; more columns than fit on it are not printed so. */
  print() {
    if (!this.few) {
      this.status.textContent = `Tick ${LEAST} to ${MOST} options first. They then fit on one sheet.`;
      return;
    }
    document.documentElement.classList.add(PRINTING);
    window.print();
  }
}

/** What an option is called on the page. */
function name(box) {
  return box.labels[0].textContent.trim();
}

customElements.define("fb-compare", Compare);
