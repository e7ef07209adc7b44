"""The card by hour and day: its data, the page without scripts, and the tool in Chromium."""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from factbook import model
from factbook.records import Factbook
from tests.conftest import DESKTOP, PHONE, ROOT, article
from tools.browsing import axe_faults

PAGE = "/tools/visit-card/"
ZONE = "Europe/London"
NOON = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
"""Now, unless a test says otherwise: a Wednesday, the same hour in London."""

PRIVATE = {"suicidal-thoughts"}
"""Signs that the card for the wallet leaves to the page: others see a wallet."""

Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


@pytest.fixture
def card(browser: Any, address: str) -> Iterator[Opened]:
    """Open the page at a set time: `card(now=..., path="#visit-card=...")`."""
    contexts = []

    def open_card(
        now: datetime = NOON, path: str = "", context: Any = None, init: str = "", zone: str = ZONE, **options: Any
    ) -> Any:
        if context is None:
            context = browser.new_context(
                **{
                    "viewport": DESKTOP,
                    "reduced_motion": "reduce",
                    "timezone_id": zone,
                    "locale": "en-GB",
                    **options,
                }
            )
            contexts.append(context)
        page = context.new_page()
        if init:
            page.add_init_script(init)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        if options.get("java_script_enabled", True):
            page.clock.install(time=now)
        page.goto(address + PAGE + path, wait_until="load")
        return page

    yield open_card
    for context in contexts:
        context.close()


def enter(page: Any, moment: datetime, zone: str = ZONE) -> None:
    """Say when the session ended, by the clock on the wall."""
    wall = moment.astimezone(ZoneInfo(zone))
    page.fill("[name=day]", wall.strftime("%Y-%m-%d"))
    page.fill("[name=time]", wall.strftime("%H:%M"))


def heading(page: Any) -> str:
    return page.locator("#visit-card-now-heading").inner_text()


def current(page: Any) -> str:
    """Id of the stage that is marked in the list; there is one at most."""
    marked = page.locator("[data-stage][aria-current=step]")
    assert marked.count() <= 1
    return marked.get_attribute("id").removeprefix("visit-card-stage-") if marked.count() else ""


def fragment(state: Any, version: Any = 1) -> str:
    text = json.dumps({"version": version, "state": state})
    return "#visit-card=" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def status(page: Any, text: str) -> None:
    expect(page.locator(".fb-visit-card [role=status]")).to_contain_text(text)


# The data -----------------------------------------------------------------------------------------


def test_expected_hides_no_warning_sign(book: Factbook) -> None:
    """Where a word of a sign stands under "expected", whom to see stands in the same item."""
    alarming = re.compile(
        r"breath|hives|lips|throat|pus\b|blister|fever|spread|lump|sore\b(?! scalp)|patch|clump|\bhot\b|worse|faint|numb",
        re.IGNORECASE,
    )
    answered = re.compile(r"call the emergency number|doctor|not part of the usual|cannot be ruled out", re.IGNORECASE)
    for stage in book.stages.values():
        for item in stage.expected:
            text = item.text.replace("only feel sore", "")
            assert not alarming.search(text) or answered.search(text), (stage.id, item.text)


def test_every_stage_says_what_needs_help_first(book: Factbook) -> None:
    for stage in book.stages.values():
        assert re.search(r"emergency number|doctor", stage.do[0].text), stage.id
        everything = " ".join(item.text for item in stage.do)
        assert "doctor" in everything, stage.id
        assert len(stage.do) <= 7, stage.id
        assert len(stage.wait) <= 7, stage.id


def test_slow_lumps_are_named_from_the_first_week_on(book: Factbook) -> None:
    """They came from 1 to 12 weeks after a session, and nobody has looked at all that came later."""
    late = [stage for stage in book.stages.values() if stage.to_hours is None or stage.to_hours > 24 * 4]
    for stage in late:
        found = [item for item in stage.do if "new lump" in item.text.lower()]
        assert found, stage.id
        assert "within days" in found[0].text, stage.id
        assert {"ntm-15-cases-17550571", "zeng-2025"} & set(found[0].sources), stage.id


# The page, without scripts ------------------------------------------------------------------------


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_page_holds_everything(book: Factbook, builder: str) -> None:
    content = article(builder, PAGE)
    assert "fb-emergency" in content.h1.find_next_sibling()["class"]
    tool = content.select_one("fb-visit-card")
    assert [item["id"] for item in tool.select("[data-stage]")] == [f"visit-card-stage-{key}" for key in book.stages]
    for stage, item in zip(book.stages.values(), tool.select("[data-stage]"), strict=True):
        assert item.details.has_attr("open")
        assert item.summary.strong.text == stage.title
        lists = [len(part.select("li")) for part in item.select("dd")]
        assert lists == [len(part) for part in (stage.expected, stage.do, stage.wait) if part]
    for tier in ("now", "today", "week", "expected"):
        part = tool.select_one(f".fb-tier--{tier}")
        signs = [sign for sign in book.signs.values() if sign.tier == tier]
        assert len(part.select("li")) == len(signs)
        for sign, line in zip(signs, part.select("li"), strict=True):
            assert sign.sign in line.text
            # What to do at once stands here as well: the other page may be out of reach at night.
            assert bool(line.select(".fb-tier__do")) == (tier in ("now", "today"))
        assert part.select_one("p > a")["href"].endswith(f"aftercare/warning-signs/#{tier}")
    rows = tool.select(".fb-visit-card__countries tbody tr")
    assert [row.th.text for row in rows] == sorted(item.country for item in book.emergency_numbers.values())
    assert "112 or your local number" in tool.text
    back = tool.select_one(".fb-visit-card__wallet").text
    for sign in book.signs.values():
        assert sign.tier != "now" or (sign.short in back) == (sign.id not in PRIVATE)


def test_what_the_wallet_leaves_out_stays_in_reach(book: Factbook) -> None:
    """In the banner, in the list of signs, in the stages, and beside the card with a link to what to do."""
    assert {book.signs[key].tier for key in PRIVATE} == {"now"}
    content = article("mkdocs", PAGE)
    tool = content.select_one("fb-visit-card")
    wallet = tool.select_one(".fb-visit-card__wallet")
    for key in PRIVATE:
        sign = book.signs[key]
        assert sign.short in content.select_one(".fb-emergency").text
        assert sign.sign in tool.select_one(".fb-tier--now").text
    beside = wallet.find_previous_sibling("p")
    assert "thoughts of ending your life" in beside.text
    assert tool.select_one(beside.a["href"]).find_parent(class_="fb-tier--now")
    assert not re.search(r"ending your life|suicid|mood", wallet.text)
    for key in ("weeks-2-3", "weeks-4-12", "later"):
        assert any("ending your life" in item.text for item in book.stages[key].do), key


def test_both_builders_write_the_same_tool() -> None:
    ours, theirs = (
        " ".join(article(builder, PAGE).select_one("fb-visit-card").get_text(" ").split())
        for builder in ("mkdocs", "zensical")
    )
    assert ours == theirs


@pytest.mark.parametrize("place", ["/aftercare/", "/aftercare/warning-signs/"])
def test_aftercare_leads_to_the_card(place: str) -> None:
    links = [link for link in article("mkdocs", place).select("a[data-address]") if link["data-address"] == PAGE]
    assert len(links) == 1
    assert links[0].find_previous("h2").get_text().startswith("What to do next")


@pytest.mark.every_run
def test_without_scripts_it_can_be_read_and_filled_in_by_hand(card: Opened, book: Factbook) -> None:
    page = card(java_script_enabled=False, viewport=PHONE)
    assert page.locator(".fb-visit-card form").is_hidden()
    assert page.locator(".fb-visit-card button:visible").count() == 0
    assert page.locator(".fb-visit-card [data-stage] dd li:visible").count() == sum(
        len(stage.expected) + len(stage.do) + len(stage.wait) for stage in book.stages.values()
    )
    assert page.locator(".fb-visit-card .fb-tier li:visible").count() == len(book.signs)
    page.locator(".fb-visit-card summary", has_text="Numbers by country").click()
    assert page.locator(".fb-visit-card__countries").is_visible()
    assert page.locator(".fb-visit-card__line:visible").count() == 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# What counts now ----------------------------------------------------------------------------------


STAGES_BY_TIME = [
    (timedelta(0), "Now: your session has just ended", "first-hour"),
    (timedelta(minutes=1), "Now: 1 minute after your session", "first-hour"),
    (timedelta(minutes=59), "Now: 59 minutes after your session", "first-hour"),
    (timedelta(hours=1), "Now: 1 hour after your session", "first-day"),
    (timedelta(hours=5), "Now: 5 hours after your session", "first-day"),
    (timedelta(hours=23, minutes=59), "Now: 23 hours after your session", "first-day"),
    (timedelta(hours=24), "Now: 24 hours after your session", "days-2-3"),
    (timedelta(days=3), "Now: 3 days after your session", "days-4-7"),
    (timedelta(days=7), "Now: 7 days after your session", "weeks-2-3"),
    (timedelta(days=20), "Now: 2 weeks and 6 days after your session", "weeks-2-3"),
    (timedelta(weeks=3), "Now: 3 weeks after your session", "weeks-4-12"),
    (timedelta(weeks=11, days=6), "Now: 11 weeks and 6 days after your session", "weeks-4-12"),
    (timedelta(weeks=12, days=1), "Now: 12 weeks and 1 day after your session", "later"),
    (timedelta(days=700), "Now: 100 weeks after your session", "later"),
]


@pytest.mark.every_run
def test_the_stage_follows_from_the_time(card: Opened, book: Factbook) -> None:
    page = card(zone="UTC")
    page.clock.pause_at(NOON + timedelta(seconds=30))
    panel = page.locator(".fb-visit-card__now")
    for elapsed, words, stage in STAGES_BY_TIME:
        enter(page, NOON - elapsed, "UTC")
        assert heading(page) == words
        assert current(page) == stage
        assert book.stages[stage].title in panel.inner_text()
        # The panel holds the stage whole, the list is folded, and each id stands once.
        assert panel.locator("dd li").count() == page.locator(f"#visit-card-stage-{stage} dd li").count()
        assert page.locator("[data-stage] details[open]").count() == 0
        assert page.locator(f"#visit-card-stage-{stage} [data-part=here]").inner_text() == "Now"
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(el => el.id)")
        assert len(ids) == len(set(ids))
    assert page.faults == []


@pytest.mark.parametrize(
    ("now", "ended", "said"),
    [
        ("2026-12-02 17:00", "2026-12-02 14:00", "Next: days 2 and 3, from about 14:00 tomorrow."),
        ("2026-12-02 14:20", "2026-12-02 14:03", "Next: the rest of the first day, from about 15:05 today."),
        # Past midnight "tomorrow" would be a day too late.
        ("2026-12-03 02:30", "2026-12-02 14:00", "Next: days 2 and 3, from about 14:00 today."),
        ("2026-12-04 12:00", "2026-12-01 09:00", "Next: weeks 2 and 3, from about 09:00 on Tuesday 8 December."),
        ("2026-12-20 12:00", "2026-12-02 09:00", "from about 09:00 on Wednesday 23 December."),
        ("2026-12-30 12:00", "2026-12-02 09:00", "from about 09:00 on Wednesday, 24 February 2027."),
    ],
)
def test_it_says_when_the_next_stage_begins(card: Opened, now: str, ended: str, said: str) -> None:
    zone = ZoneInfo(ZONE)
    page = card(now=datetime.fromisoformat(now).replace(tzinfo=zone))
    enter(page, datetime.fromisoformat(ended).replace(tzinfo=zone))
    assert said in page.locator(".fb-visit-card__now [data-part=next]").inner_text()


@pytest.mark.every_run(cases=2)
@pytest.mark.parametrize(
    ("now", "ended", "words", "stage"),
    [
        # Clocks forward on 28 March 2027, back on 31 October 2027: hours are elapsed ones.
        ("2027-03-28 14:30", "2027-03-27 14:00", "23 hours", "first-day"),
        ("2027-03-28 15:00", "2027-03-27 14:00", "24 hours", "days-2-3"),
        ("2027-10-31 13:30", "2027-10-30 14:00", "24 hours", "days-2-3"),
        ("2027-10-31 12:59", "2027-10-30 14:00", "23 hours", "first-day"),
    ],
)
def test_hours_are_elapsed_ones_when_the_clocks_change(
    card: Opened, now: str, ended: str, words: str, stage: str
) -> None:
    zone = ZoneInfo(ZONE)
    page = card(now=datetime.fromisoformat(now).replace(tzinfo=zone))
    enter(page, datetime.fromisoformat(ended).replace(tzinfo=zone))
    assert heading(page) == f"Now: {words} after your session"
    assert current(page) == stage


def test_a_clock_change_shows_in_the_next_time(card: Opened) -> None:
    zone = ZoneInfo(ZONE)
    page = card(now=datetime(2027, 3, 27, 18, tzinfo=zone))
    enter(page, datetime(2027, 3, 27, 14, tzinfo=zone))
    assert "about 15:00 tomorrow" in page.locator(".fb-visit-card__now [data-part=next]").inner_text()


def test_a_time_that_the_clocks_leave_out_does_no_harm(card: Opened) -> None:
    page = card(now=datetime(2027, 3, 28, 12, tzinfo=ZoneInfo(ZONE)))
    page.fill("[name=day]", "2027-03-28")
    page.fill("[name=time]", "01:30")
    assert re.search(r"Now: (9|10) hours", heading(page))
    assert page.faults == []


def test_it_follows_the_clock_and_says_a_new_stage(card: Opened) -> None:
    page = card()
    page.click("[name=just]")
    assert current(page) == "first-hour"
    status(page, "Shown below: the first hour.")
    page.clock.run_for(31 * 60_000)
    assert re.fullmatch(r"Now: 3[01] minutes after your session", heading(page))
    status(page, "Shown below: the first hour.")
    page.clock.run_for(30 * 60_000)
    assert current(page) == "first-day"
    status(page, "Shown below: the rest of the first day.")
    # A device that slept: no timer ran, but the page comes into view again.
    page.clock.pause_at(NOON + timedelta(hours=30))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert current(page) == "days-2-3"
    assert heading(page) == "Now: 30 hours after your session"


# What is wrong ------------------------------------------------------------------------------------


def fault(page: Any, field: str = "visit-card-fault") -> str:
    place = page.locator(f"#{field}")
    return place.inner_text() if place.is_visible() else ""


WRONG_TIMES = [
    ("2026-12-02", "", "Add the time."),
    ("", "12:00", "Add the day."),
    ("2026-12-02", "12:01", "This is in the future. By this device it is now 2 December 2026"),
    ("2062-12-02", "10:00", "This is in the future."),
    ("2024-12-01", "12:00", "This is more than two years ago."),
    ("0026-12-01", "12:00", "This is more than two years ago."),
]


def test_a_wrong_time_is_said_beside_its_fields(card: Opened) -> None:
    page = card()
    page.clock.pause_at(NOON + timedelta(seconds=30))
    for day, time, said in WRONG_TIMES:
        page.fill("[name=day]", day)
        page.fill("[name=time]", time)
        page.locator("[name=what]").focus()
        assert said in fault(page)
        for name in ("day", "time"):
            assert page.locator(f"[name={name}]").get_attribute("aria-invalid") == "true"
            assert "visit-card-fault" in page.locator(f"[name={name}]").get_attribute("aria-describedby")
        assert page.locator(".fb-visit-card__now").is_hidden()
        assert current(page) == ""
        # Nothing typed is lost, and the message goes once it is mended.
        assert page.locator("[name=day]").input_value() == day
        enter(page, NOON - timedelta(hours=5))
        assert fault(page) == ""
        assert page.locator("[name=day]").get_attribute("aria-invalid") is None
        assert heading(page) == "Now: 5 hours after your session"


@pytest.mark.parametrize("end", ["2026-12-02", "T12:00", "2062-12-02T10:00"])
def test_a_wrong_time_is_kept_and_said_again(card: Opened, end: str) -> None:
    page = card(init=f"localStorage.setItem('guide-visit-card', '{json.dumps({'version': 1, 'state': {'end': end}})}')")
    assert filled(page)["end"] == end
    assert fault(page)


def test_an_emptied_time_is_said_and_an_untouched_one_is_not(card: Opened) -> None:
    page = card()
    page.locator("[name=day]").focus()
    page.locator("[name=what]").focus()
    assert fault(page) == ""
    enter(page, NOON - timedelta(hours=5))
    page.fill("[name=day]", "")
    page.fill("[name=time]", "")
    page.locator("[name=what]").focus()
    assert fault(page) == "Enter the day and the time."
    # The list is open again, as the page brings it.
    assert page.locator("[data-stage] details:not([open])").count() == 0


def test_a_day_is_not_wrong_while_the_time_is_still_to_come(card: Opened) -> None:
    page = card()
    page.locator("[name=day]").focus()
    page.fill("[name=day]", "2026-12-02")
    assert fault(page) == ""
    page.locator("[name=time]").focus()
    assert fault(page) == ""


# Whom to call -------------------------------------------------------------------------------------


@pytest.mark.every_run
def test_the_emergency_number_comes_first_and_is_remembered(card: Opened, book: Factbook) -> None:
    page = card()
    call = page.locator(".fb-visit-card__call")
    assert call.inner_text() == "Emergency: Call 112 or your local number."
    assert page.locator("[name=country]").input_value() == ""
    for item in book.emergency_numbers.values():
        page.select_option("[name=country]", item.id)
        links = call.locator("a")
        assert [link.get_attribute("href") for link in links.all()] == [f"tel:{number}" for number in item.numbers]
        assert links.first.inner_text() == f"Call {item.numbers[0]}"
        assert (item.note or "") in call.inner_text()
    # The first thing in the tool that can be reached
    assert page.evaluate(
        "document.querySelector('.fb-visit-card form').querySelector('a, button, input, select').getAttribute('href')"
    ) == call.locator("a").first.get_attribute("href")
    page.reload()
    assert page.locator("[name=country]").input_value() == item.id
    assert call.locator("a").first.get_attribute("href") == f"tel:{item.numbers[0]}"
    page.select_option("[name=country]", "")
    assert call.inner_text() == "Emergency: Call 112 or your local number."


def test_numbers_in_the_table_can_be_dialled(card: Opened, book: Factbook) -> None:
    page = card()
    hrefs = page.eval_on_selector_all(".fb-visit-card__countries a[href^=tel]", "all => all.map(el => el.href)")
    known = sorted(book.emergency_numbers.values(), key=lambda item: item.country)
    assert hrefs == [f"tel:{number}" for item in known for number in item.numbers]


DIALLED = [
    ("+90 212 555 01 02", "+902125550102"),
    ("(020) 7946-0018", "02079460018"),
    ("+44 (0)20 7946 0018", "+442079460018"),
    ("(+44) 20 7946 0018", "+442079460018"),
    ("٠٢٠٧٩٤٦٠٠١٨", "02079460018"),
    ("+९१ २२ ५५५५ ०१०२", "+912255550102"),
    ("＋８１ ３ ５５５５ ０１０２", "+81355550102"),
    ("020\u00a07946\u20110018", "02079460018"),
    ("\u202a+90 212 555 01 02\u202c", "+902125550102"),
    ("12345", "12345"),
    ("12345678901234567890", "12345678901234567890"),
]
NOT_DIALLED = [
    "1234",
    "123456789012345678901",
    "call me",
    "020 7946 0018 ext. 5",
    "020/7946",
    "++44 20 7946 0018",
    "44+2079460018",
    "javascript:alert(1)",
    "<img src=x onerror=alert(1)>",
    "*#06#123456",
    "123456;ext=1",
    "+ ( ) -",
]


def test_a_phone_number_can_be_dialled(card: Opened) -> None:
    page = card()
    page.fill("[name=clinic]", "Example Clinic")
    for typed, dialled in DIALLED:
        page.fill("[name=phone]", typed)
        page.locator("[name=clinic]").focus()
        assert page.locator(".fb-visit-card__clinic a").get_attribute("href") == f"tel:{dialled}", typed
        assert "Example Clinic" in page.locator(".fb-visit-card__clinic").inner_text()
        assert fault(page, "visit-card-phone-fault") == ""


def test_what_cannot_be_dialled_is_said_and_no_link(card: Opened) -> None:
    page = card()
    for typed in NOT_DIALLED:
        page.fill("[name=phone]", "")
        page.locator("[name=phone]").focus()
        page.fill("[name=phone]", typed)
        assert fault(page, "visit-card-phone-fault") == ""  # still typing
        page.locator("[name=clinic]").focus()
        expect(page.locator("#visit-card-phone-fault")).to_contain_text("This cannot be dialled. Use 5 to 20 digits")
        assert page.locator("[name=phone]").get_attribute("aria-invalid") == "true"
        assert page.locator(".fb-visit-card__clinic a:visible").count() == 0
        assert page.locator("article img[src=x]").count() == 0
    page.reload()
    assert page.locator("[name=phone]").input_value() == typed
    page.fill("[name=phone]", "+90 212 555 01 02")
    assert page.locator("#visit-card-phone-fault").is_hidden()
    assert page.faults == []


# What is kept -------------------------------------------------------------------------------------

STATE = {
    "end": "2026-12-02T07:00",
    "country": "gb",
    "what": "Dutasteride 0.05 %, batch A1",
    "clinic": "عيادة <b>x</b>",
    "phone": "+90 212 555 01 02",
}


def filled(page: Any) -> dict[str, str]:
    values = {name: page.locator(f"[name={name}]").input_value() for name in ("country", "what", "clinic", "phone")}
    day, time = (page.locator(f"[name={name}]").input_value() for name in ("day", "time"))
    return {"end": day + (f"T{time}" if time else ""), **values}


@pytest.mark.every_run
def test_everything_goes_round_through_store_and_link(card: Opened) -> None:
    page = card(permissions=["clipboard-read", "clipboard-write"])
    enter(page, NOON - timedelta(hours=5))
    page.select_option("[name=country]", STATE["country"])
    for name in ("what", "clinic", "phone"):
        page.fill(f"[name={name}]", STATE[name])
    assert filled(page) == STATE
    kept = json.loads(page.evaluate("localStorage.getItem('guide-visit-card')"))
    assert kept == {"version": 1, "state": STATE}
    page.reload()
    assert filled(page) == STATE
    assert heading(page) == "Now: 5 hours after your session"
    page.click("[name=share]")
    status(page, "The link is copied.")
    link = page.locator("[data-link]").input_value()
    # Another device, in another zone: the clock on the wall is what travels.
    other = card(path="#" + link.split("#")[1], zone="Asia/Kolkata")
    assert filled(other) == STATE
    status(other, "This came with the link.")
    assert other.locator(".fb-visit-card__clinic a").get_attribute("href") == "tel:+902125550102"
    assert other.locator("[data-fill=clinic]").inner_text() == "عيادة <b>x</b>, +90 212 555 01 02"
    assert other.locator("[data-fill=clinic] b").count() == 0


def test_a_link_leaves_what_was_kept_alone(card: Opened) -> None:
    page = card()
    page.fill("[name=what]", "mine")
    other = card(path=fragment({**STATE, "what": "theirs"}), context=page.context)
    status(other, "What you had on this device is still kept.")
    assert other.locator("[name=what]").input_value() == "theirs"
    other.click("[name=mine]")
    assert other.locator("[name=what]").input_value() == "mine"
    assert other.evaluate("location.hash") == ""


@pytest.mark.every_run(cases=2)
@pytest.mark.parametrize(
    ("hash_", "said"),
    [
        ("#visit-card=%%%", "The link is damaged"),
        ("#visit-card=" + "A" * 20000, "The link is damaged or too long"),
        ("#visit-card=AAAA", ""),
        (fragment(None), ""),
        (fragment([1, 2]), ""),
        (fragment("text"), ""),
        (fragment(7), ""),
        (fragment({}, version=0), "another version"),
        (fragment({}, version="x"), "another version"),
        (fragment({"end": 5, "country": [], "what": {}, "clinic": None, "phone": True}), ""),
        (fragment({"end": "2026-02-30T10:00"}), "is not a time"),
        (fragment({"end": "2026-12-02T25:00"}), "is not a time"),
        (fragment({"end": "9" * 5000}), "is not a time"),
        (fragment({"end": "2026-12-02T07:00Z"}), "is not a time"),
        (fragment({"country": "zz"}), "not in the list"),
        (fragment({"country": "__proto__"}), "not in the list"),
        (fragment({"what": "x" * 3000}), "cut to 80"),
        (fragment({"what": "<img src=x onerror=alert(1)>", "clinic": '"><script>alert(1)</script>'}), ""),
        (fragment({"what": "\u202egnihtyna\u0000\u0007\n=1+1"}), ""),
        ("#visit-card=" + base64.urlsafe_b64encode(b'{"version":1,"state":{"__proto__":{"what":"x"}}}').decode(), ""),
    ],
    ids=range(20),
)
def test_hostile_links_do_nothing(card: Opened, hash_: str, said: str) -> None:
    page = card(path=hash_)
    status(page, said)
    assert page.faults == []
    assert page.locator("article img[src=x], article script:not([type])").count() == 0
    assert page.evaluate("({}).what === undefined")
    assert len(page.locator("[name=what]").input_value()) <= 80
    # It still works.
    enter(page, NOON - timedelta(hours=5))
    assert heading(page) == "Now: 5 hours after your session"


@pytest.mark.parametrize("kept", ["", "{", "null", "[]", '{"version":1}', '{"version":9,"state":{}}', "x" * 100_000])
def test_a_broken_store_does_nothing(card: Opened, kept: str) -> None:
    page = card(init=f"if (!sessionStorage.once) {{ localStorage.setItem('guide-visit-card', {json.dumps(kept)}) }}")
    assert page.faults == []
    assert filled(page) == dict.fromkeys(STATE, "")
    enter(page, NOON - timedelta(hours=5))
    assert current(page) == "first-day"


@pytest.mark.every_run
def test_without_a_store_it_works_and_says_so(card: Opened) -> None:
    page = card(init="Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } });")
    enter(page, NOON - timedelta(hours=5))
    assert heading(page) == "Now: 5 hours after your session"
    status(page, "This browser keeps nothing for this page")
    assert set(page.faults) <= {"off"}  # the theme's own script trips over it as well


def test_two_tabs_show_the_same(card: Opened) -> None:
    one = card()
    two = card(context=one.context)
    enter(one, NOON - timedelta(hours=5))
    one.select_option("[name=country]", "gb")
    status(two, "Changed in another tab or window.")
    expect(two.locator("[name=country]")).to_have_value("gb")
    assert current(two) == "first-day"


def test_everything_can_be_cleared(card: Opened) -> None:
    page = card(path=fragment(STATE))
    page.fill("[name=what]", "more")
    page.click("[name=clear]")
    status(page, "Everything is cleared.")
    assert filled(page) == dict.fromkeys(STATE, "")
    assert page.evaluate("[localStorage.getItem('guide-visit-card'), location.hash]") == [None, ""]
    assert page.locator(".fb-visit-card__now").is_hidden()
    assert fault(page) == ""
    assert "".join(page.locator("[data-fill]").all_inner_texts()) == ""


@pytest.mark.every_run
def test_it_works_with_no_network_once_loaded(card: Opened, book: Factbook) -> None:
    page = card()
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    # The browser fetches the picture of its tab when it likes, for itself and not for the page.
    page.on("request", lambda request: "favicon" in request.url or asked.append(request.url))
    page.context.set_offline(True)
    page.click("[name=just]")
    page.select_option("[name=country]", "gb")
    page.fill("[name=phone]", "+90 212 555 01 02")
    page.clock.run_for(61 * 60_000)
    assert current(page) == "first-day"
    assert (
        page.locator(".fb-visit-card__call a").first.get_attribute("href")
        == f"tel:{book.emergency_numbers['gb'].numbers[0]}"
    )
    assert asked == []


# By keyboard, for ears, on small screens ----------------------------------------------------------


@pytest.mark.every_run
def test_it_can_be_played_through_by_keyboard(card: Opened) -> None:
    page = card()
    page.locator(".fb-visit-card [name=country]").focus()
    page.keyboard.type("United K")
    page.wait_for_function("() => document.querySelector('[name=country]').value === 'gb'")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.getAttribute('name')")
        if name not in reached[-1:]:
            reached.append(name)
        if name == "just":
            break
    assert reached == ["day", "time", "just"]
    page.keyboard.press("Enter")
    assert heading(page) == "Now: your session has just ended"
    assert page.evaluate("document.activeElement.name") == "just"
    page.keyboard.press("Tab")
    assert "visit-card-signs" in page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#visit-card-signs"
    page.locator("[name=what]").focus()
    page.keyboard.type("Dutasteride")
    page.keyboard.press("Tab")
    page.keyboard.type("Example Clinic")
    page.keyboard.press("Tab")
    page.keyboard.type("+90 212 555 01 02")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "wallet"
    page.evaluate("() => { window.print = () => { window.printed = document.documentElement.className } }")
    page.keyboard.press("Enter")
    assert "fb-print-card" in page.evaluate("printed")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.locator("[data-stage] summary").nth(2).focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-stage] details").nth(2).get_attribute("open") is not None


def test_a_screen_reader_hears_names_groups_and_the_stage(card: Opened, book: Factbook) -> None:
    page = card(path=fragment(STATE))
    for role, name in (
        ("form", "Your session"),
        ("combobox", "Where are you now?"),
        ("group", "When did your last session end?"),
        ("textbox", "What was injected, and the batch"),
        ("textbox", "Phone of the clinic"),
        ("button", "Print the wallet card"),
        ("region", "Now"),
        ("link", f"Call {book.emergency_numbers['gb'].numbers[0]}"),
    ):
        assert page.get_by_role(role, name=name, exact=True).count() == 1, name
    assert page.get_by_role("heading", name="Now: 5 hours after your session", level=3).count() == 1
    assert page.locator("[aria-live], [role=status]").locator("visible=true").count() >= 1
    assert "What you had" not in page.locator(".fb-visit-card [role=status]").inner_text()


@pytest.mark.every_run
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_while_it_is_used(card: Opened, scheme: str, viewport: dict[str, int]) -> None:
    page = card(path=fragment({**STATE, "phone": "12"}), color_scheme=scheme, viewport=viewport)
    assert fault(page, "visit-card-phone-fault")
    page.locator(".fb-visit-card summary", has_text="Numbers by country").click()
    page.clock.resume()
    assert axe_faults(page, scheme) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("[name=day]", "2062-01-01")
    assert fault(page)
    assert axe_faults(page, scheme) == []


def test_controls_are_44_px_high_and_long_words_fit(card: Opened) -> None:
    long = {**STATE, "what": "W" * 80, "clinic": "M" * 80, "phone": "1" * 20}
    page = card(path=fragment(long), viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    controls = ".fb-visit-card :is(select, button, summary, input, a[href^='tel:']):visible"
    for control in page.locator(controls).all():
        assert control.bounding_box()["height"] >= 43.9, control.evaluate("el => el.outerHTML.slice(0, 90)")


def printed(page: Any, paper: str = "A4") -> tuple[int, str]:
    """How many sheets, and what stands on them, joined letters apart again."""
    sheets = PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=True))).pages
    return len(sheets), " ".join(
        unicodedata.normalize("NFKC", " ".join(sheet.extract_text() for sheet in sheets)).split()
    )


# On paper -----------------------------------------------------------------------------------------


@pytest.mark.every_run
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_card_prints_alone_in_the_size_of_a_bank_card(card: Opened, book: Factbook, paper: str) -> None:
    long = {**STATE, "what": "W" * 80, "clinic": "M" * 80, "phone": "1" * 20}
    page = card(path=fragment(long), color_scheme="dark")
    page.evaluate("() => { window.print = () => { window.printed = document.documentElement.className } }")
    page.click("[name=wallet]")
    assert "fb-print-card" in page.evaluate("printed")
    page.emulate_media(media="print")
    assert page.locator("article > :visible").count() == 1
    for face in page.locator(".fb-visit-card__face").all():
        box = face.bounding_box()
        assert box["width"] == pytest.approx(85 / 25.4 * 96, abs=1)
        assert box["height"] == pytest.approx(54 / 25.4 * 96, abs=1)
        assert face.evaluate("el => el.scrollHeight <= el.clientHeight && el.scrollWidth <= el.clientWidth")
    page.emulate_media(media="null")
    page.evaluate("document.documentElement.classList.add('fb-print-card')")
    sheets, text = printed(page, paper)
    assert sheets == 1
    assert "2 December 2026" in text
    assert f"{' or '.join(book.emergency_numbers['gb'].numbers)} (United Kingdom)" in text
    assert PAGE in text
    for sign in book.signs.values():
        assert sign.tier != "now" or (sign.short in text) == (sign.id not in PRIVATE)
    for gone in ("When did your last session end", "Print the wallet card", "References", "Weeks 2 and 3"):
        assert gone not in text
    page.wait_for_function("() => !document.documentElement.classList.contains('fb-print-card')")


def test_the_whole_page_prints_without_fields_and_empty_parts(card: Opened, book: Factbook) -> None:
    page = card()
    page.emulate_media(media="print")
    assert page.locator(".fb-visit-card :is(button, input, select):visible").count() == 0
    assert page.locator(".fb-visit-card__now").is_hidden()
    page.emulate_media(media="null")
    enter(page, NOON - timedelta(hours=5))
    _, text = printed(page)
    assert "Now: 5 hours after your session" in text
    # Folded stages are printed with the rest.
    for stage in book.stages.values():
        assert stage.title in text
        words = re.sub(r"[*\"]", "", stage.do[-1].text).split()[:6]
        assert " ".join(words) in text, stage.id
