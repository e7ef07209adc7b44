/* <fb-questions> makes a list out of the questions that are ticked on the page and the reader's own.

   State: { list: [{ id } | { own: text }, …], notes: { key: text } }; the key is a question's id, or "own:" and the text.
   The rows of the list are the one place where it is held. Texts of the reader are shown as text and nothing else.
   What is printed is the same list: from the length of the texts we know how much room an answer gets on one sheet. */

import { Tool, plain } from "./tool.js";

const LONGEST = 300; // characters of an own question
const LONGEST_NOTE = 500;
const MOST = 20; // own questions
const MOST_KEPT = 200; // entries that are looked at in what came with a link or from the store
const PRINTING = "fb-print-questions";

// Paper, in mm: Letter is the shorter and A4 the narrower sheet, and the list has to fit both.
const SHEET = 210; // height that is left to the list
const WIDTH = 172; // of the texts
const GAP = 2.6; // below each question
const LINE = 6.4; // from one line for the answer to the next, at least
const MOST_LINES = 6;
const QUESTION = { font: "700 14px", height: 4.9 }; // 10.5 pt
const NOTE = { font: "400 12.7px", height: 4.5 }; // 9.5 pt
const PIXELS = 96 / 25.4; // in a mm

const keyOf = (item) => item.id ?? `own:${item.own}`;

/** An own question as it is kept: one line, no more spaces than needed. */
function line(text) {
  return plain(text, 10 ** 5).replaceAll(/\s+/g, " ").trim();
}

/** Whether a text holds something that can be seen. */
function visible(text) {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);
}

/** A question in a message: short, and its direction kept to itself. */
function quoted(text) {
  const letters = [...text];
  return `“\u2068${letters.length > 60 ? `${letters.slice(0, 60).join("")}…` : text}\u2069”`;
}

function count(number, noun = "question") {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

class Questions extends Tool {
  static tool = "questions";
  static version = 1;

  connectedCallback() {
    this.dataset.live = "";
    this.boxes = new Map([...this.querySelectorAll("input[name=ask]")].map((box) => [box.value, box]));
    this.list = this.querySelector("[data-part=list]");
    this.template = this.querySelector("template[data-part=row]").content.firstElementChild;
    this.own = this.querySelector("[name=own]");
    this.choice = this.querySelector("[name=show]");
    this.words = this.querySelector("[data-own]");
    this.pen = document.createElement("canvas").getContext("2d");
    this.family = getComputedStyle(this).fontFamily;
    this.made = 0; // rows so far, for ids

    for (const box of this.boxes.values()) {
      box.addEventListener("change", () => (box.checked ? this.take([{ id: box.value }]) : this.drop(this.find(box.value))));
    }
    this.on("ten", () => this.ten());
    this.on("jump", () => this.querySelector("#questions-list").focus());
    this.on("more", () => this.choice.focus());
    this.on("back", () => this.putBack());
    this.on("add", () => this.add());
    this.on("leave", () => this.leave(true));
    this.choice.addEventListener("change", () => this.narrow());
    this.own.addEventListener("input", () => this.fault(this.tooLong(line(this.own.value))));
    this.own.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        this.add();
      }
    });
    this.list.addEventListener("click", (event) => this.pressed(event.target.closest("button")));
    this.list.addEventListener("input", () => this.changed());
    window.addEventListener("hashchange", () => this.reveal());

    super.connectedCallback();
    this.reveal();
  }

  // The state ---------------------------------------------------------------------------------------

  clean(raw) {
    const given = raw !== null && typeof raw === "object" ? raw : {};
    const noted = given.notes !== null && typeof given.notes === "object" ? given.notes : {};
    const wanted = Array.isArray(given.list) ? given.list : [];
    const state = { list: [], notes: {} };
    const seen = new Set();
    let left = Math.max(0, wanted.length - MOST_KEPT);
    for (const one of wanted.slice(0, MOST_KEPT)) {
      const item = this.item(one);
      const own = state.list.filter((other) => other.own).length;
      if (!item || seen.has(keyOf(item)) || (item.own && own === MOST)) {
        left += 1;
        continue;
      }
      const key = keyOf(item);
      seen.add(key);
      state.list.push(item);
      const note = Object.hasOwn(noted, key) ? plain(noted[key], LONGEST_NOTE) : "";
      if (note.length < noted[key]?.length) {
        this.notes.push(`A note was too long; its first ${LONGEST_NOTE} characters are kept.`);
      }
      if (note.trim()) {
        state.notes[key] = note;
      }
    }
    if (left) {
      this.notes.push(`${count(left)} could not be shown and stayed out.`);
    }
    return state;
  }

  /** One entry of a list from anything at all; null where it is none. */
  item(raw) {
    if (raw === null || typeof raw !== "object") {
      return null;
    }
    if (typeof raw.id === "string") {
      return this.boxes.has(raw.id) ? { id: raw.id } : null;
    }
    const whole = line(raw.own);
    const own = whole.slice(0, LONGEST).trim();
    if (own !== whole) {
      this.notes.push(`A question of your own was too long; its first ${LONGEST} characters are kept.`);
    }
    return visible(own) ? { own } : null;
  }

  fill(state) {
    this.list.replaceChildren(...state.list.map((item) => this.row(item, state.notes[keyOf(item)])));
    this.forget();
    this.leave(false);
    if (this.isEmpty(state)) {
      this.own.value = "";
      this.fault("");
    }
  }

  read() {
    const state = { list: [], notes: {} };
    for (const row of this.rows) {
      state.list.push(row.item);
      const note = plain(this.noteOf(row).value, LONGEST_NOTE);
      if (note.trim()) {
        state.notes[keyOf(row.item)] = note;
      }
    }
    return state;
  }

  isEmpty(state) {
    return state.list.length === 0;
  }

  /** A link holds the reader's own words only where that is asked for. */
  carried(state) {
    return this.words.checked ? state : { list: state.list.filter(({ id }) => id), notes: {} };
  }

  // The list ----------------------------------------------------------------------------------------

  get rows() {
    return [...this.list.children];
  }

  find(key) {
    return this.rows.find((row) => keyOf(row.item) === key);
  }

  noteOf(row) {
    return row.querySelector("textarea");
  }

  textOf(item) {
    return item.own ?? this.boxes.get(item.id).labels[0].querySelector("[data-ask]").textContent.trim();
  }

  row(item, note = "") {
    const row = this.template.cloneNode(true);
    const field = this.noteOf(row);
    this.made += 1;
    field.id = `questions-note-${this.made}`;
    field.value = note;
    row.querySelector("label").htmlFor = field.id;
    row.querySelector(".fb-questions__fault").id = `${field.id}-fault`;
    row.querySelector("[name=change]").hidden = item.own === undefined;
    this.write(row, item);
    return row;
  }

  /** Put a question into its row. */
  write(row, item) {
    const text = this.textOf(item);
    row.item = item;
    row.querySelector(".fb-questions__what").textContent = text;
    for (const button of row.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent}: \u2068${text}\u2069`);
    }
    this.noteOf(row).setAttribute("aria-label", `My note: \u2068${text}\u2069`);
  }

  /** Put questions at the end of the list; one that is on it stays where it is. */
  take(items) {
    const fresh = items.filter((item) => !this.find(keyOf(item)));
    this.list.append(
      ...fresh.map((item) => {
        const again = this.removed && keyOf(this.removed.item) === keyOf(item);
        const row = this.row(item, again ? this.removed.note : "");
        if (again) {
          this.forget();
        }
        return row;
      }),
    );
    const total = this.rows.length;
    if (items.length === 1) {
      this.changed(`Number ${total} on your list: ${quoted(this.textOf(items[0]))}.`);
    } else {
      const before = items.length - fresh.length;
      const were = before ? ` ${before} of them ${before === 1 ? "was" : "were"} there before.` : "";
      this.changed(`All ${items.length} are on your list.${were}`);
    }
  }

  ten() {
    const core = [...this.boxes.values()].filter((box) => box.closest("li").hasAttribute("data-core"));
    this.take(core.map((box) => ({ id: box.value })));
  }

  drop(row) {
    if (!row) {
      return;
    }
    const at = this.rows.indexOf(row);
    this.removed = { item: row.item, note: this.noteOf(row).value, at };
    this.querySelector("[name=back]").hidden = false;
    if (this.editing === row) {
      this.leave(false);
    }
    const held = row.contains(document.activeElement);
    row.remove();
    this.changed(`Removed: ${quoted(this.textOf(row.item))}. ${count(this.rows.length)} left.`);
    if (held) {
      const next = this.rows[Math.min(at, this.rows.length - 1)];
      (next?.querySelector("[name=remove]") ?? this.querySelector("[name=back]")).focus();
    }
  }

  putBack() {
    const { item, note, at } = this.removed;
    const row = this.find(keyOf(item)) ?? this.row(item, note);
    if (at < this.rows.length) {
      this.rows[at].before(row);
    } else {
      this.list.append(row);
    }
    this.forget();
    row.querySelector("[name=remove]").focus();
    this.changed(`Back as number ${this.rows.indexOf(row) + 1}: ${quoted(this.textOf(item))}.`);
  }

  /** Nothing more to put back. */
  forget() {
    this.removed = null;
    this.querySelector("[name=back]").hidden = true;
  }

  pressed(button) {
    const row = button?.closest("li");
    if (button?.name === "remove") {
      this.drop(row);
    } else if (button?.name === "change") {
      this.change(row);
    } else if (button) {
      this.move(row, button.name === "up");
    }
  }

  move(row, up) {
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) {
      this.say(`It is the ${up ? "first" : "last"} already.`);
      return;
    }
    // The other one goes past: a row that is taken out of the page would lose the focus.
    if (up) {
      row.after(other);
    } else {
      row.before(other);
    }
    row.scrollIntoView({ block: "nearest" });
    const total = this.rows.length;
    this.changed(`Now number ${this.rows.indexOf(row) + 1} of ${total}: ${quoted(this.textOf(row.item))}.`);
  }

  // Own questions -----------------------------------------------------------------------------------

  add() {
    const own = line(this.own.value);
    const before = this.find(keyOf({ own }));
    const full = !this.editing && this.rows.filter((row) => row.item.own).length === MOST;
    const fault =
      (!visible(own) && "Write a question first.") ||
      this.tooLong(own) ||
      (before && before !== this.editing && "This question is on your list already.") ||
      (full && `${MOST} questions of your own are on your list, and it holds no more. Remove one first.`);
    this.fault(fault || "");
    if (fault) {
      this.own.focus();
      return;
    }
    this.own.value = "";
    if (!this.editing) {
      this.take([{ own }]);
      this.own.focus();
      return;
    }
    const row = this.editing;
    this.write(row, { own });
    this.leave(false);
    row.querySelector("[name=change]").focus();
    this.changed(`Changed: ${quoted(own)}.`);
  }

  /** Take an own question into the field, to be changed there. */
  change(row) {
    this.editing = row;
    this.own.value = row.item.own;
    this.buttons();
    this.fault("");
    this.own.focus();
  }

  /** Leave an own question as it was. */
  leave(back) {
    const row = this.editing;
    this.editing = null;
    if (row) {
      this.own.value = "";
      this.fault("");
    }
    this.buttons();
    if (back) {
      row?.querySelector("[name=change]").focus();
    }
  }

  buttons() {
    const add = this.querySelector("[name=add]");
    add.textContent = this.editing ? add.dataset.change : add.dataset.add;
    this.querySelector("[name=leave]").hidden = !this.editing;
  }

  tooLong(text) {
    return text.length > LONGEST ? `This has ${text.length} characters, and ${LONGEST} fit. Please shorten it.` : "";
  }

  /** Show or take away what is wrong with an own question. */
  fault(text) {
    const place = this.querySelector("#questions-own-fault");
    place.hidden = !text;
    place.textContent = text;
    if (text) {
      this.own.setAttribute("aria-invalid", "true");
    } else {
      this.own.removeAttribute("aria-invalid");
    }
  }

  // What follows from it ----------------------------------------------------------------------------

  update(state) {
    const total = state.list.length;
    const ids = new Set(state.list.map(({ id }) => id));
    for (const [id, box] of this.boxes) {
      box.checked = ids.has(id);
    }
    this.rows.forEach((row, at) => this.dress(row, at === 0, at === total - 1));
    this.list.hidden = total === 0;
    this.querySelector("[data-part=count]").textContent = total ? count(total) : "no questions yet";
    this.paper(state);
    // A link that was made before no longer holds what is shown.
    const link = this.querySelector("[data-link]");
    link.hidden = true;
    link.value = "";
    document.documentElement.classList.toggle(PRINTING, total > 0);
  }

  dress(row, first, last) {
    const field = this.noteOf(row);
    const full = field.value.length >= LONGEST_NOTE;
    row.querySelector(".fb-questions__fault").hidden = !full;
    row.querySelector(".fb-questions__noted").textContent = field.value.trim();
    if (full) {
      field.setAttribute("aria-describedby", `${field.id}-fault`);
    } else {
      field.removeAttribute("aria-describedby");
    }
    // Not disabled: the button that is pressed keeps the focus at either end.
    row.querySelector("[name=up]").setAttribute("aria-disabled", String(first));
    row.querySelector("[name=down]").setAttribute("aria-disabled", String(last));
  }

  /** Share the sheet out: lines for the answers, and what to tell about it. */
  paper({ list, notes }) {
    const place = this.querySelector("[data-part=fits]");
    this.empty ??= place.textContent;
    if (!list.length) {
      place.textContent = this.empty;
      return;
    }
    const used = list.reduce((sum, item) => {
      const note = notes[keyOf(item)]?.trim();
      return sum + this.height(this.textOf(item), QUESTION) + (note ? this.height(note, NOTE) : 0) + GAP;
    }, 0);
    const room = (SHEET - used) / list.length;
    const fits = room >= LINE;
    const lines = fits ? Math.min(MOST_LINES, Math.floor(room / LINE)) : 2;
    const apart = fits ? Math.min(room / lines, 1.4 * LINE) : LINE;
    this.list.style.setProperty("--fb-questions-line", `${apart.toFixed(2)}mm`);
    for (const row of this.rows) {
      const blank = row.querySelector(".fb-questions__lines");
      if (blank.childElementCount !== lines) {
        blank.replaceChildren(...Array.from({ length: lines }, () => document.createElement("span")));
      }
    }
    const pages = Math.ceil((used + list.length * lines * apart) / SHEET);
    place.textContent = fits
      ? `${count(list.length)}. On paper, one page with ${count(lines, "line")} for each answer.`
      : `${count(list.length)}. On paper, about ${pages} pages. About 12 short ones fit on one.`;
  }

  /** Height of a text on paper, in mm. */
  height(text, { font, height }) {
    const width = (part) => {
      this.pen.font = `${font} ${this.family}`;
      return this.pen.measureText(part).width / PIXELS;
    };
    // Lines break between words, so they are not filled to the end.
    const lines = text.split("\n").map((part) => Math.max(1, Math.ceil((width(part) * 1.07) / WIDTH)));
    return lines.reduce((sum, number) => sum + number, 0) * height;
  }

  // The questions on the page -----------------------------------------------------------------------

  /** Show one group, the ten, or all. */
  narrow(...texts) {
    const { value } = this.choice;
    let left = 0;
    for (const group of this.querySelectorAll("[data-group]")) {
      const items = [...group.querySelectorAll(".fb-questions__item")];
      for (const item of items) {
        item.hidden = value === "core" ? !item.hasAttribute("data-core") : value !== "" && value !== group.dataset.group;
      }
      const shown = items.filter((item) => !item.hidden).length;
      group.hidden = shown === 0;
      left += shown;
    }
    this.say(...texts, `${left} of ${this.boxes.size} questions are shown.`);
  }

  /** Show what the address points at, even where a choice has left it out, and unfold it. */
  reveal() {
    const target = location.hash.length > 1 && this.querySelector(`#${CSS.escape(location.hash.slice(1))}`);
    if (!target || !target.closest("[data-group]")) {
      return;
    }
    if (target.closest("[hidden]")) {
      this.choice.value = "";
      this.narrow();
      target.scrollIntoView();
    }
    const fold = target.querySelector("details");
    if (fold) {
      fold.open = true;
    }
  }

  async share() {
    const state = this.read();
    if (this.isEmpty(this.carried(state))) {
      this.say(
        this.isEmpty(state)
          ? "Nothing is on your list yet."
          : "Only your own words are on your list. Tick the box below first, if the link is to hold them.",
      );
      return;
    }
    if (!this.words.checked && (state.list.some(({ own }) => own) || Object.keys(state.notes).length)) {
      this.notes.push("Your own words stay out of the link.");
    }
    await super.share();
  }
}

customElements.define("fb-questions", Questions);
