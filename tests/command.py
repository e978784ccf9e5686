"""The command line of this checkout, whatever is installed: in a process of its own, or here.

What a process alone shows (exit status, signals, a cold start) is tried on each command once; for
all else the command runs here, which spares a second of loading.
"""

import io
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from planner.cli import main

BIN = Path(sys.executable).parent
"""Where this project's own programs are installed."""
COMMAND = [sys.executable, "-c", "import sys; from planner.cli import main; sys.exit(main())"]


def called(
    words: Sequence[str], environment: Mapping[str, str] | None = None
) -> CompletedProcess[str]:
    """Run a command line here; `environment` is set meanwhile, and what is empty in it is not."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, text in (environment or {}).items():
            if text:
                patch.setenv(name, text)
            else:
                patch.delenv(name, raising=False)
        try:
            status = main(words)
        except SystemExit as ended:
            status = int(ended.code or 0)
    return CompletedProcess(list(words), status, out.getvalue(), err.getvalue())
