"""Facts for the Hair Mesotherapy Guide: data files in, checked objects and HTML out.

`factbook.model` reads and checks `data/`, `factbook.pages` checks the front matter
and citations of `docs/`, and `factbook.extension` joins both to Python-Markdown, so
that MkDocs and Zensical show the same facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from factbook.extension import FactbookExtension


def makeExtension(**kwargs: Any) -> FactbookExtension:  # noqa: N802 - the name Python-Markdown looks for
    """Return the Markdown extension; called by Python-Markdown for the name `factbook`."""
    # Imported here so that `factbook.model` can be used without Markdown.
    from factbook.extension import FactbookExtension

    return FactbookExtension(**kwargs)
