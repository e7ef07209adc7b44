"""The Markdown extension `factbook`: citations, fact blocks and glossary words on every page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from factbook import citations, due, glossary, layers, links, model, pages, tables
from factbook.blocks import FactBlocks
from factbook.clinic import Clinic, load_once
from factbook.records import Factbook


class FactbookExtension(Extension):
    """Joins `data/` to the pages.

    Options:
        data: Folder of facts, seen from where the build runs.
        docs: Folder of pages; empty checks none (for tests of single texts).
        site_url: Where the site will be published, for what is scanned or copied; empty where that is not known.
        clinic: File of the clinic whose edition is built; empty for the neutral guide.
    """

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "data": ["data", "Folder of facts"],
            "docs": ["docs", "Folder of pages whose front matter and citations are checked"],
            "site_url": ["", "Where the site will be published"],
            "clinic": ["", "File of the clinic whose edition is built"],
        }
        super().__init__(**kwargs)

    def book(self) -> Factbook:
        """Return the facts, once they and all pages have passed."""
        return _checked_book(self.getConfig("data"), self.getConfig("docs"))

    def late(self) -> Mapping[str, date]:
        """Return the pages that were past their date when they were checked, with that date."""
        key = (self.getConfig("data"), self.getConfig("docs"))
        return _last[key][2] if key in _last else {}

    def clinic(self) -> Clinic | None:
        """Return the clinic whose edition is built, checked; none for the neutral guide."""
        path = self.getConfig("clinic")
        return load_once(Path(path), self.book()) if path else None

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.registerExtension(self)
        FactBlocks(self.book, self.getConfig, self.clinic).extendMarkdown(md)
        tables.register(md)
        layers.register(md)
        due.register(md, self.late)
        links.register(md)
        users = (citations.register(md), glossary.register(md))
        # Above everything else: nothing is converted before all facts and pages have passed.
        md.preprocessors.register(_Ready(md, self, users), "factbook", 1000)


_LOOK_AGAIN = 0.25
"""Seconds for which a check of all files holds. Looking at every file's time stamp for every page would grow with the
square of the number of pages."""
_REST = 20
"""A check that found nothing new holds for so many times as long as it took: many files are no reason to look at them
for most of a build."""

_last: dict[tuple[str, str], tuple[float, Factbook, Mapping[str, date]]] = {}
"""By the folders: until when a check holds, and what it found."""


def _checked_book(data: str, docs: str) -> Factbook:
    known = _last.get((data, docs))
    began = time.monotonic()
    if known is None or began > known[0]:
        book = model.load(Path(data))
        late = {}
        if docs:
            pages.check(Path(docs), book)
            day = due.build_day()
            late = {place: meta.due for place, meta in pages.metas(Path(docs)).items() if meta.due < day}
        now = time.monotonic()
        rest = _REST * (now - began) if known is not None and book is known[1] else 0
        known = _last[data, docs] = (now + max(_LOOK_AGAIN, rest), book, late)
    return known[1]


class _Ready(Preprocessor):
    """Load the facts when a conversion starts, not when the extension does.

    MkDocs loads extensions while it reads its configuration and reports an error there with a traceback.
    """

    def __init__(self, md: Markdown, extension: FactbookExtension, users: tuple[Any, ...]) -> None:
        super().__init__(md)
        self._extension = extension
        self._users = users

    def run(self, lines: list[str]) -> list[str]:
        book = self._extension.book()
        for user in self._users:
            user.book = book
        if "abbr" in self.md.treeprocessors:
            self.md.treeprocessors["abbr"].abbrs.update(book.tooltips)  # type: ignore[attr-defined]
        return lines
