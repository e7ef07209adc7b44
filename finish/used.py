"""What can be used of a site's styles: its pages and scripts tell which rules nothing can fit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import tinycss2
from cssselect2 import parser as selectors
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import String
from selectolax.lexbor import LexborNode

from finish.rules import Rule, Selector
from finish.site import Page, Site

WHOLES = {"margin", "padding", "border", "background"}
"""Properties that set all those whose names begin alike."""


class Signature(NamedTuple):
    """What a selector can ask of one element."""

    tag: str
    id: str
    classes: frozenset[str]
    attributes: tuple[tuple[str, str], ...]


class Words:
    """What scripts can make or set: every word of their strings is a class, an element or an id, for all we know.

    Attributes:
        texts: The scripts.
        values: Values of the pages' attributes, which scripts may copy from one to another.
        properties: Custom properties that scripts or pages name.
    """

    def __init__(self, site: Site) -> None:
        self.texts = list(_scripts(site))
        quoted: list[str] = []
        for text in self.texts:
            # What a pattern names is looked for, not made.
            kinds = JavascriptLexer().get_tokens(text)
            quoted += [part for kind, part in kinds if String in kind.split() and kind is not String.Regex]
            quoted.append("\n")
        self._quoted = set(re.findall(r"[\w-]+", "".join(quoted)))
        self._all = set(re.findall(r"[\w-]+", "\n".join(self.texts)))
        # A name put together from a fixed beginning: `fb-row--${kind}`, "fb-row--" + kind.
        self._begin = tuple(sorted(word for word in self._quoted if re.fullmatch(r"[a-z][\w-]+-", word)))
        self._known: dict[str, bool] = {}
        self._attributes: dict[tuple[str, str | None], bool] = {}
        self.properties = {word for word in self._all if word.startswith("--")}
        self.values: set[str] = set()
        for page in site.pages:
            html = page.tree.html or ""
            self.values.update(re.findall(r'="([\w-]+)"', html))
            self.properties.update(re.findall(r"(?<![\w-])--[\w-]+", html))

    def __contains__(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = word in self._quoted or word.startswith(self._begin)
        return self._known[word]

    def attribute(self, name: str, value: str | None) -> bool:
        """Whether a script could set it: `data-kept` is also written `dataset.kept`, its value may be computed."""
        key = (name, value)
        if key not in self._attributes:
            self._attributes[key] = self._could_set(name, value)
        return self._attributes[key]

    def _could_set(self, name: str, value: str | None) -> bool:
        short = re.sub(r"-(\w)", lambda match: match.group(1).upper(), name.removeprefix("data-"))
        if name not in self and (short if name.startswith("data-") else name) not in self._all:
            return False
        return not value or all(
            word in self or word in self.values or word.isdigit() for word in re.findall(r"[\w-]+", value)
        )


def _scripts(site: Site) -> Iterator[str]:
    """Texts of the scripts that pages hold or link, and of those that these fetch, by whatever way they name them."""
    rest = {path.relative_to(site.folder): path for path in site.folder.rglob("*.js")}
    found, inline = set(), set()
    for page in site.pages:
        for node in page.tree.css("script"):
            name = node.attributes.get("src")
            if name:
                found.add(Path(resolved(page, name)))
            elif not (node.attributes.get("type") or "").endswith("json"):  # data, which nothing runs
                inline.add(node.text())
    texts = sorted(inline)
    while found:
        new = [rest.pop(path).read_text(encoding="utf-8") for path in sorted(found) if path in rest]
        texts += new
        found = {path for path in rest if any(path.name in text for text in new)}
    yield from texts


def resolved(page: Page, link: str) -> str:
    """A link's target, seen from the site's root."""
    return link.removeprefix(page.root).removeprefix("./")


def _signatures(pages: Iterable[Page], rules: Sequence[Rule]) -> tuple[set[Signature], list[Page]]:
    """What the elements of the pages are like, as far as the rules can tell them apart.

    Returns:
        All that there is, and the pages that have something that pages before them have not: an element of another
        kind, or one inside or behind an element of another kind.
    """
    texts = "\n".join({selector.text for rule in rules for selector in rule.selectors})
    names, ids, classes = (set(re.findall(sign + r"([\w-]+)", texts)) for sign in (r"\[", "#", r"\."))
    with_value = set(re.findall(r"\[([\w-]+)=", texts))

    def signature(node: LexborNode) -> Signature:
        given = node.attributes
        its = given.get("id") or ""
        attributes = ((name, (value or "") if name in with_value else "") for name, value in given.items())
        return Signature(
            (node.tag or "").lower(),
            its if its in ids else "",
            frozenset(classes.intersection((given.get("class") or "").split())),
            tuple(one for one in attributes if one[0] in names),
        )

    found: set[Signature] = set()
    places: set[tuple[Signature | None, Signature | None, Signature]] = set()
    different = []
    for page in pages:
        known = len(places)
        roots = [page.tree.root, *(tree for node in page.tree.css("template") for tree in node.template_fragments())]
        waiting = [(root, signature(root)) for root in roots if root is not None]
        places.update((None, None, its) for _, its in waiting)
        while waiting:
            parent, above = waiting.pop()
            before: Signature | None = None
            for node in parent.iter():
                its = signature(node)
                places.add((above, before, its))
                before = its
                waiting.append((node, its))
        if len(places) > known:
            different.append(page)
    found.update(its for _, _, its in places)
    return found, different


NAMELESS = (
    selectors.PseudoClassSelector,
    selectors.FunctionalPseudoClassSelector,
    selectors.NegationSelector,
    selectors.RelationalSelector,
)
"""Parts of selectors that name nothing that an element must have."""


class Matcher:
    """Tells which compound selectors fit elements of the pages, as they are or once scripts have changed them."""

    def __init__(self, pages: Sequence[Page], rules: Sequence[Rule], words: Words) -> None:
        self._words = words
        found, self._different = _signatures(pages, rules)
        self._all = sorted(found, key=repr)
        self._by: dict[str, list[Signature]] = defaultdict(list)
        for signature in self._all:
            for key in {signature.tag, "#" + signature.id, *("." + name for name in signature.classes)}:
                self._by[key].append(signature)
        self._possible: dict[str, bool] = {}
        self._found: dict[str, set[Signature]] = {}

    def possible(self, selector: Selector) -> bool:
        """Whether there can be an element for every part of a selector."""
        # Scripts set the direction of fields, which hold no elements; the theme has a rule for each that does.
        leftward = any(one.lower_name == "dir" and one.value == "rtl" for one in _attributes(selector.compounds[1:]))
        if leftward and not any(("dir", "rtl") in signature.attributes for signature in self._all):
            return False
        return all(map(self._could_be, selector.compounds))

    def _could_be(self, compound: selectors.CompoundSelector) -> bool:
        key = repr(compound)
        if key not in self._possible:
            fixed = [one for one in compound.simple_selectors if not self._made(one)]
            self._possible[key] = not fixed or any(
                all(self._has(one, signature, loose=True) for one in fixed) for signature in self._among(fixed)
            )
        return self._possible[key]

    def together(self, one: Selector, other: Selector) -> bool:
        """Whether two selectors can be for the same element. In doubt, they can."""
        first, second = one.compounds[0], other.compounds[0]
        if len({tag for tag in (_tag(first), _tag(second)) if tag}) == 2:
            return False
        if self._stands(first) and self._stands(second):
            if self._signatures(first).isdisjoint(self._signatures(second)):
                return False
            # What stands round an element may tell them apart; where scripts have no part in it, the pages know.
            return any(map(self._is_only_made, _parts(one, other))) or self._meet(one, other)
        # One of them is for what scripts make: an element that shares a name, or of which only the kind is asked.
        names, others = _names(first), _names(second)
        return not names or not others or not names.isdisjoint(others)

    def _meet(self, one: Selector, other: Selector) -> bool:
        for page in self._different:
            found = {node.mem_id for node in page.tree.css(one.on_page)}
            if found and any(node.mem_id in found for node in page.tree.css(other.on_page)):
                return True
        return False

    def _stands(self, compound: selectors.CompoundSelector) -> bool:
        """Whether it is for something on the pages, with or without what scripts add."""
        named = [one for one in compound.simple_selectors if not isinstance(one, NAMELESS)]
        return not named or any(one in named for one in self._standing(compound))

    def _standing(self, compound: selectors.CompoundSelector) -> list[Any]:
        """The parts that are for something on the pages, so that scripts have at most added the others."""
        return [one for one in compound.simple_selectors if self._among([one]) and not self._is_only_made(one)]

    def _signatures(self, compound: selectors.CompoundSelector) -> set[Signature]:
        key = repr(compound)
        if key not in self._found:
            parts = self._standing(compound)
            self._found[key] = {
                signature
                for signature in self._among(parts)
                if all(self._has(part, signature, loose=False) for part in parts)
            }
        return self._found[key]

    def _is_only_made(self, simple: Any) -> bool:
        return not any(self._has(simple, signature, loose=False) for signature in self._among([simple]))

    def _among(self, parts: Iterable[Any]) -> list[Signature]:
        """The elements that have one of the given parts, for the part that fewest have."""
        return min((self._by.get(key, []) for key in map(_key, parts) if key), key=len, default=self._all)

    def _made(self, simple: Any) -> bool:
        """Whether scripts could make it out of nothing."""
        match simple:
            case selectors.LocalNameSelector():
                return simple.lower_local_name in self._words
            case selectors.ClassSelector():
                return simple.class_name in self._words
            case selectors.IDSelector():
                return simple.ident in self._words
            case selectors.AttributeSelector():
                return self._words.attribute(simple.lower_name, simple.value)
            case selectors.MatchesAnySelector() | selectors.SpecificityAdjustmentSelector():
                return any(all(map(self._made, _last(one).simple_selectors)) for one in simple.selector_list)
        # States, other negations and what stands inside an element: no reason to drop a rule.
        return not _is_plain_one(simple)

    def _has(self, simple: Any, signature: Signature, *, loose: bool) -> bool:
        """Whether an element has a part of a selector; loosely: or scripts could give it."""
        match simple:
            case selectors.LocalNameSelector():
                return bool(signature.tag == simple.lower_local_name)
            case selectors.ClassSelector():
                has = simple.class_name in signature.classes
            case selectors.IDSelector():
                has = simple.ident == signature.id
            case selectors.AttributeSelector():
                value = dict(signature.attributes).get(simple.lower_name)
                has = value is not None and (
                    simple.operator != "="
                    or value == simple.value
                    or self._words.attribute(simple.lower_name, simple.value)
                )
            case selectors.MatchesAnySelector() | selectors.SpecificityAdjustmentSelector():
                return any(
                    all(self._has(part, signature, loose=loose) for part in _last(one).simple_selectors)
                    for one in simple.selector_list
                )
            case _:
                return not _is_plain_one(simple) or "class" not in dict(signature.attributes)
        return has or (loose and self._made(simple))


def _last(selector: Any) -> Any:
    """The part of a selector inside another one that is for the element itself."""
    tree = selector.parsed_tree
    return tree.right if isinstance(tree, selectors.CombinedSelector) else tree


def _is_plain_one(simple: Any) -> bool:
    """Whether it asks for an element without a class, which no script takes away."""
    if not isinstance(simple, selectors.NegationSelector) or len(simple.selector_list) != 1:
        return False
    parts = getattr(simple.selector_list[0].parsed_tree, "simple_selectors", [])
    return len(parts) == 1 and isinstance(parts[0], selectors.AttributeSelector) and parts[0].lower_name == "class"


def _key(simple: Any) -> str:
    match simple:
        case selectors.LocalNameSelector():
            return str(simple.lower_local_name)
        case selectors.ClassSelector():
            return "." + str(simple.class_name)
        case selectors.IDSelector():
            return "#" + str(simple.ident)
    return ""


def _parts(*several: Selector) -> Iterator[Any]:
    """All simple parts of selectors."""
    for selector in several:
        for compound in selector.compounds:
            yield from compound.simple_selectors


def _attributes(compounds: Iterable[selectors.CompoundSelector]) -> Iterator[Any]:
    for compound in compounds:
        yield from (one for one in compound.simple_selectors if isinstance(one, selectors.AttributeSelector))


def _names(compound: selectors.CompoundSelector) -> set[str]:
    """The classes, ids and attributes that a compound selector asks for, or chooses between.

    A class such as `header--low` is one that scripts add to a `header`.
    """
    found = {key.partition("--")[0] for key in map(_key, compound.simple_selectors) if key[:1] in (".", "#")}
    for simple in compound.simple_selectors:
        if isinstance(simple, selectors.AttributeSelector):
            found.add(f"[{simple.lower_name}")
        if isinstance(simple, selectors.MatchesAnySelector | selectors.SpecificityAdjustmentSelector):
            found.update(*(_names(_last(one)) for one in simple.selector_list))
    return found


def _tag(compound: selectors.CompoundSelector) -> str:
    """The element that a compound selector names, if it names one."""
    return next((key for key in map(_key, compound.simple_selectors) if key and key[0] not in ".#"), "")


def used(
    rules: Sequence[Rule], pages: Sequence[Page], words: Words, single: Collection[str] = ()
) -> tuple[list[Rule], Matcher]:
    """The rules that something can use, each with the selectors that something can fit.

    Args:
        rules: The rules of all stylesheets that some pages link, in order.
        pages: These pages.
        words: What scripts can make.
        single: Stylesheets that not all of these pages link.

    Returns:
        The rules, and what tells which elements they are for.
    """
    matcher = Matcher(pages, rules, words)
    kept = []
    for rule in rules:
        fitting = [selector for selector in rule.selectors if matcher.possible(selector)]
        if fitting or not rule.selectors:
            kept.append(rule if rule.is_whole else Rule(rule.sheet, rule.conditions, fitting, rule.body))
    return _without_names(_without_beaten(kept, single), words.properties), matcher


def _without_beaten(rules: list[Rule], single: Collection[str]) -> list[Rule]:
    """Drop declarations that a later rule for the same elements, under the same conditions or none, always beats."""
    later: dict[str, list[Rule]] = defaultdict(list)
    kept = []
    for rule in reversed(rules):
        behind = [later[selector.text] for selector in rule.selectors]
        # Rules behind this one that are for all its elements.
        beats = [other for other in (behind[0] if behind else []) if all(other in others for others in behind[1:])]
        beats = [other for other in beats if other.conditions in ((), rule.conditions)]
        beats = [other for other in beats if other.sheet == rule.sheet or other.sheet not in single]
        strong = [one for other in beats for one in other.declared if one.name.startswith("--") or _is_plain(one)]
        left = [one for one in rule.declared if not any(_beats(other, one) for other in strong)]
        if rule.selectors and len(left) < len(rule.declared):
            rule = rule.with_body(left)
        if not rule.selectors or left:
            kept.append(rule)
            for selector in rule.selectors:
                later[selector.text].append(rule)
    return kept[::-1]


def _is_plain(declaration: Any) -> bool:
    """Whether every browser understands its value; one that does not would fall back on the earlier one."""
    value = tinycss2.serialize(declaration.value)
    return not re.search(r"(?<!var)(?<!calc)(?<!rgb)(?<!url)\(|-webkit-|-moz-", value)


def _beats(later: Any, earlier: Any) -> bool:
    """Whether a declaration sets all that an earlier one of the same weight does."""
    if later.important < earlier.important:
        return False
    if later.lower_name == earlier.lower_name:
        return True
    return later.lower_name in WHOLES and bool(
        re.fullmatch(rf"{later.lower_name}-(?!radius|collapse|spacing|image|blend).*", earlier.lower_name)
    )


def _without_names(rules: list[Rule], properties: set[str]) -> list[Rule]:
    """Drop custom properties and animations that nothing names.

    Args:
        rules: The rules of all stylesheets.
        properties: Those that scripts and pages name.
    """
    while True:
        bodies = "\n".join(rule.body for rule in rules)
        asked = properties | set(re.findall(r"var\(\s*(--[\w-]+)", bodies))
        # Not the `@keyframes` themselves.
        moved = set(re.findall(r"[\w-]+", " ".join(re.findall(r"animation(?:-name)?\s*:([^;}]*)", bodies))))
        kept = []
        for rule in rules:
            animation = re.match(r"@(?:-\w+-)?keyframes\s+([\w-]+)", rule.body)
            left = [one for one in rule.declared if not one.name.startswith("--") or one.name in asked]
            if animation and animation.group(1) not in moved:
                continue
            if len(left) == len(rule.declared):
                kept.append(rule)
            elif left:
                kept.append(rule.with_body(left))
        if kept == rules:
            return [rule for rule in rules if not rule.selectors or rule.declared]
        rules = kept
