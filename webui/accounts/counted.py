"""What a sign-in counts: account, name at its address, and address; or the known browser."""

from __future__ import annotations

from webui.accounts.devices import Browser
from webui.accounts.names import name_key
from webui.accounts.throttle import KNOWN, STRANGERS, Counted
from webui.database.account_tables import Account

NOBODYS = Counted("names that nobody has", "seen")
"""Failures under names that nobody has, all together: one line of history for a burst of them."""


def counted_for(
    name: str, found: Account | None, came: Browser, *, known: bool
) -> tuple[Counted, ...]:
    """What a sign-in under this name counts, and first of all what says how often it failed.

    A browser that is known counts for itself alone, so that nobody else can keep it waiting.
    """
    if found is not None and known:
        return (Counted(f"device {came.device} {found.id}", most=KNOWN),)
    key = name_key(name)
    pair = Counted(f"name {key} at {came.place}")
    places = (Counted(f"at {came.place}", "address"),) if came.place else ()
    if found is not None:
        return (Counted(f"account {found.id}", "account", STRANGERS), pair, *places)
    return (NOBODYS, Counted(f"nobody {key}", "name", STRANGERS), pair, *places)
