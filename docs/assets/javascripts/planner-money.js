/* Money as whole cents, however a reader writes it: 1,234.50 or 1.234,50 or 1 234,5 or ١٬٢٣٤٫٥٠. */

import { digits } from "./tool.js";

const MOST = 1_000_000_000; // of whole units; an amount in a currency of many noughts still fits

/** What somebody wrote as an amount: {cents}, {fault} or {} for nothing; `note` says how a doubtful one was read. */
export function amount(text) {
  const typed = digits(text).trim();
  if (!typed) {
    return {};
  }
  // Signs of other scripts that can mean one thing only; spaces and quotation marks between groups; signs of currencies.
  const sure = typed.includes("\u066B");
  const plain = typed
    .replaceAll("\u066B", ".").replaceAll("\uFF0E", ".").replaceAll("\uFF0C", ",")
    .replaceAll(/[\s\u066C'’_\p{Sc}]/gu, "");
  if (/^[-\u2212\u2013]\d/.test(plain)) {
    return { fault: "An amount cannot be below nought." };
  }
  if (!/^[.,]?\d[\d.,]*$/.test(plain)) {
    return { fault: "Write the amount in digits, like 120 or 120.50." };
  }
  const signs = [...plain].filter((sign) => sign === "." || sign === ",");
  const last = signs.at(-1);
  const several = signs.filter((sign) => sign === last).length > 1;
  const tail = last ? plain.slice(plain.lastIndexOf(last) + 1) : "";
  const grouped = several || (signs.length === 1 && !sure && /^[1-9]\d{0,2}[.,]\d{3}$/.test(plain));
  const whole = last && !grouped ? plain.slice(0, plain.lastIndexOf(last)) : plain;
  const groups = whole.split(/[.,]/);
  const mixed = new Set(whole.replaceAll(/\d/g, "")).size > 1 || (!grouped && whole.includes(last ?? "."));
  const wrong = groups.length > 1 && !/^\d{1,3}( \d{2,3})* \d{3}$/.test(groups.join(" "));
  if (mixed || wrong) {
    return { fault: "Commas and dots do not fit here. Write it like 1234.50." };
  }
  if (!grouped && tail.length > 2) {
    return { fault: "Write two digits at most after the comma or dot." };
  }
  const units = groups.join("").replace(/^0+(?=\d)/, "") || "0";
  if (units.length > 10 || Number(units) > MOST) {
    return { fault: "That is more than 1,000,000,000. Check the noughts." };
  }
  const cents = Number(units) * 100 + (grouped ? 0 : Number(tail.padEnd(2, "0")));
  const note = grouped && !several ? `Counted as ${shown(cents)}.` : "";
  return { cents, note };
}

/** Cents as text, such as 1,234.50 or 1,234; the reader's own word for the currency follows where there is one. */
export function shown(cents, currency = "") {
  const places = cents % 100 ? 2 : 0;
  const format = new Intl.NumberFormat("en-GB", { minimumFractionDigits: places, maximumFractionDigits: places });
  const text = format.format(cents / 100);
  return currency ? `${text}\u00A0${currency}` : text;
}
