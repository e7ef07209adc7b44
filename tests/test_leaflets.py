"""The leaflets: on the screen in both builders, and on paper as PDFs of a browser."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from factbook import model, pages
from factbook.records import Factbook
from tests.conftest import PHONE, ROOT, Opener, built, program, soup
from tools import leaflets
from tools.browsing import served

NAMES = leaflets.names()
SIZES = {"a4": (595, 842), "letter": (612, 792)}
"""Points of each paper."""


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


@pytest.fixture(scope="module")
def printed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pypdf.PdfReader]:
    """Every leaflet as PDF, by name and paper."""
    written = leaflets.write(browser, built("mkdocs"), tmp_path_factory.mktemp("leaflets"))
    return {path.stem: pypdf.PdfReader(path) for path in written}


def flat(text: str) -> str:
    """Text without differences of space, of citations in it and of quotation marks."""
    text = re.sub(r"\s+", " ", text).replace("’", "'")
    return re.sub(r"[*_`]|\[@[^\]]*\]", "", text).strip()


@functools.cache
def sheet(name: str, builder: str = "mkdocs") -> str:
    """The words on a leaflet, without its numbers of sources and its list of them."""
    page = BeautifulSoup(str(soup(builder, f"/leaflets/{name}/").body), "lxml")
    for part in page.select(".fb-cite, .fb-references, .leaflet-screen"):
        part.decompose()
    return flat(page.get_text(" "))


def says(name: str, text: str) -> bool:
    """Whether a leaflet says it, word for word."""
    # Words of the glossary are elements of their own, so spaces tell nothing.
    return "".join(flat(text).split()) in "".join(sheet(name).split())


# On the screen ------------------------------------------------------------------------------------


def test_there_are_seven_and_the_index_names_each() -> None:
    assert set(NAMES) == {"aftercare", "consent", "decide", "questions", "session", "syringe", "warning-signs"}
    links = {link["href"] for link in soup("mkdocs", "/leaflets/").select("article a[href]")}
    assert {f"{name}/" for name in NAMES} <= links


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
@pytest.mark.parametrize("name", NAMES)
def test_each_says_whose_it_is_and_how_old(name: str, builder: str, book: Factbook) -> None:
    page = soup(builder, f"/leaflets/{name}/")
    meta, text = pages.read_page(ROOT / "docs" / "leaflets" / f"{name}.md", name)
    words = sheet(name, builder)
    day = f"{meta.checked.day} {meta.checked:%B %Y}"
    assert page.h1.get_text().startswith(meta.title)
    assert f"Edition {book.edition.version} of the facts" in words
    assert f"{book.edition.date.day} {book.edition.date:%B %Y}" in words
    assert f"Checked against its sources on {day}" in words
    assert "Nobody has paid for it" in words
    assert "No clinician has signed" in words
    assert page.select_one(".leaflet-clinic")
    assert "Print this page" in page.select_one(".leaflet-screen").get_text()
    assert page.select("script, .md-header, .headerlink:not([href])") == []
    # The page it comes from: as a link on the screen, in words on the paper.
    assert meta.next
    assert re.search(rf"/// leaflet-foot\n    to: {re.escape(meta.next.to)}\n///", text)
    assert page.select_one(f'.leaflet-screen a[href="../../{meta.next.to}"]')
    assert [item.get_text() for item in page.select(".leaflet-address")] == [f"/{meta.next.to}", f"/leaflets/{name}/"]


def test_who_pays_is_told_as_on_the_about_page() -> None:
    about = flat((ROOT / "docs" / "about" / "index.md").read_text(encoding="utf-8"))
    assert "Nobody has paid for it. It has no adverts and no ties to clinics, and it sells nothing." in about
    assert says("decide", "Nobody has paid for it: it has no adverts and no ties to clinics, and it sells nothing.")


# The facts ----------------------------------------------------------------------------------------


def test_facts_are_those_of_the_data(book: Factbook) -> None:
    for sign in book.signs.values():
        assert says("warning-signs", f"{sign.sign}."), sign.id
        if sign.tier != "expected":
            assert says("warning-signs", sign.do.text), sign.id
        if sign.tier == "now":
            assert all(says(name, sign.short or "") for name in ("aftercare", "session")), sign.id
        if sign.tier == "today":
            assert says("aftercare", sign.sign), sign.id
    for item in book.emergency_numbers.values():
        assert says("warning-signs", f"{item.country} {item.numbers[0]}"), item.id
    for stage in book.stages.values():
        short = [line.short for line in (*stage.expected, *stage.do, *stage.wait) if line.short]
        assert short, stage.id
        assert all(says("aftercare", line) for line in short), stage.id
    rows = soup("mkdocs", "/leaflets/aftercare/").select(".leaflet-care tbody th")
    shown = {row.get_text() for row in rows}
    for care in (item for item in book.aftercare.values() if item.topic in shown):
        assert says("aftercare", care.spread), care.id
        assert says("aftercare", care.sensible.text), care.id
    assert len(shown) >= 12
    ten = [item for item in book.prompts.values() if item.core]
    assert all(says("questions", item.ask) and says("questions", item.good) for item in ten)
    assert all(says("syringe", item.ask) for item in book.prompts.values() if item.group == "liquid")


def test_nothing_in_short_hides_whom_to_call(book: Factbook) -> None:
    """What the leaflet says of a line is no milder than the line: where that sends to a doctor, so does this."""
    for stage in book.stages.values():
        for line in stage.do:
            if line.short and re.search(r"emergency number|: call\b", line.text):
                assert "emergency number" in line.short, (stage.id, line.short)
            elif line.short and re.search(r"doctor", line.text) and "says one skin doctor" not in line.text:
                assert "doctor" in line.short, (stage.id, line.short)


def test_fact_box_is_that_of_the_evidence_page() -> None:
    def rows(address: str) -> list[str]:
        found = soup("mkdocs", address).select(".fb-factbox tbody tr")
        return [
            re.sub(r"\d+(, \d+)*$", "", "".join(cell.get_text() for cell in row.select("th, td > strong")))
            for row in found
        ]

    wanted = rows("/evidence/")
    shown = rows("/leaflets/decide/")
    assert len(shown) >= 10
    assert [row for row in wanted if row in shown] == shown


@pytest.mark.parametrize("name", NAMES)
def test_own_words_stand_on_a_page_too(name: str) -> None:
    """A statement with a source is that of a page, word for word and source for source, so that it cannot drift."""
    _, text = pages.read_page(ROOT / "docs" / "leaflets" / f"{name}.md", name)
    others = [path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "leaflets"]
    known = " ".join(_plain(path.read_text(encoding="utf-8")) for path in others)
    for sentence in re.findall(r"[^.!?\n]*(?:\[@[^\]]+\])[.!?:]?", _plain(text)):
        assert sentence.strip(" -") in known, sentence


def _plain(markdown: str) -> str:
    """Markdown without emphasis, links and anchors; citations stay."""
    markdown = re.sub(r"\{ #[^}]*\}|\*\*|(?<!\w)\*|\*(?!\w)", "", markdown)
    return re.sub(r"\[([^\]@]*)\]\([^)]*\)", r"\1", markdown)


# On paper -----------------------------------------------------------------------------------------


def test_each_fits_on_two_sides_of_both_papers(printed: dict[str, pypdf.PdfReader]) -> None:
    assert set(printed) == {f"{name}-{paper}" for name in NAMES for paper in SIZES}
    for stem, pdf in printed.items():
        name, _, paper = stem.rpartition("-")
        assert len(pdf.pages) <= 2, stem
        assert all(
            abs(side - wanted) < 2
            for page in pdf.pages
            for side, wanted in zip(page.mediabox[2:], SIZES[paper], strict=True)
        ), stem
        assert pdf.metadata.title == soup("mkdocs", f"/leaflets/{name}/").title.get_text()
        assert pdf.root_object["/MarkInfo"]["/Marked"], stem
        text = " ".join(pdf.pages[-1].extract_text().split())
        assert "of the facts" in text, stem
        assert "No clinician has signed" in text, stem


INK = """() => [...document.querySelectorAll('body, body *')].filter(item => {
    const own = [...item.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    return (own || item.matches('td, th')) && item.getClientRects().length && !item.closest('svg, style');
}).map(item => {
    const style = getComputedStyle(item);
    return [item.tagName + ' ' + item.textContent.trim().slice(0, 40), parseFloat(style.fontSize), style.color,
        style.backgroundColor, style.borderTopColor];
})"""


def test_print_is_large_and_black_on_white(opened: Opener) -> None:
    page = opened("/leaflets/decide/")
    page.emulate_media(media="print")
    for name in NAMES:
        page.goto(re.sub(r"[^/]+/$", f"{name}/", page.url))
        for what, size, ink, ground, line in page.evaluate(INK):
            assert size >= 11 * 96 / 72 - 0.01, (name, what, size)
            assert ink == "rgb(0, 0, 0)", (name, what, ink)
            assert ground in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), (name, what, ground)
            assert line in ("rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"), (name, what, line)
        assert page.locator(".leaflet-screen").is_hidden()
        assert page.locator(".fb-references").is_hidden() or not page.locator(".fb-references").count()


def test_how_soon_to_act_is_said_in_words() -> None:
    titles = [title.get_text() for title in soup("mkdocs", "/leaflets/warning-signs/").select(".leaflet-tier__title")]
    assert [title.split(":")[0] for title in titles] == ["Now", "Today", "Within days", "Expected"]


def test_a_leaflet_reads_on_a_phone(opened: Opener) -> None:
    page = opened("/leaflets/decide/", viewport=PHONE, java_script_enabled=False)
    for name in NAMES:
        page.goto(re.sub(r"[^/]+/$", f"{name}/", page.url))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name


@pytest.fixture
def with_address(mini: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project as a site with an address of its own and one leaflet."""
    shutil.copytree(ROOT / "overrides", mini / "overrides")
    shutil.copytree(ROOT / "docs" / "assets" / "stylesheets", mini / "docs" / "assets" / "stylesheets")
    (mini / "docs" / "leaflets").mkdir()
    (mini / "docs" / "leaflets" / "short.md").write_text(
        "---\ntitle: Short\ndescription: A leaflet that tries the code.\nchecked: 2026-11-20\ndue: 2027-11-20\n"
        "audience: everyone\ntemplate: leaflet.html\nglightbox: false\nnext: {text: Warning signs, to: aftercare/warning-signs/}\n---\n\n"
        "# Short\n\n/// leaflet-foot\n    to: aftercare/warning-signs/\n///\n",
        encoding="utf-8",
    )
    config = mini / "mkdocs.yml"
    text = config.read_text(encoding="utf-8").replace("font: false", "font: false, custom_dir: overrides")
    text = text.replace("  - factbook\n", "  - factbook: {site_url: !ENV [SITE_URL, '']}\n")
    config.write_text(f"site_url: !ENV [SITE_URL, '']\n{text}", encoding="utf-8")
    monkeypatch.setenv("SITE_URL", "https://guide.example/de/")
    done = subprocess.run(
        [program("mkdocs"), "build", "--no-strict", "--quiet"], cwd=mini, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return mini / "site"


def test_the_code_on_paper_leads_to_the_page(with_address: Path, browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "short.pdf"
    with served(with_address) as root:
        page = browser.new_page()
        page.goto(f"{root}/leaflets/short/")
        page.pdf(path=path, format="A4")
        page.close()
    picture = pypdfium2.PdfDocument(path)[0].render(scale=200 / 72, grayscale=True).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [
        "https://guide.example/de/aftercare/warning-signs/"
    ]
    text = pypdf.PdfReader(path).pages[0].extract_text()
    assert "https://guide.example/de/aftercare/warning-signs/" in text
    assert "https://guide.example/de/leaflets/short/" in text


def test_a_site_that_lacks_a_leaflet_says_so(tmp_path: Path, browser: Any) -> None:
    with pytest.raises(FileNotFoundError, match="no leaflet aftercare; build the site first"):
        leaflets.write(browser, tmp_path, tmp_path / "out")
