"""How well the search finds: `make search-report` asks it, in a browser, what we know that people ask.

Three figures: questions of `data/questions.yml` as people typed them; the same with an index that does not know those
questions, as a reader's own words would meet it; and the queries of `tests/search_queries.yml`, by kind.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from factbook import model
from finish import search
from finish.site import Site, finish
from tools.browsing import launch, served

ROOT = Path(__file__).resolve().parent.parent
QUERIES = ROOT / "tests" / "search_queries.yml"
ASK = """async ([queries, index]) => {
    const here = new URL('assets/javascripts/', document.querySelector('.guide-search form').action + '../');
    const { engine } = await import(new URL('search-results.js', here));
    const { Engine } = await import(new URL('search-engine.js', here));
    const whole = await engine();
    const used = index ? await Engine.from(index, whole.known) : whole;
    return queries.map((query) => used.search(query).slice(0, 3).map((hit) => `/${hit.address}`));
}"""


@dataclass
class Query:
    """What somebody types, the addresses that answer it, and what kind of query it is."""

    q: str
    to: Sequence[str]
    kind: str


def questions() -> list[Query]:
    """What people ask, as they type it."""
    return [Query(item.q, item.to, "question") for item in model.load(ROOT / "data").questions]


def queries() -> list[Query]:
    """The other queries, of all kinds."""
    return [Query(**item) for item in model.read_yaml(QUERIES, QUERIES.name)]


def index_without_questions(plain: Path) -> str:
    """The index of a plain site as it would be if nobody had told it what people ask."""
    site = Site(plain, ROOT)
    book = model.load(ROOT / "data")
    return search.dump(search.index(search.all_parts(site, book, questions=False), search.ignored(book)))


def found(tab: Tab, asked: Sequence[Query], index: str = "") -> list[list[str]]:
    """The first three addresses for each query, in a tab that shows a page of a finished site."""
    results: list[list[str]] = tab.evaluate(ASK, [[query.q for query in asked], index])
    return results


def rank(query: Query, addresses: Sequence[str]) -> int | None:
    """The place of the first right page, from nought; None where none of the three is right."""
    pages = [address.partition("#")[0] for address in addresses]
    return next((place for place, page in enumerate(pages) if page in query.to), None)


def tally(asked: Sequence[Query], results: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Queries, hits at first place and among the first three, and the misses."""
    places = [rank(query, addresses) for query, addresses in zip(asked, results, strict=True)]
    return {
        "queries": len(asked),
        "first": places.count(0),
        "three": len(places) - places.count(None),
        "misses": [
            {"q": query.q, "to": list(query.to), "found": list(addresses)}
            for query, addresses, place in zip(asked, results, places, strict=True)
            if place is None
        ],
    }


def report(tab: Tab, plain: Path) -> dict[str, Any]:
    """All figures, in a tab that shows a page of the finished site; `plain` is the site before it was finished."""
    typed, others = questions(), queries()
    answers = found(tab, others)
    kinds: dict[str, Any] = {}
    for kind in dict.fromkeys(query.kind for query in others):
        chosen = [number for number, query in enumerate(others) if query.kind == kind]
        kinds[kind] = tally([others[number] for number in chosen], [answers[number] for number in chosen])
    return {
        "questions": tally(typed, found(tab, typed)),
        "questions_unknown": tally(typed, found(tab, typed, index_without_questions(plain))),
        "queries": tally(others, answers),
        "kinds": kinds,
    }


def _line(name: str, figures: dict[str, Any]) -> str:
    count = figures["queries"]
    return (
        f"{name:32} {count:4}   first {100 * figures['first'] / count:5.1f} %   "
        f"among three {100 * figures['three'] / count:5.1f} %"
    )


def main(arguments: list[str] | None = None) -> int:
    """Build, ask, print; write the figures as JSON."""
    parser = argparse.ArgumentParser(prog="search_report", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / ".cache" / "search.json", help="where the figures go")
    out: Path = parser.parse_args(arguments).out
    with tempfile.TemporaryDirectory(prefix="guide-search-") as folder:
        plain, finished = Path(folder) / "plain", Path(folder) / "finished"
        mkdocs = str(Path(sys.executable).with_name("mkdocs"))
        subprocess.run([mkdocs, "build", "--quiet", "--site-dir", str(plain)], cwd=ROOT, check=True)  # noqa: S603
        shutil.copytree(plain, finished)
        finish(finished, ROOT)
        with served(finished) as address, sync_playwright() as playwright:
            browser = launch(playwright)
            tab = browser.new_page()
            tab.goto(f"{address}/search/")
            figures = report(tab, plain)
            browser.close()
        figures["kilobytes"] = {
            name: round(len(gzip.compress((finished / f"search/{name}.json").read_bytes(), 6)) / 1000, 1)
            for name in ("index", "words", "studies")
        }
    print(_line("questions, as typed", figures["questions"]))
    print(_line("the same, unknown to the index", figures["questions_unknown"]))
    print(_line("other queries", figures["queries"]))
    for kind, tallied in figures["kinds"].items():
        print(_line(f"  {kind}", tallied))
    print("gzip kB:", ", ".join(f"{name} {size}" for name, size in figures["kilobytes"].items()))
    for name in ("questions", "questions_unknown", "queries"):
        for miss in figures[name]["misses"]:
            print(f"missed ({name}): {miss['q']!r}: wanted {', '.join(miss['to'])}, found {', '.join(miss['found'])}")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
