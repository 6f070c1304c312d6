"""Backups of a real clinic on its own server: made while it works, tried, kept, told when they fail."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from idexx_desktop.app import Program
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backup import KEPT, BackupState, WhoseRecords
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditRecord, Page
from idexx_desktop.services import backup_file, backup_state
from tests.services.test_backup_file import packed
from tests.support.embedded_clinic import VISITS, EmbeddedClinic, server_of
from tests.support.practice import HandClock, Practices
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def opened(embedded_clinic: EmbeddedClinic) -> Iterator[Program]:
    """The clinic's program, open for all tests of this module."""
    with embedded_clinic.open() as program:
        yield program


@pytest.fixture
def program(opened: Program) -> Iterator[Program]:
    """The same with a clock of its own, and no backup so far."""
    opened.clock = HandClock(SystemClock().now())
    backup_state.change(opened.environment.home, lambda _: BackupState())
    yield opened
    opened.backups.close()
    del opened.backups


def clock_of(program: Program) -> HandClock:
    assert isinstance(program.clock, HandClock)
    return program.clock


def recorded(program: Program) -> list[AuditRecord]:
    """What the activity record says of backups, newest first."""
    return program.audit.rows(AuditFilter(action=str(Action.BACKUP_MADE)), Page(limit=100))


def test_made_while_the_program_writes(program: Program, tmp_path: Path) -> None:
    """What was committed before it began is in it, and what comes meanwhile does no harm."""
    written, enough = 0, threading.Event()

    def write() -> None:
        nonlocal written
        while not enough.is_set():
            with program.records.transaction() as tx:
                tx.audit.record(Action.AUDIT_EXAMINED, "ok", metadata={"rows": written})
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    before = len(recorded(program))
    try:
        last = program.backups.make(tmp_path / "new")
    finally:
        enough.set()
        writer.join()
    assert written > 10
    (kept,) = program.backups.kept(tmp_path / "new")
    assert (str(kept.path), kept.size, kept.made_at) == (last.file, last.size, last.made_at)
    assert (last.visits, kept.contents.visits, kept.contents.problem) == (VISITS, VISITS, None)
    assert kept.whose.clinic_id == program.clinic.clinic_id
    assert program.backups.state() == BackupState(last=last, tried_at=last.made_at)
    newest = recorded(program)
    assert len(newest) == before + 1
    assert newest[0].status == "ok"
    assert newest[0].metadata == {"backup_id": kept.id, "bytes": last.size, "visits": VISITS}
    assert [path.suffix for path in (tmp_path / "new").iterdir()] == [backup_file.ENDING]


def test_fourteen_are_kept_and_only_ours_go(program: Program, tmp_path: Path) -> None:
    """By the daily chore, which returns at once and does it again only a day later."""
    folder = tmp_path / "drive"
    program.backups.choose(folder)
    ours = WhoseRecords(program.clinic.name, program.clinic.clinic_id, "pm@oak.example", practice_site=False)
    old = [
        packed(folder, whose=ours, made_at=program.clock.now() - timedelta(days=day))
        for day in range(1, KEPT + 3)
    ]
    others = packed(folder, made_at=program.clock.now() - timedelta(days=90))
    program.backups.daily()
    assert program.backups.kept() == old, "it works in a thread of its own"
    wait_until(lambda: program.backups.state().last is not None)
    kept = program.backups.kept()
    assert [each.path for each in kept[1:]] == [each.path for each in old[: KEPT - 1]]
    assert backup_file.read(others.path) == others
    program.backups.daily()
    clock_of(program).pass_by(hours=23, minutes=59)
    program.backups.daily()
    assert program.backups.kept() == kept


def test_a_drive_that_is_away_is_told_once_and_tried_again(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "drive" / "backups"
    folder.parent.mkdir()
    program.backups.choose(folder)
    assert folder.is_dir(), "the last part of a folder's name is made"
    before = len(recorded(program))
    folder.rmdir()
    for _ in range(2):
        with pytest.raises(Failure) as away:
            program.backups.make()
        assert away.value.code is FailureCode.BACKUP_NOT_MADE
        assert "isn't there" in away.value.title
        clock_of(program).pass_by(hours=1)
    assert not folder.exists(), "a drive that is away isn't replaced by a folder"
    found = recorded(program)
    assert [row.status for row in found[: len(found) - before]] == ["failed"]
    assert found[0].metadata == {"code": "backup_not_made"}
    state = program.backups.state()
    assert state.problem is not None
    assert state.problem.title == away.value.title
    assert not state.is_overdue(program.clock.now())
    clock_of(program).pass_by(days=3)
    assert state.is_overdue(program.clock.now())


@pytest.mark.parametrize("where", ["the profile itself", "nowhere near", "a file"])
def test_folders_that_cannot_be_used(program: Program, tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("")
    folder = {
        "the profile itself": program.environment.home / "backups",
        "nowhere near": tmp_path / "a" / "b" / "c",
        "a file": tmp_path / "file",
    }[where]
    for use in (program.backups.choose, program.backups.make):
        with pytest.raises(Failure):
            use(folder)
    assert program.backups.state().folder is None
    assert not folder.is_dir()


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk is made by Linux's mount")
def test_a_full_drive_is_named_and_nothing_is_left_on_it(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting isn't allowed here")
    try:
        with pytest.raises(Failure) as full:
            program.backups.make(folder)
        assert full.value.code is FailureCode.BACKUP_NOT_MADE
        assert full.value.title == f"The folder {folder} has no room left."
        assert list(folder.iterdir()) == []
    finally:
        subprocess.run(["umount", folder], check=True)


def test_closing_stops_it_and_leaves_nothing(
    embedded_clinic: EmbeddedClinic, program: Program, tmp_path: Path
) -> None:
    folder = tmp_path / "drive"
    program.backups.choose(folder)
    place = server_of(embedded_clinic.environment).cluster().place
    program.backups.daily()
    wait_until((place / "backup").exists)
    started = time.monotonic()
    program.backups.close()
    assert time.monotonic() - started < 5
    assert list(folder.iterdir()) == []
    assert not (place / "backup").exists()
    state = program.backups.state()
    assert (state.last, state.problem) == (None, None)


def test_records_on_a_server_are_not_ours_to_back_up(practices: Practices, tmp_path: Path) -> None:
    practice = practices("ordinary-day", visits=1)
    with pytest.raises(Failure, match="server"):
        practice.program.backups.make(tmp_path)
    practice.program.backups.daily()
    assert practice.program.backups.state() == BackupState()


def test_a_state_that_cannot_be_read_is_none(embedded_clinic: EmbeddedClinic, program: Program) -> None:
    for text in ("", "[]", "{}", '{"folder": 1, "chosen_at": 5}'):
        (embedded_clinic.environment.home / backup_state.FILE_NAME).write_text(text)
        assert program.backups.state() == BackupState()
