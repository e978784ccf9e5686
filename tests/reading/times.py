"""When things happened, whether what is put off can still happen, and what a message holds."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reading.checking import check, has, saying
from tests.reading.seen import Line, Seen, words_in

NEXT = (
    r"next (time|session)|sessions? to come|future session|another session|a later session"
    r"|last session|meet again"
)
LEFT = r"session\b.*\b(left|remains?)\b|\b(left|remains?)\b.*\bsession|last session"
SHORT = 45


def _future(seen: Seen) -> Iterator[Line]:
    for step in seen.steps:
        if step["when"] == "future_session":
            yield Line(f"{step['item']}.when", f"{step['item']} in a future session")


@check("A time is said that the case does not give: today, last time, a while ago.")
def time_that_is_not_known(seen: Seen) -> Iterator[Line]:
    times = {seen.known("happened"), *(seen.of(kind, "happened") for kind in seen.ruptures)}
    # The contract counts from the next session alone: a message or a call may be the same day's.
    if "this_session" in times and seen.known("next_contact") == "next_session":
        times = times - {"this_session"} | {"last_session"}
    said = {
        "this_session": r"\b(was|were|did|started|late|happened|us|missed) today\b",
        "last_session": r"\blast (time|session)\b",
        "longer_ago": r"\ba while ago\b",
    }
    for time, pattern in said.items():
        if time not in times:
            yield from saying(seen.spoken, pattern)


@check("A future session while the work ends, without saying that one must be left.")
def future_session_while_ending(seen: Seen) -> Iterator[Line]:
    left = seen.known("sessions_left")
    ending = seen.known("phase") == "ending" and left not in ("one", "several")
    for line in _future(seen) if ending or left == "none" else ():
        if left == "none" or not has(seen.cautions_of(line.item), LEFT):
            yield line


@check("Something is put off to a session that will not come: the client leaves or has left.")
def put_off_past_the_end(seen: Seen) -> Iterator[Line]:
    if seen.known("leaving") not in ("announced", "left"):
        return
    yield from _future(seen)
    if not seen.agreed:
        held = [Line(f"{one['item']}.until", one["until"]) for one in seen.held]
        yield from saying((*held, *seen.advice, *seen.spoken), NEXT)


@check("More than one short step in a message, or a question in it.")
def more_than_a_message(seen: Seen) -> Iterator[Line]:
    if seen.known("next_contact") != "message":
        return
    for step in seen.steps[1:]:
        yield Line(f"{step['item']}.when", f"{step['item']} beside {seen.steps[0]['item']}")
    for step in seen.steps[:1]:
        if step["when"] != "now" or step["item"] not in ("C1", "C2", "C3"):
            yield Line(f"{step['item']}.when", f"{step['item']} {step['when']}")
    yield from saying(seen.spoken, r"\?")
    yield from (line for line in seen.spoken if words_in(line.text) > SHORT)


@check("A stopped plan says more than whom to consult.")
def words_in_a_stopped_plan(seen: Seen) -> Iterator[Line]:
    if seen.stopped:
        yield from seen.spoken
        filled = [name for name, told in seen.brief.items() if told and name != "consult"]
        yield from (Line(f"brief.{name}", str(seen.brief[name])) for name in filled)


@check("Words are ready for an item that waits for more than the client, or without their cue.")
def ready_for_more_than_the_client(seen: Seen) -> Iterator[Line]:
    for one in seen.held:
        ready = one.get("ready")
        if ready and (one.get("waits_for") != "client" or not ready.get("cue") or seen.stopped):
            yield Line(f"{one['item']}.ready", ready.get("short") or "")
