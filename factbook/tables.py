"""Plain Markdown tables get the shape of the fact tables: a row heading, and cells that name their column.

The styles need both to show a row as a card on a phone; a screen reader reads the row heading with each cell.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor


class ReadableTables(Treeprocessor):
    """Mark up every table that has no class yet."""

    def run(self, root: etree.Element) -> None:
        for table in root.iter("table"):
            if "class" in table.attrib:
                continue
            table.set("class", "fb-table")
            titles = ["".join(cell.itertext()).strip() for cell in table.iterfind("thead/tr/th")]
            for cell in table.iterfind("thead/tr/th"):
                cell.set("scope", "col")
            for row in table.iterfind("tbody/tr"):
                for number, (cell, title) in enumerate(zip(row, titles, strict=False)):
                    if number == 0 and len(titles) > 1:
                        cell.tag = "th"
                        cell.set("scope", "row")
                    elif title:
                        cell.set("data-label", title)


def register(md: Markdown) -> None:
    """Add it to a Markdown object."""
    # After inline Markdown (20), so that headings are text; before citations (6), whose numbers are no heading.
    md.treeprocessors.register(ReadableTables(md), "factbook-tables", 8)
