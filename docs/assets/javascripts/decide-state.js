/* The state of the decision aid, and how one is made of anything at all: a link or a store may hold what it likes. */

import { plain } from "./tool.js";

export const NAME = 20; // characters of two people's first letters
export const MATTERS = 200;
export const ASK = 400;
export const STEPS = 5; // on each scale
export const CHOICES = ["have", "not", "later", "ask"];

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A day as the field gives it (2026-11-27) that stands in the calendar. */
export function isDay(text) {
  if (typeof text !== "string" || !DAY.test(text)) {
    return false;
  }
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** A valid state, and whether anything was left out.

    known: { situations: [id], options: [id], values: [id], sure: [id], quiz: Map of id to the number of its answers } */
export function clean(raw, known) {
  let lost = raw !== null && !isRecord(raw);

  function part(holder, key) {
    return isRecord(holder) && Object.hasOwn(holder, key) ? holder[key] : undefined;
  }

  function list(key, ids) {
    const value = part(raw, key) ?? [];
    if (!Array.isArray(value)) {
      lost = true;
      return [];
    }
    const kept = ids.filter((id) => value.includes(id));
    lost ||= kept.length !== value.length;
    return kept;
  }

  function map(value, ids, fits) {
    const kept = Object.create(null); // no key has a meaning of its own in it
    if (value === undefined) {
      return kept;
    }
    for (const id of ids) {
      const found = part(value, id);
      if (found !== undefined && fits(found, id)) {
        kept[id] = found;
      }
    }
    lost ||= !isRecord(value) || Object.keys(value).length !== Object.keys(kept).length;
    return kept;
  }

  function one(value, empty, fits) {
    if (value === undefined || value === empty) {
      return empty;
    }
    const good = fits(value);
    lost ||= !good;
    return good ? value : empty;
  }

  function text(value, longest) {
    const kept = plain(value, longest);
    lost ||= value !== undefined && kept !== value;
    return kept;
  }

  function pair(key) {
    const value = part(raw, key) ?? [];
    const good = Array.isArray(value) && value.length <= 2;
    lost ||= !good;
    return good ? [value[0], value[1]] : [];
  }

  const flag = (value) => value === true;
  const whole = (most) => (value) => Number.isInteger(value) && value >= 1 && value <= most;
  const names = pair("names");
  const values = pair("values");
  const state = {
    situations: list("situations", known.situations),
    options: list("options", known.options),
    numbers: one(part(raw, "numbers"), false, flag),
    two: one(part(raw, "two"), false, flag),
    names: [text(names[0], NAME), text(names[1], NAME)],
    values: [map(values[0], known.values, whole(STEPS)), map(values[1], known.values, whole(STEPS))],
    quiz: map(part(raw, "quiz"), [...known.quiz.keys()], (value, id) => whole(known.quiz.get(id))(value)),
    sure: map(part(raw, "sure"), known.sure, (value) => value === "yes" || value === "no"),
    matters: text(part(raw, "matters"), MATTERS),
    ask: text(part(raw, "ask"), ASK),
    choice: one(part(raw, "choice"), "", (value) => CHOICES.includes(value)),
    again: one(part(raw, "again"), "", isDay),
  };
  return { state, lost };
}

/** What goes into a link: first letters and own words only on request, and nothing of a second person who is not shown. */
export function forLink(state, own) {
  const seen = state.two ? state : { ...state, names: ["", ""], values: [state.values[0], {}] };
  return own ? seen : { ...seen, names: ["", ""], matters: "", ask: "" };
}
