"""The built site: links, anchors, headings, pictures, dates, what leaks, what is asked from outside, reading level."""

from __future__ import annotations

import functools
import itertools
import re
import statistics
from collections import Counter
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from PIL import Image, ImageChops

from factbook import model
from factbook.records import Factbook
from tests.conftest import ADDRESSES, BARE, PAGES, ROOT, article, built, soup
from tools import icons, reading_level

AFTER_AN_INJECTION = [
    "/treatment/session/",
    "/treatment/course/",
    "/aftercare/",
    "/aftercare/warning-signs/",
    "/safety/",
    "/tools/visit-card/",
]
PATIENT_ADDRESSES = [
    "/",
    "/basics/",
    "/basics/hair-loss/",
    "/basics/how-it-works/",
    "/ingredients/",
    "/ingredients/dutasteride-finasteride/",
    "/ingredients/minoxidil/",
    "/ingredients/vitamins/",
    "/ingredients/minerals/",
    "/ingredients/amino-acids/",
    "/ingredients/growth-factors/",
    "/ingredients/hyaluronic-acid/",
    "/ingredients/polynucleotides-exosomes/",
    "/ingredients/other/",
    "/evidence/",
    "/evidence/by-condition/",
    "/evidence/claims/",
    "/evidence/trials/",
    "/evidence/unknowns/",
    "/evidence/method/",
    "/evidence/studies/",
    "/treatment/before/",
    "/treatment/session/",
    "/treatment/techniques/",
    "/treatment/course/",
    "/treatment/cost/",
    "/aftercare/",
    "/aftercare/warning-signs/",
    "/safety/",
    "/safety/rules/",
    "/candidacy/",
    "/options/",
    "/tools/decide/",
    "/tools/questions/",
    "/tools/planner/",
    "/tools/visit-card/",
    "/glossary/",
    "/about/",
    "/about/accessibility/",
    "/about/privacy/",
    "/about/changes/",
]
"""Addresses that never break once published."""


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


@pytest.fixture(params=ADDRESSES)
def address(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(address: str) -> BeautifulSoup:
    return soup("mkdocs", address)


def test_permanent_addresses_stand() -> None:
    assert set(PATIENT_ADDRESSES) <= set(ADDRESSES)


def test_head(page: BeautifulSoup, address: str) -> None:
    description = page.select_one('meta[name="description"]')["content"]
    assert 20 <= len(description) <= 155
    assert page.title.text.strip()
    assert page.html["lang"] == "en"
    assert page.select_one('meta[name="audience"]')["content"] in {"patient", "clinic", "staff", "everyone"}


def test_titles_and_descriptions_are_unlike() -> None:
    for pick in (lambda page: page.title.text, lambda page: page.select_one('meta[name="description"]')["content"]):
        counts = Counter(pick(soup("mkdocs", address)) for address in ADDRESSES)
        assert [text for text, count in counts.items() if count > 1] == []


def test_one_h1_and_no_level_left_out(address: str) -> None:
    levels = [int(heading.name[1]) for heading in article("mkdocs", address).select("h1, h2, h3, h4, h5, h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_ids_are_unlike(page: BeautifulSoup) -> None:
    counts = Counter(element["id"] for element in page.select("[id]"))
    assert [name for name, count in counts.items() if count > 1] == []


@functools.cache
def ids(address: str) -> set[str]:
    """Every id on a page."""
    return {element["id"] for element in soup("mkdocs", address).select("[id]")}


def test_links_lead_somewhere(page: BeautifulSoup, address: str) -> None:
    """Each inner link has its page and its anchor; each outer one an https address."""
    wrong = []
    for link in page.select("a[href]"):
        target = urlsplit(urljoin(f"https://guide.invalid{address}", link["href"]))
        if link.has_attr("download") and target.scheme == "data":
            continue  # a code to scan, which the page itself holds
        if target.netloc != "guide.invalid":
            if target.scheme not in ("https", "http"):
                wrong.append(link["href"])
            continue
        path = built("mkdocs") / unquote(target.path).lstrip("/")
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            wrong.append(link["href"])
        elif target.fragment and path.suffix == ".html":
            at = f"/{path.relative_to(built('mkdocs')).parent.as_posix()}/".replace("/./", "/")
            if unquote(target.fragment) not in ids(at):
                wrong.append(link["href"])
    assert wrong == []


def test_link_texts_say_where_they_lead(address: str) -> None:
    empty = {"here", "click here", "this", "link", "read more", "more", "this page"}
    texts = [link.get_text(" ", strip=True).lower().strip(".") for link in article("mkdocs", address).select("a[href]")]
    assert empty.isdisjoint(texts)


def test_pictures_have_a_text_and_a_caption(address: str) -> None:
    for picture in article("mkdocs", address).select("img"):
        assert len(picture.get("alt", "")) > 30
        if address in BARE or "off-glb" in picture.get("class", []):
            continue  # codes to scan: whole as they are, and on paper
        assert picture.find_parent("figure").find("figcaption").text.strip()
        assert picture.find_parent("a", class_="glightbox")


def test_figures_explain_themselves() -> None:
    marks = ("mark", "favicon", "name-mark")
    figures = [path for path in (ROOT / "docs/assets/images").glob("*.svg") if path.stem not in marks]
    assert len(figures) >= 14
    for path in figures:
        drawing = BeautifulSoup(path.read_text(encoding="utf-8"), "xml")
        root = drawing.svg
        assert root["role"] == "img"
        for name in root["aria-labelledby"].split():
            assert drawing.find(id=name).text.strip()
        assert drawing.find(["script", "image", "foreignObject"]) is None
        assert "prefers-color-scheme: dark" in path.read_text(encoding="utf-8")
        # Shown 288 px wide on the narrowest phone, letters stay at 11 px or more.
        width = float(root["viewBox"].split()[2])
        sizes = [float(size) for size in re.findall(r"font-size[:=\"\s]+([\d.]+)", path.read_text(encoding="utf-8"))]
        assert min(sizes) * 288 / width >= 11


@functools.cache
def text_without(address: str, left_out: str, between: str = "") -> str:
    """The text of a page, some of its parts left out; `between` stands where one element's text meets the next."""
    content = BeautifulSoup(str(article("mkdocs", address)), "lxml")
    for part in content.select(left_out):
        part.decompose()
    return content.get_text(between)


LEAKS = {
    "citation": r"\[@",
    "block": r"^\s*/{3,}",
    "box": r"^\s*(!!!|\?\?\?|===)\s",
    "attributes": r"\{ ?[:#.][\w-]",
    "template": r"\{\{|\{%|\}\}|%\}",
    "emphasis": r"\*\*|(?<![\w_])__(?=[^_\s])",
    "link": r"\]\(|\.md\b",
    "tag": r"</?(div|span|figure|sup)\b",
    "heading": r"^#{1,6} ",
    "picture": r":material-[\w-]*:",
    "placeholder": r"\x02|\x03|klzzwxh|lorem ipsum|\bTODO\b|\bFIXME\b",
    "nothing": r"\bundefined\b|\bNaN\b|[:,] None\b[,.;)]",
}


@pytest.mark.parametrize("kind", LEAKS)
def test_no_markup_leaks(address: str, kind: str) -> None:
    shown = text_without(address, "pre, code, cite, .fb-register, .fb-references")
    found = re.search(LEAKS[kind], shown, re.MULTILINE)
    assert found is None, shown[max(0, found.start() - 60) : found.end() + 60]


@pytest.mark.parametrize("address", PAGES)
def test_dates_and_review_status_stand_at_the_foot(address: str) -> None:
    foot = article("mkdocs", address).select_one(".guide-dates")
    times = [time["datetime"] for time in foot.select("time")]
    assert len(times) == 2
    assert times[0] < times[1]
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}", foot.time.text)
    assert "No clinician has signed this page" in foot.text


@pytest.mark.parametrize("place", AFTER_AN_INJECTION)
def test_emergency_signs_come_first(place: str) -> None:
    content = article("mkdocs", place)
    banner = content.select_one(".fb-emergency")
    first = content.h1.find_next_sibling()
    assert banner is first
    assert 3 <= len(banner.select("li")) <= 7
    assert "112" in banner.text


@pytest.fixture(scope="module")
def patient_pages() -> dict[str, BeautifulSoup]:
    """The articles written for patients, by address; the glossary is a list of words and has no layers."""
    return {
        address: article("mkdocs", address)
        for address in ADDRESSES
        if soup("mkdocs", address).select_one('meta[name="audience"]')["content"] == "patient"
        and address != "/glossary/"
    }


def test_patient_pages_are_built_alike(patient_pages: dict[str, BeautifulSoup]) -> None:
    """The answer first, then the page, the next step, and last the part for clinicians."""
    assert len(patient_pages) >= 24
    for address, content in patient_pages.items():
        box = content.select_one(".in-short")
        assert box, address
        assert not box.find_previous("h2", class_=False) or not box.find_previous("h2").find_parent("article"), address
        heads = [head.get("id") for head in content.find_all("h2") if head.get("id") not in ("references",)]
        assert heads[-1] == "clinicians", (address, heads[-1])
        assert heads[-2].startswith("what-to-do-next") or heads[-2] == "next", (address, heads[-2])
        assert content.select_one("nav.guide-next a"), address


def test_each_point_in_short_has_a_picture_of_its_own() -> None:
    for address in set(PAGES) - {"/"}:
        points = article("mkdocs", address).select(".in-short > ul > li")
        assert 2 <= len(points) <= 4, address
        drawings = [str(point.select_one(".twemoji svg path")) for point in points]
        assert "None" not in drawings, address
        assert len(set(drawings)) == len(points), address
        assert all(point.find(True).get("class") == ["twemoji"] for point in points), address


def test_clinicians_find_sourced_detail(patient_pages: dict[str, BeautifulSoup]) -> None:
    for address, content in patient_pages.items():
        fold = content.select_one("details.clinicians")
        assert not fold.has_attr("open"), address
        assert len(fold.get_text(" ").split()) >= 80, address
        assert fold.select(".fb-cite__link"), address


def test_layers_and_parts_lead_where_they_say(page: BeautifulSoup, address: str) -> None:
    if address == "/" or address in BARE:
        return
    layers = page.select(".guide-layers a")
    names = [link.strong.text for link in layers]
    assert names[:1] == ["In short"]
    assert ("For clinicians" in names) == bool(page.select("details.clinicians"))
    times = [span.text for span in page.select(".guide-layers span")]
    assert all(re.fullmatch(r"under 1 min|about \d{1,2} min", time) for time in times), times
    parts = [link["href"] for link in page.select(".guide-contents a")]
    heads = [f"#{head['id']}" for head in page.select("article h2[id]")]
    assert parts == heads
    assert [link["href"] for link in layers[:2]] == ["#in-short", parts[0]]


def test_home_tells_the_review_status_of_the_pages() -> None:
    """The sentence on the home page holds as long as no page names a clinician."""
    signed = [
        address for address in PAGES if "Not yet" not in article("mkdocs", address).select_one(".guide-dates").text
    ]
    assert signed == []
    assert "No clinician has checked any page yet." in article("mkdocs", "/").text


def test_numbers_on_the_home_page_show_what_they_say() -> None:
    groups = article("mkdocs", "/").select(".fb-number__count")
    assert len(groups) == 5
    for group in groups:
        count = int(group.strong.text)
        assert group.select_one(".fb-icons__filled")["d"].count("z") == count
        assert group.select_one(".fb-icons__empty")["d"].count("z") == 100 - count


def test_icons_are_drawn_from_the_mark() -> None:
    """`make icons` writes them anew; a pixel may differ by the drawing library's rounding, a picture may not."""
    for name, drawn in icons.icons().items():
        kept = ROOT / "docs/assets/images" / name
        ours, theirs = (Image.open(BytesIO(data)).convert("RGBA") for data in (drawn, kept.read_bytes()))
        assert ours.size == theirs.size, name
        assert max(high for _, high in ImageChops.difference(ours, theirs).getextrema()) <= 8, name


def test_lightbox_is_the_one_of_the_plugin() -> None:
    """Zensical would fetch it from another host; the copy kept for it is the plugin's own."""
    theirs = files("mkdocs_glightbox") / "glightbox"
    for folder, name in (("javascripts", "glightbox.min.js"), ("stylesheets", "glightbox.min.css")):
        kept = (ROOT / "docs/assets" / folder / name).read_bytes()
        assert kept == (theirs / name).read_bytes()
        assert kept == (built("zensical") / "assets" / folder / name).read_bytes()


def test_citations_and_references_agree(address: str) -> None:
    content = article("mkdocs", address)
    cited = {link["href"] for link in content.select(".fb-cite a")}
    listed = {f"#{item['id']}" for item in content.select(".fb-references ol > li")}
    assert cited == listed
    numbers = list(dict.fromkeys(int(link.text) for link in content.select(".fb-cite a")))
    assert numbers == list(range(1, len(numbers) + 1))


def test_pages_are_sourced() -> None:
    """A page about health with no source at all would be a mistake."""
    plain = {
        "/tools/",
        "/about/",
        "/about/accessibility/",
        "/about/privacy/",
        "/about/changes/",
        "/about/scorecard/",
        "/evidence/studies/",
    }
    plain |= {
        "/staff/",
        "/staff/record/",
        "/clinics/",
        "/clinics/link/",
        "/clinics/embed/",
        "/clinics/make-it-yours/",
        "/leaflets/",
        "/offline/",
        "/search/",
    }
    for address in set(PAGES) - plain:
        assert article("mkdocs", address).select(".fb-references li"), address


def test_counts_told_on_pages_are_the_real_ones(book: Factbook) -> None:
    reads = Counter(study.read for study in book.studies.values())
    for address in ("/evidence/method/", "/about/"):
        text = article("mkdocs", address).get_text(" ")
        for number in (len(book.studies), reads["abstract"], reads["secondary"]):
            assert re.search(rf"\b{number}\b", text), (address, number)
    assert reads["full-text"] == 0  # the pages say that no paper was read in full; change them with this line


def test_questions_are_answered_where_they_say(book: Factbook) -> None:
    for question in book.questions:
        here = [to for to in question.to if to in ADDRESSES]
        if not here:
            assert question.at is None, question.q
            continue
        assert question.at, question.q
        place, _, anchor = question.at.partition("#")
        assert place in question.to, question.q
        assert article("mkdocs", place).find(id=anchor), question.at


def test_register_is_complete(book: Factbook) -> None:
    listed = {item["id"] for item in article("mkdocs", "/evidence/studies/").select(".fb-register li[id]")}
    assert listed == set(book.studies)


def test_every_finding_and_fact_is_shown(book: Factbook) -> None:
    """Data nobody sees would rot."""
    shown = {element["id"] for address in ADDRESSES for element in article("mkdocs", address).select("[id]")}
    expected = (
        {f"finding-{key}" for key in book.findings}
        | {f"harm-{key}" for key in book.harms}
        | {f"sign-{key}" for key in book.signs}
        | {f"care-{key}" for key in book.aftercare}
        | {f"rule-{key}" for key in book.rules}
        | set(book.glossary)
        | set(book.ingredients)
        | {f"bias-{key}" for key in book.bias}
        | {f"clash-{key}" for key in book.contradictions}
        | {f"course-{key}" for key in book.schedules}
        | {f"option-{key}" for key in book.options}
        | set(book.claims)
        | set(book.claim_cards)
    )
    assert expected - shown == set()


def test_every_controlled_trial_of_an_injected_agent_is_judged(book: Factbook) -> None:
    """Trials that are left out of data/bias.yml gave nothing by needle; each stands here with what it gave."""
    not_injected = {
        "adistri-2024": "needling with lotion",
        "caserini-2014": "lotion and tablets",
        "dhurat-2013": "needling with lotion",
        "dhurat-2017": "lotion",
        "finasteride-five-years": "tablets",
        "gupta-2011b": "needling of the skin",
        "insulin-id-2016": "insulin",
        "jimenez-2014": "light",
        "kumar-2018": "needling with lotion",
        "laser-helmet-women": "light",
        "lengg-pantogar": "tablets",
        "liang-2022": "needling with lotion",
        "lucky-2004": "lotion",
        "melo-carvalho-2020": "vibration",
        "microneedling-women-2022": "needling with lotion",
        "milani-2023": "tablets",
        "olsen-2002": "lotion",
        "penha-2024": "tablets and lotion",
        "prp-anaesthesia-60": "numbing",
        "rini-2015": "insulin",
        "suh-2021": "ice and vibration",
        "tak-2020": "lotion",
        "toscani-vibration": "vibration",
        "tsai-2018": "tablets",
        "weinschenk-2017": "numbing",
    }
    trials = {key for key, study in book.studies.items() if study.type in ("rct", "controlled-trial")}
    assert trials - set(book.bias) == set(not_injected)


def test_icon_arrays_show_what_their_words_say() -> None:
    groups = [group for address in ADDRESSES for group in article("mkdocs", address).select(".fb-icons__group")]
    assert len(groups) >= 7
    for group in groups:
        did, did_not = (
            int(found) for found in re.findall(r"\d+", " ".join(s.text for s in group.select("strong")))[::2]
        )
        assert did + did_not == 100
        # A figure is two closed outlines.
        assert group.select_one(".fb-icons__filled")["d"].count("z") == 2 * did
        assert group.select_one(".fb-icons__empty")["d"].count("z") == 2 * did_not


def test_the_map_tells_how_much_is_grey() -> None:
    shown = article("mkdocs", "/evidence/").select_one(".fb-map")
    cells = shown.select("td")
    grey = shown.select("td.fb-map__cell--none")
    told = [int(found) for found in re.findall(r"\d+", shown.select_one(".fb-map__twin").text)]
    assert told == [len(cells), len(cells) - len(grey), len(grey)]
    assert all("not studied" in cell.text for cell in grey)
    assert (len(cells) - len(grey)) * 7 < len(cells)  # /evidence/unknowns/ says "fewer than one pair in seven"
    assert all(cell.find("a") for cell in cells)


def test_claims_page_tells_the_real_counts(book: Factbook) -> None:
    text = " ".join(article("mkdocs", "/evidence/claims/").select_one(".in-short").text.split())
    from_texts = [key for key in book.claims if key.startswith("c-")]
    assert f"checked all {len(from_texts)} claims" in text
    assert len(book.claims) - len(from_texts) == 10
    assert "ten sweeping promises" in text
    assert f"found {len(book.contradictions)} pairs" in text
    assert len(book.options) == 12


def test_claims_name_no_seller(book: Factbook) -> None:
    """Sellers' own names, as their pages carry them, stand in the register alone."""
    names = {
        word
        for study in book.studies.values()
        if study.type == "clinic-page"
        for word in re.findall(r"[a-z]{5,}", study.id)
    } - {"prices", "price", "indications", "training", "technique", "pages", "follicle", "depth", "sources"}
    names -= {"dutasteride", "mesotherapy", "dermatology", "simply", "aesthetics", "vietnam", "atlanta"}
    for address in ("/evidence/claims/", "/options/"):
        shown = BeautifulSoup(str(article("mkdocs", address)), "lxml")
        for part in shown.select(".fb-references, sup"):
            part.decompose()
        words = set(re.findall(r"[a-z]+", shown.text.lower()))
        assert words & names == set(), address


def test_register_offers_every_value_with_its_count(book: Factbook) -> None:
    form = article("mkdocs", "/evidence/studies/").select_one("fb-filter form")
    kinds = Counter(study.type for study in book.studies.values())
    shown = {
        option["value"]: int(option.text.split("(")[-1].rstrip(")"))
        for option in form.select_one("select[name=type]").select("option[value]")
        if option["value"]
    }
    assert shown == dict(kinds)
    assert form.has_attr("hidden")  # without scripts there is nothing to fill in


@pytest.mark.parametrize(
    "word",
    ["miracle", "revolutionary", "painless", "rejuvenat", "non-invasive", "fertilis", "toxins", "e.g.", "i.e.", "etc."],
)
def test_words_to_avoid(word: str) -> None:
    """On patient pages they stand only in quotation marks, as somebody's claim."""
    for address in ADDRESSES:
        text = text_without(address, ".fb-references, .fb-register, .fb-checker", " ")
        for match in re.finditer(rf"(.)\b{re.escape(word)}", text, re.IGNORECASE | re.DOTALL):
            assert match[1] in "“\"'‘", (address, text[match.start() - 40 : match.end() + 40])


def test_nothing_is_asked_from_outside() -> None:
    """No script, style, font, picture or frame with an address of another host, in any file."""
    for path in built("mkdocs").rglob("*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
        used = [tag.get("src") or tag.get("data-src") for tag in page.select("script, img, iframe, source, embed")]
        used += [tag.get("href") for tag in page.select("link:not([rel=canonical])")]
        used += [tag.get("action") for tag in page.select("form")]
        used += re.findall(r"url\(([^)]+)\)", " ".join(style.text for style in page.select("style")))
        assert [address for address in used if address and re.match(r"(https?:)?//", address)] == [], path
    for path in (ROOT / "docs/assets/stylesheets").glob("*.css"):
        assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", path.read_text(encoding="utf-8")), path


def test_404_helps() -> None:
    page = BeautifulSoup((built("mkdocs") / "404.html").read_text(encoding="utf-8"), "lxml")
    text = page.article.get_text(" ")
    assert "112" in text
    for link in page.article.select("a[href]"):
        assert (built("mkdocs") / link["href"].lstrip("/") / "index.html").is_file(), link["href"]


def test_search_leaves_out_references_and_register() -> None:
    import json

    index = json.loads((built("mkdocs") / "search/search_index.json").read_text(encoding="utf-8"))
    assert not [entry["location"] for entry in index["docs"] if entry["location"].endswith("#references")]
    register = next(entry for entry in index["docs"] if entry["location"] == "evidence/studies/")
    assert "Moftah" not in register["text"]


# Reading level ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grades() -> list[reading_level.Grade]:
    return reading_level.measure_site(built("mkdocs"), ROOT / "data")


def test_patient_pages_read_easily(grades: list[reading_level.Grade]) -> None:
    assert len(grades) >= 25
    hard = [f"{grade.page} {grade.flesch_kincaid:.1f}" for grade in grades if grade.flesch_kincaid > 8]
    assert hard == []
    assert statistics.median(grade.flesch_kincaid for grade in grades) <= 7


def test_in_short_reads_more_easily_still() -> None:
    left_out = reading_level.names(ROOT / "data")
    boxes = [
        reading_level.measure_box(address, str(article("mkdocs", address)), left_out)
        for address in ADDRESSES
        if soup("mkdocs", address).select_one('meta[name="audience"]')["content"] == "patient"
    ]
    assert [f"{box.page} {box.flesch_kincaid:.1f}" for box in boxes if box.flesch_kincaid > 5] == []


def test_the_grade_is_the_published_formula() -> None:
    """Six words of one syllable in one sentence give a grade that can be worked out by hand."""
    left_out = re.compile("(?!)")
    html = "<p>The cat sat on the mat.</p>"
    grade = reading_level.measure("x", html, left_out)
    assert grade.words == 6
    assert grade.flesch_kincaid == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    harder = reading_level.measure(
        "x", "<p>Considerable heterogeneity characterises available observational evidence.</p>", left_out
    )
    assert harder.flesch_kincaid > 20
    assert harder.smog > 8


def test_sentences_are_short_enough() -> None:
    """At most one in twenty sentences of a patient page is over 20 words."""
    for address in ADDRESSES:
        if soup("mkdocs", address).select_one('meta[name="audience"]')["content"] != "patient":
            continue
        text = reading_level.sentences(str(article("mkdocs", address)))
        lengths = [len(part.split()) for part in re.split(r"[.?!:]+\s", f"{text}\n") if part.strip()]
        long = sum(length > 20 for length in lengths)
        assert long / len(lengths) <= 0.05, (address, long, len(lengths))


def test_the_tool_says_what_it_leaves_out(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["reading_level", str(ROOT / "docs/candidacy.md"), "--data", str(ROOT / "data")])
    reading_level.main()
    assert "Names of medicines and substances are left out of the count." in capsys.readouterr().out


# The project's own texts --------------------------------------------------------------------------


def test_the_two_commands_are_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make serve" in readme
    assert "make test" in readme


def test_contributing_names_files_that_stand() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for path in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (ROOT / path).exists(), (name, path)


def test_everything_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in Path(ROOT / name).read_text(encoding="utf-8").splitlines():
            assert not line or line.startswith(("#", "-")) or re.fullmatch(r"[\w.-]+==[\w.]+", line), line
