"""Jinja fragments in, element trees out. No HTML is written in Python."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as etree
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown import Markdown
from markdown.util import AtomicString

PLAIN = "data-plain"
"""Put on an element in a template: its text is shown as it stands, Markdown in it is left alone."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("factbook"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["clinic"] = None  # the neutral guide; a clinic's edition says otherwise
    return environment


def fragment(template: str, page: str, **context: object) -> etree.Element:
    """Fill one template.

    Args:
        template: File name in `factbook/templates`, without ending. Its output is one well-formed element.
        page: Source path of the page it will stand on, for links.
        context: What the template shows.

    Returns:
        The element. Python-Markdown goes on to treat its text as inline Markdown, so citations,
        links and glossary words in the data work as they do on a page.
    """

    def link(target: str) -> str:
        """The way from this page to another, both as source paths below docs/."""
        path, _, anchor = target.partition("#")
        relative = posixpath.relpath(path, posixpath.dirname(page) or ".")
        return f"{relative}#{anchor}" if anchor else relative

    html = _environment().get_template(f"{template}.html").render(link=link, **context)
    root = etree.fromstring(html)  # noqa: S314 - our own templates, values escaped
    for element in root.iter():
        if element.attrib.pop(PLAIN, None) is not None:
            for inner in element.iter():
                inner.text = AtomicString(inner.text) if inner.text else None
                if inner is not element and inner.tail:
                    inner.tail = AtomicString(inner.tail)
    return root


def source_path(md: Markdown) -> str:
    """Return the source path of the page being converted, below docs/.

    Neither builder hands the path to extensions. MkDocs keeps it on its link processor,
    Zensical on its context preprocessor; both are looked for here and nowhere else.
    Outside a builder (in a test) it is the home page.
    """
    for processor in (*md.treeprocessors, *md.preprocessors):
        for owner, attribute in (("file", "src_uri"), ("page", "path")):
            found = getattr(getattr(processor, owner, None), attribute, None)
            if isinstance(found, str):
                return found
    return "index.md"
