"""The command line in this process, on a clinic at work."""

from __future__ import annotations

import io
import json
import logging
import signal
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from idexx_desktop import ending, program
from idexx_desktop.__main__ import main
from tests.support.practice import Practice, practices, synced, synced_template

__all__ = ["practices", "synced", "synced_template"]


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Its one JSON document."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def has_offset(text: str | None) -> bool:
    """Whether a time is ISO 8601 with an offset."""
    return text is not None and datetime.fromisoformat(text).tzinfo is not None


class CommandLine:
    """Gives commands as they are typed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str, stdin: str = "") -> Ran:
        """Run one command to its end."""
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        self._capsys.readouterr()
        try:
            code = main(list(arguments))
        except SystemExit as usage:
            code = usage.code if isinstance(usage.code, int) else 1
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Ran(code, printed.out, printed.err)

    def set(self, **variables: str) -> None:
        """Environment variables of the program, without their prefix; the program removes the secret ones."""
        for name, value in variables.items():
            self._monkeypatch.setenv(f"IDEXX_DESKTOP_{name}", value)


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[CommandLine]:
    """The command line, with a home of its own, and logging as it was before."""
    for name in ("VAULT_PASSPHRASE", "DATABASE_URL", "OWNER_URL", "NEO_URL"):
        monkeypatch.delenv(f"IDEXX_DESKTOP_{name}", raising=False)
    monkeypatch.setenv("IDEXX_DESKTOP_HOME", str(tmp_path / "home"))
    for module, name in ((sys, "excepthook"), (logging, "raiseExceptions"), (warnings, "showwarning")):
        monkeypatch.setattr(module, name, getattr(module, name))
    handlers, factory = list(logging.root.handlers), logging.getLogRecordFactory()
    heard = {number: signal.getsignal(number) for number in ending.numbers()}
    yield CommandLine(monkeypatch, capsys)
    for number, handler in heard.items():
        signal.signal(number, handler)
    structlog.reset_defaults()
    logging.setLogRecordFactory(factory)
    logging.root.handlers[:] = handlers


@pytest.fixture
def at_work(cli: CommandLine, synced: Practice, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """The clinic on which the commands work; its clock is theirs."""
    monkeypatch.setattr(program, "SystemClock", lambda: synced.clock)
    cli.set(HOME=str(synced.home))
    return synced
