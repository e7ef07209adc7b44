"""Styles: rules that nothing can use are dropped; what the first screen needs comes first, the rest behind it.

The theme's stylesheets hold rules for all that any site could show; a page here uses a tenth of them. This step reads
the stylesheets that the pages link, drops what fits no page and no script, and writes them anew:

- `core.css`, in the head: what the first screens of many pages have in common. Nothing is painted before it is here.
- `wide.css`, in the head too: what of that is for wide windows alone. Narrow ones do not wait for it.
- `late.css`: all else that many pages need. Its link stands in the body behind the first screen: browsers paint what
  is above such a link, and wait for it only with what is below, so that nothing jumps and no script is needed.
- One file for each of our own stylesheets that fewer pages need (`charts.css`, `home.css`, ...) and for each tool,
  linked in front of the first block that it is for.
- `print.css`, for printers.

Where the script of a tool some screens down comes with the reader's first move (`shell.py`), stylesheets that only the
tool needs do so too.

Leaflets and frames have stylesheets of their own; each such set becomes one file.

Which of two rules wins depends on their order as well. Where a rule would come behind one that it stood before, and
both can be for the same element with the same weight, what they both set moves forward into the other's file
(`_in_order`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

import tinycss2
from selectolax.lexbor import LexborHTMLParser, LexborNode

from finish.rules import Rule, Selector, What, read, what_of, written
from finish.site import PACKED, FinishError, Page, Site, fragment
from finish.used import Matcher, Words, resolved, used

FOLDER = "assets/stylesheets/"
CORE, WIDE, LATE, PRINT = "core", "wide", "late", "print"
SHARED = {CORE, WIDE, LATE, PRINT}
"""Parts that every page links."""
MEDIA = {WIDE: "screen and (min-width:60em)", PRINT: "print"}
"""What a part is for; all others are for every window."""
HEAD = (CORE, WIDE)
"""What is linked in the head."""
DESKTOP = 60.0
"""Width of a window in em from which the theme shows the list of a page's parts beside its text."""
LINKS = 'link[rel="stylesheet"]'
ALONE = {"leaflet": "leaflet", "frame": "embed"}
"""Kinds of pages without the theme, and what their stylesheet is called."""
THEME = re.compile(r"/(?:main|palette)\.\w+\.min\.css$")
"""The theme's stylesheets; all others are ours."""
ARTICLE = "article.md-content__inner"
"""What both builders' theme writes a page's text into."""
FOOTER = ".md-footer"
SCREEN = 700
"""Characters of text that surely fill the first screen, of a desktop too."""
COMMON = 0.1
"""A rule is needed early if it is for the first screen of so large a part of the pages."""
OPTIONAL = 0.5
"""One of our stylesheets has a file of its own if fewer pages than this need it."""
SAMPLE = 40
"""So many pages, evenly spread, are asked what their first screens need; more would change nothing."""
UNSEEN = {
    "animation",
    "backface",
    "cursor",
    "outline",
    "pointer",
    "scroll",
    "scrollbar",
    "tap",
    "touch",
    "transition",
    "user",
    "will",
}
"""Families of properties that change nothing of what is painted first."""
ASIDE = ".md-sidebar *, .md-tabs *"
"""What stands beside and above the text of a wide window, and is out of sight in a narrow one."""


def run(site: Site) -> None:
    """Write the site's stylesheets anew and link them.

    Raises:
        FinishError: A page links a stylesheet that is not there or cannot be read, or has no article.
    """
    linked = {page.address: names for page in site.pages if (names := _linked(page))}
    words = Words(site)
    alike: dict[str, list[Page]] = defaultdict(list)
    for page in site.pages:
        if page.address in linked:
            alike[page.kind if page.kind in ALONE else ""].append(page)
    new = set()
    for kind, pages in sorted(alike.items()):
        new |= _as_one(site, kind, pages, linked, words) if kind else _in_parts(site, pages, linked, words)
    for path in sorted(site.folder.rglob("*.css")):
        # What a script fetches, such as the picture viewer's styles, is named in it.
        if path.relative_to(site.folder).as_posix() not in new and not any(path.name in text for text in words.texts):
            path.unlink()
            path.with_name(f"{path.name}.map").unlink(missing_ok=True)


def _linked(page: Page) -> list[str]:
    """The stylesheets that a page links, seen from the site's root, in order."""
    return [resolved(page, node.attributes.get("href") or "") for node in page.tree.css(LINKS)]


def _as_one(site: Site, kind: str, pages: list[Page], linked: dict[str, list[str]], words: Words) -> set[str]:
    """Write the stylesheets of pages without the theme as one; return its name in a set."""
    names = linked[pages[0].address]
    for page in pages:
        if linked[page.address] != names:
            raise FinishError(f"{page.address}: links other stylesheets than {pages[0].address}")
    rules, _ = used([rule for name in names for rule in read(site, name)], pages, words)
    site.write(f"{FOLDER}{ALONE[kind]}.css", written(rules))
    for page in pages:
        first, *others = page.tree.css(LINKS)
        first.replace_with(_element(site, page, ALONE[kind]))
        for link in others:
            link.decompose()
    return {f"{FOLDER}{ALONE[kind]}.css"}


def _in_parts(site: Site, pages: list[Page], linked: dict[str, list[str]], words: Words) -> set[str]:
    """Write the stylesheets of all pages with the theme, and link what each needs; return the written names."""
    names: list[str] = []
    for page in pages:
        for at, name in enumerate(linked[page.address]):
            if name not in names:
                # Behind the one that it follows on its page.
                names.insert(names.index(linked[page.address][at - 1]) + 1 if at else 0, name)
    often = Counter(name for page in pages for name in linked[page.address])
    single = {name for name in names if often[name] < len(pages)}
    rules, matcher = used([rule for name in names for rule in read(site, name)], pages, words, single)
    whole = [page for page in pages if page.kind != "beside"]
    rules = _without_late(_choose_parts(rules, single, whole[:: max(1, len(whole) // SAMPLE)]))
    order = list(dict.fromkeys((CORE, WIDE, LATE, *map(_stem, names), PRINT)))
    rules = _in_order(rules, order, matcher)
    contents = {part: found for part in order if (found := [rule for rule in rules if rule.part == part])}
    for part, its in contents.items():
        site.write(f"{FOLDER}{part}.css", written(its, printing=part == PRINT))
    asked = {part: _joined(selector for rule in its for selector in rule.selectors) for part, its in contents.items()}
    early = {part: ",".join(one.at_first for rule in its for one in _at_first(rule)) for part, its in contents.items()}
    adjacent = _joined(selector for rule in rules for selector in rule.selectors if "+" in selector.text)
    for page in pages:
        own = {_stem(name) for name in linked[page.address] if name in single}
        others = {_stem(name) for name in single} - own
        needed = [part for part in contents if part not in others]
        needed = [part for part in needed if part in own | SHARED or page.tree.css_first(asked[part])]
        late = {part for part in needed if part not in SHARED and _is_late(page, asked[part])}
        _link(site, page, needed, early, adjacent, late)
    return {f"{FOLDER}{part}.css" for part in contents}


def _stem(name: str) -> str:
    return PurePosixPath(name).stem


def _joined(chosen: Iterable[Selector]) -> str:
    return ",".join(dict.fromkeys(selector.on_page for selector in chosen))


# Which part a rule belongs to -----------------------------------------------------------------------------------------


def first_screens(page: Page) -> tuple[LexborHTMLParser, LexborHTMLParser]:
    """Copies of a page that end where the first screen surely does: of a wide window, and of a narrow one."""
    html = page.tree.html or ""
    wide, narrow = LexborHTMLParser(html), LexborHTMLParser(html)
    for tree, gone in ((wide, ""), (narrow, f", {ASIDE}")):
        for node in tree.css(f"script, template, [hidden], {FOOTER}{gone}"):
            node.decompose()
        for node in _blocks(tree)[1]:
            node.decompose()
    return wide, narrow


def _blocks(tree: LexborHTMLParser) -> tuple[list[LexborNode], list[LexborNode]]:
    """The blocks of the article in the first screen, and those behind it."""
    article = tree.css_first(ARTICLE)
    blocks = [] if article is None else [node for node in article.iter() if node.tag != "link"]
    length = 0
    for at, node in enumerate(blocks):
        if length > SCREEN:
            return blocks[:at], blocks[at:]
        length += len(node.text())
    return blocks, []


def _choose_parts(rules: Sequence[Rule], single: Collection[str], pages: Sequence[Page]) -> list[Rule]:
    """Give each rule the part that it belongs to by what it is for; one for two parts is taken apart.

    Args:
        rules: All rules.
        single: Stylesheets that not every page links; each stays together.
        pages: Those whose first screens decide.
    """
    screens = [first_screens(page) for page in pages]
    # What stands before or after an element is often taken away again.
    gone: dict[str, list[Selector]] = defaultdict(list)
    for rule in rules:
        if not rule.conditions and rule.hides:
            for selector in rule.selectors:
                gone[selector.pseudo].append(selector)
    parted: list[Rule] = []
    for rule in rules:
        if rule.sheet in single or rule.for_print or not rule.selectors:
            rule.part = _stem(rule.sheet) if rule.sheet in single else PRINT if rule.for_print else LATE
            parted.append(rule)
            continue
        at_first = _at_first(rule)
        chosen: dict[str, list[Selector]] = {CORE: [], WIDE: [], LATE: []}
        for one in rule.selectors:
            without = _joined(gone[one.pseudo]) if one.pseudo and not rule.hides else ""
            seen = [
                one in at_first and _share(one.at_first, trees, without) >= COMMON
                for trees in zip(*screens, strict=True)
            ]
            for part in _parts_for(rule, *seen):
                chosen[part].append(one)
        if rule.is_whole and rule.selectors != chosen[LATE]:
            chosen = {CORE: rule.selectors}
        parted += [Rule(rule.sheet, rule.conditions, its, rule.body, part) for part, its in chosen.items() if its]
    for name in {rule.sheet for rule in parted if not THEME.search(rule.sheet) and _stem(rule.sheet) != PRINT}:
        left = [rule for rule in parted if rule.sheet == name and rule.part == LATE and rule.selectors]
        asked = _joined(selector for rule in left for selector in rule.selectors)
        if left and 0 < _share(asked, [page.tree for page in pages]) < OPTIONAL:
            for rule in left:
                rule.part = _stem(name)
    return parted


def _parts_for(rule: Rule, wide: bool, narrow: bool) -> tuple[str, ...]:
    """The parts that a rule belongs to by the first screens that show what it is for.

    What a narrow window shows only once somebody opens the menu is wanted at once by a wide one: it stands twice.
    """
    if rule.width[0] >= DESKTOP:
        return (WIDE,) if wide else (LATE,)
    if narrow:
        return (CORE,)
    return (WIDE, LATE) if wide and not rule.for_narrow else (LATE,)


def _without_late(rules: Sequence[Rule]) -> list[Rule]:
    """Take out of the early rules what nobody sees at first, and custom properties that no early rule asks for."""
    asked = {part: _asked(rules, some) for part, some in ((CORE, (CORE,)), (WIDE, HEAD))}
    parted: list[Rule] = []
    for rule in rules:
        if rule.part not in HEAD:
            parted.append(rule)
            continue
        now: dict[str, list[Any]] = {CORE: [], WIDE: [], LATE: []}
        for one in rule.declared:
            part = rule.part
            if one.name.startswith("--"):
                part = CORE if one.name in asked[CORE] and part == CORE else WIDE if one.name in asked[WIDE] else LATE
            elif not _is_seen(one):
                part = LATE
            now[part].append(one)
            if (rule.part, part) == (CORE, WIDE):
                now[LATE].append(one)  # what narrow windows need for what they show later
        for part, some in now.items():
            if some:
                other = rule.with_body(some)
                other.part = part
                parted.append(other)
    return parted


def _asked(rules: Sequence[Rule], parts: Collection[str]) -> set[str]:
    """The custom properties that declarations of some parts ask for when a page is first painted."""
    early = [one for rule in rules if rule.part in parts for one in rule.declared if _is_seen(one)]
    asked: set[str] = set()
    while True:
        needed = (one.serialize() for one in early if one.name in asked or not one.name.startswith("--"))
        found = set(re.findall(r"var\(\s*(--[\w-]+)", "\n".join(needed)))
        if found == asked:
            return asked
        asked = found


def _at_first(rule: Rule) -> list[Selector]:
    """Selectors of the elements that a rule changes when the page is first painted."""
    if rule.for_print or not any(map(_is_seen, rule.declared)):
        return []
    return [one for one in rule.selectors if not one.has_state]


def _is_seen(declaration: Any) -> bool:
    return what_of(declaration)[0] not in UNSEEN


def _share(asked: str, trees: Sequence[LexborHTMLParser], without: str = "") -> float:
    """The part of the pages on which one of the selectors fits an element that none of `without` fits."""
    found = 0
    for tree in trees:
        if without:
            left = {node.mem_id for node in tree.css(asked)} - {node.mem_id for node in tree.css(without)}
            found += bool(left)
        else:
            found += tree.css_first(asked) is not None
    return found / len(trees)


def _in_order(rules: Sequence[Rule], order: Sequence[str], matcher: Matcher) -> list[Rule]:
    """Move declarations forward, into an earlier part, where they would stand behind one that shall beat them.

    Two rules can be for the same element with the same weight; the later one wins then. From the last rule to the
    first: all behind a rule have their final part, so that one round is enough.

    Args:
        rules: All rules, each with its part.
        order: The parts in the order of their links.
        matcher: What tells which elements a selector is for.
    """
    rank = {part: at for at, part in enumerate(order)}
    behind: dict[tuple[Any, ...], list[tuple[Rule, Selector]]] = defaultdict(list)

    def earliest(rule: Rule, selector: Selector, what: What) -> str:
        """The part that one kind of property must stand in."""
        found = rule.part
        for other, its in behind[what, selector.specificity, selector.pseudo]:
            # What narrow windows need as well does not go where they do not see it.
            part = CORE if other.part == WIDE and rule.width[0] < DESKTOP else other.part
            if rank[part] < rank[found] and rule.can_meet(other) and matcher.together(selector, its):
                found = part
        return found

    moved: list[Rule] = []
    for rule in reversed(rules):
        alike: dict[tuple[str, ...], list[Selector]] = defaultdict(list)
        kinds = sorted(rule.sets)
        for selector in rule.selectors:
            alike[tuple(earliest(rule, selector, what) for what in kinds)].append(selector)
        if rule.is_whole:
            alike = {tuple(min(parts, key=rank.__getitem__) for parts in zip(*alike, strict=True)): rule.selectors}
        pieces = [] if rule.selectors else [rule]
        for parts, chosen in alike.items():
            for part in dict.fromkeys(parts):
                its = [what for what, other in zip(kinds, parts, strict=True) if other == part]
                body = tinycss2.serialize([one for one in rule.declared if what_of(one) in its])
                pieces.append(Rule(rule.sheet, rule.conditions, chosen, body, part))
        for piece in pieces:
            for selector in piece.selectors:
                for what in piece.sets:
                    behind[what, selector.specificity, selector.pseudo].append((piece, selector))
        moved += reversed(pieces)
    ordered: list[Rule] = []
    for rule in reversed(moved):
        # Pieces of one rule that two parts wanted can end in one.
        if not ordered or not rule.is_like(ordered[-1]):
            ordered.append(rule)
    return ordered


# Links ----------------------------------------------------------------------------------------------------------------


def _is_late(page: Page, asked: str) -> bool:
    """Whether stylesheets are only for a tool whose script comes with the reader's first move."""
    return page.tree.css_first(PACKED) is not None and all(map(_is_in_tool, page.tree.css(asked)))


def _is_in_tool(node: LexborNode | None) -> bool:
    while node is not None and not (node.tag or "").startswith("fb-"):
        node = node.parent
    return node is not None


def _link(
    site: Site, page: Page, parts: Sequence[str], early: dict[str, str], adjacent: str, late: Collection[str]
) -> None:
    """Link what a page needs: the core in the head, each other part in front of the first block it is for.

    Args:
        site: Its site.
        page: The page.
        parts: The parts it needs, in the order of their links.
        early: Selectors of the elements that each part changes when the page is first painted.
        adjacent: Selectors for neighbours.
        late: The parts that are fetched with the reader's first move.
    """
    old = page.tree.css(LINKS)
    for part in [part for part in parts if part in HEAD]:
        old[0].insert_before(_element(site, page, part))
    for node in old:
        node.decompose()
    article = page.one(ARTICLE)
    seen, behind = _blocks(page.tree)
    places = [article, *seen[1:], *(behind[:1] or page.tree.css(FOOTER)[:1])]
    # Not in front of a block that is styled as the neighbour of the one before it; nor at the article's ends, as what
    # stands first and last has styles of its own.
    free = [0, *(at for at, node in enumerate(places) if at and not _is_itself(node, adjacent))]
    latest = len(places)
    chosen: list[tuple[str, int]] = []
    for part in reversed([part for part in parts if part not in HEAD]):
        if part != PRINT:
            first = (at for at, node in enumerate(seen) if early[part] and node.css_first(early[part]))
            last = next(first, len(places) - 1)
            latest = min(latest, max(at for at in free if at <= last))
        chosen.append((part, latest))
    for part, at in reversed(chosen):
        link = _element(site, page, part)
        if part in late:
            link = site.packed(link)
        if at < len(places):
            places[at].insert_before(link)
        else:
            page.body.insert_child(link)  # print.css, which holds nothing up


def _is_itself(node: LexborNode, asked: str) -> bool:
    found = node.css_first(asked) if asked else None
    return found is not None and found.mem_id == node.mem_id


def _element(site: Site, page: Page, part: str) -> LexborNode:
    href = f"{page.root}{FOLDER}{part}.css"
    return fragment(site.template("styles-link.html", href=href, media=MEDIA.get(part)))[0]
