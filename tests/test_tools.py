"""The tools on single pages, in Chromium: the two filters and the option grid."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from pypdf import PdfReader

from factbook import model
from factbook.records import Factbook, Option, Study
from tests.conftest import DESKTOP, PHONE, ROOT, Opener
from tools.browsing import axe_faults

STUDIES = "/evidence/studies/"
CLAIMS = "/evidence/claims/"
OPTIONS = "/options/"


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


def status(page: Any, text: str | re.Pattern[str]) -> str:
    """Wait until the status says this; return all it says."""
    from playwright.sync_api import expect

    line = page.locator("article [role=status]")
    expect(line).to_contain_text(text)
    return line.inner_text()


def shown(page: Any, items: str) -> list[str]:
    """Ids of the items that a filter has left, in the order of the page (folded ones count)."""
    return page.eval_on_selector_all(items, "found => found.filter(el => !el.closest('[hidden]')).map(el => el.id)")


def register(page: Any) -> list[str]:
    return shown(page, ".fb-register__item")


def claims(page: Any) -> list[str]:
    return shown(page, "[data-claim]")


def query(page: Any) -> str:
    return page.evaluate("location.search")


def whole(page: Any) -> None:
    """Have all of a long list on its page, as after a first choice (tests/test_shell.py has the way there)."""
    page.evaluate(
        "document.querySelector('fb-filter').parentElement.dispatchEvent(new Event('guide:wanted', {bubbles: true}))"
    )
    page.wait_for_function("() => !document.querySelector('fb-filter').parentElement.querySelector('.guide-later')")


# The register -------------------------------------------------------------------------------------

FACETS: dict[str, tuple[str, Callable[[Study], bool]]] = {
    "agent": ("dutasteride", lambda study: "dutasteride" in study.agents),
    "condition": ("patchy", lambda study: "patchy" in study.conditions),
    "type": ("rct", lambda study: study.type == "rct"),
    "topic": ("safety", lambda study: "safety" in study.topics),
    "read": ("secondary", lambda study: study.read == "secondary"),
}


@pytest.mark.parametrize("facet", FACETS)
def test_register_narrows_by_each_choice(opened: Opener, book: Factbook, facet: str) -> None:
    value, wanted = FACETS[facet]
    expected = {key for key, study in book.studies.items() if wanted(study)}
    page = opened(STUDIES)
    page.evaluate("document.querySelector('.fb-filter details').open = true")
    page.select_option(f"[name={facet}]", value)
    status(page, f"{len(expected)} of {len(book.studies)} sources.")
    assert set(register(page)) == expected
    # The number beside each choice is the number that it leaves.
    assert f"({len(expected)})" in page.locator(f"[name={facet}] option:checked").inner_text()
    page.wait_for_function(f"() => location.search === '?{facet}={value}'")


def test_register_narrows_by_years_and_by_all_choices_at_once(opened: Opener, book: Factbook) -> None:
    page = opened(f"{STUDIES}?agent=minoxidil&from=2010&to=2020&type=rct")
    expected = {
        key
        for key, study in book.studies.items()
        if "minoxidil" in study.agents and study.type == "rct" and study.year and 2010 <= study.year <= 2020
    }
    said = status(page, f"{len(expected)} of {len(book.studies)} sources.")
    undated = sum(study.year is None for study in book.studies.values())
    assert f"{undated} that show no year are left out." in said
    assert set(register(page)) == expected
    assert page.locator("[name=from]").input_value() == "2010"
    assert page.locator(".fb-filter details").get_attribute("open") is not None


def test_words_are_found_whatever_their_case_and_accents(opened: Opener, book: Factbook) -> None:
    page = opened(STUDIES)
    whole(page)
    everything = page.eval_on_selector_all(".fb-register__item", "found => found.map(el => [el.id, el.textContent])")
    expected = [key for key, text in everything if "hair" in text.casefold() and "dutasteride" in text.casefold()]
    for typed in ("hair dutasteride", "DUTASTERIDE  Hair", "häir dutástéride"):
        page.fill("[name=words]", typed)
        status(page, f"{len(expected)} of {len(book.studies)} sources.")
        assert register(page) == expected
    page.fill("[name=words]", "vano-galvan")
    status(page, "sources.")
    page.wait_for_function("() => new URLSearchParams(location.search).get('words') === 'vano-galvan'")
    accented = [key for key, text in everything if "vañó-galván" in text.casefold()]
    assert accented
    assert set(accented) <= set(register(page))


@pytest.mark.parametrize(
    ("order", "value"),
    [
        ("newest", lambda study: -(study.year or 0)),
        ("oldest", lambda study: study.year or 9999),
        ("largest", lambda study: -(study.n or 0)),
    ],
)
def test_register_sorts(opened: Opener, book: Factbook, order: str, value: Callable[[Study], int]) -> None:
    page = opened(STUDIES)
    whole(page)
    before = register(page)
    page.select_option("[name=sort]", order)
    page.wait_for_function(f"() => location.search === '?sort={order}'")
    # Equals keep the order of the page, and what shows no year or number stands last.
    assert register(page) == sorted(before, key=lambda key: value(book.studies[key]))
    page.select_option("[name=sort]", "")
    page.wait_for_function("() => location.search === ''")
    assert register(page) == before


def test_register_state_goes_round_through_the_address(opened: Opener) -> None:
    page = opened(f"{STUDIES}?h=hair#all")
    page.fill("[name=words]", "salt water")
    page.select_option("[name=agent]", "dutasteride")
    page.select_option("[name=sort]", "newest")
    page.wait_for_function("() => location.search.includes('sort=newest')")
    # Parameters of others and the hash stay, what was not chosen is not there.
    assert query(page) == "?h=hair&words=salt+water&agent=dutasteride&sort=newest"
    assert page.evaluate("location.hash") == "#all"
    whole(page)
    left = register(page)
    page.reload()
    status(page, f"{len(left)} of")
    assert register(page) == left
    assert page.locator("[name=words]").input_value() == "salt water"
    assert page.locator("[name=sort]").input_value() == "newest"
    page.click(".fb-filter__actions [type=reset]")
    page.wait_for_function("() => location.search === '?h=hair'")
    assert len(register(page)) > len(left)


def test_going_back_brings_the_choices_back(opened: Opener) -> None:
    page = opened(f"{STUDIES}?agent=prp")
    status(page, " of ")
    left = register(page)
    page.evaluate("history.pushState(null, '', '?agent=biotin'); history.back()")
    page.wait_for_function("() => location.search === '?agent=prp'")
    assert register(page) == left
    assert page.locator("[name=agent]").input_value() == "prp"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("agent=xyz", "«xyz» is not one of the choices for What was given; it is left out."),
        ("sort=sideways", "«sideways» is not one of the choices for Order; it is left out."),
        ("agent=prp&agent=zinc", "What was given takes one choice; only the first is kept."),
        ("from=abc", "«abc» is not a year with four digits; From year is left out."),
        ("to=20", "«20» is not a year with four digits; To year is left out."),
        ("from=2020&to=2010", "From 2020 to 2010 holds no year; both are left out."),
        ("agent=%3Cimg+src%3Dx%3E", "«<img src=x>» is not one of the choices"),
        ("agent=" + "x" * 3000, "xxx…» is not one of the choices"),
    ],
)
def test_what_is_no_choice_is_left_out_and_said(opened: Opener, book: Factbook, asked: str, said: str) -> None:
    page = opened(f"{STUDIES}?{asked}")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.reload()
    status(page, said)
    status(page, f"{len(book.studies)} sources.")
    if "agent=prp" not in asked:
        whole(page)
        assert len(register(page)) == len(book.studies)
    assert errors == []
    assert page.locator("article img[src=x]").count() == 0


def test_a_wrong_year_is_said_only_when_it_is_finished(opened: Opener, book: Factbook) -> None:
    page = opened(STUDIES)
    page.click(".fb-filter summary")
    page.locator("[name=from]").press_sequentially("20")
    page.wait_for_timeout(700)
    assert "not a year" not in page.locator("[role=status]").first.inner_text()
    page.keyboard.press("Tab")
    status(page, "«20» is not a year")
    assert page.locator("[name=from]").get_attribute("aria-invalid") == "true"
    page.fill("[name=from]", "2020")
    expected = sum((study.year or 0) >= 2020 for study in book.studies.values())
    status(page, f"{expected} of {len(book.studies)} sources.")
    assert page.locator("[name=from]").get_attribute("aria-invalid") is None


def test_nothing_left_offers_the_way_back(opened: Opener, book: Factbook) -> None:
    page = opened(f"{STUDIES}?words=zzzz")
    status(page, f"None of {len(book.studies)} sources fits all of this.")
    assert register(page) == []
    page.get_by_role("button", name="Show all").click()
    status(page, f"{len(book.studies)} of {len(book.studies)} sources.")
    assert query(page) == ""
    assert page.locator(".fb-filter__back").is_hidden()
    assert page.evaluate("document.activeElement.name") == "words"


def test_status_is_said_once_the_typing_has_stopped(opened: Opener) -> None:
    page = opened(STUDIES)
    whole(page)
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => said.push(1)).observe(
            document.querySelector('article [role=status]'), {childList: true, characterData: true, subtree: true}); }"""
    )
    # Typed within one turn: how fast the machine is does not matter.
    page.locator("[name=words]").evaluate(
        """field => { for (const letter of 'dutasteride') {
            field.value += letter; field.dispatchEvent(new Event('input', {bubbles: true})); } }"""
    )
    page.wait_for_function("() => location.search === '?words=dutasteride'")
    assert page.evaluate("said.length") == 1


def test_an_address_that_points_at_a_source_shows_it(opened: Opener, book: Factbook) -> None:
    page = opened(f"{STUDIES}?agent=prp#moftah-2013")
    status(page, "All are shown, because the link leads to one that the choices had left out.")
    whole(page)
    assert len(register(page)) == len(book.studies)
    assert page.locator("#moftah-2013").is_visible()
    assert page.evaluate("location.search + location.hash") == "#moftah-2013"


def test_an_address_does_not_point_at_what_its_choices_leave_out(opened: Opener) -> None:
    page = opened(f"{STUDIES}#moftah-2013")
    page.select_option("[name=agent]", "dutasteride")
    page.wait_for_function("() => location.search === '?agent=dutasteride'")
    assert page.evaluate("location.hash") == "#moftah-2013"
    page.select_option("[name=agent]", "prp")
    page.wait_for_function("() => location.search === '?agent=prp'")
    assert page.evaluate("location.hash") == ""


def test_a_wrong_year_is_not_kept_in_the_address(opened: Opener) -> None:
    page = opened(f"{STUDIES}?from=2020&to=2010&h=x")
    page.select_option("[name=agent]", "prp")
    page.wait_for_function("() => location.search === '?h=x&agent=prp'")


def test_the_page_does_not_jump_when_the_list_changes(opened: Opener) -> None:
    page = opened(STUDIES)
    page.locator("[name=agent]").evaluate("el => scrollTo(0, el.getBoundingClientRect().top + scrollY - 300)")
    before = page.evaluate("scrollY")
    page.select_option("[name=agent]", "dutasteride")
    page.wait_for_function("() => location.search === '?agent=dutasteride'")
    assert page.evaluate("scrollY") == before


def test_register_by_keyboard_alone(opened: Opener) -> None:
    page = opened(STUDIES)
    page.locator("[name=words]").focus()
    page.keyboard.type("dutasteride")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "agent"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "type"
    page.wait_for_function("() => location.search.startsWith('?words=dutasteride&agent=')")
    assert page.evaluate("location.pathname") == STUDIES


# Claims -------------------------------------------------------------------------------------------


def test_claims_narrow_by_verdict_and_open_their_cards(opened: Opener, book: Factbook) -> None:
    page = opened(CLAIMS)
    assert page.locator(".fb-claim-card details[open]").count() == 0
    page.select_option("[name=verdict]", "contradicted")
    expected = {key for key, claim in book.claims.items() if claim.verdict == "contradicted"}
    status(page, f"{len(expected)} of {len(book.claims)} claims.")
    assert set(claims(page)) == expected
    cards = [card.id for card in book.claim_cards.values() if expected & set(card.claims)]
    assert sorted(shown(page, ".fb-claim-card")) == sorted(cards)
    assert page.locator(".fb-claim-card details[open]").count() == len(cards)
    groups = {card.group for card in book.claim_cards.values() if card.id in cards}
    assert set(shown(page, ".fb-claims__group > h3")) == groups
    card = next(card for card in book.claim_cards.values() if 0 < len(expected & set(card.claims)) < len(card.claims))
    part = f"Shown: {len(expected & set(card.claims))} of {len(card.claims)}."
    assert part in page.locator(f"#{card.id} summary").inner_text()
    page.get_by_role("button", name="Clear choices").click()
    status(page, f"{len(book.claims)} of {len(book.claims)} claims.")
    # What the filter has opened, it closes.
    assert page.locator(".fb-claim-card details[open]").count() == 0
    assert "Shown:" not in page.locator(f"#{card.id} summary").inner_text()


def test_claims_narrow_by_subject_and_words(opened: Opener, book: Factbook) -> None:
    card = next(iter(book.claim_cards.values()))
    page = opened(f"{CLAIMS}?topic={card.group}")
    expected = {key for other in book.claim_cards.values() if other.group == card.group for key in other.claims}
    status(page, f"{len(expected)} of {len(book.claims)} claims.")
    assert set(claims(page)) == expected
    # The words of a card's question find the card.
    page.fill("[name=words]", card.question)
    page.wait_for_function("() => location.search.includes('words=')")
    assert set(card.claims) <= set(claims(page))


def test_an_address_that_points_at_a_claim_opens_its_card(opened: Opener, book: Factbook) -> None:
    key = next(reversed(book.claims))
    page = opened(f"{CLAIMS}#{key}")
    page.locator(f"#{key}").wait_for(state="visible")
    assert page.evaluate("id => document.getElementById(id).getBoundingClientRect().top < innerHeight", key)
    # From a link on the page, and out of a filter that has left the claim out.
    page = opened(f"{CLAIMS}?words=zzzz")
    page.keyboard.press("Shift")
    page.locator(f".fb-pair a[href='#{next(iter(book.contradictions.values())).one.claims[0]}']").first.click()
    status(page, "All are shown, because the link leads to one that the choices had left out.")
    assert page.locator(".fb-claim:target").is_visible()


def test_claims_are_printed_with_their_cards_open(opened: Opener, book: Factbook) -> None:
    page = opened(CLAIMS)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".fb-claim-card details[open]").count() == len(book.claim_cards)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".fb-claim-card details[open]").count() == 0


def test_verdicts_are_told_apart_without_colour(opened: Opener) -> None:
    page = opened(f"{CLAIMS}?words=hair")
    for chip in page.locator(".fb-claim .fb-verdict").all()[:10]:
        assert chip.inner_text().strip()
        assert chip.locator("svg path").count() == 1
        assert chip.evaluate("el => getComputedStyle(el).borderTopStyle") != "none"


# The option grid ----------------------------------------------------------------------------------


def columns(page: Any) -> list[str]:
    """Options whose column is shown."""
    heads = "found => found.filter(el => !el.hidden).map(el => el.dataset.option)"
    return page.eval_on_selector_all(".fb-grid__table thead [data-option]", heads)


def tick(page: Any, *options: str) -> None:
    for option in options:
        page.check(f"[name=show][value={option}]")


def test_grid_shows_two_to_four_columns(opened: Opener, book: Factbook) -> None:
    page = opened(OPTIONS)
    ids = list(book.options)
    status(page, f"All {len(ids)} options are shown.")
    assert columns(page) == ids
    tick(page, ids[0])
    status(page, "Tick one more to see them side by side.")
    assert columns(page) == ids
    tick(page, ids[2], ids[3], ids[1])
    status(page, f"Side by side: {'; '.join(book.options[key].short for key in ids[:4])}.")
    assert columns(page) == ids[:4]
    assert query(page) == f"?show={','.join(ids[:4])}"
    cells = page.locator(".fb-grid__table tbody tr").first.locator("td:visible")
    assert cells.count() == 4
    page.click("article [type=reset]")
    status(page, f"All {len(ids)} options are shown.")
    assert columns(page) == ids
    assert query(page) == ""


def test_a_fifth_option_is_refused(opened: Opener, book: Factbook) -> None:
    ids = list(book.options)
    page = opened(f"{OPTIONS}?show={','.join(ids[:4])}")
    page.click(f"[name=show][value={ids[4]}]")
    status(page, f"4 at most can be compared. Untick one before you add {book.options[ids[4]].short}.")
    assert not page.is_checked(f"[name=show][value={ids[4]}]")
    assert columns(page) == ids[:4]
    page.uncheck(f"[name=show][value={ids[0]}]")
    tick(page, ids[4])
    status(page, "Side by side:")
    assert columns(page) == ids[1:5]


def test_grid_follows_the_kind_of_hair_loss(opened: Opener, book: Factbook) -> None:
    for_patchy = [key for key, item in book.options.items() if "patchy" in item.conditions]
    other = next(key for key in book.options if key not in for_patchy)
    page = opened(OPTIONS)
    tick(page, other, *for_patchy[:2])
    page.select_option("[name=condition]", "patchy")
    status(page, f"{book.options[other].short} is not used or sold for this kind of hair loss; it is left out.")
    assert columns(page) == for_patchy[:2]
    assert page.is_disabled(f"[name=show][value={other}]")
    assert not page.is_checked(f"[name=show][value={other}]")
    assert query(page) == f"?show={','.join(for_patchy[:2])}&condition=patchy"
    page.uncheck(f"[name=show][value={for_patchy[0]}]")
    status(page, f"{len(for_patchy)} of {len(book.options)} options are shown.")
    assert columns(page) == for_patchy


def test_a_kind_that_no_option_is_for_shows_all_and_says_so(opened: Opener, book: Factbook) -> None:
    kinds = {kind for item in book.options.values() for kind in item.conditions}
    page = opened(OPTIONS)
    values = page.eval_on_selector_all("[name=condition] option", "found => found.map(el => el.value)")
    lost = next((value for value in values if value and value not in kinds), None)
    if lost is None:
        pytest.skip("every kind of hair loss has an option")
    page.select_option("[name=condition]", lost)
    status(page, "None of the options is used or sold for this kind, as far as we found.")
    assert columns(page) == list(book.options)


def test_grid_state_goes_round_through_the_address(opened: Opener, book: Factbook) -> None:
    fitting = [key for key, item in book.options.items() if "pattern-men" in item.conditions][:3]
    page = opened(f"{OPTIONS}?h=hair&show={','.join(fitting)}&condition=pattern-men#grid")
    status(page, "Side by side:")
    assert columns(page) == fitting
    assert page.locator("[name=condition]").input_value() == "pattern-men"
    page.uncheck(f"[name=show][value={fitting[0]}]")
    page.wait_for_function(f"() => location.search === '?h=hair&show={','.join(fitting[1:])}&condition=pattern-men'")
    assert page.evaluate("location.hash") == "#grid"
    page.evaluate(f"history.pushState(null, '', '?show={','.join(fitting)}'); history.pushState(null, '', '?'); 0")
    page.go_back()
    page.wait_for_function("() => document.querySelectorAll('[name=show]:checked').length === 3")
    assert columns(page) == fitting


def test_what_is_no_option_is_left_out_and_said(opened: Opener, book: Factbook) -> None:
    ids = list(book.options)
    page = opened(f"{OPTIONS}?show=xyz,{ids[0]},{ids[1]}&condition=baldness")
    said = status(page, "«xyz» is not one of the options; it is left out.")
    assert "«baldness» is not one of the kinds of hair loss; it is left out." in said
    assert columns(page) == ids[:2]
    page = opened(f"{OPTIONS}?show={','.join(ids[:5])}")
    status(page, f"{book.options[ids[4]].short} is left out: 4 at most can be compared.")
    assert columns(page) == ids[:4]


def test_grid_by_keyboard_alone(opened: Opener, book: Factbook) -> None:
    page = opened(OPTIONS)
    page.locator("[name=condition]").focus()
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    status(page, "Side by side:")
    assert columns(page) == list(book.options)[:2]
    # The box that scrolls can be reached and scrolled.
    page.locator(".fb-scroll--tall").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => document.querySelector('.fb-scroll--tall').scrollTop > 0")


def test_headings_and_first_column_stay_in_sight(opened: Opener) -> None:
    page = opened(OPTIONS)
    box = page.locator(".fb-scroll--tall")
    box.evaluate("el => el.scrollTo(500, 700)")
    top = box.evaluate(
        "el => el.querySelector('thead th').getBoundingClientRect().top - el.getBoundingClientRect().top"
    )
    left = box.evaluate(
        "el => el.querySelector('tbody tr:nth-child(4) th').getBoundingClientRect().left - el.getBoundingClientRect().left"
    )
    assert abs(top) <= 2
    assert abs(left) <= 2


def longest(book: Factbook, number: int) -> list[str]:
    """The options whose answers take the most room side by side."""

    def lines(chosen: tuple[Option, ...]) -> int:
        texts = [[getattr(item.answers, key).text for item in chosen] for key in chosen[0].answers.__dataclass_fields__]
        return sum(max(map(len, row)) for row in texts)

    return [item.id for item in max(combinations(book.options.values(), number), key=lines)]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("number", [2, 3, 4])
def test_comparison_fits_on_one_sheet(opened: Opener, book: Factbook, number: int, paper: str) -> None:
    page = opened(OPTIONS, color_scheme="dark")
    page.evaluate("() => { window.print = () => { window.printed = document.documentElement.className } }")
    tick(page, *longest(book, number))
    page.click("[name=print]")
    assert "fb-print-grid" in page.evaluate("printed")
    sheets = PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    assert sheets[0].mediabox.width > sheets[0].mediabox.height
    text = sheets[0].extract_text()
    assert OPTIONS in text
    for key in longest(book, number):
        assert book.options[key].short.split()[0] in text
    # The class goes when the printing is over.
    page.wait_for_function("() => !document.documentElement.classList.contains('fb-print-grid')")


def test_more_than_fits_on_a_sheet_is_not_printed_so(opened: Opener) -> None:
    page = opened(OPTIONS)
    page.evaluate("() => { window.print = () => { window.printed = true } }")
    page.click("[name=print]")
    status(page, "Tick 2 to 4 options first.")
    assert not page.evaluate("window.printed")
    assert PdfReader(io.BytesIO(page.pdf(format="A4"))).pages[0].mediabox.height > 800


# All of them --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [STUDIES, CLAIMS, OPTIONS])
def test_without_scripts_everything_is_listed_and_no_form_is_shown(opened: Opener, book: Factbook, path: str) -> None:
    page = opened(path, java_script_enabled=False)
    assert page.locator("article form").count() == 1
    assert page.locator("article form").is_hidden()
    assert page.locator("article [hidden]:not(form, .fb-filter__back)").count() == 0
    if path == OPTIONS:
        page.locator(".fb-grid .guide-later a").click()
        page.wait_for_url("**/more.html#*")
        assert page.locator(".fb-grid__table thead [data-option]:visible").count() == len(book.options)
    elif path == CLAIMS:
        groups = {card.group for card in book.claim_cards.values()}
        assert page.locator(".fb-claims__group h3:visible").count() == len(groups)
        rest = page.locator(".fb-claims__group > .guide-later a")
        assert 0 < rest.count() < len(groups)
        cards = page.locator(".fb-claim-card .guide-later a").count()
        page.locator(".fb-claim-card summary").first.click()
        page.locator(".fb-claim-card .guide-later a").first.click()
        page.wait_for_url("**/more.html#part-1")
        assert page.locator("[data-claim]").first.is_visible()
        page.go_back()
        rest.first.click()
        page.wait_for_url("**/more*.html#*")
        cards += page.locator(".fb-claim-card .guide-later a").count()
        assert cards == len(book.claim_cards)
    else:
        some = page.locator(".fb-register__item:visible").count()
        rest = page.locator(".fb-register__list .guide-later:visible a").all_inner_texts()
        ends = [[int(number) for number in re.findall(r"\d+", text)] for text in rest]
        assert [first for first, _ in ends] == [some + 1, *(last + 1 for _, last in ends[:-1])]
        assert ends[-1][1] == len(book.studies)


@pytest.mark.parametrize(
    "path",
    [
        f"{STUDIES}?words=hair&agent=dutasteride&from=2030&to=20",
        f"{STUDIES}?words=zzzz",
        f"{CLAIMS}?verdict=contradicted",
        f"{OPTIONS}?show=nothing,prp&condition=patchy",
    ],
)
def test_axe_finds_nothing_while_a_tool_is_at_work(opened: Opener, path: str) -> None:
    """One load, looked at on a phone in both schemes and on a desktop in one: a wide screen adds no colours."""
    page = opened(path, color_scheme="light", viewport=PHONE)
    for scheme, viewport in (("light", PHONE), ("dark", PHONE), ("light", DESKTOP)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(viewport)
        page.wait_for_timeout(150)
        name = {"light": "default", "dark": "slate"}[scheme]
        page.wait_for_function("name => document.body.dataset.mdColorScheme === name", arg=name)
        assert axe_faults(page, scheme) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", [f"{STUDIES}?words=zzzz", CLAIMS, OPTIONS])
def test_controls_are_44_px_high(opened: Opener, path: str) -> None:
    page = opened(path, viewport=PHONE)
    page.evaluate("document.querySelectorAll('form details').forEach(el => { el.open = true })")
    for control in page.locator(
        "article :is(select, button, summary, label:has(input), input:not([type=checkbox])):visible"
    ).all():
        assert control.bounding_box()["height"] >= 43.9, control.evaluate("el => el.outerHTML.slice(0, 90)")


def test_grid_comes_with_a_choice_in_the_address_and_for_paper(opened: Opener, book: Factbook) -> None:
    ids = list(book.options)
    page = opened(OPTIONS, still=True)
    assert page.locator(".fb-grid__table").count() == 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert columns(page) == ids
    page = opened(f"{OPTIONS}?show={ids[1]},{ids[4]}", still=True)
    page.wait_for_selector(".fb-grid__table")
    assert columns(page) == [ids[1], ids[4]]
    # A place in it
    page = opened(f"{OPTIONS}#option-{ids[5]}", still=True)
    page.wait_for_selector(f"#option-{ids[5]}:target")
    # It does not come: said, and the link stays.
    page = opened(OPTIONS, still=True)
    page.route("**/more.html", lambda route: route.abort())
    tick(page, ids[0], ids[1])
    status(page, "The comparison did not come: is there a network?")
    assert page.locator(".fb-grid .guide-later a").is_visible()
    assert page.locator(".fb-grid .guide-later").bounding_box()["height"] < 100  # no room for what did not come
    page.unroute_all()
    tick(page, ids[2])
    status(page, "Side by side:")
    page.wait_for_selector(".fb-grid__table")
    assert columns(page) == ids[:3]


def test_grid_is_cards_on_a_phone(opened: Opener, book: Factbook) -> None:
    page = opened(OPTIONS, viewport=PHONE)
    row = page.locator(".fb-grid__table tbody tr").first
    assert row.evaluate("el => getComputedStyle(el).display") == "block"
    assert row.locator("td:visible").count() == len(book.options)
    label = row.locator("td").first.evaluate("el => getComputedStyle(el, '::before').content")
    assert next(iter(book.options.values())).name in label
    ids = list(book.options)
    tick(page, ids[0], ids[1])
    status(page, "Side by side:")
    assert row.locator("td:visible").count() == 2


# Pictures drawn from data -------------------------------------------------------------------------


def test_pictures_can_be_read_on_the_smallest_phone(opened: Opener) -> None:
    small = {"width": 320, "height": 640}
    for path in ("/evidence/", "/treatment/course/"):
        page = opened(path, viewport=small)
        for drawing in page.locator(".fb-icons__group > svg").all():
            assert drawing.bounding_box()["width"] >= 120
        for drawing in page.locator(".fb-plot__drawing").all():
            scale = drawing.bounding_box()["width"] / 300
            size = drawing.locator("text").first.evaluate("el => parseFloat(getComputedStyle(el).fontSize)")
            assert size * scale >= 11
    page = opened("/evidence/", viewport=small)
    first, second = page.locator(".fb-icons__groups").first.locator("svg").all()[:2]
    assert first.bounding_box()["y"] == second.bounding_box()["y"]


def test_drawings_keep_their_shapes_in_forced_colours(opened: Opener) -> None:
    page = opened("/evidence/", forced_colors="active")
    filled, empty = (
        page.locator(f".fb-icons__{name}").first.evaluate("el => getComputedStyle(el).fill")
        for name in ("filled", "empty")
    )
    ink = page.evaluate(
        "() => { const s = document.createElement('span'); s.style.color = 'CanvasText'; document.body.append(s);"
        " return getComputedStyle(s).color; }"
    )
    assert filled == ink
    assert empty == "none"
