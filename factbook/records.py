"""The records that `data/` is made of: one frozen dataclass a kind of fact.

`data/SCHEMA.md` describes each key for people; the dataclasses here are the same for machines.
A rule that looks at one record stands here, a rule between records in `factbook.checks`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from datetime import date
from functools import cached_property
from math import ceil, floor, sqrt
from typing import Annotated, Any, Literal, TypeVar, dataclass_transform, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from factbook import phrases
from factbook.faults import nearest, shown

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
Direction = Literal["better", "no-difference", "worse", "conflicting", "unclear", "not-studied"]
Concern = Literal["low", "some", "high", "not-reported"]
Verdict = Literal["supported", "partly", "unsupported", "contradicted", "unknown", "not-checkable", "off-topic"]
CardGroup = Literal[
    "promises",
    "evidence",
    "how-it-works",
    "in-the-syringe",
    "kinds-of-hair-loss",
    "session",
    "safety",
    "aftercare",
    "choices",
    "face-and-body",
]
ScheduleKind = Literal["trial", "records", "clinic", "review"]
MeasuredGroup = Literal["reading", "weight", "speed", "search", "access", "both"]
PromptGroup = Literal["diagnosis", "liquid", "result", "risks", "day", "money", "wrong"]
OverclaimFamily = Literal[
    "lasting",
    "cure",
    "certain",
    "regrowth",
    "stopping",
    "speed",
    "everyone",
    "pain",
    "harmless",
    "approval",
    "proof",
    "mechanism",
    "contents",
    "cells",
    "better",
    "comfort",
    "pressure",
]

SearchKind = Literal["synonym", "spelling", "brand", "language", "place", "subject", "ignored"]
SearchLanguage = Literal["tr", "es", "ar", "hi"]

OTHER_AGENTS = (
    "needling",
    "salt-water",
    "minoxidil-lotion",
    "minoxidil-tablets",
    "finasteride-tablets",
    "dutasteride-tablets",
    "laser",
    "transplant",
    "camouflage",
    "no-treatment",
)
"""What a finding may be about besides an injected agent."""

STUDY_AGENTS = (
    "multivitamin-mix",
    "saline",
    "stem-cells",
    "prp",
    "homeopathic",
    "heparinoid-vasodilator",
    "buflomedil",
    "caffeine",
    "deoxycholic-acid",
    "dexpanthenol",
    "lecithin",
    "lidocaine",
    "phosphatidylcholine",
    "procaine",
    "tranexamic-acid",
)
"""What a study may be about besides these: words that have no card of their own."""

TOPICS: tuple[str, ...] = get_args(Topic)
GROUPS: tuple[str, ...] = get_args(Group)
CONDITIONS: tuple[str, ...] = get_args(Condition)
TYPES: tuple[str, ...] = get_args(StudyType)
READ_LEVELS: tuple[str, ...] = get_args(ReadLevel)
TIERS: tuple[str, ...] = get_args(Tier)
VERDICTS: tuple[str, ...] = get_args(Verdict)
CARD_GROUPS: tuple[str, ...] = get_args(CardGroup)
SCHEDULE_KINDS: tuple[str, ...] = get_args(ScheduleKind)
MEASURED_GROUPS: tuple[str, ...] = get_args(MeasuredGroup)
PROMPT_GROUPS: tuple[str, ...] = get_args(PromptGroup)
OVERCLAIM_FAMILIES: tuple[str, ...] = get_args(OverclaimFamily)
HARM_GROUPS = ("expected", "care", "serious")


def _plain_date(value: Any) -> Any:
    # pydantic would also take text, seconds since 1970 and a date with a time.
    if type(value) is not date:
        raise ValueError(f'"{shown(value)}" is not a date (2026-11-20, no quotes, no time)')
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
            raise ValueError(f'"{shown(value)}" is not {words}')
        return value

    return check


_UNSEEN = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Signs that XML or Python-Markdown cannot hold, and those that turn the order of the text around them."""


def _lone_line(value: Any) -> Any:
    # YAML folds long values over several lines; a blank line inside one is a mistake that would end a table cell.
    if isinstance(value, str) and "\n" in value.strip():
        raise ValueError("holds a line break")
    if isinstance(value, str) and not value.strip():
        raise ValueError("is empty")
    if isinstance(value, str) and (found := re.search(r"\[\s*@|<[a-zA-Z/!]", value)):
        raise ValueError(f'holds "{found[0]}": no HTML; citations go to sources')
    if isinstance(value, str) and (found := _UNSEEN.search(value)):
        raise ValueError(f"holds U+{ord(found[0]):04X}, which cannot be shown everywhere: leave it out")
    return value.strip() if isinstance(value, str) else value


Id = Annotated[str, AfterValidator(_matches(r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case letters, digits and hyphens"))]
Text = Annotated[str, BeforeValidator(_lone_line)]
Count = Annotated[int, Field(ge=0, strict=True)]
Whole = Annotated[int, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_plain_date)]
PastDate = Annotated[Day, AfterValidator(_not_future)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Url = Annotated[str, AfterValidator(_matches(r"https?://\S+", "a web address"))]
Page = Annotated[str, AfterValidator(_matches(r"([a-z0-9-]+/)*[a-z0-9-]+\.md", "a page below docs/ (safety/index.md)"))]

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")

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
    worked_out: Text | None = None

    def __post_init__(self) -> None:
        _raise_if((self.events > self.of, f"events: {self.events} of {self.of} is over 100 %"))

    @property
    def per_hundred(self) -> int:
        """People out of 100, rounded to a whole number, half up as a reader would round."""
        return floor(100 * self.events / self.of + 0.5)

    @property
    def range_per_hundred(self) -> tuple[int, int]:
        """What chance alone allows: the 95 % Wilson score interval, in people out of 100, rounded outwards.

        Source: Wilson EB. Journal of the American Statistical Association 1927; 22: 209-212.
        """
        z, n, share = 1.959964, self.of, self.events / self.of
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return floor(100 * max(0.0, middle - half) + 1e-9), ceil(100 * min(1.0, middle + half) - 1e-9)


@record
class Difference:
    """A difference between two groups with its interval, in `unit`."""

    value: Number
    unit: Text
    scale: Literal["hairs", "people", "other"]
    low: Number | None = None
    high: Number | None = None
    worked_out: Text | None = None

    def __post_init__(self) -> None:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        _raise_if(
            (not low <= self.value <= high, f"{self.value} is outside {low} to {high}"),
            ((self.low is None) != (self.high is None), "low: low and high stand together"),
        )


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
    conditions: tuple[Condition, ...] = ()
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
    checked: PastDate | None = None

    def __post_init__(self) -> None:
        _check_analysed(self.n, self.n_randomised)

    @property
    def link(self) -> str:
        """The address a reader is sent to: the DOI where there is one, else the page we know."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Every number that stands anywhere in what we wrote down of this source."""
        parts: list[Any] = [getattr(self, item.name) for item in fields(self)]
        text = " ".join(" ".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in parts)
        return frozenset(float(found.replace(",", "")) for found in _NUMBER.findall(text))


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
    direction: Direction
    statement: Text
    certainty: Certainty
    not_shown: Text
    kind: Literal["benefit", "harm"] = "benefit"
    route: Literal["injected", "machine", "needled"] = "injected"
    size: Text | None = None
    event: Text | None = None
    label: Text | None = None
    n: Count | None = None
    n_randomised: Count | None = None
    treated: Share | None = None
    comparison: Share | None = None
    untreated: Share | None = None
    difference: Difference | None = None
    why: dict[Reason, Text] = field(default_factory=dict)
    sources: tuple[Id, ...] = ()
    checked: PastDate | None = None

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
            (not untested and not self.size, "size: say in words how large the effect is, or that it is not known"),
            (
                untested and bool(self.shares or self.difference),
                "treated: a finding that nobody studied has no numbers",
            ),
            (bool(self.treated) != bool(self.event), "event: stands beside treated: what happened to those counted"),
            (
                not self.treated and bool(self.comparison or self.untreated),
                "comparison: stands beside treated, not alone",
            ),
        )

    @property
    def shares(self) -> dict[str, Share]:
        """The groups of which a share is known, by key."""
        groups = {"treated": self.treated, "comparison": self.comparison, "untreated": self.untreated}
        return {key: share for key, share in groups.items() if share}


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
    event: Text | None = None
    counted_in: Text | None = None
    treated: Fact | None = None

    def __post_init__(self) -> None:
        counted = [item is None for item in (self.events, self.of, self.event, self.counted_in)]
        _raise_if((any(counted) != all(counted), "events: events, of, event and counted_in stand together"))
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
class Advertising:
    """What adverts for such treatment may not say, and may, in one place. Not legal advice."""

    id: Id
    place: Text
    not_said: Annotated[tuple[Fact, ...], Field(min_length=1)]
    not_known: Text
    seen: PastDate
    allowed: tuple[Fact, ...] = ()


@record
class Overclaim:
    """Phrases that promise more than is known, why, and what could be said instead.

    It rests on a claim's verdict or on a reason of its own, or on both. `look`: some places allow it, so it is only
    pointed out. `firm`: "not" beside it changes nothing ("do not miss this offer").
    """

    id: Id
    family: OverclaimFamily
    phrases: Annotated[tuple[Text, ...], Field(min_length=1)]
    examples: Annotated[tuple[Text, ...], Field(min_length=1)]
    instead: Text
    page: Page
    claim: Id | None = None
    why: Fact | None = None
    look: Annotated[bool, Field(strict=True)] = False
    firm: Annotated[bool, Field(strict=True)] = False

    def __post_init__(self) -> None:
        _raise_if((not self.claim and not self.why, "why: name a claim, or give a reason (why)"))
        for phrase in self.phrases:
            _raise_if(
                (
                    not any(phrases.found_in(phrase, example) for example in self.examples),
                    f'phrases: "{phrase}" stands in none of its examples',
                )
            )
        for example in self.examples:
            _raise_if(
                (
                    not any(phrases.found_in(phrase, example) for phrase in self.phrases),
                    f'examples: none of its phrases stands in "{example}"',
                )
            )


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
class Judgement:
    """What is known of one way in which a trial can mislead."""

    says: Text
    concern: Concern

    def __post_init__(self) -> None:
        _raise_if((len(self.says.split()) > 25, "says: over 25 words"))


@record
class Bias:
    """How fair one trial of an injected agent was; `id` is that of its study."""

    id: Id
    agent: Id
    condition: Condition
    given: Text
    allotted: Judgement
    hidden: Judgement
    masked: Judgement
    lost: Judgement
    paid: Judgement
    judged: Judgement
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]


@record
class Claim:
    """What sellers' texts say, and what we make of it. `texts`: in how many of the five we read it stands."""

    id: Id
    topic: Text
    kind: Text
    claim: Text
    texts: Count
    verdict: Verdict
    certainty: Certainty
    say: Text
    page: Page
    conflicts: tuple[Id, ...] = ()
    sources: tuple[Id, ...] = ()
    instead: Text | None = None


@record
class ClaimCard:
    """A reader's question, its short answer, and the claims that belong to it."""

    id: Id
    question: Annotated[Text, AfterValidator(_matches(r".*\?", "a question (it ends with a question mark)"))]
    group: CardGroup
    answer: Fact
    claims: Annotated[tuple[Id, ...], Field(min_length=1)]


@record
class Side:
    """One side of a contradiction: what is said, and the claims that say it."""

    says: Text
    claims: Annotated[tuple[Id, ...], Field(min_length=1)]


@record
class Contradiction:
    """Two things that sellers' texts say and that cannot both be so."""

    id: Id
    subject: Text
    one: Side
    other: Side
    clash: Text
    known: Fact


@record
class Answers:
    """What a reader asks of every option; the order of the keys is the order of the rows."""

    what: Fact
    works: Fact
    sure: Fact
    soon: Fact
    stop: Fact
    harms: Fact
    pregnancy: Fact
    effort: Fact
    cost: Fact
    licence: Fact
    unknown: Fact


@record
class Option:
    """One thing a person with hair loss can choose."""

    id: Id
    name: Text
    short: Text
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1)]
    certainty: Certainty
    answers: Answers
    page: Page | None = None

    def __post_init__(self) -> None:
        _raise_if((len(self.short.split()) > 3, "short: over three words"))


@record
class Schedule:
    """A course of injections as tested or as sold. Weeks count from the first session."""

    id: Id
    given: Text
    kind: ScheduleKind
    who: Text
    sessions: Text
    gap: Text
    judged: Text
    compared: Text
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    upkeep: Text | None = None
    course_weeks: Number | None = None
    judged_weeks: tuple[Number, ...] = ()
    worked_out: Text | None = None

    def __post_init__(self) -> None:
        late = [week for week in self.judged_weeks if not 0 < week <= 520]
        _raise_if(
            (bool(late), f"judged_weeks: {late} is not between 0 and 520 weeks"),
            (self.course_weeks is not None and not 0 <= self.course_weeks <= 520, "course_weeks: not 0 to 520"),
        )


@record
class Figure:
    """A count of people that is neither a treatment's result nor a harm: how common, how it goes by itself."""

    id: Id
    text: Text
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]


@record
class Prompt:
    """A question to take to a consultation: why to ask it, and how to weigh the answer."""

    id: Id
    group: PromptGroup
    ask: Text
    why: Text
    good: Text
    wonder: Text
    page: Text
    sources: tuple[Id, ...] = ()
    basis: Literal["our-judgement"] | None = None
    core: Annotated[bool, Field(strict=True)] = False

    def __post_init__(self) -> None:
        _raise_if(
            (not self.sources and not self.basis, "sources: none named; name some, or say basis: our-judgement"),
            (len(self.ask.split()) > 20, "ask: over twenty words"),
            (not self.ask.endswith("?"), "ask: does not end with a question mark"),
        )


@record
class EmergencyNumber:
    """Whom to call in one country; the first number is the one to dial."""

    id: Annotated[str, AfterValidator(_matches(r"[a-z]{2}", "a country code of two letters"))]
    country: Text
    numbers: Annotated[
        tuple[Annotated[str, AfterValidator(_matches(r"\d{2,6}", "a number to dial"))], ...], Field(min_length=1)
    ]
    seen_at: Annotated[tuple[Url, ...], Field(min_length=1)]
    note: Text | None = None

    @property
    def places(self) -> list[tuple[str, str]]:
        """Where the numbers were seen: each address with its host, which is short enough to be shown."""
        return [(url, urlsplit(url).netloc.removeprefix("www.")) for url in self.seen_at]


@record
class StageFact(Fact):
    """A fact of one stage; `short` is how the leaflet says it, and one without it is left to the page."""

    short: Text | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _raise_if((len((self.short or "").split()) > 25, "short: over 25 words"))


@record
class Stage:
    """A stretch of time after a session: what is expected in it, what to do, and what can wait. Hours from its end."""

    id: Id
    title: Text
    from_hours: Number
    expected: tuple[StageFact, ...]
    do: tuple[StageFact, ...]
    wait: tuple[StageFact, ...]
    to_hours: Number | None = None

    def __post_init__(self) -> None:
        _raise_if(
            (self.to_hours is not None and self.to_hours <= self.from_hours, "to_hours: not after from_hours"),
            (not self.expected and not self.do, "expected: a stage says what is expected or what to do"),
        )


@record
class Wait:
    """Something a reader plans round a session, with the spread of waits that clinics name. Hours after a session."""

    id: Id
    what: Text
    care: Id
    earliest_hours: Number
    latest_hours: Number
    note: Fact

    def __post_init__(self) -> None:
        _raise_if((not 0 <= self.earliest_hours <= self.latest_hours, "earliest_hours: not 0 to latest_hours"))


@record
class Preset:
    """A course as it was tested, in days from the first session; `schedule` names its entry in schedules.yml."""

    id: Id
    name: Text
    schedule: Id
    days: Annotated[tuple[Whole, ...], Field(min_length=1)]
    review_day: Whole
    note: Text

    def __post_init__(self) -> None:
        _raise_if(
            (self.days[0] != 0 or list(self.days) != sorted(set(self.days)), "days: start at 0 and rise"),
            (self.review_day < self.days[-1], "review_day: before the last session"),
        )


@record
class Situation:
    """Where a reader stands at the start of a decision, and what follows: a doctor first, or options to look at."""

    id: Id
    label: Text
    doctor_first: Annotated[bool, Field(strict=True)]
    advice: Fact
    page: Text
    options: tuple[Id, ...] = ()


@record
class Value:
    """Something that can matter to a reader, between two ends; neither end is better."""

    id: Id
    ask: Text
    left: Text
    right: Text
    think: Fact


@record
class Quiz:
    """A question of the knowledge check. `right` counts from 1."""

    id: Id
    ask: Text
    answers: Annotated[tuple[Text, ...], Field(min_length=2)]
    right: Whole
    why: Fact
    page: Text

    def __post_init__(self) -> None:
        _raise_if((not 1 <= self.right <= len(self.answers), f"right: not 1 to {len(self.answers)}"))


@record
class Sure:
    """A question about being sure of a choice, and what helps who is not."""

    id: Id
    ask: Text
    help: Text
    page: Text


@record
class Choice:
    """One answer that can be ticked, and why it is right or wrong."""

    text: Text
    why: Text
    right: Annotated[bool, Field(strict=True)] = False


@record
class Practice:
    """A practice question for staff. `several` allows more than one right answer."""

    id: Id
    ask: Text
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=5)]
    explain: Fact
    page: Text
    several: Annotated[bool, Field(strict=True)] = False

    def __post_init__(self) -> None:
        right = sum(choice.right for choice in self.choices)
        texts = [choice.text for choice in self.choices]
        _raise_if(
            (len(set(texts)) < len(texts), "choices: the same text stands there twice"),
            (right == 0, "choices: none is right"),
            (right > 1 and not self.several, f"choices: {right} are right, but several is not set"),
            (right == 1 and self.several, "several: set, but only one choice is right"),
        )


@record
class Reading:
    """A page of the site to read, and what to look for on it."""

    page: Text
    look_for: Text


@record
class RolePlay:
    """A card for two: one plays the caller, the other answers."""

    id: Id
    where: Literal["phone", "desk", "room"]
    who: Text
    says: Text
    say: Fact
    not_say: Text
    listen_for: Text


@record
class Module:
    """One part of the staff course."""

    id: Id
    order: Whole
    title: Text
    minutes: Annotated[int, Field(ge=5, le=30, strict=True)]
    aims: Annotated[tuple[Text, ...], Field(min_length=2, max_length=5)]
    reading: Annotated[tuple[Reading, ...], Field(min_length=1)]
    remember: Annotated[tuple[Fact, ...], Field(min_length=5, max_length=5)]
    practice: Annotated[tuple[Practice, ...], Field(min_length=1)]
    roleplay: tuple[RolePlay, ...] = ()
    skills: tuple[Text, ...] = ()
    """What a supervisor watches and signs on the competence checklist."""


@record
class Turn:
    """Where a choice in a case leads."""

    text: Text
    to: Id


@record
class Step:
    """A point in a case: either there are choices, or the case ends with a verdict and the reason."""

    id: Id
    says: Text
    choices: tuple[Turn, ...] = ()
    verdict: Literal["good", "poor", "unsafe"] | None = None
    why: Fact | None = None
    page: Text | None = None

    def __post_init__(self) -> None:
        ends = (self.verdict, self.why, self.page)
        _raise_if(
            (bool(self.choices) and any(ends), "choices: a step with choices has no verdict, why or page"),
            (not self.choices and not all(ends), "verdict: an end names verdict, why and page"),
            (len(self.choices) == 1, "choices: one choice is none"),
        )


@record
class Case:
    """A branching case for staff. It starts at its first step; every step can be reached, and no path goes round."""

    id: Id
    order: Whole
    title: Text
    kind: Literal["refuse", "refer", "treat", "complication", "complaint"]
    module: Id
    steps: Annotated[tuple[Step, ...], Field(min_length=3)]

    def __post_init__(self) -> None:
        steps = {step.id: step for step in self.steps}
        _raise_if(
            (len(steps) < len(self.steps), "steps: an id stands there twice"),
            *(
                (turn.to not in steps, f'steps: {step.id}: no step "{turn.to}"{nearest(turn.to, steps)}')
                for step in self.steps
                for turn in step.choices
            ),
            (not any(step.verdict == "good" for step in self.steps), "steps: no good end"),
        )
        # Each choice leads on to a step written further down, so no path can go round.
        order = list(steps)
        reached = {order[0]}
        for step in self.steps:
            for turn in step.choices:
                _raise_if(
                    (order.index(turn.to) <= order.index(step.id), f"steps: {step.id}: leads back to {turn.to}"),
                )
                reached.add(turn.to)
        _raise_if(*((key not in reached, f"steps: {key}: no choice leads here") for key in order))


@record
class SearchWord:
    """What people type into the search box and our pages do not say.

    `means` gives the words of our pages for it, `page` a place that answers it, `ignored` words ask for nothing.
    """

    id: Id
    kind: SearchKind
    asked: Annotated[tuple[Text, ...], Field(min_length=1)]
    means: tuple[Text, ...] = ()
    page: Text | None = None
    language: SearchLanguage | None = None
    seen_at: tuple[Url, ...] = ()

    def __post_init__(self) -> None:
        twice = [words for number, words in enumerate(self.asked) if words in self.asked[:number]]
        _raise_if(
            ((self.kind == "place") != (self.page is not None), 'page: goes with kind "place", and only with it'),
            (
                (self.kind in ("place", "subject", "ignored")) == bool(self.means),
                f'means: {"not for" if self.means else "missing for"} kind "{self.kind}"',
            ),
            (self.kind == "language" and self.language is None, "language: name it (tr, es, ar or hi)"),
            (self.kind == "brand" and not self.seen_at, "seen_at: name a page that says what is in the brand"),
            (bool(twice), f'asked: "{"".join(twice[:1])}" stands here twice'),
        )


@record
class Standard:
    """A published standard for patient information by which the site is scored."""

    id: Id
    name: Text
    about: Text
    count: Text
    aim: Text
    source: Url | None = None


@record
class Rating:
    """Our own mark for one item of a standard, the page that earns it, and why it is not more."""

    id: Id
    standard: Id
    asks: Text
    mark: Annotated[Number, Field(ge=0)]
    of: Annotated[Number, Field(gt=0)]
    page: Page
    why: Text
    must: Annotated[bool, Field(strict=True)] = False
    """A site with nothing on it cannot be called good by this standard."""

    def __post_init__(self) -> None:
        _raise_if((self.mark > self.of, f"mark: {self.mark:g} is more than {self.of:g} (of)"))


@record
class Peer:
    """What others found who rated other pages."""

    id: Id
    looked_at: Text
    measure: Text
    value: Text
    said: Text
    url: Url
    year: Annotated[Whole, AfterValidator(_year)] | None = None


@record
class Measured:
    """A figure that a run of ours gave: written by `make scorecard`, not by hand."""

    id: Id
    group: MeasuredGroup
    what: Text
    value: Text
    how: Text
    edition: Text
    seen: PastDate
    aim: Text | None = None
    met: Annotated[bool, Field(strict=True)] | None = None


@record
class Moment:
    """A moment at which a clinic can send somebody a page, and which one."""

    id: Id
    when: Text
    page: Text
    words: Text
    why: Text


@record
class Frame:
    """A page made to be shown inside another: `docs/embed/<id>.md`. Heights in pixels."""

    id: Id
    title: Text
    shows: Text
    height: Annotated[int, Field(ge=200, le=1200, strict=True)]
    """What the snippet asks for; the rest scrolls inside the frame."""
    whole_wide: Whole
    whole_narrow: Whole
    """About what shows all of it without scrolling, at 640 and at 320 pixels of width."""


@record
class Stated:
    """What a finding said at one time, as the list of changed findings keeps it."""

    statement: Text
    certainty: Certainty
    direction: Direction
    n: Count | None = None
    treated: Share | None = None
    comparison: Share | None = None
    untreated: Share | None = None
    difference: Difference | None = None
    why: dict[Reason, Text] = field(default_factory=dict)
    sources: tuple[Id, ...] = ()


@record
class Change:
    """A finding that changed, was added (no `before`) or was taken out (no `after`): written by `make changes`."""

    id: Id
    date: PastDate
    finding: Id
    title: Text
    why: Text
    before: Stated | None = None
    after: Stated | None = None

    def __post_init__(self) -> None:
        _raise_if(
            (self.id != f"{self.date}-{self.finding}", f'id: "{self.id}" is not date and finding'),
            (self.before is None and self.after is None, "before: neither before nor after"),
        )


@record
class Edition:
    """Which edition of the data this is, and under which licence it may be used."""

    version: Annotated[str, AfterValidator(_matches(r"\d+\.\d+\.\d+", "a version (1.2.3)"))]
    date: PastDate
    licence: Text
    licence_url: Url


@record
class Question:
    """What a person types, how it is put in plain words, and where the answer stands."""

    q: Text
    ask: Text
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
    modules: Mapping[str, Module]
    cases: Mapping[str, Case]
    harms: Mapping[str, Harm]
    signs: Mapping[str, Sign]
    aftercare: Mapping[str, Aftercare]
    rules: Mapping[str, Rule]
    advertising: Mapping[str, Advertising]
    overclaims: Mapping[str, Overclaim]
    glossary: Mapping[str, Word]
    bias: Mapping[str, Bias]
    claims: Mapping[str, Claim]
    claim_cards: Mapping[str, ClaimCard]
    contradictions: Mapping[str, Contradiction]
    options: Mapping[str, Option]
    schedules: Mapping[str, Schedule]
    figures: Mapping[str, Figure]
    prompts: Mapping[str, Prompt]
    emergency_numbers: Mapping[str, EmergencyNumber]
    stages: Mapping[str, Stage]
    waits: Mapping[str, Wait]
    presets: Mapping[str, Preset]
    situations: Mapping[str, Situation]
    values: Mapping[str, Value]
    quiz: Mapping[str, Quiz]
    sure: Mapping[str, Sure]
    moments: Mapping[str, Moment]
    frames: Mapping[str, Frame]
    standards: Mapping[str, Standard]
    ratings: Mapping[str, Rating]
    peers: Mapping[str, Peer]
    measured: Mapping[str, Measured]
    search: Mapping[str, SearchWord]
    changes: Mapping[str, Change]
    questions: tuple[Question, ...]
    edition: Edition

    @cached_property
    def studied_agents(self) -> frozenset[str]:
        """Every agent that a study names."""
        return frozenset(agent for study in self.studies.values() for agent in study.agents)

    @cached_property
    def tooltips(self) -> dict[str, str]:
        """Each spelling of each glossary word, with its meaning; the first letter small or large."""
        return {form: word.meaning for word in self.glossary.values() for form in word.spellings}
