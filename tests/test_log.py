"""What reaches a log: events, ids, counts and codes; never names, secrets, or what an exception said."""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from idexx_desktop.log import recent_lines, redact, set_up_logging
from idexx_desktop.redaction import keep_out
from tests.support.bad_input import ACTING
from tests.support.no_secrets import no_secrets_yet

__all__ = ["no_secrets_yet"]

SECRET = "canary-secret-41"


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Logging as it was before, afterwards."""
    handlers, level, factory = list(logging.root.handlers), logging.root.level, logging.getLogRecordFactory()
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    yield monkeypatch
    structlog.reset_defaults()
    logging.setLogRecordFactory(factory)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def start_logging() -> None:
    """As at the start of the program: nobody has set logging up yet, pytest included."""
    logging.root.handlers[:] = []
    set_up_logging()


def last_line() -> str:
    """What would be shown to support."""
    return recent_lines()[-1]


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


def test_a_known_secret_is_cut_out_under_any_key(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    keep_out(SECRET)
    structlog.get_logger().warning(f"asked with {SECRET}", kind=SECRET, deep={"a": [SECRET]}, count=2)
    line = capsys.readouterr().err
    assert "count=2" in line
    assert SECRET not in line
    assert last_line() == line.strip()


def test_what_cannot_be_made_harmless_is_not_written(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Odd:
        def __repr__(self) -> str:
            raise ValueError(SECRET)

    start_logging()
    structlog.get_logger().warning("odd", kind=Odd(), also=SECRET)
    line = capsys.readouterr().err
    assert "made harmless" in line
    assert SECRET not in line


def test_an_exception_leaves_its_place_and_not_its_words(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging()
    local = "canary-in-a-local"
    try:
        raise ValueError(f"canary in words {local}")
    except ValueError:
        structlog.get_logger().exception("sync.bug", owner="canary owner", stack_info=True)
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
def test_more_is_shown_where_it_is_asked_for_and_kept_anyway(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], chosen: str, shown: bool
) -> None:
    logs.setenv("IDEXX_DESKTOP_LOG", chosen)
    start_logging()
    structlog.get_logger().info("quiet", chosen=chosen)
    assert ("quiet" in capsys.readouterr().err) is shown
    assert f"chosen='{chosen}'" in last_line()


def test_the_last_two_hundred_lines_are_kept(logs: pytest.MonkeyPatch) -> None:
    start_logging()
    for number in range(250):
        structlog.get_logger().info("line", number=number)
    assert len(recent_lines()) == 200
    assert "number=249" in last_line()


def test_a_program_without_a_console_logs_all_the_same(logs: pytest.MonkeyPatch) -> None:
    start_logging()
    logs.setattr("sys.stderr", None)
    structlog.get_logger().warning("nobody.sees", count=3)
    assert "nobody.sees" in last_line()


def test_a_libraries_traceback_says_nothing_either(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    try:
        raise ValueError("canary-7 of owner Maria")
    except ValueError:
        logging.getLogger("apscheduler").exception("job failed for %s", "canary-8")
    line = capsys.readouterr().err
    assert "job failed" in line
    assert "ValueError at test_log.py:" in line
    assert "canary" not in line
    assert last_line() == line.strip()


@pytest.mark.parametrize(
    ("message", "arguments", "left"),
    [
        ("%d of %s, %r, %.1f s", (3, "canary", ValueError("canary"), 1.5), "3 of [removed], 'ValueError', 1.5 s"),
        ("%(count)d for %(who)s", ({"count": 2, "who": "canary"},), "2 for [removed]"),
        ("%d rows", ("canary",), "%d rows"),
        ("first line\nfuture: <Task exception=ValueError('canary')>", (), "first line"),
        ("connecting with password=canary", (), "connecting with password='[removed]'"),
        (ValueError("canary"), (), "ValueError"),
        (b"canary", (), "bytes"),
    ],
)  # fmt: skip
def test_of_what_a_library_says_words_and_numbers_are_left(
    logs: pytest.MonkeyPatch, message: object, arguments: tuple[object, ...], left: str
) -> None:
    start_logging()
    logging.getLogger("library").warning(message, *arguments)
    assert last_line() == f"WARNING library: {left}"


def test_a_handler_that_a_library_brings_gets_nothing_else(logs: pytest.MonkeyPatch) -> None:
    start_logging()
    written = io.StringIO()
    logger, handler = logging.getLogger("library.own"), logging.StreamHandler(written)
    logger.addHandler(handler)
    try:
        logger.warning("asked %s", SECRET, exc_info=ValueError(SECRET), stack_info=True)
        handler.setFormatter(logging.Formatter("%(wrong)s"))
        logger.warning("asked %s", SECRET)  # a handler that breaks prints nothing
    finally:
        logger.removeHandler(handler)
    assert written.getvalue() == "asked [removed] (ValueError at )\n"


def test_what_a_task_was_lost_with(logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()

    async def broken() -> None:
        raise ValueError("canary")

    async def lose() -> None:
        task = asyncio.ensure_future(broken())
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(lose())
    line = capsys.readouterr().err
    assert "Task exception was never retrieved (ValueError at test_log.py:" in line
    assert "canary" not in line


def test_a_warning_leaves_its_kind_and_place(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        start_logging()
        warnings.warn("canary of Maria", UserWarning, stacklevel=1)
    line = capsys.readouterr().err
    assert "kind='UserWarning'" in line
    assert "at='test_log.py:" in line
    assert "canary" not in line


def test_no_sign_that_acts_is_logged(
    logs: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Ours, and a library's."""
    set_up_logging()
    signs = "".join(ACTING)
    structlog.get_logger().warning(f"done{signs}", place=signs, code="x\u202ey")
    with caplog.at_level(logging.WARNING):
        logging.getLogger("some.library").warning("said" + signs.replace("\n", "") + "\u202e")
    lines = [
        *recent_lines()[-2:],
        capsys.readouterr().err.rstrip("\n"),
        *(record.getMessage() for record in caplog.records),
    ]
    assert "done" in lines[0]
    assert "said" in lines[1]
    assert not [ascii(line) for line in lines if set(line) & (set(ACTING) - {"\n"})]
