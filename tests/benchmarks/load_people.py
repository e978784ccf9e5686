"""One of a hundred people, for locust: opens the form, makes a plan, reads a rule, asks the API.

Everyone begins at a place of their own in the list of cases, and thinks a second between pages.
"""

import itertools
import json
import re

from locust import FastHttpUser, between, task

from tests.benchmarks.load_cases import FORM, cases, form_of

CASES = cases()
START = itertools.count()
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Person(FastHttpUser):
    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        first = next(START) * 37 % len(CASES)
        self.cases = itertools.cycle(CASES[first:] + CASES[:first])

    @task(3)
    def plan_a_case(self) -> None:
        with self.client.get("/", name="form", catch_response=True) as page:
            token = TOKEN.search(page.text or "")
            if token is None:
                page.failure("no token")
                return
        self.wait()
        self._send("/plan", form_of(next(self.cases), token[1]), FORM, 'id="answers-title"')

    @task(2)
    def ask_the_interface(self) -> None:
        case = json.dumps(next(self.cases))
        self._send("/api/v1/plans", case, "application/json", '"disposition"')

    @task(1)
    def read_a_rule(self) -> None:
        self.client.get("/rules/own-part.own-it", name="rule page")

    def _send(self, path: str, body: str, media: str, holds: str) -> None:
        """Post, and count as failed whatever is no plan."""
        names = {"/plan": "plan page", "/api/v1/plans": "plan, API"}
        with self.client.post(
            path,
            data=body,
            headers={"Content-Type": media},
            name=names[path],
            catch_response=True,
        ) as answer:
            if answer.status_code != 200 or holds not in (answer.text or ""):
                answer.failure(f"status {answer.status_code}")
