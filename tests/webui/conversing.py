"""Programs talk to a live server as its description invites them to; schemathesis thinks them up.

`python -m tests.webui.conversing` is the long talk behind `make fuzz`. A server error, an answer
that the description does not name, a good observation refused or a bad one taken ends it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webui import create_app
from webui.openapi import document
from webui.serving import listen

ROOT = Path(__file__).resolve().parents[2]
PLANS = "/api/v1/plans"
SCHEMATHESIS = "from schemathesis.cli import schemathesis; schemathesis()"


@contextmanager
def served() -> Iterator[str]:
    """The project's own server on a free port, in a thread beside this one."""
    server = listen(create_app(), "127.0.0.1", 8500)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(5)


def talk(address: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Let schemathesis talk to the server; it keeps nothing but a directory that goes away."""
    with tempfile.TemporaryDirectory() as directory:
        described = Path(directory) / "openapi.json"
        described.write_text(json.dumps(document()), "utf-8")
        hooks = {"SCHEMATHESIS_HOOKS": "tests.webui.whole_numbers", "PYTHONPATH": str(ROOT)}
        asked = ["run", str(described), "--url", address, "--checks", "all", "--no-color"]
        return subprocess.run(
            [sys.executable, "-c", SCHEMATHESIS, *asked, *options],
            cwd=directory,
            env={**os.environ, **hooks},
            capture_output=True,
            text=True,
            check=False,
        )


def main() -> int:
    """The long talk: mostly about plans; the other routes take next to nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20_000)
    examples = parser.parse_args().examples
    with served() as address:
        print(f"Asking {address} for {examples} plans; this takes a while.", flush=True)
        talks = (
            talk(address, "--exclude-path", PLANS, "--max-examples", str(min(examples, 500))),
            talk(address, "--include-path", PLANS, "--max-examples", str(examples)),
        )
    for ended in talks:
        print(ended.stdout, ended.stderr)
    return max(ended.returncode for ended in talks)


if __name__ == "__main__":
    sys.exit(main())
