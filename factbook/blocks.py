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
    "needling": "Needling",
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


class Asked:
    """What a page asks of a block: the facts to choose from, the block's argument and its options."""

    def __init__(self, book: Factbook, argument: str, options: Mapping[str, Any]) -> None:
        self.book = book
        self.argument = argument
        # pymdownx adds `attrs` to the options of every block.
        self._options = {key: split_option(value) for key, value in options.items() if key != "attrs" and value}

    def takes(self, option: str, *values: str) -> bool:
        """Whether an option lets one of these values through; an option that is not given lets through all."""
        return option not in self._options or any(value in self._options[option] for value in values)

    def has(self, option: str) -> bool:
        """Whether the option is given."""
        return option in self._options


def _ingredient(asked: Asked) -> dict[str, Any]:
    return {"item": asked.book.ingredients[asked.argument]}


def _ingredients(asked: Asked) -> dict[str, Any]:
    items = sorted(asked.book.ingredients.values(), key=lambda item: item.order)
    items = [item for item in items if asked.takes("group", item.group)]
    return {"groups": _grouped(items, lambda item: item.group, GROUPS), "names": GROUP_NAMES}


def _findings(asked: Asked) -> dict[str, Any]:
    items = [
        item
        for item in sorted(asked.book.findings.values(), key=lambda item: (item.order, item.id))
        if asked.takes("agent", item.agent) and asked.takes("condition", item.condition)
    ]
    agents = AGENT_NAMES | {item.id: item.name for item in asked.book.ingredients.values()}
    return {"items": items, "agents": agents, "conditions": CONDITION_NAMES}


def _harms(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.harms.values() if asked.takes("group", item.group)]
    return {"groups": _grouped(items, lambda item: item.group, HARM_GROUPS)}


def _signs(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.signs.values() if asked.takes("tier", item.tier)]
    # A page that picks one tier writes its own heading above it.
    return {"tiers": _grouped(items, lambda item: item.tier, TIERS), "headings": not asked.has("tier")}


def _emergency(asked: Asked) -> dict[str, Any]:
    return {"signs": [item.short for item in asked.book.signs.values() if item.tier == "now"]}


def _aftercare(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.aftercare.values())}


def _rules(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.rules.values())}


def _studies(asked: Asked) -> dict[str, Any]:
    items = [
        item
        for item in asked.book.studies.values()
        if asked.takes("topic", *item.topics) and asked.takes("agent", *item.agents) and asked.takes("type", item.type)
    ]
    return {"items": items, "design": design, "read": READ}


def _glossary(asked: Asked) -> dict[str, Any]:
    return {"items": sorted(asked.book.glossary.values(), key=lambda item: item.word.casefold())}


_CONTEXTS: dict[str, Callable[[Asked], dict[str, Any]]] = {
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

    def on_create(self, parent: etree.Element) -> etree.Element:
        asked = Asked(self.config["book"](), self.argument, self.options)
        context = _CONTEXTS[self.NAME](asked)
        block = fragment(self.NAME, source_path(self.md), steps=CERTAINTY_STEPS, **context)
        parent.append(block)
        return block


class FactBlocks(BlocksExtension):
    """Registers every block of `pages.OPTIONS`."""

    def __init__(self, book: Callable[[], Factbook]) -> None:
        self.config: dict[str, Any] = {}
        super().__init__()
        self._book = book

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: BlocksProcessor) -> None:  # noqa: ARG002, N802 - pymdownx calls it so
        for name, options in OPTIONS.items():
            # Options are taken as they come: pymdownx prints a block with a badly typed option as text, in silence.
            kind = type(
                f"{name.title()}Block",
                (FactBlock,),
                {"NAME": name, "OPTIONS": dict.fromkeys(options, ("", type_any))},
            )
            block_mgr.register(kind, {"book": self._book})
