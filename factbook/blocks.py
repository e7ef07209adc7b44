"""Blocks on pages (`/// harms` and friends): a thin layer between pymdownx.blocks and the templates.

`factbook.pages.OPTIONS` lists the blocks and their options; `factbook.pages.check` has refused a wrong
name, argument or option before any page is converted.
"""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as etree
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

import segno
from markdown import Markdown
from pymdownx.blocks import BlocksExtension, BlocksProcessor
from pymdownx.blocks.block import Block, type_any

from factbook import changes, charts, links, names
from factbook.clinic import Clinic, own_rules, wait_for
from factbook.pages import OPTIONS, split_option, titles
from factbook.records import (
    CARD_GROUPS,
    GROUPS,
    HARM_GROUPS,
    OVERCLAIM_FAMILIES,
    PROMPT_GROUPS,
    READ_LEVELS,
    SCHEDULE_KINDS,
    TIERS,
    TOPICS,
    TYPES,
    VERDICTS,
    Answers,
    Factbook,
    Finding,
    Harm,
    Rating,
    Share,
    Study,
)
from factbook.render import fragment, source_path

T = TypeVar("T")


def _grouped(items: Iterable[T], key: Callable[[T], str], order: Iterable[str]) -> dict[str, list[T]]:
    """Items by group, groups in the given order, empty groups left out."""
    found: dict[str, list[T]] = {group: [] for group in order}
    for item in items:
        found[key(item)].append(item)
    return {group: members for group, members in found.items() if members}


class Asked:
    """What a page asks of a block: the facts to choose from, the block's argument and its options.

    `page` is the source path of the page, `clinic` the clinic whose edition is built (none for the neutral guide),
    `settings` are the options of the extension.
    """

    def __init__(
        self,
        book: Factbook,
        argument: str,
        options: Mapping[str, Any],
        page: str = "",
        clinic: Clinic | None = None,
        **settings: str,
    ) -> None:
        self.book = book
        self.argument = argument
        self.page = page
        self.clinic = clinic
        self.settings = settings
        # pymdownx adds `attrs` to the options of every block.
        self._options = {key: split_option(value) for key, value in options.items() if key != "attrs" and value}

    def takes(self, option: str, *values: str) -> bool:
        """Whether an option lets one of these values through; an option that is not given lets through all."""
        return option not in self._options or any(value in self._options[option] for value in values)

    def values(self, option: str) -> list[str]:
        """The values given for an option; none where it is not given."""
        return self._options.get(option, [])

    def has(self, option: str) -> bool:
        """Whether the option is given."""
        return option in self._options


def _ingredient(asked: Asked) -> dict[str, Any]:
    return {"item": asked.book.ingredients[asked.argument]}


def _ingredients(asked: Asked) -> dict[str, Any]:
    items = sorted(asked.book.ingredients.values(), key=lambda item: item.order)
    items = [item for item in items if asked.takes("group", item.group)]
    return {"groups": _grouped(items, lambda item: item.group, GROUPS), "names": names.GROUPS}


def _chosen_findings(asked: Asked) -> list[Finding]:
    return [
        item
        for item in sorted(asked.book.findings.values(), key=lambda item: (item.order, item.id))
        if asked.takes("agent", item.agent)
        and asked.takes("condition", item.condition)
        and asked.takes("kind", item.kind)
    ]


def _findings(asked: Asked) -> dict[str, Any]:
    items = _chosen_findings(asked)
    return {
        "studied": [item for item in items if item.direction != "not-studied"],
        "untested": [item for item in items if item.direction == "not-studied"],
        "agents": names.agents(asked.book),
        "conditions": names.CONDITIONS,
    }


def _icons(asked: Asked) -> dict[str, Any]:
    book = asked.book
    return {
        "figures": [
            _icon_figure(book.findings[key] if key in book.findings else book.harms[key], book)
            for key in (asked.argument, *asked.values("harm"))
        ],
    }


def _icon_figure(item: Finding | Harm, book: Factbook) -> dict[str, Any]:
    """What one row of icon arrays shows: a finding's groups side by side, or a harm counted in one group."""
    shown: dict[str, Any] = {"item": item, "event": item.event}
    labels: dict[str, str | None]
    if isinstance(item, Harm):
        # Only counted harms come so far: pages.check refuses the others.
        shares = {"treated": Share(events=item.events or 0, of=item.of or 1)}
        labels = {"treated": item.counted_in}
        groups = _icon_groups(shares, labels)
        return shown | {
            "harm": True,
            "who": "",
            "people": "people",
            "sources": item.how_often.sources,
            "title": item.name,
            "groups": groups,
        }
    labels = {
        "treated": item.label or names.agents(book)[item.agent],
        "comparison": item.comparator,
        "untreated": "Nothing at all",
    }
    return shown | {
        "harm": item.kind == "harm",
        "who": names.CONDITIONS[item.condition] + (f", {item.n:,} people" if item.n else ""),
        "people": {"pattern-women": "women", "pattern-men": "men"}.get(item.condition, "people"),
        "sources": item.sources,
        "title": f"{labels['treated']}: {item.outcome[0].lower()}{item.outcome[1:]}",
        "groups": _icon_groups(item.shares, labels),
    }


def _icon_groups(shares: Mapping[str, Share], labels: Mapping[str, str | None]) -> list[dict[str, Any]]:
    return [{"label": labels[key], "share": share, "array": charts.icon_array(share)} for key, share in shares.items()]


def _numbers(asked: Asked) -> dict[str, Any]:
    figures = [_icon_figure(asked.book.findings[key], asked.book) for key in asked.values("show")]
    for figure in figures:
        for group in figure["groups"]:
            group["array"] = charts.dot_array(group["share"])
    return {"figures": figures}


def _factbox(asked: Asked) -> dict[str, Any]:
    book = asked.book

    def row(key: str) -> dict[str, Any]:
        item = book.findings[key]
        agent = item.label or names.agents(book)[item.agent]
        what = item.event or f"{item.outcome[0].lower()}{item.outcome[1:]}"
        untested = item.direction == "not-studied"
        return {
            "title": agent if untested else f"{agent}: {what}",
            "who": names.CONDITIONS[item.condition] + (f", {item.n:,} people" if item.n else ""),
            "when": "" if untested else item.time,
            "treated": item.treated,
            "comparison": item.comparison,
            "comparator": item.comparator,
            "statement": item.statement,
            "certainty": item.certainty,
            "sources": item.sources,
        }

    return {"parts": {"Good": map(row, asked.values("benefit")), "Bad": map(row, asked.values("harm"))}}


def _forest(asked: Asked) -> dict[str, Any]:
    items = [item for item in _chosen_findings(asked) if item.difference and item.difference.scale == "hairs"]
    differences = [item.difference for item in items if item.difference]
    ends = [end for found in differences for end in (found.low, found.high, found.value) if end is not None]
    scale = charts.axis(ends, step=10)
    rows = [
        {"item": item, "found": found, "line": charts.line(scale, found.low, found.high, [found.value])}
        for item, found in zip(items, differences, strict=True)
    ]
    return {"rows": rows, "axis": scale, "agents": names.agents(asked.book), "conditions": names.CONDITIONS}


MAP_COLUMNS = {
    "pattern-women": ("Pattern, women", ("pattern-women", "pattern")),
    "pattern-men": ("Pattern, men", ("pattern-men", "pattern")),
    "shedding": ("Shedding", ("shedding",)),
    "stress": ("After stress", ("stress",)),
    "patchy": ("Bald patches", ("patchy",)),
    "transplant": ("With a transplant", ("transplant",)),
    "scarring": ("Scarring", ("scarring",)),
}
"""Columns of the map: the anchor on /evidence/by-condition/, the heading, the conditions that count for it."""


def _map(asked: Asked) -> dict[str, Any]:
    book = asked.book
    # A tattoo-type machine or a roller is another way in: what it showed is no finding about injections.
    found = [item for item in _chosen_findings(asked) if item.kind == "benefit" and item.route == "injected"]
    agents = [item for item in book.ingredients.values() if any(finding.agent == item.id for finding in found)]
    agents.sort(key=lambda item: (GROUPS.index(item.group), item.order))
    rows: list[dict[str, Any]] = [
        {
            "agent": agent,
            "cells": [
                _cell([item for item in found if item.agent == agent.id and item.condition in conditions])
                for _, conditions in MAP_COLUMNS.values()
            ],
        }
        for agent in agents
    ]
    rest = sorted(item.name for item in book.ingredients.values() if item not in agents)
    cells = [cell for row in rows for cell in row["cells"]]
    studied = sum(cell is not None and cell["finding"].direction != "not-studied" for cell in cells)
    return {
        "columns": [(anchor, heading) for anchor, (heading, _) in MAP_COLUMNS.items()],
        "rows": rows,
        "rest": rest,
        "studied": studied,
        "cells": len(cells),
        "directions": names.DIRECTIONS,
    }


def _cell(findings: list[Finding]) -> dict[str, Any] | None:
    """What one cell of the map shows: the finding we are most sure of; of several, the first in order."""
    if not findings:
        return None
    best = min(findings, key=lambda item: (-names.CERTAINTY_STEPS[item.certainty], item.order))
    return {
        "finding": best,
        "radius": charts.bubble_radius(best.n),
        "more": len(findings) - 1,
        "both": best.condition == "pattern",
    }


TIMELINE_WEEKS = 28
"""Where the time line ends; an arrow stands for later looks, which its words name."""


def _timeline(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.schedules.values() if item.kind == "trial" and item.judged_weeks]
    items.sort(key=lambda item: min(item.judged_weeks))
    scale = charts.axis([TIMELINE_WEEKS], step=4)
    rows = [
        {
            "item": item,
            "line": charts.line(
                scale,
                0,
                None if item.course_weeks is None else min(item.course_weeks, TIMELINE_WEEKS),
                [week for week in item.judged_weeks if week <= TIMELINE_WEEKS],
            ),
            "later": max(item.judged_weeks) > TIMELINE_WEEKS,
        }
        for item in items
    ]
    return {"rows": rows, "axis": scale}


def _schedules(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.schedules.values() if asked.takes("kind", item.kind)]
    return {"groups": _grouped(items, lambda item: item.kind, SCHEDULE_KINDS)}


def _bias(asked: Asked) -> dict[str, Any]:
    return {
        "items": list(asked.book.bias.values()),
        "studies": asked.book.studies,
        "agents": names.agents(asked.book),
        "conditions": names.CONDITIONS,
        "concerns": names.CONCERNS,
        "questions": {
            "allotted": "How were people put into groups?",
            "hidden": "Was the next place hidden?",
            "masked": "Who did not know the liquid?",
            "lost": "Who dropped out?",
            "judged": "How was it judged?",
            "paid": "Who paid?",
        },
    }


def _claims(asked: Asked) -> dict[str, Any]:
    book = asked.book
    cards = _grouped(book.claim_cards.values(), lambda card: card.group, CARD_GROUPS)
    counts = Counter(claim.verdict for claim in book.claims.values())
    return {
        "groups": cards,
        "group_names": names.CARD_GROUPS,
        "claims": book.claims,
        "tallies": {
            card.id: Counter(book.claims[key].verdict for key in card.claims) for card in book.claim_cards.values()
        },
        "card_of": {key: card.id for card in book.claim_cards.values() for key in card.claims},
        "verdicts": {verdict: names.VERDICTS[verdict] for verdict in VERDICTS},
        "counts": counts,
    }


def _contradictions(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.contradictions.values())}


def _options(asked: Asked) -> dict[str, Any]:
    return {
        "items": list(asked.book.options.values()),
        "keys": [item.name for item in fields(Answers)],
        "questions": names.QUESTIONS,
        "conditions": names.CONDITIONS,
    }


def _harms(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.harms.values() if asked.takes("group", item.group)]
    return {"groups": _grouped(items, lambda item: item.group, HARM_GROUPS)}


def _signs(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.signs.values() if asked.takes("tier", item.tier)]
    # A page that picks one tier writes its own heading above it.
    return {"tiers": _grouped(items, lambda item: item.tier, TIERS), "headings": not asked.has("tier")}


def _emergency(asked: Asked) -> dict[str, Any]:
    book = asked.book
    return {
        "signs": [item.short for item in book.signs.values() if item.tier == "now"],
        "country": book.emergency_numbers[asked.clinic.country] if asked.clinic else None,
    }


def _clinic(asked: Asked) -> dict[str, Any]:
    """What a clinic says of itself; nothing is shown in the neutral guide."""
    book, clinic = asked.book, asked.clinic
    parts = {"contact": True, "rules": True, "products": True, "people": True}
    if clinic:
        parts |= {"rules": bool(clinic.rules), "products": bool(clinic.products), "people": bool(clinic.who_injects)}
    waits = [(rule, wait_for(rule.topic, book)) for rule in clinic.rules] if clinic else []
    shown = [part for part, filled in parts.items() if clinic and filled and asked.takes("show", part)]
    if "allowed" in asked.values("show"):  # what any clinic may write, for the page that tells how
        shown.append("allowed")
    return {
        "parts": shown,
        "allowed": list(book.waits.values()),
        "waits": [(rule, wait, book.aftercare[wait.care]) for rule, wait in waits if wait],
        "agents": book.ingredients,
        "country": book.emergency_numbers[clinic.country] if clinic else None,
    }


def _aftercare(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.aftercare.values()), "own": own_rules(asked.clinic, asked.book)}


def _rules(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.rules.values())}


def _studies(asked: Asked) -> dict[str, Any]:
    items = [
        item
        for item in asked.book.studies.values()
        if asked.takes("topic", *item.topics) and asked.takes("agent", *item.agents) and asked.takes("type", item.type)
    ]
    by_name = sorted(names.agents(asked.book).items(), key=lambda pair: pair[1].casefold())
    return {
        "items": items,
        "design": names.design,
        "read": names.READ,
        "facets": [
            _facet("agent", "What was given", items, lambda item: item.agents, dict(by_name)),
            _facet("condition", "Kind of hair loss", items, lambda item: item.conditions, names.CONDITIONS),
            _facet("type", "Kind of source", items, lambda item: (item.type,), names.KINDS, TYPES),
            _facet("topic", "About", items, lambda item: item.topics, names.TOPICS, TOPICS),
            _facet("read", "How we read it", items, lambda item: (item.read,), names.READ, READ_LEVELS),
        ],
    }


def _facet(
    key: str,
    label: str,
    items: Iterable[Study],
    values: Callable[[Study], tuple[str, ...]],
    shown: Mapping[str, str],
    order: Iterable[str] | None = None,
) -> dict[str, Any]:
    """One filter of the register: its values in order, each with the number of sources that have it."""
    counts = Counter(value for item in items for value in values(item))
    choices = [(value, shown[value], counts[value]) for value in order or shown if counts[value]]
    return {"key": key, "label": label, "choices": choices}


def _glossary(asked: Asked) -> dict[str, Any]:
    return {"items": sorted(asked.book.glossary.values(), key=lambda item: item.word.casefold())}


def _prompts(asked: Asked) -> dict[str, Any]:
    items = asked.book.prompts.values()
    return {"groups": _grouped(items, lambda item: item.group, PROMPT_GROUPS), "names": names.PROMPT_GROUPS}


def _visit_card(asked: Asked) -> dict[str, Any]:
    book = asked.book
    return {
        "stages": list(book.stages.values()),
        "tiers": _grouped(book.signs.values(), lambda item: item.tier, TIERS),
        "countries": sorted(book.emergency_numbers.values(), key=lambda item: item.country),
    }


def _planner(asked: Asked) -> dict[str, Any]:
    book = asked.book
    return {
        "presets": list(book.presets.values()),
        "schedules": book.schedules,
        "waits": list(book.waits.values()),
        "care": book.aftercare,
        "own": own_rules(asked.clinic, book),
    }


def _situations(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.situations.values()), "options": asked.book.options}


def _values(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.values.values())}


def _quiz(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.quiz.values())}


def _sure(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.sure.values())}


def _decision(asked: Asked) -> dict[str, Any]:
    return {"options": list(asked.book.options.values())}


def _whole_address(asked: Asked, source: str) -> str:
    """The whole address of a page from its source path, anchor kept; below the root where the site has none yet."""
    return asked.settings.get("site_url", "").rstrip("/") + links.address(source)


def _code(url: str) -> segno.QRCode:
    return segno.make(url, error="m", micro=False)


def _svg(code: segno.QRCode) -> str:
    """A code as an address that holds its picture; four empty cells all round, as the standard asks."""
    return str(code.svg_data_uri(scale=4, border=4, light="#fff", nl=False))


def _qr(asked: Asked) -> dict[str, Any]:
    """Codes for the addresses asked for, else for the page itself; none where the site's own address is not known."""
    root = asked.settings.get("site_url", "")
    targets = asked.values("to") or [links.address(asked.page).removeprefix("/")]
    codes = []
    for target in targets:
        url = f"{root.rstrip('/')}/{target}"
        shown = {"url": url, "name": target.strip("/").replace("/", "-") or "home"}
        if root:
            code = _code(url)
            shown["svg"] = _svg(code)
            shown["png"] = code.png_data_uri(scale=16, border=4)  # 16 dots a cell stay sharp on paper
        codes.append(shown)
    return {"codes": codes, "known": bool(root)}


def _asked(asked: Asked) -> dict[str, Any]:
    """What people ask, by the page that answers; pages in the order in which they are first asked for."""
    docs = asked.settings.get("docs", "")
    known = titles(Path(docs)) if docs else {}
    sources = {links.address(source): source for source in known}
    groups: dict[str, dict[str, Any]] = {}
    for question in asked.book.questions:
        if question.at:
            address, _, anchor = question.at.partition("#")
            place = address.strip("/")
            source = sources.get(address, f"{place or 'index'}.md")
            group = {"id": place.replace("/", "-") or "home", "title": known.get(source, source), "questions": []}
            groups.setdefault(source, group)["questions"].append({"ask": question.ask, "to": f"{source}#{anchor}"})
    return {"groups": list(groups.values())}


def _moments(asked: Asked) -> dict[str, Any]:
    items = [
        {
            "item": item,
            "url": _whole_address(asked, item.page.partition("#")[0]),
            "part": _whole_address(asked, item.page) if "#" in item.page else "",
        }
        for item in asked.book.moments.values()
    ]
    return {"items": items, "known": bool(asked.settings.get("site_url"))}


def _frames(asked: Asked) -> dict[str, Any]:
    here = links.address(asked.page).strip("/")
    items = [
        {
            "item": item,
            "url": _whole_address(asked, f"embed/{item.id}.md"),
            # MkDocs leaves a frame's address as it stands; Zensical takes it from the folder of the file, which for an
            # index.md is the same. pages.check lets the block stand nowhere else.
            "near": posixpath.relpath(f"embed/{item.id}", here or ".") + "/",
        }
        for item in asked.book.frames.values()
    ]
    return {"items": items, "known": bool(asked.settings.get("site_url"))}


def _cite_guide(asked: Asked) -> dict[str, Any]:
    return _edition(asked) | {"url": _whole_address(asked, "index.md")}


def _edition(asked: Asked) -> dict[str, Any]:
    return {"edition": asked.book.edition, "edition_date": f"{asked.book.edition.date:%-d %B %Y}"}


def _embed_questions(asked: Asked) -> dict[str, Any]:
    return {"items": [item for item in asked.book.prompts.values() if item.core]}


def _parts(asked: Asked, *parts: str) -> dict[str, Any]:
    """Which parts of a staff block are shown; a page that picks some writes its own headings."""
    return {
        "parts": [part for part in parts if asked.takes("show", part)],
        "headings": not asked.has("show"),
        "heads": names.STAFF_PARTS,
    }


def _staff(asked: Asked) -> dict[str, Any]:
    """What the blocks of the staff course share."""
    docs = asked.settings.get("docs", "")
    cases = sorted(asked.book.cases.values(), key=lambda case: case.order)
    return _edition(asked) | {
        "modules": sorted(asked.book.modules.values(), key=lambda module: module.order),
        "by_id": asked.book.modules,
        "cases": cases,
        "kinds": names.CASE_KINDS,
        "verdicts": names.CASE_VERDICTS,
        "steps_of": {case.id: {step.id: number for number, step in enumerate(case.steps, 1)} for case in cases},
        "wheres": names.WHERES,
        "titles": titles(Path(docs)) if docs else {},
        "pass_mark": names.PASS_MARK,
    }


def _module(asked: Asked) -> dict[str, Any]:
    shared = _staff(asked)
    module = asked.book.modules[asked.argument]
    cases = [case for case in shared["cases"] if case.module == module.id]
    parts = _parts(asked, "aims", "reading", "remember", "practice", "roleplay", "cases")
    filled = {"roleplay": bool(module.roleplay), "cases": bool(cases)}
    parts["parts"] = [part for part in parts["parts"] if filled.get(part, True)]
    needed = ceil(names.PASS_MARK * len(module.practice) / 100)
    return shared | parts | {"module": module, "cases": cases, "needed": needed}


def _course(asked: Asked) -> dict[str, Any]:
    return _staff(asked) | _parts(asked, "modules", "cases", "roleplay")


def _checklist(asked: Asked) -> dict[str, Any]:
    minutes = sum(module.minutes for module in asked.book.modules.values())
    return _staff(asked) | _parts(asked, "record", "skills") | {"minutes": minutes, "pass_words": names.MARK_IN_WORDS}


def _cards(asked: Asked) -> dict[str, Any]:
    return {"words": _glossary(asked)["items"]}


def _advertising(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.advertising.values())}


def _checker(asked: Asked) -> dict[str, Any]:
    items = asked.book.overclaims.values()
    return {
        "groups": _grouped(items, lambda item: item.family, OVERCLAIM_FAMILIES),
        "names": names.OVERCLAIM_FAMILIES,
        "count": len(items),
        "claims": asked.book.claims,
        "verdicts": names.VERDICTS,
    }


def _changed_findings(asked: Asked) -> dict[str, Any]:
    book = asked.book
    items = sorted(book.changes.values(), key=lambda item: (item.date, item.finding), reverse=True)
    return {
        "items": [
            {
                "item": item,
                "parts": changes.parts(item.before, item.after, book) if item.before and item.after else [],
                # What a finding rests on today is cited; a source that it lost may be gone.
                "sources": [source for source in item.after.sources if source in book.studies] if item.after else [],
            }
            for item in items
        ]
    }


def _marks(number: float) -> str:
    """A sum of marks as people write it: 76, 31.5."""
    return f"{number:g}"


def _sum(ratings: list[Rating]) -> dict[str, Any]:
    """What a standard's items come to: marks, out of how many, as a share of 100, and the musts with nothing."""
    mark, of = sum(item.mark for item in ratings), sum(item.of for item in ratings)
    return {
        "mark": _marks(mark),
        "of": _marks(of),
        "share": round(100 * mark / of),
        "short": [item for item in ratings if item.mark < item.of],
        "missed": [item for item in ratings if item.must and not item.mark],
    }


def _scores(asked: Asked) -> dict[str, Any]:
    by_standard = _grouped(asked.book.ratings.values(), lambda item: item.standard, asked.book.standards)
    sums = {key: _sum(items) for key, items in by_standard.items()}
    return {"standards": list(asked.book.standards.values()), "sums": sums}


def _ratings(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.ratings.values() if item.standard == asked.argument]
    return {
        "standard": asked.book.standards[asked.argument],
        "items": [(item, _marks(item.mark), _marks(item.of)) for item in items],
        "sum": _sum(items),
        "titles": titles(Path(docs)) if (docs := asked.settings.get("docs")) else {},
    }


def _measured(asked: Asked) -> dict[str, Any]:
    return {"items": [item for item in asked.book.measured.values() if asked.takes("group", item.group)]}


def _peers(asked: Asked) -> dict[str, Any]:
    return {"items": list(asked.book.peers.values())}


def _leaflet_signs(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.signs.values() if asked.takes("tier", item.tier)]
    # In short where it says so, else with what to do; what is expected needs nothing done.
    return {"tiers": _grouped(items, lambda item: item.tier, TIERS), "brief": asked.values("show") == ["short"]}


def _leaflet_numbers(asked: Asked) -> dict[str, Any]:
    return {"countries": sorted(asked.book.emergency_numbers.values(), key=lambda item: item.country)}


def _leaflet_times(asked: Asked) -> dict[str, Any]:
    return {"stages": [item for item in asked.book.stages.values() if asked.takes("stage", item.id)]}


def _leaflet_care(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.aftercare.values() if asked.takes("topic", item.id)]
    return {"items": items, "own": own_rules(asked.clinic, asked.book)}


def _leaflet_options(asked: Asked) -> dict[str, Any]:
    items = [item for item in asked.book.options.values() if asked.takes("option", item.id)]
    return {"items": items, "show": (asked.values("show") or ["what"])[0]}


def _leaflet_questions(asked: Asked) -> dict[str, Any]:
    """The questions of some groups to be asked in a row; without a group the ten, with room to write."""
    items = asked.book.prompts.values()
    if asked.has("group"):
        return {"items": [item for item in items if asked.takes("group", item.group)], "core": False}
    return {"items": [item for item in items if item.core], "core": True}


def _leaflet_foot(asked: Asked) -> dict[str, Any]:
    """Where a leaflet leads: the addresses of the whole page and of the leaflet, and a code where the root is known."""
    root = asked.settings.get("site_url", "").rstrip("/")
    to = (asked.values("to") or [""])[0]
    shown = {"to": f"{root}/{to}", "own": _whole_address(asked, asked.page)}
    return _edition(asked) | shown | {"code": _svg(_code(shown["to"])) if root else ""}


_CONTEXTS: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "ingredient": _ingredient,
    "ingredients": _ingredients,
    "findings": _findings,
    "factbox": _factbox,
    "icons": _icons,
    "numbers": _numbers,
    "forest": _forest,
    "map": _map,
    "timeline": _timeline,
    "schedules": _schedules,
    "bias": _bias,
    "claims": _claims,
    "contradictions": _contradictions,
    "options": _options,
    "harms": _harms,
    "signs": _signs,
    "emergency": _emergency,
    "clinic": _clinic,
    "aftercare": _aftercare,
    "rules": _rules,
    "studies": _studies,
    "glossary": _glossary,
    "prompts": _prompts,
    "visit-card": _visit_card,
    "planner": _planner,
    "situations": _situations,
    "values": _values,
    "quiz": _quiz,
    "sure": _sure,
    "decision": _decision,
    "qr": _qr,
    "moments": _moments,
    "frames": _frames,
    "cite-guide": _cite_guide,
    "asked": _asked,
    "embed-facts": _factbox,
    "embed-signs": _signs,
    "embed-questions": _embed_questions,
    "embed-options": _options,
    "embed-foot": _edition,
    "module": _module,
    "course": _course,
    "checklist": _checklist,
    "cards": _cards,
    "advertising": _advertising,
    "checker": _checker,
    "changed-findings": _changed_findings,
    "scores": _scores,
    "ratings": _ratings,
    "measured": _measured,
    "peers": _peers,
    "leaflet-signs": _leaflet_signs,
    "leaflet-numbers": _leaflet_numbers,
    "leaflet-times": _leaflet_times,
    "leaflet-care": _leaflet_care,
    "leaflet-options": _leaflet_options,
    "leaflet-questions": _leaflet_questions,
    "leaflet-foot": _leaflet_foot,
}


class FactBlock(Block):
    """A block that shows facts; one subclass a name, made from `pages.OPTIONS`."""

    ARGUMENT = None

    def on_create(self, parent: etree.Element) -> etree.Element:
        page = source_path(self.md)
        # A variable that is set and empty (`SITE_URL= make build`) comes as None.
        settings = {key: self.config["setting"](key) or "" for key in ("site_url", "docs")}
        asked = Asked(self.config["book"](), self.argument, self.options, page, self.config["clinic"](), **settings)
        context = _CONTEXTS[self.NAME](asked)
        block = fragment(self.NAME, page, steps=names.CERTAINTY_STEPS, clinic=asked.clinic, **context)
        parent.append(block)
        return block


class FactBlocks(BlocksExtension):
    """Registers every block of `pages.OPTIONS`."""

    def __init__(
        self, book: Callable[[], Factbook], setting: Callable[[str], str], clinic: Callable[[], Clinic | None]
    ) -> None:
        self.config: dict[str, Any] = {}
        super().__init__()
        self._book = book
        self._setting = setting
        self._clinic = clinic

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: BlocksProcessor) -> None:  # noqa: ARG002, N802 - pymdownx calls it so
        for name, options in OPTIONS.items():
            # Options are taken as they come: pymdownx prints a block with a badly typed option as text, in silence.
            kind = type(
                f"{name.title()}Block",
                (FactBlock,),
                {"NAME": name, "OPTIONS": dict.fromkeys(options, ("", type_any))},
            )
            block_mgr.register(kind, {"book": self._book, "setting": self._setting, "clinic": self._clinic})
