"""The web application: pages for people and an interface for programs, around one planner."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from planner import Planner
from webui import metrics
from webui.access import cookies, drafts, headers, logs, notices, problems, sent_body, sent_text
from webui.access.form_session import FormSessions
from webui.api import plans, probes, questionnaire, rules
from webui.cds import settings
from webui.delivery import assets, compressing
from webui.form import layout, questions
from webui.knowledge import Knowledge
from webui.pages import interface, planning, practice, rulebook, scenarios, security_contact, shell
from webui.show import fragments, plan_page
from webui.words import texts
from webui.work import plans_in_work

MEGABYTE = 1024 * 1024
HOURS = 3600


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make the application; `config` may carry a `PLANNER` and any of Flask's settings.

    With a `DATABASE` (its URL) plans can be kept, by people who have accounts; without one
    they can only be made. With `CDS_CLIENTS` and `CDS_BASE_URL` a clinic's record may ask by
    CDS Hooks; WrongSettings is raised where they are wrong.

    Without a `SECRET_KEY` a new one is drawn at each start: pages that were open then ask
    for the button to be pressed once more, with everything typed still in place.
    """
    app = logs.Application(__name__, static_folder=None)  # webui.delivery.assets sends the files
    app.config.update(
        SECRET_KEY=secrets.token_hex(32),
        MAX_CONTENT_LENGTH=MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        TRUSTED_HOSTS=["127.0.0.1", "localhost"],
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=False,
        SESSION_COOKIE_NAME="repair_planner",
        WTF_CSRF_TIME_LIMIT=12 * HOURS,
    )
    app.config.update(config or {})
    app.session_interface = FormSessions()
    logs.init_app(app)
    sent_body.init_app(app)
    sent_text.init_app(app)
    planner = app.config.get("PLANNER") or Planner()
    app.extensions["knowledge"] = Knowledge(planner)
    _prepare_templates(app)
    for part in (cookies, assets, compressing, drafts, headers, notices, problems, probes):
        part.init_app(app)
    for_programs = (plans, rules, questionnaire)
    for_people = (interface, planning, practice, rulebook, scenarios, security_contact, shell)
    for pages in (*for_programs, *for_people):
        app.register_blueprint(pages.blueprint)
    _add_what_is_set_up(app)
    plans_in_work.init_app(app)
    metrics.init_app(app)
    return app


def _add_what_is_set_up(app: Flask) -> None:
    """Add the accounts where there is a database, and CDS Hooks where there are clients."""
    if app.config.get("DATABASE"):
        from webui import with_database

        with_database.init_app(app)
    if settings.is_on(app.config):
        from webui.cds import hooks

        hooks.init_app(app)


def _prepare_templates(app: Flask) -> None:
    """Let the kit's templates be found, trim what would be blank lines."""
    kit = {
        "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
        "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
    }
    assert app.jinja_loader is not None  # noqa: S101 - Flask always has one
    app.jinja_loader = ChoiceLoader([app.jinja_loader, PrefixLoader(kit)])
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    WTFormsHelpers(app)
    knowledge: Knowledge = app.extensions["knowledge"]
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals.update(words=knowledge.words, knowledge=knowledge)
    app.jinja_env.globals.update(site_contacts=tuple, first_day=tuple)
    app.jinja_env.globals.update(with_accounts=False, person=None)  # `gate` says otherwise
    texts.init_app(app, knowledge.words.pages)
    questions.init_app(app)
    fragments.init_app(app)
    layout.init_app(app, knowledge.words)
    plan_page.init_app(app)
    rulebook.init_templates(app)
