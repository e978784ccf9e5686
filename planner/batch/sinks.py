"""Where plans go: a directory of its own beside OUT while the run goes on, then OUT at once.

`OUT.partial` holds what is written so far and, in `state.json`, up to where that is good. After a
stop of any kind the files are cut back to there. OUT itself appears when all is done, by renaming.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from planner.batch.kinds import PARQUET, Form
from planner.batch.sources import BOM, refusal
from planner.errors import FieldProblem

PART = ".part"
"""The ending of a part of a Parquet file, another one wherever its form changes: a run that was
stopped goes on only with parts of the same form."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a run came: where to read on, and how much of what was written is good."""

    position: int = 0
    rows: int = 0
    planned: int = 0
    refused: int = 0
    written: int = 0
    told: int = 0
    parts: int = 0
    empty: int = 0


class Partial:
    """The run's own directory, with the plans and the refusals written so far."""

    def __init__(
        self, out: Path, run: Mapping[str, Any], form: Form, above: int | None = None
    ) -> None:
        """`run` names input, rules and settings: only the same run is gone on with.

        `above` counts the rows above the first one where a person looks at the table.
        """
        self.out = out
        self.home = out.with_name(f"{out.name}.partial")
        self.state = State()
        self._run = dict(run)
        self._parts = form.kind == PARQUET
        self._packed = form.packed
        self._above = above
        self._plans = self.home / "plans"
        self._refusals = self.home / "refused"

    @property
    def refused_name(self) -> Path:
        """The file of refused rows that will stand beside OUT, if any are refused."""
        return self.out.with_name(f"{self.out.name}.refused.jsonl")

    def begin(self, *, go_on: bool, again: bool) -> None:
        """Take up a stopped run, or start one; ObservationError where neither is meant."""
        known = self._read() if self.home.is_dir() else None
        if self.home.is_dir() and not go_on and not again:
            what = f"A stopped run stands in {self.home}."
            raise refusal(f"{what} Use --continue to go on with it, or --again to start over.")
        if go_on and known is not None:
            if known["run"] != self._run:
                differs = [
                    key for key, value in self._run.items() if known["run"].get(key) != value
                ]
                what = f"The stopped run was another one: {', '.join(differs)} differ."
                raise refusal(f"{what} Use --again to start over.")
            self.state = State(**known["state"])
        else:
            shutil.rmtree(self.home, ignore_errors=True)
            self.home.mkdir()
        self._cut()

    def _read(self) -> dict[str, Any] | None:
        """The last state that a stopped run wrote; None where no state is whole."""
        try:
            known = json.loads((self.home / "state.json").read_bytes())
            State(**known["state"])
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return known if isinstance(known.get("run"), dict) else None

    def _cut(self) -> None:
        """Cut off what was written after the last state: the run may have stopped in between."""
        for path, good in ((self._plans, self.state.written), (self._refusals, self.state.told)):
            with path.open("ab") as file:
                file.truncate(good)

    def add(
        self, plans: bytes, refused: Sequence[tuple[int, Sequence[FieldProblem]]], state: State
    ) -> None:
        """Write a stretch: its plans first, then the state that counts it as done."""
        told = b"".join(_refusal(row, problems, self._above) for row, problems in refused)
        number = self.state.parts
        if self._parts:
            _write(self.home / f"{number:06}{PART}", plans, "wb")
        else:
            _write(self._plans, plans, "ab")
        _write(self._refusals, told, "ab")
        self.state = replace(
            state,
            refused=self.state.refused + len(refused),
            written=self.state.written + (0 if self._parts else len(plans)),
            told=self.state.told + len(told),
            parts=number + 1,
        )
        self._write_state()

    def _write_state(self) -> None:
        """Replace the state by the new one, whole or not at all."""
        told = json.dumps({"run": self._run, "state": asdict(self.state)}).encode()
        _write(self.home / "state.new", told, "wb")
        (self.home / "state.new").replace(self.home / "state.json")

    def finish(self) -> None:
        """Move OUT and the refused rows to their paths, and remove the run's directory."""
        if self._parts:
            self._join()
        if self._packed:
            self._pack()
        if self.state.refused:
            self._refusals.replace(self.refused_name)
        else:
            self.refused_name.unlink(missing_ok=True)
        self._plans.replace(self.out)
        shutil.rmtree(self.home, ignore_errors=True)

    def _pack(self) -> None:
        """Pack the plans; the same plans are the same bytes, whenever they were packed."""
        packed = self.home / "packed"
        with self._plans.open("rb") as plain, packed.open("wb") as file:
            with gzip.GzipFile("", "wb", 6, file, mtime=0) as into:
                shutil.copyfileobj(plain, into, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        packed.replace(self._plans)

    def _join(self) -> None:
        """Make one Parquet file of the parts, without holding them all."""
        from planner.batch.parts import join_parquet

        parts = [self.home / f"{number:06}{PART}" for number in range(self.state.parts)]
        if parts:
            join_parquet(parts, self._plans)


def csv_of(frame: Any, separator: str = ",", *, header: bool, marked: bool = False) -> bytes:
    """A frame as CSV in which a blank is nothing at all, not two quotation marks.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front, by which it is
    shown as text; so does one that has apostrophes before such a sign, so that taking one away
    gives each cell back. Numbers stay. `marked` begins with the mark of UTF-8, for Excel.
    """
    import polars as pl

    text = pl.col(pl.String)
    formula = text.str.contains(_FORMULA) & ~text.str.contains(_PLAIN_NUMBER)
    plain = pl.when((text != "") & ~formula).then(text)
    safe = plain.when(text != "").then(pl.lit("'") + text)
    names = {name: _safe_name(name) for name in frame.columns}
    told = frame.with_columns(safe).rename(names)
    start = BOM if marked and header else b""
    return start + bytes(told.write_csv(include_header=header, separator=separator).encode())


_FORMULA = r"^[' ]*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]"
"""With blanks in front, which some programs pass over, and in the wide signs of an East Asian
keyboard (https://owasp.org/www-community/attacks/CSV_Injection)."""
_PLAIN_NUMBER = r"^[+-]?[0-9]+(?:[.,][0-9]+)*(?:[eE][+-]?[0-9]+)?$"


def _safe_name(name: str) -> str:
    """A column's name, by the same rule."""
    return f"'{name}" if re.match(_FORMULA, name) and not re.match(_PLAIN_NUMBER, name) else name


def _refusal(row: int, problems: Sequence[FieldProblem], above: int | None) -> bytes:
    told: dict[str, Any] = {"row": row}
    if above is not None:
        told["sheet_row"] = row + above
    told["problems"] = [problem.as_dict() for problem in problems]
    return orjson.dumps(told) + b"\n"


def _write(path: Path, data: bytes, mode: str) -> None:
    """Write everything and sync it to the disk; an error names the file."""
    try:
        with path.open(mode) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
