"""The files of a rulebook: which there are, which must be there, and what their bytes hold."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from planner.reading.nodes import LIMIT_BYTES, Node, read_nodes
from planner.reading.problems import Place, Problems

REQUIRED = (
    "assessment.yaml",
    "avoid.yaml",
    "handout.txt",
    "handout.yaml",
    "rulebook.yaml",
    "safety.yaml",
    "sources.yaml",
    "vocabulary.yaml",
)
"""The files that must be there: without one, plans would silently lack something."""

WORDING = "wording.yaml"
"""The words of the steps, in this one file or in a folder of files of the same shape."""
PAGES = "pages.yaml"
"""The texts of the pages, in a folder of files; no part of the edition: they make no plan."""

_SHARED = {"wording": WORDING, "pages": PAGES}
"""The folders whose files are read as if they were one, and what that one is called."""
_FOLDERS = ("scenarios", *_SHARED)

PROPERTIES = "properties.yaml"
"""What must hold of every plan; read apart, for no plan is made from it."""

JUDGMENTS = "judgments.yaml"
"""What clinicians are asked about first; read apart as well. A pack has no such file."""

PREMISES_FILE = "premises.yaml"
"""Conditions under a name; a rulebook may do without."""

ENTERING = "entering.yaml"
"""Ways into the form; read apart, for no plan is made from it. A pack has no such file."""

LEARNING = "learning.yaml"
"""What a trainee is told of each item; read apart, for no plan is made from it. A pack has none."""

MAPPINGS = frozenset((*REQUIRED, WORDING, PAGES, PREMISES_FILE)) - {
    "assessment.yaml",
    "handout.txt",
}
"""The files that are no list of rules."""

LIMIT_TOGETHER = 5_000_000
"""Bytes of all files of a directory; those that ship have a third of that."""
_DIVIDE = "Divide it into several, like `rules.yaml` and `more-rules.yaml`."
_PACK = 'A pack has a rulebook.yaml with `name: clinic` and `version: "1"`.'


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file as it was read; `tree` is None when it could not be.

    `name` is its path within the rules, `kind` the name of the file whose shape it has.
    """

    place: Place
    name: str
    data: bytes
    tree: Node
    pack: bool

    @property
    def kind(self) -> str:
        """The file's name; for a file of a shared folder that of the single file."""
        return _SHARED.get(self.name.partition("/")[0], self.name)


def shown(directory: Path) -> str:
    """How a directory is called in problems: as it was given, absolute ones by their name."""
    return directory.name if directory.is_absolute() else directory.as_posix()


def read_files(directory: Path, problems: Problems, *, pack: bool) -> tuple[RuleFile, ...]:
    """Every rule file of a directory in the order of names; scenarios and properties left aside."""
    here, whole = shown(directory), Place(problems, directory.as_posix())
    try:
        if _can_be_listed(directory, whole):
            return _read_all(directory, here, problems, pack=pack)
    except OSError as error:
        hint = f"Let it be read, with all that is in it: `chmod -R a+rX {directory.name}`."
        whole.say(1, f"the directory cannot be read: {error.strerror}.", hint)
    return ()


def _read_all(
    directory: Path, here: str, problems: Problems, *, pack: bool
) -> tuple[RuleFile, ...]:
    """The files of a directory that can be listed; OSError where something in it cannot."""
    for name in (*_SHARED, PROPERTIES):
        _refuse_no_such(directory / name, Place(problems, f"{here}/{name}"))
    stray = refuse_strays(directory, here, problems)
    names = {path.name for path in directory.glob("[!.]*.yaml")} - {PROPERTIES}
    names -= set() if pack else {JUDGMENTS, ENTERING, LEARNING}
    words, pages = (_within(directory, folder) for folder in _SHARED)
    if not pack:
        names |= {*REQUIRED} if words else {*REQUIRED, WORDING}
    elif not names and not words and not pages and not stray:
        hint = f"{_PACK} Name its directory, or write one: `repair-planner new-pack DIR`."
        place = Place(problems, directory.as_posix())
        place.say(1, "no rule file is in this directory.", hint)
    places = ((name, Place(problems, f"{here}/{name}")) for name in sorted(names | words | pages))
    files: list[RuleFile] = []
    for name, place in places:
        read = _read(directory / name, name, place, pack=pack)
        files += [] if read is None else [read]
        if sum(len(file.data) for file in files) > LIMIT_TOGETHER:
            what = f"the rule files have more than {LIMIT_TOGETHER:,} bytes together, with this."
            place.say(1, what, "Take out what is no rule, or make two packs of them.")
            break
    return tuple(files)


def _within(directory: Path, folder: str) -> set[str]:
    """The names of the files of a shared folder."""
    return {f"{folder}/{path.name}" for path in directory.glob(f"{folder}/[!.]*.yaml")}


def _refuse_no_such(path: Path, place: Place) -> None:
    """Tell of what would be passed over: a `wording` that is no folder, a FIFO for properties."""
    if not os.path.lexists(path):
        return
    if path.name == PROPERTIES:
        bytes_of(path, place)
    elif not path.is_dir():
        hint = f"Put a folder here with files in it, like `{path.name}/shared.yaml`."
        place.say(1, f"this is no directory of {path.name} files.", hint)


def read_file(path: Path, problems: Problems) -> RuleFile | None:
    """One file that stands apart from the rulebook."""
    place = Place(problems, f"{shown(path.parent)}/{path.name}")
    return _read(path, path.name, place, pack=False)


def edition_of(files: Iterable[RuleFile]) -> str:
    """The hash that names exactly these files with exactly these bytes, but for pages' texts."""
    digest = hashlib.sha256()
    told = (file for file in files if file.kind != PAGES)
    for file in sorted(told, key=lambda file: (file.pack, file.place.path)):
        for part in (os.fsencode(file.name), file.data):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def bytes_of(path: Path, place: Place) -> bytes | None:
    """A file's bytes, one more than the limit at most; None, with the reason told.

    What the file is, and how large, is asked before it is opened: a FIFO would wait for a writer.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            what = f"this is {_kind(found.st_mode)}, not a plain file."
            hint = f"Write the rules into a plain file `{path.name}`, or take this out."
            place.say(1, what, hint)
        elif found.st_size > LIMIT_BYTES:
            limit = f"A rule file may have {LIMIT_BYTES:,} bytes. {_DIVIDE}"
            place.say(1, f"the file is too large: {found.st_size:,} bytes.", limit)
        else:
            with open(path, "rb", opener=_at_once) as file:
                return file.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        hint = f"A rulebook needs it: copy `{path.name}` from the rules that ship."
        place.say(1, "the file is missing.", hint)
    except OSError as error:
        hint = f"Let it be read: `chmod a+r {path.name}`."
        place.say(1, f"the file cannot be read: {error.strerror}.", hint)
    return None


def _at_once(path: str, flags: int) -> int:
    """Open without waiting, should a FIFO have taken the file's place meanwhile."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _kind(mode: int) -> str:
    """What stands where a plain file should."""
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a FIFO" if stat.S_ISFIFO(mode) else "a device"


def _can_be_listed(directory: Path, place: Place) -> bool:
    """Whether a directory of rules is one that can be looked into; told is what it is instead."""
    hint = f"{_PACK} Name its directory: `--rules clinic-rules`."
    try:
        with os.scandir(directory):
            return True
    except FileNotFoundError:
        place.say(1, "there is no such directory.", hint)
    except NotADirectoryError:
        place.say(1, "this is no directory.", hint)
    except OSError as error:
        place.say(1, f"the directory cannot be read: {error.strerror}.", hint)
    return False


def _read(path: Path, name: str, place: Place, *, pack: bool) -> RuleFile | None:
    """One file, or None when it has no bytes to speak of."""
    data = bytes_of(path, place)
    if data is None:
        return None
    before = len(place.problems)
    tree = None if path.suffix == ".txt" else read_nodes(data, place)
    if tree is None and path.suffix != ".txt" and len(place.problems) == before:
        hint = f"Write what belongs in `{path.name}`, or take the file out."
        place.say(1, "the file says nothing but `null`.", hint)
    return RuleFile(place, name, data, tree, pack)


def refuse_strays(directory: Path, here: str, problems: Problems) -> bool:
    """Note a problem for each file that looks like rules and is not read; whether any does."""
    found = list(strays(directory))
    for stray in found:
        place = Place(problems, f"{here}/{stray.relative_to(directory).as_posix()}")
        hint = f"Name it `{stray.stem}.yaml`, and put it beside the others."
        place.say(1, "this file would not be read.", hint)
    return bool(found)


def strays(directory: Path, folders: Iterable[str] = _FOLDERS) -> Iterator[Path]:
    """The files that look like rules and are not read, for their ending or their place."""
    for path in sorted(directory.iterdir()):
        if path.suffix.lower() in (".yml", ".json") or path.suffix in (".YAML", ".Yaml"):
            yield path
        elif path.is_dir() and path.name in _SHARED and path.name in folders:
            yield from strays(path, ())
        elif path.is_dir() and path.name not in folders and not path.name.startswith("."):
            yield from sorted(path.glob("*.y*ml"))
