"""A name that no page was given is an error here: on a page it would be an empty place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from flask import Flask
from jinja2 import Undefined
from jinja2.exceptions import UndefinedError
from jinja2.utils import missing

KITS = ("govuk_frontend_jinja/", "govuk_frontend_wtf/")
"""Templates of others, which ask for names that they are seldom given."""
OPTIONAL = "caller"
"""What a macro may be called with or without."""


class Known(Undefined):
    """What a template finds nothing for: a name of ours must be known, a key may be missing.

    `is defined` and `|default` may still ask.
    """

    __slots__ = ("_ours",)

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[UndefinedError] = UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, exc)
        template = str(sys._getframe(1).f_globals.get("name", ""))
        self._ours = obj is missing and name != OPTIONAL and not template.startswith(KITS)

    def __str__(self) -> str:
        self._ask()
        return super().__str__()

    def __bool__(self) -> bool:
        self._ask()
        return super().__bool__()

    def __iter__(self) -> Iterator[Any]:
        self._ask()
        return super().__iter__()

    def __len__(self) -> int:
        self._ask()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._ask()
        return super().__eq__(other)

    def __hash__(self) -> int:
        self._ask()
        return super().__hash__()

    def _ask(self) -> None:
        if self._ours:
            self._fail_with_undefined_error()


def strict(app: Flask) -> Flask:
    """The application, in which no template of ours asks for a name that it was not given."""
    app.jinja_env.undefined = Known
    return app
