"""Scripts are sent small; what others import from them keeps its name."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

import pytest

from finish import FinishError, Site, scripts
from tests.conftest import ROOT, built

FOLDER = "assets/javascripts"
EXPORT = re.compile(r"export\s*(?:async\s+)?(?:class|const|function\*?|let)\s*([\w$]+)|export\s*\{([^}]*)\}")


def exported(text: str) -> set[str]:
    """Names that a module gives to others."""
    names = set()
    for single, some in EXPORT.findall(text):
        names |= {single} if single else {one.split(" as ")[-1].strip() for one in some.split(",")}
    return names


@pytest.mark.parametrize("site", ["finished", "finished-zensical"])
def test_ours_are_small_and_keep_their_names(site: str) -> None:
    before, after = 0, 0
    for source in sorted((ROOT / "docs" / FOLDER).glob("*.js")):
        sent = built(site) / FOLDER / source.name
        if not sent.exists():
            continue
        text = sent.read_text(encoding="utf-8")
        if ".min." in source.name:
            assert text == source.read_text(encoding="utf-8")
            continue
        assert exported(text) == exported(source.read_text(encoding="utf-8")), source.name
        assert "/*" not in text, source.name
        before += len(gzip.compress(source.read_bytes(), 6))
        after += len(gzip.compress(sent.read_bytes(), 6))
    assert 0 < after < 0.7 * before


def test_a_text_keeps_its_spaces(tmp_path: Path) -> None:
    site = project(tmp_path, "export const told = (which) => `used${which && `, place  ${which}`}  here`; // why")
    scripts.run(site)
    text = site.read(f"{FOLDER}/own.js")
    assert "`, place  ${" in text
    assert "}  here`" in text
    assert "why" not in text


def test_a_script_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    site = project(tmp_path, "const open = {")
    with pytest.raises(FinishError, match=rf"^{FOLDER}/own\.js: .+ on line 1 and column \d+$"):
        scripts.run(site)


def project(folder: Path, script: str) -> Site:
    """A project with one script, and the site built from it."""
    source = folder / "docs" / FOLDER / "own.js"
    source.parent.mkdir(parents=True)
    source.write_text(script)
    shutil.copytree(folder / "docs", folder / "site")
    (folder / "site" / "index.html").write_text("<!doctype html><head></head><body></body>")
    return Site(folder / "site", folder)
