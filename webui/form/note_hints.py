"""Hints on notes, as the pages import them: what a form warns about, other doors warn about too."""

from planner.contract.note_hints import Hint, hints, parts

__all__ = ["Hint", "hints", "parts"]
