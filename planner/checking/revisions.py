"""Rules as they stood: a directory, or a revision of the repository in which the rules stand."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.errors import RulebookError, RuleProblem
from planner.reading.shipped import SHIPPED


@contextmanager
def rules_of(name: str) -> Iterator[Path]:
    """The directory of rules of that name, or of that revision for as long as it is looked at.

    Raises `RulebookError` when it is neither.
    """
    if Path(name).is_dir():
        yield Path(name)
        return
    with TemporaryDirectory() as directory:
        rules = Path(directory) / "rules"
        with tarfile.open(fileobj=io.BytesIO(_archived(name))) as archive:
            archive.extractall(rules, filter="data")
        yield rules


def _archived(revision: str) -> bytes:
    """The rules as they stood at a revision, packed by git."""
    command = ["git", "archive", "--format=tar", "--", revision, "."]
    if not revision.startswith("-"):
        command.remove("--")
        try:
            done = subprocess.run(command, cwd=SHIPPED, capture_output=True, check=False)  # noqa: S603 - a fixed command; the revision cannot be an option
        except OSError:
            pass
        else:
            if done.returncode == 0:
                return done.stdout
    message = "this is no directory of rules, and no revision that git knows here."
    message += "\n    Name a directory, like `rules`, or a revision, like `HEAD~1`."
    raise RulebookError([RuleProblem(revision, 1, message)])
