"""Faults: one line each, all of a run at once, with the nearest valid value."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import click


class FactbookError(click.ClickException):
    """Something in `data/` or `docs/` is wrong. The command lines of both builders print it without a traceback.

    Attributes:
        faults: One line for each fault: `file: key: what is wrong`.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        # A value from a file may hold line breaks and signs that move a terminal's cursor.
        self.faults = [_one_line(fault) for fault in faults]
        super().__init__("\n".join(self.faults))


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in " ".join(text.split()))


def shown(value: object) -> str:
    """A value from a file as an error line quotes it: its beginning, where it is long; no half characters."""
    text = str(value).encode("utf-8", "replace").decode()
    return text if len(text) <= 80 else f"{text[:79]}…"


def nearest(value: object, valid: Iterable[str]) -> str:
    """Return a hint naming the valid value closest to `value`, or an empty string."""
    found = difflib.get_close_matches(shown(value), list(valid), n=1, cutoff=0.5)
    return f' (did you mean "{found[0]}"?)' if found else ""
