"""`python -m finish.serve`: the finished site on this machine, made anew when a file changes.

`mkdocs serve` does the same with the plain site, which is quicker to make and heavier to read.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from finish.site import FinishError, finish

HOST, PORT = "127.0.0.1", 8000
WATCHED = ("docs", "data", "factbook", "finish", "overrides", "mkdocs.yml")


def main() -> None:
    """Build, finish, serve; on a change the last good site stays until the next is whole."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    log = logging.getLogger("mkdocs.livereload")
    folder = Path(tempfile.mkdtemp(prefix="guide-"))
    url = f"http://{HOST}:{PORT}/"

    def build() -> None:
        shutil.rmtree(folder / "new", ignore_errors=True)
        program = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder / "new")]
        try:
            subprocess.run(program, check=True)  # noqa: S603 - our own builder
            # Readers keep nothing of a site that changes every minute.
            finish(folder / "new", Path(), worker=False)
        except (FinishError, subprocess.CalledProcessError) as error:
            if not (folder / "site").exists():
                raise SystemExit(f"The site was not built: {error}") from error
            log.error("Not built, the last good site stays: %s", error)
            return
        shutil.rmtree(folder / "site", ignore_errors=True)
        (folder / "new").rename(folder / "site")

    try:
        build()
        server = LiveReloadServer(builder=build, host=HOST, port=PORT, root=str(folder / "site"))
        server.error_handler = lambda code: (folder / "site" / "404.html").read_bytes() if code == 404 else None
        for name in WATCHED:
            server.watch(name)
        log.info("Serving on %s (stop with Ctrl+C)", url)
        server.serve()  # type: ignore[no-untyped-call] # MkDocs' own, half typed
    except KeyboardInterrupt:
        log.info("Stopped.")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
