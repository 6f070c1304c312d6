"""The command line in this process, on a clinic at work."""

from __future__ import annotations

import io
import json
import logging
import shutil
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import keyring
import pytest
import structlog

from idexx_desktop import ending, program
from idexx_desktop.__main__ import main
from tests.support.keyring_memory import MemoryKeyring
from tests.support.postgres import People, TestServer
from tests.support.practice import (
    SYNCED_SCENARIO,
    Practice,
    Practices,
    memory_keyring,
    practices,
    synced,
    synced_template,
)

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


@pytest.fixture(scope="module")
def kept_clinic(
    postgres: TestServer, people: People, synced_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Practice, dict[tuple[str, str], str]]]:
    """One clinic for many tests, and what is in its password store."""
    folder = tmp_path_factory.mktemp("kept")
    with memory_keyring(), ExitStack() as parts:
        practice = Practices(postgres, people, folder, parts)(SYNCED_SCENARIO, template=synced_template)
        yield practice, dict(memory().entries)


@pytest.fixture
def looked_at(
    cli: CommandLine,
    kept_clinic: tuple[Practice, dict[tuple[str, str], str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Practice:
    """For commands that change nothing in the records: those of all such tests, with a profile's folder of its own."""
    practice, secrets = kept_clinic
    memory().entries.update(secrets)
    home = Path(shutil.copytree(practice.home, tmp_path / "copied"))
    monkeypatch.setattr(program, "SystemClock", lambda: practice.clock)
    cli.set(HOME=str(home))
    return replace(practice, environment=replace(practice.environment, home=home))


def memory() -> MemoryKeyring:
    """The password store of this test."""
    store = keyring.get_keyring()
    assert isinstance(store, MemoryKeyring)
    return store
