"""An observation from a file or a pipe: JSON or YAML, told apart by what is in it.

YAML is read by the same walk as the rules, so that `no` stays a word and aliases, tags and
keys said twice are refused here as there.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.contract.json_text import LARGEST, parsed
from planner.errors import MOST_PROBLEMS, FieldProblem, ObservationError, first_of

if TYPE_CHECKING:
    from planner.contract.observation import Observation


_MARK = b"\xef\xbb\xbf"
_NOTHING = (
    "The observation is empty. Write one, as JSON or YAML: "
    "`repair-planner schema observation` tells what it has."
)


def read_observation(name: str) -> Observation | dict[str, Any]:
    """The observation in the file of this name, or on standard input for `-`.

    A mapping in JSON comes as it is, for the planner to check: it knows a quicker way. Raises
    ObservationError with every problem that is found here, and OSError where the file cannot be
    read.
    """
    return observation_in(bytes_of(name), name)


def observation_in(data: bytes, name: str) -> Observation | dict[str, Any]:
    """The observation in these bytes, which were read from the file of this name."""
    if len(data) <= LARGEST and not data.removeprefix(_MARK).strip():
        raise ObservationError([FieldProblem("", None, _NOTHING)])
    if is_json(data, name):
        return _read_json(data)
    return _read_yaml(data, "standard input" if name == "-" else name)


def _read_json(text: bytes) -> Observation | dict[str, Any]:
    """The mapping in JSON; what is none, or names a key twice, is refused with all its problems."""
    data, problems = parsed(text)
    if type(data) is dict and not problems:
        return data
    from planner.contract.observation import Observation

    return Observation.read_json(text)


def bytes_of(name: str, what: str = "an observation, JSON or YAML") -> bytes:
    """What the file holds, or standard input for `-`: asked for as `what` in a terminal.

    Raises OSError. Up to one byte more than is allowed, so that the excess shows.
    """
    if name == "-":
        return _typed(what) if sys.stdin.isatty() else sys.stdin.buffer.read(LARGEST + 1)
    with Path(name).open("rb") as file:
        return file.read(LARGEST + 1)


def _typed(what: str) -> bytes:
    """What someone types until Ctrl-D."""
    with _ended_by_ctrl_c():
        sys.stderr.write(f"Type {what}; end with Ctrl-D.\n")
        return sys.stdin.buffer.read(LARGEST + 1)


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """Meanwhile the system itself ends the process on Ctrl-C.

    Python only notes the signal and looks at its note between two steps: one that comes just
    before a read begins would wait for the next key, seen once in 250 times.
    """
    usual = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def is_json(data: bytes, name: str) -> bool:
    """Whether to read as JSON: by the file's ending, else by its first sign."""
    suffix = Path(name).suffix.lower()
    if suffix in {".yaml", ".yml"}:
        return False
    start = data.removeprefix(_MARK).lstrip()[:1]
    return suffix == ".json" or start in {b"{", b"["} or len(data) > LARGEST


def _read_yaml(data: bytes, name: str) -> Observation:
    """The observation in YAML; mistakes of form and of content are told together."""
    from planner.contract.observation import Observation
    from planner.reading.nodes import read_nodes
    from planner.reading.problems import Place, Problems

    found = Problems(MOST_PROBLEMS + 1)  # one more, by which it shows that there are others
    tree = read_nodes(data.removeprefix(_MARK), Place(found, name))
    problems = [
        FieldProblem("", None, f"line {told.line}: {told.message}") for told in found.in_order()
    ]
    if tree is None and problems:
        raise ObservationError(first_of(problems))
    try:
        observation = Observation.read(_plain(tree))
    except ObservationError as error:
        raise ObservationError(first_of([*problems, *error.problems])) from None
    if problems:
        raise ObservationError(first_of(problems))
    return observation


def _plain(node: object) -> object:
    """The tree as plain mappings and lists, without its line numbers."""
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node
