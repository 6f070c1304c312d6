"""What reaches a log: events, ids, counts and codes; never names, secrets, or what an exception said."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from idexx_desktop.log import redact, set_up_logging


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Logging as it was before, afterwards."""
    handlers, level = list(logging.root.handlers), logging.root.level
    yield monkeypatch
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def start_logging() -> None:
    """As at the start of the program: nobody has set logging up yet, pytest included."""
    logging.root.handlers[:] = []
    set_up_logging()


@pytest.mark.parametrize(
    "key",
    [
        "password", "db_password", "Authorization", "cookies", "phone", "owner_name", "patient", "email", "notes",
        "passphrase", "company_id", "neo_url", "conninfo", "api_token", "client_secret",
    ],
)  # fmt: skip
def test_values_that_sound_like_secrets_or_people(key: str) -> None:
    assert redact(None, "info", {key: "canary", "event": "x"})[key] == "[removed]"


def test_what_is_left() -> None:
    event = {"event": "sync.done", "visits": 3, "code": "unreachable", "seconds": 1.5}
    assert redact(None, "info", dict(event)) == event


def test_an_exception_leaves_its_place_and_not_its_words(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging()
    local = "canary-in-a-local"
    try:
        raise ValueError(f"canary in words {local}")
    except ValueError:
        structlog.get_logger().exception("sync.bug", owner="canary owner")
    line = capsys.readouterr().err
    assert "sync.bug" in line
    assert "ValueError" in line
    assert "test_log.py:" in line
    assert "canary" not in line


def test_logs_go_to_standard_error_and_only_what_matters(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud", count=2)
    logging.getLogger("somebody").info("quiet")
    logging.getLogger("somebody").warning("loud, too")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "quiet" not in printed.err
    assert "loud" in printed.err
    assert "count=2" in printed.err
    assert "loud, too" in printed.err


@pytest.mark.parametrize(("chosen", "shown"), [("info", True), ("INFO", True), ("nonsense", False)])
def test_more_is_shown_where_it_is_asked_for(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], chosen: str, shown: bool
) -> None:
    logs.setenv("IDEXX_DESKTOP_LOG", chosen)
    start_logging()
    structlog.get_logger().info("quiet")
    assert ("quiet" in capsys.readouterr().err) is shown


def test_a_librarys_traceback_says_nothing_either(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    try:
        raise ValueError("canary-7 of owner Maria")
    except ValueError:
        logging.getLogger("apscheduler").exception("job failed for %s", "canary-8")
    line = capsys.readouterr().err
    assert "job failed" in line
    assert "canary-7" not in line
