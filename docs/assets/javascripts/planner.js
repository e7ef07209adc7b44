/* <fb-planner>: days, waits, review date, stop rule and cost of a course, as a table, on paper and as a calendar file.

   Courses stand in the options of `preset`, waits in the rows with data-wait, texts in data-* of the element. What stands in
   a field is kept as it was typed, wrong or not; planner-plan.js says what it means. Beside the fields a state holds
     plan      a random id, from which the calendar's events have theirs
     sequence  the number of the last calendar file; it only ever rises
     sent      the days that calendar files have held so far, by kind, so that what is no longer planned can be cancelled */

import { calendar } from "./planner-ics.js";
import { FIRST, LAST, isoOf, long, short } from "./planner-dates.js";
import { RULE, SESSIONS, UPKEEP, make } from "./planner-plan.js";
import { shown } from "./planner-money.js";
import { Tool, plain } from "./tool.js";

const LENGTHS = {
  start: 40, preset: 60, count: 40, every: 40, review: 40, stop: 2000, upkeep: 40, years: 40,
  price: 40, extra: 40, once: 40, currency: 12, other: 60, yearly: 40,
}; // characters kept of each field
const UNITS = { unit: ["weeks", "days"], upkeepUnit: ["months", "weeks"] };
const KINDS = { session: SESSIONS, upkeep: UPKEEP, photos: 1, review: 1 }; // events of each kind at most
const ERA = Date.UTC(2026, 0, 1);
const HIGHEST = 2_000_000_000; // SEQUENCE is a signed number of 32 bits
const PRINTING = { plan: "fb-print-planner", sheet: "fb-print-planner-sheet" };

/** A text with its {names} filled in. */
function worded(text, values) {
  return text.replaceAll(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

function built(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function cell(label, ...children) {
  const made = built("td", {}, ...children);
  made.dataset.label = label;
  return made;
}

class Planner extends Tool {
  static tool = "planner";
  static version = 1;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.fields = this.form.elements;
    this.result = this.querySelector(".fb-planner__result");
    this.presets = {};
    for (const { value, dataset } of this.fields.preset.querySelectorAll("[data-days]")) {
      this.presets[value] = { days: dataset.days.split(" ").map(Number), review: Number(dataset.review), note: dataset.note };
    }
    this.waits = [...this.querySelectorAll("[data-wait]")].map(({ dataset }) => ({
      what: dataset.wait,
      from: Math.floor(Number(dataset.earliest) / 24),
      to: Math.ceil(Number(dataset.latest) / 24),
    }));
    this.offer();
    this.form.addEventListener("input", ({ target }) => {
      // While somebody types, the field is not called wrong yet; all else follows at once, and nothing is lost.
      this.typing = target.name;
      this.touched(target);
      this.changed();
    });
    this.form.addEventListener("change", ({ target }) => {
      this.typing = "";
      this.touched(target);
      this.changed(this.summary());
    });
    this.querySelector("button[name=print]").addEventListener("click", () => {
      document.documentElement.classList.add(this.made.plan ? PRINTING.plan : PRINTING.sheet);
    });
    window.addEventListener("afterprint", () => document.documentElement.classList.remove(...Object.values(PRINTING)));
    super.connectedCallback();
    this.on("calendar", () => this.download());
  }

  /** Buttons for the sentences that a stop rule can start from. */
  offer() {
    const buttons = [...this.querySelectorAll("[data-starter]")].map(({ textContent }) => {
      const button = built("button", { type: "button", className: "fb-button fb-planner__starter" }, `+ ${textContent}`);
      button.addEventListener("click", () => this.add(textContent));
      return button;
    });
    this.querySelector("[data-starters]").append(...buttons);
  }

  add(sentence) {
    const field = this.fields.stop;
    const text = field.value.includes(sentence) ? field.value : [field.value.trim(), sentence].filter(Boolean).join("\n");
    if (text.length > RULE) {
      this.say(`There is no room for this sentence: the rule takes ${RULE} characters.`);
      return;
    }
    field.value = text;
    this.changed("The sentence stands in the stop rule.");
  }

  // State ------------------------------------------------------------------------------------------

  clean(raw) {
    const state = { unit: "weeks", upkeepUnit: "months", remind: false, plan: "", sequence: 0, sent: {} };
    const given = raw && typeof raw === "object" && !Array.isArray(raw) ? raw : {};
    const own = (name) => (Object.hasOwn(given, name) ? given[name] : undefined);
    let lost = raw !== null && raw !== undefined && given !== raw;
    for (const [name, longest] of Object.entries(LENGTHS)) {
      const value = own(name) ?? "";
      lost ||= typeof value !== "string" || value.length > longest;
      const text = plain(value, longest);
      state[name] = name === "stop" ? text : text.replaceAll("\n", " ");
    }
    for (const [name, units] of Object.entries(UNITS)) {
      const value = own(name) ?? units[0];
      lost ||= !units.includes(value);
      state[name] = units.includes(value) ? value : units[0];
    }
    if (state.preset && !Object.hasOwn(this.presets, state.preset)) {
      this.notes.push("The course that was chosen is not among those here; choose one, or fill in your own.");
      state.preset = "";
    }
    state.remind = own("remind") === true;
    const [plan, sequence, sent] = [own("plan"), own("sequence"), own("sent")];
    state.plan = typeof plan === "string" && /^[0-9a-f]{32}$/.test(plan) ? plan : "";
    state.sequence = Number.isInteger(sequence) && sequence > 0 && sequence < HIGHEST ? sequence : 0;
    for (const [kind, most] of Object.entries(KINDS)) {
      const days = sent && typeof sent === "object" && Object.hasOwn(sent, kind) ? sent[kind] : [];
      const fit = Array.isArray(days) && days.length <= most;
      state.sent[kind] = fit ? days.filter((day) => Number.isInteger(day) && day >= FIRST && day <= LAST) : [];
    }
    if (lost) {
      this.notes.push("Something that was kept did not fit here and was left out.");
    }
    return state;
  }

  isEmpty(state) {
    return !state.remind && !state.sent.session.length && Object.keys(LENGTHS).every((name) => !state[name]);
  }

  fill(state) {
    this.typing = "";
    for (const name of [...Object.keys(LENGTHS), ...Object.keys(UNITS)]) {
      this.fields[name].value = state[name];
    }
    this.fields.remind.checked = state.remind;
    // A field for dates drops what is no day. It is still kept and named, until the reader touches the field.
    this.strange = Object.fromEntries(["start", "review"].map((name) => [name, this.fields[name].value ? "" : state[name]]));
    this.hidden_part = { plan: state.plan, sequence: state.sequence, sent: state.sent };
  }

  touched(field) {
    if (field.name in this.strange) {
      this.strange[field.name] = "";
    }
  }

  read() {
    const raw = { ...this.hidden_part, remind: this.fields.remind.checked };
    for (const [name, longest] of Object.entries(LENGTHS)) {
      raw[name] = (this.strange[name] || this.fields[name].value).slice(0, longest);
    }
    for (const name of Object.keys(UNITS)) {
      raw[name] = this.fields[name].value;
    }
    const state = this.clean(raw);
    if (!state.plan && !this.isEmpty(state)) {
      const bytes = crypto.getRandomValues(new Uint8Array(16));
      state.plan = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
      this.hidden_part.plan = state.plan;
    }
    return state;
  }

  // What follows from it ---------------------------------------------------------------------------

  update(state) {
    const broken = { start: this.fields.start.validity.badInput, review: this.fields.review.validity.badInput };
    this.made = make(state, this.presets, broken);
    const { faults, notes, plan, costs } = this.made;
    const preset = this.presets[state.preset];
    this.querySelector(".fb-planner__own").hidden = Boolean(preset);
    for (const part of this.querySelectorAll("[data-fault]")) {
      const { fault: name } = part.dataset;
      const fault = name === this.typing ? "" : faults[name] ?? "";
      part.textContent = fault;
      if (fault) {
        this.fields[name].setAttribute("aria-invalid", "true");
      } else {
        this.fields[name].removeAttribute("aria-invalid");
      }
    }
    for (const part of this.querySelectorAll("[data-note]:not(option)")) {
      const { note: name } = part.dataset;
      part.textContent = name === "preset" ? preset?.note ?? "" : notes[name] ?? "";
      part.classList.toggle("fb-planner__warning", part.textContent.includes("Warning:"));
    }
    this.result.hidden = !plan;
    if (plan) {
      this.showDays(plan, state);
      this.showWaits(plan);
      this.showCosts(plan, costs, state);
    }
  }

  summary() {
    const wrong = Object.keys(this.made.faults).length;
    if (wrong) {
      return wrong === 1 ? "One field needs a look." : `${wrong} fields need a look.`;
    }
    const warned = this.made.notes.review?.includes("Warning:") ? " A warning stands beside the review date." : "";
    return this.made.plan ? `Your plan is below.${warned}` : "Still needed: the day of the first session, how many, and how far apart.";
  }

  /** "7 sessions" */
  sessions(number) {
    return number === 1 ? this.dataset.one : worded(this.dataset.many, { n: number });
  }

  /** What happens on which day, in order of days: {kind, number, day}. */
  events({ sessions, review, upkeep }) {
    const numbered = (kind, days) => days.map((day, place) => ({ kind, number: place + 1, day }));
    const found = [
      { kind: "photos", number: 1, day: sessions[0] },
      ...numbered("session", sessions),
      ...numbered("upkeep", upkeep),
      { kind: "review", number: 1, day: review },
    ];
    return found.sort((one, other) => one.day - other.day);
  }

  rule(state) {
    return state.stop.slice(0, RULE).trim();
  }

  /** The names of one event. */
  named({ kind, number }, { sessions }) {
    const { session, upkeep, first, review } = this.dataset;
    const values = { n: number, of: sessions.length };
    return worded({ photos: first, session, upkeep, review }[kind], values);
  }

  showDays(plan, state) {
    const [what, paid, photo] = [...this.querySelectorAll(".fb-planner__days th")].slice(1, 4).map((head) => head.textContent);
    const rows = this.events(plan).map((item) => {
      const { kind, day } = item;
      const text = built("td", {}, built("strong", {}, this.named(item, plan)));
      text.dataset.label = what;
      if (kind === "review") {
        const rule = this.rule(state);
        text.append(built("span", { className: "fb-small" }, rule ? this.dataset.rule : this.dataset.noRule));
        text.append(built("span", { className: "fb-planner__rule", dir: "auto" }, rule));
      } else if (day > plan.review) {
        text.append(". ", built("span", { className: "fb-planner__owed" }, this.dataset.owed));
      }
      const pens = [paid, photo].map((label) => cell(label));
      for (const pen of pens) {
        pen.className = "fb-planner__pen";
      }
      const head = built("th", { scope: "row" }, long(day));
      return built("tr", { className: `fb-planner__row fb-planner__row--${kind}` }, head, text, ...pens);
    });
    this.querySelector("[data-days-rows]").replaceChildren(...rows);
    const [start] = plan.sessions;
    this.querySelector("[data-lead-line]").textContent = worded(this.dataset.lead, {
      n: this.sessions(plan.sessions.length), first: long(start), last: long(plan.sessions.at(-1)), review: long(plan.review),
    });
  }

  /** Waits of the same length stand together: [[what, what], from, to]. */
  get spans() {
    const found = new Map();
    for (const { what, from, to } of this.waits) {
      const key = `${from} ${to}`;
      found.set(key, [[...(found.get(key)?.[0] ?? []), what], from, to]);
    }
    return [...found.values()];
  }

  range(day, from, to) {
    const text = from === to ? this.dataset.on : this.dataset.from;
    return worded(text, { from: short(day + from), to: short(day + to) });
  }

  showWaits(plan) {
    const head = this.querySelector("[data-waits-head]");
    const names = this.spans.map(([whats]) => whats.join("; "));
    head.replaceChildren(head.firstElementChild, ...names.map((name) => built("th", { scope: "col" }, name)));
    const rows = plan.sessions.map((day, place) => {
      const name = worded(this.dataset.session, { n: place + 1, of: plan.sessions.length });
      const first = built("th", { scope: "row" }, name, built("span", { className: "fb-small" }, long(day)));
      // A line breaks between the two days, not inside one.
      const ranges = this.spans.map(([, from, to]) => this.range(day, from, to).replaceAll(/ (?!to )(?<!to )/g, "\u00A0"));
      return built("tr", {}, first, ...ranges.map((range, column) => cell(names[column], range)));
    });
    this.querySelector("[data-waits-rows]").replaceChildren(...rows);
  }

  showCosts(plan, costs, state) {
    const table = this.querySelector(".fb-planner__costs");
    table.hidden = !costs;
    if (!costs) {
      return;
    }
    const money = (cents) => built("bdi", {}, shown(cents, state.currency.trim()));
    const { dataset } = this;
    const years = worded(plan.years === 1 ? "year" : "{n} years", { n: plan.years });
    const three = !plan.upkeep.length ? dataset.costNone : plan.years < 3 ? worded(dataset.costShort, { n: years }) : dataset.costThree;
    const lines = [
      [dataset.costReview, costs.review, null],
      [worded(dataset.costCourse, { n: this.sessions(plan.sessions.length) }), costs.course, null],
      [dataset.costFirst, costs.first, costs.yearly?.[0] ?? null],
      [three, costs.three, costs.yearly?.[1] ?? null],
    ];
    const other = state.other.trim() || dataset.other;
    const head = this.querySelector("[data-other-head]");
    head.replaceChildren(built("bdi", {}, other));
    head.hidden = !costs.yearly;
    const ours = table.querySelector("th:nth-child(2)").textContent;
    const rows = lines.map(([name, cents, beside]) => {
      const row = built("tr", {}, built("th", { scope: "row" }, name), cell(ours, money(cents)));
      if (costs.yearly) {
        row.append(beside === null ? cell(other, "–") : cell(other, money(beside)));
      }
      return row;
    });
    this.querySelector("[data-cost-rows]").replaceChildren(...rows);
  }

  // The calendar file ------------------------------------------------------------------------------

  /** What an event says in the calendar. */
  described(item, plan, state) {
    const { kind, day } = item;
    const { dataset } = this;
    if (kind === "photos") {
      return { summary: dataset.photosTitle, description: dataset.photosText };
    }
    if (kind === "review") {
      const rule = this.rule(state);
      const description = [dataset.reviewText, rule ? `${dataset.rule} ${rule}` : dataset.noRule].join("\n");
      return { summary: dataset.reviewTitle, description };
    }
    const waits = this.spans.map(([whats, from, to]) => `${whats.join("; ")}: ${this.range(day, from, to)}`);
    const owed = day > plan.review ? [dataset.owed] : [];
    // Only in a clinic's edition.
    const own = [...this.querySelectorAll("[data-own-wait]")].map((row) =>
      worded(dataset.own, { what: row.dataset.wait, wait: row.dataset.ownWait }),
    );
    const lines = [...owed, dataset.waits, ...waits, dataset.decides, ...own];
    return { summary: this.named(item, plan), description: lines.join("\n") };
  }

  download() {
    const state = this.read();
    this.typing = "";
    this.update(state);
    const { plan } = this.made;
    if (!plan) {
      this.say("There is nothing to put into a calendar yet.", this.summary());
      return;
    }
    const planned = this.events(plan).map((item) => ({ ...item, ...this.described(item, plan, state) }));
    const days = { session: plan.sessions, upkeep: plan.upkeep, photos: [plan.sessions[0]], review: [plan.review] };
    const sent = {};
    const gone = [];
    for (const kind of Object.keys(KINDS)) {
      const dropped = state.sent[kind].slice(days[kind].length);
      sent[kind] = [...days[kind], ...dropped];
      for (const [place, day] of dropped.entries()) {
        const item = { kind, number: days[kind].length + place + 1, day };
        const summary = worded(this.dataset[kind], { n: item.number, of: sent[kind].length });
        gone.push({ ...item, summary, description: this.dataset.cancelled, cancelled: true });
      }
    }
    // Seconds make it rise from device to device too, and where nothing is kept.
    const now = new Date();
    const sequence = Math.max(state.sequence + 1, Math.floor((now.getTime() - ERA) / 1000));
    const text = calendar([...planned, ...gone], { plan: state.plan, sequence, now, remind: state.remind, contact: this.dataset.clinic });
    this.hidden_part = { plan: state.plan, sequence, sent };
    // A plan that came with a link is not the reader's own yet, and does not take the place of it.
    const kept = this.visiting ? "" : this.keep(this.read());
    const address = URL.createObjectURL(new Blob([text], { type: "text/calendar;charset=utf-8" }));
    const link = built("a", { href: address, download: "session-plan.ics" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    const dropped = gone.length && `${gone.length} that ${gone.length === 1 ? "is" : "are"} no longer planned ${gone.length === 1 ? "is" : "are"} marked as cancelled.`;
    this.say(`The calendar file holds ${planned.length} days.`, dropped, kept);
  }
}

customElements.define("fb-planner", Planner);
