"""Rows of text that are alike in every cell, brought together, so that each is planned once."""

from __future__ import annotations

import polars as pl


def grouped(keys: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct rows of a frame of text in the order they come, and each row's number there.

    A row is known again by the hash of its cells, in a third of the time that the cells take.
    Then every row is compared, cell by cell, with the one that it was taken for: two different
    rows may have one hash, and would have one plan. If any two do, the cells alone decide.
    """
    if not keys.width or not keys.height:
        return keys.head(0), pl.Series([], dtype=pl.UInt32)
    hashes = hashes_of(keys)
    first = hashes.arg_unique().sort()
    distinct = keys[first]
    numbers = _numbers(hashes.to_frame(), hashes[first].to_frame())
    if all((distinct[name].gather(numbers) == keys[name]).all() for name in keys.columns):
        return distinct, numbers
    distinct = keys.unique(maintain_order=True)
    return distinct, _numbers(keys, distinct)


def hashes_of(keys: pl.DataFrame) -> pl.Series:
    """A hash for each row; equal rows have equal ones, and different rows nearly always differ."""
    return keys.hash_rows().alias("hash")


def _numbers(rows: pl.DataFrame, distinct: pl.DataFrame) -> pl.Series:
    """For each row the number of the distinct row that it equals."""
    numbered = distinct.with_row_index("#")
    return rows.join(numbered, on=rows.columns, how="left", maintain_order="left")["#"]
