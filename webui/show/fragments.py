"""Markup that is the same wherever it stands, made once: a reason, a rule's line, addresses.

A reason holds a rule, its source and the answers that it met; nothing that anyone typed. Links
begin with the place where the application is mounted, so that each place has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from planner.plan.parts import Because
from planner.rulebook.rulebook import Rule
from webui.delivery.compressing import Stretch, holds

KEPT = 4096
STEADY = {"filename", "example", "item", "rule_id", "way", "key"}
"""What stands in addresses of files and of the rulebook's pages."""


class Fragments:
    """A bounded memo of markup, by what it shows."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pieces: dict[object, Any] = {}
        self._making = RLock()

    def piece(self, key: object, make: Callable[[], Any]) -> Any:
        """What was made for this key, or is made now."""
        place = (request.script_root, key)
        found = self._pieces.get(place)
        return self._made(place, make) if found is None else found

    def _made(self, place: object, make: Callable[[], Any]) -> Any:
        """Make it; many who ask at once for the first time wait for one making, not for eight."""
        with self._making:
            found = self._pieces.get(place) or make()
            if len(self._pieces) >= KEPT:
                self._pieces = {}
            self._pieces[place] = found
            return found


def init_app(app: Flask) -> None:
    """Hand `reason` and `rule_line` to the templates; `empty_questions` serves the form."""
    kept = Fragments()

    def reason(one: Because) -> Markup:
        """One reason of a plan's line."""
        met = tuple([(field, str(value)) for field, value in one.facts.items()])
        key = (one.rule, one.text, one.source, met)
        return Markup(kept.piece(key, lambda: _written("_reasons.html", "reason_line", one)))  # noqa: S704 - a template's own escaped output

    def rule_line(rule: Rule) -> Markup:
        """One rule in a list of rules."""
        return Markup(kept.piece(rule.id, lambda: _written("_rule.html", "line", rule)))  # noqa: S704 - as above

    def answer_controls(field: str, stem: str) -> Markup:
        """The ways to answer a question in place; `stem` begins the ids."""
        key = (field, stem)
        return Markup(kept.piece(key, lambda: _written("_plan_parts.html", "controls", *key)))  # noqa: S704 - as above

    def address(endpoint: str, **values: Any) -> str:
        """An address of ours; made once where no more than the rulebook and files stand in it."""
        if not values.keys() <= STEADY:
            return url_for(endpoint, **values)
        key = (endpoint, *values.items())
        return str(kept.piece(key, lambda: url_for(endpoint, **values)))

    app.jinja_env.globals.update(reason=reason, rule_line=rule_line, url_for=address)
    app.jinja_env.globals.update(answer_controls=answer_controls)
    app.extensions["fragments"] = kept


def empty_questions(write: Callable[[], str]) -> Markup:
    """Every question with nothing entered; who is there, and with which token, is not in it.

    It is most of the form's page, and is compressed once too.
    """
    kept: Fragments = current_app.extensions["fragments"]
    questions = kept.piece("empty questions", write)
    holds(kept.piece("empty questions, compressed", lambda: Stretch.of(questions)))
    return Markup(questions)  # noqa: S704 - as above


def written_once(name: str, write: Callable[[], str]) -> str:
    """A whole page that is the same for everyone."""
    kept: Fragments = current_app.extensions["fragments"]
    return str(kept.piece(name, write))


def _written(template: str, macro: str, *what: object) -> str:
    """One macro's output for this."""
    made: Any = current_app.jinja_env.get_template(template).module
    return str(getattr(made, macro)(*what))
