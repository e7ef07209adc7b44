"""Reading without a network: the worker, its versions and its end; and addresses that moved or have a slip in them."""

from __future__ import annotations

import gzip
import http.server
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from finish import FinishError, Site, hosts, manifest, moved
from finish.site import DONE
from tests.conftest import PHONE, ROOT, built
from tools.browsing import _Quiet

SCRIPT = "assets/javascripts/offline.js"
CARD = "tools/visit-card/"
SIGNS = "aftercare/warning-signs/"
SESSION = "treatment/session/"


class Host:
    """A static host whose site can be swapped, whose files can be wrong, and whose network can be cut.

    Attributes:
        site: The folder it serves.
        down: Requests get no answer.
        wrong: Address -> status, type and text that it answers with instead; a status of 0 is no answer.
        asked: Addresses that were asked for.

    Without `heads`, the site's own headers, browsers may keep files as they like: the harder case.
    """

    def __init__(self, site: Path, heads: tuple[hosts.Rule, ...] = ()) -> None:
        self.site, self.down = site, False
        self.wrong: dict[str, tuple[int, str, str]] = {}
        self.asked: list[str] = []
        host, rules = self, heads

        class Handler(_Quiet):
            heads = rules

            def __init__(self, *given: Any) -> None:
                super().__init__(*given, directory=str(host.site))

            def do_GET(self) -> None:  # noqa: N802
                # This server takes an older file for an unchanged one; hosts compare more than the time.
                del self.headers["If-Modified-Since"]
                address = self.path.partition("?")[0]
                host.asked.append(address)
                status, kind, text = host.wrong.get(address, (200, "", ""))
                if host.down or not status:
                    self.close_connection = True
                elif kind:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(text.encode())))
                    self.end_headers()
                    self.wfile.write(text.encode())
                else:
                    super().do_GET()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@contextmanager
def hosting(site: Path, heads: tuple[hosts.Rule, ...] = ()) -> Iterator[Host]:
    host = Host(site, heads)
    try:
        yield host
    finally:
        host.server.shutdown()


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    """One tab for all tests; each has an origin of its own."""
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Three versions of the site: each page, its first style and its script for reading offline tell the number."""
    folder = tmp_path_factory.mktemp("versions")
    for number in (1, 2, 3):
        site = copied(folder / str(number))
        style = "assets/stylesheets/core.css"
        for name, text in ((style, f":root{{--v:{number}}}"), (SCRIPT, f"window.v={number};")):
            write(site / name, (site / name).read_text() + text)
        # One page stays as it is in versions 1 and 2.
        for path in (site / CARD, site / SIGNS, site / SESSION, *([site / "evidence"] if number == 3 else [])):
            write(path / "index.html", (path / "index.html").read_text().replace("<head>", f'<head data-v="{number}">'))
        manifest.run(Site(site, ROOT))
    return {int(path.name): path for path in folder.iterdir()}


def copied(to: Path) -> Path:
    """A copy of the finished site, ready to be changed; files that stay are not copied but linked."""
    shutil.copytree(built("finished"), to, copy_function=os.link)
    for name in (DONE, *manifest.WORKERS):
        (to / name).unlink()
    return to


def write(path: Path, text: str) -> None:
    """Write a file anew: the one it is linked to stays."""
    path.unlink(missing_ok=True)
    path.write_text(text)


def version(site: Path) -> str:
    return re.search(r'VERSION = "(\w+)"', (site / "worker.js").read_text())[1]


def listed(site: Path, name: str) -> Any:
    """A list of the worker: FILES, FIRST or MORE."""
    text = (site / "worker.js").read_text()
    return json.loads(
        re.search(rf"^const {name} = (?:new Map\(Object.entries\()?(.*?)(?:\)\))?;$", text, re.MULTILINE)[1]
    )


def until(page: Any, script: str, argument: Any = None) -> None:
    """Wait until an async function gives true; Playwright's own waiting takes the promise itself for a yes."""
    for _ in range(150):
        if page.evaluate(script, argument):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def ready(page: Any, site: Path, path: str = "/") -> None:
    """Wait until the worker of a version of the site is in charge and has all that is always kept."""
    until(
        page,
        """async ([name, always]) => {
          const found = await navigator.serviceWorker.getRegistration();
          if (!found?.active || found.waiting || found.installing || !(await caches.has(name))) {
            return false;
          }
          const kept = new Set((await (await caches.open(name)).keys()).map(({ url }) => url));
          return always.every((path) => kept.has(new URL(path, found.scope).href));
        }""",
        [f"guide {path} {version(site)}", [*listed(site, "FIRST"), *listed(site, "MORE")]],
    )


def seen(page: Any) -> set[str]:
    """The versions that a page shows: its own, its style's, its script's (where they tell one)."""
    page.wait_for_function("() => window.v")
    found = page.evaluate(
        """() => [document.head.dataset.v ?? "", String(window.v),
                  getComputedStyle(document.documentElement).getPropertyValue("--v")]"""
    )
    return {text.strip() for text in found} - {""}


# Without a network --------------------------------------------------------------------------------


def test_pages_are_read_without_a_network(page: Any, tmp_path: Path) -> None:
    """At a sub-path, as the address of a project's pages has one."""
    (tmp_path / "guide").symlink_to(built("finished"))
    site = built("finished")
    with hosting(tmp_path, tuple(hosts.rules((site / hosts.HEADERS).read_text()))) as host:
        root = f"{host.root}guide/"
        page.goto(root + SESSION, wait_until="load")
        assert "/guide/worker.js" not in host.asked, "the worker may not weigh on the first page"
        ready(page, site, "/guide/")
        host.down = True

        for address in (SESSION, CARD, "leaflets/session/", "tools/decide/?x=1#step"):
            page.goto(root + address)
            assert page.url == root + address
            assert page.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length)"), address
        if (site / SESSION / "sources.html").exists():
            page.goto(f"{root}{SESSION}sources.html")
            assert page.locator("article li[id]").count() > 3

        page.goto(root + CARD)
        page.locator("fb-visit-card").get_by_role("button", name="just").click()
        assert page.get_by_text("your session has just ended").is_visible()
        page.locator("[data-offline-line]").wait_for(state="visible")

        for slip in ("Tools/Visit-Card/", "tools/visit-card"):
            page.goto(root + slip)
            assert page.url == root + CARD

        page.goto(f"{root}evidence/claims/")
        assert page.url == f"{root}offline/?of=%2Fguide%2Fevidence%2Fclaims%2F"
        here = page.locator("[data-offline-list]")
        here.get_by_role("link", name="After my session").wait_for()
        assert here.get_by_role("link", name="The session, step by step").count() == 1
        assert page.locator(".fb-emergency").is_visible()
        host.down = False
        page.get_by_role("link", name="Try the page").click()
        assert page.url == f"{root}evidence/claims/"


def test_the_offline_page_leads_back_into_the_site_alone(page: Any, address: str) -> None:
    """Whatever somebody wrote into its address."""
    page.goto(f"{address}/offline/?of=/evidence/%3Fa%23b")
    assert page.get_by_role("link", name="Try the page").get_attribute("href") == f"{address}/evidence/?a#b"
    for of in (
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "javascript:window.ran=1",
        "data:text/html,x",
    ):
        page.goto(f"{address}/offline/?of={of}")
        page.wait_for_function(
            "() => customElements && performance.getEntriesByName(location.origin + '/assets/javascripts/kept.js').length"
        )
        page.wait_for_timeout(50)
        assert page.locator("[data-offline-again] a").count() == 0, of


# Versions -----------------------------------------------------------------------------------------


def test_no_page_is_ever_of_two_versions(page: Any, versions: dict[int, Path], tmp_path: Path) -> None:
    """On one device: version 1, half of 2, 2, back to 1, 3 with a forgotten worker, and the end of the worker."""
    with hosting(versions[1]) as host:
        page.goto(host.root + SESSION)
        ready(page, versions[1])
        for address in (CARD, SIGNS):
            page.goto(host.root + address)
            assert seen(page) == {"1"}

        # Half of version 2: its worker and pages are there, its styles and scripts are not yet.
        half = tmp_path / "half"
        shutil.copytree(versions[2], half, copy_function=os.link)
        shutil.rmtree(half / "assets")
        (half / "assets").symlink_to(versions[1] / "assets")
        host.site = half
        page.goto(host.root + CARD)
        assert seen(page) == {"1"}, "until version 2 has proved to be whole"
        host.down = True
        page.goto(host.root + SIGNS)
        assert seen(page) == {"1"}
        host.down = False

        # All of it. A window that shows version 1 keeps it while the other one goes on.
        host.site = versions[2]
        other = page.context.new_page()
        for _ in range(10):  # the proof can come after a page or two: browsers look for a worker when a page rests
            other.goto(host.root + CARD)
            if seen(other) == {"2"}:
                break
            assert seen(other) == {"1"}
            other.wait_for_timeout(3000)
        assert seen(other) == {"2"}
        assert page.evaluate(f"fetch('/{SCRIPT}').then((found) => found.text())").endswith("window.v=1;")
        other.close()
        page.goto(host.root + SIGNS)
        assert seen(page) == {"2"}
        ready(page, versions[2])
        host.down = True
        for address in (CARD, SESSION):  # the last was read in version 1 alone
            page.goto(host.root + address)
            assert seen(page) == {"2"}
        host.down = False

        # Back to version 1, through a page that is the same in both.
        host.site = versions[1]
        page.goto(f"{host.root}evidence/")
        until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")
        page.goto(f"{host.root}evidence/")
        ready(page, versions[1])
        host.down = True
        page.goto(host.root + CARD)
        assert seen(page) == {"1"}
        assert all(version(versions[1]) in name for name in page.evaluate("caches.keys()"))
        host.down = False

        # The host goes on to version 3 and forgets the worker: it may not hold readers to old pages for long.
        script = "text/javascript"
        host.site = versions[3]
        host.wrong["/worker.js"] = (200, script, (versions[1] / "worker.js").read_text())
        doubt = (
            """async (name) => (await caches.open(name)).put("/?doubt", new Response(String(Date.now() - 3e5 - 1)))"""
        )
        page.evaluate(doubt, f"guide / {version(versions[1])} pages")
        page.goto(host.root + CARD)
        assert seen(page) == {"3"}
        host.down = True
        page.goto(host.root + CARD)
        assert seen(page) == {"1"}
        host.down = False

        # Another file in its place ends it.
        host.wrong["/worker.js"] = (200, script, (versions[1] / "worker-off.js").read_text())
        page.goto(host.root + SIGNS)
        gone = "async () => !(await caches.keys()).length && !(await navigator.serviceWorker.getRegistration())"
        until(page, gone)
        page.goto(host.root + CARD)
        assert seen(page) == {"3"}
        assert not page.evaluate("navigator.serviceWorker.controller")


# Bad stores and bad hosts -------------------------------------------------------------------------


def test_damage_is_seen_and_mended(page: Any, versions: dict[int, Path]) -> None:
    """A damaged entry, a file of the wrong kind, an error with the looks of a page: none is taken for the real one."""
    with hosting(versions[1]) as host:
        page.goto(host.root + CARD)
        ready(page, host.site)
        name = f"guide / {version(versions[1])}"
        damage = """async ([name, path]) => (await caches.open(name)).put(path, new Response("<h1>Broken</h1>",
                    { headers: { "Content-Type": path.endsWith("js") ? "text/javascript" : "text/html" } }))"""
        for path in (f"/{CARD}", f"/{SCRIPT}"):
            page.evaluate(damage, [name, path])
        host.wrong[f"/{CARD}"] = (500, "text/html", "<h1>Broken</h1>")
        page.goto(host.root + CARD)
        assert page.url.endswith("/offline/?of=%2Ftools%2Fvisit-card%2F"), "neither the cache nor the host has it"
        host.wrong = {f"/{SCRIPT}": (200, "text/html", "<h1>Broken</h1>")}
        page.evaluate(damage, [name, f"/{SCRIPT}"])
        page.goto(host.root + CARD)
        assert "After my session" in page.title()
        assert page.evaluate("window.v") is None, "a part that cannot be had is left out"
        host.wrong = {}
        page.goto(host.root + CARD)
        assert seen(page) == {"1"}
        host.wrong[f"/{SIGNS}"] = (503, "text/html", "<h1>Broken</h1>")
        page.goto(host.root + SIGNS)
        assert seen(page) == {"1"}
        host.down = True
        page.goto(host.root + CARD)
        assert seen(page) == {"1"}
        host.down = False
        assert not page.goto(f"{host.root}embed/options/").from_service_worker
        assert not [key for key in page.evaluate(EVERYTHING_KEPT) if "/embed/" in key]


@pytest.mark.parametrize("fault", ["full", "type", "gone", "half"])
def test_without_a_worker_the_site_is_as_it_was(page: Any, versions: dict[int, Path], fault: str) -> None:
    with hosting(versions[1]) as host:
        worker = (versions[1] / "worker.js").read_text()
        session = page.context.new_cdp_session(page)
        if fault == "full":
            session.send("Storage.overrideQuotaForOrigin", {"origin": host.root.rstrip("/"), "quotaSize": 1000})
        elif fault == "type":
            host.wrong["/worker.js"] = (200, "text/plain", worker)
        elif fault == "gone":
            host.wrong["/worker.js"] = (404, "text/html", "<h1>Broken</h1>")
        else:
            host.wrong["/assets/javascripts/kept.js"] = (0, "", "")
        errors: list[Any] = []
        note = lambda error: errors.append(error)  # noqa: E731
        page.on("pageerror", note)
        page.goto(host.root + CARD)
        asked = page.evaluate(
            """() => navigator.serviceWorker.register("/worker.js").then((found) => new Promise((done) => {
                 const worker = found.installing;
                 worker ? worker.addEventListener("statechange", () => done(worker.state)) : done("had");
               }), () => "refused")"""
        )
        assert asked == ("redundant" if fault in ("full", "half") else "refused")
        page.remove_listener("pageerror", note)
        assert errors == []
        page.goto(host.root + SIGNS)
        assert seen(page) == {"1"}
        if fault == "half":
            host.wrong = {}
            page.goto(host.root + SIGNS)
            until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)")
        session.detach()


def test_frames_keep_nothing(page: Any) -> None:
    """Nor does one of our pages that stands in a frame, where a host allows that."""
    for path in (built("finished") / "embed").rglob("*.html"):
        assert "<script" not in path.read_text(), path
    with hosting(built("finished")) as host:
        frames = f'<iframe src="/{CARD}"></iframe><iframe src="/embed/options/"></iframe>'
        host.wrong["/outer/"] = (200, "text/html", frames)
        page.goto(f"{host.root}outer/")
        page.wait_for_timeout(2500)
        assert f"/{SCRIPT}" in host.asked
        assert page.evaluate("navigator.serviceWorker.getRegistrations()") == []


EVERYTHING_KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    found.push(...(await (await caches.open(name)).keys()).map(({ url }) => url));
  }
  return found;
}"""


# What is written ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["finished", "finished-zensical"])
def test_what_is_always_kept_is_there_and_small(kind: str) -> None:
    site = built(kind)
    files, first, more = (listed(site, name) for name in ("FILES", "FIRST", "MORE"))
    assert {*first, *more} <= set(files)
    assert {"offline/", "assets/javascripts/kept.js"} <= set(first)
    assert {"", CARD, SIGNS, "tools/decide/", "leaflets/session/", "assets/javascripts/tool.js"} <= {*first, *more}
    assert not [name for name in files if name.startswith("embed/")]

    def weight(names: list[str]) -> float:
        paths = (site / f"{name}index.html" if name.endswith("/") or not name else site / name for name in names)
        return sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths) / 1000

    assert weight(first) <= (40 if kind == "finished" else 140), weight(first)
    assert weight(more) <= 290, weight(more)
    assert len(gzip.compress((site / "worker.js").read_bytes(), 6)) <= 9000


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_plain_builds_have_no_worker(builder: str) -> None:
    site = built(builder)
    assert not (site / "worker.js").exists()
    assert "offline.js" not in (site / CARD / "index.html").read_text()


def test_two_runs_give_the_same_worker_and_a_change_another(versions: dict[int, Path], tmp_path: Path) -> None:
    site = copied(tmp_path / "site")
    assert manifest.worker(Site(site, ROOT)) == (built("finished") / "worker.js").read_text()
    assert len({version(path) for path in (built("finished"), *versions.values())}) == 4
    manifest.run(Site(site, ROOT, worker=False))
    assert (site / "worker.js").read_text() == (site / "worker-off.js").read_text()


def test_a_site_without_the_pages_for_no_network_is_not_finished(tmp_path: Path) -> None:
    site = copied(tmp_path / "site")
    shutil.rmtree(site / "offline")
    with pytest.raises(FinishError, match=r"^offline/: missing in the site"):
        manifest.run(Site(site, ROOT))


# Addresses with a slip, and addresses that moved --------------------------------------------------


@pytest.mark.parametrize("kind", ["finished", "finished-zensical"])
def test_slips_in_an_address_lead_on(page: Any, kind: str) -> None:
    with hosting(built(kind)) as host:
        slips = (
            "Tools/Visit-Card/",
            "TOOLS/VISIT_CARD/index.html",
            "tools/visit-card.html",
            "tools//visit%20card/).",
            "tools/visit-card%E2%80%9D",
        )
        for slip in slips if kind == "finished" else slips[:1]:
            page.goto(f"{host.root}{slip}?a=b#c", wait_until="commit")
            page.wait_for_url(f"{host.root}{CARD}?a=b#c", wait_until="commit")
        for lost in ("nothing/of-the/kind/", "%E0%A4%A/", "A/..%2f..%2fb//C/"):
            page.goto(host.root + lost)
            assert page.locator("h1").inner_text() == "This page is not here"
            assert page.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length)"), lost
            links = page.locator(".guide-404 a").evaluate_all("all => all.map((link) => link.pathname)")
            assert all((built(kind) / link.lstrip("/") / "index.html").is_file() for link in links)


def test_slips_below_a_sub_path(page: Any, tmp_path: Path) -> None:
    """The path of the site itself may have capitals; it stays as it is."""
    site = copied(tmp_path / "host" / "Guide")
    text = re.sub(r'(href|src)=("?)/(?!/)', r"\1=\2/Guide/", (site / "404.html").read_text())
    write(site / "404.html", text)
    write(site.parent / "404.html", text)
    with hosting(site.parent) as host:
        page.goto(f"{host.root}Guide/Evidence")
        page.wait_for_url(f"{host.root}Guide/evidence/")


def project(folder: Path, text: str) -> Site:
    """A small finished-to-be site of three pages, and a project with the file of moved addresses."""
    for name in ("index.html", "404.html", "new/page/index.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"<!doctype html><head><title>x</title><body><h1>The page {name[:3]} & more</h1>")
    (folder / "source/data").mkdir(parents=True)
    (folder / "source/data/moved.yml").write_text(text)
    return Site(folder, folder / "source", "https://example.org/guide/")


def test_a_moved_address_leads_on(page: Any, tmp_path: Path) -> None:
    site = project(tmp_path, "old/: new/page/#part\nvery/old/thing/: new/page/\n")
    assert moved.moved(site) == {"/old/": "/new/page/#part", "/very/old/thing/": "/new/page/"}
    moved.run(site)
    assert "/very/old/thing/" in [item.address for item in site.pages]
    text = (tmp_path / "very/old/thing/index.html").read_text()
    assert '<link rel="canonical" href="https://example.org/guide/new/page/">' in text
    assert '<a href="../../../new/page/">The page new &amp; more</a>' in text
    with hosting(tmp_path) as host:
        page.goto(f"{host.root}old/")
        page.wait_for_url(f"{host.root}new/page/#part")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("old/: new/pag/", 'data/moved.yml: old/: no address "new/pag/" (did you mean "new/page/"?)'),
        ("new/page/: new/page/", "data/moved.yml: new/page/: there is a page at this address"),
        ("/old: new/page/", 'data/moved.yml: /old: not an address such as "treatment/session/"'),
        ("../old/: new/page/", 'data/moved.yml: ../old/: not an address such as "treatment/session/"'),
        ("old/:", 'data/moved.yml: old/: no address "None"'),
        ("- old/", "data/moved.yml: expected lines of the form old/page/: new/page/"),
        ("old/: new/page/\nold/: new/page/", 'data/moved.yml: line 2: YAML: key "old/" stands here a second time'),
    ],
)
def test_a_bad_list_of_moved_addresses_gives_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(FinishError) as error:
        moved.run(project(tmp_path, text))
    assert str(error.value) == message
