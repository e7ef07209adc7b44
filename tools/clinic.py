"""Clinics' editions of the guide: `python -m tools.clinic clinic.yml` (or a folder of such files).

Each edition is the whole guide with one clinic's details beside it. All files are checked before anything is built; a
fault in one stops all, with a line for each. An edition is built in a folder of its own and then takes the place of an
earlier one in `editions/<id>/`; where a build fails, the earlier one stays.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from factbook import clinic as clinics
from factbook import model, pages
from factbook.clinic import Clinic
from factbook.faults import FactbookError
from factbook.links import address
from factbook.records import Factbook
from finish import FinishError, finish

ROOT = Path(__file__).resolve().parent.parent
BUILDERS = {"mkdocs": ["mkdocs", "build"], "zensical": ["zensical", "build", "--clean"]}
HOW = "make clinic CLINIC=clinic.yml SITE_URL=https://example.org/"


@dataclass(frozen=True)
class Order:
    """One edition to build: the checked record, its file, and what the templates show of it."""

    clinic: Clinic
    file: Path
    shown: dict[str, Any]


@dataclass(frozen=True)
class Built:
    """What came of it. `log` is empty where the edition stands."""

    id: str
    seconds: float
    log: str


def found_files(path: Path) -> list[Path]:
    """The clinics' files that a path names: itself, or in a folder every `*.yml` and every `*/clinic.yml`."""
    if not path.is_dir():
        return [path]
    files = [*sorted(path.glob("*.yml")), *sorted(path.glob("*/clinic.yml"))]
    if not files:
        raise FactbookError([f"{path}: no clinic.yml in this folder"])
    return files


def neutral_address(root: Path) -> str:
    """Where the neutral guide stands: SITE_URL, else what mkdocs.yml says without it."""
    found = os.environ.get("SITE_URL") or setting(root, "site_url")
    if not found.startswith(("https://", "http://")):
        raise FactbookError([f"SITE_URL: where is the neutral guide? Each page of an edition links it: {HOW}"])
    return found


class _Config(yaml.SafeLoader):
    """Reads mkdocs.yml; of `!ENV [NAME, default]` it takes the default, and keeps other tags out of the way."""


_Config.add_multi_constructor("", lambda _loader, _suffix, _node: None)
_Config.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])  # type: ignore[arg-type]


def setting(root: Path, key: str) -> str:
    """A text of mkdocs.yml."""
    config = yaml.load((root / "mkdocs.yml").read_text(encoding="utf-8"), _Config)  # noqa: S506 - a safe loader
    return str(config.get(key) or "")


def read(files: list[Path], root: Path, neutral: str) -> list[Order]:
    """Check all files of clinics.

    Raises:
        FactbookError: With one line for each fault in any of them.
    """
    book = model.load(root / "data")
    pages.check(root / "docs", book)
    metas = pages.metas(root / "docs")
    faults: list[str] = []
    orders: dict[str, Order] = {}
    for file in files:
        try:
            order = _order(file, book, metas, neutral)
        except FactbookError as error:
            faults += error.faults
            continue
        if (other := orders.get(order.clinic.id)) is not None:
            faults.append(f'{file}: id: "{order.clinic.id}" stands in {other.file} already')
        orders[order.clinic.id] = order
    if faults:
        raise FactbookError(faults)
    return list(orders.values())


def _order(file: Path, book: Factbook, metas: dict[str, pages.PageMeta], neutral: str) -> Order:
    clinic = clinics.load(file, book, str(file))
    try:
        shown = clinics.for_templates(clinic, book, metas, lambda page: address(page).removeprefix("/"), neutral)
    except FactbookError as error:
        raise FactbookError(f"{file}: {line}" for line in error.faults) from None
    return Order(clinic, file, shown)


def build(order: Order, root: Path, out: Path, builder: str = "mkdocs") -> Built:
    """Build one edition into `out/<id>/`; an earlier one stays if it fails."""
    clinic = order.clinic
    folder = (out / f".{clinic.id}.build").resolve()
    started = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    prepare(order, root, folder)
    environment = {
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "CLINIC_FILE": "clinic.yml",
        # Without an address of its own, what is scanned or quoted leads to the neutral guide.
        "SITE_URL": clinic.published_at or order.shown["neutral"],
    }
    program, *rest = BUILDERS[builder]
    done = subprocess.run(  # noqa: S603 - our own two builders
        [str(Path(sys.executable).with_name(program)), *rest],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    log = ""
    if done.returncode == 0 and (folder / "site" / "index.html").is_file():
        try:
            finish(folder / "site", root, environment["SITE_URL"])
        except FinishError as error:
            log = str(error)
        else:
            put(folder / "site", out / clinic.id)
    else:
        told = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith("INFO")]
        log = "\n".join(told) or f"exit code {done.returncode}"
    shutil.rmtree(folder)
    return Built(clinic.id, time.monotonic() - started, log)


def prepare(order: Order, root: Path, folder: Path) -> None:
    """Write the project of one edition: the guide as it is, and one small configuration that adds the clinic."""
    for name in ("data", "docs", "overrides"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "mkdocs.yml", folder / "guide.yml")
    shutil.copy(order.file, folder / "clinic.yml")
    if logo := order.clinic.logo:
        shutil.copy(order.file.with_name(logo), folder / logo)
        shutil.copy(order.file.with_name(logo), folder / "docs" / order.shown["logo"])
    config = {
        "INHERIT": "guide.yml",
        "site_name": f"{setting(root, 'site_name')} ({order.clinic.name} edition)",
        "watch": [],
        "extra": {"clinic": order.shown},
    }
    text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
    (folder / "mkdocs.yml").write_text(text, encoding="utf-8")


def put(site: Path, place: Path) -> None:
    """Put a built site in place of an earlier one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    shutil.move(site, place)
    shutil.rmtree(old, ignore_errors=True)


def build_all(orders: list[Order], root: Path, out: Path, builder: str = "mkdocs", jobs: int = 0) -> Iterator[Built]:
    """Build editions, as many at a time as there are processors; yield each in the order asked for."""
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        yield from pool.map(lambda order: build(order, root, out, builder), orders)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code (0 good, 1 faults)."""
    parser = argparse.ArgumentParser(prog="clinic", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("path", nargs="?", default="", help="a clinic's file, or a folder of them")
    parser.add_argument("--check", action="store_true", help="check the files and build nothing")
    parser.add_argument("--out", type=Path, default=Path("editions"), help="where the editions go")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project folder (default: this one)")
    parser.add_argument("--builder", choices=list(BUILDERS), default="mkdocs")
    parser.add_argument("--jobs", type=int, default=0, help="how many at a time (default: one a processor)")
    options = parser.parse_args(arguments)
    try:
        if not options.path:
            raise FactbookError([f"CLINIC: which file? {HOW}"])
        orders = read(found_files(Path(options.path)), options.root, neutral_address(options.root))
    except FactbookError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        return 1
    if options.check:
        print(f"{len(orders)} checked: no faults")
        return 0
    failed = 0
    for built in build_all(orders, options.root, options.out, options.builder, options.jobs):
        if built.log:
            failed += 1
            print(f"{built.id}: not built; an earlier edition stays as it was\n{built.log}", file=sys.stderr)
        else:
            print(f"{options.out / built.id}/  {built.seconds:.1f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
