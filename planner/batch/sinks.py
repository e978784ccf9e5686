"""Where plans go: a directory of its own beside OUT while the run goes on, then OUT at once.

`OUT.partial` holds what is written so far and, in `state.json`, up to where that is good. After a
stop of any kind the files are cut back to there. OUT itself appears when all is done, by renaming.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from planner.batch.sources import refusal
from planner.errors import FieldProblem

PARQUET = ".parquet"
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


class Partial:
    """The run's own directory, with the plans and the refusals written so far."""

    def __init__(self, out: Path, run: Mapping[str, Any], *, parts: bool) -> None:
        """`run` names input, rules and settings: only the same run is gone on with."""
        self.out = out
        self.home = out.with_name(f"{out.name}.partial")
        self.state = State()
        self._run = dict(run)
        self._parts = parts
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
        told = b"".join(_refusal(row, problems) for row, problems in refused)
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
        if self.state.refused:
            self._refusals.replace(self.refused_name)
        else:
            self.refused_name.unlink(missing_ok=True)
        self._plans.replace(self.out)
        shutil.rmtree(self.home, ignore_errors=True)

    def _join(self) -> None:
        """Make one Parquet file of the parts, without holding them all."""
        from planner.batch.parts import join_parquet

        parts = [self.home / f"{number:06}{PART}" for number in range(self.state.parts)]
        if parts:
            join_parquet(parts, self._plans)


def csv_of(frame: Any, *, header: bool) -> bytes:
    """A frame as CSV in which a blank is nothing at all, not two quotation marks."""
    import polars as pl

    text = pl.col(pl.String)
    blank = frame.with_columns(pl.when(text != "").then(text))
    return bytes(blank.write_csv(include_header=header).encode())


def _refusal(row: int, problems: Sequence[FieldProblem]) -> bytes:
    told = {"row": row, "problems": [problem.as_dict() for problem in problems]}
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
