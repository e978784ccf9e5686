"""The pages of a kept plan, from the form to the outcome, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.webui.support.people import LATE as OBSERVED
from tests.webui.support.people import STOP, House
from tests.webui.support.sending import LATE
from tests.webui.support.visiting import Visitor, hidden

Visit = Callable[..., Visitor]


def test_a_plan_is_kept_edited_handed_in_changed_approved_used_and_told(visit: Visit):
    toni, sam = visit("Toni"), visit("Sam")
    kept = toni.post("/plans", [*LATE, ("case", "K-7"), ("session", "4")])
    assert kept.status_code == 303
    path = kept.headers["Location"]
    ref = path.rpartition("/")[2]
    assert "K-7, session 4" in toni.get("/plans").text
    words = "I kept you waiting, and I am sorry."
    saved = toni.post(f"{path}/edit", {"version": 1, "words-C2": words, "where-C2": "now"})
    assert saved.status_code == 303, saved.text
    assert words in toni.get(path).text
    assert "<ins>" in toni.get(f"{path}/versions/1/2").text
    toni.post(f"{path}/submit", {"version": 2})
    assert ref in sam.get("/queue").text
    page = sam.get(f"{path}/review").text
    sent = [*of_version(page), ("kind", "ask_for_changes"), ("comment-C2", "Shorter, please.")]
    assert sam.post(f"{path}/review", sent).status_code == 303
    assert "Shorter, please." in toni.get(path).text
    toni.post(f"{path}/edit", {"version": 2, "words-C2": "I was late."})
    toni.post(f"{path}/submit", {"version": 3})
    sent = [*of_version(sam.get(f"{path}/review").text), ("kind", "approve"), ("text", "Good.")]
    assert sam.post(f"{path}/review", sent).status_code == 303
    assert "I was late." in toni.get(f"{path}/room").text
    assert "Approved by Sam" in toni.get(f"{path}/sheet").text
    told = {"tried": "partly", "resolved": "4", "response": "She smiled.", "srs": "36.5"}
    assert toni.post(f"{path}/outcome", told).status_code == 303
    assert "She smiled." in toni.get(path).text
    assert "36.5" in sam.get(path).text
    assert "Resolved" not in sam.get("/trends").text
    assert "outcome" in toni.get(f"{path}/history").text.lower()
    assert "n = 1" in toni.get("/trends").text


def of_version(page: str) -> list[tuple[str, str]]:
    return [pair for pair in hidden(page) if pair[0] in {"version", "content_hash"}]


def test_double_submit_back_and_reload_keep_one_plan(visit: Visit):
    toni = visit("Toni")
    addresses = {toni.post("/plans", LATE).headers["Location"] for _ in range(3)}
    assert len(addresses) == 1


def test_without_an_account_a_plan_is_made_but_not_kept(visit: Visit):
    visitor = visit()
    assert visitor.post("/plan", LATE).status_code == 303
    asked = visitor.post("/plans", LATE)
    assert asked.status_code == 401
    assert "Everything you typed is still here" in asked.text


def test_typed_text_survives_an_ended_session(house: House, visit: Visit):
    toni = visit("Toni")
    ref = house.kept()
    typed = {"version": "1", "words-C2": "Dear <b>you</b>, I was late & sorry."}
    house.clock.forward(minutes=16)
    asked = toni.post(f"/plans/{ref}/edit", typed)
    assert asked.status_code == 401
    assert "Dear &lt;b&gt;you" in asked.text
    fields = [pair for pair in hidden(asked.text) if pair[0] != "csrf_token"]
    wrong = toni.post("/sign-in", [*fields, ("name", "Toni"), ("password", "not this one")])
    fields = [pair for pair in hidden(wrong.text) if pair[0] != "csrf_token"]
    back = toni.post(
        "/sign-in", [*fields, ("name", "toni"), ("password", "a bowl mended with gold")]
    )
    assert back.status_code == 200
    action = re.search(r'<form method="post" action="([^"]+)" class="rp-actions"', back.text)
    assert action
    done = toni.client.post(action[1], data=dict(hidden(back.text)))
    assert done.status_code == 303
    assert house.keeping.open(house["Toni"], ref).content.steps[0].words == typed["words-C2"]


def test_typed_text_survives_an_expired_token(house: House, visit: Visit):
    toni = visit("Toni")
    ref = house.kept()
    typed = {"version": "1", "words-C2": "Still here, word by word.", "csrf_token": "old"}
    asked = toni.client.post(f"/plans/{ref}/edit", data=typed)
    assert asked.status_code == 400
    assert "Still here, word by word." in asked.text
    assert toni.client.post(f"/plans/{ref}/edit", data=dict(hidden(asked.text))).status_code == 303
    assert house.keeping.open(house["Toni"], ref).kept.version == 2


def test_typed_text_survives_a_mistake_and_each_error_has_its_place(house: House, visit: Visit):
    toni, ref = visit("Toni"), house.kept()
    typed = {"version": "1", "where-C2": "removed", "words-C2": "My own words"}
    page = toni.post(f"/plans/{ref}/edit", typed)
    assert page.status_code == 422
    assert "My own words" in page.text
    for target in re.findall(r'href="#(reason-[^"]+)"', page.text):
        assert f'id="{target}"' in page.text
    assert 'href="#reason-C2"' in page.text


def test_the_slower_of_two_supervisors_keeps_their_text(house: House, visit: Visit):
    ref = house.submitted()
    sam, sue = visit("Sam"), visit("Sue")
    read = of_version(sue.get(f"/plans/{ref}/review").text)
    house.decide(ref)
    late = sue.post(
        f"/plans/{ref}/review", [*read, ("kind", "approve"), ("text", "I would approve it too.")]
    )
    assert late.status_code == 409
    assert "I would approve it too." in late.text
    assert sam.get(f"/plans/{ref}").status_code == 200


def test_a_review_is_kept_for_later_and_sent_once(house: House, visit: Visit):
    ref, sam = house.submitted(), visit("Sam")
    page = f"/plans/{ref}/review"
    typed = [*of_version(sam.get(page).text), ("comment-C2", "A half thought")]
    later = [*typed, ("kind", "approve"), ("later", "yes")]
    assert sam.post(page, later).status_code == 303
    assert house.keeping.open(house["Toni"], ref).kept.state == "to_review"
    assert 'value="approve" checked' in sam.get(page).text
    assert "A half thought" in sam.get(page).text
    nothing = sam.post(page, [*of_version(sam.get(page).text), ("comment-C2", "A half thought")])
    assert nothing.status_code == 422
    assert "A half thought" in nothing.text


def test_a_stop_plan_offers_acknowledging_and_no_words(house: House, visit: Visit):
    ref, sam = house.submitted(observation=STOP), visit("Sam")
    page = sam.get(f"/plans/{ref}/review").text
    assert 'value="acknowledge"' in page
    assert 'value="approve"' not in page
    assert "rp-say__words" not in page
    toni = visit("Toni")
    assert toni.get(f"/plans/{ref}/edit").status_code == 409
    assert toni.get(f"/plans/{ref}/room").status_code == 409


def test_withdrawing_is_asked_once_more(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    sure = toni.post(f"/plans/{ref}/withdraw", {"version": "1"})
    assert "Withdraw this plan?" in sure.text
    assert (
        toni.client.post(f"/plans/{ref}/withdraw", data=dict(hidden(sure.text))).status_code == 303
    )
    assert house.keeping.open(house["Toni"], ref).kept.state == "withdrawn"


def test_planning_again_with_the_same_rules_changes_no_step(house: House, visit: Visit):
    ref, toni = house.kept(), visit("Toni")
    done = toni.post(f"/plans/{ref}/replan", {"version": "1"})
    assert done.headers["Location"] == f"/plans/{ref}/versions/1/2"
    assert "Unchanged" in toni.get(done.headers["Location"]).text


def test_a_case_is_handed_out_kept_until_its_date_and_erased(house: House, visit: Visit):
    ref, toni = house.submitted(), visit("Toni")
    house.decide(ref, text="A *bold* word")
    data = toni.get(f"/plans/{ref}/case.json").get_json()
    assert data["case"] == "K-114"
    assert data["plans"][0]["decisions"][0]["text"] == "A *bold* word"
    assert "A \\*bold\\* word" in toni.get(f"/plans/{ref}/case.md").text
    assert toni.post(f"/plans/{ref}/case/retention", {"retain": "soon"}).status_code == 422
    toni.post(f"/plans/{ref}/case/retention", {"retain": "2026-12-31"})
    refused = toni.post(f"/plans/{ref}/case/erase", {"confirmed": "K-114"})
    assert refused.status_code == 409
    assert "2026-12-31" in refused.text
    house.clock.forward(days=400)
    toni.sign_in("Toni")
    assert toni.post(f"/plans/{ref}/case/erase", {"confirmed": "K-1"}).status_code == 422
    assert toni.post(f"/plans/{ref}/case/erase", {"confirmed": "K-114"}).status_code == 303
    assert toni.get(f"/plans/{ref}").status_code == 404


def test_a_new_rupture_begins_a_new_observation_that_follows(house: House, visit: Visit):
    ref, toni = house.submitted(context={"phase": "late", "signs": ["denial"]}), visit("Toni")
    house.decide(ref)
    toni.post(f"/plans/{ref}/outcome", {"tried": "no", "new_rupture": "yes"})
    page = toni.get(f"/plans/{ref}").text
    assert '<input type="hidden" name="case" value="K-114">' in page
    begun = toni.post("/", [("case", "K-114"), ("context.phase", "late")])
    assert "K-114" in toni.get(begun.headers["Location"]).text
    newer = house.kept(ruptures=OBSERVED["ruptures"], notes="the second")
    assert newer in toni.get(f"/plans/{ref}").text


def test_a_drop_in_a_total_is_shown_as_something_to_talk_about(house: House, visit: Visit):
    toni = visit("Toni")
    for srs in ("38", "36.5"):
        ref = house.submitted(notes=srs)
        house.decide(ref)
        toni.post(f"/plans/{ref}/outcome", {"tried": "yes", "srs": srs})
    page = toni.get(f"/plans/{ref}").text
    assert "1.5 lower than the last time; something to talk about" in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("srs", "41"),
        ("wai", "x"),
        ("tried", ""),
        ("srs", "3.55"),
        ("resolved", "6"),
        ("srs", "NaN"),
    ],
)
def test_an_outcome_that_does_not_fit_comes_back(
    house: House, visit: Visit, field: str, typed: str
):
    ref, toni = house.submitted(), visit("Toni")
    house.decide(ref)
    sent = {"tried": "yes", "response": "A long thought", field: typed}
    page = toni.post(f"/plans/{ref}/outcome", sent)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert "A long thought" in page.text


def test_what_a_person_wrote_is_never_markup(house: House, visit: Visit):
    nasty = "<script>alert(1)</script>"
    ref = house.submitted(notes=nasty, case=nasty)
    house.decide(ref, text=nasty)
    toni = visit("Toni")
    for path in (f"/plans/{ref}", f"/plans/{ref}/case", "/plans", f"/plans/{ref}/history"):
        page = toni.get(path)
        assert page.status_code == 200
        assert nasty not in page.text


def test_the_file_of_trends_holds_no_formula(house: House, visit: Visit):
    from webui.pages.trends import harmless

    house.kept()
    text = visit("Toni").get("/trends.csv").text
    assert not re.search(r"(?m)(^|,)[=+@-]", text)
    assert [harmless(cell) for cell in ("=1+1", "@x", "-2", "+3", "fine")] == [
        "'=1+1",
        "'@x",
        "'-2",
        "'+3",
        "fine",
    ]


def test_the_form_shows_each_visitor_only_themselves(visit: Visit):
    """The form is kept ready-made where no one signs in, and never where someone may."""
    toni, tess, nobody = visit("Toni"), visit("Tess"), visit()
    assert "Toni" in toni.get("/").text
    for visitor in (tess, nobody):
        assert "Toni" not in visitor.get("/").text
    assert "Sign in" in nobody.get("/").text
