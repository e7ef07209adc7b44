"""What machines are told: data in schema.org's words, previews, sitemap, robots, llms.txt and the Markdown twins."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import re
import shutil
import struct
import tempfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from factbook import pages as front_matter
from factbook.links import address
from finish import linked_data, machines, markdown, share
from finish.entries import Entry, cut, entries, words
from finish.linked_data import Guide
from finish.site import FinishError, Page, Site, squeezed
from tests.conftest import ROOT, built

URL = "https://example.org/guide/"
BUILDERS = ("mkdocs", "zensical")
LANGUAGES = "/treatment/techniques/"
"""The page that the made-up second language is tried on."""
VOCABULARY = json.loads((Path(__file__).parent / "vocabulary" / "schemaorg.json").read_text(encoding="utf-8"))
TYPES, PROPERTIES, MEMBERS = VOCABULARY["types"], VOCABULARY["properties"], VOCABULARY["members"]


def told(builder: str, url: str = URL) -> SimpleNamespace:
    """A copy of a builder's plain site after the step: `site`, `listed` (pages by address), `graphs`, `twins`."""
    return _told(builder, url)


@functools.cache
def _told(builder: str, url: str) -> SimpleNamespace:
    folder = Path(tempfile.mkdtemp(dir=built("mkdocs").parent))
    shutil.copytree(built(builder), folder / "site", ignore=shutil.ignore_patterns("*.js", "*.css"))
    site = Site(folder / "site", ROOT, url)
    other = site.page(LANGUAGES)
    for code in ("en", "tr"):
        # As both themes write `extra.alternate`.
        link = LexborHTMLParser(f'<link rel="alternate" href="{"../../" + code + "/"}" hreflang="{code}">').head
        other.head.insert_child(link.child)
    machines.run(site)
    listed = {page.address: page for page in site.pages if page.tree.css_first('script[type="application/ld+json"]')}
    graphs = {place: graph_of(page) for place, page in listed.items()}
    twins = {place: site.read(f"{place[1:]}index.md") for place in listed if place in readers()}
    return SimpleNamespace(site=site, listed=listed, graphs=graphs, twins=twins)


def graph_of(page: Page) -> list[dict[str, Any]]:
    (script,) = page.tree.css('script[type="application/ld+json"]')
    data = json.loads(script.text())
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def pages() -> set[str]:
    """Addresses of all pages but frames, by the project's own files."""
    return {place for place in map(address, front_matter.metas(ROOT / "docs")) if not place.startswith("/embed/")}


def readers() -> set[str]:
    """Those that search engines may list, and that have a twin."""
    return pages() - {"/search/", "/offline/"}


# The vocabulary ------------------------------------------------------------------------------------------------------


@functools.cache
def family(kind: str) -> frozenset[str]:
    """A type and all types above it."""
    return frozenset([kind]).union(*(family(parent) for parent in TYPES.get(kind, ())))


def faults(node: dict[str, Any], at: str = "") -> list[str]:
    """What schema.org's vocabulary does not allow in a node, one line for each."""
    kinds = node.get("@type")
    if not kinds:
        # A reference to another node by its address alone.
        return [] if set(node) == {"@id"} else [f"{at}: no type"]
    kinds = [kinds] if isinstance(kinds, str) else kinds
    found = [f"{at}: no type {kind}" for kind in kinds if kind not in TYPES]
    above = set().union(*(family(kind) for kind in kinds))
    for name, value in node.items():
        place = f"{at}/{kinds[0]}.{name}"
        if name.startswith("@"):
            if name == "@id" and not is_url(value):
                found.append(f"{place}: {value} is no whole address")
            continue
        if name not in PROPERTIES:
            found.append(f"{place}: no such property")
            continue
        if not above & set(PROPERTIES[name]["of"]):
            found.append(f"{place}: not a property of {', '.join(kinds)}")
        for item in value if isinstance(value, list) else [value]:
            found += wrong_value(item, set(PROPERTIES[name]["is"]), place)
        if value in ("", [], {}, None):
            found.append(f"{place}: empty")
    return found


def is_url(value: object) -> bool:
    parts = urlsplit(value) if isinstance(value, str) else None
    return bool(parts and parts.scheme in ("https", "http") and parts.netloc and " " not in str(value))


def is_date(value: str) -> bool:
    try:
        return str(date.fromisoformat(value)) == value
    except ValueError:
        return False


def wrong_value(value: Any, allowed: set[str], place: str) -> list[str]:
    """Whether a value fits one of the types that a property may have."""
    if isinstance(value, dict):
        kinds = value.get("@type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        inner = faults(value, place)
        fits = not kinds or allowed & set().union(*(family(kind) for kind in kinds))
        return inner if fits else [*inner, f"{place}: {', '.join(kinds)} is none of {sorted(allowed)}"]
    if isinstance(value, bool):
        fits = "Boolean" in allowed
    elif isinstance(value, int | float):
        fits = bool({"Integer", "Number"} & allowed)
    elif value.startswith("https://schema.org/"):
        kinds = MEMBERS.get(value.removeprefix("https://schema.org/"), ())
        fits = bool(allowed & set().union(*(family(kind) for kind in kinds)))
    else:
        fits = (
            "Text" in allowed
            or ("URL" in allowed and is_url(value))
            or ("Date" in allowed and is_date(value))
            or ("Duration" in allowed and bool(re.fullmatch(r"PT\d+M", value)))
        )
    return [] if fits else [f"{place}: {value!r} is none of {sorted(allowed)}"]


def every(value: Any) -> list[dict[str, Any]]:
    """All nodes in a value, however deep."""
    if isinstance(value, list):
        return [node for item in value for node in every(item)]
    return [value, *every(list(value.values()))] if isinstance(value, dict) else []


def kinds_of(node: dict[str, Any]) -> list[str]:
    return [node["@type"]] if isinstance(node["@type"], str) else node["@type"]


@pytest.mark.parametrize(
    ("node", "fault"),
    [
        ({"@type": "MedicalPage"}, "no type MedicalPage"),
        ({"@type": "WebPage", "adress": "x"}, "no such property"),
        ({"@type": "WebPage", "aspect": ["treatment"]}, "not a property of WebPage"),
        ({"@type": "MedicalWebPage", "lastReviewed": "27 November 2026"}, "is none of"),
        ({"@type": "MedicalWebPage", "lastReviewed": "2026-11-31"}, "is none of"),
        ({"@type": "MedicalWebPage", "license": "CC BY"}, "is none of"),
        ({"@type": "MedicalWebPage", "audience": "patients"}, "is none of"),
        ({"@type": "MedicalWebPage", "audience": {"@type": "Dataset", "name": "x"}}, "Dataset is none of"),
        ({"@type": "MedicalWebPage", "isPartOf": {"@type": "WebSite", "nam": "x"}}, "no such property"),
        ({"@type": "MedicalProcedure", "procedureType": "https://schema.org/Clinician"}, "is none of"),
        ({"@type": "WebPage", "isAccessibleForFree": "true"}, "is none of"),
        ({"@type": "WebPage", "name": ""}, "empty"),
        ({"@type": "WebPage", "@id": "/basics/"}, "no whole address"),
    ],
)
def test_the_check_finds_what_the_vocabulary_does_not_allow(node: dict[str, Any], fault: str) -> None:
    (found,) = faults(node)
    assert fault in found


@pytest.mark.parametrize(("builder", "url"), [*((builder, URL) for builder in BUILDERS), ("mkdocs", "")])
def test_linked_data_is_allowed_by_the_vocabulary(builder: str, url: str) -> None:
    graphs = told(builder, url).graphs
    assert set(graphs) == pages()
    found = {place: [line for node in graph for line in faults(node)] for place, graph in graphs.items()}
    assert {place: lines for place, lines in found.items() if lines} == {}
    for place, graph in graphs.items():
        ids = [node["@id"] for node in graph if "@id" in node]
        assert len(ids) == len(set(ids)), place
        assert bool(ids) == bool(url), place
        # What names another node by its address means a node of this page, or one that another page has.
        if url:
            assert all(node["@id"].startswith(URL) for node in every(graph) if "@id" in node), place


@pytest.mark.parametrize("builder", BUILDERS)
def test_each_page_says_what_it_is(builder: str) -> None:
    metas = {address(place): meta for place, meta in front_matter.metas(ROOT / "docs").items()}
    for place, (page, *others) in told(builder).graphs.items():
        meta = metas[place]
        kinds = kinds_of(page)
        assert page["url"] == page["@id"] == URL + place[1:]
        assert (page["name"], page["description"]) == (meta.title, meta.description)
        assert page["lastReviewed"] == page["dateModified"] == str(meta.checked)
        assert page["inLanguage"] == "en"
        assert page["license"] == "https://creativecommons.org/licenses/by/4.0/"
        assert page["isPartOf"]["@type"] == "WebSite"
        # Nobody is named who has not signed, and the makers are not named yet.
        assert not [node for node in every([page, *others]) if "Person" in node["@type"]], place
        assert not [node for node in every([page, *others]) if {"author", "reviewedBy"} & set(node)], place
        audience = {person["audienceType"] for person in page["audience"]}
        assert audience == {"patient": {"Patient"}, "everyone": {"Patient", "Clinician"}}.get(
            meta.audience, {"Clinician"}
        )
        about_the_site = (
            place.startswith(("/about/", "/clinics/", "/search/", "/offline/")) and place not in linked_data.ASPECTS
        )
        assert ("MedicalWebPage" in kinds) != about_the_site, place
        if "MedicalWebPage" in kinds:
            assert page["aspect"]
            assert page["about"][0]["name"] == "Hair mesotherapy"
        if place in readers() - {"/"}:
            (trail,) = [node for node in others if node["@type"] == "BreadcrumbList"]
            steps = trail["itemListElement"]
            assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
            assert steps[0]["item"]["@id"] == URL
            assert steps[-1]["item"]["@id"] == page["url"]
            assert len(steps) > 1
            assert all(step["name"] for step in steps)
    assert linked_data.aspects("/treatment/session/") == ("procedure",)
    # An address that is no longer there would be a mapping for nothing.
    mapped = {*linked_data.ASPECTS, *linked_data.CONDITIONS, *linked_data.DRUGS}
    assert {place for place in mapped if place not in metas} <= {"/treatment/"}


@pytest.mark.parametrize("builder", BUILDERS)
def test_what_stands_on_single_pages(builder: str) -> None:
    graphs, site = told(builder).graphs, told(builder).site

    def one(place: str, kind: str) -> dict[str, Any]:
        (found,) = [node for node in graphs[place] if kind in kinds_of(node)]
        return found

    procedure = one("/", "MedicalProcedure")
    assert procedure["procedureType"].endswith("PercutaneousProcedure")
    assert procedure["bodyLocation"] == "Scalp"
    for key, place in (
        ("howPerformed", "/treatment/session/"),
        ("preparation", "/treatment/before/"),
        ("followup", "/aftercare/"),
        ("status", "/safety/rules/"),
        ("description", "/basics/"),
    ):
        # Every sentence is one that readers of that page read.
        assert procedure[key][:60] in words(site.page(place).one("article")), key
        assert len(procedure[key]) > 60
    assert graphs["/"][0]["mainEntity"][0]["@id"] == procedure["@id"]
    assert one("/", "Organization")["publishingPrinciples"] == URL + "evidence/method/"

    data = [node for node in graphs["/evidence/studies/"] if node["@type"] == "Dataset"]
    assert [node["name"].rpartition(" ")[2] for node in data] == ["studies", "findings", "claims"]
    for node in data:
        head = json.loads(site.read(f"data/{node['name'].rpartition(' ')[2]}.json"))
        assert (node["version"], node["dateModified"]) == (head["edition"], head["date"])
        assert f"{head['count']} entries" in node["description"]
        assert 50 <= len(node["description"]) <= 5000
        assert node["license"].startswith("https://creativecommons.org/")
        assert node["creator"]["name"]
    files = [item["contentUrl"] for node in data for item in node["distribution"]]
    assert sorted(files) == sorted(URL + f"data/{path.name}" for path in (ROOT / "docs" / "data").iterdir())

    terms = one("/glossary/", "DefinedTermSet")["hasDefinedTerm"]
    ids = {node.attributes["id"] for node in site.page("/glossary/").tree.css("dt[id]")}
    assert {term["url"].partition("#")[2] for term in terms} == ids

    course = one("/staff/", "Course")
    assert course["provider"]["name"] == "Hair Mesotherapy Guide"
    modules = [part["url"].removeprefix(URL.rstrip("/")) for part in course["hasPart"]]
    assert len(modules) == 8
    for place, graph in graphs.items():
        is_module = "LearningResource" in kinds_of(graph[0])
        assert is_module == (place in modules), place
        if is_module:
            assert len(graph[0]["teaches"]) >= 2
            assert re.fullmatch(r"PT\d+M", graph[0]["timeRequired"])


def test_questions_are_named_only_where_the_page_is_one_of_questions() -> None:
    asking = {place for place, graph in told("mkdocs").graphs.items() if "FAQPage" in kinds_of(graph[0])}
    assert {"/basics/", "/about/", "/evidence/method/"} <= asking
    assert not {"/", "/evidence/", "/treatment/session/", "/tools/questions/", "/leaflets/questions/"} & asking
    for place in asking:
        page = told("mkdocs").listed[place]
        text = words(page.one("article"))
        for question in told("mkdocs").graphs[place][0]["mainEntity"]:
            assert question["name"].endswith("?")
            assert question["name"] in text
            answer = question["acceptedAnswer"]["text"]
            assert len(answer) > 40
            assert answer[:40] in text
            assert page.tree.css_first(f"#{question['@id'].partition('#')[2]}") is not None


def test_a_signature_is_told_where_somebody_has_signed() -> None:
    site = told("mkdocs").site
    plain = next(entry for entry in entries_of(site) if entry.address == "/aftercare/")
    person = {"@type": "Person", "name": "Example Reviewer", "jobTitle": "Dermatologist", "identifier": "0000000"}
    signed = Entry(
        plain.page, plain.meta, plain.section, plain.trail, {"reviewedBy": person, "lastReviewed": "2026-11-28"}
    )
    guide = Guide(site, "Hair Mesotherapy Guide", "en", "https://creativecommons.org/licenses/by/4.0/")
    (page, *_) = linked_data.graph(guide, signed, None)
    assert page["reviewedBy"] == person
    assert page["lastReviewed"] == "2026-11-28"
    assert faults(page) == []
    assert "Reviewed by a clinician: Example Reviewer, Dermatologist, 0000000, 2026-11-28." in markdown.twin(
        site, signed, {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    )


def test_a_signature_is_read_from_the_page_of_a_clinic(tmp_path: Path) -> None:
    html = (built("mkdocs") / "index.html").read_text(encoding="utf-8")
    said = {"@context": "https://schema.org", "@type": "MedicalWebPage", "reviewedBy": {"@type": "Person", "name": "A"}}
    script = f'<script type="application/ld+json">{json.dumps(said)}</script></head>'
    (tmp_path / "index.html").write_text(html.replace("</head>", script), encoding="utf-8")
    (entry,) = entries(Site(tmp_path, ROOT))
    assert entry.signed["reviewedBy"]["name"] == "A"


@functools.cache
def entries_of(site: Site) -> list[Entry]:
    return entries(site)


def test_no_text_ends_the_element_that_it_stands_in() -> None:
    text = linked_data.script([{"@type": "WebPage", "name": "</script><script>alert(1)</script> & <!--"}])
    assert not re.search(r"[<>&]", text)
    assert json.loads(text)["@graph"][0]["name"] == "</script><script>alert(1)</script> & <!--"


def test_both_builders_tell_the_same() -> None:
    one, other = told("mkdocs"), told("zensical")
    assert one.graphs == other.graphs
    assert one.twins == other.twins
    for name in ("llms.txt", "robots.txt", "sitemap.xml"):
        assert one.site.read(name) == other.site.read(name)


@pytest.mark.parametrize(
    ("place", "most"),
    [
        ("/treatment/session/", 700),
        ("/staff/session/", 800),
        ("/", 1700),
        ("/glossary/", 1600),
        ("/evidence/method/", 2300),
    ],
)
def test_a_page_grows_by_little(place: str, most: int) -> None:
    """In bytes as they travel: what the step adds to a page."""
    page = told("mkdocs").listed[place]
    tree = LexborHTMLParser(page.tree.html)
    cut(tree, 'script[type="application/ld+json"], meta[property], meta[name^="twitter"], link[type="text/markdown"]')
    whole, without = (len(gzip.compress(squeezed(html).encode(), 6)) for html in (page.tree.html, tree.html))
    assert whole - without <= most


# Previews ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", BUILDERS)
def test_what_a_preview_of_a_link_shows(builder: str) -> None:
    site = told(builder).site
    shown = set()
    for place, page in told(builder).listed.items():
        tags = page.tree.css("meta[property^='og:']")
        open_graph = {tag.attributes["property"]: tag.attributes["content"] for tag in tags}
        assert len(tags) == len(open_graph), place
        assert all(open_graph.values()), place
        assert {f"og:{key}" for key in ("title", "description", "type", "url", "image", "locale", "site_name")} <= set(
            open_graph
        )
        (canonical,) = page.tree.css('link[rel="canonical"]')
        assert canonical.attributes["href"] == open_graph["og:url"] == URL + place[1:]
        assert open_graph["og:type"] == ("website" if place == "/" else "article")
        assert page.one('meta[name="twitter:card"]').attributes["content"] == "summary_large_image"
        picture = open_graph["og:image"].removeprefix(URL)
        assert (site.folder / picture).is_file(), place
        assert [open_graph[f"og:image:{side}"] for side in ("width", "height")] == ["1200", "630"]
        assert "Hair Mesotherapy Guide" in open_graph["og:image:alt"]
        shown.add(picture)
        twins = page.tree.css('link[rel="alternate"][type="text/markdown"]')
        assert len(twins) == (place in readers()), place
        assert all((site.folder / place[1:] / twin.attributes["href"]).is_file() for twin in twins)
    assert shown == {f"{share.FOLDER}/{path.name}" for path in (site.folder / share.FOLDER).iterdir()}
    assert len(shown) >= 10


def test_share_pictures_are_drawn_at_build_and_small() -> None:
    assert not (ROOT / "docs" / share.FOLDER).exists()
    site = told("mkdocs").site
    drawn = {path.name: path.read_bytes() for path in (site.folder / share.FOLDER).iterdir()}
    assert len(set(drawn.values())) == len(drawn), "pictures of two sections are the same: is the font not found?"
    for name, content in drawn.items():
        assert content.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", content[16:24]) == (1200, 630)
        assert len(content) <= 40_000, name
    # The same on each run, whatever fonts the machine has: none but ours is loaded.
    assert share.draw(site, "Treatment", "Hair Mesotherapy Guide") == drawn["treatment.png"]
    long = share.draw(
        site, "A section with a very long name that needs several lines, or even more than there are", "x" * 90
    )
    assert struct.unpack(">II", long[16:24]) == (1200, 630)


def test_without_an_address_nothing_pretends_to_have_one() -> None:
    found = told("mkdocs", "")
    assert not (found.site.folder / share.FOLDER).exists()
    assert not (found.site.folder / "sitemap.xml").exists()
    assert "Sitemap:" not in found.site.read("robots.txt")
    assert "SITE_URL" in found.site.read("robots.txt")
    for place, page in found.listed.items():
        assert not page.tree.css(
            'link[rel="canonical"], meta[property="og:url"], meta[property="og:image"], [hreflang]'
        )
        assert page.one('meta[name="twitter:card"]').attributes["content"] == "summary"
        for node in every(found.graphs[place]):
            assert not {"@id", "url", "image", "breadcrumb", "distribution"} & set(node), place
    # Links of a twin lead on from where it stands.
    for place, text in found.twins.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not target.startswith(("http", "tel:", "mailto:")):
                path = (found.site.folder / place[1:] / urlsplit(target).path).resolve()
                assert path.exists(), (place, target)


def test_a_second_language_is_linked_page_by_page() -> None:
    for builder in BUILDERS:
        for place, page in told(builder).listed.items():
            links = {
                link.attributes["hreflang"]: link.attributes["href"]
                for link in page.tree.css('link[rel="alternate"][hreflang]')
            }
            if place == LANGUAGES:
                assert links == {
                    "en": f"{URL}en{LANGUAGES}",
                    "tr": f"{URL}tr{LANGUAGES}",
                    "x-default": f"{URL}en{LANGUAGES}",
                }
            else:
                assert links == {}, place
            assert page.one("html").attributes["lang"] == "en"


# Lists of pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("builder", BUILDERS)
def test_the_sitemap_lists_finished_pages_with_the_day_of_their_check(builder: str) -> None:
    site = told(builder).site
    metas = {address(place): meta for place, meta in front_matter.metas(ROOT / "docs").items()}
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = {
        item.findtext(f"{space}loc", ""): item.findtext(f"{space}lastmod", "")
        for item in ElementTree.fromstring(site.read("sitemap.xml"))
    }
    assert found == {URL + place[1:]: str(metas[place].checked) for place in readers()}
    assert not (site.folder / "sitemap.xml.gz").exists()
    robots = site.read("robots.txt").splitlines()
    assert [line for line in robots if line and not line.startswith("#")] == [
        "User-agent: *",
        "Allow: /",
        f"Sitemap: {URL}sitemap.xml",
    ]


def test_llms_txt_leads_to_every_page() -> None:
    site = told("mkdocs").site
    text = site.read("llms.txt")
    first, _, rest = text.partition("\n")
    assert first == "# Hair Mesotherapy Guide"
    assert rest.lstrip("\n").startswith("> ")
    assert "Nothing here is medical advice" in text
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads[:3] == ["Hair mesotherapy", "The basics", "In the syringe"]
    assert heads[-2:] == ["Data", "Optional"]
    links = re.findall(r"^- \[([^\]]+)\]\((\S+)\): (\S.+)$", text, re.MULTILINE)
    twins = [url for _, url, _ in links if url.endswith(".md")]
    assert sorted(twins) == sorted(f"{URL}{place[1:]}index.md" for place in readers())
    assert all((site.folder / url.removeprefix(URL)).is_file() for _, url, _ in links)
    # In reading order, as the menu has it.
    at = [
        twins.index(f"{URL}{place}index.md") for place in ("", "basics/", "evidence/", "treatment/before/", "safety/")
    ]
    assert at == sorted(at)
    assert not re.search(r"<[a-z/!]", text)


# Twins ---------------------------------------------------------------------------------------------------------------


def told_by(page: Page) -> Any:
    """What a page says: its article, or all of a leaflet."""
    return page.one("main" if page.kind == "leaflet" else "article")


def prose(text: str) -> str:
    """A twin without code, where markup may stand for itself."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def test_a_twin_says_what_the_page_says() -> None:
    found = told("mkdocs")
    for place, text in found.twins.items():
        page = found.listed[place]
        head, _, body = text.partition("\n- This page informs.")
        assert re.findall(r"^# (.+)$", prose(text), re.MULTILINE) == [page.title], place
        assert f"- Page: {URL}{place[1:]}\n" in head
        assert re.search(r"Checked against its sources: \d{4}-\d\d-\d\d\. Next check due: \d{4}-\d\d-\d\d\.", head)
        assert "not yet. No clinician has signed this page" in head
        assert "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)" in head
        assert body.startswith(" It is not medical advice"), place
        # No markup, no sign of ours, nothing that only a screen needs.
        assert not re.search(r"<[a-zA-Z/!]", prose(text).replace("<http", "")), place
        assert not re.search("[\ue000-\uf8ff]|fb-|¶|\\{ *[.#:]|:material|\\(data:", prose(text)), place
        assert not re.search(r"^\s*·|- ·|Link to this part", text, re.MULTILINE), place
        # Every heading at its level, and hardly a word lost.
        for node in told_by(page).css("h2, h3"):
            heading = words(node)
            if heading not in ("References", "Sources") and not any(
                "hidden" in above.attributes for above in within(node)
            ):
                assert f"\n{'#' * int(node.tag[1])} {heading}\n" in text, place
        said = long_words(visible(page))
        lost = said - long_words(text)
        assert len(lost) <= len(said) / 100, (place, sorted(lost)[:20])


SCREEN_ONLY = (
    "script, style, template, svg, nav, button, select, textarea, output, [hidden], [aria-hidden='true'], "
    ".guide-masthead, .guide-dates, .guide-contents, .guide-edition, .fb-references, .fb-filter"
)


def visible(page: Page) -> str:
    """The words of a page that do not belong to its controls or its frame."""
    tree = LexborHTMLParser(told_by(page).html)
    cut(tree, SCREEN_ONLY)
    return tree.body.text(separator=" ")


def long_words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{5,}", text.lower()))


def within(node: Any) -> list[Any]:
    """An element and all elements round it."""
    found = [node]
    while (node := node.parent) is not None:
        found.append(node)
    return found


def test_a_twin_keeps_tables_pictures_and_sources() -> None:
    found = told("mkdocs")
    for place, text in found.twins.items():
        page = found.listed[place]
        flat = " ".join(text.split()).replace("`", "")
        for image in told_by(page).css("img[alt]"):
            if image.attributes["alt"] and not (image.attributes["src"] or "").startswith("data:"):
                assert image.attributes["alt"].split("[")[0].strip() in flat.replace("\\", ""), place
        for row in told_by(page).css("tbody tr"):
            cells = [cell for cell in row.css("td, th") if cell.css_first("ul, p, details, svg, dl, input") is None]
            if cells and not any("hidden" in above.attributes for above in within(row)):
                assert words(cells[0]).split(" ", 1)[0].strip("*") in flat, (place, words(row))
        rows = [line for line in text.splitlines() if line.startswith("|")]
        for line, after in itertools.pairwise(rows):
            if re.fullmatch(r"\|( --- \|)+", after):
                assert line.count("|") == after.count("|"), (place, line)
        # A number in the text leads to a source of the list.
        sources = len(page.tree.css(".fb-references li"))
        body, _, listed = text.partition("\n## Sources\n")
        assert len(re.findall(r"^\d+\. ", listed, re.MULTILINE)) == sources, place
        links = dict(re.findall(r"^\[(\d+)\]: (\S+)$", listed, re.MULTILINE))
        cited = set(re.findall(r"\[(\d+)\](?![(:])", prose(body)))
        assert cited <= set(links), place
        assert {link.text() for link in told_by(page).css("sup.fb-cite a")} >= cited
        assert all(is_url(url) for url in links.values())


def test_links_of_a_twin_lead_to_pages_that_are_there() -> None:
    found = told("mkdocs")
    for place, text in found.twins.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)):
            assert target.startswith(("http", "tel:", "mailto:")), (place, target)
            if target.startswith(URL):
                path = urlsplit(target.removeprefix(URL)).path
                assert (found.site.folder / path).exists(), (place, target)


# Pages that are none to a machine, and the whole way of finishing ----------------------------------------------------


@pytest.mark.parametrize("builder", BUILDERS)
def test_frames_and_the_404_page_stay_out(builder: str) -> None:
    site = told(builder).site
    frames = [page for page in site.pages if page.kind in ("frame", "404")]
    assert len(frames) > 4
    for page in frames:
        assert page.tree.css_first('script[type="application/ld+json"]') is None
        assert page.tree.css_first('[property="og:url"], [type="text/markdown"]') is None
        assert not (page.path.parent / "index.md").exists() or page.kind == "404"
        if page.kind == "frame":
            assert page.one('meta[name="robots"]').attributes["content"] == "noindex"


@pytest.mark.parametrize("builder", BUILDERS)
def test_a_finished_site_still_tells_it(builder: str) -> None:
    folder = built("finished" if builder == "mkdocs" else "finished-zensical")
    for place in pages():
        tree = LexborHTMLParser((folder / place[1:] / "index.html").read_text(encoding="utf-8"))
        (data,) = tree.css("script[type='application/ld+json']")
        assert json.loads(data.text())["@graph"][0]["name"]
        assert bool(tree.css("link[rel=alternate][type='text/markdown']")) == (place in readers())
        assert (folder / place[1:] / "index.md").is_file() == (place in readers())
    for path in folder.rglob("sources.html"):
        robots = LexborHTMLParser(path.read_text(encoding="utf-8")).css_first("meta[name=robots]")
        assert (robots.attributes["content"] or "").startswith("noindex"), path
    assert (folder / "llms.txt").is_file()
    assert (folder / "robots.txt").is_file()


def test_a_site_of_another_project_is_refused_in_one_line(tmp_path: Path) -> None:
    shutil.copy(built("mkdocs") / "index.html", tmp_path)
    (tmp_path / "foreign").mkdir()
    shutil.copy(built("mkdocs") / "index.html", tmp_path / "foreign")
    with pytest.raises(FinishError, match=r"^/foreign/: no file in docs/ has this address"):
        entries(Site(tmp_path, ROOT))


def test_a_page_without_the_words_of_the_procedure_is_named(tmp_path: Path) -> None:
    for place in ("", "basics/"):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / "index.html").write_text("<article><p>Nothing.</p></article>", encoding="utf-8")
    guide = Guide(Site(tmp_path, ROOT), "Guide", "en", "https://example.org/")
    with pytest.raises(FinishError, match=r"^/basics/: no \.in-short li; finish/linked_data\.py takes"):
        linked_data._procedure(guide)
