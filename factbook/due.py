"""What has to be checked again, and when: pages, rules, and findings and sources that have a date of their own.

Whoever maintains the site reads the list (`python -m factbook due`); a reader sees it said on a page that is late. The
page says so itself where it was late when it was built. One that became late since is marked in the browser, by
`javascripts/due.js`.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from factbook.checks import places
from factbook.faults import FactbookError
from factbook.pages import metas
from factbook.records import Advertising, Factbook, Finding, Rule, Study
from factbook.render import fragment, source_path


@dataclass(frozen=True, order=True)
class Due:
    """Something to be checked again by a day; `place` names it as an error line does."""

    day: date
    place: str


def build_day() -> date:
    """The day on which a build counts as made: that of SOURCE_DATE_EPOCH where it is set, else today.

    Raises:
        FactbookError: SOURCE_DATE_EPOCH is not a number of seconds since 1970.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if not seconds:
        return date.today()
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise FactbookError([f'SOURCE_DATE_EPOCH: "{seconds}" is not a number of seconds since 1970']) from None


def listed(docs: Path, book: Factbook) -> list[Due]:
    """Everything that has to be checked again, soonest first.

    Raises:
        FactbookError: A page's front matter is faulty.
    """
    return sorted((*_pages(docs), *_records(book)))


def _pages(docs: Path) -> Iterator[Due]:
    for place, meta in metas(docs).items():
        yield Due(meta.due, f"docs/{place}")


def _records(book: Factbook) -> Iterator[Due]:
    for place, item in places(book):
        if isinstance(item, (Rule, Advertising)):
            yield Due(_a_year_after(item.seen), place)
        elif isinstance(item, (Finding, Study)) and item.checked:
            yield Due(_a_year_after(item.checked), place)


def _a_year_after(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        day = date(day.year, 3, 1)
    return day.replace(year=day.year + 1)


class Overdue(Treeprocessor):
    """Say under the title of a page that it is past its date, and nothing on any other: builds stay alike."""

    def __init__(self, md: Markdown, late: Callable[[], Mapping[str, date]]) -> None:
        super().__init__(md)
        self._late = late

    def run(self, root: etree.Element) -> None:
        late = self._late()
        page = source_path(self.md)
        if page in late:
            at = next((at for at, child in enumerate(root, 1) if child.tag == "h1"), 0)
            if at < len(root) and "fb-emergency" in root[at].get("class", ""):
                at += 1  # nothing stands before what to do at once
            root.insert(at, fragment("overdue", page, due=late[page]))


def register(md: Markdown, late: Callable[[], Mapping[str, date]]) -> None:
    """Add it to a Markdown object; `late` gives the pages past their date, by source path."""
    # After the layers (4), which stand between the title and the box.
    md.treeprocessors.register(Overdue(md, late), "factbook-overdue", 3.9)
