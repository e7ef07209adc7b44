"""The search: an index of sections, and our own box in place of the theme's.

What is found is a *part* of a page, not a page: a section, a quick answer, a row of a table of rules, a word of the
glossary. The index has the form in which MiniSearch 7 writes one (`toJSON`), so that a phone reads it and does not
make it. With Zensical its own search stays.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from factbook import links, model
from factbook.records import Factbook
from finish.site import FinishError, Page, Site, fragment
from finish.terms import stem, terms, words

FIELDS = ("title", "heading", "asked", "text")
"""Of each part: its page's title, its own heading, how people ask for it, what it says."""
TEXT = FIELDS.index("text")
INDEXED = 400
"""So much of a part's text is indexed, in characters: what it is about stands at its beginning."""
EVERYWHERE = 0.08
"""A word of the text that stands in more than this share of the parts tells none from another."""
PASSAGE = 130
"""Longest passage shown under a result, in characters."""
SKIPPED = (
    "[data-search-exclude], [hidden], nav, aside, svg, script, style, template, iframe, form, sup.fb-cite, "
    "a.headerlink, thead, .guide-masthead, .fb-emergency, .fb-references, .fb-register, .fb-plot, .fb-small, "
    ".admonition-title, input, select, button, textarea, "
    # The link that ends a quick answer.
    'strong[id^="q-"] ~ a:last-child, a[id^="q-"], '
    # Rows that spell out single trials and claims: the words round them say what they show.
    'tr[id^="finding-"], li[id^="finding-"], tr[id^="course-"], tr[id^="bias-"], .fb-claim > :not(.fb-claim__text), '
    ".fb-practice__item, .fb-case__step, .fb-roleplay__card"
)
"""What no search needs to find, as a reader would see it."""
QUIET = re.compile(r"(references|what-to-do-next)$")
"""Sections that list links and sources: no parts of their own."""
WEIGHTS = {"staff": 0.55, "clinic": 0.6}
"""What a part of a page for these readers counts; most people who search are patients."""
PLACES = {"/evidence/claims/": 0.8, "/glossary/": 0.7, "/tools/questions/": 0.7, "/evidence/trials/": 0.8}
"""Pages that touch on everything, and answer few questions best."""
FOR_CLINICIANS = 0.6
ASIDE = 0.65
"""Parts that count no more than this are known by less of their text."""
COMMON = 3
"""In how many parts a word of the running text has to stand to be one that a slip can be mended to."""
LEFT_OUT = ("/search/", "/offline/", "/evidence/studies/")


def run(site: Site) -> None:
    """Write the index and put our box in the theme's place; with Zensical nothing."""
    if site.builder != "mkdocs":
        return
    book = model.load(site.source / "data")
    items = all_parts(site, book)
    site.write("search/index.json", dump(index(items, ignored(book))))
    site.write("search/words.json", dump(vocabulary(book, items)))
    site.write("search/studies.json", dump(index(studies(book), ignored(book))))
    (site.folder / "search" / "search_index.json").unlink(missing_ok=True)
    for page in site.pages:
        if page.kind in ("page", "404"):
            _box(site, page)
    _put(site, "/search/", "search-page", "h1 + *")
    # Below what to do in an emergency.
    _put(site, "/404.html", "search-missing", ".guide-404 h2")


def all_parts(site: Site, book: Factbook, *, questions: bool = True) -> list[Part]:
    """Every part that can be found, with how people ask for it; `questions` as in `ask`."""
    pages = [page for page in site.pages if page.kind == "page" and page.address not in LEFT_OUT]
    items = [part for page in pages for part in parts(page)]
    ask(items, book, questions=questions)
    return [part for part in items if part.text or part.asked]


def dump(content: object) -> str:
    """Content as JSON, as short as it gets."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _box(site: Site, page: Page) -> None:
    """Put our box where the theme's was."""
    box = page.one(".md-search")
    for label in page.tree.css('.md-header__button[for="__search"], #__search'):
        label.decompose()
    box.replace_with(fragment(site.template("search-box.html", root=page.root))[0])
    site.add_module(page, "search")


def _put(site: Site, address: str, name: str, before: str) -> None:
    """Put an element of ours on a page, in front of another, with its script."""
    page = site.page(address)
    page.one(before).insert_before(fragment(site.template(f"{name}.html"))[0])
    site.add_module(page, name)


def studies(book: Factbook) -> list[Part]:
    """The register of studies, for the second index: one part a study."""
    return [
        Part(
            f"/evidence/studies/#{study.id}",
            study.title,
            "",
            1.0,
            asked=[f"{study.authors or ''} {study.year or ''}"],
            pieces=[study.summary, " ", study.result or "", " ", study.population or ""],
        )
        for study in book.studies.values()
    ]


@dataclass
class Part:
    """A part of a page that can answer.

    `address` has the anchor; `weight` multiplies its score.
    """

    address: str
    title: str
    heading: str
    weight: float
    asked: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All its text in one line."""
        return re.sub(r" ([.,:;!?)])", r"\1", " ".join("".join(self.pieces).split()))

    @property
    def said(self) -> str:
        """Its text without the heading, where that is a part of it."""
        text = self.text
        return text.removeprefix(self.heading).strip() or text

    @property
    def passage(self) -> str:
        """The beginning of what it says, whole sentences where they fit."""
        text, most = self.said, PASSAGE if self.weight > ASIDE else PASSAGE // 2
        if len(text) <= most:
            return text
        cut = text[:most]
        end = max(cut.rfind(sign) for sign in (". ", "? "))
        return cut[: end + 1] if end > most / 2 else cut[: cut.rfind(" ")].rstrip(",;:") + " …"

    @property
    def indexed(self) -> str:
        """The beginning of what it says, as far as it is searched."""
        return self.said[: INDEXED if self.weight > ASIDE else INDEXED // 3]


def parts(page: Page) -> list[Part]:
    """Every part of a page, in reading order."""
    root = page.tree.css_first("article.md-content__inner") or page.tree.css_first("main")
    if root is None:
        return []
    audience = page.tree.css_first('meta[name="audience"]')
    weight = WEIGHTS.get((audience.attributes.get("content") if audience else None) or "", 1.0)
    weight *= PLACES.get(page.address, 1.0)
    skipped = {node.mem_id for node in root.css(SKIPPED)}
    found = [Part(page.address, page.title, "", weight, pieces=[page.description, " "])]

    def new(anchor: str, heading: LexborNode) -> Part:
        clinicians = FOR_CLINICIANS if anchor == "clinicians" else 1.0
        part = Part(f"{page.address}#{anchor}", page.title, _line(heading, skipped), weight * clinicians)
        if not QUIET.search(anchor):
            found.append(part)
        return part

    def walk(node: LexborNode, part: Part) -> Part:
        """Add what a node holds to a part; return the part that what follows belongs to."""
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                part.pieces.append(child.text(deep=False))
                continue
            anchor = child.attributes.get("id") or ""
            if child.mem_id in skipped or child.tag == "h1":
                continue
            if child.tag in ("h2", "h3", "dt") and anchor:
                part = new(anchor, child)
            elif inner := _own(child, part.address.endswith("#quick-answers")):
                walk(child, new(*inner))
            else:
                part.pieces.append(" ")
                part = walk(child, part)
                part.pieces.append(" ")
        return part

    walk(root, found[0])
    return found


def _own(node: LexborNode, quick: bool) -> tuple[str, LexborNode] | None:
    """Anchor and heading of a list item, row or card that is a part of its own; `quick`: among the quick answers."""
    anchor = node.attributes.get("id") or ""
    if node.tag == "li":
        inner = node.css_first('[id^="q-"]')
        strong = node.css_first("strong")
        if strong is not None and (inner is not None or quick):
            return (inner.attributes["id"] or "" if inner is not None else "quick-answers"), strong
        if anchor.startswith("sign-"):
            return anchor, strong or node
    if node.tag == "tr" and re.match(r"(care|harm|rule|adverts)-", anchor):
        heading = node.css_first("th")
        return (anchor, heading) if heading is not None else None
    if node.tag == "section" and "fb-claim-card" in (node.attributes.get("class") or ""):
        heading = node.css_first("h4")
        return (anchor, heading) if heading is not None else None
    return None


def _line(node: LexborNode, skipped: set[int]) -> str:
    """A node's text in one line, without what is skipped."""

    def texts(node: LexborNode) -> Iterator[str]:
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                yield child.text(deep=False)
            elif child.mem_id not in skipped:
                yield from texts(child)

    return " ".join("".join(texts(node)).split())


def index(items: Sequence[Part], left_out: set[str]) -> dict[str, object]:
    """An index of parts as MiniSearch writes one.

    Args:
        items: The parts.
        left_out: Words kept out of the running text; headings and questions keep them.
    """
    postings: dict[str, dict[int, dict[int, int]]] = {}
    lengths: dict[int, list[int]] = {}
    for number, part in enumerate(items):
        # The head of a page speaks for all of it: there the title is the heading too.
        texts = (part.title, part.heading or part.title, " ".join(part.asked), part.indexed)
        lengths[number] = []
        for place, text in enumerate(texts):
            counts = Counter(_said(text, left_out) if place == TEXT else terms(text))
            lengths[number].append(len(counts))
            for term, count in counts.items():
                postings.setdefault(term, {}).setdefault(place, {})[number] = count
    total = max(len(items), 1)
    for term in everywhere(items, left_out):
        del postings[term][TEXT]
    return {
        "documentCount": len(items),
        "nextId": len(items),
        "documentIds": {str(number): number for number in range(len(items))},
        "fieldIds": {name: place for place, name in enumerate(FIELDS)},
        "fieldLength": {str(number): length for number, length in lengths.items()},
        "averageFieldLength": [
            round(sum(length[place] for length in lengths.values()) / total, 3) for place in range(len(FIELDS))
        ],
        "storedFields": {
            str(number): {
                "address": part.address.removeprefix("/"),
                "title": part.title,
                "heading": part.heading,
                "passage": part.passage,
                "weight": round(part.weight, 2),
            }
            for number, part in enumerate(items)
        },
        "dirtCount": 0,
        "index": [
            [
                term,
                {
                    str(place): {str(number): count for number, count in numbers.items()}
                    for place, numbers in sorted(places.items())
                },
            ]
            for term, places in sorted(postings.items())
            if places
        ],
        "serializationVersion": 2,
    }


def _said(text: str, left_out: set[str]) -> list[str]:
    """The terms of running text that can be searched for."""
    return [stem(word) for word in words(text) if word not in left_out and not word.isdecimal()]


def everywhere(items: Sequence[Part], left_out: set[str]) -> list[str]:
    """Terms that stand in the text of so many parts that they tell none from another."""
    seen = Counter(term for part in items for term in set(_said(part.indexed, left_out)))
    return sorted(term for term, count in seen.items() if count > len(items) * EVERYWHERE)


def vocabulary(book: Factbook, items: Sequence[Part]) -> dict[str, object]:
    """What the search knows of words: left out, what the guide is about, what others mean here, and those spelt right.

    Phrases come from `data/search.yml`, from other names of what is injected and from the glossary; what they mean
    stands as terms. The words that are spelt right come with the commonest first.
    """
    phrases: dict[str, list[str]] = {}
    common: Counter[str] = Counter()

    def add(asked: str, means: Sequence[str]) -> None:
        common.update(dict.fromkeys(words(asked), COMMON))
        found = phrases.setdefault(" ".join(words(asked)), [])
        found += [term for term in map(_terms, means) if term not in found and term != _terms(asked)]

    for entry in book.search.values():
        for asked in entry.asked if entry.means else ():
            add(asked, entry.means)
    for item in book.ingredients.values():
        for name in item.also_called:
            add(name, [item.name])
    for word in book.glossary.values():
        for form in word.forms:
            add(form, [word.word])
    for part in items:
        common.update(set(words(part.text)))
        common.update({word: COMMON for text in (part.title, part.heading, *part.asked) for word in words(text)})
    left_out = ignored(book)
    entries = (entry for entry in book.search.values() if entry.kind == "subject")
    subject = {_terms(asked) for entry in entries for asked in entry.asked}
    spelt = [word for word, count in common.items() if count >= COMMON and len(word) > 3 and not word.isdecimal()]
    return {
        "ignored": sorted(left_out),
        "subject": sorted(subject),
        "phrases": dict(sorted(phrases.items())),
        "words": " ".join(sorted(set(spelt) - left_out, key=lambda word: (-common[word], word))),
    }


def _terms(text: str) -> str:
    return " ".join(terms(text))


def ignored(book: Factbook) -> set[str]:
    """Words that ask for nothing."""
    entries = (entry for entry in book.search.values() if entry.kind == "ignored")
    return {word for entry in entries for asked in entry.asked for word in words(asked)}


def ask(items: Sequence[Part], book: Factbook, *, questions: bool = True) -> None:
    """Put how people ask for a place beside its part: from `data/search.yml` and, where asked, `data/questions.yml`.

    Raises:
        FinishError: The place is on no page.
    """
    at: dict[str, Part] = {}
    for part in items:
        at.setdefault(part.address, part)
    places = [
        (f"data/search.yml: {entry.id}: page", links.address(entry.page), asked)
        for entry in book.search.values()
        if entry.page
        for asked in entry.asked
    ]
    if questions:
        places += [("data/questions.yml: at", item.at, item.ask) for item in book.questions if item.at]
    for name, address, asked in places:
        if address not in at:
            raise FinishError(f'{name}: no such place to be found: "{address}"')
        at[address].asked.append(asked)
