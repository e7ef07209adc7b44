"""`python -m finish SITE`: make a built site ready to be published, in place."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from finish.site import FinishError, finish


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code (0 good, 1 not finished)."""
    parser = argparse.ArgumentParser(prog="finish", description=__doc__)
    parser.add_argument("site", type=Path, help="folder that MkDocs or Zensical wrote")
    parser.add_argument("--source", type=Path, default=Path(), help="the project it was built from (default: this)")
    parser.add_argument("--no-worker", action="store_true", help="switch reading offline off on readers' devices")
    options = parser.parse_args(arguments)
    try:
        finish(options.site, options.source, os.environ.get("SITE_URL", ""), worker=not options.no_worker)
    except FinishError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
