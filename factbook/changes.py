"""What counts as a change of a finding, and how it is told: numbers, verdict, certainty, sources; not other words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from factbook import names
from factbook.records import Difference, Factbook, Finding, Share, Stated

KEYS = {
    "direction": "Result",
    "certainty": "How sure we are",
    "n": "People compared",
    "treated": "Treated",
    "comparison": "Comparison group",
    "untreated": "Given nothing",
    "difference": "Difference",
    "sources": "Sources",
}
"""The keys of a finding that are compared, and what they are called."""


def stated(finding: Finding) -> Stated:
    """What a finding says now, in the form in which it is kept."""
    return Stated(**{item.name: getattr(finding, item.name) for item in fields(Stated)})


def compared(key: str, said: Stated) -> Any:
    """The part of one key that counts: how a number was worked out does not, nor does the order of the sources."""
    value = getattr(said, key)
    if isinstance(value, Share):
        return value.events, value.of
    if isinstance(value, Difference):
        return value.value, value.low, value.high, value.unit
    return sorted(value) if isinstance(value, tuple) else value


def changed(before: Stated, after: Stated) -> list[str]:
    """The keys in which two states of a finding differ."""
    return [key for key in KEYS if compared(key, before) != compared(key, after)]


def parts(before: Stated, after: Stated, book: Factbook) -> list[tuple[str, str, str]]:
    """What changed in words: name, before, now."""
    return [(KEYS[key], words(key, before, book), words(key, after, book)) for key in changed(before, after)]


def words(key: str, said: Stated, book: Factbook) -> str:
    """One key of a finding in words; "none given" where it has no such number."""
    value = getattr(said, key)
    if value is None:
        return "none given"
    if key == "direction":
        return names.DIRECTIONS[value]
    if key == "certainty":
        return "none: not studied" if value == "none" else value.replace("-", " ")
    if isinstance(value, Share):
        return f"{value.events} of {value.of}"
    if isinstance(value, Difference):
        spread = "" if value.low is None else f" ({value.low:g} to {value.high:g})"
        return f"{value.value:g} {value.unit}{spread}"
    if isinstance(value, tuple):
        return "; ".join(_sources(value, book)) or "none"
    return f"{value:,}"


def _sources(ids: tuple[str, ...], book: Factbook) -> Iterator[str]:
    for key in ids:
        yield names.short_name(book.studies[key]) if key in book.studies else key
