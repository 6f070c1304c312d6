"""Nobody but its user touches a profile: exit 2 and words, before anything is made, read or given away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import own_folder as rule
from tests.cli.conftest import CommandLine, cli
from tests.support.computers import PASSPHRASE, USER, USER_ID, MakeComputer, own_folder

__all__ = ["cli"]

pytestmark = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs root")
INIT = ("init", "--practice", "Oak", "--timezone", "Europe/Berlin", "--email", "a@b.example")
COMMANDS = (
    ("status",), ("sync",), ("doctor",), ("stop",), INIT, ("backup", "--list"), ("schedule",), ("audit", "verify"),
    ("credentials", "status"), ("autostart", "on"), ("db", "programs"),
    ("restore", "--from", "nothing.idexx-backup"), (),
)  # fmt: skip


def snapshot(folder: Path) -> dict[str, tuple[int, ...]]:
    """Owner, group, mode, size and change time of everything below a folder, itself included."""
    found: dict[str, tuple[int, ...]] = {}
    for path in (folder, *folder.rglob("*")):
        stat = path.lstat()
        found[str(path)] = (stat.st_uid, stat.st_gid, stat.st_mode, stat.st_size, stat.st_ctime_ns)
    return found


def test_root_looks_at_a_user_s_profile(computer: MakeComputer, open_place: Path, cli: CommandLine) -> None:
    home = own_folder(open_place / "hers") / "profile"
    hers = computer()
    assert hers.run("--home", home, *INIT).code == 0
    before = snapshot(home)
    for command in COMMANDS:
        cli.set(VAULT_PASSPHRASE=PASSPHRASE)
        ran = cli("--home", str(home), *command)
        assert (ran.code, ran.out) == (2, ""), command
        assert f"belongs to another user of this computer: user {USER_ID}" in ran.err
        assert "Nothing was touched" in ran.err
    assert snapshot(home) == before
    there = hers.run("--home", home, "status")
    assert there.code == 0, there.words


def test_an_ordinary_user_looks_at_root_s_profile(computer: MakeComputer, open_place: Path) -> None:
    """Copied by root into her folder, say: it is said whose it is, and how it becomes hers."""
    home = own_folder(open_place / "hers") / "profile"
    home.mkdir(mode=0o755)
    before = snapshot(home)
    ran = computer().run("--home", home, "status", "--json")
    assert ran.code == 2
    assert '"code": "anothers_profile"' in ran.out
    assert f"chown -R {USER} FOLDER" in ran.out
    assert snapshot(home) == before


def test_nothing_is_made_in_another_s_home(
    open_place: Path, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    hers = own_folder(open_place / "hers")
    entry = pwd.struct_passwd(("anna", "x", USER_ID, USER_ID, "", str(hers), "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", lambda _: entry)
    before = snapshot(hers)
    ran = cli("--home", str(hers / ".local" / "share" / "idexx-desktop"), *INIT)
    assert ran.code == 2
    assert "anna" in ran.err
    assert snapshot(hers) == before


def test_a_folder_beside_others_is_anybody_s(open_place: Path) -> None:
    """Such as /tmp, or a drive: what isn't in somebody's home may be made by whoever may write there."""
    shared = own_folder(open_place / "drive")
    rule.require_own(shared / "mine")
    with pytest.raises(Failure) as caught:
        rule.require_own(shared)
    assert caught.value.code is FailureCode.ANOTHERS_PROFILE


def test_the_server_s_own_code_takes_nothing_away(open_place: Path) -> None:
    """Whatever way leads there: what is another's keeps its owner."""
    from idexx_desktop.db.server.account import Account, give_to, make_private

    folder = own_folder(open_place / "hers")
    before = snapshot(folder)
    for touch in (make_private, give_to):
        touch(folder, Account("nobody", 65534, 65534))
    assert snapshot(folder) == before


def test_the_module_s_way_in_is_the_same(computer: MakeComputer, open_place: Path) -> None:
    """As a program of its own, the window included."""
    home = own_folder(open_place / "hers")
    variables = os.environ | {"QT_QPA_PLATFORM": "offscreen", "IDEXX_DESKTOP_HOME": str(home)}
    ran = subprocess.run(
        [sys.executable, "-m", "idexx_desktop"],
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert "another user of this computer" in ran.stderr
    assert list(home.iterdir()) == []
