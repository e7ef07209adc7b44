"""Contact sheets of every page: `python -m tools.screenshots [--site site] [--out screenshots] [PATH ...]`.

One PNG a page and width (360, 768 and 1280 px), light beside dark; one at 320 px, the width that 400 % zoom leaves of a
1280 px window, plain beside forced colours; and one of its printed sheets (A4). A page is shown down to DEEPEST px:
what lies below is more of the same (references, a register). Each page is loaded once and asked for all its looks.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

from tools.browsing import launch, served

WIDTHS = (1280, 768, 360)
ZOOMED = 320
DEEPEST = 6000  # px; a contact sheet deeper than this is no longer looked at
SHEETS = 12  # printed sheets shown of a page
GAP = 16


def look(page: Page, width: int, **media: Any) -> Image.Image:
    """Return an open page as one kind of screen shows it, from its top down to DEEPEST."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(**media)
    page.wait_for_timeout(150)  # the theme follows a new width or scheme by script
    depth = min(int(page.evaluate("document.documentElement.scrollHeight")), DEEPEST)
    shot = page.screenshot(
        full_page=True,
        clip={"x": 0, "y": 0, "width": width, "height": depth},
        animations="disabled",
        type="jpeg",  # a tenth of the time a PNG takes; the sheet itself is a PNG
        quality=92,
    )
    return Image.open(BytesIO(shot)).convert("RGB")


def printed(page: Page) -> list[Image.Image]:
    """Return the first sheets of an open page as A4 paper shows it."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4", page_ranges=f"1-{SHEETS}"))
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

    def keep(images: list[Image.Image], kind: str, title: str, in_a_row: int = 2) -> None:
        sheet = side_by_side(images, f"{path}  {title}", in_a_row)
        sheet.save(out / f"{name}-{kind}.png", compress_level=1)

    with sync_playwright() as playwright:
        browser = launch(playwright)
        # The style that is added below would be stopped by the pages' own policy.
        page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900}, reduced_motion="reduce", bypass_csp=True)
        page.goto(root + path, wait_until="load")
        # What stays at the foot of a screen would lie across the middle of a sheet.
        page.add_style_tag(content=".guide-next { position: static !important; }")
        # Frames that wait to be scrolled to would stay empty.
        page.evaluate("document.querySelectorAll('iframe').forEach(frame => { frame.loading = 'eager'; })")
        page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            pair = [look(page, width, color_scheme="light"), look(page, width, color_scheme="dark")]
            keep(pair, str(width), f"{width} px, light and dark")
        pair = [look(page, ZOOMED, color_scheme="light"), look(page, ZOOMED, forced_colors="active")]
        keep(pair, str(ZOOMED), f"{ZOOMED} px (400 % zoom), plain and in forced colours")
        page.emulate_media(forced_colors="none")
        keep(printed(page), "print", "printed on A4", in_a_row=4)
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
    with served(options.site) as root, ProcessPoolExecutor(os.cpu_count() or 1) as workers:
        jobs = [workers.submit(shoot, root, path, options.out) for path in options.paths or paths_of(options.site)]
        for job in jobs:
            print(job.result(), flush=True)
    print(f"in {options.out}/")


if __name__ == "__main__":
    main()
