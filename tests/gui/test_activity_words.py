"""What the activity record says of each action, result, place and person."""

from __future__ import annotations

import platform
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from idexx_desktop.domain.audit import ACTION_WORDS, METADATA_KEYS, Action
from idexx_desktop.domain.records import AuditRecord
from idexx_desktop.gui import activity_words
from idexx_desktop.gui.activity_words import Names
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_services import some_activity
from tests.gui.made_up import ZONE


def test_every_action_has_words_and_a_subject() -> None:
    assert {activity_words.what(action) for action in Action} == set(ACTION_WORDS.values())
    assert activity_words.what("moon.landed") == "moon.landed"
    assert all(activity_words.subject(action) for action in Action)


_A_CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[a-z]_[a-z]|\\b[ac]:\\d|127\\.0\\.0\\.1")
_UUID = "4f9d7c1e-1111-4222-8333-abcdefabcdef"
_CODES: dict[str, object] = {
    "visit_key": "a:5002", "reason_code": "may_have_died", "code": "wrong_password", "trigger": "catch_up",
    "setting": ["call_window_end"], "action": "sync.started", "status": "no_call", "reason": "asleep",
    "seen": 3, "since": "2026-11-01T07:00:00+00:00", "ok": True, "role": "clinic_admin",
}  # fmt: skip


@pytest.mark.parametrize("action", Action)
def test_nobody_reads_codes(program: FakeProgram, action: Action) -> None:
    """Whatever an action may record: ids are left out, and codes are words."""
    metadata = {
        key: _UUID if key.endswith(("_id", "hash")) else _CODES.get(key, 3) for key in METADATA_KEYS[action]
    }
    row = replace(
        some_activity()[0], action=str(action), metadata=metadata, error_details={"code": "not_approved"}
    )
    names = Names(program.identity)
    told = [
        *activity_words.told(row, names, ZONE),
        ("", activity_words.what(row.action)),
        ("", names.who(row)),
    ]
    told.append(("", activity_words.place(row, records_here=True)))
    assert [entry for entry in told if any(_A_CODE.search(text) for text in entry)] == []


@pytest.mark.parametrize(
    ("address", "device", "here", "words"),
    [
        ("127.0.0.1", "", True, "This computer"),
        ("127.0.0.1", "Front Desk 2", True, "Front Desk 2"),
        ("127.0.0.1", "", False, "The server itself"),
        ("10.0.0.7", "Front Desk 2", False, "Front Desk 2"),
        ("10.0.0.7", "Reception", False, "This computer"),
        ("10.0.0.7", "", False, "10.0.0.7"),
        (None, "", False, "—"),
    ],
)
def test_where_something_was_done(
    address: str | None, device: str, here: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "node", lambda: "Reception")
    row = replace(some_activity()[0], ip_address=address, device=device)
    assert activity_words.place(row, records_here=here) == words


# filters


def test_only_what_did_not_go_well_has_a_pill() -> None:
    rows = some_activity()
    pills = {row.status: activity_words.result_pill(row) for row in rows}
    assert pills["ok"] is None
    assert pills["rejected"] is not None
    assert activity_words.result(replace(rows[0], status=None)) == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("ok", "Done"),
        ("held", "Held for you"),
        ("failed", "Couldn't"),
        ("no_call", "No call"),
        (None, ""),
        ("running", "Started"),
        ("reached_concern", "Reached: concern"),
    ],
)
def test_results_are_in_words(status: str | None, words: str) -> None:
    assert activity_words.result_word(status) == words


def test_what_a_row_does_not_say_is_left_out(program: FakeProgram) -> None:
    row = replace(some_activity()[0], metadata={"code": None, "seen": 3}, error_details=None)
    told = activity_words.told(row, Names(program.identity), ZoneInfo("America/Los_Angeles"))
    assert told == [("Found in Neo", "3")]


def test_settings_are_named_in_words(program: FakeProgram) -> None:
    metadata = {"setting": ["call_window_end", "kind_rules.dental"]}
    row = replace(some_activity()[0], metadata=metadata, error_details=None)
    told = activity_words.told(row, Names(program.identity), ZoneInfo("America/Los_Angeles"))
    assert told == [("Setting", "Call window end\nKind rules: dental")]


@pytest.mark.parametrize(
    ("key", "value"), [("actor", "anna"), ("format", "csv"), ("address", "harbour"), ("login", "front_desk")]
)
def test_data_is_shown_as_it_is(program: FakeProgram, key: str, value: str) -> None:
    """A login that looks like a code is none."""
    row = replace(some_activity()[0], metadata={key: value}, error_details=None)
    assert [words for _, words in activity_words.told(row, Names(program.identity), ZONE)] == [value]


def entry(user_id: str | None, actor: str) -> AuditRecord:
    return replace(some_activity()[0], user_id=user_id, actor=actor)


def test_people_are_named_by_address_where_it_is_known(program: FakeProgram) -> None:
    names = Names(program.identity, {"user-2": "anna@elm.example"})
    assert names.who(entry("user-1", "front")) == "front@desk.example"
    assert names.who(entry("user-2", "anna")) == "anna@elm.example"
    assert names.who(entry("user-9", "gone")) == "gone"
    assert names.who(entry(None, "postgres")) == "The records' owner (postgres)"
    assert names.who(entry(None, "")) == "This program"
    without = Names(replace(program.identity, email=""))
    assert without.who(entry("user-1", "front")) == "front"
