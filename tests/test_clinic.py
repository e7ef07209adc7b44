"""A clinic's edition: its file and what is refused, the command, and editions built by both builders."""

from __future__ import annotations

import json
import re
import shutil
import struct
import zlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser

from factbook import clinic as clinics
from factbook import model
from factbook.faults import FactbookError
from tests.conftest import ADDRESSES, DESKTOP, MINI, PHONE, ROOT, built, text_of, with_its_parts
from tools import clinic as command
from tools.browsing import axe_faults, served

NEUTRAL = "https://guide.example/"
EXAMPLE = ROOT / "clinic.example.yml"
TOMORROW = date.today() + timedelta(days=1)
SIGNED = """
reviewed:
  name: Example Reviewer
  role: Dermatologist
  registration: Register of the example 0000000
  date: 2026-11-27
  pages: [aftercare/index.md, leaflets/aftercare.md]
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><defs><path id="a" d="M0 0h8v8z"/></defs><use href="#a" style="fill:url(#a)"/></svg>'


def png(wide: int = 8, high: int = 8) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 72)) + chunk(b"IEND", b"")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A sound clinic's file with every key in it, to be broken."""
    path = tmp_path / "clinic.yml"
    text = EXAMPLE.read_text(encoding="utf-8") + SIGNED
    path.write_text(text.replace("# logo: logo.svg", "logo: logo.svg"), encoding="utf-8")
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    try:
        command.read([path], ROOT, NEUTRAL)
    except FactbookError as error:
        return [line.replace(str(path), "clinic.yml") for line in error.faults]
    return []


# What is replaced (pattern, replacement) and the one line that has to come of it.
BAD = {
    "no id": ("^id: .*\n", "", "id: missing key"),
    "id with capitals": ("^id: .*", "id: Example", 'id: "Example" is not lower-case letters, digits and hyphens'),
    "id that climbs": ("^id: .*", "id: ../site", 'id: "../site" is not lower-case letters'),
    "id too long": ("^id: .*", f"id: {'x' * 61}", "id: 61 characters long, not 60 at most"),
    "no name": ("^name: .*\n", "", "name: missing key"),
    "empty name": ("^name: .*", "name:", "name: is not text (found nothing)"),
    "name with markup": ("^name: .*", "name: <b>Clinic</b>", 'name: holds "<b": no HTML'),
    "name with a quote": ("^name: .*", "name: The \"Hair\" Clinic", 'name: holds ", which cannot be shown everywhere'),
    "name that turns the line round": ("^name: .*", 'name: "Clinic \\u202e"', "name: holds U+202E, which cannot be shown"),
    "name too long": ("^name: .*", f"name: {'x' * 61}", "name: 61 characters long, not 60 at most"),
    "name of two lines": ("^name: .*", 'name: "a\\nb"', "name: holds a line break"),
    "name that is a number": ("^name: .*", "name: 24", "name: YAML reads this as a number or a date"),
    "unknown country": ("^country: gb", "country: uk", 'country: "uk" is not in data/emergency_numbers.yml (did you mean "gb"?)'),
    "country by its name": ("^country: gb", "country: Germany", 'country: "Germany" is not in data/emergency_numbers.yml (did you mean "de"?)'),
    "Norway": ("^country: gb", "country: no", 'country: YAML reads this as false, not as text: put it in quotes ("no")'),
    "no phones": ("^phones:.*\n(  .*\n)+", "", "phones: missing key"),
    "empty phones": ("^phones:.*\n(  .*\n)+", "phones: []\n", "phones: needs one item at least"),
    "phones as text": ("^phones:.*\n(  .*\n)+", 'phones: "+44 20 7946 0123"\n', "phones: is not a list (one item a line, each after a dash)"),
    "phone without a label": ("  - label: Front desk\n    number", "  - number", "phones 1, label: missing key"),
    "phone from within": (r"\+44 20 7946 0123", "020 7946 0123", 'phones 1, number: "020 7946 0123" cannot be dialled from everywhere'),
    "phone with letters": (r"\+44 20 7946 0123", "+44 20 CALL NOW", 'phones 1, number: "+44 20 CALL NOW" cannot be dialled from everywhere'),
    "phone too short": (r"\+44 20 7946 0123", "+44 20 7946 012", 'phones 1, number: "+44 20 7946 012" cannot be dialled: no such number in GB'),
    "phone of no country": (r"\+44 20 7946 0123", "+999 20 7946 0123", 'phones 1, number: "+999 20 7946 0123" is no phone number'),
    "phone without quotes": (r'"\+44 20 7946 0123"', "+442079460123", "phones 1, number: YAML reads this as a number"),
    "unknown key of a phone": ("  - label: Front desk", "  - labl: Front desk\n    label: x", 'phones 1, labl: unknown key (did you mean "label"?)'),
    "five phones": ("^out_of_hours", "".join(f'  - {{label: a, number: "+44 20 7946 000{n}"}}\n' for n in range(4)) + "out_of_hours", "phones: takes 4 items at most, not 5"),
    "out of hours": (r"\+44 20 7946 0456", "111", 'out_of_hours, number: "111" cannot be dialled from everywhere'),
    "hours as text": ("^hours:.*\n(  .*\n)+", "hours: Monday\n", "hours: is not a list"),
    "hours with a fault in a line": ('  - "Saturday: 9:00 to 13:00"', "  - Saturday: 9:00 to 13:00", "hours 2: is not text (found keys with values)"),
    "address": ("  - 1 Example Street", "  - 1", "address 1: YAML reads this as a number or a date"),
    "site": ("^site: .*", "site: clinic.example.com", 'site: "clinic.example.com" is not a web address'),
    "booking that runs": ("^booking: .*", "booking: javascript:alert(1)", 'booking: "javascript:alert(1)" is not a web address'),
    "booking with a quote": ("^booking: .*", "booking: https://x.example/'a", "booking: \"https://x.example/'a\" is not a web address"),
    "published_at": ("^# published_at: .*", "published_at: /guide/", 'published_at: "/guide/" is not a web address'),
    "languages": ("^languages: .*", "languages: English", "languages: is not a list"),
    "logo elsewhere": ("^logo: logo.svg", "logo: ../logo.svg", 'logo: "../logo.svg" is not the name of a file in the same folder'),
    "logo that is not there": ("^logo: logo.svg", "logo: none.svg", "logo: none.svg: cannot be read (No such file or directory)"),
    "injector without a register": ("    register: .*\n", "", "who_injects 1, register: missing key"),
    "injector without a role": ("  - role: Doctor\n    register", "  - register", "who_injects 1, role: missing key"),
    "registration as a number": ("register: .*", "register: 1234567", "who_injects 1, register: YAML reads this as a number"),
    "unknown agent": (r"agents: \[biotin", "agents: [biotine", 'products 1, agents: no agent "biotine" (did you mean "biotin"?)'),
    "no agent": (r"agents: \[.*\]", "agents: []", "products 1, agents: needs one item at least"),
    "rule over the spread": ("hours: 24", "hours: 97", "rules 1, hours: 97 is outside what the guide shows for washing: 0 to 96 hours"),
    "rule under nought": ("hours: 24", "hours: -1", "rules 1, hours: is under 0"),
    "rule in words": ("hours: 24", "hours: a day", "rules 1, hours: is not a whole number (found text)"),
    "rule on a topic without hours": ("topic: washing", "topic: coffee", 'rules 1, topic: no wait in hours is shown for "coffee"'),
    "rule on an unknown topic": ("topic: washing", "topic: washin", 'rules 1, topic: no wait in hours is shown for "washin" (did you mean "washing"?)'),
    "two rules on one topic": ("topic: washing", "topic: exercise", 'rules 2, topic: "sport" has a rule already ("exercise")'),
    "rule with words of its own": ("    hours: 24", "    hours: 24\n    text: Trust us", "rules 1, text: unknown key"),
    "signed by nobody": ("  name: Example Reviewer\n", "", "reviewed, name: missing key"),
    "signed without a registration": ("^  registration: .*\n", "", "reviewed, registration: missing key"),
    "signed tomorrow": ("^  date: .*", f"  date: {TOMORROW}", f"reviewed, date: {TOMORROW} is in the future"),
    "signed some time": ("^  date: .*", "  date: last week", 'reviewed, date: "last week" is not a date'),
    "signed page": ("leaflets/aftercare.md]", "aftercare/idx.md]", 'reviewed: pages: no page "aftercare/idx.md" (did you mean "aftercare/index.md"?)'),
    "unknown key": ("^site:", "website: x\nsite:", "website: unknown key"),
    "key twice": ("^site:", "country: de\nsite:", 'line 25: YAML: key "country" stands here a second time'),
    "the guide's text": ("^site:", "texts: {home: We cure}\nsite:", "texts: unknown key"),
    "not YAML": ("^name: .*", "name: [", "line"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_gives_one_clear_line(file: Path, name: str) -> None:
    pattern, replacement, line = BAD[name]
    text = file.read_text(encoding="utf-8")
    assert re.search(pattern, text, re.MULTILINE), pattern
    file.write_text(re.sub(pattern, lambda _: replacement, text, count=1, flags=re.MULTILINE), encoding="utf-8")
    found = faults(file)
    assert len(found) == 1, found
    assert found[0].startswith(f"clinic.yml: {line}"), found
    assert "\n" not in found[0]


BAD_LOGOS = {
    "a JPEG by another name": (b"\xff\xd8\xff\xe0", "is neither an SVG nor a PNG"),
    "nothing": (b"", "is neither an SVG nor a PNG"),
    "a PNG by another name": (png(), "is named .svg, but holds a PNG"),
    "a PNG that is cut off": (png()[:50], "is a PNG that is cut off or damaged"),
    "a PNG of a wall's size": (png(9000, 10), "is 9000 by 10 pixels, not 2000 by 2000 at most"),
    "too large": (SVG.encode() + b" " * 200_000, "200 kB, not 200 kB at most"),
    "not well-formed": (b"<svg", "is not well-formed SVG"),
    "a page": (b"<html></html>", "is neither an SVG nor a PNG"),
    "entities": (b'<!DOCTYPE svg [<!ENTITY a "aaa">]>' + SVG.encode(), "holds a DOCTYPE or a style sheet from outside"),
    "a script": (SVG.replace("<defs>", "<defs><script>alert(1)</script>").encode(), "holds <script>"),
    "a handler": (SVG.replace("<use", '<use onload="alert(1)"').encode(), "holds onload"),
    "HTML inside": (SVG.replace("<defs>", "<defs><foreignObject/>").encode(), "holds <foreignObject>"),
    "a picture from outside": (SVG.replace('href="#a"', 'href="//x.example"').encode(), 'refers to "//x.example"'),
    "a style from outside": (SVG.replace("url(#a)", "url('https://x.example/')").encode(), 'refers to "https://x.example/"'),
    "an import": (SVG.replace("<defs>", "<style>@import 'x.css';</style><defs>").encode(), "calls a style from outside"),
    "movement": (SVG.replace("<defs>", '<animate attributeName="href"/><defs>').encode(), "holds <animate>"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_LOGOS)
def test_a_logo_of_the_wrong_kind_is_refused(file: Path, name: str) -> None:
    content, line = BAD_LOGOS[name]
    file.with_name("logo.svg").write_bytes(content)
    found = faults(file)
    assert len(found) == 1, found
    assert found[0].startswith(f"clinic.yml: logo: logo.svg: {line}"), found


def test_good_logos_pass(tmp_path: Path) -> None:
    for name, content in (
        ("a.svg", SVG.encode()),
        ("b.SVG", b'\xef\xbb\xbf<?xml version="1.0"?>\n' + SVG.encode()),
        ("c.png", png()),
    ):
        (tmp_path / name).write_bytes(content)
        assert clinics.logo_kind(tmp_path / name) == name[2:].lower()


def test_the_example_is_sound_and_rings_nowhere(file: Path) -> None:
    assert faults(EXAMPLE) == []
    assert faults(file) == []
    clinic = clinics.load(EXAMPLE, model.load(ROOT / "data"))
    # Ofcom keeps 020 7946 0000 to 0999 for drama; example.com is kept by RFC 2606.
    assert all(re.fullmatch(r"\+4420794600*\d{3,4}", phone.tel) for phone in clinic.lines), clinic.lines
    assert re.findall(r"https?://[^/\s]+", EXAMPLE.read_text(encoding="utf-8")) == [
        "https://clinic.example.com", "https://clinic.example.com", "https://guide.example.com",
    ]  # fmt: skip
    assert clinic.reviewed is None


def test_the_page_shows_the_example_and_every_key() -> None:
    page = (ROOT / "docs" / "clinics" / "make-it-yours.md").read_text(encoding="utf-8")
    assert EXAMPLE.read_text(encoding="utf-8") in page
    keys = page.partition("## Each key")[2].partition("\n## ")[0]
    assert [key for key in clinics.Clinic.__dataclass_fields__ if f"`{key}`" not in keys] == []


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "no wait"), (1, "wait 1 hour"), (36, "wait 36 hours"), (48, "wait 48 hours"), (96, "wait 4 days")],
)
def test_a_rule_in_words(hours: int, words: str) -> None:
    assert clinics.OwnRule(topic="washing", hours=hours).words == words


def test_a_sign_off_counts_for_what_was_read(file: Path) -> None:
    book = model.load(ROOT / "data")
    text = file.read_text(encoding="utf-8").replace("  date: 2026-11-27", "  date: 2026-11-02")
    file.write_text(re.sub("  pages: .*", "", text), encoding="utf-8")
    clinic = clinics.load(file, book)

    class Meta:
        def __init__(self, audience: str, day: int) -> None:
            self.audience, self.checked = audience, date(2026, 11, day)

    pages = {
        "index.md": Meta("patient", 1),
        "a.md": Meta("patient", 2),
        "b.md": Meta("patient", 3),
        "c.md": Meta("staff", 1),
    }
    shown = clinics.for_templates(clinic, book, pages, lambda page: page.removesuffix(".md"), NEUTRAL)["reviewed"]
    assert shown["pages"] == ["index", "a"]
    assert shown["earlier"] == ["b"]


# The command --------------------------------------------------------------------------------------


def test_the_command_says_what_is_missing(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    for arguments, line in (
        ([], "CLINIC: which file?"),
        ([str(EXAMPLE)], "SITE_URL: where is the neutral guide?"),
        ([str(tmp_path)], f"{tmp_path}: no clinic.yml in this folder"),
    ):
        assert command.main(arguments) == 1
        said = capsys.readouterr().err
        assert said.startswith(line)
        assert said.count("\n") == 1
    monkeypatch.setenv("SITE_URL", NEUTRAL)
    assert command.main(["gone.yml"]) == 1
    assert capsys.readouterr().err == "gone.yml: the file is missing\n"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The small project with our templates, and a folder with three clinics."""
    root = Path(shutil.copytree(MINI, tmp_path / "small"))
    shutil.copytree(ROOT / "overrides", root / "overrides")
    shutil.copytree(ROOT / "docs" / "assets" / "images", root / "docs" / "assets" / "images", dirs_exist_ok=True)
    config = (root / "mkdocs.yml").read_text(encoding="utf-8")
    config = config.replace("font: false", "font: false, custom_dir: overrides").replace(
        "strict: true", "strict: false"
    )
    config = config.replace("  - factbook\n", '  - factbook: {clinic: !ENV [CLINIC_FILE, ""]}\n')
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    country = model.load(root / "data").emergency_numbers
    for name in ("north", "south"):
        text = f'id: {name}\nname: Clinic {name}\ncountry: {next(iter(country))}\nphones: [{{label: Desk, number: "+44 20 7946 0{len(name)}11"}}]\n'
        (root / "clinics" / name).mkdir(parents=True)
        (root / "clinics" / name / "clinic.yml").write_text(text, encoding="utf-8")
    (root / "clinics" / "west.yml").write_text(text.replace("south", "west"), encoding="utf-8")
    return root


def test_one_command_builds_many_and_keeps_what_stood(small: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SITE_URL", NEUTRAL)
    # The small project has not what the finish counts on; editions of the real guide below are finished.
    monkeypatch.setattr(command, "finish", lambda *_: None)
    out = small / "editions"
    ask = [str(small / "clinics"), "--root", str(small), "--out", str(out)]
    assert command.main(ask) == 0, capsys.readouterr().err
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [f"{out}/{name}/" for name in ("west", "north", "south")]
    for name in ("north", "south", "west"):
        home = (out / name / "index.html").read_text(encoding="utf-8")
        assert f"Edition of Clinic {name}" in home
        assert f'href="{NEUTRAL}"' in home
    assert sorted(path.name for path in out.iterdir()) == ["north", "south", "west"]

    # A fault in one file stops all; a build that fails leaves the earlier edition.
    before = {path: path.read_bytes() for path in sorted(out.rglob("*.html"))}
    west = small / "clinics" / "west.yml"
    good = west.read_text(encoding="utf-8")
    west.write_text(good.replace("west", "north", 1), encoding="utf-8")
    assert command.main(ask) == 1
    assert capsys.readouterr().err == f'{small}/clinics/north/clinic.yml: id: "north" stands in {west} already\n'
    (small / "overrides" / "main.html").write_text("{% broken", encoding="utf-8")
    assert command.main([str(small / "clinics" / "south"), *ask[1:]]) == 1
    assert capsys.readouterr().err.startswith("south: not built; an earlier edition stays as it was\n")
    assert {path: path.read_bytes() for path in sorted(out.rglob("*.html"))} == before


# Editions of the real guide -----------------------------------------------------------------------


KNOW_THEIR_PLACE = ("/clinics/embed/", "/clinics/link/")
"""Pages that say something else where SITE_URL is not known, as it is not for the site that the tests build."""


def words(site: Path, address: str) -> list[str]:
    """The words of a page's article, without codes, dates, times to read, addresses and the name of the site."""
    tree = with_its_parts(site, address)
    article = tree.css_first("article.md-content__inner") or tree.css_first("main")
    for node in article.css(
        ".guide-layers, .fb-qr, .leaflet-foot, .guide-masthead, .guide-dates, footer, script, style"
    ):
        node.decompose()
    return re.findall(r"\S+", article.text(separator=" "))


def lost(before: list[str], after: list[str]) -> str:
    """The first words of `before` that do not follow in `after` in the same order."""
    rest = iter(after)
    for at, word in enumerate(before):
        if word not in rest:
            return " ".join(before[max(0, at - 5) : at + 5])
    return ""


def state() -> Any:
    return model.stamp(ROOT / "data", "")


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_an_edition_holds_the_guide_and_the_clinic(file: Path, builder: str, browser: Any) -> None:
    before = state()
    (order,) = command.read([file], ROOT, NEUTRAL)
    done = command.build(order, ROOT, file.parent / "out", builder)
    assert done.log == ""
    assert state() == before
    site = file.parent / "out" / "example-clinic"

    def soup(address: str) -> BeautifulSoup:
        return BeautifulSoup(text_of(site, address), "lxml")

    finished = "finished" if builder == "mkdocs" else "finished-zensical"
    # Nothing of the neutral guide is gone, and every page says whose edition it is.
    for address in ADDRESSES:
        html = text_of(site, address)
        if address not in KNOW_THEIR_PLACE:
            assert lost(words(built(finished), address), words(site, address)) == "", address
        assert "Edition of Example Clinic" in html, address
        link = LexborHTMLParser(html).css_first(".guide-edition a")
        assert link.attributes["href"] == NEUTRAL + address.lstrip("/"), address
    assert "Edition of Example Clinic" in (site / "404.html").read_text(encoding="utf-8")

    phone, night = "+44 20 7946 0123", "+44 20 7946 0456"
    page = soup("/aftercare/")
    assert "Example Clinic" in page.select_one("header.md-header").text
    assert (site / page.select_one(".guide-edition-bar img")["src"].replace("../", "")).read_text(
        encoding="utf-8"
    ) == SVG
    foot = page.select_one("footer .guide-clinic").text
    for detail in (phone, night, "1 Example Street", "English, Polish", "Saturday: 9:00 to 13:00", "999 or 112"):
        assert detail in foot
    assert [link["href"] for link in page.select("footer .guide-clinic a")] == [
        "tel:+442079460123", "tel:+442079460456", "https://clinic.example.com/", "https://clinic.example.com/book",
    ]  # fmt: skip
    # Under the emergency number, never instead of it.
    banner = re.sub(r"\s+", " ", page.select_one(".fb-emergency").text)
    assert banner.index("112, 999, 911, 000, 108") < banner.index("United Kingdom: 999 or 112") < banner.index(phone)
    # Its own rule beside the evidence.
    beside = soup("/aftercare/more.html")
    row = beside.select_one("#care-washing")
    assert "Your clinic’s own rule: wait 24 hours (Example Clinic)" in row.text
    assert "After 3 to 4 days" in row.text
    assert "A careful way" in row.text
    assert beside.select_one("#care-coffee .fb-clinic-rule") is None
    assert "No trial that we found has tested any of them" in page.select_one(".fb-clinic").text
    assert phone in soup("/aftercare/warning-signs/").select_one(".fb-clinic").text
    assert "Example vitamin mix" in soup("/ingredients/").select_one(".fb-clinic").text
    assert "Register: General Medical Council" in soup("/treatment/before/").select_one(".fb-clinic").text
    assert "wait 48 hours" in soup("/tools/planner/").select_one("#planner-wait-sport").text
    leaflet = soup("/leaflets/aftercare/")
    assert phone in leaflet.select_one(".leaflet-clinic").text
    assert "Your clinic’s own rule: wait 24 hours" in re.sub(r"\s+", " ", leaflet.text)
    assert phone in soup("/embed/warning-signs/").text or "Edition of" in soup("/embed/warning-signs/").text

    # Signed pages say so to people and to machines; others do not.
    signed = re.sub(r"\s+", " ", page.select_one(".guide-dates").text)
    assert (
        "For Example Clinic: Example Reviewer, Dermatologist, Register of the example 0000000, 27 November 2026"
        in signed
    )
    told = json.loads(page.select_one('script[type="application/ld+json"]').string)["@graph"][0]
    assert told["lastReviewed"] == "2026-11-27"
    assert told["reviewedBy"]["name"] == "Example Reviewer"
    assert "Example Reviewer" in leaflet.select_one("footer").text
    other = soup("/aftercare/warning-signs/")
    assert "No clinician has signed this page" in other.select_one(".guide-dates").text
    assert "reviewedBy" not in other.select_one('script[type="application/ld+json"]').string
    twin = (site / "aftercare" / "index.md").read_text(encoding="utf-8")
    assert "Reviewed by a clinician: Example Reviewer, Dermatologist" in twin
    assert "Edition of Example Clinic. The guide’s text is unchanged.\n" in twin
    if builder == "mkdocs":
        in_a_browser(site, browser)


def in_a_browser(site: Path, browser: Any) -> None:
    with served(site) as root:
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce", accept_downloads=True)
        page = context.new_page()
        page.goto(f"{root}/tools/visit-card/")
        assert page.input_value("#visit-card-name") == "Example Clinic"
        assert page.input_value("#visit-card-phone") == "+44 20 7946 0123"
        assert page.input_value("#visit-card-country") == "gb"
        calls = page.locator(".fb-visit-card__calls")
        assert calls.locator("a").evaluate_all("links => links.map(link => link.href)") == [
            "tel:999",
            "tel:112",
            "tel:+442079460123",
        ]
        # What is only brought along is not kept; what a reader changes is, and clearing brings the clinic back.
        assert page.evaluate("localStorage.getItem('guide-visit-card')") is None
        page.fill("#visit-card-name", "Another")
        page.reload()
        assert page.input_value("#visit-card-name") == "Another"
        page.on("dialog", lambda dialog: dialog.accept())
        page.click("button[name=clear]")
        assert page.input_value("#visit-card-name") == "Example Clinic"
        assert page.evaluate("localStorage.getItem('guide-visit-card')") is None

        page.goto(f"{root}/tools/planner/")
        page.fill("#planner-start", "2027-01-04")
        page.fill("#planner-count", "1")
        with page.expect_download() as got:
            page.click("button[name=calendar]")
        text = Path(got.value.path()).read_text(encoding="utf-8").replace("\n ", "")
        assert "CONTACT:Example Clinic: Front desk +44 20 7946 0123\\, Nights and weekends +44 20 7946 0456" in text
        assert "Your clinic’s own rule: Washing your hair\\, wait 24 hours." in text

        for scheme, viewport in (("light", PHONE), ("dark", DESKTOP)):
            page = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce").new_page()
            page.goto(f"{root}/aftercare/")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert axe_faults(page, scheme) == []
            assert page.locator(".guide-edition-bar").is_visible()
            if viewport == PHONE:
                low = page.evaluate(
                    "[...document.querySelectorAll('.guide-edition a, .guide-clinic a, .fb-emergency__clinic a')]"
                    ".map(link => link.getBoundingClientRect().height).filter(height => height < 24)"
                )
                assert low == []


def test_the_neutral_guide_shows_no_clinic() -> None:
    for address in ("/", "/aftercare/", "/leaflets/aftercare/", "/embed/fact-box/"):
        html = (built("mkdocs") / address.lstrip("/") / "index.html").read_text(encoding="utf-8")
        for mark in ("guide-edition", "guide-clinic", "clinic.css", "md-banner", "ld+json"):
            assert mark not in html, (address, mark)
        assert all("hidden" in node.attributes for node in LexborHTMLParser(html).css(".fb-clinic"))
