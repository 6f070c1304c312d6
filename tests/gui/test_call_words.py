"""How numbers and states of calls are said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop.gui import call_words
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import NOW, local


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+15105550123", "+1 510 555 0123"),
        ("+442079460123", "+442079460123"),
        ("+1510555012", "+1510555012"),
        ("+1<b>5105550", "+1<b>5105550"),
        ("", ""),
    ],
)
def test_numbers_are_grouped_where_the_groups_are_known(phone: str, shown: str) -> None:
    assert call_words.number(phone) == shown


@pytest.mark.parametrize(
    ("status", "words"),
    [("queued", "Due now"), ("ringing", "Calling now"), ("completed", "Called"), ("failed", "Couldn't call"),
     ("cancelled", "Not called")],
)  # fmt: skip
def test_each_status_has_its_words(program: FakeProgram, status: str, words: str) -> None:
    call = next(row for row in program.calls.calls if row.id == "call-4")
    assert call_words.state_pill(replace(call, status=status), NOW).text == words
    assert call_words.state_pill(replace(call, scheduled_for=local(22, 14)), NOW).text == "Scheduled"
