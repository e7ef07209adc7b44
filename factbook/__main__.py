"""`python -m factbook`: check all data and pages without building the site, or list what is due for a check."""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path

from factbook import due, model, pages
from factbook.faults import FactbookError


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a date (2026-11-20)') from None


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise argparse.ArgumentTypeError(f'"{text}" is not a number of days')
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code (0 good, 1 faults)."""
    parser = argparse.ArgumentParser(prog="factbook", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--root", type=Path, default=Path(), help="the project folder (default: this one)")
    check = commands.add_parser("check", parents=[shared], help="check data/ and docs/; print one line for each fault")
    check.add_argument("--overdue", action="store_true", help="what is past its due date is a fault, not a remark")
    late = commands.add_parser("due", parents=[shared], help="list what is due for a check, soonest first")
    late.add_argument("--on", type=_day, help="seen from this day (default: today)")
    late.add_argument("--within", type=_days, default=60, help="days to look ahead (default: 60)")
    options = parser.parse_args(arguments)
    if options.command == "check":
        return _check(options.root, options.overdue)
    return _due(options.root, options.on, options.within)


def _check(root: Path, overdue: bool) -> int:
    faults: list[str] = []
    late: list[str] = []
    book = None
    try:
        book = model.load(root / "data")
    except FactbookError as error:
        faults += error.faults
    try:
        pages.check(root / "docs", book)
        if book is not None:
            today = due.build_day()
            found = due.listed(root / "docs", book)
            late = [f"{item.place}: due: the check was due on {item.day}" for item in found if item.day < today]
    except FactbookError as error:
        faults += error.faults
    if overdue:
        faults += late
    else:
        for line in late:
            print(f"remark: {line}", file=sys.stderr)
    _print_faults(faults)
    if faults or book is None:
        return 1
    print(f"{len(book.studies)} studies, {len(book.ingredients)} ingredients, {len(book.findings)} findings: no faults")
    return 0


def _due(root: Path, on: date | None, within: int) -> int:
    try:
        book = model.load(root / "data")
        pages.check(root / "docs", book)
        today = on or due.build_day()
        found = due.listed(root / "docs", book)
    except FactbookError as error:
        _print_faults(error.faults)
        return 1
    shown = [item for item in found if item.day <= today + timedelta(days=within)]
    late = 0
    for item in shown:
        left = (item.day - today).days
        late += left < 0
        days = f"{abs(left)} day{'' if abs(left) == 1 else 's'}"
        when = f"{days} late" if left < 0 else f"in {days}" if left else "today"
        print(f"{item.day}  {when:>14}  {item.place}")
    later = f"; the next on {found[len(shown)].day}" if len(found) > len(shown) else ""
    print(f"{late} past due, {len(shown) - late} due within {within} days, {len(found) - len(shown)} later{later}")
    return 0


def _print_faults(faults: list[str]) -> None:
    for line in faults:
        print(line, file=sys.stderr)
    if faults:
        print(f"{len(faults)} faults", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
