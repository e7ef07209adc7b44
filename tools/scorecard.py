"""The figures on /about/scorecard/: `make scorecard` measures the site as it is and writes data/measured.yml anew.

No figure is put in by hand. What is rated and not measured stands in data/ratings.yml. `tests/test_scorecard.py` holds
the figures that can be read from files against the built site.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import ViewportSize, sync_playwright

from finish import finish
from tools import lighthouse, reading_level, search_report, visits, weight
from tools.browsing import axe_faults, launch, served

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "data" / "measured.yml"
FIRST, LOAD, SECOND = 15, 50, 10
"""What a page may weigh, in kB: before anything is painted, in all, as a second page."""
PHONE = ViewportSize(width=360, height=640)

Row = dict[str, Any]


def _row(key: str, group: str, what: str, value: str, how: str, aim: str = "", met: bool | None = None) -> Row:
    row: Row = {"id": key, "group": group, "what": what, "value": value, "how": how}
    return row | ({"aim": aim, "met": met} if aim else {})


def _named(page: str, number: str) -> str:
    return f"{number}, on {page}"


def reading(site: Path) -> list[Row]:
    """School grades of the pages for patients, of a plain site."""
    grades = reading_level.measure_site(site, ROOT / "data")
    how = "Flesch-Kincaid formula. Names of medicines, headings and lists of sources are left out."
    hardest, smog = grades[0], max(grades, key=lambda grade: grade.smog)
    middle = statistics.median(grade.flesch_kincaid for grade in grades)
    middle_smog = statistics.median(grade.smog for grade in grades)
    return [
        _row(
            "grade-middle",
            "reading",
            f"School grade, the middle one of {len(grades)} pages",
            f"{middle:.1f}",
            how,
            "6.5 or less",
            middle <= 6.5,
        ),
        _row(
            "grade-worst",
            "reading",
            "School grade, the hardest page",
            _named(hardest.page, f"{hardest.flesch_kincaid:.1f}"),
            how,
            "8 or less",
            hardest.flesch_kincaid <= 8,
        ),
        _row(
            "smog-middle",
            "reading",
            "The same by another formula, the middle page",
            f"{middle_smog:.1f}",
            "SMOG index.",
            "9 or less",
            middle_smog <= 9,
        ),
        _row(
            "smog-worst", "reading", "The same, the hardest page", _named(smog.page, f"{smog.smog:.1f}"), "SMOG index."
        ),
    ]


def pages_of(site: Path) -> list[weight.Weight]:
    """Weights of the pages that readers come to: all but frames and leaflets."""
    return [item for item in weight.weigh_all(site) if not item.address.startswith(("/embed/", "/leaflets/"))]


def weights(plain: Path, finished: Path) -> list[Row]:
    """What visits weigh, of the finished site and of the theme as it comes."""
    pages = pages_of(finished)
    how = "Sizes of the files, packed with gzip at level 6."

    def figure(key: str, what: str, limit: int, of: Callable[[weight.Weight], float]) -> Iterator[Row]:
        middle, worst = statistics.median(map(of, pages)), max(pages, key=of)
        within = sum(of(page) <= limit for page in pages)
        aim = f"{limit} kB or less"
        yield _row(
            f"{key}-middle",
            "weight",
            f"{what}, the middle one of {len(pages)} pages",
            f"{middle:.1f} kB",
            how,
            aim,
            middle <= limit,
        )
        yield _row(
            f"{key}-within",
            "weight",
            f"{what}: pages within {limit} kB",
            f"{within} of {len(pages)}",
            how,
            "All of them",
            within == len(pages),
        )
        yield _row(
            f"{key}-worst", "weight", f"{what}, the heaviest page", _named(worst.address, f"{of(worst):.1f} kB"), how
        )

    index = weight.packed(plain / "search" / "search_index.json")
    engine = sum(map(weight.packed, (plain / "assets/javascripts/workers").glob("search.*.js")))
    theme = pages_of(plain)
    first, load = (statistics.median(values) for values in zip(*((p.first, p.load) for p in theme), strict=True))
    return [
        *figure("first", "Before anything is painted", FIRST, lambda page: page.first),
        *figure("load", "All that is fetched without a touch", LOAD, lambda page: page.load),
        *figure("second", "A second page after the home page", SECOND, lambda page: page.second),
        _row(
            "kept",
            "weight",
            "Kept for reading offline, after the visit",
            f"{weight.kept_kb(finished):.0f} kB",
            "Read from the list of the worker. The rest comes one by one later.",
        ),
        _row(
            "theme-first",
            "weight",
            "The same site as the theme comes: before anything is painted, the middle page",
            f"{first:.1f} kB",
            how,
        ),
        _row(
            "theme-load",
            "weight",
            "The same site as the theme comes: all, the middle page",
            f"{load + index + engine:.0f} kB",
            f"{how} {index + engine:.0f} kB of it are its search.",
        ),
    ]


def speed(finished: Path) -> list[Row]:
    """How busy a slow phone is, and what Lighthouse gives; without Lighthouse, the rows of the last run that had it."""
    with sync_playwright() as playwright:
        browser = launch(playwright, whole=True)
        found = visits.speed_of(browser, finished, [page.address for page in pages_of(finished)])
        browser.close()
    count = len(found)

    def busy(key: str, of: str, what: str, within: str, how: str) -> Iterator[Row]:
        times = {address: one[of] for address, one in found.items()}
        slowest = max(times, key=times.__getitem__)
        met = times[slowest] <= visits.LONG
        value = _named(slowest, f"{times[slowest]:.0f} ms")
        yield _row(key, "speed", f"{what}, the slowest of {count} pages", value, how, f"{visits.LONG} ms or less", met)
        value = f"{sum(time <= visits.LONG for time in times.values())} of {count}"
        yield _row(f"{key}s-within", "speed", within, value, "The same runs.", "All of them", met)

    slow = "A processor four times slower than ours. Of three runs the middle one."
    long = f"piece of work of more than {visits.LONG} ms"
    rows = [
        *busy(
            "task",
            "longest_task_ms",
            "The longest piece of work while a page loads, without drawing it",
            f"Pages without a {long}",
            f"{slow} As the browser counts long tasks. 0: none over {visits.LONG} ms.",
        ),
        *busy(
            "frame",
            "longest_frame_ms",
            "The longest time to draw what has come while a page loads",
            f"Pages drawn in steps of {visits.LONG} ms or less",
            f"{slow} Styles, layout and paint, which the browser does not count as long tasks.",
        ),
        *busy(
            "move",
            "first_move_ms",
            "The longest piece of work or drawing when a reader begins to move",
            f"Pages where the first move starts no {long}",
            f"{slow} What comes with the first move is put in place in small steps.",
        ),
    ]
    program = lighthouse.program()
    if program is None:
        print("Lighthouse is not here; its last figures are kept (see tools/lighthouse.py).", file=sys.stderr)
        earlier = yaml.safe_load(MEASURED.read_text(encoding="utf-8"))
        return rows + [row for row in earlier if row["id"].startswith("lighthouse-")]
    pages = lighthouse.look(program, finished, [page.address for page in pages_of(finished)])
    for name, words in zip(lighthouse.SCORES, ("speed", "access", "good practice", "being found"), strict=True):
        scores = {address: page["scores"][name] if "scores" in page else 0 for address, page in pages.items()}
        lowest = min(scores, key=scores.__getitem__)
        value = str(scores[lowest]) if scores[lowest] == 100 else _named(lowest, str(scores[lowest]))
        rows.append(
            _row(
                f"lighthouse-{name}",
                "speed",
                f"Lighthouse, {words}: the lowest of {len(scores)} pages",
                value,
                "Lighthouse as a phone, one run a page.",
                "100 of 100",
                scores[lowest] == 100,
            )
        )
    return rows


def search(figures: dict[str, Any]) -> list[Row]:
    """How often the search finds, from what `tools.search_report` found."""

    def pair(key: str, what: str, found: dict[str, Any], how: str) -> Iterator[Row]:
        three, first = (round(100 * found[name] / found["queries"]) for name in ("three", "first"))
        yield _row(
            f"{key}-three",
            "search",
            f"{what}: right page among the first three",
            f"{three} of 100",
            how,
            "95 of 100",
            three >= 95,
        )
        yield _row(
            f"{key}-first", "search", f"{what}: right page first", f"{first} of 100", how, "75 of 100", first >= 75
        )

    typed, unknown, others = figures["questions"], figures["questions_unknown"], figures["queries"]
    slips = figures["kinds"]["typo"]
    return [
        *pair("typed", "Questions as people typed them", typed, f"{typed['queries']} questions, asked in a browser."),
        *pair(
            "unknown",
            "The same, when the search was not told of them",
            unknown,
            "The index without the list of questions.",
        ),
        *pair(
            "queries",
            "Other queries",
            others,
            f"{others['queries']} of ours, of all kinds. The search was tuned on them, so expect less.",
        ),
        *pair("slips", "Misspelt words among them", slips, f"{slips['queries']} queries."),
    ]


def access(finished: Path) -> list[Row]:
    """What axe finds on every page, on a phone in light colours."""
    pages, faults = pages_of(finished), 0
    with served(finished) as root, sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
        for item in pages:
            page = context.new_page()
            page.goto(root + item.address, wait_until="load")
            faults += len(axe_faults(page))
            page.close()
        browser.close()
    how = f"axe, {len(pages)} pages on a phone, rules of WCAG 2.2 A and AA and good practice."
    return [_row("axe", "access", "Faults that a machine finds", str(faults), how, "None", not faults)]


def both(plain: Path, zensical: Path) -> list[Row]:
    """How far the sites of both builders are the same."""

    def words(file: Path) -> str:
        article = BeautifulSoup(file.read_text(encoding="utf-8"), "lxml").select_one("article, main")
        return " ".join(article.get_text(" ").split()) if article else ""

    names = [{str(path.relative_to(site)) for path in site.rglob("index.html")} for site in (plain, zensical)]
    shared = sorted(names[0] & names[1])
    same = sum(words(plain / name) == words(zensical / name) for name in shared)
    every = len(names[0] | names[1])
    how = "Both sites built, each page's words compared."
    return [
        _row(
            "same",
            "both",
            "Pages with the same words from MkDocs and Zensical",
            f"{same} of {every}",
            how,
            "All of them",
            same == every,
        )
    ]


def write(rows: Sequence[Row], edition: str, day: date) -> None:
    """Write data/measured.yml."""
    text = "# Written by `make scorecard`. Do not edit.\n"
    text += yaml.safe_dump(
        [{"edition": edition, "seen": day} | row for row in rows], sort_keys=False, allow_unicode=True, width=120
    )
    MEASURED.write_text(text, encoding="utf-8")


def _run(*command: str, folder: Path) -> None:
    program = str(Path(sys.executable).with_name(command[0]))
    subprocess.run([program, *command[1:]], cwd=folder, check=True)  # noqa: S603 - our own two builders


def main() -> None:
    """Build, measure, write."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    edition = yaml.safe_load((ROOT / "data" / "edition.yml").read_text(encoding="utf-8"))["version"]
    with tempfile.TemporaryDirectory(prefix="guide-scorecard-") as name:
        folder = Path(name)
        plain, finished, project = folder / "plain", folder / "finished", folder / "zensical"
        _run("mkdocs", "build", "--quiet", "--site-dir", str(plain), folder=ROOT)
        shutil.copytree(plain, finished)
        finish(finished, ROOT)
        for part in ("docs", "data", "overrides"):
            shutil.copytree(ROOT / part, project / part)
        shutil.copy(ROOT / "mkdocs.yml", project)
        _run("zensical", "build", "--clean", folder=project)
        with served(finished) as root, sync_playwright() as playwright:
            browser = launch(playwright)
            tab = browser.new_page()
            tab.goto(f"{root}/search/")
            found = search_report.report(tab, plain)
            browser.close()
        rows = [
            *reading(plain),
            *weights(plain, finished),
            *speed(finished),
            *search(found),
            *access(finished),
            *both(plain, project / "site"),
        ]
    write(rows, edition, date.today())
    print(json.dumps({row["id"]: row["value"] for row in rows}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
