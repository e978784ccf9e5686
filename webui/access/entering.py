"""The pages at which a person comes in, with everything that was typed carried along.

What was typed travels in hidden fields through a sign-in or the first start, and comes back as
one form that is sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import render_template, request
from flask import session as form_session

from webui.accounts.password_rules import SHORTEST
from webui.database.person import FIRST_ROLE, ROLES
from webui.store import store

KEPT, KEPT_PATH = "kept.", "kept_path"
ASKED = frozenset(("again_password", "again_code", "again_passkey"))
"""What is given where a person is asked again; it goes no further."""
NEVER_CARRIED = {"csrf_token", "password", "old", "present", "code", KEPT_PATH, *ASKED}
OPENED = "opened"
"""Where the form session keeps what `serve` let this browser have."""
WORK = tuple(role for role in ROLES if role != FIRST_ROLE)
"""The roles that the first account may choose beside its own."""
NO_PROBLEMS: Mapping[str, str] = {}
Pairs = list[tuple[str, str]]


def carried() -> Pairs:
    """What was typed, to travel on in hidden fields: all but passwords and tokens."""
    pairs = list(request.form.items(multi=True))
    if KEPT_PATH in request.form:
        pairs = [(name[len(KEPT) :], text) for name, text in pairs if name.startswith(KEPT)]
    return [(name, text) for name, text in pairs if name not in NEVER_CARRIED]


COPIES = frozenset(("before", "after", "line_read"))
"""Fields that a page fills in itself, with what stands elsewhere too."""


def readable(pairs: Pairs) -> list[str]:
    """Of what was typed, what a person would miss: sentences rather than codes."""
    typed = [text for name, text in pairs if name not in COPIES]
    return [text for text in typed if len(text) > 3 and " " in text.strip()]


def browser() -> str:
    """What this browser keeps if `serve` opened it; empty for any other."""
    return str(form_session.get(OPENED, ""))


def sign_in_page(
    problems: Mapping[str, str] = NO_PROBLEMS,
    *,
    name: str = "",
    kept: Pairs | None = None,
    path: str = "",
    ended: bool = False,
) -> str:
    """The page that asks for name and password; `kept` is what is to be sent to `path` later."""
    return render_template(
        "sign_in.html",
        name=name[:200],
        problems=problems,
        next=request.values.get("next", ""),
        ended=ended,
        **_travelling(kept, path),
    )


def start_page(
    problems: Mapping[str, str] = NO_PROBLEMS,
    *,
    name: str = "",
    code: str = "",
    roles: Iterable[str] = ("therapist",),
    kept: Pairs | None = None,
    path: str = "",
) -> str:
    """The page that makes the first account, and then goes on to what was to be done."""
    return render_template(
        "start.html",
        problems=problems,
        name=name[:200],
        code=code[:40],
        roles=list(roles),
        work=WORK,
        least=SHORTEST,
        next=request.values.get("next", ""),
        opened_here=store().first_start.is_browser(browser()),
        **_travelling(kept, path),
    )


def _travelling(kept: Pairs | None, path: str) -> dict[str, object]:
    pairs = kept or []
    return {"kept": pairs, "kept_path": path, "texts": readable(pairs)}
