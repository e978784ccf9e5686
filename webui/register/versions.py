"""The versions of a plan: what one says, and the hash by which an approval names it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from webui.accounts.tokens import random_letters
from webui.database.person import Person
from webui.database.refusals import Altered, as_stored
from webui.database.tables import KeptPlan, Version
from webui.register import steps
from webui.words.texts import text

REF_LENGTH = 12


@dataclass(frozen=True)
class Content:
    """What a version says, and the hash by which an approval names it."""

    plan_json: str
    steps: tuple[steps.Step, ...]

    @cached_property
    def plan(self) -> Mapping[str, Any]:
        """The plan as the rules made it. Raises Broken where it cannot be read back."""
        with as_stored():
            read: Mapping[str, Any] = json.loads(self.plan_json)
            return {**read}

    @property
    def as_planned(self) -> bool:
        """Whether its steps are the rules' own, with no word, place or step of a person's."""
        made = steps.steps_of(self.plan)
        return [_said(one) for one in self.steps] == [_said(one) for one in made]

    @property
    def hash(self) -> str:
        """Changes with any letter of the plan or of its steps."""
        return sha256(f"{self.plan_json}\n{steps.written(self.steps)}".encode()).hexdigest()


def content_of(version: Version) -> Content:
    """What a stored version says. Raises Altered where that is not what its hash was made of."""
    said = sha256(f"{version.plan_json}\n{version.steps_json}".encode()).hexdigest()
    if said != version.content_hash:
        raise Altered(text("altered", what=text("altered_version", number=version.number)))
    return Content(version.plan_json, steps.read(version.steps_json))


def current(session: Session, plan: KeptPlan) -> Version:
    """The version of a plan that counts now."""
    return session.get_one(Version, (plan.id, plan.version))


def new_version(
    plan: KeptPlan, content: Content, author: Person, at: datetime, why: str
) -> Version:
    """The row of a plan's newest version, which is written once; lists show how it begins."""
    plan.first_words = steps.opening(content.steps)
    return Version(
        plan_id=plan.id,
        number=plan.version,
        author_id=author.id,
        made_at=at,
        why=why,
        plan_json=content.plan_json,
        steps_json=steps.written(content.steps),
        edition=content.plan["rulebook"]["edition"],
        content_hash=content.hash,
    )


def with_notes(plan_json: str, notes: str) -> str:
    """The same plan with other notes: no rule reads them, so nothing else of it changes."""
    with as_stored():
        plan: dict[str, Any] = json.loads(plan_json)
    plan["observation"] = {**plan["observation"], "notes": notes}
    return json.dumps(plan, ensure_ascii=False, separators=(",", ":"))


def _said(step: steps.Step) -> tuple[str, ...]:
    """What of a step was planned: all but reasons and marks."""
    return (step.where, step.words, step.short, step.line)


def new_ref() -> str:
    """A random reference for addresses; it says nothing of the plan."""
    return random_letters(REF_LENGTH)
