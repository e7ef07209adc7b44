"""Icons of the text: their drawings stand in one small file a page, which nothing waits for.

An icon has its room before its drawing is there, so that nothing moves when it comes.
"""

from __future__ import annotations

import hashlib

from selectolax.lexbor import LexborNode

from finish.site import Site, fragment

ICONS = "article .twemoji > svg"
"""What the builders write for `:material-needle:`."""
FOLDER = "assets/icons/"
LEAST = 600
"""Drawings of fewer characters in all stay on their page: a request of its own would cost more."""


def run(site: Site) -> None:
    """Write the drawings of every page into a file, and point the icons at it."""
    for page in site.pages:
        if page.kind in ("frame", "leaflet"):
            continue
        icons = page.tree.css(ICONS)
        drawings = dict.fromkeys(map(_drawing, icons))
        if sum(map(len, drawings)) < LEAST:
            continue
        name = _write(site, list(drawings))
        numbers = {drawing: number for number, drawing in enumerate(drawings, 1)}
        for icon in icons:
            address = f"{page.root}{name}#{numbers[_drawing(icon)]}"
            pointing = site.template("icons-icon.html", box=icon.attributes["viewBox"], address=address)
            icon.replace_with(fragment(pointing)[0])


def _drawing(icon: LexborNode) -> str:
    return "".join(node.html or "" for node in icon.iter())


def _write(site: Site, drawings: list[str]) -> str:
    """Write drawings into a file named after what is in it; pages with the same icons share it."""
    text = site.template("icons.svg", drawings=drawings)
    name = f"{FOLDER}{hashlib.sha256(text.encode()).hexdigest()[:8]}.svg"
    site.write(name, text)
    return name
