"""The rules of stylesheets: read from a file, weighed, written small."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import rcssmin
import tinycss2
from cssselect2 import parser as selectors

from finish.site import FinishError, Site

STATES = {"hover", "focus", "focus-visible", "focus-within", "active", "target"}
"""States that no page is in when it is first painted."""
STRUCTURE = {"root", "first-child", "last-child", "only-child", "first-of-type", "last-of-type", "empty"}
"""Pseudo-classes that depend on the page alone; all others are left out when a selector is tried on a page."""
FAMILIES = {
    **dict.fromkeys(("top", "right", "bottom", "left"), "inset"),
    **dict.fromkeys(("row-gap", "column-gap"), "gap"),
    **{name: name for name in ("min-width", "min-height", "max-width", "max-height")},
    "line-height": "font",
    "inline-size": "width",
    "block-size": "height",
    "min-inline-size": "min-width",
    "min-block-size": "min-height",
    "max-inline-size": "max-width",
    "max-block-size": "max-height",
    "columns": "column",
    "justify-content": "align",
    "justify-items": "align",
    "justify-self": "align",
    "place-content": "align",
    "place-items": "align",
    "place-self": "align",
}
"""Properties that another, differently named one sets as well; the others share the first part of their name."""


@dataclass(frozen=True, eq=False)
class Selector:
    """One selector of a rule's list.

    Attributes:
        text: As it stands in the stylesheet.
        parsed: Its parts, without the pseudo-element.
        specificity: Its weight: ids, classes, elements.
        pseudo: The pseudo-element with its colons, or an empty string.
    """

    text: str
    parsed: Any
    specificity: tuple[int, int, int]
    pseudo: str

    @functools.cached_property
    def compounds(self) -> list[selectors.CompoundSelector]:
        """The parts between the combinators, from right to left: the first is for the element itself."""
        found, part = [], self.parsed
        while isinstance(part, selectors.CombinedSelector):
            found.append(part.right)
            part = part.left
        return [*found, part]

    @functools.cached_property
    def on_page(self) -> str:
        """The selector as it can be tried on a page at rest: without states, negations and pseudo-elements."""
        return _at_rest(tinycss2.parse_component_value_list(self.text)) or "*"

    @property
    def at_first(self) -> str:
        """The same, with boxes as ticked as they are before anybody has touched them."""
        return _at_rest(tinycss2.parse_component_value_list(self.text.replace(":checked", "[checked]"))) or "*"

    @property
    def has_state(self) -> bool:
        """Whether it waits for the reader's pointer, keyboard or address."""
        outside = re.sub(r":not\((?:[^()]|\([^()]*\))*\)", "", self.text)
        return any(name in STATES for name in re.findall(r":([a-z-]+)", outside))


@dataclass(eq=False)
class Rule:
    """A rule, or an at-rule without selectors.

    Attributes:
        sheet: Address of its stylesheet, seen from the site's root.
        conditions: The at-rules round it, from outside (`@media screen and (min-width:60em)`).
        selectors: Its selectors; none for `@keyframes`, `@page` and their like.
        body: Its declarations; the whole text of an at-rule without selectors.
        part: The file that it will stand in; empty: not yet decided.
    """

    sheet: str
    conditions: tuple[str, ...]
    selectors: list[Selector]
    body: str
    part: str = ""

    @functools.cached_property
    def declared(self) -> list[Any]:
        """Its declarations, parsed."""
        if not self.selectors:
            return []
        found = tinycss2.parse_declaration_list(self.body, skip_comments=True, skip_whitespace=True)
        return [one for one in found if one.type == "declaration"]

    @functools.cached_property
    def sets(self) -> set[What]:
        """What it sets."""
        return set(map(what_of, self.declared))

    @property
    def hides(self) -> bool:
        """Whether nothing is shown of what it is for."""
        return any(
            one.lower_name == "display" and tinycss2.serialize(one.value).strip() == "none" for one in self.declared
        )

    @property
    def is_whole(self) -> bool:
        """Whether browsers that do not know one of its selectors drop it whole, so that it must stay together."""
        return any(re.search(r"::?-(?:webkit|moz|ms)-", selector.text) for selector in self.selectors)

    @functools.cached_property
    def for_print(self) -> bool:
        """Whether it is for printers alone."""
        return self.body.startswith("@page") or any(
            re.fullmatch(r"@media\s+(?:only\s+)?print(?:\s+and\b.*)?", condition) for condition in self.conditions
        )

    @functools.cached_property
    def width(self) -> tuple[float, float]:
        """The narrowest and the widest window that it is for, in em."""
        low, high = 0.0, math.inf
        for condition in self.conditions:
            if "," not in condition and " or " not in condition and " not " not in condition:
                for bound, length in re.findall(r"\((min|max)-width:\s*([\d.]+)em\)", condition):
                    low, high = (max(low, float(length)), high) if bound == "min" else (low, min(high, float(length)))
        return low, high

    @property
    def for_narrow(self) -> bool:
        """Whether it is for narrow windows alone."""
        return self.width[1] < math.inf

    @functools.cached_property
    def for_screen(self) -> bool:
        """Whether it is never for printers."""
        return any(re.match(r"@media\s+(?:(?:only\s+)?screen\b[^,]*|not print)$", one) for one in self.conditions)

    def can_meet(self, other: Rule) -> bool:
        """Whether there is a window or a sheet of paper that both are for."""
        return (
            not (self.for_print and other.for_screen)
            and not (self.for_screen and other.for_print)
            and self.width[0] <= other.width[1]
            and other.width[0] <= self.width[1]
        )

    def is_like(self, other: Rule) -> bool:
        """Whether another rule says the same."""
        return all(getattr(self, name) == getattr(other, name) for name in ("conditions", "selectors", "body", "part"))

    def with_body(self, declarations: Sequence[Any]) -> Rule:
        """The same rule with some of its declarations."""
        return Rule(self.sheet, self.conditions, self.selectors, tinycss2.serialize(declarations), self.part)


def read(site: Site, name: str) -> list[Rule]:
    """The rules of a stylesheet of the site, in order.

    Raises:
        FinishError: It is not there, or cannot be read.
    """
    try:
        text = site.read(name)
    except FileNotFoundError as error:
        raise FinishError(f"{name}: pages link this stylesheet, but it is not there") from error
    return list(_rules(name, tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), ()))


def _rules(name: str, nodes: Iterable[Any], conditions: tuple[str, ...]) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "error":
            raise FinishError(f"{name}:{node.source_line}: {node.message}")
        if node.type == "qualified-rule":
            parts = _split(node.prelude)
            yield Rule(name, conditions, [_selector(name, part) for part in parts], tinycss2.serialize(node.content))
        elif node.at_keyword in ("media", "supports"):
            inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            condition = f"@{node.at_keyword} {tinycss2.serialize(node.prelude).strip()}"
            yield from _rules(name, inside, (*conditions, condition))
        elif node.at_keyword != "charset":
            yield Rule(name, conditions, [], node.serialize())


def _split(tokens: Iterable[Any]) -> list[list[Any]]:
    """A list of selectors, taken apart at its commas."""
    parts: list[list[Any]] = [[]]
    for one in tokens:
        if one == ",":
            parts.append([])
        elif one.type != "comment":
            parts[-1].append(one)
    return parts


def _selector(name: str, tokens: list[Any]) -> Selector:
    # One way to write it, so that two of the same can be told.
    text = re.sub(r"""=(["'])([a-zA-Z][\w-]*)\1""", r"=\2", tinycss2.serialize(tokens).strip())
    text = re.sub(r"""("[^"]*"|'[^']*')|\s*([>~+,])\s*""", lambda match: match.group(1) or match.group(2), text)
    # The parser knows few pseudo-elements, and none with a vendor's name.
    at = next((at for at, one in enumerate(tokens) if one == ":" and tokens[at + 1] == ":"), None)
    before = tokens if at is None else tokens[:at]
    pseudo = "" if at is None else tinycss2.serialize(tokens[at:]).strip()
    if not any(one.type != "whitespace" for one in before) or before[-1] in (">", "+", "~", " "):
        before = [*before, *tinycss2.parse_component_value_list("*")]
    try:
        (parsed,) = selectors.parse(before)
    except ValueError as error:
        raise FinishError(f"{name}: the selector {text} cannot be read ({error})") from error
    # A single colon is the old way to write four of them.
    a, b, c = parsed.specificity
    pseudo = pseudo or (f"::{parsed.pseudo_element}" if parsed.pseudo_element else "")
    return Selector(text, parsed.parsed_tree, (a, b, c + (at is not None)), pseudo)


def _at_rest(tokens: Sequence[Any]) -> str:
    """A selector without states, negations and pseudo-elements."""
    out, at = "", 0
    while at < len(tokens):
        one = tokens[at]
        at += 1
        if one.type == "[] block" and one.content[0].type == "ident" and one.content[0].value.startswith("data-"):
            out += f"[{one.content[0].value}]"  # its value is the scripts' to change
        elif one != ":":
            out += one.serialize()
        elif tokens[at] == ":":
            break
        else:
            out += _of_structure(tokens[at])
            at += 1
    out = out.strip()
    # `:hover > .x` and `.x > :hover` leave a combinator alone.
    return re.sub(r"(^|[>+~])\s*(?=[>+~]|$)", r"\1*", out) if out else ""


def _of_structure(named: Any) -> str:
    """A pseudo-class if the page alone decides whether it fits, else nothing."""
    if named.type == "ident":
        return f":{named.value}" if named.lower_value in STRUCTURE else ""
    if named.lower_name in ("is", "where"):
        inside = [one for one in map(_at_rest, _split(named.arguments)) if one]
        return f":{named.name}({','.join(inside)})" if inside else ""
    return f":{named.serialize()}" if named.lower_name.startswith("nth-") else ""


What = tuple[str, bool]
"""What a declaration sets: a family of properties, and whether it is `!important`."""


def what_of(declaration: Any) -> What:
    """What a declaration sets."""
    return _family(declaration.lower_name), declaration.important


def _family(name: str) -> str:
    """Properties of one family can set the same thing: `margin` and `margin-top`, `font` and `line-height`."""
    if name.startswith("--"):
        return name
    name = name.removeprefix("-webkit-").removeprefix("-moz-").removeprefix("-ms-")
    return FAMILIES.get(name) or name.split("-")[0]


def written(rules: Iterable[Rule], *, printing: bool = False) -> str:
    """Rules as a small stylesheet; neighbours with the same conditions share them.

    Args:
        rules: In order.
        printing: The link says already that all is for printers.
    """
    out = ""
    open_now: tuple[str, ...] = ()
    for rule in rules:
        conditions = rule.conditions
        if printing:
            conditions = tuple(one for one in conditions if one != "@media print")
        if conditions != open_now:
            out += "}" * len(open_now) + "".join(f"{condition}{{" for condition in conditions)
            open_now = conditions
        out += rule.body if not rule.selectors else f"{','.join(one.text for one in rule.selectors)}{{{rule.body}}}"
    return str(rcssmin.cssmin(out + "}" * len(open_now)))
