"""The Markdown twin of a page: what readers read in its article, for programs that read text.

It is made from the built page, not from its source: boxes, tables and counts that come from the data are in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from html_to_markdown import ConversionOptions, PreprocessingOptions, convert
from selectolax.lexbor import LexborHTMLParser, LexborNode

from finish.entries import Entry, cut, words
from finish.site import Page, Site

_LEFT_OUT = (
    "script, style, template, svg, iframe, img[src^='data:'], a[href^='data:'], [hidden], [aria-hidden='true'], "
    ".headerlink, input, button, select, textarea, output, [role='status'], "
    ".guide-masthead, .guide-dates, .guide-next, .guide-layers, .guide-contents, .guide-edition"
)
"""Controls, the furniture of the page, and what cannot be said in text."""
_APART = "span.fb-small, .fb-verdict, .fb-register__found, .fb-tally, .fb-untested__limit"
"""Parts of a line that stand on a line of their own on the page."""
_UNWRAPPED = "abbr, time, label, a.glightbox, cite"
"""Elements that Markdown has no sign for."""
_MARK = re.compile("\ue000(\\d+)\ue001")
"""The number of a source, between two signs that no text holds, until Markdown's own escapes are done."""
_OPTIONS = ConversionOptions(
    bullets="-",
    compact_tables=True,
    escape_asterisks=True,
    escape_underscores=True,
    expand_abbreviations=False,
    extract_metadata=False,
    # It would guess which forms and menus to leave out, and take the tools' texts with them.
    preprocessing=PreprocessingOptions(enabled=False),
)


def twin(site: Site, entry: Entry, licence: dict[str, str]) -> str:
    """The twin of a page.

    Args:
        site: The site.
        entry: The page.
        licence: `name` and `url`.
    """
    page = entry.page
    article = page.one("article" if page.kind == "page" else "main")
    tree = LexborHTMLParser(f"<!doctype html><body>{article.html}")
    sources = _cut_sources(tree)
    _prepare(tree, site.url and site.url.rstrip("/") + page.address)
    return site.template(
        "twin.md",
        title=page.title,
        meta=entry.meta,
        address=(site.url + page.address[1:]) or page.address,
        signed=entry.signed.get("reviewedBy"),
        signed_on=entry.signed.get("lastReviewed"),
        licence=licence,
        edition=_edition(page),
        body=_body(tree),
        sources=sources,
    )


def _edition(page: Page) -> str:
    """Whose edition it is, in a sentence; empty in the neutral guide."""
    found = page.tree.css_first(".guide-edition")
    tree = LexborHTMLParser(f"<!doctype html><body>{found.html if found is not None else ''}")
    cut(tree, "a")
    return words(tree.body) if tree.body is not None else ""


def _cut_sources(tree: LexborHTMLParser) -> list[dict[str, str]]:
    """Take the list of sources out of the article: `text` and `url` of each."""
    cut(tree, ".fb-ref__notes, .fb-ref__back")
    sources = []
    for item in tree.css(".fb-references li"):
        link = item.css_first("a[href^='http']")
        sources.append({"text": words(item), "url": (link.attributes["href"] or "") if link is not None else ""})
    cut(tree, ".fb-references")
    return sources


def _prepare(tree: LexborHTMLParser, base: str) -> None:
    cut(tree, f"{_LEFT_OUT}, h1")
    for cited in tree.css("sup.fb-cite"):
        cited.replace_with(" " + ", ".join(f"\ue000{link.text().strip()}\ue001" for link in cited.css("a")))
    for node in tree.css(_UNWRAPPED):
        node.unwrap()
    for link in tree.css("a[href]"):
        href = link.attributes["href"] or ""
        # Where the site's address is not known, links lead from the twin to the page beside it.
        link.attrs["href"] = urljoin(base, href) if base or not href.startswith("#") else f"./{href}"
    for image in tree.css("img[src]"):
        image.attrs["src"] = urljoin(base, image.attributes["src"] or "")
    for node in tree.css(_APART):
        if any(before.strip() for before in _before(node)):
            node.insert_before(" · ")
    for node in tree.css("dl"):
        node.replace_with(_as_list(node))
    for node in tree.css("[role='heading']"):
        node.replace_with(_made(f"h{node.attributes.get('aria-level') or 3}", node.inner_html or ""))
    for node in tree.css("summary, legend, .admonition-title"):
        node.replace_with(_made("p", f"<strong>{node.inner_html}</strong>"))
    for node in tree.css("figcaption"):
        node.replace_with(_made("p", node.inner_html or ""))
    for node in tree.css("caption"):
        if node.parent is not None:
            node.parent.insert_before(_made("p", f"<strong>{node.inner_html}</strong>"))
        node.decompose()


def _before(node: LexborNode) -> Iterator[str]:
    """The texts that stand before an element in its parent."""
    while (node_before := node.prev) is not None:
        yield node_before.text()
        node = node_before


def _as_list(terms: LexborNode) -> LexborNode:
    """A list of terms and their meanings as a plain list, a term and what is said of it on a line."""
    items = []
    for node in terms.css("dt, dd"):
        if node.tag == "dt":
            items.append(f"<strong>{node.inner_html}:</strong>")
        elif items:
            items[-1] += f" {node.inner_html}"
    return _made("ul", "".join(f"<li>{item}</li>" for item in items))


def _made(tag: str, inside: str) -> LexborNode:
    """An element with what stood in another."""
    made = LexborHTMLParser(f"<!doctype html><body><{tag}>{inside}</{tag}>").css_first(f"body > {tag}")
    if made is None:
        raise ValueError(f"{inside}: cannot stand in {tag}")
    return made


def _body(tree: LexborHTMLParser) -> str:
    text = convert((tree.body.html if tree.body is not None else "") or "", _OPTIONS).content or ""
    text = _MARK.sub(r"[\1]", text)
    return re.sub(r" *\n{2,}", "\n\n", text).strip()
