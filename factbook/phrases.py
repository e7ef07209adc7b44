"""The small language in which `data/overclaims.yml` writes its phrases.

A phrase is plain words. Capitals, accents, hyphens and line breaks make no difference, and four signs stand for more:

    a/b       one of these words                  `permanent result/results`
    word*     the word with any ending            `guarantee*`
    #         a number                            `# % success`
    …         up to three words, or none          `boosts … circulation`

`docs/assets/javascripts/phrases.js` does the same in the browser; a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import product

GAP = "…"
GAP_WORDS = 3
MOST_SPELLINGS = 200

_IGNORED = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_JOINED = f"{_IGNORED}'’ʼ＇"
_SIGN = re.compile(
    rf"(?P<word>\d+(?:[.,]\d+)+|[^\W_]+(?:[{_JOINED}]+[^\W_]+)*|%)|(?P<end>[.!?;…](?=\s|$)|\n\s*\n)",
)
_WORD = re.compile(r"[a-z0-9.,]+\*?|%|#")


def fold(word: str) -> str:
    """A word without capitals, accents, apostrophes and signs that cannot be seen."""
    plain = unicodedata.normalize("NFKD", re.sub(f"[{_JOINED}]", "", word))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).lower()


def words(text: str) -> list[str]:
    """The words of a text, folded; "" where a sentence ends."""
    marked = unicodedata.normalize("NFC", text)
    return [fold(found["word"]) if found["word"] else "" for found in _SIGN.finditer(marked)]


def parse(phrase: str) -> list[tuple[str, ...]]:
    """The steps of a phrase: for each the words that fit, folded; a gap is `("…",)`.

    Raises:
        ValueError: The phrase is not written in this language.
    """
    steps: list[tuple[str, ...]] = []
    for part in phrase.replace("-", " ").replace(GAP, f" {GAP} ").split():
        if part == GAP:
            steps.append((GAP,))
            continue
        choices = tuple(re.sub(f"[{_JOINED}]", "", choice) for choice in part.split("/"))
        if not all(map(_WORD.fullmatch, choices)):
            raise ValueError(f'"{part}" in "{phrase}": small letters, digits and %, with / * # … as signs')
        steps.append(choices)
    if not steps or (GAP,) in (steps[0], steps[-1]) or steps.count((GAP,)) > 2:
        raise ValueError(f'"{phrase}": begins and ends with a word, with two … at most')
    if any(len(choice.rstrip("*")) < 2 for choice in steps[0] if choice not in ("#", "a") and not choice.isdigit()):
        raise ValueError(f'"{phrase}": begins with a word of two letters at least')
    if len(list(spellings(phrase, steps))) > MOST_SPELLINGS:
        raise ValueError(f'"{phrase}": stands for over {MOST_SPELLINGS} spellings')
    return steps


def spellings(phrase: str, steps: list[tuple[str, ...]] | None = None) -> Iterator[str]:
    """Every way to choose among the words of a phrase."""
    for chosen in product(*(parse(phrase) if steps is None else steps)):
        yield " ".join(chosen)


def found_in(phrase: str, text: str) -> bool:
    """Whether a phrase stands in a text."""
    steps, given = parse(phrase), words(text)
    return any(_from(steps, given, at) for at in range(len(given)))


def _from(steps: list[tuple[str, ...]], given: list[str], at: int) -> bool:
    if not steps:
        return True
    if steps[0] == (GAP,):
        for skipped in range(GAP_WORDS + 1):
            if "" in given[at : at + skipped]:
                return False
            if _from(steps[1:], given, at + skipped):
                return True
        return False
    return at < len(given) and any(_fits(choice, given[at]) for choice in steps[0]) and _from(steps[1:], given, at + 1)


def _fits(choice: str, word: str) -> bool:
    if choice == "#":
        return word[:1].isdigit()
    return word.startswith(choice[:-1]) if choice.endswith("*") else word == choice
