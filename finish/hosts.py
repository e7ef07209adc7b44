"""What hosts need beside the pages: `_redirects`, `.htaccess`, and settings for nginx and Caddy.

The headers have one source, the published `_headers` (`finish/safety.py`): from it come Apache's `.htaccess`, which
stands in the site, and the files that `python -m finish.hosts SITE --to FOLDER` writes for nginx and Caddy. Moved
addresses come from the published `_redirects`.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from factbook.model import read_yaml
from finish.moved import FILE as MOVED
from finish.site import FinishError, Site

HEADERS, REDIRECTS = "_headers", "_redirects"
SERVERS = {"nginx/nginx-site.conf": "hosts-nginx.conf", "site.caddy": "hosts-caddy"}
"""What is written for servers, beside the files of `deploy/`, and from which template."""


@dataclass(frozen=True)
class Rule:
    """Headers of the addresses that fit a pattern; a later rule goes before an earlier one.

    Attributes:
        pattern: An address seen from the site's root, `*` for any text: `/embed/*`.
        set: Name of a header to its value.
        unset: Names of headers that an earlier rule set and that are not sent here.
    """

    pattern: str
    set: dict[str, str]
    unset: tuple[str, ...]

    @property
    def regex(self) -> str:
        """The pattern as a regular expression, without its first slash."""
        return ".*".join(map(re.escape, self.pattern.removeprefix("/").split("*")))


def rules(text: str) -> list[Rule]:
    """Read a `_headers` file, as Netlify and Cloudflare Pages do.

    Raises:
        FinishError: A line is neither a pattern nor a header, or a value has a sign that servers take for their own.
    """
    found: list[Rule] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.startswith("/"):
            found.append(Rule(line.strip(), {}, ()))
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if found and name.startswith("!") and not colon:
            found[-1] = Rule(found[-1].pattern, found[-1].set, (*found[-1].unset, name[1:].strip()))
        elif found and line[0].isspace() and re.fullmatch(r"[\w-]+", name) and value:
            if re.search(r'["$\\{}%]', value):
                raise FinishError(f'{HEADERS}:{number}: {name}: one of "$\\{{}}% stands in the value')
            found[-1].set[name] = value
            # Taking it out and setting it anew is setting it.
            found[-1] = Rule(found[-1].pattern, found[-1].set, tuple(out for out in found[-1].unset if out != name))
        else:
            raise FinishError(f"{HEADERS}:{number}: neither an address nor a header: {line.strip()}")
    return found


def moved(text: str) -> dict[str, str]:
    """Read a `_redirects` file: from an old address to the new one.

    Raises:
        FinishError: A line is not `/old/ /new/ 301`.
    """
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"(/[\w./-]*) (/[\w./#-]*) 301", line.strip())
        if match is None:
            raise FinishError(f"{REDIRECTS}:{number}: not of the form /old/ /new/ 301: {line.strip()}")
        found[match[1]] = match[2]
    return found


def addresses(folder: Path) -> list[str]:
    """Addresses of a site's pages, seen from its root without the first slash, for requests in capitals."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return sorted(name.removesuffix("index.html") for name in names if name not in ("404.html", "index.html"))


def _environment(folder: Path) -> Environment:
    # Settings of servers, not HTML: `rules` refuses what would need an escape.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def settings(template: str, folder: Path, path: str) -> str:
    """A server's settings for a site.

    Args:
        template: Which of `finish/templates/`.
        folder: The site, with its `_headers` and `_redirects`.
        path: Where it stands on its host, a slash at both ends.
    """
    heads = rules(_read(folder / HEADERS))
    names = sorted({name for rule in heads for name in (*rule.set, *rule.unset)})
    elsewhere = moved(_read(folder / REDIRECTS))
    pages = [page for page in addresses(folder) if path + page not in elsewhere]
    values = {"rules": heads, "names": names, "moved": elsewhere, "pages": pages, "path": path}
    return _environment(Path(__file__).parent / "templates").get_template(template).render(**values)


def _read(path: Path) -> str:
    if not path.is_file():
        raise FinishError(f"{path}: missing; finish the site first")
    return path.read_text(encoding="utf-8")


def run(site: Site) -> None:
    """Write `_redirects` and Apache's `.htaccess` into the site."""
    # The step `moved` has read the file and found it good.
    pairs = read_yaml(site.source / MOVED, MOVED) if (site.source / MOVED).is_file() else {}
    lines = sorted(f"{site.path}{old} {site.path}{new} 301\n" for old, new in pairs.items())
    site.write(REDIRECTS, "# Addresses that moved, for Netlify and Cloudflare Pages\n" + "".join(lines))
    site.write(".htaccess", settings("hosts-apache", site.folder, site.path))


def write(site: Path, folder: Path, url: str = "") -> None:
    """Write the settings of nginx and Caddy for a finished site.

    Args:
        site: The site.
        folder: Where they go.
        url: Where the site will be published; what counts is the path, if it is not the root of its host.

    Raises:
        FinishError: The site is not finished.
    """
    path = urlsplit(url).path.rstrip("/") + "/"
    for name, template in SERVERS.items():
        text = settings(template, site, path)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Write settings for nginx and Caddy; return the exit code (0 good, 1 not written)."""
    parser = argparse.ArgumentParser(prog="finish.hosts", description=main.__doc__)
    parser.add_argument("site", type=Path, help="a finished site")
    parser.add_argument("--to", type=Path, default=Path("deploy"), help="folder for the settings (default: deploy/)")
    options = parser.parse_args(arguments)
    try:
        write(options.site, options.to, os.environ.get("SITE_URL", ""))
    except FinishError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
