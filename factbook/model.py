"""The data model: dataclasses, loading and checking of `data/`.

`data/SCHEMA.md` describes each key for people; the dataclasses here are the same
for machines. This module knows nothing of Markdown or of a site builder.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import field, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, dataclass_transform, get_args

import yaml
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from factbook.faults import FactbookError, nearest

Certainty = Literal["high", "moderate", "low", "very-low", "none"]
Reason = Literal["bias", "inconsistency", "few-people", "indirect", "publication"]
Group = Literal[
    "dutasteride-finasteride",
    "minoxidil",
    "vitamins",
    "minerals",
    "amino-acids",
    "growth-factors",
    "hyaluronic-acid",
    "polynucleotides-exosomes",
    "other",
]
Condition = Literal["pattern-women", "pattern-men", "pattern", "shedding", "patchy", "stress", "transplant", "scarring"]
StudyType = Literal[
    "rct",
    "controlled-trial",
    "cohort",
    "case-series",
    "case-report",
    "systematic-review",
    "meta-analysis",
    "narrative-review",
    "guideline",
    "regulator",
    "lab-study",
    "reference",
    "clinic-page",
]
Topic = Literal[
    "efficacy",
    "safety",
    "mechanism",
    "ingredients",
    "process",
    "aftercare",
    "candidacy",
    "regulation",
    "alternatives",
    "history",
]
ReadLevel = Literal["full-text", "abstract", "secondary"]
Tier = Literal["now", "today", "week", "expected"]

OTHER_AGENTS = (
    "needling",
    "salt-water",
    "minoxidil-lotion",
    "finasteride-tablets",
    "dutasteride-tablets",
    "laser",
    "no-treatment",
)
"""What a finding may be about besides an injected agent."""

TOPICS: tuple[str, ...] = get_args(Topic)
GROUPS: tuple[str, ...] = get_args(Group)
CONDITIONS: tuple[str, ...] = get_args(Condition)
TYPES: tuple[str, ...] = get_args(StudyType)
TIERS: tuple[str, ...] = get_args(Tier)
HARM_GROUPS = ("expected", "care", "serious")


def _plain_date(value: Any) -> Any:
    # pydantic would also take text, seconds since 1970 and a date with a time.
    if type(value) is not date:
        raise ValueError(f'"{value}" is not a date (2026-11-20, no quotes, no time)')
    return value


def _not_future(value: date) -> date:
    if value > date.today():
        raise ValueError(f"{value} is in the future")
    return value


def _year(value: int) -> int:
    if not 1800 <= value <= date.today().year:
        raise ValueError(f"{value} is not a year between 1800 and this one")
    return value


def _matches(pattern: str, words: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(f'"{value}" is not {words}')
        return value

    return check


def _lone_line(value: Any) -> Any:
    # YAML folds long values over several lines; a blank line inside one is a mistake that would end a table cell.
    if isinstance(value, str) and "\n" in value.strip():
        raise ValueError("holds a line break")
    if isinstance(value, str) and not value.strip():
        raise ValueError("is empty")
    if isinstance(value, str) and (found := re.search(r"\[\s*@|<[a-zA-Z/!]", value)):
        raise ValueError(f'holds "{found[0]}": no HTML; citations go to sources')
    return value.strip() if isinstance(value, str) else value


Id = Annotated[str, AfterValidator(_matches(r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case letters, digits and hyphens"))]
Text = Annotated[str, BeforeValidator(_lone_line)]
Count = Annotated[int, Field(ge=0, strict=True)]
Whole = Annotated[int, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_plain_date)]
PastDate = Annotated[Day, AfterValidator(_not_future)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Url = Annotated[str, AfterValidator(_matches(r"https?://\S+", "a web address"))]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(kind: type[T]) -> type[T]:
    """Make a frozen dataclass that pydantic builds from a mapping; a key it does not know is an error."""
    made: type[Any] = dataclass(config=ConfigDict(extra="forbid"), frozen=True, kw_only=True)(kind)
    return made


def _raise_if(*checks: tuple[bool, str]) -> None:
    """Raise ValueError with every message whose condition holds."""
    faults = [message for wrong, message in checks if wrong]
    if faults:
        raise ValueError("; ".join(faults))


@record
class Share:
    """So many of so many people."""

    events: Count
    of: Annotated[int, Field(ge=1, strict=True)]

    def __post_init__(self) -> None:
        _raise_if((self.events > self.of, f"events: {self.events} of {self.of} is over 100 %"))

    @property
    def per_hundred(self) -> int:
        """People out of 100, rounded to a whole number."""
        return round(100 * self.events / self.of)


@record
class Difference:
    """A difference between two groups with its interval, in `unit`."""

    value: Number
    unit: Text
    low: Number | None = None
    high: Number | None = None

    def __post_init__(self) -> None:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        _raise_if((not low <= self.value <= high, f"{self.value} is outside {low} to {high}"))


@record
class Fact:
    """A statement with the sources that carry it.

    A fact without sources names its `basis`: we searched and found nothing, or it is our own reasoning.
    """

    text: Text
    sources: tuple[Id, ...] = ()
    basis: Literal["sourced", "not-found", "our-judgement"] = "sourced"

    def __post_init__(self) -> None:
        _raise_if(
            (
                self.basis == "sourced" and not self.sources,
                "no sources: name at least one, or a basis (not-found, our-judgement)",
            )
        )


@record
class Study:
    """One source. Missing values mean "not shown in what we read", never "no"."""

    id: Id
    type: StudyType
    title: Text
    summary: Text
    url: Url
    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]
    limitations: Text
    read: ReadLevel
    seen_at: Annotated[tuple[Url, ...], Field(min_length=1)]
    authors: Text | None = None
    year: Annotated[Whole, AfterValidator(_year)] | None = None
    journal: Text | None = None
    volume: Text | None = None
    issue: Text | None = None
    pages: Text | None = None
    doi: Annotated[str, AfterValidator(_matches(r"10\.\d{4,9}/\S+", "a DOI (10.number/name)"))] | None = None
    pmid: Annotated[str, AfterValidator(_matches(r"\d{1,9}", "a PubMed number (digits in quotes)"))] | None = None
    url_note: Text | None = None
    agents: tuple[Id, ...] = ()
    country: Text | None = None
    population: Text | None = None
    n: Count | None = None
    n_randomised: Count | None = None
    intervention: Text | None = None
    comparator: Text | None = None
    schedule: Text | None = None
    outcome: Text | None = None
    result: Text | None = None
    adverse_events: Text | None = None
    funding: Text | None = None
    figures_seen: tuple[str, ...] = ()
    also: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        _check_analysed(self.n, self.n_randomised)

    @property
    def link(self) -> str:
        """The address a reader is sent to: the DOI where there is one, else the page we know."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@record
class Ingredient:
    """One agent that is injected into the scalp."""

    id: Id
    name: Text
    group: Group
    order: Whole
    kind: Literal[
        "medicine",
        "vitamin",
        "mineral",
        "amino-acid",
        "protein",
        "filler",
        "cell-product",
        "plant",
        "homeopathic",
        "mixture",
        "other",
    ]
    role: Literal["principal", "complementary", "either"]
    what: Fact
    claim: Fact
    elsewhere: Fact
    injected: Fact
    certainty: Certainty
    licence: Fact
    pregnancy: Fact
    cautions: Annotated[tuple[Fact, ...], Field(min_length=1)]
    also_called: tuple[Text, ...] = ()


@record
class Finding:
    """One graded statement: an agent, a condition, an outcome, a comparison."""

    id: Id
    order: Whole
    agent: Id
    condition: Condition
    outcome: Text
    comparator: Text
    time: Text
    direction: Literal["better", "no-difference", "worse", "conflicting", "unclear", "not-studied"]
    statement: Text
    certainty: Certainty
    not_shown: Text
    label: Text | None = None
    n: Count | None = None
    n_randomised: Count | None = None
    treated: Share | None = None
    comparison: Share | None = None
    difference: Difference | None = None
    why: dict[Reason, Text] = field(default_factory=dict)
    sources: tuple[Id, ...] = ()

    def __post_init__(self) -> None:
        untested = self.direction == "not-studied"
        _check_analysed(self.n, self.n_randomised)
        _raise_if(
            (not untested and not self.sources, "sources: a finding needs at least one source"),
            (
                untested != (self.certainty == "none"),
                'certainty: "none" goes with direction "not-studied", and only with it',
            ),
            (
                not self.why and self.certainty not in ("high", "none"),
                f'why: certainty "{self.certainty}" needs at least one reason',
            ),
        )


@record
class Harm:
    """One unwanted effect. `group` says what to do about it, not how often it happens."""

    id: Id
    name: Text
    group: Literal["expected", "care", "serious"]
    how_often: Fact
    when: Fact
    do: Fact
    evidence: Literal["data", "reports", "nearby", "label", "custom"]
    events: Count | None = None
    of: Count | None = None
    treated: Fact | None = None

    def __post_init__(self) -> None:
        _raise_if(((self.events is None) != (self.of is None), "events: events and of stand together"))
        if self.events is not None and self.of is not None:
            Share(events=self.events, of=self.of)


@record
class Sign:
    """A warning sign and how soon to act on it."""

    id: Id
    sign: Text
    tier: Tier
    means: Fact
    do: Fact
    short: Text | None = None

    def __post_init__(self) -> None:
        _raise_if(
            (self.tier == "now" and not self.short, "short: needed where tier is now"),
            (len((self.short or "").split()) > 8, "short: over eight words"),
        )


@record
class Advice:
    """What a source tells people to do."""

    advice: Text
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]


@record
class Aftercare:
    """One topic of aftercare with the spread of advice found."""

    id: Id
    topic: Text
    spread: Text
    says: tuple[Advice, ...]
    clash: Annotated[bool, Field(strict=True)]
    reason: Fact
    sensible: Fact
    strength: Literal["custom", "inference", "nearby", "reports", "rule"]


@record
class Rule:
    """Who may inject what, in one place. Not legal advice."""

    id: Id
    place: Text
    who: Fact
    products: Fact
    not_known: Text
    seen: PastDate
    adverts: Fact | None = None


@record
class Word:
    """A glossary word and the spellings that share its meaning."""

    id: Id
    word: Text
    meaning: Text
    forms: tuple[Text, ...] = ()
    sources: tuple[Id, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """The word and its forms, each as it stands and as it begins a sentence."""
        given = (self.word, *self.forms)
        return tuple(dict.fromkeys((*given, *(form[0].upper() + form[1:] for form in given))))


@record
class Question:
    """What a person types, and where the answer stands."""

    q: Text
    to: Annotated[tuple[Text, ...], Field(min_length=1)]
    at: Text | None = None


def _check_analysed(n: int | None, n_randomised: int | None) -> None:
    if n is not None and n_randomised is not None:
        _raise_if((n > n_randomised, f"n: {n} people analysed, but only {n_randomised} allotted (n_randomised)"))


@dataclass(config=ConfigDict(arbitrary_types_allowed=True))
class Factbook:
    """All facts of the project, checked. Mappings keep the order of the files."""

    studies: Mapping[str, Study]
    ingredients: Mapping[str, Ingredient]
    findings: Mapping[str, Finding]
    harms: Mapping[str, Harm]
    signs: Mapping[str, Sign]
    aftercare: Mapping[str, Aftercare]
    rules: Mapping[str, Rule]
    glossary: Mapping[str, Word]
    questions: tuple[Question, ...]

    @cached_property
    def tooltips(self) -> dict[str, str]:
        """Each spelling of each glossary word, with its meaning; the first letter small or large."""
        return {form: word.meaning for word in self.glossary.values() for form in word.spellings}


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """A YAML loader that refuses a key written twice (YAML itself keeps the last in silence)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is one word", key_node.start_mark)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'key "{key}" stands here a second time', key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # the date 2026-02-30, a number of 5,000 digits
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from None


def parse_yaml(text: str, name: str, first_line: int = 1) -> Any:
    """Parse YAML that starts on `first_line` of a file called `name`; raise FactbookError for a fault in it."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        line = f"line {mark.line + first_line}: " if mark else ""
        raise FactbookError([f"{name}: {line}YAML: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise FactbookError([f"{name}: YAML: {str(error).splitlines()[0]}"]) from None


def read_yaml(path: Path, name: str) -> Any:
    """Read one YAML file.

    Args:
        path: The file.
        name: What to call it in an error.

    Returns:
        What the file holds: a mapping or a list.

    Raises:
        FactbookError: The file is missing, empty, not UTF-8 or not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FactbookError([f"{name}: the file is missing"]) from None
    except UnicodeDecodeError as error:
        raise FactbookError([f"{name}: not UTF-8 (byte {error.start + 1})"]) from None
    except OSError as error:
        raise FactbookError([f"{name}: cannot be read ({error.strerror})"]) from None
    loaded = parse_yaml(text, name)
    if loaded is None:
        raise FactbookError([f"{name}: the file is empty"])
    return loaded


def build(kind: type[T], raw: Any, name: str) -> T:
    """Turn a mapping into a record.

    Args:
        kind: One of the record classes of this module.
        raw: The mapping as read from YAML.
        name: File (and place in it) for error lines.

    Raises:
        FactbookError: With one line for each fault in the mapping.
    """
    if not isinstance(raw, Mapping):
        raise FactbookError([f"{name}: expected keys with values, found {type(raw).__name__}"])
    adapter = _adapter(kind)
    try:
        return adapter.validate_python(raw)
    except ValidationError as error:
        raise FactbookError(_fault_lines(kind, error, name)) from None


_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return _adapters.setdefault(kind, TypeAdapter(kind))


def _fault_lines(kind: type, error: ValidationError, name: str) -> Iterator[str]:
    for item in error.errors():
        place = [str(part) for part in item["loc"] if part != "[key]"]
        match item["type"]:
            case "unexpected_keyword_argument":
                valid = _keys_at(kind, place[:-1])
                yield f"{name}: {'.'.join(place)}: unknown key{nearest(place[-1], valid)}"
            case "missing":
                yield f"{name}: {'.'.join(place)}: missing key"
            case "literal_error":
                valid = re.findall(r"'([^']*)'", item["ctx"]["expected"])
                hint = nearest(item["input"], valid) or f" (one of: {', '.join(valid)})"
                yield f'{name}: {".".join(place)}: "{item["input"]}" is not allowed here{hint}'
            case "value_error":
                message = str(item["ctx"]["error"])
                # A rule over several keys names its key itself.
                yield f"{name}: {'.'.join(place)}: {message}" if place else f"{name}: {message}"
            case _:
                found = {"str": "text", "int": "a whole number", "dict": "keys with values", "NoneType": "nothing"}
                kind_found = found.get(type(item["input"]).__name__, type(item["input"]).__name__)
                yield f"{name}: {'.'.join(place)}: {item['msg']} (found {kind_found})"


def _keys_at(kind: type, place: list[str]) -> list[str]:
    """The keys allowed at a place inside a record (top level, or inside a Fact and the like)."""
    if not place:
        return [item.name for item in fields(kind)]
    nested: tuple[Any, ...] = (Fact, Advice, Share, Difference)
    return [item.name for inner in nested for item in fields(inner)]


def _collect(loaders: Iterable[Callable[[], T]], faults: list[str]) -> list[T]:
    """Run every loader, keep what works and add the faults of what does not."""
    done = []
    for loader in loaders:
        try:
            done.append(loader())
        except FactbookError as error:
            faults += error.faults
    return done


def _load_folder(kind: type[T], data: Path, folder: str, faults: list[str]) -> dict[str, T]:
    def load_one(path: Path) -> T:
        name = f"data/{folder}/{path.name}"
        item = build(kind, read_yaml(path, name), name)
        if item.id != path.stem:  # type: ignore[attr-defined]
            raise FactbookError([f'{name}: id: "{item.id}" is not the file name "{path.stem}"'])  # type: ignore[attr-defined]
        return item

    paths = sorted((data / folder).glob("*.yml"))
    if not paths:
        faults.append(f"data/{folder}: no files")
    items = _collect([lambda path=path: load_one(path) for path in paths], faults)  # type: ignore[misc]
    return {item.id: item for item in items}  # type: ignore[attr-defined]


def _load_list(kind: type[T], data: Path, file: str, faults: list[str]) -> list[T]:
    name = f"data/{file}"
    try:
        raw = read_yaml(data / file, name)
    except FactbookError as error:
        faults += error.faults
        return []
    if not isinstance(raw, list):
        faults.append(f"{name}: expected a list, found {type(raw).__name__}")
        return []

    def label(number: int, item: Any) -> str:
        return f"{name}: {item['id'] if isinstance(item, Mapping) and 'id' in item else f'item {number}'}"

    return _collect(
        [lambda item=item, n=n: build(kind, item, label(n, item)) for n, item in enumerate(raw, 1)],  # type: ignore[misc]
        faults,
    )


def _by_id(items: Iterable[T], file: str, faults: list[str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for item in items:
        key: str = item.id  # type: ignore[attr-defined]
        if key in found:
            faults.append(f'data/{file}: {key}: id: "{key}" stands here a second time')
        found[key] = item
    return found


def sources_in(value: Any) -> Iterator[str]:
    """Yield every study id named in a record, however deep."""
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from sources_in(item)
    elif hasattr(value, "__dataclass_fields__"):
        for item in fields(value):
            inner = getattr(value, item.name)
            if item.name == "sources":
                yield from inner
            else:
                yield from sources_in(inner)


def _check_references(book: Factbook, faults: list[str]) -> None:
    """Ids that name something else must name something that is there."""
    places: list[tuple[str, Mapping[str, Any]]] = [
        ("data/ingredients/{}.yml", book.ingredients),
        ("data/findings/{}.yml", book.findings),
        ("data/harms.yml: {}", book.harms),
        ("data/signs.yml: {}", book.signs),
        ("data/aftercare.yml: {}", book.aftercare),
        ("data/rules.yml: {}", book.rules),
        ("data/glossary.yml: {}", book.glossary),
    ]
    for place, items in places:
        for key, item in items.items():
            for source in sources_in(item):
                if source not in book.studies:
                    hint = nearest(source, book.studies)
                    faults.append(f'{place.format(key)}: sources: no study "{source}"{hint}')
    agents = {*book.ingredients, *OTHER_AGENTS}
    for finding in book.findings.values():
        if finding.agent not in agents:
            hint = nearest(finding.agent, agents)
            faults.append(f'data/findings/{finding.id}.yml: agent: no agent "{finding.agent}"{hint}')
    forms: dict[str, str] = {}
    for word in book.glossary.values():
        for form in (word.word, *word.forms):
            if form in forms:
                faults.append(f'data/glossary.yml: {word.id}: forms: "{form}" already belongs to {forms[form]}')
            forms[form] = word.id
    dois: dict[str, str] = {}
    for study in book.studies.values():
        for key in filter(None, (study.doi and study.doi.lower(), study.pmid and f"PubMed {study.pmid}")):
            if key in dois:
                faults.append(f"data/studies/{study.id}.yml: {key} already belongs to {dois[key]}")
            dois[key] = study.id


def _load(data: Path) -> Factbook:
    faults: list[str] = []
    book = Factbook(
        studies=_load_folder(Study, data, "studies", faults),
        ingredients=_load_folder(Ingredient, data, "ingredients", faults),
        findings=_load_folder(Finding, data, "findings", faults),
        harms=_by_id(_load_list(Harm, data, "harms.yml", faults), "harms.yml", faults),
        signs=_by_id(_load_list(Sign, data, "signs.yml", faults), "signs.yml", faults),
        aftercare=_by_id(_load_list(Aftercare, data, "aftercare.yml", faults), "aftercare.yml", faults),
        rules=_by_id(_load_list(Rule, data, "rules.yml", faults), "rules.yml", faults),
        glossary=_by_id(_load_list(Word, data, "glossary.yml", faults), "glossary.yml", faults),
        questions=tuple(_load_list(Question, data, "questions.yml", faults)),
    )
    # A file that does not load would make every mention of it a fault of its own; mend that first.
    if not faults:
        _check_references(book, faults)
    if faults:
        raise FactbookError(faults)
    return book


def files(folder: Path, ending: str) -> list[str]:
    """Paths of the files below a folder, sorted; an editor's own (`.#study.yml`, a link to nowhere) are left out."""
    return sorted(
        os.path.join(place, name)
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith(ending) and not name.startswith(".")
    )


def stamp(folder: Path, ending: str) -> tuple[tuple[str, int, int], ...]:
    """Names, modification times (nanoseconds) and sizes of files: changes when any of them does."""
    found = []
    for path in files(folder, ending):
        try:
            status = os.stat(path)
        except OSError:  # gone since it was listed
            continue
        found.append((path, status.st_mtime_ns, status.st_size))
    return tuple(found)


_cache: dict[Path, tuple[Hashable, Factbook | FactbookError]] = {}
_lock = threading.Lock()


def load(data: Path) -> Factbook:
    """Read and check everything in `data`, once for each state of the files.

    Args:
        data: The data folder.

    Returns:
        All facts. The same object as long as no file changes: Zensical makes a new Markdown
        object for every page, and reading 400 files for each would take most of the build.

    Raises:
        FactbookError: With one line for each fault in any file.
    """
    data = data.resolve()
    with _lock:
        # "Today" is part of the state: a date in the future is a fault only until it comes.
        state = (stamp(data, ".yml"), date.today())
        known = _cache.get(data)
        if known is None or known[0] != state:
            try:
                known = (state, _load(data))
            except FactbookError as error:
                known = (state, error)
            _cache[data] = known
    if isinstance(known[1], FactbookError):
        raise FactbookError(known[1].faults)
    return known[1]
