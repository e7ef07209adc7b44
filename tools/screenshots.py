"""Contact sheets of every page: `python -m tools.screenshots [--site site] [--out screenshots] [PATH ...]`.

One PNG a page and width (360, 768 and 1280 px), light beside dark, and one of its printed sheets (A4). A page is
shown down to DEEPEST px: what lies below is more of the same (references, a register). Several browsers work side by
side, two a core: half of their time is waiting.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from tools.browsing import launch, served

WIDTHS = (360, 768, 1280)
DEEPEST = 5000  # px; a contact sheet deeper than this is no longer looked at
SHEETS = 12  # printed sheets shown of a page
GAP = 16


def screen(browser: Browser, address: str, width: int, scheme: str) -> Image.Image:
    """Return one page as a screen shows it, from its top down to DEEPEST."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address, wait_until="load")
    depth = min(int(page.evaluate("document.documentElement.scrollHeight")), DEEPEST)
    clip = {"x": 0, "y": 0, "width": width, "height": depth}
    shot = page.screenshot(full_page=True, clip=clip, animations="disabled")  # type: ignore[arg-type]
    context.close()
    return Image.open(BytesIO(shot)).convert("RGB")


def printed(browser: Browser, address: str) -> list[Image.Image]:
    """Return the first sheets of a page as A4 paper shows it."""
    page = browser.new_page()
    page.goto(address, wait_until="load")
    document = pypdfium2.PdfDocument(page.pdf(format="A4", page_ranges=f"1-{SHEETS}"))
    page.close()
    return [document[number].render(scale=0.9).to_pil() for number in range(min(len(document), SHEETS))]


def side_by_side(images: list[Image.Image], title: str, in_a_row: int) -> Image.Image:
    """Put images on one sheet, so many in a row, below a title."""
    rows = [images[at : at + in_a_row] for at in range(0, len(images), in_a_row)]
    width = max(sum(image.width + GAP for image in row) for row in rows) + GAP
    heights = [max(image.height for image in row) + GAP for row in rows]
    sheet = Image.new("RGB", (width, sum(heights) + 40), "#777777")
    ImageDraw.Draw(sheet).text((GAP, 12), title, fill="white")
    y = 40
    for row, height in zip(rows, heights, strict=True):
        x = GAP
        for image in row:
            sheet.paste(image, (x, y))
            x += image.width + GAP
        y += height
    return sheet


def shoot(root: str, path: str, out: Path) -> str:
    """Write the sheets of one page; returns its path."""
    name = path.strip("/").replace("/", "-") or "home"
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for width in WIDTHS:
            pair = [screen(browser, root + path, width, scheme) for scheme in ("light", "dark")]
            side_by_side(pair, f"{path}  {width} px, light and dark", 2).save(
                out / f"{name}-{width}.png", compress_level=1
            )
        sheets = printed(browser, root + path)
        side_by_side(sheets, f"{path}  printed on A4", 4).save(out / f"{name}-print.png", compress_level=1)
        browser.close()
    return path


def paths_of(site: Path) -> list[str]:
    """The path of every page of a built site."""
    found = (page.parent.relative_to(site).as_posix() for page in site.rglob("index.html"))
    return sorted("/" if place == "." else f"/{place}/" for place in found)


def main() -> None:
    """Write all sheets and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", help="addresses such as /evidence/ (default: every page)")
    parser.add_argument("--site", type=Path, default=Path("site"))
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    options = parser.parse_args()
    options.out.mkdir(exist_ok=True)
    with served(options.site) as root, ProcessPoolExecutor(2 * (os.cpu_count() or 1)) as workers:
        jobs = [workers.submit(shoot, root, path, options.out) for path in options.paths or paths_of(options.site)]
        for job in jobs:
            print(job.result(), flush=True)
    print(f"in {options.out}/")


if __name__ == "__main__":
    main()
