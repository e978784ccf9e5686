"""A wording variant in plain words: what its group asks, what it asks itself, and what it says."""

from __future__ import annotations

import pytest

from planner.cli import main


def told(variant: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command prints of a variant."""
    assert main(["explain", variant]) == 0
    return capsys.readouterr().out


def test_what_the_group_asks_is_told_apart_from_what_the_variant_asks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    group, own = told("c1.opening.after-no-ashamed", capsys).split("When, of its own")
    assert "The answer was no" in group
    assert "boundary_request.answer: declined" in group
    assert "context.feelings: ashamed" in own
    assert "boundary_request.answer" not in own
    assert "I said no to what you asked for" in own


def test_a_variant_of_no_group_has_no_heading_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "group" not in told("c1.opening.raised", capsys)


def test_the_last_of_a_group_asks_nothing_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Whenever none before it does." in told("c1.opening.after-no", capsys)
