"""The search of the finished site: it finds what people ask for, and stands what can go wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from selectolax.lexbor import LexborHTMLParser

from factbook import model
from finish import search
from finish.site import Site
from finish.terms import terms
from tests.conftest import DESKTOP, PAGES, PHONE, ROOT, Opener, built, soup
from tools import search_report

SCRIPTS = ROOT / "docs/assets/javascripts"
VENDORED = {
    "minisearch.min.js": "f31c06543bf4e2ae6e27d7f8aeaaf0bee8a8f855141706ce0f361b96714a705e",
    "stemmer.min.js": "c128a2144bf4c1a1d2d67080d03cf69c3ea0d2851ea1ef4d479001c56994dca0",
}
"""As esbuild 0.28.2 made them from the packages (`esbuild … --minify --format=esm --target=es2020`), with a line on top."""
NASTY = [
    "What's 5% İstanbul ISPARTA ısı",
    "mésothérapie capillaire, naïve façade Œuvre straße Øre Łódź",
    "follow-up 0.5 mm 1,000 DHT l-cysteine B12 GHK-Cu",
    "saç dökülmesi için çözüm ŞIĞ",
    "مِيزُوثِيرَابِي الشَّعْر أضرار الصلعة ـــ ٥٪",
    "हेयर मेसोथेरेपी ज़्यादा झड़ना कीमत १२",
    "ﬁlm ² ½ Ⅷ ＡＢＣ e\u0301te\u0301 zero\u200bwidth soft\u00adhyphen",
    "ΟΔΥΣΣΕΥΣ dermatology possibly doubly apologies biology hopped agreed sky",
    "emoji 🙂 '' ` ´ “quoted” rock’n’roll <b>bold</b> & \\u0000",
]
HOSTILE = [
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=1</script> minoxidil",
    '"><svg onload=window.hit=1> hair',
    "javascript:window.hit=1",
    "{{constructor.constructor('window.hit=1')()}}",
    "__proto__ constructor toString hasOwnProperty",
    "%3Cscript%3E %00 %E0%A4%A",
    "\u202e\u0000\ud83d minoxidil",
    "minoxidil " * 60,
    "(((((((((((((((((((((((((((((a+)+)+$",
]


@pytest.fixture(scope="module")
def tab(browser: Any, address: str) -> Iterator[Page]:
    """One tab on the search page for all that only asks."""
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/search/")
    yield page
    context.close()


def test_most_questions_come_first(tab: Page) -> None:
    """Hits are a little under what `make search-report` prints, so that a new page does not fail the test."""
    figures = search_report.report(tab, built("mkdocs"))

    def share(name: str, place: str) -> float:
        return float(figures[name][place] / figures[name]["queries"])

    typed, unknown, others = (figures[name] for name in ("questions", "questions_unknown", "queries"))
    assert share("questions", "three") >= 0.97, typed["misses"]
    assert share("questions", "first") >= 0.9, typed
    assert share("questions_unknown", "three") >= 0.95, unknown["misses"]
    assert share("questions_unknown", "first") >= 0.85, unknown
    assert share("queries", "three") >= 0.97, others["misses"]
    assert share("queries", "first") >= 0.88, others
    assert {kind for kind, tallied in figures["kinds"].items() if tallied["three"] < 0.9 * tallied["queries"]} == set()


def test_queries_name_pages_that_stand() -> None:
    known = {*PAGES, "/evidence/studies/"}
    assert [query.q for query in search_report.queries() if not query.to or not set(query.to) <= known] == []
    texts = [query.q for query in search_report.queries()]
    assert len(texts) >= 150
    assert sorted(text for text in set(texts) if texts.count(text) > 1) == []


def test_python_and_the_browser_cut_words_alike(tab: Page) -> None:
    """Every word of the index, and nasty ones: what one side stems otherwise is never found."""
    book = model.load(ROOT / "data")
    parts = [*search.all_parts(Site(built("mkdocs"), ROOT), book), *search.studies(book)]
    texts = [*NASTY, *(" ".join((part.title, part.heading, *part.asked, part.text)) for part in parts)]
    code = "async (texts) => { const { terms } = await import('/assets/javascripts/search-terms.js'); return texts.map(terms); }"
    for text, found in zip(texts, tab.evaluate(code, texts), strict=True):
        assert found == terms(text)


def test_the_index_is_what_minisearch_would_make(tab: Page) -> None:
    parts = [
        search.Part("/a/#one", "Needle, gun, roller", "How deep?", 1.0, ["needle depth"], ["One to two millimetres."]),
        search.Part("/b/#two", "What it costs", "", 0.5, [], ["Ask for one written price, one only."]),
    ]
    ours: Any = search.index(parts, {"for", "only"})
    documents = [
        {
            "id": number,
            "title": " ".join(terms(part.title)),
            "heading": " ".join(terms(part.heading or part.title)),
            "asked": " ".join(terms(" ".join(part.asked))),
            "text": " ".join(term for term, _ in sorted(_text(ours, number))),
        }
        for number, part in enumerate(parts)
    ]
    code = """async (documents) => {
        const { default: MiniSearch } = await import('/assets/javascripts/minisearch.min.js');
        const made = new MiniSearch({
            fields: ['title', 'heading', 'asked', 'text'], tokenize: (text) => text.split(' ').filter(Boolean),
            processTerm: (term) => term,
        });
        made.addAll(documents);
        return JSON.parse(JSON.stringify(made));
    }"""
    theirs = tab.evaluate(code, documents)
    for key in ("documentCount", "nextId", "documentIds", "fieldIds", "serializationVersion", "dirtCount"):
        assert ours[key] == theirs[key], key
    assert set(ours) == set(theirs)

    def postings(index: Any) -> dict[str, Any]:
        return {term: {place: set(numbers) for place, numbers in places.items()} for term, places in index["index"]}

    assert postings(ours) == postings(theirs)
    assert ours["fieldLength"]["0"][:3] == theirs["fieldLength"]["0"][:3]


def _text(index: Any, number: int) -> list[tuple[str, int]]:
    """The terms of the text of one part, from an index."""
    found = []
    for term, places in index["index"]:
        if str(number) in places.get("3", {}):
            found.append((term, places["3"][str(number)]))
    return found


def test_brought_along_as_they_were_published() -> None:
    for name, expected in VENDORED.items():
        text = (SCRIPTS / name).read_bytes()
        assert hashlib.sha256(text).hexdigest() == expected, name
        assert b"MIT licence" in text.partition(b"\n")[0]


def test_every_page_has_a_box_that_works_without_scripts() -> None:
    for address in PAGES:
        page = LexborHTMLParser((built("finished") / address.strip("/") / "index.html").read_text(encoding="utf-8"))
        form = page.css_first("header guide-search form[role=search]")
        assert form is not None, address
        assert form.attributes["action"] == f"{'../' * (address.count('/') - 1) or './'}search/"
        assert form.attributes.get("method", "get") == "get"
        assert form.css_first("input[name=q][type=search]")
        assert page.css(".md-search, [for=__search], #__search") == [], address
    assert not (built("finished") / "search/search_index.json").exists()


@pytest.mark.parametrize("builder", ["mkdocs", "zensical", "finished", "finished-zensical"])
def test_the_search_page_lists_every_question(builder: str) -> None:
    page = soup(builder, "/search/")
    listed = [" ".join(link.get_text().split()) for link in page.select(".fb-asked a[href]:not(.headerlink)")]
    questions = model.load(ROOT / "data").questions
    assert sorted(listed) == sorted(question.ask for question in questions if question.at)


def test_zensical_keeps_its_own_search() -> None:
    assert soup("finished-zensical", "/search/").select("guide-search, guide-results") == []


def test_nothing_is_fetched_before_the_box_is_touched(opened: Opener) -> None:
    page = opened("/about/privacy/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(200)
    assert [url for url in asked if "search" in url] == []
    with page.expect_response("**/search/index.json"), page.expect_response("**/search/words.json"):
        page.locator(".guide-search__input").focus()
    assert not any("studies.json" in url for url in asked)


def test_by_keyboard(opened: Opener) -> None:
    page = opened("/")
    field = page.locator(".guide-search__input")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("can i wash my har", delay=5)
    first = page.locator(".guide-search .guide-found__link").first
    expect(first).to_contain_text("wash my hair")
    expect(page.locator(".guide-search [role=status]")).to_contain_text("best answer first")
    assert page.locator(".guide-search mark").first.inner_text().lower() in ("wash", "hair")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".guide-search__panel")).to_be_hidden()
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/aftercare/#q-wash$"))
    page.keyboard.press("/")
    page.keyboard.type("price & refund")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/#q=price\+%26\+refund$"))
    expect(page.locator(".guide-results .guide-found__link").first).to_be_visible()


def test_on_a_phone(opened: Opener) -> None:
    page = opened("/treatment/cost/", viewport=PHONE, has_touch=True)
    expect(page.locator(".guide-search__input")).to_be_hidden()
    opener = page.locator(".guide-search__open")
    assert min(opener.bounding_box()[side] for side in ("width", "height")) >= 24
    opener.tap()
    expect(page.locator(".guide-search__input")).to_be_focused()
    page.keyboard.type("side efects")
    expect(page.locator(".guide-found__link").first).to_be_visible()
    expect(page.locator(".guide-search [role=status]")).to_contain_text("side effects")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    panel = page.locator(".guide-search").bounding_box()
    assert (panel["x"], panel["width"]) == (0, PHONE["width"])
    page.get_by_role("button", name="Close").tap()
    expect(page.locator(".guide-search__input")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_search_page(opened: Opener) -> None:
    """Words in the address, near words, the studies when asked for, and a key that can be switched off."""
    page = opened("/search/?q=minoxidill%20women")
    expect(page.locator(".guide-found__link").first).to_be_visible()
    assert page.evaluate("location.search + location.hash") == "#q=minoxidill+women"
    expect(page.locator(".guide-results [role=status]").first).to_contain_text("minoxidil women")
    page.get_by_role("button", name="Look in the studies as well").click()
    expect(page.get_by_role("heading", name="In the studies")).to_be_focused()
    assert "/evidence/studies/#" in page.locator(".guide-found__studies a").first.get_attribute("href")
    field = page.locator("#guide-results-q")
    field.fill("qqqqzzzz")
    expect(page.locator(".guide-results [role=status]").first).to_contain_text("Nothing found")
    assert page.locator(".guide-found__doors a").count() >= 4
    field.fill("pregnxxxcy")
    page.locator(".guide-found__near a").first.click()
    expect(page.locator(".guide-found__link").first).to_be_visible()
    page.get_by_label("The key / opens the search on each page").uncheck()
    page.locator("h1").click()
    page.keyboard.press("/")
    page.wait_for_timeout(50)
    assert page.evaluate("document.activeElement.matches('.guide-search__input')") is False


def test_hostile_words_do_nothing(opened: Opener, address: str) -> None:
    page = opened("/search/")
    outside: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if not request.url.startswith(address) else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    code = """async ([texts]) => {
        const { Found, engine } = await import('/assets/javascripts/search-results.js');
        const search = await engine();
        const found = new Found({ most: 5, pick() {}, list: '' });
        document.body.append(found.status, found.body);
        for (const text of texts) {
            await found.look(text);
            await found.look(text, true);
            found.show({ search: () => [{ address: 'x/', title: text, heading: text, passage: text, terms: new Set(['hair']) }],
                taken: () => text, near: () => [text] }, text, false);
            found.show({ search: () => [], taken: () => '', near: () => [text] }, text, false);
        }
    }"""
    page.evaluate(code, [HOSTILE])
    for text in HOSTILE[:4]:
        page.locator("#guide-results-q").fill(text)
        page.wait_for_timeout(260)
    assert page.evaluate("window.hit") is None
    assert page.locator("article img[src=x], article svg[onload], article script:not([src])").count() == 0
    assert (outside, faults) == ([], [])


@pytest.mark.parametrize("answer", ["cut", "broken", "page"])
def test_without_an_index_a_way_remains(opened: Opener, answer: str) -> None:
    """No network; an index cut short; a host that sends a page for everything. No exception, and a link."""
    page = opened("/about/privacy/")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def spoil(route: Any) -> None:
        if answer == "cut":
            route.abort()
        elif answer == "broken":
            route.fulfill(body=route.fetch().text()[:9000], content_type="application/json")
        else:
            route.fulfill(body="<!doctype html><title>Hello</title>", content_type="text/html")

    page.route("**/search/*.json", spoil)
    page.locator(".guide-search__input").fill("minoxidil")
    expect(page.locator(".guide-search [role=status]")).to_contain_text("cannot be loaded")
    assert page.locator(".guide-search__panel a").first.get_attribute("href").endswith("/search/#questions")
    page.unroute("**/search/*.json")
    page.locator(".guide-search__input").fill("minoxidil injections")
    expect(page.locator(".guide-search .guide-found__link").first).to_be_visible()
    assert faults == []


def test_a_missing_address_is_searched_for(opened: Opener) -> None:
    page = opened("/treatment/washing-your-hair.html")
    expect(page.locator("guide-missing .guide-found__link").first).to_be_visible()
    hrefs = page.locator("guide-missing a").evaluate_all("links => links.map(link => link.pathname)")
    assert "/aftercare/" in hrefs
    page.goto(page.url.rpartition("/treatment")[0] + "/%E0%A4%A/zzzz")
    page.wait_for_load_state("networkidle")
    expect(page.locator("guide-missing")).to_be_hidden()
