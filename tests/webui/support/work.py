"""What tests of plans in work share: a plan made, the stored rows, and what a stranger sees."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.webui.support.sending import LATE
from tests.webui.support.visiting import Visitor
from webui.database.work_tables import PlanInWork

Visit = Callable[..., Visitor]
TYPED = [("notes", "Her brother Xaverius called."), ("case", "K-77"), ("session", "12")]


def made(visitor: Visitor, *more: tuple[str, str]) -> str:
    """The address of a new plan."""
    answer = visitor.post("/plan", [*LATE, *more])
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def rows(site: Flask) -> list[PlanInWork]:
    with site.extensions["store"].database.read() as session:
        return list(session.scalars(select(PlanInWork)))


def gone(answer: TestResponse) -> bool:
    return answer.status_code == 404 and "This plan is not here" in answer.text
