"""The decision aid (/tools/decide/): whole without scripts, and with them a summary that weighs nothing for the reader."""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
from typing import Any

import pytest
from pypdf import PdfReader

from factbook import model
from factbook.records import Factbook
from finish.manifest import BESIDE
from tests.conftest import DESKTOP, PHONE, ROOT, Opener, article
from tools.browsing import axe_faults

DECIDE = "/tools/decide/"
BOOK = model.load(ROOT / "data")
SITUATIONS = list(BOOK.situations.values())
LIMITS = {"name": 20, "matters": 200, "ask": 400}


@pytest.fixture(scope="module")
def book() -> Factbook:
    return BOOK


def code(state: Any, version: Any = 1) -> str:
    """What a link carries after #decide= ; text is taken as it is."""
    text = state if isinstance(state, str) else json.dumps({"version": version, "state": state})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def says(page: Any, text: str) -> None:
    from playwright.sync_api import expect

    expect(page.locator("fb-decide [role=status]")).to_contain_text(text)


def row(page: Any, name: str) -> str:
    """One row of the summary."""
    return page.locator(f"[data-row={name}] dd").inner_text()


def kept(page: Any) -> dict[str, Any] | None:
    """The state in the browser's store."""
    text = page.evaluate("localStorage.getItem('guide-decide')")
    return json.loads(text)["state"] if text else None


def errors(page: Any) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def slide(page: Any, value: str, mark: int, person: int = 0) -> None:
    page.locator(f"#decide-value-{value}-{person}").fill(str(mark))


def tick(page: Any, *situations: str) -> None:
    for key in situations:
        page.check(f"[name=decide-situation][value={key}]")


def marked(page: Any) -> list[str]:
    """The options that are marked as ones to look at."""
    script = "found => found.filter(el => !el.querySelector('[data-look]').hidden).map(el => el.querySelector('input').value)"
    return page.eval_on_selector_all("[data-decide=options] label", script)


def printed(sheets: Any) -> str:
    """What stands on paper; letters that are drawn as one (fi) come apart."""
    return unicodedata.normalize("NFKC", " ".join(" ".join(sheet.extract_text() for sheet in sheets).split()))


def fill_all(page: Any) -> None:
    """Everything ticked and every text as long as it may be."""
    for item in BOOK.situations:
        tick(page, item)
    for option in BOOK.options:
        page.check(f"[name=decide-option][value={option}]")
    page.check("[name=decide-numbers]")
    page.check("[name=decide-two]")
    for person in (0, 1):
        page.fill(f"#decide-name-{person}", "W" * LIMITS["name"])
    for item in BOOK.values:
        slide(page, item, 3)
        slide(page, item, 5, 1)
    for item in BOOK.quiz:
        page.check(f"[name=decide-quiz-{item}] >> nth=0")
    for item in BOOK.sure:
        page.check(f"[name=decide-sure-{item}][value=no]")
    page.fill("#decide-matters", "W" * LIMITS["matters"])
    page.fill("#decide-ask", "Why? Ah.\n" * 44)
    page.check("[name=decide-choice][value=later]")
    page.fill("#decide-again", page.evaluate("`${new Date().getFullYear() + 1}-02-01`"))


SOME = {
    "situations": ["pattern-woman"],
    "options": ["nothing", "minoxidil-lotion"],
    "numbers": True,
    "values": [{"needles": 1}, {}],
    "quiz": {"gap": 2},
    "sure": {"best": "yes"},
    "matters": "Time.",
    "choice": "later",
}


# Without scripts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_all_of_the_data_stands_on_the_page(builder: str, book: Factbook) -> None:
    content = article(builder, DECIDE)
    text = " ".join(content.get_text().split())
    parts = {part["data-decide"]: part for part in content.select("[data-decide]")}
    assert set(parts) == {"situations", "values", "quiz", "sure", "options", "numbers", "decision"}
    for found, key in (
        ("situations", "[data-advice]"),
        ("values", "[data-value]"),
        ("quiz", "[data-quiz]"),
        ("sure", "[data-sure]"),
    ):
        assert len(parts[found].select(key)) == len(getattr(book, found))
    for item in book.situations.values():
        assert item.label in text
        advice = content.select_one(f"[data-advice={item.id}]")
        assert not advice.has_attr("hidden")
        assert bool(advice.select(".fb-decide__first")) == item.doctor_first
        assert all(book.options[key].short in advice.text for key in item.options)
        assert advice.select("a[data-address]")
    for value in book.values.values():
        group = content.select_one(f"[data-value={value.id}]")
        assert [span.text for span in group.select(".fb-decide__ends span")][::2] == [value.left, value.right]
        assert [len(scale.select("i")) for scale in group.select(".fb-decide__boxes")] == [5, 5]
    for quiz in book.quiz.values():
        group = content.select_one(f"[data-quiz={quiz.id}]")
        assert [label.get_text(strip=True) for label in group.select("label")] == list(quiz.answers)
        answer = group.select_one("details")
        assert not answer.has_attr("open")
        assert answer.strong.text == quiz.answers[quiz.right - 1]
    for sure in book.sure.values():
        assert sure.help in text
    assert len(parts["options"].select("input")) == len(book.options)


def test_it_takes_seven_minutes_at_most() -> None:
    layers = article("mkdocs", DECIDE).select_one(".guide-layers").get_text(" ", strip=True)
    minutes = [int(found) for found in re.findall(r"about (\d+) min", layers)]
    assert minutes
    assert max(minutes) <= 7


def test_steps_are_the_seven_headings(book: Factbook) -> None:
    heads = [head.get_text().strip("#¶ ") for head in article("mkdocs", DECIDE).select("h2")]
    assert [head[:2] for head in heads[:7]] == [f"{number}." for number in range(1, 8)]


def test_no_field_can_send_anything(book: Factbook) -> None:
    """A form without a script would send its fields to the server at the press of Enter."""
    content = article("mkdocs", DECIDE)
    assert not content.select("form")
    names = [field.get("id") or field.get("name") for field in content.select("input, textarea")]
    assert all(name is None or name.startswith("decide-") for name in names)
    for field in content.select("input:not([type=hidden]), textarea"):
        label = content.select_one(f"label[for={field['id']}]") if field.has_attr("id") else field.find_parent("label")
        assert label.get_text(strip=True)
    for group in content.select("fieldset"):
        assert group.legend.get_text(strip=True)


@pytest.mark.every_run
def test_without_scripts_it_can_be_read_and_filled_in(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE, java_script_enabled=False, viewport=PHONE)
    assert page.locator("[data-advice]:visible").count() == len(book.situations)
    assert page.locator(".fb-decide__boxes:visible").count() == 2 * len(book.values)
    assert page.locator(".fb-decide__range:visible, [data-unmarked]:visible, fb-decide button:visible").count() == 0
    assert page.locator("[data-help]:visible").count() == len(book.sure)
    assert page.locator(".fb-decide__sheet").is_hidden()
    assert page.locator("[name=decide-choice]:visible").count() == 5
    page.locator(".fb-decide__why summary").first.click()
    assert page.locator(".fb-decide__why p").first.is_visible()
    page = opened(DECIDE, java_script_enabled=False)
    text = printed(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    for item in book.situations.values():
        assert item.label in text
    assert "My choice for now" in text
    # The answers stand together behind the last question.
    last = list(book.quiz.values())[-1]
    assert text.index(last.ask) < text.index("Answer 1")


# Step 1: each situation leads to its advice -------------------------------------------------------


@pytest.mark.every_run(cases=2)
@pytest.mark.parametrize("item", SITUATIONS, ids=lambda item: item.id)
def test_each_situation_leads_to_its_advice(opened: Opener, book: Factbook, item: Any) -> None:
    page = opened(DECIDE, viewport=PHONE)
    assert page.locator("[data-advice]:visible").count() == 0
    tick(page, item.id)
    advice = page.locator("[data-advice]:visible")
    assert advice.count() == 1
    assert advice.get_attribute("data-advice") == item.id
    # A person reads all of it, and is led on.
    text = advice.evaluate(
        "el => { const c = el.cloneNode(true); c.querySelectorAll('sup').forEach(s => s.remove()); return c.textContent; }"
    )
    assert item.advice.text in " ".join(text.split())
    assert advice.locator(".fb-cite__link").count() == len(item.advice.sources)
    address = "/" + item.page.partition("#")[0].removesuffix(".md").removesuffix("index").rstrip("/") + "/"
    assert advice.locator("a:not(.fb-cite__link)").first.evaluate("link => link.pathname").startswith(address)
    # A doctor first, where that is the answer: in a frame here, in words below, on the summary.
    frame = advice.evaluate("el => parseFloat(getComputedStyle(el).borderTopWidth)")
    assert (frame >= 2) == item.doctor_first
    assert ("See a doctor first" in advice.inner_text()) == item.doctor_first
    assert (
        "See a doctor first." in page.locator("[data-decide=situations] [data-said]").inner_text()
    ) == item.doctor_first
    assert page.locator(".fb-decide__sheet [data-doctor]").is_visible() == item.doctor_first
    assert row(page, "situations") == item.label
    # The options to look at are marked, and none is chosen for the reader.
    assert marked(page) == [key for key in book.options if key in item.options]
    assert page.locator("[name=decide-option]:checked").count() == 0
    page.uncheck(f"[name=decide-situation][value={item.id}]")
    assert page.locator("[data-advice]:visible").count() == 0
    assert marked(page) == []


@pytest.mark.every_run
def test_a_doctor_comes_first_whatever_else_is_ticked(opened: Opener, book: Factbook) -> None:
    doctor = next(item for item in SITUATIONS if item.doctor_first)
    other = next(item for item in SITUATIONS if not item.doctor_first)
    page = opened(DECIDE)
    tick(page, other.id)
    assert page.locator(".fb-decide__sheet [data-doctor]").is_hidden()
    tick(page, doctor.id)
    assert page.locator(".fb-decide__sheet [data-doctor]").is_visible()
    assert page.locator("[data-advice]:visible").count() == 2
    assert set(marked(page)) == set(other.options) | set(doctor.options)


def test_a_link_to_a_source_in_folded_advice_shows_it(opened: Opener) -> None:
    page = opened(DECIDE)
    place = article("mkdocs", DECIDE).select_one("[data-advice] .fb-cite__link")["id"]
    page.evaluate("id => { location.hash = id }", place)
    page.locator(f"#{place}").wait_for(state="visible")


# Steps 2 to 6 -------------------------------------------------------------------------------------


def test_options_and_numbers_stand_in_their_steps(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE)
    tops = page.evaluate("""() => [...document.querySelectorAll('article h2')].slice(0, 7).map(h => h.offsetTop)""")
    at = {
        key: page.evaluate(f"document.querySelector('[data-decide={key}]').offsetTop") for key in ("options", "numbers")
    }
    assert tops[1] < at["options"] < tops[2] < at["numbers"] < tops[3]
    ids = list(book.options)
    for key in ids[:2]:
        page.check(f"[name=decide-option][value={key}]")
    assert page.locator("[data-compare]").get_attribute("href").endswith(f"/options/?show={','.join(ids[:2])}")
    assert row(page, "options") == ", ".join(book.options[key].short for key in ids[:2])
    for key in ids[2:5]:
        page.check(f"[name=decide-option][value={key}]")
    assert page.locator("[data-compare]").get_attribute("href").endswith("/options/")


def test_a_value_is_not_marked_until_it_is(opened: Opener, book: Factbook) -> None:
    value = next(iter(book.values.values()))
    page = opened(DECIDE)
    assert page.locator(".fb-decide__range:visible").count() == len(book.values)
    slider = page.locator(f"#decide-value-{value.id}-0")
    box = page.locator(f"[data-value={value.id}] [data-person='0'] [data-unmarked]")
    assert slider.get_attribute("aria-valuetext") == "Not marked yet"
    assert box.is_checked()
    assert kept(page) is None
    # From the left end to the right, in words.
    slider.focus()
    page.keyboard.press("Home")
    told = [slider.get_attribute("aria-valuetext")]
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        told.append(slider.get_attribute("aria-valuetext"))
    assert told == [value.left, f"Nearer to: {value.left}", "In the middle", f"Nearer to: {value.right}", value.right]
    assert not box.is_checked()
    assert kept(page)["values"] == [{value.id: 5}, {}]
    # Taken back by keyboard; and the middle, where the slider rests, can be meant.
    box.focus()
    page.keyboard.press("Space")
    assert kept(page) is None
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert kept(page)["values"][0] == {value.id: 3}
    box.check()
    for act in (lambda: slider.press("Enter"), lambda: slider.press("Space"), slider.click, box.uncheck):
        page.evaluate("window.scrollTo(0, 0)")
        assert slider.get_attribute("aria-valuetext") == "Not marked yet"
        act()
        assert kept(page)["values"][0] == {value.id: 3}
        assert page.locator(f"[data-value={value.id}] output").first.inner_text() == "In the middle"
        box.check()
    # A press on the name of the slider is no mark.
    page.locator(f"label[for=decide-value-{value.id}-0]").click()
    assert kept(page) is None


@pytest.mark.every_run
def test_marks_are_never_added_up(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE)
    tick(page, "pattern-woman")
    look, order = marked(page), page.eval_on_selector_all("[name=decide-option]", "f => f.map(el => el.value)")
    for mark in (1, 5):
        for key in book.values:
            slide(page, key, mark)
        assert marked(page) == look
        assert page.eval_on_selector_all("[name=decide-option]", "f => f.map(el => el.value)") == order
        assert page.locator("[name=decide-option]:checked").count() == 0
        assert not any(sign.isdigit() for sign in row(page, "values"))


def test_two_people_side_by_side(opened: Opener, book: Factbook) -> None:
    one, other, third, *_ = book.values
    page = opened(DECIDE)
    assert page.locator("[data-person='1']:visible").count() == 0
    page.check("[name=decide-two]")
    assert page.locator("[data-person='1']:visible").count() == len(book.values)
    page.fill("#decide-name-0", "A.")
    assert page.locator(f"label[for=decide-value-{one}-0]").inner_text() == "A."
    for key, marks in ((one, (1, 3)), (other, (2, 3)), (third, (5, 0))):
        for person, mark in enumerate(marks):
            if mark:
                slide(page, key, mark, person)
    items = page.locator(".fb-decide__pair")
    assert items.count() == 3
    assert ["Talk about this" in text for text in items.all_inner_texts()] == [True, False, False]
    assert f"A.: {book.values[one].left}" in items.nth(0).inner_text()
    assert "The other person: Not marked yet" in items.nth(2).inner_text()
    sides = [side.bounding_box()["y"] for side in items.nth(0).locator(".fb-decide__side").all()]
    assert sides[0] == sides[1]
    # Back to one: the other's marks are kept, and not shown.
    page.uncheck("[name=decide-two]")
    assert "The other person" not in row(page, "values")
    page.check("[name=decide-two]")
    assert "Talk about this" in row(page, "values")


@pytest.mark.parametrize("item", BOOK.quiz.values(), ids=lambda item: item.id)
def test_each_answer_is_explained_and_can_be_changed(opened: Opener, book: Factbook, item: Any) -> None:
    page = opened(DECIDE)
    group = page.locator(f"[data-quiz={item.id}]")
    wrong = next(number for number in range(1, len(item.answers) + 1) if number != item.right)
    group.locator(f"input[value='{wrong}']").check()
    assert group.locator("[data-said]").inner_text() == f"No. Right is: {item.answers[item.right - 1]}"
    assert group.locator("details p").first.is_visible()
    group.locator(f"input[value='{item.right}']").check()
    assert group.locator("[data-said]").inner_text() == "Yes, that is right."
    count = f"You have looked at 1 of {len(book.quiz)} questions."
    assert page.locator("[data-count]").inner_text() == count
    assert row(page, "quiz") == count.replace("You have", "I have")


def test_a_single_no_means_not_sure_yet(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE)
    said = page.locator("[data-decide=sure] [data-said]")
    assert page.locator("[data-help]:visible").count() == 0
    for key in book.sure:
        assert "sure" not in said.inner_text()
        page.check(f"[name=decide-sure-{key}][value=yes]")
    assert said.inner_text().startswith("Yes to all.")
    assert "doctor" not in said.inner_text()
    tick(page, next(item.id for item in SITUATIONS if item.doctor_first))
    assert said.inner_text().endswith("Still, see a doctor first: step 1 says why.")
    key = next(iter(book.sure))
    page.check(f"[name=decide-sure-{key}][value=no]")
    assert said.inner_text().startswith("You are not sure yet. Take more time")
    assert page.locator("[data-help]:visible").count() == 1
    assert page.locator("[data-help]:visible a").count() == 1
    assert book.sure[key].help in page.locator("[data-help]:visible").inner_text()
    assert book.sure[key].ask in row(page, "sure")


def test_steps_say_which_are_begun(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE, viewport=PHONE)
    steps = page.locator(".fb-decide__steps li")
    assert steps.count() == 7

    def begun() -> list[int]:
        return [number for number, text in enumerate(steps.all_inner_texts(), 1) if "begun" in text]

    assert begun() == []
    tick(page, SITUATIONS[0].id)
    page.check("[name=decide-numbers]")
    page.fill("#decide-ask", "Which drug?")
    assert begun() == [1, 3, 7]
    for link in steps.locator("a").all():
        assert page.locator(f"article h2{link.get_attribute('href')}").count() == 1
        assert link.bounding_box()["height"] >= 24
    # An empty row of the summary leads to its step.
    page.locator("[data-row=sure] a").click()
    assert page.evaluate("location.hash") == steps.locator("a").nth(5).get_attribute("href")


# Step 7: the summary ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "fault"),
    [("2020-01-01", "This day has passed."), ("9999-12-31", "more than ten years away"), ("0001-01-01", "has passed")],
)
def test_a_day_that_cannot_be_is_said_beside_the_field(opened: Opener, day: str, fault: str) -> None:
    page = opened(DECIDE)
    page.fill("#decide-again", day)
    assert fault in page.locator("#decide-again-fault").inner_text()
    assert page.locator("#decide-again").get_attribute("aria-invalid") == "true"
    assert "Not filled in yet" in row(page, "again")
    assert page.locator("#decide-again").input_value() == day  # nothing is lost
    page.fill("#decide-again", page.evaluate("`${new Date().getFullYear() + 1}-02-01`"))
    assert page.locator("#decide-again-fault").inner_text() == ""
    assert page.locator("#decide-again").get_attribute("aria-invalid") is None
    assert row(page, "again").startswith("1 February 20")


def test_half_a_day_is_said(opened: Opener) -> None:
    page = opened(DECIDE)
    page.locator("#decide-again").focus()
    page.keyboard.type("02")
    page.locator("#decide-ask").focus()
    assert "not a whole date" in page.locator("#decide-again-fault").inner_text()


HOSTILE = "<img src=x onerror=window.run=1><script>window.run=1</script>"


@pytest.mark.parametrize(
    "text", [HOSTILE, "=HYPERLINK(1)", "‮abc‬", "مرحبا بكم", "٣ جلسات", "a" * 400, "\u0000\u0007x", "👩🏽‍🦱" * 20]
)
def test_own_words_are_text_and_nothing_else(opened: Opener, text: str) -> None:
    page = opened(DECIDE)
    found = errors(page)
    page.fill("#decide-ask", text)
    page.check("[name=decide-two]")
    page.fill("#decide-name-0", text[: LIMITS["name"]])
    slide(page, "needles", 1)
    page.reload()
    assert page.locator(".fb-decide__sheet :is(img, script)").count() == 0
    assert page.evaluate("window.run") is None
    shown = row(page, "ask")
    assert "‮" not in shown
    assert "\u0007" not in shown
    if "<" in text:
        assert shown == text
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert found == []


def test_the_page_check_stands_on_the_summary(opened: Opener) -> None:
    page = opened(DECIDE)
    foot = page.locator(".fb-decide__foot").inner_text()
    assert page.locator(".guide-dates time").first.inner_text() in foot
    assert DECIDE in foot


@pytest.mark.every_run
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_summary_alone_is_printed_on_one_sheet(opened: Opener, book: Factbook, paper: str) -> None:
    page = opened(DECIDE, color_scheme="dark")
    page.evaluate("() => { window.print = () => { window.printed = document.documentElement.className } }")
    fill_all(page)
    page.click("fb-decide [name=print]")
    assert "fb-print-decide" in page.evaluate("printed")
    sheets = PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=True))).pages
    assert len(sheets) == 1
    text = printed(sheets)
    for part in (
        "My summary",
        "See a doctor first",
        "Talk about this",
        "Not now",
        "Page checked against its sources on",
    ):
        assert part in text
    for gone in ("In short", "For clinicians", "References", "Print my summary", "Clear everything"):
        assert gone not in text
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.wait_for_function("() => !document.documentElement.classList.contains('fb-print-decide')")


def test_what_is_empty_is_not_printed(opened: Opener) -> None:
    page = opened(DECIDE)
    page.evaluate("() => { window.print = () => { window.printed = true } }")
    page.click("fb-decide [name=print]")
    says(page, "Nothing is filled in yet")
    assert not page.evaluate("window.printed")
    tick(page, SITUATIONS[0].id)
    page.click("fb-decide [name=print]")
    text = printed(PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages)
    assert "Not filled in yet" not in text
    assert "Am I sure?" not in text


def test_the_whole_page_prints_for_a_hand_or_as_filled_in(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE)
    page.emulate_media(media="print")
    assert page.locator("[data-advice]:visible").count() == len(book.situations)
    assert page.locator(".fb-decide__boxes:visible").count() == 2 * len(book.values)
    assert page.locator("[data-help]:visible").count() == len(book.sure)
    assert page.locator(".fb-decide__blank").is_visible()
    assert page.locator(".fb-decide__sheet, .fb-decide__steps").first.is_hidden()
    page.emulate_media(media="screen")
    tick(page, SITUATIONS[0].id)
    slide(page, next(iter(book.values)), 2)
    page.emulate_media(media="print")
    assert page.locator("[data-advice]:visible").count() == 1
    assert page.locator(".fb-decide__boxes:visible").count() == len(book.values)
    assert page.locator(".fb-decide__boxes:visible i.on").count() == 1
    assert page.locator(".fb-decide__sheet").is_visible()


# Kept, shared, cleared ----------------------------------------------------------------------------


def test_state_is_kept_over_a_reload(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE)
    fill_all(page)
    before = page.locator(".fb-decide__sheet").inner_text()
    state = kept(page)
    page.reload()
    assert page.locator(".fb-decide__sheet").inner_text() == before
    assert page.locator("fb-decide [role=status]").inner_text() == ""
    assert page.locator("#decide-ask").input_value() == state["ask"]
    assert page.locator(".fb-decide__why[open]").count() == len(book.quiz)


@pytest.mark.every_run
@pytest.mark.parametrize("own", [True, False])
def test_a_link_goes_round(opened: Opener, own: bool) -> None:
    page = opened(DECIDE)
    fill_all(page)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    if own:
        page.check("[data-own]")
    page.click("fb-decide [name=share]")
    says(page, "Copy the link from the field.")
    link = page.locator("[data-link]").input_value()
    before = kept(page)
    other = opened(DECIDE + "#" + link.partition("#")[2])
    says(other, "This came with the link.")
    # Who comes with a link starts at the top of the page.
    assert "This came with the link." in other.locator(".fb-decide__echo").inner_text()
    assert kept(other) is None  # a look keeps nothing
    other.check("[name=decide-choice][value=ask]")
    after = kept(other)
    words = {"names": ["", ""], "matters": "", "ask": ""}
    assert after == {**before, "choice": "ask", **({} if own else words)}
    if not own:
        assert "WWW" not in base64.urlsafe_b64decode(link.partition("=")[2] + "==").decode()


def test_a_link_leaves_out_a_second_person_who_is_not_shown(opened: Opener) -> None:
    page = opened(DECIDE)
    page.check("[name=decide-two]")
    slide(page, "needles", 2)
    slide(page, "needles", 5, 1)
    page.fill("#decide-name-1", "Secret")
    page.uncheck("[name=decide-two]")
    page.check("[data-own]")
    page.click("fb-decide [name=share]")
    page.wait_for_selector("[data-link]:visible")
    link = page.locator("[data-link]").input_value()
    state = json.loads(base64.urlsafe_b64decode(link.partition("=")[2] + "=="))["state"]
    assert state["values"] == [{"needles": 2}, {}]
    assert state["names"] == ["", ""]
    assert kept(page)["values"][1] == {"needles": 5}


def test_a_link_does_not_take_what_was_there(opened: Opener) -> None:
    page = opened(DECIDE)
    page.fill("#decide-ask", "Mine")
    page.goto(page.url.partition("#")[0] + "#decide=" + code(SOME))
    says(page, "What you had on this device is still kept.")
    assert kept(page)["ask"] == "Mine"
    assert row(page, "matters") == "Time."
    page.get_by_role("button", name="Back to what I had here").click()
    assert row(page, "ask") == "Mine"
    assert "#" not in page.url


DEEP = "[" * 3000 + "]" * 3000
KEYS = (
    "situations",
    "options",
    "values",
    "names",
    "quiz",
    "sure",
    "matters",
    "ask",
    "choice",
    "again",
    "two",
    "numbers",
)
BAD_STATES: dict[str, Any] = {
    "null": None,
    "number": 7,
    "text": "text",
    "list": [1, 2],
    "true": True,
    "wrong types": dict.fromkeys(KEYS, 5),
    "objects": {key: {"a": {"b": []}} for key in KEYS},
    "unknown ids": {
        "situations": ["x"],
        "options": ["__proto__", "constructor"],
        "quiz": {"x": 1},
        "sure": {"x": "no"},
    },
    "out of range": {
        "values": [{"needles": 6}, {"needles": 0}],
        "quiz": {"gap": 99},
        "sure": {"best": "perhaps"},
        "choice": "all",
    },
    "fractions": {"values": [{"needles": 2.5}, {"visits": 1e308}]},
    "three people": {"values": [{}, {}, {}], "names": ["a", "b", "c"]},
    "html": {
        "names": [HOSTILE, HOSTILE],
        "two": True,
        "values": [{"needles": 1}, {}],
        "matters": HOSTILE,
        "ask": HOSTILE,
    },
    "long": {"ask": "a" * 3000, "matters": "b" * 3000},
    "many": {"situations": ["sudden-patchy"] * 900},
    "days": {"again": "2026-02-31"},
    "no day": {"again": "<script>"},
    "lone surrogate": {"ask": "\ud800"},
}
BAD_LINKS: dict[str, str] = {
    **{name: code(state) for name, state in BAD_STATES.items()},
    "older": code(SOME, 0),
    "newer": code(SOME, 2),
    "version of another type": code(SOME, {"a": 1}),
    "proto": code('{"version":1,"state":{"__proto__":{"ask":"x"},"constructor":{"prototype":{"ask":"x"}}}}'),
    "deep": code('{"version":1,"state":' + DEEP + "}"),
    "no JSON": code("{"),
    "no state": code("{}"),
    "not base64": "%%%***",
    "not UTF-8": base64.urlsafe_b64encode(b"\xff\xfe\xfd").decode(),
    "empty": "",
    "too long": "A" * 20_000,
}


@pytest.mark.every_run(cases=2)
@pytest.mark.parametrize("name", BAD_LINKS)
def test_hostile_links_do_no_harm(opened: Opener, name: str) -> None:
    page = opened("/")
    found = errors(page)
    page.goto(page.url + DECIDE[1:] + "#decide=" + BAD_LINKS[name])
    page.wait_for_selector("fb-decide [data-row=ask]")
    assert found == []
    assert page.evaluate("window.run") is None
    assert page.evaluate("({}).ask") is None
    assert page.locator(".fb-decide__sheet :is(img, script)").count() == 0
    # The page works on, and what it then keeps is in order.
    page.check("[name=decide-choice][value=ask]")
    state = kept(page)
    assert state["choice"] == "ask"
    assert len(state["ask"]) <= LIMITS["ask"]
    assert len(state["matters"]) <= LIMITS["matters"]
    assert all(len(text) <= LIMITS["name"] for text in state["names"])
    assert all(mark in range(1, 6) for marks in state["values"] for mark in marks.values())
    assert found == []


@pytest.mark.parametrize("name", ["wrong types", "html", "older", "no JSON", "deep", "proto"])
def test_a_spoilt_store_does_no_harm(opened: Opener, name: str) -> None:
    text = base64.urlsafe_b64decode(BAD_LINKS[name] + "==").decode()
    page = opened(DECIDE)
    found = errors(page)
    page.evaluate("text => localStorage.setItem('guide-decide', text)", text)
    page.reload()
    page.wait_for_selector("fb-decide [data-row=ask]")
    page.check("[name=decide-choice][value=ask]")
    assert kept(page)["choice"] == "ask"
    assert found == []


def test_what_is_left_out_is_said(opened: Opener) -> None:
    page = opened(f"{DECIDE}#decide={code({**SOME, 'options': ['nothing', 'magic']})}")
    says(page, "Some of what was kept does not fit this page and is left out.")
    assert row(page, "options") == BOOK.options["nothing"].short
    page = opened(f"{DECIDE}#decide={code(SOME, 0)}")
    says(page, "another version")
    page = opened(f"{DECIDE}#decide={'A' * 20_000}")
    says(page, "damaged or too long")


@pytest.mark.every_run
@pytest.mark.parametrize("how", ["off", "full"])
def test_without_a_store_it_works_and_says_so(browser: Any, address: str, how: str) -> None:
    context = browser.new_context(viewport=DESKTOP)
    fault = "throw new DOMException('no', 'SecurityError')"
    context.add_init_script(
        f"Object.defineProperty(window, 'localStorage', {{ get() {{ {fault} }} }})"
        if how == "off"
        else f"Storage.prototype.setItem = () => {{ {fault} }}"
    )
    page = context.new_page()
    found = errors(page)
    page.goto(address + DECIDE)
    tick(page, SITUATIONS[0].id)
    says(page, "This browser keeps nothing for this page")
    assert row(page, "situations") == SITUATIONS[0].label
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("fb-decide [name=clear]")
    says(page, "Everything is cleared.")
    # The theme has its own use for the store and may complain; we may not.
    assert [error for error in found if "decide" in error] == []
    context.close()


def test_two_tabs_show_the_same(opened: Opener) -> None:
    page = opened(DECIDE)
    other = page.context.new_page()
    other.goto(page.url)
    tick(page, SITUATIONS[0].id)
    says(other, "Changed in another tab or window.")
    assert row(other, "situations") == SITUATIONS[0].label
    other.fill("#decide-ask", "Why?")
    page.wait_for_function("() => document.querySelector('#decide-ask').value === 'Why?'")
    assert kept(page)["situations"] == [SITUATIONS[0].id]


def test_clear_leaves_nothing(opened: Opener, book: Factbook) -> None:
    page = opened(f"{DECIDE}#decide={code(SOME)}")
    fill_all(page)
    page.evaluate("() => { window.confirm = () => false }")
    page.click("fb-decide [name=clear]")
    assert kept(page)
    page.evaluate("() => { window.confirm = () => true }")
    page.click("fb-decide [name=clear]")
    says(page, "Everything is cleared.")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('decide'))") == []
    assert page.evaluate("location.hash") == ""
    assert page.locator("article input:checked:not([data-unmarked], [name=decide-choice])").count() == 0
    assert page.locator(".fb-decide__row--empty").count() == page.locator("[data-row]").count()
    assert page.locator("[data-unmarked]:checked").count() == 2 * len(book.values)
    assert page.locator(".fb-decide__why[open]").count() == 0


def test_nothing_is_sent(opened: Opener) -> None:
    page = opened(DECIDE)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    fill_all(page)
    page.locator("#decide-name-0").press("Enter")
    page.locator("[name=decide-option]").first.press("Enter")
    page.click("fb-decide [name=share]")
    page.wait_for_timeout(100)
    # The browser may come back for the icon of the tab; parts of the page come when somebody gets near them.
    expected = re.compile(rf".*(/assets/images/favicon\.svg|{DECIDE}{BESIDE})")
    assert [url for url in asked if not expected.fullmatch(url)] == []
    assert "?" not in page.url


# Everybody ----------------------------------------------------------------------------------------


@pytest.mark.every_run
def test_played_through_by_keyboard_alone(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE, viewport=PHONE)

    def go(selector: str) -> None:
        """Tab on until a field has the focus; it is then in sight, not behind a bar."""
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                box = page.evaluate(
                    "(() => { const b = document.activeElement.getBoundingClientRect(); return [b.top, b.bottom]; })()"
                )
                assert box[0] >= 0
                assert box[1] <= PHONE["height"]
                return
        raise AssertionError(selector)

    page.locator(".fb-decide__steps a").first.focus()
    go("[name=decide-situation][value=pattern-woman]")
    page.keyboard.press("Space")
    go("[name=decide-option][value=nothing]")
    page.keyboard.press("Space")
    go("[name=decide-numbers]")
    page.keyboard.press("Space")
    go("[name=decide-two]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("A.")
    go("#decide-value-needles-0")
    page.keyboard.press("ArrowLeft")
    go("#decide-value-needles-1")
    page.keyboard.press("End")
    go("[name=decide-quiz-gap]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    go("[name=decide-sure-best]")
    page.keyboard.press("ArrowRight")
    go("#decide-ask")
    page.keyboard.type("Which drug?")
    go("[name=decide-choice]")
    page.keyboard.press("ArrowUp")
    go("[name=share]")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('[data-link]').value.includes('#decide=')")
    state = kept(page)
    assert state["situations"] == ["pattern-woman"]
    assert state["options"] == ["nothing"]
    assert state["numbers"]
    assert state["values"] == [{"needles": 2}, {"needles": 5}]
    assert state["quiz"] == {"gap": 2}
    assert state["sure"] == {"best": "no"}
    assert state["choice"] == "ask"
    assert "Talk about this" in row(page, "values")


def test_the_screen_reader_hears_what_a_field_is(opened: Opener, book: Factbook) -> None:
    page = opened(DECIDE)
    page.check("[name=decide-two]")
    page.fill("#decide-name-1", "Z.")
    value = next(iter(book.values.values()))
    group = page.get_by_role("group", name=value.ask)
    assert group.get_by_role("slider", name="Me").count() == 1
    assert group.get_by_role("slider", name="Z.").count() == 1
    ends = group.get_by_role("slider", name="Me").get_attribute("aria-describedby")
    assert page.locator(f"#{ends}").inner_text().replace("↔", "").split() == f"{value.left} {value.right}".split()
    assert page.get_by_role("navigation", name="Steps of this page").count() == 1
    assert page.get_by_role("region", name="My summary").count() == 1
    question = next(iter(book.quiz.values()))
    assert page.get_by_role("group", name=question.ask).get_by_role("radio").count() == len(question.answers)


@pytest.mark.every_run
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_use(opened: Opener, scheme: str, viewport: dict[str, int]) -> None:
    page = opened(DECIDE, color_scheme=scheme, viewport=viewport)
    page.wait_for_timeout(150)
    assert axe_faults(page, scheme) == []
    fill_all(page)
    page.fill("#decide-again", "2020-01-01")
    page.click("fb-decide [name=share]")
    assert axe_faults(page, scheme) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [320, 360, 768])
def test_no_sideways_scroll_and_thumbs_find_their_targets(opened: Opener, width: int) -> None:
    page = opened(DECIDE, viewport={"width": width, "height": 640})
    fill_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    fields = "[data-decide] :is(label:has(input), textarea, input:not([type=checkbox], [type=radio])), fb-decide button"
    for control in page.locator(f":is({fields}):visible").all():
        assert control.bounding_box()["height"] >= 43.9, control.evaluate("el => el.outerHTML.slice(0, 90)")


def test_marks_show_in_forced_colours(opened: Opener) -> None:
    page = opened(DECIDE, forced_colors="active")
    slide(page, "needles", 1)
    page.emulate_media(media="print", forced_colors="active")
    filled, empty = (
        page.locator(f"[data-value=needles] .fb-decide__boxes i{sort}").first.evaluate(
            "el => getComputedStyle(el).backgroundColor"
        )
        for sort in (".on", ":not(.on)")
    )
    assert filled != empty
