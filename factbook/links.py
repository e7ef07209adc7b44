"""Links between pages also carry the address they lead to, so that paper can spell it out."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from factbook.render import source_path


def address(source: str) -> str:
    """The address of a page below the site's root, from its path below docs/; an anchor stays."""
    path, mark, anchor = source.partition("#")
    place = path.removesuffix(".md").removesuffix("index").rstrip("/")
    return f"/{place}/{mark}{anchor}" if place else f"/{mark}{anchor}"


class SpelledLinks(Treeprocessor):
    """Put `data-address` on every link to another page; both builders turn the link itself into a relative one."""

    def run(self, root: etree.Element) -> None:
        folder = posixpath.dirname(source_path(self.md))
        for link in root.iter("a"):
            path, _, anchor = link.get("href", "").partition("#")
            if path.endswith(".md") and "://" not in path:
                target = posixpath.normpath(posixpath.join(folder, path))
                link.set("data-address", address(f"{target}#{anchor}" if anchor else target))


def register(md: Markdown) -> None:
    """Add it to a Markdown object."""
    # After the references (6), before the builders' own processors make addresses of file names (0).
    md.treeprocessors.register(SpelledLinks(md), "factbook-links", 4.5)
