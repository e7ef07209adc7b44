/* <fb-decide> joins the parts of the decision aid: what fits me, my options, the numbers, what matters, what I know, how
   sure I am. They stand on the page one after the other, each complete without this; the element itself holds the last,
   and the summary. It weighs nothing, adds nothing up and puts no option before another. */

import { Tool } from "./tool.js";
import { clean, forLink, isDay } from "./decide-state.js";
import { Sheet, filled } from "./decide-sheet.js";

const PRINTING = "fb-print-decide";
const STEPS = 7;
const YEARS = 10; // how far ahead a day to look again may lie

const text = (element) => element.textContent.trim();

class Decide extends Tool {
  static tool = "decide";
  static version = 1;

  connectedCallback() {
    this.article = this.closest("article") ?? document.body;
    this.parts = Object.fromEntries(
      [...this.article.querySelectorAll("[data-decide]")].map((part) => [part.dataset.decide, part]),
    );
    this.situations = this.boxes("decide-situation");
    this.options = this.boxes("decide-option");
    this.values = this.all("values", "[data-value]");
    this.quiz = this.all("quiz", "[data-quiz]");
    this.sure = this.all("sure", "[data-sure]");
    this.own = this.querySelector("[data-own]");
    this.again = this.querySelector("#decide-again");
    this.known = {
      situations: this.situations.map((box) => box.value),
      options: this.options.map((box) => box.value),
      values: this.values.map((group) => group.dataset.value),
      sure: this.sure.map((group) => group.dataset.sure),
      quiz: new Map(this.quiz.map((group) => [group.dataset.quiz, group.querySelectorAll("input").length])),
    };
    this.find();
    this.sheet = new Sheet(this.querySelector(".fb-decide__sheet"), this.steps);
    this.listen();
    super.connectedCallback();
    this.arrange();
    this.reveal();
  }

  all(part, selector) {
    return this.parts[part] ? [...this.parts[part].querySelectorAll(selector)] : [];
  }

  boxes(name) {
    return [...this.article.querySelectorAll(`input[name=${name}]`)];
  }

  box(name) {
    return this.article.querySelector(`input[name=${name}]`);
  }

  /** The steps are the headings from the one above the first part to the one above this element. */
  find() {
    this.progress = this.querySelector(".fb-decide__steps");
    for (const part of this.article.querySelectorAll(".fb-decide-part, .fb-decide")) {
      part.setAttribute("data-live", "");
    }
    for (const part of this.article.querySelectorAll(".fb-decide-part [data-scripted]")) {
      part.hidden = false;
    }
    const above = (from, element) => from.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
    const headings = [...this.article.querySelectorAll("h2[id]")].filter((head) => above(this, head));
    const before = headings.filter((head) => this.parts.situations && above(this.parts.situations, head));
    const steps = before.length ? headings.slice(before.length - 1) : [];
    this.steps = (steps.length === STEPS ? steps : []).map((element) => {
      const copy = element.cloneNode(true);
      copy.querySelector(".headerlink")?.remove();
      return { element, id: element.id, text: text(copy), begun: document.createElement("span") };
    });
  }

  /** What is ticked for the second and third step goes to their ends, the list of steps before the first. */
  arrange() {
    if (!this.steps.length) {
      this.progress.hidden = true;
      return;
    }
    this.steps[0].element.before(this.progress);
    this.steps[2].element.before(this.parts.options);
    this.steps[3].element.before(this.parts.numbers);
    this.progress.querySelector("ol").append(...this.steps.map((step) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `#${step.id}`;
      link.textContent = step.text;
      item.append(link, " ", step.begun);
      return item;
    }));
  }

  listen() {
    this.article.addEventListener("input", (event) => {
      if (event.target.closest("[data-decide]")) {
        this.touched(event.target);
        this.changed();
      }
    });
    // A press on a slider that stays where it is marks that place; so do Enter and the space bar. (A click would also
    // come from its label.)
    for (const range of this.article.querySelectorAll(".fb-decide__range")) {
      range.addEventListener("pointerup", () => this.mark(range));
      range.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          this.mark(range);
        }
      });
    }
    this.again.addEventListener("blur", () => this.checkDay());
    window.addEventListener("hashchange", () => this.reveal());
    window.addEventListener("afterprint", () => document.documentElement.classList.remove(PRINTING));
    // Before the printing that every tool starts.
    this.on("print", (event) => {
      if (this.isEmpty(this.read())) {
        event.stopImmediatePropagation();
        this.say("Nothing is filled in yet, so there is no summary to print.");
      } else {
        document.documentElement.classList.add(PRINTING);
      }
    });
  }

  touched(field) {
    if (field.matches(".fb-decide__range")) {
      unmarked(field).checked = false;
    }
    const question = field.closest("[data-quiz]");
    if (question) {
      question.querySelector("details").open = true;
    }
  }

  mark(range) {
    if (unmarked(range).checked) {
      unmarked(range).checked = false;
      this.changed();
    }
  }

  ranges(group) {
    return [...group.querySelectorAll(".fb-decide__range")];
  }

  // State ------------------------------------------------------------------------------------------

  clean(raw) {
    const { state, lost } = clean(raw, this.known);
    const note = "Some of what was kept does not fit this page and is left out.";
    if (lost && !this.notes.includes(note)) {
      this.notes.push(note);
    }
    return state;
  }

  isEmpty(state) {
    return JSON.stringify(state) === JSON.stringify(clean(null, this.known).state);
  }

  carried(state) {
    return forLink(state, this.own.checked);
  }

  fill(state) {
    for (const box of this.situations) {
      box.checked = state.situations.includes(box.value);
    }
    for (const box of this.options) {
      box.checked = state.options.includes(box.value);
    }
    this.box("decide-numbers").checked = state.numbers;
    if (this.parts.values) {
      this.box("decide-two").checked = state.two;
      [0, 1].forEach((person) => put(this.name(person), state.names[person]));
    }
    for (const group of this.values) {
      this.ranges(group).forEach((range, person) => {
        const mark = state.values[person][group.dataset.value];
        unmarked(range).checked = !mark;
        range.value = mark ?? 3;
      });
    }
    for (const group of this.quiz) {
      const answer = state.quiz[group.dataset.quiz];
      check(group, String(answer ?? ""));
      group.querySelector("details").open = Boolean(answer);
    }
    for (const group of this.sure) {
      check(group, state.sure[group.dataset.sure] ?? "");
    }
    check(this.parts.decision, state.choice || "open");
    put(this.querySelector("#decide-matters"), state.matters);
    put(this.querySelector("#decide-ask"), state.ask);
    put(this.again, state.again);
  }

  read() {
    const marks = (person) =>
      this.values.map((group) => {
        const range = this.ranges(group)[person];
        return [group.dataset.value, unmarked(range).checked ? undefined : Number(range.value)];
      });
    const given = (pairs) => Object.fromEntries(pairs.filter(([, value]) => value));
    return clean({
      situations: ticked(this.situations),
      options: ticked(this.options),
      numbers: this.box("decide-numbers").checked,
      two: this.parts.values ? this.box("decide-two").checked : false,
      names: [0, 1].map((person) => this.name(person)?.value ?? ""),
      values: [given(marks(0)), given(marks(1))],
      quiz: given(this.quiz.map((group) => [group.dataset.quiz, Number(checked(group))])),
      sure: given(this.sure.map((group) => [group.dataset.sure, checked(group)])),
      matters: this.querySelector("#decide-matters").value,
      ask: this.querySelector("#decide-ask").value,
      choice: checked(this.parts.decision),
      again: this.again.value,
    }, this.known).state;
  }

  name(person) {
    return this.article.querySelector(`#decide-name-${person}`);
  }

  // What follows from it ---------------------------------------------------------------------------

  update(state) {
    this.advise(state);
    const marks = this.weigh(state);
    this.teach(state);
    this.assure(state);
    const begun = [
      state.situations.length,
      state.options.length,
      state.numbers,
      marks.length,
      Object.keys(state.quiz).length,
      Object.keys(state.sure).length,
      state.matters || state.ask || state.choice || state.again,
    ];
    this.steps.forEach((step, number) => {
      step.begun.textContent = begun[number] ? `✓ ${this.progress.dataset.begun}` : "";
    });
    this.sum(state, marks, this.checkDay());
    this.toggleAttribute("data-begun", !this.isEmpty(state));
  }

  /** Step 1: the advice below each tick, and the options that go with it marked in step 2. */
  advise(state) {
    const part = this.parts.situations;
    if (!part) {
      return;
    }
    part.toggleAttribute("data-begun", state.situations.length > 0);
    for (const box of this.situations) {
      part.querySelector(`[data-advice="${box.value}"]`).hidden = !box.checked;
    }
    const picked = this.situations.filter((box) => box.checked);
    const marked = new Set(picked.flatMap((box) => box.dataset.options.split(" ").filter(Boolean)));
    for (const box of this.options) {
      box.labels[0].querySelector("[data-look]").hidden = !marked.has(box.value);
    }
    const said = part.querySelector("[data-said]");
    tell(said, [
      this.doctor(picked) && said.dataset.doctor,
      picked.length > 0 && said.dataset.shown,
      marked.size > 0 && said.dataset.marked,
    ].filter(Boolean).join(" "));
    const compare = this.article.querySelector("[data-compare]");
    compare.search = state.options.length > 1 && state.options.length < 5 ? `show=${state.options.join(",")}` : "";
  }

  doctor(boxes) {
    return boxes.some((box) => "doctor" in box.dataset);
  }

  /** Step 4: each mark in words; returns what was marked. */
  weigh(state) {
    const part = this.parts.values;
    if (!part) {
      return [];
    }
    part.querySelector("[data-names]").hidden = !state.two;
    part.toggleAttribute("data-begun", state.two || Object.keys(state.values[0]).length > 0);
    const people = this.people(state);
    const marked = [];
    for (const group of this.values) {
      const { value: id, left, right } = group.dataset;
      const at = state.two ? state.values.map((marks) => marks[id]) : [state.values[0][id]];
      this.ranges(group).forEach((range, person) => {
        const holder = range.closest("[data-person]");
        const mark = state.values[person][id];
        const said = inWords(mark, left, right, part.dataset);
        range.setAttribute("aria-valuetext", said);
        range.classList.toggle("fb-decide__range--none", !mark);
        holder.querySelector("output").textContent = mark ? said : "";
        holder.querySelector("[data-who]").textContent = people[person] ?? holder.querySelector("[data-who]").dataset.who;
        holder.toggleAttribute("data-off", person === 1 && !state.two);
        [...holder.querySelectorAll(".fb-decide__boxes i")].forEach((box, step) => {
          box.classList.toggle("on", mark === step + 1);
        });
      });
      if (at.some(Boolean)) {
        marked.push({
          ask: text(group.querySelector("legend")),
          said: at.map((mark) => inWords(mark, left, right, part.dataset)),
          at,
        });
      }
    }
    return marked;
  }

  /** What the two are called, or the one. */
  people(state) {
    const { me, other } = this.sheet.rows.get("values").dd.dataset;
    return state.two ? [state.names[0].trim() || me, state.names[1].trim() || other] : [me];
  }

  /** Step 5: right or not, and how many were looked at; no marks are given. */
  teach(state) {
    for (const group of this.quiz) {
      const answer = state.quiz[group.dataset.quiz];
      const said = group.querySelector("[data-said]");
      const right = group.querySelector(`input[value="${group.dataset.right}"]`);
      const good = String(answer) === group.dataset.right;
      tell(said, answer ? (good ? said.dataset.yes : `${said.dataset.no} ${text(right.labels[0])}`) : "");
    }
    const count = this.parts.quiz?.querySelector("[data-count]");
    if (count) {
      tell(count, filled(count.dataset.words, this.looked(state)));
    }
  }

  looked(state) {
    return { n: Object.keys(state.quiz).length, all: this.quiz.length };
  }

  /** Step 6: a single "no" means not sure yet. */
  assure(state) {
    const part = this.parts.sure;
    if (!part) {
      return;
    }
    part.toggleAttribute("data-begun", Object.keys(state.sure).length > 0);
    for (const group of this.sure) {
      group.querySelector("[data-help]").hidden = state.sure[group.dataset.sure] !== "no";
    }
    const said = part.querySelector("[data-said]");
    const sureness = this.sureness(state);
    const doctor = sureness === "yes" && this.doctor(this.situations.filter((box) => box.checked));
    tell(said, [filled(said.dataset[sureness], this.answered(state)), doctor && said.dataset.doctor].filter(Boolean).join(" "));
  }

  answered(state) {
    return { n: Object.keys(state.sure).length, all: this.sure.length };
  }

  sureness(state) {
    const answers = Object.values(state.sure);
    return answers.includes("no") ? "no" : answers.length && answers.length === this.sure.length ? "yes" : "open";
  }

  /** Whether the day to look again can stand; what is wrong with it is said beside the field. */
  checkDay() {
    const { value, validity, dataset } = this.again;
    const now = new Date();
    const today = iso(now);
    now.setFullYear(now.getFullYear() + YEARS);
    const fault = validity.badInput ? "bad" : value && value < today ? "past" : value && value > iso(now) ? "far" : "";
    tell(this.querySelector("#decide-again-fault"), fault && dataset[fault]);
    if (fault) {
      this.again.setAttribute("aria-invalid", "true");
    } else {
      this.again.removeAttribute("aria-invalid");
    }
    return !fault && isDay(value);
  }

  /** Step 7: all of it on one page. */
  sum(state, marks, dayFits) {
    const { sheet } = this;
    const picked = this.situations.filter((box) => box.checked);
    const names = (boxes) => boxes.filter((box) => box.checked).map((box) => text(box.labels[0].querySelector("span")));
    sheet.element.querySelector("[data-doctor]").hidden = !this.doctor(picked);
    sheet.list("situations", names(this.situations));
    const options = this.options.filter((box) => box.checked).map((box) => text(box.labels[0].querySelector("[data-name]")));
    sheet.set("options", options.join(", "));
    sheet.set("numbers", state.numbers && sheet.text("numbers", "yes"));
    sheet.values(this.people(state), marks);
    sheet.own("matters", state.matters);
    const { n } = this.looked(state);
    sheet.set("quiz", n > 0 && sheet.text("quiz", "words", this.looked(state)));
    const sureness = this.sureness(state);
    const doubts = this.sure.filter((group) => state.sure[group.dataset.sure] === "no");
    if (sureness === "no") {
      sheet.list("sure", doubts.map((group) => text(group.querySelector("legend"))), sheet.text("sure", "no"));
    } else {
      const { n: answered } = this.answered(state);
      sheet.set("sure", answered > 0 && sheet.text("sure", sureness, this.answered(state)));
    }
    sheet.own("ask", state.ask);
    const choice = this.parts.decision.querySelector(`input[value="${state.choice}"]`);
    sheet.set("choice", state.choice && text(choice.labels[0]));
    sheet.set("again", dayFits && new Date(`${state.again}T00:00:00Z`).toLocaleDateString("en-GB", {
      day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
    }));
    sheet.fit();
  }

  /** The status line is at the end of the page; whoever comes with a link starts at its top. */
  say(...texts) {
    super.say(...texts);
    this.progress.querySelector(".fb-decide__echo").textContent = this.status.textContent;
  }

  /** A link to a source's place in advice that is folded away shows that advice. */
  reveal() {
    const hidden = this.article.querySelector(":target")?.closest("[data-advice][hidden], [data-help][hidden]");
    if (hidden) {
      hidden.hidden = false;
      hidden.scrollIntoView();
    }
  }
}

function unmarked(range) {
  return range.closest("[data-person]").querySelector("[data-unmarked]");
}

function inWords(mark, left, right, { nearer, middle, none }) {
  return [none, left, `${nearer} ${left}`, middle, `${nearer} ${right}`, right][mark ?? 0];
}

function ticked(boxes) {
  return boxes.filter((box) => box.checked).map((box) => box.value);
}

function checked(group) {
  return group.querySelector("input[type=radio]:checked")?.value ?? "";
}

function check(group, value) {
  for (const field of group.querySelectorAll("input[type=radio]")) {
    field.checked = field.value === value;
  }
}

/** Fill a field, without moving the cursor of somebody who is writing in it. */
function put(field, value) {
  if (field.value !== value) {
    field.value = value;
  }
}

/** Change a line only when it says something new, or it would be read out again. */
function tell(line, words) {
  if (line.textContent !== words) {
    line.textContent = words;
  }
}

/** A day of this device's calendar as the date field gives it. */
function iso(day) {
  const two = (number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

customElements.define("fb-decide", Decide);
