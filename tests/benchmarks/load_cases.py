"""What people send: the benchmarks' cases, as the interface takes them and as the form does."""

from urllib.parse import urlencode

from tests.benchmarks.cases import Told, realistic

CASES, MANY = 400, 6_000
FORM = "application/x-www-form-urlencoded"


def cases() -> list[Told]:
    """Different cases, the same ones at each run."""
    return realistic(CASES, seed=7)


def many_cases() -> list[Told]:
    """More different cases than a route is asked for in a few seconds: each is planned first."""
    return realistic(MANY, seed=8)


def form_of(case: Told, token: str) -> str:
    """A case as a browser sends the form."""
    pairs: list[tuple[str, object]] = [("csrf_token", token)]
    flags = case["safety"]["flags"]
    pairs += [("safety.flags", flag) for flag, said in flags.items() if said == "yes"]
    pairs += [("safety.unsure", flag) for flag, said in flags.items() if said == "unsure"]
    pairs += [] if flags else [("safety.flags", "none")]
    for rupture in case["ruptures"]:
        pairs.append(("kind", rupture["kind"]))
        pairs += _answers(rupture["kind"], rupture)
    return urlencode(pairs + _answers("context", case.get("context", {})))


def _answers(prefix: str, part: Told) -> list[tuple[str, object]]:
    """One pair for each answer of a part, and one for each of several."""
    found: list[tuple[str, object]] = []
    for name, answer in part.items():
        if name != "kind" and answer is not None:
            several = answer if isinstance(answer, list) else [answer]
            found += [(f"{prefix}.{name}", one) for one in several]
    return found
