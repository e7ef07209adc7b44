"""Pages at addresses that moved: each leads on, on any host, with and without scripts."""

from __future__ import annotations

import re

from factbook.faults import FactbookError, nearest
from factbook.model import read_yaml
from finish.site import FinishError, Page, Site

FILE = "data/moved.yml"
ADDRESS = re.compile(r"([a-z0-9-]+/)+")


def moved(site: Site) -> dict[str, str]:
    """Addresses that moved, seen from the site's root: `/old/page/` -> `/treatment/session/#end`.

    Raises:
        FinishError: With a line for each fault of `data/moved.yml`.
    """
    if not (site.source / FILE).is_file():
        return {}
    try:
        raw = read_yaml(site.source / FILE, FILE)
    except FactbookError as error:
        raise FinishError("\n".join(error.faults)) from None
    if not isinstance(raw, dict):
        raise FinishError(f"{FILE}: expected lines of the form old/page/: new/page/")
    places = {page.address.removeprefix("/") for page in site.pages if page.kind != "404"}
    faults = []
    for old, new in raw.items():
        to = str(new).partition("#")[0]
        if not ADDRESS.fullmatch(str(old)):
            faults.append(f'{FILE}: {old}: not an address such as "treatment/session/"')
        elif old in places:
            faults.append(f"{FILE}: {old}: there is a page at this address")
        elif to not in places:
            faults.append(f'{FILE}: {old}: no address "{to}"{nearest(to, places)}')
    if faults:
        raise FinishError("\n".join(faults))
    return {f"/{old}": f"/{new}" for old, new in sorted(raw.items())}


def run(site: Site) -> None:
    """Put a page at each old address that leads to the new one.

    Raises:
        FinishError: A fault in `data/moved.yml`.
    """
    for old, new in moved(site).items():
        at = new.partition("#")[0]
        name = f"{old.removeprefix('/')}index.html"
        back = "../" * (old.count("/") - 1)
        html = site.template(
            "moved.html",
            title=site.page(at).title,
            to=back + new.removeprefix("/") or "./",
            canonical=site.url and site.url + at.removeprefix("/"),
        )
        site.write(name, html)
        site.pages.append(Page(site.folder, site.folder / name, site.path))
    site.pages.sort(key=lambda page: page.address)
