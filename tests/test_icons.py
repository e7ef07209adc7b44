"""Icons of the text: their drawings stand in a file, and every icon finds its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from factbook import charts
from finish import icons
from finish.site import Site
from tests.conftest import built
from tools.browsing import served

FINISHED = ["finished", "finished-zensical"]


def drawing(number: int, length: int = 300) -> str:
    return f'<path d="M{number} {"1" * length}"></path>'


def small(tmp_path: Path, numbers: list[int], length: int = 300) -> Site:
    """A site of one page with an icon for each number."""
    spans = "".join(
        f'<li><span class="twemoji"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f"{drawing(number, length)}</svg></span> Text</li>"
        for number in numbers
    )
    (tmp_path / "index.html").write_text(
        f"<!doctype html><head></head><body><article><ul>{spans}</ul></article></body>"
    )
    return Site(tmp_path, tmp_path)


def test_the_same_drawing_stands_in_the_file_once(tmp_path: Path) -> None:
    site = small(tmp_path, [7, 8, 7])
    icons.run(site)
    (file,) = tmp_path.glob("assets/icons/*.svg")
    groups = ElementTree.parse(file).getroot()
    assert [group.attrib["id"] for group in groups] == ["1", "2"]
    assert [group[0].attrib["d"][:2] for group in groups] == ["M7", "M8"]
    aims = [use.attributes["href"] for use in site.pages[0].tree.css("svg[viewBox='0 0 16 16'] > use")]
    assert aims == [f"./assets/icons/{file.name}#{number}" for number in (1, 2, 1)]


def test_few_small_drawings_stay(tmp_path: Path) -> None:
    site = small(tmp_path, [1, 2], 100)
    icons.run(site)
    assert len(site.pages[0].tree.css("svg > path")) == 2
    assert not (tmp_path / "assets").exists()


@pytest.mark.parametrize("builder", FINISHED)
def test_every_icon_of_the_site_leads_to_its_drawing(builder: str) -> None:
    site, plain = built(builder), built("mkdocs" if builder == "finished" else "zensical")
    seen = 0
    for path in sorted(site.rglob("index.html")):
        before = LexborHTMLParser((plain / path.relative_to(site)).read_text(encoding="utf-8"))
        drawn = [re.findall(r' d="([^"]*)"', node.html or "") for node in before.css("article .twemoji > svg")]
        uses = LexborHTMLParser(path.read_text(encoding="utf-8")).css("article .twemoji > svg > use")
        for use in uses:
            name, _, number = (use.attributes["href"] or "").partition("#")
            groups = ElementTree.parse(path.parent / name).getroot()
            (group,) = [group for group in groups if group.attrib["id"] == number]
            assert [one.attrib["d"] for one in group.iter() if "d" in one.attrib] in drawn, path
            seen += 1
    assert seen > 100


def cells(data: str) -> list[tuple[float, float]]:
    """Where the heads of people begin, from path data: a head, then its body, each closed."""
    found: list[tuple[float, float]] = []
    x = y = 0.0
    for at, (kind, dx, dy) in enumerate(re.findall(r"([Mm])(-?[\d.]+)[ ,]?(-?[\d.]+)", data)):
        # After a closed shape the pen is where the shape began.
        x, y = (float(dx), float(dy)) if kind == "M" else (x + float(dx), y + float(dy))
        if at % 2 == 0:
            found.append((x, y))
    return found


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 50, 63, 90, 99, 100])
def test_people_of_an_array_stand_where_they_stood(tmp_path: Path, count: int) -> None:
    paths = "".join(
        f'<path class="fb-icons__{kind}" d="{charts.people(numbers)}"></path>'
        for kind, numbers in (("empty", range(count, 100)), ("filled", range(count)))
    )
    (tmp_path / "index.html").write_text(
        "<!doctype html><head></head><body><article><div class='fb-icons__group'><svg viewBox='0 0 200 260'>"
        f"{paths}</svg></div></article></body>"
    )
    site = Site(tmp_path, tmp_path)
    icons.run(site)
    (file,) = tmp_path.glob("assets/icons/*.svg")
    drawn = {group.attrib["id"]: group[0].attrib["d"] for group in ElementTree.parse(file).getroot()}
    stood = {}
    for kind in ("empty", "filled"):
        stood[kind] = []
        for use in site.pages[0].tree.css(f"svg > g.fb-icons__{kind} > use"):
            right, down = (int(use.attributes.get(name) or 0) for name in ("x", "y"))
            name = (use.attributes["href"] or "").partition("#")[2]
            stood[kind] += [(x + right, y + down) for x, y in cells(drawn[name])]
    everyone = [(number % 10 * 20 + 6, number // 10 * 26 + 8) for number in range(100)]
    assert stood == {"filled": everyone[:count], "empty": everyone[count:]}


@pytest.mark.parametrize("builder", FINISHED)
def test_icons_are_painted(browser: Any, builder: str) -> None:
    """White on the ring's colour: where the drawing is missing, there is one colour alone."""
    with served(built(builder)) as root:
        page = browser.new_page()
        page.goto(f"{root}/treatment/session/", wait_until="networkidle")
        icon = page.locator(".in-short .twemoji").first
        shot = icon.screenshot()
        page.evaluate("document.querySelectorAll('.in-short use').forEach(use => use.remove())")
        assert icon.screenshot() != shot
        page.close()
