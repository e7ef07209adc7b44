"""The pictures that others show beside a link: one for each section, drawn at build from `templates/share.svg`.

The fonts stand in `fonts/`, and those of the machine are not looked at: the bytes are the same everywhere.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import resvg_py

from finish.site import Site

WIDTH, HEIGHT = 1200, 630
"""In px: the size that Open Graph's readers ask for."""
FOLDER = "assets/images/share"
_FONTS = sorted(str(path) for path in (Path(__file__).parent / "fonts").glob("*.ttf"))
_BOTTOM = 470
"""Where the last line of the title stands, in px from the top."""


def draw(site: Site, title: str, name: str) -> bytes:
    """Draw one picture.

    Args:
        site: Whose templates are filled.
        title: The section, in a few words.
        name: The name of the site.

    Returns:
        A PNG of 1200 by 630 px.
    """
    size = 112 if len(title) <= 34 else 84
    lines = textwrap.wrap(title, 17 if size == 112 else 24, max_lines=3, placeholder=" …")
    step = size * 1.1
    svg = site.template(
        "share.svg",
        guide=textwrap.shorten(name, 52, placeholder=" …"),
        size=size,
        lines=[{"text": line, "y": round(_BOTTOM - step * (len(lines) - 1 - at))} for at, line in enumerate(lines)],
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=_FONTS))
