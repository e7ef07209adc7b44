"""The check of outside links, against hosts on loopback; nothing outside is asked for."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
import requests
import yaml

from factbook import model
from tests.conftest import MINI, ROOT
from tools.links_check import MOST_LINES, TITLE, Answer, Checker, Issue, addresses, main, report


class Host(BaseHTTPRequestHandler):
    """A host with an address for each way to answer, and the few calls of an issue tracker."""

    asked: ClassVar[Counter[str]] = Counter()
    issues: ClassVar[list[dict[str, Any]]] = []
    busy: ClassVar[Counter[str]] = Counter()
    most_busy: ClassVar[Counter[str]] = Counter()
    lock = threading.Lock()
    hold = threading.Event()

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        if self.path.startswith("/repos/"):
            self.listed()
        else:
            self.answer()

    def do_POST(self) -> None:
        number = len(Host.issues) + 1
        Host.issues.append({"number": number, "state": "open", **self.sent()})
        self.told(Host.issues[-1])

    def do_PATCH(self) -> None:
        issue = Host.issues[int(self.path.rpartition("/")[2]) - 1]
        issue.update(self.sent())
        self.told(issue)

    def answer(self) -> None:
        name = self.headers["Host"].partition(":")[0]
        with Host.lock:
            Host.asked[f"{self.command} {self.path}"] += 1
            times = sum(Host.asked[f"{method} {self.path}"] for method in ("HEAD", "GET"))
            Host.busy[name] += 1
            Host.most_busy[name] = max(Host.most_busy[name], Host.busy[name])
        if self.path.endswith("a-while"):
            time.sleep(0.02)
        with Host.lock:  # before the answer, which may bring the next request at once
            Host.busy[name] -= 1
        match self.path:
            case "/slow":
                Host.hold.wait(5)
                self.reply(200)
            case "/moved":
                self.reply(301, Location="/ok")
            case "/away" | "/away-a-while":
                there = "a-while" if self.path.endswith("a-while") else "ok"
                self.reply(302, Location=f"http://localhost:{self.server.server_port}/{there}")
            case "/loop":
                self.reply(302, Location="/pool")
            case "/pool":
                self.reply(302, Location="/loop")
            case "/odd":
                self.reply(302, Location="mailto:a@example.org")
            case "/no-head":
                self.reply(200 if self.command == "GET" else 405)
            case "/lying-head":
                self.reply(200 if self.command == "GET" else 404)
            case "/sometimes":
                self.reply(503 if times < 3 else 200)
            case "/patience":
                self.reply(200) if times > 1 else self.reply(429, **{"Retry-After": "7"})
            case "/drops":
                self.close_connection = True
            case path if path[1:].isdigit():
                self.reply(int(path[1:]))
            case _:
                self.reply(200)

    def reply(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def listed(self) -> None:
        """Two pages of issues, as the tracker pages them."""
        assert self.headers["Authorization"] == "Bearer secret"
        second = "page=2" in self.path
        found = [issue for issue in Host.issues if (issue["number"] > 1) == second]
        link = {} if second else {"Link": f'<http://{self.headers["Host"]}{self.path}&page=2>; rel="next"'}
        self.told(found, **link)

    def sent(self) -> dict[str, Any]:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def told(self, value: Any, **headers: str) -> None:
        content = json.dumps(value).encode()
        self.send_response(200)
        for key, text in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(key, text)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    Host.asked.clear()
    Host.issues.clear()
    Host.busy.clear()
    Host.most_busy.clear()
    Host.hold.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    Host.hold.set()
    server.shutdown()
    server.server_close()


def asked(url: str, **options: Any) -> tuple[Answer, list[float]]:
    """The answer for one address, and how long it was waited for between the requests."""
    waits: list[float] = []
    checker = Checker(pause=0, patience=0.3, sleep=waits.append, **options)
    with requests.Session() as session:
        return checker.check(url, session), [wait for wait in waits if wait]


@pytest.mark.parametrize(
    ("path", "verdict", "why", "requests_made"),
    [
        ("/ok", "there", "200", 1),
        ("/moved", "there", "200", 2),
        ("/away", "there", "200", 2),
        ("/no-head", "there", "200", 2),
        ("/lying-head", "there", "200", 2),
        ("/sometimes", "there", "200", 3),
        ("/404", "lost", "404, not there", 2),
        ("/410", "lost", "410, not there", 2),
        ("/403", "unsure", "403, turned away", 2),
        ("/401", "unsure", "401, turned away", 2),
        ("/500", "unsure", "500", 6),
        ("/loop", "unsure", "leads round in a circle", 10),
        ("/odd", "lost", "leads to something that is no web address", 1),
        ("/drops", "unsure", "no connection", 3),
        ("/slow", "unsure", "no answer in time", 2),
    ],
)
def test_what_an_answer_means(host: str, path: str, verdict: str, why: str, requests_made: int) -> None:
    answer, _ = asked(host + path, tries=2 if path == "/slow" else 3)
    assert (answer.verdict, answer.why) == (verdict, why)
    assert sum(Host.asked.values()) == requests_made


def test_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*arguments: Any, **options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    answer, waits = asked("http://nowhere.example/")
    assert (answer.verdict, answer.why, answer.reached) == ("lost", "no such host", False)
    assert waits == [2, 6]


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        answer, _ = asked(f"http://127.0.0.1:{free.getsockname()[1]}/")
    assert (answer.verdict, answer.why) == ("unsure", "no connection")


def test_a_busy_host_is_waited_for(host: str) -> None:
    answer, waits = asked(f"{host}/patience")
    assert (answer.verdict, waits) == ("there", [7])
    assert Host.asked == {"HEAD /patience": 2}


def test_one_request_at_a_time_for_each_host(host: str) -> None:
    """Also where one host leads to another that is asked at the same time."""
    waits: list[float] = []
    near = host.replace("127.0.0.1", "localhost")
    urls = [f"{host}/away-a-while#{number}" for number in range(4)]
    urls += [f"{near}/a-while#{number}" for number in range(4)]
    answers = Checker(pause=0.5, patience=2, sleep=waits.append).check_all(urls)
    assert [answer.url for answer in answers] == urls
    assert {answer.verdict for answer in answers} == {"there"}
    assert Host.most_busy == {"127.0.0.1": 1, "localhost": 1}
    assert waits == [0.5] * sum(Host.asked.values())


# What is asked for, and what is told --------------------------------------------------------------


def test_addresses_come_with_the_places_that_name_them(tmp_path: Any) -> None:
    (tmp_path / "a.md").write_text("[x](https://example.org/alpha#part) [y](b.md)", encoding="utf-8")
    found = addresses(model.load(MINI / "data"), tmp_path)
    assert found["https://doi.org/10.1234/example.1"] == ["data/studies/alpha-2001.yml"]
    assert found["https://pubmed.ncbi.nlm.nih.gov/1234567/"] == ["data/studies/alpha-2001.yml"]
    assert found["https://example.org/alpha"] == ["data/studies/alpha-2001.yml", "docs/a.md"]
    assert found["https://example.org/999"] == ["data/emergency_numbers.yml: gb"]


def test_every_source_of_the_guide_is_asked_for() -> None:
    book = model.load(ROOT / "data")
    found = addresses(book, ROOT / "docs")
    assert {study.link for study in book.studies.values()} <= {
        *found,
        *(study.link for study in book.studies.values() if "#" in study.link),
    }
    assert all(places for places in found.values())


def test_the_report_names_the_files_to_mend() -> None:
    answers = [
        Answer("https://a.example/1", "there", "200"),
        Answer("https://a.example/2", "lost", "404, not there"),
        Answer("https://b.example/3", "unsure", "403, turned away"),
    ]
    told = report(answers, {answer.url: ["data/studies/x.yml"] for answer in answers}, date(2026, 11, 27))
    assert "3 addresses on 2 hosts were asked for on 2026-11-27. 1 are lost." in told
    assert "- `https://a.example/2`: 404, not there (data/studies/x.yml)" in told
    assert told.index("<details>") < told.index("https://b.example/3")
    assert "https://a.example/1" not in told
    many = [Answer(f"https://a.example/{number}", "lost", "404") for number in range(MOST_LINES + 5)]
    assert "- and 5 more" in report(many, {answer.url: ["x"] for answer in many}, date(2026, 11, 27))


def test_one_issue_is_opened_kept_up_closed_and_opened_again(host: str) -> None:
    Host.issues.append({"number": 1, "state": "open", "title": "Something else", "body": ""})
    issue = Issue("us/guide", "secret", host)
    assert issue.tell("fine", lost=False) == "no issue needed"
    assert issue.tell("one", lost=True) == "opened #2"
    assert issue.tell("two", lost=True) == "kept up #2"
    assert issue.tell("fine", lost=False) == "closed #2"
    assert issue.tell("fine", lost=False) == "no issue needed"
    assert issue.tell("three", lost=True) == "kept up #2"
    assert [(item["title"], item["state"], item["body"]) for item in Host.issues[1:]] == [(TITLE, "open", "three")]


def test_a_request_for_a_change_with_our_title_is_no_issue(host: str) -> None:
    Host.issues.append({"number": 1, "state": "open", "title": TITLE, "body": "", "pull_request": {}})
    assert Issue("us/guide", "secret", host).tell("one", lost=True) == "opened #2"


def test_without_a_network_no_issue_is_touched(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "us/guide")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setattr(
        Checker, "check_all", lambda self, urls: [Answer(url, "unsure", "no connection", False) for url in urls]
    )
    monkeypatch.setattr(Issue, "tell", lambda *arguments, **options: pytest.fail("told"))
    assert main(["--issue"]) == 2
    assert capsys.readouterr().err == "Nothing answered: is there a network?\n"


def test_the_issue_needs_its_token(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    with pytest.raises(SystemExit):
        main(["--issue"])
    assert "--issue needs GITHUB_REPOSITORY and GITHUB_TOKEN" in capsys.readouterr().err


def test_the_workflow_may_write_issues_and_nothing_else() -> None:
    flow = yaml.safe_load((ROOT / ".github/workflows/links.yml").read_text(encoding="utf-8"))
    job = flow["jobs"]["links"]
    assert flow["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "issues": "write"}
    assert [step["run"] for step in job["steps"] if "run" in step][-1] == "python -m tools.links_check --issue"
    assert job["timeout-minutes"] <= 90
