/* Calendar days as whole numbers: days since 1 January 1970. No clock, no zone and no daylight saving comes in, because
   every step is UTC arithmetic and no local midnight is ever asked for. */

const LENGTH = 86_400_000; // ms of a UTC day; UTC days all have the same length

/** The number of a day such as 2027-02-28; null for anything else, 2027-02-30 included. */
export function dayOf(text) {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (!year) {
    return null;
  }
  const number = Date.UTC(Number(year), Number(month) - 1, Number(day)) / LENGTH;
  return Number.isFinite(number) && isoOf(number) === text ? number : null;
}

/** 2027-02-28 */
export function isoOf(day) {
  return new Date(day * LENGTH).toISOString().slice(0, 10);
}

export const FIRST = dayOf("2020-01-01");
export const LAST = dayOf("2100-12-31");

/** The same day of a later month; where that month is shorter, its last day. */
export function addMonths(day, months) {
  const from = new Date(day * LENGTH);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const longest = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return first.getTime() / LENGTH + Math.min(from.getUTCDate(), longest) - 1;
}

/* "Mon, 04 Jan 2027 00:00:00 GMT" is the same in every browser. What it knows of languages costs an old phone 40 ms. */
const parts = (day) => {
  const [weekday, date, month, year] = new Date(day * LENGTH).toUTCString().split(/,? /);
  return [weekday, Number(date), month, year];
};

/** Mon 4 Jan 2027 */
export const long = (day) => parts(day).join(" ");

/** Mon 4 Jan */
export const short = (day) => parts(day).slice(0, 3).join(" ");
