"""A backup put back: on a computer that has nothing, in place of records that stay whole, or refused with words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idexx_desktop import app
from idexx_desktop.app import Environment
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.backup import FoundBackup, ProvedBy
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, VisitFilter
from idexx_desktop.domain.records import Page
from idexx_desktop.services import backup_file
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.audit_heads import FILE_NAME as HEADS
from idexx_desktop.services.backup_proving import Wanted, look_at_backup
from idexx_desktop.vault.codes import new_recovery_code
from tests.services.test_backup_file import rewritten
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
    told: list[FoundBackup] = []
    done = app.restore(
        elsewhere, Wanted(embedded_clinic.folder, kit_code=embedded_clinic.kit, tell=told.append)
    )
    assert done.backup.path == embedded_clinic.backup
    assert told == [done.found], "what was chosen is told before it is used"
    assert done.found.proved_by is ProvedBy.KIT
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
        assert [(row.metadata["backup_id"], row.metadata["proved_by"]) for row in rows] == [
            (done.backup.id, "recovery_kit")
        ]
        assert program.backups.state().restored_from == done.backup.made_at
        assert program.backups.state().folder is None
        program.computers.recover(embedded_clinic.kit)
        assert program.credentials.status().username_hint == LOGIN.username
    with pytest.raises(Failure, match="records"):
        app.restore(elsewhere, Wanted(embedded_clinic.folder))


@pytest.mark.long(item=41)
def test_in_place_of_records_that_are_set_aside(embedded_clinic: EmbeddedClinic) -> None:
    """On the computer that made it: its keys still fit, and its signed copies know more than the backup."""
    environment = embedded_clinic.environment
    with embedded_clinic.open() as program:
        program.audit.verify()
        latest = program.audit.rows(AuditFilter(), Page(limit=1))[0].id
        with pytest.raises(Failure, match="users"):
            app.restore(environment, Wanted(embedded_clinic.backup, replace_records=True))
        assert program.status.today().needs(program.clock.now()).visits == 0, "it goes on working"
    before = server_of(environment).cluster()
    done = app.restore(environment, Wanted(embedded_clinic.backup, replace_records=True))
    assert done.aside == before.data
    assert (before.data / "PG_VERSION").exists()
    assert (done.copies_renewed, done.sign_in) == (True, None)
    assert done.found.proved_by is ProvedBy.THIS_COMPUTER, "its own key proves it"
    copies = [path.name for path in environment.home.glob("activity-record-heads*.jsonl")]
    assert len(copies) == 2
    assert HEADS in copies
    with embedded_clinic.open() as program:
        assert program.audit.verify().ok
        assert latest not in {row.id for row in program.audit.rows(AuditFilter(), Page(limit=1000))}
        assert program.credentials.status().username_hint == LOGIN.username
    shutil.rmtree(before.place)


def unproved(about: dict[str, Any]) -> None:
    """As an older version would have made it, or somebody who knows that what was signed can't be changed."""
    del about["proof"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: about.update(postgres="17"), "made with PostgreSQL 17; this program runs 18"),
        (lambda about: about.update(revision="9999"), "newer version of this program"),
        (lambda about: about["sha256"].update({"base.tar.gz": "00"}), "changed since it was made"),
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
    copy = shutil.copy(embedded_clinic.backup, tmp_path)
    path = rewritten(rewritten(Path(copy), unproved, into=tmp_path / "unproved"), change, into=tmp_path)
    with pytest.raises(Failure) as refused:
        app.restore(elsewhere, Wanted(path, unverified=True))
    assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    assert said in refused.value.title
    with pytest.raises(Failure) as none:
        app.open_program(elsewhere)
    assert none.value.code is FailureCode.NO_PROFILE
    if profiles.load(elsewhere.home) is not None:
        assert not server_of(elsewhere).cluster().exists()


def test_where_there_is_no_backup(elsewhere: Environment, tmp_path: Path) -> None:
    for source in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(Failure) as refused:
            app.restore(elsewhere, Wanted(source, unverified=True))
        assert refused.value.code is FailureCode.BACKUP_UNUSABLE
    assert profiles.load(elsewhere.home) is None


def test_clinics_are_not_mixed_up(embedded_clinic: EmbeddedClinic, tmp_path: Path) -> None:
    def another(about: dict[str, Any]) -> None:
        unproved(about)
        about["whose"] |= {"clinic_id": "c-2", "practice": "Elm Road"}

    first = Path(shutil.copy(embedded_clinic.backup, tmp_path / f"first{backup_file.ENDING}"))
    others = rewritten(first, another)
    with pytest.raises(Failure, match="another clinic") as refused:
        app.restore(embedded_clinic.environment, Wanted(others, replace_records=True, unverified=True))
    assert "Elm Road" in refused.value.title
    first.write_bytes(rewritten(embedded_clinic.backup, unproved, into=tmp_path / "unproved").read_bytes())
    with pytest.raises(Failure, match="several clinics"):
        look_at_backup(embedded_clinic.environment, tmp_path)


def refusal(environment: Environment, wanted: Wanted) -> Failure:
    """How it is refused; nothing is made then."""
    with pytest.raises(Failure) as refused:
        app.restore(environment, wanted)
    assert profiles.load(environment.home) is None
    return refused.value


def test_what_nobody_has_proved_takes_a_persons_yes(
    embedded_clinic: EmbeddedClinic, elsewhere: Environment, tmp_path: Path
) -> None:
    """On a new computer: no code, another kit's code, a mistyped one; and one that no code can prove."""
    asked = refusal(elsewhere, Wanted(embedded_clinic.backup))
    assert (asked.code, asked.words.exit_code) == (FailureCode.BACKUP_NOT_PROVED, 2)
    assert "--kit-stdin" in asked.advice
    assert embedded_clinic.backup.name in asked.advice
    other = refusal(elsewhere, Wanted(embedded_clinic.backup, kit_code=new_recovery_code()))
    assert other.code is FailureCode.CODE_REFUSED
    mistyped = refusal(elsewhere, Wanted(embedded_clinic.folder, kit_code=embedded_clinic.kit[:-1]))
    assert mistyped.code is FailureCode.CODE_REFUSED
    old = rewritten(embedded_clinic.backup, unproved, into=tmp_path)
    for wanted in (Wanted(old), Wanted(old, kit_code=embedded_clinic.kit)):
        unknown = refusal(elsewhere, wanted)
        assert unknown.code is FailureCode.BACKUP_NOT_PROVED
        assert "an older version of this program made it, or somebody has changed it" in unknown.title
        assert "--kit-stdin" not in unknown.advice


def test_one_of_an_older_version_is_put_back_whole(
    embedded_clinic: EmbeddedClinic, elsewhere: Environment, tmp_path: Path
) -> None:
    old = rewritten(embedded_clinic.backup, unproved, into=tmp_path)
    done = app.restore(elsewhere, Wanted(old, unverified=True))
    assert (done.found.proved_by, done.found.signed) == (ProvedBy.NOBODY, False)
    with app.open_program(elsewhere) as program:
        assert len(program.visits.rows(VisitFilter(), Page(limit=100))) == VISITS
        assert program.audit.verify().ok
        rows = program.audit.rows(AuditFilter(action=str(Action.BACKUP_RESTORED)), Page(limit=9))
        assert [row.metadata["proved_by"] for row in rows] == ["nobody"]
        program.computers.recover(embedded_clinic.kit)
        assert program.credentials.status().username_hint == LOGIN.username
        made = program.backups.make(tmp_path / "drive")
        assert program.backups.others(tmp_path / "drive") == []
    # the kit has admitted this computer, so the kit proves what it makes, too
    found = look_at_backup(embedded_clinic.environment, Path(made.file), embedded_clinic.kit)
    assert found.proved_by is ProvedBy.KIT


def test_a_date_never_goes_before_a_proof(embedded_clinic: EmbeddedClinic, tmp_path: Path) -> None:
    """Of a folder the newest is chosen that is proved; one that isn't only where nobody can prove any."""

    def of_2099(about: dict[str, Any]) -> None:
        unproved(about)
        about["made_at"] = "2099-01-01T00:00:00+00:00"

    shutil.copy(embedded_clinic.backup, tmp_path)
    newest = rewritten(embedded_clinic.backup, of_2099, into=tmp_path)
    here = look_at_backup(embedded_clinic.environment, tmp_path)
    assert (here.backup.path.name, here.proved_by) == (embedded_clinic.backup.name, ProvedBy.THIS_COMPUTER)
    with computer(tmp_path / "new") as elsewhere:
        by_kit = look_at_backup(elsewhere, tmp_path, embedded_clinic.kit)
        assert by_kit.backup.path.name == embedded_clinic.backup.name
        assert look_at_backup(elsewhere, tmp_path).backup.path == newest
