"""The planner: its data, its page without scripts, and the tool in Chromium, with calendar files read by a second library."""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from pypdf import PdfReader

from factbook import model
from factbook.records import Factbook, Preset
from tests.conftest import PHONE, ROOT, Opener, article, soup
from tools.browsing import axe_faults

PLANNER = "/tools/planner/"
ZONES = ("Pacific/Kiritimati", "America/St_Johns")
"""14 hours before and 3.5 after UTC; the second has daylight saving."""
START = date(2027, 3, 1)
FIELDS = {"start": START.isoformat(), "count": "6", "every": "2"}
MONEY = {"price": "100", "extra": "10", "once": "50", "currency": "EUR", "other": "Lotion", "yearly": "180"}
MANY_WAITS = 8


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


# Data ---------------------------------------------------------------------------------------------


def test_courses_are_those_of_trials_and_their_days_follow_from_the_source(book: Factbook) -> None:
    assert len(book.presets) >= 4
    for preset in book.presets.values():
        course = book.schedules[preset.schedule]
        assert course.kind == "trial", preset.id
        assert preset.days[-1] == 7 * course.course_weeks, preset.id
        assert preset.review_day in [7 * week for week in course.judged_weeks], preset.id
        assert re.search(r"\bAs tested in .*, not a recommendation\b", preset.note), preset.id
    assert [day // 7 for day in book.presets["dutasteride-mix-men"].days] == [0, 1, 2, 3, 5, 7, 11]
    assert book.presets["dutasteride-mix-men"].schedule == "dutasteride-mix-men"


def test_waits_stand_in_their_sources(book: Factbook) -> None:
    assert len(book.waits) >= MANY_WAITS
    words = {"two": 2, "three": 3, "week": 7}
    for wait in book.waits.values():
        care = book.aftercare[wait.care]
        # Every source of a wait is one that the aftercare page names for the same topic.
        assert set(wait.note.sources) <= {key for line in care.says for key in line.sources}, wait.id
        texts = [f"{book.studies[key].result} {book.studies[key].schedule}" for key in wait.note.sources]
        numbers = {float(found) for text in texts for found in re.findall(r"\d+", text)}
        numbers |= {value for text in texts for word, value in words.items() if word in text}
        for hours in {wait.earliest_hours, wait.latest_hours} - {0}:
            assert {hours, hours / 24} & numbers or (hours == 96 and "three to four days" in " ".join(texts)), wait.id


# Without scripts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_everything_stands_on_the_page_without_scripts(book: Factbook, builder: str) -> None:
    tool = article(builder, PLANNER).select_one("fb-planner")
    for preset in book.presets.values():
        row = " ".join(tool.select_one(f"#planner-preset-{preset.id}").get_text(" ").split())
        assert preset.name in row
        assert "not a recommendation" in row
        assert ", ".join(map(str, preset.days)) in row
        assert f"Day {preset.review_day}" in row
        option = tool.select_one(f"option[value={preset.id}]")
        assert option["data-days"].split() == [str(day) for day in preset.days]
        assert option.parent["label"] == "As tested in a trial, not a recommendation"
    for wait in book.waits.values():
        row = tool.select_one(f"#planner-wait-{wait.id}")
        assert "Your clinic decides." in row.get_text()
        assert f"{wait.latest_hours:g}" in row.get_text()
        assert row.select(".fb-cite__link")
    sheet = tool.select_one(".fb-planner__sheet")
    assert [head.text for head in sheet.select("thead th")] == ["Session", "Date", "Paid", "Photo taken"]
    assert len(sheet.select("tbody tr")) >= max(len(preset.days) for preset in book.presets.values()) + 2
    lines = " ".join(line.text for line in tool.select(".fb-planner__line"))
    assert "Review date" in lines
    assert "Our stop rule, agreed before the first needle" in lines
    # What only works with scripts is not there without them.
    assert tool.form.has_attr("hidden")
    assert tool.select_one(".fb-planner__result").has_attr("hidden")
    assert tool.select_one("[role=status]").has_attr("hidden")


def test_the_window_and_its_sources_stand_beside_the_tool() -> None:
    how = article("mkdocs", PLANNER).select_one("#how").find_next_siblings(limit=3)
    text = " ".join(" ".join(part.get_text(" ").split()) for part in how)
    assert "three to five months" in text
    assert "12 to 20 weeks" in text
    assert {"#ref-abdallah-2009", "#ref-moftah-2013", "#ref-sobhy-2013"} <= {
        link["href"] for part in how for link in part.select("a")
    }


def test_labels_ids_and_descriptions_fit_together() -> None:
    page = soup("mkdocs", PLANNER)
    tool = page.select_one("fb-planner")
    ids = [tag["id"] for tag in tool.select("[id]")]
    assert all(tag["id"].startswith("planner") for tag in tool.select("[id]:not(.fb-cite, .fb-cite *)"))
    assert len(ids) == len(set(ids))
    for field in tool.select("form :is(input, select, textarea)"):
        assert (
            field.has_attr("aria-label") or field.find_parent("label") or tool.select_one(f"label[for={field['id']}]")
        )
        for key in field.get("aria-describedby", "").split():
            assert key in ids, key
        assert not field.has_attr("placeholder")
    assert not page.select("[onclick], [onchange], [oninput]")


# With scripts -------------------------------------------------------------------------------------


def fill(page: Any, **values: str) -> None:
    """Type into fields and leave them, as a reader does."""
    for name, value in values.items():
        field = page.locator(f"form [name={name}]")
        if name in ("preset", "unit", "upkeepUnit"):
            field.select_option(value)
        else:
            field.fill(value)
            field.blur()


def status(page: Any, text: str | re.Pattern[str]) -> str:
    from playwright.sync_api import expect

    line = page.locator("fb-planner [role=status]")
    expect(line).to_contain_text(text)
    return line.inner_text()


def fault(page: Any, name: str) -> str:
    """What is said to be wrong beside a field; the field itself says so too."""
    text = page.locator(f"#planner-{name}-fault").inner_text()
    assert (page.locator(f"#planner-{name}").get_attribute("aria-invalid") == "true") == bool(text)
    return text


def note(page: Any, name: str) -> str:
    return page.locator(f"#planner-{name}-note").inner_text()


def days(page: Any) -> list[tuple[str, str]]:
    """Rows of the plan: the day as shown, and what is on."""
    rows = "rows => rows.map(row => [row.cells[0].textContent, row.cells[1].textContent])"
    return [tuple(row) for row in page.eval_on_selector_all("[data-days-rows] tr", rows)]


def shown(day: date) -> str:
    """A day as the page writes it."""
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][day.month - 1]
    return f"{day:%a} {day.day} {month} {day.year}"


def sessions(page: Any) -> list[str]:
    return [day for day, what in days(page) if re.match(r"Session \d+ of", what)]


def costs(page: Any) -> list[list[str]]:
    rows = "rows => rows.map(row => [...row.cells].slice(1).map(cell => cell.textContent.replaceAll('\\u00A0', ' ')))"
    return page.eval_on_selector_all("[data-cost-rows] tr", rows)


def fragment(state: object, version: object = 1) -> str:
    text = json.dumps({"version": version, "state": state})
    return "#planner=" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def download(page: Any) -> bytes:
    with page.expect_download() as got:
        page.click("[name=calendar]")
    assert got.value.suggested_filename == "session-plan.ics"
    with open(got.value.path(), "rb") as file:
        return file.read()


def events(data: bytes) -> dict[str, Any]:
    """Events of a file by kind and number ("session-3")."""
    parsed = icalendar.Calendar.from_ical(data)
    return {str(item["UID"]).split("-", 3)[3]: item for item in parsed.walk("VEVENT")}


@pytest.mark.every_run(cases=2)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("start", "count", "every", "unit"),
    [
        (date(2027, 3, 1), 6, 2, "weeks"),  # over the start of daylight saving in America, 14 March
        (date(2027, 10, 25), 14, 1, "days"),  # over its end, 7 November
        (date(2028, 2, 1), 5, 28, "days"),  # 29 February
        (date(2024, 2, 29), 3, 52, "weeks"),
        (date(2020, 1, 1), 2, 730, "days"),
        (date(2099, 12, 31), 2, 4, "weeks"),
    ],
)
def test_days_do_not_move_with_zone_or_daylight_saving(
    opened: Opener, zone: str, start: date, count: int, every: int, unit: str
) -> None:
    page = opened(PLANNER, timezone_id=zone)
    fill(page, start=start.isoformat(), count=str(count), every=str(every), unit=unit)
    gap = timedelta(days=every * (7 if unit == "weeks" else 1))
    wanted = [start + gap * place for place in range(count)]
    assert sessions(page) == [shown(day) for day in wanted]
    made = events(download(page))
    assert [made[f"session-{place + 1}"]["DTSTART"].dt for place in range(count)] == wanted
    for item in made.values():
        assert item["DTSTART"].params["VALUE"] == item["DTEND"].params["VALUE"] == "DATE"
        assert item["DTEND"].dt - item["DTSTART"].dt == timedelta(days=1)


def test_day_arithmetic(opened: Opener) -> None:
    page = opened(PLANNER)
    found = page.evaluate(
        """async () => {
          const { dayOf, isoOf, addMonths, FIRST, LAST } = await import("/assets/javascripts/planner-dates.js");
          const bad = ["", "2027-02-30", "2026-02-29", "2100-02-29", "2027-13-01", "2027-00-10", "27-01-01", "2027-1-1",
            "0001-01-01x", "<b>", "9999-99-99", "2027-01-01T00:00", " 2027-01-01"];
          const months = [["2027-10-31", 4], ["2023-10-31", 4], ["2024-02-29", 12], ["2024-02-29", 48], ["2027-12-15", 1]];
          const every = [];
          for (let day = FIRST; day <= LAST; day += 1) {
            if (dayOf(isoOf(day)) !== day) every.push(day);
          }
          return [bad.map(dayOf), months.map(([day, number]) => isoOf(addMonths(dayOf(day), number))), every,
            [FIRST, LAST].map(isoOf), LAST - FIRST];
        }"""
    )
    assert found[0] == [None] * 13
    assert found[1] == ["2028-02-29", "2024-02-29", "2025-02-28", "2028-02-29", "2028-01-15"]
    assert found[2:] == [[], ["2020-01-01", "2100-12-31"], (date(2100, 12, 31) - date(2020, 1, 1)).days]


def test_each_course_as_tested(opened: Opener, book: Factbook) -> None:
    page = opened(PLANNER)
    fill(page, start=START.isoformat(), count="9999")

    def check(preset: Preset) -> None:
        fill(page, preset=preset.id)
        assert sessions(page) == [shown(START + timedelta(days=day)) for day in preset.days]
        day = shown(START + timedelta(days=preset.review_day))
        assert next(row for row in days(page) if row[1].startswith("Review date"))[0] == day
        assert note(page, "preset") == preset.note
        assert day in note(page, "review")
        assert page.locator(".fb-planner__own").is_hidden()

    for preset in book.presets.values():
        check(preset)
    # What was typed for an own course is still there.
    fill(page, preset="")
    assert page.input_value("[name=count]") == "9999"
    assert fault(page, "count")


def test_plan_from_first_photos_to_upkeep(opened: Opener, book: Factbook) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS, upkeep="3", stop="No gain, no more.")
    rows = days(page)
    assert rows[0] == (shown(START), "First photos, before session 1. Same light, same place.")
    assert rows[1] == (shown(START), "Session 1 of 6")
    day, review = rows[7]
    assert day == shown(date(2027, 7, 1))  # four months, the middle of the window
    assert review.startswith("Review date. Photos again: same light, same place.")
    assert "Our stop rule, agreed before the first needle:" in review
    assert "No gain, no more." in review
    assert note(page, "review") == ("Set to Thu 1 Jul 2027. Three to five months: Tue 1 Jun 2027 to Sun 1 Aug 2027.")
    upkeep = rows[8:]
    assert upkeep[0] == (shown(date(2027, 8, 10)), "Upkeep session 1. Only after a yes at the review.")
    assert upkeep[-1][0] == shown(date(2030, 2, 10))
    assert len(upkeep) == 11
    # Waits: one row a session, a range of days for each of them.
    heads = page.locator(".fb-planner__waits thead th").all_inner_texts()[1:]
    for wait in book.waits.values():
        assert sum(wait.what in head.split("; ") for head in heads) == 1
    caption = page.locator(".fb-planner__waits caption").inner_text()
    assert "Your clinic decides." in caption
    cells = page.locator("[data-waits-rows] tr").first.locator("td").all_inner_texts()
    ranges = dict(zip(heads, [cell.replace("\u00a0", " ") for cell in cells], strict=True))
    assert ranges["Washing your hair"] == "Mon 1 Mar to Fri 5 Mar"
    assert ranges["Minoxidil lotion, by rules for other treatments"] == "Thu 4 Mar"
    assert page.locator("[data-waits-rows] tr").count() == 6


def test_sums_are_right_and_no_currency_is_invented(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS, upkeep="3", **MONEY)
    # 6 sessions and, in the first year, 3 upkeep sessions (10 August, November, February); 11 in three years.
    assert costs(page) == [["710 EUR", "–"], ["710 EUR", "–"], ["1,040 EUR", "180 EUR"], ["1,920 EUR", "540 EUR"]]
    assert page.locator("[data-other-head]").inner_text() == "Lotion"
    fill(page, years="1")
    assert costs(page)[3][0] == "1,040 EUR"
    assert "upkeep in the first year only" in page.locator("[data-cost-rows]").inner_text()
    fill(page, upkeep="", yearly="", currency="", price="99.99")
    assert costs(page) == [["709.94"], ["709.94"], ["709.94"], ["709.94"]]
    assert page.locator("[data-other-head]").is_hidden()
    # What is paid by the review, if it comes before the last session.
    fill(page, price="100", review="2027-04-12")
    assert costs(page)[0] == ["490"]
    fill(page, price="")
    assert page.locator(".fb-planner__costs").is_hidden()


AMOUNTS = [
    ("120", 12000), ("120.50", 12050), ("120,50", 12050), ("120,5", 12050), ("0,05", 5), (".5", 50), ("7.", 700),
    ("1,234.50", 123450), ("1.234,50", 123450), ("1 234,50", 123450), ("1\u202f234\u00a0567", 123456700),
    ("1'234.50", 123450), ("1,234,567", 123456700), ("12,34,567.89", 123456789), ("1,234", 123400), ("1.234", 123400),
    ("£120", 12000), ("₺ 1.500", 150000), ("١٢٣٫٥٠", 12350), ("١٬٢٣٤", 123400), ("१२०", 12000), ("１２０．５", 12050),
    ("๑๒๐", 12000), ("𝟙𝟚𝟘", 12000), ("00012", 1200), ("1000000000", 100000000000), ("19.99", 1999), ("0", 0),
]  # fmt: skip
BAD_AMOUNTS = [
    ("-5", "below nought"), ("\u22125", "below nought"), ("1e9", "in digits"), ("=1+1", "in digits"), ("abc", "in digits"),
    ("120 EUR", "in digits"), ("<script>alert(1)</script>", "in digits"), ("1.2.3", "do not fit"), ("1,2,3", "do not fit"),
    ("1.234.5", "do not fit"), ("1,234.567", "two digits"), ("0.123", "two digits"), ("1.2345", "two digits"),
    ("1000000001", "more than"), ("9" * 40, "more than"), ("NaN", "in digits"), ("Infinity", "in digits"),
]  # fmt: skip


def test_amounts_as_people_write_them(opened: Opener) -> None:
    page = opened(PLANNER)
    found = page.evaluate(
        """async texts => {
          const { amount } = await import("/assets/javascripts/planner-money.js");
          return texts.map(text => amount(text));
        }""",
        [text for text, _ in AMOUNTS + BAD_AMOUNTS] + ["", "   "],
    )
    assert found[-2:] == [{}, {}]
    for (text, cents), one in zip(AMOUNTS, found, strict=False):
        assert one.get("cents") == cents, (text, one)
        assert bool(one["note"]) == (text in ("1,234", "1.234", "₺ 1.500")), text
    for (text, words), one in zip(BAD_AMOUNTS, found[len(AMOUNTS) :], strict=False):
        assert words in one.get("fault", ""), (text, one)


@pytest.mark.every_run(cases=3)
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("count", "10000", "whole number from 1 to 60"),
        ("count", "0", "whole number from 1 to 60"),
        ("count", "-3", "whole number from 1 to 60"),
        ("count", "2.5", "whole number from 1 to 60"),
        ("count", "six", "whole number from 1 to 60"),
        ("every", "0", "whole number from 1 to 104"),
        ("every", "105", "whole number from 1 to 104"),
        ("every", "=HYPERLINK(1)", "whole number from 1 to 104"),
        ("start", "2019-12-31", "from 2020 to 2100"),
        ("start", "2101-01-01", "from 2020 to 2100"),
        ("start", "2100-12-01", "past the year 2100"),
        ("review", "2027-02-28", "before the first session"),
        ("review", "2119-01-01", "from 2020 to 2100"),
        ("upkeep", "0", "whole number from 1 to 24"),
        ("years", "11", "whole number from 1 to 10"),
        ("price", "-1", "below nought"),
        ("once", "99999999999", "more than"),
        ("yearly", "cheap", "in digits"),
        ("stop", "x" * 301, "1 characters too many"),
    ],
)
def test_bad_input_is_named_beside_the_field_and_kept(opened: Opener, name: str, value: str, words: str) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS, **MONEY)
    fill(page, **{name: value})
    assert words in fault(page, name)
    status(page, "One field needs a look.")
    assert page.input_value(f"[name={name}]") == value
    # A wrong price leaves the days standing, and all of it survives a reload.
    assert page.locator(".fb-planner__result").is_visible() == (name in ("price", "once", "yearly", "stop"))
    page.reload()
    assert page.input_value(f"[name={name}]") == value
    assert words in fault(page, name)
    assert page.input_value("[name=price]") == (value if name == "price" else "100")


def test_digits_of_other_scripts(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, start=START.isoformat(), count="٦", every="२", price="１２０")
    assert len(sessions(page)) == 6
    assert sessions(page)[1] == shown(START + timedelta(weeks=2))
    assert costs(page)[1] == ["720"]


def test_what_is_being_typed_is_not_called_wrong_yet(opened: Opener) -> None:
    page = opened(PLANNER)
    page.locator("[name=price]").press_sequentially("-")
    assert page.locator("#planner-price-fault").inner_text() == ""
    page.keyboard.press("Tab")
    assert "in digits" in fault(page, "price")


def test_review_dates_that_want_a_second_thought(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS, review="2027-05-01")
    said = note(page, "review")
    assert "Warning: the review comes before the last session. 1 is planned after it." in said
    assert "under 12 weeks" in said
    assert "A warning stands beside the review date." in status(page, "Your plan is below.")
    assert days(page)[-1] == (shown(date(2027, 5, 10)), "Session 6 of 6. Only after a yes at the review.")
    fill(page, review="2027-12-01")
    assert "later than five months" in note(page, "review")
    fill(page, review="2027-07-01")
    assert "Warning" not in note(page, "review")


def test_one_session_needs_no_interval(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, start=START.isoformat(), count="1")
    assert sessions(page) == [shown(START)]
    assert "1 session, " in page.locator("[data-lead-line]").inner_text()


def test_upkeep_has_limits(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS, upkeep="1", upkeepUnit="weeks", years="10")
    assert "more than 120 sessions" in fault(page, "upkeep")
    fill(page, upkeep="24", upkeepUnit="months", years="1")
    assert note(page, "upkeep") == "No upkeep session falls within the year."
    # From the 31st on, months that are shorter end on their last day, and later ones do not drift.
    fill(page, start="2027-01-31", count="1", upkeep="1", years="1")
    upkeep = [day for day, what in days(page) if what.startswith("Upkeep")]
    assert upkeep[:3] == [shown(day) for day in (date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30))]


def test_stop_rule_from_the_pages_own_sentences(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS)
    sentences = page.locator("[data-starter]").all_inner_texts()
    buttons = page.locator(".fb-planner__starter")
    assert buttons.count() == len(sentences) == 3
    for place in range(3):
        buttons.nth(place).click()
        status(page, "The sentence stands in the stop rule.")
    assert page.input_value("[name=stop]") == "\n".join(sentences)
    buttons.first.click()
    assert page.input_value("[name=stop]") == "\n".join(sentences)
    fill(page, stop="y" * 280)
    buttons.first.click()
    status(page, "There is no room for this sentence")
    assert page.input_value("[name=stop]") == "y" * 280


def test_script_and_markup_stay_text(opened: Opener) -> None:
    page = opened(PLANNER)
    hostile = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>{n}'
    fill(page, **FIELDS, **MONEY | {"currency": "<b>€</b>", "other": hostile}, stop=hostile)
    assert page.locator(".fb-planner__rule").inner_text() == hostile
    assert page.locator("[data-other-head]").inner_text() == hostile[:60]
    assert page.locator(".fb-planner__result :is(img, script, b)").count() == 0
    assert page.evaluate("window.hit") is None
    # Marks that turn the direction of a line round are taken out.
    fill(page, stop="a\u202eb\u2066c")
    assert page.locator(".fb-planner__rule").inner_text() == "a b c"


# Calendar files -----------------------------------------------------------------------------------


@pytest.mark.every_run
def test_calendar_file_is_sound(opened: Opener, book: Factbook) -> None:
    page = opened(PLANNER, timezone_id=ZONES[0])
    rule = "Größe; é, \\ 頭髪 🌱 " * 10 + "\nEnd."
    fill(page, **FIELDS, upkeep="6", stop=rule)
    page.check("[name=remind]")
    before = datetime.now(UTC).replace(microsecond=0)
    data = download(page)
    # Lines: CRLF alone, 75 octets at most, no character cut in two (3.1).
    assert data.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode("utf-8")
    text = data.decode().replace("\r\n ", "")
    assert "\\;" in text
    assert "\\," in text
    assert "\\\\" in text
    assert "\\nEnd." in text
    parsed = icalendar.Calendar.from_ical(data)
    assert parsed["VERSION"] == "2.0"
    assert parsed["PRODID"].startswith("-//")
    assert "METHOD" not in parsed
    assert not parsed.errors
    made = events(data)
    assert set(made) == {
        "photos-1",
        "review-1",
        *(f"session-{n}" for n in range(1, 7)),
        *(f"upkeep-{n}" for n in range(1, 6)),
    }
    plans = set()
    for item in made.values():
        assert not item.errors
        stamp = item["DTSTAMP"].dt
        assert stamp.tzinfo is not None
        assert stamp.utcoffset() == timedelta(0)
        assert before <= stamp <= datetime.now(UTC)
        assert item["STATUS"] == "CONFIRMED"
        assert item["CLASS"] == "PRIVATE"
        assert item["SEQUENCE"] > 0
        (alarm,) = item.walk("VALARM")
        assert alarm["ACTION"] == "DISPLAY"
        assert alarm["TRIGGER"].dt == timedelta(hours=-15)
        assert alarm["DESCRIPTION"]
        plans.add(str(item["UID"]).split("-")[2])
    assert len(plans) == 1
    assert re.fullmatch("[0-9a-f]{32}", plans.pop())
    assert re.findall(r"^DTSTAMP:(.+)", text.replace("\r", ""), re.M)[0].endswith("Z")
    assert made["session-3"]["SUMMARY"] == "Session 3 of 6"
    description = str(made["session-3"]["DESCRIPTION"])
    assert "Your clinic decides." in description
    assert "Mon 29 Mar to Fri 2 Apr" in description
    for wait in book.waits.values():
        assert wait.what in description
    review = made["review-1"]
    assert review["DTSTART"].dt == date(2027, 7, 1)
    assert str(review["DESCRIPTION"]).endswith(f"Our stop rule, agreed before the first needle: {rule.strip()}"[:350])
    assert rule.strip() in str(review["DESCRIPTION"])
    assert str(made["upkeep-1"]["DESCRIPTION"]).startswith("Only after a yes at the review.")
    # What the title of an event tells a shared calendar: nothing about hair or health.
    assert not any(re.search("hair|scalp|inject|needle", str(item["SUMMARY"]), re.I) for item in made.values())


def test_folding_never_cuts_a_character(opened: Opener) -> None:
    page = opened(PLANNER)
    texts = ["a" * 75, "a" * 76, "a" * 149, "é" * 100, "頭" * 60, "a" * 74 + "🌱" * 30, "", "👩🏽‍🦱" * 20]
    found = page.evaluate(
        """async texts => {
          const { folded } = await import("/assets/javascripts/planner-ics.js");
          return texts.map(folded);
        }""",
        texts,
    )
    for text, lines in zip(texts, found, strict=True):
        assert lines.replace("\r\n ", "") == text
        assert all(len(line.encode()) <= 75 for line in lines.split("\r\n"))
    assert found[0] == texts[0]


@pytest.mark.every_run
def test_a_later_file_replaces_an_earlier_one(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS, upkeep="12")
    first = events(download(page))
    status(page, "The calendar file holds 10 days.")
    fill(page, start="2027-03-08", count="4", upkeep="")
    second = events(download(page))
    assert "4 that are no longer planned are marked as cancelled." in status(page, "The calendar file holds 6 days.")
    assert {str(item["UID"]) for item in first.values()} == {str(item["UID"]) for item in second.values()}
    assert set(first) == set(second)
    assert min(item["SEQUENCE"] for item in second.values()) > max(item["SEQUENCE"] for item in first.values())
    gone = {key for key, item in second.items() if item["STATUS"] == "CANCELLED"}
    assert gone == {"session-5", "session-6", "upkeep-1", "upkeep-2"}
    assert second["session-5"]["DTSTART"].dt == first["session-5"]["DTSTART"].dt
    assert second["session-1"]["DTSTART"].dt == date(2027, 3, 8)
    assert not any(item.walk("VALARM") for item in second.values())
    # Also after a reload; what was cancelled once stays so, and comes back when it is planned again.
    page.reload()
    third = events(download(page))
    assert third["session-1"]["SEQUENCE"] > second["session-1"]["SEQUENCE"]
    assert {key for key, item in third.items() if item["STATUS"] == "CANCELLED"} == gone
    fill(page, count="5")
    fourth = events(download(page))
    assert fourth["session-5"]["STATUS"] == "CONFIRMED"
    assert fourth["session-6"]["STATUS"] == "CANCELLED"


def test_no_file_without_a_plan(opened: Opener) -> None:
    page = opened(PLANNER)
    page.click("[name=calendar]")
    status(page, "There is nothing to put into a calendar yet. Still needed: the day of the first session")


def test_the_file_of_every_course_and_of_the_longest_plan(opened: Opener, book: Factbook) -> None:
    page = opened(PLANNER)
    fill(page, start=START.isoformat())
    for preset in book.presets.values():
        fill(page, preset=preset.id)
        made = events(download(page))
        live = [item for key, item in made.items() if key.startswith("session") and item["STATUS"] == "CONFIRMED"]
        assert [(item["DTSTART"].dt - START).days for item in live] == list(preset.days)
    fill(page, preset="", count="60", every="1", unit="days", upkeep="1", years="10")
    made = events(download(page))
    assert sum(key.startswith("session") for key in made) == 60
    assert sum(key.startswith("upkeep") for key in made) > 110
    # Even that fits into a link.
    page.click("[name=share]")
    status(page, "link")
    assert page.input_value("[data-link]").count("#planner=") == 1


# State --------------------------------------------------------------------------------------------


def everything(page: Any) -> dict[str, str]:
    names = "found => Object.fromEntries(found.filter(el => el.name).map(el => [el.name, el.type === 'checkbox' ? String(el.checked) : el.value]))"
    return page.eval_on_selector_all("fb-planner form :is(input, select, textarea)", names)


FULL = {**FIELDS, **MONEY, "upkeep": "3", "years": "2", "review": "2027-07-07", "stop": "No yes: I stop.\nQuite."}


def test_state_is_kept_over_a_reload(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FULL)
    page.check("[name=remind]")
    before, plan = everything(page), days(page)
    page.reload()
    assert everything(page) == before
    assert days(page) == plan


@pytest.mark.every_run
def test_link_goes_round(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FULL)
    uid = str(events(download(page))["session-1"]["UID"])
    page.click("[name=share]")
    address = page.input_value("[data-link]")
    before = everything(page)
    other = opened(PLANNER + "#" + address.split("#", 1)[1])
    status(other, "This came with the link.")
    assert everything(other) == before
    assert str(events(download(other))["session-1"]["UID"]) == uid


def test_a_link_leaves_the_readers_own_plan_alone_until_it_is_worked_on(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS)
    link = fragment({"start": "2028-01-03", "count": "2", "every": "1"})
    page.evaluate("hash => { location.hash = hash }", link)
    status(page, "What you had on this device is still kept.")
    assert page.input_value("[name=count]") == "2"
    download(page)
    page.click("[name=mine]")
    assert page.input_value("[name=count]") == "6"
    page.evaluate("hash => { location.hash = hash }", link)
    status(page, "This came with the link.")
    fill(page, count="3")
    # Now it is the reader's own: a reload does not go back to the link.
    assert page.locator("[name=mine]").is_hidden()
    assert page.evaluate("location.hash") == ""
    page.reload()
    assert page.input_value("[name=count]") == "3"


HOSTILE: list[tuple[str, str]] = [
    ("#planner=", ""),
    ("#planner=%%%", "damaged"),
    ("#planner=" + "A" * 20000, "damaged or too long"),
    ("#planner=" + base64.urlsafe_b64encode(b"\xff\xfe\x00").decode(), "damaged"),
    ("#planner=" + base64.urlsafe_b64encode(b"not json").decode(), "cannot be read"),
    ("#planner=" + base64.urlsafe_b64encode(b"null").decode(), "cannot be read"),
    (fragment({}, 0), "another version"),
    (fragment({}, 2), "another version"),
    (fragment({}, "1"), "another version"),
    (fragment([1, 2, 3]), "did not fit"),
    (fragment("text"), "did not fit"),
    (fragment(7), "did not fit"),
    (fragment({"start": 5, "count": {"a": 1}, "every": ["2"], "remind": "yes", "stop": None}), "did not fit"),
    (fragment({"start": "2027-02-30", "count": "2", "every": "1"}), "came with the link"),
    (fragment({"start": "<img src=x onerror=window.hit=1>", "preset": "<script>window.hit=1</script>"}), "not among those"),
    (fragment({"preset": "__proto__", "unit": "constructor", "upkeepUnit": 4}), "not among those"),
    (fragment({"preset": "toString"}), "not among those"),
    (fragment({"stop": "x" * 4000}), "did not fit"),
    (fragment({"plan": "../../x", "sequence": -4, "sent": {"session": ["x", 1e99, None, -1], "photos": [1] * 99}}), ""),
    (fragment({"sent": {"session": "abc", "__proto__": {"hit": 1}}, "sequence": 2**53, "plan": "G" * 32}), ""),
    (fragment({"sent": [[[[[[]]]]]], "count": "1e3", "every": "\u202e\u0000"}), ""),
    ('#planner=' + base64.urlsafe_b64encode(
        b'{"version":1,"state":{"__proto__":{"hit":1},"constructor":{"prototype":{"hit":1}},"start":"2027-03-01"}}'
    ).decode().rstrip("="), "came with the link"),
    ("#planner=" + base64.urlsafe_b64encode(b'{"version":1,"state":' + b"[" * 3000 + b"]" * 3000 + b"}").decode(), "did not fit"),
]  # fmt: skip


@pytest.mark.every_run(cases=2)
@pytest.mark.parametrize(("hash_", "words"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_links_do_no_harm(opened: Opener, hash_: str, words: str) -> None:
    page = opened("/tools/")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(page.url.removesuffix("/tools/") + PLANNER + hash_)
    status(page, words)
    # The tool still works, and so does its calendar file.
    fill(page, preset="", **FIELDS)
    assert len(sessions(page)) == 6
    made = events(download(page))
    assert all(re.fullmatch("hair-plan-[0-9a-f]{32}-[a-z]+-[0-9]+", str(item["UID"])) for item in made.values())
    assert faults == []
    assert page.evaluate("[window.hit, ({}).hit]") == [None, None]
    assert page.locator("fb-planner :is(img, script)").count() == 0


def test_an_impossible_day_in_a_link_is_named_and_kept_until_it_is_changed(opened: Opener) -> None:
    page = opened(PLANNER + fragment({"start": "2027-02-30", "count": "2", "every": "1", "review": "soon"}))
    assert "There is no day «2027-02-30»." in fault(page, "start")
    assert "There is no day «soon»." in fault(page, "review")
    fill(page, count="3")
    assert "«2027-02-30»" in fault(page, "start")
    fill(page, start="2027-02-28", review="")
    assert fault(page, "start") == fault(page, "review") == ""
    # An emptied review date falls back to the one that is set for the reader.
    fill(page, review="2027-07-01")
    fill(page, review="")
    assert len(sessions(page)) == 3


@pytest.mark.parametrize(
    "kept", ["", "{", "null", "[]", '{"version": 99, "state": {}}', '{"version": 1, "state": [1]}', "x" * 9000]
)
def test_what_is_kept_may_be_broken(opened: Opener, kept: str) -> None:
    page = opened(PLANNER)
    page.evaluate("text => localStorage.setItem('guide-planner', text)", kept)
    page.reload()
    fill(page, **FIELDS)
    assert len(sessions(page)) == 6


@pytest.fixture
def without_storage(browser: Any, address: str) -> Iterator[Callable[[str], Any]]:
    contexts = []

    def open_page(script: str) -> Any:
        context = browser.new_context(reduced_motion="reduce")
        contexts.append(context)
        context.add_init_script(script)
        page = context.new_page()
        page.goto(address + PLANNER)
        return page

    yield open_page
    for context in contexts:
        context.close()


OFF = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('off', 'SecurityError'); } });"
FULL_UP = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.mark.every_run
@pytest.mark.parametrize("script", [OFF, FULL_UP], ids=["off", "full"])
def test_works_where_nothing_can_be_kept(without_storage: Callable[[str], Any], script: str) -> None:
    page = without_storage(script)
    fill(page, **FIELDS)
    status(page, "This browser keeps nothing for this page")
    assert len(sessions(page)) == 6
    first = events(download(page))
    fill(page, count="5")
    second = events(download(page))
    assert second["session-6"]["STATUS"] == "CANCELLED"
    assert second["session-1"]["SEQUENCE"] > first["session-1"]["SEQUENCE"]


def test_two_tabs(opened: Opener) -> None:
    page = opened(PLANNER)
    other = page.context.new_page()
    other.goto(page.url)
    fill(page, **FIELDS)
    status(other, "Changed in another tab or window.")
    assert other.input_value("[name=count]") == "6"
    first = events(download(page))
    status(other, "Changed in another tab or window.")
    second = events(download(other))
    assert {str(item["UID"]) for item in first.values()} == {str(item["UID"]) for item in second.values()}
    assert second["session-1"]["SEQUENCE"] > first["session-1"]["SEQUENCE"]


def test_clear_leaves_nothing(opened: Opener) -> None:
    page = opened(PLANNER)
    empty = everything(page)
    fill(page, **FULL)
    page.click("[name=share]")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("[name=clear]")
    assert page.input_value("[name=count]") == "6"
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[name=clear]")
    status(page, "Everything is cleared.")
    assert everything(page) == empty
    assert page.locator(".fb-planner__result").is_hidden()
    assert page.evaluate("localStorage.getItem('guide-planner')") is None
    page.reload()
    assert everything(page) == empty


def test_nothing_is_sent_anywhere(opened: Opener) -> None:
    page = opened(PLANNER)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    fill(page, **FULL)
    page.click("[name=share]")
    download(page)
    assert [url for url in asked if not url.startswith("blob:") and not url.endswith("favicon.svg")] == []


# How it looks and feels ---------------------------------------------------------------------------


@pytest.mark.every_run
def test_played_through_by_keyboard_alone(opened: Opener) -> None:
    page = opened(PLANNER)
    page.locator("#planner-start").focus()
    # A day field takes month, day and year in the order of the browser's language.
    page.keyboard.type("03012027")
    for _ in range(9):
        if page.evaluate("document.activeElement.name") == "preset":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.name") == "preset"
    assert len(sessions(page)) == 7
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.className")
        seen.append(name)
        if "fb-planner__starter" in name and "starter" not in seen:
            seen.append("starter")
            page.keyboard.press("Enter")
        if name == "price":
            page.keyboard.type("90")
        if name == "calendar":
            break
    assert {"review", "stop", "starter", "upkeep", "price", "remind", "print", "calendar"} <= set(seen)
    assert page.input_value("[name=stop]")
    assert costs(page)[1] == ["630"]
    with page.expect_download():
        page.keyboard.press("Enter")
    # Tables that scroll can be reached.
    page.locator(".fb-planner__scroll").focus()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Waits after each session"


def test_named_for_a_screen_reader(opened: Opener) -> None:
    page = opened(PLANNER)
    fill(page, **FIELDS | {"count": "0"})
    page.get_by_role("form", name="Your plan")
    assert page.get_by_role("group", name="The course", exact=True).count() == 1
    field = page.get_by_role("textbox", name="How many sessions")
    assert "1 to 60" in page.evaluate(
        "el => el.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).textContent).join(' ')",
        field.element_handle(),
    )
    fill(page, count="6")
    assert page.get_by_role("heading", name="My plan", level=3).count() == 1
    assert page.get_by_role("table", name="Sessions, photo days and review").count() == 1
    assert page.get_by_role("rowheader", name=shown(START)).count() >= 2


@pytest.mark.every_run
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desktop"])
def test_axe_finds_nothing_in_use(opened: Opener, scheme: str, viewport: dict[str, int]) -> None:
    page = opened(PLANNER, color_scheme=scheme, viewport=viewport)
    fill(page, **FULL | {"once": "-1", "review": "2027-04-01"})
    assert fault(page, "once")
    assert "Warning" in note(page, "review")
    fill(page, once="1,234", years="99")
    page.wait_for_timeout(150)
    assert axe_faults(page, scheme) == []
    fill(page, years="2")
    assert page.locator(".fb-planner__costs").is_visible()
    assert axe_faults(page, scheme) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_long_words_do_not_push_the_page_sideways(opened: Opener) -> None:
    page = opened(PLANNER, viewport=PHONE)
    fill(
        page,
        **FULL | {"stop": "W" * 300, "other": "W" * 60, "currency": "W" * 12, "price": "999999999", "yearly": "1" * 9},
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = opened(PLANNER, viewport={"width": 320, "height": 640})
    fill(small, **FIELDS)
    assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_controls_are_44_px_high(opened: Opener) -> None:
    page = opened(PLANNER, viewport=PHONE)
    fill(page, **FIELDS)
    page.click("[name=share]")
    for control in page.locator(
        "fb-planner form :is(select, button, textarea, label:has(input), input:not([type=checkbox])):visible"
    ).all():
        assert control.bounding_box()["height"] >= 43.9, control.evaluate("el => el.outerHTML.slice(0, 90)")


def sheets(page: Any, paper: str) -> list[str]:
    """The text of each sheet without its spaces (lines break anywhere) and with ligatures taken apart."""
    found = PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=True))).pages
    return [squeezed(sheet.extract_text()) for sheet in found]


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.every_run
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_plan_alone_is_printed(opened: Opener, book: Factbook, paper: str) -> None:
    page = opened(PLANNER, color_scheme="dark")
    page.evaluate("() => { window.print = () => { window.printed = document.documentElement.className } }")
    fill(page, start=START.isoformat(), preset="dutasteride-mix-men", stop="No yes: I stop.", **MONEY)
    page.click("[name=print]")
    assert "fb-print-planner" in page.evaluate("printed")
    pages = sheets(page, paper)
    assert len(pages) <= 2
    text = " ".join(pages)
    for part in ("Session 7 of 7", "No yes: I stop.", "Photo taken", "Paid", "820 EUR", "Your clinic decides", PLANNER):
        assert squeezed(part) in text, part
    for part in ("Calendar file", "Clear everything", "Price of one session", "A sheet for pen and paper", "In short"):
        assert squeezed(part) not in text, part
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert "fb-print" not in page.evaluate("document.documentElement.className")
    # Without a price there is no empty table of costs.
    fill(page, price="")
    page.click("[name=print]")
    assert squeezed("What it adds up to") not in " ".join(sheets(page, paper))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_without_a_plan_the_sheet_for_pen_and_paper_is_printed(opened: Opener, paper: str) -> None:
    page = opened(PLANNER)
    page.evaluate("() => { window.print = () => {} }")
    page.click("[name=print]")
    pages = sheets(page, paper)
    assert len(pages) == 1
    text = pages[0]
    assert squeezed("Our stop rule, agreed before the first needle") in text
    assert squeezed("Photo taken") in text
    assert squeezed("Courses as tested") not in text


def test_without_scripts_the_page_prints_whole(opened: Opener, book: Factbook) -> None:
    page = opened(PLANNER, java_script_enabled=False, viewport=PHONE)
    assert page.locator("fb-planner form").is_hidden()
    assert page.locator(".fb-planner__sheet").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    text = " ".join(sheets(page, "A4"))
    for preset in book.presets.values():
        assert squeezed(preset.name) in text
    assert squeezed("Review date:") in text
