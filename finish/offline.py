"""Reading without a network: the script that asks for it, and the line that says where it works.

Frames are left out: what stands in a page of somebody else's keeps nothing on the reader's device.
"""

from __future__ import annotations

import re

from finish.site import SCRIPTS, FinishError, Site, fragment

HELD = re.compile(r"/(aftercare/warning-signs|tools(/[a-z-]+)?|leaflets(/[a-z-]+)?)/")
"""Pages that are kept on the device of everyone who has read any page: what is wanted where there may be no network."""
PLACES = {"page": "aside.guide-dates", "leaflet": ".leaflet-screen"}
"""Where a page of each kind says that it is kept; what the paper of a leaflet shows is no place for it."""


def run(site: Site) -> None:
    """Add the script to every page that a reader opens, and the line to those that are always kept.

    Raises:
        FinishError: A page has no place for the line.
    """
    if not site.worker:
        return
    script = f"{SCRIPTS}offline.js"
    if not (site.folder / script).is_file():
        raise FinishError(f"{script}: missing in the site; without it nothing is kept for reading offline")
    for page in site.pages:
        if page.kind == "frame":
            continue
        site.add_module(page, "offline")
        if HELD.fullmatch(page.address):
            line = fragment(site.template("offline-line.html"))[0]
            page.one(PLACES[page.kind]).insert_child(line)
