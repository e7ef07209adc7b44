"""The leaflets as PDFs, in A4 and Letter: `python -m tools.leaflets [site] [folder]` prints them from a built site.

The names tell leaflet and paper (`aftercare-a4.pdf`). Build the site with SITE_URL, or the sheets carry no code that
can be scanned.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tools.browsing import launch, served

ROOT = Path(__file__).resolve().parent.parent
PAPERS = {"a4": "A4", "letter": "Letter"}
"""How a paper is called in a file's name, and how Chromium calls it."""


def names() -> list[str]:
    """Every leaflet, by the name of its page; the index is none."""
    return sorted(path.stem for path in (ROOT / "docs" / "leaflets").glob("*.md") if path.stem != "index")


def write(browser: Browser, site: Path, folder: Path) -> list[Path]:
    """Print every leaflet of a built site.

    Args:
        browser: A running Chromium.
        site: The built site.
        folder: Where the files go; made if it is not there.

    Returns:
        The files, two for each leaflet.

    Raises:
        FileNotFoundError: The site lacks a leaflet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with served(site) as root:
        page = browser.new_page()
        for name in names():
            if not (site / "leaflets" / name / "index.html").is_file():
                raise FileNotFoundError(f"{site}: no leaflet {name}; build the site first")
            page.goto(f"{root}/leaflets/{name}/", wait_until="load")
            for short, paper in PAPERS.items():
                path = folder / f"{name}-{short}.pdf"
                # The margins are those of the style sheet, so that the browser's print window gives the same.
                page.pdf(path=path, format=paper, tagged=True, outline=True)
                written.append(path)
        page.close()
    return written


def main() -> None:
    """Write the files and say where."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=Path, nargs="?", default=ROOT / "site", help="a built site")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "leaflets-pdf", help="where the PDFs go")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            written = write(browser, options.site, options.folder)
        except FileNotFoundError as error:
            raise SystemExit(str(error)) from None
        finally:
            browser.close()
    print(f"{options.folder}: {len(written)} files")


if __name__ == "__main__":
    main()
