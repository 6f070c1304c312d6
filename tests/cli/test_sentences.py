"""`sentences`: what holds a visit is shown, answered and taken back; wrong input is one line."""

from __future__ import annotations

from idexx_desktop.domain.visits import VisitState
from tests.cli.conftest import CommandLine
from tests.support.practice import Practice

TEXT = "The patient passed away peacefully and was taken home by its owners."


def test_a_sentence_is_shown_answered_and_taken_back(cli: CommandLine, at_work: Practice) -> None:
    assert "Nobody has said anything" in cli("sentences").out
    visits = at_work.visits().values()
    called = next(each for each in visits if each.state is VisitState.SCHEDULED and not each.call_with)
    key, consultation = called.visit_key, called.consultation_id or ""
    notes = at_work.site.world.consultation(consultation).notes
    at_work.site.world.write_notes(consultation, f"{notes}<p>{TEXT}</p>")
    at_work.sync()
    [asked] = cli("sentences", key, "--json").document["sentences"]
    assert asked == {"text": TEXT, "can_mean": ["standard_text", "another_animal"]}
    for wrong in (["2", "--means", "standard-text"], ["0", "--means", "standard-text"], ["1"]):
        assert cli("sentences", key, *wrong).code == 2
    assert cli("sentences", "a:none").code == 2
    assert "isn't held" in cli("sentences", key, "1", "--means", "standard-text").out
    assert at_work.visits()[key].state is VisitState.SCHEDULED
    [known] = cli("sentences", "--json").document["known"]
    assert known["means"] == "standard_text"
    assert cli("sentences", "--take-back", "zz").code == 2
    assert "Nobody has said anything" in cli("sentences", "--take-back", known["mark"]).out
    assert at_work.visits()[key].state is VisitState.HELD
