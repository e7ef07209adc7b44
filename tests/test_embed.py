"""What clinics link, scan and frame: addresses, codes, snippets; frames that are small, alone and readable anywhere."""

from __future__ import annotations

import base64
import os
import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import resvg_py
import zxingcpp
from bs4 import BeautifulSoup
from PIL import Image

from factbook import model
from factbook.records import Factbook
from tests.conftest import ADDRESSES, ROOT, Opener, article, build_zensical, built, run, soup
from tools.browsing import axe_faults, served

FRAMES = ("fact-box", "warning-signs", "questions", "options")
BUILDERS = ("mkdocs", "zensical")
ALL_IN = 50_000
"""Bytes of one frame with all it loads, as it stands on disk."""
PUBLISHED = "https://guide.example/hair/"
"""Where the test publishes the site: not at the root of its host, which is harder."""

PERMANENT = {
    "/clinics/": ("doors", "addresses", "return"),
    "/clinics/link/": ("moments", "codes", "cite"),
    "/clinics/embed/": (*FRAMES, "colours"),
    "/clinics/make-it-yours/": (),
    "/clinics/advertising/": (),
    "/clinics/consent/": (),
    **{f"/embed/{name}/": () for name in FRAMES},
    "/leaflets/": (),
    **{f"/leaflets/{name}/": () for name in ("decide", "session", "aftercare", "warning-signs")},
    **{f"/leaflets/{name}/": () for name in ("syringe", "questions", "consent")},
    "/staff/": (),
    "/candidacy/": ("must-not",),
    "/aftercare/warning-signs/": ("call", "complain"),
    "/treatment/course/": ("stop-rule",),
    "/treatment/cost/": ("total",),
}
"""Addresses and headings that clinics link to and print: they never break once published."""


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


def frame(builder: str, name: str) -> BeautifulSoup:
    return soup(builder, f"/embed/{name}/")


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


def texts(page: BeautifulSoup, what: str) -> list[str]:
    """What the rows of one kind hold, to be copied."""
    return [row.code.text for row in page.select(f'.fb-copy__row[data-what="{what}"]')]


# Addresses ----------------------------------------------------------------------------------------


def test_permanent_addresses_and_headings_stand() -> None:
    assert set(PERMANENT) <= set(ADDRESSES)
    for address, anchors in PERMANENT.items():
        for anchor in anchors:
            assert soup("mkdocs", address).find(id=anchor), (address, anchor)


def test_every_deep_link_offered_is_permanent(book: Factbook) -> None:
    offered = [moment.page for moment in book.moments.values() if "#" in moment.page]
    assert len(offered) >= 4
    for page in offered:
        path, _, anchor = page.partition("#")
        address = f"/{path.removesuffix('.md').removesuffix('index').rstrip('/')}/"
        assert anchor in PERMANENT[address], page


def decoded(address: str) -> str:
    """What a code says that stands in a `data:` address, as SVG or PNG."""
    head, _, body = address.partition(",")
    data = base64.b64decode(body) if head.endswith(";base64") else unquote(body).encode()
    if "svg" in head:
        data = bytes(resvg_py.svg_to_bytes(svg_string=data.decode(), width=300))
    found = zxingcpp.read_barcodes(Image.open(BytesIO(data)).convert("L"))
    assert [code.format for code in found] == [zxingcpp.BarcodeFormat.QRCode]
    return found[0].text


def test_published_addresses_are_the_real_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: Factbook) -> None:
    """Both builders, with an address of their own: what is copied, scanned and framed leads to what was built."""
    monkeypatch.setenv("SITE_URL", PUBLISHED)
    done = run("mkdocs", "build", "--site-dir", str(tmp_path / "mkdocs"), folder=ROOT)
    assert done.returncode == 0, done.stdout
    (tmp_path / "zensical").mkdir()
    done = build_zensical(tmp_path / "zensical")
    assert done.returncode == 0, done.stdout
    shown = []
    for site in (tmp_path / "mkdocs", tmp_path / "zensical" / "site"):

        def page(address: str, site: Path = site) -> BeautifulSoup:
            return parsed((site / address.lstrip("/") / "index.html").read_text(encoding="utf-8"))

        def leads_somewhere(url: str, page: Any = page) -> bool:
            address, _, anchor = url.removeprefix(PUBLISHED).partition("#")
            return url.startswith(PUBLISHED) and (not anchor or page(address).find(id=anchor) is not None)

        link = page("/clinics/link/")
        pages, parts, lines = (texts(link, what) for what in ("page link", "link to the part", "HTML"))
        assert len(pages) == len(lines) == len(book.moments)
        assert all(leads_somewhere(url) for url in (*pages, *parts))
        for card in link.select(".fb-moment"):
            line = parsed(texts(card, "HTML")[0]).a
            assert line["href"] == (texts(card, "link to the part") or texts(card, "page link"))[0]
            assert line["href"] == urljoin(f"{PUBLISHED}clinics/link/", card.select_one("a.fb-moment__page")["href"])
        assert PUBLISHED in texts(link, "citation")[0]
        assert book.edition.version in texts(link, "citation")[0]

        codes = link.select(".fb-qr__code")
        assert len(codes) >= 5
        for code in codes:
            url = code.select_one(".fb-qr__address").text
            assert leads_somewhere(url)
            assert code.img["alt"].endswith(url)
            saved = code.select("a[download]")
            assert [Path(a["download"]).suffix for a in saved] == [".svg", ".png"]
            for image in (code.img["src"], *(a["href"] for a in saved)):
                assert decoded(image) == url

        embed = page("/clinics/embed/")
        snippets = [parsed(text).iframe for text in texts(embed, "snippet")]
        assert [snippet["src"] for snippet in snippets] == [f"{PUBLISHED}embed/{name}/" for name in FRAMES]
        live = [urljoin(f"{PUBLISHED}clinics/embed/", tag["src"]) for tag in embed.select(".fb-frame iframe")]
        assert live == [snippet["src"] for snippet in snippets]
        coloured = [
            urljoin(f"{PUBLISHED}clinics/embed/", tag["src"]) for tag in embed.select(".fb-frames__colours iframe")
        ]
        assert coloured == [f"{PUBLISHED}embed/options/#{colours}" for colours in ("light", "dark")]
        for name, snippet in zip(FRAMES, snippets, strict=True):
            assert snippet["title"] == book.frames[name].title
            assert snippet["loading"] == "lazy"
            assert int(snippet["height"]) == book.frames[name].height
            whole = page(f"/embed/{name}/")
            assert leads_somewhere(whole.select_one("link[rel=canonical]")["href"])
            assert whole.select_one("link[rel=canonical]")["href"] == urljoin(
                snippet["src"], whole.select_one("footer a")["href"]
            )
        shown.append([str(tag) for tag in (*link.select("code, figcaption"), *embed.select("code"))])
    assert shown[0] == shown[1]


@pytest.mark.parametrize("builder", BUILDERS)
def test_without_an_address_of_its_own_the_site_says_so(builder: str) -> None:
    assert not os.environ.get("SITE_URL")
    link = article(builder, "/clinics/link/")
    assert "SITE_URL" in link.select_one(".fb-copy__unknown").text
    assert "SITE_URL" in link.select_one(".fb-qr__none").text
    assert link.select(".fb-qr img") == []
    assert all(text.text.startswith("/") for text in link.select(".fb-qr__address"))
    assert all(text.startswith("/") for text in texts(link, "page link"))


# Frames -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_is_small_alone_and_signed(builder: str, name: str, book: Factbook) -> None:
    path = built(builder) / "embed" / name / "index.html"
    page = frame(builder, name)
    weight = path.stat().st_size
    for tag in page.select("link[href]:not([rel=canonical]), img[src]"):
        used = urljoin(f"/embed/{name}/", tag.get("href") or tag["src"])
        weight += (built(builder) / used.lstrip("/")).stat().st_size
    assert weight <= ALL_IN
    assert page.find(["script", "style", "iframe", "form", "img", "object", "base"]) is None
    assert [tag for tag in page.find_all(True) if any(key == "style" or key[:2] == "on" for key in tag.attrs)] == []
    assert len(page.select("link[rel=stylesheet]")) == 1

    assert page.html["lang"] == "en"
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    assert page.select_one("meta[name=referrer]")["content"] == "no-referrer"
    assert page.h1.find(string=True) in page.title.text
    foot = page.footer.get_text(" ", strip=True)
    assert foot.startswith("From the Hair Mesotherapy Guide:")
    assert re.search(r"Checked \d{1,2} [A-Z][a-z]+ \d{4}", foot)
    assert "No clinician has signed" in foot
    assert f"Edition {book.edition.version}" in page.select_one(".edition").text
    for link in page.select("a[href]:not(.headerlink)"):
        assert link["target"] == "_blank"
        assert "noopener" in link["rel"]


def test_frames_say_what_the_data_says(book: Factbook) -> None:
    shown = {name: " ".join(frame("mkdocs", name).get_text(" ").split()) for name in FRAMES}
    core = [item for item in book.prompts.values() if item.core]
    assert len(core) == len(frame("mkdocs", "questions").select(".questions > li")) == 10
    assert all(item.ask in shown["questions"] and item.why in shown["questions"] for item in core)
    assert all(item.sign in shown["warning-signs"] for item in book.signs.values())
    assert all(item.do.text in shown["warning-signs"] for item in book.signs.values())
    for item in book.options.values():
        answers = item.answers
        for text in (item.name, answers.what.text, answers.works.text, answers.harms.text, answers.licence.text):
            assert text in shown["options"], item.id
    ours, theirs = (
        [(row.th or row.strong).find(string=True) for row in rows]
        for rows in (
            article("mkdocs", "/evidence/").select(".fb-factbox tr:has(td)"),
            frame("mkdocs", "fact-box").select(".facts li"),
        )
    )
    assert ours == theirs
    numbers = [bar["width"] for bar in frame("mkdocs", "fact-box").select("rect")]
    assert numbers == re.findall(r"(\d+) of 100", frame("mkdocs", "fact-box").select_one(".facts").get_text(" "))


def test_frames_have_the_colours_of_the_pages() -> None:
    """They cannot share the file (see embed.css), so the two are held together here."""

    def blocks(name: str) -> list[dict[str, str]]:
        text = (ROOT / "docs/assets/stylesheets" / name).read_text(encoding="utf-8")
        found = [dict(re.findall(r"(--g-[\w-]+): (#\w+);", block)) for block in re.findall(r"{([^{}]*)}", text)]
        return [block for block in found if block]

    light, dark = blocks("tokens.css")
    ours, *theirs = blocks("embed.css")
    assert ours.items() <= light.items()
    assert len(theirs) == 2
    assert theirs[0] == theirs[1]
    assert theirs[0].items() <= dark.items()
    assert set(ours) - set(theirs[0]) <= {key for key in light if light[key] == dark.get(key)}


@pytest.fixture
def foreign(tmp_path: Path, address: str) -> Iterator[str]:
    """A page of somebody else, at another origin, with the frames of the snippets: as they are, #light and #dark."""
    snippets = texts(article("mkdocs", "/clinics/embed/"), "snippet")
    assert len(snippets) == len(FRAMES)
    rows = []
    for snippet in snippets:
        for colours in ("", "#light", "#dark"):
            rows.append(re.sub(r'src="([^"]*)"', rf'src="{address}\1{colours}"', snippet).replace("lazy", "eager"))
    page = '<!doctype html><html lang="en"><title>Elsewhere</title><body><h1>Elsewhere</h1>{}'.format("<hr>".join(rows))
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    with served(tmp_path) as root:
        yield root.replace("127.0.0.1", "localhost")
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("device", ["light", "dark"])
def test_frames_work_on_a_foreign_page(browser: Any, address: str, foreign: str, device: str) -> None:
    """Without scripts, at 320 px, in the colours asked for; nothing else is loaded, kept or moved."""
    context = browser.new_context(
        viewport={"width": 336, "height": 640}, color_scheme=device, java_script_enabled=device == "light"
    )
    page = context.new_page()
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(foreign, wait_until="networkidle")
    frames = page.frames[1:]
    assert len(frames) == 3 * len(FRAMES)
    for shown in frames:
        assert shown.locator("h1").is_visible()
        assert shown.locator("footer a").get_attribute("rel") == "noopener"
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert shown.evaluate("innerWidth") <= 320
        wanted = urlsplit(shown.url).fragment or device
        paper = shown.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
        assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 25, 29)"}[wanted], shown.url
        assert shown.evaluate("scrollY") == 0
    assert page.evaluate("scrollY") == 0
    elsewhere = [request for request in asked if not request.url.startswith(foreign)]
    assert {urlsplit(request.url).path for request in elsewhere} == {
        *(f"/embed/{name}/" for name in FRAMES),
        "/assets/stylesheets/embed.css",
    }
    assert all(request.url.startswith(address) for request in elsewhere)
    assert not any(request.headers.get("referer") for request in elsewhere)
    assert context.cookies() == []
    context.close()


def test_frames_pass_axe_in_both_colours_and_their_heights_are_told(opened: Opener, book: Factbook) -> None:
    for name in FRAMES:
        page = opened(f"/embed/{name}/#dark", viewport={"width": 320, "height": 400}, color_scheme="light")
        assert axe_faults(page) == []
        frame = book.frames[name]
        for width, told in ((640, frame.whole_wide), (320, frame.whole_narrow)):
            page.set_viewport_size({"width": width, "height": 400})
            real = page.evaluate("document.documentElement.scrollHeight")
            # Fonts differ from one device to the next; a number that is far off helps nobody.
            assert 0.85 * told <= real <= 1.15 * told, (name, width, real)
        for link in page.locator("footer a").all():
            assert link.bounding_box()["height"] >= 44
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('a:not(.headerlink)')")
        page.context.close()


# Copying ------------------------------------------------------------------------------------------


def test_copy_buttons_copy_or_mark(opened: Opener) -> None:
    page = opened("/clinics/link/", permissions=["clipboard-read", "clipboard-write"])
    card = page.locator(".fb-moment").nth(4)
    card.locator("summary").click()
    for what in ("page link", "link to the part", "HTML"):
        row = card.locator(f'.fb-copy__row[data-what="{what}"]')
        row.get_by_role("button").click()
        card.get_by_role("status").filter(has_text=f"Copied: {what}.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == row.locator("code").inner_text()
        assert row.get_by_role("button").bounding_box()["height"] >= 44
    page.context.close()

    page = opened("/about/")
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined });")
    page.goto(page.url.replace("/about/", "/clinics/embed/"), wait_until="load")
    row = page.locator(".fb-copy__row").first
    row.get_by_role("button").click()
    page.get_by_role("status").filter(has_text="The snippet is marked now").wait_for()
    assert page.evaluate("String(getSelection())") == row.locator("code").inner_text()
    page.context.close()

    page = opened("/clinics/link/", java_script_enabled=False)
    assert page.locator(".fb-copy__row button:visible").count() == 0
    assert page.locator(".fb-copy__text").first.is_visible()


def test_copied_text_holds_nothing_but_the_text(book: Factbook) -> None:
    """Glossary words, line ends and marks of ours have no place in a snippet."""
    for builder in BUILDERS:
        for address in ("/clinics/link/", "/clinics/embed/"):
            for code in article(builder, address).select(".fb-copy__text"):
                assert code.find(True) is None
                assert code.text == " ".join(code.text.split())
