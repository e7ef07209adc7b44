"""What a visit costs, beside the theme as it comes: bytes, requests, and what keeps a slow phone busy.

Three sites from the same Markdown: `finished` as it is published, `plain` as MkDocs writes it with our templates and
styles, `theme` with nothing of ours but the Markdown and what makes it. A server on this machine packs and counts. The
worker is left out: it fetches what it keeps once the page is there.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from finish import finish
from tools import weight
from tools.browsing import launch

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("/", "/treatment/session/", "/evidence/", "/safety/", "/tools/decide/")
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=800)
BOX = ".guide-search__input, .md-search__input"
"""The search box, ours or the theme's."""
SLOWER = 4
"""How much slower than this machine the phone is."""
LONG = 50
"""Milliseconds; a longer task is felt."""
LINE, PIECE, AWAY = 50_000, 500, 0.15
"""A slow line: bytes a second, sent in pieces of so many bytes, and seconds until an answer begins."""
TEXTS = {".css", ".html", ".js", ".json", ".md", ".svg", ".txt", ".webmanifest", ".xml"}
WATCH = """
window.watched = {tasks: [], frames: [], moved: 0};
new PerformanceObserver(list => list.getEntries().forEach(one => window.watched.tasks.push(one.duration)))
    .observe({type: 'longtask', buffered: true});
new PerformanceObserver(list => list.getEntries().filter(one => one.renderStart)
    .forEach(one => window.watched.frames.push(one.startTime + one.duration - one.renderStart)))
    .observe({type: 'long-animation-frame', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(one => { window.watched.moved += one.value; }))
    .observe({type: 'layout-shift', buffered: true});
"""
"""Notes tasks over 50 ms, how long frames of more than 50 ms are drawn (styled, laid out, painted), which the browser
does not count among tasks, and how much the layout moves."""
PAINTED = "[performance.timeOrigin, performance.getEntriesByName('first-contentful-paint')[0].startTime]"
"""When a visit began and how long after that the first words stood there, in ms."""


class _Packing(http.server.SimpleHTTPRequestHandler):
    """Answers as a good host does: packed, and to be kept by the browser."""

    sent: list[tuple[float, int]]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Cache-Control", "max-age=3600")
        if path.suffix in TEXTS:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # the browser has gone to another page
            self.give(body)

    def give(self, body: bytes) -> None:
        self.wfile.write(body)
        self.sent.append((time.time(), len(body)))


class _Slow(_Packing):
    """The same at the end of a slow line, which all answers share, as they do with HTTP/1.1."""

    line = threading.Lock()

    def do_GET(self) -> None:
        time.sleep(AWAY)
        super().do_GET()

    def give(self, body: bytes) -> None:
        for at in range(0, len(body), PIECE):
            with self.line:
                time.sleep(PIECE / LINE)
                super().give(body[at : at + PIECE])


@contextmanager
def packing(site: Path, kind: type[_Packing] = _Packing) -> Iterator[tuple[str, list[tuple[float, int]]]]:
    """Serve a site; yields its root without a slash at the end, and a list that each answer's time and bytes go to."""
    counted: list[tuple[float, int]] = []
    answer = functools.partial(type("Counting", (kind,), {"sent": counted}), directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", counted
    finally:
        server.shutdown()


def build(folder: Path, configuration: Path = ROOT / "mkdocs.yml") -> Path:
    """Build a site with MkDocs into a folder; return the folder."""
    command = [str(Path(sys.executable).with_name("mkdocs")), "build", "--quiet", "--no-strict"]
    command += ["--site-dir", str(folder), "--config-file", str(configuration)]
    # The theme prints a notice about a coming MkDocs; requirements.txt pins the one we use.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(command, check=True, cwd=configuration.parent, env=environment)  # noqa: S603 - our own builder
    return folder


def build_theme(folder: Path) -> Path:
    """Build the same Markdown with the theme as it comes; return the site's folder."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    extensions = re.search(r"^markdown_extensions:\n(?:(?:[ #].*)?\n)+", text, re.MULTILINE)
    menu = text[text.index("\nnav:\n") :]
    if extensions is None:
        raise SystemExit("mkdocs.yml: no markdown_extensions")
    (folder / "docs").mkdir(parents=True)
    for path in (ROOT / "docs").rglob("*"):
        copy = folder / "docs" / path.relative_to(ROOT / "docs")
        if path.is_dir():
            copy.mkdir(exist_ok=True)
        elif path.suffix == ".md":
            # What has a template of ours is a page like the others.
            text_of = re.sub(r"^template:.*\n", "", path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
            copy.write_text(text_of, encoding="utf-8")
        else:
            shutil.copy(path, copy)
    (folder / "data").symlink_to(ROOT / "data")
    head = "site_name: Guide\ntheme:\n  name: material\n  font: false\nplugins:\n  - search\n"
    (folder / "mkdocs.yml").write_text(f"{head}{extensions.group()}{menu}", encoding="utf-8")
    return build(folder / "site", folder / "mkdocs.yml")


@contextmanager
def finished() -> Iterator[Path]:
    """The site as it is published, in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="guide-visits-") as name:
        site = build(Path(name) / "site")
        finish(site, ROOT)
        yield site


def _opened(browser: Browser, size: ViewportSize) -> Page:
    return browser.new_context(viewport=size, service_workers="block").new_page()


def _taken(counted: list[tuple[float, int]]) -> float:
    """The kB since the last time somebody asked."""
    total = sum(size for _, size in counted) / 1000
    counted.clear()
    return total


def bytes_of(browser: Browser, site: Path) -> dict[str, float]:
    """What a site sends, in kB: means over the pages; the search box is touched on a page of text."""
    loads, requests, seconds = [], [], []
    with packing(site) as (root, counted):
        for address in PAGES:
            page = _opened(browser, PHONE)
            page.goto(root + address, wait_until="networkidle")
            requests.append(len(counted))
            loads.append(_taken(counted))
            if address == "/":
                for other in PAGES[1:]:
                    page.goto(root + other, wait_until="networkidle")
                    seconds.append(_taken(counted))
            page.context.close()
        page = _opened(browser, DESKTOP)
        page.goto(root + PAGES[1], wait_until="networkidle")
        _taken(counted)
        page.locator(BOX).first.click()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        touched = _taken(counted)
        page.keyboard.type("minoxidil")
        page.wait_for_timeout(1500)
        queried = _taken(counted)
        page.context.close()
    return {
        "first_kb": statistics.mean(weight.weigh(site, address).first for address in PAGES),
        "load_kb": statistics.mean(loads),
        "requests": statistics.mean(requests),
        "second_kb": statistics.mean(seconds),
        "search_touched_kb": touched,
        "search_query_kb": queried,
    }


def speed_of(
    browser: Browser, site: Path, addresses: Sequence[str] = PAGES, runs: int = 3
) -> dict[str, dict[str, float]]:
    """What keeps a phone busy that is four times slower than this machine: of some runs the middle one, by page.

    Tasks and frames while the page loads, and the longest of both when its reader begins to move.
    """
    found = {}
    with packing(site) as (root, _):
        for address in addresses:
            noted: dict[str, list[float]] = {}
            for _run in range(runs):
                page = _opened(browser, PHONE)
                page.add_init_script(WATCH)
                page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
                page.goto(root + address, wait_until="networkidle")
                page.wait_for_timeout(500)
                loaded = page.evaluate("window.watched")
                page.evaluate("Object.assign(window.watched, {tasks: [], frames: []}); 0")
                page.mouse.wheel(0, 200)
                page.wait_for_timeout(1000)
                after = page.evaluate("window.watched")
                page.context.close()
                for name, value in (
                    ("longest_task_ms", max(loaded["tasks"], default=0.0)),
                    ("longest_frame_ms", max(loaded["frames"], default=0.0)),
                    ("first_move_ms", max([*after["tasks"], *after["frames"]], default=0.0)),
                    ("moved", loaded["moved"]),
                ):
                    noted.setdefault(name, []).append(value)
            found[address] = {name: statistics.median(values) for name, values in noted.items()}
    return found


def painted(
    browser: Browser, site: Path, addresses: Sequence[str] = PAGES, runs: int = 3
) -> dict[str, dict[str, float]]:
    """When the first words are painted at the end of a slow line, and what has come by then: the middle of some runs.

    A browser paints what it has while the rest of a page is on its way. Other files share the line meanwhile.
    """
    found = {}
    with packing(site, _Slow) as (root, counted):
        for address in addresses:
            times, sizes = [], []
            for _run in range(runs):
                counted.clear()
                page = _opened(browser, PHONE)
                page.goto(root + address, wait_until="networkidle")
                begun, after = page.evaluate(PAINTED)
                times.append(after)
                sizes.append(sum(size for moment, size in counted if moment * 1000 <= begun + after) / 1000)
                page.context.close()
            found[address] = {"painted_ms": statistics.median(times), "painted_kb": statistics.median(sizes)}
    return found


def measure() -> dict[str, Any]:
    """Build the three sites, visit them, print a table; return the figures."""
    found: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory(prefix="guide-visits-") as name,
        finished() as ready,
        sync_playwright() as started,
    ):
        folder = Path(name)
        sites = {"finished": ready, "plain": build(folder / "plain"), "theme": build_theme(folder / "theme")}
        browser = launch(started, whole=True)
        for which, site in sites.items():
            figures = {key: round(value, 1) for key, value in bytes_of(browser, site).items()}
            found[which] = figures | {"speed": speed_of(browser, site), "painted": painted(browser, site)}
        found["finished"]["kept_for_offline_kb"] = round(weight.kept_kb(ready), 1)
        browser.close()
    keys = ("first_kb", "load_kb", "requests", "second_kb", "search_touched_kb", "search_query_kb")
    print(
        f"\n{'site':<9}"
        + "".join(f"{key.removesuffix('_kb'):>16}" for key in keys)
        + f"{'longest task':>14}{'frame':>10}{'first move':>12}{'moved':>7}"
    )
    for which, figures in found.items():
        speed = figures["speed"].values()
        task, frame, move, moved = (
            max(one[key] for one in speed) for key in ("longest_task_ms", "longest_frame_ms", "first_move_ms", "moved")
        )
        print(
            f"{which:<9}"
            + "".join(f"{figures[key]:>16.1f}" for key in keys)
            + f"{task:>11.0f} ms{frame:>7.0f} ms{move:>9.0f} ms{moved:>7.3f}"
        )
    print(f"\nFirst words at the end of a slow line ({LINE / 1000:.0f} kB a second, shared by all files)")
    for address in PAGES:
        ours = ((which, one["painted"][address]) for which, one in found.items())
        print(
            f"  {address:<24} "
            + ", ".join(f"{which} {one['painted_ms']:.0f} ms ({one['painted_kb']:.0f} kB)" for which, one in ours)
        )
    for address, one in found["finished"]["speed"].items():
        print(
            f"  {address:<24} longest task {one['longest_task_ms']:.0f} ms, frame {one['longest_frame_ms']:.0f} ms, "
            f"with the first move {one['first_move_ms']:.0f} ms, moved {one['moved']:.3f}"
        )
    return found
