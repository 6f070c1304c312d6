"""A backup and a restore are recorded, or there is none: on a clinic whose records are on this computer."""

from __future__ import annotations

from pathlib import Path

import pytest

from idexx_desktop import app
from idexx_desktop.app import Wanted
from idexx_desktop.db import embedded
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.audited.recipe import FORGET, KNOW
from tests.support.embedded_clinic import EmbeddedClinic, computer, server_of
from tests.support.practice import ask

MADE, RESTORED = str(Action.BACKUP_MADE), str(Action.BACKUP_RESTORED)
CHOSEN = str(Action.COMPUTER_SETTINGS_CHANGED)
ROWS = "SELECT action, metadata FROM public.idexx_sync_audit_log WHERE action = %s ORDER BY seq"


@pytest.mark.long(item=41)
def test_no_row_no_effect(embedded_clinic: EmbeddedClinic, tmp_path: Path) -> None:
    server, folder = server_of(embedded_clinic.environment), tmp_path / "drive"
    with server.attached() as address, embedded_clinic.open() as program:
        owner = embedded.owner_url(address)
        before = len(ask(owner, ROWS, CHOSEN))  # other tests share this clinic
        known = [ask(owner, FORGET, word)[0] for word in (CHOSEN, MADE, RESTORED)]
        try:
            with pytest.raises(Failure):
                program.backups.make(folder)
            assert list(folder.iterdir()) == [], "a backup without a row"
            with pytest.raises(Failure):
                program.backups.choose(folder)
            assert program.backups.state().folder != str(folder), "a choice without a row"
            for row in known[:2]:
                ask(owner, KNOW, *row.values())
            program.backups.choose(folder)
            program.backups.make(folder)
            assert ask(owner, ROWS, CHOSEN)[before:] == [
                {"action": CHOSEN, "metadata": {"setting": "backup"}}
            ]
        finally:
            for row in known:
                ask(owner, f"{KNOW} ON CONFLICT DO NOTHING", *row.values())
    with computer(tmp_path / "new") as environment:
        with pytest.raises(Failure):
            app.restore(environment, Wanted(folder, unverified=True))
        assert not server_of(environment).cluster().exists(), "records were restored without a row"
        with pytest.raises(Failure) as none:
            app.open_program(environment)
        assert none.value.code is FailureCode.NO_PROFILE
