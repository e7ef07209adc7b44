"""The recipes of deploy/, tried on real servers on this machine, and the workflows."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import yaml
from selectolax.lexbor import LexborHTMLParser

from finish import compress, hosts
from finish.site import FinishError
from tests.conftest import ROOT, built, program
from tools import hosting

DEPLOY = ROOT / "deploy"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PATHS = ("/", "/guide/")
"""At the root of a host, and below a path of it."""
HOSTED = [(server, path) for server in hosting.PROGRAMS for path in PATHS]
MOVED = "old/place/"


def ask(root: str, place: str, **headers: str) -> SimpleNamespace:
    """Ask a server for a place below its root, without following where it leads."""
    address = urlsplit(root)
    connection = http.client.HTTPConnection(str(address.hostname), address.port or 80, timeout=20)
    connection.request("GET", address.path + place, headers={"Accept-Encoding": "gzip", **headers})
    answer = connection.getresponse()
    found = SimpleNamespace(
        status=answer.status,
        headers={name.lower(): value for name, value in answer.getheaders()},
        body=answer.read(),
    )
    connection.close()
    return found


def wanted(rules: list[hosts.Rule], place: str) -> dict[str, str]:
    """The headers that the site's own list names for a place: of all rules that fit, the last word."""
    found: dict[str, str] = {}
    for rule in rules:
        if re.fullmatch(rule.regex, place):
            found = {name: value for name, value in found.items() if name not in rule.unset} | rule.set
    return {name.lower(): value for name, value in found.items()}


@pytest.fixture(scope="module")
def site() -> Iterator[Path]:
    """The finished site, with some files more and two packed."""
    # Not in pytest's own folder: Apache reads as another user.
    with tempfile.TemporaryDirectory(prefix="guide-deploy-") as name:
        Path(name).chmod(0o755)
        yield furnished(Path(name) / "site")


def furnished(folder: Path) -> Path:
    """A copy of the finished site with what a test asks for beside it."""
    shutil.copytree(built("finished"), folder)
    (folder / "plan.ics").write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", encoding="utf-8")
    (folder / "note.md").write_text("Für alle, die lesen.\n" * 40, encoding="utf-8")
    for name in ("index.html", "evidence/index.html"):
        compress.pack(folder / name)
    return folder


@pytest.fixture(scope="module", params=HOSTED, ids=lambda case: f"{case[0]} {case[1]}")
def host(request: pytest.FixtureRequest, site: Path) -> Iterator[SimpleNamespace]:
    """The site on a server, at a path."""
    server, path = request.param
    if hosting.program(hosting.PROGRAMS[server]) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{server} is missing on a CI server")
        pytest.skip(f"{server} is not installed: sh tools/servers.sh")
    (site / "_redirects").write_text(f"{path}{MOVED} {path}evidence/#answer 301\n", encoding="utf-8")
    # For Apache, whose settings stand in the site, it is finished for the path.
    (site / ".htaccess").write_text(hosts.settings("hosts-apache", site, path), encoding="utf-8")
    with hosting.hosted(server, site, path) as root:
        yield SimpleNamespace(server=server, path=path, root=root, site=site)


def test_each_file_comes_with_its_type_and_its_headers(host: SimpleNamespace) -> None:
    types = {
        "": "text/html; charset=utf-8",
        "evidence/": "text/html; charset=utf-8",
        "embed/fact-box/": "text/html; charset=utf-8",
        "note.md": "text/markdown; charset=utf-8",
        "plan.ics": "text/calendar; charset=utf-8",
        "assets/site.webmanifest": "application/manifest+json",
        "assets/images/favicon.svg": "image/svg+xml",
        "data/studies.csv": "text/csv; charset=utf-8",
        "data/studies.ris": "application/x-research-info-systems; charset=utf-8",
        "data/findings.json": "application/json",
        "assets/images/icon-192.png": "image/png",
    }
    rules = hosts.rules((host.site / "_headers").read_text(encoding="utf-8"))
    faults = []
    for place, kind in types.items():
        answer = ask(host.root, place)
        if (answer.status, answer.headers["content-type"]) != (200, kind):
            faults.append((place, answer.status, answer.headers["content-type"]))
        expected = wanted(rules, place)
        named = {name.lower() for rule in rules for name in (*rule.set, *rule.unset)}
        faults += [
            (place, name, answer.headers.get(name), expected.get(name))
            for name in sorted(named)
            if answer.headers.get(name) != expected.get(name)
        ]
    assert not faults


def test_scripts_have_a_type_that_browsers_run(host: SimpleNamespace) -> None:
    kind = ask(host.root, "assets/javascripts/zoom.js").headers["content-type"]
    assert kind.split(";")[0] in ("text/javascript", "application/javascript")


def test_only_frames_may_be_framed(host: SimpleNamespace) -> None:
    frame, page, missing = (ask(host.root, place).headers for place in ("embed/fact-box/", "", "embed/nothing/"))
    assert "frame-ancestors *" in frame["content-security-policy"]
    assert "x-frame-options" not in frame
    for headers in (page, missing):
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


def test_texts_come_packed_and_pictures_as_they_are(host: SimpleNamespace) -> None:
    for place in ("", "treatment/session/", "note.md", "data/findings.json", "assets/javascripts/glightbox.min.js"):
        answer = ask(host.root, place)
        assert answer.headers.get("content-encoding") == "gzip", place
        assert "accept-encoding" in answer.headers["vary"].lower()
    assert "content-encoding" not in ask(host.root, "assets/images/icon-192.png").headers
    assert "content-encoding" not in ask(host.root, "", **{"Accept-Encoding": "identity"}).headers
    if host.server != "apache":
        # Packed beforehand: the very bytes of the file.
        assert ask(host.root, "evidence/").body == (host.site / "evidence" / "index.html.gz").read_bytes()
    if host.server == "caddy":
        brotli = ask(host.root, "evidence/", **{"Accept-Encoding": "br, gzip"})
        assert brotli.body == (host.site / "evidence" / "index.html.br").read_bytes()


def test_a_missing_page_shows_ours_with_the_status_it_has(host: SimpleNamespace) -> None:
    ours = (host.site / "404.html").read_bytes()
    for place in ("nothing/", "evidence/nothing.html", "assets/nothing.js", "assets/"):
        answer = ask(host.root, place, **{"Accept-Encoding": "identity"})
        assert (answer.status, answer.body) == (404, ours), place


def test_files_for_other_hosts_are_not_shown(host: SimpleNamespace) -> None:
    for place in ("_headers", "_redirects", ".htaccess", ".finished", "evidence/.hidden"):
        assert ask(host.root, place).status in (403, 404), place


def test_addresses_lead_on(host: SimpleNamespace) -> None:
    """Moved ones, those written with capitals, those without the slash; by the shortest way, and only where one is."""
    leads = {
        MOVED: "evidence/#answer",
        "Evidence/": "evidence/",
        "EVIDENCE/Claims": "evidence/claims/",
        "evidence": "evidence/",
    }
    for place, to in leads.items():
        answer = ask(host.root, place)
        assert answer.status in (301, 308), place
        assert urljoin(host.root, answer.headers["location"]) == urljoin(host.root, to), place
    assert ask(host.root, "Nothing/").status == 404
    assert ask(host.root, "assets/images/Favicon.svg").status == 404


def test_a_copy_that_is_still_good_is_not_sent_again(host: SimpleNamespace) -> None:
    first = ask(host.root, "evidence/")
    mark = {"If-None-Match": first.headers["etag"]} if "etag" in first.headers else {"If-Modified-Since": first.headers["last-modified"]}  # fmt: skip
    again = ask(host.root, "evidence/", **mark)
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("server", hosting.LOADED)
def test_under_load_no_request_fails(server: str, site: Path) -> None:
    """A short one; `make load` goes on for half a minute."""
    if hosting.program("wrk") is None or hosting.program(hosting.PROGRAMS[server]) is None:
        if os.environ.get("CI"):
            pytest.fail("servers or wrk are missing on a CI server")
        pytest.skip("not installed: sh tools/servers.sh")
    with hosting.hosted(server, site) as root:
        found = hosting.load(root, seconds=2)
    assert found.requests > 200
    assert (found.broken, found.status) == (0, 0)


def test_load_stays_on_this_machine_and_within_bounds() -> None:
    for arguments in (("http://example.org/", 1), ("http://127.0.0.1:1/", 3600), ("http://127.0.0.1:1/", 1, 10**6)):
        with pytest.raises(hosting.HostingError, match="only on this machine"):
            hosting.load(*arguments)


def test_settings_name_every_header(site: Path) -> None:
    """nginx sends what guide.conf names: a header new in the list must be named there too."""
    rules = hosts.rules((site / "_headers").read_text(encoding="utf-8"))
    named = {name for rule in rules for name in (*rule.set, *rule.unset)}
    conf = (DEPLOY / "nginx" / "guide.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"^add_header (\S+)", conf, re.MULTILINE)) == named


def test_lists_for_hosts_are_within_their_bounds(site: Path) -> None:
    """Cloudflare Pages takes 100 rules of headers, 2,000 signs a line, and 2,000 lines of addresses."""
    text = (site / "_headers").read_text(encoding="utf-8")
    assert len(hosts.rules(text)) <= 100
    assert max(map(len, text.splitlines())) <= 2000
    assert len((built("finished") / "_redirects").read_text(encoding="utf-8").splitlines()) <= 2000


def test_apache_needs_to_know_the_path_for_missing_pages_alone() -> None:
    """A clinic may put its edition into any folder of its web space."""
    texts = [hosts.settings("hosts-apache", built("finished"), path).splitlines() for path in PATHS]
    assert len(texts[0]) == len(texts[1])
    differ = [pair for pair in zip(*texts, strict=True) if pair[0] != pair[1]]
    assert [pair[0].split()[0] for pair in differ] == ["ErrorDocument", "ErrorDocument"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Referrer-Policy: no-referrer\n", "_headers:1: neither an address nor a header"),
        ("/*\nReferrer-Policy: no-referrer\n", "_headers:2: neither an address nor a header"),
        ('/*\n  Report-To: {"group": 1}\n', "_headers:2: Report-To: one of"),
        ("/*\n  Refresh: $1\n", "_headers:2: Refresh: one of"),
    ],
)
def test_bad_headers_stop_the_settings(text: str, fault: str) -> None:
    with pytest.raises(FinishError, match=re.escape(fault)):
        hosts.rules(text)


def test_bad_redirects_stop_the_settings() -> None:
    with pytest.raises(FinishError, match="_redirects:2: not of the form"):
        hosts.moved("/old/ /new/ 301\n/old/ https://example.org/ 301\n")


def test_an_unfinished_site_gives_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hosts.main([str(tmp_path), "--to", str(tmp_path / "to")]) == 1
    assert capsys.readouterr().err == f"{tmp_path}/_headers: missing; finish the site first\n"
    assert not (tmp_path / "to").exists()


def test_packing_gives_the_same_bytes_each_time(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "page.html"
        path.write_text("<p>The same.</p>" * 100, encoding="utf-8")
        os.utime(path, (1, 1) if name == "one" else (2_000_000_000, 2_000_000_000))
        (tmp_path / name / "small.txt").write_text("small", encoding="utf-8")
        assert compress.main([str(tmp_path / name)]) == 0
        found.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert found[0] == found[1]
    assert sorted(found[0]) == ["page.html", "page.html.br", "page.html.gz", "small.txt"]


# Below a path -----------------------------------------------------------------


def named(page: Path) -> Iterator[str]:
    """Addresses that a page names, for whatever a browser loads or follows."""
    tree = LexborHTMLParser(page.read_text(encoding="utf-8"))
    for name in ("href", "src", "action", "poster", "data"):
        for node in tree.css(f"[{name}]"):
            yield node.attributes[name] or ""


def test_pages_name_no_address_from_the_root() -> None:
    """So the site stands below any path as it is; only the page for missing addresses has to know where."""
    site = built("finished")
    faults = [
        (page.relative_to(site).as_posix(), address)
        for page in sorted(site.rglob("*.html"))
        if page.name != "404.html"
        for address in named(page)
        if address.startswith("/")
    ]
    assert not faults[:20]


def test_below_a_path_a_reader_misses_nothing(site: Path, browser: Any) -> None:
    """Pages, a tool, a picture and the search below a path: all that is asked for is there, and below the path."""
    server = next((name for name in hosting.LOADED if hosting.program(hosting.PROGRAMS[name])), None)
    if server is None:
        pytest.skip("not installed: sh tools/servers.sh")
    with hosting.hosted(server, site, "/guide/") as root:
        context = browser.new_context()
        page = context.new_page()
        answers: list[tuple[int, str]] = []
        context.on("response", lambda answer: answers.append((answer.status, answer.url)))
        for place in ("", "treatment/session/", "tools/visit-card/", "leaflets/aftercare/", "embed/fact-box/"):
            page.goto(root + place, wait_until="load")
        page.goto(f"{root}search/?q=minoxidil", wait_until="networkidle")
        context.close()
    assert len(answers) > 20
    assert not [(status, url) for status, url in answers if status >= 400 or not url.startswith(root)]


# Workflows, container, host settings --------------------------------------------


def test_workflows_pass_their_linter() -> None:
    """zizmor without network: credentials that stay, injection, caches, rights, pins, by its stricter rules."""
    done = subprocess.run(
        [program("zizmor"), "--offline", "--persona=pedantic", "--no-progress", "--strict-collection", str(ROOT / ".github")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_have_least_rights_and_pinned_actions(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    assert found["permissions"] in ({}, {"contents": "read"})
    assert found["concurrency"]
    writes = {(name, right) for name, job in found["jobs"].items() for right, how in job["permissions"].items() if how == "write"}  # fmt: skip
    assert writes <= {("deploy", "pages"), ("deploy", "id-token"), ("links", "issues")}
    assert "pull_request_target" not in found[True]  # YAML reads `on` as a truth
    for job in found["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 90
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
    pins = re.findall(r"uses: (.+)$", text, re.MULTILINE)
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", pin) for pin in pins)


def test_one_action_has_one_pin() -> None:
    pins = {line.split("uses: ")[1] for path in WORKFLOWS for line in path.read_text().splitlines() if "uses: " in line}
    assert len(pins) == len({pin.split("@")[0] for pin in pins})


def test_dependabot_looks_at_all_that_is_pinned() -> None:
    found = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    places = {"pip": "/", "github-actions": "/", "docker": "/deploy", "npm": "/tools/vendored"}
    assert {part["package-ecosystem"]: part["directory"] for part in found["updates"]} == places
    assert all(part["groups"] and part["schedule"]["interval"] == "weekly" for part in found["updates"])


def test_the_container_file_passes_its_linter() -> None:
    done = subprocess.run(
        [program("hadolint"), str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_container_file_copies_what_is_there_and_runs_as_a_plain_user() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    kept = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert all((ROOT / name).exists() for name in kept)
    for names in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for name in names.split():
            assert name == "." or name in kept, name
    for name in re.findall(r"/guide/(deploy/\S+)", text):
        assert (ROOT / name).exists() or Path(name).name in {Path(made).name for made in hosts.SERVERS}
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["101"]


def test_what_the_container_makes_of_the_server_settings() -> None:
    """The command of the container file, run as it stands there."""
    command = re.search(r"sed (.+) deploy/nginx/server\.conf", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    assert command is not None
    done = subprocess.run(
        f"sed {command[1]} deploy/nginx/server.conf", shell=True, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.findall(r"listen (.+);", done.stdout) == ["8080", "[::]:8080"]
    assert "server_name _;" in done.stdout


def test_netlify_builds_what_a_person_builds() -> None:
    found = tomllib.loads((ROOT / "netlify.toml").read_text(encoding="utf-8"))["build"]
    assert (found["command"], found["publish"]) == ("SITE_URL=$URL make build", "site")
