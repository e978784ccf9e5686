"""Codes of the database in words: mappings whose texts are looked up when they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from webui.words.texts import text


class Said(Mapping[str, str]):
    """Each code with the text that stands for it in `rules/pages/`; an empty name is no words."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """Keep the name of the text of each code, in the order in which they are listed."""
        self._names = dict(names)

    def __getitem__(self, code: str) -> str:
        """The words for a code, in the running application's texts. Raises KeyError."""
        name = self._names[code]
        return text(name) if name else ""

    def __iter__(self) -> Iterator[str]:
        """The codes, in their order."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many codes there are."""
        return len(self._names)


ROLES = Said(
    {
        "therapist": "role_therapist",
        "supervisor": "role_supervisor",
        "administrator": "role_administrator",
    }
)
PLACES = Said(
    {
        "now": "where_now",
        "later_this_session": "where_later_this_session",
        "future_session": "where_future_session",
        "held": "where_held",
        "removed": "where_removed",
    }
)
STATES = Said(
    {
        "draft": "state_draft",
        "to_review": "state_to_review",
        "changes_asked": "state_changes_asked",
        "approved": "state_approved",
        "acknowledged": "state_acknowledged",
        "withdrawn": "state_withdrawn",
    }
)
DECISIONS = Said(
    {
        "approve": "decision_approve",
        "approve_with_changes": "decision_approve_with_changes",
        "ask_for_changes": "decision_ask_for_changes",
        "escalate": "decision_escalate",
        "acknowledge": "decision_acknowledge",
    }
)
MADE = Said(
    {
        "made": "made_made",
        "edited": "made_edited",
        "replanned": "made_replanned",
        "reopened": "made_reopened",
        "reviewed": "made_reviewed",
        "notes_changed": "made_notes_changed",
    }
)
TAGS = Said(
    {
        "agree": "tag_agree",
        "adjust": "tag_adjust",
        "unsafe": "tag_unsafe",
        "question": "tag_question",
    }
)
SCOPES = Said(
    {
        "plans:read": "scope_plans_read",
        "plans:write": "scope_plans_write",
        "plans:submit": "scope_plans_submit",
    }
)
TRIED = Said({"yes": "tried_yes", "partly": "tried_partly", "no": "tried_no"})
LANDED = Said(
    {
        "eased": "landed_eased",
        "unchanged": "landed_unchanged",
        "harder": "landed_harder",
        "unclear": "landed_unclear",
    }
)
ACTS = Said(
    {
        "kept": "act_kept",
        "edited": "act_edited",
        "replanned": "act_replanned",
        "reopened": "act_reopened",
        "reviewed": "act_reviewed",
        "submitted": "act_submitted",
        "taken_back": "act_taken_back",
        "withdrawn": "act_withdrawn",
        "notes_changed": "made_notes_changed",
        "review_draft": "act_review_draft",
        "approve": "decision_approve",
        "approve_with_changes": "decision_approve_with_changes",
        "ask_for_changes": "decision_ask_for_changes",
        "escalate": "decision_escalate",
        "acknowledge": "decision_acknowledge",
        "outcome": "act_outcome",
        "exported": "act_exported",
        "retention": "act_retention",
        "erased": "act_erased",
        "read": "act_read",
        "changed": "act_changed",
    }
)
"""What the history records of a plan. An act without words is told by its code."""


def act(code: str) -> str:
    """What was done, in words; a code that has none yet is made readable."""
    return ACTS.get(code) or code.replace("_", " ").capitalize()
