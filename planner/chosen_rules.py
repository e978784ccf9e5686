"""Which clinics' packs are added to the rules that ship, where a person or a server does not say.

The option `--rules` goes before the environment variable `RULES`, and that before `rules` in the
configuration file. The three are never mixed. A pack that is named and cannot be read is refused
with who named it: nobody is given the rules that ship in its place.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import PlannerError, RulebookError, printable

if TYPE_CHECKING:
    from planner.planning.planner import Planner

VARIABLE = "RULES"
"""The environment variable: directories, separated as those of `PATH` are."""
CONFIG_VARIABLE = "REPAIR_PLANNER_CONFIG"
"""The environment variable that names another configuration file; the null device means none."""
NONE = "-"
"""What the option holds where somebody wants the rules that ship alone."""
_APPLICATION = "repair-planner"
_FILE = "config.toml"
_LINUX = sys.platform == "linux"
_LARGEST = 100_000
"""Bytes of a configuration file."""


class Chosen:
    """The packs, none for the rules that ship alone, and a sentence on who named them."""

    def __init__(self, packs: tuple[Path, ...], origin: str = "") -> None:
        self.packs = packs
        self.origin = origin

    @contextmanager
    def named(self) -> Iterator[None]:
        """Meanwhile a `RulebookError` says who named the packs."""
        try:
            yield
        except RulebookError as error:
            raise RulebookError(error.problems, self.origin) from None

    def planner(self) -> Planner:
        """A planner with these packs; `RulebookError` says who named them."""
        from planner.planning.planner import Planner

        with self.named():
            return Planner.load(*self.packs) if self.packs else Planner()


def chosen_packs(option: str | None = None) -> Chosen:
    """The packs by the option, else by the environment, else by the configuration file.

    Raises `PlannerError` where one of them names nothing, or where the file cannot be read.
    """
    if option == NONE:
        return Chosen(())
    if option is not None:
        return Chosen(_paths(option, "--rules"), "The pack is named by the option --rules.")
    told = os.environ.get(VARIABLE)
    if told:
        return Chosen(
            _paths(told, VARIABLE), f"The pack is named by the environment variable {VARIABLE}."
        )
    path = _config()
    packs = _configured(path) if path else ()
    return Chosen(packs, f"The pack is named by `rules` in {path}." if packs else "")


def chosen_planner(option: str | None = None) -> Planner:
    """A planner with the packs that are chosen; `RulebookError` says who named them."""
    return chosen_packs(option).planner()


def _paths(told: str, who: str) -> tuple[Path, ...]:
    """The directories of a text; an empty one among them is a slip that must not pass."""
    names = told.split(os.pathsep)
    if not all(name.strip() for name in names):
        raise PlannerError(
            f'{who} names no directory: "{told}". Name one, like clinic-rules, or leave it out.'
        )
    return tuple(_path(name, who) for name in names)


def _path(name: str, who: str) -> Path:
    """A path, from a person's home where it begins with `~`; PlannerError where it can be none."""
    try:
        path = Path(name).expanduser()
    except RuntimeError:
        home = name.partition("/")[0]
        raise PlannerError(f"{who}: there is no home {home}. Name the directory in full.") from None
    if "\0" in name:
        raise PlannerError(f"{who}: {printable(name)} can be no path. Name a directory.")
    return path


def usual_config() -> Path:
    """Where a person's configuration file stands, unless the environment names another."""
    if _LINUX:  # as platformdirs has it, which takes a tenth of a start to load
        home = os.environ.get("XDG_CONFIG_HOME", "").strip() or "~/.config"
        return Path(home).expanduser() / _APPLICATION / _FILE
    from platformdirs import user_config_path

    return user_config_path(_APPLICATION, appauthor=False) / _FILE


def _config() -> Path | None:
    """The configuration file; None where there is none, or none is wanted."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named == os.devnull:
        return None
    path = _path(named, CONFIG_VARIABLE) if named else usual_config()
    try:
        found = path.stat()
    except OSError as error:
        link = os.path.islink(path)  # noqa: PTH114 - the other raises in a home that is closed to us
        if not named and not link:  # not there, or in a home that is closed to this process
            return None
        who = f"The environment variable {CONFIG_VARIABLE} names it." if named else "It is a link."
        raise PlannerError(f"{path}: {error.strerror}. {who}") from None
    if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
        raise PlannerError(
            f"{path}: a configuration file is a plain file of at most {_LARGEST:,} bytes."
        )
    return path


def _configured(path: Path) -> tuple[Path, ...]:
    """The packs that a configuration file names, from where it stands."""
    import tomllib

    try:
        told = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise PlannerError(f"{path}: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlannerError(f"{path}: this is no TOML: {error}. {_EXAMPLE}") from None
    unknown = ", ".join(sorted(told.keys() - {"rules"}))
    if unknown:
        raise PlannerError(f"{path}: nothing is called {unknown} here. {_EXAMPLE}")
    rules = told.get("rules", [])
    names = [rules] if isinstance(rules, str) else rules
    if not isinstance(names, list) or not all(
        isinstance(one, str) and one.strip() for one in names
    ):
        raise PlannerError(f"{path}: `rules` names no directory. {_EXAMPLE}")
    return tuple(path.parent / _path(name, f"{path}: `rules`") for name in names)


_EXAMPLE = 'Write `rules = "clinic-rules"`, or several: `rules = ["ours", "theirs"]`.'
