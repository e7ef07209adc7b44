"""Scripts: ours are sent without comments, white space and long names of what they keep to themselves."""

from __future__ import annotations

import minify

from finish.site import SCRIPTS, FinishError, Site


def run(site: Site) -> None:
    """Write our own scripts small; those of others are small already.

    Raises:
        FinishError: A script cannot be read.
    """
    for source in sorted((site.source / "docs" / SCRIPTS).glob("*.js")):
        name = f"{SCRIPTS}{source.name}"
        if ".min." not in name and (site.folder / name).is_file():
            try:
                site.write(name, minify.string("application/javascript", site.read(name)) + "\n")
            except minify.MinifyError as error:
                raise FinishError(f"{name}: {str(error).splitlines()[0]}") from error
