"""The frame of a page: our own small script in place of the theme's, and parts that come when they are wanted.

With MkDocs the theme's script goes: `guide.js` does what our pages used of it. With Zensical it stays. On both, the
list of sources and what long folds hold stand in pages beside their own (`sources.html`, `more.html`), and the lightbox
comes with the first picture that somebody opens. `later.js` brings them; without scripts, links lead there.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from finish.site import FinishError, Page, Site, fragment

SOURCES = "sources.html"
"""The page beside a page that lists its sources."""
MORE = "more.html"
"""The page beside a page that holds what its long folds held."""
FOLDS = "article details:is(.clinicians, .note)"
"""What is folded away for who wants to know more."""
TOOLS = "form, input, button, select, textarea, [is], fb-filter, fb-compare"
"""What scripts work with; it stays where they look for it."""
LONG = 3000
"""A part of fewer characters stays on its page: a request of its own would cost more."""
HEAD = "meta:is([name=referrer], [name=theme-color]), link:is([rel*=icon], [rel=manifest], [rel=stylesheet]), style"
"""What a page beside another takes over from its head."""
LIGHTBOX = "[href*='glightbox.min'], [src*='glightbox.min'], [src$='/zoom.js'], #glightbox-style, #init-glightbox"
"""Styles and scripts of the lightbox."""
THEME = re.compile(r"__md_scope|__md_get|__tabbed_|GLightbox\(")
"""What the theme's inline scripts are known by."""
GONE = (
    ".md-dialog, .md-top, .md-footer__button > svg, script[src$='/unfold.js'], "
    "meta[name=generator], link:is([rel=prev], [rel=next])"
)
"""What only the theme's script used, what ours makes (the way back up), and arrows that a style draws."""
MARKS = ("data-md-component", "data-md-type", "data-md-scrollfix", "data-md-color-primary", "data-md-color-accent")
"""What the theme's script goes by, and nothing else."""
LEFTOVERS = ("assets/javascripts/bundle.*", "assets/javascripts/workers", "assets/javascripts/lunr")
"""The theme's script and its search engine."""


def run(site: Site) -> None:
    """Change the frame of every page, and write the lists of sources."""
    beside: list[Page] = []
    aimed = _aimed(site.pages)
    for page in site.pages:
        if page.kind in ("frame", "leaflet"):
            continue
        if site.builder == "mkdocs":
            _own_frame(site, page)
        _pictures(page)
        # The sources first: what stands in a fold cites them too.
        beside += filter(None, [_sources(site, page), _folds(site, page, aimed)])
        if site.builder == "mkdocs":
            _add_script(site, page, "guide")
        if page.tree.css_first(".guide-zoom, .fb-cite__link, .guide-later") is not None:
            _add_script(site, page, "later")
    site.pages = sorted([*site.pages, *beside], key=lambda page: page.address)
    if site.builder == "mkdocs":
        for name in LEFTOVERS:
            for path in site.folder.glob(name):
                shutil.rmtree(path) if path.is_dir() else path.unlink()


# The theme's script -------------------------------------------------------------------------------


def _own_frame(site: Site, page: Page) -> None:
    """Take the theme's scripts out of a page, and put in what works with ours."""
    page.one("script[src*='/javascripts/bundle.']").decompose()
    for script in page.tree.css("script:not([src])"):
        kind = script.attributes.get("type") or ""
        if script.id == "__config" or THEME.search(script.text()):
            script.decompose()
        elif not kind.endswith("json"):
            raise FinishError(f"{page.address}: a script in the page that is not the theme's: {script.text()[:40]!r}")
    for gone in page.tree.css(GONE):
        gone.decompose()
    for word in page.tree.css("article abbr"):
        _without(word, "tabindex")
    # Code that is wider than a phone is scrolled, by keyboard too.
    for code in page.tree.css("article pre > code"):
        code.attrs["tabindex"] = "0"
    if page.kind == "404" and (aside := page.tree.css_first(".md-sidebar--secondary")) is not None:
        aside.decompose()  # it has no parts to list
    palette = page.one("form[data-md-component='palette']")
    label = page.one("form[data-md-component='palette'] label").attributes["title"]
    palette.replace_with(_single(site.template("shell-colours.html", label=label)))
    for name in MARKS:
        for marked in page.tree.css(f"[{name}]"):
            _without(marked, name)
    _first(page.body, _single(site.template("shell-scheme.html")))


def _add_script(site: Site, page: Page, name: str) -> None:
    page.head.insert_child(_single(site.template("shell-script.html", root=page.root, script=name)))


# Pictures -----------------------------------------------------------------------------------------


def _pictures(page: Page) -> None:
    """Take the lightbox out of a page; its pictures are links, which `later.js` opens in it.

    The class changes too: Zensical's script fetches the lightbox from elsewhere where it finds the old one.
    """
    for element in page.tree.css(LIGHTBOX):
        element.decompose()
    for link in page.tree.css("a.glightbox"):
        _without(link, *[name for name in link.attributes if name not in ("href", "class")])
        link.attrs["class"] = "guide-zoom"


# Parts beside a page ------------------------------------------------------------------------------


@dataclass
class Part:
    """A piece of a page that stands in a page beside it: its id there, a heading, a class and its HTML."""

    id: str
    html: str
    title: str = ""
    kind: str = ""


def _sources(site: Site, page: Page) -> Page | None:
    """Move the list of sources into a page of its own; None where there is none, or a short one.

    What `later.js` makes by itself goes for good: ids of the places that cite, the way back to them, and the note on
    each number, which stands once beside its source.
    """
    section = page.tree.css_first("article section.fb-references")
    listed = section.css_first("ol") if section is not None else None
    if section is None or listed is None:
        return None
    entries = {entry.id or "": entry for entry in listed.css("ol > li")}
    cited = [(link, (link.attributes["href"] or "").removeprefix("#")) for link in page.tree.css("a.fb-cite__link")]
    for link, source in cited:
        entries[source].attrs["data-source"] = link.attributes.get("title") or ""
        _without(link, "id", "title")
    for entry in entries.values():
        for back in entry.css(".fb-ref__back"):
            back.decompose()
    if len(listed.html or "") < LONG:
        return None
    # By their numbers, which every citation holds anyway; the list knows the ids that they have on their page.
    for number, (source, entry) in enumerate(entries.items(), 1):
        entry.attrs["data-id"] = source
        entry.attrs["id"] = f"{number}"
    for link, source in cited:
        link.attrs["href"] = f"{SOURCES}#{entries[source].id}"
    parts = [Part("all-sources", listed.html or "", kind="fb-references")]
    _replace(site, listed, SOURCES, parts[0], f"All {len(entries)} sources of this page")
    return _beside(site, page, SOURCES, f"Sources: {page.title}", parts)


def _folds(site: Site, page: Page, aimed: set[tuple[str, str]]) -> Page | None:
    """Move what long folds hold into a page of its own; None where there are none.

    Args:
        site: The site.
        page: One of its pages.
        aimed: Places that links of the site lead to, as addresses and ids. Those in a fold keep a mark in it.
    """
    parts: list[Part] = []
    for fold in page.tree.css(FOLDS):
        summary = fold.css_first("summary")
        if summary is None or len(fold.html or "") < LONG or fold.css_first(TOOLS) is not None:
            continue
        for link in fold.css("a[href^='#']"):
            link.attrs["href"] = f"./{link.attributes['href']}"
        inside = [node for node in fold.iter(include_text=True) if node.tag != "summary"]
        html = "".join(node.html or "" for node in inside)
        part = Part(f"part-{len(parts) + 1}", html, title=summary.text().strip())
        anchors = [name for node in fold.css("[id]") if (name := node.id) and (page.address, name) in aimed]
        for node in inside[1:]:
            node.decompose()
        _replace(site, inside[0], MORE, part, "This part is on a page of its own", anchors)
        parts.append(part)
    return _beside(site, page, MORE, f"More on: {page.title}", parts) if parts else None


def _aimed(pages: list[Page]) -> set[tuple[str, str]]:
    """The places inside pages that links lead to, as addresses and ids."""
    found = set()
    for page in pages:
        for link in page.tree.css("a[href*='#']"):
            address, _, anchor = (link.attributes["href"] or "").partition("#")
            found.add((urljoin(page.address, address), anchor))
    return found


def _replace(site: Site, node: LexborNode, file: str, part: Part, text: str, anchors: Sequence[str] = ()) -> None:
    """Put the link to a part where it stood."""
    filled = site.template("shell-later.html", file=file, part=part.id, text=text, anchors=anchors)
    node.replace_with(_single(filled))


def _beside(site: Site, page: Page, name: str, heading: str, parts: list[Part]) -> Page:
    """Write a small page beside a page, in the same look, that holds parts of it."""
    filled = site.template(
        "shell-beside.html",
        head="".join(node.html or "" for node in page.head.css(HEAD)),
        scheme=site.template("shell-scheme.html"),
        root=page.root,
        site=page.one(".md-header .md-logo").attributes["aria-label"],
        title=page.title,
        heading=heading,
        parts=parts,
    )
    path = page.path.with_name(name)
    path.write_text(filled, encoding="utf-8")
    beside = Page(site.folder, path, site.path)
    beside.kind = "beside"
    return beside


# Small parts --------------------------------------------------------------------------------------


def _single(html: str) -> LexborNode:
    """The one element of a filled template."""
    return fragment(html)[0]


def _without(node: LexborNode, *names: str) -> None:
    """Take attributes off an element."""
    for name in names:
        if name in node.attrs:
            del node.attrs[name]


def _first(parent: LexborNode, child: LexborNode) -> None:
    """Put an element before all others."""
    before = parent.first_child
    if before is None:
        parent.insert_child(child)
    else:
        before.insert_before(child)
