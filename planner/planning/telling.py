"""How a question of a plan is worded: whole, and in the few words of the brief.

Everything that it says comes from the vocabulary and from the summary's sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from planner.contract.facts import Fact
from planner.contract.fields import FIELDS
from planner.plan.brief import Check
from planner.plan.parts import Question
from planner.rulebook.counting import BRIEF, QUESTION, fitting, words_in
from planner.rulebook.rulebook import WHENS, Rule, Rulebook

EFFECT = 11
"""Words of what an answer moves."""

Change = tuple[str, str, str]
"""An item (or "" for the disposition), where it stands now, and where it would stand."""

Fields = tuple[str, ...]
"""A field that is asked about, or two that are asked together."""

_DISPOSITIONS = {"stop": "stop", "review_first": "review", "proceed": "proceed"}


class Asked(NamedTuple):
    """A question of the plan, and the same in the few words of the brief."""

    question: Question
    check: Check


class Telling:
    """Words questions by one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._words: Mapping[str, Any] = rulebook.vocabulary["fields"]  # type: ignore[assignment]  # read as such
        self._summary = rulebook.summary

    def contradictions(self, rules: Iterable[Rule], facts: Mapping[str, Fact]) -> dict[str, Asked]:
        """For each field the question about answers that disagree; several are asked as one.

        A field that is not known at all is asked because another answer hints at it.
        """
        told: dict[str, Asked] = {}
        for rule in rules:
            hint = facts[rule.object] == FIELDS[rule.object].unknown
            told[rule.object] = self._contradiction(rule, told.get(rule.object), hint=hint)
        return told

    def _contradiction(self, rule: Rule, before: Asked | None, *, hint: bool) -> Asked:
        """A question about answers that disagree; the brief has the first of them."""
        field, text = rule.object, rule.text or ""
        if before:
            text = f"{before.question.text} {text}"
        would_change = self._summary["question_hint" if hint else "question_contradiction"]
        question = Question(field, text, would_change)
        if before:
            return Asked(question, before.check)
        brief = next(iter(fitting((rule.brief, rule.text or ""), BRIEF["ask"])), "") or self._brief(
            field
        )
        effect = self._summary["check_hint" if hint else "check_contradiction"]
        return Asked(question, Check((field,), brief, effect))

    def question(
        self, fields: Fields, values: tuple[Fact, ...], changes: tuple[Change, ...]
    ) -> Asked:
        """A question about one field, or about two together, with the change in one sentence."""
        moved = ", ".join(map(self.move, changes))
        text = " ".join(self._words[field]["question"] for field in fields)
        if any(isinstance(value, frozenset) for value in values):
            would = self._summary["question_list"].format(changes=moved)
        else:
            answers = zip(fields, values, strict=True)
            answer = f" {self._summary['question_and']} ".join(
                self._answer(*one) for one in answers
            )
            would = self._summary["question_pattern"].format(answer=answer, changes=moved)
        check = Check(fields, " ".join(map(self._brief, fields)), self._effect(changes))
        return Asked(Question(fields[0], text, would, fields=fields), check)

    def _brief(self, field: str) -> str:
        """A field's question in few words; its name, where nobody has written it so."""
        words = self._words.get(field, {})
        written = (words.get("brief", ""), words.get("question", ""), self._named(field))
        return next(one for one in written if 0 < words_in(one) <= QUESTION)

    @staticmethod
    def _named(field: str) -> str:
        """A field's name as a question."""
        return f"{field.rpartition('.')[2].replace('_', ' ')}?"

    def _effect(self, changes: tuple[Change, ...]) -> str:
        """What an answer moves, in few words: the weightiest changes that fit, each whole."""
        told = (self._moved(change) for change in changes if change[2] or not change[0])
        return "; ".join(fitting(told, EFFECT))

    def _moved(self, change: Change) -> str:
        """One change in few words."""
        item, _, after = change
        if not item:
            return self._summary[f"check_{_DISPOSITIONS[after]}"]
        where = self._summary[f"was_{after}"] if after != "gone" else self._summary["check_gone"]
        return f"{item} {where}"

    def _answer(self, field: str, value: Fact) -> str:
        """An answer as the form words it."""
        label: str = self._words[field]["options"][value]["label"]
        return f"“{label}”"

    def move(self, change: Change) -> str:
        """One change as a phrase, from the rulebook's templates."""
        item, before, after = change
        if not item:
            return self._summary[f"question_{_DISPOSITIONS[after]}"]
        names = {"before": self._stood(before) if before else "", "item": item}
        if after in ("held", "barred", "gone"):
            return self._summary[f"question_{after}"].format(**names)
        if before in WHENS:
            return self._summary["question_moved"].format(after=self._stood(after), **names)
        key = "question_step" if before else "question_new"
        return self._summary[key].format(when=self._summary[f"stands_{after}"], **names)

    def _stood(self, where: str) -> str:
        """Where an item stands, as words that follow "from" and "to"."""
        return self._summary[f"was_{where}"]
