"""Who asks: what the database needs to know of a signed-in person, and which roles there are."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("therapist", "supervisor", "administrator")
"""Every role, in the order in which pages name them. `Person` has a flag for each."""
FIRST_ROLE = "administrator"
"""What the first account always is, whatever else it is."""


def roles_held(whose: object) -> tuple[str, ...]:
    """The roles that a person or an account holds, in the order of `ROLES`."""
    return tuple(role for role in ROLES if getattr(whose, role))


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who is signed in, with the roles they hold at this moment."""

    id: int
    name: str
    therapist: bool = False
    supervisor: bool = False
    administrator: bool = False

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles held."""
        return roles_held(self)
