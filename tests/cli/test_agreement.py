"""`agreement`: the figures, and the visits in which program and person differ."""

from __future__ import annotations

from idexx_desktop.domain.agreement import ENOUGH
from idexx_desktop.domain.decisions import PersonChoice
from tests.cli.conftest import CommandLine
from tests.support.practice import Practice


def test_figures_and_visits(cli: CommandLine, at_work: Practice) -> None:
    assert f"about {ENOUGH} decisions about visits are needed" in cli("agreement").out
    assert cli("agreement", "--json").document == {
        "decided": 0,
        "alike": 0,
        "would_call": 0,
        "needed": ENOUGH,
        "is_enough": False,
        "called_by_both": 0,
        "careful_by_both": 0,
        "not_counted": 0,
        "would_have_called": [],
        "held_back": [],
    }
    at_work.sync()
    rows = sorted(at_work.visits().values(), key=lambda row: row.visit_key)
    called, refused, *_ = [row for row in rows if row.reason_code == "call_due" and not row.call_with]
    at_work.program.visits.decide(called.visit_key, PersonChoice.CALL)
    at_work.program.visits.decide(refused.visit_key, PersonChoice.NO_CALL, "the notes say otherwise")
    found = cli("agreement", "--json").document
    assert (found["decided"], found["alike"], found["held_back"]) == (2, 1, [])
    [wrong] = found["would_have_called"]
    assert (wrong["visit_key"], wrong["patient_name"]) == (refused.visit_key, refused.patient_name)
    text = cli("agreement").out
    assert "would have done the same in 1." in text
    assert "too few to tell" in text
    assert refused.visit_key in text
    assert "the notes say otherwise" not in text
