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
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


def nearest(value: object, valid: Iterable[str]) -> str:
    """Return a hint naming the valid value closest to `value`, or an empty string."""
    found = difflib.get_close_matches(str(value), list(valid), n=1, cutoff=0.5)
    return f' (did you mean "{found[0]}"?)' if found else ""
