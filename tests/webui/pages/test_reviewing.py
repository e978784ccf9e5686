"""The pages of a review: comments beside the words, what changed since, one plan after another."""

from __future__ import annotations

from collections.abc import Callable

from tests.webui.support.people import FLAGGED, House
from tests.webui.support.visiting import Visitor, hidden
from webui.register.reviews import Remark
from webui.register.steps import Edit

Visit = Callable[..., Visitor]
TWO_WEEKS = "Two weeks is too long."


def asked(house: House, ref: str) -> None:
    remarks = {"C2": Remark("adjust", "Shorter, please.")}
    house.decide(ref, "ask_for_changes", text=TWO_WEEKS, remarks=remarks)


def of_version(page: str) -> list[tuple[str, str]]:
    return [pair for pair in hidden(page) if pair[0] in {"version", "content_hash"}]


def test_the_comments_stand_beside_the_words_on_the_edit_page(house: House, visit: Visit):
    ref, toni = house.submitted(), visit("Toni")
    asked(house, ref)
    page = toni.get(f"/plans/{ref}/edit").text
    assert TWO_WEEKS in page
    step = page[page.index('id="title-C2"') : page.index('id="words-C2"')]
    assert "Shorter, please." in step
    assert "Adjust" in step


def test_the_second_review_begins_with_what_was_said_and_what_changed(house: House, visit: Visit):
    ref, toni = house.submitted(), house["Toni"]
    asked(house, ref)
    house.keeping.edit(toni, ref, 1, {"C2": Edit(words="I kept you waiting. I am sorry.")})
    house.keeping.submit(toni, ref, 2)
    page = visit("Sam").get(f"/plans/{ref}/review").text
    first = page[: page.index('id="answers-title"')]
    assert "Shorter, please." in first
    assert TWO_WEEKS in first
    assert "<ins>" in first
    assert "<del>" in first


def test_a_second_review_of_the_same_version_says_that_nothing_changed(house: House, visit: Visit):
    ref = house.submitted()
    asked(house, ref)
    house.keeping.submit(house["Toni"], ref, 1)
    page = visit("Sam").get(f"/plans/{ref}/review").text
    assert "No step has changed since" in page


def test_send_and_next_opens_the_next_plan_and_then_says_that_it_was_the_last(
    house: House, visit: Visit
):
    first = house.submitted(observation=FLAGGED, case="K-1")
    second, sam = house.submitted(case="K-2"), visit("Sam")
    at = f"/plans/{first}/review"
    sent = [*of_version(sam.get(at).text), ("kind", "approve"), ("next", "yes")]
    done = sam.post(at, sent)
    assert done.headers["Location"] == f"/plans/{second}/review"
    assert "Approved" in sam.get(done.headers["Location"]).text
    at = f"/plans/{second}/review"
    sent = [*of_version(sam.get(at).text), ("kind", "approve"), ("next", "yes")]
    done = sam.post(at, sent)
    assert done.headers["Location"] == "/queue"
    assert "Nothing else waits for you" in sam.get("/queue").text


def test_each_decision_is_confirmed_with_what_happens_next(house: House, visit: Visit):
    sam = visit("Sam")
    for kind, said in (
        ("approve", "Toni can use it now"),
        ("ask_for_changes", "goes back to Toni"),
        ("escalate", "stays in the queue"),
    ):
        ref = house.submitted(case=kind)
        at = f"/plans/{ref}/review"
        sam.post(at, [*of_version(sam.get(at).text), ("kind", kind), ("text", "Because.")])
        assert said in sam.get("/queue").text


def test_a_draft_of_a_review_is_confirmed(house: House, visit: Visit):
    ref, sam = house.submitted(), visit("Sam")
    at = f"/plans/{ref}/review"
    sam.post(at, [*of_version(sam.get(at).text), ("comment-C2", "Half"), ("later", "yes")])
    assert "Nothing was sent" in sam.get("/queue").text


def test_every_move_of_the_owner_is_confirmed(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    for move, version, said in (
        ("submit", 1, "Handed in to Sam and Sue"),
        ("take_back", 1, "It is a draft again"),
    ):
        toni.post(f"/plans/{ref}/{move.replace('_', '-')}", {"version": str(version)})
        assert said in toni.get(f"/plans/{ref}").text
    toni.post(f"/plans/{ref}/edit", {"version": "1", "words-C2": "I was late."})
    assert "Saved as version 2" in toni.get(f"/plans/{ref}").text
    toni.post(f"/plans/{ref}/submit", {"version": "2"})
    house.decide(ref)
    toni.get(f"/plans/{ref}")
    toni.post(f"/plans/{ref}/reopen", {"version": "2"})
    assert "The approved version stays readable" in toni.get(f"/plans/{ref}").text
    toni.post(f"/plans/{ref}/withdraw", {"version": "3", "sure": "yes"})
    assert "can no longer be used" in toni.get(f"/plans/{ref}").text


def test_the_short_words_that_are_approved_stand_beside_the_whole_ones(house: House, visit: Visit):
    ref = house.submitted()
    step = house.keeping.open(house["Toni"], ref).content.steps[0]
    page = visit("Sam").get(f"/plans/{ref}/review").text
    before = page[: page.index(f'id="short-{step.key}"')]
    assert step.short in before.replace("&#39;", "'")
    assert step.line in before
