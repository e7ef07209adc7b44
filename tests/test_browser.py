"""In Chromium: accessibility, keyboard, no scripts, print, requests, narrow screens, where answers stand."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from pypdf import PdfReader

from factbook import model
from tests.conftest import ADDRESSES, BARE, DESKTOP, PHONE, ROOT, Opener, built
from tools.browsing import axe_faults, served

# Accessibility ------------------------------------------------------------------------------------


SCHEMES = {"light": "default", "dark": "slate"}
"""The theme's names for them."""
WIDE = ("/", "/evidence/", "/evidence/studies/", "/evidence/trials/", "/options/", "/aftercare/", "/treatment/course/")
WIDE += ("/tools/decide/", "/tools/questions/", "/tools/planner/", "/tools/visit-card/", "/glossary/", "/not-a-page/")
"""Pages with parts that are laid out by width: grids, wide tables, tools, hero."""
COLOURED = (
    *WIDE,
    "/aftercare/warning-signs/",
    "/safety/",
    "/evidence/claims/",
    "/evidence/unknowns/",
    "/treatment/before/",
)
COLOURED += ("/ingredients/", "/clinics/link/", "/clinics/advertising/", "/staff/practice/", "/staff/emergencies/")
"""Pages that between them hold every kind of block with colours of its own."""


@pytest.mark.parametrize("path", [*ADDRESSES, "/not-a-page/"])
def test_axe_finds_nothing(opened: Opener, path: str, request: pytest.FixtureRequest) -> None:
    """The phone in light; in dark, where only colours can differ, on one page of each kind of block (the tokens have a
    test of their own); the desktop where a page lays itself out by width: what else a wide screen adds is the theme's own
    lists, the same on every page. All looks at each page would take the tests over their quarter of an hour; `--thorough`
    adds the dark ones."""
    found = []
    page = opened(path, color_scheme="light")
    looks = [("light", (DESKTOP, PHONE) if path in WIDE else (PHONE,))]
    if path in COLOURED or request.config.getoption("--thorough"):
        looks.append(("dark", (PHONE,)))
    for scheme, viewports in looks:
        page.emulate_media(color_scheme=scheme)
        for viewport in viewports:
            page.set_viewport_size(viewport)
            # The menu moves out of the way of a narrower window by script, not at once; the colours change so as well.
            page.wait_for_timeout(150)
            if path not in BARE:
                page.wait_for_function("scheme => document.body.dataset.mdColorScheme === scheme", arg=SCHEMES[scheme])
            found += [(scheme, viewport["width"], *fault) for fault in axe_faults(page, scheme)]
    assert found == []


def test_axe_with_the_menu_and_the_search_open(opened: Opener) -> None:
    page = opened("/evidence/", viewport=PHONE)
    page.get_by_role("button", name="Menu").click()
    page.wait_for_timeout(400)
    assert axe_faults(page) == []
    page = opened("/evidence/")
    page.locator(".guide-search__input").fill("dutasteride")
    page.wait_for_selector(".guide-search__panel .guide-found__link")
    assert axe_faults(page) == []


def test_text_keeps_its_contrast_in_both_schemes(opened: Opener) -> None:
    """The tokens: body text 7:1, everything else that is text 4.5:1."""

    def luminance(colour: str) -> float:
        red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    pairs = [("ink", "paper", 7), ("ink", "panel", 7), ("ink-soft", "paper", 4.5), ("ink-soft", "panel", 4.5)]
    pairs += [("accent-ink", "accent", 4.5), ("paper", "link", 4.5), ("now", "paper", 4.5)]
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
        tip = page.get_by_role("tooltip")
        tip.wait_for(state="visible", timeout=5000)
        assert "We read:" in tip.inner_text()
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        tip.wait_for(state="hidden", timeout=5000)


def test_citation_and_back_by_keyboard(opened: Opener) -> None:
    page = opened("/evidence/")
    link = page.locator(".fb-cite__link").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.startsWith('#ref-')")
    place = link.get_attribute("id")
    page.locator(f".fb-ref__back a[href='#{place}']").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == f"#{place}"


def test_glossary_word_can_be_reached_by_keyboard(opened: Opener) -> None:
    page = opened("/basics/how-it-works/")
    word = page.locator("article abbr").first
    word.focus()
    assert page.evaluate("document.activeElement.tagName") == "ABBR"


@pytest.mark.parametrize("builder", ["mkdocs", "zensical", "finished", "finished-zensical"])
def test_picture_opens_and_closes_by_keyboard(browser: Any, builder: str) -> None:
    """With its text, a name for the window, and the focus back where it was; nothing comes from outside."""
    with served(built(builder)) as root:
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce", has_touch=True)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{root}/basics/hair-loss/", wait_until="networkidle")
        link = page.locator("a:is(.glightbox, .guide-zoom)").first
        text = link.locator("img").get_attribute("alt")
        link.focus()
        page.keyboard.press("Enter")
        large = page.locator("#glightbox-body .gslide.current img")
        large.wait_for(state="visible")
        assert page.get_by_role("dialog", name="Picture, enlarged").count() == 1
        page.wait_for_function(
            "text => document.querySelector('#glightbox-body .gslide.current img').alt === text", arg=text
        )
        page.keyboard.press("Escape")
        page.wait_for_selector("#glightbox-body", state="detached")
        page.wait_for_function("() => document.activeElement.matches('a:is(.glightbox, .guide-zoom)')")
        link.tap()
        large.wait_for(state="visible")
        page.locator("#glightbox-body .gclose").tap()
        page.wait_for_selector("#glightbox-body", state="detached")
        assert [url for url in asked if not url.startswith((root, "data:", "blob:"))] == []
        context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_next_step_stays_in_sight_and_hides_nothing_that_has_the_focus(opened: Opener, viewport: Any) -> None:
    page = opened("/treatment/before/", viewport=viewport)
    bar = page.locator(".guide-next")
    for _ in range(2):
        box = bar.bounding_box()
        assert box["y"] + box["height"] <= viewport["height"] + 1
        assert box["height"] <= 80
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(100)
    links = page.locator("article p a[href]:not(.headerlink):visible, article li a[href]:visible")
    for number in range(0, links.count(), 9):
        links.nth(number).focus()
        found = links.nth(number).bounding_box()
        top = bar.bounding_box()["y"]
        assert found["y"] + found["height"] <= top + 1 or found["y"] >= top + bar.bounding_box()["height"] - 1, number


def test_next_step_rests_at_the_end_of_a_low_window(opened: Opener) -> None:
    """400 % zoom of a laptop leaves 320 by 200: a bar there would hide a third of it."""
    page = opened("/treatment/before/", viewport={"width": 320, "height": 200})
    assert page.locator(".guide-next").bounding_box()["y"] > 2000


def test_colours_follow_the_choice_and_stay(opened: Opener) -> None:
    page = opened("/")
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    toggle = page.locator(".guide-colours")
    seen = set()
    for _ in range(3):
        toggle.click()
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
    main = "main" if path in BARE else "article"
    assert page.locator(f"{main} h1").is_visible()
    # What is folded away opens without a script as well.
    for heading in page.locator(f"{main} summary").all():
        if heading.is_visible():
            heading.click()
    parts = page.locator(":is(.fb-tier, .fb-emergency, .fb-table, .fb-card, .fb-references):not([hidden] *)")
    for number in range(parts.count()):
        assert parts.nth(number).is_visible()
    assert path in BARE or page.locator("nav.md-tabs a").first.is_visible()


def test_without_scripts_the_phone_menu_opens(opened: Opener) -> None:
    page = opened("/", viewport=PHONE, java_script_enabled=False)
    page.locator("label.md-header__button[for=__drawer]").click()
    page.locator(".md-nav--primary a", has_text="Aftercare").first.click()
    page.wait_for_url("**/aftercare/")
    page.locator("label.md-header__button[for=__drawer]").click()
    # What opens the menu stands in a stylesheet behind the first screen.
    page.locator(".md-nav--primary a", has_text="Warning signs").wait_for()


def test_without_scripts_a_citation_leads_to_what_it_is(opened: Opener) -> None:
    page = opened("/evidence/", java_script_enabled=False)
    page.locator(".fb-cite__link").first.click()
    page.wait_for_url("**/evidence/sources.html#*")
    assert "We read:" in page.locator("li:target").inner_text()


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
    for gone in (".guide-layers", ".guide-contents", ".guide-next"):
        assert not page.locator(gone).first.is_visible(), gone
    head = page.locator(".guide-masthead")
    assert head.bounding_box()["y"] < page.locator("article h1").bounding_box()["y"]
    assert path in head.locator(".guide-masthead__address").inner_text()
    assert re.search(r"Checked \d+ \w+ 2026", head.inner_text())
    inner = page.locator("article a[data-address]:visible:not(.fb-references a, .fb-cite a)").first
    assert inner.evaluate("el => getComputedStyle(el, '::after').content").endswith(')"')
    # A DOI or a PubMed number is its own address in print.
    outer = page.locator("article a[href^=http]:not([href*='doi.org'], [href*='pubmed'])").first
    if outer.count():
        spelled = outer.evaluate("el => getComputedStyle(el, '::after').content")
        assert "http" in spelled
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_each_sheet_says_what_it_belongs_to(opened: Opener, paper: str) -> None:
    sheets = PdfReader(BytesIO(opened("/treatment/before/").pdf(format=paper))).pages
    assert 3 <= len(sheets) <= 16
    for number, sheet in enumerate(sheets, 1):
        text = " ".join(sheet.extract_text().split())
        assert "Hair Mesotherapy Guide · /treatment/before/ · checked 2026-" in text
        assert f"{number} / {len(sheets)}" in text
    assert "For clinicians" in " ".join(sheet.extract_text() for sheet in sheets)


def test_a_long_list_is_left_out_on_paper_unless_opened(opened: Opener) -> None:
    def sheets(page: Any) -> int:
        return len(PdfReader(BytesIO(page.pdf(format="A4"))).pages)

    page = opened("/treatment/course/")
    short = sheets(page)
    page.locator("details.note > summary").first.click()
    assert sheets(page) > short + 2


# Comfort ------------------------------------------------------------------------------------------


def late(page: Any, route: Any) -> None:
    page.wait_for_timeout(400)
    route.continue_()


@pytest.mark.parametrize("path", ["/", "/evidence/", "/basics/", "/options/", "/evidence/studies/", "/staff/syringe/"])
def test_nothing_moves_while_a_page_loads(opened: Opener, browser: Any, address: str, path: str) -> None:
    """Cumulative layout shift; 0.1 counts as good, we ask for a fifth of it."""
    context = browser.new_context(viewport=PHONE)
    context.add_init_script("""window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())
        if (!entry.hadRecentInput) window.shift += entry.value; }).observe({type: 'layout-shift', buffered: true});""")
    page = context.new_page()
    # Modules that come late: what they show has its place kept, or the text is pushed about while somebody reads.
    page.route(
        re.compile(r"/(compare|filter|decide|staff|tool|unfold|guide|later|tips)\.js"), lambda route: late(page, route)
    )
    page.goto(address + path, wait_until="networkidle")
    page.mouse.wheel(0, 3000)
    page.wait_for_function("() => !document.querySelector(':not(:defined)')")
    page.wait_for_timeout(300)
    page.unroute_all(behavior="wait")
    assert page.evaluate("window.shift") < 0.02
    context.close()


def test_chosen_colours_are_there_before_the_first_paint(opened: Opener) -> None:
    """A reader who chose dark on a light device sees no light page first."""
    page = opened("/")
    for _ in range(2):  # the device's choice, light, dark
        page.locator(".guide-colours").click()
        page.wait_for_timeout(100)
    assert page.evaluate("document.body.dataset.mdColorScheme") == "slate"
    page.add_init_script("""window.seen = []; document.addEventListener('readystatechange', () => {
        if (document.body) window.seen.push(document.body.dataset.mdColorScheme); });
        new MutationObserver(() => { if (document.querySelector('.md-container')) window.seen.push(
            document.body.dataset.mdColorScheme); }).observe(document, {childList: true, subtree: true});""")
    page.reload(wait_until="load")
    assert set(page.evaluate("window.seen")) == {"slate"}


def test_reduced_motion_is_honoured(opened: Opener) -> None:
    page = opened("/evidence/", reduced_motion="reduce")
    moving = page.evaluate("""[...document.querySelectorAll('*')].filter(el => { const s = getComputedStyle(el);
        return s.transitionDuration.split(', ').some(d => parseFloat(d) > 0 && s.transitionProperty !== 'none')
            || (s.animationName !== 'none' && parseFloat(s.animationDuration) > 0.001); }).map(el => el.className)""")
    assert moving == []


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
            assert picture.evaluate("el => el.decode().then(() => el.naturalWidth > 0)"), path
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
    """The message whole, and its picture begun."""
    page = opened("/", viewport=PHONE)
    box = page.locator("article .in-short").bounding_box()
    assert box["y"] + box["height"] < 640
    picture = page.locator(".fb-number svg").first.bounding_box()
    assert picture["y"] + picture["height"] / 2 < 640


def test_emergency_banner_is_on_the_first_phone_screen(opened: Opener) -> None:
    for path in ("/aftercare/", "/aftercare/warning-signs/", "/safety/"):
        page = opened(path, viewport=PHONE)
        box = page.locator(".fb-emergency").bounding_box()
        assert box["y"] < 400
