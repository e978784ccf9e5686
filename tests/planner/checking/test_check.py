"""What `check` prints beside the count: rules of which some cases forget a kind of rupture."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.checking.check import check

PACK = """\
- id: clinic.team
  title: The clinic keeps the frame in mind
  when:
    any:
      - lateness.who: client
      - context.phase: late
        context.alliance: weak
  supervise: What would the clinic's team say?
  because: The team sees more than one pair.
  source: derived
  reasoning: Several eyes see more.
"""
TOLD = """
- scenario: A client comes late to the clinic
  observation: {ruptures: [{kind: lateness, who: client}], safety: {flags: {}}}
  fits: [clinic.team]
  expect: {disposition: proceed}

- scenario: A therapist comes late to the clinic
  observation: {ruptures: [{kind: lateness, who: therapist}], safety: {flags: {}}}
  misses: [clinic.team]
  expect: {disposition: proceed}
"""


@pytest.mark.reads_files_only
@pytest.mark.slow
def test_with_a_pack_only_what_stands_in_the_pack_is_to_be_looked_at(tmp_path: Path) -> None:
    """Whoever writes a pack cannot change the rules that ship."""
    pack = tmp_path / "clinic"
    (pack / "scenarios").mkdir(parents=True)
    (pack / "rulebook.yaml").write_text('name: Clinic\nversion: "1"\n', "utf-8")
    (pack / "supervision.yaml").write_text(PACK, "utf-8")
    (pack / "scenarios" / "clinic.yaml").write_text(TOLD, "utf-8")
    *look, count = check([pack]).splitlines()
    what = "some of its cases ask about this and others do not"
    assert look == [f'clinic/supervision.yaml:1: rule "clinic.team": {what}: lateness.']
    assert "rules and" in count
