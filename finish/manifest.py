"""The service worker: the version of the site, the hash of each file it may keep, and what it keeps from the start.

Runs last, since it needs every byte as it is published. How the worker uses the list stands in `templates/worker.js`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from finish.offline import HELD
from finish.shell import MEANINGS
from finish.site import FinishError, Site

OFFLINE = "offline/"
"""The page that stands in for one that cannot be had."""
SOURCED = ("aftercare/warning-signs/", "tools/visit-card/")
"""Pages whose sources are always kept, too: what somebody may have to show to a doctor."""
BESIDE = r"(more(-\d+)?|sources)\.html"
"""Files beside a page that hold its long parts, as the worker knows them too."""
KINDS = (".html", ".css", ".js", ".json", ".svg", ".png", ".webp", ".jpg", ".ico")
"""Files that pages are made of."""
ELSEWHERE = ("embed/", "data/", "assets/images/share/")
"""Frames, which the worker leaves alone; downloads; pictures that only other sites show."""
WORKERS = ("worker.js", "worker-off.js")
IMPORT = re.compile(r"""\bimport\s*(?:[\w$*{}\s,]+\s*from\s*)?["'](\.[^"']+)["']""")
"""An import that comes with the module; `import()` fetches when it is wanted, so it is none of them."""
URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


def run(site: Site) -> None:
    """Write `worker.js` and `worker-off.js`; without a worker, both are the one that ends it.

    Raises:
        FinishError: A page that is always kept is missing, or names a file that is.
    """
    off = site.template("worker-off.js")
    site.write("worker-off.js", off)
    site.write("worker.js", worker(site) if site.worker else off)


def worker(site: Site) -> str:
    """The text of the worker for a finished site."""
    files = hashes(site.folder)
    pages = [path for path in files if HELD.fullmatch(f"/{path}")]
    for wanted in (OFFLINE, *SOURCED):
        if wanted not in files:
            raise FinishError(f"{wanted}: missing in the site; it is kept for reading offline")
    first = closure(site.folder, files, [OFFLINE, "assets/javascripts/kept.js"])
    parts = [path for path in files if re.fullmatch(BESIDE, posixpath.basename(path))]
    beside = [path for path in parts if path.startswith(SOURCED) or not path.endswith("sources.html")]
    near = [path for path in beside if f"{posixpath.dirname(path)}/" in pages]
    asked = [MEANINGS] if MEANINGS in files else []
    more = closure(site.folder, files, ["", *pages, *near, *asked])
    values = {
        "files": json.dumps(files, separators=(",", ":")),
        "first": json.dumps(first),
        "more": json.dumps([path for path in more if path not in first]),
        "offline": OFFLINE,
        "beside": BESIDE,
    }
    # The version tells the worker's own text, too: another worker may keep in another way.
    version = hashlib.sha256(site.template("worker.js", version="", **values).encode()).hexdigest()[:12]
    return site.template("worker.js", version=version, **values)


def hashes(folder: Path) -> dict[str, str]:
    """The hash of each file that pages are made of, by address without the first slash (`""`: the home page).

    A hash is the first 48 bits of SHA-256, in base64: it tells versions apart, it does not guard against forgery.
    """
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in KINDS or name in WORKERS or name.startswith(ELSEWHERE):
            continue
        digest = hashlib.sha256(path.read_bytes()).digest()[:6]
        found[re.sub(r"(^|/)index\.html$", r"\1", name)] = base64.b64encode(digest).decode()
    return found


def closure(folder: Path, files: Iterable[str], start: Iterable[str]) -> list[str]:
    """Files, and all that they load by themselves, in the order in which they are met."""
    known = set(files)
    found: dict[str, None] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        found[path] = None
        waiting += [name for name in _loaded(folder, path) if name in known]
    return list(found)


def _loaded(folder: Path, path: str) -> Iterator[str]:
    """What a page, a style or a module loads, as addresses without the first slash."""
    file = folder / (f"{path}index.html" if path.endswith("/") or not path else path)
    if file.suffix not in (".html", ".css", ".js"):
        return
    text = file.read_text(encoding="utf-8")
    for link in _links(text) if file.suffix == ".html" else (URL if file.suffix == ".css" else IMPORT).findall(text):
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc and parts.path:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path)).removeprefix("./")


def _links(html: str) -> Iterator[str]:
    tree = LexborHTMLParser(html)
    for node in tree.css("use"):
        yield node.attributes["href"] or ""
    for node in tree.css("script[src], img[src]"):
        yield node.attributes["src"] or ""
    for node in tree.css('link[rel="stylesheet"][href]'):
        yield node.attributes["href"] or ""
