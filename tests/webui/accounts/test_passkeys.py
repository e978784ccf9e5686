"""Passkeys: only the right one, for this site, this browser, this challenge, once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.webui.accounts.test_second_factor import lines
from tests.webui.support.device import PRESENT, SITE, VERIFIED, Device, Entrance
from tests.webui.support.people import PASSWORD, Clock, House
from webui.accounts.factors import challenges
from webui.accounts.factors.passkeys import Site
from webui.database.refusals import NotHere, Unfit


@pytest.fixture
def entrance(house: House) -> Entrance:
    return Entrance(house)


def asked(entrance: Entrance, half: str, name: str = "Toni", site: Site = SITE) -> str:
    number = entrance.house[name].id
    return entrance.store.passkeys.asked_to_sign(number, half, site, challenges.SIGNING_IN)


def test_a_passkey_is_the_second_step(house: House, entrance: Entrance):
    device = entrance.with_passkey()
    half = house.doors.sign_in("Toni", PASSWORD)
    device.counter = 1
    whole = entrance.step(half, passkey=device.signs(asked(entrance, half)))
    assert house.doors.who(whole) == house["Toni"]
    assert lines(house)[-1] == ("signed_in", "passkey")
    assert ("factor_added", "passkey") in lines(house)
    (kept,) = entrance.store.factors.of(house["Toni"].id).passkeys
    assert (kept.name, kept.used_at, kept.sign_count) == ("Phone", house.clock(), 1)


def test_a_challenge_is_used_up_by_the_first_who_brings_it_also_by_a_wrong_one(
    house: House, entrance: Entrance
):
    device, keys, toni = entrance.with_passkey(), entrance.store.passkeys, house["Toni"].id
    signed = device.signs(asked(entrance, "b"))
    keys.signed(toni, "b", SITE, signed, challenges.SIGNING_IN)
    with pytest.raises(Unfit):
        keys.signed(toni, "b", SITE, signed, challenges.SIGNING_IN)
    options = asked(entrance, "b")
    with pytest.raises(Unfit):
        keys.signed(toni, "another", SITE, device.signs(options), challenges.SIGNING_IN)
    with pytest.raises(Unfit):
        keys.signed(toni, "b", SITE, device.signs(options), challenges.SIGNING_IN)


def test_a_challenge_is_for_one_browser_one_account_and_one_purpose(
    house: House, entrance: Entrance
):
    device = entrance.with_passkey()
    here, there = (house.doors.sign_in("Toni", PASSWORD) for _ in range(2))
    with pytest.raises(Unfit):
        entrance.step(there, passkey=device.signs(asked(entrance, here)))
    with pytest.raises(Unfit):
        entrance.step(here, passkey=device.signs(asked(entrance, here, "Tess")))
    other = entrance.store.passkeys.asked_to_sign(house["Toni"].id, here, SITE, challenges.AGAIN)
    with pytest.raises(Unfit):
        entrance.step(here, passkey=device.signs(other))
    assert entrance.step(here, passkey=device.signs(asked(entrance, here)))


def test_a_challenge_that_nobody_drew_is_none(house: House, entrance: Entrance):
    device = entrance.with_passkey()
    half = house.doors.sign_in("Toni", PASSWORD)
    with pytest.raises(Unfit):
        entrance.step(half, passkey=device.signs('{"challenge": "c2VsZi1tYWRl"}'))


@pytest.mark.parametrize("minutes", [5, -1])
def test_a_challenge_ends_after_five_minutes_and_is_none_from_the_future(
    house: House, entrance: Entrance, clock: Clock, minutes: int
):
    keys, toni = entrance.store.passkeys, house["Toni"]
    made = Device().makes(keys.asked_to_add(toni, "", SITE))
    clock.forward(minutes=minutes)
    with pytest.raises(Unfit):
        keys.add(toni, "", SITE, made, "Phone")


def test_another_origin_host_key_or_an_owner_who_did_not_unlock_it_is_refused(
    house: House, entrance: Entrance
):
    device, keys, toni = entrance.with_passkey(), entrance.store.passkeys, house["Toni"].id
    wrong: tuple[dict[str, Any], ...] = (
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8000"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"number": b"another one"},
        {"key": Device().key},
    )
    for changed in wrong:
        signed = replace(device, **changed).signs(asked(entrance, "b"))
        with pytest.raises(Unfit):
            keys.signed(toni, "b", SITE, signed, challenges.SIGNING_IN)
    keys.signed(toni, "b", SITE, device.signs(asked(entrance, "b")), challenges.SIGNING_IN)


def test_another_persons_passkey_is_refused(house: House, entrance: Entrance):
    entrance.with_passkey()
    device = entrance.with_passkey("Tess")
    half = house.doors.sign_in("Toni", PASSWORD)
    with pytest.raises(Unfit):
        entrance.step(half, passkey=device.signs(asked(entrance, half)))


def test_a_counter_that_does_not_go_on_is_refused(house: House, entrance: Entrance):
    """A copy of the device would count by itself."""
    device, keys = entrance.with_passkey(device=Device(counter=7)), entrance.store.passkeys
    for counter in (0, 6, 7):
        signed = replace(device, counter=counter).signs(asked(entrance, "b"))
        with pytest.raises(Unfit):
            keys.signed(house["Toni"].id, "b", SITE, signed, challenges.SIGNING_IN)
    later = replace(device, counter=8).signs(asked(entrance, "b"))
    keys.signed(house["Toni"].id, "b", SITE, later, challenges.SIGNING_IN)


def test_a_passkey_is_added_only_as_it_was_asked_for(house: House, entrance: Entrance):
    keys, toni = entrance.store.passkeys, house["Toni"]
    wrong: tuple[dict[str, Any], ...] = (
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
    )
    for changed in wrong:
        made = replace(Device(), **changed).makes(keys.asked_to_add(toni, "b", SITE))
        with pytest.raises(Unfit):
            keys.add(toni, "b", SITE, made, "Phone")
    device = Device()
    options = keys.asked_to_add(toni, "b", SITE)
    with pytest.raises(Unfit):
        keys.add(toni, "another", SITE, device.makes(options), "Phone")
    options = keys.asked_to_add(toni, "b", SITE)
    with pytest.raises(Unfit):
        keys.add(house["Tess"], "b", SITE, device.makes(options), "Phone")
    assert not entrance.store.factors.any(toni.id)


def test_one_passkey_is_nobody_elses_and_has_a_name(house: House, entrance: Entrance):
    device, keys, tess = entrance.with_passkey(), entrance.store.passkeys, house["Tess"]
    with pytest.raises(Unfit):
        keys.add(tess, "", SITE, device.makes(keys.asked_to_add(tess, "", SITE)), "Mine")
    with pytest.raises(Unfit, match="name"):
        keys.add(tess, "", SITE, Device().makes(keys.asked_to_add(tess, "", SITE)), "  ")
    assert json.loads(keys.asked_to_add(house["Toni"], "", SITE))["excludeCredentials"]
    (kept,) = entrance.store.factors.of(house["Toni"].id).passkeys
    with pytest.raises(NotHere):
        entrance.store.factors.remove_passkey(tess, "", kept.id, required=False)
    assert entrance.store.factors.remove_passkey(house["Toni"], "", kept.id, required=False)
    assert ("factor_removed", "passkey") in lines(house)


NO_ANSWERS = (
    " ", "[]", "null", "{", '{"response": 5}', '{"response": {"clientDataJSON": "\u0000"}}',
    '{"id": "a", "response": {"clientDataJSON": "bnVsbA"}}', '{"id": {"a": 1}}',
    '{"id": "\\u0000"}', "[" * 20_000, "x" * 100_000,
)  # fmt: skip


def test_what_is_no_passkeys_answer_is_refused(house: House, entrance: Entrance):
    entrance.with_passkey()
    keys, toni = entrance.store.passkeys, house["Toni"]
    for sent in NO_ANSWERS:
        with pytest.raises(Unfit):
            keys.signed(toni.id, "b", SITE, sent, challenges.SIGNING_IN)
        with pytest.raises(Unfit):
            keys.add(toni, "b", SITE, sent, "Phone")


def test_an_answer_with_parts_of_another_kind_is_refused(house: House, entrance: Entrance):
    device, keys = entrance.with_passkey(), entrance.store.passkeys
    for part, wrong in (("signature", 5), ("signature", "_"), ("authenticatorData", "AAAA")):
        told = json.loads(device.signs(asked(entrance, "b")))
        told["response"][part] = wrong
        with pytest.raises(Unfit):
            keys.signed(house["Toni"].id, "b", SITE, json.dumps(told), challenges.SIGNING_IN)
