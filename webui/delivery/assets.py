"""The files that pages need, read once: hashed addresses, one small style sheet, compressed copies.

Every address holds one hash over all files, `/static/<hash>/repair-planner.js`, so that browsers
keep a file for good and a script that imports another finds it beside itself.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import rcssmin
from flask import Flask, Response, abort, current_app, request

from webui.access.headers import FRESH
from webui.delivery.compressing import SMALLEST, compressible, gzip_wanted

ENDPOINT = "static"
FOR_GOOD = "public, max-age=31536000, immutable"
SCREEN, PRINT = "screen.css", "print.css"
FIRST = ("govuk/govuk-frontend.css", "repair-planner.css", "frame.css", "plan.css")
"""Sheets that others build on, in this order; every other sheet follows in the order of names."""
FOLDER = Path(__file__).parents[1] / "static"
mimetypes.add_type("text/javascript", ".js")  # some systems still say application/javascript


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its bytes, their type, and the same bytes compressed."""

    content: bytes
    content_type: str

    @cached_property
    def compressed(self) -> bytes:
        """The content in the smallest gzip; empty where compressing gains nothing."""
        if len(self.content) < SMALLEST or not compressible(self.content_type):
            return b""
        return gzip.compress(self.content, 9, mtime=0)

    @cached_property
    def mark(self) -> str:
        """What this content is told apart by."""
        return sha256(self.content).hexdigest()[:16]


class Assets:
    """All files by their names, and the one hash that stands in their addresses."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read them all, and compress them while nobody waits."""
        self.files = {SCREEN: _sheet(_screen(folder)), PRINT: _sheet([folder / PRINT])}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in {".css", ".scss", ".md"}:
                self.files[path.relative_to(folder).as_posix()] = _asset(path)
        every = []
        for name, one in self.files.items():
            every.append(f"{name} {one.mark}")
            _ = one.compressed
        self.version = sha256("\n".join(every).encode()).hexdigest()[:16]

    def named(self, address: str) -> tuple[Asset | None, bool]:
        """The file that an address below /static/ means, and whether it has today's hash.

        An address without a hash, or with that of an older release, means today's file.
        """
        version, _, name = address.partition("/")
        if not _is_version(version):
            version, name = "", address
        return self.files.get(name), version == self.version


def init_app(app: Flask) -> None:
    """Serve the files at `/static/`; `url_for('static', filename=...)` gives hashed addresses."""
    app.extensions["assets"] = _shipped()
    app.add_url_rule("/static/<path:filename>", ENDPOINT, _send)
    app.url_defaults(_hashed)


def assets() -> Assets:
    """The running application's files."""
    found: Assets = current_app.extensions["assets"]
    return found


@cache
def _shipped() -> Assets:
    """The files that ship, for every application of this process."""
    return Assets()


def _hashed(endpoint: str, values: dict[str, Any]) -> None:
    """Put the hash into an address that is being made."""
    if endpoint == ENDPOINT and values.get("filename") in assets().files:
        values["filename"] = f"{assets().version}/{values['filename']}"


def _send(filename: str) -> Response:
    """One file; kept for good only under today's hash.

    Another hash is not sent on to today's address: while two releases run side by side, each
    would send the browser to the other.
    """
    asset, today = assets().named(filename)
    if asset is None:
        abort(404)
    packed = bool(asset.compressed) and gzip_wanted(request)
    response = Response(asset.compressed if packed else asset.content)
    response.content_type = asset.content_type
    response.set_etag(f"{asset.mark}-gzip" if packed else asset.mark)
    if packed:
        response.content_encoding = "gzip"
    if asset.compressed:
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = FOR_GOOD if today else FRESH
    response.make_conditional(request)
    return response


def _screen(folder: Path) -> list[Path]:
    """Every sheet for the screen, those first that others build on."""
    rest = sorted(path.name for path in folder.glob("*.css"))
    names = [*FIRST, *(name for name in rest if name not in {*FIRST, PRINT})]
    return [folder / name for name in names]


def _sheet(paths: list[Path]) -> Asset:
    """Several sheets as one, without comments and blanks."""
    written = "\n".join(path.read_text("utf-8") for path in paths if path.exists())
    return Asset(str(rcssmin.cssmin(written)).encode(), "text/css; charset=utf-8")


def _asset(path: Path) -> Asset:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind.endswith("+xml")
    return Asset(path.read_bytes(), f"{kind}; charset=utf-8" if text else kind)


def _is_version(part: str) -> bool:
    """Whether a part of an address looks like a hash of ours."""
    return len(part) == 16 and not set(part) - set("0123456789abcdef")
