"""Browsers in which a person signed in before, so that nobody else's failures keep them out.

Each holds a secret in a cookie of its own; its hash is stored for every account that signed in
there (OWASP's device cookies). It opens nothing by itself, and is a new one after each sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webui.accounts.throttle import SKEW
from webui.accounts.tokens import mark
from webui.database.account_tables import Device

KNOWN_FOR = timedelta(days=180)
MOST = 20
"""Browsers that an account knows at most; the one that came longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request came from: its address, what it keeps, and what it will keep after sign-in.

    `earlier` is the secret of the session that this browser has; a sign-in ends it.
    """

    address: str = ""
    device: str = ""
    next_device: str = ""
    earlier: str = ""

    @property
    def place(self) -> str:
        """The address as it is counted: one of IPv6 for its /64, which is one household's."""
        try:
            long = IPv6Address(self.address.partition("%")[0])
        except AddressValueError:
            return self.address
        short: IPv4Address | None = long.ipv4_mapped
        return str(short or IPv6Network((int(long), 64), strict=False).network_address)


UNKNOWN = Browser()
"""Where nothing is known of the browser, as for a command on the machine itself."""


def is_known(session: Session, browser: Browser, account: int, at: datetime) -> bool:
    """Whether this person signed in before in this browser."""
    if not browser.device:
        return False
    row = session.get(Device, (mark(browser.device), account))
    return row is not None and at - KNOWN_FOR < row.seen_at <= at + SKEW


def remember(session: Session, browser: Browser, account: int, at: datetime) -> None:
    """Know this browser from now on by its next secret, for whoever it was known for before."""
    if not browser.next_device:
        return
    after = mark(browser.next_device)
    if browser.device:
        before = mark(browser.device)
        session.execute(update(Device).where(Device.id_hash == before).values(id_hash=after))
    row = session.get(Device, (after, account), populate_existing=True)
    if row is None:
        row = Device(id_hash=after, account_id=account, seen_at=at)
        session.add(row)
    row.seen_at = at
    session.flush()
    _sweep(session, account, at)


def forget_all(session: Session, account: int) -> None:
    """Know no browser of this account any more."""
    session.execute(delete(Device).where(Device.account_id == account))


def forget(session: Session, browser: Browser, account: int) -> None:
    """Know this browser no more for this account."""
    known = (Device.id_hash == mark(browser.device), Device.account_id == account)
    session.execute(delete(Device).where(*known))


def _sweep(session: Session, account: int, at: datetime) -> None:
    old = (Device.seen_at <= at - KNOWN_FOR) | (Device.seen_at > at + SKEW)
    session.execute(delete(Device).where(Device.account_id == account, old))
    newest = select(Device).where(Device.account_id == account).order_by(Device.seen_at.desc())
    for row in session.scalars(newest.offset(MOST)):
        session.delete(row)
