"""Other parties' programs that run on Node: installed by `make npm`, skipped by name without."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.command import BIN
from tests.support.missing import missing

FOLDER = Path(__file__).parents[1] / "npm"
"""Where their list stands, and `node_modules` beside it."""
MODULES = FOLDER / "node_modules"


def node() -> Path:
    """Node as the environment has it, at the version that these programs need."""
    if not (MODULES / ".installed").exists() or not (BIN / "node").exists():
        missing("Node's programs are not installed: make npm")
    return BIN / "node"


def environment() -> dict[str, str]:
    """What such a program is started with: this Node first, and nothing told to anyone outside."""
    return {
        **os.environ,
        "PATH": f"{node().parent}{os.pathsep}{os.environ['PATH']}",
        "REDOCLY_TELEMETRY": "off",
        "NO_UPDATE_NOTIFIER": "1",
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }


def npm_run(
    program: str,
    *arguments: str | Path,
    folder: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program of `node_modules/.bin` and give what it said, without judging it."""
    line = [node(), MODULES / ".bin" / program, *arguments]
    return subprocess.run(
        line, cwd=folder or FOLDER, env=environment() | dict(more or {}),
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip


def run_script(script: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a script of ours that uses these packages; it stands below `tests/npm/`."""
    line = [node(), script, *arguments]
    return subprocess.run(
        line,
        cwd=FOLDER,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
