"""Backups of a real clinic on its own server: made while it works, tried, kept, told when they fail."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idexx_desktop.app import Program
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backup import KEPT, BackupState, MadeBackup, WhoseRecords
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditRecord, Page
from idexx_desktop.services import backup_file, backup_state
from idexx_desktop.services.backup import _made
from idexx_desktop.vault.backup_proof import BackupSigner
from idexx_desktop.vault.keyring_store import KeyringStore
from tests.services.test_backup_file import packed
from tests.support.embedded_clinic import VISITS, EmbeddedClinic, do, server_of
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


def own_signer(program: Program) -> BackupSigner:
    """With the key of this computer."""
    return program.backups._signing.signer


def backups_there(folder: Path) -> set[Path]:
    return set(folder.glob(f"*{backup_file.ENDING}"))


def noted(program: Program, folder: Path, count: int, first: int = 0) -> list[MadeBackup]:
    """Backups that this computer has made before, in this order; the clock was anywhere meanwhile."""
    made = []
    for number in range(first, first + count):
        at = program.clock.now() - timedelta(days=number % 3 * 1000 - number)
        file = backup_file.read(packed(folder, own_signer(program), id=f"own-{number}", made_at=at).path)
        assert file.proof is not None
        made.append(_made(file.backup, file.proof))
    backup_state.change(program.environment.home, lambda state: replace(state, made=(*state.made, *made)))
    return made


def test_fourteen_are_kept_and_only_what_it_made_goes(program: Program, tmp_path: Path) -> None:
    """By the daily chore, which returns at once and does it again only a day later."""
    folder = tmp_path / "drive"
    program.backups.choose(folder)
    old = noted(program, folder, KEPT + 1)
    program.backups.daily()
    assert len(program.backups._signed_here(folder)) == KEPT + 1, "it works in a thread of its own"
    wait_until(lambda: program.backups.state().last is not None)
    program.backups._thread.join()  # type: ignore[union-attr]  # it has begun
    there = backups_there(folder)
    made = program.backups.state().made
    assert [each.id for each in made[:-1]] == [each.id for each in old[2:]]
    assert there == {Path(each.file) for each in made}
    program.backups.daily()
    clock_of(program).pass_by(hours=23, minutes=59)
    program.backups.daily()
    assert backups_there(folder) == there


def test_no_file_pushes_out_another_by_what_it_says(program: Program, tmp_path: Path) -> None:
    """Fourteen dated 2099, foreign, renamed, unreadable, linked, of this clinic or another: none counts, none goes."""
    folder = tmp_path / "drive"
    folder.mkdir()
    ours = WhoseRecords(program.clinic.name, program.clinic.clinic_id, "pm@oak.example", practice_site=False)
    thief = BackupSigner(KeyringStore("thief"))
    planted = [
        packed(folder, thief, id=f"x{day}", whose=ours, made_at=datetime(2099, 1, 1 + day, tzinfo=UTC)).path
        for day in range(KEPT)
    ]
    renamed = packed(folder, own_signer(program), id="renamed").path.rename(
        folder / f"mine{backup_file.ENDING}"
    )
    own = noted(program, folder, KEPT)
    swapped, unreadable, linked, away = (Path(each.file) for each in own[:4])
    swapped.write_bytes(planted[0].read_bytes())
    unreadable.write_bytes(b"no backup")
    target = linked.rename(tmp_path / "elsewhere")
    linked.symlink_to(target)
    away.unlink()
    last = program.backups.make(folder)
    left = set(folder.iterdir())
    assert {*planted, renamed, swapped, unreadable, linked, Path(last.file)} <= left
    assert target.exists()
    assert {Path(each.file) for each in own[4:]} <= left, "ten and the new one are fewer than fourteen"
    assert str(away) not in {each.file for each in program.backups.state().made}
    noted(program, folder, 5, first=50)
    newest = program.backups.make(folder)
    assert Path(newest.file).exists()
    assert not Path(own[4].file).exists(), "the one that was made first, of those that are there"
    assert {*planted, renamed, swapped, unreadable, linked} <= set(folder.iterdir())


def test_what_is_called_good_is_whole_and_ours(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "drive"
    made = program.backups.make(folder)
    (good,) = program.backups.kept(folder)
    assert good.path == Path(made.file)
    ours = WhoseRecords(program.clinic.name, program.clinic.clinic_id, "pm@oak.example", practice_site=False)
    foreign = packed(folder, whose=ours).path
    assert [each.path for each in program.backups.others(folder)] == [foreign]
    content = bytearray(good.path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    good.path.write_bytes(content)
    assert program.backups.kept(folder) == []


def test_what_could_not_be_put_back_is_not_a_backup(
    embedded_clinic: EmbeddedClinic, program: Program, tmp_path: Path
) -> None:
    """Somebody has made something in the records that a restore would refuse: it is said now, not then."""
    with server_of(embedded_clinic.environment).attached() as address:
        do(address, "CREATE FUNCTION public.strange() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
        try:
            with pytest.raises(Failure) as refused:
                program.backups.make(tmp_path / "drive")
        finally:
            do(address, "DROP FUNCTION public.strange()")
    assert refused.value.code is FailureCode.BACKUP_NOT_MADE
    assert "couldn't be put back" in refused.value.title
    assert list((tmp_path / "drive").iterdir()) == []


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


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null", "[" * 100_000,
        '{"folder": 1, "chosen_at": null, "last": null, "tried_at": null, "problem": null, "restored_from": null}',
        '{"folder": "x", "chosen_at": "2026-11-22T10:00:00", "last": null, "tried_at": null, "problem": null,'
        ' "restored_from": null}',
        '{"folder": "x", "chosen_at": null, "last": null, "tried_at": null, "problem": null, "restored_from": null,'
        ' "made": [{}]}',
    ],
    ids=["empty", "a list", "nothing in it", "null", "deep", "a number", "no zone", "no backup"],
)  # fmt: skip
def test_a_state_that_cannot_be_read_is_said(program: Program, tmp_path: Path, text: str) -> None:
    """And left as it is, until a person chooses the folder again."""
    home = program.environment.home
    file = home / backup_state.FILE_NAME
    file.write_text(text)
    state = program.backups.state()
    assert state.unreadable is not None
    assert state.unreadable.code is FailureCode.BACKUP_STATE_UNREADABLE
    assert state.standing(program.clock.now()) is state.unreadable
    for folder in (None, tmp_path / "drive"):
        with pytest.raises(Failure) as refused:
            program.backups.make(folder)
        assert refused.value.code is FailureCode.BACKUP_STATE_UNREADABLE
    program.backups.daily()
    assert file.read_text() == text
    program.backups.choose(tmp_path / "drive")
    chosen = program.backups.state()
    assert (chosen.folder, chosen.unreadable) == (str(tmp_path / "drive"), None)
    assert (home / f"{backup_state.FILE_NAME}.unreadable").read_text() == text


def test_a_state_that_the_disk_does_not_give_is_said(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today it can't be read, tomorrow it can: nothing of it is lost, and the daily ones go on."""
    program.backups.choose(tmp_path / "drive")

    def no_access(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "read_bytes", no_access)
        state = program.backups.state()
        assert state.unreadable is not None
        assert state.unreadable.detail == "Permission denied"
    assert program.backups.state().is_due(program.clock.now())


def test_a_state_of_an_older_version_is_read(program: Program, tmp_path: Path) -> None:
    """What it has made isn't known, so none of it is ever removed."""
    file = program.environment.home / backup_state.FILE_NAME
    program.backups.choose(tmp_path)
    kept = json.loads(file.read_text())
    del kept["made"]
    file.write_text(json.dumps(kept))
    state = program.backups.state()
    assert (state.folder, state.made, state.unreadable) == (str(tmp_path), (), None)
