"""What the tests share: both built sites (built once a run), the small project, a browser."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright
from selectolax.lexbor import LexborHTMLParser

from tools.browsing import launch, served

ROOT = Path(__file__).resolve().parent.parent
MINI = ROOT / "tests" / "mini"
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
LOOK_ALIKE = (
    "/staff/hair-loss/",
    "/staff/syringe/",
    "/staff/evidence/",
    "/staff/session/",
    "/staff/talking/",
    "/leaflets/session/",
    "/leaflets/aftercare/",
    "/leaflets/consent/",
    "/leaflets/questions/",
    "/ingredients/vitamins/",
    "/ingredients/minerals/",
    "/ingredients/amino-acids/",
    "/ingredients/growth-factors/",
    "/ingredients/hyaluronic-acid/",
    "/ingredients/polynucleotides-exosomes/",
)
"""Pages made of the same blocks as a sister page: the slow tests look at them with `--thorough` alone (a minute more)."""
ON_EACH_PAGE = (
    "test_axe_finds_nothing",
    "test_without_scripts_all_is_there",
    "test_no_sideways_scroll_and_nothing_asked_from_outside",
)
"""The slow tests of every page."""

Opener = Callable[..., Any]
# The theme prints a notice about a coming MkDocs; requirements.txt pins the one we use.
os.environ["NO_MKDOCS_2_WARNING"] = "1"


def program(name: str) -> str:
    """A program of the same environment that runs the tests."""
    return str(Path(sys.executable).with_name(name))


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one of our programs in a folder; both streams as one text."""
    return subprocess.run(
        [program(command[0]), *command[1:]],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def build_zensical(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build a copy of the project at `folder` (Zensical writes beside its configuration)."""
    for name in ("docs", "data", "overrides"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return run("zensical", "build", "--clean", folder=folder)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--golden` writes the golden files anew; `--thorough` runs every case of the browser tests."""
    parser.addoption("--golden", action="store_true", help="write the golden files anew")
    parser.addoption("--thorough", action="store_true", help="run every case of the browser tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out most of the tools' browser tests unless `--thorough` asks for them.

    The reason is time: each loads a page of its own, and the 340 of them need ten minutes on two cores, while all
    else has fifteen. What `every_run` marks is run always, with its first case or as many as it says.
    """
    if config.getoption("--thorough"):
        return
    seen: Counter[str] = Counter()
    left_out = []
    for item in items:
        if getattr(item, "originalname", "") in ON_EACH_PAGE and item.callspec.params.get("path") in LOOK_ALIKE:
            left_out.append(item)
        if not item.path.name.startswith("test_tool_") or "browser" not in getattr(item, "fixturenames", ()):
            continue
        name = f"{item.path.name}::{getattr(item, 'originalname', item.name)}"
        seen[name] += 1
        mark = item.get_closest_marker("every_run")
        if mark is None or seen[name] > mark.kwargs.get("cases", 1):
            left_out.append(item)
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_configure(config: pytest.Config) -> None:
    """Build both sites once, before workers start; they find the place in the environment."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    folder = Path(tempfile.mkdtemp(prefix="guide-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    (folder / "zensical").mkdir()
    builds = {
        "MkDocs": (lambda: run("mkdocs", "build", "--site-dir", str(folder / "mkdocs"), folder=ROOT), "mkdocs"),
        "Zensical": (lambda: build_zensical(folder / "zensical"), "zensical/site"),
    }

    def make(name: str) -> str:
        """Build one site, finish a copy of it; return what went wrong."""
        build, place = builds[name]
        done = build()
        if done.returncode:
            return f"The site does not build with {name}:\n{done.stdout}"
        finished = folder / ("finished" if name == "MkDocs" else "finished-zensical")
        shutil.copytree(folder / place, finished)
        done = run("python", "-m", "finish", str(finished), folder=ROOT)
        return f"The site of {name} cannot be finished:\n{done.stdout}" if done.returncode else ""

    with ThreadPoolExecutor() as both:
        if wrong := "\n".join(filter(None, both.map(make, builds))):
            pytest.exit(wrong, 1)
    os.environ["GUIDE_SITES"] = str(folder)


def built(builder: str) -> Path:
    """Where a site stands: `mkdocs` and `zensical` as the builder wrote it, `finished` and `finished-zensical`."""
    return Path(os.environ["GUIDE_SITES"]) / ("zensical/site" if builder == "zensical" else builder)


def addresses() -> list[str]:
    """Every address of the site, from its Markdown files (known before anything is built)."""
    found = []
    for path in sorted((ROOT / "docs").rglob("*.md")):
        place = path.relative_to(ROOT / "docs").with_suffix("").as_posix()
        place = place.removesuffix("index").rstrip("/")
        found.append(f"/{place}/" if place else "/")
    return found


ADDRESSES = addresses()


def bare() -> set[str]:
    """Addresses of pages with a template of their own (frames, leaflets): no header, search, lightbox or dates' box."""
    found = set()
    for address in ADDRESSES:
        path = ROOT / "docs" / address.strip("/")
        source = path / "index.md" if path.is_dir() else path.with_suffix(".md")
        if re.search(r"^template:", source.read_text(encoding="utf-8").split("\n---\n")[0], re.MULTILINE):
            found.add(address)
    return found


BARE = bare()
PAGES = [address for address in ADDRESSES if address not in BARE]


@functools.cache
def soup(builder: str, address: str) -> BeautifulSoup:
    """A built page, parsed."""
    return BeautifulSoup((built(builder) / address.lstrip("/") / "index.html").read_text(encoding="utf-8"), "lxml")


@functools.cache
def article(builder: str, address: str) -> BeautifulSoup:
    """The article of a built page; all that a page with a template of its own shows."""
    page = soup(builder, address)
    return page.main if address in BARE else page.select_one("article.md-content__inner")


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A copy of the small project, to be broken."""
    return Path(shutil.copytree(MINI, tmp_path / "mini"))


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The finished site on localhost; yields its root without a slash at the end."""
    with served(built("finished")) as root:
        yield root


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running Chromium."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


def text_of(site: Path, address: str) -> str:
    """A page of a built site by its address: `/treatment/session/`, `/options/more.html`."""
    name = address.lstrip("/")
    return (site / (name if name.endswith(".html") else f"{name}index.html")).read_text(encoding="utf-8")


def with_its_parts(site: Path, address: str) -> LexborHTMLParser:
    """A page of a finished site with all that stands beside it in its place, as `later.js` puts it."""
    page = LexborHTMLParser(text_of(site, address))
    while (holder := page.css_first(".guide-later")) is not None:  # a part can hold others
        name, _, wanted = (holder.css_first("a").attributes["href"] or "").partition("#")
        part = LexborHTMLParser(text_of(site, urljoin(address, name))).css_first(f"#{wanted}")
        assert part is not None, (address, name)
        for source in part.css("[data-id]"):
            source.attrs["id"] = source.attributes["data-id"] or ""
        holder.replace_with(part)
        part.unwrap()
    return page


def woken(page: Any) -> None:
    """Have what comes with a reader's first move come: parts, a tool some screens down; nothing on other pages."""
    if page.locator("noscript.guide-late, .guide-later[data-soon]").count():
        page.evaluate("dispatchEvent(new Event('pointerdown'))")
        page.wait_for_function("() => !document.querySelector('.guide-later[data-soon], :not(:defined)')")
        page.wait_for_load_state("networkidle")


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Opener]:
    """Open a page: `opened("/evidence/", viewport=PHONE, color_scheme="dark")`; `still`: as before the first move."""
    contexts = []

    def open_page(path: str, *, still: bool = False, **options: Any) -> Any:
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        contexts.append(context)
        page = context.new_page()
        page.goto(address + path, wait_until="load")
        if not still and options.get("java_script_enabled", True):
            woken(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
