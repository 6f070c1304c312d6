"""`questions`: shown, changed from a file or standard input, looked over, counted; wrong input is one line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idexx_desktop.domain.call_questions import Ticked
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind
from idexx_desktop.domain.records import Page
from idexx_desktop.domain.visits import VisitKind
from tests.cli.conftest import CommandLine
from tests.support.practice import Practice

OTHERS = [{"text": "Eating?", "answers": [{"text": "Yes"}, {"text": "Nothing", "red": True}]}]


def test_a_set_is_shown_changed_and_brought_back(cli: CommandLine, at_work: Practice, tmp_path: Path) -> None:
    every = cli("questions", "show", "--json").document["sets"]
    assert [each["kind"] for each in every] == [str(kind).replace("_", "-") for kind in VisitKind]
    shown = cli("questions", "show", "sick-visit")
    assert "have your vet look over these" in shown.out
    assert "!Not at all" in shown.out
    own = cli("questions", "show", "sick-visit", "--json").document
    file = tmp_path / "questions.json"
    file.write_text(json.dumps(OTHERS), encoding="utf-8")
    [saved] = cli("questions", "set", "sick-visit", "--file", str(file), "--json").document["sets"]
    assert (saved["version"], saved["questions"][0]["key"], saved["looked_over_by"]) == (1, "q1", None)
    assert "looked over, says" in cli("questions", "set", "sick-visit", "--looked-over").out
    assert cli("questions", "set", "sick-visit", "--file", "-", stdin=json.dumps(OTHERS)).code == 0
    [same] = cli("questions", "show", "sick-visit", "--json").document["sets"]
    assert (same["version"], bool(same["looked_over_by"])) == (1, True), "the same again is no other version"
    [back] = cli("questions", "set", "sick-visit", "--file", "-", "--json", stdin=json.dumps(own)).document[
        "sets"
    ]
    assert (back["version"], back["questions"]) == (2, own["sets"][0]["questions"])
    cli("questions", "set", "sick-visit", "--file", str(file))
    [defaults] = cli("questions", "set", "sick-visit", "--defaults", "--json").document["sets"]
    assert (defaults["version"], defaults["questions"]) == (4, own["sets"][0]["questions"])


@pytest.mark.parametrize(
    "text", ["", "no", "[", "{}", "[1]", '{"sets": [1]}', "[" * 5000, '[{"text": "Eating?", "answers": []}]']
)
def test_what_is_no_set_is_said_in_one_line(cli: CommandLine, at_work: Practice, text: str) -> None:
    ran = cli("questions", "set", "surgery", "--file", "-", stdin=text)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip()
    assert cli("questions", "show", "surgery", "--json").document["sets"][0]["version"] == 0


def test_other_wrong_words(cli: CommandLine, at_work: Practice, tmp_path: Path) -> None:
    assert cli("questions", "show", "dinner").code == 2
    assert cli("questions", "set", "surgery").code == 2
    assert cli("questions", "set", "surgery", "--file", str(tmp_path / "none")).code == 2
    assert cli("questions", "set", "surgery", "--file", str(tmp_path)).code == 2
    assert cli("questions", "counts", "--from", "2020-01-01", "--to", "2026-01-01").code == 2
    assert cli("questions", "counts", "--from", "soon").code == 2


def test_answers_are_counted(cli: CommandLine, at_work: Practice) -> None:
    assert "Nothing was answered" in cli("questions", "counts").out
    calls = at_work.program.calls
    call = next(each for each in calls.rows(CallFilter("all"), Page(limit=1000)) if each.status == "queued")
    asked = call.questions[0].set
    question = asked.questions[0]
    chosen = question.answers[-1]
    calls.record_outcome(
        call.id, CallOutcomeKind.REACHED_WELL, answers=[Ticked(asked, {question.key: chosen.key})]
    )
    today = datetime.now(UTC)
    span = (
        "--from",
        f"{today - timedelta(days=2):%Y-%m-%d}",
        "--to",
        f"{today + timedelta(days=2):%Y-%m-%d}",
    )
    [counted] = cli("questions", "counts", *span, "--json").document["counts"]
    assert counted == {
        "kind": str(asked.kind).replace("_", "-"),
        "question_key": question.key,
        "question": question.text,
        "answer_key": chosen.key,
        "answer": chosen.text,
        "red": chosen.red,
        "times": 1,
    }
    assert question.text in cli("questions", "counts", *span).out
