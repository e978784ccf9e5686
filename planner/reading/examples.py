"""What a line of a rule file looks like: an example for every word that a shape knows."""

from __future__ import annotations

from planner.contract.fields import Field

_LINES = {
    "add": 'add: ["The name and number of the service"]',
    "after": "after: D3",
    "always": "always: {barred: D3}",
    "any": "any: [{lateness.who: therapist}, {deflection.response: joke}]",
    "at": "at: later_this_session",
    "before": "before: See that nobody else can hear you.",
    "because": "because: The reason in one sentence of twenty letters or more.",
    "brief": "brief: bond not known",
    "brief_when": "brief_when: {plan.D3: step}",
    "caution": "caution: C2",
    "codes": "codes: {my_code: {text: …, source: handout C1}}",
    "contacts": 'contacts: ["The name and number of the service"]',
    "cue": "cue: a kind word is let stand",
    "expect": "expect: {steps: [C2 now]}",
    "families": "families: {C2: [explaining, caretaking]}",
    "family": "family: explaining",
    "field": "field: context.phase",
    "find": "find: therapist_has_a_part",
    "first_actions": 'first_actions: ["What to do first"]',
    "fits": "fits: [lateness.own-it]",
    "follows": "follows: C2",
    "for": "for: [C2]",
    "formerly": "formerly: [lateness.own-it-once]",
    "has": 'has: ["words that are said"]',
    "id": "id: lateness.own-it",
    "in": "in: [early, middle]",
    "items": "items: {C1: {…}}",
    "lacks": 'lacks: ["words that are not said"]',
    "leads": "leads: {self_harm: {…}}",
    "line": "line: [{id: c2.line.own, say: own your part, because: …}]",
    "locators": "locators: {'1.02': what stands there}",
    "meaning": "meaning: What is true of each answer in the set.",
    "name": "name: clinic",
    "never": "never: {step: D2, at: now}",
    "observation": "observation: {ruptures: […], safety: {flags: {}}}",
    "of": "of: context.phase",
    "otherwise": "otherwise: what is said of every other answer",
    "out": "out: [late, ending, unknown]",
    "part": "part: question",
    "practice": "practice: yes",
    "parts": "parts: [{part: question, variants: […]}]",
    "record": 'record: ["What to write down"]',
    "replace": 'replace: ["The name and number of the service"]',
    "rules": "rules: [{id: …}]",
    "scenario": "scenario: The case in one sentence",
    "scripts": 'scripts: ["What stands between quotation marks"]',
    "section": "section: C",
    "sections": "sections: {C: The heading}",
    "sentence": "sentence: What the conditions come to, in one sentence.",
    "short": "short: [{id: c2.short.own, say: …, because: …}]",
    "slots": "slots: {what_happened: {field: …, values: {…}, otherwise: …}}",
    "source": "source: handout C1",
    "status": "status: verified",
    "strength": "strength: expert opinion",
    "supplies": "supplies: yes",
    "summary": "summary: {proceed: …}",
    "until": "until: what has to be so first",
    "values": "values: {early: what is said of it}",
    "variants": "variants: [{id: …, say: …, because: …}]",
    "version": 'version: "1.0"',
    "waits_for": "waits_for: client",
    "when": "when: {context.phase: early}",
    "words": "words: {C2: {has: …}}",
}


def example_of(word: str) -> str:
    """A line that begins with this word, as it may stand in a rule file."""
    return _LINES.get(word, f"{word}: …")


def example_asked(field: Field) -> str:
    """A line of a `when` that asks something of this field."""
    if field.kind == "number":
        return f"{field.name}: {{at_least: 2, at_most: 5}}"
    return f"{field.name}: {field.values[0]}"
