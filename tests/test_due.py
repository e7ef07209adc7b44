"""What is past its date is listed for who maintains the site, and said to who reads it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser

from factbook import due, extension, model, pages
from factbook.__main__ import main
from factbook.faults import FactbookError
from factbook.records import Factbook
from tests.conftest import PHONE, run
from tests.test_data import FINDING, STUDY, replace

HOME = "docs/index.md"


def listed(project: Path, *arguments: str) -> int:
    return main(["due", "--root", str(project), *arguments])


def test_the_list_is_soonest_first(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(mini, HOME, "checked: .*", "checked: 2026-01-10")
    replace(mini, HOME, "due: .*", "due: 2026-11-01")
    replace(mini, STUDY, "^n: 50", "n: 50\nchecked: 2026-02-01")
    replace(mini, FINDING, "^n: 50", "n: 50\nchecked: 2025-12-24")
    replace(mini, "data/rules.yml", "seen: .*", "seen: 2024-02-29")
    assert listed(mini, "--on", "2026-12-01", "--within", "70") == 0
    assert capsys.readouterr().out.splitlines() == [
        "2025-03-01   640 days late  data/rules.yml: uk",
        "2026-11-01    30 days late  docs/index.md",
        f"2026-12-24      in 23 days  {FINDING}",
        f"2027-02-01      in 62 days  {STUDY}",
        "2 past due, 2 due within 70 days, 6 later; the next on 2027-11-20",
    ]


def test_sixty_days_are_looked_ahead_from_today(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for days, shown in ((60, True), (61, False)):
        replace(mini, HOME, "checked: .*", f"checked: {date.today() - timedelta(days=100)}")
        replace(mini, HOME, "due: .*", f"due: {date.today() + timedelta(days=days)}")
        assert listed(mini) == 0
        assert ("docs/index.md" in capsys.readouterr().out) is shown


def test_all_that_is_due_today_is_not_late(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(mini, "--on", "2027-11-20", "--within", "0") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == f"0 past due, {len(out) - 1} due within 0 days, 0 later"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--on", "tomorrow"], '"tomorrow" is not a date (2026-11-20)'),
        (["--within", "-1"], '"-1" is not a number of days'),
        (["--within", "two"], '"two" is not a number of days'),
    ],
)
def test_a_bad_option_is_named(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["due", *arguments])
    assert says in capsys.readouterr().err


def test_broken_data_stop_the_list(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(mini, HOME, "due: .*", "due: soon")
    assert listed(mini) == 1
    assert capsys.readouterr().err.splitlines()[0].startswith("docs/index.md: due: ")


def test_rules_past_their_date_are_faults_where_asked(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(mini, "data/rules.yml", "seen: .*", "seen: 2020-01-02")
    assert main(["check", "--root", str(mini)]) == 0
    line = "data/rules.yml: uk: due: the check was due on 2021-01-02"
    assert capsys.readouterr().err == f"remark: {line}\n"
    assert main(["check", "--root", str(mini), "--overdue"]) == 1
    assert capsys.readouterr().err == f"{line}\n1 faults\n"


def test_the_day_of_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert due.build_day() == date.today()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795046399")
    assert due.build_day() == date(2026, 11, 18)
    for bad in ("soon", "9" * 40):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", bad)
        with pytest.raises(FactbookError, match="is not a number of seconds since 1970"):
            due.build_day()


# For readers -------------------------------------------------------------------------------------

WORDS = "This page was due for a check on 20 November 2027 and has not been checked since."


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_a_page_says_that_it_was_late_when_built(mini: Path, monkeypatch: pytest.MonkeyPatch, builder: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1827100800")  # 25 November 2027
    replace(mini, HOME, "checked: .*", "checked: 2026-11-21")
    replace(mini, HOME, "due: .*", "due: 2027-11-21")
    replace(mini, "docs/ingredients/minoxidil.md", "due: .*", "due: 2027-11-25")
    replace(mini, "docs/ingredients/minoxidil.md", "checked: .*", "checked: 2026-11-25")
    replace(mini, "docs/aftercare/warning-signs.md", "^# Warning signs$", "# Warning signs\n\n/// emergency\n///")
    done = run(builder, "build", *(["--clean"] if builder == "zensical" else []), folder=mini)
    assert done.returncode == 0, done.stdout
    home = (mini / "site/index.html").read_text(encoding="utf-8")
    words = WORDS.replace("20 November", '<time datetime="2027-11-21">21 November').replace(
        "2027 and", "2027</time> and"
    )
    assert home.count("fb-overdue") == 1
    assert f'</h1>\n<p class="fb-overdue">{words}</p>' in home
    signs = (mini / "site/aftercare/warning-signs/index.html").read_text(encoding="utf-8")
    assert signs.index("fb-emergency") < signs.index("fb-overdue") < signs.index("fb-tier")
    assert "fb-overdue" not in (mini / "site/ingredients/minoxidil/index.html").read_text(encoding="utf-8")


def test_a_page_that_is_not_late_shows_no_trace_of_the_day(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for seconds in ("1764000000", "1826000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
        extension._last.clear()
        maker = extension.FactbookExtension(data=str(mini / "data"), docs=str(mini / "docs"))
        assert maker.book()
        made.append(dict(maker.late()))
    assert made == [{}, {}]


def test_a_look_at_all_files_holds_the_longer_the_longer_it_takes(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a build of many pages would be looking most of the time; the first look reads, which says nothing."""
    now, looked, load = [0.0], [], model.load

    def slow(data: Path) -> Factbook:
        now[0] += 2
        looked.append(now[0])
        return load(data)

    monkeypatch.setattr(extension, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(extension.model, "load", slow)
    extension._last.clear()
    maker = extension.FactbookExtension(data=str(mini / "data"), docs=str(mini / "docs"))
    for seconds, looks in ((0, 1), (0.2, 1), (0.1, 2), (30, 2), (9, 2), (2, 3)):
        now[0] += seconds
        maker.book()
        assert len(looked) == looks
    extension._last.clear()


def test_the_front_matter_is_read_once(mini: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second reading for the dates would take as long again."""
    read: list[str] = []
    once = pages.read_page
    monkeypatch.setattr(pages, "read_page", lambda path, name: read.append(name) or once(path, name))
    pages.check(mini / "docs", model.load(mini / "data"))
    assert len(due.listed(mini / "docs", model.load(mini / "data"))) == 8
    assert len(read) == 6


def test_a_reader_who_comes_late_is_told(browser: Browser, address: str) -> None:
    """The page is the same; the day on which it is read is not. The words are those of the build."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/about/privacy/")
    assert page.locator(".fb-overdue").count() == 0
    last = page.locator("[data-due] time")
    day, words = last.get_attribute("datetime"), last.inner_text()
    for later, told in ((0, 0), (1, 1)):
        page.clock.set_fixed_time(f"{date.fromisoformat(day) + timedelta(days=later)}T12:00:00Z")
        page.reload()
        assert page.locator("h1 + .fb-overdue").count() == told
    assert page.locator(".fb-overdue").inner_text() == WORDS.replace("20 November 2027", words)
    assert page.locator(".fb-overdue").evaluate("note => getComputedStyle(note).borderLeftWidth") == "2px"
    context.close()
