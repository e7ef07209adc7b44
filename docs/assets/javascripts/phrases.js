/* The phrase language of data/overclaims.yml in the browser; factbook/phrases.py tells its signs and does the same.

   read() turns a text into words with their places, in steps, so that a page stays responsive while a long text is read.
   Lists holds phrases by their first word. Nothing of the text is run or kept. */

const GAP = "…";
const GAP_WORDS = 3;
const LONGEST_TAG = 2000; // characters; a "<" without its ">" nearby is no tag
const STEP = 4000; // words between two looks at the clock

const IGNORED = "\\u00AD\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2069\\uFEFF";
const JOINED = `${IGNORED}'’ʼ＇`;
const LETTER = "[\\p{L}\\p{N}\\p{M}]";
const SIGN = new RegExp(
  [
    "(?<open><(?:!--|/?[a-zA-Z][a-zA-Z0-9-]*))",
    "(?<entity>&(?:#x?[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});)",
    `(?<word>\\p{Nd}+(?:[.,]\\p{Nd}+)+|[\\p{L}\\p{N}]\\p{M}*(?:[${JOINED}]*${LETTER})*|%|％)`,
    "(?<end>[.!?;…؟！？](?=[\\s\"'”’)<]|$)|[。•|]|\\n[ \\t]*(?:\\r?\\n|[-*•·▪✓✔–—][ \\t]))",
    "(?<clause>[,،、:()]|\\s[-–—]\\s|[–—])",
  ].join("|"),
  "gu",
);
const BLOCKS = /^(?:p|div|li|ul|ol|h[1-6]|tr|td|th|hr|section|article|header|footer|table|title|option|dt|dd|blockquote)$/;
const SPOKEN = /\b(?:alt|title|content|aria-label|placeholder)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;

export const CLAUSE = 1;
export const SENTENCE = 2;
export const QUESTION = 3;

const STRIP = new RegExp(`[${JOINED}]`, "gu");
const folded = new Map();

/** A word without capitals, accents, apostrophes and signs that cannot be seen. */
export function fold(word) {
  let plain = folded.get(word);
  if (plain === undefined) {
    plain = word.replaceAll(STRIP, "").normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
    if (folded.size < 50_000) {
      folded.set(word, plain);
    }
  }
  return plain;
}

/** The words of a text, each { word, start, end, gap }; gap tells what stands between it and the word before. */
export async function read(text, pause) {
  const words = [];
  let gap = 0;
  let signs = 0;
  const mark = (kind) => {
    gap = Math.max(gap, kind);
  };

  // Where something stands next is looked up once, however often it is asked: a text can be a million "<".
  const places = new Map();
  const next = (what, at) => {
    if (!(places.get(what) >= at)) {
      const found = text.indexOf(what, at);
      places.set(what, found < 0 ? Infinity : found);
    }
    return places.get(what);
  };

  async function scan(from, to) {
    const pattern = new RegExp(SIGN.source, SIGN.flags);
    pattern.lastIndex = from;
    for (let found = pattern.exec(text); found && found.index < to; found = pattern.exec(text)) {
      const { open, word, end, clause } = found.groups;
      if (word !== undefined) {
        words.push({ word: word === "％" ? "%" : fold(word), start: found.index, end: found.index + word.length, gap });
        gap = 0;
      } else if (end !== undefined) {
        mark(/[?؟？]/.test(end) ? QUESTION : SENTENCE);
      } else if (clause !== undefined) {
        mark(CLAUSE);
      } else if (open !== undefined) {
        pattern.lastIndex = (await tag(open, found.index, to)) ?? found.index + 1;
      }
      signs += 1;
      if (signs % STEP === 0) {
        await pause();
      }
    }
  }

  /** Skip a tag, and what a browser does not show; what it reads out counts. Returns where the text goes on. */
  async function tag(open, at, to) {
    if (open === "<!--") {
      const end = next("-->", at);
      return end === Infinity ? undefined : end + 3;
    }
    const close = next(">", at);
    if (close >= to || close > at + LONGEST_TAG) {
      return undefined;
    }
    const name = open.replace(/^<\/?/, "").toLowerCase();
    const whole = text.slice(at, close + 1);
    const spoken = [...whole.matchAll(SPOKEN)];
    if (BLOCKS.test(name) || spoken.length) {
      mark(SENTENCE);
    }
    for (const part of spoken) {
      const inner = part[1] ?? part[2];
      const start = at + part.index + part[0].length - 1 - inner.length;
      if (!inner.includes("<")) {
        await scan(start, start + inner.length);
        mark(SENTENCE);
      }
    }
    if (open[1] !== "/" && (name === "script" || name === "style")) {
      const end = Math.min(next(`</${name}`, close), next(`</${name.toUpperCase()}`, close));
      return end === Infinity ? close + 1 : end;
    }
    return close + 1;
  }

  await scan(0, text.length);
  words.end = gap;
  return words;
}

/** The steps of a phrase: for each the words that fit; a gap is ["…"]. */
export function parse(phrase) {
  return phrase.replaceAll("-", " ").replaceAll(GAP, ` ${GAP} `).split(/\s+/).filter(Boolean)
    .map((part) => (part === GAP ? [GAP] : part.split("/").map((choice) => choice.replaceAll(STRIP, ""))));
}

const fits = (choice, word) => {
  if (choice === "#") {
    return /^\p{Nd}/u.test(word);
  }
  return choice.endsWith("*") ? word.startsWith(choice.slice(0, -1)) : word === choice;
};

/** Where a phrase that begins at a word ends; -1 where it does not stand there. A sentence's end breaks it off. */
function reach(steps, words, at, step = 0) {
  if (step === steps.length) {
    return at;
  }
  const inside = (place) => place < words.length && (step === 0 || words[place].gap < SENTENCE);
  if (steps[step][0] === GAP) {
    for (let skipped = 0; skipped <= GAP_WORDS; skipped += 1) {
      if (skipped && !inside(at + skipped - 1)) {
        return -1;
      }
      const end = reach(steps, words, at + skipped, step + 1);
      if (end >= 0) {
        return end;
      }
    }
    return -1;
  }
  if (!inside(at) || !steps[step].some((choice) => fits(choice, words[at].word))) {
    return -1;
  }
  return reach(steps, words, at + 1, step + 1);
}

export class Lists {
  constructor() {
    this.whole = new Map();
    this.begun = new Map(); // by the first two letters
    this.numbers = [];
  }

  add(phrase, entry) {
    const steps = parse(phrase);
    const item = { steps, entry };
    for (const choice of steps[0]) {
      if (choice === "#") {
        this.numbers.push(item);
      } else {
        const [kind, key] = choice.endsWith("*") ? [this.begun, choice.slice(0, 2)] : [this.whole, choice];
        kind.set(key, [...(kind.get(key) ?? []), item]);
      }
    }
  }

  /** For each entry the longest phrase of it that begins at a word: entry to end. */
  at(words, place) {
    const { word } = words[place];
    const ends = new Map();
    const look = (items) => {
      for (const { steps, entry } of items ?? []) {
        const end = reach(steps, words, place);
        if (end > (ends.get(entry) ?? -1)) {
          ends.set(entry, end);
        }
      }
    };
    look(this.whole.get(word));
    look(this.begun.get(word.slice(0, 2)));
    if (/^\p{Nd}/u.test(word)) {
      look(this.numbers);
    }
    return ends;
  }

  /** Every phrase in the text: { entry, from, to } in words, in the order of the text. Those of one entry never overlap. */
  async find(words, pause) {
    const found = [];
    const until = new Map();
    for (let place = 0; place < words.length; place += 1) {
      for (const [entry, to] of this.at(words, place)) {
        if (place >= (until.get(entry) ?? 0)) {
          found.push({ entry, from: place, to });
          until.set(entry, to);
        }
      }
      if (place % STEP === 0) {
        await pause();
      }
    }
    return found;
  }
}

// Whether a sentence takes back what a phrase says. It is pointed out apart, never left out: a word is no meaning.

const DENIES = /^(?:not|never|nobody|noone|none|cannot|neither|nor|hardly|rarely|myth|false|untrue|wrong|unproven|(?:do|does|did|is|are|was|were|wo|ca|has|have|had|should|could|would|must|need|might|ai|sha)nt)$/;
const LACKS = /^(?:no|without|few)$/;
const ABOUT = /^(?:treatments?|study|studies|trials?|evidence|proof|products?|methods?|clinics?|doctors?|agency|health|injections?|guarantees?|promises?|reasons?|claims?)$/; // "no study shows that …" reaches as far as "not"
const TURNS = /^(?:but|and|so|yet|while|whereas|because|although|though)$/;
const denies = (word) => DENIES.test(word);

export function takenBack(words, { from, to }) {
  for (let place = from - 1, far = 1; place >= 0 && far <= 12 && words[place + 1].gap < SENTENCE; place -= 1, far += 1) {
    const { word } = words[place];
    const only = /^(?:only|just|merely|simply)$/.test(words[place + 1].word);
    if ((denies(word) && !only) || (word === "no" && ABOUT.test(words[place + 1].word))) {
      return "denied";
    }
    const near = far <= 4 && words.slice(place + 1, from + 1).every(({ gap }) => gap < CLAUSE);
    if (LACKS.test(word) && near) {
      return "denied";
    }
    if (TURNS.test(word)) {
      break;
    }
  }
  for (let place = to, far = 1; place < words.length && far <= 3 && words[place].gap < CLAUSE; place += 1, far += 1) {
    const { word } = words[place];
    const only = /^(?:only|just|merely|simply)$/.test(words[place + 1]?.word);
    if (TURNS.test(word)) {
      break;
    }
    if ((denies(word) && !only) || word === "nothing") {
      return "denied";
    }
  }
  for (let place = to, far = 0; far <= 14; place += 1, far += 1) {
    const gap = place < words.length ? words[place].gap : words.end;
    if (gap >= SENTENCE || place >= words.length) {
      return gap === QUESTION ? "asked" : "";
    }
  }
  return "";
}
