"""What clinicians are asked about first: judgments in plain words, with the rules behind them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A judgment on which good practice may differ; `rules` is empty until some carry it."""

    topic: str
    text: str
    rules: tuple[str, ...]
