"""A backup and a restore are recorded, or there is none: on a clinic whose records are on this computer."""

from __future__ import annotations

from pathlib import Path

import pytest

from idexx_desktop import app
from idexx_desktop.app import Wanted
from idexx_desktop.db import embedded
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.support.embedded_clinic import EmbeddedClinic, computer, server_of
from tests.support.practice import ask

MADE, RESTORED = str(Action.BACKUP_MADE), str(Action.BACKUP_RESTORED)


def test_no_row_no_effect(embedded_clinic: EmbeddedClinic, tmp_path: Path) -> None:
    server, folder = server_of(embedded_clinic.environment), tmp_path / "drive"
    with server.attached() as address, embedded_clinic.open() as program:
        owner = embedded.owner_url(address)
        ask(owner, "DELETE FROM idexx_app.audit_actions WHERE action IN (%s, %s)", MADE, RESTORED)
        try:
            with pytest.raises(Failure):
                program.backups.make(folder)
            assert list(folder.iterdir()) == [], "a backup without a row"
            ask(owner, "INSERT INTO idexx_app.audit_actions VALUES (%s)", MADE)
            program.backups.make(folder)
        finally:
            for word in (MADE, RESTORED):
                ask(owner, "INSERT INTO idexx_app.audit_actions VALUES (%s) ON CONFLICT DO NOTHING", word)
    with computer(tmp_path / "new") as environment:
        with pytest.raises(Failure):
            app.restore(environment, Wanted(folder, unverified=True))
        assert not server_of(environment).cluster().exists(), "records were restored without a row"
        with pytest.raises(Failure) as none:
            app.open_program(environment)
        assert none.value.code is FailureCode.NO_PROFILE
