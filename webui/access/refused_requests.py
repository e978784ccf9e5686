"""One line in the log for each request that is refused: who, what, and from where.

It names the view and not the address, and the person by number: no line holds a plan's reference,
a name, a secret or anything that was typed.
"""

from __future__ import annotations

import logging

from flask import g, has_request_context, request

LOGGER = logging.getLogger("repair_planner.refused")
NOT_SIGNED_IN = "not_signed_in"
ROLE = "role"
NOT_THEIRS = "not_theirs"
BAD_FORM_TOKEN = "bad_form_token"  # noqa: S105 - the kind of a refusal
BAD_SIGN_IN = "bad_sign_in"
BAD_PASSWORD = "bad_password"  # noqa: S105 - the kind of a refusal
BAD_LINK = "bad_link"
BAD_KEY = "bad_key"
KEY_SCOPE = "key_scope"
TOO_MANY = "too_many"


def note_refusal(kind: str, person: int | None = None) -> None:
    """Write down that this request was refused; without a `person`, whoever is signed in.

    The record carries `kind`, `person`, `endpoint`, `method` and `remote`, for who formats it.
    """
    if not has_request_context():
        return
    someone = getattr(g, "person", None)
    told = {
        "kind": kind,
        "person": person if person is not None else getattr(someone, "id", None),
        "endpoint": request.endpoint or "",
        "method": request.method,
        "remote": request.remote_addr or "",
    }
    LOGGER.warning(
        "Refused (%(kind)s): %(method)s %(endpoint)s, person %(person)s, from %(remote)s",
        told,
        extra=told,
    )
