/* How the search cuts text into terms: the same four steps as finish/terms.py, which explains them. */

import { stemmer } from "./stemmer.min.js";

const DROPPED = /[\u0300-\u036f\u0640\u064b-\u065f\u0670\u093c\u200b-\u200f\u2060\ufeff'\u2018\u2019\u02bc`]/g;
const PLAIN = {
  ß: "ss", ı: "i", ø: "o", æ: "ae", œ: "oe", đ: "d", ł: "l", ς: "σ",
  ة: "ه", ى: "ي", ی: "ي", ک: "ك",
};
const TABLE = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** A text, folded (steps 1 and 2). */
function fold(text) {
  return text.toLowerCase().normalize("NFKD").replace(DROPPED, "").replace(TABLE, (sign) => PLAIN[sign]);
}

/** The words of a text, folded (steps 1 to 3), in their order. */
export function words(text) {
  return fold(text).match(WORD) ?? [];
}

/** A folded word as it stands in the index (step 4). */
export function stem(word) {
  return /^[a-z]{3,}$/.test(word) ? stemmer(word.replace(/bly$/, "ble").replace(/log(y|ies)$/, "log")) : word;
}

/** The terms of a text, in their order. */
export function terms(text) {
  return words(text).map(stem);
}

/** A text cut up for marking: pieces in their order, each with the term it makes (none between words). */
export function pieces(text) {
  // What is dropped may stand inside a word as it is written, and does not end it.
  return text.split(/([\p{L}\p{M}\p{N}'\u2018\u2019\u02bc`\u200b-\u200f]+)/u)
    .map((piece, place) => ({ text: piece, term: place % 2 ? terms(piece)[0] : undefined }));
}
