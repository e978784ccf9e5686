"""Adds the database, accounts and their pages to an application that only plans."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from webui.access import gate, here_and_now
from webui.access.entering import carried, readable
from webui.access.problems import answered, for_program, problem
from webui.access.refused_requests import NOT_THEIRS, TOO_MANY, note_refusal
from webui.accounts.throttle import TooMany
from webui.api import stored_plans
from webui.database import two_roles
from webui.database.base import now
from webui.database.connection import PATIENCE, Database
from webui.database.refusals import Altered, Broken, Busy, Full, NotHere, NotOpened, Refusal, Unfit
from webui.database.upgrade import prepare
from webui.pages import (
    administration,
    contacts,
    editing,
    factors,
    lists,
    outcomes,
    own_account,
    plans,
    practiced,
    review,
    second_step,
    sign_in,
    trends,
)
from webui.register.steps import orders
from webui.show import happened, moments
from webui.show.version_changes import changed
from webui.store import Store, store
from webui.words import said
from webui.words.texts import text

GREATEST = 2**31 - 1
"""The greatest number of a row that either database takes."""


def init_app(app: Flask) -> None:
    """Open the database that `DATABASE` names, bring it up to date, and add the pages."""
    settings = app.config
    database = Database(settings["DATABASE"], settings.get("DATABASE_PATIENCE", PATIENCE))
    prepare(database)
    if one_role := two_roles.warning(database):
        logging.getLogger("repair_planner.database").warning(one_role)
    made = Store.of(database, settings.get("CLOCK", now), settings.get("PASSWORDS"))
    app.extensions["store"] = made
    app.config["SECRET_KEY"] = made.secret_key()
    database.close()
    if settings.get("BEHIND_PROXY"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]  # how Flask says it is done
    gate.init_app(app)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(InternalServerError, _unforeseen)
    _prepare_templates(app)
    _register(app)


def _register(app: Flask) -> None:
    """Add every page that needs an account."""
    app.url_map.converters["int"] = RowNumber
    app.register_blueprint(stored_plans.blueprint)
    own = (sign_in, second_step, factors, administration, contacts, own_account, practiced)
    for page in (outcomes, editing, lists, *own, plans, review, trends):
        app.register_blueprint(page.blueprint)


class RowNumber(IntegerConverter):
    """A number in an address that a database can hold; a greater one leads nowhere."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, *args, **{"max": GREATEST, **options})


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.filters.update(day=moments.day, minute=moments.minute)
    words: dict[str, Any] = {
        "ROLES": said.ROLES,
        "TRIED": said.TRIED,
        "LANDED": said.LANDED,
        "changed": changed,
        "orders": orders,
        "happened_said": happened.said,
        "most_told": happened.MOST_TOLD,
    }
    app.jinja_env.globals.update(words)
    here_and_now.init_app(app)


def _refused(refusal: Refusal) -> Response:
    """Say why nothing was done; what was typed stays on the page."""
    detail = str(refusal)
    if isinstance(refusal, NotHere | TooMany):
        note_refusal(TOO_MANY if isinstance(refusal, TooMany) else NOT_THEIRS)
    if for_program():
        response = problem(refusal.status, detail)
    elif isinstance(refusal, NotHere):
        page = render_template("error.html", title=text("status_404"), detail=detail)
        response = Response(page, refusal.status)
    elif isinstance(refusal, Full | Busy) and request.method == "POST":
        response = gate.again(
            refusal.status, why="full" if refusal.status == Full.status else "busy"
        )
    else:
        response = _refused_page(refusal, detail)
    if refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _unforeseen(error: InternalServerError) -> Response:
    """What nobody foresaw: where the database's file is damaged, that is told as it is.

    Any other is a fault of this program, 500, and says nothing of what was sent.
    """
    database = store().database
    if error.original_exception is not None and database.is_damaged():
        return _refused(Broken())
    return answered(error)


def _refused_page(refusal: Refusal, detail: str) -> Response:
    """A page that says what is in the way and shows what was typed."""
    pairs = carried()
    ref = None if isinstance(refusal, Altered | NotOpened) else (request.view_args or {}).get("ref")
    page = render_template(
        "refused.html",
        detail=detail,
        problems=refusal.problems if isinstance(refusal, Unfit) else {},
        ref=ref,
        texts=readable(pairs),
    )
    return Response(page, refusal.status)
