"""The step that cuts the styles: what is dropped, in which file a rule ends, and that no page looks different."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
import tinycss2
from selectolax.lexbor import LexborHTMLParser, LexborNode

from finish import styles
from finish.site import FinishError, Site
from tests.conftest import built, woken
from tools.browsing import served

FOLDER = "assets/stylesheets/"

# Small sites ------------------------------------------------------------------


def small(
    tmp_path: Path, css: dict[str, str], bodies: dict[str, str], script: str = "", only: dict[str, str] | None = None
) -> Site:
    """A site of pages with a given article each; every page links all of `css`, and what `only` adds for it."""
    folder = tmp_path / "site"
    (folder / FOLDER).mkdir(parents=True)
    for name, text in css.items():
        (folder / FOLDER / f"{name}.css").write_text(text)
    scripts = folder / "assets" / "javascripts"
    scripts.mkdir()
    (scripts / "own.js").write_text('import("./more.js");')
    (scripts / "more.js").write_text(script)
    (scripts / "unused.js").write_text('node.className = "gone";')
    extra = only or {}
    for name, body in bodies.items():
        names = [one for one in css if one not in extra.values() or one == extra.get(name)]
        links = "".join(f'<link rel="stylesheet" href="{FOLDER}{one}.css">' for one in names)
        (folder / name).write_text(
            f'<!doctype html><html class="no-js"><head>{links}</head><body><header><b>Top</b></header><article '
            f'class="md-content__inner">{body}</article><footer class="md-footer">End</footer>'
            '<script type="module" src="assets/javascripts/own.js"></script></body></html>'
        )
    return Site(folder, tmp_path)


def cut(tmp_path: Path, css: str | dict[str, str], body: str | dict[str, str] = "<p>Text</p>", **more: Any) -> Any:
    """Run the step; return what is written, by name."""
    site = small(
        tmp_path,
        {"own": css} if isinstance(css, str) else css,
        {"index.html": body} if isinstance(body, str) else body,
        **more,
    )
    styles.run(site)
    return site, {path.stem: path.read_text() for path in sorted((site.folder / FOLDER).glob("*.css"))}


LONG = f"<p>{'Much text. ' * 100}</p>"
"""More than the first screen."""


@pytest.mark.parametrize(
    ("css", "body", "script", "kept"),
    [
        (".there{top:0}", '<p class="there">Text</p>', "", True),
        (".gone{top:0}", "<p>Text</p>", "", False),
        ("#gone{top:0}", "<p>Text</p>", "", False),
        ("table{top:0}", "<p>Text</p>", "", False),
        ("[data-x]{top:0}", "<p>Text</p>", "", False),
        ('[data-x="1"]{top:0}', '<p data-x="2">Text</p>', "", False),
        ('[data-x="2"]{top:0}', '<p data-x="2">Text</p>', "", True),
        ('p[lang^="e"]{top:0}', '<p lang="en">Text</p>', "", True),
        # Both are there, but nowhere on one element.
        (".a.b{top:0}", '<p class="a">Text</p><p class="b">Text</p>', "", False),
        (".gone p{top:0}", "<p>Text</p>", "", False),
        (".no-js p{top:0}", "<p>Text</p>", "", True),
        (":is(.gone, .there){top:0}", '<p class="there">Text</p>', "", True),
        (":is(.gone, .lost){top:0}", "<p>Text</p>", "", False),
        ("p:not(.gone){top:0}", "<p>Text</p>", "", True),
        ("p:hover{top:0}", "<p>Text</p>", "", True),
        ("p::-webkit-scrollbar{top:0}", "<p>Text</p>", "", True),
        # What scripts make or set
        (".made{top:0}", "<p>Text</p>", 'node.className = "made other";', True),
        (".made{top:0}", "<p>Text</p>", "made = /made/;", False),
        (".made{top:0}", '<script type="application/ld+json">{"name": "made"}</script>', "", False),
        ("i:not([class]){top:0}", '<i class="own">Text</i>', "", False),
        ("i:not([class]){top:0}", '<i class="own">Text</i><i>Text</i>', "", True),
        ("i:not([class]){top:0}", '<i class="own">Text</i>', 'document.createElement("i");', True),
        (".made{top:0}", "<p>Text</p>", "// made in a comment only\nmade();", False),
        (".row--late{top:0}", "<p>Text</p>", "node.className = `row row--${kind}`;", True),
        ("p.on{top:0}", "<p>Text</p>", 'node.classList.toggle("on");', True),
        ("q.on{top:0}", "<p>Text</p>", 'node.classList.toggle("on");', False),
        ('[data-kept-by="3"]{top:0}', "<p>Text</p>", "node.dataset.keptBy = String(number);", True),
        ("p[hidden]{top:0}", "<p>Text</p>", "node.hidden = true;", True),
        ("[dir=rtl] p{top:0}", "<p>Text</p>", 'field.dir = "rtl";', False),
        (".held{top:0}", '<template><p class="held">Text</p></template>', "", True),
        # A list that some browsers drop whole must stay whole.
        (".gone,p::-moz-x{top:0}", "<p>Text</p>", "", True),
    ],
)
def test_rules_stay_where_something_can_fit(tmp_path: Path, css: str, body: str, script: str, kept: bool) -> None:
    _, files = cut(tmp_path, css, body, script=script)
    assert ("top:0" in "".join(files.values())) is kept


def test_one_selector_of_a_list_goes_alone(tmp_path: Path) -> None:
    _, files = cut(tmp_path, ".gone, p, .lost > p{top:0}")
    assert files["core"] == "p{top:0}"


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("p{--used:1px;--idle:2px;top:var(--used)}", "p{--used:1px;top:var(--used)}"),
        # One asks for the other, and nothing for both.
        ("p{--a:1px;--b:var(--a);top:0}", "p{top:0}"),
        ("p{animation-name:move}@keyframes move{to{top:0}}@keyframes still{to{top:1px}}", "@keyframes move"),
        ("p{top:0}p{top:1px}", "p{top:1px}"),
        ("p{margin-top:0;left:0}p{margin:1px}", "p{left:0}p{margin:1px}"),
        # Beaten only where both hold, and never by one that some browsers do not know or that weighs less.
        ("p{top:0}@media (min-width:60em){p{top:1px}}", "p{top:0}@media (min-width:60em){p{top:1px}}"),
        ("@media (min-width:60em){p{top:1px}}p{top:0}", "p{top:0}"),
        ("p{width:1px}p{width:max(1px,2%)}", "p{width:1px}p{width:max(1px,2%)}"),
        ("p{top:0!important}p{top:1px}", "p{top:0!important}p{top:1px}"),
        ("p{border-radius:1px}p{border:0}", "p{border-radius:1px}p{border:0}"),
    ],
)
def test_what_nothing_asks_for_or_always_loses_goes(tmp_path: Path, css: str, left: str) -> None:
    _, files = cut(tmp_path, css)
    assert left in "".join(files.get(part, "") for part in ("core", "wide", "late"))
    assert "still" not in "".join(files.values())
    assert "--idle" not in "".join(files.values())


def test_what_is_below_the_first_screen_comes_later(tmp_path: Path) -> None:
    body = f'<h1>Title</h1>{LONG}<p class="low">Text</p><table><tr><td>1</td></tr></table>'
    site, files = cut(tmp_path, "h1{top:0}.low{top:1px}td{top:2px}h1:hover{top:3px}h1{cursor:help}", body)
    assert files == {"core": "h1{top:0}", "late": ".low{top:1px}td{top:2px}h1:hover{top:3px}h1{cursor:help}"}
    html = site.pages[0].tree.html
    assert html.index("core.css") < html.index("</head>") < html.index("Title") < html.index("late.css")
    assert html.index("late.css") < html.index('class="low"')


def test_what_one_page_needs_early_stands_in_front_of_it(tmp_path: Path) -> None:
    bodies = {f"page{at}.html": f"<h1>Title</h1>{LONG}<i>Text</i>" for at in range(19)}
    bodies["index.html"] = f"<h1>Title</h1><i>Text</i>{LONG}"
    site, files = cut(tmp_path, "h1{top:0}i{top:1px}", bodies)
    assert files == {"core": "h1{top:0}", "late": "i{top:1px}"}
    assert re.search(r'</h1><link[^>]*late\.css"><i>', site.page("/").tree.html)
    assert re.search(r'</p><link[^>]*late\.css"><i>', site.page("/page0.html").tree.html)


def test_no_link_between_neighbours_or_at_the_ends(tmp_path: Path) -> None:
    body = f"<h1>Title</h1>{LONG}<h2>Part</h2><p>One</p><b>Two</b>"
    css = "h1{top:0}h1+p{top:1px}p+h2{top:2px}h2+p{top:3px}b{top:4px}"
    site, _ = cut(tmp_path, css, body)
    # In front of the whole article: each place inside it is between neighbours.
    assert re.search(r"late\.css\"><article", site.pages[0].tree.html)


def test_a_stylesheet_that_few_pages_need_stays_by_itself(tmp_path: Path) -> None:
    bodies = {f"page{at}.html": f"<h1>Title</h1>{LONG}<p>Text</p>" for at in range(9)}
    bodies["index.html"] = f"<h1>Title</h1>{LONG}<p>Text</p><i>Chart</i>"
    site, files = cut(tmp_path, {"base": "h1{top:0}", "charts": "i{top:1px}"}, bodies)
    assert files["charts"] == "i{top:1px}"
    assert "charts.css" in site.page("/").tree.html
    assert "charts.css" not in site.page("/page0.html").tree.html


def test_a_tool_keeps_its_stylesheet_and_beats_what_is_for_all(tmp_path: Path) -> None:
    bodies = {"index.html": f"<h1>Title</h1>{LONG}<p>Text</p>", "tool.html": f"<h1>Title</h1>{LONG}<p>Text</p>"}
    css = {"base": "h1{top:0}", "tool-x": "h1{top:1px}"}
    site, files = cut(tmp_path, css, bodies, only={"tool.html": "tool-x"})
    assert files == {"core": "h1{top:0}", "tool-x": "h1{top:1px}"}
    assert "tool-x" not in site.page("/").tree.html
    html = site.page("/tool.html").tree.html
    assert html.index("core.css") < html.index("tool-x.css") < html.index("<article")


def test_what_is_printed_comes_apart(tmp_path: Path) -> None:
    bodies = {f"page{at}.html": f"{LONG}<p>Text</p>" for at in range(9)} | {"index.html": f"{LONG}<i>Text</i>"}
    css = "@page{margin:1cm}p{top:0}@media print{p{left:0}}@media not print{p{right:0}}i{top:1px}"
    _, files = cut(tmp_path, {"print": css}, bodies)
    assert files["print"] == "@page{margin:1cm}p{left:0}"
    assert "right:0" in files["core"]
    assert files["late"] == "i{top:1px}"  # of the same stylesheet, but not for printers


@pytest.mark.parametrize(
    ("css", "core"),
    [
        # What is below comes first and loses: it may not come behind what beats it.
        (".low{top:0;width:0}p{color:red}.top{top:1px}", ".low{top:0}p{color:red}.top{top:1px}"),
        # Of other weight, for other elements, or for other windows: no matter which comes first.
        ("p.low{top:0}.top{top:1px}", ".top{top:1px}"),
        (".low{top:0}.other{top:1px}", ".other{top:1px}"),
        (
            "@media (max-width:20em){.low{top:0}}@media (min-width:30em){.top{top:1px}}",
            "@media (min-width:30em){.top{top:1px}}",
        ),
        # What beats it is for wide windows alone, and it is for all.
        (".low{top:0}@media (min-width:70em){.top{top:1px}}.other{top:2px}", ".low{top:0}.other{top:2px}"),
        (".low::before{top:0}.top{top:1px}", ".top{top:1px}"),
        # The whole and its part
        (".low{margin-top:0}.top{margin:1px}", ".low{margin-top:0}.top{margin:1px}"),
    ],
)
def test_order_is_kept_where_it_decides(tmp_path: Path, css: str, core: str) -> None:
    body = f'<p class="top">Text</p><p class="other">Text</p>{LONG}<p class="low top">Text</p><p class="low">Text</p>'
    _, files = cut(tmp_path, css, body)
    assert files["core"] == core


def test_narrow_windows_do_not_wait_for_what_wide_ones_show(tmp_path: Path) -> None:
    """The lists beside the text are out of sight on a phone; their rules stand twice, as its menu shows them later."""
    body = '<div class="md-sidebar"><i>Menu</i></div><h1>Title</h1>'
    css = "i{--a:1px;top:var(--a)}h1{left:0}@media (min-width:60em){h1{left:1px}}@media (min-width:30em){h1{left:2px}}"
    site = small(tmp_path, {"own": css}, {"index.html": ""})
    page = site.page("/")
    page.body.insert_child(LexborHTMLParser(f"<div>{body}</div>").css_first("div"))
    styles.run(site)
    found = {path.stem: path.read_text() for path in (site.folder / FOLDER).glob("*.css")}
    assert found == {
        "core": "h1{left:0}@media (min-width:60em){h1{left:1px}}@media (min-width:30em){h1{left:2px}}",
        "wide": "i{--a:1px;top:var(--a)}",
        "late": "i{--a:1px;top:var(--a)}",
    }
    links = page.head.css("link")
    assert [link.attributes.get("media") for link in links] == [None, "screen and (min-width:60em)"]


def test_leaflets_get_one_stylesheet(tmp_path: Path) -> None:
    site = small(tmp_path, {"base": "p{top:0}"}, {"index.html": "<p>Text</p>"})
    folder = site.folder / "leaflets" / "one"
    folder.mkdir(parents=True)
    for name, text in {"tokens": "p{--a:1px}", "sheet": ".gone{top:0}p{top:var(--a)}"}.items():
        (site.folder / FOLDER / f"{name}.css").write_text(text)
    links = "".join(f'<link rel="stylesheet" href="../../{FOLDER}{name}.css">' for name in ("tokens", "sheet"))
    (folder / "index.html").write_text(f"<!doctype html><head>{links}</head><body><p>Text</p></body>")
    site = Site(site.folder, tmp_path)
    styles.run(site)
    assert site.read(f"{FOLDER}leaflet.css") == "p{--a:1px}p{top:var(--a)}"
    html = site.page("/leaflets/one/").tree.html
    assert re.findall(r'href="([^"]*)"', html) == [f"../../{FOLDER}leaflet.css"]
    assert sorted(path.stem for path in (site.folder / FOLDER).iterdir()) == ["core", "leaflet"]


def test_a_missing_or_broken_stylesheet_is_one_clear_line(tmp_path: Path) -> None:
    site = small(tmp_path, {"own": "p{top:0}"}, {"index.html": "<p>Text</p>"})
    (site.folder / FOLDER / "own.css").write_text("p{top:0} }")
    with pytest.raises(FinishError, match=r"^assets/stylesheets/own\.css:1: .+$"):
        styles.run(site)
    (site.folder / FOLDER / "own.css").unlink()
    with pytest.raises(FinishError, match=r"^assets/stylesheets/own\.css: .+$"):
        styles.run(site)


# The site ---------------------------------------------------------------------


def stylesheets(builder: str) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((built(builder) / FOLDER).glob("*.css"))}


def packed(text: str) -> int:
    return len(gzip.compress(text.encode(), 6))


@pytest.mark.parametrize(("builder", "early", "whole"), [("finished", 4.5, 17.5), ("finished-zensical", 6.5, 23.5)])
def test_styles_are_small(builder: str, early: float, whole: float) -> None:
    found = stylesheets(builder)
    html = (built(builder) / "treatment/session/index.html").read_text(encoding="utf-8")
    names = [Path(link.attributes["href"]).stem for link in LexborHTMLParser(html).css("link[rel=stylesheet]")]
    assert packed(found["core"]) <= early * 1000
    # With Zensical its script, which may make anything, stays. Rules for wide tables are counted since they stand with
    # those of all blocks; before, a stylesheet of 2.4 kB came with the first of them.
    assert sum(packed(found[name]) for name in names) <= whole * 1000


WIDE_EFFECT = re.compile(r"[+~]\s*(?:\*|:not\()|:not\([^()]*\s\*\)|(?:html|body)[^ ,]*:has")
"""Selectors for which Chromium styles the whole of a part anew when a script puts in, moves or marks anything in it."""


def test_no_rule_has_a_page_styled_anew() -> None:
    """One such rule of the theme, for tables that no page has, cost a slow phone 60 ms in the decision aid."""

    def selectors(rules: Any) -> Any:
        for rule in rules:
            if rule.type == "qualified-rule":
                yield tinycss2.serialize(rule.prelude)
            elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
                yield from selectors(tinycss2.parse_rule_list(rule.content))

    assert all(map(WIDE_EFFECT.search, ("a + *", "a ~ :not(b)", "a:not([data-x] *)", "html:has(b)", "body.a:has(b) c")))
    found = {
        f"{name}: {selector}"
        for name, text in stylesheets("finished").items()
        for selector in selectors(tinycss2.parse_stylesheet(text))
        if WIDE_EFFECT.search(selector)
    }
    assert found == set()


def in_head(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.tag == "head"


@pytest.mark.parametrize("builder", ["finished", "finished-zensical"])
def test_each_page_waits_for_one_stylesheet_and_each_is_linked(builder: str) -> None:
    linked = set()
    for path in sorted(built(builder).rglob("*.html")):
        tree = LexborHTMLParser(path.read_text(encoding="utf-8"))
        links = tree.css("link[rel=stylesheet]")
        if not links:
            continue
        names = [Path(link.attributes["href"]).stem for link in links]
        linked.update(names)
        first = [(name, link.attributes.get("media")) for name, link in zip(names, links, strict=True) if in_head(link)]
        assert first[0] in (("core", None), ("leaflet", None), ("embed", None)), path
        assert first[1:] in ([], [("wide", "screen and (min-width:60em)")]), path
        assert len(set(names)) == len(names), path
    # The last is fetched when a picture is opened, or with the list of results.
    assert set(stylesheets(builder)) - linked <= {"glightbox.min", "zoom", "search-results"}
    assert not list((built(builder) / FOLDER).glob("*.map"))


def test_two_runs_write_the_same(tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        body = f'<p class="b a">Text</p>{LONG}<i>Text</i><b>Text</b>'
        files.append(cut(tmp_path / name, "p,b{top:0}.a,.b{top:1px}i,b{top:2px}", body)[1])
    assert files[0] == files[1]


# The same look ----------------------------------------------------------------

LOOKS = [
    {"size": (360, 740), "scheme": "light", "media": "screen"},
    {"size": (1280, 800), "scheme": "light", "media": "screen"},
    {"size": (1280, 800), "scheme": "dark", "media": "screen"},
    {"size": (1280, 800), "scheme": "light", "media": "print"},
]
SOME = [
    "/",
    "/evidence/by-condition/",
    "/tools/planner/",
    "/staff/session/",
    "/clinics/make-it-yours/",
    "/treatment/session/sources.html",
    "/leaflets/session/",
    "/embed/warning-signs/",
]
"""Pages that hold most kinds of blocks between them; `--thorough` takes them all."""
PREPARE = """async names => {
    const add = name => new Promise((done, failed) => {
        const link = document.createElement('link');
        Object.assign(link, {rel: 'stylesheet', href: name, onload: () => done(link), onerror: failed});
        document.head.append(link);
    });
    const ours = [...document.querySelectorAll('link[rel=stylesheet]')];
    const theirs = await Promise.all(names.map(add));
    for (const fold of document.querySelectorAll('details')) {
        fold.open = true;
    }
    // One element of each kind: the same classes, first or last or between, inside the same others.
    const paths = new Map();
    const kinds = new Map();
    for (const node of document.querySelectorAll('html, body, body *:not(script, link, style, template)')) {
        const parent = node.parentElement;
        const path = [
            paths.get(parent) ?? '', node.tagName, ...node.classList, node === parent?.firstElementChild,
            [...node.attributes].filter(one => one.name.startsWith('data-') || one.name === 'scope').length,
            node.previousElementSibling?.tagName, node === parent?.lastElementChild,
        ].join('.');
        paths.set(node, path);
        kinds.set(path, node);
    }
    const set = new Set(['width', 'height']);
    const gather = rules => [...rules].forEach(rule => {
        [...(rule.style ?? [])].filter(name => !name.startsWith('--')).forEach(name => set.add(name));
        gather(rule.cssRules ?? []);
    });
    theirs.forEach(link => gather(link.sheet.cssRules));
    window.compared = {ours, theirs, nodes: [...kinds.values()], properties: [...set]};
    return kinds.size;
}"""
"""Fetches the styles as the builder wrote them, and gathers what is to be compared; returns how many elements."""
COMPARE = """scheme => {
    const {ours, theirs, nodes, properties} = window.compared;
    if (document.body.dataset.mdColorScheme) {
        document.body.dataset.mdColorScheme = scheme === 'dark' ? 'slate' : 'default';
    }
    const drawer = document.getElementById('__drawer');
    if (drawer) {
        drawer.checked = innerWidth < 500;
    }
    const shown = (sheets, on) => sheets.forEach(link => { link.sheet.disabled = !on; });
    const taken = on => {
        shown(ours, on);
        shown(theirs, !on);
        return nodes.flatMap(node => ['', '::before', '::after', '::marker'].map(pseudo => {
            const style = getComputedStyle(node, pseudo);
            const there = !pseudo || (pseudo === '::marker' ? style.display === 'list-item' : style.content !== 'none');
            return there ? properties.map(name => style.getPropertyValue(name)) : null;
        }));
    };
    const [mine, other] = [taken(true), taken(false)];
    const found = [];
    mine.forEach((values, at) => {
        const node = nodes[at >> 2];
        const wrong = properties.filter((_, which) => values?.[which] !== other[at]?.[which]);
        if (wrong.length) {
            const parent = node.parentElement;
            found.push([parent?.className, node.tagName, node.className.baseVal ?? node.className, at & 3,
                ...wrong.slice(0, 3).map(name => {
                    const which = properties.indexOf(name);
                    return `${name}: ${values?.[which]} (was ${other[at]?.[which]})`;
                })].join(' '));
        }
    });
    // Sizes follow from other differences: the last of them stands next to the cause.
    return found.reverse();
}"""
"""Takes the computed styles with ours and with theirs; returns where they differ."""


def original(page: str, plain: Path) -> list[str]:
    """The stylesheets that a page links as its builder wrote it; those of the page that it stands beside."""
    path = plain / page.lstrip("/")
    path = path / "index.html" if path.is_dir() else path if path.exists() else path.with_name("index.html")
    links = LexborHTMLParser(path.read_text(encoding="utf-8")).css("link[rel=stylesheet]")
    names = [link.attributes["href"] or "" for link in links]
    return [f"/original/{name[name.index('assets/') :]}" for name in names if "glightbox" not in name]


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_no_page_looks_different(browser: Any, request: pytest.FixtureRequest, builder: str) -> None:
    plain, finished = built(builder), built("finished" if builder == "mkdocs" else "finished-zensical")
    addresses = SOME if builder == "mkdocs" else SOME[3:4]
    if request.config.getoption("--thorough"):
        names = sorted(path.relative_to(finished).as_posix() for path in finished.rglob("*.html"))
        addresses = ["/" + name.removesuffix("index.html") for name in names if not re.search("sources|more", name)]
    context = browser.new_context(reduced_motion="reduce")
    context.route("**/original/**", lambda route: route.fulfill(path=plain / route.request.url.split("/original/")[1]))
    page = context.new_page()
    found, elements = [], 0
    with served(finished) as root:
        for address in addresses:
            page.goto(root + address, wait_until="load")
            woken(page)
            if page.locator("link[rel=stylesheet]").count() == 0:
                continue
            elements += page.evaluate(PREPARE, original(address, plain))
            for look in LOOKS:
                width, height = look["size"]
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(media=look["media"], color_scheme=look["scheme"])
                different = page.evaluate(COMPARE, look["scheme"])
                found += [f"{address} {width} {look['scheme']} {look['media']}: {one}" for one in different[:5]]
    context.close()
    assert not found, "\n".join(found)
    assert elements > 100 * len(addresses)
