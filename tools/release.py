"""A release: `make release` writes `dist/` with the site, its sums, what it is made of, and what is new.

The site is built from the last commit in a folder of its own, with the time of that commit for a clock, so that the
same commit gives the same bytes: it is built twice, in other folders and other surroundings, and compared.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import yaml
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from finish import hosts
from finish.site import DONE, FinishError

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)$", re.MULTILINE)
VENDORED = "tools/vendored/package.json"
SETTINGS = ("README.md", "Caddyfile", "nginx/guide.conf", "nginx/server.conf")
"""Files of `deploy/` for those who have a release and not the project."""
SURROUNDINGS = (
    {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"},
    {"TZ": "Asia/Kolkata", "PYTHONHASHSEED": "2"},
)
"""Of the first build and of the second: what must not show in the bytes."""


class ReleaseError(Exception):
    """Why there is no release: one line for each fault."""


@dataclass(frozen=True)
class Edition:
    """What is released.

    Attributes:
        version: As in `data/edition.yml`.
        notes: What the change log says of it, in Markdown.
        commit: Its full name.
        epoch: Seconds since 1970 at which it was committed.
    """

    version: str
    notes: str
    commit: str
    epoch: int


def edition(root: Path) -> Edition:
    """What the project in a folder would release.

    Raises:
        ReleaseError: Something is not committed, or the version or date does not agree everywhere.
    """
    faults = []
    if changed := _git(root, "status", "--porcelain"):
        faults.append(f"not committed: {', '.join(line[3:] for line in changed.splitlines())}")
    data = yaml.safe_load((root / "data" / "edition.yml").read_text(encoding="utf-8"))
    version, date = str(data["version"]), str(data["date"])
    packaged = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if packaged != version:
        faults.append(f"pyproject.toml: version {packaged}, but data/edition.yml says {version}")
    found = newest((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if found is None or found[:2] != (version, date):
        said = f"{found[0]} ({found[1]})" if found else "no version"
        faults.append(f"CHANGELOG.md: {said} stands first, but data/edition.yml says {version} ({date})")
    elif not found[2]:
        faults.append(f"CHANGELOG.md: nothing stands under {version}")
    if faults:
        raise ReleaseError("\n".join(faults))
    commit, epoch = _git(root, "log", "-1", "--format=%H %ct").split()
    return Edition(version, found[2] if found else "", commit, int(epoch))


def newest(changelog: str) -> tuple[str, str, str] | None:
    """Version, date and text of the first entry of a change log."""
    match = re.search(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return (match[1], match[2], match[3].strip()) if match else None


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, text=True, capture_output=True, check=False)  # noqa: S603, S607 - git
    if done.returncode:
        raise ReleaseError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.rstrip()


def build(root: Path, commit: str, folder: Path, epoch: int, surroundings: dict[str, str]) -> Path:
    """Build and finish the site of a commit in a folder; return where it stands.

    Raises:
        ReleaseError: With what the builder said.
    """
    with tarfile.open(fileobj=BytesIO(_archive(root, commit))) as archive:
        archive.extractall(folder, filter="data")
    # The folder goes first on the way to modules: its own factbook/ and finish/ build it, not those installed.
    given = {
        **os.environ,
        **surroundings,
        "SOURCE_DATE_EPOCH": str(epoch),
        "PYTHONPATH": str(folder),
        "CLINIC_FILE": "",
    }
    for command in (["mkdocs", "build", "--site-dir", "site"], ["finish", "site"]):
        done = subprocess.run(  # noqa: S603 - our own builder
            [sys.executable, "-m", *command], cwd=folder, env=given, text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise ReleaseError(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
    return folder / "site"


def _archive(root: Path, commit: str) -> bytes:
    return subprocess.run(["git", "archive", commit], cwd=root, capture_output=True, check=True).stdout  # noqa: S603, S607 - git


def files(site: Path) -> Iterator[tuple[str, Path]]:
    """A site's files in order, by their address."""
    for path in sorted(site.rglob("*"), key=lambda path: path.relative_to(site).as_posix()):
        if path.is_file() and path.name != DONE:
            yield path.relative_to(site).as_posix(), path


def pack(site: Path, target: Path, epoch: int) -> None:
    """Write a site as a zip file: sorted, all files of one time and one mode.

    The time is that of the commit and not a fixed one, since servers tell by it whether a file has changed.
    """
    when = time.gmtime(max(epoch, 315532800))[:6]  # zip files begin in 1980
    with zipfile.ZipFile(target, "w") as archive:
        for name, path in files(site):
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on every system
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, path.read_bytes(), compresslevel=9)


def differences(one: Path, other: Path) -> list[str]:
    """In which files two sites differ, a line each."""
    sums = [{name: _sum(path) for name, path in files(site)} for site in (one, other)]
    return [
        f"{name}: {'differs' if name in sums[0] and name in sums[1] else 'stands in one only'}"
        for name in sorted(sums[0].keys() | sums[1].keys())
        if sums[0].get(name) != sums[1].get(name)
    ]


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def materials(root: Path, released: Edition) -> str:
    """The bill of materials (CycloneDX 1.6, JSON): pinned packages that build the site, and files of others in it.

    Raises:
        ReleaseError: What is installed is not what is pinned, a file of others is not the one that is recorded, or the
            bill is not valid.
    """
    itself = Component(
        name="hair-mesotherapy-guide",
        type=ComponentType.APPLICATION,
        version=released.version,
        bom_ref="guide",
        licenses=[LicenseFactory().make_with_expression("MIT AND CC-BY-4.0")],
    )
    parts = [*_packages(root), *_vendored(root)]
    bom = Bom(components=parts, serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"guide:{released.commit}"))
    bom.metadata.component = itself
    bom.metadata.timestamp = datetime.fromtimestamp(released.epoch, UTC)
    bom.register_dependency(itself, parts)
    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ReleaseError(f"sbom.cdx.json: {fault.data.message}")
    return text


def _packages(root: Path) -> Iterator[Component]:
    for name, version in PIN.findall((root / "requirements.txt").read_text(encoding="utf-8")):
        try:
            installed = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            raise ReleaseError(f"requirements.txt: {name} is not installed; run make build") from None
        if installed["Version"] != version:
            raise ReleaseError(f"requirements.txt: {name}=={version}, but {installed['Version']} is installed")
        purl = PackageURL("pypi", name=re.sub(r"[-_.]+", "-", name).lower(), version=version)
        yield Component(
            name=name,
            version=version,
            purl=purl,
            bom_ref=str(purl),
            description=installed["Summary"],
            licenses=[LicenseFactory().make_from_string(licence) for licence in _licence(installed)],
        )


def _licence(installed: importlib.metadata.PackageMetadata) -> list[str]:
    """The licence of a package: older ones write its whole text where a name belongs, or only a class."""
    given = installed["License-Expression"] or installed["License"] or "UNKNOWN"
    if given != "UNKNOWN" and "\n" not in given:
        return [given]
    kinds = [kind for kind in installed.get_all("Classifier", []) if kind.startswith("License :: ")]
    return [kind.rsplit(" :: ", 1)[1] for kind in kinds]


def _vendored(root: Path) -> Iterator[Component]:
    for key, part in json.loads((root / VENDORED).read_text(encoding="utf-8"))["vendored"].items():
        name, version = key.rsplit("@", 1)
        purl = PackageURL("npm", name=name, version=version)
        inside = []
        for file, wanted in part["files"].items():
            if _sum(root / file) != wanted:
                raise ReleaseError(f"{VENDORED}: {key}: {file} is not the file that is recorded")
            hashes = [HashType(alg=HashAlgorithm.SHA_256, content=wanted)]
            inside.append(Component(name=file, type=ComponentType.FILE, bom_ref=file, hashes=hashes))
        licences = [LicenseFactory().make_from_string(part["licence"])]
        yield Component(name=name, version=version, purl=purl, bom_ref=str(purl), licenses=licences, components=inside)


def settings(root: Path, site: Path, folder: Path) -> None:
    """Write what servers need beside the site: the files of `deploy/`, and those that are made from the site."""
    for name in SETTINGS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "deploy" / name, folder / name)
    hosts.write(site, folder, os.environ.get("SITE_URL", ""))


def release(root: Path, target: Path) -> Edition:
    """Write a release of the last commit into a folder, in place of an earlier one.

    Raises:
        ReleaseError: There is none, because something is wrong or two builds differ; an earlier release stays.
    """
    released = edition(root)
    with tempfile.TemporaryDirectory(prefix="guide-release-") as name:
        folder = Path(name)
        site = build(root, released.commit, folder / "one", released.epoch, SURROUNDINGS[0])
        other = build(root, released.commit, folder / "another place", released.epoch, SURROUNDINGS[1])
        if found := differences(site, other):
            raise ReleaseError("two builds of one commit differ:\n" + "\n".join(found))
        dist = folder / "dist"
        dist.mkdir()
        pack(site, dist / "site.zip", released.epoch)
        (dist / "sbom.cdx.json").write_text(materials(folder / "one", released), encoding="utf-8")
        (dist / "NOTES.md").write_text(released.notes + "\n", encoding="utf-8")
        servers = folder / "servers"
        settings(folder / "one", site, servers)
        pack(servers, dist / "servers.zip", released.epoch)
        sums = "".join(f"{_sum(path)}  {path.name}\n" for path in sorted(dist.iterdir()))
        (dist / "SHA256SUMS").write_text(sums, encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(dist, target)
    return released


def main(arguments: list[str] | None = None) -> int:
    """Write a release; return the exit code (0 written, 1 not)."""
    parser = argparse.ArgumentParser(prog="tools.release", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="folder for it (default: dist/)")
    options = parser.parse_args(arguments)
    try:
        released = release(ROOT, options.to)
    except (ReleaseError, FinishError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{released.version}, commit {released.commit}, built twice with equal bytes")
    for path in sorted(options.to.iterdir()):
        print(f"{path.stat().st_size / 1000:>8,.0f} kB  {path.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
