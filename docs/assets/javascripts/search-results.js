/* Showing what the search found: in the box of the header, on /search/ and on the page for missing addresses.
   Whatever comes from the index or from the reader is shown as text. */

import { Engine, load } from "./search-engine.js";
import { pieces } from "./search-terms.js";

export const ROOT = new URL("../../", import.meta.url);

/** Where a reader can go on when nothing was found. */
const DOORS = [
  ["Does it work?", "evidence/"],
  ["Side effects and risks", "safety/"],
  ["Warning signs after a session", "aftercare/warning-signs/"],
  ["What it costs", "treatment/cost/"],
  ["All common questions", "search/#questions"],
];

let loading;
let studies;

/** The search, fetched once; a later call tries again if it could not be had. */
export function engine() {
  loading ??= Promise.all([load(ROOT), styles()]).then(([made]) => made).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** The styles of the list; it can be read without them. */
function styles() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("assets/stylesheets/search-results.css", ROOT).href;
  return new Promise((done) => {
    link.onload = done;
    link.onerror = done;
    document.head.append(link);
  });
}

/** The search through the register of studies, a file of its own. */
function studiesEngine(known) {
  studies ??= fetch(new URL("search/studies.json", ROOT))
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))))
    .then((index) => Engine.from(index, known, { apart: true }))
    .catch((error) => {
      studies = undefined;
      throw error;
    });
  return studies;
}

export function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) {
    element.className = className;
  }
  element.append(...children);
  return element;
}

function link(text, address, className) {
  const element = make("a", className, text);
  element.href = new URL(address, ROOT).href;
  return element;
}

/** A text with the words that were looked for marked. */
function marked(text, terms) {
  return pieces(text).map((piece) => (terms.has(piece.term) ? make("mark", "", piece.text) : piece.text));
}

function entry({ address, title, heading, passage, terms }) {
  const item = make("li", "guide-found__item");
  const name = link("", address, "guide-found__link");
  name.append(...marked(heading || title, terms));
  item.append(name);
  if (heading && heading !== title) {
    item.append(make("span", "guide-found__page", title));
  }
  item.append(make("p", "guide-found__passage", ...marked(passage, terms)));
  return item;
}

/** A list of links to search for something else. */
function others(found, onPick) {
  const list = make("ul", "guide-found__near");
  for (const word of found) {
    const other = link(word, `search/#${new URLSearchParams({ q: word })}`);
    other.addEventListener("click", (event) => {
      event.preventDefault();
      onPick(word);
    });
    list.append(make("li", "", other));
  }
  return list;
}

function doors() {
  return make("ul", "guide-found__doors", ...DOORS.map(([text, address]) => make("li", "", link(text, address))));
}

/** A list of results with the line that says what it is. */
export class Found {
  /**
   * @param {{most: number, pick: function(string): void, list: string, studies: boolean}} options How many pages at
   *   most; what happens when a near word is picked; where all questions stand; whether to offer the studies.
   */
  constructor(options) {
    this.options = options;
    this.status = make("p", "guide-found__status");
    this.status.setAttribute("role", "status");
    this.body = make("div", "guide-found__body");
    this.turn = 0;
  }

  /** Look for something and show it; the newest question wins. */
  async look(query, typing = false) {
    this.turn += 1;
    const turn = this.turn;
    if (!query.trim()) {
      this.say("");
      return;
    }
    if (!this.body.hasChildNodes()) {
      this.status.textContent = "Looking …";
    }
    try {
      const search = await engine();
      if (turn === this.turn) {
        this.show(search, query, typing);
      }
    } catch {
      if (turn === this.turn) {
        this.say("The search cannot be loaded here just now.", this.options.list);
      }
    }
  }

  say(text, ...parts) {
    this.status.textContent = text;
    this.body.replaceChildren(...parts);
  }

  show(search, query, typing) {
    const hits = search.search(query, { typing });
    const taken = search.taken(query, typing);
    if (!hits.length) {
      const near = search.near(query);
      this.say(
        near.length ? "Nothing found. Did you mean one of these?" : "Nothing found. Other words may help, or one of these:",
        ...(near.length ? [others(near, this.options.pick)] : []),
        doors(),
      );
    } else {
      const shown = hits.slice(0, this.options.most);
      const list = make("ol", "guide-found__list", ...shown.map(entry));
      const count = `${shown.length} ${shown.length === 1 ? "page" : "pages"}, best answer first.`;
      this.say(taken ? `Shown for “${taken}”: ${count}` : count, list);
    }
    if (this.options.studies) {
      this.body.append(this.offer(search, query));
    }
  }

  /** A button that looks in the register of studies as well. */
  offer(search, query) {
    const place = make("div", "guide-found__studies");
    const button = make("button", "fb-button", "Look in the studies as well");
    button.type = "button";
    button.addEventListener("click", async () => {
      try {
        const hits = (await studiesEngine(search.known)).search(query).slice(0, this.options.most);
        const heading = make("h2", "", hits.length ? "In the studies" : "Nothing found in the studies");
        heading.tabIndex = -1;
        place.replaceChildren(heading, make("ol", "guide-found__list", ...hits.map(entry)));
        heading.focus();
      } catch {
        button.textContent = "The list of studies cannot be loaded just now. Try again";
      }
    });
    place.append(button);
    return place;
  }
}

/** The link to the list of all questions, for when the search cannot be had. */
export function allQuestions() {
  return make("p", "", link("See the list of all common questions", "search/#questions"));
}
