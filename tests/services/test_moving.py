"""A profile where other computers can reach it: refused at set-up, not opened later, moved with all that it holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from idexx_desktop import app
from idexx_desktop.app import Environment, SetUp
from idexx_desktop.db.server import holding
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.environment import read_environment
from idexx_desktop.services.moving import move_here
from idexx_desktop.services.places import server_of, store_of
from tests.db_server.test_holding import OTHER, leased_to
from tests.support.embedded_clinic import PASSPHRASE, remove
from tests.support.practice import memory_keyring

WANTED = SetUp("Oak Street Vets", "America/Los_Angeles", "pm@oak.example", neo_url="http://127.0.0.1:9")


def opened_practice(environment: Environment) -> str:
    with app.open_program(environment) as program:
        assert program.audit.verify().problem is None
        return program.clinic.name


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[Environment]:
    """Set up in an ordinary folder, which may be kept in step with others later."""
    made = Environment(tmp_path / "share" / "profile", vault_passphrase=PASSPHRASE)
    with memory_keyring():
        with app.set_up(made, WANTED):
            pass
        yield made
        for each in (made, moved_environment(tmp_path)):
            (each.home / "moved.json").unlink(missing_ok=True)
            if (each.home / "server").exists():
                remove(each)


def moved_environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "own" / "profile", vault_passphrase=PASSPHRASE)


def keep_in_step(environment: Environment) -> None:
    (environment.home.parent / ".dropbox").touch()


def test_refused_at_set_up_before_anything_is_made(tmp_path: Path) -> None:
    environment = Environment(tmp_path / "OneDrive" / "profile", vault_passphrase=PASSPHRASE)
    with pytest.raises(Failure) as caught, app.set_up(environment, WANTED):
        pass
    assert caught.value.code is FailureCode.RECORDS_NOT_LOCAL
    assert "OneDrive keeps in step" in caught.value.title
    assert "own disk" in caught.value.advice_at_set_up
    assert list(tmp_path.iterdir()) == []


def test_found_later_and_moved_with_everything(environment: Environment, tmp_path: Path) -> None:
    keep_in_step(environment)
    with pytest.raises(Failure) as caught:
        opened_practice(environment)
    assert caught.value.code is FailureCode.RECORDS_NOT_LOCAL
    assert caught.value.button == "Move it to this computer"
    target = moved_environment(tmp_path)
    found = move_here(environment, target.home)
    assert (found.home, found.before) == (target.home, environment.home)
    assert (environment.home / "vault.json").read_bytes() == (target.home / "vault.json").read_bytes()
    assert opened_practice(target) == "Oak Street Vets"
    # a start by the old way finds it
    assert read_environment(str(environment.home), {}).home == target.home
    # and another computer learns where it is
    with pytest.raises(Failure) as caught:
        opened_practice(environment)
    assert caught.value.code is FailureCode.RECORDS_MOVED


def test_another_computer_is_told_where_it_went(tmp_path: Path) -> None:
    environment = Environment(tmp_path, vault_passphrase=PASSPHRASE)
    profiles.save(tmp_path, profiles.new_profile("embedded"))
    mark = {"to": "/home/anna/profile", "computer": "another", "name": "Front Desk 1", "at": "2026-11-22"}
    (tmp_path / "moved.json").write_text(json.dumps(mark))
    assert read_environment(str(tmp_path), {}).home == tmp_path
    for use in (opened_practice, app.stop_server, move_here):
        with pytest.raises(Failure) as caught:
            use(environment)
        assert caught.value.code is FailureCode.RECORDS_MOVED
        assert "Front Desk 1" in caught.value.title


@pytest.mark.long(item=53)
def test_not_given_back_by_another_computer_and_where_it_can_t_move(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copied while it was open there, say: nothing opens by itself; a person's word does it, in place."""
    server = server_of(environment, store_of(environment, profiles.existing(environment.home)))
    leased_to(server.cluster().place, OTHER)
    with pytest.raises(Failure) as caught:
        opened_practice(environment)
    assert caught.value.code is FailureCode.RECORDS_OPEN_ELSEWHERE
    assert "Front Desk 2" in caught.value.title
    monkeypatch.setattr(holding, "WATCH_SECONDS", 1.0)
    assert move_here(environment).before is None
    assert opened_practice(environment) == "Oak Street Vets"
    keep_in_step(environment)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("of somebody")
    home = environment.home
    for to in (home, home / "server", home.parent, tmp_path / "full", tmp_path / "full" / "file"):
        with pytest.raises(Failure) as caught:
            move_here(environment, to)
        assert caught.value.code in (FailureCode.INVALID_INPUT, FailureCode.RECORDS_NOT_LOCAL)
        assert "move --to" in caught.value.advice
    assert not (home / "moved.json").exists()
    assert (tmp_path / "full" / "file").read_text() == "of somebody"
