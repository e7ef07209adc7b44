"""What is known of each page that machines are told of: address, dates, place in the guide, who has signed it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from factbook import pages as front_matter
from factbook.links import address
from factbook.pages import PageMeta
from finish.site import FinishError, Page, Site

UNLISTED = ("/search/", "/offline/")
"""The list of what stands elsewhere, and what a reader without a network gets: nothing to find by a search engine."""
_SIGNED = 'script[type="application/ld+json"]'
_UNREAD = "sup.fb-cite, svg, .headerlink, [hidden], template, script, style"
"""What no reader reads as text."""


@dataclass(frozen=True)
class Entry:
    """A page for readers, and what is said of it.

    Attributes:
        page: The page.
        meta: Its front matter.
        section: The part of the guide that it stands in; empty for the home page.
        trail: Names and addresses of the pages above it, from the home page down; empty for the home page.
        signed: What the template says of a clinician who has signed it (`reviewedBy`, `lastReviewed`); mostly empty.
    """

    page: Page
    meta: PageMeta
    section: str
    trail: tuple[tuple[str, str], ...]
    signed: dict[str, Any]

    @property
    def address(self) -> str:
        return self.page.address

    @property
    def twin(self) -> str:
        """The name of its Markdown twin in the site's folder."""
        return f"{self.address[1:]}index.md"

    @property
    def listed(self) -> bool:
        """Whether it stands in lists of pages, and has a twin."""
        return self.address not in UNLISTED


def entries(site: Site) -> list[Entry]:
    """Every page but frames and the 404 page, in reading order; leaflets and what no menu names come last.

    Raises:
        FinishError: A page has no front matter in the project.
    """
    metas = {address(place): meta for place, meta in front_matter.metas(site.source / "docs").items()}
    found: dict[str, Entry] = {}
    for page in site.pages:
        if page.kind not in ("page", "leaflet"):
            continue
        if page.address not in metas:
            raise FinishError(f"{page.address}: no file in docs/ has this address; is it the project of this site?")
        path = _path(page, site)
        found[page.address] = Entry(
            page,
            metas[page.address],
            section=path[1][0] if len(path) > 1 else "",
            trail=tuple(step for step in path if step[1] != page.address),
            signed=_signed(page),
        )
    order = _reading_order(found)
    return sorted(found.values(), key=lambda entry: (order.get(entry.address, len(order)), entry.address))


def _path(page: Page, site: Site) -> list[tuple[str, str]]:
    """The breadcrumbs of a page: names and addresses. A part of the guide has the address of its first page."""
    if page.kind == "leaflet":
        # A sheet has none of its own: it hangs below the list of leaflets.
        above = site.page("/leaflets/")
        return [*_path(above, site), (above.title, above.address)]
    links = page.tree.css("nav.md-path a")
    return [(" ".join(link.text().split()), urljoin(page.address, link.attributes["href"] or "")) for link in links]


def _signed(page: Page) -> dict[str, Any]:
    found = page.tree.css_first(_SIGNED)
    return dict(json.loads(found.text())) if found is not None else {}


def _reading_order(found: dict[str, Entry]) -> dict[str, int]:
    """Follow "next page" from the home page on."""
    order: dict[str, int] = {}
    at = "/"
    while at in found and at not in order:
        order[at] = len(order)
        link = found[at].page.tree.css_first('link[rel="next"]')
        at = urljoin(at, (link.attributes["href"] or "") if link is not None else "")
    return order


def words(node: LexborNode) -> str:
    """What a reader reads in an element: no numbers of sources, no pictures, no folded-away controls."""
    tree = LexborHTMLParser(f"<!doctype html><body>{node.html}")
    cut(tree, _UNREAD)
    for apart in tree.css("li, p, td, th, dd, dt, br, span.fb-small"):
        apart.insert_before(" ")
        apart.insert_after(" ")
    return " ".join(tree.body.text().split()) if tree.body is not None else ""


def cut(tree: LexborHTMLParser, selector: str) -> None:
    """Take elements out of a tree. What stands inside another of them goes with it, and is not touched again."""
    found = tree.css(selector)
    ids = {node.mem_id for node in found}
    for node in [node for node in found if not any(above.mem_id in ids for above in _parents(node))]:
        node.decompose()


def _parents(node: LexborNode) -> Iterator[LexborNode]:
    while (above := node.parent) is not None:
        yield above
        node = above
