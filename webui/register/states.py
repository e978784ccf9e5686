"""The life of a kept plan: which move leads where. Whatever is not in this table is refused.

draft -> to_review -> approved (locked) -> draft again, as a new version
            |  `----> acknowledged (a plan that says "stop" is never approved)
            `-> changes_asked -> to_review
Any of them -> withdrawn.
"""

from __future__ import annotations

from webui.database.refusals import WrongState
from webui.words.texts import text

DRAFT, TO_REVIEW, CHANGES_ASKED = "draft", "to_review", "changes_asked"
APPROVED, ACKNOWLEDGED, WITHDRAWN = "approved", "acknowledged", "withdrawn"
STATES = (DRAFT, TO_REVIEW, CHANGES_ASKED, APPROVED, ACKNOWLEDGED, WITHDRAWN)

MOVES: dict[tuple[str, str], str] = {
    (DRAFT, "edit"): DRAFT,
    (CHANGES_ASKED, "edit"): CHANGES_ASKED,
    (DRAFT, "replan"): DRAFT,
    (CHANGES_ASKED, "replan"): CHANGES_ASKED,
    (DRAFT, "submit"): TO_REVIEW,
    (CHANGES_ASKED, "submit"): TO_REVIEW,
    (TO_REVIEW, "take_back"): DRAFT,
    (TO_REVIEW, "approve"): APPROVED,
    (TO_REVIEW, "approve_with_changes"): APPROVED,
    (TO_REVIEW, "ask_for_changes"): CHANGES_ASKED,
    (TO_REVIEW, "escalate"): TO_REVIEW,
    (TO_REVIEW, "acknowledge"): ACKNOWLEDGED,
    (APPROVED, "reopen"): DRAFT,
    (DRAFT, "withdraw"): WITHDRAWN,
    (TO_REVIEW, "withdraw"): WITHDRAWN,
    (CHANGES_ASKED, "withdraw"): WITHDRAWN,
    (APPROVED, "withdraw"): WITHDRAWN,
}
APPROVALS = ("approve", "approve_with_changes")
DECISIONS = (*APPROVALS, "ask_for_changes", "escalate", "acknowledge")


def after(state: str, move: str, *, stop: bool = False) -> str:
    """The state that a move leads to. Raises WrongState, with the reason, where there is none.

    A plan that says "stop" holds no wording: it is acknowledged, never approved or edited.
    """
    allowed = (state, move) in MOVES
    if stop and move in (*APPROVALS, "edit"):
        allowed = False
    if not stop and move == "acknowledge":
        allowed = False
    if not allowed:
        raise WrongState(_why(state, move, stop=stop))
    return MOVES[state, move]


def _why(state: str, move: str, *, stop: bool) -> str:
    """Why a plan cannot make a move, for the person who tried it."""
    if (state, move) in MOVES:
        return text("moved_stopping" if stop else "moved_not_stopping")
    return text(f"decided_{state}" if move in DECISIONS else f"moved_{state}")


def possible(state: str, *, stop: bool = False) -> frozenset[str]:
    """Every move that a plan in this state can make."""
    moves = frozenset(move for at, move in MOVES if at == state)
    return moves - ({*APPROVALS, "edit"} if stop else {"acknowledge"})
