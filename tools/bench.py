"""Build time and peak memory of both builders: `python -m tools.bench [--times 1 10 100]`.

The content of the site is built as it is, ten times over and a hundred times over (copies of all pages side by
side, the menu left to the builder). Each build starts cold in a folder of its own. A build that takes longer
than five minutes is stopped, and the table says so. Memory is the largest resident set of the build process.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import yaml

LIMIT = 300  # seconds
ROOT = Path(__file__).resolve().parent.parent
BUILDERS = {
    "MkDocs": ["mkdocs", "build", "--quiet", "--no-strict"],
    "Zensical": ["zensical", "build", "--clean"],
}


class _Config(yaml.SafeLoader):
    """Reads mkdocs.yml and keeps tags such as !ENV out of the way."""


_Config.add_multi_constructor("", lambda _loader, _suffix, _node: None)


def project(folder: Path, times: int) -> int:
    """Write a project with the content `times` over into `folder`; return its number of pages."""
    for name in ("data", "overrides"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "docs", folder / "docs")
    for number in range(1, times):
        shutil.copytree(ROOT / "docs", folder / "docs" / f"copy-{number:03}", ignore=shutil.ignore_patterns("assets"))
        # Figures are shown from the copy's own place, so that links stay as they are on the page.
        (folder / "docs" / f"copy-{number:03}" / "assets").symlink_to(folder / "docs" / "assets")
    config = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Config)  # noqa: S506 - a safe loader
    if times > 1:
        del config["nav"]
    config["strict"] = False
    del config["watch"]  # names folders that the copy has no use for
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return sum(1 for _ in (folder / "docs").rglob("*.md"))


def run(command: list[str], folder: Path) -> tuple[float, float, int | None]:
    """Run one build.

    Returns:
        Seconds, peak memory in MB, and the exit code (None: stopped at the limit).
    """
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    program = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    started = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own two builders
        program, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    timer = threading.Timer(LIMIT, lambda: process.send_signal(signal.SIGKILL))
    timer.start()
    # wait4 gives the memory of this one process; getrusage would give the largest of all so far.
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    # Kilobytes on Linux, bytes on macOS.
    peak = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return seconds, peak, None if seconds >= LIMIT else process.returncode


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    options = parser.parse_args()
    print(f"{'builder':<9} {'times':>5} {'pages':>6} {'seconds':>8} {'MB':>7}")
    for times in options.times:
        for builder, command in BUILDERS.items():
            with tempfile.TemporaryDirectory() as name:
                pages = project(Path(name), times)
                seconds, peak, code = run(command, Path(name))
            remark = f"stopped after {LIMIT} s" if code is None else "" if code == 0 else f"failed, exit code {code}"
            print(f"{builder:<9} {times:>5} {pages:>6} {seconds:>8.1f} {peak:>7.0f} {remark}", flush=True)


if __name__ == "__main__":
    main()
