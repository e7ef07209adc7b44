"""The servers of `deploy/` on this machine, to be looked at and put under load: `python -m tools.hosting SITE`.

nginx, Caddy and Apache run with the settings that `deploy/README.md` tells people to use, on a free port of 127.0.0.1,
with all they write in a folder that goes afterwards. wrk sends the load.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from finish import compress, hosts

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
PROGRAMS = {"nginx": "nginx", "caddy": "caddy", "apache": "apache2"}
"""Servers and what they are called on Debian."""
LOADED = ("nginx", "caddy")
"""Those that are put under load: a host that knows `.htaccess` is somebody else's machine."""
PATHS = (
    "",
    "evidence/",
    "treatment/session/",
    "aftercare/warning-signs/",
    "data/findings.json",
    "assets/site.webmanifest",
)
"""What the load asks for: pages, a large file and a small one."""


class HostingError(Exception):
    """A server did not start; the text holds what it said."""


def program(name: str) -> str | None:
    """Where a server's program is; Debian keeps some where only root looks."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _nginx(folder: Path, port: int, root: Path, path: str) -> list[str]:
    """Settings as in `deploy/nginx/`, within an nginx that leaves the machine's own alone."""
    (folder / "nginx").rename(folder / "guide")
    shutil.copy(DEPLOY / "nginx" / "guide.conf", folder / "guide")
    shutil.copy("/etc/nginx/mime.types", folder)
    server = (DEPLOY / "nginx" / "server.conf").read_text(encoding="utf-8")
    server = re.sub(r"listen \[::\]:80;\n", "", server).replace("listen 80;", f"listen 127.0.0.1:{port};")
    if path != "/":
        # As for a site of one's own: the files lie below its root, the settings in a location.
        server = server.replace("include guide/guide.conf;", f"location {path} {{ include guide/guide.conf; }}")
    server = server.replace("/srv/guide;", f"{root};")
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 2;\npid {folder}/pid;\nerror_log stderr error;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events { worker_connections 1024; }\n"
        + f"http {{\naccess_log off;\ninclude mime.types;\n{places}{server}}}\n",
        encoding="utf-8",
    )
    return ["-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", "stderr"]


def _caddy(folder: Path, port: int, root: Path, path: str) -> list[str]:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    if path != "/":
        block = f"redir {path.rstrip('/')} {path} 301\nhandle_path {path}* {{\nimport guide\n}}\n"
        text, found = re.subn(r"(?<=\{\$GUIDE_HOST:localhost\} \{\n)\timport guide\n", block, text)
        if not found:
            raise HostingError("deploy/Caddyfile: no block of {$GUIDE_HOST} that imports the guide")
    text = text.replace("{$GUIDE_HOST:localhost}", f"http://127.0.0.1:{port}").replace(
        "{$GUIDE_ROOT:/srv/guide}", str(root)
    )
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    return ["run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


APACHE = """
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog /dev/stderr
LogLevel error
Mutex file:{folder}
ServerLimit 16
ThreadsPerChild 25
MaxRequestWorkers 400
{modules}
TypesConfig /etc/mime.types
DocumentRoot {root}
<Directory />
    AllowOverride All
    Require all granted
</Directory>
{user}
"""
"""As on a shared host: `.htaccess` decides."""
MODULES = ("mpm_event", "authz_core", "mime", "dir", "headers", "deflate", "filter", "rewrite")


def _apache(folder: Path, port: int, root: Path, _path: str) -> list[str]:
    place = Path("/usr/lib/apache2/modules")
    modules = "\n".join(f"LoadModule {name}_module {place}/mod_{name}.so" for name in MODULES)
    user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
    text = APACHE.format(port=port, folder=folder, root=root, modules=modules, user=user)
    (folder / "httpd.conf").write_text(text, encoding="utf-8")
    return ["-DFOREGROUND", "-f", str(folder / "httpd.conf")]


_SETTINGS = {"nginx": _nginx, "caddy": _caddy, "apache": _apache}


@contextmanager
def hosted(server: str, site: Path, path: str = "/") -> Iterator[str]:
    """Serve a finished site; yields the address of its root, with a slash at the end.

    Args:
        server: One of `PROGRAMS`.
        site: The site. It has to be finished for `path` if it is served by Apache, whose settings stand in it.
        path: Where it stands on its host, a slash at both ends.

    Raises:
        HostingError: The server is not installed or does not start.
        finish.FinishError: The site is not finished.
    """
    found = program(PROGRAMS[server])
    if found is None:
        raise HostingError(f"{server}: not installed; on Debian: sh tools/servers.sh")
    with tempfile.TemporaryDirectory(prefix="guide-host-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        hosts.write(site, folder, path)
        root = site.resolve()
        if path != "/" and server != "caddy":
            root = folder / "root"
            place = root / path.strip("/")
            place.parent.mkdir(parents=True)
            place.symlink_to(site.resolve())
        port = free_port()
        arguments = _SETTINGS[server](folder, port, root, path)
        environment = {**os.environ, "HOME": name, "XDG_DATA_HOME": name, "XDG_CONFIG_HOME": name}
        with (folder / "log").open("w+") as log:
            process = subprocess.Popen([found, *arguments], stdout=log, stderr=log, env=environment)  # noqa: S603 - Debian's servers
            try:
                _wait(process, port, folder / "log", server)
                yield f"http://127.0.0.1:{port}{path}"
            finally:
                process.terminate()
                process.wait(timeout=10)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path, server: str) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise HostingError(f"{server} did not start:\n{log.read_text(encoding='utf-8')}")


@dataclass(frozen=True)
class Load:
    """What came of a load.

    Attributes:
        requests: Answers that came.
        seconds: How long it went on.
        kilobytes: Bytes that came, in thousands.
        broken: Connections that were refused or broke.
        status: Answers that are neither the page nor a redirect.
        late: Answers that took over five seconds.
        middle: Milliseconds of the middle answer.
        slowest: Milliseconds of the slowest one.
    """

    requests: int
    seconds: float
    kilobytes: int
    broken: int
    status: int
    late: int
    middle: float
    slowest: float

    @property
    def failed(self) -> int:
        """Requests without a good answer."""
        return self.broken + self.status + self.late


def load(root: str, seconds: int, connections: int = 200) -> Load:
    """Ask a server on this machine for pages over and over.

    Args:
        root: Address of the site, on 127.0.0.1.
        seconds: How long, at most a minute.
        connections: How many at a time.

    Raises:
        HostingError: wrk is missing or failed, or this is more than a test.
    """
    address = urlsplit(root)
    if address.hostname != "127.0.0.1" or not 0 < seconds <= 60 or not 0 < connections <= 1000:
        raise HostingError(f"load: {root}, {seconds} s, {connections} connections: only on this machine, within bounds")
    wrk = program("wrk")
    if wrk is None:
        raise HostingError("wrk: not installed; on Debian: sh tools/servers.sh")
    paths = [address.path + name for name in PATHS]
    script = str(ROOT / "tools" / "load.lua")
    command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "-s", script, root, "--", *paths]
    done = subprocess.run(command, text=True, capture_output=True, check=False)  # noqa: S603 - Debian's wrk
    found = re.search(r"^\{.*\}$", done.stdout, re.MULTILINE)
    if found is None:
        raise HostingError(f"wrk: {done.stdout}{done.stderr}")
    return Load(**json.loads(found.group()))


def main(arguments: list[str] | None = None) -> int:
    """Put each server that is installed under load; return the exit code (0 no request failed, 1 some did)."""
    parser = argparse.ArgumentParser(prog="tools.hosting", description=__doc__)
    parser.add_argument("site", type=Path, nargs="?", default=ROOT / "site", help="a finished site")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--connections", type=int, default=200)
    options = parser.parse_args(arguments)
    failed = False
    with tempfile.TemporaryDirectory(prefix="guide-load-") as name:
        site = shutil.copytree(options.site, Path(name) / "site")
        for path in {site / place.removeprefix("/") for place in PATHS}:
            compress.pack(path / "index.html" if path.is_dir() else path)
        for server in LOADED:
            try:
                with hosted(server, site) as root:
                    result = load(root, options.seconds, options.connections)
            except HostingError as error:
                print(error, file=sys.stderr)
                failed = True
                continue
            failed |= result.failed > 0
            print(f"{server:<6}", *(f"{name} {value}" for name, value in asdict(result).items()), flush=True)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
