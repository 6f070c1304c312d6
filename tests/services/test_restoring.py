"""A backup put back: on a computer that has nothing, in place of records that stay whole, or refused with words."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idexx_desktop import app
from idexx_desktop.app import Environment
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, VisitFilter
from idexx_desktop.domain.records import Page
from idexx_desktop.services import backup_file
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.audit_heads import FILE_NAME as HEADS
from tests.support.embedded_clinic import LOGIN, VISITS, EmbeddedClinic, computer, server_of


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Environment]:
    """A computer on which nothing is set up."""
    with computer(tmp_path / "elsewhere") as environment:
        yield environment


def test_on_a_new_computer(embedded_clinic: EmbeddedClinic, elsewhere: Environment) -> None:
    """Everything is there at once but the sign-in, which the recovery kit opens. Also after one that was broken off."""
    begun = profiles.new_profile(profiles.EMBEDDED)
    profiles.save(elsewhere.home, begun)
    done = app.restore(elsewhere, embedded_clinic.folder)
    assert done.backup.path == embedded_clinic.backup
    assert (done.aside, done.copies_renewed, done.calls_paused) == (None, False, True)
    assert done.sign_in is not None
    assert done.sign_in.code is FailureCode.KEY_MISSING
    here, there = (profiles.load(each.home) for each in (elsewhere, embedded_clinic.environment))
    assert here is not None
    assert there is not None
    assert replace(here, id=there.id) == there
    assert here.id == begun.id != there.id, "its passwords are this computer's own"
    with app.open_program(elsewhere) as program:
        assert len(program.visits.rows(VisitFilter(), Page(limit=100))) == VISITS
        assert program.status.today().paused
        assert program.audit.verify().ok
        rows = program.audit.rows(AuditFilter(action=str(Action.BACKUP_RESTORED)), Page(limit=9))
        assert [row.metadata["backup_id"] for row in rows] == [done.backup.id]
        assert program.backups.state().restored_from == done.backup.made_at
        assert program.backups.state().folder is None
        program.computers.recover(embedded_clinic.kit)
        assert program.credentials.status().username_hint == LOGIN.username
    with pytest.raises(Failure, match="records"):
        app.restore(elsewhere, embedded_clinic.folder)


def test_in_place_of_records_that_are_set_aside(embedded_clinic: EmbeddedClinic) -> None:
    """On the computer that made it: its keys still fit, and its signed copies know more than the backup."""
    environment = embedded_clinic.environment
    with embedded_clinic.open() as program:
        program.audit.verify()
        latest = program.audit.rows(AuditFilter(), Page(limit=1))[0].id
        with pytest.raises(Failure, match="users"):
            app.restore(environment, embedded_clinic.backup, replace_records=True)
        assert program.visits.attention_count() == 0, "it goes on working"
    before = server_of(environment).cluster()
    done = app.restore(environment, embedded_clinic.backup, replace_records=True)
    assert done.aside == before.data
    assert (before.data / "PG_VERSION").exists()
    assert (done.copies_renewed, done.sign_in) == (True, None)
    copies = [path.name for path in environment.home.glob("activity-record-heads*.jsonl")]
    assert len(copies) == 2
    assert HEADS in copies
    with embedded_clinic.open() as program:
        assert program.audit.verify().ok
        assert latest not in {row.id for row in program.audit.rows(AuditFilter(), Page(limit=1000))}
        assert program.credentials.status().username_hint == LOGIN.username
    shutil.rmtree(before.place)


def changed(backup: Path, folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy that says something else of itself."""
    path = folder / backup.name
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "backup.json":
                about = json.loads(content)
                change(about)
                content = json.dumps(about).encode()
            new.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: about.update(postgres="17"), "made with PostgreSQL 17; this program runs 18"),
        (lambda about: about.update(revision="9999"), "newer version of this program"),
        (lambda about: about["sha256"].update({"base.tar.gz": "00"}), "damaged"),
        (lambda about: about["sha256"].pop("pg_wal.tar.gz"), "damaged"),
        (lambda about: about["rows"].update({"public.visits": VISITS + 1}), "damaged"),
    ],
    ids=["older server", "newer program", "changed", "incomplete", "other rows"],
)
def test_what_does_not_fit_is_refused_and_nothing_is_made(
    embedded_clinic: EmbeddedClinic,
    elsewhere: Environment,
    tmp_path: Path,
    change: Callable[[dict[str, Any]], None],
    said: str,
) -> None:
    path = changed(embedded_clinic.backup, tmp_path, change)
    with pytest.raises(Failure) as refused:
        app.restore(elsewhere, path)
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    assert said in refused.value.title
    with pytest.raises(Failure) as none:
        app.open_program(elsewhere)
    assert none.value.code is FailureCode.NO_PROFILE
    assert not server_of(elsewhere).cluster().exists()


def test_where_there_is_no_backup(elsewhere: Environment, tmp_path: Path) -> None:
    for source in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(Failure) as refused:
            app.restore(elsewhere, source)
        assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    assert profiles.load(elsewhere.home) is None


def test_clinics_are_not_mixed_up(embedded_clinic: EmbeddedClinic, tmp_path: Path) -> None:
    def another(about: dict[str, Any]) -> None:
        about["whose"] |= {"clinic_id": "c-2", "practice": "Elm Road"}

    others = changed(embedded_clinic.backup, tmp_path, another)
    with pytest.raises(Failure, match="another clinic") as refused:
        app.restore(embedded_clinic.environment, others, replace_records=True)
    assert "Elm Road" in refused.value.title
    shutil.copy(embedded_clinic.backup, tmp_path / f"second{backup_file.ENDING}")
    with pytest.raises(Failure, match="several clinics"):
        app.restore(embedded_clinic.environment, tmp_path, replace_records=True)
