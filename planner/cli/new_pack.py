"""`repair-planner new-pack`: a start for a clinic's own rules that already works."""

from __future__ import annotations

import argparse
import errno
from pathlib import Path

from planner.cli.terminal import PROGRAM, Commands

START = Path(__file__).resolve().parent / "pack_start"
"""The commented files that every new pack begins with."""


def new_pack(directory: Path) -> tuple[Path, ...]:
    """Write the start of a pack, and give its files.

    Raises OSError where the directory holds anything already, or cannot be written. What was
    written before a failure is removed again, so that no half pack is left.
    """
    import shutil

    existed = directory.is_dir()
    if existed and any(directory.iterdir()):
        raise FileExistsError(errno.EEXIST, "this directory is not empty", str(directory))
    try:
        shutil.copytree(
            START,
            directory,
            dirs_exist_ok=existed,
            copy_function=shutil.copyfile,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    except shutil.Error as error:
        _remove(directory, keep=existed)
        raise OSError(errno.EIO, str(error.args[0][0][2]), str(directory)) from None
    except OSError:
        if directory.is_dir():
            _remove(directory, keep=existed)
        raise
    return tuple(path for path in sorted(directory.rglob("*")) if path.is_file())


def _remove(directory: Path, *, keep: bool) -> None:
    """Take back what was written, and the directory itself where it was not there before."""
    import shutil

    for path in directory.iterdir() if keep else ():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if not keep:
        shutil.rmtree(directory, ignore_errors=True)


def add_command(commands: Commands) -> None:
    """Add `new-pack` to the command line."""
    command = commands.add_parser(
        "new-pack",
        help="write a start for a clinic's own rules",
        description="Write a commented start of a clinic's own rules, which works at once.",
        epilog=f"Example: {PROGRAM} new-pack clinic-rules",
    )
    command.add_argument("directory", metavar="DIR", help="a new or an empty directory")
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    """Write the pack and tell what to do with it."""
    directory = Path(chosen.directory)
    for path in new_pack(directory):
        print(path)
    print(f"\nNow try:  repair-planner check {directory}")
    return 0
