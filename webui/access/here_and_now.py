"""What any page may show of this moment: what waits, whom to reach, what is left to set up.

Each is asked once for a page, and is empty while the database is away, so that open pages work.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from flask import Flask, g, request

from webui.access.came import COOKIE
from webui.access.gate import person_or_none
from webui.accounts.first_day import Task
from webui.accounts.happened import Happening
from webui.accounts.site_contacts import Contact
from webui.database.refusals import Refusal
from webui.register.waiting import Waiting
from webui.store import store


def init_app(app: Flask) -> None:
    """Hand `what_waits`, `site_contacts` and the others below to the templates."""
    app.jinja_env.globals.update(
        what_waits=what_waits,
        site_contacts=site_contacts,
        first_day=first_day,
        nobody_yet=nobody_yet,
        account_news=account_news,
    )


def what_waits() -> Waiting:
    """What waits for the person who is signed in; nothing for anyone else."""
    if "waiting" not in g:
        g.waiting = Waiting()
        someone = person_or_none()
        with suppress(Refusal):
            g.waiting = store().waiting.of(someone) if someone else g.waiting
    return g.waiting  # type: ignore[no-any-return]  # what `g` holds is ours


def account_news() -> Sequence[Happening]:
    """What happened to the account of who is signed in, and was not put away yet."""
    if person_or_none() is None:
        return ()
    try:
        return store().happened.news(request.cookies.get(COOKIE, ""))
    except Refusal:
        return ()


def site_contacts() -> Sequence[Contact]:
    """Whom people of this site can reach, in the administrator's order."""
    if "site_contacts" not in g:
        g.site_contacts = ()
        with suppress(Refusal):
            g.site_contacts = store().contacts.listed()
    return g.site_contacts  # type: ignore[no-any-return]  # what `g` holds is ours


def first_day() -> Sequence[Task]:
    """What the administrator who is signed in has left to do; empty for anyone else."""
    someone = person_or_none()
    if someone is None or not someone.administrator:
        return ()
    try:
        return [task for task in store().first_day.tasks(someone) if not task.done]
    except Refusal:
        return ()


def nobody_yet() -> bool:
    """Whether to offer setting up accounts; not while the database is away."""
    try:
        return store().sessions.nobody_yet()
    except Refusal:
        return False
