"""Answers travel compressed: the form is 147 kB plain and 17 kB so.

By Python's own gzip: Flask-Compress 1.25 sends gzip to a client that refuses it (`gzip;q=0`) and
brings two compressors in C. Browsers ask for the files again only after a release, so brotli
would save a visitor about one kilobyte.

BREACH (guessing a secret from lengths, where a page holds the secret beside words of the
attacker's choice) finds nothing here. It needs the victim's browser to send many requests with
cookies from a page elsewhere, and both cookies are SameSite=Strict: such a request is answered
like a stranger's. The form token is signed anew with the time, so it differs from page to page;
and the page that repeats words of its address, the search of the rules, has no token.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from dataclasses import dataclass

from flask import Flask, Request, Response, g, request

SMALLEST = 500
"""Bytes; less than that fits into one packet anyway."""
LEVEL = 6
"""Of 9: four parts in a hundred larger than the smallest, in two fifths of the time."""
KINDS = ("text/", "application/json", "application/javascript", "image/svg+xml")
ENDINGS = ("+json", "+xml")

HEAD = gzip.compress(b"", LEVEL, mtime=0)[:10]
FIRST = 100
"""Bytes by which a stretch is looked for."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A long part that many answers have in common, compressed once."""

    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, text: str) -> Stretch:
        """Compress a text, without a reference to what will stand before it."""
        plain = text.encode()
        return cls(plain, _deflated(plain, zlib.Z_FULL_FLUSH))


def init_app(app: Flask) -> None:
    """Compress every answer that gains by it, for those who take it."""
    app.after_request(_compressed)


def compressible(content_type: str) -> bool:
    """Whether this kind of content is text; pictures and archives are compressed already."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith(KINDS) or kind.endswith(ENDINGS)


def gzip_wanted(asked: Request) -> bool:
    """Whether the client takes gzip and likes it no less than the plain bytes."""
    accepted = asked.accept_encodings
    quality = float(accepted.quality("gzip"))
    plain = [weight for name, weight in accepted if name.lower() == "identity"]
    return quality > 0 and quality >= max(plain, default=0)


def holds(stretch: Stretch) -> None:
    """Tell that the answer to this request holds a stretch, so that only the rest is compressed."""
    g.stretch = stretch


def _packed(plain: bytes) -> bytes:
    """An answer as gzip; of one that holds a stretch only the ends are compressed now."""
    stretch: Stretch | None = g.get("stretch")
    at = plain.find(stretch.plain[:FIRST]) if stretch else -1
    if not stretch or at < 0 or not plain.startswith(stretch.plain, at):
        return gzip.compress(plain, LEVEL, mtime=0)
    begin = _deflated(plain[:at], zlib.Z_SYNC_FLUSH)
    end = _deflated(plain[at + len(stretch.plain) :], zlib.Z_FINISH)
    check = struct.pack("<LL", zlib.crc32(plain), len(plain))
    return b"".join((HEAD, begin, stretch.packed, end, check))


def _deflated(plain: bytes, flush: int) -> bytes:
    """What gzip has between its head and its check; whole bytes, so that more can follow."""
    packing = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packing.compress(plain) + packing.flush(flush)


def _compressed(response: Response) -> Response:
    """The same answer, compressed where it is text, whole, and long enough."""
    if response.content_encoding or not compressible(response.content_type or ""):
        return response
    response.vary.add("Accept-Encoding")
    if response.is_streamed or response.direct_passthrough or response.status_code == 206:
        return response
    plain = response.get_data()
    if len(plain) < SMALLEST or not gzip_wanted(request):
        return response
    response.set_data(_packed(plain))
    response.content_encoding = "gzip"
    mark, weak = response.get_etag()
    if mark and not weak:  # the bytes differ, the content is the same: that is a weak ETag
        response.set_etag(mark, weak=True)
    return response
