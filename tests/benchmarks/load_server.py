"""The server that the load falls on: waitress as `serve` starts it, with an empty route beside."""

import logging
import os
import sys
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from webui import create_app
from webui.commands.serve import listen, run

EMPTY = "/empty"


def both() -> Any:
    """The application, and a Flask application that does nothing, under one server."""
    nothing = Flask("nothing")
    nothing.add_url_rule("/", "nothing", lambda: "")
    return DispatcherMiddleware(create_app(), {EMPTY: nothing})


def stay(cores: str) -> None:
    """Keep this process to these cores, if any are named, so that who asks works on others."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, set(map(int, cores.split(","))))


if __name__ == "__main__":
    stay(sys.argv[1] if len(sys.argv) > 1 else "")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that people wait is the point
    server = listen(both(), "127.0.0.1", 8600)
    print(server.effective_port, flush=True)
    try:
        run(server)
    except KeyboardInterrupt:
        sys.exit(0)
