"""The frame of a page: our own small script in place of the theme's, and parts that come when they are wanted.

With MkDocs the theme's script goes: `guide.js` does what our pages used of it, and what words mean stands in one file
for all pages, which comes with the first word that somebody asks about. With Zensical both stay. On both, the
list of sources and what long folds hold stand in pages beside their own (`sources.html`, `more.html`), and the lightbox
comes with the first picture that somebody opens. `later.js` brings them; without scripts, links lead there.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from finish.site import PACKED, FinishError, Page, Site, fragment

SOURCES = "sources.html"
"""The page beside a page that lists its sources."""
MORE = "more.html"
"""The page beside a page that holds what its long folds held; the next ones are called `more-2.html` and so on."""
FULL = 150_000
"""So many characters fill a page of this kind: a phone takes apart more of them at once only while its reader waits."""
FOLDS = "article details:is(.clinicians, .note, .fb-checker__family, .fb-icons *), .fb-claim-card > details"
"""What is folded away for who wants to know more."""
LISTS = "article .fb-register__list"
"""Long lists to look things up in. Their first entries stay on the page."""
ENTRIES, CHUNK = 8, 45
"""So many entries of a long list stay, and so many of the others come together."""
RESULTS = ".fb-findings, .fb-map, .fb-pairs, .fb-steady, .fb-timeline, .fb-schedules"
STARTS = {"fb-practice": "questions", "fb-case": "case", "fb-cards": "cards", "fb-roleplay": "cards"}
"""Elements of the staff course that start wherever they are put, and what they hold."""
SOON = f":is({RESULTS}, .fb-customs, .fb-grid__table, {', '.join(STARTS)})"
TABLES = f"article {SOON}:not({SOON} *, details *)"
"""Tables to look things up in (what studies found, what clinics say, all options) and the practice of the staff course.
On a heavy page the longest come when its reader moves."""
GROUPS = "article .fb-claims__group"
"""Groups of a long list under headings of their own. On a heavy page the last ones keep their headings alone."""
HEAVY = 9.5
"""Packed kB that a page may weigh before these go."""
TOOLS = "form, input, button, select, textarea, [is], fb-filter, fb-compare"
"""What scripts work with; it stays where they look for it."""
LONG, SHORT = 3000, 1000
"""A part of fewer characters stays on its page: a request of its own would cost more. Beside a long one a short one
costs none."""
HEAD = "meta:is([name=referrer], [name=theme-color]), link:is([rel*=icon], [rel=manifest], [rel=stylesheet]), style"
"""What a page beside another takes over from its head."""
AWAY = 2000
"""So many characters of text are more than two screens of a phone."""
LIGHTBOX = "[href*='glightbox.min'], [src*='glightbox.min'], [src$='/zoom.js'], #glightbox-style, #init-glightbox"
"""Styles and scripts of the lightbox."""
THEME = re.compile(r"__md_scope|__md_get|__tabbed_|GLightbox\(")
"""What the theme's inline scripts are known by."""
GONE = (
    ".md-dialog, .md-top, .md-footer__button > svg, script:is([src$='/unfold.js'], [src$='/due.js']), "
    "meta[name=generator], link:is([rel=prev], [rel=next]), "
    ".md-nav--primary :is(.md-nav--secondary, #__toc, [for=__toc])"
)
"""What only the theme's script used, what ours makes or brings along (the way back up, two scripts), arrows that a
style draws, and the list of a page's parts where it stands in the menu: it stands on the page as well."""
LISTED = "article :is(h2, h3, h4, h5, h6)[id]"
"""Headings that the list of a page's parts beside its text names."""
MEANINGS = "assets/meanings.json"
"""What the glossary says of each word that pages mark, as they spell it."""
MARKS = ("data-md-component", "data-md-type", "data-md-scrollfix", "data-md-color-primary", "data-md-color-accent")
"""What the theme's script goes by, and nothing else."""
READ = ("data-looked-up", "focusable")
"""What the search's step has read, and what only browsers of long ago asked for."""
LEFTOVERS = ("assets/javascripts/bundle.*", "assets/javascripts/workers", "assets/javascripts/lunr")
"""The theme's script and its search engine."""


def run(site: Site) -> None:
    """Change the frame of every page, and write the lists of sources."""
    beside: list[Page] = []
    moved: dict[tuple[str, str], str] = {}
    meanings: dict[str, str] = {}
    for page in site.pages:
        if page.kind in ("frame", "leaflet"):
            continue
        if site.builder == "mkdocs":
            _own_frame(site, page)
            meanings |= _meanings(page)
        for name in READ:
            for marked in page.tree.css(f"[{name}]"):
                _without(marked, name)
        _pictures(page)
        _tool(site, page)
        # The sources first: what stands in a fold cites them too.
        beside += [*_sources(site, page), *_more(site, page, moved)]
        if site.builder == "mkdocs":
            _list_of_parts(page)
            site.add_module(page, "guide")
            for link in page.tree.css("article [data-address]"):
                _without(link, "data-address")
        if page.tree.css_first(f".guide-zoom, .fb-cite__link, .guide-later, {PACKED}") is not None:
            site.add_module(page, "later")
    for page in beside:
        _straight(page, moved)
    site.pages = sorted([*site.pages, *beside], key=lambda page: page.address)
    if site.builder == "mkdocs":
        site.write(MEANINGS, json.dumps(dict(sorted(meanings.items())), ensure_ascii=False, separators=(",", ":")))
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
    for logo in page.tree.css(".md-logo[aria-label]"):
        _without(logo, "title")  # the same again
    # Code that is wider than a phone is scrolled, by keyboard too.
    for code in page.tree.css("article pre > code"):
        code.attrs["tabindex"] = "0"
    if page.kind == "404" and (aside := page.tree.css_first(".md-sidebar--secondary")) is not None:
        aside.decompose()  # it has no parts to list
    for link in page.tree.css("article a.headerlink"):
        link.decompose()  # guide.js makes it, for who has a pointer that shows it
    palette = page.one("form[data-md-component='palette']")
    label = page.one("form[data-md-component='palette'] label").attributes["title"]
    palette.replace_with(_single(site.template("shell-colours.html", label=label)))
    for name in MARKS:
        for marked in page.tree.css(f"[{name}]"):
            _without(marked, name)
    _first(page.body, _single(site.template("shell-scheme.html")))


def _list_of_parts(page: Page) -> None:
    """Take the list of parts beside the text off a page that has one in its text as well.

    Phones never show it. In wide windows `guide.js` makes it from the headings; without scripts the list in the text
    is shown there too. Where the headings would not give the same list, or the text has none, it stays.
    """
    aside, inside = page.tree.css_first(".md-sidebar--secondary"), page.tree.css_first("article .guide-contents")
    if aside is None or inside is None:
        return
    listed = [(link.attributes["href"], _words(link)) for link in aside.css("a[href]")]
    if listed == [(f"#{heading.id}", _words(heading)) for heading in page.tree.css(LISTED)]:
        for node in list(aside.iter(include_text=True)):
            node.decompose()
        inside.attrs["class"] = "guide-contents guide-contents--alone"


def _meanings(page: Page) -> dict[str, str]:
    """Take off a page what its marked words mean; return it, by the words."""
    found = {}
    for word in page.tree.css("article abbr[title]"):
        found[word.text()] = word.attributes["title"] or ""
        _without(word, "title", "tabindex")
    return found


# Pictures -----------------------------------------------------------------------------------------


def _pictures(page: Page) -> None:
    """Take the lightbox out of a page; its pictures are links, which `later.js` opens in it.

    The class changes too: Zensical's script fetches the lightbox from elsewhere where it finds the old one. A picture
    that comes after some screens of text is fetched when its reader comes near it, or prints.
    """
    length = 0
    article = page.tree.css_first("article")
    for block in article.iter() if article is not None else ():
        if length > AWAY:
            for picture in block.css("img[width][height]"):
                picture.attrs["loading"] = "lazy"
        length += len(block.text())
    for element in page.tree.css(LIGHTBOX):
        element.decompose()
    for link in page.tree.css("a.glightbox"):
        _without(link, *[name for name in link.attributes if name not in ("href", "class")])
        link.attrs["class"] = "guide-zoom"


# Tools --------------------------------------------------------------------------------------------


def _tool(site: Site, page: Page) -> None:
    """Have the script of a tool that stands some screens down come with the reader's first move.

    Its stylesheets do the same (`styles.py`). A tool can be read without its script, and is used by hand.
    """
    script = page.tree.css_first("script[data-tool]")
    if script is None:
        return
    _without(script, "data-tool")
    part = f"data-{PurePosixPath(script.attributes['src'] or '').stem}"  # a tool can have parts higher up
    nodes = page.one("article").traverse()
    first = next((node for node in nodes if (node.tag or "").startswith("fb-") or part in node.attributes), None)
    if first is None or _is_far_down(page, first):
        script.replace_with(site.packed(script))


def _is_far_down(page: Page, wanted: LexborNode) -> bool:
    """Whether some screens of text come before an element."""
    before = 0
    for node in page.one("article").traverse(include_text=True):
        if node.mem_id == wanted.mem_id:
            break
        before += len(node.text()) if node.tag == "-text" else 0
    return before > AWAY


# Parts beside a page ------------------------------------------------------------------------------


@dataclass
class Part:
    """A piece of a page that stands in a page beside it: its id there, its HTML, a heading, one above that, a class."""

    id: str
    html: str
    title: str = ""
    above: str = ""
    kind: str = ""


def _sources(site: Site, page: Page) -> list[Page]:
    """Move the list of sources into a page of its own; an empty list where there is none, or a short one.

    What `later.js` makes by itself goes for good: ids and names of the places that cite, the way back to them, and the
    note on each number, which stands once beside its source.
    """
    section = page.tree.css_first("article section.fb-references")
    listed = section.css_first("ol") if section is not None else None
    if section is None or listed is None:
        return []
    entries = {entry.id or "": entry for entry in listed.css("ol > li")}
    cited = [(link, (link.attributes["href"] or "").removeprefix("#")) for link in page.tree.css("a.fb-cite__link")]
    for link, source in cited:
        entries[source].attrs["data-source"] = link.attributes.get("title") or ""
        _without(link, "id", "title", "aria-label")
    for entry in entries.values():
        for back in entry.css(".fb-ref__back"):
            back.decompose()
    if len(listed.html or "") < LONG:
        return []
    # By their numbers, which every citation holds anyway; the list knows the ids that they have on their page.
    for number, (source, entry) in enumerate(entries.items(), 1):
        entry.attrs["data-id"] = source
        entry.attrs["id"] = f"{number}"
    for link, source in cited:
        link.attrs["href"] = f"{SOURCES}#{entries[source].id}"
    parts = [Part("all-sources", listed.html or "", kind="fb-references")]
    _replace(site, listed, SOURCES, parts[0], f"All {len(entries)} sources of this page")
    return [_beside(site, page, SOURCES, f"Sources: {page.title}", parts)]


class _Beside:
    """What goes from a page into pages beside it, and the links that stand in its place.

    Args:
        site: The site.
        page: One of its pages.
        moved: Where places of the site went, as addresses and ids, and the names of the files. What goes is added.
    """

    def __init__(self, site: Site, page: Page, moved: dict[tuple[str, str], str]) -> None:
        self._site, self._page, self._moved = site, page, moved
        self._files: list[list[Part]] = []
        self._room = 0

    def move(
        self,
        nodes: Sequence[LexborNode],
        text: str,
        *,
        title: str = "",
        above: str = "",
        within: str = "",
        first: str = "",
        soon: bool = False,
    ) -> None:
        """Move neighbours into a page beside this one.

        Args:
            nodes: What goes.
            text: Of the link in its place.
            title: A heading for it there.
            above: The heading above that one, if it stands under two.
            within: The element that it stands in there (`ul`), if it can stand in no other.
            first: The id of its first entry, if it is a piece of a list that is in the order of its ids.
            soon: It comes as soon as the reader moves, not when it is near or asked for.
        """
        for link in (link for node in nodes for link in node.css("a[href^='#']")):
            link.attrs["href"] = f"./{link.attributes['href']}"
        html = "".join(node.html or "" for node in nodes)
        if len(html) > self._room:
            self._files.append([])
            self._room = FULL
        self._room -= len(html)
        if within:
            html = f"<{within}>{html}</{within}>"
        part = Part(f"part-{sum(map(len, self._files)) + 1}", html, title=title, above=above)
        self._files[-1].append(part)
        file = self._name(len(self._files))
        for inner in (inner for node in nodes for inner in node.css("[id]")):
            self._moved[self._page.address, inner.id or ""] = file
        for node in nodes[1:]:
            node.decompose()
        _replace(self._site, nodes[0], file, part, text, within=within, first=first, soon=soon)

    @staticmethod
    def _name(number: int) -> str:
        return MORE if number == 1 else MORE.replace(".", f"-{number}.")

    def pages(self) -> list[Page]:
        """Write the pages, their parts in the order of the page."""
        heading = f"More on: {self._page.title}"
        links = (link.attributes["href"] or "" for link in self._page.tree.css(".guide-later a"))
        order = {link: at for at, link in enumerate(links)}

        def written(name: str, parts: list[Part]) -> Page:
            return _beside(
                self._site,
                self._page,
                name,
                heading,
                sorted(parts, key=lambda part: order.get(f"{name}#{part.id}", -1)),
            )

        return [written(self._name(number), parts) for number, parts in enumerate(self._files, 1)]


def _more(site: Site, page: Page, moved: dict[tuple[str, str], str]) -> list[Page]:
    """Move what most readers do not look at into pages beside a page."""
    beside = _Beside(site, page, moved)
    folds = [fold for fold in page.tree.css(FOLDS) if fold.css_first(TOOLS) is None]
    least = SHORT if any(len(fold.html or "") >= LONG for fold in folds) else LONG
    for fold in folds:
        summary = fold.css_first("summary")
        if summary is None or len(fold.html or "") < least:
            continue
        inside = [node for node in fold.iter(include_text=True) if node.tag != "summary"]
        beside.move(inside, "This part is on a page of its own", title=_words(summary))
    for listed in page.tree.css(LISTS):
        entries = list(listed.iter())
        names = [entry.id or "" for entry in entries]
        rest = entries[ENTRIES:]
        for at in range(0, len(rest), CHUNK):
            some = rest[at : at + CHUNK]
            text = f"Entries {ENTRIES + at + 1} to {ENTRIES + at + len(some)}"
            first = names[ENTRIES + at] if names == sorted(names) else ""
            beside.move(some, text, title=text, within="ul", first=first)
    for table in sorted(page.tree.css(TABLES), key=lambda table: -len(table.html or "")):
        if len(table.html or "") < LONG or page.packed_kb() <= HEAVY:
            break
        if _is_far_down(page, table) if table.tag in STARTS else table.css_first(TOOLS) is None:
            title = _heading(table)
            own = table.css_first("h3")
            text = f"The {STARTS.get(table.tag or '', 'table')}: {title if own is None else _words(own)}"
            beside.move([_with_its_box(table)], text, title=title, soon=True)
    for group in reversed(page.tree.css(GROUPS)[1:]):
        if page.packed_kb() <= HEAVY:
            break
        heading, *entries = group.iter()
        title = _words(heading)
        beside.move(entries, f"All on this: {title}", title=title, above=_heading(group))
    return beside.pages()


def _with_its_box(table: LexborNode) -> LexborNode:
    """A table, or the box in which a wide one is moved from side to side."""
    box = table.parent
    return box if box is not None and "fb-scroll" in (box.attributes.get("class") or "").split() else table


def _heading(node: LexborNode | None) -> str:
    """The heading that something stands under."""
    while node is not None:
        before = node.prev
        while before is not None:
            if before.tag in ("h1", "h2", "h3", "h4"):
                return _words(before)
            before = before.prev
        node = node.parent
    return ""


def _words(node: LexborNode) -> str:
    """What an element says, on one line; without the sign that links to a heading."""
    return " ".join(node.text().split()).removesuffix("#").rstrip()


def _straight(page: Page, moved: dict[tuple[str, str], str]) -> None:
    """Have links of a page beside another lead straight to where their places went.

    Whoever reads it runs no scripts. Where a script puts it in place, the links lead to the whole page again.
    """
    for link in page.tree.css("a[href*='#']"):
        address, _, anchor = (link.attributes["href"] or "").partition("#")
        file = moved.get((urljoin(page.address, address), anchor))
        if file is not None and address:
            link.attrs["href"] = f"{address}{file}#{anchor}"


def _replace(
    site: Site,
    node: LexborNode,
    file: str,
    part: Part,
    text: str,
    *,
    within: str = "",
    first: str = "",
    soon: bool = False,
) -> None:
    """Put the link to a part where it stood."""
    values = {"file": file, "part": part.id, "text": text, "item": bool(within), "first": first, "soon": soon}
    node.replace_with(_single(site.template("shell-later.html", **values)))


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
