"""The rules for pages: front matter, dates and citations of `docs/**/*.md`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import field
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Annotated, Any, Literal

from markdown import Markdown
from pydantic import AfterValidator, Field

from factbook.faults import FactbookError, nearest
from factbook.links import address
from factbook.model import build, files, parse_yaml, stamp
from factbook.records import (
    CONDITIONS,
    GROUPS,
    HARM_GROUPS,
    MEASURED_GROUPS,
    OTHER_AGENTS,
    PROMPT_GROUPS,
    SCHEDULE_KINDS,
    TIERS,
    TOPICS,
    TYPES,
    Day,
    Factbook,
    PastDate,
    Text,
    record,
)

CITATION = re.compile(r"\[(@[^\[\]\s;,]+(?:\s*;\s*@[^\[\]\s;,]+)*)\]")
"""`[@id]` or `[@a; @b]`; group 1 holds the ids with their signs."""

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_NO_PROSE = re.compile(
    r"^ *(?P<fence>```+|~~~+)[^`\n]*\n(?:.*?\n)?? *(?P=fence)\s*$|(?P<ticks>`+)[^\n]+?(?P=ticks)|<!--.*?-->",
    re.MULTILINE | re.DOTALL,
)
"""Fenced code, code in a line, and comments."""
_LIKE_A_CITATION = re.compile(r"\[@[^\[\]]*\]?|\[\s+@[^\[\]]*\]?")
_SLASHES = re.compile(r"(?P<indent>[ \t>]*)(?P<slashes>/{3,})(?P<head>.*)")
_HEAD = re.compile(r" (?P<name>[a-z-]+)(?: \| (?P<argument>\S+))? *")

YEAR = timedelta(days=366)

OPTIONS: dict[str, dict[str, tuple[str, ...] | str]] = {
    "ingredient": {},
    "ingredients": {"group": GROUPS},
    "findings": {"agent": "agents", "condition": CONDITIONS, "kind": ("benefit", "harm")},
    "factbox": {"benefit": "findings", "harm": "findings"},
    "icons": {"harm": "harms"},
    "numbers": {"show": "counted"},
    "forest": {"agent": "agents"},
    "map": {},
    "timeline": {},
    "schedules": {"kind": SCHEDULE_KINDS},
    "bias": {},
    "claims": {},
    "contradictions": {},
    "options": {},
    "harms": {"group": HARM_GROUPS},
    "signs": {"tier": TIERS},
    "emergency": {},
    "aftercare": {},
    "rules": {},
    "studies": {"topic": TOPICS, "agent": "agents", "type": TYPES},
    "glossary": {},
    "prompts": {},
    "visit-card": {},
    "planner": {},
    "situations": {},
    "values": {},
    "quiz": {},
    "sure": {},
    "decision": {},
    "qr": {"to": "addresses"},
    "moments": {},
    "frames": {},
    "cite-guide": {},
    "asked": {},
    "embed-facts": {"benefit": "findings", "harm": "findings"},
    "embed-signs": {},
    "embed-questions": {},
    "embed-options": {},
    "embed-foot": {},
    "module": {"show": ("aims", "reading", "remember", "practice", "roleplay", "cases")},
    "course": {"show": ("modules", "cases", "roleplay")},
    "checklist": {"show": ("record", "skills")},
    "cards": {},
    "checker": {},
    "changed-findings": {},
    "clinic": {"show": ("contact", "rules", "products", "people", "allowed")},
    "advertising": {},
    "scores": {},
    "ratings": {},
    "measured": {"group": MEASURED_GROUPS},
    "peers": {},
    "leaflet-signs": {"tier": TIERS, "show": ("do", "short")},
    "leaflet-numbers": {},
    "leaflet-times": {"stage": "stages"},
    "leaflet-care": {"topic": "aftercare"},
    "leaflet-options": {"show": ("what", "unknown"), "option": "options"},
    "leaflet-questions": {"group": PROMPT_GROUPS},
    "leaflet-foot": {"to": "addresses"},
}
"""Blocks on pages, their options and the values allowed; a word names the part of the data that decides."""

ARGUMENTS = {
    "ingredient": ("ingredients", "minoxidil"),
    "icons": ("findings", "minoxidil-women-own-view"),
    "module": ("modules", "warning-signs"),
    "ratings": ("standards", "discern"),
}
"""Blocks that need an argument: the part of the data it names something in, and an example."""


def _for_the_head(value: str) -> str:
    # The theme writes both into attributes of the page's head without escaping them.
    if found := re.search(r'["<>]', value):
        raise ValueError(f"holds {found[0]}, which would break the head of the page")
    return value


def _fits_a_search_result(value: str) -> str:
    if not 20 <= len(value) <= 155:
        raise ValueError(f"{len(value)} characters long, not 20 to 155")
    return value


HeadText = Annotated[Text, AfterValidator(_for_the_head)]


@record
class Review:
    """The clinician who signed a page."""

    name: Text
    role: Text
    registration: Text
    date: PastDate


def _fits_a_bar(value: str) -> str:
    if not 10 <= len(value) <= 40:
        raise ValueError(f"{len(value)} characters long, not 10 to 40")
    return value


@record
class Next:
    """The one next step that stays in sight: its words, and an address of this site without the first slash."""

    text: Annotated[HeadText, AfterValidator(_fits_a_bar)]
    to: Text


@record
class PageMeta:
    """Front matter of a page. `reviewed` stays out until a clinician has signed the page.

    `scripts` are small modules that several pages can share; a `tool` brings its own module and its own styles.
    """

    title: HeadText
    description: Annotated[HeadText, AfterValidator(_fits_a_search_result)]
    checked: PastDate
    due: Day
    audience: Literal["patient", "clinic", "staff", "everyone"]
    next: Next | None = None
    reviewed: Review | None = None
    hide: tuple[Literal["navigation", "toc", "path"], ...] = field(default_factory=tuple)
    search: dict[str, Any] = field(default_factory=dict)
    scripts: tuple[Literal["filter", "compare", "unfold", "copy"], ...] = field(default_factory=tuple)
    tool: Literal["questions", "visit-card", "planner", "decide", "checker", "staff"] | None = None
    template: Literal["embed.html", "leaflet.html"] | None = None
    glightbox: Annotated[bool, Field(strict=True)] | None = None

    def __post_init__(self) -> None:
        if not self.checked < self.due <= self.checked + YEAR:
            raise ValueError(f"due: {self.due} is not within a year after checked ({self.checked})")
        if self.template and self.next is None:
            raise ValueError("next: a page with a template of its own names the page that it is a part of (text, to)")
        if self.template and self.glightbox is not False:
            # The plugin would put its scripts and styles into a page that has none.
            raise ValueError("glightbox: has to be false on a page with a template of its own")


def cited_ids(citation: str) -> list[str]:
    """Split the inside of a citation, `@a; @b`, into ids."""
    return [part.strip().removeprefix("@") for part in citation.split(";")]


def read_page(path: Path, name: str) -> tuple[PageMeta, str]:
    """Read one page.

    Returns:
        Its front matter and its Markdown.

    Raises:
        FactbookError: Not UTF-8, no front matter, or a fault in it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FactbookError([f"{name}: not UTF-8 (byte {error.start + 1})"]) from None
    except OSError as error:
        raise FactbookError([f"{name}: cannot be read ({error.strerror})"]) from None
    match = _FRONT_MATTER.match(text)
    if not match:
        raise FactbookError([f"{name}: no front matter (title, description, checked, due, audience)"])
    raw = parse_yaml(match[1], name, first_line=2)
    return build(PageMeta, raw, name), text[match.end() :]


def _plain_markdown() -> Markdown:
    """A Markdown object that knows the containers pages use, and leaves citations as they stand."""
    return Markdown(
        extensions=[
            "admonition",
            "def_list",
            "md_in_html",
            "tables",
            "pymdownx.details",
            "pymdownx.superfences",
            "pymdownx.tabbed",
        ],
        extension_configs={"pymdownx.tabbed": {"alternate_style": True}},
    )


def _citation_faults(markdown: str, book: Factbook) -> Iterator[str]:
    faults: dict[str, list[str]] = {}
    for match in _LIKE_A_CITATION.finditer(markdown):
        written = " ".join(match[0].split())
        if CITATION.fullmatch(written):
            faults[written] = [
                f'citation [@{key}]: no study "{key}"{nearest(key, book.studies)}'
                for key in cited_ids(written[1:-1])
                if key not in book.studies
            ]
        else:
            faults[written] = [f"{written[:60]}: not a citation; write [@id] or [@id; @id]"]
    if any(faults.values()):
        # Indented code looks like the inside of a list or a box; only a conversion tells them apart,
        # and it is worth its time only when something looks wrong.
        html = re.sub(r"<code.*?</code>", "", _plain_markdown().convert(markdown), flags=re.DOTALL)
        text = " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())
        seen = {" ".join(match[0].split()) for match in _LIKE_A_CITATION.finditer(text)}
        yield from dict.fromkeys(
            line for written, lines in faults.items() if written in seen or "*" in written for line in lines
        )


def _block_faults(markdown: str, book: Factbook, known: Collection[str]) -> Iterator[str]:
    """Check every line that starts with slashes, however deep it stands.

    pymdownx prints what it cannot parse as text without an error, and takes all that follows for the inside
    of a block that is not closed. So a block is its head, its options and its end, and nothing else.
    """
    lines = markdown.splitlines()
    at = 0
    while at < len(lines):
        start = _SLASHES.fullmatch(lines[at])
        at += 1
        if not start:
            continue
        head = _HEAD.fullmatch(start["head"])
        if not head:
            yield f'"{lines[at - 1].strip()}" neither opens a block (/// name) nor closes one'
            continue
        deeper = start["indent"] + "    "
        options = []
        while at < len(lines) and lines[at].startswith(deeper) and lines[at].strip():
            options.append(lines[at].removeprefix(deeper))
            at += 1
        if at < len(lines) and lines[at].rstrip() == start["indent"] + start["slashes"]:
            at += 1
        else:
            yield f"block /// {head['name']}: not closed; /// stands on the next line, or after the options"
        yield from _wrong_block(head["name"], head["argument"], "\n".join(options), book, known)


def _wrong_block(
    name: str, argument: str | None, options: str, book: Factbook, known: Collection[str]
) -> Iterator[str]:
    if name not in OPTIONS:
        yield f"block /// {name}: unknown block{nearest(name, OPTIONS)}"
        return
    if name in ARGUMENTS:
        part, example = ARGUMENTS[name]
        valid: Collection[str] = getattr(book, part)
        if not argument:
            yield f"block /// {name}: needs an id (/// {name} | {example})"
        elif argument not in valid:
            yield f'block /// {name}: no {part.removesuffix("s")} "{argument}"{nearest(argument, valid)}'
        elif name == "icons" and not book.findings[argument].treated:
            yield f"block /// icons: finding {argument} has no count to draw (treated: events, of)"
    elif argument:
        yield f'block /// {name}: takes no argument (found "{argument}")'
    try:
        given = parse_yaml(options, "") or {}
    except FactbookError:
        given = None
    if not isinstance(given, dict):
        yield f'block /// {name}: options are "key: value" lines (found "{" ".join(options.split())}")'
        return
    if name == "leaflet-foot" and not given:
        yield "block /// leaflet-foot: to: needs the address of the page it comes from"
    for key, value in given.items():
        if key not in OPTIONS[name]:
            yield f"block /// {name}: {key}: unknown option{nearest(key, OPTIONS[name])}"
            continue
        items = split_option(value) if isinstance(value, str) else []
        if not items:
            yield f"block /// {name}: {key}: needs a word, or several with commas"
        allowed = OPTIONS[name][key]
        valid = _named_in(allowed, book, known) if isinstance(allowed, str) else allowed
        for item in items:
            if item not in valid:
                yield f'block /// {name}: {key}: "{item}" is not allowed here{nearest(item, valid)}'


def split_option(value: object) -> list[str]:
    """Split an option such as `dutasteride, finasteride` into its parts."""
    return [part.strip() for part in str(value).split(",") if part.strip()]


def _named_in(part: str, book: Factbook, known: Collection[str]) -> set[str]:
    """The values that a part of the data, or the addresses of the site, allow for an option."""
    if part == "addresses":
        return set(known)
    if part == "agents":
        return known_agents(book)
    if part in ("findings", "stages", "options", "aftercare"):
        return set(getattr(book, part))
    if part == "counted":
        return {key for key, finding in book.findings.items() if finding.treated}
    # Harms that can be drawn: counted among harms, or a finding about one.
    counted = {key for key, harm in book.harms.items() if harm.events is not None}
    return counted | {key for key, finding in book.findings.items() if finding.kind == "harm" and finding.treated}


def known_agents(book: Factbook) -> set[str]:
    """Every agent that a finding or a study names."""
    return {*book.ingredients, *OTHER_AGENTS, *book.studied_agents}


def _lost_pages(docs: Path, book: Factbook) -> Iterator[str]:
    """Pages that the data sends readers to and that are not there."""
    known = [Path(path).relative_to(docs).as_posix() for path in files(docs, ".md")]
    for place, target in _sent_to(book):
        if (page := target.partition("#")[0]) not in known:
            yield f'{place}: no page "{page}"{nearest(page, known)}'
    there = [f"/{place}" for place in addresses(docs)]
    for number, question in enumerate(book.questions, 1):
        asked = f"data/questions.yml: item {number}"
        for key, target in (*(("to", to) for to in question.to), *([("at", question.at)] if question.at else [])):
            if (to := target.partition("#")[0]) not in there:
                yield f'{asked}: {key}: no address "{to}"{nearest(to, there)}'


def _sent_to(book: Factbook) -> Iterator[tuple[str, str]]:
    """Each place in the data that names a page, with the page."""
    for name in ("claims", "options", "prompts", "situations", "quiz", "sure", "overclaims", "ratings", "search"):
        for item in getattr(book, name).values():
            if item.page:
                yield f"data/{name}.yml: {item.id}: page", item.page
    for moment in book.moments.values():
        yield f"data/moments.yml: {moment.id}: page", moment.page
    for frame in book.frames.values():
        yield f"data/frames.yml: {frame.id}: id", f"embed/{frame.id}.md"
    for module in book.modules.values():
        place = f"data/modules/{module.id}.yml"
        yield from ((f"{place}: reading", item.page) for item in module.reading)
        yield from ((f"{place}: practice: {item.id}: page", item.page) for item in module.practice)
    for case in book.cases.values():
        yield from ((f"data/cases/{case.id}.yml: {step.id}: page", step.page) for step in case.steps if step.page)


_metas: dict[Path, tuple[Any, dict[str, PageMeta]]] = {}


def metas(docs: Path) -> dict[str, PageMeta]:
    """The front matter of every page by its path below `docs`, read once for each state of the files."""
    docs = docs.resolve()
    state = stamp(docs, ".md")
    known = _metas.get(docs)
    if known is None or known[0] != state:
        places = [Path(path).relative_to(docs).as_posix() for path in files(docs, ".md")]
        found = {place: read_page(docs / place, f"docs/{place}")[0] for place in places}
        known = _metas[docs] = (state, found)
    return known[1]


def titles(docs: Path) -> dict[str, str]:
    """The title of every page below `docs` by its source path, as `check` last found it: it looks often enough."""
    known = _metas.get(docs.resolve())
    return {place: meta.title for place, meta in (known[1] if known else metas(docs)).items()}


def addresses(docs: Path) -> list[str]:
    """The address of every page below `docs`, without a slash in front; the home page's is empty."""
    return [address(Path(path).relative_to(docs).as_posix()).removeprefix("/") for path in files(docs, ".md")]


def _faults(docs: Path, book: Factbook | None, sound: dict[str, PageMeta]) -> Iterator[str]:
    """Yield one line for each fault on any page; the front matter of the others goes into `sound`."""
    if book is not None:
        yield from _lost_pages(docs, book)
    known = addresses(docs)
    for path in map(Path, files(docs, ".md")):
        name = f"docs/{path.relative_to(docs).as_posix()}"
        try:
            meta, markdown = read_page(path, name)
        except FactbookError as error:
            yield from error.faults
            continue
        sound[path.relative_to(docs).as_posix()] = meta
        if meta.next and (to := meta.next.to.partition("#")[0]) not in known:
            yield f'{name}: next: to: no address "{to}"{nearest(to, known)}'
        if book is not None:
            prose = _NO_PROSE.sub("", markdown)
            yield from (f"{name}: {line}" for line in _citation_faults(prose, book))
            yield from (f"{name}: {line}" for line in _block_faults(prose, book, known))
            if "<iframe" in prose or "/// frames" in prose:
                yield from _lost_frames(path, name)


def _lost_frames(path: Path, name: str) -> Iterator[str]:
    """A frame on a page leads to the same place in both builders only from an index.md."""
    if path.name != "index.md":
        yield f"{name}: has a frame; put the page at {path.stem}/index.md, or Zensical and MkDocs lead it to two places"


_checked: dict[Path, tuple[Any, Factbook | None, list[str]]] = {}


def check(docs: Path, book: Factbook | None) -> None:
    """Check every page below `docs`, once for each state of the files.

    Args:
        docs: The folder of pages.
        book: The facts; None checks the front matter alone (the data did not load).

    Raises:
        FactbookError: With one line for each fault on any page.
    """
    docs = docs.resolve()
    state = (stamp(docs, ".md"), date.today())
    known = _checked.get(docs)
    if known is None or known[0] != state or known[1] is not book:
        sound: dict[str, PageMeta] = {}
        known = _checked[docs] = (state, book, list(_faults(docs, book, sound)))
        if not known[2]:
            _metas[docs] = (state[0], sound)
    if known[2]:
        raise FactbookError(known[2])
