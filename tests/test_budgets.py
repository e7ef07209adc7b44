"""What a page may weigh, and that nothing is fetched before somebody asks for it.

The figures are read from the files (tools.weight): kB packed with gzip at level 6. Speeds are no test; `make bench` has
them.
"""

from __future__ import annotations

import functools
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.conftest import DESKTOP, PHONE, built
from tools.weight import Weight, asked, weigh, weigh_all

GOAL = (15.0, 50.0, 10.0)
"""kB before the first paint, at load in all, and of a second page after the home page."""
EXCEPTIONS: dict[str, dict[str, tuple[float, float, float]]] = {
    "A list to look things up in: what most readers come for stands on the page, the rest beside it.": {
        "/evidence/studies/": (15, 50, 16.6),
        "/evidence/claims/": (15, 50, 16.4),
        "/evidence/by-condition/": (15, 50, 12.1),
        "/evidence/": (16.2, 50, 13.2),
        "/options/": (15, 50, 13.7),
        "/ingredients/": (15.3, 50, 13.3),
        "/ingredients/other/": (15, 50, 11.4),
    },
    "A tool: its form, all that it can say, and what it works with.": {
        "/tools/decide/": (22.8, 58.3, 29.8),
        "/tools/visit-card/": (25.6, 57.3, 30.3),
        "/tools/questions/": (24, 56.8, 29.7),
        "/tools/planner/": (15, 51.5, 24.4),
        "/staff/": (15, 50, 18),
        "/staff/practice/": (15, 51.5, 24.3),
        "/staff/record/": (15, 50, 22),
        "/search/": (15, 50, 19.1),
    },
    "A long text that a reader in need wants on one page; its sheet for staff.": {
        "/safety/": (18.4, 50, 14.5),
        "/aftercare/warning-signs/": (15.1, 50, 11.3),
        "/staff/aftercare/": (15, 50, 10.7),
    },
    "Within the limits at first, and some 10 kB of text, icons, charts and scripts of its own.": {
        "/about/scorecard/": (15, 50, 10.5),
        "/basics/how-it-works/": (15, 50, 12.6),
        "/treatment/techniques/": (15, 50, 11.2),
        "/safety/rules/": (15, 50, 10.4),
        "/candidacy/": (15, 50, 10.4),
        "/ingredients/dutasteride-finasteride/": (15, 50, 10.5),
        "/clinics/advertising/": (15, 50, 19.6),
    },
    "A sheet to print, with nothing of the theme: the second page is the whole page.": {
        "/leaflets/": (15, 50, 15),
        "/leaflets/aftercare/": (18.1, 50, 18.1),
    },
}
"""Pages that may weigh more, each with its own figures (before the first paint, at load, as a second page), by reason.
The address of the leaflets stands for those below it too, where they have none of their own."""
AT_LOAD = ["/treatment/session/", "/", "/evidence/by-condition/", "/tools/questions/"]
"""Pages whose requests a browser counts."""
NEAR = 1250
"""px below the window from which Chromium fetches a lazy picture on a fast network; on a slow one it is 2500."""
ASKED_LATER = ("minisearch", "search-engine", "search-results", "stemmer", "index", "lightbox", "sources", "more")
"""What must not be fetched before somebody searches, opens a picture or comes to the sources."""


def allowed(address: str) -> tuple[float, float, float]:
    """The limits of a page: those of the longest address that it starts with."""
    limits = {place: its for group in EXCEPTIONS.values() for place, its in group.items()}
    place = max((place for place in limits if address.startswith(place) and place != "/"), key=len, default="")
    deep = place and (place == address or place == "/leaflets/")
    return limits[place] if deep else GOAL


@functools.cache
def weights() -> list[Weight]:
    """Every page of the finished site, weighed."""
    return weigh_all(built("finished"))


def test_every_page_keeps_its_budget() -> None:
    assert len(weights()) > 60
    over = []
    for one in weights():
        limits = allowed(one.address)
        figures = (one.first, one.load, one.second)
        if any(figure > limit for figure, limit in zip(figures, limits, strict=True)):
            over.append(f"{one.address}: {' '.join(f'{figure:.1f}' for figure in figures)}, allowed {limits}")
    assert not over, "\n".join(over)


def test_exceptions_name_pages_that_are_there() -> None:
    addresses = {one.address for one in weights()}
    assert not [place for group in EXCEPTIONS.values() for place in group if place not in addresses]


def test_most_visitors_get_half_of_what_they_got() -> None:
    """The page that a search is most likely to lead to, against the same page as the builder wrote it."""
    before, after = (weigh(built(site), "/treatment/session/") for site in ("mkdocs", "finished"))
    assert after.first < before.first / 5
    assert after.load < before.load / 3


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_browser_fetches_what_was_counted_and_nothing_moves(browser: Any, address: str, size: dict[str, int]) -> None:
    site = built("finished")
    wrong = []
    for place in AT_LOAD if size == PHONE else AT_LOAD[:1]:
        # Without the worker: what it keeps for reading offline comes after the load, and has a test of its own.
        context = browser.new_context(viewport=size, service_workers="block")
        page = context.new_page()
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { window.moved += one.value; }))"
            ".observe({type: 'layout-shift', buffered: true});"
        )
        requests: list[str] = []
        page.on("request", lambda request, requests=requests: requests.append(request.url.removeprefix(address)))
        page.goto(address + place, wait_until="networkidle")
        root = site.resolve()
        counted = {"/" + path.relative_to(root).as_posix() for path in asked(root, place)[1]}
        names = {one + "index.html" if one.endswith("/") else one for one in requests}
        # The tab's own pictures are the browser's business; Chromium without a window leaves some out. How far ahead a
        # picture is fetched is too, by the network it believes to have; that none is so near on a phone that every
        # network fetches it is held here.
        tabs = {name for name in names if "favicon" in name or name.endswith(".webmanifest")}
        ahead = """(all, near) => all.filter(one => one.getBoundingClientRect().top > near)
            .map(one => new URL(one.src).pathname)"""
        near = size["height"] + NEAR if size == PHONE else 0
        far = set(page.eval_on_selector_all("img[loading=lazy]", ahead, near))
        extra = names - counted - tabs - far
        wrong += [f"{place}: {name} was not counted" for name in sorted(extra)]
        late = [
            name for name in names for word in ASKED_LATER if word in name.rpartition("/")[2].replace("index.html", "")
        ]
        wrong += [f"{place}: {name} was fetched before it was wanted" for name in sorted(late)]
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
        moved = page.evaluate("window.moved")
        wrong += [f"{place}: the layout moved by {moved}"] if moved > 0.001 else []
        context.close()
    assert not wrong, "\n".join(wrong)


def test_pictures_have_a_size_and_pages_one_blocking_file() -> None:
    """What would move the layout or hold up the paint, read from the files."""
    for path in sorted(built("finished").rglob("*.html")):
        tree = LexborHTMLParser(path.read_text(encoding="utf-8"))
        for image in tree.css("article img"):
            assert {"width", "height"} <= set(image.attributes), (path, image.html)
        for script in tree.css("script[src]"):
            assert script.attributes.get("type") == "module" or "defer" in script.attributes, (path, script.html)


def test_a_heavier_page_is_told() -> None:
    assert allowed("/evidence/claims/") == (15, 50, 16.4)
    assert allowed("/leaflets/session/") == allowed("/leaflets/")
    assert allowed("/staff/session/") == GOAL
    assert allowed("/treatment/cost/") == GOAL
    assert Weight("/treatment/cost/", 15.1, 40, 5, 14).first > allowed("/treatment/cost/")[0]
