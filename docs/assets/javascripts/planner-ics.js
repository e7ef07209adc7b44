/* A calendar file by RFC 5545, made in the browser. No METHOD stands in it: it is a file to import, not an invitation.
   Sections named below are those of the RFC. */

import { isoOf } from "./planner-dates.js";

const PRODUCT = "-//Hair Mesotherapy Guide//Planner 1//EN";
const LIMIT = 75; // octets of a line without its break (3.1)

/** Text as a value of type TEXT (3.3.11). */
export function escaped(text) {
  return text
    .replaceAll("\\", "\\\\").replaceAll(";", "\\;").replaceAll(",", "\\,")
    .replaceAll(/\r\n|\r|\n/g, "\\n");
}

/** A line in pieces of 75 octets at most, each but the first after a space; no character is cut in two (3.1). */
export function folded(line) {
  const pieces = [];
  let piece = "";
  let size = 0;
  for (const sign of line) {
    const octets = new TextEncoder().encode(sign).length;
    if (size + octets > LIMIT) {
      pieces.push(piece);
      piece = " ";
      size = 1;
    }
    piece += sign;
    size += octets;
  }
  return [...pieces, piece].join("\r\n");
}

/** A day as a value of type DATE (3.3.4). */
function date(day) {
  return isoOf(day).replaceAll("-", "");
}

/** A moment as a value of type DATE-TIME in UTC (3.3.5). */
function moment(time) {
  return `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function event({ kind, number, day, summary, description, cancelled }, { plan, sequence, now, remind, contact }) {
  // Most calendars leave CONTACT out, so it stands in the notes as well.
  const notes = [description, contact].filter(Boolean).join("\n");
  return [
    "BEGIN:VEVENT",
    `UID:hair-plan-${plan}-${kind}-${number}`,
    `DTSTAMP:${moment(now)}`,
    `SEQUENCE:${sequence}`,
    `DTSTART;VALUE=DATE:${date(day)}`,
    `DTEND;VALUE=DATE:${date(day + 1)}`, // the end is the first day that is free again (3.6.1)
    `SUMMARY:${escaped(summary)}`,
    ...(notes ? [`DESCRIPTION:${escaped(notes)}`] : []),
    ...(contact ? [`CONTACT:${escaped(contact)}`] : []),
    `STATUS:${cancelled ? "CANCELLED" : "CONFIRMED"}`,
    "CLASS:PRIVATE",
    "TRANSP:TRANSPARENT",
    // Nine in the morning of the day before, wherever the calendar is: a day starts at its local midnight (3.8.6.3).
    ...(remind && !cancelled
      ? ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15H", `DESCRIPTION:${escaped(summary)}`, "END:VALARM"]
      : []),
    "END:VEVENT",
  ];
}

/** The whole file. `events` name their kind and number, which together with `plan` stay the same from file to file. */
export function calendar(events, settings) {
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", `PRODID:${PRODUCT}`, "CALSCALE:GREGORIAN"];
  lines.push(...events.flatMap((item) => event(item, settings)), "END:VCALENDAR");
  return `${lines.map(folded).join("\r\n")}\r\n`;
}
