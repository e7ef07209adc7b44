"""Make the site known to machines as what it is: search engines, previews of links, programs that read text.

The step writes into each page its data in schema.org's words (`linked_data.py`), what previews show of it and a link to
its Markdown twin (`markdown.py`); and beside the pages the twins, `llms.txt`, `robots.txt`, and, where the address of
the site is known, `sitemap.xml` and a picture for each section (`share.py`). It runs before the steps that take things
out of the pages, as it reads whole articles.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin

from finish import linked_data, markdown, share
from finish.entries import Entry, entries
from finish.linked_data import Guide
from finish.site import Page, Site, fragment

LOCALES = {"en": "en_GB"}
"""Open Graph wants a language with a country; for others than these, the page says none."""
HOME = "Hair mesotherapy"
"""What the picture of the home page, and of pages in no section, is called."""
DATA = (("studies.json", "Studies"), ("findings.json", "Findings"), ("claims.json", "Claims and verdicts"))
"""The open data that `llms.txt` names."""


def run(site: Site) -> None:
    """Do it for a whole site.

    Raises:
        FinishError: A page is not from this project, or what its data is taken from is not there.
    """
    found = entries(site)
    edition = json.loads(site.read("data/studies.json"))
    licence = {"name": edition["licence"], "url": edition["licence_url"]}
    home = site.page("/")
    guide = Guide(
        site,
        name=home.one('meta[property="og:site_name"]').attributes["content"] or "",
        language=home.one("html").attributes.get("lang") or "",
        licence=licence["url"],
    )
    pictures = _pictures(guide, found)
    listed = [entry for entry in found if entry.listed]
    for entry in listed:
        site.write(entry.twin, markdown.twin(site, entry, licence))
    for entry in found:
        _tell(guide, entry, pictures.get(entry.section))
    _write_lists(guide, listed, edition, licence)


def _pictures(guide: Guide, found: list[Entry]) -> dict[str, linked_data.Node]:
    """Draw a picture for each section; none where its whole address is not known, as nobody could show it."""
    pictures = {}
    for section in dict.fromkeys(entry.section for entry in found) if guide.site.url else ():
        title = section or HOME
        place = f"{share.FOLDER}/{re.sub('[^a-z0-9]+', '-', title.lower()).strip('-')}.png"
        guide.site.write(place, share.draw(guide.site, title, guide.name))
        pictures[section] = {
            "@type": "ImageObject",
            "url": guide.url(place),
            "caption": f"{title}: {guide.name}",
        }
    return pictures


def _tell(guide: Guide, entry: Entry, picture: linked_data.Node | None) -> None:
    """Write into a page what machines read in it."""
    page = entry.page
    languages = _languages(guide.site, page)
    for old in page.tree.css(
        'link[rel="canonical"], link[rel="alternate"][type="text/markdown"], link[rel="alternate"][hreflang], '
        'script[type="application/ld+json"]'
    ):
        old.decompose()
    head = guide.site.template(
        "machines-head.html",
        url=guide.url(entry.address),
        twin="index.md" if entry.listed else "",
        languages=languages,
        type="website" if entry.address == "/" else "article",
        title=entry.meta.title,
        description=entry.meta.description,
        locale=LOCALES.get(guide.language, ""),
        picture=picture,
        size=(share.WIDTH, share.HEIGHT),
        data=linked_data.script(linked_data.graph(guide, entry, picture)),
    )
    for node in fragment(head):
        page.head.insert_child(node)


def _languages(site: Site, page: Page) -> list[dict[str, str]]:
    """The same page in the guide's other languages, as `extra.alternate` of mkdocs.yml lists them.

    The theme writes a link to the home page of each language; here each leads to the page itself. The first language
    is what readers of any other get. A guide in one language, or one that does not know its address, has none.
    """
    known = {}
    for link in page.tree.css('link[rel="alternate"][hreflang]'):
        home = urljoin(site.url + page.address[1:], link.attributes["href"] or "")
        known[link.attributes["hreflang"] or ""] = home.rstrip("/") + page.address
    if len(known) < 2 or not site.url:
        return []
    known["x-default"] = next(iter(known.values()))
    return [{"code": code, "url": url} for code, url in known.items()]


def _write_lists(guide: Guide, found: list[Entry], edition: dict[str, Any], licence: dict[str, str]) -> None:
    """Write what lists the pages: `sitemap.xml`, `robots.txt` and `llms.txt`."""
    site = guide.site
    for old in ("sitemap.xml", "sitemap.xml.gz"):
        (site.folder / old).unlink(missing_ok=True)
    sitemap = guide.url("sitemap.xml")
    if sitemap:
        listed = [{"url": guide.url(entry.address), "checked": entry.meta.checked} for entry in found]
        site.write("sitemap.xml", site.template("sitemap.xml", pages=listed))
    site.write("robots.txt", site.template("robots.txt", sitemap=sitemap))
    site.write(
        "llms.txt",
        site.template(
            "llms.txt",
            name=guide.name,
            description=site.page("/").description,
            pages=found,
            edition=edition["edition"],
            date=edition["date"],
            licence=licence,
            sections=_sections(guide, found),
        ),
    )


def _sections(guide: Guide, found: list[Entry]) -> list[tuple[str, list[dict[str, str]]]]:
    """The pages by section, in reading order; what a short answer can do without comes last, under "Optional"."""
    sections: dict[str, list[dict[str, str]]] = {}
    later = []
    for entry in found:
        item = {
            "title": entry.meta.title,
            "url": guide.url(entry.twin) or entry.twin,
            "description": entry.meta.description,
        }
        if entry.page.kind == "leaflet" or not linked_data.aspects(entry.address):
            later.append(item)
        else:
            sections.setdefault(entry.section or HOME, []).append(item)
    data = [
        {"title": title, "url": guide.url(f"data/{name}") or f"data/{name}", "description": "open data, as JSON"}
        for name, title in DATA
    ]
    return [*sections.items(), ("Data", data), ("Optional", later)]
