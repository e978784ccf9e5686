"""What a browser keeps of its session, and how the session is found again by it.

The database holds a mark of the secret that nobody can make who has not the key outside it. The
secret begins with whose session it is and whether it is whole: so whoever writes in the database
can neither make a session nor give one to another account, nor spare one its second factor.
"""

from __future__ import annotations

import hmac

from sqlalchemy.orm import Session

from webui.accounts.tokens import new_secret
from webui.database.account_tables import SignIn
from webui.database.audit.binding import keys_of
from webui.database.sealed.keys import SESSIONS


def drawn(account: int, *, half: bool) -> str:
    """The secret of a new session; of half a one, where the second factor is still to come."""
    return _beginning(account, half=half) + new_secret()


def marked(session: Session, secret: str) -> str:
    """What the database holds of a secret. Raises NoKey."""
    said = secret.encode("utf-8", "surrogatepass")
    return hmac.digest(keys_of(session).current.of(SESSIONS), said, "sha256").hex()


def found(session: Session, secret: str, *, lock: bool = False) -> SignIn | None:
    """The session of this secret, alive or not; None where there is none."""
    row = session.get(SignIn, marked(session, secret), with_for_update=lock or None)
    if row is None or not secret.startswith(_beginning(row.account_id, half=row.half)):
        return None
    return row


def _beginning(account: int, *, half: bool) -> str:
    return f"{'half-' if half else ''}{account}-"
