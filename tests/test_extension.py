"""The Markdown extension: parsed trees, and golden files in tests/golden.

Golden files are written anew by `pytest tests/test_extension.py --golden`; read the difference before you commit it.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown

from factbook import charts, layers, links
from factbook.faults import FactbookError as BuildFault
from factbook.records import Share
from tests.conftest import MINI, ROOT

GOLDEN = ROOT / "tests" / "golden"
EXTENSIONS = [
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.details",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "factbook",
]


def convert(text: str, data: Path = MINI / "data") -> str:
    configs = {"factbook": {"data": str(data), "docs": ""}, "pymdownx.tabbed": {"alternate_style": True}}
    return Markdown(extensions=EXTENSIONS, extension_configs=configs).convert(text)


def tree(text: str) -> BeautifulSoup:
    return BeautifulSoup(convert(text), "lxml")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
def test_golden(path: Path, request: pytest.FixtureRequest) -> None:
    expected = path.with_suffix(".html")
    html = convert(path.read_text(encoding="utf-8")) + "\n"
    if request.config.getoption("--golden"):
        expected.write_text(html, encoding="utf-8")
    assert html == expected.read_text(encoding="utf-8")


def test_every_block_has_a_golden_file() -> None:
    from factbook.pages import OPTIONS

    texts = "".join(path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.md"))
    assert [name for name in OPTIONS if f"/// {name}\n" not in texts and f"/// {name} |" not in texts] == []


# Layers and links ---------------------------------------------------------------------------------

LAYERED = """# Title

!!! in-short "In short"

    - One two three.

## A part { #part }

Four five six.

## For clinicians { #clinicians }

??? clinicians "Doses"

    - Seven eight nine ten.
"""


def test_layers_stand_between_title_and_box() -> None:
    page = tree(LAYERED)
    assert [link["href"] for link in page.select(".guide-layers a")] == ["#in-short", "#part", "#clinicians"]
    assert [link["href"] for link in page.select(".guide-contents a")] == ["#part", "#clinicians"]
    order = [tag.get("class", [tag.name])[0] for tag in page.body.find_all(recursive=False)]
    assert order[:4] == ["h1", "guide-layers", "admonition", "guide-contents"]


def test_pages_without_a_box_have_no_layers() -> None:
    assert not tree("# Title\n\n## A part\n\nText.").select(".guide-layers, .guide-contents")


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (199, 0), (200, 1), (201, 2), (1000, 5)])
def test_reading_time(count: int, shown: int) -> None:
    assert layers.minutes(count) == shown


def test_reading_time_counts_what_is_read_from_end_to_end() -> None:
    text = "<div><p>one two <sup>3</sup>three</p><table><tr><td>no</td></tr></table><details>no</details></div>"
    assert layers.words(etree.fromstring(text)) == 3


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("index.md", "/"),
        ("evidence/index.md", "/evidence/"),
        ("options.md#grid", "/options/#grid"),
        ("index.md#what", "/#what"),
    ],
)
def test_addresses_of_pages(source: str, shown: str) -> None:
    assert links.address(source) == shown


def test_links_between_pages_carry_their_address() -> None:
    page = tree("[a](evidence/index.md#x) [b](https://example.org/a.md) [c](#here)")
    assert [link.get("data-address") for link in page.select("a")] == ["/evidence/#x", None, None]


# Citations ----------------------------------------------------------------------------------------

CONTAINERS = {
    "paragraph": "Text [@alpha-2001].",
    "strong": "**Text [@alpha-2001]**",
    "link text": "[Text](x.md) [@alpha-2001]",
    "list": "- one\n- two [@alpha-2001]",
    "nested list": "- one\n    - two [@alpha-2001]",
    "table": "| a | b |\n| - | - |\n| c | d [@alpha-2001] |",
    "admonition": '!!! note "N"\n\n    Text [@alpha-2001].',
    "tab": '=== "T"\n\n    Text [@alpha-2001].',
    "definition": "word\n:   meaning [@alpha-2001]",
    "quote": "> Text [@alpha-2001].",
    "figure": '<figure markdown="span">\n  ![A](a.svg)\n  <figcaption markdown="span">Text [@alpha-2001].</figcaption>\n</figure>',
    "own block": "/// harms\n///",
}


@pytest.mark.parametrize("place", CONTAINERS)
def test_citations_work_in(place: str) -> None:
    page = tree(CONTAINERS[place])
    link = page.select_one("sup.fb-cite a")
    assert link.text == "1"
    assert link["href"] == "#ref-alpha-2001"
    assert page.select_one("section.fb-references li")["id"] == "ref-alpha-2001"
    assert "[@" not in page.text


@pytest.mark.parametrize(
    "code", ["`[@alpha-2001]`", "```text\n[@alpha-2001]\n```", "    [@alpha-2001]", "- a\n\n        [@alpha-2001]"]
)
def test_citations_in_code_are_left_alone(code: str) -> None:
    page = tree(code)
    assert page.select_one("code").text.strip() == "[@alpha-2001]"
    assert page.select_one(".fb-cite, .fb-references") is None


def test_numbers_follow_reading_order() -> None:
    """Python-Markdown visits nested elements in another order than a reader does."""
    text = '!!! note "N"\n\n    - first [@beta]\n\n| a | b |\n| - | - |\n| second [@alpha-2001] | again [@beta; @alpha-2001] |'
    page = tree(text)
    assert [link.text for link in page.select("sup.fb-cite a")] == ["1", "2", "1", "2"]
    assert [item["id"] for item in page.select("section.fb-references ol > li")] == ["ref-beta", "ref-alpha-2001"]


def test_back_links_lead_to_every_place() -> None:
    page = tree("One [@alpha-2001], two [@alpha-2001; @beta].")
    places = {link["id"] for link in page.select("sup.fb-cite a")}
    back = {link["href"].removeprefix("#") for link in page.select(".fb-ref__back a")}
    assert places == back == {"cite-alpha-2001-1", "cite-alpha-2001-2", "cite-beta-1"}
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_reference_says_what_was_read() -> None:
    page = tree("One [@alpha-2001; @beta].")
    first, second = (item.get_text(" ", strip=True) for item in page.select(".fb-references li"))
    for part in ("Alpha A, Beta B", "2001", "A trial of *stars* and [brackets]", "Journal of Examples 1(2): 3-4"):
        assert part in first
    assert "Randomised trial, 50 people" in first
    assert "abstract, excerpt or page" in first
    assert "second-hand account only" in second
    assert "not the issuer’s own page" in second
    links = [link["href"] for link in page.select(".fb-references li a[href^=http]")]
    assert links == [
        "https://doi.org/10.1234/example.1",
        "https://pubmed.ncbi.nlm.nih.gov/1234567/",
        "https://example.org/beta?a=1&b=2",
    ]


def test_tooltip_and_name_of_a_citation() -> None:
    link = tree("One [@alpha-2001].").select_one("sup a")
    assert link["title"] == "Alpha A, 2001: randomised trial, 50 people. We read: abstract, excerpt or page."
    assert link["aria-label"] == "Source 1"


def test_references_are_in_the_table_of_contents() -> None:
    md = Markdown(extensions=EXTENSIONS, extension_configs={"factbook": {"data": str(MINI / "data"), "docs": ""}})
    md.convert("# A\n\nOne [@beta].")
    assert [item["id"] for item in md.toc_tokens[0]["children"]] == ["references"]


def test_page_without_citations_has_no_list() -> None:
    assert tree("Nothing.").select_one(".fb-references") is None


def test_two_pages_do_not_share_numbers() -> None:
    md = Markdown(extensions=EXTENSIONS, extension_configs={"factbook": {"data": str(MINI / "data"), "docs": ""}})
    first = md.convert("[@beta]")
    md.reset()
    assert md.convert("[@beta]") == first


def test_unknown_citation_in_a_data_text_stops() -> None:
    """Pages are checked beforehand; the tree is the last guard."""
    from factbook.faults import FactbookError

    with pytest.raises(
        FactbookError, match=r'docs/index.md: citation \[@betta\]: no study "betta" \(did you mean "beta"\?\)'
    ):
        convert("One [@betta].")


def test_broken_data_stops_with_the_lines(mini: Path) -> None:
    (mini / "data/rules.yml").write_text("", encoding="utf-8")
    with pytest.raises(BuildFault, match=r"data/rules.yml: the file is empty"):
        convert("Text.", mini / "data")


# Glossary -----------------------------------------------------------------------------------------


def test_first_use_of_a_word_has_a_tooltip() -> None:
    page = tree("# The dermis\n\nDermis is [dermis](x.md), dermal layer, dermis. Follicles and a follicle.")
    words = [(word.text, word["title"]) for word in page.select("abbr")]
    assert words == [
        ("Dermis", "The middle layer of the skin."),
        ("Follicles", "The small pocket in the skin that makes a hair."),
    ]
    assert page.h1.text == "The dermis"
    assert page.p.text == "Dermis is dermis, dermal layer, dermis. Follicles and a follicle."
    assert all(word["tabindex"] == "0" for word in page.select("abbr"))


def test_no_tooltips_in_references_and_code() -> None:
    page = tree("`dermis` [@alpha-2001]")
    assert page.select_one("abbr") is None


# Blocks and tables --------------------------------------------------------------------------------


def test_plain_tables_name_their_columns() -> None:
    page = tree("| Who | What |\n| - | - |\n| you | ask [@beta] |")
    assert [cell["scope"] for cell in page.select("thead th")] == ["col", "col"]
    assert page.select_one("tbody th")["scope"] == "row"
    assert page.select_one("tbody td")["data-label"] == "What"


def test_markdown_in_data_is_shown_and_in_titles_is_not() -> None:
    page = tree("/// ingredient | minoxidil\n///\n\n/// studies\n///")
    assert page.select_one(".fb-card em").text == "lotion"
    assert page.select_one("#alpha-2001 cite").text == "A trial of *stars* and [brackets]"


def test_options_choose() -> None:
    assert [item["id"] for item in tree("/// studies\n    type: clinic-page\n///").select("li")] == ["beta"]
    assert [item["id"] for item in tree("/// studies\n    topic: safety, history\n///").select("li")] == ["alpha-2001"]
    assert findings("agent: laser") == []
    assert findings("agent: laser, minoxidil") == ["minoxidil-women", "minoxidil-shedding"]
    assert findings("condition: shedding") == ["minoxidil-shedding"]
    assert findings("kind: harm") == []


def findings(option: str) -> list[str]:
    items = tree(f"/// findings\n    {option}\n///").select("[id^=finding-]")
    return [item["id"].removeprefix("finding-") for item in items]


def test_what_nobody_studied_stands_apart() -> None:
    page = tree("/// findings\n///")
    assert [item["id"] for item in page.select("tbody tr")] == ["finding-minoxidil-women", "finding-lotion-hairs"]
    assert [item["id"] for item in page.select(".fb-untested li")] == ["finding-minoxidil-shedding"]


def test_signs_have_headings_unless_one_tier_is_chosen() -> None:
    assert [title["id"] for title in tree("/// signs\n///").select(".fb-signs h2")] == ["now"]
    assert tree("/// signs\n    tier: now\n///").select(".fb-signs h2") == []


def test_certainty_is_a_word_and_a_meter() -> None:
    shown = tree("/// findings\n///").select_one(".fb-certainty")
    assert shown.text == "low"
    assert len(shown.select("i.on")) == 2
    assert shown.select_one(".fb-certainty__meter")["aria-hidden"] == "true"


def test_links_in_blocks_are_relative_to_the_page() -> None:
    from factbook.render import fragment

    for page, target in (("index.md", "aftercare/"), ("safety/index.md", "../aftercare/"), ("aftercare/index.md", "")):
        link = fragment("emergency", page, signs=["x"]).find(".//a")
        assert link.get("href") == f"{target}warning-signs.md"


# Pictures drawn from data -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "of", "count"), [(0, 10, 0), (54, 86, 63), (7, 40, 18), (18, 26, 69), (1, 8, 13), (10, 10, 100)]
)
def test_icon_arrays_hold_a_hundred_people(events: int, of: int, count: int) -> None:
    share = Share(events=events, of=of)
    array = charts.icon_array(share)
    # A person is a head and shoulders: two closed outlines.
    assert array.filled.count("z") == 2 * count == 2 * array.count
    assert array.empty.count("z") == 2 * (100 - count)
    assert array.low <= count <= array.high


def test_the_band_covers_the_range() -> None:
    array = charts.icon_array(Share(events=54, of=86))
    widths = [int(part.split("h")[1].split("v")[0]) for part in array.band.split("z") if part]
    assert sum(widths) == (array.high - array.low) * charts.CELL_WIDTH


@pytest.mark.parametrize(
    ("events", "of", "low", "high"),
    # Worked out with the published formula: Wilson 1927, and the tables of Newcombe (Stat Med 1998; 17: 857-872).
    [(81, 263, 25, 37), (15, 148, 6, 17), (0, 20, 0, 17), (1, 29, 0, 18), (29, 29, 88, 100)],
)
def test_the_range_is_the_wilson_interval(events: int, of: int, low: int, high: int) -> None:
    assert Share(events=events, of=of).range_per_hundred == (low, high)


def test_icons_show_both_frames_a_text_and_a_table() -> None:
    page = tree("/// icons | minoxidil-women\n    harm: pain\n///")
    figures = page.select("figure")
    assert len(figures) == 2
    assert "69 of 100 felt better. 31 did not." in " ".join(figures[0].get_text(" ").split())
    assert [picture["role"] for picture in page.select("svg")] == ["img", "img", "img"]
    assert all("figures of 100 are filled" in picture["aria-label"] for picture in page.select("svg"))
    assert len(figures[0].select("table tbody tr")) == 2
    assert "Nobody was counted beside them" in figures[1].text


def test_axis_begins_at_nought_and_ends_on_a_step() -> None:
    scale = charts.axis([3.7, 41], step=10)
    assert (scale.start, scale.end, scale.ticks) == (0, 50, (0, 10, 20, 30, 40, 50))
    assert scale.x(0) == charts.PLOT_MARGIN
    assert scale.x(50) == charts.PLOT_WIDTH - charts.PLOT_MARGIN
    below = charts.axis([-3, 5], step=10)
    assert (below.start, below.end) == (-10, 10)
    assert charts.axis([], step=10).end == 10


def test_bubbles_grow_with_the_number_of_people() -> None:
    radii = [charts.bubble_radius(people) for people in (None, 5, 30, 300, 5000, 90000)]
    assert radii == sorted(radii)
    assert (radii[0], radii[-1]) == (8, 18)


def test_map_has_a_cell_for_each_agent_and_kind() -> None:
    page = tree("/// map\n///")
    row = page.select_one("tbody tr")
    assert len(row.select("td")) == 7
    assert [cell.get_text(" ", strip=True).split(" ")[0] for cell in row.select("td")][:3] == ["better", "not", "not"]
    assert all(cell.find("a") for cell in row.select("td"))
    assert "Of 7 pairs" in page.text
    assert "1 have" in page.text or "1 has" in page.text


def test_forest_shows_only_hair_counts() -> None:
    page = tree("/// forest\n///")
    assert len(page.select("tbody tr")) == 1
    assert "7.9 (range 7.1 to 8.7) hairs" in " ".join(page.select_one("td:last-child").get_text(" ").split())


def test_no_markdown_acts_in_a_drawing() -> None:
    for block in ("icons | minoxidil-women", "forest", "timeline", "map"):
        for drawing in tree(f"/// {block}\n///").select("svg"):
            assert drawing.find(["sup", "abbr", "em", "a"]) is None
