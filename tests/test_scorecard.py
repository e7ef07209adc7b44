"""The scorecard tells what is so: its figures are those of the site as built, its sums those of its items."""

from __future__ import annotations

import re
from datetime import date

import pytest
import yaml

from tests.conftest import ROOT, built
from tools import scorecard

MEASURED = {row["id"]: row for row in yaml.safe_load((ROOT / "data" / "measured.yml").read_text(encoding="utf-8"))}


def number(text: str) -> float:
    found = re.match(r"[\d.]+", text)
    assert found, text
    return float(found.group())


def test_figures_are_those_of_the_site() -> None:
    """Within a twentieth: the figures stand on a page of the site that they measure."""
    rows = [*scorecard.reading(built("mkdocs")), *scorecard.weights(built("mkdocs"), built("finished"))]
    stale = [
        (row["id"], MEASURED.get(row["id"], {}).get("value"), row["value"])
        for row in rows
        if row["id"] not in MEASURED
        or abs(number(MEASURED[row["id"]]["value"]) - number(row["value"])) > 0.05 * number(row["value"])
    ]
    assert stale == [], "make scorecard"


def test_a_figure_says_whether_it_meets_its_aim() -> None:
    rows = [*scorecard.reading(built("mkdocs")), *scorecard.weights(built("mkdocs"), built("finished"))]
    assert {row["id"]: row.get("met") for row in rows} == {row["id"]: MEASURED[row["id"]].get("met") for row in rows}


@pytest.mark.parametrize("group", ["reading", "weight", "speed", "search", "access", "both"])
def test_every_kind_of_figure_is_there(group: str) -> None:
    assert [row for row in MEASURED.values() if row["group"] == group]


def test_figures_are_of_this_edition() -> None:
    edition = yaml.safe_load((ROOT / "data" / "edition.yml").read_text(encoding="utf-8"))
    assert {row["edition"] for row in MEASURED.values()} == {edition["version"]}
    assert all(row["seen"] <= date.today() for row in MEASURED.values())
