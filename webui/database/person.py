"""Who asks: what the database needs to know of a signed-in person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who is signed in, with the roles they hold at this moment."""

    id: int
    name: str
    therapist: bool = False
    supervisor: bool = False
    administrator: bool = False
