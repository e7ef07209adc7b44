"""Citations: `[@id]` and `[@a; @b]` become numbered links to a list at the foot of the page.

Numbers follow reading order, so they are given out after the whole tree stands: Python-Markdown
itself walks a tree in another order. Code is left alone because it is taken out before.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass, field

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from factbook.faults import FactbookError, nearest
from factbook.names import READ, design, short_name
from factbook.pages import CITATION, cited_ids
from factbook.records import Factbook, Study
from factbook.render import fragment, source_path

_MARK = "data-cite"


@dataclass
class Source:
    """A cited study on one page: its number and the ids of the places that cite it."""

    study: Study
    number: int
    places: list[str] = field(default_factory=list)


class CitationInline(InlineProcessor):
    """Leave a mark in the tree for each citation; `CitationTree` turns the marks into links."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Python-Markdown calls it so
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[etree.Element, int, int]:
        mark = etree.Element("sup", {_MARK: " ".join(cited_ids(m[1]))})
        return mark, m.start(0), m.end(0)


class CitationTree(Treeprocessor):
    """Number the marks in reading order and append the list of references."""

    book: Factbook

    def run(self, root: etree.Element) -> None:
        page = source_path(self.md)
        sources: dict[str, Source] = {}
        for mark in [element for element in root.iter("sup") if _MARK in element.attrib]:
            links = []
            for key in mark.attrib.pop(_MARK).split():
                source = self._source(sources, key, page)
                place = f"cite-{key}-{len(source.places) + 1}"
                source.places.append(place)
                links.append({"source": source, "place": place, "name": short_name(source.study)})
            filled = fragment("citation", page, links=links, design=design, read=READ)
            mark.attrib.update(filled.attrib)
            mark.text = filled.text
            mark.extend(list(filled))
        if sources:
            root.append(fragment("references", page, sources=list(sources.values()), design=design, read=READ))

    def _source(self, sources: dict[str, Source], key: str, page: str) -> Source:
        if key not in self.book.studies:
            # Citations in the Markdown are checked beforehand; this one came out of a data file's text.
            raise FactbookError([f'docs/{page}: citation [@{key}]: no study "{key}"{nearest(key, self.book.studies)}'])
        return sources.setdefault(key, Source(self.book.studies[key], len(sources) + 1))


def register(md: Markdown) -> CitationTree:
    """Add citations to a Markdown object; the caller sets `book` on the result before converting."""
    # After backticks (190) and escapes (180), before links (170), which would take [@id] for a reference.
    # With the space before it, so that no line begins with a number alone.
    md.inlinePatterns.register(CitationInline(f" ?{CITATION.pattern}", md), "factbook-citation", 175)
    # After abbr (7), so that titles in the list get no tooltips; before toc (5), so that "References" is in it.
    tree = CitationTree(md)
    md.treeprocessors.register(tree, "factbook-references", 6)
    return tree
