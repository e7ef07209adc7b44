"""Blocks on pages (`/// harms` and friends): a thin layer between pymdownx.blocks and the templates.

`factbook.pages.OPTIONS` lists the blocks and their options; `factbook.pages.check` has refused a wrong
name, argument or option before any page is converted.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from markdown import Markdown
from pymdownx.blocks import BlocksExtension, BlocksProcessor
from pymdownx.blocks.block import Block, type_any

from factbook.citations import READ, design
from factbook.model import GROUPS, HARM_GROUPS, TIERS, Factbook
from factbook.pages import OPTIONS, split_option
from factbook.render import fragment, source_path

CERTAINTY_STEPS = {"none": 0, "very-low": 1, "low": 2, "moderate": 3, "high": 4}
GROUP_NAMES = {
    "dutasteride-finasteride": "Dutasteride, finasteride and other hormone blockers",
    "minoxidil": "Minoxidil",
    "vitamins": "Vitamins and ready-made mixes",
    "minerals": "Minerals",
    "amino-acids": "Amino acids",
    "growth-factors": "Growth factors and peptides",
    "hyaluronic-acid": "Hyaluronic acid",
    "polynucleotides-exosomes": "Polynucleotides and exosomes",
    "other": "Other things put in the syringe",
}
CONDITION_NAMES = {
    "pattern-women": "Women, pattern hair loss",
    "pattern-men": "Men, pattern hair loss",
    "pattern": "Men and women, pattern hair loss",
    "shedding": "Shedding (telogen effluvium)",
    "patchy": "Patchy hair loss (alopecia areata)",
    "stress": "Hair loss after stress",
    "transplant": "After a hair transplant",
    "scarring": "Scarring hair loss",
}
AGENT_NAMES = {
    "needling": "Needling alone",
    "salt-water": "Salt water",
    "minoxidil-lotion": "Minoxidil lotion",
    "finasteride-tablets": "Finasteride tablets",
    "dutasteride-tablets": "Dutasteride tablets",
    "laser": "Laser",
    "no-treatment": "No treatment",
}

T = TypeVar("T")


def _grouped(items: Iterable[T], key: Callable[[T], str], order: Iterable[str]) -> dict[str, list[T]]:
    """Items by group, groups in the given order, empty groups left out."""
    found: dict[str, list[T]] = {group: [] for group in order}
    for item in items:
        found[key(item)].append(item)
    return {group: members for group, members in found.items() if members}


class _Chosen:
    """The options of a block as sets of values; an option that is not given lets everything through."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = {key: split_option(value) for key, value in options.items() if key != "attrs" and value}

    def takes(self, key: str, *values: str) -> bool:
        return key not in self._options or any(value in self._options[key] for value in values)

    def __contains__(self, key: str) -> bool:
        return key in self._options


def _ingredient(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    return {"item": book.ingredients[argument]}


def _ingredients(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    items = sorted(book.ingredients.values(), key=lambda item: item.order)
    items = [item for item in items if chosen.takes("group", item.group)]
    return {"groups": _grouped(items, lambda item: item.group, GROUPS), "names": GROUP_NAMES}


def _findings(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    items = [
        item
        for item in sorted(book.findings.values(), key=lambda item: (item.order, item.id))
        if chosen.takes("agent", item.agent) and chosen.takes("condition", item.condition)
    ]
    agents = AGENT_NAMES | {item.id: item.name for item in book.ingredients.values()}
    return {"items": items, "agents": agents, "conditions": CONDITION_NAMES}


def _harms(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    items = [item for item in book.harms.values() if chosen.takes("group", item.group)]
    return {"groups": _grouped(items, lambda item: item.group, HARM_GROUPS)}


def _signs(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    items = [item for item in book.signs.values() if chosen.takes("tier", item.tier)]
    # A page that picks one tier writes its own heading above it.
    return {"tiers": _grouped(items, lambda item: item.tier, TIERS), "headings": "tier" not in chosen}


def _emergency(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    return {"signs": [item.short for item in book.signs.values() if item.tier == "now"]}


def _aftercare(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    return {"items": list(book.aftercare.values())}


def _rules(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    return {"items": list(book.rules.values())}


def _studies(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    items = [
        item
        for item in book.studies.values()
        if chosen.takes("topic", *item.topics)
        and chosen.takes("agent", *item.agents)
        and chosen.takes("type", item.type)
    ]
    return {"items": items, "design": design, "read": READ}


def _glossary(book: Factbook, argument: str, chosen: _Chosen) -> dict[str, Any]:
    return {"items": sorted(book.glossary.values(), key=lambda item: item.word.casefold())}


_CONTEXTS: dict[str, Callable[[Factbook, str, _Chosen], dict[str, Any]]] = {
    "ingredient": _ingredient,
    "ingredients": _ingredients,
    "findings": _findings,
    "harms": _harms,
    "signs": _signs,
    "emergency": _emergency,
    "aftercare": _aftercare,
    "rules": _rules,
    "studies": _studies,
    "glossary": _glossary,
}


class FactBlock(Block):
    """A block that shows facts; one subclass a name, made from `pages.OPTIONS`."""

    ARGUMENT = None
    CONFIG: dict[str, Any] = {}

    def on_create(self, parent: etree.Element) -> etree.Element:
        book: Factbook = self.config["book"]()
        context = _CONTEXTS[self.NAME](book, self.argument, _Chosen(self.options))
        block = fragment(self.NAME, source_path(self.md), steps=CERTAINTY_STEPS, **context)
        parent.append(block)
        return block


class FactBlocks(BlocksExtension):
    """Registers every block of `pages.OPTIONS`."""

    def __init__(self, book: Callable[[], Factbook]) -> None:
        self.config = {}
        super().__init__()
        self._book = book

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: BlocksProcessor) -> None:  # noqa: N802
        for name, options in OPTIONS.items():
            # Options are taken as they come: pymdownx prints a block with a badly typed option as text, in silence.
            kind = type(
                f"{name.title()}Block",
                (FactBlock,),
                {"NAME": name, "OPTIONS": {option: ("", type_any) for option in options}},
            )
            block_mgr.register(kind, {"book": self._book})
