"""What stands above the text of a page: its layers with the time each takes, and a list of its parts.

A page that begins with an "In short" box has two or three layers at one address: the box, the page, and a folded part
for clinicians. Small screens have no room beside the text for the theme's list of parts, so the page carries its own.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Iterator
from math import ceil
from typing import Any

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from factbook.render import fragment, source_path

WORDS_A_MINUTE = 200
"""A careful reader's pace; the page says "about"."""

_LOOKED_UP = {"details", "table", "figure", "nav", "sup", "svg", "aside"}
"""Elements that are not read from end to end: what is folded, tables, pictures, citation numbers."""

_LOOKED_UP_MARK = "data-looked-up"
"""Put on an element in a template: lists of which a reader reads one entry or two."""


def _classes(element: etree.Element) -> set[str]:
    return set(element.get("class", "").split())


def words(element: etree.Element) -> int:
    """Count the words that are read from end to end inside an element."""
    if element.tag in _LOOKED_UP or element.get("hidden") or _LOOKED_UP_MARK in element.attrib:
        return 0
    count = len((element.text or "").split())
    for child in element:
        count += words(child) + len((child.tail or "").split())
    return count


def minutes(count: int) -> int:
    """Whole minutes for a number of words; 0 means less than one."""
    return 0 if count < WORDS_A_MINUTE else ceil(count / WORDS_A_MINUTE)


def _box(root: etree.Element) -> etree.Element | None:
    """The "In short" box at the top level of a page."""
    return next((child for child in root if "in-short" in _classes(child)), None)


class BoxAnchor(Treeprocessor):
    """Give the box its id, while the builders still look for what a link can lead to."""

    def run(self, root: etree.Element) -> None:
        box = _box(root)
        if box is not None:
            box.set("id", "in-short")


class Layers(Treeprocessor):
    """Put the layers and the list of parts on each page whose title and box stand at its top."""

    def run(self, root: etree.Element) -> None:
        title = next((child for child in root if child.tag == "h1"), None)
        box = _box(root)
        if title is None or box is None:
            return
        parts = list(self._parts())
        folded = next((child for child in root if "clinicians" in _classes(child)), None)
        layers = [("#in-short", "In short", minutes(words(box)))]
        if parts:
            layers.append((f"#{parts[0]['id']}", "The page", minutes(words(root) - words(box))))
        if folded is not None:
            count = sum(words(child) for child in folded if child.tag != "summary")
            layers.append(("#clinicians", "For clinicians", minutes(count)))
        page = source_path(self.md)
        at = list(root).index(box)
        root.insert(at + 1, fragment("contents", page, parts=parts))
        root.insert(at, fragment("layers", page, layers=layers))

    def _parts(self) -> Iterator[dict[str, Any]]:
        """Second-level headings, from the table of contents."""
        for token in getattr(self.md, "toc_tokens", []):
            yield from (part for part in token["children"] if part["level"] == 2)


def register(md: Markdown) -> None:
    """Add it to a Markdown object."""
    md.treeprocessors.register(BoxAnchor(), "factbook-box", 5.5)
    # After the table of contents (5), which gives headings their ids.
    md.treeprocessors.register(Layers(md), "factbook-layers", 4)
