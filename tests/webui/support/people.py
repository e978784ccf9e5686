"""A small clinic for the tests: two therapists, two supervisors, an administrator, a clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher
from flask import Flask

from planner import Planner
from planner.plan.plan import Plan
from webui.accounts.administration import Administration
from webui.accounts.api_keys import Keys
from webui.accounts.happened import Happened
from webui.accounts.passwords import Passwords
from webui.accounts.resets import Resets
from webui.accounts.sign_in import Sessions, new_account
from webui.database.account_tables import Supervision
from webui.database.connection import Database
from webui.database.history import Event, record
from webui.database.person import Person
from webui.register.cases import Cases
from webui.register.outcomes import Outcomes
from webui.register.own_plans import OwnPlans
from webui.register.records import Records
from webui.register.reviews import Review, Reviews
from webui.register.trends import Counting
from webui.store import Store
from webui.work.storing import InDatabase

LATE: Mapping[str, Any] = {
    "case": "K-114",
    "ruptures": [{"kind": "lateness", "who": "therapist", "minutes": 20}],
    "context": {"signs": ["denial"]},
    "safety": {"flags": {}},
}
STOP: Mapping[str, Any] = {**LATE, "safety": {"flags": {"self_harm": "unsure"}}}
FLAGGED: Mapping[str, Any] = {**LATE, "safety": {"flags": {"formal_complaint": "yes"}}}
STAFF = {
    "Toni": ("therapist",),
    "Tess": ("therapist",),
    "Sam": ("therapist", "supervisor"),
    "Sue": ("supervisor",),
    "Ada": ("administrator",),
}
PASSWORD = "a bowl mended with gold"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Passwords as they are in use, but that recognizing one costs nothing."""


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    at: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **how_far: float) -> None:
        self.at += timedelta(**how_far)


@dataclass
class House:
    """The people and the rooms. Sam and Sue supervise Toni; Sue also supervises Sam."""

    database: Database
    clock: Clock
    planner: Planner
    passwords: Passwords
    staff: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hashed = self.passwords.hashed(PASSWORD)
        with self.database.write() as session:
            for name, roles in STAFF.items():
                account = new_account(name, roles, self.clock())
                account.password = hashed
                session.add(account)
                session.flush()
                held = dict.fromkeys(roles, True)
                self.staff[name] = Person(account.id, name, **held)
            for above, below in (("Sam", "Toni"), ("Sue", "Toni"), ("Sue", "Sam")):
                pair = {"supervisor_id": self.staff[above].id, "therapist_id": self.staff[below].id}
                session.add(Supervision(**pair))
            record(session, self.clock(), None, Event("house_made", "site"))

    def join(self, name: str, *roles: str) -> Person:
        """Somebody more, who has come in already."""
        account = new_account(name, roles, self.clock())
        account.password = self.passwords.hashed(PASSWORD)
        with self.database.write() as session:
            session.add(account)
            session.flush()
            self.staff[name] = Person(account.id, name, **dict.fromkeys(roles, True))
        return self.staff[name]

    def new_link(self, name: str) -> str:
        """A link for somebody who has a password: Ada asked, another administrator confirmed."""
        other = self.staff.get("Bo") or self.join("Bo", "administrator")
        secret = self.resets.ask(self["Ada"], self[name].id)
        self.resets.confirm(other, self[name].id)
        return secret

    def __getitem__(self, name: str) -> Person:
        return self.staff[name]

    @cached_property
    def keeping(self) -> OwnPlans:
        return OwnPlans(self.database, self.clock)

    @cached_property
    def reviewing(self) -> Reviews:
        return Reviews(self.database, self.clock)

    @cached_property
    def looking(self) -> Records:
        return Records(self.database, self.clock)

    @cached_property
    def afterwards(self) -> Outcomes:
        return Outcomes(self.database, self.clock)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.database, self.clock)

    @cached_property
    def counting(self) -> Counting:
        return Counting(self.database, self.clock)

    @cached_property
    def doors(self) -> Sessions:
        return Sessions(self.database, self.clock, self.passwords)

    @cached_property
    def office(self) -> Administration:
        return Administration(self.database, self.clock)

    @cached_property
    def resets(self) -> Resets:
        return Resets(self.database, self.clock)

    @cached_property
    def happened(self) -> Happened:
        return Happened(self.database, self.clock)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self.database, self.clock)

    @property
    def edition(self) -> str:
        return self.planner.rulebook.edition

    def plan(self, observation: Mapping[str, Any] = LATE, **changes: Any) -> Plan:
        return self.planner.plan({**observation, **changes})

    def kept(
        self, name: str = "Toni", observation: Mapping[str, Any] = LATE, **changes: Any
    ) -> str:
        return self.keeping.keep(self[name], self.plan(observation, **changes))

    def submitted(
        self,
        name: str = "Toni",
        observation: Mapping[str, Any] = LATE,
        reviewer: str = "",
        **changes: Any,
    ) -> str:
        """A plan that was handed in; nobody is assigned to Tess, so she names a `reviewer`."""
        ref = self.kept(name, observation, **changes)
        chosen = self[reviewer].id if reviewer else None
        self.keeping.submit(self[name], ref, 1, reviewer=chosen)
        return ref

    def review(self, ref: str, kind: str = "approve", name: str = "Sam", **more: Any) -> Review:
        """A decision on what this reviewer reads at this moment."""
        opened, _typed = self.reviewing.open(self[name], ref)
        return Review(kind, opened.version.number, opened.version.content_hash, **more)

    def decide(self, ref: str, kind: str = "approve", name: str = "Sam", **more: Any) -> None:
        review = self.review(ref, kind, name, **more)
        self.reviewing.decide(self[name], ref, review, self.edition)


@contextmanager
def moved_in(app: Flask, house: House, patience: float = 0.5) -> Iterator[None]:
    """Let an application with a database serve this house's, by this house's clock."""
    address = house.database.url.render_as_string(hide_password=False)
    store = Store.of(Database(address, patience=patience), house.clock, house.passwords)
    app.extensions["store"] = store
    app.extensions["plans_in_work"] = InDatabase(store.database, house.clock)
    app.config["SECRET_KEY"] = store.secret_key()
    try:
        yield
    finally:
        store.database.close()
