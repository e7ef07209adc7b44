/* What the tools share. A tool is a custom element round HTML that is complete without it. What the reader enters stays
   on the device: on the page, in localStorage, and in the part of an address after # that no server is sent.

   A tool extends Tool and gives
     static tool      its name, a word
     static version   of the shape of its state; older or newer states are refused with a message
     clean(raw)       a valid state from anything at all (null: an empty one); what cannot be kept goes into this.notes
     fill(state)      shows a state in the fields
     read()           the state that the fields show
     update(state)    shows what follows from it; called after fill and after each change
     isEmpty(state)   whether there is anything to keep

   It calls this.changed() when the reader changed something. Buttons named `print`, `share`, `clear` and `mine` inside the
   element, and its [role=status], are wired here; so is [data-scripted], which is hidden without scripts. */

const LONGEST = 6000; // characters of state in an address; longer ones get cut by mail and chat programs

/** Text to base64url and back, whatever its alphabet. */
function encode(text) {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decode(code) {
  const bytes = Uint8Array.from(atob(code.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

export class Tool extends HTMLElement {
  connectedCallback() {
    this.notes = [];
    this.status = this.querySelector("[role=status]");
    this.key = `guide-${this.constructor.tool}`;
    for (const part of this.querySelectorAll("[data-scripted]")) {
      part.hidden = false;
    }
    this.on("print", () => window.print());
    this.on("share", () => this.share());
    this.on("clear", () => this.clear());
    this.on("mine", () => this.mine());
    for (const form of this.querySelectorAll("form")) {
      form.addEventListener("submit", (event) => event.preventDefault());
    }
    // Another tab of the same browser changed it: show that, unless a link's state is on show.
    window.addEventListener("storage", (event) => {
      if (event.key === this.key && !this.visiting) {
        this.show(this.parse(event.newValue), "Changed in another tab or window.");
      }
    });
    window.addEventListener("hashchange", () => this.isLinked() && this.start());
    this.start();
  }

  on(name, act) {
    this.querySelector(`button[name=${name}]`)?.addEventListener("click", act);
  }

  /** Say something in the status line, together with what clean() noted. */
  say(...texts) {
    if (this.status) {
      this.status.textContent = [...this.notes.splice(0), ...texts].filter(Boolean).join(" ");
    }
  }

  start() {
    const linked = this.linked();
    if (linked) {
      const state = this.parse(linked);
      this.visiting = this.raw() !== null;
      this.show(state, "This came with the link.", this.visiting && "What you had on this device is still kept.");
    } else {
      this.visiting = false;
      this.show(this.parse(this.raw()));
    }
  }

  show(state, ...texts) {
    this.fill(state);
    this.update(state);
    const mine = this.querySelector("button[name=mine]");
    if (mine) {
      mine.hidden = !this.visiting;
    }
    this.say(...texts);
  }

  changed(...texts) {
    const state = this.read();
    this.update(state);
    // A state that came with a link takes the place of the reader's own only when the reader works on it.
    // From then on neither a reload nor the button leads away from it.
    this.visiting = false;
    this.leaveLink();
    this.say(...texts, this.keep(state));
  }

  isLinked() {
    return location.hash.startsWith(`#${this.constructor.tool}=`);
  }

  /** The state after # of the address, decoded; "" if there is none. What cannot be decoded is said. */
  linked() {
    if (!this.isLinked()) {
      return "";
    }
    const code = location.hash.slice(`#${this.constructor.tool}=`.length);
    try {
      if (code.length > 2 * LONGEST) {
        throw new RangeError("too long");
      }
      return decode(code);
    } catch {
      this.notes.push("The link is damaged or too long, so nothing was taken from it.");
      return "";
    }
  }

  /** What stands in the browser's store, as text; null where there is none or the store is switched off. */
  raw() {
    try {
      return localStorage.getItem(this.key);
    } catch {
      return null;
    }
  }

  /** A valid state from the text of a link or of the store. */
  parse(text) {
    if (!text) {
      return this.clean(null);
    }
    try {
      const { version, state } = JSON.parse(text);
      if (version !== this.constructor.version) {
        this.notes.push("What was kept came from another version of this page and is not shown. What you enter now takes its place.");
        return this.clean(null);
      }
      return this.clean(state);
    } catch {
      this.notes.push("What was kept here cannot be read, so the page starts empty.");
      return this.clean(null);
    }
  }

  text(state) {
    return JSON.stringify({ version: this.constructor.version, state });
  }

  /** What of a state goes into a link: all of it, unless a tool leaves out what is private. */
  carried(state) {
    return state;
  }

  /** Keep a state on the device; returns what to tell the reader. */
  keep(state) {
    try {
      if (this.isEmpty(state)) {
        localStorage.removeItem(this.key);
      } else {
        localStorage.setItem(this.key, this.text(state));
      }
      return "";
    } catch {
      return "This browser keeps nothing for this page, so print it or copy the link before you leave.";
    }
  }

  async share() {
    const code = encode(this.text(this.carried(this.read())));
    if (code.length > LONGEST) {
      this.say("This is too long for a link. Shorten your own words, or print it.");
      return;
    }
    const address = new URL(location.href);
    address.hash = `${this.constructor.tool}=${code}`;
    const field = this.querySelector("[data-link]");
    if (field) {
      field.hidden = false;
      field.value = address.href;
    }
    try {
      await navigator.clipboard.writeText(address.href);
      this.say("The link is copied. Whoever opens it sees what you entered; no server does.");
    } catch {
      field?.focus();
      field?.select();
      this.say("Copy the link from the field. Whoever opens it sees what you entered; no server does.");
    }
  }

  clear() {
    if (!window.confirm("Clear everything you entered here, also on this device?")) {
      return;
    }
    try {
      localStorage.removeItem(this.key);
    } catch {
      // A store that is switched off holds nothing.
    }
    this.leaveLink();
    const field = this.querySelector("[data-link]");
    if (field) {
      field.value = "";
      field.hidden = true;
    }
    this.visiting = false;
    this.show(this.clean(null), "Everything is cleared.");
  }

  /** Go back from the link's state to the reader's own. */
  mine() {
    this.leaveLink();
    this.start();
  }

  /** Take a link's state out of the address, and the way back with it. */
  leaveLink() {
    const mine = this.querySelector("button[name=mine]");
    if (mine) {
      mine.hidden = true;
    }
    if (this.isLinked()) {
      // The whole address and not its path: one that starts with // would name another host, and be refused.
      history.replaceState(history.state, "", location.href.split("#")[0]);
    }
  }
}

/** Text a reader wrote, fit to be shown: no control signs, no direction marks that turn the line round, and not endless. */
export function plain(text, longest) {
  if (typeof text !== "string") {
    return "";
  }
  return text.replaceAll(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, " ").slice(0, longest);
}

/** Digits of other scripts as the plain ones: Arabic, Persian, Devanagari, Bengali, Thai, full width. */
export function digits(text) {
  return String(text).replaceAll(/\p{Nd}/gu, (sign) => {
    const code = sign.codePointAt(0);
    // Digits of a script stand in a row from nought to nine; several sets can follow one another without a gap.
    let zero = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) {
      zero -= 1;
    }
    return String((code - zero) % 10);
  });
}
