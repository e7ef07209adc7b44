"""How the search cuts text into terms. `docs/assets/javascripts/search-terms.js` does the same to what a reader types.

The steps, in both:

1. lower case, then Unicode's compatibility decomposition (NFKD), so that é is e and its accent;
2. accents, Arabic vowel signs, joiners and apostrophes away ("what's" is "whats"), and letters that Unicode does not
   decompose by a table (ß, ı, ø, ة);
3. a word is a run of letters, marks and digits;
4. a word of plain letters is cut to its stem by Porter's algorithm. The two libraries follow different versions of it
   for words in -logy and -bly; these endings are made alike before.

Only the words of the index have to come out alike in both; a test compares every one of them.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata

import snowballstemmer

# Combining accents; the Arabic lengthening and vowel signs; the dot of Devanagari; joiners and direction marks.
_DROPPED = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670\u093c\u200b-\u200f\u2060\ufeff'\u2018\u2019\u02bc`]")
_PLAIN = {"ß": "ss", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ς": "σ"}
_PLAIN |= {"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك"}
_TABLE = str.maketrans(_PLAIN)
_PORTER = snowballstemmer.stemmer("porter")


def words(text: str) -> list[str]:
    """The words of a text, folded (steps 1 to 3), in their order."""
    folded = _DROPPED.sub("", unicodedata.normalize("NFKD", text.lower())).translate(_TABLE)
    runs = itertools.groupby(folded, lambda sign: unicodedata.category(sign)[0] in "LMN")
    return ["".join(run) for inside, run in runs if inside]


@functools.cache
def stem(word: str) -> str:
    """A folded word as it stands in the index (step 4)."""
    if len(word) < 3 or not re.fullmatch("[a-z]+", word):
        return word
    word = re.sub(r"log(y|ies)$", "log", re.sub(r"bly$", "ble", word))
    return str(_PORTER.stemWord(word))


def terms(text: str) -> list[str]:
    """The terms of a text, in their order."""
    return [stem(word) for word in words(text)]
