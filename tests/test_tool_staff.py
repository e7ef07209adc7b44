"""The staff course: pages without scripts, practice, cases, cards and the record in Chromium."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from factbook import model, names
from factbook.records import Case, Factbook, Module
from tests.conftest import DESKTOP, PHONE, ROOT, Opener, article, woken
from tools.browsing import axe_faults

KEY = "guide-staff"
ASIDE = "guide-staff-aside-1"
RECORD = "/staff/record/"
PRACTICE = "/staff/practice/"
NOW = "2026-11-27T09:00:00"


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


@pytest.fixture(scope="module")
def module(book: Factbook) -> Module:
    return max(book.modules.values(), key=lambda module: len(module.practice))


def place(module: Module) -> str:
    return f"/staff/{module.id}/"


def words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())  # paper has ligatures


def kept(page: Any) -> Any:
    found = page.evaluate(f"localStorage.getItem('{KEY}')")
    return found and json.loads(found)["state"]


def put(page: Any, text: str) -> None:
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])


def said(page: Any, tag: str, text: str) -> None:
    expect(page.locator(f"{tag} [role=status]")).to_contain_text(text)


def rights(module: Module, key: str) -> list[int]:
    item = next(item for item in module.practice if item.id == key)
    return [number for number, choice in enumerate(item.choices, 1) if choice.right]


def wrong(module: Module, key: str) -> list[int]:
    """An answer to a question that is not right."""
    item = next(item for item in module.practice if item.id == key)
    return [next(number for number, choice in enumerate(item.choices, 1) if not choice.right)]


def answer(page: Any, key: str, chosen: list[int]) -> None:
    """Answer one question by keyboard alone: from its first field to its button."""
    item = page.locator(f"#practice-{key}")
    item.locator("input").first.focus()
    if item.locator("input[type=radio]").count():
        page.keyboard.press("Space")
        for _ in range(chosen[0] - 1):
            page.keyboard.press("ArrowDown")
    else:
        for number in range(1, item.locator("input").count() + 1):
            if number in chosen:
                page.keyboard.press("Space")
            page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def test_the_course_is_as_large_as_it_says(book: Factbook) -> None:
    assert len(book.modules) == 8
    assert 90 <= sum(module.minutes for module in book.modules.values()) <= 150
    assert sum(len(module.practice) for module in book.modules.values()) >= 64
    assert len(book.cases) >= 10
    assert {case.kind for case in book.cases.values()} == set(names.CASE_KINDS)


# Without scripts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_each_question_stands_with_its_answer_and_the_page_patients_read(book: Factbook, builder: str) -> None:
    for module in book.modules.values():
        shown = article(builder, place(module)).select("fb-practice .fb-practice__item")
        assert [item["data-practice"] for item in shown] == [item.id for item in module.practice]
        for item, question in zip(shown, module.practice, strict=True):
            assert words(item.legend.text) == words(question.ask)
            fields = item.select(".fb-practice__choices input")
            assert {field["type"] for field in fields} == {"checkbox" if question.several else "radio"}
            assert ["data-right" in field.attrs for field in fields] == [choice.right for choice in question.choices]
            reasons = [words(line.text) for line in item.select("details li")]
            for line, choice in zip(reasons, question.choices, strict=True):
                assert line.startswith("Right:" if choice.right else "Not right:"), question.id
            assert item.select_one("details a[data-part=page]")["href"]


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_each_case_is_a_list_whose_links_lead_to_the_step_they_name(book: Factbook, builder: str) -> None:
    content = article(builder, PRACTICE)
    for case in book.cases.values():
        steps = content.select(f'[data-case="{case.id}"] [data-step]')
        assert [step["data-step"] for step in steps] == [step.id for step in case.steps]
        for shown, step in zip(steps, case.steps, strict=True):
            turns = shown.select("a[data-to]")
            assert [turn["data-to"] for turn in turns] == [turn.to for turn in step.choices]
            for turn in turns:
                number = next(n for n, other in enumerate(case.steps, 1) if other.id == turn["data-to"])
                assert turn["href"] == f"#{steps[number - 1]['id']}"
                assert f"(go to step {number})" in turn.text
            if step.verdict:
                assert names.CASE_VERDICTS[step.verdict] in shown.text
    assert len(content.select("[data-card]")) == len(book.glossary)
    cards = [card["id"] for card in content.select(".fb-roleplay__card")]
    in_order = sorted(book.modules.values(), key=lambda module: module.order)
    assert cards == [f"roleplay-{card.id}" for module in in_order for card in module.roleplay]


def test_index_record_and_checklist_name_every_module(book: Factbook) -> None:
    assert len(article("mkdocs", "/staff/").select("fb-course [data-module]")) == len(book.modules)
    record = article("mkdocs", RECORD)
    assert len(record.select("fb-record tr[data-module]")) == len(book.modules)
    assert len(record.select("fb-record tr[data-case]")) == len(book.cases)
    skills = [words(row.th.text) for row in record.select(".fb-skills__table tbody tr")]
    assert skills == [
        words(skill) for module in sorted(book.modules.values(), key=lambda item: item.order) for skill in module.skills
    ]
    for foot in record.select(".fb-record__edition"):
        assert f"edition {book.edition.version}" in foot.text
    module = next(iter(book.modules.values()))
    needed = ceil(names.PASS_MARK * len(module.practice) / 100)
    assert f"To pass: {needed} right answers out of {len(module.practice)}." in article("mkdocs", place(module)).text


def follow(page: Any, link: str) -> None:
    """Follow a link to a part that stands beside the page, as who has no scripts does."""
    page.get_by_role("link", name=link, exact=True).click()
    page.wait_for_url("**/more.html#*")


@pytest.mark.every_run
def test_without_scripts_everything_is_there(opened: Opener, book: Factbook, module: Module) -> None:
    page = opened(place(module), java_script_enabled=False, viewport=PHONE)
    scripted = "[data-scripted]:visible"
    assert page.locator(scripted).count() == 0
    follow(page, "The questions: Practice")
    assert page.locator(".fb-practice__item input:visible").count() == sum(
        len(item.choices) for item in module.practice
    )
    assert page.locator(".fb-practice__why > summary:visible").count() == len(module.practice)
    page.locator(".fb-practice__why > summary").first.click()
    assert page.locator(".fb-practice__why li").first.is_visible()
    assert page.locator(scripted).count() == 0
    page.goto(page.url.partition("/staff/")[0] + PRACTICE)
    link = page.locator(".guide-later a", has_text="The case: ").last.inner_text()
    case = next(case for case in book.cases.values() if link.endswith(case.title))
    follow(page, link)
    assert page.locator(f"[data-case={case.id}] [data-step]:visible").count() == len(case.steps)
    page.locator(f"[data-case={case.id}] a[data-to]").first.click()
    assert page.url.endswith(f"#case-{case.id}-{case.steps[0].choices[0].to}")
    assert page.locator("[data-card] summary:visible").count() == len(book.glossary)
    assert page.locator(scripted).count() == 0
    page.goto(page.url.partition("/staff/")[0] + RECORD)
    assert page.locator("#record-name").is_visible()
    assert not page.locator("fb-record [name=save]").is_visible()


# Practice -----------------------------------------------------------------------------------------


@pytest.mark.every_run
def test_a_module_by_keyboard_alone_from_a_failed_round_to_a_pass(opened: Opener, module: Module) -> None:
    page = opened(place(module), viewport=PHONE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    asked = [item.id for item in module.practice]
    missed = asked[-1:] if len(asked) < 4 else [asked[1], asked[-1]]

    # The answers are folded away until a question is answered; an empty answer is none.
    assert page.locator(".fb-practice__why:visible").count() == 0
    page.locator(f"#practice-{asked[0]} [name=check]").focus()
    page.keyboard.press("Enter")
    said(page, "fb-practice", "Choose an answer first.")
    assert page.evaluate("document.activeElement.name") == f"practice-{asked[0]}"

    for key in asked:
        answer(page, key, wrong(module, key) if key in missed else rights(module, key))
        told = page.locator(f"#practice-{key}-said")
        expect(told).to_be_focused()
        expect(told).to_contain_text("Not right." if key in missed else "Right.")
        assert page.locator(f"#practice-{key} details").get_attribute("open") is not None
        assert page.locator(f"#practice-{key} input:enabled").count() == 0
    total, right = len(asked), len(asked) - len(missed)
    passed = right * 100 >= names.PASS_MARK * total
    expect(page.locator("[data-part=sum]")).to_contain_text(f"{right} of {total} right.")
    expect(page.locator("[data-part=sum]")).to_contain_text("That is a pass." if passed else "not a pass yet")
    assert page.locator("[data-part=repeat] li").count() == len(missed)
    state = kept(page)["modules"][module.id]
    assert (state["best"]["right"], state["best"]["of"], state["wrong"]) == (right, total, missed)

    # A reload keeps the round; what is wrong comes alone, and does not change the score.
    page.reload()
    woken(page)
    expect(page.locator("[data-part=sum]")).to_contain_text(f"{right} of {total} right.")
    page.locator("[name=wrong]").focus()
    page.keyboard.press("Enter")
    assert page.locator(".fb-practice__item:visible").count() == len(missed)
    for key in missed:
        answer(page, key, rights(module, key))
    expect(page.locator("[data-part=sum]")).to_contain_text("Go through all of them to change your score.")
    state = kept(page)["modules"][module.id]
    assert (state["best"]["right"], state["wrong"]) == (right, [])

    # All again, all right: the best is the new one.
    page.locator("[name=again]").focus()
    page.keyboard.press("Enter")
    for key in asked:
        answer(page, key, rights(module, key))
    expect(page.locator("[data-part=sum]")).to_contain_text(f"{total} of {total} right. That is a pass.")
    expect(page.locator("[data-part=before]")).to_contain_text(f"Best so far: {total} of {total} right")
    assert errors == []
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_wrong_ones_come_first_in_a_new_round(opened: Opener, module: Module) -> None:
    asked = [item.id for item in module.practice]
    page = opened(place(module))
    for key in asked:
        answer(page, key, wrong(module, key) if key == asked[-1] else rights(module, key))
    page.click("[name=again]")
    shown = page.locator(".fb-practice__item").evaluate_all("items => items.map((item) => item.dataset.practice)")
    assert shown == [asked[-1], *asked[:-1]]
    assert page.locator(".fb-practice__item input:checked").count() == 0


# Cases and cards ----------------------------------------------------------------------------------


def paths(case: Case) -> dict[str, list[str]]:
    """The way to each end: the steps after the first."""
    steps = {step.id: step for step in case.steps}
    found: dict[str, list[str]] = {}

    def walk(key: str, way: list[str]) -> None:
        if steps[key].verdict:
            found.setdefault(key, way)
        for turn in steps[key].choices:
            walk(turn.to, [*way, turn.to])

    walk(case.steps[0].id, [])
    return found


def test_every_case_is_walked_to_each_of_its_ends(opened: Opener, book: Factbook) -> None:
    page = opened(PRACTICE, viewport=PHONE)
    for case in book.cases.values():
        section = page.locator(f"[data-case={case.id}]")
        shown = section.locator("[data-step]:visible")
        steps = {step.id: step for step in case.steps}
        for end, way in paths(case).items():
            assert shown.get_attribute("data-step") == case.steps[0].id
            for step in way:
                shown.locator(f"a[data-to={step}]").first.press("Enter")
                assert shown.get_attribute("data-step") == step
                expect(shown).to_be_focused()
            verdict = steps[end].verdict
            assert verdict
            assert names.CASE_VERDICTS[verdict] in shown.inner_text()
            assert shown.locator("a[href]").count() >= 1
            section.locator("[name=back]").press("Enter")
            assert shown.get_attribute("data-step") == ([case.steps[0].id, *way][-2])
            if len(way) > 1:
                section.locator("[name=restart]").press("Enter")
        expect(section.locator("[data-part=seen]")).to_contain_text("You have found a good end.")
        assert set(kept(page)["cases"][case.id]["ends"]) == set(paths(case))
    page.emulate_media(media="print")
    assert page.locator("[data-away]:visible").count() == page.locator("[data-away]").count()


def test_cards_come_back_on_their_day(opened: Opener, book: Factbook) -> None:
    page = opened(PRACTICE, timezone_id="Pacific/Auckland")
    page.clock.install(time=NOW)
    page.reload()
    woken(page)
    all_of_them = len(book.glossary)
    expect(page.locator("[data-part=left]")).to_have_text(f"To look at today: {all_of_them}. For a later day: 0.")
    first = page.locator("[data-part=word]").inner_text()
    for button in ("turn", "knew"):
        page.locator(f"fb-cards [name={button}]").press("Enter")
    today = date.fromisoformat(page.evaluate("new Date().toLocaleDateString('sv')"))
    assert list(kept(page)["cards"].values()) == [{"box": 1, "due": str(today + timedelta(days=1))}]
    second = page.locator("[data-part=word]").inner_text()
    assert second != first
    for button in ("turn", "again"):
        page.locator(f"fb-cards [name={button}]").press("Enter")
    said(page, "fb-cards", "It comes back at the end.")
    expect(page.locator("[data-part=left]")).to_contain_text(f"To look at today: {all_of_them - 1}.")
    page.clock.set_system_time(f"{today + timedelta(days=1)}T23:00:00Z")
    page.reload()
    woken(page)
    expect(page.locator("[data-part=left]")).to_contain_text(f"To look at today: {all_of_them}.")


# What is kept -------------------------------------------------------------------------------------

BROKEN = {
    "older version": (json.dumps({"version": 0, "state": {"scores": [1, 2]}}), "comes from another version"),
    "newer version": (json.dumps({"version": 99, "state": {}}), "comes from another version"),
    "no JSON": ("{not json", "cannot be read"),
    "a number": ("7", "cannot be read"),
    "nothing inside": (json.dumps({"version": 1}), "comes from another version"),
}


@pytest.mark.every_run
def test_what_cannot_be_read_is_set_aside_and_said(opened: Opener, module: Module, tmp_path: Path) -> None:
    page = opened(place(module))
    for name, (text, message) in BROKEN.items():
        page.evaluate("localStorage.clear()")
        put(page, text)
        page.reload()
        woken(page)
        said(page, "fb-practice", message)
        assert page.evaluate(f"localStorage.getItem('{ASIDE}')") == text, name
        key = module.practice[0].id
        answer(page, key, rights(module, key))
        assert page.evaluate(f"localStorage.getItem('{ASIDE}')") == text, name
        assert kept(page)["modules"][module.id]["now"] == {key: rights(module, key)}
    page.goto(page.url.partition("/staff/")[0] + RECORD)
    with page.expect_download() as waiting:
        page.click("[name=aside]")
    waiting.value.save_as(tmp_path / "aside.txt")
    assert (tmp_path / "aside.txt").read_text(encoding="utf-8") == BROKEN["nothing inside"][0]
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("fb-record [name=clear]")
    said(page, "fb-record", "Everything is cleared.")
    assert page.evaluate("localStorage.getItem('guide-staff') ?? localStorage.getItem('guide-staff-aside-1')") is None


HOSTILE = {
    "modules": {
        "syringe": {
            "best": {"right": 9, "of": 2, "day": "2026-11-27"},
            "last": {"right": 1, "of": 2, "day": "<img src=x onerror='window.ran=1'>"},
            "wrong": ["<script>window.ran=1</script>", 5],
            "now": {"__proto__": [1], "x": [99]},
        },
        "constructor": {"best": {"right": 1, "of": 1, "day": "2026-02-30"}},
        "__proto__": {"best": 1},
    },
    "cases": {"a b": {"ends": ["x"]}, "ok": 5},
    "cards": {"follicle": {"box": 99, "due": "2026-11-27"}, "dermis": {"box": 1, "due": "9999-01-01"}},
    "record": {"keep": True, "name": "<b onclick=x>\u202e", "hours": {}, "notes": ["x"]},
}


@pytest.mark.every_run
def test_hostile_fragments_and_stores_run_nothing(opened: Opener) -> None:
    page = opened("/staff/#staff=eyJ2ZXJzaW9uIjoxfQ")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    root = page.url.partition("/staff/")[0]
    put(page, json.dumps({"version": 1, "state": HOSTILE}))
    fragments = ("#<img src=x onerror=window.ran=1>", "#%00%ff", "#__proto__", f"#{'x' * 9000}")
    for where, fragment in zip(("/staff/syringe/", PRACTICE, RECORD, "/staff/"), fragments, strict=True):
        page.goto(root + where + fragment)
        assert page.evaluate("window.ran") is None
    page.goto(root + RECORD)
    said(page, "fb-record", "could not be read and stayed out.")
    assert page.locator("#record-name").input_value() == "<b onclick=x> "
    assert page.locator("[data-fill=name] *").count() == 0
    assert page.locator("td[data-part=best]:not(:empty)").count() == 0
    assert errors == []


def test_storage_off_or_full_says_so_and_goes_on(opened: Opener, module: Module) -> None:
    off = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('off'); } })"
    full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
    for script in (off, full):
        page = opened("/glossary/")
        page.add_init_script(script)
        page.goto(page.url.replace("/glossary/", place(module)))
        woken(page)
        for item in module.practice:
            answer(page, item.id, rights(module, item.id))
        said(page, "fb-practice", "This browser keeps nothing for this page.")
        total = len(module.practice)
        expect(page.locator("[data-part=sum]")).to_contain_text(f"{total} of {total} right. That is a pass.")


def test_full_store_with_what_cannot_be_read_is_left_as_it_is(opened: Opener, module: Module) -> None:
    page = opened(place(module))
    put(page, "{broken")
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    page.reload()
    woken(page)
    said(page, "fb-practice", "It stays as it is, so nothing new is kept")
    answer(page, module.practice[0].id, rights(module, module.practice[0].id))
    assert page.evaluate(f"localStorage.getItem('{KEY}')") == "{broken"


def test_tabs_share_one_state(opened: Opener, module: Module) -> None:
    page = opened("/staff/")
    other = page.context.new_page()
    other.goto(page.url + f"{module.id}/")
    woken(other)
    for item in module.practice:
        answer(other, item.id, rights(module, item.id))
    item = page.locator(f"fb-course [data-module={module.id}]")
    expect(item.locator("[data-part=state]")).to_contain_text("Passed: best")
    expect(page.locator("[data-part=sum]")).to_contain_text("1 of 8 modules passed.")
    # A second element that had the page open before writes what it adds, and takes nothing away.
    third = page.context.new_page()
    third.goto(page.url + "practice/")
    woken(third)
    third.click("fb-cards [name=turn]")
    third.click("fb-cards [name=knew]")
    assert kept(page)["modules"][module.id]["best"]
    assert len(kept(page)["cards"]) == 1


# The record ---------------------------------------------------------------------------------------


def done(module: Module, day: str = "2026-11-26") -> dict[str, Any]:
    score = {"right": len(module.practice), "of": len(module.practice), "day": day, "edition": "1.0.0"}
    return {"best": score, "last": score, "wrong": [], "round": [], "now": {}, "edition": "1.0.0"}


@pytest.mark.every_run
def test_record_is_filled_kept_saved_and_printed(
    opened: Opener, book: Factbook, module: Module, tmp_path: Path
) -> None:
    page = opened(RECORD, viewport=PHONE)
    put(page, json.dumps({"version": 1, "state": {"modules": {module.id: done(module)}}}))
    page.reload()
    row = page.locator(f"tr[data-module={module.id}]")
    expect(row.locator("[data-part=best]")).to_contain_text("passed")
    expect(row.locator("[data-part=day]")).to_have_text("26 November 2026, edition 1.0.0")
    expect(page.locator("[data-part=planned]")).to_contain_text(f"come to {module.minutes} of them")

    # The name is gone after a reload, unless the box is ticked.
    page.fill("#record-name", "Ada <b>Example</b>")
    page.fill("#record-hours", "two")
    assert page.locator("[data-part=fault]").is_visible()
    page.fill("#record-hours", "2,5")
    assert not page.locator("[data-part=fault]").is_visible()
    page.reload()
    assert page.locator("#record-name").input_value() == ""
    page.fill("#record-name", "Ada <b>Example</b>")
    page.fill("#record-notes", "I ask for the vial.\nI show the label.")
    page.check("fb-record [name=keep]")
    page.reload()
    assert page.locator("#record-name").input_value() == "Ada <b>Example</b>"
    assert axe_faults(page) == []

    with page.expect_download() as waiting:
        page.click("fb-record [name=save]")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert re.fullmatch(r"staff-course-\d{4}-\d\d-\d\d\.json", file.name)

    # Only the record is printed, on one or two sheets, with name, edition and day.
    page.evaluate("window.print = () => {}")
    for paper in ("A4", "Letter"):
        page.click("fb-record [name=cut]")
        sheets = PdfReader(io.BytesIO(page.pdf(format=paper))).pages
        text = words(" ".join(sheet.extract_text() for sheet in sheets))
        assert len(sheets) <= 2
        assert "Ada <b>Example</b>" in text
        assert "I show the label." in text
        assert f"edition {book.edition.version}" in text
        assert "The supervisor has seen" not in text
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.click("fb-skills [name=cut]")
    text = words(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages))
    assert "Supervisor" in text
    assert "What I learned" not in text
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")

    # Cleared, then taken from the file again; a file of another kind changes nothing.
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("fb-record [name=clear]")
    assert kept(page) is None
    assert page.locator("#record-name").input_value() == ""
    bad = tmp_path / "bad.json"
    for content, message in (
        ("<script>", "is not a record"),
        ('{"version": 0, "state": {}}', "another version"),
        ('{"version": 1, "state": {}}', "is not a record"),
        (" " * 1_000_001, "too large"),
    ):
        bad.write_text(content, encoding="utf-8")
        page.set_input_files("#record-file", bad)
        said(page, "fb-record", message)
        assert kept(page) is None
    page.set_input_files("#record-file", file)
    said(page, "fb-record", "Taken from the file.")
    assert page.locator("#record-name").input_value() == "Ada <b>Example</b>"
    assert kept(page)["modules"][module.id]["best"]["right"] == len(module.practice)


@pytest.mark.parametrize("part", ["cards", "roleplay"])
def test_cards_print_alone(opened: Opener, book: Factbook, part: str) -> None:
    page = opened(PRACTICE, viewport=DESKTOP)
    page.evaluate("window.print = () => {}")
    page.click(f"fb-{part} [name=cut]")
    text = words(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages))
    assert ("you are staff" in text) == (part == "roleplay" and any(item.roleplay for item in book.modules.values()))
    assert (next(iter(book.glossary.values())).meaning[:20] in text) == (part == "cards")
    assert "go to step" not in text


@pytest.mark.parametrize("where", ["/staff/", PRACTICE, RECORD, "/staff/syringe/"])
def test_pages_pass_axe_in_dark_and_fit_a_phone(opened: Opener, where: str) -> None:
    page = opened(where, viewport=PHONE, color_scheme="dark")
    assert axe_faults(page, "dark") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    small = page.evaluate(
        """() => [...document.querySelectorAll("article :is(fb-practice, fb-case, fb-cards, fb-record) :is(button, summary, label:has(input), .fb-case__turn > a)")]
          .filter((item) => item.checkVisibility() && item.getBoundingClientRect().height < 44).length"""
    )
    assert small == 0
