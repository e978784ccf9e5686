"""The `serve` command: the pages and the interface on this machine, in one process."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import signal
import socket
import sys
import threading
import webbrowser
from types import FrameType
from typing import Any

from planner.cli.terminal import add_rules

HOST = "127.0.0.1"
PORT = 8321
PORTS_TRIED = 100
SWITCH = 0.05
"""Seconds that a thread works before another may: longer than a page takes, so that a burst of
people is served one after the other and the first are not kept until the last are done."""


def add_command(commands: Any) -> None:
    """Add `serve` to the command line; called through the entry point of its group."""
    parser = commands.add_parser(
        "serve",
        help="open the form, the plans and the HTTP interface",
        description="Serve the form, the plans and the HTTP interface on this machine.",
        epilog="Example: repair-planner serve --port 9000 --no-browser",
    )
    parser.add_argument("--host", default=HOST, help=f"address to listen on (default: {HOST})")
    parser.add_argument(
        "--port", type=_port, default=PORT, help=f"first port to try (default: {PORT})"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    add_rules(parser)
    parser.add_argument(
        "--since", metavar="OLD", help="show what changed since these rules, or this git revision"
    )
    parser.set_defaults(run=serve)


def serve(chosen: argparse.Namespace) -> int:
    """Listen until interrupted; print where, and open the browser unless told not to."""
    from planner.chosen_rules import chosen_planner
    from webui import create_app
    from webui.access import logs
    from webui.cds.settings import from_environment
    from webui.database.address import usual_address
    from webui.database.refusals import Refusal
    from webui.pages import security_contact

    logs.begin(logs.wanted(logs.TEXT))
    changes = changed_since(chosen.since) if chosen.since else ""
    config = {"PLANNER": chosen_planner(chosen.rules), "DATABASE": usual_address()}
    config["TRUSTED_HOSTS"] = [HOST, "localhost", chosen.host]
    config |= {"CHANGES": changes, security_contact.SETTING: security_contact.from_environment()}
    config |= {"FHIR_BASE": os.environ.get("FHIR_BASE"), **from_environment(os.environ)}
    try:
        app = create_app(config)
    except Refusal as refusal:
        why = f"{refusal} ({refusal.__cause__})" if refusal.__cause__ else refusal
        print(f"The database cannot be used: {why}", file=sys.stderr)
        return 1
    server = listen(app, chosen.host, chosen.port)
    address = f"http://{_bracketed(chosen.host)}:{server.effective_port}/"
    print(f"Repair Planner is ready at {address}", flush=True)
    _tell(app)
    if not chosen.no_browser and _has_screen():
        threading.Timer(0.3, webbrowser.open, [address + opening(app, chosen.host)]).start()
    signal.signal(signal.SIGTERM, _leave)
    run(server)
    return 0


def changed_since(old: str) -> str:
    """What the rules that ship plan otherwise than those of a directory or revision, as Markdown.

    Raises `RulebookError` when it is neither, or cannot be read.
    """
    from planner.checking.check import can_prove
    from planner.checking.diff import difference
    from planner.checking.revisions import rules_of
    from planner.reading.shipped import SHIPPED

    if not can_prove():
        return "--since needs z3-solver: pip install '.[proof]'"
    with rules_of(old) as before:
        return "\n".join(difference(before, SHIPPED))


def _tell(app: Any) -> None:
    """Print where data is stored, and at the first start the code for the first account."""
    store = app.extensions["store"]
    if store.sessions.nobody_yet():
        code = store.sessions.new_start_code()
        print(f"To set up accounts, open /start there. Start code (works once): {code}", flush=True)
    kept = store.database.path or store.database.url.host
    print(f"Plans are stored only where someone keeps them, in {kept}", flush=True)
    if store.database.keys.made:
        print(
            f"Their key was made in {store.database.keys.where}: keep a copy of it elsewhere. "
            "Without it, stored plans and backups cannot be read.",
            flush=True,
        )
    print("Press Ctrl+C to stop.", flush=True)


def opening(app: Any, host: str) -> str:
    """Where our own browser begins: at the first start on this machine, with what saves the code.

    It works once, for whoever comes first, and only where nobody from elsewhere can come.
    """
    store = app.extensions["store"]
    if host not in {HOST, "localhost", "::1"} or not store.sessions.nobody_yet():
        return ""
    return f"start/{store.first_start.new_opening()}"


def listen(app: Any, host: str, port: int) -> Any:
    """A server on this port or the next free one. Raises OSError when a hundred are taken."""
    from webui.commands.listening import Server

    return Server(app, _bound(host, port))


def run(server: Any) -> None:
    """Answer until interrupted, in a process that does nothing else: its pace is set for that.

    What is there now lives as long as the process. To look through it for garbage again and again
    would stop every page for a tenth of a second.
    """
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()
    server.run()


def _bound(host: str, port: int) -> socket.socket:
    """A socket on the first free port; one that cannot be bound is closed again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        tried = socket.socket(family)
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, candidate))
            tried.listen()
        except OSError as error:
            tried.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return tried
    raise OSError(errno.EADDRINUSE, "no free port", f"{host}:{port}")


def _port(text: str) -> int:
    """A port from 0 (any) to 65535."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _bracketed(host: str) -> str:
    """An IPv6 address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _has_screen() -> bool:
    """Whether a browser can open a window here, rather than take over the terminal."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Stop as if interrupted by hand."""
    raise SystemExit(0)
