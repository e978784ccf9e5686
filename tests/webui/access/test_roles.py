"""Every route, every role, on a plan of one's own, of another's, and of nobody's.

A route that this table does not know fails the first test.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.webui.support.people import STAFF, House
from tests.webui.support.visiting import Visitor
from webui.access.gate import access_of, open_to
from webui.database.person import ROLES

Visit = Callable[..., Visitor]
OPEN = {
    "/", "/plan", "/plan/<ref>", "/plan/<ref>/change", "/plan/<ref>/text", "/plan/<ref>/forget",
    "/rules", "/rules/changes", "/rules/<rule_id>", "/rules/<any(item, kind, does):way>/<key>",
    "/handout", "/handout/<item>", "/scenarios", "/scenarios/<key>",
    "/scenarios/<any(kind, item):way>/<key>",
    "/practice", "/practice/next", "/practice/<key>", "/practice/<key>/beside",
    "/livez", "/readyz", "/healthz", "/manifest.webmanifest", "/offline", "/sw.js",
    "/.well-known/security.txt",
    "/static/<path:filename>", "/api/v1/plans", "/api/v1/rulebook", "/api/v1/questionnaire",
    "/api/v1/openapi.json",
    "/api/v1/vocabulary", "/docs",
}  # fmt: skip
ENTRANCE = {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/start"),
            ("GET", "/sign-in/factor"), ("POST", "/sign-in/factor"),
            ("POST", "/sign-in/factor/challenge"), ("POST", "/start"),
            ("GET", "/start/<secret>"),
            ("GET", "/join/<secret>"), ("POST", "/join/<secret>")}  # fmt: skip
KEYED = {
    ("GET", "/api/v1/kept-plans"), ("POST", "/api/v1/kept-plans"),
    ("GET", "/api/v1/kept-plans/<ref>"), ("POST", "/api/v1/kept-plans/<ref>/submit"),
}  # fmt: skip
T, S, A = "Toni", "Sam", "Ada"
ANY = {T, S, A}
BY_ROLE = {
    ("POST", "/sign-out"): ANY,
    ("GET", "/account"): ANY,
    ("GET", "/home"): ANY,
    ("POST", "/account/stay"): ANY,
    ("GET", "/account/happened"): ANY,
    ("POST", "/account/happened"): ANY,
    ("POST", "/account/password"): ANY,
    ("POST", "/account/sign-out-everywhere"): ANY,
    ("POST", "/account/sessions/end"): set(),
    ("POST", "/account/keys"): ANY,
    ("POST", "/account/keys/<int:number>/revoke"): set(),
    ("GET", "/account/factors"): ANY,
    ("POST", "/account/factors/authenticator"): ANY,
    ("GET", "/account/factors/authenticator"): ANY,
    ("POST", "/account/factors/authenticator/confirm"): ANY,
    ("POST", "/account/factors/authenticator/remove"): ANY,
    ("GET", "/account/factors/passkey"): ANY,
    ("POST", "/account/factors/passkey/challenge"): ANY,
    ("POST", "/account/factors/passkey"): ANY,
    ("POST", "/account/factors/passkey/<int:number>/remove"): set(),
    ("POST", "/account/factors/recovery-codes"): ANY,
    ("POST", "/account/confirm"): ANY,
    ("POST", "/account/confirm/challenge"): ANY,
    ("GET", "/practiced"): ANY,
    ("POST", "/practiced/forget"): ANY,
    ("GET", "/people"): {A},
    ("POST", "/people"): {A},
    ("POST", "/people/several"): {A},
    ("POST", "/people/first-day"): {A},
    ("GET", "/people/contacts"): {A},
    ("POST", "/people/contacts"): {A},
    ("GET", "/people/<int:number>"): {A},
    ("POST", "/people/<int:number>/invite"): {A},
    ("POST", "/people/<int:number>/confirm-link"): {A},
    ("POST", "/people/<int:number>/refuse-link"): {A},
    ("POST", "/people/<int:number>/roles"): {A},
    ("POST", "/people/<int:number>/supervisors"): {A},
    ("POST", "/people/<int:number>/disable"): {A},
    ("GET", "/plans"): {T, S},
    ("POST", "/plans"): {T, S},
    ("GET", "/plans/search"): {T, S},
    ("POST", "/plans/search"): {T, S},
    ("GET", "/queue"): {S, "Sue"},
    ("GET", "/queue/search"): {S, "Sue"},
    ("POST", "/queue/search"): {S, "Sue"},
    ("GET", "/trends"): {T, S, "Sue"},
    ("GET", "/trends.csv"): {T, S, "Sue"},
}
LEADS_ON = {"/home", "/account/factors/authenticator"}
"""Pages that lead to the page of one's work, or to what is there while nothing is begun."""
OWNER, ABOVE = {"Toni"}, {"Sam", "Sue"}
BY_PLAN = {
    ("GET", "/plans/<ref>"): OWNER | ABOVE,
    ("GET", "/plans/<ref>/versions/<int:number>"): OWNER | ABOVE,
    ("GET", "/plans/<ref>/versions/<int:earlier>/<int:later>"): OWNER | ABOVE,
    ("GET", "/plans/<ref>/history"): OWNER | ABOVE,
    ("POST", "/plans/<ref>/withdraw"): OWNER | ABOVE,
    ("POST", "/plans/<ref>/submit"): OWNER,
    ("POST", "/plans/<ref>/take-back"): OWNER,
    ("POST", "/plans/<ref>/reopen"): OWNER,
    ("POST", "/plans/<ref>/replan"): OWNER,
    ("GET", "/plans/<ref>/edit"): OWNER,
    ("POST", "/plans/<ref>/edit"): OWNER,
    ("GET", "/plans/<ref>/room"): OWNER,
    ("GET", "/plans/<ref>/sheet"): OWNER,
    ("GET", "/plans/<ref>/sheet.pdf"): OWNER,
    ("GET", "/plans/<ref>/outcome"): OWNER,
    ("POST", "/plans/<ref>/outcome"): OWNER,
    ("GET", "/plans/<ref>/case"): OWNER,
    ("GET", "/plans/<ref>/case.json"): OWNER,
    ("GET", "/plans/<ref>/case.md"): OWNER,
    ("POST", "/plans/<ref>/case/retention"): OWNER,
    ("POST", "/plans/<ref>/case/erase"): OWNER,
    ("GET", "/plans/<ref>/review"): ABOVE,
    ("POST", "/plans/<ref>/review"): ABOVE,
    ("GET", "/plans/<ref>/practice"): ABOVE,
    ("POST", "/plans/<ref>/practice"): ABOVE,
    ("GET", "/plans/<ref>/practice/beside"): ABOVE,
}
EVERYONE = ("Toni", "Tess", "Sam", "Sue", "Ada")


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def filled(route: str, ref: str = "none") -> str:
    values = {
        "<ref>": ref, "<int:number>": "1", "<int:earlier>": "1", "<int:later>": "1",
        "<secret>": "none",
    }  # fmt: skip
    for name, value in values.items():
        route = route.replace(name, value)
    return route


def test_this_table_knows_every_route_and_each_says_whom_it_is_for(site: Flask):
    known = set(BY_ROLE) | set(BY_PLAN) | ENTRANCE | KEYED
    found = {route for route in routes(site) if route[1] not in OPEN}
    assert found == known
    with site.app_context():
        for rule in site.url_map.iter_rules():
            ours = access_of(rule.endpoint) is not None
            assert ours == (rule.rule not in OPEN and not rule.rule.startswith("/api/"))


def test_every_role_is_held_by_someone_here_and_an_unknown_one_is_refused():
    assert {role for roles in STAFF.values() for role in roles} == set(ROLES)
    with pytest.raises(ValueError, match=r"'therapst'.*the roles are therapist, supervisor"):
        open_to("therapst")


def test_whoever_is_not_signed_in_is_asked_to_and_nothing_happens(house: House, visit: Visit):
    ref, visitor = house.submitted(), visit()
    for method, route in {**BY_ROLE, **BY_PLAN}:
        path = filled(route, ref)
        if method == "GET":
            answer = visitor.get(path)
            assert (answer.status_code, answer.headers["Location"][:8]) == (303, "/sign-in"), path
        else:
            assert visitor.post(path, {"version": "1"}).status_code == 401, path
    opened = house.keeping.open(house["Toni"], ref)
    assert (opened.kept.state, opened.kept.version) == ("to_review", 1)


def test_an_ended_session_answers_nothing_on_any_route(house: House, visit: Visit):
    ref, toni = house.submitted(), visit("Toni")
    house.clock.forward(minutes=15)
    for method, route in {**BY_ROLE, **BY_PLAN}:
        path = filled(route, ref)
        expected = 303 if method == "GET" else 401
        answer = toni.get(path) if method == "GET" else toni.post(path)
        assert answer.status_code == expected, path


def test_nothing_is_changed_without_a_token(house: House, visit: Visit):
    ref, toni = house.submitted(), visit("Toni")
    for method, route in {**BY_ROLE, **BY_PLAN}:
        if method == "POST" and "Toni" in {**BY_ROLE, **BY_PLAN}[method, route]:
            answer = toni.client.post(filled(route, ref), data={"version": "1"})
            assert answer.status_code == 400, route
    assert house.keeping.open(house["Toni"], ref).kept.state == "to_review"


@pytest.mark.parametrize("name", EVERYONE)
def test_pages_by_role(visit: Visit, name: str):
    visitor = visit(name)
    for (method, route), allowed in BY_ROLE.items():
        if method == "POST":
            continue
        admitted = name in allowed or allowed == ANY or (name == "Tess" and T in allowed)
        expected = {200} if admitted else {404}
        if route in LEADS_ON:
            expected = {303}
        assert visitor.get(filled(route)).status_code in expected, route


@pytest.mark.parametrize("name", EVERYONE)
def test_sending_by_role(house: House, visit: Visit, name: str):
    """What is sent is empty, so whoever may send it is told what is missing."""
    for (method, route), allowed in BY_ROLE.items():
        if method == "GET" or route in {"/sign-out", "/account/sign-out-everywhere"}:
            continue
        answer = visit(name).post(filled(route.replace("<int:number>", str(house["Ada"].id))))
        admitted = name in allowed or (name in {"Tess", "Sue"} and allowed == ANY)
        admitted = admitted or (name == "Tess" and T in allowed)
        assert (answer.status_code == 404) is not admitted, (route, answer.status_code)


@pytest.mark.parametrize("state", ["draft", "to_review", "approved"])
@pytest.mark.parametrize("name", EVERYONE)
def test_a_plan_of_tonis_by_everyone(house: House, visit: Visit, name: str, state: str):
    """Own, supervised, or someone else's: what may not be seen is not there."""
    visitor = visit(name)
    looked_at = ""
    for number, ((method, route), allowed) in enumerate(BY_PLAN.items()):
        ref = looked_at
        if method == "POST" or not looked_at:
            ref = house.kept(notes=f"{number}")
            if state != "draft":
                house.keeping.submit(house["Toni"], ref, 1)
            if state == "approved":
                house.decide(ref)
        if method == "GET":
            looked_at = ref  # to look changes nothing, so one plan will do
        path = filled(route, ref)
        answer = visitor.get(path) if method == "GET" else visitor.post(path, {"version": "1"})
        seen = name in allowed and (state != "draft" or name == "Toni")
        assert (answer.status_code != 404) is seen, (route, answer.status_code)
        assert answer.status_code < 500
        if not seen:
            assert ref not in answer.text.replace(path, "")


@pytest.mark.parametrize("name", EVERYONE)
def test_a_plan_of_nobodys(visit: Visit, name: str):
    visitor = visit(name)
    for method, route in BY_PLAN:
        path = filled(route, "nobodys")
        answer = visitor.get(path) if method == "GET" else visitor.post(path, {"version": "1"})
        assert answer.status_code == 404, route


def test_the_queue_and_lists_show_no_one_elses(house: House, visit: Visit):
    ref = house.submitted("Tess", reviewer="Sue")
    assert ref in visit("Sue").get("/queue").text
    for name, path in (("Sam", "/queue"), ("Toni", "/plans"), ("Sam", "/plans")):
        assert ref not in visit(name).get(path).text


def test_keys_do_what_they_may_and_see_what_their_owner_sees(house: House, visit: Visit):
    client = visit().client
    own, others = house.kept(), house.submitted("Tess", reviewer="Sue")
    keys = {
        scope: house.keys.add(house["Toni"], scope, [scope], 5)
        for scope in ("plans:read", "plans:write", "plans:submit")
    }
    for method, route in KEYED:
        assert client.open(filled(route, own), method=method).status_code == 401
    scopes = {"GET": "plans:read", "POST": "plans:write"}
    for method, route in KEYED:
        needed = "plans:submit" if route.endswith("submit") else scopes[method]
        for scope, key in keys.items():
            head = {"Authorization": f"Bearer {key}"}
            answer = client.open(filled(route, others), method=method, headers=head, json={})
            assert (answer.status_code == 403) is (scope != needed), (route, scope)
            if scope == needed and "<ref>" in route and method == "GET":
                assert answer.status_code == 404
    head = {"Authorization": f"Bearer {keys['plans:submit']}"}
    path = f"/api/v1/kept-plans/{own}/submit"
    assert client.post(path, headers=head, json={"version": 2}).status_code == 409
    assert client.post(path, headers=head, json={"version": 1}).get_json()["state"] == "to_review"
    gone = client.post(f"/api/v1/kept-plans/{others}/submit", headers=head, json={"version": 1})
    assert gone.status_code == 404


def test_a_program_makes_keeps_and_reads_a_plan(house: House, visit: Visit):
    client = visit().client
    key = house.keys.add(house["Toni"], "x", ["plans:read", "plans:write"], 5)
    head = {"Authorization": f"Bearer {key}"}
    body = {"ruptures": [{"kind": "lateness", "who": "client"}], "safety": {"flags": {}}}
    made = client.post("/api/v1/kept-plans", json=body, headers=head)
    assert made.status_code == 201
    again = client.post("/api/v1/kept-plans", json=body, headers=head)
    assert again.get_json()["ref"] == made.get_json()["ref"]
    read = client.get(f"/api/v1/kept-plans/{made.get_json()['ref']}", headers=head)
    assert read.get_json()["plan"] == made.get_json()["plan"]
    assert len(client.get("/api/v1/kept-plans", headers=head).get_json()["plans"]) == 1
    wrong = client.post("/api/v1/kept-plans", json={"ruptures": []}, headers=head)
    assert wrong.status_code == 422
    assert wrong.get_json()["problems"]


def test_the_interface_describes_what_it_answers(visit: Visit):
    import openapi_spec_validator

    described = visit().client.get("/api/v1/openapi.json").get_json()
    openapi_spec_validator.validate(described)
    told = {
        (m.upper(), p) for p, ms in described["paths"].items() for m in ms if m in {"get", "post"}
    }
    assert {(m, p.replace("<ref>", "{ref}")) for m, p in KEYED} <= told
