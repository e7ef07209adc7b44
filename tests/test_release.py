"""A release: what it asks for, what it writes, and that it writes the same again."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest

from tests.conftest import ROOT, built
from tests.test_deploy import ask, named
from tools import hosting, release

EDITION = release.Edition("1.2.3", "Notes.", "0" * 40, 1_795_000_000)
FILES = {
    "data/edition.yml": "version: 1.2.3\ndate: 2026-11-20\n",
    "pyproject.toml": '[project]\nname = "guide"\nversion = "1.2.3"\n',
    "CHANGELOG.md": "# Changes\n\n## 1.2.3 (2026-11-20)\n\n- New.\n\n## 1.2.2 (2026-11-01)\n\n- Old.\n",
}


def git(folder: Path, *arguments: str) -> None:
    """Run git as nobody in particular, at a fixed time."""
    who = {f"GIT_{role}_{key}": "somebody" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}
    when = {f"GIT_{role}_DATE": "2026-11-20T12:00:00Z" for role in ("AUTHOR", "COMMITTER")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **who, **when, **alone}, check=True)


def committed(folder: Path) -> Path:
    """Make a folder a repository with one commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What a release reads of a project, committed."""
    folder = tmp_path / "project"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return committed(folder)


def test_a_release_is_what_is_committed(project: Path) -> None:
    found = release.edition(project)
    assert (found.version, found.notes, found.epoch) == ("1.2.3", "- New.", 1_795_176_000)
    assert re.fullmatch("[0-9a-f]{40}", found.commit)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("pyproject.toml", "1.2.3", "1.2.2", "pyproject.toml: version 1.2.2, but data/edition.yml says 1.2.3"),
        ("data/edition.yml", "1.2.3", "1.3.0", "CHANGELOG.md: 1.2.3 (2026-11-20) stands first, but data/edition.yml says 1.3.0 (2026-11-20)"),
        ("CHANGELOG.md", "2026-11-20", "2026-11-19", "CHANGELOG.md: 1.2.3 (2026-11-19) stands first, but data/edition.yml says 1.2.3 (2026-11-20)"),
        ("CHANGELOG.md", "## 1", "1", "CHANGELOG.md: no version stands first, but data/edition.yml says 1.2.3 (2026-11-20)"),
        ("CHANGELOG.md", "- New.\n", "", "CHANGELOG.md: nothing stands under 1.2.3"),
    ],
)  # fmt: skip
def test_versions_agree_or_there_is_no_release(project: Path, name: str, old: str, new: str, fault: str) -> None:
    text = (project / name).read_text(encoding="utf-8")
    (project / name).write_text(text.replace(old, new), encoding="utf-8")
    git(project, "commit", "--quiet", "--all", "--message", "Changed")
    with pytest.raises(release.ReleaseError) as caught:
        release.edition(project)
    assert fault in str(caught.value).splitlines()


def test_what_is_not_committed_is_not_released(project: Path) -> None:
    (project / "new.txt").write_text("New", encoding="utf-8")
    (project / "CHANGELOG.md").write_text(FILES["CHANGELOG.md"] + "\n", encoding="utf-8")
    with pytest.raises(release.ReleaseError, match=r"^not committed: CHANGELOG\.md, new\.txt$"):
        release.edition(project)


def test_outside_of_git_there_is_no_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(release.ReleaseError, match="git status: fatal: not a git repository"):
        release.edition(tmp_path)


def test_a_build_that_fails_leaves_the_earlier_release(project: Path, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "site.zip").write_text("earlier", encoding="utf-8")
    with pytest.raises(release.ReleaseError, match=r"^mkdocs build "):
        release.release(project, tmp_path / "dist")
    assert (tmp_path / "dist" / "site.zip").read_text(encoding="utf-8") == "earlier"


def test_this_project_agrees_on_its_version() -> None:
    found = release.newest((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert found is not None
    assert found[2]
    edition = (ROOT / "data" / "edition.yml").read_text(encoding="utf-8")
    assert f"version: {found[0]}\ndate: {found[1]}\n" in edition
    assert f'version = "{found[0]}"\n' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


# What it writes -----------------------------------------------------------------


def small_site(folder: Path, names: list[str], mode: int, when: int) -> Path:
    """A site whose files have one mode and one time."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"The text of {name}. " * 50, encoding="utf-8")
        path.chmod(mode)
        os.utime(path, (when, when))
    (folder / ".finished").touch()
    return folder


def test_one_site_gives_one_zip_file(tmp_path: Path) -> None:
    names = ["index.html", "a/index.html", "B/index.html", ".htaccess", "_headers"]
    one = small_site(tmp_path / "one", names, 0o600, 10**9)
    two = small_site(tmp_path / "two", names[::-1], 0o755, 2 * 10**9)
    for site in (one, two):
        release.pack(site, site.with_suffix(".zip"), EDITION.epoch)
    assert one.with_suffix(".zip").read_bytes() == two.with_suffix(".zip").read_bytes()
    with zipfile.ZipFile(one.with_suffix(".zip")) as archive:
        entries = archive.infolist()
        assert [entry.filename for entry in entries] == sorted(names)
        assert {entry.date_time for entry in entries} == {(2026, 11, 18, 11, 6, 40)}
        assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o644}
        assert archive.read("a/index.html").startswith(b"The text of a/index.html")


def test_a_difference_is_named(tmp_path: Path) -> None:
    names = ["index.html", "a/index.html"]
    one = small_site(tmp_path / "one", [*names, "only.txt"], 0o644, 10**9)
    two = small_site(tmp_path / "two", names, 0o644, 10**9)
    assert release.differences(one, one) == []
    (two / "a" / "index.html").write_text("Another", encoding="utf-8")
    assert release.differences(one, two) == ["a/index.html: differs", "only.txt: stands in one only"]


def test_the_bill_of_materials_names_what_is_pinned_and_what_is_shipped() -> None:
    text = release.materials(ROOT, EDITION)
    assert text == release.materials(ROOT, EDITION)
    found = json.loads(text)
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert found["metadata"]["timestamp"] == "2026-11-18T11:06:40+00:00"
    purls = {part["purl"] for part in found["components"]}
    pins = release.PIN.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert len(pins) > 30
    assert {f"pkg:pypi/{re.sub('[-_.]+', '-', name).lower()}@{version}" for name, version in pins} < purls
    assert "pkg:npm/minisearch@7.2.0" in purls
    assert [part["name"] for part in found["components"] if not part.get("licenses")] in ([], ["resvg-py"])


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("click==0.0.1", r"requirements\.txt: click==0\.0\.1, but \S+ is installed"),
        ("no-such-package==1", r"requirements\.txt: no-such-package is not installed; run make build"),
    ],
)
def test_what_is_installed_is_what_is_pinned(tmp_path: Path, pin: str, fault: str) -> None:
    (tmp_path / "requirements.txt").write_text(f"{pin}\n", encoding="utf-8")
    with pytest.raises(release.ReleaseError, match=fault):
        release.materials(tmp_path, EDITION)


def test_settings_for_servers_are_those_that_the_recipes_name(tmp_path: Path) -> None:
    release.settings(ROOT, built("finished"), tmp_path)
    recipes = (tmp_path / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<=servers/)[\w./-]+", recipes))
    assert named == {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")} - {"README.md"} | {
        "Caddyfile"
    }


VENDORED = json.loads((ROOT / release.VENDORED).read_text(encoding="utf-8"))


def test_files_of_others_are_those_that_are_recorded(tmp_path: Path) -> None:
    assert VENDORED["vendored"].keys() == {f"{name}@{version}" for name, version in VENDORED["dependencies"].items()}
    for name in ("requirements.txt", release.VENDORED, *(file for part in VENDORED["vendored"].values() for file in part["files"])):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    path = tmp_path / "docs/assets/javascripts/minisearch.min.js"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(release.ReleaseError, match=r"minisearch\.min\.js is not the file that is recorded"):
        release.materials(tmp_path, EDITION)


def test_every_file_of_others_is_recorded() -> None:
    recorded = {file for part in VENDORED["vendored"].values() for file in part["files"]}
    places = [*(ROOT / "docs" / "assets").rglob("*.min.*"), *(ROOT / "finish" / "fonts").glob("*.ttf")]
    assert recorded == {path.relative_to(ROOT).as_posix() for path in places}


def test_a_file_of_others_names_its_version() -> None:
    for key in VENDORED["vendored"]:
        name, version = key.rsplit("@", 1)
        if name in ("minisearch", "stemmer"):
            script = (ROOT / "docs" / "assets" / "javascripts" / f"{name}.min.js").read_text(encoding="utf-8")
            assert f"{name} {version}" in script[:200].lower()


def test_no_step_asks_a_clock_or_chance() -> None:
    """The slow test below compares bytes; this names the usual reasons why they differ."""
    chance = re.compile(r"\b(random|secrets|uuid[14]|time\.time|today\(\)|now\(\)|utcnow|st_mtime|hash\()")
    steps = [path for path in sorted((ROOT / "finish").glob("*.py")) if path.name != "serve.py"]
    assert len(steps) > 8
    assert not [(path.name, found) for path in steps for found in chance.findall(path.read_text(encoding="utf-8"))]


# The whole of it ----------------------------------------------------------------


def test_two_builds_of_one_commit_are_equal(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole release of these files, below a path, built twice. `make release` does it each time; here it is slow."""
    if not request.config.getoption("--thorough"):
        pytest.skip("builds the site twice: --thorough")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )  # fmt: skip
    project = tmp_path / "project"
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, project / name)
    monkeypatch.setenv("SITE_URL", "https://guide.example.org/guide/")
    dist = tmp_path / "dist"
    release.release(committed(project), dist)
    assert sorted(path.name for path in dist.iterdir()) == ["NOTES.md", "SHA256SUMS", "sbom.cdx.json", "servers.zip", "site.zip"]  # fmt: skip
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=dist, check=True)
    with zipfile.ZipFile(dist / "site.zip") as archive:
        missing, apache, home = (archive.read(name).decode() for name in ("404.html", ".htaccess", "index.html"))
    assert "href=/guide/evidence/" in missing
    assert not re.search(r'(?:href|src)="?/(?!guide/)', missing)
    assert "ErrorDocument 404 /guide/404.html" in apache
    assert "href=https://guide.example.org/guide/ " in home or "href=https://guide.example.org/guide/>" in home
    with zipfile.ZipFile(dist / "servers.zip") as archive:
        assert 'default "/guide/";' in archive.read("nginx/nginx-site.conf").decode()
    if hosting.program("nginx"):
        with zipfile.ZipFile(dist / "site.zip") as archive:
            archive.extractall(tmp_path / "site")
        assert not list(broken(tmp_path / "site", "/guide/"))


def broken(site: Path, path: str) -> Iterator[tuple[str, str]]:
    """Pages below a path, each with an address it names that is not there or not below the path."""
    with hosting.hosted("nginx", site, path) as root:
        known: dict[str, int] = {}
        for page in sorted(site.rglob("*.html")):
            name = page.relative_to(site).as_posix()
            for address in named(page):
                place = urldefrag(urljoin(root + name, address)).url
                if not place.startswith(("http://127.0.0.1", root)):
                    continue
                if place.startswith(root) and place not in known:
                    known[place] = ask(root, place.removeprefix(root)).status
                if known.get(place) != 200:
                    yield name, address
