"""The policy against what does not belong here: which scripts, styles and frames a browser accepts, and from where.

Everything comes from the site's own files. The few scripts and styles that stand in a page itself are named by their
hash. Each page carries the policy in its head, so that it holds on any host; a host that reads a file of headers
(`_headers`: Netlify, Cloudflare Pages) sends it too, with what a page cannot say of itself. `headers()` is the one
list; `finish/hosts.py` makes the settings of servers from the file.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from finish.site import FinishError, Page, Site, fragment

FRAMES = "/embed/*"
"""What other sites may show in a frame."""
DATA_TYPES = re.compile(r"(application|text)/([a-z.-]+\+)?(json|plain|markdown)", re.IGNORECASE)
"""Kinds of `<script>` that hold data: nothing runs them."""
THEME_STYLE = re.compile(r"=\s*'(\.[\w-]+\{[^'\\]{1000,}\})'")
"""The style sheet that stands as a text in Zensical's own script: its search puts it into the page."""
FOOT = re.compile(r'\s*@page\s*\{\s*@bottom-left\s*\{\s*content:\s*"([^"\\]*)"\s*;?\s*\}\s*\}\s*')
"""The style that overrides/ writes into a head: what stands at the foot of a printed sheet."""

DAY = 24 * 60 * 60
UNUSED = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *("fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection"),
    *("local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture"),
    *("publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "storage-access"),
    *("usb", "window-management", "xr-spatial-tracking"),
)
"""What a browser could do for a page and is told not to. Not among them are `clipboard-write`, since buttons copy a
link, `sync-xhr`, since a printer does not wait for the list of sources, and what some browsers do not know."""
PICTURES = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""The policy of a picture that is opened by itself. A drawing holds its own styles, and nothing of it runs."""


def run(site: Site) -> None:
    """Put the policy into each page and write `_headers`.

    Raises:
        FinishError: A page holds what the policy would stop without a word: a script or a style in an attribute.
    """
    rest = _rest(site)
    for page in (*site.pages, *rest):
        _lift_foot(page)
        _check(page)
    allowed = Allowed.on((*site.pages, *rest), site)
    texts = {frame: policy(allowed, frame=frame, header=False) for frame in (False, True)}
    for page in (*site.pages, *rest):
        _state(site, page, texts[page.kind == "frame"])
    for page in rest:
        page.path.write_text(page.html(), encoding="utf-8")
    site.write("_headers", headers_file(headers(site)))


def headers(site: Site) -> dict[str, dict[str, str]]:
    """What a host sends with each file: path pattern -> header -> value.

    A pattern ends in `*`, which stands for anything. All patterns that fit an address count, from first to last, and a
    later value takes the place of an earlier one; an empty value takes the header out.

    Args:
        site: A site after the other steps: its scripts are as they will be published.
    """
    allowed = Allowed.on((*site.pages, *_rest(site)), site)
    return {
        "/*": {
            "Content-Security-Policy": policy(allowed),
            # A year, and for this host alone: what else a clinic has under its name may not have https yet.
            "Strict-Transport-Security": f"max-age={365 * DAY}",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            # Asked for each time and sent only when it changed: a page never meets the script of another version.
            "Cache-Control": "no-cache",
        },
        FRAMES: {
            "Content-Security-Policy": policy(allowed, frame=True),
            "X-Frame-Options": "",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
        # A frame that its page puts into a sandbox counts as a stranger to its own style sheet.
        "/assets/stylesheets/*": {"Cross-Origin-Resource-Policy": "cross-origin"},
        # So do places that show the picture of a link.
        "/assets/images/*": {
            "Content-Security-Policy": PICTURES,
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": f"public, max-age={DAY}",
        },
    }


@dataclass(frozen=True)
class Allowed:
    """What may run and dress a page without a file of its own, as a policy names it; the same for all pages."""

    scripts: list[str]
    styles: list[str]

    @classmethod
    def on(cls, pages: Iterable[Page], site: Site) -> Allowed:
        """Read it from the pages as they will be published."""
        scripts, styles = set(), set(_theme_styles(site))
        for page in pages:
            for node in page.tree.css("script:not([src])"):
                if not DATA_TYPES.fullmatch(node.attributes.get("type") or ""):
                    scripts.add(_hash(node.text(deep=True) or ""))
            styles |= {_hash(node.text(deep=True) or "") for node in page.tree.css("style")}
        return cls(sorted(scripts), sorted(styles))


def policy(allowed: Allowed, *, frame: bool = False, header: bool = True) -> str:
    """The Content-Security-Policy.

    It does not ask for Trusted Types: the lightbox and Zensical's own script write HTML, and would be stopped.

    Args:
        allowed: What stands in pages themselves.
        frame: For a page that others may frame. It has no script, form or frame of its own.
        header: For a header. A page's own word on who may frame it does not count, so there it is left out.
    """
    own = "'self'"
    rules = {"default-src": "'none'"}
    if not frame:
        rules["script-src"] = " ".join((own, *allowed.scripts))
    rules |= {"style-src": own if frame else " ".join((own, *allowed.styles)), "img-src": f"{own} data:"}
    if not frame:
        rules |= {"connect-src": own, "manifest-src": own, "worker-src": own, "frame-src": own}
    rules |= {"form-action": "'none'" if frame else own, "base-uri": "'none'"}
    if header:
        rules["frame-ancestors"] = "*" if frame else "'none'"
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def headers_file(found: dict[str, dict[str, str]]) -> str:
    """The list as a `_headers` file.

    Cloudflare Pages joins the values of all patterns that fit unless a line with `!` takes the earlier one out; Netlify
    takes the last value, and passes over a line without a colon.
    """
    lines = ["# Written with the site: finish/safety.py. A line with ! takes out what a wider pattern set."]
    earlier: set[str] = set()
    for pattern, values in found.items():
        lines += ["", pattern]
        for name, value in values.items():
            lines += [f"  ! {name}"] if name in earlier else []
            lines += [f"  {name}: {value}"] if value else []
        earlier |= set(values)
    return "\n".join(lines) + "\n"


def _rest(site: Site) -> list[Page]:
    """Pages that the steps wrote beside those of the builder: lists of sources, the page without a network."""
    known = {page.path for page in site.pages}
    found = sorted(path for path in site.folder.rglob("*.html") if path not in known)
    return [Page(site.folder, path, site.path) for path in found]


def _hash(text: str) -> str:
    """A text as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _theme_styles(site: Site) -> list[str]:
    """Hashes of the styles that a theme's script writes into a page; ours writes none."""
    if site.builder != "zensical":
        return []
    scripts = sorted((site.folder / "assets" / "javascripts").glob("bundle.*.js"))
    found = [text for path in scripts for text in THEME_STYLE.findall(path.read_text(encoding="utf-8"))]
    if len(found) != 1:
        raise FinishError(f"assets/javascripts: {len(found)} style sheets in Zensical's script, not one: see safety.py")
    return [_hash(found[0])]


def _lift_foot(page: Page) -> None:
    """The text at the foot of a printed sheet goes from a style in the head to an attribute that the style sheets read.

    Each page has its own, so there would be as many hashes as pages. A browser that cannot read an attribute there (as
    one that knows no such place on a sheet) prints without it.
    """
    for style in page.tree.css('style[media="print"]'):
        found = FOOT.fullmatch(style.text(deep=True) or "")
        if found:
            page.one("html").attrs["data-foot"] = found[1]
            style.decompose()


def _check(page: Page) -> None:
    """Refuse what the policy would stop, with a line that says what to do."""
    for node in page.tree.css("*"):
        for name, value in node.attributes.items():
            if name.startswith("on"):
                raise FinishError(
                    f"{page.address}: {_named(node)} has a script in {name}; listen for it in a script file"
                )
            if name == "style":
                raise FinishError(f"{page.address}: {_named(node)} has a style of its own ({value}); give it a class")
            if _runs(value or ""):
                raise FinishError(f"{page.address}: {_named(node)} has an address that runs ({name}); use a button")


def _runs(value: str) -> bool:
    return re.sub(r"[\x00-\x20]", "", value).lower().startswith(("javascript:", "vbscript:", "data:text/html"))


def _named(node: LexborNode) -> str:
    name, identity = node.attributes.get("class"), node.attributes.get("id")
    return f"<{node.tag}{f' id={identity}' if identity else ''}{f' class={name}' if name else ''}>"


def _state(site: Site, page: Page, text: str) -> None:
    """Put a policy into a head, before anything that it rules on."""
    (meta,) = fragment(site.template("safety-meta.html", policy=text).strip())
    page.one("meta[charset]").insert_after(meta)
