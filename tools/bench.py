"""What the guide costs, to build and to read: `python -m tools.bench [--only growth visits lighthouse]`.

growth: both builders and the finish, with the content as it is, ten and a hundred times over, kept as a site of that
size would be: the copies in nested sections of at most ten entries, all in the menu, with as many more studies. Each
build starts cold in a folder of its own; memory is the largest resident set of the build.

visits: the finished site beside the same pages as the builder writes them, and beside the theme with nothing of ours
but the Markdown (`tools.visits`).

lighthouse: its four scores for every page, if the program is there.

register: the register of studies with ten times the studies: what its page weighs, and how long Chromium takes from a
choice until the narrowed list is painted.

editions: twenty clinics' editions, by one command.

The figures are printed, and kept in `.cache/bench.json`; what is not measured in a run stays there from an earlier one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import sync_playwright

from tools import clinic, lighthouse, visits
from tools.browsing import launch, served

LIMIT = 3600  # seconds
ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / ".cache" / "bench.json"
BUILDERS = {
    "MkDocs": ["mkdocs", "build", "--quiet", "--no-strict"],
    "Zensical": ["zensical", "build", "--clean"],
}
ONCE = {"assets", "data", "embed", "leaflets", "offline.md", "search.md", "copies"}
"""What a growing site would still have once."""
REGISTER = "evidence/studies.md"
"""A growing site would have one, with all the studies."""


class _Menu(yaml.SafeLoader):
    """Reads the menu of mkdocs.yml and keeps tags such as !ENV out of the way."""


_Menu.add_multi_constructor("", lambda _loader, _suffix, _node: None)


# Growth ---------------------------------------------------------------------------------------------------------------


def project(folder: Path, times: int) -> int:
    """Write a project with the content `times` over into `folder`; return its number of pages."""
    for name in ("data", "docs", "overrides"):
        shutil.copytree(ROOT / name, folder / name)
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    # The menu is the file's last part. Tags that only MkDocs reads stay as they are.
    before, menu = text.split("\nnav:\n")
    before = re.sub(r"\nwatch:\n(?:  .*\n)+", "\n", before).replace("\nstrict: true\n", "\nstrict: false\n")
    entries = yaml.load("nav:\n" + menu, _Menu)["nav"]  # noqa: S506 - a safe loader
    groups: dict[int, list[Any]] = {}
    for number in range(1, times):
        place = f"copies/{number // 10:02}/{number % 10}"
        _copy(folder / "docs", place)
        groups.setdefault(number // 10, []).append({f"Copy {number}": _entries(entries, place)})
    more = [{f"Group {number}": copies} for number, copies in groups.items()]
    if more:
        entries.append({"More": more if len(more) > 1 else more[0]["Group 0"]})
    written = yaml.safe_dump({"nav": entries}, sort_keys=False, allow_unicode=True)
    (folder / "mkdocs.yml").write_text(f"{before}\n{written}", encoding="utf-8")
    multiply_studies(folder, times)
    return sum(1 for _ in (folder / "docs").rglob("*.md"))


def _copy(docs: Path, place: str) -> None:
    """Copy the pages of a project to a place below them."""
    target = docs / place
    target.mkdir(parents=True)
    for path in sorted(docs.iterdir()):
        if path.name not in ONCE:
            (shutil.copytree if path.is_dir() else shutil.copy)(path, target / path.name)
    (target / REGISTER).unlink()
    # Figures are shown from the copy's own place, so that links stay as they are on the page.
    (target / "assets").symlink_to(docs / "assets")


def _entries(entries: Iterable[dict[str, Any]], place: str) -> list[Any]:
    """The entries of a menu for a copy of the pages."""
    found: list[Any] = []
    for title, what in (pair for entry in entries for pair in entry.items()):
        if isinstance(what, list):
            found.append({title: _entries(what, place)})
        elif what.partition("/")[0] not in ONCE and what != REGISTER:
            found.append({title: f"{place}/{what}"})
    return found


def multiply_studies(folder: Path, times: int) -> int:
    """Copy every study of a project under new ids; return their number. One paper has one DOI, so copies have none."""
    studies = folder / "data" / "studies"
    for path in sorted(studies.glob("*.yml")):
        text = re.sub(r"^(?:doi|pmid):.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for number in range(1, times):
            # In front of the name: side by side, copies would pack far better than real studies do.
            name = f"copy-{number}-{path.stem}"
            copy = re.sub(r"^id:.*$", f"id: {name}", text, count=1, flags=re.MULTILINE)
            (studies / f"{name}.yml").write_text(copy, encoding="utf-8")
    return len(list(studies.glob("*.yml")))


def run(command: list[str], folder: Path) -> tuple[float, float, int | None]:
    """Run one build.

    Returns:
        Seconds, peak memory in MB, and the exit code (None: stopped at the limit).
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    program = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    started = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own programs
        program, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    timer = threading.Timer(LIMIT, lambda: process.send_signal(signal.SIGKILL))
    timer.start()
    # wait4 gives the memory of this one process; getrusage would give the largest of all so far.
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    # Kilobytes on Linux, bytes on macOS.
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return seconds, peak, None if seconds >= LIMIT else process.returncode


def pages_kb(site: Path) -> float:
    """What the HTML of a page weighs, in kB as it stands: the mean of those that are there at any size.

    The register is left out: it lists all studies, however many, and has figures of its own.
    """
    register = site / REGISTER.removesuffix(".md") / "index.html"
    files = [path for path in site.rglob("index.html") if site / "copies" not in path.parents and path != register]
    return statistics.mean(path.stat().st_size for path in files) / 1000


def growth(times: Iterable[int]) -> list[dict[str, Any]]:
    """Build and finish the content so many times over, with each builder."""
    print(f"{'builder':<9} {'times':>5} {'pages':>6} {'build s':>8} {'finish s':>9} {'MB':>6} {'kB a page':>10}")
    found = []
    for number in times:
        for builder, command in BUILDERS.items():
            with tempfile.TemporaryDirectory(prefix="guide-bench-") as name:
                folder = Path(name)
                pages = project(folder, number)
                seconds, peak, code = run(command, folder)
                finishing, finish_peak, finish_code = 0.0, 0.0, None
                if code == 0:
                    finish = ["python", "-m", "finish", "site", "--source", "."]
                    finishing, finish_peak, finish_code = run(finish, folder)
                weight = pages_kb(folder / "site") if finish_code == 0 else 0.0
            remark = "" if code == 0 == finish_code else f"not done: exit codes {code}, {finish_code}"
            peak = max(peak, finish_peak)
            figures = f"{seconds:>8.1f} {finishing:>9.1f} {peak:>6.0f} {weight:>10.1f} {remark}"
            print(f"{builder:<9} {number:>5} {pages:>6} {figures}", flush=True)
            found.append(
                {
                    "builder": builder,
                    "times": number,
                    "pages": pages,
                    "build_s": round(seconds, 1),
                    "finish_s": round(finishing, 1),
                    "peak_mb": round(peak),
                    "page_kb": round(weight, 1),
                    "done": code == 0 == finish_code,
                }
            )
    return found


# The register ---------------------------------------------------------------------------------------------------------

CHOICES = """async choices => {
    const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const form = document.querySelector('fb-filter form');
    const taken = {};
    for (const [name, value] of choices) {
        const field = form.elements[name];
        const start = performance.now();
        field.value = value;
        field.dispatchEvent(new Event('change', {bubbles: true}));
        // The filter waits for its turn, then the browser lays out and paints.
        await new Promise(done => setTimeout(done));
        await painted();
        taken[`${name}=${value || 'all'}`] = performance.now() - start;
    }
    return taken;
}"""
"""Makes one choice after the other; gives the milliseconds of each, up to the first picture of the new list."""

ROUND = [
    ["agent", "dutasteride"],
    ["agent", ""],
    ["words", "hair"],
    ["words", "hair salt water"],
    ["words", ""],
    ["sort", "newest"],
    ["sort", ""],
]


def filter_times(site: Path, address: str) -> dict[str, float]:
    """Serve a site; return the milliseconds of each choice in Chromium, the middle one of five rounds."""
    with served(site) as root, sync_playwright() as playwright:
        browser = launch(playwright, whole=True)
        rounds = []
        for _ in range(5):
            page = browser.new_page(viewport={"width": 360, "height": 640})
            page.goto(root + address, wait_until="load")
            page.wait_for_selector("fb-filter form:not([hidden])")
            rounds.append(page.evaluate(CHOICES, ROUND))
            page.close()
        browser.close()
    return {choice: statistics.median(taken[choice] for taken in rounds) for choice in rounds[0]}


def register(times: int) -> dict[str, Any]:
    """Measure what the register of studies weighs with so many times the studies, and how fast it filters."""
    address = "/evidence/studies/"
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as name:
        folder = Path(name)
        project(folder, 1)
        number = multiply_studies(folder, times)
        seconds, _, code = run(BUILDERS["MkDocs"], folder)
        if code != 0:
            print(f"register: the build failed (exit code {code})")
            return {"done": False}
        html = (folder / "site" / address.strip("/") / "index.html").read_bytes()
        packed = len(gzip.compress(html, 6)) / 1000
        print(f"\nregister of {number:,} studies, built in {seconds:.1f} s")
        print(f"page {len(html) / 1000:,.0f} kB, gzip {packed:,.0f} kB")
        taken = filter_times(folder / "site", address)
    for choice, milliseconds in taken.items():
        print(f"{choice:<24} {milliseconds:>6.0f} ms")
    choices = {choice: round(milliseconds) for choice, milliseconds in taken.items()}
    return {"done": True, "studies": number, "build_s": round(seconds, 1), "gzip_kb": round(packed), "ms": choices}


# Editions -------------------------------------------------------------------------------------------------------------


def editions(number: int) -> dict[str, Any]:
    """Measure how long each of so many clinics' editions takes, and all of them, by the one command."""
    example = (ROOT / "clinic.example.yml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="guide-bench-") as name:
        folder = Path(name)
        for at in range(1, number + 1):
            text = example.replace("id: example-clinic", f"id: clinic-{at:02}")
            (folder / f"clinic-{at:02}.yml").write_text(text, encoding="utf-8")
        started = time.monotonic()
        orders = clinic.read(clinic.found_files(folder), ROOT, "https://guide.example/")
        print(f"\n{number} editions, {os.cpu_count()} at a time")
        taken = []
        for built in clinic.build_all(orders, ROOT, folder / "editions"):
            taken.append(built.seconds)
            print(f"{built.id:<12} {built.seconds:>6.1f} s {'failed' if built.log else ''}", flush=True)
        total = time.monotonic() - started
        print(f"{total:.1f} s in all, {statistics.median(taken):.1f} s for the middle one")
    return {"number": number, "all_s": round(total, 1), "middle_s": round(statistics.median(taken), 1)}


# All of it ------------------------------------------------------------------------------------------------------------


def main() -> None:
    """Measure what is asked for, print it and keep it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ("visits", "lighthouse", "growth", "register", "editions")
    parser.add_argument("--only", nargs="*", choices=names, default=names, help="what to measure (default: all)")
    parser.add_argument("--times", type=int, nargs="*", default=[1, 10, 100], help="content so many times over")
    parser.add_argument("--register", type=int, default=10, help="register so many times over")
    parser.add_argument("--editions", type=int, default=20, help="so many clinics' editions")
    options = parser.parse_args()
    parts: dict[str, Callable[[], Any]] = {
        "visits": visits.measure,
        "lighthouse": lighthouse.measure,
        "growth": lambda: growth(options.times),
        "register": lambda: register(options.register),
        "editions": lambda: editions(options.editions),
    }
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}
    for name in names:
        if name in options.only:
            figures[name] = parts[name]()
            FIGURES.parent.mkdir(exist_ok=True)
            FIGURES.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
