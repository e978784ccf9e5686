"""What happened to an account, as its owner reads it."""

from __future__ import annotations

from markupsafe import Markup

from webui.accounts.failed_before import FAILED
from webui.accounts.happened import Happening
from webui.show.moments import minute
from webui.words.said import ROLES, act
from webui.words.texts import filled, form_for, text, texts

RESTORED = "restored"
"""The detail of what was kept as it was when a backup was put in place of everything."""
MOST_TOLD = 8
"""How many things the notice names; the others are on the page."""


def said(one: Happening) -> Markup:
    """One thing that happened, in a sentence."""
    name = f"happened_{one.action}"
    if one.action == FAILED:
        name = form_for(name, one.times)
    words = texts().get(f"{name}_{one.detail}") if one.detail == RESTORED else None
    words = words or texts().get(name)
    if words is None:
        return filled(act(one.action))
    held = (ROLES[role] for role in one.detail.split() if role in ROLES)
    return filled(
        words,
        at=minute(one.at),
        who=one.who or text("happened_here"),
        whom=one.whom or text("happened_someone"),
        roles=", ".join(held),
        number=one.times if one.action == FAILED else one.detail,
    )
