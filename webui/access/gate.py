"""Who may pass: every page with an account behind it is checked here, before it does anything.

A view says whom it is for with `open_to`. Whoever is not signed in is asked to, whoever lacks
the role finds nothing there, and nothing is changed without a token. What was typed is carried
through all of that and handed back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as form_session
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse
from wtforms.validators import ValidationError

from webui.access.asking_again import confirmed
from webui.access.came import COOKIE, remember_browser
from webui.access.drafts import RAW_TOKEN
from webui.access.entering import carried, readable, sign_in_page, start_page
from webui.access.form_session import belong
from webui.access.refused_requests import BAD_FORM_TOKEN, NOT_SIGNED_IN, ROLE, note_refusal
from webui.accounts.live_sessions import Remaining
from webui.database.person import ROLES, Person
from webui.database.refusals import Refusal
from webui.store import store
from webui.work import plans_in_work

UNSAFE = {"POST"}
REQUIRED = "required"
"""What the setting `SECOND_FACTOR` says where supervisors and administrators need one."""
View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Check every request, and tell templates who is there."""
    app.config["PERSON_COOKIE"] = COOKIE
    app.before_request(_admit)
    app.context_processor(lambda: {"person": person_or_none(), "with_accounts": True})
    app.jinja_env.globals.update(form_token=generate_csrf, session_left=session_left)


def open_to(*roles: str) -> Callable[[View], View]:
    """Mark a view as needing a signed-in person with one of these roles; without any, anyone.

    `open_to(*ROLES)` is for whoever is signed in. Raises ValueError for a role that is none.
    """
    if strange := set(roles) - set(ROLES):
        raise ValueError(f"{sorted(strange)}: the roles are {', '.join(ROLES)}")

    def mark(view: View) -> View:
        view.access = frozenset(roles)  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def asks_again(when: Callable[[], bool] = lambda: True) -> Callable[[View], View]:
    """Mark a view before which the password or a second factor is asked for again.

    Not where it was given within five minutes; and only `when` the request is of that kind.
    """

    def mark(view: View) -> View:
        view.asks_again = when  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def without_factor(view: View) -> View:
    """Mark a view that stays open to whoever has to add a second factor before anything else."""
    view.without_factor = True  # type: ignore[attr-defined]  # a mark on the function
    return view


def person() -> Person:
    """The signed-in person of a view that only they reach."""
    found = person_or_none()
    if found is None:
        abort(404)
    return found


def person_or_none() -> Person | None:
    """Who is signed in; where the database is away, no one, so that open pages still work.

    Pages that say why something was refused ask too, so nothing is raised here: `_admit` does.
    """
    if "person" not in g:
        secret = request.cookies.get(COOKIE, "")
        g.person, g.unknown_why = None, None
        try:
            g.person = store().sessions.who(secret) if secret else None
        except Refusal as refusal:
            g.unknown_why = refusal
    return g.person  # type: ignore[no-any-return]  # what `g` holds is ours


def session_left() -> Remaining | None:
    """How long the signed-in person's session lives on without another request."""
    try:
        return store().sessions.remaining(request.cookies.get(COOKIE, ""))
    except Refusal:
        return None


def access_of(endpoint: str) -> frozenset[str] | None:
    """The roles that a view is for; empty for anyone with a token, None where it is not ours."""
    access: frozenset[str] | None = getattr(current_app.view_functions[endpoint], "access", None)
    return access


def let_in(response: BaseResponse, secret: str) -> BaseResponse:
    """Hand the session's secret to the browser; a new session has a new form token."""
    form_session.clear()
    belong(form_session, secret)
    g.pop(RAW_TOKEN, None)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"]) or request.is_secure
    response.set_cookie(COOKIE, secret, secure=secure, httponly=True, samesite="Strict")
    remember_browser(response, secure=secure)
    return response


def let_out(response: BaseResponse) -> BaseResponse:
    """Delete the session's cookie, and have the browser clear what it stored."""
    form_session.clear()
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict")
    plans_in_work.leave(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def again(status: int, *, why: str, path: str | None = None) -> Response:
    """A page with everything typed and one button that sends it again."""
    pairs = carried()
    page = render_template(
        "again.html", why=why, path=path or _address(), pairs=pairs, texts=readable(pairs)
    )
    return Response(page, status)


def is_page(path: str, method: str) -> bool:
    """Whether this is an address of ours, so that no one is sent anywhere else."""
    return bool(_endpoint(path, method))


def is_for(path: str, method: str, roles: Iterable[str]) -> bool:
    """Whether someone with these roles reaches this address; where it is none, there is no bar."""
    endpoint = _endpoint(path, method)
    access = access_of(endpoint) if endpoint else None
    return not access or not access.isdisjoint(roles)


def _address(asked: str = "") -> str:
    """Where this request went, as a browser is sent there: with the prefix that we run under."""
    return request.script_root + (asked or request.path)


def _endpoint(path: str, method: str) -> str:
    """The view at an address of ours; empty for any other address."""
    inside = path.removeprefix(request.script_root)
    if not path.startswith(f"{request.script_root}/") or inside.startswith("//") or "\\" in path:
        return ""
    try:
        adapter = current_app.create_url_adapter(request)
        assert adapter is not None  # noqa: S101 - there is a request
        endpoint, _arguments = adapter.match(inside.partition("?")[0], method=method)
    except HTTPException:
        return ""
    return str(endpoint)


def token_fits() -> bool:
    """Whether the form was handed out by us to this browser."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _admit() -> BaseResponse | None:
    """Let a request through to its view, or answer it here."""
    access = access_of(request.endpoint) if request.endpoint else None
    if access is None:
        return None
    someone = person_or_none()
    if (why := g.get("unknown_why")) is not None:
        raise why
    if access:
        if someone is None:
            note_refusal(NOT_SIGNED_IN)
            return _ask_in()
        if access.isdisjoint(someone.roles):
            note_refusal(ROLE)
            abort(404)
    if request.method in UNSAFE and not token_fits():
        note_refusal(BAD_FORM_TOKEN)
        return again(400, why="expired")
    return _ask_more(someone) if someone and access else None


def _ask_more(someone: Person) -> BaseResponse | None:
    """Have a second factor added where one is required, and ask again where the view says so."""
    view = current_app.view_functions[str(request.endpoint)]
    if not hasattr(view, "without_factor") and lacks_factor(someone):
        if request.method in UNSAFE:
            return again(403, why="factor")
        return redirect(url_for("factors.overview"), 303)
    when: Callable[[], bool] | None = getattr(view, "asks_again", None)
    secret = request.cookies.get(COOKIE, "")
    if when is None or not when() or store().confirming.is_recent(secret):
        return None
    if request.method in UNSAFE:
        return confirmed(someone, secret, _address())
    return confirmed(someone, secret, url_for("factors.confirm"), _address(request.full_path))


def needs_factor(someone: Person) -> bool:
    """Whether this site wants a second factor of this person."""
    wanted = current_app.config.get("SECOND_FACTOR") == REQUIRED
    return wanted and (someone.supervisor or someone.administrator)


def lacks_factor(someone: Person) -> bool:
    """Whether this person has to add a second factor before anything else."""
    return needs_factor(someone) and not store().factors.any(someone.id)


def _ask_in() -> BaseResponse:
    """Ask to sign in, or to make the first account: with the way back, or with what was typed."""
    if request.method not in UNSAFE:
        asked = _address(request.full_path.rstrip("?"))
        return redirect(url_for("entrance.sign_in", next=asked), 303)
    pairs = carried() if _from_here() else []
    path = _address() if _from_here() else ""
    if store().sessions.nobody_yet():
        return Response(start_page(kept=pairs, path=path), 401)
    return Response(sign_in_page(kept=pairs, path=path, ended=True), 401)


def _from_here() -> bool:
    """Whether our own page sent this: what a page elsewhere sent is not carried past a sign-in."""
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else token_fits()
