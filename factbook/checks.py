"""Rules between records: what one names must be there, and what one counts must not contradict its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from factbook import phrases
from factbook.faults import nearest
from factbook.records import OTHER_AGENTS, STUDY_AGENTS, Change, Difference, Factbook, Finding, Share, Study

REVIEWS = ("systematic-review", "meta-analysis", "guideline", "regulator")
"""Kinds of source that can carry the certainty "high" by themselves."""

ENOUGH_PEOPLE = 400
"""Below this many people in all, trials without a review are small (GRADE's rule of thumb for imprecision)."""


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


def across(book: Factbook) -> list[str]:
    """Return one line for each rule between records that is broken."""
    return [
        *_unknown_sources(book),
        *_unknown_agents(book),
        *_same_spelling(book),
        *_same_paper(book),
        *(line for finding in book.findings.values() for line in _finding(finding, book)),
        *_claims(book),
        *_bias(book),
        *_tools(book),
        *_staff(book),
        *_overclaims(book),
        *_ratings(book),
    ]


FILE_EACH = ("studies", "ingredients", "findings", "modules", "cases")
"""Parts of the data that are a folder with one record a file; the others are a list in one file."""


def places(book: Factbook) -> Iterator[tuple[str, Any]]:
    """Yield every record that has an id, with the place that an error line names."""
    for part in fields(book):
        items = getattr(book, part.name)
        if isinstance(items, Mapping):
            form = "data/{}/{}.yml" if part.name in FILE_EACH else "data/{}.yml: {}"
            yield from ((form.format(part.name, key), item) for key, item in items.items())


def _unknown_sources(book: Factbook) -> Iterator[str]:
    for place, item in places(book):
        if isinstance(item, Change):
            continue  # a source that a finding had once may be gone
        for source in dict.fromkeys(sources_in(item)):
            if source not in book.studies:
                yield f'{place}: sources: no study "{source}"{nearest(source, book.studies)}'


def _ratings(book: Factbook) -> Iterator[str]:
    rated = set()
    for rating in book.ratings.values():
        rated.add(rating.standard)
        if rating.standard not in book.standards:
            hint = nearest(rating.standard, book.standards)
            yield f'data/ratings.yml: {rating.id}: standard: no standard "{rating.standard}"{hint}'
    for standard in book.standards:
        if standard not in rated:
            yield f"data/standards.yml: {standard}: id: nothing in data/ratings.yml is rated by it"


def _unknown_agents(book: Factbook) -> Iterator[str]:
    agents = {*book.ingredients, *OTHER_AGENTS}
    for finding in book.findings.values():
        if finding.agent not in agents:
            hint = nearest(finding.agent, agents)
            yield f'data/findings/{finding.id}.yml: agent: no agent "{finding.agent}"{hint}'
    given = {*agents, *STUDY_AGENTS}
    for study in book.studies.values():
        for agent in study.agents:
            if agent not in given:
                yield f'data/studies/{study.id}.yml: agents: no agent "{agent}"{nearest(agent, given)}'
    for trial in book.bias.values():
        if trial.agent not in book.ingredients:
            hint = nearest(trial.agent, book.ingredients)
            yield f'data/bias.yml: {trial.id}: agent: no injected agent "{trial.agent}"{hint}'


def _same_spelling(book: Factbook) -> Iterator[str]:
    forms: dict[str, str] = {}
    for word in book.glossary.values():
        for form in (word.word, *word.forms):
            if form in forms:
                yield f'data/glossary.yml: {word.id}: forms: "{form}" already belongs to {forms[form]}'
            forms[form] = word.id


def _same_paper(book: Factbook) -> Iterator[str]:
    seen: dict[str, str] = {}
    for study in book.studies.values():
        for key in filter(None, (study.doi and study.doi.lower(), study.pmid and f"PubMed {study.pmid}")):
            if key in seen:
                yield f"data/studies/{study.id}.yml: {key} already belongs to {seen[key]}"
            seen[key] = study.id


# Findings against their sources -------------------------------------------------------------------


def _finding(finding: Finding, book: Factbook) -> Iterator[str]:
    if not book.studies.keys() >= set(finding.sources):
        return  # an unknown source is a fault already, and its numbers cannot be looked up
    studies = [book.studies[source] for source in finding.sources]
    place = f"data/findings/{finding.id}.yml"
    names = ", ".join(study.id for study in studies)
    people = [study.n_randomised or study.n for study in studies]
    if finding.n is not None and all(people) and finding.n > sum(filter(None, people)):
        yield f"{place}: n: {finding.n} people, but only {sum(filter(None, people))} in {names}"
    shares = finding.shares
    for key, share in shares.items():
        if finding.n is not None and share.of > finding.n:
            yield f"{place}: {key}: of: {share.of} people, but the finding has n: {finding.n}"
        if not share.worked_out and not _share_stands_in(share, studies):
            yield (
                f"{place}: {key}: neither {share.events} of {share.of} nor {100 * share.events / share.of:.1f} % "
                f"stands in {names} (worked_out says how it follows)"
            )
    if finding.difference:
        for value in _not_in(finding.difference, studies):
            yield f"{place}: difference: {value:g} does not stand in {names} (worked_out says how it follows)"
    if finding.certainty == "high" and not any(study.type in REVIEWS for study in studies):
        total = sum(filter(None, people))
        if len(studies) < 2 or total < ENOUGH_PEOPLE:
            trials = "one small trial" if len(studies) == 1 else "small trials"
            yield (
                f'{place}: certainty: "high" rests on {trials} ({total} people): '
                f"needs a review, or trials with {ENOUGH_PEOPLE} people in all"
            )


def _share_stands_in(share: Share, studies: list[Study]) -> bool:
    """Whether a source prints the count itself, or the size of the group and the percentage."""
    numbers = frozenset[float]().union(*(study.numbers for study in studies))
    percent = 100 * share.events / share.of
    return share.of in numbers and (
        share.events in numbers or any(round(percent, digits) in numbers for digits in (0, 1, 2))
    )


def _not_in(difference: Difference, studies: list[Study]) -> Iterator[float]:
    """Yield the numbers of a difference that no source prints; signs are not compared."""
    numbers = frozenset[float]().union(*(study.numbers for study in studies))
    if difference.worked_out:
        return
    for value in (difference.value, difference.low, difference.high):
        if value is not None and abs(value) not in numbers:
            yield value


# Claims and trials --------------------------------------------------------------------------------


def _claims(book: Factbook) -> Iterator[str]:
    cards = Counter(key for card in book.claim_cards.values() for key in card.claims)
    for place, named in (
        *((f"data/claim_cards.yml: {card.id}: claims", card.claims) for card in book.claim_cards.values()),
        *((f"data/contradictions.yml: {pair.id}: one", pair.one.claims) for pair in book.contradictions.values()),
        *((f"data/contradictions.yml: {pair.id}: other", pair.other.claims) for pair in book.contradictions.values()),
        *((f"data/claims.yml: {claim.id}: conflicts", claim.conflicts) for claim in book.claims.values()),
    ):
        for key in named:
            if key not in book.claims:
                yield f'{place}: no claim "{key}"{nearest(key, book.claims)}'
    for claim in book.claims.values():
        if cards[claim.id] != 1:
            yield f"data/claims.yml: {claim.id}: stands in {cards[claim.id]} cards of claim_cards.yml, not in one"
        for key in claim.conflicts:
            if key in book.claims and claim.id not in book.claims[key].conflicts:
                yield f"data/claims.yml: {claim.id}: conflicts: {key} does not name {claim.id} in turn"


def _bias(book: Factbook) -> Iterator[str]:
    for trial in book.bias.values():
        if trial.id not in book.studies:
            yield f'data/bias.yml: {trial.id}: id: no study "{trial.id}"{nearest(trial.id, book.studies)}'
        elif trial.id not in trial.sources:
            yield f"data/bias.yml: {trial.id}: sources: leaves out {trial.id} itself"


def _tools(book: Factbook) -> Iterator[str]:
    """What the tools' records name is there, and the stages after a session leave no hour out."""
    stages = list(book.stages.values())
    ends = [0.0, *(stage.to_hours for stage in stages)]
    for stage, end in zip(stages, ends, strict=False):
        if stage.from_hours != end:
            before = "has no end" if end is None else f"ends at {end:g}"
            yield f"data/stages.yml: {stage.id}: from_hours: {stage.from_hours:g}, where the stage before it {before}"
    if stages and stages[-1].to_hours is not None:
        yield f"data/stages.yml: {stages[-1].id}: to_hours: the last stage has no end"
    for wait in book.waits.values():
        if wait.care not in book.aftercare:
            yield f'data/waits.yml: {wait.id}: care: no topic "{wait.care}"{nearest(wait.care, book.aftercare)}'
    for preset in book.presets.values():
        if preset.schedule not in book.schedules:
            yield (
                f'data/presets.yml: {preset.id}: schedule: no course "{preset.schedule}"'
                f"{nearest(preset.schedule, book.schedules)}"
            )
    for situation in book.situations.values():
        for option in situation.options:
            if option not in book.options:
                hint = nearest(option, book.options)
                yield f'data/situations.yml: {situation.id}: options: no option "{option}"{hint}'


def _staff(book: Factbook) -> Iterator[str]:
    """A case belongs to a module that is there, and no two questions of the course share an id."""
    for case in book.cases.values():
        if case.module not in book.modules:
            yield f'data/cases/{case.id}.yml: module: no module "{case.module}"{nearest(case.module, book.modules)}'
    for part in ("practice", "roleplay"):
        seen: dict[str, str] = {}
        for module in book.modules.values():
            for item in getattr(module, part):
                if item.id in seen:
                    yield f"data/modules/{module.id}.yml: {part}: {item.id} already stands in {seen[item.id]}"
                seen[item.id] = module.id


def _overclaims(book: Factbook) -> Iterator[str]:
    """An overclaim rests on a claim that is there and does not hold, and no phrase stands in two of them."""
    seen: dict[str, str] = {}
    for item in book.overclaims.values():
        place = f"data/overclaims.yml: {item.id}"
        if item.claim and item.claim not in book.claims:
            yield f'{place}: claim: no claim "{item.claim}"{nearest(item.claim, book.claims)}'
        elif item.claim and book.claims[item.claim].verdict == "supported":
            yield f"{place}: claim: {item.claim} holds, so nothing is wrong with saying it"
        for spelling in (spelling for phrase in item.phrases for spelling in phrases.spellings(phrase)):
            if spelling in seen:
                yield f'{place}: phrases: "{spelling}" already stands in {seen[spelling]}'
            seen[spelling] = item.id
