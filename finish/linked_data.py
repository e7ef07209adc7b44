"""What a page is, in the words of schema.org (JSON-LD).

Nothing is said here that the site does not say to readers: the texts come from the built pages, dates from the front
matter, and no person stands here who has not signed. Addresses are absolute; where the site's own is not known, what
needs one is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from finish.entries import Entry, words
from finish.site import FinishError, Site

SCHEMA = "https://schema.org"
Node = dict[str, Any]

ASPECTS: dict[str, tuple[str, ...]] = {
    "/": ("overview", "treatment", "effectiveness", "safety"),
    "/aftercare/": ("aftercare",),
    "/aftercare/warning-signs/": ("warning signs", "emergency"),
    "/basics/": ("overview",),
    "/basics/hair-loss/": ("causes", "diagnosis"),
    "/basics/how-it-works/": ("mechanism of action",),
    "/candidacy/": ("contraindications",),
    "/clinics/advertising/": ("evidence", "advertising"),
    "/clinics/consent/": ("informed consent",),
    "/evidence/": ("effectiveness", "evidence"),
    "/evidence/by-condition/": ("effectiveness", "prognosis"),
    "/glossary/": ("terminology",),
    "/ingredients/": ("ingredients", "effectiveness", "safety"),
    "/leaflets/": ("patient education",),
    "/leaflets/aftercare/": ("aftercare",),
    "/leaflets/consent/": ("informed consent",),
    "/leaflets/decide/": ("treatment", "shared decision making"),
    "/leaflets/session/": ("procedure",),
    "/leaflets/syringe/": ("ingredients",),
    "/leaflets/warning-signs/": ("warning signs", "emergency"),
    "/options/": ("treatment", "effectiveness"),
    "/safety/": ("adverse effects", "safety"),
    "/safety/rules/": ("regulation",),
    "/staff/": ("staff education",),
    "/tools/": ("patient education",),
    "/tools/decide/": ("treatment", "shared decision making"),
    "/tools/visit-card/": ("aftercare", "warning signs"),
    "/treatment/": ("procedure",),
    "/treatment/before/": ("preparation",),
    "/treatment/cost/": ("cost",),
    "/treatment/course/": ("procedure", "prognosis"),
}
"""What of medicine a page is about, by its address; a page without an entry has that of the part it stands in."""
PLAIN = ("/about/", "/clinics/", "/offline/", "/search/")
"""Parts about the site and for those who link to it: web pages, but not medical ones (unless `ASPECTS` names them)."""

CONDITIONS = ("/basics/hair-loss/", "/candidacy/", "/evidence/by-condition/", "/options/", "/tools/decide/")
"""Pages that are about hair loss as much as about the injections."""
DRUGS = {
    "/ingredients/dutasteride-finasteride/": ("Dutasteride", "Finasteride"),
    "/ingredients/minoxidil/": ("Minoxidil",),
}
SUBSTANCES = "/ingredients/"
"""Pages below it are about the substance in their title."""

CLOSING = ("what-to-do-next", "clinicians", "references")
"""Parts that end a page and are no part of what it answers."""
LEAST_QUESTIONS = 4
ENOUGH = 40
"""Characters: an answer is a section's first paragraphs and lists until there are so many."""


@dataclass(frozen=True)
class Guide:
    """What all pages share.

    Attributes:
        name: The name of the site.
        language: Of its pages, as `<html lang>` has it.
        licence: The address of the licence.
    """

    site: Site
    name: str
    language: str
    licence: str

    def url(self, address: str) -> str:
        """The whole address of a page or file; empty where the site's own is not known."""
        return self.site.url and self.site.url + address.lstrip("/")


def script(nodes: list[Node]) -> str:
    """The data as the text of a script element: no character of it can end the element."""
    text = json.dumps({"@context": SCHEMA, "@graph": nodes}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def graph(guide: Guide, entry: Entry, picture: Node | None) -> list[Node]:
    """Everything that is said of one page; the first node is the page itself.

    Args:
        guide: What all pages share.
        entry: The page.
        picture: The picture to show beside a link to it (ImageObject).
    """
    page = _page(guide, entry, picture)
    things = [_without_gaps(node) for node in _things(guide, entry)]
    if not page["mainEntity"]:
        page["mainEntity"] = [_reference(node) for node in things if "@id" in node]
    nodes = [page, *things]
    if entry.address == "/":
        nodes += [_website(guide, whole=True), _publisher(guide, whole=True)]
    if trail := _breadcrumbs(guide, entry):
        page["breadcrumb"] = {"@type": trail["@type"], "@id": trail["@id"]}
        nodes.append(trail)
    return [_without_gaps(node) for node in nodes]


def questions(entry: Entry) -> list[tuple[str, str, str]]:
    """The questions of a page of questions: every part but the closing ones asks, with the answer right below.

    Returns:
        The anchor, question and answer of each; empty for all other pages.
    """
    parts = [
        (head.attributes.get("id") or "", words(head), head)
        for head in entry.page.tree.css("article h2")
        if head.attributes.get("id") not in CLOSING
    ]
    if len(parts) < LEAST_QUESTIONS or not all(text.endswith("?") for _, text, _ in parts):
        return []
    found = [(anchor, text, _answer(head)) for anchor, text, head in parts]
    return found if all(answer for _, _, answer in found) else []


def aspects(address: str) -> tuple[str, ...]:
    """What of medicine a page is about; empty for pages about the site itself."""
    if address in ASPECTS:
        return ASPECTS[address]
    if address.startswith(PLAIN):
        return ()
    return next(ASPECTS[part] for part in _above(address) if part in ASPECTS)


def _above(address: str) -> Iterator[str]:
    """The parts of the guide round an address, from the nearest: "/staff/", "/"."""
    while address != "/":
        address = address.rstrip("/").rpartition("/")[0] + "/"
        yield address


def _page(guide: Guide, entry: Entry, picture: Node | None) -> Node:
    types = [_type(entry.address)]
    if asked := questions(entry):
        types.append("FAQPage")
    if _is_module(entry):
        types.append("LearningResource")
    url = guide.url(entry.address)
    node = {
        "@type": types if len(types) > 1 else types[0],
        "@id": url,
        "url": url,
        "name": entry.meta.title,
        "description": entry.meta.description,
        "inLanguage": guide.language,
        "dateModified": str(entry.meta.checked),
        "lastReviewed": str(entry.meta.checked),
        "aspect": list(aspects(entry.address)),
        "audience": _audience(entry.meta.audience),
        "about": _about(guide, entry),
        "isPartOf": _website(guide),
        "publisher": _publisher(guide),
        "license": guide.licence,
        "image": picture,
        "mainEntity": [_question(url, *parts) for parts in asked],
    }
    # Who has signed the page, and when, as its template says it; nothing where nobody has.
    node |= {key: value for key, value in entry.signed.items() if key in ("lastReviewed", "reviewedBy")}
    return node | (_module(entry) if _is_module(entry) else {})


def _question(url: str, anchor: str, question: str, answer: str) -> Node:
    return _without_gaps(
        {
            "@type": "Question",
            "@id": url and f"{url}#{anchor}",
            "name": question,
            "acceptedAnswer": {"@type": "Answer", "text": answer},
        }
    )


def _type(address: str) -> str:
    if aspects(address):
        return "MedicalWebPage"
    return "AboutPage" if address == "/about/" else "WebPage"


def _audience(audience: str) -> list[Node]:
    patient = {"@type": "Patient", "audienceType": "Patient"}
    clinician = {"@type": "MedicalAudience", "audienceType": "Clinician"}
    return {"patient": [patient], "everyone": [patient, clinician]}.get(audience, [clinician])


def _about(guide: Guide, entry: Entry) -> list[Node]:
    if not aspects(entry.address):
        return []
    found = [_reference(_named_procedure(guide))]
    if entry.address in CONDITIONS:
        found.append({"@type": "MedicalCondition", "name": "Hair loss", "alternateName": "Alopecia"})
    found += [{"@type": "Drug", "name": name} for name in DRUGS.get(entry.address, ())]
    if entry.address.startswith(SUBSTANCES) and entry.address not in (SUBSTANCES, *DRUGS):
        found.append({"@type": "Substance", "name": entry.page.title})
    return found


def _website(guide: Guide, *, whole: bool = False) -> Node:
    node: Node = {"@type": "WebSite", "@id": guide.url("#website"), "name": guide.name, "url": guide.url("")}
    if whole:
        node |= {
            "description": guide.site.page("/").description,
            "inLanguage": guide.language,
            "license": guide.licence,
            "publisher": _publisher(guide),
        }
    return _without_gaps(node)


def _publisher(guide: Guide, *, whole: bool = False) -> Node:
    """The makers as /about/ names them: by the name of the guide alone, until they have given their own."""
    node: Node = {
        "@type": "Organization",
        "@id": guide.url("#publisher"),
        "name": guide.name,
        "url": guide.url("about/"),
    }
    if whole:
        logo = guide.url("assets/images/icon-512.png")
        node |= {
            "logo": logo and {"@type": "ImageObject", "url": logo},
            "publishingPrinciples": guide.url("evidence/method/"),
            "correctionsPolicy": guide.url("about/#errors"),
            "ownershipFundingInfo": guide.url("about/#money"),
        }
    return _without_gaps(node)


def _named_procedure(guide: Guide) -> Node:
    return _without_gaps({"@type": "MedicalProcedure", "@id": guide.url("#procedure"), "name": "Hair mesotherapy"})


def _procedure(guide: Guide) -> Node:
    """The procedure, in the words of the pages that describe it."""
    return _named_procedure(guide) | {
        "url": guide.url("basics/"),
        "alternateName": ["Scalp mesotherapy", "Hair meso"],
        "description": _texts(guide, "/basics/", ".in-short li", first=2),
        "procedureType": f"{SCHEMA}/PercutaneousProcedure",
        "bodyLocation": "Scalp",
        "howPerformed": _texts(guide, "/treatment/session/", "#steps ~ ol:first-of-type > li"),
        "preparation": _texts(guide, "/treatment/before/", ".in-short li"),
        "followup": _texts(guide, "/aftercare/", ".in-short li"),
        "status": _texts(guide, "/safety/rules/", ".in-short li", first=1),
    }


def _texts(guide: Guide, address: str, selector: str, first: int | None = None) -> str:
    found = guide.site.page(address).tree.css(f"article {selector}")[:first]
    if not found:
        raise FinishError(f"{address}: no {selector}; finish/linked_data.py takes the procedure's words from there")
    return " ".join(words(item) for item in found)


def _breadcrumbs(guide: Guide, entry: Entry) -> Node | None:
    if not entry.trail or not guide.site.url:
        return None
    steps = [*entry.trail, (entry.meta.title, entry.address)]
    return {
        "@type": "BreadcrumbList",
        "@id": f"{guide.url(entry.address)}#breadcrumb",
        "itemListElement": [
            {"@type": "ListItem", "position": at, "name": name, "item": {"@type": "WebPage", "@id": guide.url(address)}}
            for at, (name, address) in enumerate(steps, 1)
        ],
    }


def _things(guide: Guide, entry: Entry) -> list[Node]:
    """What a page holds that is a thing of its own: the procedure, the open data, the glossary, the course."""
    if entry.address == "/":
        return [_procedure(guide)]
    if entry.address == "/evidence/studies/":
        return [_dataset(guide, entry, *kind) for kind in _DATASETS]
    if entry.address == "/glossary/":
        return [_glossary(guide, entry)]
    if entry.address == "/staff/":
        return [_course(guide, entry)]
    return []


_DATASETS = (
    ("studies", ("json", "csv", "ris"), "Every source that the guide rests on: what was found, in how many people, "
     "how it was read, and what weakens it."),
    ("findings", ("json", "csv"), "What the sources show, one graded statement each: agent, kind of hair loss, "
     "outcome, counts, how sure we are and why."),
    ("claims", ("json",), "Claims that sellers of hair mesotherapy make, each with a verdict and its sources."),
)  # fmt: skip
"""The open data: name, forms, and what it holds."""
_MEDIA_TYPES = {"json": "application/json", "csv": "text/csv", "ris": "application/x-research-info-systems"}


def _dataset(guide: Guide, entry: Entry, name: str, forms: tuple[str, ...], description: str) -> Node:
    head = json.loads(guide.site.read(f"data/{name}.json"))
    url = guide.url(entry.address)
    files = [
        {"@type": "DataDownload", "encodingFormat": _MEDIA_TYPES[form], "contentUrl": guide.url(f"data/{name}.{form}")}
        for form in forms
    ]
    return {
        "@type": "Dataset",
        "@id": url and f"{url}#data-{name}",
        "name": head["title"],
        "description": f"{description} {head['count']} entries.",
        "url": url and f"{url}#downloads",
        "version": head["edition"],
        "dateModified": head["date"],
        "license": head["licence_url"],
        "isAccessibleForFree": True,
        "creator": _publisher(guide),
        "inLanguage": guide.language,
        "keywords": ["hair mesotherapy", "hair loss", "alopecia", name],
        "distribution": files if url else [],
    }


def _glossary(guide: Guide, entry: Entry) -> Node:
    url = guide.url(entry.address)
    found = entry.page.tree.css(".fb-glossary dt")
    if not found:
        raise FinishError(f"{entry.address}: no .fb-glossary with words in it")
    terms = [
        {"@type": "DefinedTerm", "name": words(word), "url": url and f"{url}#{word.attributes.get('id') or ''}"}
        for word in found
    ]
    return {
        "@type": "DefinedTermSet",
        "@id": url and f"{url}#words",
        "name": entry.meta.title,
        "url": url,
        "hasDefinedTerm": [_without_gaps(term) for term in terms],
    }


def _is_module(entry: Entry) -> bool:
    return entry.page.tree.css_first("fb-practice") is not None


def _module(entry: Entry) -> Node:
    """A module of the staff course: what it teaches, in the words of its aims."""
    aims = entry.page.tree.css("#aims ~ .fb-module ul")[:1]
    minutes = re.search(r"About (\d+) minutes", entry.page.one("article").text())
    return {
        "learningResourceType": "module",
        "educationalUse": "professional development",
        "teaches": [words(aim) for aim in (aims[0].css("li") if aims else [])],
        "timeRequired": f"PT{minutes[1]}M" if minutes else "",
    }


def _course(guide: Guide, entry: Entry) -> Node:
    url = guide.url(entry.address)
    return {
        "@type": "Course",
        "@id": url and f"{url}#course",
        "name": entry.meta.title,
        "description": entry.meta.description,
        "url": url,
        "provider": _publisher(guide),
        "inLanguage": guide.language,
        "isAccessibleForFree": True,
        "audience": _audience("staff"),
        "hasPart": [
            _without_gaps({"@type": "LearningResource", "name": words(link), "url": _target(guide, entry, link)})
            for link in entry.page.tree.css(".fb-course__item > p:first-child > a")
        ],
    }


def _target(guide: Guide, entry: Entry, link: LexborNode) -> str:
    return guide.url(urljoin(entry.address, link.attributes["href"] or ""))


def _answer(head: LexborNode) -> str:
    """The first paragraphs and lists of a section, until they are enough to stand alone."""
    texts: list[str] = []
    node = head.next
    while node is not None and node.tag not in ("h1", "h2", "h3", "section"):
        if node.tag in ("p", "ul", "ol"):
            texts.append(words(node))
            text = " ".join(texts)
            if len(text) >= ENOUGH and not text.endswith(":"):
                break
        node = node.next
    return " ".join(texts)


def _reference(node: Node) -> Node:
    """A short way to name a node that stands elsewhere in whole."""
    if "@id" not in node:
        return {key: node[key] for key in ("@type", "name") if key in node}
    return {key: node[key] for key in ("@type", "@id", "name") if key in node}


def _without_gaps(node: Node) -> Node:
    """A node without what is not known (an address, a picture); numbers and truth values stay."""
    return {key: value for key, value in node.items() if value not in ("", None, [], ())}
