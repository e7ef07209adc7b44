/* From what stands in the fields to days and sums. Nothing here touches the page.

   `make(state, presets)` returns
     faults   {field: what is wrong with it}, shown beside the field
     notes    {field: what the reader may want to know}, shown there as well
     plan     days and sums, or null where something needed is missing or wrong
   A fault in the money leaves the days standing, and the other way round. */

import { FIRST, LAST, addMonths, dayOf, long } from "./planner-dates.js";
import { amount } from "./planner-money.js";
import { quoted } from "./address.js";
import { digits } from "./tool.js";

export const SESSIONS = 60;
export const UPKEEP = 120; // sessions that a table and a calendar can still hold
export const RULE = 300; // characters of the stop rule
const YEARS = 10;
const YEARS_UNSAID = 3;
const LONGEST = { days: 730, weeks: 104, months: 24 };
const SOON = 84; // days: before week 12 no trial on the page judged
const WINDOW = [3, 5]; // months from the first session; treatment/course.md#stop-rule
const MIDDLE = 4;

/** A whole number from 1 to `most`: {value}, {fault} or {} for nothing. */
function whole(text, most, what) {
  const typed = digits(text).trim();
  if (!typed) {
    return {};
  }
  const value = /^\d{1,9}$/.test(typed) ? Number(typed) : 0;
  return value >= 1 && value <= most ? { value } : { fault: `Write ${what} as a whole number from 1 to ${most}.` };
}

/** A day from a field for dates, which holds nothing or a real day, or from a link, which may hold anything. */
function given(text, broken) {
  if (broken) {
    return { fault: "This date is not complete, or there is no such day." };
  }
  if (!text) {
    return {};
  }
  const day = dayOf(text);
  if (day === null) {
    return { fault: `There is no day ${quoted(text)}. Choose one.` };
  }
  return day < FIRST || day > LAST ? { fault: "Choose a day from 2020 to 2100." } : { day };
}

export function make(state, presets, broken = {}) {
  const faults = {};
  const notes = {};
  const take = (field, found) => {
    if (found.fault) {
      faults[field] = found.fault;
    }
    if (found.note) {
      notes[field] = found.note;
    }
    return found;
  };

  const { day: start } = take("start", given(state.start, broken.start));
  const preset = presets[state.preset];
  const days = preset ? preset.days : own(state, take);
  const sessions = start !== undefined && days ? days.map((day) => start + day) : null;
  const review = judged(state, { start, preset, sessions, broken }, take);
  const upkeep = kept(state, { start, sessions }, take);
  if (sessions && Math.max(sessions.at(-1), review ?? 0) > LAST) {
    faults.start ??= "This course would run past the year 2100.";
  }
  const money = sums(state, take);
  if (state.stop.length > RULE) {
    faults.stop = `${state.stop.length - RULE} characters too many. The plan takes the first ${RULE}.`;
  }
  const standing = sessions && upkeep && review !== null && !faults.start;
  const plan = standing ? { sessions, review, upkeep: upkeep.days, years: upkeep.years } : null;
  return { faults, notes, plan, costs: plan && money ? costs(plan, money) : null, money };
}

/** Days of a course of the reader's own, from its first session. */
function own(state, take) {
  const unit = state.unit === "days" ? "days" : "weeks";
  const count = take("count", whole(state.count, SESSIONS, "it"));
  const every = take("every", whole(state.every, LONGEST[unit], "it"));
  if (!count.value || (!every.value && (count.value > 1 || every.fault))) {
    return null;
  }
  const gap = (every.value ?? 0) * (unit === "weeks" ? 7 : 1);
  return Array.from({ length: count.value }, (_, number) => number * gap);
}

/** The review date: the reader's, else the preset's, else the middle of the window. null: the reader's is wrong. */
function judged(state, { start, preset, sessions, broken }, take) {
  const { day, fault } = take("review", given(state.review, broken.review));
  if (fault || start === undefined) {
    return null;
  }
  const review = day ?? (preset ? start + preset.review : addMonths(start, MIDDLE));
  if (review < start) {
    take("review", { fault: "The review is before the first session." });
    return null;
  }
  const [from, to] = WINDOW.map((months) => addMonths(start, months));
  const after = sessions ? sessions.filter((session) => session > review).length : 0;
  const said = [
    day === undefined && `Set to ${long(review)}.`,
    !preset && `Three to five months: ${long(from)} to ${long(to)}.`,
    after && `Warning: the review comes before the last session. ${after} ${after === 1 ? "is" : "are"} planned after it.`
      + " Agree that they are owed only after a yes.",
    review - start < SOON && "Warning: this is under 12 weeks from the first session, and too soon in our judgement.",
    review > to && "Warning: this is later than five months, so you would pay for longer before you judge.",
  ];
  take("review", { note: said.filter(Boolean).join(" ") });
  return review;
}

/** Upkeep sessions after the course, to the end of the years asked for. null: something in it is wrong. */
function kept(state, { start, sessions }, take) {
  const unit = state.upkeepUnit === "weeks" ? "weeks" : "months";
  const every = take("upkeep", whole(state.upkeep, LONGEST[unit], "it"));
  const said = take("years", whole(state.years, YEARS, "the years"));
  if (every.fault || said.fault) {
    return null;
  }
  const years = said.value ?? YEARS_UNSAID;
  if (!every.value || !sessions) {
    return { days: [], years };
  }
  const last = sessions.at(-1);
  const end = Math.min(addMonths(start, 12 * years), LAST + 1);
  const step = (number) => (unit === "weeks" ? last + 7 * every.value * number : addMonths(last, every.value * number));
  const days = [];
  for (let number = 1; step(number) < end; number += 1) {
    if (number > UPKEEP) {
      take("upkeep", { fault: `That makes more than ${UPKEEP} sessions. Choose a longer gap or fewer years.` });
      return null;
    }
    days.push(step(number));
  }
  if (!days.length) {
    take("upkeep", { note: `No upkeep session falls within ${years === 1 ? "the year" : `these ${years} years`}.` });
  }
  return { days, years };
}

/** The amounts in cents; null where one is wrong or the price is missing. */
function sums(state, take) {
  const [price, extra, once, yearly] = ["price", "extra", "once", "yearly"].map((key) => take(key, amount(state[key])));
  if ([price, extra, once, yearly].some((found) => found.fault) || price.cents === undefined) {
    return null;
  }
  return { each: price.cents + (extra.cents ?? 0), once: once.cents ?? 0, yearly: yearly.cents };
}

function costs({ sessions, review, upkeep }, { each, once, yearly }) {
  const [start] = sessions;
  const until = (end) => once + each * [...sessions, ...upkeep].filter((day) => day < end).length;
  return {
    review: until(review + 1),
    course: once + each * sessions.length,
    first: until(addMonths(start, 12)),
    three: until(addMonths(start, 36)),
    yearly: yearly === undefined ? null : [yearly, 3 * yearly],
  };
}
