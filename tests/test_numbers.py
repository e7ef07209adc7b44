"""Every share of people on a page comes from `data/findings/`, `harms.yml` or `figures.yml`, every number of people from its source.

A page's text is looked at as it stands in the built site, block by block, with the citations of the block.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup, Tag

from factbook import model
from factbook.checks import sources_in
from factbook.records import Factbook, Finding, Harm
from tests.conftest import ADDRESSES, ROOT, article

SHARE = re.compile(
    r"(?P<events>\d[\d,]*(?:\.\d+)?)(?: women| men| people)? (?:of|in|out of) (?:every )?(?P<of>\d[\d,]*)\b"
    r"(?! (?:days|weeks|months|years|hours|minutes|sessions)\b)(?<!\.\d of 10)(?<!out of 10)"
)
"""So many of so many people. "6.6 of 10" and "8 out of 10" are scores for pain, "7 in 11 weeks" a plan."""

PERCENT = re.compile(r"(?P<percent>\d+(?:\.\d+)?) ?(?:%|per cent|percent)(?! alcohol)")
PEOPLE = re.compile(r"\b(?P<people>\d[\d,]*) (?:\w+ )?(?:women|men|people|patients|adults|children|persons)\b")
STRENGTH = re.compile(
    r"% ?(?:w/v )?(?:minoxidil|lotion|solution|spray|foam|of the|saline|salt|lidocaine|glucose|caffeine|dutasteride|finasteride)"
    r"|(?:minoxidil|dutasteride|finasteride|lotion|saline|caffeine|at|of) (?:\w+ )?\d[\d.]* ?%|95 %",
    re.IGNORECASE,
)
"""A percentage that is the strength of a liquid, or a method's name, and not a share of people."""

FROM_THE_DATA = (
    ".fb-findings, .fb-icons, .fb-plot, .fb-map, .fb-references, .fb-register, .fb-bias, .fb-table--harms,"
    " .fb-changes, .fb-claim__text, .fb-pair__sides, .fb-practice__choice, .fb-case__turn, .fb-roleplay__says, .fb-roleplay__not,"
    " .facts, .options, .questions, .fb-cards__list, .fb-checker__say, .fb-checker__forms, .fb-checker template"
)
"""Blocks that show findings (as they are, or were once), harms, trials or sources themselves, and what others claim or a learner may choose.

The cards repeat the glossary, whose own page is looked at with its sources. Lines of code say nothing of people.
Frames (`.facts` and the next two) show records whose sources stand on the page that each links."""


class Record(NamedTuple):
    """One place where a number may come from."""

    id: str
    sources: frozenset[str]
    numbers: frozenset[float]


def number(text: str) -> float:
    return float(text.replace(",", ""))


def numbers(text: str) -> set[float]:
    return {number(found) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


def texts(value: object) -> Iterator[str]:
    """Every text in a record, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif hasattr(value, "__dataclass_fields__"):
        yield from texts([getattr(value, key) for key in value.__dataclass_fields__ if key not in ("sources", "id")])


def records(book: Factbook) -> list[Record]:
    found = []
    for item in (*book.findings.values(), *book.harms.values(), *book.figures.values()):
        known = {amount for text in texts(item) for amount in numbers(text)}
        known |= {int(amount + 0.5) for amount in known}  # a page says "about 79" where the record has 78.5
        if isinstance(item, Finding):
            shares = list(item.shares.values())
            known |= {float(item.n)} if item.n else set()
            if item.difference:
                known |= {abs(item.difference.value), round(abs(item.difference.value))}
        else:
            shares = []
        if isinstance(item, Harm) and item.events is not None and item.of is not None:
            known |= {
                item.events,
                item.of,
                round(100 * item.events / item.of),
                100 - round(100 * item.events / item.of),
            }
        for share in shares:
            known |= {share.events, share.of, share.of - share.events, share.per_hundred, 100 - share.per_hundred}
            known.add(round(100 * share.events / share.of, 1))
        found.append(Record(item.id, frozenset(sources_in(item)), frozenset(map(float, known))))
    return found


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


@functools.cache
def blocks(address: str) -> list[tuple[str, set[str]]]:
    """The text of each smallest block of a page, with the studies it cites (a row's or box's, where it has none itself)."""
    content = BeautifulSoup(str(article("mkdocs", address)), "lxml").find(["article", "main"])
    for part in content.select(f"{FROM_THE_DATA}, code"):
        part.decompose()
    everything = cites(content)
    found_blocks = []
    for block in content.select("p, li, td, th, dd, dt, figcaption, summary"):
        if block.find(["p", "li", "td", "dd"]):
            continue
        around = block
        while around is not content and not cites(around):
            around = around.parent
        found = cites(around) or everything
        text = BeautifulSoup(str(block), "lxml")
        for mark in text.select("sup"):
            mark.decompose()
        found_blocks.append((" ".join(text.get_text(" ").split()), found))
    return found_blocks


def cites(part: Tag) -> set[str]:
    return {link["href"].removeprefix("#ref-") for link in part.select("a.fb-cite__link")}


# The scorecard counts marks and pages of this site, no people.
@pytest.mark.parametrize("address", [address for address in ADDRESSES if address != "/about/scorecard/"])
def test_shares_of_people_come_from_the_data(book: Factbook, address: str) -> None:
    known = records(book)
    loose = []
    for text, cited in blocks(address):
        carried = [record.numbers for record in known if record.sources & cited]
        for found in SHARE.finditer(text):
            events, of = number(found["events"]), number(found["of"])
            if not any(events in pool and (of in pool or of == 100) for pool in carried):
                loose.append((found[0], text[:160], sorted(cited)[:8]))
        bare = STRENGTH.sub(" ", text)
        for found in PERCENT.finditer(bare):
            if not any(number(found["percent"]) in pool for pool in carried):
                loose.append((found[0], text[:160], sorted(cited)[:8]))
    assert loose == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_numbers_of_people_stand_in_their_source(book: Factbook, address: str) -> None:
    known = records(book)
    loose = []
    for text, cited in blocks(address):
        pool = set().union(*(book.studies[key].numbers for key in cited if key in book.studies))
        pool |= set().union(*(record.numbers for record in known if record.sources & cited))
        for found in PEOPLE.finditer(text):
            if number(found["people"]) not in pool and number(found["people"]) != 100:
                loose.append((found[0], text[:160], sorted(cited)[:8]))
    assert loose == []
