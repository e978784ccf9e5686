"""Planned stretches, rows and plans apart: what many rows share is held and written once."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import polars as pl

NUMBER = "plan.#"
"""Which of the plans a row has; no file brings a column that begins so."""
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Planned:
    """The rows of a stretch with the `NUMBER` of their plan, and the plans in order."""

    rows: pl.DataFrame
    plans: pl.DataFrame

    def joined(self) -> pl.DataFrame:
        """Each row with its plan beside it."""
        return self.rows.drop(NUMBER).hstack(self.plans[self.rows[NUMBER]])

    def packed(self) -> bytes:
        """The same as bytes, for a part of a file that is made of all parts at the end."""
        rows, plans = _arrow(self.rows, "uncompressed"), _arrow(self.plans, "lz4")
        return _LENGTH.pack(len(rows)) + rows + plans

    @classmethod
    def unpacked(cls, path: Path) -> Planned:
        """What a part's file holds."""
        data = path.read_bytes()
        end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
        return cls(pl.read_ipc(data[_LENGTH.size : end]), pl.read_ipc(data[end:]))


def join_parquet(parts: Sequence[Path], out: Path) -> None:
    """Make one Parquet file of the parts, read one after the other."""
    schema = Planned.unpacked(parts[0]).joined().schema
    frames = [pl.defer(partial(_joined, part), schema=schema) for part in parts]
    pl.concat(frames).sink_parquet(out, maintain_order=True)


def _joined(part: Path) -> pl.DataFrame:
    return Planned.unpacked(part).joined()


def _arrow(frame: pl.DataFrame, compression: Literal["uncompressed", "lz4"]) -> bytes:
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression=compression)
    return buffer.getvalue()
