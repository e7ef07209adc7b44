/* The search itself, without a page: words in, ranked pages out. The index comes ready from finish/search.py.

   A query is cut into *ideas*: a word, or a phrase that data/search.yml knows ("hair fall", a brand, a word of another
   language), each with the words our pages use for it. A part of a page scores for each idea as much as its best word
   does, and less the more ideas it leaves out: nearly "and", with "or" as the way out. A word that nobody knows is
   taken for the nearest one that is known. */

import MiniSearch from "./minisearch.min.js";
import { stem, words } from "./search-terms.js";

// What counts how much. All of it was found by trying (`make search-report`), so none of it is exact.
const BOOST = { title: 1.9, heading: 2.4, asked: 3.6, text: 1 };
const BM25 = { k: 0.9, b: 0.85, d: 0.65 };
const SYNONYM = 0.6; // a word of our pages for the word that was asked for
const GUESS = 0.66; // a word with a slip mended, or its beginning
const SUBJECT = 0.2; // what the whole guide is about, which tells no page from another
const RARE = 0.65; // how much more a rare word counts
const STRICT = 1.4; // how hard a part is hit by ideas that it leaves out; its page is hit by what it leaves out, too
const AROUND = 0.3; // what the rest of a page adds to its best part
const LONGEST = 300; // characters of a query; what comes after is not read
const MOST = 24; // words of a query
const OPTIONS = {
  fields: ["title", "heading", "asked", "text"],
  storeFields: ["address", "title", "heading", "passage", "weight"],
  tokenize: (text) => text.split(" "),
  processTerm: (term) => term,
  searchOptions: { combineWith: "AND", boost: BOOST, bm25: BM25 },
};

/** How many letters of a word may be wrong. */
function slips(word) {
  return word.length > 6 ? 2 : word.length > 3 ? 1 : 0;
}

/** In how many letters two words differ: added, lost, changed or swapped. More than `most` is Infinity. */
export function distance(one, two, most) {
  if (Math.abs(one.length - two.length) > most) {
    return Infinity;
  }
  let before = [];
  let row = Array.from({ length: two.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= two.length; j += 1) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] === two[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === two[j - 2] && one[i - 2] === two[j - 1]) {
        next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      least = Math.min(least, next[j]);
    }
    if (least > most) {
      return Infinity;
    }
    [before, row] = [row, next];
  }
  return row[two.length] > most ? Infinity : row[two.length];
}

export class Engine {
  /**
   * Read an index bit by bit, so that an old phone stays awake meanwhile.
   * @param {string} index The index as JSON.
   * @param {{ignored: string[], subject: string[], phrases: Object<string, string[]>, words: string}} known Words
   *   left out, what the guide is about, what others mean, and the words that are spelt right, the commonest first.
   * @param {{apart: boolean}} options Whether each part is a result of its own, not one for a page.
   */
  static async from(index, known, { apart = false } = {}) {
    return new Engine(await MiniSearch.loadJSONAsync(index, OPTIONS), known, apart);
  }

  constructor(index, known, apart) {
    this.index = index;
    this.known = known;
    this.apart = apart;
    this.ignored = new Set(known.ignored);
    this.subject = new Set(known.subject);
    this.phrases = new Map(Object.entries(known.phrases));
    // "nursing" is no "nurse": a phrase is first looked for as it stands, then by its stems.
    this.stems = new Map();
    for (const [phrase, means] of this.phrases) {
      const stems = phrase.split(" ").map(stem).join(" ");
      this.stems.set(stems, this.stems.get(stems) ?? means);
    }
    this.words = known.words.split(" ");
    this.right = new Set([...this.words, ...this.ignored]);
    this.mended = new Map();
    this.longest = Math.max(1, ...[...this.phrases.keys()].map((phrase) => phrase.split(" ").length));
  }

  /** Pages that answer, the best first, each with its best part. */
  search(query, { typing = false } = {}) {
    const ideas = this.ideas(query, typing);
    const scores = new Map();
    const all = ideas.reduce((sum, idea) => sum + idea.weight, 0);
    const onPage = new Map();
    for (const idea of ideas) {
      const pages = new Set();
      for (const [id, hit] of idea.hits) {
        const found = scores.get(id) ?? { score: 0, met: 0, terms: new Set() };
        found.score += hit.score * idea.weight ** RARE;
        found.met += idea.weight;
        hit.terms.forEach((term) => found.terms.add(term));
        scores.set(id, found);
        pages.add(this.place(id));
      }
      for (const page of pages) {
        onPage.set(page, (onPage.get(page) ?? 0) + idea.weight);
      }
    }
    const pages = new Map();
    for (const [id, { score, met, terms }] of scores) {
      const part = this.index.getStoredFields(id);
      const place = this.place(id);
      const total = score * part.weight * (met / all) ** STRICT * (onPage.get(place) / all);
      const page = pages.get(place) ?? { score: 0, rest: 0 };
      if (total > page.score) {
        Object.assign(page, part, { rest: page.rest + page.score, score: total, terms });
      } else {
        page.rest += total;
      }
      pages.set(place, page);
    }
    return [...pages.values()]
      .map((page) => ({ ...page, score: page.score + AROUND * Math.min(page.rest, page.score) }))
      .sort((one, two) => two.score - one.score || (one.address < two.address ? -1 : 1));
  }

  /** What results are one: those of a page. */
  place(id) {
    const { address } = this.index.getStoredFields(id);
    return this.apart ? address : address.split("#")[0];
  }

  /** The words of a query, as they were typed and as they were taken. */
  read(query, typing) {
    const asked = words(query.slice(0, LONGEST)).slice(0, MOST);
    return { asked, spelt: asked.map((word, place) => this.spelt(word, typing && place === asked.length - 1)) };
  }

  /** A query as it was taken; "" if it was taken as it stands. */
  taken(query, typing = false) {
    const { asked, spelt } = this.read(query, typing);
    return spelt.some((word, place) => word !== asked[place]) ? spelt.join(" ") : "";
  }

  /** Words that are somewhat like those of a query, for when nothing is. */
  near(query) {
    const found = new Set();
    for (const word of words(query.slice(0, LONGEST)).slice(0, MOST)) {
      const most = Math.min(3, Math.floor(word.length / 2));
      const like = this.words
        .map((other) => [distance(word, other, most), other])
        .filter(([apart, other]) => apart < Infinity && other[0] === word[0])
        .sort((one, two) => one[0] - two[0]);
      like.slice(0, 3).forEach(([, other]) => found.add(other));
    }
    return [...found].slice(0, 5);
  }

  /** What a query asks for: each idea with the parts that speak of it. */
  ideas(query, typing) {
    const { asked, spelt } = this.read(query, typing);
    const terms = spelt.map(stem);
    const found = [];
    for (let at = 0; at < asked.length;) {
      const { length, means } = this.phraseAt(spelt, terms, at);
      const place = at + length;
      const guess = asked.slice(at, place).some((word, offset) => word !== spelt[at + offset]);
      found.push({
        term: terms.slice(at, place).join(" "),
        own: guess ? asked.slice(at, place).map(stem).join(" ") : "",
        means: means ?? [],
        said: means !== undefined || !this.ignored.has(spelt[at]),
        last: typing && place === asked.length,
      });
      at = place;
    }
    const said = found.filter((idea) => idea.said);
    return (said.length ? said : found)
      .map((idea) => this.met(idea))
      .filter((idea) => idea.hits.size);
  }

  /** A word as it is spelt on our pages; one that is like none of ours stays as it is. */
  spelt(word, typing) {
    if (this.right.has(word) || (typing && this.words.some((other) => other.startsWith(word)))) {
      return word;
    }
    if (this.mended.has(word)) {
      return this.mended.get(word);
    }
    let best = word;
    let least = slips(word) + 0.5;
    for (const other of this.words) {
      const found = distance(word, other, Math.ceil(least) - 1) + (word[0] === other[0] ? 0 : 0.4);
      if (found < least) {
        [best, least] = [other, found];
      }
    }
    this.mended.set(word, best);
    return best;
  }

  /** The longest phrase that is known from here on: how many words it has, and what it means. */
  phraseAt(spelt, terms, at) {
    for (let length = Math.min(this.longest, terms.length - at); length; length -= 1) {
      const means = this.phrases.get(spelt.slice(at, at + length).join(" "))
        ?? this.stems.get(terms.slice(at, at + length).join(" "));
      if (means && (length > 1 || !this.ignored.has(spelt[at]))) {
        return { length, means };
      }
    }
    return { length: 1 };
  }

  /** The parts that speak of an idea, with their scores. */
  met({ term, own, means, last }) {
    const hits = new Map();
    const add = (text, factor, options) => {
      // A phrase of several words would count more than a word that says the same.
      const part = factor / Math.sqrt(text.split(" ").length);
      for (const { id, score, terms } of this.index.search(text, options)) {
        if (!(hits.get(id)?.score >= score * part)) {
          hits.set(id, { score: score * part, terms });
        }
      }
    };
    const sure = own ? GUESS : 1;
    // A short word for what the whole guide is about ("meso") stands in a few questions only: its full one is meant.
    const short = this.subject.has(term) && means.length > 0;
    if (!short) {
      add(term, sure);
    }
    if (own) {
      add(own, 1);
    }
    if (last && term.length > 2) {
      add(term, GUESS, { prefix: true });
    }
    for (const other of means) {
      add(other, short ? sure : sure * SYNONYM);
    }
    if (!hits.size && slips(term)) {
      add(term, GUESS, { fuzzy: slips(term), prefix: true });
    }
    const some = hits.size;
    // What the whole guide is about tells its pages apart only where nothing else was asked for.
    return { hits, weight: (this.subject.has(term) ? SUBJECT : 1) * Math.log(1 + (this.index.documentCount - some + 0.5) / (some + 0.5)) };
  }
}

/** Fetch index and words and make an engine of them; rejects where either cannot be had or read. */
export async function load(root) {
  const get = async (name) => {
    const answer = await fetch(new URL(name, root));
    if (!answer.ok) {
      throw new Error(`${name}: ${answer.status}`);
    }
    return answer.text();
  };
  const [index, known] = await Promise.all([get("search/index.json"), get("search/words.json")]);
  return Engine.from(index, JSON.parse(known));
}
