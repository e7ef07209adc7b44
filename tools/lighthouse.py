"""Lighthouse on every page of the finished site, as a phone sees it: the four scores, and what a lower one is for.

Lighthouse is a program of its own, for Node.js; the guide does not need it. `npm install --global lighthouse` brings
it, or `npm install --prefix FOLDER lighthouse` with `LIGHTHOUSE=FOLDER/node_modules/.bin/lighthouse`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.browsing import WHOLE
from tools.visits import finished, packing
from tools.weight import weigh_all

SCORES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu"
"""Root in a container has no sandbox; the pages are our own."""


def program() -> str | None:
    """Where Lighthouse is, if it and Node.js are there."""
    found = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
    return found if found and shutil.which("node") else None


def run(lighthouse: str, address: str) -> dict[str, Any]:
    """Look at one address; return its scores out of 100 and the checks that cost something."""
    chromium = next(filter(None, map(shutil.which, WHOLE)), "")
    with tempfile.TemporaryDirectory(prefix="guide-lighthouse-") as name:
        file = Path(name) / "report.json"
        command = [lighthouse, address, "--quiet", "--output=json", f"--output-path={file}", f"--chrome-flags={FLAGS}"]
        environment = {**os.environ, **({"CHROME_PATH": chromium} if chromium else {})}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            return {"fault": (done.stderr.strip().splitlines() or ["no answer"])[-1]}
        report = json.loads(file.read_text(encoding="utf-8"))
    scores = {name: round(100 * (report["categories"][name]["score"] or 0)) for name in SCORES}
    costs = sorted(
        {
            one["id"]
            for name in SCORES
            for one in report["categories"][name]["auditRefs"]
            if one["weight"]
            and (report["audits"][one["id"]]["score"] or 0) < 0.9
            and report["audits"][one["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")
        }
    )
    return {"scores": scores, "costs": costs}


def look(lighthouse: str, site: Path, addresses: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Look at pages of a finished site; print and return what `run` finds of each."""
    pages: dict[str, dict[str, Any]] = {}
    print(f"\n{'Lighthouse, as a phone':<40}" + "".join(f"{name:>15}" for name in SCORES))
    with packing(site) as (root, _):
        for address in addresses:
            found = pages[address] = run(lighthouse, root + address)
            if "fault" in found:
                print(f"{address:<40} {found['fault']}", flush=True)
                continue
            print(
                f"{address:<40}" + "".join(f"{found['scores'][name]:>15}" for name in SCORES),
                *found["costs"],
                flush=True,
            )
    return pages


def measure() -> dict[str, Any]:
    """Look at every page; print the scores and return them."""
    lighthouse = program()
    if lighthouse is None:
        print("\nLighthouse is not here; without it there are no scores (see tools/lighthouse.py).")
        return {"done": False}
    with finished() as site:
        pages = look(lighthouse, site, [weight.address for weight in weigh_all(site)])
    scored = [page["scores"] for page in pages.values() if "scores" in page]
    lowest = {name: min((one[name] for one in scored), default=0) for name in SCORES}
    return {"done": True, "pages": pages, "lowest": lowest}
