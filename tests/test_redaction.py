"""Secrets are cut out of a text by value, in every form, and by name; what is harmless stays."""

from __future__ import annotations

import base64
import json
import urllib.parse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idexx_desktop.redaction import REMOVED, keep_out, scrub
from tests.support.canaries import forms_of
from tests.support.no_secrets import no_secrets_yet

__all__ = ["no_secrets_yet"]

SECRET = 'p&ss "wörd"/7\\x+tail'


@pytest.mark.parametrize(
    "written",
    [
        SECRET, json.dumps(SECRET), json.dumps(SECRET, ensure_ascii=False), repr(SECRET), urllib.parse.quote(SECRET),
        urllib.parse.quote(SECRET, safe="").lower(), urllib.parse.quote_plus(SECRET), SECRET.encode().hex(),
        base64.b64encode(b"user:" + SECRET.encode()).decode(), base64.b64encode(b"me:" + SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
    ],
)  # fmt: skip
def test_a_value_is_cut_out_in_every_form(written: str) -> None:
    keep_out(SECRET)
    line = scrub(f"before {written} after")
    assert REMOVED in line
    assert line.startswith("before ")
    assert not any(form in line.encode() for form in forms_of(SECRET))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1).filter(lambda text: not text.isspace()), st.text(), st.text())
def test_no_value_is_ever_left(secret: str, before: str, after: str) -> None:
    keep_out(secret)
    if len(secret) >= 5:
        left = scrub(f"{before}{secret}{after}").replace(REMOVED, "")
        assert secret not in left or secret in REMOVED


def test_a_secret_inside_of_another_leaves_no_rest() -> None:
    keep_out("hunter-2", "hunter-2-and-more")
    assert scrub("x hunter-2-and-more y") == f"x {REMOVED} y"


def test_a_short_value_counts_as_a_word_of_its_own() -> None:
    keep_out("77q")
    assert scrub("code 77q, port 177q8") == f"code {REMOVED}, port 177q8"


def test_nothing_and_blanks_are_no_secrets() -> None:
    keep_out(None, "", "   ")
    assert scrub("a   line") == "a   line"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("password=canary host=db", f"password='{REMOVED}'"),
        ("x PGPASSWORD: canary", f"x PGPASSWORD: '{REMOVED}'"),
        ('{"api_key": "canary", "port": 5}', f'{{"api_key": \'{REMOVED}\', "port": 5}}'),
        ("'cookie': 'can\\'ary' rest", f"'cookie': '{REMOVED}' rest"),
        ("Authorization: Bearer canary\nnext", f"Authorization: '{REMOVED}'\nnext"),
        ("at postgresql://ana:canary@db.example/x", f"at postgresql://{REMOVED}@db.example/x"),
        ("asked canary@oak.example twice", f"asked {REMOVED} twice"),
        ("sync.finished seen=3 code='too_slow'", "sync.finished seen=3 code='too_slow'"),
        ("at https://us.idexxneo.com/login", "at https://us.idexxneo.com/login"),
    ],
)
def test_what_a_name_announces_is_cut_out(line: str, left: str) -> None:
    assert scrub(line) == left


def test_of_too_many_the_oldest_is_forgotten_and_a_line_stays_cheap() -> None:
    keep_out(*(f"filler-{number:04}" for number in range(600)))
    assert "filler-0599" not in scrub("filler-0599")
    assert scrub("filler-0000") == "filler-0000"
