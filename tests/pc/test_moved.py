"""A profile in a folder that is kept in step with other computers, moved by an ordinary user's command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pc.test_two_computers import INIT, is_open, place
from tests.support.computers import MakeComputer, own_folder


@pytest.mark.long(item=53)
def test_moved_with_its_data_folder(computer: MakeComputer, open_place: Path) -> None:
    hers, share = computer(), own_folder(open_place / "share")
    home, own = share / "profile", own_folder(open_place / "own") / "profile"
    assert hers.run("--home", home, *INIT).code == 0
    (share / ".dropbox").touch()
    shut = hers.run("--home", home, "status", "--json")
    assert (shut.code, json.loads(shut.out)["error"]["code"]) == (7, "records_not_local")
    checked = hers.run("--home", home, "doctor", "--json")
    checks = {check["name"]: check for check in json.loads(checked.out)["checks"]}
    assert "idexx-desktop move" in checks["folder"]["detail"]
    moved = hers.run("--home", home, "move", "--to", own)
    assert moved.code == 0, moved.words
    there = hers.run("--home", home, "audit", "verify", "--json")
    assert there.code == 0, there.words
    assert (place(own) / "data" / "PG_VERSION").exists()
    assert (place(home) / "data" / "PG_VERSION").exists()
    assert not is_open(home)
    assert hers.run("--home", own, "status").code == 0
