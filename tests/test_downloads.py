"""The open data: fresh, complete, readable by the programs it is meant for, with licence and date."""

from __future__ import annotations

import csv
import io
import json

import pytest
import rispy

from factbook import model
from factbook.records import Factbook
from tests.conftest import ROOT, built
from tools import export


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


def read(name: str) -> str:
    return (ROOT / "docs/data" / name).read_bytes().decode()


def test_they_are_what_the_data_gives(book: Factbook) -> None:
    assert export.stale(book) == []  # make downloads writes them anew


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_both_builders_publish_them(book: Factbook, builder: str) -> None:
    for name in export.files(book):
        assert (built(builder) / "data" / name).read_bytes() == (ROOT / "docs/data" / name).read_bytes()


@pytest.mark.parametrize("key", ["studies", "findings", "claims"])
def test_json_is_complete(book: Factbook, key: str) -> None:
    found = json.loads(read(f"{key}.json"))
    assert found["count"] == len(found[key]) == len(getattr(book, key))
    assert {item["id"] for item in found[key]} == set(getattr(book, key))
    assert found["licence"] == "CC BY 4.0"
    assert found["date"] == str(book.edition.date)


@pytest.mark.parametrize("key", ["studies", "findings"])
def test_csv_is_complete_and_harmless(book: Factbook, key: str) -> None:
    rows = list(csv.DictReader(io.StringIO(read(f"{key}.csv"), newline="")))
    assert [row["id"] for row in rows] == list(getattr(book, key))
    assert {row["licence"] for row in rows} == {"CC BY 4.0"}
    assert {row["edition"] for row in rows} == {f"{book.edition.version} ({book.edition.date})"}
    # A spreadsheet runs a cell that begins like a formula.
    assert [value for row in rows for value in row.values() if value.startswith(("=", "+", "@"))] == []


def test_csv_keeps_the_numbers(book: Factbook) -> None:
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(read("findings.csv"), newline=""))}
    women = rows["dutasteride-women-photos"]
    assert (women["treated_events"], women["treated_of"]) == ("54", "86")
    assert (women["comparison_events"], women["comparison_of"]) == ("7", "40")
    assert rows["dutasteride-men-hair-count"]["difference_low"] == "7.14"


def test_ris_reads_as_a_list_of_references(book: Factbook) -> None:
    entries = {entry["id"]: entry for entry in rispy.loads(read("studies.ris"))}
    assert set(entries) == set(book.studies)
    paper = entries["moftah-2013"]
    assert paper["type_of_reference"] == "JOUR"
    assert paper["authors"][:2] == ["Moftah, N", "Abd-Elaziz, G"]
    assert paper["secondary_title"] == "Journal of the European Academy of Dermatology and Venereology"
    assert (paper["year"], paper["volume"], paper["number"]) == ("2013", "27", "6")
    assert (paper["start_page"], paper["end_page"]) == ("686", "693")
    assert paper["doi"] == book.studies["moftah-2013"].doi
    assert paper["notes"][-1].endswith(book.edition.licence)
    assert entries["nhs-hair-loss"]["type_of_reference"] == "ELEC"
    assert "et al." not in read("studies.ris").split("\nN1")[0]


def test_ris_lines_are_tags_or_ends() -> None:
    """Each line is `XX  - text`, each entry begins with TY and ends with ER (the format's own rule)."""
    for entry in read("studies.ris").strip("\n").split("\n\n"):
        lines = entry.splitlines()
        assert lines[0].startswith("TY  - "), entry[:80]
        assert lines[-1].startswith("ER  -"), entry[-80:]
        assert all(len(line) >= 6 and line[2:6] in ("  - ", "  -") for line in lines), entry[:200]


def test_edition_is_the_version_of_the_project(book: Factbook) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == book.edition.version
    assert f"## {book.edition.version} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
