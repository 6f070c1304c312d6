"""Details for support hold what helps, and nothing of what was planted where it could come from."""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SyncSettings
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.log import set_up_logging
from tests.support.canaries import forms_of
from tests.support.practice import Practice, ask

PASSWORD, USER, COMPANY = "canary-password-9/x", "canary.maria@oak.example", "77001234"
BROWSER = "/opt/canary-maria/browser"
PHONE, WHY = "(206) 555-0147", "canary said so"


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in the program, and as it was before afterwards."""
    handlers, factory = list(logging.root.handlers), logging.getLogRecordFactory()
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    set_up_logging()
    yield
    structlog.reset_defaults()
    logging.setLogRecordFactory(factory)
    logging.root.handlers[:] = handlers


def leaks(text: str, *secrets: str) -> list[str]:
    """Which of these can be read in the text, in any form."""
    raw = text.encode()
    return [secret for secret in secrets if any(form in raw for form in forms_of(secret))]


def use(practice: Practice) -> list[str]:
    """Plant secrets wherever a person may type them, and name what else must not get out."""
    program = practice.program
    address, concurrency = program.settings.sync_settings().neo_url, 3
    program.settings.save_sync_settings(SyncSettings(address, concurrency, 0, BROWSER))
    program.credentials.save(NeoLogin(COMPANY, USER, PASSWORD))
    program.calls.opt_out(PHONE, WHY)
    structlog.get_logger().warning("typed", what=PASSWORD, who=USER, cookie="canary", detail=f"x {PASSWORD}")
    logging.getLogger("library").warning("asked %s with %s", USER, PASSWORD)
    names = [
        name for row in practice.visits().values() for name in (row.patient_name, row.owner_name, row.phone)
    ]
    return [
        *(name for name in names if len(name) > 4), PASSWORD, USER, BROWSER, PHONE, WHY, "12065550147",
        program.clinic.name, program.identity.email, str(practice.home), str(Path.home()),
        practice.database.url(practice.database.people.a).partition("://")[2].partition("@")[0].partition(":")[2],
    ]  # fmt: skip


def test_they_hold_what_helps_and_nothing_that_was_planted(synced: Practice, logs: None) -> None:
    planted = use(synced)
    text = synced.program.support.prepare()
    assert leaks(text, *planted) == []
    document: dict[str, Any] = json.loads(text)
    assert document["program"]["version"]
    assert document["settings"]["neo"]["at_a_time"] == 3
    assert document["settings"]["neo"]["browser"] == "chosen by a person"
    assert document["sign_in"]["state"] == "unknown"
    assert document["last_syncs"][0]["status"] == "completed"
    assert any("typed" in line for line in document["log"])
    assert any("asked [removed] with [removed]" in line for line in document["log"])
    # and a leak would be found
    assert leaks(text + PASSWORD, *planted) == [PASSWORD]


def test_records_that_cannot_be_read_are_said(synced: Practice) -> None:
    server, name = synced.database.server, synced.database.name
    ask(server.url(), f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    ask(server.url(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)
    document = json.loads(synced.program.support.prepare())
    assert set(document["last_syncs"]) == {"not_read", "detail"}
    assert document["program"]["version"]


def test_they_are_saved_for_this_user_only_and_whole_or_not_at_all(synced: Practice, tmp_path: Path) -> None:
    support = synced.program.support
    place = tmp_path / "details.json"
    place.write_text("an older one")
    support.save(place, '{"a": 1}')
    assert place.read_text() == '{"a": 1}'
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with pytest.raises(Failure) as caught:
        support.save(tmp_path / "nowhere" / "details.json", "{}")
    assert caught.value.code is FailureCode.INVALID_INPUT
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["details.json"]
