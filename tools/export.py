"""The open data: `python -m tools.export` writes `docs/data/`, `--check` says which files there are stale.

Both builders copy what stands below `docs/` as it is, so the files are written before a build and kept in the
repository; a test runs the check. Every file carries licence, edition and date: JSON at its head, CSV in its last
columns, RIS in a note of each source.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import rispy
from pydantic import TypeAdapter

from factbook import model, names
from factbook.records import Claim, Factbook, Finding, Study

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "data"

_PERSON = re.compile(r"(?P<last>.+) (?P<initials>[A-Z]{1,4})")
"""A name as MEDLINE prints it: "Abdallah M". An institution has no such ending."""


class _Ris(rispy.RisWriter):
    """Writes RIS without rispy's own running numbers between the entries, which the format does not know."""

    def set_header(self, count: int) -> str:  # noqa: ARG002 - rispy calls it so
        return ""


def files(book: Factbook) -> dict[str, str]:
    """Return the content of every file by its name.

    Args:
        book: The facts.

    Returns:
        `studies` as JSON, CSV and RIS, `findings` as JSON and CSV, `claims` as JSON.
    """
    return {
        "studies.json": _json(book, "studies", Study, book.studies.values()),
        "studies.csv": _csv(book, [_study_row(study) for study in book.studies.values()]),
        "studies.ris": _ris(book),
        "findings.json": _json(book, "findings", Finding, book.findings.values()),
        "findings.csv": _csv(book, [_finding_row(finding) for finding in book.findings.values()]),
        "claims.json": _json(book, "claims", Claim, book.claims.values()),
    }


def _notice(book: Factbook) -> str:
    edition = book.edition
    return f"Hair Mesotherapy Guide, edition {edition.version} of {edition.date}, {edition.licence}"


def _json(book: Factbook, key: str, kind: type, items: Iterable[Any]) -> str:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    rows = [adapter.dump_python(item, mode="json", exclude_defaults=True) for item in items]
    head = {
        "title": f"Hair Mesotherapy Guide: {key}",
        "edition": book.edition.version,
        "date": str(book.edition.date),
        "licence": book.edition.licence,
        "licence_url": book.edition.licence_url,
        "count": len(rows),
    }
    return json.dumps({**head, key: rows}, ensure_ascii=False, indent=1) + "\n"


def _csv(book: Factbook, rows: list[dict[str, Any]]) -> str:
    edition = {"licence": book.edition.licence, "edition": f"{book.edition.version} ({book.edition.date})"}
    out = io.StringIO()
    # The csv module's default is RFC 4180: commas, doubled quotes, CRLF.
    writer = csv.DictWriter(out, [*rows[0], *edition])
    writer.writeheader()
    writer.writerows({**row, **edition} for row in rows)
    return out.getvalue()


def _study_row(study: Study) -> dict[str, Any]:
    left_out = ("figures_seen", "also", "seen_at", "checked")  # lists of long texts, and a rare date: in the JSON
    row = {item.name: getattr(study, item.name) for item in fields(study) if item.name not in left_out}
    return {key: "; ".join(value) if isinstance(value, tuple) else value for key, value in row.items()}


def _finding_row(finding: Finding) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for item in fields(finding):
        value = getattr(finding, item.name)
        if item.name in ("treated", "comparison", "untreated"):
            row |= {f"{item.name}_events": value and value.events, f"{item.name}_of": value and value.of}
        elif item.name == "difference":
            for part in ("value", "low", "high", "unit", "scale"):
                row[f"difference_{part}"] = value and getattr(value, part)
        elif item.name == "checked":
            continue  # rare; it stands in the JSON
        elif item.name == "why":
            row["why"] = "; ".join(f"{reason}: {text}" for reason, text in value.items())
        else:
            row[item.name] = "; ".join(value) if isinstance(value, tuple) else value
    return row


def _ris(book: Factbook) -> str:
    entries = [_ris_entry(study, book) for study in book.studies.values()]
    return str(rispy.dumps(entries, implementation=_Ris)).lstrip("\n")


def _ris_entry(study: Study, book: Factbook) -> dict[str, Any]:
    in_print = study.journal and (study.doi or study.pmid or study.volume)
    notes = [
        study.summary,
        f"Weak points: {study.limitations}",
        f"{names.design(study).capitalize()}. We read: {names.READ[study.read]}.",
        _notice(book),
    ]
    authors = [name for name in (study.authors or "").split(", ") if name and name != "et al."]
    start, _, end = (study.pages or "").partition("-")
    entry = {
        "type_of_reference": "JOUR" if in_print else "ELEC",
        "id": study.id,
        "authors": [_ris_author(name) for name in authors],
        "title": study.title,
        # Zotero reads the periodical from T2 and takes JO for its abbreviation.
        "secondary_title" if in_print else "publisher": study.journal,
        "year": study.year and str(study.year),
        "volume": study.volume,
        "number": study.issue,
        "start_page": start,
        "end_page": end,
        "doi": study.doi,
        "accession_number": study.pmid and f"PMID {study.pmid}",
        "urls": [study.url],
        "keywords": [*study.agents, *study.conditions, *study.topics],
        "notes": notes,
    }
    return {key: value for key, value in entry.items() if value}


def _ris_author(name: str) -> str:
    """Turn "Abdallah M" into "Abdallah, M"; leave an institution as it stands."""
    person = _PERSON.fullmatch(name)
    return f"{person['last']}, {person['initials']}" if person else name


def stale(book: Factbook) -> list[str]:
    """Return the names of files in `docs/data/` that are missing, differ from the data, or do not belong there."""
    made = files(book)
    there = {path.name for path in FOLDER.iterdir()} if FOLDER.is_dir() else set()
    old = [name for name, text in made.items() if name not in there or _read(name) != text]
    return sorted([*old, *(there - made.keys())])


def _read(name: str) -> str:
    # Bytes, so that the line ends of the CSV stay as they are.
    return (FOLDER / name).read_bytes().decode()


def main() -> int:
    """Write the files, or with --check only name the stale ones; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is stale")
    options = parser.parse_args()
    book = model.load(ROOT / "data")
    if options.check:
        late = stale(book)
        for name in late:
            print(f"docs/data/{name}: not what data/ gives; run make downloads", file=sys.stderr)
        return 1 if late else 0
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for name, text in files(book).items():
        (FOLDER / name).write_bytes(text.encode())
        print(f"docs/data/{name}: {len(text.encode()) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
