"""Icons of the text, and people of icon arrays: their drawings stand in one small file a page, which nothing waits for.

An icon has its room before its drawing is there, so that nothing moves when it comes. Of an array, one person after the
other is most of what some pages weigh; here each number of people that a page shows stands once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from factbook import charts
from finish.site import Site, fragment

ICONS = "article .twemoji > svg"
"""What the builders write for `:material-needle:`."""
PEOPLE = ".fb-icons__group > svg > path:is(.fb-icons__filled, .fb-icons__empty)"
"""The people of an icon array, of one kind each: those to whom it happened first, the others behind them."""
FOLDER = "assets/icons/"
LEAST = 600
"""Drawings of fewer characters in all stay on their page: a request of its own would cost more."""


def run(site: Site) -> None:
    """Write the drawings of every page into a file, and point the icons at it."""
    for page in site.pages:
        if page.kind in ("frame", "leaflet"):
            continue
        icons = page.tree.css(ICONS)
        groups = [(path, list(_pieces(path))) for path in page.tree.css(PEOPLE)]
        people = {length: _people(site, length) for _, pieces in groups for _, length in pieces}
        drawings = dict.fromkeys([*map(_drawing, icons), *people.values()])
        if sum(map(len, drawings)) < LEAST:
            continue
        file = page.root + _write(site, list(drawings))
        addresses = {drawing: f"{file}#{number}" for number, drawing in enumerate(drawings, 1)}
        for icon in icons:
            pointing = site.template(
                "icons-icon.html", box=icon.attributes["viewBox"], address=addresses[_drawing(icon)]
            )
            icon.replace_with(fragment(pointing)[0])
        for path, pieces in groups:
            uses = [(*charts.place(first), addresses[people[length]]) for first, length in pieces]
            filled = site.template("icons-people.html", kind=path.attributes["class"], uses=uses)
            path.replace_with(fragment(filled)[0])


def _drawing(icon: LexborNode) -> str:
    return "".join(node.html or "" for node in icon.iter())


def _people(site: Site, number: int) -> str:
    """So many people, from the first cell on."""
    return site.template("icons-crowd.html", data=charts.people(range(number))).strip()


def _pieces(path: LexborNode) -> Iterator[tuple[int, int]]:
    """The people of one kind as what begins a row or ends one, and the whole rows between: first cell and number."""
    number = (path.attributes["d"] or "").count("z") // 2  # a head and a body
    first, end = (0, number) if path.css_matches(".fb-icons__filled") else (100 - number, 100)
    while first < end:
        left, before = end - first, first % charts.IN_A_ROW
        rows = left - left % charts.IN_A_ROW
        length = min(charts.IN_A_ROW - before, left) if before else rows or left
        yield first, length
        first += length


def _write(site: Site, drawings: list[str]) -> str:
    """Write drawings into a file named after what is in it; pages with the same icons share it."""
    text = site.template("icons.svg", drawings=drawings)
    name = f"{FOLDER}{hashlib.sha256(text.encode()).hexdigest()[:8]}.svg"
    site.write(name, text)
    return name
