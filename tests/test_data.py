"""The data and its validator: the real data is sound, and each bad input gives one clear line."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from factbook import model, pages, records
from factbook.__main__ import main
from factbook.faults import FactbookError
from tests.conftest import ROOT, run

STUDY = "data/studies/alpha-2001.yml"
FINDING = "data/findings/minoxidil-women.yml"
HAIRS = "data/findings/lotion-hairs.yml"
MODULE = "data/modules/first.yml"
CASE = "data/cases/call.yml"
TOMORROW = date.today() + timedelta(days=1)


@pytest.fixture(scope="module")
def book() -> records.Factbook:
    return model.load(ROOT / "data")


def replace(project: Path, file: str, old: str, new: str) -> None:
    path = project / file
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text, re.MULTILINE), f"{old!r} is not in {file}"
    path.write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE), encoding="utf-8")


def faults(project: Path) -> list[str]:
    try:
        book = model.load(project / "data")
        pages.check(project / "docs", book)
    except FactbookError as error:
        return error.faults
    return []


def test_the_small_project_is_sound(mini: Path) -> None:
    assert faults(mini) == []


# What is changed (file, pattern, replacement) and the one line that has to come of it.
BAD = {
    "unknown source": (
        FINDING,
        r"sources: \[alpha-2001\]",
        "sources: [alpha-2010]",
        f'{FINDING}: sources: no study "alpha-2010" (did you mean "alpha-2001"?)',
    ),
    "file name is not the id": (STUDY, "id: alpha-2001", "id: alpha", f'{STUDY}: id: "alpha" is not the file name'),
    "unknown key": (STUDY, "journal:", "jurnal:", f'{STUDY}: jurnal: unknown key (did you mean "journal"?)'),
    "missing key": (STUDY, "limitations:.*\n", "", f"{STUDY}: limitations: missing key"),
    "wrong type, text for a number": (STUDY, "^n: 50", "n: fifty", f"{STUDY}: n: Input should be a valid integer"),
    "wrong type, number for text": (STUDY, "title: .*", "title: 5", f"{STUDY}: title: Input should be a valid string"),
    "wrong type, text for a list": (STUDY, "^agents: .*", "agents: x", f"{STUDY}: agents: Input should be a valid tuple"),
    "key twice": (STUDY, "^n: 50", "n: 50\nn: 51", f'{STUDY}: line 17: YAML: key "n" stands here a second time'),
    "DOI of wrong shape": (STUDY, "doi: .*", "doi: https://doi.org/10.1/x", f'{STUDY}: doi: "https://doi.org/10.1/x" is not a DOI'),
    "PubMed number of wrong shape": (STUDY, "pmid: .*", "pmid: PM12", f'{STUDY}: pmid: "PM12" is not a PubMed number'),
    "address of wrong shape": (STUDY, "^url: .*", "url: example.org", f'{STUDY}: url: "example.org" is not a web address'),
    "read level": (STUDY, "read: abstract", "read: abstrct", f'{STUDY}: read: "abstrct" is not allowed here (did you mean "abstract"?)'),
    "type of study": (STUDY, "type: rct", "type: rtc", f'{STUDY}: type: "rtc" is not allowed here (did you mean "rct"?)'),
    "topic": (STUDY, r"\[efficacy,", "[eficacy,", f'{STUDY}: topics.0: "eficacy" is not allowed here (did you mean "efficacy"?)'),
    "year in the future": (STUDY, "^year: .*", "year: 2999", f"{STUDY}: year: 2999 is not a year"),
    "more analysed than allotted": (STUDY, "^n: 50", "n: 61", f"{STUDY}: n: 61 people analysed, but only 60 allotted"),
    "finding: more analysed than allotted": (
        FINDING,
        "^order: 1",
        "order: 1\nn_randomised: 8",
        f"{FINDING}: n: 50 people analysed, but only 8 allotted",
    ),
    "share over 100 %": (
        FINDING,
        "events: 18, of: 26",
        "events: 27, of: 26",
        f"{FINDING}: treated: events: 27 of 26 is over 100 %",
    ),
    "share over 100 % among harms": ("data/harms.yml", "events: 246", "events: 542", "data/harms.yml: pain: events: 542 of 541 is over 100 %"),
    "interval that does not hold the value": (
        HAIRS,
        "low: 7.1",
        "low: 8.1",
        f"{HAIRS}: difference: 7.9 is outside 8.1 to 8.7",
    ),
    "certainty outside the scale": (
        FINDING,
        "certainty: low",
        "certainty: quite",
        f'{FINDING}: certainty: "quite" is not allowed here (one of: high, moderate, low, very-low, none)',
    ),
    "certainty without a reason": (FINDING, "why: .*\n", "", f'{FINDING}: why: certainty "low" needs at least one reason'),
    "certainty none but studied": (FINDING, "certainty: low", "certainty: none", f'{FINDING}: certainty: "none" goes with direction'),
    "reason that is none": (FINDING, "bias:", "bais:", f'{FINDING}: why.bais: "bais" is not allowed here (did you mean "bias"?)'),
    "finding without source": (FINDING, "sources: .*", "sources: []", f"{FINDING}: sources: a finding needs at least one source"),
    "finding about an unknown agent": (
        FINDING,
        "agent: minoxidil",
        "agent: minoxidill",
        f'{FINDING}: agent: no agent "minoxidill" (did you mean "minoxidil"?)',
    ),
    "fact without source": (
        "data/ingredients/minoxidil.yml",
        r"licence: .*",
        "licence: {text: Lotion only.}",
        "data/ingredients/minoxidil.yml: licence: no sources: name at least one, or a basis",
    ),
    "fact with an unknown key": (
        "data/ingredients/minoxidil.yml",
        r"licence: \{text",
        "licence: {txt: x, text",
        'data/ingredients/minoxidil.yml: licence.txt: unknown key (did you mean "text"?)',
    ),
    "id twice in a list": (
        "data/harms.yml",
        r"\Z",
        "- {id: pain, name: P, group: care, evidence: data, how_often: &f {text: x, basis: not-found}, when: *f, do: *f}\n",
        'data/harms.yml: pain: id: "pain" stands here a second time',
    ),
    "date in the future": ("data/rules.yml", "seen: .*", f"seen: {TOMORROW}", f"data/rules.yml: uk: seen: {TOMORROW} is in the future"),
    "banner text too long": (
        "data/signs.yml",
        "short: .*",
        "short: one two three four five six seven eight nine",
        "data/signs.yml: breath: short: over eight words",
    ),
    "one spelling for two words": (
        "data/glossary.yml",
        r"forms: \[follicles\]",
        "forms: [dermis]",
        'data/glossary.yml: follicle: forms: "dermis" already belongs to dermis',
    ),
    "YAML syntax": (STUDY, "title: .*", "title: 'open", f"{STUDY}: line"),
    "page without title": ("docs/index.md", "title: .*\n", "", "docs/index.md: title: missing key"),
    "page without description": ("docs/index.md", "description: .*\n", "", "docs/index.md: description: missing key"),
    "page without checked date": ("docs/index.md", "checked: .*\n", "", "docs/index.md: checked: missing key"),
    "page checked in the future": ("docs/index.md", "checked: .*", f"checked: {TOMORROW}", f"docs/index.md: checked: {TOMORROW} is in the future"),
    "page due too late": ("docs/index.md", "due: .*", "due: 2028-11-20", "docs/index.md: due: 2028-11-20 is not within a year"),
    "page with a long description": ("docs/index.md", "description: .*", f"description: {'x' * 156}", "docs/index.md: description: 156 characters long, not 20 to 155"),
    "page whose description would break the head": (
        "docs/index.md",
        "description: .*",
        """description: 'A page with "quotes" in its description.'""",
        'docs/index.md: description: holds ", which would break the head of the page',
    ),
    "page with an unknown key": ("docs/index.md", "audience:", "audence:", 'docs/index.md: audence: unknown key (did you mean "audience"?)'),
    "page signed by nobody": ("docs/index.md", "audience: .*", "audience: patient\nreviewed: {name: X}", "docs/index.md: reviewed.role: missing key"),
    "prompt: no question mark": ("data/prompts.yml", r"ask: (.*)\?", r"ask: \1", "data/prompts.yml: which-kind: ask: does not end with a question mark"),
    "prompt: neither source nor basis": (
        "data/prompts.yml",
        r"  sources: .*\n",
        "",
        "data/prompts.yml: which-kind: sources: none named; name some, or say basis: our-judgement",
    ),
    "prompt: unknown page": (
        "data/prompts.yml",
        "page: ingredients/minoxidil.md",
        "page: ingredients/minoxidl.md",
        'data/prompts.yml: which-kind: page: no page "ingredients/minoxidl.md" (did you mean "ingredients/minoxidil.md"?)',
    ),
    "emergency number with letters": (
        "data/emergency_numbers.yml",
        r'\["999"',
        '["99O"',
        'data/emergency_numbers.yml: gb: numbers.0: "99O" is not a number to dial',
    ),
    "stage that ends before it starts": (
        "data/stages.yml",
        r"to_hours: 1\.0",
        "to_hours: 0.0",
        "data/stages.yml: first-hour: to_hours: not after from_hours",
    ),
    "stages with a gap": ("data/stages.yml", r"from_hours: 1\.0", "from_hours: 2.0", "data/stages.yml: later: from_hours: 2, where the stage before it ends at 1"),
    "a stage's short is long": (
        "data/stages.yml",
        "short: Red skin.",
        "short: " + "red " * 26,
        "data/stages.yml: first-hour: expected.0: short: over 25 words",
    ),
    "a leaflet of no page": (
        "docs/index.md",
        "/// emergency",
        "/// leaflet-foot\n    to: aftercare/warnin-signs/",
        'docs/index.md: block /// leaflet-foot: to: "aftercare/warnin-signs/" is not allowed here '
        '(did you mean "aftercare/warning-signs/"?)',
    ),
    "a leaflet's foot that leads nowhere": (
        "docs/index.md",
        "/// emergency",
        "/// leaflet-foot",
        "docs/index.md: block /// leaflet-foot: to: needs the address of the page it comes from",
    ),
    "stages that end": ("data/stages.yml", r"from_hours: 1\.0", "from_hours: 1.0\n  to_hours: 9.0", "data/stages.yml: later: to_hours: the last stage has no end"),
    "wait of an unknown topic": ("data/waits.yml", "care: wash$", "care: wsh", 'data/waits.yml: washing: care: no topic "wsh" (did you mean "wash"?)'),
    "wait that is longest before it is shortest": (
        "data/waits.yml",
        r"earliest_hours: 0\.0",
        "earliest_hours: 97.0",
        "data/waits.yml: washing: earliest_hours: not 0 to latest_hours",
    ),
    "preset of an unknown course": ("data/presets.yml", "schedule: alpha", "schedule: alpa", 'data/presets.yml: weekly: schedule: no course "alpa" (did you mean "alpha"?)'),
    "preset that does not start at 0": ("data/presets.yml", r"\[0, 7", "[7, 7", "data/presets.yml: weekly: days: start at 0 and rise"),
    "preset judged before its last session": ("data/presets.yml", "review_day: 42", "review_day: 13", "data/presets.yml: weekly: review_day: before the last session"),
    "situation with an unknown option": (
        "data/situations.yml",
        "doctor_first: true",
        "doctor_first: true\n  options: [nothin]",
        'data/situations.yml: sudden: options: no option "nothin" (did you mean "nothing"?)',
    ),
    "quiz with a right answer that is not there": ("data/quiz.yml", "right: 1", "right: 3", "data/quiz.yml: salt-water: right: not 1 to 2"),
    "moment: no such page": (
        "data/moments.yml",
        "minoxidil.md",
        "minoxidill.md",
        'data/moments.yml: booking: page: no page "ingredients/minoxidill.md" (did you mean "ingredients/minoxidil.md"?)',
    ),
    "frame without a page": (
        "data/frames.yml",
        "id: box",
        "id: bax",
        'data/frames.yml: bax: id: no page "embed/bax.md" (did you mean "embed/box.md"?)',
    ),
    "frame higher than a screen": (
        "data/frames.yml",
        "height: 400",
        "height: 4000",
        "data/frames.yml: box: height: Input should be less than or equal to 1200",
    ),
    "page for frames that belongs to no page": (
        "docs/embed/box.md",
        "^audience: (.*)",
        r"audience: \1\ntemplate: embed.html\nglightbox: false",
        "docs/embed/box.md: next: a page with a template of its own names the page that it is a part of (text, to)",
    ),
    "page with a template of its own, with the lightbox": (
        "docs/embed/box.md",
        "^audience: (.*)",
        r"audience: \1\nnext: {text: On to the box, to: ingredients/minoxidil/}\ntemplate: leaflet.html",
        "docs/embed/box.md: glightbox: has to be false on a page with a template of its own",
    ),
    "frame on a page that is no index": (
        "docs/ingredients/minoxidil.md",
        "^# Minoxidil",
        "# Minoxidil\n\n/// frames\n///",
        "docs/ingredients/minoxidil.md: has a frame; put the page at minoxidil/index.md",
    ),
    "code to scan: no such address": (
        "docs/index.md",
        r"\Z",
        "\n/// qr\n    to: embed/bax/\n///\n",
        'docs/index.md: block /// qr: to: "embed/bax/" is not allowed here (did you mean "embed/box/"?)',
    ),
    "next step: no such address": (
        "docs/index.md",
        "^audience: (.*)",
        r"audience: \1\nnext: {text: Read the answer, to: evidense/}",
        'docs/index.md: next: to: no address "evidense/"',
    ),
    "next step: words too long for the bar": (
        "docs/index.md",
        "^audience: (.*)",
        r"audience: \1\nnext: {text: Read all of the answer that the trials gave, to: evidence/}",
        "docs/index.md: next.text: 43 characters long, not 10 to 40",
    ),
    "page without front matter": ("docs/index.md", r"\A---\n", "", "docs/index.md: no front matter"),
    "unknown citation on a page": (
        "docs/index.md",
        "@alpha-2001",
        "@alpha-2010",
        'docs/index.md: citation [@alpha-2010]: no study "alpha-2010" (did you mean "alpha-2001"?)',
    ),
    "unknown block": ("docs/index.md", "/// emergency", "/// emergncy", 'docs/index.md: block /// emergncy: unknown block (did you mean "emergency"?)'),
    "unknown ingredient": (
        "docs/ingredients/minoxidil.md",
        r"\| minoxidil$",
        "| minoxidill",
        'docs/ingredients/minoxidil.md: block /// ingredient: no ingredient "minoxidill" (did you mean "minoxidil"?)',
    ),
    "unknown option": (
        "docs/evidence/studies.md",
        "/// studies",
        "/// studies\n    tpic: safety",
        'docs/evidence/studies.md: block /// studies: tpic: unknown option (did you mean "topic"?)',
    ),
    "bad value of an option": (
        "docs/evidence/studies.md",
        "/// studies",
        "/// studies\n    topic: safty",
        'docs/evidence/studies.md: block /// studies: topic: "safty" is not allowed here (did you mean "safety"?)',
    ),
    "block without its argument": ("docs/ingredients/minoxidil.md", r"\| minoxidil$", "", "docs/ingredients/minoxidil.md: block /// ingredient: needs an id"),
    "block inside a list": ("docs/index.md", r"\Z", "\n- a\n\n    /// emergncy\n    ///\n", "docs/index.md: block /// emergncy: unknown block"),
    "block that is not closed": ("docs/index.md", "/// emergency\n///", "/// emergency\n\nText.", "docs/index.md: block /// emergency: not closed"),
    "option that is no pair": ("docs/evidence/studies.md", "/// studies", "/// studies\n    topic safety", 'docs/evidence/studies.md: block /// studies: options are "key: value" lines (found "topic safety")'),
    "option that is not YAML": ("docs/evidence/studies.md", "/// studies", "/// studies\n    topic: [safety", "docs/evidence/studies.md: block /// studies: options are"),
    "citation with a loose end": ("docs/index.md", r"\[@alpha-2001\]", "[@alpha-2001;]", "docs/index.md: [@alpha-2001;]: not a citation; write [@id] or [@id; @id]"),
    "citations parted by a comma": ("docs/index.md", r"\[@alpha-2001\]", "[@alpha-2001, @beta]", "docs/index.md: [@alpha-2001, @beta]: not a citation"),
    "citation in capitals": ("docs/index.md", r"\[@alpha-2001\]", "[@Alpha-2001]", 'docs/index.md: citation [@Alpha-2001]: no study "Alpha-2001" (did you mean "alpha-2001"?)'),
    "date that does not exist": ("data/rules.yml", "seen: .*", "seen: 2026-02-30", "data/rules.yml: line 6: YAML: day is out of range for month"),
    "date in quotes": ("docs/index.md", "checked: .*", 'checked: "2026-11-20"', 'docs/index.md: checked: "2026-11-20" is not a date'),
    "front matter with a key twice": ("docs/index.md", "title: .*", "title: A\ntitle: B", 'docs/index.md: line 3: YAML: key "title" stands here a second time'),
    "citation in a data text": ("data/rules.yml", "not_known: .*", "not_known: z [@beta]", 'data/rules.yml: uk: not_known: holds "[@": no HTML; citations go to sources'),
    "text of spaces": (STUDY, "summary: .*", 'summary: "  "', f"{STUDY}: summary: is empty"),
    "nothing for text": (STUDY, "summary: .*", "summary:", f"{STUDY}: summary: Input should be a valid string (found nothing)"),
    "interval with one end": (HAIRS, "low: 7.1, ", "", f"{HAIRS}: difference: low: low and high stand together"),
    "difference that its source does not print": (HAIRS, "value: 7.9", "value: 8.2", f"{HAIRS}: difference: 8.2 does not stand in alpha-2001 (worked_out"),
    "share that contradicts its source": (
        FINDING,
        "events: 18, of: 26",
        "events: 20, of: 26",
        f"{FINDING}: treated: neither 20 of 26 nor 76.9 % stands in alpha-2001 (worked_out",
    ),
    "group that its source does not have": (FINDING, "events: 9, of: 24", "events: 9, of: 25", f"{FINDING}: comparison: neither 9 of 25 nor 36.0 % stands in alpha-2001"),
    "finding with more people than its source": (FINDING, "^n: 50", "n: 61", f"{FINDING}: n: 61 people, but only 60 in alpha-2001"),
    "group larger than the finding": (FINDING, "^n: 50", "n: 25", f"{FINDING}: treated: of: 26 people, but the finding has n: 25"),
    "high certainty from one small trial": (
        FINDING,
        "certainty: low",
        "certainty: high",
        f'{FINDING}: certainty: "high" rests on one small trial (60 people): needs a review, or trials with 400 people in all',
    ),
    "finding without its size in words": (FINDING, "size: .*\n", "", f"{FINDING}: size: say in words"),
    "count that does not say what happened": (FINDING, "event: .*\n", "", f"{FINDING}: event: stands beside treated"),
    "comparison alone": (FINDING, r"treated: .*\n(comparison: .*\n)event: .*\n", r"\1", f"{FINDING}: comparison: stands beside treated, not alone"),
    "numbers of what nobody studied": (
        "data/findings/minoxidil-shedding.yml",
        "certainty: none",
        "certainty: none\nevent: x\ntreated: {events: 1, of: 2}",
        "data/findings/minoxidil-shedding.yml: treated: a finding that nobody studied has no numbers",
    ),
    "trial that is no study": ("data/bias.yml", "id: alpha-2001", "id: alpha-2010", 'data/bias.yml: alpha-2010: id: no study "alpha-2010" (did you mean "alpha-2001"?)'),
    "trial of no injected agent": ("data/bias.yml", "agent: minoxidil", "agent: laser", 'data/bias.yml: alpha-2001: agent: no injected agent "laser"'),
    "trial that leaves itself out": ("data/bias.yml", r"sources: \[alpha-2001\]", "sources: [beta]", "data/bias.yml: alpha-2001: sources: leaves out alpha-2001 itself"),
    "level of concern": ("data/bias.yml", "concern: some", "concern: same", 'data/bias.yml: alpha-2001: allotted.concern: "same" is not allowed here (did you mean "some"?)'),
    "verdict outside the scale": ("data/claims.yml", "verdict: contradicted", "verdict: wrong", 'data/claims.yml: c-001: verdict: "wrong" is not allowed here'),
    "claim without a card": ("data/claim_cards.yml", r"\[c-001, c-002\]", "[c-002]", "data/claims.yml: c-001: stands in 0 cards of claim_cards.yml, not in one"),
    "claim in two cards": ("data/claim_cards.yml", r"\[a-permanent\]", "[a-permanent, c-002]", "data/claims.yml: c-002: stands in 2 cards of claim_cards.yml, not in one"),
    "card with an unknown claim": ("data/claim_cards.yml", r"\[a-permanent\]", "[a-permanent, c-003]", 'data/claim_cards.yml: lasting: claims: no claim "c-003" (did you mean "c-002"?)'),
    "card that asks nothing": ("data/claim_cards.yml", r"Is it new\?", "It is new.", 'data/claim_cards.yml: age: question: "It is new." is not a question'),
    "clash that only one side knows": ("data/claims.yml", r"conflicts: \[c-001\], ", "", "data/claims.yml: c-001: conflicts: c-002 does not name c-001 in turn"),
    "pair with an unknown claim": ("data/contradictions.yml", r"claims: \[c-002\]", "claims: [c-009]", 'data/contradictions.yml: age: other: no claim "c-009"'),
    "search: no such page": (
        "data/search.yml",
        "index.md#next",
        "idnex.md#next",
        'data/search.yml: home: page: no page "idnex.md" (did you mean "index.md"?)',
    ),
    "search: a synonym that means nothing": (
        "data/search.yml",
        r", means: \[hair loss\]",
        "",
        'data/search.yml: hair-fall: means: missing for kind "synonym"',
    ),
    "search: a place with words that mean it": (
        "data/search.yml",
        r"asked: \[begin\]",
        "asked: [begin], means: [start]",
        'data/search.yml: home: means: not for kind "place"',
    ),
    "search: a brand that nobody looked up": (
        "data/search.yml",
        r", seen_at: .*\]",
        "",
        "data/search.yml: lotion: seen_at: name a page that says what is in the brand",
    ),
    "search: a language without its name": (
        "data/search.yml",
        "kind: synonym",
        "kind: language",
        "data/search.yml: hair-fall: language: name it (tr, es, ar or hi)",
    ),
    "search: the same twice": (
        "data/search.yml",
        r"asked: \[begin\]",
        "asked: [begin, begin]",
        'data/search.yml: home: asked: "begin" stands here twice',
    ),
    "claim that leads to no page": ("data/claims.yml", "page: index.md", "page: idnex.md", 'data/claims.yml: c-001: page: no page "idnex.md" (did you mean "index.md"?)'),
    "advert rule that says nothing": ("data/advertising.yml", r"not_said: \[.*?\}\]", "not_said: []", "data/advertising.yml: uk: not_said: Tuple should have at least 1 item"),
    "advert rule with an unknown source": ("data/advertising.yml", r"sources: \[alpha-2001\]", "sources: [alpha-2010]", 'data/advertising.yml: uk: sources: no study "alpha-2010"'),
    "overclaim that rests on nothing": ("data/overclaims.yml", "claim: a-permanent, ", "", "data/overclaims.yml: lasts: why: name a claim, or give a reason (why)"),
    "overclaim of an unknown claim": ("data/overclaims.yml", "claim: a-permanent", "claim: a-permanant", 'data/overclaims.yml: lasts: claim: no claim "a-permanant" (did you mean "a-permanent"?)'),
    "overclaim that holds": ("data/overclaims.yml", "claim: a-permanent", "claim: c-002", "data/overclaims.yml: lasts: claim: c-002 holds, so nothing is wrong with saying it"),
    "phrase that its examples do not hold": ("data/overclaims.yml", "permanent result\\*", "lasting result*", 'data/overclaims.yml: lasts: phrases: "lasting result*" stands in none of its examples'),
    "example without a phrase": ("data/overclaims.yml", "It is safe.,", "It is safe., It is sound.,", 'data/overclaims.yml: safe: examples: none of its phrases stands in "It is sound."'),
    "phrase in another's list": ("data/overclaims.yml", r"result\*\], examples: \[", "result*, safe], examples: [It is safe., ", 'data/overclaims.yml: safe: phrases: "safe" already stands in lasts'),
    "phrase with a sign of its own": ("data/overclaims.yml", "permanent result\\*", "permanent (result)", 'data/overclaims.yml: lasts: "(result)" in "permanent (result)": small letters, digits and %, with / * # … as signs'),
    "phrase that begins with a gap": ("data/overclaims.yml", "permanent result\\*", '"… result*"', 'data/overclaims.yml: lasts: "… result*": begins and ends with a word'),
    "family that is none": ("data/overclaims.yml", "family: lasting", "family: lastng", 'data/overclaims.yml: lasts: family: "lastng" is not allowed here (did you mean "lasting"?)'),
    "option with a long short name": ("data/options.yml", "short: Nothing", "short: Nothing at all now", "data/options.yml: nothing: short: over three words"),
    "option without an answer": ("data/options.yml", ", licence: \\*f, unknown: {text", ", unknown: {text", "data/options.yml: nothing: answers.licence: missing key"),
    "course judged in the far future": ("data/schedules.yml", r"judged_weeks: \[15\]", "judged_weeks: [1500]", "data/schedules.yml: alpha: judged_weeks: [1500.0] is not between 0 and 520 weeks"),
    "edition in the future": ("data/edition.yml", "date: .*", f"date: {TOMORROW}", f"data/edition.yml: date: {TOMORROW} is in the future"),
    "picture of a finding without a count": ("docs/index.md", r"\Z", "\n/// icons | lotion-hairs\n///\n", "docs/index.md: block /// icons: finding lotion-hairs has no count to draw"),
    "picture of no finding": ("docs/index.md", r"\Z", "\n/// icons | lotion-hair\n///\n", 'docs/index.md: block /// icons: no finding "lotion-hair" (did you mean "lotion-hairs"?)'),
    "picture of a harm that nobody counted": (
        "docs/index.md",
        r"\Z",
        "\n/// icons | minoxidil-women\n    harm: pian\n///\n",
        'docs/index.md: block /// icons: harm: "pian" is not allowed here (did you mean "pain"?)',
    ),
    "page with an unknown script": ("docs/index.md", "audience: .*", "audience: patient\nscripts: [fliter]", 'docs/index.md: scripts.0: "fliter" is not allowed here (did you mean "filter"?)'),
    "practice without a right answer": (
        MODULE,
        ", right: true",
        "",
        f"{MODULE}: practice.0: choices: none is right",
    ),
    "practice with two right answers where one is allowed": (
        MODULE,
        r"(Nothing is swallowed\.)",
        r"\1, right: true",
        f"{MODULE}: practice.0: choices: 2 are right, but several is not set",
    ),
    "practice with one right answer where several are asked for": (MODULE, "(    ask: .*)", r"\1\n    several: true", f"{MODULE}: practice.0: several: set, but only one choice is right"),
    "practice with the same answer twice": (MODULE, "A pill", "A needle in the scalp", f"{MODULE}: practice.0: choices: the same text stands there twice"),
    "practice with a right answer in words": (MODULE, "right: true", 'right: "yes"', f"{MODULE}: practice.0.choices.0.right: Input should be a valid boolean"),
    "practice with a misspelt key": (MODULE, "right: true", "rihgt: true", f'{MODULE}: practice.0.choices.0.rihgt: unknown key (did you mean "right"?)'),
    "practice that leads to no page": (MODULE, "    page: index.md", "    page: idnex.md", f'{MODULE}: practice: first-1: page: no page "idnex.md" (did you mean "index.md"?)'),
    "module with four points to remember": (MODULE, r"  - \{text: Five.*\n", "", f"{MODULE}: remember: Tuple should have at least 5 items"),
    "case of an unknown module": (CASE, "module: first", "module: frist", f'{CASE}: module: no module "frist" (did you mean "first"?)'),
    "case with a choice that leads nowhere": (CASE, "to: doctor", "to: docter", f'{CASE}: steps: start: no step "docter" (did you mean "doctor"?)'),
    "case with a step that nothing leads to": (CASE, "to: doctor", "to: booked", f"{CASE}: steps: doctor: no choice leads here"),
    "case that goes round": (
        CASE,
        r"says: He comes and pays\.\n(.*\n){3}",
        "says: He comes and pays.\n    choices:\n      - {text: Ask again., to: start}\n      - {text: Send him., to: doctor}\n",
        f"{CASE}: steps: booked: leads back to start",
    ),
    "case with the same step twice": (CASE, "id: doctor", "id: booked", f"{CASE}: steps: an id stands there twice"),
    "case with an end that gives no reason": (CASE, "    why: .*\n", "", f"{CASE}: steps.1: verdict: an end names verdict, why and page"),
    "case with one choice": (CASE, r"      - \{text: Book him.*\n", "", f"{CASE}: steps.0: choices: one choice is none"),
    "case without a good end": (CASE, "verdict: good", "verdict: poor", f"{CASE}: steps: no good end"),
    "case that leads to no page": (CASE, "    page: index.md", "    page: idnex.md", f'{CASE}: booked: page: no page "idnex.md" (did you mean "index.md"?)'),
    "course with an unknown part": ("docs/index.md", r"\Z", "\n/// course\n    show: moduls\n///\n", 'docs/index.md: block /// course: show: "moduls" is not allowed here (did you mean "modules"?)'),
    "unknown module": ("docs/index.md", r"\Z", "\n/// module | frist\n///\n", 'docs/index.md: block /// module: no module "frist" (did you mean "first"?)'),
    "rating by an unknown standard": ("data/ratings.yml", "one-list-1, standard: one-list", "one-list-1, standard: one-lst", 'data/ratings.yml: one-list-1: standard: no standard "one-lst" (did you mean "one-list"?)'),
    "rating above what there is": ("data/ratings.yml", "mark: 1, of: 1,", "mark: 2, of: 1,", "data/ratings.yml: one-list-1: mark: 2 is more than 1 (of)"),
    "rating that leads to no page": ("data/ratings.yml", "page: index.md, why: It is", "page: idnex.md, why: It is", 'data/ratings.yml: one-list-1: page: no page "idnex.md" (did you mean "index.md"?)'),
    "rating of text": ("data/ratings.yml", "mark: 1, of: 1,", "mark: good, of: 1,", "data/ratings.yml: one-list-1: mark: Input should be a valid number (found text)"),
    "standard without ratings": ("data/standards.yml", r"\Z", "- {id: other, name: Other, about: Nothing., count: None., aim: None}\n", "data/standards.yml: other: id: nothing in data/ratings.yml is rated by it"),
    "peer without an address": ("data/peers.yml", "https://example.org/peers", "example.org", 'data/peers.yml: ten-pages: url: "example.org" is not a web address'),
    "figure of an unknown group": ("data/measured.yml", "group: weight", "group: wieght", 'data/measured.yml: pages: group: "wieght" is not allowed here (did you mean "weight"?)'),
    "figure measured tomorrow": ("data/measured.yml", r"2026-01-02\}", "2999-01-02}", "data/measured.yml: pages: seen: 2999-01-02 is in the future"),
    "argument where none belongs": ("docs/index.md", "/// emergency", "/// emergency | x", "docs/index.md: block /// emergency: takes no argument"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gives_one_clear_line(mini: Path, case: str) -> None:
    file, old, new, line = BAD[case]
    replace(mini, file, old, new)
    found = faults(mini)
    expected = [fault for fault in found if fault.startswith(line)]
    assert len(expected) == 1, found
    assert "\n" not in expected[0]
    # A misspelt required key is two faults of one slip: one unknown, one missing.
    assert len(found) == 1 or all(": missing key" in fault for fault in found if fault not in expected), found


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", f"{STUDY}: the file is empty"),
        (b"# only a remark\n", f"{STUDY}: the file is empty"),
        (b"id: caf\xe9\n", f"{STUDY}: not UTF-8 (byte 8)"),
        (b"- a\n- b\n", f"{STUDY}: expected keys with values, found a list"),
    ],
)
def test_bad_files(mini: Path, content: bytes, line: str) -> None:
    (mini / STUDY).write_bytes(content)
    assert faults(mini) == [line]


def test_missing_files_are_named(mini: Path) -> None:
    (mini / "data/harms.yml").unlink()
    for path in (mini / "data/findings").iterdir():
        path.unlink()
    assert faults(mini) == ["data/findings: no files", "data/harms.yml: the file is missing"]


def test_page_that_is_not_utf8(mini: Path) -> None:
    (mini / "docs/index.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    assert faults(mini) == ["docs/index.md: not UTF-8 (byte 15)"]


def test_same_paper_twice(mini: Path) -> None:
    text = (mini / STUDY).read_text(encoding="utf-8")
    (mini / "data/studies/gamma.yml").write_text(text.replace("id: alpha-2001", "id: gamma"), encoding="utf-8")
    assert faults(mini) == [
        "data/studies/gamma.yml: 10.1234/example.1 already belongs to alpha-2001",
        "data/studies/gamma.yml: PubMed 1234567 already belongs to alpha-2001",
    ]


def test_all_faults_of_a_run_at_once(mini: Path) -> None:
    replace(mini, STUDY, "type: rct", "type: x")
    replace(mini, STUDY, "doi: .*", "doi: x")
    replace(mini, FINDING, "certainty: low", "certainty: x")
    replace(mini, "data/rules.yml", "place: .*", "place: 3")
    assert len(faults(mini)) == 4


@pytest.mark.parametrize(
    "code",
    [
        "`[@nobody]`",
        "```text\n[@nobody]\n```",
        "~~~\n[@nobody]\n~~~",
        "    [@nobody]",
        "`` `[@nobody]` ``",
        "<!-- [@nobody] -->",
        "- a\n\n    ```text\n    [@nobody]\n    ```",
    ],
)
def test_citation_in_code_is_left_alone(mini: Path, code: str) -> None:
    with (mini / "docs/index.md").open("a", encoding="utf-8") as page:
        page.write(f"\nText before.\n\n{code}\n")
    assert faults(mini) == []


@pytest.mark.parametrize(
    "text",
    [
        '!!! note "N"\n\n    [@nobody]',
        "- a\n\n    [@nobody]",
        '=== "T"\n\n    [@nobody]',
        "| a | b |\n| - | - |\n| [@nobody] | c |",
        "[@alpha-2001; @nobody]",
    ],
)
def test_citation_in_containers_is_checked(mini: Path, text: str) -> None:
    with (mini / "docs/index.md").open("a", encoding="utf-8") as page:
        page.write(f"\n{text}\n")
    assert faults(mini) == ['docs/index.md: citation [@nobody]: no study "nobody"']


def test_command_line(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--root", str(mini)]) == 0
    assert capsys.readouterr().out == "2 studies, 1 ingredients, 3 findings: no faults\n"
    replace(mini, STUDY, "type: rct", "type: x")
    replace(mini, "docs/index.md", "title: .*\n", "")
    assert main(["check", "--root", str(mini)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[0] for line in lines] == [STUDY, "docs/index.md", "2 faults"]


def test_overdue_page_fails_only_where_the_rule_says_so(mini: Path, capsys: pytest.CaptureFixture[str]) -> None:
    replace(mini, "docs/index.md", "checked: .*", "checked: 2020-01-01")
    replace(mini, "docs/index.md", "due: .*", "due: 2020-06-01")
    assert main(["check", "--root", str(mini)]) == 0
    assert "remark: docs/index.md: due: the check was due on 2020-06-01" in capsys.readouterr().err
    assert main(["check", "--root", str(mini), "--overdue"]) == 1


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
@pytest.mark.parametrize(
    "case", ["unknown citation on a page", "unknown key", "YAML syntax", "page without checked date", "unknown block"]
)
def test_both_builders_stop(mini: Path, builder: str, case: str) -> None:
    file, old, new, line = BAD[case]
    replace(mini, file, old, new)
    done = run(builder, "build", *(["--clean"] if builder == "zensical" else []), folder=mini)
    assert done.returncode != 0
    assert line in done.stdout


def test_a_failed_build_leaves_the_earlier_site(mini: Path) -> None:
    """`make build` itself, in a project whose environment stands already."""
    (mini / "Makefile").write_text((ROOT / "Makefile").read_text(encoding="utf-8"), encoding="utf-8")
    (mini / "requirements.txt").touch()
    (mini / "pyproject.toml").touch()
    (mini / ".venv").mkdir()
    (mini / ".venv/bin").symlink_to(Path(sys.executable).parent)
    (mini / ".venv/site").touch()
    # The small project has not what the finish counts on: an empty one of its own comes before ours.
    (mini / "finish.py").touch()

    def make() -> int:
        return subprocess.run(["make", "build"], cwd=mini, capture_output=True, check=False).returncode

    assert make() == 0
    before = (mini / "site/index.html").read_bytes()
    replace(mini, STUDY, "type: rct", "type: x")
    assert make() != 0
    assert (mini / "site/index.html").read_bytes() == before


def test_data_is_read_once_for_each_state(mini: Path) -> None:
    first = model.load(mini / "data")
    assert model.load(mini / "data") is first
    replace(mini, STUDY, "^n: 50", "n: 49")
    assert model.load(mini / "data").studies["alpha-2001"].n == 49


def test_the_model_knows_no_builder() -> None:
    code = "import sys, factbook.model; print(sorted({m.split('.')[0] for m in sys.modules} & {'markdown', 'mkdocs', 'zensical'}))"
    done = run("python", "-c", code, folder=ROOT)
    assert done.stdout.strip() == "[]"


# The real data ------------------------------------------------------------------------------------


def test_every_cited_source_has_been_seen(book: records.Factbook) -> None:
    """Advice never rests on second-hand accounts alone."""
    alone = [
        f"{kind}: {item.id}"
        for kind, items in (("harms", book.harms), ("signs", book.signs), ("aftercare", book.aftercare))
        for item in items.values()
        for advice in [getattr(item, "do", None) or item.sensible]
        if advice.sources and all(book.studies[source].read == "secondary" for source in advice.sources)
    ]
    assert alone == []


def test_questions_name_pages_that_stand_or_are_planned(book: records.Factbook) -> None:
    from tests.conftest import ADDRESSES

    planned = ("/tools/",)
    wrong = [
        to for question in book.questions for to in question.to if to not in ADDRESSES and not to.startswith(planned)
    ]
    assert wrong == []


def test_every_agent_has_an_injected_fact_for_each_grade(book: records.Factbook) -> None:
    """`none` means not studied: then the fact says so, and any other grade needs a source."""
    wrong = [
        item.id for item in book.ingredients.values() if item.certainty != "none" and item.injected.basis != "sourced"
    ]
    assert wrong == []


def test_schema_names_every_key() -> None:
    """data/SCHEMA.md is for people; it must not fall behind the classes."""
    import dataclasses

    schema = (ROOT / "data/SCHEMA.md").read_text(encoding="utf-8")
    parts = {part.split(":")[0].strip("` "): part for part in schema.split("\n## ")}
    kinds = {
        "studies/<id>.yml`": records.Study,
        "ingredients/<id>.yml`": records.Ingredient,
        "findings/<id>.yml`": records.Finding,
        "harms.yml`": records.Harm,
        "signs.yml`": records.Sign,
        "aftercare.yml`": records.Aftercare,
        "rules.yml`": records.Rule,
        "advertising.yml`": records.Advertising,
        "overclaims.yml`": records.Overclaim,
        "glossary.yml`": records.Word,
        "bias.yml`": records.Bias,
        "claims.yml`": records.Claim,
        "claim_cards.yml`": records.ClaimCard,
        "prompts.yml`": records.Prompt,
        "emergency_numbers.yml`": records.EmergencyNumber,
        "stages.yml`": records.Stage,
        "waits.yml`": records.Wait,
        "presets.yml`": records.Preset,
        "situations.yml`": records.Situation,
        "values.yml`": records.Value,
        "quiz.yml`": records.Quiz,
        "sure.yml`": records.Sure,
        "contradictions.yml`": records.Contradiction,
        "options.yml`": records.Option,
        "schedules.yml`": records.Schedule,
        "figures.yml`": records.Figure,
        "changes.yml`": records.Change,
        "edition.yml`": records.Edition,
        "questions.yml`": records.Question,
        "search.yml`": records.SearchWord,
    }
    for name, kind in kinds.items():
        part = parts[name.rstrip("`")]
        keys = {
            key.strip(" *") for row in re.findall(r"^\| ([a-z_, *]+) \|", part, re.MULTILINE) for key in row.split(",")
        }
        assert {item.name for item in dataclasses.fields(kind)} == keys, name
