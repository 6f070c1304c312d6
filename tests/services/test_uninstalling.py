"""An uninstall knows every place: after it nothing of the profile is left, but the backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from idexx_desktop import app
from idexx_desktop.app import Environment, SetUp, Wanted
from idexx_desktop.db.server import server_account
from idexx_desktop.db.server.place import system_places
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.services import uninstalling
from idexx_desktop.services.setting_up import DEFAULT_NEO_URL
from idexx_desktop.sync.signin import SealedSignIn
from tests.support.keyring_memory import MemoryKeyring

WANTED = SetUp("Oak Street Vets", "America/Los_Angeles", "pm@oak.example")


def test_nothing_is_left(
    tmp_path: Path, keyring_in_memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys, passwords, records set aside by a restore, the start with the session: everything that was ever made."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    environment = Environment(tmp_path / "home")
    with app.set_up(environment, WANTED) as (program, _):
        login = NeoLogin("4242", "practice@oakstreet.example", "only-for-tests-1")
        SealedSignIn(program.records, program._sharing, program.clock).save(
            login, DEFAULT_NEO_URL, cookies=None, validated=True
        )
        monkeypatch.setenv("https_proxy", "http://proxy.clinic.test:3128")
        program.proxy.keep("ana", "only-for-tests-2")
        monkeypatch.delenv("https_proxy")
        program.computers.rotate_key()
        program.computers.make_kit()
        program.audit.check.keep()
        made = program.backups.make(tmp_path / "backups")
        program.autostart.turn_on()
    app.restore(environment, Wanted(Path(made.file), replace_records=True))
    outside = system_places(environment.home / "server")
    assert len(outside) == (2 if server_account() else 0)  # of now, and set aside
    assert len(keyring_in_memory.entries) > 6
    places = uninstalling.places(environment)
    assert [place.where for place in places if place.stays] == [str(tmp_path / "backups")]
    for wrong in ("", "oak street vets"):
        with pytest.raises(Failure, match="practice"):
            uninstalling.uninstall(environment, wrong)
    assert environment.home.exists()
    assert uninstalling.uninstall(environment, "Oak Street Vets") == places
    assert keyring_in_memory.entries == {}
    assert [place for place in outside if place.exists()] == []
    assert not environment.home.exists()
    assert not [path for path in (tmp_path / "config").rglob("*") if path.is_file()]
    assert Path(made.file).exists()
