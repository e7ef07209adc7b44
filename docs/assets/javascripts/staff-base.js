/* What the elements of the staff course share: one state for all its pages and all elements of a page. It never travels
   in an address. What cannot be read is set aside, never written over. */

import { Tool } from "./tool.js";
import { cleaned } from "./staff-state.js";

const KEY = "guide-staff";
const ASIDE = "guide-staff-aside-";
const CHANGED = "guide-staff-changed";

let memory = null; // the state as text, where the browser's store takes nothing
let broken = false; // the store holds what cannot be read and could not be set aside: nothing is written over it
let told = []; // said once a page, not by each element

/** The names under which something is set aside. */
export function asides() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(ASIDE)).sort();
  } catch {
    return [];
  }
}

export class Staff extends Tool {
  static tool = "staff";
  static version = 1;

  connectedCallback() {
    this.dataset.live = "";
    super.connectedCallback();
    document.addEventListener(CHANGED, (event) => event.detail !== this && this.show(this.parse(this.raw())));
  }

  isLinked() {
    return false;
  }

  raw() {
    return memory ?? (broken ? null : super.raw());
  }

  parse(text) {
    if (!text) {
      return this.clean(null);
    }
    let kept = null;
    try {
      kept = JSON.parse(text);
    } catch {
      // What is no JSON is set aside like what another version wrote.
    }
    if (kept?.version === this.constructor.version && kept.state) {
      return this.clean(kept.state);
    }
    this.setAside(text, kept?.version !== undefined);
    return this.clean(null);
  }

  setAside(text, other) {
    const what = other ? "What was kept here comes from another version of this page." : "What was kept here cannot be read.";
    try {
      const taken = asides();
      if (!taken.some((name) => localStorage.getItem(name) === text)) {
        let number = 1;
        while (taken.includes(ASIDE + number)) {
          number += 1;
        }
        localStorage.setItem(ASIDE + number, text);
      }
      localStorage.removeItem(KEY);
      told.push(`${what} It is set aside, and you can save it as a file on the page “My record”. You start anew.`);
    } catch {
      broken = true;
      told.push(`${what} It stays as it is, so nothing new is kept until you clear it on the page “My record”.`);
    }
  }

  clean(raw) {
    const { state, left } = cleaned(raw);
    if (left) {
      this.notes.push(`${left} ${left === 1 ? "entry" : "entries"} could not be read and stayed out.`);
    }
    return state;
  }

  isEmpty({ modules, cases, cards, record }) {
    return ![modules, cases, cards, record].some((part) => Object.keys(part).length);
  }

  fill(state) {
    this.state = state;
  }

  read() {
    return this.state;
  }

  say(...texts) {
    super.say(...(this.status ? told.splice(0) : []), ...texts);
  }

  keep(state) {
    const fault = broken ? "Nothing new is kept, because the store of this browser holds what cannot be read." : super.keep(state);
    memory = fault ? this.text(state) : null;
    return fault && (broken ? fault : "This browser keeps nothing for this page. Print or note what you need before you leave.");
  }

  /** Change the state as it stands now, whichever tab or element wrote it last. */
  change(act, ...texts) {
    const state = this.parse(this.raw());
    act(state);
    this.state = state;
    this.update(state);
    this.say(...texts, this.keep(state));
    document.dispatchEvent(new CustomEvent(CHANGED, { detail: this }));
  }

  /** Print with a mark on the page that says which part. */
  print(part) {
    const name = `fb-print-${part}`;
    window.addEventListener("afterprint", () => document.documentElement.classList.remove(name), { once: true });
    document.documentElement.classList.add(name);
    window.print();
  }

  clear() {
    if (!window.confirm("Clear everything of the staff course on this device: scores, cases, cards, name and notes?")) {
      return;
    }
    try {
      for (const name of [KEY, ...asides()]) {
        localStorage.removeItem(name);
      }
    } catch {
      // A store that is switched off holds nothing.
    }
    memory = null;
    broken = false;
    this.cleared?.();
    this.show(this.clean(null), "Everything is cleared.");
    document.dispatchEvent(new CustomEvent(CHANGED, { detail: this }));
  }
}
