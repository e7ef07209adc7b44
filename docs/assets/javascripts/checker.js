/* <fb-checker> looks for known overclaims in a text that is pasted into it.

   The list of phrases stands on the page; this reads it from there, so that both are always the same. Nothing is kept
   or sent. The text is shown as text: it goes into the page through textContent alone. A long text is read in slices,
   so that the page answers meanwhile, and shown in passages. */

import { Lists, read, takenBack } from "./phrases.js";
import { whole } from "./whole.js";

const LIMIT = 2_000_000; // characters that are read
const WHOLE = 60_000; // characters that are shown whole
const PASSAGES = 200; // shown of a longer text
const MARKS = 1000; // marks in a text that is shown whole
const ROUND = 160; // characters round a finding in a passage
const SLICE = 12; // milliseconds of work before the page gets its turn
const SOFT = 100; // sentences in the list of what is not counted
const PRINTING = "fb-print-checker"; // on the page while the findings are printed, and nothing else of it

const COMMON = /^(?:the|and|of|to|is|in|for|your|with|you|are|it|that|on|we|our|a|hair|this|as|can|not|no)$/;

/** Numbers and words in a sentence: "{count} times". */
function fill(text, values) {
  return text.replaceAll(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.textContent = text;
  return made;
}

const number = (value) => value.toLocaleString("en-GB");

class Checker extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.form.elements.text;
    this.status = this.querySelector("[role=status]");
    this.result = this.part("result");
    this.fault = this.querySelector("#checker-fault");
    const texts = this.querySelector("template[data-part=texts]").content.querySelectorAll("[data-key]");
    this.texts = Object.fromEntries([...texts].map((item) => [item.dataset.key, item.textContent]));
    this.card = this.querySelector("template[data-part=card]").content.firstElementChild;
    this.run = 0; // the check that is at work; a newer one puts an end to an older one

    this.form.hidden = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    this.field.addEventListener("input", () => this.changed());
    this.on("example", () => {
      this.field.value = this.texts.example;
      this.turn();
      this.check();
    });
    this.on("clear", () => this.clear());
    this.on("print", () => window.print());
    this.on("copy", () => this.copy());
    const root = document.documentElement;
    window.addEventListener("beforeprint", () => root.classList.toggle(PRINTING, !this.result.hidden));
    window.addEventListener("afterprint", () => root.classList.remove(PRINTING));
  }

  /** The list of phrases. Most of it stands beside the page until somebody wants it (later.js). */
  async lists() {
    await whole(this);
    if (!this.made) {
      this.made = new Lists();
      for (const entry of this.querySelectorAll("[data-overclaim]")) {
        for (const phrase of entry.querySelectorAll("[data-phrase]")) {
          this.made.add(phrase.textContent, entry);
        }
      }
    }
    return this.made;
  }

  part(name) {
    return this.querySelector(`[data-part=${name}]:not(template)`);
  }

  on(name, act) {
    this.querySelector(`button[name=${name}]`).addEventListener("click", act);
  }

  say(text) {
    this.status.textContent = text;
  }

  wrong(text) {
    this.fault.textContent = text;
    this.fault.hidden = !text;
    if (text) {
      this.field.setAttribute("aria-invalid", "true");
      this.field.focus();
    } else {
      this.field.removeAttribute("aria-invalid");
    }
  }

  changed() {
    this.run += 1;
    this.turn();
    this.wrong("");
    this.say(this.result.hidden ? "" : this.texts.stale);
  }

  /** Right to left where the first letter is; dir="auto" would take minutes for a megabyte of lines. */
  turn() {
    const first = this.field.value.slice(0, 1000).match(/\p{L}/u)?.[0] ?? "";
    this.field.dir = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(first) ? "rtl" : "ltr";
  }

  clear() {
    this.run += 1;
    this.field.value = "";
    this.wrong("");
    this.forget();
    this.say(this.texts.cleared);
    this.field.focus();
  }

  forget() {
    this.result.hidden = true;
    this.removeAttribute("data-checked");
    for (const name of ["notes", "text", "cards"]) {
      this.part(name).replaceChildren();
    }
    this.querySelector(".fb-checker__soft").replaceChildren();
  }

  async check() {
    this.run += 1;
    const { run } = this;
    this.forget();
    this.wrong("");
    const given = this.field.value;
    if (!/[\p{L}\p{N}]/u.test(given)) {
      this.say("");
      this.wrong(this.texts.empty);
      return;
    }
    this.say(this.texts.working);
    try {
      // The first turn is the page's, so that the message is seen.
      let since = 0;
      const pause = async () => {
        if (performance.now() - since > SLICE) {
          await new Promise((resolve) => {
            setTimeout(resolve);
          });
          since = performance.now();
        }
        if (run !== this.run) {
          throw new DOMException("", "AbortError");
        }
      };
      const text = given.slice(0, LIMIT);
      await pause();
      const words = await read(text, pause);
      const found = await (await this.lists()).find(words, pause);
      for (const item of found) {
        item.start = words[item.from].start;
        item.end = words[item.to - 1].end;
        item.soft = item.entry.hasAttribute("data-firm") ? "" : takenBack(words, item);
        await pause();
      }
      this.show(text, words, found, given.length > LIMIT);
    } catch (error) {
      if (error.name !== "AbortError") {
        this.say("");
        this.wrong(error.name === "NetworkError" ? this.texts.missed : this.texts.fault);
      }
    }
  }

  // What was found ----------------------------------------------------------------------------------

  show(text, words, found, cut) {
    const counted = found.filter((item) => !item.soft);
    const soft = found.filter((item) => item.soft);
    const entries = new Map(); // in the order of the text
    for (const item of counted) {
      const known = entries.get(item.entry) ?? { number: entries.size + 1, spellings: new Map() };
      const key = text.slice(item.start, item.end).replaceAll(/\s+/g, " ").slice(0, 120);
      const plain = key.toLowerCase();
      const spelling = known.spellings.get(plain) ?? { key, count: 0 };
      spelling.count += 1;
      known.spellings.set(plain, spelling);
      entries.set(item.entry, known);
      item.number = known.number;
    }
    const looks = counted.filter((item) => item.entry.hasAttribute("data-look")).length;
    const counts = {
      hard: number(counted.length - looks),
      look: number(looks),
      soft: number(soft.length),
      words: number(words.length),
    };
    const summary = fill(found.length ? this.texts.counts : this.texts.none, counts);

    const notes = [element("p", "fb-checker__counts", summary), element("p", "", this.texts.clearance)];
    if (cut) {
      notes.push(element("p", "", fill(this.texts.cut, { limit: number(LIMIT) })));
    }
    if (this.foreign(words)) {
      notes.push(element("p", "", this.texts.foreign));
    }
    const passages = text.length > WHOLE || counted.length > MARKS;
    if (passages && counted.length) {
      notes.push(element("p", "", fill(this.texts.long, { shown: number(Math.min(PASSAGES, counted.length)) })));
    }
    this.part("notes").replaceChildren(...notes);

    const box = this.part("text");
    box.hidden = passages && !counted.length;
    box.replaceChildren(...(passages ? this.passages(text, counted) : this.marked(text, counted, 0, text.length)));
    this.part("cards").replaceChildren(...[...entries].map(([entry, known]) => this.cardOf(entry, known)));

    const list = this.part("soft");
    list.hidden = !soft.length;
    this.querySelector(".fb-checker__soft").replaceChildren(...soft.slice(0, SOFT).map((item) => {
      const line = element("li", "", "");
      line.dir = "auto";
      const before = text.slice(Math.max(0, item.start - 60), item.start);
      const after = text.slice(item.end, item.end + 60);
      line.append(
        item.start > 60 ? before.replace(/^\S*\s/, "… ") : before,
        element("strong", "", text.slice(item.start, item.end)),
        item.end + 60 < text.length ? after.replace(/\s\S*$/, " …") : after,
        ` (${this.texts[item.soft]})`,
      );
      return line;
    }));

    this.result.hidden = false;
    this.setAttribute("data-checked", "");
    this.say(this.texts.done);
    this.querySelector("#checker-found").focus();
  }

  /** Whether few of the words are the small ones of every English text. */
  foreign(words) {
    if (words.length < 40) {
      return words.length > 3 && words.every(({ word }) => /[^\u0000-\u024F]/u.test(word) || /^\d/.test(word));
    }
    const some = words.slice(0, 5000);
    return some.filter(({ word }) => COMMON.test(word)).length < some.length * 0.08;
  }

  /** A stretch of the text with its findings marked; what overlaps is one mark with several numbers. */
  marked(text, found, from, to) {
    const parts = [];
    let at = from;
    for (let first = 0; first < found.length; ) {
      let last = first;
      let { end } = found[first];
      while (last + 1 < found.length && found[last + 1].start < end) {
        last += 1;
        end = Math.max(end, found[last].end);
      }
      const items = found.slice(first, last + 1);
      const look = items.every((item) => item.entry.hasAttribute("data-look"));
      const mark = element("mark", look ? "fb-checker__mark--look" : "", text.slice(items[0].start, end));
      for (const place of new Set(items.map((item) => item.number))) {
        const link = element("a", "fb-checker__ref", String(place));
        link.href = `#checker-card-${place}`;
        link.setAttribute("aria-label", fill(this.texts.number, { number: place }));
        mark.append(link);
      }
      parts.push(text.slice(at, items[0].start), mark);
      at = end;
      first = last + 1;
    }
    parts.push(text.slice(at, to));
    return parts;
  }

  /** The places of a long text where something was found. */
  passages(text, counted) {
    const shown = counted.slice(0, PASSAGES);
    const parts = [];
    for (let first = 0; first < shown.length; ) {
      let last = first;
      let { end } = shown[first];
      while (last + 1 < shown.length && shown[last + 1].start - end < 2 * ROUND) {
        last += 1;
        end = Math.max(end, shown[last].end);
      }
      const from = Math.max(0, shown[first].start - ROUND);
      const to = Math.min(text.length, end + ROUND);
      const line = element("p", "", "");
      line.dir = "auto";
      line.append("… ", ...this.marked(text, shown.slice(first, last + 1), from, to), " …");
      parts.push(line);
      first = last + 1;
    }
    return parts;
  }

  /** What the list says of an entry, with the words that were found. */
  cardOf(entry, { number: place, spellings }) {
    const card = this.card.cloneNode(true);
    card.id = `checker-card-${place}`;
    card.tabIndex = -1;
    card.querySelector(".fb-checker__number").textContent = `${place}.`;
    const look = entry.hasAttribute("data-look");
    card.classList.toggle("fb-checker__card--look", look);
    card.querySelector(".fb-checker__level").textContent = look ? this.texts.look : this.texts.change;
    const words = [...spellings.values()].slice(0, 8).map(({ key, count }) => {
      const quoted = `“\u2068${key}\u2069”`;
      return count > 1 ? fill(this.texts.times, { word: quoted, count: number(count) }) : quoted;
    });
    card.querySelector("strong").textContent = words.join("; ");
    const body = entry.querySelector(".fb-checker__entry").cloneNode(true);
    for (const part of body.querySelectorAll("[id]")) {
      part.removeAttribute("id");
    }
    card.querySelector(".fb-checker__why").append(...body.childNodes);
    return card;
  }

  async copy() {
    const lines = [this.part("notes").innerText];
    for (const card of this.part("cards").children) {
      const clean = card.cloneNode(true);
      for (const part of clean.querySelectorAll("sup, svg")) {
        part.remove();
      }
      const say = (part) => part.textContent.replaceAll(/\s+/g, " ").trim();
      lines.push(
        [clean.querySelector(".fb-checker__phrases"), ...clean.querySelectorAll("dl > div")].map(say).join("\n"),
      );
    }
    lines.push(location.origin + location.pathname);
    try {
      await navigator.clipboard.writeText(lines.join("\n\n"));
      this.say(this.texts.copied);
    } catch {
      this.say(this.texts.uncopied);
    }
  }
}

customElements.define("fb-checker", Checker);
