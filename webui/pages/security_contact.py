"""Whom to tell of a weakness: `/.well-known/security.txt` (RFC 9116), where a site says so.

`SECURITY_CONTACT` names one address or several, with blanks between: `mailto:` or `https:`.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta

from flask import Blueprint, Response, abort, current_app

from planner.errors import PlannerError, printable
from webui.database.base import now

blueprint = Blueprint("security_contact", __name__)
SETTING = "SECURITY_CONTACT"
GOOD_FOR = timedelta(days=180)
"""How long an answer may be relied on; a year at most is advised (RFC 9116, 2.5.5)."""
_MAIL = re.compile(r"mailto:[!-?A-~]+@[A-Za-z0-9.-]+")
_PAGE = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?")


def from_environment() -> list[str]:
    """The addresses that the environment names. Raises PlannerError for one that is none."""
    found = os.environ.get("SECURITY_CONTACT", "").split()
    for one in found:
        if not (_MAIL.fullmatch(one) or _PAGE.fullmatch(one)):
            example = "mailto:security@clinic.example or https://clinic.example/security"
            raise PlannerError(f"{SETTING} has {printable(one)}. Write {example}.")
    return found


@blueprint.get("/.well-known/security.txt")
def told() -> Response:
    """The contacts, and until when this may be relied on; 404 where none are named."""
    contacts = current_app.config.get(SETTING)
    if not contacts:
        abort(404)
    until = (current_app.config.get("CLOCK", now)() + GOOD_FOR).replace(microsecond=0)
    lines = [f"Contact: {one}" for one in contacts]
    lines += [f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
