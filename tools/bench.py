"""Build time and peak memory of both builders: `python -m tools.bench [--times 1 10 100] [--editions 20]`.

The content of the site is built as it is, ten times over and a hundred times over (copies of all pages side by
side, the menu left to the builder). Each build starts cold in a folder of its own. A build that takes longer
than five minutes is stopped, and the table says so. Memory is the largest resident set of the build process.

The register of studies is built once more with its studies so many times over: what its page weighs, and how long
Chromium takes from a choice until the narrowed list is painted.

Last come clinics' editions: twenty built by one command, with the time that each took.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright

from tools import clinic
from tools.browsing import launch, served

LIMIT = 300  # seconds
ROOT = Path(__file__).resolve().parent.parent
BUILDERS = {
    "MkDocs": ["mkdocs", "build", "--quiet", "--no-strict"],
    "Zensical": ["zensical", "build", "--clean"],
}


class _Config(yaml.SafeLoader):
    """Reads mkdocs.yml and keeps tags such as !ENV out of the way."""


_Config.add_multi_constructor("", lambda _loader, _suffix, _node: None)


def project(folder: Path, times: int) -> int:
    """Write a project with the content `times` over into `folder`; return its number of pages."""
    for name in ("data", "overrides"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "docs", folder / "docs")
    for number in range(1, times):
        shutil.copytree(ROOT / "docs", folder / "docs" / f"copy-{number:03}", ignore=shutil.ignore_patterns("assets"))
        # Figures are shown from the copy's own place, so that links stay as they are on the page.
        (folder / "docs" / f"copy-{number:03}" / "assets").symlink_to(folder / "docs" / "assets")
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Config)  # noqa: S506 - a safe loader
    if times > 1:
        del config["nav"]
    config["strict"] = False
    del config["watch"]  # names folders that the copy has no use for
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return sum(1 for _ in (folder / "docs").rglob("*.md"))


def run(command: list[str], folder: Path) -> tuple[float, float, int | None]:
    """Run one build.

    Returns:
        Seconds, peak memory in MB, and the exit code (None: stopped at the limit).
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    program = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    started = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own two builders
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


def multiply_studies(folder: Path, times: int) -> int:
    """Copy every study of a project under new ids; return their number. One paper has one DOI, so copies have none."""
    studies = folder / "data" / "studies"
    for path in sorted(studies.glob("*.yml")):
        study = yaml.safe_load(path.read_text(encoding="utf-8"))
        study.pop("doi", None)
        study.pop("pmid", None)
        for number in range(1, times):
            # In front of the name: side by side, copies would pack far better than real studies do.
            study["id"] = f"copy-{number}-{path.stem}"
            text = yaml.safe_dump(study, allow_unicode=True, sort_keys=False)
            (studies / f"{study['id']}.yml").write_text(text, encoding="utf-8")
    return len(list(studies.glob("*.yml")))


def filter_times(site: Path, address: str) -> dict[str, float]:
    """Serve a site; return the milliseconds of each choice in Chromium, the middle one of five rounds."""
    with served(site) as root, sync_playwright() as playwright:
        browser = launch(playwright)
        rounds = []
        for _ in range(5):
            page = browser.new_page(viewport={"width": 360, "height": 640})
            page.goto(root + address, wait_until="load")
            page.wait_for_selector("fb-filter form:not([hidden])")
            rounds.append(page.evaluate(CHOICES, ROUND))
            page.close()
        browser.close()
    return {choice: statistics.median(taken[choice] for taken in rounds) for choice in rounds[0]}


def register(times: int) -> None:
    """Print what the register of studies weighs with so many times the studies, and how fast it filters."""
    address = "/evidence/studies/"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project(folder, 1)
        number = multiply_studies(folder, times)
        seconds, _, code = run(BUILDERS["MkDocs"], folder)
        if code != 0:
            print(f"register: the build failed (exit code {code})")
            return
        html = (folder / "site" / address.strip("/") / "index.html").read_bytes()
        print(f"\nregister of {number:,} studies, built in {seconds:.1f} s")
        print(f"page {len(html) / 1000:,.0f} kB, gzip {len(gzip.compress(html, 6)) / 1000:,.0f} kB")
        for choice, taken in filter_times(folder / "site", address).items():
            print(f"{choice:<24} {taken:>6.0f} ms")


def editions(number: int) -> None:
    """Print how long each of so many clinics' editions takes, and all of them, by the one command."""
    example = (ROOT / "clinic.example.yml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
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


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, nargs="*", default=[1, 10, 100], help="content so many times over")
    parser.add_argument("--register", type=int, default=10, help="register so many times over; 0 leaves it out")
    parser.add_argument("--editions", type=int, default=20, help="so many clinics' editions; 0 builds none")
    options = parser.parse_args()
    print(f"{'builder':<9} {'times':>5} {'pages':>6} {'seconds':>8} {'MB':>7}")
    for times in options.times:
        for builder, command in BUILDERS.items():
            with tempfile.TemporaryDirectory() as name:
                pages = project(Path(name), times)
                seconds, peak, code = run(command, Path(name))
            remark = f"stopped after {LIMIT} s" if code is None else "" if code == 0 else f"failed, exit code {code}"
            print(f"{builder:<9} {times:>5} {pages:>6} {seconds:>8.1f} {peak:>7.0f} {remark}", flush=True)
    if options.register:
        register(options.register)
    if options.editions:
        editions(options.editions)


if __name__ == "__main__":
    main()
