"""Which passwords are taken, alone and beside a second factor; and how many are hashed at once."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from tests.webui.support.people import PASSWORD, Clock, House
from tests.webui.support.visiting import Visitor
from webui.accounts import passwords
from webui.accounts.devices import Browser
from webui.accounts.passwords import Crowded, Passwords
from webui.accounts.sign_in import Sessions
from webui.database.account_tables import Account, Attempt
from webui.database.refusals import Unfit
from webui.words.texts import text

Visit = Callable[..., Visitor]
NAME = "Antonia Weber"
TAKEN = (
    PASSWORD,
    "a cup mended with gold",
    "another bowl, another day",
    "violet tractor humming bridge",
    "tangerine-otter-gravel-77",
    "Grüne Tassen fliegen leise",
    "玄関の金継ぎ茶碗は夜の海を静かに渡る",
    "kx7q92mfw0zp4rt",
    "k3#9vP!2xQ8$wL7@",
)
REFUSED = {
    "among the first": (
        "letmein2026",
        "letmein2026letmein2026",
        "l e t m e i n 2 0 2 6 !",
        "therapist1",
        "Th3r4p1st!2026!!!!",
        "tsipareht tsipareht",
        "repairplanner",
        "repair planner 2026",
        "Repair-Planner-Supervisor-1",
        "welcome to the clinic",
        "my therapist password",
        "P@ssw0rd P@ssw0rd!!",
        "passwordpasswordpassword",
        "jennifer1jennifer1",
        "qwertyuiopasdfghjkl",
        "1qaz2wsx3edc4rfv",
        "abcdefghijklmnopqrstuvwxyz",
        "zyxwvutsrqponmlkji",
        "123456789012345",
        "20262026202620262026",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabcabc",
        "bowlbowlbowlbowlbowl",
        "correct horse battery staple",
        "!!!!!!!!!!!!!!!!!!",
    ),
    "your own name": (
        "Antonia2024",
        "antonia weber 1984!!",
        "Web3r-Web3r-Web3r-1",
        "ainotna2026ainotna",
    ),
    "at least 15": ("violet tractor", "k3#9vP!2xQ8$w"),
    "at most 128": ("violet tractor humming bridge " * 5,),
}
BESIDE = {"violet tractor": True, "kd9fjw2x": True, "letmein2026": False, "toni2024": False}


@pytest.mark.parametrize("password", TAKEN)
def test_one_that_nobody_guesses_is_taken(password: str):
    assert passwords.problem(password, NAME) == ""


@pytest.mark.parametrize(
    ("why", "password"), [(why, one) for why, some in REFUSED.items() for one in some]
)
def test_one_that_is_guessed_first_is_refused_with_its_reason(why: str, password: str):
    assert why in passwords.problem(password, NAME)
    if why not in {"at least 15", "at most 128"}:
        assert passwords.problem(password, NAME, factor=True) or " the " in password
        assert "three or four words" in passwords.problem(password, NAME)


@pytest.mark.parametrize(("password", "taken"), BESIDE.items())
def test_beside_a_second_factor_eight_letters_do(password: str, taken: bool):
    assert (passwords.problem(password, "toni", factor=True) == "") is taken
    assert passwords.problem(password, "toni")


def test_one_from_before_goes_on_until_it_is_changed(house: House):
    with house.database.write() as session:
        account = session.scalars(select(Account).where(Account.name == "Toni")).one()
        account.password = house.passwords.hashed("letmein2026")
    assert house.doors.sign_in("Toni", "letmein2026")
    with pytest.raises(Unfit, match="three or four words"):
        house.doors.change_password(house["Toni"], "letmein2026", "therapist2026therapist")


class Watched(Passwords):
    """Passwords that look, whenever one is hashed, what the database is doing meanwhile."""

    def watch(self, house: House) -> list[int]:
        pool: Any = house.database.engine.pool
        seen: list[int] = []
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

        class Hasher(PasswordHasher):
            def hash(self, *given, **more):
                seen.append(pool.checkedout())
                return hasher.hash(*given, **more)

            def verify(self, *given, **more):
                seen.append(pool.checkedout())
                return hasher.verify(*given, **more)

        object.__setattr__(self, "hasher", Hasher(time_cost=1, memory_cost=16, parallelism=1))
        return seen


def test_no_transaction_waits_for_a_password_to_be_hashed(house: House):
    watched = Watched()
    seen = watched.watch(house)
    doors = Sessions(house.database, house.clock, watched)
    doors.sign_in("Toni", PASSWORD)
    with pytest.raises(Unfit):
        doors.sign_in("Nobody", PASSWORD)
    doors.change_password(house["Toni"], PASSWORD, "another bowl, another day")
    _number, secret = house.office.add(house["Ada"], "Nia", ["therapist"])
    doors.accept(secret, "another bowl, another day")
    with house.database.write() as session:
        for account in session.scalars(select(Account)):
            session.delete(account)
    doors.start(doors.new_start_code(), "Olga", "another bowl, another day", ())
    assert seen == [0] * len(seen)
    assert len(seen) >= 7, "a name that nobody has is looked at too; what is dated is hashed anew"


def test_at_most_two_are_hashed_at_a_time_and_the_third_waits():
    done: list[str] = []
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    third = threading.Thread(target=lambda: done.append(Passwords(hasher).hashed("any")))
    with passwords._turn(), passwords._turn():
        third.start()
        third.join(0.2)
        assert done == []
    third.join()
    assert len(done) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has a priority of its own on Linux")
def test_whoever_hashes_gives_way_to_whoever_answers():
    """Also the threads that hashing itself starts, and those of a process that was forked."""
    own = os.getpriority(os.PRIO_PROCESS, 0)

    def of_hashing() -> int:
        with passwords._turn() as threads:
            return threads.submit(os.getpriority, os.PRIO_PROCESS, 0).result()

    assert of_hashing() == min(passwords.GIVES_WAY, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
    with warnings.catch_warnings(), passwords._turn(), passwords._turn():
        warnings.simplefilter("ignore", DeprecationWarning)  # this process has several threads
        child = os.fork()
    if not child:
        try:
            os._exit(of_hashing())  # though the other process has no turn left
        finally:
            os._exit(99)  # whatever goes wrong there, it is no second run of the tests
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == passwords.GIVES_WAY


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch):
    """Two passwords are being hashed, and nobody waits for them."""
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with passwords._turn(), passwords._turn():
        yield


def test_where_many_sign_in_one_is_told_to_try_again_and_nothing_counts(
    house: House, visit: Visit, crowd: None
):
    del crowd
    visitor = visit()
    kept = [("kept_path", "/plans/none/edit"), ("kept.words-C2", "I kept you waiting today.")]
    for _ in range(7):
        answer = visitor.post("/sign-in", [*kept, ("name", "Toni"), ("password", PASSWORD)])
        assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert text("refusal_crowded") in answer.text
    assert "I kept you waiting today." in answer.text
    with house.database.read() as session:
        assert {row.failures for row in session.scalars(select(Attempt))} == {0}
    with pytest.raises(Crowded):
        house.doors.change_password(house["Toni"], PASSWORD, "another bowl, another day")
    _number, secret = house.office.add(house["Ada"], "Nia", ["therapist"])
    sent = {"password": "another bowl, another day"}
    assert visitor.post(f"/join/{secret}", sent).status_code == 503


def test_a_name_that_nobody_has_costs_the_same_work(house: House, clock: Clock):
    del clock
    worked = []

    class Counted(PasswordHasher):
        def verify(self, hash, password):  # noqa: A002 - the library's name
            worked.append(hash.split("$")[1:4])
            return super().verify(hash, password)

    hasher = Counted(time_cost=1, memory_cost=8, parallelism=1)
    doors = Sessions(house.database, house.clock, Passwords(hasher))
    for name in ("Toni", "Nobody"):
        with pytest.raises(Unfit):
            doors.sign_in(name, "wrong one", Browser("192.0.2.1"))
    assert worked[0] == worked[1]
