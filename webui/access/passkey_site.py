"""Where this browser is, as passkeys know it: by the host of the request, which is a trusted one.

A passkey belongs to a host by its name. An address of numbers is none, so a browser makes no
passkey for 127.0.0.1; `localhost` is the name of the same machine, and needs no TLS.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import current_app, request

from webui.accounts.factors.passkeys import Site

LOCAL = "localhost"
LOOPBACK = frozenset(("127.0.0.1", "::1"))
_NUMBERS = re.compile(r"[0-9.]+|.*:.*")


def site() -> Site:
    """The host and the origin of this request, as a proxy that is believed tells them."""
    return Site(_host(), f"{request.scheme}://{request.host}")


def takes_passkeys() -> bool:
    """Whether a browser makes and uses passkeys here: a name, and TLS or this very machine."""
    host = _host()
    local = host == LOCAL or host.endswith(f".{LOCAL}")
    return not _NUMBERS.fullmatch(host) and (local or request.is_secure)


def local_address() -> str:
    """Address at which the page takes passkeys, for a browser at 127.0.0.1; empty for any other."""
    trusted = current_app.config["TRUSTED_HOSTS"]
    if _host() not in LOOPBACK or (trusted and LOCAL not in trusted):
        return ""
    port = urlsplit(request.host_url).port
    return f"http://{LOCAL}{f':{port}' if port else ''}{request.script_root}{request.path}"


def _host() -> str:
    return urlsplit(request.host_url).hostname or ""
