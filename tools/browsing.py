"""A built site served on this machine, and a Chromium to look at it: what tests, benchmark and screenshots share."""

from __future__ import annotations

import http.server
import re
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Playwright

from finish import hosts

WHOLE = ("chromium", "chromium-browser", "google-chrome")
"""Names under which a system may have Chromium; the same as in browser.sh."""
SHELL = "chromium-headless-shell"
"""The same browser without a window around its pages: it opens one in a third of the time."""


RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
"""What axe holds every page to."""
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What can differ between light and dark."""
ALIKE = [[".fb-references li + li"], [".fb-register__item + .fb-register__item"]]
"""Parts that one template writes over and over: axe looks at the first of each list, or it would need half an hour."""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Answers as a static host does that reads `_headers`, without a line for each file."""

    heads: tuple[hosts.Rule, ...] = ()

    def log_message(self, *_: object) -> None:
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a missing page with the site's own 404 page."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        """Add what the site wants to be sent with this address."""
        for name, value in sent(self.heads, getattr(self, "path", "/")).items():
            self.send_header(name, value)
        super().end_headers()


def sent(rules: Iterable[hosts.Rule], address: str) -> dict[str, str]:
    """The headers of an address (`/embed/options/`): of all rules that fit, the last value of each."""
    found: dict[str, str] = {}
    for rule in rules:
        if re.fullmatch(rule.regex, address.partition("?")[0].removeprefix("/")):
            found = {name: value for name, value in found.items() if name not in rule.unset} | rule.set
    return found


class _Server(http.server.ThreadingHTTPServer):
    """A page that is closed while a file is on its way is no fault."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(site: Path, *, headers: bool = True) -> Iterator[str]:
    """Serve a built site on localhost; yields its root without a slash at the end.

    Args:
        site: The folder.
        headers: False does as a host that does not read `_headers`.
    """
    file = site / hosts.HEADERS

    class Handler(_Quiet):
        heads = tuple(hosts.rules(file.read_text(encoding="utf-8"))) if headers and file.exists() else ()

        def __init__(self, *given: Any) -> None:
            super().__init__(*given, directory=str(site))

    server = _Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def launch(playwright: Playwright, *, whole: bool = False) -> Browser:
    """Start Chromium: the system's where there is one, else Playwright's own.

    Args:
        playwright: Playwright, started.
        whole: The browser that readers have if it is there, to measure speeds with.
    """
    names = (*WHOLE, SHELL) if whole else (SHELL, *WHOLE)
    path = next(filter(None, map(shutil.which, names)), None)
    # Root in a container has no sandbox; the pages are our own.
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


def axe_faults(page: Any, scheme: str = "light") -> list[tuple[str, list[str]]]:
    """What axe finds on an open page: the rule, and the first places that break it."""
    from axe_playwright_python.sync_playwright import Axe

    # `resultTypes`: what passes is not described, which takes as long as the search itself.
    options = {"runOnly": RULES if scheme == "light" else COLOUR_RULES, "resultTypes": ["violations"]}
    found = Axe().run(page, context={"exclude": ALIKE}, options=options).response["violations"]
    return [(violation["id"], [node["html"][:160] for node in violation["nodes"][:3]]) for violation in found]
