"""`repair-planner fhir`: the vocabulary, an answered form and a plan as FHIR R4 resources."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from planner.cli.terminal import (
    PROGRAM,
    REFUSED,
    Commands,
    add_output,
    add_rules,
    put_json,
    refuse_same,
)

_RESPONSE = "a QuestionnaireResponse, JSON"
_ANY = "a plan or an observation, JSON"


def add_command(commands: Commands) -> None:
    """Add `fhir` and its parts to the command line."""
    command = commands.add_parser(
        "fhir",
        help="the form, its answers and plans as FHIR R4",
        description="Give the form, read its answers, and give plans as FHIR R4 resources.",
        epilog=f"Example: {PROGRAM} fhir questionnaire -o form.json",
    )
    parts = command.add_subparsers(title="parts", metavar="PART", required=True)
    asked = parts.add_parser("questionnaire", help="the vocabulary as a Questionnaire")
    codes = parts.add_parser("codesystems", help="what every code means, as CodeSystems")
    read = parts.add_parser("observation", help="a QuestionnaireResponse read into an observation")
    read.add_argument("file", metavar="FILE", help=f"{_RESPONSE}; - is standard input")
    planned = parts.add_parser(
        "careplan", help="a plan (or an observation) as CarePlan and Provenance"
    )
    _add_care_plan(planned)
    runs = (_questionnaire, _code_systems, _observation, _care_plan)
    for part, run in zip((asked, codes, read, planned), runs, strict=True):
        part.add_argument("--base", metavar="URL", help="what our canonical addresses begin with")
        add_output(part)
        add_rules(part)
        part.set_defaults(run=run)


def _add_care_plan(planned: argparse.ArgumentParser) -> None:
    """Add what only a CarePlan is asked with."""
    planned.add_argument(
        "file",
        metavar="FILE",
        help="a plan, an observation or a QuestionnaireResponse; - is standard input",
    )
    planned.add_argument("--subject", metavar="REF", help="whom it is about, such as Patient/12")
    planned.add_argument(
        "--response",
        metavar="REF",
        help="the response it was made from, such as QuestionnaireResponse/7",
    )
    planned.add_argument(
        "--recorded", metavar="MOMENT", help="when, with its zone; now if left out"
    )


def _questionnaire(chosen: argparse.Namespace) -> int:
    """Print the Questionnaire."""
    from planner.interop.fhir import questionnaire

    return _written(chosen, lambda base: questionnaire(_planner(chosen).rulebook, base=base))


def _code_systems(chosen: argparse.Namespace) -> int:
    """Print the CodeSystems."""
    from planner.interop.fhir import code_systems

    return _written(chosen, lambda base: code_systems(_planner(chosen).rulebook, base=base))


def _observation(chosen: argparse.Namespace) -> int:
    """Print the observation that a response tells; notes go to standard error."""
    from planner.contract.json_text import parsed
    from planner.errors import ObservationError
    from planner.interop.fhir import observation_of
    from planner.reading.observation_file import bytes_of

    data, problems = parsed(bytes_of(chosen.file, _RESPONSE))
    if problems:
        raise ObservationError(problems)

    def read(base: str) -> Mapping[str, Any]:
        told = observation_of(data, _planner(chosen).rulebook, base=base)
        _note(told.notes)
        return told.observation

    return _written(chosen, read)


def _care_plan(chosen: argparse.Namespace) -> int:
    """Print the CarePlan and its Provenance as a Bundle."""
    from planner.interop.fhir import bundle

    def made(base: str) -> Mapping[str, Any]:
        given = _given(chosen, base)
        return bundle(
            given.plan,
            base=base,
            recorded=_now() if chosen.recorded is None else chosen.recorded,
            subject=given.subject if chosen.subject is None else chosen.subject,
            response=given.response if chosen.response is None else chosen.response,
        )

    return _written(chosen, made)


class _Given(NamedTuple):
    """A plan, and what a response said of whom it is about and what it is called."""

    plan: Any
    subject: Mapping[str, Any] | None = None
    response: str | None = None


def _given(chosen: argparse.Namespace, base: str) -> _Given:
    """The plan that a file has, or that is made of what it has."""
    from planner.contract.json_text import parsed
    from planner.errors import ObservationError
    from planner.interop.fhir import observation_of, reference_of, subject_of
    from planner.reading.observation_file import bytes_of, is_json, observation_in

    text = bytes_of(chosen.file, _ANY)
    if not is_json(text, chosen.file):
        return _Given(_planner(chosen).plan(observation_in(text, chosen.file)))
    data, problems = parsed(text)
    if problems:
        raise ObservationError(problems)
    if isinstance(data, Mapping) and "disposition" in data:
        return _Given(data)
    if isinstance(data, Mapping) and "resourceType" in data:
        planner = _planner(chosen)
        read = observation_of(data, planner.rulebook, base=base)
        _note(read.notes)
        plan = planner.plan(read.observation)
        return _Given(plan, subject_of(data), reference_of(data))
    return _Given(_planner(chosen).plan(observation_in(text, chosen.file)))


def _written(chosen: argparse.Namespace, make: Callable[[str], Mapping[str, Any]]) -> int:
    """Make what was asked for and write it; say what is wrong with an option or a plan."""
    from planner.interop.fhir import DEFAULT_BASE

    if "file" in chosen:
        refuse_same(chosen.file, chosen.output, "this is what is read. Name another file.")
    try:
        made = make(DEFAULT_BASE if chosen.base is None else chosen.base)
    except ValueError as error:  # an address, a reference, a moment or a plan that is none
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return REFUSED
    put_json(made, chosen.output)
    return 0


def _planner(chosen: argparse.Namespace) -> Any:
    """The planner of the rules that were chosen."""
    from planner.chosen_rules import chosen_planner

    return chosen_planner(chosen.rules)


def _note(notes: tuple[str, ...]) -> None:
    """Say how something was read, where it does not mix with what is printed."""
    for note in notes:
        print(f"{PROGRAM}: {note}", file=sys.stderr)


def _now() -> str:
    """The present moment as a FHIR instant."""
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")
