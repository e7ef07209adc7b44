"""The same project, two builders: same pages, headings, ids, links, citations and facts."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.conftest import ADDRESSES, BARE, article, built, soup


@pytest.fixture(params=ADDRESSES)
def address(request: pytest.FixtureRequest) -> str:
    return request.param


def pair(address: str) -> tuple[BeautifulSoup, BeautifulSoup]:
    return article("mkdocs", address), article("zensical", address)


def test_same_pages() -> None:
    for builder in ("mkdocs", "zensical"):
        pages = {
            f"/{path.parent.relative_to(built(builder)).as_posix()}/".replace("/./", "/")
            for path in built(builder).rglob("index.html")
        }
        assert pages == set(ADDRESSES)
        assert (built(builder) / "404.html").is_file()


def test_same_headings(address: str) -> None:
    ours, theirs = (
        [(tag.name, tag.get("id"), tag.get_text(" ", strip=True)) for tag in page.select("h1, h2, h3")]
        for page in pair(address)
    )
    assert ours == theirs


def test_same_ids(address: str) -> None:
    # Zensical puts a mark of its own for its skip link into the article.
    ours, theirs = ([tag["id"] for tag in page.select("[id]") if tag["id"] != "__skip"] for page in pair(address))
    assert ours == theirs


def test_same_links(address: str) -> None:
    """Both write links between pages in their own way; what they lead to is the same."""
    from urllib.parse import urljoin

    def targets(page: BeautifulSoup) -> list[str]:
        found = [urljoin(f"https://guide.invalid{address}", link["href"]) for link in page.select("a[href]")]
        return [target.replace("/index.html", "/") for target in found]

    ours, theirs = map(targets, pair(address))
    assert ours == theirs


def test_same_citations(address: str) -> None:
    ours, theirs = (
        [(link.text, link["href"], link.get("title")) for link in page.select(".fb-cite a")] for page in pair(address)
    )
    assert ours == theirs


def test_same_words(address: str) -> None:
    ours, theirs = (" ".join(page.get_text(" ").split()) for page in pair(address))
    assert ours == theirs


def test_same_pictures(address: str) -> None:
    ours, theirs = ([(picture["alt"], picture["src"]) for picture in page.select("img")] for page in pair(address))
    assert ours == theirs
    zoomed = [] if address in BARE else article("zensical", address).select("img:not(.off-glb)")
    assert len(article("zensical", address).select("a.glightbox")) == len(zoomed)


def test_same_head(address: str) -> None:
    ours, theirs = (
        (
            page.title.text,
            page.select_one('meta[name="description"]')["content"],
            page.select_one('meta[name="audience"]')["content"],
        )
        for page in (soup("mkdocs", address), soup("zensical", address))
    )
    assert ours == theirs
