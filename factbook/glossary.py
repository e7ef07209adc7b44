"""Glossary words: the `abbr` extension shows their meaning, from `data/glossary.yml`."""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from factbook.records import Factbook

_QUIET = {"h1", "h2", "h3", "h4", "h5", "h6", "a", "dt", "th", "summary", "label"}


class FirstUse(Treeprocessor):
    """Keep the tooltip at the first use of a word in the running text and take the others away.

    `abbr` marks every use; a page on which every fifth word is underlined is harder to read, not easier.
    """

    book: Factbook

    def run(self, root: etree.Element) -> None:
        words = {form: word.id for word in self.book.glossary.values() for form in word.spellings}
        self._walk(root, words, set(), quiet=False)

    def _walk(self, element: etree.Element, words: dict[str, str], seen: set[str], *, quiet: bool) -> None:
        quiet = quiet or element.tag in _QUIET
        for child in list(element):
            if child.tag == "abbr" and child.text in words:
                if quiet or words[child.text] in seen:
                    _unwrap(element, child)
                    continue
                seen.add(words[child.text])
                # Without it the tooltip cannot be reached by keyboard, nor by a tap.
                child.set("tabindex", "0")
            self._walk(child, words, seen, quiet=quiet)


def _unwrap(parent: etree.Element, child: etree.Element) -> None:
    """Replace an element by its text."""
    at = list(parent).index(child)
    text = (child.text or "") + (child.tail or "")
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(child)


def register(md: Markdown) -> FirstUse:
    """Add glossary tooltips to a Markdown object; the caller sets `book` before converting."""
    tree = FirstUse(md)
    # Right after abbr (7).
    md.treeprocessors.register(tree, "factbook-first-use", 6.5)
    return tree
