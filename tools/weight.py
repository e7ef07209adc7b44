"""What a visit weighs: `python -m tools.weight [SITE]` prints it for every page of a finished site, heaviest last.

Read from the files, so that it is the same on every machine. One kB is a thousand bytes, packed with gzip at level 6 as
servers do. Three figures a page:

- first: the page and what has to be there before anything is painted on a phone (scripts that block, and stylesheets in
  the head that are not for wide windows or printers alone);
- load: all that is fetched without a touch: scripts and what they import, stylesheets, pictures that are not lazy;
- second: what a reader of the home page still has to fetch.

What the worker keeps for reading offline comes after the load, and is counted apart (`kept_kb`).
"""

from __future__ import annotations

import argparse
import functools
import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from finish.site import PACKED

IMPORT = re.compile(r"""(?:^|[\s;}])(?:import|export)\b[^"'();]*?["'](\.[^"']+)["']""")
"""A module that another one cannot start without."""
EAGER = ", ".join(
    (
        "link[rel='stylesheet']",
        "link[rel='manifest']",
        "link[rel='icon'][href$='.svg']",
        "script[src]",
        "img:not([loading='lazy'])",
        "use",
    )
)
"""What browsers fetch by themselves: of several icons the drawing."""


@dataclass(frozen=True)
class Weight:
    """What one page weighs, in kB.

    Attributes:
        address: Where it stands.
        first: What has to be there before anything is painted.
        load: All that is fetched without a touch.
        second: What is left to fetch after a visit to the home page.
        requests: How many files a first visit fetches.
    """

    address: str
    first: float
    load: float
    second: float
    requests: int


@functools.cache
def packed(path: Path) -> float:
    """The size of a file in kB, packed; what is packed already (PNG) stays as it is."""
    content = path.read_bytes()
    return min(len(content), len(gzip.compress(content, 6))) / 1000


@functools.cache
def _imports(path: Path) -> frozenset[Path]:
    """A module with all that it imports, near and far."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += [(module.parent / name).resolve() for name in IMPORT.findall(module.read_text(encoding="utf-8"))]
    return frozenset(found)


def asked(site: Path, address: str) -> tuple[set[Path], set[Path]]:
    """Files that a page fetches by itself: those that block the first paint, and all."""
    file = site / address.lstrip("/")
    file = file / "index.html" if address.endswith("/") else file
    tree = LexborHTMLParser(file.read_text(encoding="utf-8"))
    blocking, everything = {file}, {file}
    for packed_up in tree.css(PACKED):
        packed_up.decompose()
    for element in tree.css(EAGER):
        target = element.attributes.get("href") or element.attributes.get("src") or ""
        if target.startswith(("data:", "http:", "https:")):
            continue
        path = (site / urljoin(address, target).partition("#")[0].partition("?")[0].lstrip("/")).resolve()
        if not path.is_file():
            continue
        kind = element.attributes.get("type")
        everything |= _imports(path) if element.tag == "script" and kind == "module" else {path}
        in_head = element.parent is not None and element.parent.tag == "head"
        if element.tag == "link" and element.attributes.get("rel") == "stylesheet":
            if in_head and element.attributes.get("media") is None:
                blocking.add(path)
        elif (
            in_head and element.tag == "script" and kind != "module" and not {"defer", "async"} & {*element.attributes}
        ):
            blocking.add(path)
    return blocking, everything


def weigh(site: Path, address: str) -> Weight:
    """Weigh one page of a finished site."""
    site = site.resolve()
    blocking, everything = asked(site, address)
    _, home = asked(site, "/")
    return Weight(
        address,
        sum(map(packed, blocking)),
        sum(map(packed, everything)),
        sum(map(packed, everything - home)),
        len(everything),
    )


def weigh_all(site: Path) -> list[Weight]:
    """Weigh every page that has an address of its own, the lightest first."""
    found = sorted(site.rglob("index.html"))
    addresses = [f"/{path.parent.relative_to(site).as_posix()}/".replace("/./", "/") for path in found]
    return sorted((weigh(site, address) for address in addresses), key=lambda weight: weight.first)


def kept_kb(site: Path) -> float:
    """What the worker fetches after a first visit, to have it at hand without a network; 0 without a worker."""
    worker = site / "worker.js"
    text = worker.read_text(encoding="utf-8") if worker.is_file() else ""
    lists = re.findall(r"^const (?:FIRST|MORE) = (\[.*\]);", text, re.MULTILINE)
    names = {name for found in lists for name in json.loads(found)}
    return sum(packed(site / (f"{name}index.html" if name == "" or name.endswith("/") else name)) for name in names)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path, nargs="?", default=Path("site"))
    print(f"{'first':>7} {'load':>7} {'second':>7} {'files':>6}  page (kB, packed)")
    for weight in weigh_all(parser.parse_args().site):
        print(f"{weight.first:7.1f} {weight.load:7.1f} {weight.second:7.1f} {weight.requests:6d}  {weight.address}")


if __name__ == "__main__":
    main()
