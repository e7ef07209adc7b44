/* <fb-visit-card> counts from the end of a session: what is expected now, what to do, what can wait, whom to call.

   Without scripts the element holds every stage by time, the signs, the numbers and a card to fill in by hand. State:
   { end, country, what, clinic, phone }, `end` as ISO without a zone ("2026-11-27T14:30"), so that it stays what the
   clock on the wall said. Hours are elapsed ones: when the clocks change, a day has 23 or 25. Nothing is fetched. */

import { Tool, digits, plain } from "./tool.js";

const MINUTE = 60_000; // ms
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEARS = 2; // what lies further back is more likely a slip than a session
const LONGEST = 80; // characters of a reader's own words
const LONGEST_PHONE = 40;
const END = /^(\d{4}-\d{2}-\d{2})?(?:T(\d{2}:\d{2}))?$/; // what is half filled in is kept as well
const PRINTING = "fb-print-card";

const LOCALE = /^en\b/.test(navigator.language) ? navigator.language : "en-GB"; // the page speaks English

/** The first moment of the local day. */
function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

/** ISO without a zone, as fields of type date and time take it. */
function iso(date) {
  const two = (number) => String(number).padStart(2, "0");
  const day = [String(date.getFullYear()).padStart(4, "0"), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return [day, `${two(date.getHours())}:${two(date.getMinutes())}`];
}

/** A date from a local day and time, null where there is none. A time that a clock change leaves out is moved. */
function local(day, time) {
  const date = new Date(`${day}T${time}`);
  return Number.isNaN(date.getTime()) || iso(date)[0].slice(8) !== day.slice(8) ? null : date;
}

function count(number, unit) {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

/** How long ago, in words: 25 minutes, 5 hours, 3 days, 5 weeks and 2 days. */
function ago(elapsed) {
  if (elapsed < HOUR) {
    return elapsed < MINUTE ? "" : count(Math.floor(elapsed / MINUTE), "minute");
  }
  if (elapsed < 2 * DAY) {
    return count(Math.floor(elapsed / HOUR), "hour");
  }
  if (elapsed < 2 * WEEK) {
    return count(Math.floor(elapsed / DAY), "day");
  }
  const days = Math.floor((elapsed % WEEK) / DAY);
  return count(Math.floor(elapsed / WEEK), "week") + (days ? ` and ${count(days, "day")}` : "");
}

/** A moment to come, in words, rounded to five minutes: about 14:00 tomorrow. */
function about(moment, now) {
  const date = new Date(Math.round(moment / (5 * MINUTE)) * 5 * MINUTE);
  const clock = date.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit" });
  const days = Math.round((midnight(date) - midnight(now)) / DAY);
  if (days < 2) {
    // After midnight "tomorrow" would be a day too late.
    return `about ${clock} ${days < 1 ? "today" : "tomorrow"}`;
  }
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const words = date.toLocaleDateString(LOCALE, { weekday: "long", day: "numeric", month: "long", year });
  return `about ${clock} on ${words}`;
}

/** What to dial of a number as written: digits, with + in front where it has one; "" if it cannot be dialled. */
function dialled(text) {
  const written = digits(text)
    .replaceAll(/\p{Pd}/gu, "-") // dashes of all kinds
    .replaceAll("\uFF0B", "+") // full width
    .replaceAll(/[\s\u200B-\u200F]+/g, " "); // spaces, and marks that cannot be seen
  if (!/^[ (]*\+?[\d ()-]+$/.test(written)) {
    return "";
  }
  // In "+44 (0)20" the nought is for calls from within the country only.
  const number = written.includes("+") ? written.replace(/\( *0 *\)/, "") : written;
  const bare = number.replaceAll(/\D/g, "");
  return bare.length < 5 || bare.length > 20 ? "" : (written.includes("+") ? "+" : "") + bare;
}

function telephone(number, text = number) {
  const link = document.createElement("a");
  link.href = `tel:${number}`;
  link.className = "fb-visit-card__dial";
  link.textContent = text;
  return link;
}

/** A title within a sentence. */
function small(title) {
  return title.charAt(0).toLowerCase() + title.slice(1);
}

class VisitCard extends Tool {
  static tool = "visit-card";
  static version = 1;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.form.elements;
    this.stages = [...this.querySelectorAll("[data-stage]")].map((item) => ({
      item,
      title: item.querySelector("[data-part=title]").textContent,
      from: Number(item.dataset.from) * HOUR,
      to: item.dataset.to ? Number(item.dataset.to) * HOUR : Infinity,
    }));
    this.parts = Object.fromEntries(
      [...this.form.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]),
    );
    this.fallback = this.parts.numbers.textContent;
    this.clinicLabel = this.parts.clinic.textContent;
    this.heading = document.createElement("h3");
    this.heading.id = "visit-card-now-heading";
    this.parts.now.prepend(this.heading);
    this.querySelector("[data-part=address]").textContent = location.host + location.pathname;
    for (const place of this.querySelectorAll("[data-dial]")) {
      place.replaceChildren(telephone(place.dataset.dial));
    }

    const when = this.querySelector(".fb-visit-card__when");
    when.addEventListener("input", () => this.moved());
    // A day without a time is not wrong while somebody is still on the way to it.
    when.addEventListener("focusout", (event) => {
      this.left = !when.contains(event.relatedTarget);
      this.met ||= this.field.day.validity.badInput || this.field.time.validity.badInput;
      this.update(this.read());
    });
    for (const name of ["country", "what", "clinic", "phone"]) {
      this.field[name].addEventListener("input", () => this.changed());
    }
    this.field.phone.addEventListener("focusout", () => setTimeout(() => this.update(this.read())));
    this.on("just", () => {
      [this.field.day.value, this.field.time.value] = iso(new Date());
      this.moved();
    });
    this.on("wallet", () => {
      document.documentElement.classList.add(PRINTING);
      window.print();
    });
    window.addEventListener("afterprint", () => document.documentElement.classList.remove(PRINTING));

    super.connectedCallback();

    setInterval(() => this.tick(), MINUTE);
    document.addEventListener("visibilitychange", () => document.hidden || this.tick());
    window.addEventListener("pageshow", () => this.tick());
  }

  /** The reader set another time. */
  moved() {
    this.met = true;
    this.update(this.read()); // before it can be said
    this.changed(this.summary());
  }

  /** The clock went on; say it when a new stage begins. */
  tick() {
    const before = this.current;
    this.update(this.read());
    if (before && this.current && before !== this.current) {
      this.say(this.summary());
    }
  }

  clean(raw) {
    const given = raw !== null && typeof raw === "object" ? raw : {};
    // An empty card holds what the page brings: the clinic's own details in its edition, else nothing.
    const state = { end: "", country: this.brought("country") };
    if (typeof given.end === "string" && given.end) {
      const [, day = "", time = ""] = END.exec(given.end) ?? [];
      if ((day || time) && local(day || "2000-01-01", time || "00:00")) {
        state.end = given.end;
      } else {
        this.notes.push("The time that was kept is not a time, so it is left out.");
      }
    }
    if (typeof given.country === "string" && given.country) {
      if ([...this.field.country.options].some((option) => option.value === given.country)) {
        state.country = given.country;
      } else {
        this.notes.push("The country that was kept is not in the list, so it is left out.");
      }
    }
    for (const [name, longest] of [["what", LONGEST], ["clinic", LONGEST], ["phone", LONGEST_PHONE]]) {
      state[name] = raw === null ? this.brought(name) : plain(given[name], longest).replaceAll("\n", " ").trimStart();
      if (typeof given[name] === "string" && given[name].length > longest) {
        this.notes.push(`What was too long is cut to ${longest} characters.`);
      }
    }
    return state;
  }

  fill(state) {
    const [, day = "", time = ""] = END.exec(state.end) ?? [];
    this.field.day.value = day;
    this.field.time.value = time;
    for (const name of ["country", "what", "clinic", "phone"]) {
      this.field[name].value = state[name];
    }
    // What is half filled in, or wrong, is said at once when it comes from the store or a link.
    this.met = this.left = state.end !== "";
  }

  read() {
    const { day, time, country, what, clinic, phone } = this.field;
    return {
      end: day.value + (time.value && `T${time.value}`),
      country: country.value,
      what: plain(what.value, LONGEST),
      clinic: plain(clinic.value, LONGEST),
      phone: plain(phone.value, LONGEST_PHONE),
    };
  }

  isEmpty(state) {
    return Object.entries(state).every(([name, value]) => value === this.brought(name));
  }

  /** What stands in a field as the page brings it. */
  brought(name) {
    const field = this.field[name];
    return field?.options ? ([...field.options].find((option) => option.defaultSelected)?.value ?? "") : (field?.defaultValue ?? "");
  }

  /** When the session ended, or what is wrong with the fields. */
  ended({ end }, now) {
    const { day, time } = this.field;
    if (day.validity.badInput || time.validity.badInput) {
      return { fault: "This day or time is not complete, or there is no such day.", unfinished: true };
    }
    const [, date = "", clock = ""] = END.exec(end) ?? [];
    if (!date || !clock) {
      const missing = clock ? "Add the day." : "Enter the day and the time.";
      return { fault: date ? "Add the time. About right will do." : missing, unfinished: true };
    }
    const moment = local(date, clock);
    const oldest = new Date(now);
    oldest.setFullYear(now.getFullYear() - YEARS);
    if (!moment || moment > now) {
      return { fault: `This is in the future. By this device it is now ${shown(now)}. Check the day and the time.` };
    }
    if (moment < oldest) {
      return { fault: "This is more than two years ago. Check the year. The signs below count all the same." };
    }
    return { moment };
  }

  update(state) {
    const now = new Date();
    const { moment, fault = "", unfinished } = this.ended(state, now);
    const faulty = fault !== "" && this.met && (!unfinished || this.left);
    this.fault("visit-card-fault", faulty ? fault : "", this.field.day, this.field.time);
    this.calls(state);
    this.time(moment, now);
    this.wallet(state, moment);
  }

  /** Show or take away what is wrong, beside its fields. */
  fault(id, text, ...fields) {
    const place = this.querySelector(`#${id}`);
    place.hidden = text === "";
    if (place.textContent !== text) {
      place.textContent = text;
    }
    for (const field of fields) {
      if (text) {
        field.setAttribute("aria-invalid", "true");
      } else {
        field.removeAttribute("aria-invalid");
      }
    }
  }

  /** Whom to call: the country's numbers first, then the clinic. */
  calls(state) {
    const [option] = this.field.country.selectedOptions;
    this.numbers = option?.dataset.numbers?.split(" ") ?? [];
    const links = this.numbers.flatMap((number, at) =>
      at ? [" or ", telephone(number)] : [telephone(number, `Call ${number}`)],
    );
    const note = option?.dataset.note;
    this.parts.numbers.replaceChildren(...(links.length ? links : [this.fallback]), note ? ` ${note}` : "");

    const number = dialled(state.phone);
    const typing = document.activeElement === this.field.phone;
    const wrong = state.phone.trim() !== "" && !number;
    if (!wrong || !typing) {
      const text = "This cannot be dialled. Use 5 to 20 digits; spaces, +, - and ( ) are fine.";
      this.fault("visit-card-phone-fault", wrong ? text : "", this.field.phone);
    }
    this.parts.clinic.hidden = !number;
    if (number) {
      const name = document.createElement("bdi");
      name.textContent = state.clinic;
      const link = telephone(number, state.phone.trim());
      link.dir = "ltr";
      this.parts.clinic.replaceChildren(this.clinicLabel, " ", name, " ", link);
    }
  }

  /** What is expected now, in the list and above it. */
  time(moment, now) {
    const elapsed = moment ? now - moment : -1;
    const current = this.stages.find(({ from, to }) => from <= elapsed && elapsed < to);
    this.parts.now.hidden = !current;
    if (current) {
      const words = ago(elapsed);
      this.heading.textContent = words ? `Now: ${words} after your session` : "Now: your session has just ended";
      this.parts.stage.textContent = current.title;
      const next = this.stages[this.stages.indexOf(current) + 1];
      this.parts.next.hidden = !next;
      this.parts.next.textContent = next
        ? `Next: ${small(next.title)}, from ${about(moment.getTime() + current.to, now)}.`
        : "";
    }
    if (current === this.current) {
      return;
    }
    for (const { item } of this.stages) {
      const here = item === current?.item;
      if (here) {
        item.setAttribute("aria-current", "step");
      } else {
        item.removeAttribute("aria-current");
      }
      item.querySelector("[data-part=here]").hidden = !here;
      // Folded while the one that counts stands above; as the page brings them, open, while none does.
      if (!this.current !== !current) {
        item.querySelector("details").open = !current;
      }
    }
    this.parts.now.querySelector("dl")?.remove();
    if (current) {
      const copy = current.item.querySelector("dl").cloneNode(true);
      for (const element of copy.querySelectorAll("[id]")) {
        element.removeAttribute("id");
      }
      this.parts.safe.after(copy);
    }
    this.current = current;
  }

  /** Fill in the card; what is missing stays a line to write on. */
  wallet(state, moment) {
    const country = this.field.country.selectedOptions[0];
    const filled = {
      end: moment ? shown(moment) : "",
      what: state.what.trim(),
      clinic: [state.clinic, state.phone].map((text) => text.trim()).filter(Boolean).join(", "),
      numbers: this.numbers.length ? `${this.numbers.join(" or ")} (${country.textContent})` : "",
    };
    for (const [name, text] of Object.entries(filled)) {
      this.querySelector(`[data-fill=${name}]`).textContent = text;
    }
  }

  summary() {
    return this.current ? `Shown below: ${small(this.current.title)}.` : "";
  }
}

/** A day and time, in local words. */
function shown(date) {
  const day = { day: "numeric", month: "long", year: "numeric" };
  return date.toLocaleString(LOCALE, { ...day, hour: "2-digit", minute: "2-digit" });
}

customElements.define("fb-visit-card", VisitCard);
