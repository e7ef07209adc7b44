"""Whether our sources are still where we say: `python -m tools.links_check` asks each address of `data/` and `docs/`.

It asks gently: one request at a time for each host, with a pause, the head alone where the host gives one. Many
publishers turn programs away; such an answer means "could not tell", never "lost". With `--issue` the result goes into
one issue of the repository, which is opened, kept up and closed by itself.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from urllib3.exceptions import NameResolutionError

from factbook import checks, model
from factbook.model import files
from factbook.records import Factbook, Study

ROOT = Path(__file__).resolve().parent.parent
TITLE = "Links that no longer lead anywhere"
"""The one issue is found again by this."""
AGENT = "hair-mesotherapy-guide-links/1 (weekly check of sources; one request at a time)"
AT_ONCE = 8
"""Hosts asked side by side."""
MOST_HOPS = 10
LONGEST_WAIT = 60.0
"""Seconds; a host that asks for more patience is left for the next run."""
MOST_LINES = 200
"""Lines of a list in the issue, whose text may hold 65,536 characters."""

Verdict = Literal["there", "lost", "unsure"]


@dataclass(frozen=True)
class Answer:
    """What came of one address: `why` says it in words; `reached` is whether any host answered."""

    url: str
    verdict: Verdict
    why: str
    reached: bool = True


# What is asked for --------------------------------------------------------------------------------


def addresses(book: Factbook, docs: Path) -> dict[str, list[str]]:
    """Every outside address, without its anchor, with the places that name it: `data/studies/x.yml`, `docs/y.md`."""
    found: dict[str, list[str]] = defaultdict(list)

    def add(url: str, place: str) -> None:
        url = urldefrag(url).url
        if place not in found[url]:
            found[url].append(place)

    for place, item in checks.places(book):
        if isinstance(item, Study):
            add(item.link, place)
            if item.pmid:
                add(f"https://pubmed.ncbi.nlm.nih.gov/{item.pmid}/", place)
        for url in _urls(item):
            add(url, place)
    add(book.edition.licence_url, "data/edition.yml")
    for path in map(Path, files(docs, ".md")):
        for url in re.findall(r"\]\((https?://[^\s)]+)", path.read_text(encoding="utf-8")):
            add(url, f"docs/{path.relative_to(docs).as_posix()}")
    return dict(found)


def _urls(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if re.fullmatch(r"https?://\S+", value):
            yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _urls(item)
    elif is_dataclass(value):
        for key in fields(value):
            yield from _urls(getattr(value, key.name))


# Asking -------------------------------------------------------------------------------------------


class Checker:
    """Asks for addresses, each host one request at a time.

    Args:
        pause: Seconds between two requests to one host.
        patience: Seconds to wait for an answer.
        tries: How often an address is asked for that gave none, or a busy one.
        sleep: What waits; a test hands in something quicker.
    """

    def __init__(
        self,
        pause: float = 1.0,
        patience: float = 20.0,
        tries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._patience = patience
        self._tries = tries
        self._sleep = sleep
        self._hosts: dict[str, threading.Lock] = {}

    def check_all(self, urls: list[str]) -> list[Answer]:
        """Ask for all addresses, hosts side by side, and give the answers in the order of the addresses."""
        by_host: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            by_host[urlsplit(url).netloc].append(url)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = {
                answer.url: answer for answers in pool.map(self._check_host, by_host.values()) for answer in answers
            }
        return [found[url] for url in urls]

    def _check_host(self, urls: list[str]) -> list[Answer]:
        with requests.Session() as session:
            session.headers.update({"User-Agent": AGENT, "Accept": "*/*"})
            return [self.check(url, session) for url in urls]

    def check(self, url: str, session: requests.Session) -> Answer:
        """Ask for one address and follow where it leads."""
        here = url
        for _ in range(MOST_HOPS):
            try:
                status, onward = self._ask_until_told(here, session)
            except requests.RequestException as error:
                return self._unanswered(url, error)
            if not onward:
                return _told(url, status)
            here = urljoin(here, onward)
            if urlsplit(here).scheme not in ("http", "https"):
                return Answer(url, "lost", "leads to something that is no web address")
        # A wall against programs that set no cookie looks the same.
        return Answer(url, "unsure", "leads round in a circle")

    def _ask_until_told(self, url: str, session: requests.Session) -> tuple[int, str]:
        """Status and onward address of one hop; asks again where the host is busy or silent."""
        for left in reversed(range(self._tries)):
            wait = 2.0 * 3 ** (self._tries - 1 - left)
            try:
                status, onward, asked = self._ask("HEAD", url, session)
                if status >= 400 and status != 429:  # some hosts know no HEAD, or answer it wrongly
                    status, onward, asked = self._ask("GET", url, session)
            except (requests.ConnectionError, requests.Timeout):
                if not left:
                    raise
            else:
                busy = status == 429 or status >= 500
                if not busy or not left or asked > LONGEST_WAIT:
                    return status, onward
                wait = max(wait, asked)
            self._sleep(wait)
        raise AssertionError("the last turn returns or raises")

    def _ask(self, method: str, url: str, session: requests.Session) -> tuple[int, str, float]:
        # setdefault is one step for all threads; a host that another leads to may be asked by two.
        with self._hosts.setdefault(urlsplit(url).netloc, threading.Lock()):
            try:
                # Streamed: of a GET nothing but the head is read.
                with session.request(
                    method, url, allow_redirects=False, timeout=self._patience, stream=True
                ) as response:
                    after = response.headers.get("Retry-After", "")
                    onward = response.headers.get("Location", "") if response.is_redirect else ""
                    return response.status_code, onward, float(after) if after.isdigit() else 0.0
            finally:
                self._sleep(self._pause)

    @staticmethod
    def _unanswered(url: str, error: requests.RequestException) -> Answer:
        if isinstance(error, requests.exceptions.SSLError):
            return Answer(url, "unsure", "its certificate is not accepted")
        if isinstance(error, requests.Timeout):
            return Answer(url, "unsure", "no answer in time", reached=False)
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(reason, NameResolutionError):
            return Answer(url, "lost", "no such host", reached=False)
        if isinstance(error, requests.ConnectionError):
            return Answer(url, "unsure", "no connection", reached=False)
        return Answer(url, "lost", "is no address that can be asked for")


def _told(url: str, status: int) -> Answer:
    """What a host's last answer means."""
    if status < 400:
        return Answer(url, "there", str(status))
    if status in (404, 410):
        return Answer(url, "lost", f"{status}, not there")
    return Answer(url, "unsure", f"{status}, turned away" if status in (401, 403, 429) else f"{status}")


# Telling ------------------------------------------------------------------------------------------


def report(answers: list[Answer], places: Mapping[str, list[str]], day: date) -> str:
    """The result as Markdown: what is lost with the files to mend, and what nobody could tell."""
    lost = [answer for answer in answers if answer.verdict == "lost"]
    unsure = [answer for answer in answers if answer.verdict == "unsure"]
    hosts = len({urlsplit(answer.url).netloc for answer in answers})
    lines = [f"{len(answers)} addresses on {hosts} hosts were asked for on {day}. {len(lost)} are lost.", ""]
    lines += _listed(lost, places)
    if lost:
        lines += [
            "",
            "Find where each has moved to, or who keeps a copy, and mend `url`, `doi` or `pmid` in the file.",
            "",
        ]
    if unsure:
        lines += [f"<details><summary>{len(unsure)} could not be told: the host turned a program away</summary>", ""]
        lines += [*_listed(unsure, places), "", "</details>", ""]
    return "\n".join(lines)


def _listed(answers: list[Answer], places: Mapping[str, list[str]]) -> list[str]:
    lines = [f"- `{answer.url}`: {answer.why} ({', '.join(places[answer.url])})" for answer in answers[:MOST_LINES]]
    return lines + ([f"- and {len(answers) - MOST_LINES} more"] if len(answers) > MOST_LINES else [])


class Issue:
    """The one issue that tells of lost links, found by its title.

    Args:
        repository: `owner/name`.
        token: A token that may read and write issues.
        api: Root of the REST interface.
    """

    def __init__(self, repository: str, token: str, api: str = "https://api.github.com") -> None:
        self._root = f"{api.rstrip('/')}/repos/{repository}/issues"
        self._session = requests.Session()
        self._session.headers.update({"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"})

    def tell(self, body: str, *, lost: bool) -> str:
        """Open, reopen or keep up the issue where links are lost; else close it. Returns what was done."""
        known = self._known()
        if known is None:
            if not lost:
                return "no issue needed"
            return f"opened {self._send('POST', self._root, title=TITLE, body=body)}"
        address = f"{self._root}/{known['number']}"
        if lost:
            return f"kept up {self._send('PATCH', address, body=body, state='open')}"
        if known["state"] == "closed":
            return "no issue needed"
        return f"closed {self._send('PATCH', address, body=body, state='closed', state_reason='completed')}"

    def _known(self) -> dict[str, Any] | None:
        """The issue with our title, an open one before closed ones, the newest first."""
        found: list[dict[str, Any]] = []
        address: str | None = f"{self._root}?state=all&per_page=100"
        while address:
            response = self._session.get(address, timeout=30)
            response.raise_for_status()
            found += [item for item in response.json() if item["title"] == TITLE and "pull_request" not in item]
            address = response.links.get("next", {}).get("url")
        return min(found, key=lambda item: (item["state"] != "open", -item["number"]), default=None)

    def _send(self, method: str, address: str, **values: str) -> str:
        response = self._session.request(method, address, json=values, timeout=30)
        response.raise_for_status()
        return f"#{response.json()['number']}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code: 1 for lost links that no issue tells of, 2 where nothing answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issue", action="store_true", help="tell it in the issue (GITHUB_REPOSITORY, GITHUB_TOKEN)")
    options = parser.parse_args(arguments)
    if options.issue and not (os.environ.get("GITHUB_REPOSITORY") and os.environ.get("GITHUB_TOKEN")):
        parser.error("--issue needs GITHUB_REPOSITORY and GITHUB_TOKEN")
    places = addresses(model.load(ROOT / "data"), ROOT / "docs")
    answers = Checker().check_all(sorted(places))
    if not any(answer.reached for answer in answers):
        print("Nothing answered: is there a network?", file=sys.stderr)
        return 2
    body = report(answers, places, date.today())
    lost = any(answer.verdict == "lost" for answer in answers)
    print(body)
    if not options.issue:
        return int(lost)
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    print(Issue(os.environ["GITHUB_REPOSITORY"], os.environ["GITHUB_TOKEN"], api).tell(body, lost=lost))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
