"""Another commit of this project, checked out beside this tree for as long as it is measured."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.measuring import ROOT

HERE = Path(__file__).resolve().parent


class NoCommitError(Exception):
    """Git or the commit is missing: nothing can be compared with it."""


def known(commit: str) -> str:
    """The whole name of a commit; `NoCommitError` where git or the commit is missing."""
    return _git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}").strip()


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A tree of that commit in a directory of its own, gone afterwards."""
    name = known(commit)
    with tempfile.TemporaryDirectory(prefix="repair-planner-") as room:
        tree = Path(room) / name[:12]
        _git("worktree", "add", "--detach", "--quiet", str(tree), name)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def worker(script: str, tree: Path, given: Sequence[str] = ()) -> list[str]:
    """The command that runs one script of this directory on the planner of a tree.

    The script imports nothing of the tests, so that the same one runs on every commit.
    """
    return [sys.executable, "-P", str(HERE / script), str(tree), *given]


def surroundings(tree: Path) -> dict[str, str]:
    """The environment in which `import planner` gives that tree's, compiled once as with anyone."""
    kept = {name: told for name, told in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(tree)}


def _git(*given: str) -> str:
    """What git answers about this checkout."""
    try:
        done = subprocess.run(["git", *given], cwd=ROOT, capture_output=True, text=True, check=True)
    except OSError as missing:
        raise NoCommitError("git is not installed") from missing
    except subprocess.CalledProcessError as refused:
        said = refused.stderr.strip() or "no such commit here"
        raise NoCommitError(f"git {' '.join(given[:2])}: {said}") from refused
    return done.stdout
