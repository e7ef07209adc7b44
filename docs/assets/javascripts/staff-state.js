/* What the staff course keeps, and how it is read from anything at all. No page is needed to try it.

   State: { modules: { id: { best, last, wrong, now, round, edition } }, cases: { id: { ends, good } },
            cards: { id: { box, due } }, record: { keep, name, place, hours, notes } }
   best and last are { right, of, day, edition }; wrong are the questions to repeat; now are the answers of the round that is
   on, by question, as numbers from 1; round are the questions in it, in order. A day is "2026-11-27" by the device's clock.
   A card's box is 1 to 5. */

import { plain } from "./tool.js";

export const LONGEST = { name: 80, place: 120, hours: 8, notes: 4000 };
const MOST = 500; // entries of one kind; more come from no course of ours
const WAIT = [1, 2, 4, 8, 16]; // days, by box

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const EDITION = /^\d{1,4}\.\d{1,4}\.\d{1,4}$/;

/** A day as text, by the device's own clock, some days on. */
export function dayAfter(days, from = new Date()) {
  const day = new Date(from.getFullYear(), from.getMonth(), from.getDate() + days, 12);
  const two = (number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Whether a text is a day of the calendar. */
function isDay(text) {
  const found = typeof text === "string" && /^(20\d\d)-(\d\d)-(\d\d)$/.exec(text);
  return Boolean(found) && dayAfter(0, new Date(found[1], found[2] - 1, found[3])) === text;
}

// What a browser knows of languages would cost an old phone 50 ms.
const MONTHS = "January February March April May June July August September October November December".split(" ");

/** A day in words: 27 November 2026. */
export function inWords(day) {
  const [year, month, date] = day.split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

/** Put values into a text's {places}. */
export function filled(text, values) {
  return text.replaceAll(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

export function isPass({ right, of }, mark) {
  return right * 100 >= of * mark;
}

const isWhole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
const isMapping = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const ids = (value) => (Array.isArray(value) ? [...new Set(value.filter(isId))].slice(0, MOST) : []);

function isId(value) {
  return typeof value === "string" && value.length <= 80 && ID.test(value);
}

function score(raw) {
  if (!isMapping(raw) || !isWhole(raw.of, 1, MOST) || !isWhole(raw.right, 0, raw.of) || !isDay(raw.day)) {
    return null;
  }
  return { right: raw.right, of: raw.of, day: raw.day, edition: EDITION.test(raw.edition) ? raw.edition : "" };
}

function module(raw) {
  const kept = {
    best: score(raw.best),
    last: score(raw.last),
    wrong: ids(raw.wrong),
    round: ids(raw.round),
    edition: EDITION.test(raw.edition) ? raw.edition : "",
    now: Object.create(null),
  };
  for (const [key, chosen] of isMapping(raw.now) ? Object.entries(raw.now).slice(0, MOST) : []) {
    if (isId(key) && Array.isArray(chosen) && chosen.length && chosen.every((number) => isWhole(number, 1, 5))) {
      kept.now[key] = chosen.slice(0, 5);
    }
  }
  return kept.best || kept.last || Object.keys(kept.now).length || kept.wrong.length ? kept : null;
}

function ended(raw) {
  const ends = ids(raw.ends);
  return ends.length ? { ends, good: raw.good === true } : null;
}

function card(raw) {
  if (!isWhole(raw.box, 1, WAIT.length) || !isDay(raw.due)) {
    return null;
  }
  // A clock that was wrong once does not put a word away for years.
  const latest = dayAfter(WAIT.at(-1));
  return { box: raw.box, due: raw.due > latest ? latest : raw.due };
}

/** A valid state from anything; `left` counts what stayed out. */
export function cleaned(raw) {
  const given = isMapping(raw) ? raw : {};
  let left = 0;
  const all = (part, clean) => {
    const kept = Object.create(null); // so that no name in it is found that nobody put there
    for (const [key, value] of isMapping(given[part]) ? Object.entries(given[part]) : []) {
      const item = isId(key) && isMapping(value) && Object.keys(kept).length < MOST ? clean(value) : null;
      if (item) {
        kept[key] = item;
      } else {
        left += 1;
      }
    }
    return kept;
  };
  const state = { modules: all("modules", module), cases: all("cases", ended), cards: all("cards", card), record: {} };
  if (isMapping(given.record) && given.record.keep === true) {
    state.record.keep = true;
    for (const [name, longest] of Object.entries(LONGEST)) {
      state.record[name] = plain(given.record[name], longest);
    }
  }
  return { state, left };
}

// Practice -------------------------------------------------------------------------------------------

/** The record of one module for a new round: the questions to repeat first, or those alone. */
export function newRound(module, questions, alone) {
  const wrong = questions.filter((id) => module.wrong.includes(id));
  const rest = alone ? [] : questions.filter((id) => !wrong.includes(id));
  return { ...module, now: Object.create(null), round: [...wrong, ...rest] };
}

/** The questions of the round that is on, in order: those of the page, if the record names none. */
export function inRound(module, questions) {
  const round = module.round.filter((id) => questions.includes(id));
  return round.length ? round : questions;
}

/** Take up the result of a round in which every question is answered; `rights` are those answered rightly. */
export function finished(module, questions, rights, day, edition) {
  const round = inRound(module, questions);
  const wrong = round.filter((id) => !rights.includes(id));
  if (round.length < questions.length) {
    const open = module.wrong.filter((id) => questions.includes(id) && !rights.includes(id));
    return { ...module, wrong: [...new Set([...open, ...wrong])] };
  }
  const last = { right: rights.length, of: round.length, day, edition };
  const best = module.best && module.best.right * last.of > last.right * module.best.of ? module.best : last;
  return { ...module, wrong, last, best };
}

// Cards ----------------------------------------------------------------------------------------------

/** A card after one look at it: a known one comes back later each time, another one starts anew. */
export function looked(card, knew, from = new Date()) {
  const box = knew ? Math.min(WAIT.length, (card?.box ?? 0) + 1) : 1;
  return { box, due: knew ? dayAfter(WAIT[box - 1], from) : dayAfter(0, from) };
}
