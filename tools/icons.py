"""The favicon set: `python -m tools.icons` draws it anew from `favicon.svg`, the only one that is drawn by hand.

Tabs take the SVG; old browsers and feed readers the ICO; home screens the PNGs (a square without round corners, because
phones cut their own). The pictures are kept in the repository; a test draws them again and compares.
"""

from __future__ import annotations

import io
from pathlib import Path

import resvg_py
from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "assets" / "images"
SQUARES = {"icon-180.png": 180, "icon-192.png": 192, "icon-512.png": 512}
"""Files for home screens and their sides in px: 180 for Apple, 192 and 512 for the manifest."""
ICO_SIDES = (16, 32, 48)


def _draw(svg: str, side: int) -> Image.Image:
    drawn = resvg_py.svg_to_bytes(svg_string=svg, width=side, height=side, skip_system_fonts=True)
    return Image.open(io.BytesIO(drawn)).convert("RGBA")


def icons() -> dict[str, bytes]:
    """Draw the set.

    Returns:
        The bytes of each file, by its name in docs/assets/images.
    """
    rounded = (FOLDER / "favicon.svg").read_text(encoding="utf-8")
    square = rounded.replace(' rx="7"', "")
    files = {}
    for name, side in SQUARES.items():
        out = io.BytesIO()
        _draw(square, side).convert("RGB").save(out, "PNG", optimize=True)
        files[name] = out.getvalue()
    out = io.BytesIO()
    largest, *others = (_draw(rounded, side) for side in sorted(ICO_SIDES, reverse=True))
    largest.save(out, "ICO", sizes=[(side, side) for side in ICO_SIDES], append_images=others)
    return files | {"favicon.ico": out.getvalue()}


def main() -> None:
    """Write the files."""
    for name, content in icons().items():
        (FOLDER / name).write_bytes(content)
        print(f"{FOLDER.name}/{name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
