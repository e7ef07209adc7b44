/* <fb-course> lists the modules with what is done; <fb-record> is the record to print, to save and to clear;
   <fb-skills> and <fb-roleplay> only print. */

import { Staff, asides } from "./staff-base.js";
import { LONGEST, cleaned, dayAfter, filled, inWords, isPass } from "./staff-state.js";
import { digits, plain } from "./tool.js";

const LARGEST = 10 ** 6; // bytes of a file

/** The state of one module in words, from what is kept of it. */
function standing(kept, pass, words) {
  if (!kept) {
    return words.new;
  }
  if (!kept.best) {
    return words.open;
  }
  const text = filled(isPass(kept.best, pass) ? words.passed : words.failed, { ...kept.best, day: inWords(kept.best.day) });
  return kept.wrong.length ? `${text}. ${filled(words.repeat, { n: kept.wrong.length })}` : text;
}

class Course extends Staff {
  update({ modules }) {
    const pass = Number(this.dataset.pass);
    const items = [...this.querySelectorAll("[data-module]")];
    const passed = (item) => {
      const best = modules[item.dataset.module]?.best;
      return Boolean(best) && isPass(best, pass);
    };
    for (const item of items) {
      const place = item.querySelector("[data-part=state]");
      place.textContent = standing(modules[item.dataset.module], pass, place.dataset);
      item.toggleAttribute("data-passed", passed(item));
    }
    const sum = this.querySelector("[data-part=sum]");
    const next = items.find((item) => !passed(item));
    const after = next ? filled(sum.dataset.next, { title: next.querySelector("a").textContent }) : sum.dataset.all;
    sum.textContent = next
      ? `${filled(sum.dataset.words, { done: items.filter(passed).length, all: items.length })} ${after}`
      : after;
  }
}

class Record extends Staff {
  connectedCallback() {
    this.fields = new Map(Object.keys(LONGEST).map((name) => [name, this.querySelector(`[name=${name}]`)]));
    this.tick = this.querySelector("[name=keep]");
    for (const field of [...this.fields.values(), this.tick]) {
      field.addEventListener("input", () => this.write());
    }
    this.querySelector("[name=file]").addEventListener("change", (event) => this.load(event.target));
    this.on("cut", () => this.print("staff-record"));
    this.on("save", () => this.save());
    this.on("aside", () => this.saveAside());
    super.connectedCallback();
  }

  fill(state) {
    super.fill(state);
    if (state.record.keep) {
      for (const [name, field] of this.fields) {
        // Not while it is written in: the cursor would jump.
        if (field.value !== state.record[name]) {
          field.value = state.record[name];
        }
      }
    }
    this.tick.checked = state.record.keep === true;
  }

  cleared() {
    for (const field of this.fields.values()) {
      field.value = "";
    }
  }

  write() {
    this.change((state) => {
      state.record = {};
      if (this.tick.checked) {
        state.record.keep = true;
        for (const [name, field] of this.fields) {
          state.record[name] = plain(field.value, LONGEST[name]);
        }
      }
    });
  }

  update({ modules, cases }) {
    const pass = Number(this.dataset.pass);
    let minutes = 0;
    for (const row of this.querySelectorAll("[data-module]")) {
      const kept = modules[row.dataset.module];
      const cell = (name) => row.querySelector(`[data-part=${name}]`);
      const { best, last } = kept ?? {};
      const words = cell("best").dataset;
      cell("best").textContent = best ? filled(isPass(best, pass) ? words.passed : words.failed, best) : "";
      cell("last").textContent = last ? `${last.right}/${last.of}` : "";
      cell("day").textContent = best
        ? filled(cell("day").dataset.words, { day: inWords(best.day), edition: best.edition || "?" })
        : "";
      cell("wrong").textContent = kept?.best ? String(kept.wrong.length) : "";
      minutes += best && isPass(best, pass) ? Number(row.dataset.minutes) : 0;
    }
    for (const row of this.querySelectorAll("[data-case]")) {
      const ends = row.dataset.ends.trim().split(" ");
      const seen = cases[row.dataset.case];
      const good = row.querySelector("[data-part=good]");
      row.querySelector("[data-part=ends]").textContent = seen
        ? `${ends.filter((end) => seen.ends.includes(end)).length}/${ends.length}`
        : "";
      good.textContent = seen ? (seen.good ? good.dataset.yes : good.dataset.no) : "";
    }
    const planned = this.querySelector("[data-part=planned]");
    planned.textContent = minutes ? filled(planned.dataset.words, { n: minutes }) : "";
    const today = this.querySelector("[data-part=today]");
    today.textContent = filled(today.dataset.words, { day: inWords(dayAfter(0)) });
    this.querySelector("[name=aside]").hidden = !asides().length;
    for (const [name, field] of this.fields) {
      this.querySelector(`[data-fill=${name}]`).textContent = plain(field.value, LONGEST[name]).trim();
    }
    this.checkHours();
  }

  checkHours() {
    const field = this.fields.get("hours");
    const text = digits(field.value).trim().replace(",", ".");
    const wrong = text !== "" && !(/^\d{1,4}(\.\d{1,2})?$/.test(text));
    this.querySelector("[data-part=fault]").hidden = !wrong;
    if (wrong) {
      field.setAttribute("aria-invalid", "true");
    } else {
      field.removeAttribute("aria-invalid");
    }
  }

  // Files ---------------------------------------------------------------------------------------------

  save() {
    this.offer(this.text(this.parse(this.raw())), `staff-course-${dayAfter(0)}.json`);
    this.say(this.status.dataset.saved);
  }

  saveAside() {
    const texts = asides().map((name) => localStorage.getItem(name));
    this.offer(texts.join("\n"), `staff-course-set-aside-${dayAfter(0)}.txt`);
  }

  offer(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json;charset=utf-8" }));
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async load(field) {
    const file = field.files[0];
    if (!file) {
      return;
    }
    const { bad, older, large, over, loaded } = this.status.dataset;
    const text = file.size > LARGEST ? "" : await file.text();
    field.value = ""; // so that the same file can be taken again
    let kept = null;
    try {
      kept = JSON.parse(text);
    } catch {
      // Said below.
    }
    if (file.size > LARGEST) {
      this.say(large);
    } else if (kept === null || typeof kept !== "object" || !("version" in kept)) {
      this.say(bad);
    } else if (kept.version !== this.constructor.version) {
      this.say(older);
    } else if (this.isEmpty(cleaned(kept.state).state)) {
      this.say(bad);
    } else if (this.isEmpty(this.parse(this.raw())) || window.confirm(over)) {
      const found = this.clean(kept.state);
      this.fill(found);
      this.change((state) => Object.assign(state, found), loaded);
    }
  }
}

/** A part of a page that can be printed alone. */
class Sheet extends Staff {
  connectedCallback() {
    this.on("cut", () => this.print(this.constructor.part));
    super.connectedCallback();
  }

  update() {}
}

class Skills extends Sheet {
  static part = "staff-skills";
}

class RolePlay extends Sheet {
  static part = "staff-roleplay";
}

customElements.define("fb-course", Course);
customElements.define("fb-record", Record);
customElements.define("fb-skills", Skills);
customElements.define("fb-roleplay", RolePlay);
