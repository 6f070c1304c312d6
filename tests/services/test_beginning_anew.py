"""Records that can't be read any more are set aside, and the computer is set up anew beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from idexx_desktop import app
from idexx_desktop.app import SetUp
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import VisitFilter
from idexx_desktop.domain.records import Page
from idexx_desktop.domain.records_words import Trouble
from idexx_desktop.services import backup_state
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.beginning_anew import begin_anew
from idexx_desktop.services.setting_up import DEFAULT_NEO_URL
from idexx_desktop.sync.signin import SealedSignIn
from tests.support.embedded_clinic import LOGIN, VISITS, made_clinic, server_of

WANTED = SetUp("Oak Street Vets", "America/Los_Angeles", "pm@oak.example", review=True)


@pytest.mark.long(item=59)
def test_damaged_records_are_set_aside_whole(tmp_path: Path) -> None:
    """Signed in, whole and backed up anew; nothing of before is removed, and its backup can still be put back."""
    with made_clinic(tmp_path) as clinic:
        environment = clinic.environment
        with clinic.open(), pytest.raises(Failure) as used:
            begin_anew(environment)
        assert used.value.code is FailureCode.INVALID_INPUT
        before = server_of(environment).cluster().data
        (before / "global" / "pg_control").unlink()
        there = sorted(before.rglob("*"))
        with pytest.raises(Failure) as shut, clinic.open():
            pass
        assert shut.value.trouble is Trouble.DAMAGED
        assert begin_anew(environment) == before
        assert begin_anew(environment) is None, "interrupted it can be repeated"
        assert set(there) - set(before.rglob("*")) <= {before / "postmaster.pid"}
        profile = profiles.load(environment.home)
        assert profile is not None
        assert not profile.complete
        with app.set_up(environment, WANTED) as (program, made):
            assert made
            assert program.visits.rows(VisitFilter(), Page(limit=9)) == []
            SealedSignIn(program.records, program._sharing, program.clock).save(
                LOGIN, DEFAULT_NEO_URL, cookies=None, validated=True
            )
            assert program.credentials.status().username_hint == LOGIN.username
            assert program.audit.verify().ok
            program.backups.make(clinic.folder)
            assert clinic.backup.exists()
            assert [Path(each.file) for each in backup_state.load(environment.home).made] != [clinic.backup]
        assert begin_anew(environment) != before
        done = app.restore(environment, app.Wanted(clinic.backup, kit_code=clinic.kit))
        assert done.calls_paused
        with clinic.open() as program:
            assert len(program.visits.rows(VisitFilter(), Page(limit=100))) == VISITS
            assert program.audit.verify().ok
