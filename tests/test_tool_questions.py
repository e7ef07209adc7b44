"""Questions to take to the clinic: the page without scripts, and the list made from it in Chromium."""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
from typing import Any

import pytest
import yaml
from playwright.sync_api import expect
from pypdf import PdfReader

from factbook import model, names
from factbook.records import PROMPT_GROUPS, Factbook
from tests.conftest import DESKTOP, PHONE, ROOT, Opener, article, soup
from tools.browsing import axe_faults

PLACE = "/tools/questions/"
KEY = "guide-questions"


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


def words(text: str) -> str:
    return " ".join(text.split())


def packed(state: Any, version: Any = 1) -> str:
    """A state as it stands in a link."""
    text = json.dumps({"version": version, "state": state})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def link(state: Any, version: Any = 1) -> str:
    return f"{PLACE}#questions={packed(state, version)}"


def listed(page: Any) -> list[str]:
    return page.locator(".fb-questions__what").all_inner_texts()


def kept(page: Any) -> Any:
    found = page.evaluate(f"localStorage.getItem('{KEY}')")
    return found and json.loads(found)["state"]


def said(page: Any, text: str | re.Pattern[str]) -> None:
    expect(page.locator("fb-questions [role=status]")).to_contain_text(text)


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.id")


def tick(page: Any, *ids: str) -> None:
    for key in ids:
        page.check(f"[name=ask][value={key}]")


def write(page: Any, *texts: str) -> None:
    for text in texts:
        page.fill("#questions-own", text)
        page.click("[name=add]")


def sheets(page: Any, paper: str = "A4") -> list[str]:
    found = PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=False))).pages
    return [words(sheet.extract_text()) for sheet in found]


def core(book: Factbook) -> list[str]:
    return [item.ask for item in book.prompts.values() if item.core]


# Without scripts ----------------------------------------------------------------------------------


def test_the_data_is_what_the_page_tells(book: Factbook) -> None:
    assert len(book.prompts) == 52
    assert len(core(book)) == 10
    assert {item.group for item in book.prompts.values()} == set(PROMPT_GROUPS)
    assert len(PROMPT_GROUPS) == 7
    box = words(article("mkdocs", PLACE).select_one(".in-short").text)
    assert "52 questions in seven groups" in box
    assert "the ten that are marked" in box


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_each_question_stands_on_the_page_with_all_that_belongs_to_it(book: Factbook, builder: str) -> None:
    groups = article(builder, PLACE).select("fb-questions [data-group]")
    assert [group["data-group"] for group in groups] == list(PROMPT_GROUPS)
    for group in groups:
        head = group.h3
        assert group["aria-labelledby"] == head["id"]
        assert head.find(string=True) == names.PROMPT_GROUPS[group["data-group"]]
    shown = article(builder, PLACE).select(".fb-questions__item")
    in_order = [item for group in PROMPT_GROUPS for item in book.prompts.values() if item.group == group]
    assert [item["id"] for item in shown] == [f"questions-ask-{item.id}" for item in in_order]
    for item, prompt in zip(shown, in_order, strict=True):
        box = item.select_one("label > input[type=checkbox]")
        assert (box["name"], box["value"]) == ("ask", prompt.id)
        assert words(item.select_one("[data-ask]").text) == prompt.ask
        assert ("one of the ten" in item.label.text) == prompt.core
        assert [words(part.text) for part in item.select("dt")] == [
            "Why ask",
            "A good answer",
            "What should make you wonder",
        ]
        assert [words(part.text) for part in item.select("dd")] == [prompt.why, prompt.good, prompt.wonder]
        cited = [mark["href"].removeprefix("#ref-") for mark in item.select(".fb-cite__link")]
        assert cited == list(prompt.sources)
        assert ("our judgement" in item.text) == (prompt.basis == "our-judgement")
        assert len(item.select(".fb-questions__lines > span")) == 2


def test_the_link_of_each_question_leads_to_a_place_that_stands_and_names_it(book: Factbook) -> None:
    def labels(entries: Any) -> dict[str, str]:
        found = {}
        for entry in entries:
            for label, target in entry.items():
                found |= {target: label} if isinstance(target, str) else labels(target)
        return found

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("tag:yaml.org,2002:python", lambda *_: None)
    Loader.add_constructor("!ENV", lambda *_: None)
    menu = labels(yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)["nav"])
    for prompt in book.prompts.values():
        path, _, anchor = prompt.page.partition("#")
        place = f"/{path.removesuffix('.md').removesuffix('index').rstrip('/')}/"
        assert soup("mkdocs", place).find(id=anchor), prompt.page
        text = article("mkdocs", PLACE).find(id=f"questions-ask-{prompt.id}").select_one(".fb-questions__from a").text
        title = article("mkdocs", place).h1.find(string=True)
        assert text in (title, title.partition(":")[0], menu[path], "Does it work?"), prompt.id


def test_without_scripts_everything_is_there_to_read_and_to_fill_in(opened: Opener) -> None:
    page = opened(PLACE, java_script_enabled=False, viewport=PHONE)
    assert page.locator(".fb-questions dd:visible").count() == 3 * 52
    assert page.locator("[name=ask]:visible").count() == 52
    for part in page.locator("fb-questions [data-scripted]").all():
        assert not part.is_visible()
    assert page.locator(".fb-questions__paper").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".fb-questions__item .fb-questions__lines:visible").count() == 52
    assert page.locator(".fb-questions__lines--own").is_visible()
    assert page.locator(".fb-questions__visit").is_visible()
    assert not page.locator(".fb-questions__paper").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_an_empty_list_prints_the_whole_page(opened: Opener, book: Factbook, scripts: bool) -> None:
    pages = sheets(opened(PLACE, java_script_enabled=scripts))
    assert 8 < len(pages) <= 26
    text = " ".join(pages)
    # Ligatures and line ends aside, each question and the texts below it are on paper.
    bare = re.sub(r"\W", "", unicodedata.normalize("NFKC", text))
    for item in book.prompts.values():
        for part in (item.ask, item.why, item.good, item.wonder):
            assert re.sub(r"\W", "", part) in bare, item.id


# The list -----------------------------------------------------------------------------------------


def test_the_ten_in_one_press(opened: Opener, book: Factbook) -> None:
    page = opened(PLACE)
    assert page.locator("[data-part=fits]").inner_text().startswith("Nothing is on it yet.")
    page.get_by_role("button", name="Take the ten to ask if you only have five minutes").click()
    assert listed(page) == core(book)
    assert page.locator("[name=ask]:checked").count() == 10
    said(page, "All 10 are on your list.")
    expect(page.locator("[name=jump]")).to_have_text("To my list: 10 questions")
    assert "one page" in page.locator("[data-part=fits]").inner_text()
    page.click("[name=ten]")
    said(page, "10 of them were there before.")
    assert listed(page) == core(book)


def test_ticks_and_the_list_follow_each_other(opened: Opener, book: Factbook) -> None:
    page = opened(PLACE)
    tick(page, "who-checks-you", "is-it-new-for-me")
    asked = [book.prompts[key].ask for key in ("who-checks-you", "is-it-new-for-me")]
    assert listed(page) == asked
    page.uncheck("[value=who-checks-you]")
    assert listed(page) == asked[1:]
    page.click(".fb-questions__row [name=remove]")
    assert listed(page) == []
    assert page.locator("[name=ask]:checked").count() == 0
    expect(page.locator("[name=jump]")).to_have_text("To my list: no questions yet")


@pytest.mark.every_run
def test_played_through_by_keyboard_alone(opened: Opener, book: Factbook) -> None:
    page = opened(PLACE)
    page.locator("[name=ten]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "show"
    page.keyboard.press("Tab")
    assert focused(page) == "jump"
    page.keyboard.press("Enter")
    assert focused(page) == "questions-list"
    # The list begins right after its heading's own link.
    for _ in range(2):
        page.keyboard.press("Tab")
        if focused(page) == "up":
            break
    assert focused(page) == "up"
    page.keyboard.press("Enter")
    said(page, "It is the first already.")
    page.keyboard.press("Tab")
    assert focused(page) == "down"
    expected = core(book)
    for number in (2, 3):
        page.keyboard.press("Enter")
        said(page, f"Now number {number} of 10: “\u2068{expected[0]}\u2069”.")
        assert focused(page) == "down"
        assert page.evaluate("document.activeElement.closest('li').querySelector('p').textContent") == expected[0]
    assert listed(page) == [*expected[1:3], expected[0], *expected[3:]]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    said(page, "Now number 2 of 10")
    assert focused(page) == "up"
    for _ in range(2):
        page.keyboard.press("Tab")
    assert focused(page) == "remove"
    page.keyboard.press("Enter")
    said(page, "9 questions left.")
    assert focused(page) == "remove"
    assert page.evaluate("document.activeElement.closest('li').querySelector('p').textContent") == expected[2]
    page.locator("[name=back]").focus()
    page.keyboard.press("Enter")
    said(page, "Back as number 2")
    assert listed(page)[1] == expected[0]
    page.locator("#questions-own").focus()
    page.keyboard.type("May my sister come?")
    page.keyboard.press("Enter")
    assert listed(page)[-1] == "May my sister come?"
    assert focused(page) == "own"


def test_the_focus_is_never_behind_the_bar(opened: Opener) -> None:
    page = opened(PLACE, viewport=PHONE)
    page.locator("[value=are-you-insured-for-this]").focus()
    for _ in range(24):
        page.keyboard.press("Shift+Tab")
        box = page.evaluate("(({top, bottom}) => [top, bottom])(document.activeElement.getBoundingClientRect())")
        bar = page.locator(".fb-questions__bar").bounding_box()
        assert box[0] >= bar["y"] + bar["height"] - 1
        assert box[1] <= page.locator(".guide-next").bounding_box()["y"] + 1


@pytest.mark.every_run
def test_order_own_questions_and_notes_are_kept(opened: Opener) -> None:
    page = opened(PLACE)
    tick(page, "who-will-inject-me", "what-can-go-wrong")
    write(page, "May my sister come?")
    page.locator(".fb-questions__row [name=up]").nth(2).click()
    page.locator(".fb-questions__row textarea").nth(1).fill("She drives.\nAsk first.")
    state = {
        "list": [{"id": "who-will-inject-me"}, {"own": "May my sister come?"}, {"id": "what-can-go-wrong"}],
        "notes": {"own:May my sister come?": "She drives.\nAsk first."},
    }
    assert kept(page) == state
    before = listed(page)
    page.reload()
    assert listed(page) == before
    assert page.locator(".fb-questions__row textarea").nth(1).input_value() == "She drives.\nAsk first."
    assert page.locator("[name=ask]:checked").count() == 2
    assert kept(page) == state


def test_what_was_removed_can_be_put_back_with_its_note(opened: Opener) -> None:
    page = opened(PLACE)
    write(page, "One?", "Two?", "Three?")
    page.locator(".fb-questions__row textarea").nth(1).fill("mine")
    page.locator(".fb-questions__row [name=remove]").nth(1).click()
    assert listed(page) == ["One?", "Three?"]
    page.click("[name=back]")
    assert listed(page) == ["One?", "Two?", "Three?"]
    assert page.locator(".fb-questions__row textarea").nth(1).input_value() == "mine"
    assert not page.locator("[name=back]").is_visible()
    # An unticked question gets its note back when it is ticked again.
    tick(page, "who-checks-you")
    page.locator(".fb-questions__row textarea").nth(3).fill("kept")
    page.uncheck("[value=who-checks-you]")
    tick(page, "who-checks-you")
    assert page.locator(".fb-questions__row textarea").nth(3).input_value() == "kept"
    for _ in range(4):
        page.locator(".fb-questions__row [name=remove]").first.click()
    assert focused(page) == "back"
    assert kept(page) is None


# Own questions ------------------------------------------------------------------------------------

HARMLESS = [
    "=1+1",
    "=HYPERLINK(1)",
    "<script>window.ran = true</script>",
    "<img src=x onerror='window.ran = true'>",
    "{{ 7 * 7 }} ${7*7} [@moftah-2013] **bold**",
    "هل هذا العلاج مناسب لي؟",
    "__proto__",
    "constructor",
    "😀" * 60,
]


@pytest.mark.parametrize("text", HARMLESS)
def test_own_questions_stay_harmless_text(opened: Opener, text: str) -> None:
    page = opened(PLACE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    write(page, text)
    page.fill(".fb-questions__row textarea", text)
    for _ in range(2):
        assert listed(page) == [text]
        assert page.locator(".fb-questions__row textarea").input_value() == text
        assert page.locator(".fb-questions__row p > *:not(button, label, textarea, span)").count() == 0
        assert page.evaluate("window.ran") is None
        page.reload()
    assert kept(page) == {"list": [{"own": text}], "notes": {f"own:{text}": text}}
    assert errors == []


def test_marks_that_turn_the_line_round_are_taken_out(opened: Opener) -> None:
    page = opened(PLACE)
    write(page, "Is it \u202esafe\u202c\u2066 for\u0007  me?")
    assert listed(page) == ["Is it safe for me?"]
    assert page.locator(".fb-questions__what").get_attribute("dir") == "auto"


def test_what_is_no_question_is_said_beside_the_field(opened: Opener) -> None:
    page = opened(PLACE)
    field = page.locator("#questions-own")
    fault = page.locator("#questions-own-fault")

    def wrong(text: str, message: str) -> None:
        write(page, text)
        expect(fault).to_have_text(message)
        assert field.get_attribute("aria-invalid") == "true"
        assert "questions-own-fault" in field.get_attribute("aria-describedby")
        assert focused(page) == "own"
        assert field.input_value() == text

    for nothing in ("", "   ", "\u200b\u200b"):
        wrong(nothing, "Write a question first.")
    wrong("x" * 301, "This has 301 characters, and 300 fit. Please shorten it.")
    page.fill("#questions-own", "x" * 300)
    expect(fault).to_be_hidden()
    assert field.get_attribute("aria-invalid") is None
    page.click("[name=add]")
    assert listed(page) == ["x" * 300]
    wrong("x" * 300, "This question is on your list already.")
    write(page, *(f"Question {number}?" for number in range(2, 21)))
    assert len(listed(page)) == 20
    wrong("One more?", "20 questions of your own are on your list, and it holds no more. Remove one first.")
    assert len(listed(page)) == 20


def test_an_own_question_can_be_changed(opened: Opener) -> None:
    page = opened(PLACE)
    write(page, "Wht does it cost?", "Who?")
    tick(page, "who-checks-you")
    assert page.locator(".fb-questions__row [name=change]:visible").count() == 2
    page.locator(".fb-questions__row textarea").first.fill("important")
    page.locator(".fb-questions__row [name=change]").first.click()
    assert focused(page) == "own"
    page.fill("#questions-own", "What does it cost?")
    page.get_by_role("button", name="Keep the change").click()
    assert listed(page)[:2] == ["What does it cost?", "Who?"]
    assert kept(page)["notes"] == {"own:What does it cost?": "important"}
    assert focused(page) == "change"
    page.locator(".fb-questions__row [name=change]").nth(1).click()
    page.fill("#questions-own", "What does it cost?")
    page.click("[name=add]")
    expect(page.locator("#questions-own-fault")).to_have_text("This question is on your list already.")
    page.click("[name=leave]")
    assert listed(page)[1] == "Who?"
    assert page.input_value("#questions-own") == ""
    expect(page.locator("[name=add]")).to_have_text("Add to my list")


def test_a_full_note_says_so(opened: Opener) -> None:
    page = opened(PLACE)
    tick(page, "who-checks-you")
    field = page.locator(".fb-questions__row textarea")
    field.fill("y" * 499)
    assert not page.locator(".fb-questions__row .fb-questions__fault").is_visible()
    field.focus()
    page.keyboard.press("End")
    page.keyboard.insert_text("yzz")
    assert field.input_value() == "y" * 500
    assert page.locator(".fb-questions__row .fb-questions__fault").is_visible()
    assert page.locator(f"[id='{field.get_attribute('aria-describedby')}']").count() == 1


# Groups -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [*PROMPT_GROUPS, "core", ""])
def test_one_group_is_shown_with_its_count(opened: Opener, book: Factbook, choice: str) -> None:
    page = opened(PLACE)
    page.select_option("[name=show]", "money")
    page.select_option("[name=show]", choice)
    left = [item for item in book.prompts.values() if choice in ("", item.group) or (choice == "core" and item.core)]
    said(page, f"{len(left)} of 52 questions are shown.")
    assert page.locator("[name=ask]:visible").count() == len(left)
    assert page.locator(".fb-questions__group:visible").count() == len({item.group for item in left})
    assert f"({len(left)})" in page.locator("[name=show] option:checked").inner_text()


def test_a_link_to_a_question_shows_it_and_unfolds_it(opened: Opener) -> None:
    page = opened(f"{PLACE}#questions-ask-who-checks-you")
    item = page.locator("#questions-ask-who-checks-you")
    assert item.locator("dd").first.is_visible()
    page.select_option("[name=show]", "diagnosis")
    assert not item.is_visible()
    page.evaluate("location.hash = 'questions-money'")
    expect(page.locator("#questions-money")).to_be_visible()
    assert page.locator("[name=show]").input_value() == ""


# Links, store, tabs -------------------------------------------------------------------------------


@pytest.mark.every_run
@pytest.mark.parametrize("own", [False, True])
def test_a_link_carries_own_words_only_where_that_is_ticked(opened: Opener, book: Factbook, own: bool) -> None:
    page = opened(PLACE)
    tick(page, "who-checks-you")
    write(page, "May my sister come?")
    tick(page, "what-is-the-diagnosis")
    page.locator(".fb-questions__row textarea").first.fill("private ü 头")
    if own:
        page.check("[data-own]")
    page.click("[name=share]")
    said(page, "no server does")
    assert ("Your own words stay out of the link." in page.locator("[role=status]").inner_text()) != own
    address = page.input_value("[data-link]")
    other = opened(PLACE + "#" + address.partition("#")[2])
    said(other, "This came with the link.")
    asked = [book.prompts[key].ask for key in ("who-checks-you", "what-is-the-diagnosis")]
    assert listed(other) == ([asked[0], "May my sister come?", asked[1]] if own else asked)
    assert other.locator(".fb-questions__row textarea").first.input_value() == ("private ü 头" if own else "")
    # A link that no longer holds what is shown goes away.
    page.uncheck("[value=who-checks-you]")
    assert not page.locator("[data-link]").is_visible()


def test_a_link_is_refused_where_it_would_hold_nothing_or_too_much(opened: Opener) -> None:
    page = opened(PLACE)
    page.click("[name=share]")
    said(page, "Nothing is on your list yet.")
    write(page, "Only mine?")
    page.click("[name=share]")
    said(page, "Only your own words are on your list.")
    assert not page.locator("[data-link]").is_visible()
    write(page, *(f"{number} " + "long " * 58 for number in range(19)))
    page.check("[data-own]")
    page.click("[name=share]")
    said(page, "too long for a link")
    page.uncheck("[data-own]")
    page.click("[name=ten]")
    page.click("[name=share]")
    said(page, "no server does")


def test_a_link_leaves_the_own_list_alone_until_it_is_worked_on(opened: Opener) -> None:
    page = opened(PLACE)
    write(page, "Mine?")
    page.evaluate(
        "code => { location.hash = `questions=${code}`; }", packed({"list": [{"own": "Theirs?"}], "notes": {}})
    )
    said(page, "What you had on this device is still kept.")
    assert listed(page) == ["Theirs?"]
    assert kept(page)["list"] == [{"own": "Mine?"}]
    page.click("[name=mine]")
    assert listed(page) == ["Mine?"]


HOSTILE: dict[str, Any] = {
    "nothing": None,
    "number": 7,
    "text": "list",
    "array": [1, 2],
    "list is a number": {"list": 5, "notes": 5},
    "list is a mapping": {"list": {"0": {"id": "who-checks-you"}, "length": 1}, "notes": []},
    "entries of wrong types": {"list": [None, 1, "who-checks-you", [], {}, {"id": 3}, {"own": {}}, {"own": None}]},
    "unknown ids": {"list": [{"id": "nobody"}, {"id": "__proto__"}, {"id": "constructor"}]},
    "prototype": {"__proto__": {"list": [{"own": "x"}]}, "list": [], "notes": {"__proto__": "x"}},
    "notes of wrong types": {"list": [{"id": "who-checks-you"}], "notes": {"who-checks-you": {"a": 1}}},
    "notes are a text": {"list": [{"id": "who-checks-you"}], "notes": "who-checks-you"},
    "html": {
        "list": [{"own": "<img src=x onerror='window.ran=1'>"}],
        "notes": {"own:<img": "<script>window.ran=1</script>"},
    },
    "control signs": {"list": [{"own": "\u0000\u0001\u202e"}, {"own": "\ud800"}]},
    "the same twice": {"list": [{"id": "who-checks-you"}] * 30 + [{"own": "x"}] * 30},
    "deep": {"list": [json.loads("[" * 60 + "]" * 60)]},
}


@pytest.mark.every_run(cases=2)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_states_are_refused_and_nothing_runs(opened: Opener, kind: str) -> None:
    """In a link and in the store, the page works on."""
    state = HOSTILE[kind]
    page = opened(PLACE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps({"version": 1, "state": state})])
    page.reload()
    from_store = listed(page)
    page.evaluate("localStorage.clear()")
    page.evaluate("code => { location.hash = `questions=${code}`; }", packed(state))
    page.reload()
    assert listed(page) == from_store
    assert len(from_store) <= 2
    assert page.evaluate("window.ran") is None
    assert page.evaluate("({}).list") is None
    tick(page, "what-is-the-diagnosis")
    assert kept(page)["list"][-1] == {"id": "what-is-the-diagnosis"}
    assert errors == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("%%%", "damaged or too long"),
        ("!!!!", "damaged or too long"),
        ("_____w", "damaged or too long"),
        ("e30", "another version"),
        (base64.urlsafe_b64encode(b"not json").decode().rstrip("="), "cannot be read"),
        (base64.urlsafe_b64encode(b"[" * 4000).decode().rstrip("="), "cannot be read"),
        ("A" * 200_000, "damaged or too long"),
        (packed({"list": []}, version=2), "another version"),
        (packed({"list": []}, version="1"), "another version"),
    ],
)
def test_links_that_are_no_links_are_said(opened: Opener, code: str, message: str) -> None:
    page = opened(f"{PLACE}#questions={code}")
    said(page, message)
    assert listed(page) == []
    write(page, "Still here?")
    assert listed(page) == ["Still here?"]


def test_too_much_is_cut_and_said(opened: Opener) -> None:
    page = opened(PLACE)
    state = {"list": [{"own": f"{number} " + "x" * 500} for number in range(5000)], "notes": {}}
    state["notes"] = {"own:" + state["list"][0]["own"][:300]: "n" * 9000}
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps({"version": 1, "state": state})])
    page.reload()
    said(page, "4980 questions could not be shown and stayed out.")
    said(page, "its first 300 characters are kept")
    said(page, "its first 500 characters are kept")
    assert [len(text) for text in listed(page)] == [300] * 20
    assert len(page.locator(".fb-questions__row textarea").first.input_value()) == 500


OFF = (
    """Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('off', 'SecurityError'); } });"""
)
FULL = """Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"""


@pytest.mark.every_run
@pytest.mark.parametrize("script", [OFF, FULL], ids=["off", "full"])
def test_a_store_that_is_off_or_full_is_said_and_the_list_works(
    browser: Any, address: str, book: Factbook, script: str
) -> None:
    context = browser.new_context(viewport=DESKTOP)
    context.add_init_script(script)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address + PLACE)
    page.click("fb-questions [name=ten]")
    said(page, "This browser keeps nothing for this page")
    assert listed(page) == core(book)
    page.locator(".fb-questions__row [name=down]").first.click()
    assert listed(page)[1] == core(book)[0]
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[name=clear]")
    assert listed(page) == []
    assert [error for error in errors if "fb-questions" in error or "questions.js" in error] == []
    context.close()


def test_two_tabs_show_the_same(opened: Opener) -> None:
    page = opened(PLACE)
    other = page.context.new_page()
    other.goto(page.url)
    write(page, "From the first?")
    said(other, "Changed in another tab or window.")
    assert listed(other) == ["From the first?"]
    other.fill(".fb-questions__row textarea", "note")
    expect(page.locator(".fb-questions__row textarea")).to_have_value("note")
    tick(other, "who-checks-you")
    expect(page.locator("[value=who-checks-you]")).to_be_checked()


def test_clear_everything(opened: Opener) -> None:
    page = opened(link({"list": [{"own": "Theirs?"}], "notes": {"own:Theirs?": "x"}}))
    page.click("[name=ten]")
    page.fill("#questions-own", "a draft")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("[name=clear]")
    assert len(listed(page)) == 11
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[name=clear]")
    said(page, "Everything is cleared.")
    assert listed(page) == []
    assert kept(page) is None
    assert page.evaluate("location.hash") == ""
    assert page.input_value("#questions-own") == ""
    assert page.locator("[name=ask]:checked").count() == 0
    page.reload()
    assert listed(page) == []


# Paper --------------------------------------------------------------------------------------------


@pytest.mark.every_run
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_twelve_questions_fit_on_one_sheet(opened: Opener, book: Factbook, paper: str) -> None:
    page = opened(PLACE, color_scheme="dark")
    page.click("[name=ten]")
    write(page, "May my sister come?", "=1+1 <b>هل</b>?")
    page.locator(".fb-questions__row textarea").first.fill("My GP said thyroid.")
    assert "On paper, one page with 1 line for each answer." in page.locator("[data-part=fits]").inner_text()
    (sheet,) = sheets(page, paper)
    for number, text in enumerate([*core(book), "May my sister come?"], 1):
        assert f"{number}. {text}" in sheet
    for text in ("My GP said thyroid.", "Clinic", "Who I talked to", "Date", PLACE, "Checked 27 November 2026"):
        assert text in sheet
    for gone in (
        "Move up",
        "Remove",
        "My note",
        "Why ask",
        "In short",
        "References",
        "Print my list",
        "What to do next",
    ):
        assert gone not in sheet
    page.emulate_media(media="print")
    assert page.locator(".fb-questions__row .fb-questions__lines > span:visible").count() == 12


@pytest.mark.parametrize("count", [1, 5, 10, 15, 24, 52])
def test_the_page_tells_how_much_paper_a_list_takes(opened: Opener, book: Factbook, count: int) -> None:
    chosen = [{"id": key} for key in list(book.prompts)[:count]]
    page = opened(link({"list": chosen, "notes": {}}))
    told = page.locator("[data-part=fits]").inner_text()
    needed = max(len(sheets(page, paper)) for paper in ("A4", "Letter"))
    if "one page" in told:
        assert needed == 1
    else:
        about = int(re.search(r"about (\d+) pages", told)[1])
        assert needed <= about <= needed + 1
        assert "12 short ones fit on one" in told
    assert ("one page" in told) == (count <= 15)


WIDE = {
    "broad letters": ("W" * 298, ""),
    "long notes": (
        "Could you tell me what happens if I stop after three sessions? " * 4,
        "I ask because of my sister. " * 18,
    ),
    "no spaces": ("这个治疗对我有用吗" * 33, "头" * 500),
    "right to left": ("هل هذا العلاج مناسب لي؟ " * 12, ""),
    "many lines": ("Why?", "a\n" * 40),
}


@pytest.mark.parametrize("kind", WIDE)
def test_one_page_is_one_page_whatever_is_written(opened: Opener, kind: str) -> None:
    text, note = WIDE[kind]
    page = opened(PLACE)
    sizes = []
    for count in (1, 2, 3, 4, 5):
        own = [f"{number} {text}"[:300].strip() for number in range(count)]
        state = {"list": [{"own": one} for one in own], "notes": {f"own:{one}": note for one in own}}
        page.evaluate(
            "([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps({"version": 1, "state": state})]
        )
        page.reload()
        if "one page" not in page.locator("[data-part=fits]").inner_text():
            break
        sizes += [len(sheets(page, paper)) for paper in ("A4", "Letter")]
    assert sizes
    assert set(sizes) == {1}


# Narrow, accessible -------------------------------------------------------------------------------


@pytest.mark.every_run
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_use_it_fits_a_phone_and_axe_finds_nothing(opened: Opener, scheme: str) -> None:
    page = opened(PLACE, viewport=PHONE, color_scheme=scheme)
    page.click("[name=ten]")
    write(page, "W" * 300, "هل هذا العلاج مناسب لي؟")
    page.locator(".fb-questions__row textarea").first.fill("W" * 500)
    page.locator(".fb-questions__row [name=remove]").nth(3).click()
    page.locator("[name=change]:visible").first.click()
    page.locator(".fb-questions__item summary").first.click()
    page.fill("#questions-own", "x" * 400)
    page.check("[data-own]")
    page.click("[name=share]")
    for width in (320, 360, DESKTOP["width"]):
        page.set_viewport_size({"width": width, "height": 640})
        page.wait_for_timeout(150)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe_faults(page, scheme) == []
    page.set_viewport_size(PHONE)
    for target in page.locator("fb-questions :is(button, select, textarea, label:has(input)):visible").all():
        assert target.bounding_box()["height"] >= 43.5


def test_a_screen_reader_hears_what_each_control_is_for(opened: Opener, book: Factbook) -> None:
    page = opened(PLACE)
    write(page, "Mine?")
    ask = book.prompts["what-is-the-diagnosis"].ask
    box = page.get_by_role("checkbox", name=f"{ask} one of the ten", exact=True)
    box.check()
    assert page.get_by_role("group", name="The diagnosis").count() == 1
    assert page.get_by_role("region", name="My list").count() == 1
    for name in ("Move up", "Move down", "Remove"):
        assert page.get_by_role("button", name=f"{name}: \u2068{ask}\u2069", exact=True).count() == 1
    assert page.get_by_role("textbox", name=f"My note: \u2068{ask}\u2069", exact=True).count() == 1
    assert page.get_by_role("button", name="Change: \u2068Mine?\u2069", exact=True).count() == 1
    assert page.locator("fb-questions [role=status]").count() == 1


def test_nothing_is_asked_of_a_server(opened: Opener) -> None:
    page = opened(PLACE)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    # The browser fetches the picture of its tab when it likes, for itself and not for the page.
    page.on("request", lambda request: "favicon" in request.url or asked.append(request.url))
    page.click("[name=ten]")
    write(page, "Mine?")
    page.check("[data-own]")
    page.click("[name=share]")
    said(page, "no server does")
    page.context.set_offline(True)
    tick(page, "who-checks-you")
    page.locator(".fb-questions__row [name=up]").last.click()
    said(page, "Now number")
    assert asked == []
