"""Pack a finished site's files beforehand, for servers that send such files: `python -m finish.compress SITE`.

Beside each file of text a `.gz` and a `.br`, smaller than what a server packs on the way. The same file gives the same
bytes each time.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterator
from pathlib import Path

import brotli

TEXTS = {".css", ".csv", ".html", ".ico", ".js", ".json", ".md", ".ris", ".svg", ".txt", ".webmanifest", ".xml"}
LEAST = 512
"""Bytes; below that the answer's head outweighs what is saved."""


def texts(site: Path) -> Iterator[Path]:
    """The files worth packing."""
    for path in sorted(site.rglob("*")):
        if path.suffix in TEXTS and path.is_file() and path.stat().st_size >= LEAST:
            yield path


def pack(path: Path) -> None:
    """Write a `.gz` and a `.br` beside a file."""
    content = path.read_bytes()
    # Without a time, so that equal files give equal bytes.
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
    # 11 takes three times as long for a fiftieth less.
    path.with_name(path.name + ".br").write_bytes(brotli.compress(content, quality=10))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="finish.compress", description=__doc__)
    parser.add_argument("site", type=Path, help="a finished site")
    for path in texts(parser.parse_args(arguments).site):
        pack(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
