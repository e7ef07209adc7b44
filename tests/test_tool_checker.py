"""The checker for clinics' texts: the list on the page, the language of its phrases, and the tool in Chromium."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from factbook import model, names, phrases
from factbook.records import OVERCLAIM_FAMILIES, Factbook
from tests.conftest import DESKTOP, PHONE, ROOT, Opener, article
from tools.browsing import axe_faults

PLACE = "/clinics/advertising/"
TEXTS = ROOT / "tests/clinic_texts"


@pytest.fixture(scope="module")
def book() -> Factbook:
    return model.load(ROOT / "data")


def given(name: str) -> str:
    return (TEXTS / name).read_text(encoding="utf-8")


def check(page: Any, text: str, by: str = "click") -> None:
    """Put a text in as a paste would (typing a megabyte takes minutes), and check it."""
    page.locator("#checker-text").evaluate(
        "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); }", text
    )
    if by == "click":
        page.click("[name=check]")
    expect(page.locator("fb-checker [role=status]")).to_have_text("Done. What was found stands below.", timeout=60_000)


def entries(page: Any) -> list[str]:
    """Ids of the entries that are shown, by the words of their "instead"."""
    return page.evaluate(
        """() => {
          const instead = (part) => part.querySelector('.fb-checker__instead dd')?.textContent;
          const ids = new Map([...document.querySelectorAll('[data-overclaim]')].map((item) => [instead(item), item.id]));
          return [...document.querySelectorAll('.fb-checker__card')].map((card) => ids.get(instead(card)).slice(10));
        }"""
    )


def counts(page: Any) -> str:
    return page.locator(".fb-checker__counts").inner_text()


# The language -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("no side effects", "It has NO\nside‑effects.", True),
        ("no side effects", "It has no. Side effects are many.", False),
        ("no … side effects", "no known or feared side effects", True),
        ("no … side effects", "no known or feared or rare side effects", False),
        ("guarantee* result/results", "Guaranteed results", True),
        ("guarantee* result/results", "Guaranteed sessions", False),
        ("# % success", "97.5 % success", True),
        ("# % success", "many % success", False),
        ("doesnt hurt", "It doesn’t hurt", True),
        ("naive cure", "naïve ﬁ cure", False),
        ("naive cure", "NAÏVE cu\u00adre", True),
        ("safe", "unsafe, safely", False),
    ],
)
def test_phrases_mean_what_the_schema_says(phrase: str, text: str, found: bool) -> None:
    assert phrases.found_in(phrase, text) == found


# Without scripts ----------------------------------------------------------------------------------


def test_the_list_is_long_enough_and_shown_whole(book: Factbook) -> None:
    assert len(book.overclaims) >= 70
    assert (
        {item.family for item in book.overclaims.values()} == set(OVERCLAIM_FAMILIES) == set(names.OVERCLAIM_FAMILIES)
    )
    for builder in ("mkdocs", "zensical"):
        page = article(builder, PLACE)
        for item in book.overclaims.values():
            shown = page.find(id=f"overclaim-{item.id}")
            assert [part.text for part in shown.select("[data-phrase]")] == list(item.phrases), (builder, item.id)
            assert shown.select_one(".fb-checker__instead dd").text == item.instead
            assert len(shown.select_one("dd").text) > 20


def test_every_place_says_when_it_was_checked(book: Factbook) -> None:
    rows = article("mkdocs", PLACE).select("tr[id^=adverts-]")
    assert len(rows) == len(book.advertising) >= 12
    for row in rows:
        assert "Checked " in row.th.text
        assert all(cell.text.strip() for cell in row.select("td"))


def test_without_scripts_the_list_can_be_read_and_printed(opened: Opener) -> None:
    page = opened(PLACE, java_script_enabled=False, viewport=PHONE)
    assert not page.locator(".fb-checker__form").is_visible()
    page.locator("#phrases-pain > summary").click()
    page.locator("#phrases-pain .guide-later a").click()
    page.wait_for_url("**/more*.html#part-*")
    assert page.locator("#overclaim-painless dd").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator("#overclaim-painless dd").first.is_visible()


@pytest.mark.every_run
def test_a_list_that_does_not_come_is_said(opened: Opener) -> None:
    page = opened(PLACE)
    page.route("**/more*.html", lambda route: route.abort())
    page.fill("[name=text]", "It is painless.")
    page.click("button[name=check]")
    page.get_by_text("The list of phrases did not come, so the text was not checked. Is there a network?").wait_for()
    assert page.locator("[data-part=result]").is_hidden()
    page.unroute_all()
    check(page, "It is painless.")
    assert entries(page) == ["painless"]


# The tool -----------------------------------------------------------------------------------------


@pytest.mark.every_run
def test_three_clinics_texts(opened: Opener) -> None:
    page = opened(PLACE, viewport=PHONE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    check(page, given("bold.txt"))
    wanted = """stops-hair-loss painless fertiliser nourishes-roots boosts-circulation only-natural no-side-effects
        works-for-everyone no-contraindications percent-better after-first-session permanent-result clinically-proven
        fda-approved safe no-downtime urgency discount"""
    assert set(wanted.split()) <= set(entries(page))
    box = page.locator("[data-part=text]")
    assert box.text_content().startswith("HAIR MESOTHERAPY")
    for words in ("painless", "boosts blood\ncirculation", "FDA‑approved", "only 3 places left"):
        assert any(words in mark for mark in box.locator("mark").all_text_contents()), words
    first = page.locator(".fb-checker__card").first
    assert first.locator("dt").all_inner_texts() == ["Why", "What could be said instead"]
    assert first.get_by_role("link", name="The claim, checked").count() == 1
    assert "Finding nothing is no clearance" in page.locator("[data-part=notes]").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    check(page, given("smooth.html"))
    found = entries(page)
    wanted = """minimally-invasive regrows-hair dormant-follicles doctors-recommend growth-factors-regrow
        stimulates-growth scalp-health reduces-inflammation hardly-hurts few-side-effects before-and-after exosomes stem-cells"""
    assert set(wanted.split()) <= set(found)
    assert not {"miracle", "guaranteed"} & set(found)  # a script is not read by visitors
    assert page.evaluate("window.ran") is None
    assert box.locator(":scope > :not(mark)").count() == 0

    check(page, given("honest.txt"))
    assert counts(page).startswith("To change: 0. To look at again: 0. Not counted: 7.")
    assert page.locator("[data-part=soft]").is_visible()
    page.locator("[data-part=soft] summary").click()
    soft = page.locator(".fb-checker__soft li").all_inner_texts()
    assert "(asked as a question)" in " ".join(soft)
    assert "(looks denied)" in " ".join(soft)
    assert errors == []


@pytest.mark.every_run
def test_the_page_finds_what_the_data_promise(opened: Opener, book: Factbook) -> None:
    """Each example is found as its own entry; what could be said instead is not marked in turn."""
    page = opened(PLACE)
    missed = page.evaluate(
        """async (items) => {
          const { Lists, read, takenBack } = await import('../../assets/javascripts/phrases.js');
          const lists = new Lists();
          for (const item of items) {
            item.phrases.forEach((phrase) => lists.add(phrase, item));
          }
          const missed = [];
          for (const item of items) {
            for (const example of item.examples) {
              const words = await read(example, async () => {});
              const found = await lists.find(words, async () => {});
              if (!found.some((one) => one.entry === item)) missed.push(`${item.id}: ${example}`);
            }
            const words = await read(item.instead, async () => {});
            for (const one of await lists.find(words, async () => {})) {
              if (!one.entry.look && !takenBack(words, one)) missed.push(`${item.id}: instead: ${one.entry.id}`);
            }
          }
          return missed;
        }""",
        [
            {
                "id": item.id,
                "phrases": item.phrases,
                "examples": item.examples,
                "instead": item.instead,
                "look": item.look,
            }
            for item in book.overclaims.values()
        ],
    )
    assert missed == []


DENIED = """It is not painless.
No treatment is permanent. No study we read shows that it cures hair loss.
It is not FDA approved. It isn’t FDA approved. We can't guarantee results.
Permanent results are not possible. We never promise guaranteed results.
Is it safe and effective? There is no guarantee of permanent results.
We do not promise permanent results, guaranteed growth or painless sessions."""
MEANT = """It is not only painless. It is quick, not slow, and clinically proven.
No surgery, permanent results. No needles and guaranteed results!
You will not feel bored and the effect is permanent. Do not miss this offer. Don't wait."""


@pytest.mark.every_run
def test_what_is_denied_is_set_aside_and_shown(opened: Opener) -> None:
    page = opened(PLACE)
    check(page, DENIED)
    assert counts(page).startswith("To change: 0. To look at again: 0.")
    assert page.locator(".fb-checker__soft li").count() >= 11
    check(page, MEANT)
    assert set(entries(page)) == {"painless", "clinically-proven", "permanent-result", "guaranteed", "urgency"}
    assert "Not counted: 0" in counts(page)


HOSTILE = {
    "markup": "<img src=x onerror='window.ran = true'><script>window.ran = true</script><b>Painless</b>",
    "half a tag": "<a <b <!-- painless",
    "curly": "It’s “painless” – a ‘miracle’…",
    "no-break": "side\u00a0effects: no\u2011side\u2011effects. 100\u00a0%\u202fsafe",
    "hidden signs": "pain\u00adless mir\u200bacle per\u2060manent re\ufeffsults",
    "wide": "ＰＡＩＮＬＥＳＳ １００％ ｓａｆｅ",
    "accents": "páinless MIRACLÉ",
    "right to left": "علاج الشعر painless مضمون \u202ePainless\u202c",
    "emoji": "😀painless😀" * 50,
    "breaks": "no\r\nside\r\neffects\tand\npain\u2028free",
    "lone halves": "\ud83d painless \ude00",
    "template": "{{ 7*7 }} ${7*7} [@moftah-2013] {count} painless $& $1",
    "property names": "__proto__ constructor toString painless",
}


@pytest.mark.every_run
def test_hostile_texts_stay_text(opened: Opener) -> None:
    page = opened(PLACE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    for name, text in HOSTILE.items():
        check(page, text)
        assert entries(page), name
        assert page.evaluate("window.ran") is None, name
        box = page.locator("[data-part=text]")
        assert box.locator("*:not(mark, a.fb-checker__ref)").count() == 0, name
        assert box.get_attribute("dir") == "auto"
    check(page, "علاج الشعر بالحقن في فروة الرأس")
    assert "not to be in English" in page.locator("[data-part=notes]").inner_text()
    assert page.evaluate("Object.keys(localStorage).filter((key) => /check/.test(key)).length") == 0
    assert page.evaluate("location.hash + location.search") == ""
    assert errors == []


@pytest.mark.every_run
def test_a_megabyte_and_nothing(opened: Opener) -> None:
    page = opened(PLACE)
    fault = page.locator("#checker-fault")
    for nothing in ("", "  \n ", "\u200b", "—…!"):
        page.fill("#checker-text", nothing)
        page.click("[name=check]")
        expect(fault).to_have_text("Paste or type a text first.")
        assert page.evaluate("document.activeElement.id") == "checker-text"
    # The longest wait between two turns of the page, while a megabyte is read.
    page.evaluate(
        """() => {
          window.turns = 0;
          const turn = () => { window.turns += 1; setTimeout(turn, 5); };
          turn();
        }"""
    )
    for text in ("It is painless and it is safe. " * 34_000, "<a" * 500_000, "\n no" * 50_000, "a\u0301" * 9000):
        before = page.evaluate("window.turns")
        check(page, text)
        assert page.evaluate("window.turns") > before + 2
    check(page, "The doctor says that it is painless. " + "The hair of your head grows in the night. " * 24_000)
    assert entries(page) == ["painless"]
    assert "Only the passages round" in page.locator("[data-part=notes]").inner_text()
    assert page.locator("[data-part=text] p").count() == 1
    # A newer check puts an end to an older one.
    page.locator("#checker-text").evaluate("(field, text) => { field.value = text; }", "It is safe. " * 80_000)
    page.evaluate("document.querySelector('[name=check]').click()")
    check(page, "A miracle.")
    assert entries(page) == ["miracle"]


@pytest.mark.every_run
def test_by_keyboard_and_out_again(opened: Opener) -> None:
    page = opened(PLACE, viewport=DESKTOP)
    page.focus("#checker-text")
    page.keyboard.type("Painless sessions. Before and after.")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "check"
    page.keyboard.press("Enter")
    expect(page.locator("#checker-found")).to_be_focused()
    assert counts(page) == "To change: 1. To look at again: 1. Not counted: 0. Words read: 5."
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.part") == "text"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#checker-card-1"
    assert page.evaluate("document.querySelectorAll('[id=overclaim-painless]').length") == 1
    assert axe_faults(page) == []
    dark = opened(PLACE, viewport=PHONE, color_scheme="dark")
    check(dark, given("bold.txt"))
    assert axe_faults(dark, "dark") == []
    page.focus("#checker-text")
    page.keyboard.type("!")
    expect(page.locator("fb-checker [role=status]")).to_have_text("You changed the text. Check it again.")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".fb-checker__card").first.is_visible()
    assert not page.locator("#phrases").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.focus("[name=clear]")
    page.keyboard.press("Space")
    assert page.input_value("#checker-text") == ""
    assert not page.locator("[data-part=result]").is_visible()
    assert page.locator("[data-part=text]").text_content() == ""
    page.click("[name=example]")
    expect(page.locator(".fb-checker__card")).to_have_count(12)
