"""A profile that was copied, restored from a stick or handed over: it opens, or it is said exactly what is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services.own_folder import mend
from tests.pc.test_two_computers import INIT, is_open, place
from tests.support.computers import USER, MakeComputer, own_folder
from tests.support.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights of users as POSIX has them")


@pytest.mark.parametrize("rights", ["u=rX,go=rX", "a=rwX", "u=rwX,go=", "a=rX"])
def test_what_is_its_own_is_mended(tmp_path: Path, rights: str) -> None:
    home = tmp_path / "profile"
    data = home / "server" / "postgresql" / "data"
    (data / "base").mkdir(parents=True)
    for file in (home / "vault.json", home / "backups.json", data / "PG_VERSION", data / "base" / "1"):
        file.write_text("18")
    os.utime(home)
    subprocess.run(["chmod", "-R", rights, str(home)], check=True)
    mend(home)
    for path in (home, *home.rglob("*")):
        mode = path.stat().st_mode
        assert mode & 0o600 == 0o600, path
        assert not (path.is_dir() and mode & 0o077), path
    subprocess.run(["chmod", "000", str(home / "backups.json"), str(home / "server")], check=True)
    mend(home)
    assert (home / "backups.json").stat().st_mode & 0o777 == 0o600
    assert (home / "server").stat().st_mode & 0o777 == 0o700


def test_what_leads_elsewhere_is_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("of somebody")
    outside.chmod(0o444)
    home = tmp_path / "profile"
    home.mkdir()
    (home / "vault.json").symlink_to(outside)
    mend(home)
    assert outside.stat().st_mode & 0o777 == 0o444


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give a file away")
def test_a_part_that_is_another_s_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "profile"
    (home / "server").mkdir(parents=True)
    part = home / "server" / "port"
    part.touch(mode=0o644)
    os.chown(part, 64_999, 64_999)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid())
    mend(home)  # root's own server runs as another user
    for path in (home, home / "server"):
        os.chown(path, 64_998, 64_998)
    monkeypatch.setattr(os, "geteuid", lambda: 64_998)
    with pytest.raises(Failure) as caught:
        mend(home)
    assert caught.value.code is FailureCode.ANOTHERS_PROFILE
    assert f"{part} (user 64999)" in caught.value.title
    assert part.stat().st_mode & 0o777 == 0o644


@pytest.mark.long(item=53)
def test_copies_open(computer: MakeComputer, open_place: Path) -> None:
    """With other rights, while it was open, after its computer's plug was pulled; a part of root's is named."""
    hers, base = computer(), own_folder(open_place / "hers")
    home = base / "profile"
    assert hers.run("--home", home, *INIT).code == 0
    for rights in ("u=rX,go=rX", "a=rwX"):
        copy = base / f"copy-{rights[0]}"
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("socket"))
        subprocess.run(["chmod", "-R", rights, str(copy)], check=True)
        give(copy)
        ran = hers.run("--home", copy, "audit", "verify")
        assert ran.code == 0, ran.words
        assert hers.run("--home", copy, "backup", "--to", base / "backups").code == 0
    hers.start("--home", home)
    wait_until(lambda: is_open(home))
    hers.turn_off()  # the window; its server goes on, and is found
    assert hers.run("--home", home, "status").code == 0
    if os.geteuid() == 0:
        part = place(home) / "data" / "PG_VERSION"
        os.chown(place(home), 0, 0)
        ran = hers.run("--home", home, "status")
        assert ran.code == 2
        assert f"{place(home)} (root)" in ran.words
        assert f"chown -R {USER}" in ran.words
        assert part.exists()


def give(folder: Path) -> None:
    owner = folder.parent.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
