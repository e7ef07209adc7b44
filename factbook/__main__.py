"""`python -m factbook check`: check all data and pages without building the site."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from factbook import model, pages
from factbook.faults import FactbookError


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code (0 good, 1 faults)."""
    parser = argparse.ArgumentParser(prog="factbook", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check data/ and docs/; print one line for each fault")
    check.add_argument("--root", type=Path, default=Path(), help="the project folder (default: this one)")
    check.add_argument("--overdue", action="store_true", help="a page past its due date is a fault, not a remark")
    options = parser.parse_args(arguments)

    faults: list[str] = []
    book = None
    try:
        book = model.load(options.root / "data")
    except FactbookError as error:
        faults += error.faults
    try:
        pages.check(options.root / "docs", book)
        late = pages.overdue(options.root / "docs")
    except FactbookError as error:
        faults += error.faults
        late = []
    if options.overdue:
        faults += late
    else:
        for line in late:
            print(f"remark: {line}", file=sys.stderr)
    for line in faults:
        print(line, file=sys.stderr)
    if faults or book is None:
        print(f"{len(faults)} faults", file=sys.stderr)
        return 1
    print(f"{len(book.studies)} studies, {len(book.ingredients)} ingredients, {len(book.findings)} findings: no faults")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
