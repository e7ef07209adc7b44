"""Findings that changed are told on /about/changes/: the lists are fresh, and nothing changes without a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from factbook import model
from factbook.faults import FactbookError
from tests.conftest import ROOT
from tests.test_data import FINDING, replace
from tests.test_extension import convert
from tools.findings_log import LOCK, LOG, main, missing, write

DAY = date(2026, 11, 24)
LATER = date(2026, 11, 25)


def entries(project: Path) -> dict[str, dict]:
    return {item["id"]: item for item in yaml.safe_load((project / LOG).read_text(encoding="utf-8"))}


def test_every_change_of_a_finding_is_told() -> None:
    """The real data. A line here names the command to run."""
    assert missing(ROOT) == []


def test_the_small_project_is_told(mini: Path) -> None:
    assert missing(mini) == []
    assert write(mini, DAY) == []


def test_the_lists_are_written_the_same_each_time(mini: Path) -> None:
    write(mini, DAY)
    before = [(mini / file).read_bytes() for file in (LOCK, LOG)]
    write(mini, LATER)
    assert [(mini / file).read_bytes() for file in (LOCK, LOG)] == before
    assert before[0] == (ROOT / "tests/mini" / LOCK).read_bytes()


CHANGES = {
    "certainty": ("certainty: low", "certainty: moderate", ["certainty"]),
    "direction": ("direction: better", "direction: unclear", ["direction"]),
    "sources": (r"sources: \[alpha-2001\]", "sources: [alpha-2001, beta]", ["sources"]),
    "people": ("^n: 50", "n: 60", ["n"]),
    "a count": ("events: 9, of: 24", "events: 9, of: 26, worked_out: Our sum.", ["comparison"]),
    "a group more": ("^event:", "untreated: {events: 1, of: 26, worked_out: Our sum.}\nevent:", ["untreated"]),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_without_its_entry_is_one_line(mini: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, keys = CHANGES[case]
    replace(mini, FINDING, old, new)
    assert main(["--check", "--root", str(mini)]) == 1
    line = f'{FINDING}: changed ({", ".join(keys)}), and the change log is silent; run make changes WHY="the reason"\n'
    assert capsys.readouterr().err == line
    write(mini, DAY, why="A second reading.")
    assert missing(mini) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("statement: .*", "statement: In other words."),
        ("of: 26}", "of: 26, worked_out: Our sum.}"),
        ("bias: One team.", "bias: The same in other words."),
    ],
)
def test_other_words_for_the_same_need_no_entry(mini: Path, old: str, new: str) -> None:
    replace(mini, FINDING, old, new)
    assert missing(mini) == [f"{FINDING}: its words changed since {LOCK} was written; run make changes"]
    assert write(mini, DAY) == []
    assert missing(mini) == []
    assert len(entries(mini)) == 1


def test_a_change_without_a_reason_is_refused_and_nothing_is_written(
    mini: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace(mini, FINDING, "certainty: low", "certainty: moderate")
    before = [(mini / file).read_bytes() for file in (LOCK, LOG)]
    assert main(["--root", str(mini), "--why", "  "]) == 1
    told = 'minoxidil-women: changed (certainty): no reason given; run make changes FINDING=minoxidil-women WHY="the reason"\n'
    assert capsys.readouterr().err == told
    assert [(mini / file).read_bytes() for file in (LOCK, LOG)] == before


def test_the_reason_is_the_findings_own_where_it_gives_a_new_one(mini: Path) -> None:
    replace(mini, FINDING, "certainty: low", "certainty: very-low")
    replace(mini, FINDING, "why: .*", "why: {bias: One team., few-people: Fifty women.}")
    assert write(mini, DAY) == ["2026-11-24-minoxidil-women: changed (certainty)"]
    entry = entries(mini)["2026-11-24-minoxidil-women"]
    assert entry["why"] == "Fifty women."
    assert entry["title"] == "Minoxidil: own rating (women, pattern hair loss)"
    assert (entry["before"]["certainty"], entry["after"]["certainty"]) == ("low", "very-low")


def test_two_changes_of_a_day_are_one_entry_and_none_when_it_is_as_before(mini: Path) -> None:
    replace(mini, FINDING, "certainty: low", "certainty: moderate")
    write(mini, DAY, why="First.")
    replace(mini, FINDING, "direction: better", "direction: unclear")
    write(mini, DAY)  # the reason of the morning stands
    entry = entries(mini)["2026-11-24-minoxidil-women"]
    assert (entry["why"], entry["before"]["certainty"], entry["after"]["direction"]) == ("First.", "low", "unclear")
    replace(mini, FINDING, "certainty: moderate", "certainty: low")
    replace(mini, FINDING, "direction: unclear", "direction: better")
    assert write(mini, DAY) == ["2026-11-24-minoxidil-women: taken back, the finding is what it was"]
    assert list(entries(mini)) == ["2026-11-20-minoxidil-women"]
    assert missing(mini) == []


def test_the_next_day_is_an_entry_of_its_own(mini: Path) -> None:
    for day, old, new in ((DAY, "low", "moderate"), (LATER, "moderate", "low")):
        replace(mini, FINDING, f"certainty: {old}", f"certainty: {new}")
        write(mini, day, why="A reason.")
    assert list(entries(mini)) == [f"2026-11-{day}-minoxidil-women" for day in (20, 24, 25)]
    assert missing(mini) == []


def test_a_finding_that_is_new_and_one_that_is_gone(mini: Path) -> None:
    text = (mini / FINDING).read_text(encoding="utf-8")
    (mini / "data/findings/another.yml").write_text(
        text.replace("id: minoxidil-women", "id: another"), encoding="utf-8"
    )
    (mini / "data/findings/minoxidil-shedding.yml").unlink()
    silent = 'and the change log is silent; run make changes WHY="the reason"'
    assert missing(mini) == [
        f"data/findings/another.yml: is new, {silent}",
        f"{LOCK}: minoxidil-shedding: is gone, {silent}",
    ]
    with pytest.raises(FactbookError):
        write(mini, DAY)
    assert write(mini, DAY, only="another", why="A trial we had not seen.") == ["2026-11-24-another: is new"]
    assert len(missing(mini)) == 1
    write(mini, DAY, why="It said nothing.")
    assert missing(mini) == []
    found = entries(mini)
    assert "before" not in found["2026-11-24-another"]
    assert "after" not in found["2026-11-24-minoxidil-shedding"]
    page = BeautifulSoup(convert("/// changed-findings\n///", mini / "data"), "lxml")
    assert [entry["id"] for entry in page.select(".fb-changes > li")] == [
        "changed-2026-11-24-minoxidil-shedding",
        "changed-2026-11-24-another",
        "changed-2026-11-20-minoxidil-women",
    ]
    assert "Now: The finding is taken out." in page.get_text()
    assert "Before: We had no such finding." in page.get_text()


def test_an_entry_that_was_taken_out_by_hand_is_missed(mini: Path) -> None:
    replace(mini, FINDING, "certainty: low", "certainty: moderate")
    write(mini, DAY, why="A reason.")
    text = (mini / LOG).read_text(encoding="utf-8")
    (mini / LOG).write_text(text[: text.index("- id: 2026-11-24")], encoding="utf-8")
    assert missing(mini) == [
        f"{LOG}: 2026-11-20-minoxidil-women: after: is not what {LOCK} holds; take both from the last commit"
    ]


def test_a_lost_lock_is_not_made_anew(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It would take all that changed for told."""
    (mini / LOCK).unlink()
    for arguments in ([], ["--check"]):
        assert main([*arguments, "--root", str(mini)]) == 1
        assert capsys.readouterr().err == f"{LOCK}: the file is missing\n"


def test_an_unknown_finding_is_named(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--finding", "minoxidil-woman", "--root", str(mini)]) == 1
    assert capsys.readouterr().err == 'no finding "minoxidil-woman" (did you mean "minoxidil-women"?)\n'


def test_an_entry_shows_before_now_and_why(mini: Path) -> None:
    page = BeautifulSoup(convert("/// changed-findings\n///", mini / "data"), "lxml")
    told = " ".join(page.select_one(".fb-changes").get_text(" ").split())
    assert "Minoxidil: own rating, pattern hair loss in women 20 November 2026" in told
    assert "Before: 58 of 100 v 38 of 100." in told
    assert "How sure we are: moderate before, low now." in told
    assert "Treated: 15 of 26 before, 18 of 26 now." in told
    assert "Sources: alpha-2000 before, Alpha A, 2001 now." in told
    assert "Why: A second reading of the trial." in told
    assert page.select_one("a.fb-cite__link")["href"] == "#ref-alpha-2001"


def test_with_no_change_the_page_says_so(mini: Path) -> None:
    (mini / LOG).write_text("[]\n", encoding="utf-8")
    assert "No finding has changed since then." in convert("/// changed-findings\n///", mini / "data")


def test_every_change_on_the_real_page_has_its_entry() -> None:
    page = (ROOT / "docs/about/changes.md").read_text(encoding="utf-8")
    assert "/// changed-findings\n///" in page
    assert all(change.why for change in model.load(ROOT / "data").changes.values())
