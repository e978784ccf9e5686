"""Markup that is the same wherever it stands, made once: a reason, a rule's line, the empty form.

A reason holds a rule, its source and the answers that it met; nothing that anyone typed. Links
begin with the place where the application is mounted, so that each place has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any

from flask import Flask, current_app, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from planner.plan import Because
from planner.rulebook import Rule

KEPT = 4096


class Kept:
    """Pieces of markup by what they show; when there are too many, it begins anew."""

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
    """Hand `reason` and `rule_line` to the templates; `empty_form` is for the page that has it."""
    kept = Kept()

    def reason(one: Because) -> Markup:
        """One reason of a plan's line."""
        met = tuple([(field, str(value)) for field, value in one.facts.items()])
        key = (one.rule, one.text, one.source, met)
        return Markup(kept.piece(key, lambda: _written("_reasons.html", "reason_line", one)))  # noqa: S704 - a template's own escaped output

    def rule_line(rule: Rule) -> Markup:
        """One rule in a list of rules."""
        return Markup(kept.piece(rule.id, lambda: _written("_rule.html", "line", rule)))  # noqa: S704 - as above

    app.jinja_env.globals.update(reason=reason, rule_line=rule_line)
    app.extensions["kept"] = kept


def empty_form(write: Callable[[], str]) -> str:
    """The entry page with nothing entered: all of it but the visitor's token is written once.

    Where people sign in, it is written anew: it shows who is there.
    """
    if "rooms" in current_app.extensions:
        return write()
    token: str = generate_csrf()
    kept: Kept = current_app.extensions["kept"]
    parts: list[str] = kept.piece("empty form", lambda: write().split(token))
    return token.join(parts)


def _written(template: str, macro: str, what: object) -> str:
    """One macro's output for one thing."""
    made: Any = current_app.jinja_env.get_template(template).module
    return str(getattr(made, macro)(what))
