"""A built site: its pages as trees, its files, and the order of the steps."""

from __future__ import annotations

import functools
import gzip
import importlib
import re
import weakref
import zlib
from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import minify_html
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from selectolax.lexbor import LexborHTMLParser, LexborNode

STEPS = ("search", "machines", "shell", "icons", "styles", "scripts", "offline", "moved", "safety")
"""Work on the trees, in this order: index and data for machines read what later steps cut; the policy comes last, as
it needs every script."""
LAST = ("hosts", "manifest")
"""Work on the written files."""
SCRIPTS = "assets/javascripts/"
"""Where modules stand, seen from the site's root."""
PACKED = "noscript.guide-late"
"""What `later.js` unpacks with the reader's first move."""
DONE = ".finished"
"""Stands in a finished site: finishing one twice would take apart what is no longer there."""
AT_HAND = 400
"""So many pages stay parsed. A tree needs thirty times the room of its text, and a site may have thousands of pages:
those asked for longest ago are kept as packed text until somebody wants them again."""
_parsed: OrderedDict[weakref.ref[Page], None] = OrderedDict()
"""The parsed pages of all sites, the one asked for last at the end."""


class FinishError(Exception):
    """Something that a step counts on is missing; the text is one line for the person who builds."""


class Page:
    """One page of a built site. Change `tree` in place; it is written once all steps are done.

    Attributes:
        address: Where it stands, seen from the site's root: `/treatment/session/`, `/404.html`.
        path: Its file.
        tree: The parsed page. Parts of it are held for no longer than one works on the page.
        kind: `page`, `frame` (what others may embed), `leaflet` (a page to print, with a head of its own) or `404`.
    """

    def __init__(self, folder: Path, path: Path, base: str) -> None:
        self.path = path
        name = path.relative_to(folder).as_posix()
        self.address = "/" + name.removesuffix("index.html")
        self._text = zlib.compress(path.read_bytes(), 1)
        self._tree: LexborHTMLParser | None = None
        self._itself = weakref.ref(self)
        self._base = base
        if name == "404.html":
            self.kind = "404"
        elif name.startswith("embed/"):
            self.kind = "frame"
        elif re.fullmatch(r"leaflets/.+/index\.html", name):
            self.kind = "leaflet"
        else:
            self.kind = "page"

    @property
    def tree(self) -> LexborHTMLParser:
        if self._tree is None:
            self._tree = LexborHTMLParser(zlib.decompress(self._text).decode())
            _parsed[self._itself] = None
            while len(_parsed) > AT_HAND:
                oldest = _parsed.popitem(last=False)[0]()
                if oldest is not None and oldest._tree is not None:
                    oldest._text = zlib.compress((oldest._tree.html or "").encode(), 1)
                    oldest._tree = None
        else:
            _parsed.move_to_end(self._itself)
        return self._tree

    @property
    def root(self) -> str:
        """The way back to the site's root, with a slash at its end: `../../`, `./`.

        The 404 page is shown at any address, so its way is the path at which the site is published.
        """
        return self._base if self.kind == "404" else "../" * (self.address.count("/") - 1) or "./"

    @property
    def head(self) -> LexborNode:
        """Its head."""
        return self.one("head")

    @property
    def body(self) -> LexborNode:
        """Its body."""
        return self.one("body")

    @property
    def title(self) -> str:
        """The first heading; where there is none, what the tab says."""
        found = self.tree.css_first("h1")
        if found is None:
            return self.one("title").text().strip()
        # The sign that links to the heading is no part of it.
        return " ".join("".join(node.text() for node in found.iter(include_text=True) if not _is_link(node)).split())

    @property
    def description(self) -> str:
        """What the page says of itself to machines; empty where it says nothing."""
        found = self.tree.css_first('meta[name="description"]')
        return (found.attributes.get("content") or "") if found is not None else ""

    def one(self, selector: str) -> LexborNode:
        """The first element that fits.

        Raises:
            FinishError: None does.
        """
        found = self.tree.css_first(selector)
        if found is None:
            raise FinishError(f"{self.address}: no {selector} on the page; does the theme still write it?")
        return found

    def packed_kb(self) -> float:
        """What the page weighs on its way to a reader."""
        return len(gzip.compress(self.html().encode(), 6)) / 1000

    def html(self) -> str:
        """The page as text, written small."""
        return squeezed(self.tree.html or "")


def _is_link(node: LexborNode) -> bool:
    return node.tag == "a" and "headerlink" in (node.attributes.get("class") or "")


def squeezed(html: str) -> str:
    """A page without the white space that no reader sees, comments, and the tags and quotes that may be left out."""
    # Styles ask for the kind of a field.
    return minify_html.minify(html, keep_html_and_head_opening_tags=True, keep_input_type_text_attr=True) + "\n"


class Site:
    """A built site in a folder.

    Args:
        folder: The site, as a builder wrote it.
        source: The project that it was built from (`docs/`, `data/`).
        url: Where it will be published; empty where that is not known.
        worker: False: readers' devices shall drop what they kept for reading offline.
    """

    def __init__(self, folder: Path, source: Path, url: str = "", *, worker: bool = True) -> None:
        if not (folder / "index.html").is_file():
            raise FinishError(f"{folder}: no index.html; build the site first")
        if (folder / DONE).exists():
            raise FinishError(f"{folder}: this site is finished; build it anew first")
        self.folder = folder
        self.source = source
        self.url = url and url.rstrip("/") + "/"
        self.path = urlsplit(self.url).path or "/"
        self.worker = worker
        self.pages = sorted(
            (Page(folder, path, self.path) for path in folder.rglob("*.html")), key=lambda page: page.address
        )
        self._modules: set[str] = set()
        # Zensical keeps its search index there; MkDocs has a folder `search`.
        self.builder = "zensical" if (folder / "search.json").exists() else "mkdocs"

    @functools.cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def template(self, name: str, /, **values: object) -> str:
        """Fill one of `finish/templates/`; values are escaped."""
        return self._templates.get_template(name).render(**values)

    def add_module(self, page: Page, name: str) -> None:
        """Put a module of ours behind the text of a page: what is painted first need not share the line with it.

        It stands before the modules of single pages, which count on ours, and behind those of ours that are there.
        """
        file = f"{page.root}{SCRIPTS}{name}.js"
        self._modules.add(file)
        module = fragment(self.template("script.html", file=file))[0]
        for other in page.tree.css("body > script[type=module]"):
            if other.attributes.get("src") not in self._modules:
                other.insert_before(module)
                return
        page.body.insert_child(module)

    def packed(self, node: LexborNode) -> LexborNode:
        """A link or script as `later.js` unpacks it with the first move; without scripts it is there at once."""
        return fragment(self.template("packed.html", inside=node.html or ""))[0]

    def read(self, name: str) -> str:
        """A file of the site as text."""
        return (self.folder / name).read_text(encoding="utf-8")

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file of the site, and the folders it needs."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def page(self, address: str) -> Page:
        """The page at an address.

        Raises:
            FinishError: There is none.
        """
        for page in self.pages:
            if page.address == address:
                return page
        raise FinishError(f"no page at {address}")


def fragment(html: str) -> list[LexborNode]:
    """Elements from a piece of HTML, to be put into a page with `insert_before`, `insert_after`, `insert_child`."""
    body = LexborHTMLParser(f"<!doctype html><body>{html}").body
    return list(body.iter()) if body is not None else []


def finish(folder: Path, source: Path, url: str = "", *, worker: bool = True) -> Site:
    """Run all steps on a built site, in place.

    Args:
        folder: The site, as a builder wrote it.
        source: The project that it was built from.
        url: Where it will be published; empty where that is not known.
        worker: False puts the worker's end in its place: readers' devices drop what they kept.

    Raises:
        FinishError: A step did not find what it counts on.
    """
    site = Site(folder, source, url, worker=worker)
    for name in STEPS:
        _step(name, site)
    for page in site.pages:
        page.path.write_text(page.html(), encoding="utf-8")
    for name in LAST:
        _step(name, site)
    site.write(DONE, "")
    return site


def _step(name: str, site: Site) -> None:
    if find_spec(f"finish.{name}"):
        importlib.import_module(f"finish.{name}").run(site)
