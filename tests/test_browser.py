"""In Chromium: accessibility, keyboard, no scripts, print, requests, narrow screens, where answers stand."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from factbook import model
from tests.conftest import ADDRESSES, DESKTOP, PHONE, ROOT, Opener, axe_faults

# Accessibility ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*ADDRESSES, "/not-a-page/"])
def test_axe_finds_nothing(opened: Opener, path: str) -> None:
    """Phone and desktop, light and dark."""
    found = []
    for scheme in ("light", "dark"):
        page = opened(path, color_scheme=scheme)
        for viewport in (DESKTOP, PHONE):
            page.set_viewport_size(viewport)
            # The menu moves out of the way of a narrower window by script, not at once.
            page.wait_for_timeout(150)
            found += [(scheme, viewport["width"], *fault) for fault in axe_faults(page, scheme)]
        page.close()
    assert found == []


def test_axe_with_the_menu_and_the_search_open(opened: Opener) -> None:
    page = opened("/evidence/", viewport=PHONE)
    page.locator("label.md-header__button[for=__drawer]").click()
    page.wait_for_timeout(400)
    assert axe_faults(page) == []
    page = opened("/evidence/")
    page.locator(".md-search__input").fill("dutasteride")
    page.wait_for_selector(".md-search-result__link")
    assert axe_faults(page) == []


def test_text_keeps_its_contrast_in_both_schemes(opened: Opener) -> None:
    """The tokens: body text 7:1, everything else that is text 4.5:1."""

    def luminance(colour: str) -> float:
        red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    pairs = [("ink", "paper", 7), ("ink", "panel", 7), ("ink-soft", "paper", 4.5), ("ink-soft", "panel", 4.5)]
    pairs += [("link", "paper", 7), ("link", "panel", 4.5), ("primary-ink", "primary", 7), ("accent", "paper", 4.5)]
    pairs += [(tier, f"{tier}-panel", 4.5) for tier in ("now", "today", "week", "expected")]
    pairs += [("ink", f"{tier}-panel", 7) for tier in ("now", "today", "week", "expected")]
    pairs += [("ink", "mark", 4.5), ("focus-ink", "focus", 7)]
    script = """name => { const probe = document.createElement('span'); probe.style.color = `var(--g-${name})`;
        document.body.append(probe); return getComputedStyle(probe).color; }"""
    for scheme in ("light", "dark"):
        page = opened("/", color_scheme=scheme)
        for text, ground, least in pairs:
            one, two = sorted((luminance(page.evaluate(script, name)) for name in (text, ground)), reverse=True)
            assert (one + 0.05) / (two + 0.05) >= least, (scheme, text, ground)


# Keyboard -----------------------------------------------------------------------------------------


def test_first_tab_skips_to_the_text(opened: Opener) -> None:
    page = opened("/evidence/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('md-skip')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#does-hair-mesotherapy-work")


def test_focus_is_seen(opened: Opener) -> None:
    page = opened("/basics/")
    link = page.locator("article a[href]:not(.headerlink)").first
    page.keyboard.press("Tab")
    link.focus()
    style = link.evaluate("el => { const s = getComputedStyle(el); return [s.backgroundColor, s.boxShadow]; }")
    assert style[0] == "rgb(255, 207, 77)"
    assert style[1] != "none"


def test_citation_shows_its_source_on_hover_and_focus(opened: Opener) -> None:
    page = opened("/evidence/")
    link = page.locator(".fb-cite__link").first
    for act in (link.hover, link.focus):
        act()
        tip = page.locator(".md-tooltip2--active, .md-tooltip--active")
        tip.wait_for(state="visible", timeout=5000)
        assert "We read:" in tip.inner_text()
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        tip.wait_for(state="hidden", timeout=5000)


def test_citation_and_back_by_keyboard(opened: Opener) -> None:
    page = opened("/evidence/")
    link = page.locator(".fb-cite__link").first
    place = link.get_attribute("id")
    link.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash").startswith("#ref-")
    page.locator(f".fb-ref__back a[href='#{place}']").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == f"#{place}"


def test_glossary_word_can_be_reached_by_keyboard(opened: Opener) -> None:
    page = opened("/basics/how-it-works/")
    word = page.locator("article abbr").first
    word.focus()
    assert page.evaluate("document.activeElement.tagName") == "ABBR"


def test_picture_opens_and_closes_by_keyboard(opened: Opener) -> None:
    page = opened("/basics/hair-loss/")
    page.locator("a.glightbox").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".glightbox-container img", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector(".glightbox-container", state="detached")


def test_search_by_keyboard_finds_and_highlights(opened: Opener) -> None:
    page = opened("/")
    page.keyboard.press("/")
    page.keyboard.type("dutasteride")
    page.wait_for_selector(".md-search-result__link")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?h=dutasteride")
    page.wait_for_selector("article mark")


def test_colours_follow_the_choice_and_stay(opened: Opener) -> None:
    page = opened("/")
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    toggle = page.locator("form.md-header__option label:not([hidden])")
    seen = set()
    for _ in range(3):
        toggle.first.click()
        page.wait_for_timeout(100)
        seen.add(page.evaluate(scheme))
    assert seen == {"default", "slate"}
    chosen = page.evaluate(scheme)
    page.reload()
    assert page.evaluate(scheme) == chosen


# Without scripts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ADDRESSES)
def test_without_scripts_all_is_there(opened: Opener, path: str) -> None:
    page = opened(path, java_script_enabled=False)
    assert page.locator("article h1").is_visible()
    # What is folded away opens without a script as well.
    for heading in page.locator("article summary").all():
        if heading.is_visible():
            heading.click()
    parts = page.locator(".fb-tier, .fb-emergency, .fb-table, .fb-card, .fb-references")
    for number in range(parts.count()):
        assert parts.nth(number).is_visible()
    assert page.locator("nav.md-tabs a").first.is_visible()


def test_without_scripts_the_phone_menu_opens(opened: Opener) -> None:
    page = opened("/", viewport=PHONE, java_script_enabled=False)
    page.locator("label.md-header__button[for=__drawer]").click()
    page.locator(".md-nav--primary label.md-nav__link", has_text="Aftercare").first.click()
    assert page.locator(".md-nav--primary a", has_text="Aftercare, hour by hour").is_visible()


def test_without_scripts_a_citation_still_says_what_it_is(opened: Opener) -> None:
    page = opened("/evidence/", java_script_enabled=False)
    assert "We read:" in page.locator(".fb-cite__link").first.get_attribute("title")


# Print --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/evidence/", "/aftercare/warning-signs/", "/treatment/course/", "/evidence/studies/"]
)
def test_print_is_a_clean_document(opened: Opener, path: str) -> None:
    page = opened(path, color_scheme="dark")
    page.emulate_media(media="print")
    for gone in (".md-header", ".md-tabs", ".md-sidebar--primary", ".md-footer", ".headerlink", ".fb-ref__back"):
        for number in range(page.locator(gone).count()):
            assert not page.locator(gone).nth(number).is_visible(), gone
    assert page.locator("article h1").is_visible()
    assert page.locator(".guide-dates").is_visible()
    assert f", {path}" in page.locator(".guide-print").inner_text()
    # A DOI or a PubMed number is its own address in print.
    outer = page.locator("article a[href^=http]:not([href*='doi.org'], [href*='pubmed'])").first
    if outer.count():
        spelled = outer.evaluate("el => getComputedStyle(el, '::after').content")
        assert "http" in spelled
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    assert page.pdf(format="A4")[:4] == b"%PDF"


# Narrow screens, requests -------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*ADDRESSES, "/not-a-page/"])
def test_no_sideways_scroll_and_nothing_asked_from_outside(
    opened: Opener, address: str, browser: Any, path: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    asked: list[str] = []
    failed: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + path, wait_until="networkidle")
    home = urlsplit(address).netloc
    assert [url for url in asked if urlsplit(url).netloc != home and not url.startswith(("data:", "blob:"))] == []
    assert [url for url in failed if not url.endswith("/not-a-page/")] == []
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert context.cookies() == []
    context.close()


def test_figures_keep_their_letters_at_320(opened: Opener) -> None:
    pages = ["/basics/", "/basics/hair-loss/", "/basics/how-it-works/", "/ingredients/", "/treatment/before/"]
    pages += ["/treatment/session/", "/treatment/techniques/", "/treatment/course/", "/safety/rules/"]
    for path in (*pages, "/aftercare/", "/aftercare/warning-signs/"):
        page = opened(path, viewport={"width": 320, "height": 640})
        for picture in page.locator("article figure img").all():
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("el => el.complete && el.naturalWidth > 0"), path
            assert picture.bounding_box()["width"] >= 272, path


def test_targets_are_large_enough(opened: Opener) -> None:
    """What a thumb uses on every page is 44 px high; citation numbers keep the 24 px that WCAG asks for by spacing."""
    page = opened("/", viewport=PHONE)
    for number in range(page.locator(".md-header__button:visible").count()):
        box = page.locator(".md-header__button:visible").nth(number).bounding_box()
        assert box["height"] >= 44


# Answers where people look ------------------------------------------------------------------------


def test_questions_are_answered_within_two_screens(opened: Opener) -> None:
    """Two screens of a laptop (1280 by 800)."""
    by_page: dict[str, list[model.Question]] = {}
    for question in model.load(ROOT / "data").questions:
        if question.at:
            by_page.setdefault(question.at.partition("#")[0], []).append(question)
    deep = {}
    for place, questions in by_page.items():
        page = opened(place)
        for question in questions:
            anchor = question.at.partition("#")[2]
            top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top + scrollY", anchor)
            if top > 1600:
                deep[question.q] = (question.at, round(top))
        page.context.close()
    assert deep == {}


def test_home_says_it_all_on_the_first_phone_screen(opened: Opener) -> None:
    page = opened("/", viewport=PHONE)
    box = page.locator("article .in-short, article .admonition").first.bounding_box()
    assert box["y"] + 100 < 640


def test_emergency_banner_is_on_the_first_phone_screen(opened: Opener) -> None:
    for path in ("/aftercare/", "/aftercare/warning-signs/", "/safety/"):
        page = opened(path, viewport=PHONE)
        box = page.locator(".fb-emergency").bounding_box()
        assert box["y"] < 400
