"""What the site calls things: the words shown for the ids and levels of the data."""

from __future__ import annotations

from factbook.records import Factbook, Study

CERTAINTY_STEPS = {"none": 0, "very-low": 1, "low": 2, "moderate": 3, "high": 4}
GROUPS = {
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
CONDITIONS = {
    "pattern-women": "Women, pattern hair loss",
    "pattern-men": "Men, pattern hair loss",
    "pattern": "Men and women, pattern hair loss",
    "shedding": "Shedding (telogen effluvium)",
    "patchy": "Patchy hair loss (alopecia areata)",
    "stress": "Hair loss after stress",
    "transplant": "After a hair transplant",
    "scarring": "Scarring hair loss",
}
AGENTS = {
    "needling": "Needling",
    "salt-water": "Salt water",
    "minoxidil-lotion": "Minoxidil lotion",
    "minoxidil-tablets": "Minoxidil tablets",
    "finasteride-tablets": "Finasteride tablets",
    "dutasteride-tablets": "Dutasteride tablets",
    "laser": "Laser",
    "transplant": "Hair transplant",
    "camouflage": "Camouflage",
    "no-treatment": "No treatment",
}
STUDY_AGENTS = {
    "multivitamin-mix": "Vitamin mix",
    "saline": "Salt water",
    "stem-cells": "Stem cells or their fluid",
    "prp": "PRP (your own blood)",
    "homeopathic": "Homeopathic agents",
    "heparinoid-vasodilator": "Blood-vessel wideners",
}
"""Words in a study's `agents` that are no ingredient id and need more than a capital letter."""

KINDS = {
    "rct": "randomised trial",
    "controlled-trial": "trial with a comparison group",
    "cohort": "people followed over time",
    "case-series": "series of cases, no comparison group",
    "case-report": "case report",
    "systematic-review": "systematic review",
    "meta-analysis": "pooled analysis",
    "narrative-review": "review",
    "guideline": "guideline or society statement",
    "regulator": "regulator or law",
    "lab-study": "laboratory or animal study",
    "reference": "reference text",
    "clinic-page": "clinic or seller page (custom, not evidence)",
}
READ = {"full-text": "whole paper", "abstract": "abstract, excerpt or page", "secondary": "second-hand account only"}
TOPICS = {
    "efficacy": "does it work",
    "safety": "side effects and harm",
    "mechanism": "how it is said to work",
    "ingredients": "what is injected",
    "process": "how it is done",
    "aftercare": "aftercare",
    "candidacy": "who can have it",
    "regulation": "rules",
    "alternatives": "other treatments",
    "history": "history",
}
DIRECTIONS = {
    "better": "better",
    "no-difference": "no difference",
    "worse": "worse",
    "conflicting": "studies clash",
    "unclear": "unclear",
    "not-studied": "not studied",
}
CONCERNS = {"low": "Little doubt", "some": "Some doubt", "high": "Much doubt", "not-reported": "Not reported"}
VERDICTS = {
    "supported": "Holds",
    "partly": "Partly true",
    "unsupported": "No study found",
    "contradicted": "Wrong",
    "unknown": "Undecided",
    "not-checkable": "Cannot be checked",
    "off-topic": "Not about hair",
}
CARD_GROUPS = {
    "promises": "Big promises",
    "evidence": "Does it work?",
    "how-it-works": "How it is said to work",
    "in-the-syringe": "What is in the syringe",
    "kinds-of-hair-loss": "Which hair loss, and for whom",
    "session": "The session and the course",
    "safety": "Pain, side effects and safety",
    "aftercare": "Aftercare",
    "choices": "Other choices",
    "face-and-body": "Face and body",
}
QUESTIONS = {
    "what": "What is it?",
    "works": "Does it work?",
    "sure": "How sure are we?",
    "soon": "When can I judge it?",
    "stop": "What if I stop?",
    "harms": "What can go wrong?",
    "pregnancy": "Pregnancy",
    "effort": "What does it ask of me?",
    "cost": "What is the cost pattern?",
    "licence": "Is it licensed for this?",
    "unknown": "What nobody knows",
}
"""What the option grid asks, by the keys of `records.Answers`."""


def agents(book: Factbook) -> dict[str, str]:
    """Every agent that a finding or a study can name, with its name."""
    plain = {agent: agent.replace("-", " ").capitalize() for agent in book.studied_agents}
    return plain | STUDY_AGENTS | AGENTS | {item.id: item.name for item in book.ingredients.values()}


def design(study: Study) -> str:
    """Kind of source and number of people, in words."""
    kind = KINDS[study.type]
    # A review's n counts the people in other people's studies; said apart, it is not taken for one trial.
    if study.n is None:
        return kind
    return f"{kind}, {study.n:,} {'person' if study.n == 1 else 'people'}"


def short_name(study: Study) -> str:
    """First author (or issuer) and year, as a tooltip names a source."""
    who = study.authors.split(",")[0] if study.authors else study.journal or study.title
    return f"{who}, {study.year}" if study.year else f"{who}, no year shown"


PROMPT_GROUPS = {
    "diagnosis": "The diagnosis",
    "liquid": "What you inject",
    "result": "Does it work for me?",
    "risks": "The risks",
    "day": "The day itself",
    "money": "The money",
    "wrong": "If something goes wrong",
}

STAFF_PARTS = {
    "aims": "What you can do afterwards",
    "reading": "Read this first",
    "remember": "Five things to remember",
    "practice": "Practice questions",
    "roleplay": "Role play for two",
    "cases": "Cases",
    "modules": "The modules",
    "record": "My record",
    "skills": "Checklist for the supervisor",
}
"""Headings over the parts of the staff course, where a page does not write its own."""

WHERES = {"phone": "On the phone", "desk": "At the desk", "room": "In the treatment room"}
CASE_KINDS = {
    "refuse": "When to say no",
    "refer": "When to send to a doctor",
    "treat": "A session that goes ahead",
    "complication": "Something goes wrong",
    "complaint": "A complaint",
}
PASS_MARK = 80
"""Right answers out of 100 with which a module of the staff course is passed."""

MARK_IN_WORDS = "four right answers out of five"
"""The same in words."""

CASE_VERDICTS = {"good": "A good way to end it", "poor": "It could go better", "unsafe": "Not safe"}
"""How a branching case for staff ends."""

OVERCLAIM_FAMILIES = {
    "lasting": "It lasts",
    "cure": "It cures",
    "certain": "It is certain",
    "regrowth": "Hair comes back",
    "stopping": "Hair loss stops",
    "speed": "It works fast",
    "everyone": "It is for everyone",
    "pain": "It does not hurt",
    "harmless": "It does no harm",
    "approval": "It is approved",
    "proof": "It is proven",
    "mechanism": "How it is said to work",
    "contents": "What is in the syringe",
    "cells": "Stem cells and exosomes",
    "better": "It is better than the rest",
    "comfort": "It is easy",
    "pressure": "Praise, photos and pressure",
}
"""Families of phrases that promise too much."""
