"""The frame of finished pages: nothing of the theme's script, nothing lost, and what comes later does come."""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from playwright.sync_api import expect
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser, LexborNode

from finish import FinishError, Site, shell
from finish.site import squeezed
from tests.conftest import DESKTOP, PAGES, PHONE, ROOT, Opener, built, text_of, with_its_parts
from tools.browsing import served

FINISHED = {"finished": "mkdocs", "finished-zensical": "zensical"}
"""Each finished site, and the plain one it was made from."""
SESSION = "/treatment/session/"


@functools.cache
def html(site: str, address: str) -> str:
    return text_of(built(site), address)


def tree(site: str, address: str) -> LexborHTMLParser:
    return LexborHTMLParser(html(site, address))


@functools.cache
def plain(site: str, address: str) -> LexborHTMLParser:
    """A page as the builder wrote it; not to be changed."""
    return tree(site, address)


def article(page: LexborHTMLParser) -> LexborNode:
    found = page.css_first("article.md-content__inner")
    assert found is not None
    return found


def text(node: LexborNode) -> str:
    """What a reader reads, as one line; without the links that a script makes: back from sources, to headings."""
    for gone in node.css(".fb-ref__back, .headerlink, script, style"):
        gone.decompose()
    return " ".join(node.text(separator=" ").split())


@functools.cache
def whole(site: str, address: str) -> tuple[str, frozenset[str]]:
    """The text and the ids of a finished page with all its parts."""
    page = with_its_parts(built(site), address)
    found = article(page)
    return text(found), frozenset(node.id or "" for node in found.css("[id]"))


# What stands in the files -------------------------------------------------------------------------


@pytest.mark.parametrize("site", FINISHED)
def test_no_word_and_no_place_is_lost(site: str) -> None:
    for address in PAGES:
        before = article(tree(FINISHED[site], address))
        ids = {node.id for node in before.css("[id]") if not (node.id or "").startswith("cite-")}
        # What others put into pages on purpose is none of this step's: compared is what the builder wrote.
        words = Counter(text(before).split())
        now, places = whole(site, address)
        assert not words - Counter(now.split()), address
        assert not ids - places, address


@pytest.mark.parametrize("site", FINISHED)
def test_every_citation_leads_to_its_source(site: str) -> None:
    moved = 0
    for address in PAGES:
        before = plain(FINISHED[site], address)
        links = article(tree(site, address)).css("a.fb-cite__link")
        for path in sorted((built(site) / address.lstrip("/")).glob("more*.html")):
            links += tree(site, address + path.name).css("a.fb-cite__link")
        wanted = Counter(
            (link.attributes["href"], link.attributes.get("title")) for link in article(before).css("a.fb-cite__link")
        )
        found: Counter[tuple[str | None, str | None]] = Counter()
        sources = {}
        if links and (links[0].attributes["href"] or "").startswith("sources.html"):
            moved += 1
            sources = {entry.id: entry for entry in tree(site, f"{address}sources.html").css("ol > li")}
        for link in links:
            name, _, anchor = (link.attributes["href"] or "").partition("#")
            entry = sources[anchor] if name else article(tree(site, address)).css_first(f"#{anchor}")
            assert entry is not None
            found[(f"#{entry.attributes.get('data-id') or entry.id}", entry.attributes["data-source"])] += 1
            assert not name or anchor == link.text(), address
        assert found == wanted, address
    assert moved > 30


@pytest.mark.parametrize("site", FINISHED)
def test_pages_beside_others_link_straight_to_what_was_moved(site: str) -> None:
    """Whoever reads them runs no scripts; what is on the page itself stays a link there."""
    followed = Counter[str]()
    for path in sorted(built(site).rglob("*.html")):
        address = f"/{path.relative_to(built(site)).as_posix()}"
        if path.name == "index.html" or "/embed/" in address:
            continue
        for link in tree(site, address).css("article a[href*='#']"):
            target, _, anchor = (link.attributes["href"] or "").partition("#")
            where = urljoin(address, target)
            if not target.startswith("http"):
                assert tree(site, where).css_first(f'[id="{anchor}"]') is not None, (address, link.html)
                followed[where] += 1
    assert sum(followed[f"/evidence/studies/more{number}.html"] for number in ("", "-2", "-3")) > 2000
    assert followed["/evidence/studies/"] > 50


@pytest.mark.parametrize("entry", ["adil-2017", "moftah-2013", "zeng-2025"])
def test_an_address_of_an_entry_fetches_the_piece_of_the_list_it_is_in(opened: Opener, entry: str) -> None:
    page = opened("/about/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(page.url.replace("/about/", f"/evidence/studies/#{entry}"))
    found = page.locator(f"li#{entry}:target")
    found.wait_for()
    expect(found).to_be_in_viewport()
    assert len([name for name in asked if name.startswith("more")]) == 1


def test_nothing_of_the_themes_script_is_left() -> None:
    folder = built("finished")
    assert not [*folder.glob("assets/javascripts/bundle*"), *folder.glob("assets/javascripts/workers")]
    for path in folder.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        for word in ("bundle.", "__config", "__md_", "glightbox", "md-dialog", "unfold.js"):
            assert word not in page, (path, word)


@pytest.mark.parametrize("site", FINISHED)
def test_pages_hold_the_same_few_scripts(site: str) -> None:
    """One for the colours, the same everywhere; with Zensical the theme's own beside it."""
    found = set()
    for address in PAGES:
        found |= {
            script.text()
            for script in tree(site, address).css("script:not([src])")
            if "json" not in (script.attributes.get("type") or "")
        }
    colours = LexborHTMLParser((ROOT / "finish/templates/shell-scheme.html").read_text("utf-8")).css_first("script")
    assert colours is not None
    if site == "finished":
        assert found == {colours.text()}
    else:
        assert len(found) == 3
    beside = {script.text() for path in beside_pages(site) for script in tree(site, path).css("script:not([src])")}
    assert beside == {colours.text()}


def test_modules_come_behind_the_text_and_ours_first() -> None:
    """What is painted first need not share a slow line with them; those of single pages count on ours."""
    ours = {"search", "search-page", "search-missing", "guide", "later", "offline"}
    for address in (*PAGES, "/404.html"):
        page = tree("finished", address)
        assert page.css("head script[src]") == []
        names = [Path(script.attributes["src"]).stem for script in page.css("body > script[type=module]")]
        assert names[:2] == ["search", "guide"] or address in ("/search/", "/404.html"), address
        assert names == sorted(names, key=lambda name: name not in ours), address


def beside_pages(site: str) -> list[str]:
    names = [path for name in ("sources.html", "more*.html") for path in sorted(built(site).rglob(name))]
    return [f"/{path.relative_to(built(site)).as_posix()}" for path in names]


@pytest.mark.parametrize("site", FINISHED)
def test_pages_beside_a_page_say_what_they_are(site: str) -> None:
    pages = beside_pages(site)
    assert len(pages) > 60
    for address in pages:
        page = tree(site, address)
        owner = plain(FINISHED[site], address.rpartition("/")[0] + "/").css_first("h1")
        heading = page.css_first("h1")
        robots = page.css_first("meta[name=robots]")
        title = page.css_first("title")
        assert owner is not None
        assert heading is not None
        assert robots is not None
        assert title is not None
        name = owner.text().removesuffix("#").strip()
        assert heading.text() in (f"Sources: {name}", f"More on: {name}")
        assert title.text().startswith(heading.text())
        assert robots.attributes["content"] == "noindex"
        assert len(page.css("article > p > a[href='./']")) == 2
        ids = [node.id for node in page.css("[id]")]
        assert len(ids) == len(set(ids)), address
        for link in article(page).css("a[href]"):
            place, _, anchor = (link.attributes["href"] or "").partition("#")
            if place == "./" and anchor:
                assert anchor in whole(site, address.rpartition("/")[0] + "/")[1], (address, anchor)
            elif not place.startswith(("http", "mailto")):
                target = built(site) / urljoin(address, place).lstrip("/")
                assert place, (address, anchor)
                assert (target / "index.html" if target.is_dir() else target).is_file(), (address, place)


@pytest.mark.parametrize("site", ["mkdocs", "zensical"])
def test_menus_lead_to_every_page(site: str) -> None:
    """Sections are links in a pruned menu; from each page, on phones too, all others are a few links away."""

    def menu(address: str) -> set[str]:
        page = plain(site, address)
        links = page.css(".md-nav--primary a[href], .md-tabs a[href]")
        found = {urljoin(address, (link.attributes["href"] or "").partition("#")[0]) for link in links}
        return {re.sub(r"(?<!/)$", "/", place) for place in found}

    def listed(entries: list[Any]) -> set[str]:
        found: set[str] = set()
        for entry in entries:
            for value in entry.values() if isinstance(entry, dict) else [entry]:
                found |= {value} if isinstance(value, str) else listed(value)
        return found

    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
    wanted = {
        f"/{name.removesuffix('.md').removesuffix('index').rstrip('/')}/".replace("//", "/")
        for name in listed(config["nav"])
    }
    seen, reached = set(), {"/"}
    while reached - seen:
        address = min(reached - seen)
        seen.add(address)
        reached |= menu(address)
    assert wanted <= reached


def test_no_table_needs_a_frame_from_a_script() -> None:
    """The theme's script put bare tables into a frame that scrolls. Ours have a class, and frames where they need them."""
    for address in PAGES:
        assert not article(plain("mkdocs", address)).css("table:not([class])"), address


def test_what_is_written_small_says_the_same() -> None:
    """The same elements with the same attributes; the library that writes pages small leaves out what has no meaning."""
    default = {("button", "type"): "submit", ("label", "tabindex"): "", ("path", "d"): ""}

    def told(html: str) -> list[tuple[str | None, dict[str, str]]]:
        root = LexborHTMLParser(html).root
        assert root is not None
        return [
            (node.tag, {name: "" if value == name else value or "" for name, value in node.attributes.items()})
            for node in root.traverse()
        ]

    for address in PAGES:
        before = html("mkdocs", address)
        for (tag, was), (other, now) in zip(told(before), told(squeezed(before)), strict=True):
            assert tag == other, address
            was = {name: value for name, value in was.items() if default.get((tag or "", name)) != value}
            now = {name: value for name, value in now.items() if default.get((tag or "", name)) != value}
            for name in ("class", "content"):
                for one in (was, now):
                    one[name] = re.sub(r"\s+|(?<=,) ", " ", one.get(name, "")).strip().replace(", ", ",")
            assert was == now, (address, tag)


def test_what_is_squeezed_is_not_seen() -> None:
    """White space means something in a few places that the pages have besides `pre`."""
    for address in PAGES:
        for code in article(plain("mkdocs", address)).css("code"):
            if code.parent is not None and code.parent.tag != "pre":
                assert not re.search(r"\s\s|\n", code.text()), address
        kept = ".fb-decide__own, .fb-planner__rule, .fb-questions__noted, .fb-record__fill--notes"
        for node in article(plain("mkdocs", address)).css(kept):
            assert "\n" not in node.text().strip(), address


# The step itself ----------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Two built pages, to be finished by this step alone."""
    for name in ("index.html", "treatment/session/index.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(built("mkdocs") / name, tmp_path / name)
    return tmp_path


def test_two_runs_give_the_same_bytes(small: Path, tmp_path: Path) -> None:
    def finished(folder: Path) -> dict[str, str]:
        site = Site(Path(shutil.copytree(small, folder)), ROOT)
        shell.run(site)
        return {page.address: page.html() for page in site.pages}

    first, second = (finished(tmp_path.with_name(f"{tmp_path.name}-{run}")) for run in range(2))
    assert first == second
    assert set(first) == {"/", "/sources.html", SESSION, f"{SESSION}sources.html", f"{SESSION}more.html"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("/javascripts/bundle.", "/javascripts/other.", "no script[src*='/javascripts/bundle.']"),
        ('data-md-component="palette"', "", "no form[data-md-component='palette']"),
        ("<body", "<script>alert(1)</script><body", "a script in the page that is not the theme's: 'alert(1)'"),
    ],
)
def test_what_is_missing_is_said_in_a_line(small: Path, old: str, new: str, fault: str) -> None:
    page = small / "index.html"
    page.write_text(page.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(FinishError, match=re.escape(f"/: {fault}")):
        shell.run(Site(small, ROOT))


# In a browser -------------------------------------------------------------------------------------


def asked_for(page: Any) -> list[str]:
    """Names of the files that a page asks for, from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url.rpartition("/")[2].partition("#")[0]))
    return found


@pytest.mark.parametrize("site", FINISHED)
def test_parts_come_when_they_are_wanted(browser: Any, site: str) -> None:
    """By an old address, by a citation, by the fold, by coming near; links then stay on the page."""
    late = {"sources.html", "more.html", "zoom.js", "glightbox.min.js", "glightbox.min.css"}
    with served(built(site)) as root:
        page = browser.new_page(viewport=DESKTOP, reduced_motion="reduce")
        asked = asked_for(page)
        page.goto(root + SESSION, wait_until="networkidle")
        assert not late & set(asked)
        page.get_by_role("link", name="For clinicians").first.click()
        page.locator("details.clinicians > summary").click()
        page.locator("details.clinicians .fb-cite__link").first.wait_for()
        assert "more.html" in asked
        page.locator("details.clinicians .fb-cite__link").first.click()
        page.wait_for_function("() => document.querySelector('.fb-references li:target')")
        assert page.url.startswith(f"{root}{SESSION}#ref-")
        hrefs = page.eval_on_selector_all(".fb-cite__link", "links => links.map(link => link.getAttribute('href'))")
        assert hrefs
        assert all(href.startswith("#ref-") for href in hrefs)
        # The ways back are those that the builder wrote.
        backs = page.eval_on_selector_all(
            ".fb-ref__back a", "ways => ways.map(way => [way.getAttribute('href'), way.getAttribute('aria-label')])"
        )
        before = article(plain(FINISHED[site], SESSION)).css(".fb-ref__back a")
        assert backs == [[way.attributes["href"], way.attributes["aria-label"]] for way in before]
        assert asked.count("sources.html") == 1
        if site != "finished":
            page.close()
            return
        # An address from before the list moved, and one into a fold
        page.goto(f"{root}/basics/#ref-moftah-2013")
        page.wait_for_function("() => document.querySelector('.fb-references li:target')?.id === 'ref-moftah-2013'")
        page.goto(f"{root}/evidence/#finding-prp-pattern")
        page.wait_for_function("() => document.querySelector('tr:target')?.closest('details').open")
        assert page.evaluate("document.querySelector('tr:target').getBoundingClientRect().top") < DESKTOP["height"]
        # Coming near is enough, and moves nothing that is in sight.
        shift = "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => { shift += "
        page.add_init_script(shift + "entry.value; })).observe({type: 'layout-shift', buffered: true});")
        page.goto(f"{root}/basics/")
        near = "document.querySelector('.fb-references .guide-later').getBoundingClientRect().top - innerHeight - 300"
        page.evaluate(f"scrollBy(0, {near})")
        page.wait_for_function("() => document.querySelector('.fb-references ol > li')")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        # Who is there before it is not pushed away; the link stays.
        page.reload()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(300)
        assert page.locator(".fb-references .guide-later a").is_visible()
        assert page.evaluate("shift") < 0.02
        page.locator(".fb-references .guide-later a").click()
        page.wait_for_function("() => document.activeElement.matches('.fb-references ol')")
        page.close()


def test_what_does_not_come_leaves_its_link(opened: Opener) -> None:
    """No network, or a host that answers with something else."""
    page = opened(SESSION)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    answers = [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Log in to this network</p>"),
        lambda route: route.fulfill(status=404, body="Not found"),
    ]
    for answer in answers:
        page.unroute_all()
        page.route(re.compile(r"/(sources|more)\.html"), answer)
        page.reload()
        page.locator(".fb-cite__link").first.hover()
        page.locator("details.clinicians > summary").click()
        page.locator(".fb-references").scroll_into_view_if_needed()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.evaluate("location.hash = '#ref-moftah-2013'")
        page.wait_for_timeout(150)
        assert page.locator(".guide-later a").count() == 2
        assert page.locator(".guide-tip").count() == 0
    assert errors == []
    # A slip in an address is no fault of the page.
    page.goto(page.url.partition("#")[0] + "#%E0%A4%A")
    assert errors == []


REGISTER = "/evidence/studies/"
CLAIMS = "/evidence/claims/"


@pytest.mark.parametrize("site", FINISHED)
def test_a_long_list_starts_on_its_page(site: str) -> None:
    """Its first entries are there; the rest stands beside it in pieces that a phone can take apart."""
    listed = tree(site, REGISTER).css(".fb-register__list > li")
    holders = [entry for entry in listed if entry.attributes["class"] == "guide-later"]
    assert len(listed) - len(holders) == 8
    assert [holder.text().split()[1] for holder in holders[:2]] == ["9", "54"]
    assert int(holders[-1].text().split()[-1]) == len(
        article(plain(FINISHED[site], REGISTER)).css(".fb-register__item")
    )
    files = sorted({(link.attributes["href"] or "").partition("#")[0] for one in holders for link in one.css("a")})
    assert files[:2] == ["more-2.html", "more-3.html"]
    for path in built(site).rglob("more*.html"):
        # One part alone may be longer.
        parts = [len(part.html or "") for part in tree(site, f"/{path.relative_to(built(site))}").css("[id^=part-]")]
        assert sum(parts) < 180_000 or len(parts) == 1, path


def test_a_choice_looks_through_the_whole_list(opened: Opener) -> None:
    page = opened(REGISTER)
    status = page.locator(".fb-filter__status")
    assert status.inner_text() == "398 sources."
    assert page.locator(".fb-register__item").count() == 8
    page.get_by_label("Words to look for").fill("moftah")
    expect(status).to_have_text("1 of 398 sources.")
    assert page.locator(".fb-register__item:visible").get_attribute("id") == "moftah-2013"
    page.get_by_role("button", name="Clear choices").click()
    expect(status).to_have_text("398 of 398 sources.")
    # Another order: of all, not of what was there
    page.goto(page.url.partition("?")[0])
    page.get_by_label("Order").select_option("newest")
    expect(status).to_have_text("398 of 398 sources.")
    years = page.eval_on_selector_all(".fb-register__item", "all => all.map(one => Number(one.dataset.year || 0))")
    assert years == sorted(years, reverse=True)
    page.goto(page.url.partition("evidence/")[0] + CLAIMS[1:] + "?verdict=nothing")
    expect(page.locator(".fb-filter__status")).to_have_text(
        re.compile("^230 claims. «nothing» is not one of the choices")
    )
    page.goto(page.url.partition("?")[0] + "?verdict=contradicted")
    expect(page.locator(".fb-filter__status")).to_contain_text(re.compile(r"^\d\d of 230 claims"))
    assert page.locator("[data-claim]:visible:not([data-verdict=contradicted])").count() == 0


def test_a_list_that_does_not_come_says_so(opened: Opener) -> None:
    page = opened(REGISTER)
    page.route(re.compile(r"/more-2\.html"), lambda route: route.abort())
    page.get_by_label("Words to look for").fill("moftah")
    status = page.locator(".fb-filter__status")
    expect(status).to_contain_text("The rest of the list did not come: is there a network?")
    expect(page.locator(".fb-register__list > .guide-later:visible")).to_have_count(1)
    # The next wish asks anew.
    page.unroute_all()
    page.get_by_label("Words to look for").fill("moftah ")
    expect(status).to_have_text("1 of 398 sources.")


def test_a_list_goes_on_as_its_reader_does(opened: Opener) -> None:
    page = opened(REGISTER)
    assert page.locator(".fb-register__list > .guide-later:visible").count() == 1
    page.locator(".fb-register__list > .guide-later:visible").scroll_into_view_if_needed()
    page.locator(".fb-register__item").nth(50).wait_for(state="attached")
    # An address into it, and one that a page of ours links
    for place in (f"{REGISTER}#uzel-2021", f"{CLAIMS}#c-178"):
        page.goto(page.url.partition("/evidence")[0] + place)
        page.wait_for_function("() => document.querySelector(':target:not(.guide-later *)')?.checkVisibility()")
        assert abs(page.evaluate("document.querySelector(':target').getBoundingClientRect().top")) < DESKTOP["height"]


def test_tables_of_a_heavy_page_come_with_the_first_move(opened: Opener) -> None:
    page = opened("/evidence/by-condition/", still=True)
    asked = asked_for(page)
    before = page.locator(".fb-findings").count()
    page.keyboard.press("Shift")
    page.wait_for_function(f"() => document.querySelectorAll('.fb-findings').length > {before}")
    assert "more.html" in asked
    expect(page.locator(".guide-later[data-soon]")).to_have_count(0)


@pytest.mark.parametrize("asked", ["paper", "link"])
def test_a_long_table_comes_in_steps_and_at_once_where_it_must(opened: Opener, asked: str) -> None:
    """A slow phone is not held up by it; paper, and a link to a row that is still on its way, do not wait."""
    every = [row.id for row in tree("finished", "/aftercare/more.html").css(".fb-customs tbody > tr")]
    page = opened("/aftercare/", still=True)
    page.evaluate("() => { window.led = 0; addEventListener('hashchange', () => { window.led += 1; }); }")
    before, known = page.evaluate(
        """([asked, last]) => new Promise(done => {
            const rows = () => document.querySelectorAll('.fb-customs tbody > tr').length;
            new MutationObserver((_, self) => {
                if (rows()) {
                    self.disconnect();
                    const found = [rows(), document.querySelectorAll('.guide-later[data-soon]').length];
                    if (asked === 'paper') {
                        dispatchEvent(new Event('beforeprint'));
                    } else {
                        location.hash = last;
                    }
                    done(found);
                }
            }).observe(document, { childList: true, subtree: true });
            dispatchEvent(new Event('pointerdown'));
        })""",
        [asked, every[-1]],
    )
    assert known  # to who looks through the whole of it
    assert 0 < before < len(every)
    if asked == "link":
        page.wait_for_function("() => document.querySelector(':target')")
        page.wait_for_timeout(100)
        assert page.evaluate("led") <= 2  # the browser's own, and one once the row is there
    assert page.eval_on_selector_all(".fb-customs tbody > tr", "all => all.map(one => one.id)") == every


def test_groups_of_a_list_come_as_their_reader_does(opened: Opener) -> None:
    """They stay in the order of their page, and bring the folds that are theirs."""
    every = [card.id for card in plain("mkdocs", CLAIMS).css(".fb-claim-card")]
    claims = [claim.id for claim in plain("mkdocs", CLAIMS).css("[data-claim]")]
    page = opened(CLAIMS, still=True)
    cards = page.locator(".fb-claim-card")
    before = cards.count()
    assert before < len(every)
    page.locator(".fb-claims__group:has(> .guide-later)").first.scroll_into_view_if_needed()
    expect(cards).to_have_count(len(every))
    assert page.eval_on_selector_all(".fb-claim-card", "all => all.map(one => one.id)") == every
    last = page.locator(".fb-claim-card details").last
    last.locator("summary").click()
    expect(last.locator("[data-claim]").first).to_be_visible()
    # A fold of a group that is not here yet
    page = opened(f"{CLAIMS}#{claims[-1]}")
    page.wait_for_function("() => document.querySelector(':target:not(.guide-later *)')?.checkVisibility()")
    assert page.evaluate("document.querySelector(':target').id") == claims[-1]


@pytest.mark.parametrize("site", FINISHED)
def test_parts_stand_beside_a_page_in_its_order(site: str) -> None:
    some = 0
    for address in PAGES:
        files: dict[str, list[str]] = {}
        for link in article(tree(site, address)).css(".guide-later a[href^=more]"):
            name, _, part = (link.attributes["href"] or "").partition("#")
            files.setdefault(name, []).append(part)
        for name, parts in files.items():
            there = [part.id or "" for part in tree(site, address + name).css("article > section[id^=part-]")]
            assert [part for part in there if part in parts] == parts, address
            some += len(parts) > 1
    assert some > 5


@pytest.mark.parametrize("held", [True, False], ids=["held-by-the-browser", "held-by-us"])
def test_what_comes_above_pushes_nobody_away(opened: Opener, held: bool) -> None:
    """Opened at a part far down, and led there by a link: tables come above it. Safari does not hold the place."""
    page = opened("/about/")
    root = page.url.removesuffix("/about/")
    if not held:
        page.add_init_script("""{
            const supports = CSS.supports.bind(CSS);
            CSS.supports = (...asked) => asked[0] !== "overflow-anchor" && supports(...asked);
            addEventListener("DOMContentLoaded", () => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync("* { overflow-anchor: none !important; }");
                document.adoptedStyleSheets = [sheet];
            });
        }""")
    there = "() => !document.querySelector('.guide-later[data-soon]')"
    top = "() => document.getElementById('clinicians').getBoundingClientRect().top"
    for place in ("/evidence/by-condition/", "/treatment/course/"):
        page.goto(f"{root}{place}#clinicians")
        page.wait_for_function(there)
        assert 0 <= page.evaluate(top) < 200, place
        page.goto(f"{root}/about/")
        page.goto(root + place, wait_until="networkidle")
        page.evaluate("() => { location.hash = '#clinicians'; }")
        page.wait_for_function(there)
        assert 0 <= page.evaluate(top) < 200, place


def test_a_list_that_nothing_brings_says_so(opened: Opener) -> None:
    """Half a network: the script that brings the rest did not come itself."""
    page = opened("/about/")
    page.route("**/later.js", lambda route: route.abort())
    page.goto(page.url.replace("/about/", f"{REGISTER}?words=moftah"))
    expect(page.locator(".fb-filter__status")).to_contain_text("The rest of the list did not come: is there a network?")


def test_paper_has_the_sources_and_the_part_for_clinicians(opened: Opener, tmp_path: Path) -> None:
    page = opened(SESSION)
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(tmp_path / "page.pdf").pages)
    last = plain("mkdocs", SESSION).css(".fb-references li .fb-ref__who")[-1]
    assert last.text()[:30] in words
    fold = plain("mkdocs", SESSION).css("details.clinicians li")[-1]
    assert " ".join(fold.text().split())[:40] in words
    assert page.locator("details[open]").count() == 0


LOOK = """selector => [...document.querySelectorAll(selector)].flatMap(part => [part, ...part.querySelectorAll("*")])
    .filter(element => element.checkVisibility())
    .map(element => {
        const style = getComputedStyle(element);
        return [element.tagName, element.className.baseVal ?? element.className, style.display, style.fontSize,
            style.fontWeight, style.borderStyle, style.borderWidth, style.backgroundColor, style.color, style.padding,
            style.order, style.listStyleType].join(" ");
    })"""
"""How elements look, without what follows from the room they have."""


@pytest.mark.parametrize(
    ("where", "part"),
    [
        ("/evidence/", ".fb-map"),
        ("/evidence/claims/", ".fb-pairs"),
        ("/evidence/trials/", ".fb-bias"),
        ("/treatment/course/", ".fb-timeline"),
    ],
)
def test_a_part_looks_on_its_page_as_it_does_beside_it(opened: Opener, where: str, part: str) -> None:
    """The page itself may hold nothing that needs the stylesheets of its parts."""
    page = opened(where, viewport=PHONE)
    page.keyboard.press("Shift")
    page.wait_for_selector(part)
    names = {link.attributes["href"].partition("#")[0] for link in tree("finished", where).css(".guide-later a")}
    looks = []
    for name in sorted(names):
        looks += opened(where + name, viewport=PHONE).evaluate(LOOK, part)
    assert looks
    assert page.evaluate(LOOK, part) == looks


def test_paper_does_not_wait_for_the_stylesheets_of_a_part(opened: Opener) -> None:
    page = opened("/evidence/trials/", still=True)
    border = "() => getComputedStyle(document.querySelector('.fb-concern--some')).borderTopStyle"
    assert page.locator(".fb-concern").count() == 0
    assert page.evaluate(f"() => {{ dispatchEvent(new Event('beforeprint')); return ({border})(); }}") == "dashed"
    page.wait_for_function("() => [...document.styleSheets].some(({ href }) => href?.endsWith('/register.css'))")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("() => document.adoptedStyleSheets.length") == 0
    assert page.evaluate(border) == "dashed"


def test_a_note_can_be_reached_kept_and_sent_away(opened: Opener) -> None:
    page = opened("/basics/how-it-works/")
    tip = page.get_by_role("tooltip")
    word = page.locator("article abbr").first
    said = plain("mkdocs", "/basics/how-it-works/").css("article abbr")[0].attributes["title"]
    word.hover()
    tip.wait_for()
    assert tip.inner_text() == said
    assert word.get_attribute("title") is None  # or the browser would show its own beside it
    assert word.get_attribute("aria-describedby") == tip.get_attribute("id")
    box = tip.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5, steps=4)
    page.wait_for_timeout(400)
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert tip.count() == 0
    assert word.get_attribute("aria-describedby") is None
    page.mouse.move(0, 0)
    word.focus()
    tip.wait_for()
    page.evaluate("document.activeElement.blur()")
    tip.wait_for(state="detached")
    # Never over the edge of a narrow window
    page.set_viewport_size(PHONE)
    for number in range(0, page.locator("article abbr:visible").count(), 4):
        page.locator("article abbr:visible").nth(number).focus()
        tip.wait_for()
        box = tip.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


def test_what_words_mean_is_fetched_once_when_somebody_asks(opened: Opener) -> None:
    page = opened("/basics/how-it-works/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(300)
    tip = page.get_by_role("tooltip")
    # Without a network nothing comes up; the next word asks anew.
    page.context.set_offline(True)
    words = page.locator("article abbr:visible")
    words.nth(0).focus()
    page.wait_for_timeout(300)
    assert tip.count() == 0
    page.context.set_offline(False)
    for number in (1, 2):
        words.nth(number).focus()
        tip.wait_for()
    assert len([url for url in asked if url.endswith("/assets/meanings.json")]) == 2


def test_every_marked_word_has_its_meaning_and_none_shows_without_scripts(opened: Opener) -> None:
    meanings = json.loads((built("finished") / "assets" / "meanings.json").read_text(encoding="utf-8"))
    said = {
        (word.text(), word.attributes["title"]) for path in PAGES for word in plain("mkdocs", path).css("article abbr")
    }
    assert said == set(meanings.items())
    page = opened("/basics/how-it-works/", java_script_enabled=False)
    assert page.locator("article abbr").first.evaluate("word => getComputedStyle(word).borderBottomWidth") == "0px"


def test_the_menu_of_a_phone_is_a_button_that_keeps_the_focus(opened: Opener) -> None:
    page = opened("/evidence/method/", viewport=PHONE)
    button = page.locator(".md-header [for=__drawer]")
    assert page.get_by_role("button", name="Menu").count() == 1
    assert button.get_attribute("aria-expanded") == "false"
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    inside = "document.activeElement.closest('.md-sidebar--primary') !== null"
    assert page.evaluate(inside)
    seen = set()
    for _ in range(14):
        assert page.evaluate(f"{inside} || document.activeElement === document.body")
        assert page.evaluate("document.activeElement.checkVisibility({visibilityProperty: true})")
        seen.add(page.evaluate("document.activeElement.textContent.trim()"))
        page.keyboard.press("Tab")
    assert "Claims checked" in seen
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Menu"
    assert button.get_attribute("aria-expanded") == "false"
    assert page.locator("[inert]").count() == 0
    # The ground beside it closes it too, and a wider window has no menu to be caught in.
    button.click()
    page.locator(".md-overlay").click(position={"x": 340, "y": 400})
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    page.set_viewport_size(DESKTOP)
    page.wait_for_function("() => !document.querySelector('[inert]')")
    assert page.locator(".md-nav--primary a", has_text="Claims checked").is_visible()


def test_the_frame_follows_the_reader(opened: Opener) -> None:
    """The title in the header, the part in the list beside, the way back up."""
    page = opened(SESSION, viewport={"width": 1280, "height": 500})
    parts = page.locator(".md-sidebar--secondary .md-nav__link--active")
    top = page.locator(".md-top")
    assert parts.count() == 0
    assert not page.locator(".md-header__title--active").count()
    for place in ("pain", "work", "numbing"):
        page.evaluate("id => document.getElementById(id).scrollIntoView()", place)
        page.wait_for_function(
            "id => document.querySelector('.md-sidebar--secondary .md-nav__link--active')?.hash === '#' + id", arg=place
        )
        assert parts.count() == 1
        frame = page.locator(".md-sidebar--secondary .md-sidebar__scrollwrap").bounding_box()
        link = parts.bounding_box()
        assert frame["y"] <= link["y"] <= frame["y"] + frame["height"]
        assert frame["y"] + frame["height"] <= 500
    assert page.locator(".md-header__title--active").count() == 1
    # The heading that was asked for stands below the header.
    assert page.evaluate("document.getElementById('numbing').getBoundingClientRect().top") >= 48
    assert top.is_visible()  # the last move went up
    top.click()
    page.wait_for_function("() => scrollY === 0")
    top.wait_for(state="hidden")


LISTED = """list => [...list.querySelectorAll("a")].map(link =>
    [link.getAttribute("href"), link.textContent.trim().replace(/\\s+/g, " "), link.closest("ul").parentElement.ariaLabel])"""


def test_the_list_of_parts_is_made_where_it_is_shown(opened: Opener) -> None:
    """Pages come without it; it is the one that the builder wrote, whenever the window is wide enough."""
    aside = ".md-sidebar--secondary"
    for where in (SESSION, "/treatment/before/", "/evidence/", "/candidacy/"):
        assert tree("finished", where).css(f"{aside} a") == []
        page = opened(where)
        made = page.locator(aside).evaluate(LISTED)
        page.set_content(html("mkdocs", where), wait_until="commit")
        assert made == page.locator(aside).evaluate(LISTED)
    page = opened("/treatment/before/", viewport=PHONE)
    assert page.locator(f"{aside} *").count() == 0
    page.set_viewport_size(DESKTOP)
    page.wait_for_selector(f"{aside} a[href='#ask']")
    assert page.locator(aside).evaluate(LISTED)
    # Where the text has no such list, or what is moved beside the page has headings, it stays on the page.
    assert tree("finished", "/tools/visit-card/").css(f"{aside} a")


def test_without_scripts_a_wide_window_shows_the_list_in_the_text(opened: Opener) -> None:
    contents = "article .guide-contents"
    assert not opened(SESSION).locator(contents).is_visible()
    page = opened(SESSION, java_script_enabled=False)
    assert page.locator(contents).is_visible()
    page.locator(f"{contents} summary").click()
    page.locator(f"{contents} a[href='#pain']").click()
    assert page.url.endswith("#pain")


def test_a_link_marks_the_part_it_leads_to(opened: Opener) -> None:
    for place in ("pain", "numbing"):
        page = opened(f"{SESSION}#{place}")
        page.wait_for_function(
            "id => document.querySelector('.md-sidebar--secondary .md-nav__link--active')?.hash === '#' + id", arg=place
        )


def test_headings_have_a_link_where_a_pointer_can_show_it(opened: Opener) -> None:
    where = "/evidence/"
    assert tree("finished", where).css(".headerlink") == []
    ids = [f"#{heading.id}" for heading in tree("finished", where).css("article :is(h1, h2, h3, h4)[id]")]
    page = opened(where)
    assert page.locator(".headerlink").evaluate_all("links => links.map(link => link.getAttribute('href'))") == ids
    # No heading is broken into other lines by it.
    heights = "() => [...document.querySelectorAll('article :is(h1, h2, h3, h4)')].map(one => one.offsetHeight)"
    before = page.evaluate(heights)
    page.evaluate("document.querySelectorAll('.headerlink').forEach(link => link.remove())")
    assert page.evaluate(heights) == before
    # In a part that comes later as well
    page = opened(where)
    page.locator("details.clinicians > summary").first.click()
    page.wait_for_function("() => !document.querySelector('details.clinicians .guide-later')")
    bare = "article :is(h1, h2, h3, h4, h5, h6)[id]:not(:has(> .headerlink))"
    page.wait_for_function("bare => !document.querySelector(bare)", arg=bare)
    assert opened(where, viewport=PHONE, has_touch=True, is_mobile=True).locator(".headerlink").count() == 0


# Tools far down ------------------------------------------------------------------------------------

MODULE = "/staff/syringe/"
LATE = re.compile(r"/(staff[\w-]*\.js|tool\.js|tool-staff\.css|controls\.css)$")


@pytest.mark.parametrize("site", FINISHED)
def test_what_a_tool_far_down_needs_is_packed(site: str) -> None:
    """Its script, and stylesheets that nothing else on the page needs; a tool near the top has them at once."""
    packed = {
        (link.attributes.get("href") or link.attributes.get("src") or "").rpartition("/")[2]
        for link in tree(site, MODULE).css("noscript.guide-late > *")
    }
    assert {"staff.js", "tool-staff.css", "controls.css"} <= packed
    assert packed.isdisjoint({"late.css", "core.css", "print.css", "register.css", "charts.css"})
    for near in ("/staff/record/", "/tools/planner/", "/tools/decide/"):  # the last has parts all over its page
        assert tree(site, near).css("noscript.guide-late") == []


def test_a_tool_far_down_starts_with_the_first_move(opened: Opener) -> None:
    page = opened(MODULE, still=True, viewport=PHONE)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.wait_for_load_state("networkidle")
    assert page.locator("fb-practice[data-live]").count() == 0
    assert [name for name in page.evaluate("performance.getEntries().map(one => one.name)") if LATE.search(name)] == []
    page.mouse.wheel(0, 40)
    page.wait_for_selector("fb-practice[data-live]", state="attached")
    page.wait_for_load_state("networkidle")
    assert len(fetched) == len(set(fetched))
    assert {url.rpartition("/")[2] for url in fetched} >= {"staff.js", "tool-staff.css", "controls.css"}
    assert page.locator("noscript").count() == 0
    # An address that may hold a choice starts it at once.
    page = opened(f"{MODULE}#practice", still=True)
    page.wait_for_selector("fb-practice[data-live]")


def test_a_tool_far_down_is_whole_without_scripts_on_paper_and_without_a_network(opened: Opener) -> None:
    look = "() => getComputedStyle(document.querySelector('.fb-staff__choice')).display"
    page = opened(MODULE, java_script_enabled=False)
    page.get_by_role("link", name="The questions: Practice").click()
    page.wait_for_url("**/more.html#*")
    assert page.evaluate(look) == "flex"
    # A print before any move: the questions and their stylesheets are there at once.
    page = opened(MODULE, still=True)
    assert page.locator(".fb-staff__choice").count() == 0
    assert page.evaluate(f"() => {{ dispatchEvent(new Event('beforeprint')); return ({look})(); }}") == "flex"
    # No network: nothing is thrown, and what can be read stays.
    page = opened(MODULE, still=True)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route(LATE, lambda route: route.abort())
    page.mouse.wheel(0, 40)
    page.wait_for_function("() => !document.querySelector('noscript')")
    page.wait_for_timeout(200)
    expect(page.locator("fb-practice summary").first).to_have_text("Answer and why")
    assert faults == []


def test_colours_are_named_as_in_the_theme_and_older_choices_hold(opened: Opener) -> None:
    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
    names = [entry["toggle"]["name"] for entry in config["theme"]["palette"]]
    page = opened("/about/accessibility/", color_scheme="light")
    button = page.locator(".guide-colours")
    for name in (*names, names[0]):
        assert button.get_attribute("aria-label") == name
        button.click()
    scheme = "document.body.dataset.mdColorScheme"
    kept = {
        # as the theme's script writes it
        '{"index":2,"color":{"media":"(prefers-color-scheme: dark)","scheme":"slate","primary":"custom"}}': "slate",
        '{"index":1,"color":{"media":"(prefers-color-scheme: light)","scheme":"default"}}': "default",
        '{"index":0,"color":{"media":"(prefers-color-scheme)","scheme":"default"}}': "slate",
        # what nobody wrote
        '{"index":7}': "slate",
        '{"index":"__proto__"}': "slate",
        "null": "slate",
        "{": "slate",
        json.dumps("<img src=x onerror=alert(1)>"): "slate",
    }
    page.emulate_media(color_scheme="dark")
    for value, wanted in kept.items():
        page.evaluate("value => localStorage.setItem('/.__palette', value)", value)
        page.reload()
        assert page.evaluate(scheme) == wanted, value
        assert button.get_attribute("aria-label") in names
    # A browser that lets nothing be kept
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } })")
    page.reload()
    assert page.evaluate(scheme) == "slate"
    button.click()
    assert page.evaluate(scheme) == "default"


def test_a_picture_opens_with_the_space_bar_or_as_a_file(opened: Opener) -> None:
    page = opened("/basics/hair-loss/", viewport=PHONE)
    asked = asked_for(page)
    link = page.locator(".guide-zoom").first
    link.focus()
    page.keyboard.press(" ")
    page.locator("#glightbox-body .gslide.current img").wait_for()
    assert {"zoom.js", "glightbox.min.js", "glightbox.min.css", "zoom.css"} <= set(asked)
    page.keyboard.press("Escape")
    page.wait_for_selector("#glightbox-body", state="detached")
    page.reload()
    page.route("**/glightbox.min.js", lambda route: route.abort())
    page.locator(".guide-zoom").first.click()
    page.wait_for_url("**/*.svg")


def test_pictures_far_down_come_when_they_are_wanted(opened: Opener, tmp_path: Path) -> None:
    """On a phone nothing of them is fetched at load; on paper, and without scripts, they are there."""
    pictures = ("pattern-men.svg", "hair-cycle.svg")
    page = opened("/basics/hair-loss/", viewport=PHONE)
    asked = asked_for(page)
    page.reload(wait_until="networkidle")
    assert not set(pictures) & set(asked)
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    assert set(pictures) <= set(asked)
    page = opened("/basics/hair-loss/", viewport=PHONE, java_script_enabled=False)
    loaded = "all => all.every(one => one.complete && one.naturalWidth > 0)"
    assert page.eval_on_selector_all("article figure img", loaded)


def test_without_scripts_all_parts_of_a_list_have_a_link(opened: Opener) -> None:
    page = opened(REGISTER, java_script_enabled=False)
    links = page.locator(".fb-register__list > .guide-later a")
    assert links.count() == page.locator(".fb-register__list > .guide-later a:visible").count() > 5
    links.last.click()
    page.wait_for_url("**/more-*.html#part-*")
    assert page.locator("li#uzel-2021").is_visible()


def test_without_scripts_a_fold_leads_to_what_it_holds(opened: Opener) -> None:
    page = opened(SESSION, java_script_enabled=False)
    assert not page.locator(".guide-colours").is_visible()
    page.locator("details.clinicians > summary").click()
    page.locator("details.clinicians .guide-later a").click()
    page.wait_for_url("**/more.html#part-1")
    assert page.locator("#part-1 li").first.is_visible()
    page.locator("article a[href='./']").last.click()
    page.wait_for_url(f"**{SESSION}")
