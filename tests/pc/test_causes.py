"""Why records on this computer don't open is said by its cause, by every command, as an ordinary user: with a next step
that is taken on this computer, and never with a word of a server.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from idexx_desktop.domain.failures import records_trouble
from idexx_desktop.domain.records_words import Trouble
from tests.domain.test_words_by_place import OF_SERVER
from tests.pc.test_two_computers import INIT
from tests.support.computers import USER_ID, MakeComputer, own_folder

pytestmark = [
    pytest.mark.long(item=59),
    pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs root, to break things"),
]
COMMANDS = (("status",), ("sync",), ("visits",), ("backup", "--list"), ("schedule",))


def data_of(home: Path) -> Path:
    return home / "server" / "postgresql" / "data"


def _elsewhere(folder: Path) -> None:
    """On a drive of which nothing is there but the link that leads to it."""
    folder.rename(folder.with_name("on the drive"))
    folder.symlink_to("/mnt/no such drive")


# what happened, and what is said of it
BROKEN: dict[str, tuple[Callable[[Path], object], Trouble]] = {
    "no control file": (lambda home: (data_of(home) / "global" / "pg_control").unlink(), Trouble.DAMAGED),
    "an empty control file": (
        lambda home: (data_of(home) / "global" / "pg_control").write_bytes(b""),
        Trouble.DAMAGED,
    ),
    "no version": (lambda home: (data_of(home) / "PG_VERSION").unlink(), Trouble.DAMAGED),
    "no log of changes": (lambda home: shutil.rmtree(data_of(home) / "pg_wal"), Trouble.DAMAGED),
    "no data folder": (lambda home: shutil.rmtree(data_of(home)), Trouble.GONE),
    "no folder of the server": (lambda home: shutil.rmtree(home / "server"), Trouble.GONE),
    "a drive that isn't mounted": (lambda home: _elsewhere(home / "server"), Trouble.GONE),
    "a file of another user": (
        lambda home: os.chown(data_of(home) / "global" / "pg_control", 64_997, 64_997),
        Trouble.DENIED,
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_every_command_says_why(computer: MakeComputer, open_place: Path, what: str) -> None:
    hers, home = computer(), own_folder(open_place / "hers") / "profile"
    made = hers.run("--home", home, *INIT)
    assert made.code == 0, made.words
    breaks, trouble = BROKEN[what]
    breaks(home)
    wanted = records_trouble(trouble, "")
    for command in COMMANDS:
        ran = hers.run("--home", home, *command, "--json")
        error = json.loads(ran.out)["error"]
        assert (ran.code, error["title"], error["advice"]) == (7, wanted.title, wanted.advice), command
        assert not OF_SERVER.search(ran.words), (command, ran.words)
    checked = hers.run("--home", home, "doctor")
    assert wanted.title in checked.out
    assert trouble is not Trouble.GONE or not data_of(home).exists(), (
        "empty records in place of those that are gone"
    )
    assert not OF_SERVER.search(checked.out), checked.out


def test_a_full_disk(computer: MakeComputer, open_place: Path) -> None:
    """A disk of its own, which something else fills."""
    place = open_place / "disk"
    place.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size=96m,uid={USER_ID},mode=700", "none", place], check=True
    )
    try:
        hers, home = computer(), own_folder(place / "hers") / "profile"
        made = hers.run("--home", home, *INIT)
        assert made.code == 0, made.words
        room = shutil.disk_usage(place).free
        (place / "filler").write_bytes(b"x" * (room - (1 << 16)))
        ran = hers.run("--home", home, "status", "--json")
        error = json.loads(ran.out)["error"]
        wanted = records_trouble(Trouble.DISK_FULL, "")
        assert (ran.code, error["title"], error["advice"]) == (7, wanted.title, wanted.advice)
        (place / "filler").unlink()
        assert hers.run("--home", home, "status").code == 0  # nothing was lost
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def test_a_broken_installation(computer: MakeComputer, open_place: Path) -> None:
    """The server's program is missing, no program at all, or may not be run."""
    from idexx_desktop.db.server.programs import find_programs

    hers, home = computer(), own_folder(open_place / "hers") / "profile"
    assert hers.run("--home", home, *INIT).code == 0
    program = find_programs(None).path("postgres")
    odd = open_place / "postgres"
    for mode, content, trouble in (
        (0o644, b"\x7fELF", Trouble.BLOCKED),
        (0o755, b"\x7fELF", Trouble.INCOMPLETE),
    ):
        odd.unlink(missing_ok=True)
        odd.write_bytes(content)
        odd.chmod(mode)
        there = computer()
        there.bound[str(program)] = str(odd)
        ran = there.run("--home", home, "status", "--json")
        error = json.loads(ran.out)["error"]
        wanted = records_trouble(trouble, "")
        assert (ran.code, error["title"], error["advice"]) == (7, wanted.title, wanted.advice), ran.words
    assert hers.run("--home", home, "status").code == 0
