"""What a kept plan is called, how old it is, whether a search finds it: all without its steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from webui.database.tables import KeptPlan
from webui.words.texts import counted, text
from webui.words.vocabulary import Vocabulary


def kinds_of(kept: KeptPlan, words: Vocabulary) -> str:
    """What was noticed, as lists say it; a stop may stand without anything noticed."""
    if not kept.opens:
        return ""
    return "; ".join(words.brief("kind", one) for one in kept.kinds.split())


def name_of(kept: KeptPlan, words: Vocabulary, at: datetime, opening: str = "") -> str:
    """What a plan is called: by its case code, else by what tells it from others without one.

    That is what was noticed, how old it is, and the `opening`: how it begins. One whose code cannot
    be opened says so.
    """
    if not kept.opens:
        return text("kept_not_opened", age=age_of(kept.made_at, at))
    if kept.case_code:
        if kept.session_number is None:
            return kept.case_code
        return text("kept_code_session", code=kept.case_code, session=kept.session_number)
    kinds = kinds_of(kept, words) or text("kept_stop_name")
    how = {"kinds": kinds, "age": age_of(kept.made_at, at)}
    if not opening:
        return text("kept_without_code", **how)
    return text("kept_without_code_words", **how, words=opening)


def age_of(moment: datetime, at: datetime) -> str:
    """How long ago something was, in whole days."""
    days = (at.date() - moment.date()).days
    return counted("age_days", days) if days > 0 else text("age_today")


def found_by(kept: KeptPlan, asked: str, words: Vocabulary, opening: str) -> bool:
    """Whether each word of a search stands in the code, in what was noticed or in the beginning."""
    if not kept.opens:
        return False
    told = (kept.case_code or "", kinds_of(kept, words), opening, kept.owner.name)
    whole = " ".join(told).casefold()
    return all(word in whole for word in asked.casefold().split())


def together(names: Sequence[str]) -> str:
    """Several names as one phrase."""
    if len(names) < 2:
        return "".join(names)
    return text("kept_and", some=", ".join(names[:-1]), last=names[-1])
