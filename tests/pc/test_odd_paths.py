"""Any character that a file system allows, in the path of the profile and of the backups; and no shell reads one.

Every shell that is started there notes what it was given: nothing of a path may be in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pc.test_two_computers import INIT
from tests.support.computers import Computer, MakeComputer, own_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows allows few characters in a name")
MARK = "canary-7c1e"
# as a shell would read them: quotes, substitutions, line ends, separators; and what ends a line elsewhere
SIGNS = f"""{MARK} it's "a" $HOME $(touch {MARK}-1) `touch {MARK}-2` \\ %s ;&|<>*?[!]{{}}~# höme 犬"""
SIGNS += "\n\t\r\x0c\x85\u2028"
LONG = f"{MARK}-{'x' * 150}"


def listening_shell(computer: Computer, folder: Path) -> Path:
    """In that computer's place /bin/sh is one that writes down each of its arguments; where they are written."""
    heard, shell = folder / "heard", folder / "sh"
    heard.touch(mode=0o666)
    heard.chmod(0o666)
    shell.write_text(f'#!/bin/bash\nprintf "%s\\n" "$@" >> {heard}\nexec -a sh /bin/bash --posix "$@"\n')
    shell.chmod(0o755)
    computer.bound[os.path.realpath("/bin/sh")] = str(shell)
    return heard


def story(hers: Computer, home: Path, backups: Path) -> None:
    """Set up, used, backed up, restored; every command says what it says on any other path."""
    for command in (
        INIT,
        ("status",),
        ("backup", "--to", backups, "--daily"),
        ("autostart", "on"),
        ("stop",),
    ):
        ran = hers.run("--home", home, *command)
        assert ran.code == 0, (command, ran.words)
    listed = json.loads(hers.run("--home", home, "backup", "--list", "--json").out)
    (made,) = listed["backups"]
    assert Path(made["file"]).parent == backups
    restored = hers.run("--home", home, "restore", "--from", made["file"], "--replace", "--json")
    assert restored.code == 0, restored.words
    assert hers.run("--home", home, "audit", "verify").code == 0


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param((SIGNS,), marks=pytest.mark.long(item=53), id="every sign"),
        pytest.param((LONG, LONG), marks=pytest.mark.long(item=53), id="400 characters"),
        pytest.param(
            (LONG,) * 4 + (SIGNS,), marks=pytest.mark.long(item=53), id="800 characters and every sign"
        ),
        pytest.param(("\n" * 20, f"{MARK}\n\n"), marks=pytest.mark.long(item=53), id="many lines"),
        pytest.param(
            (os.fsdecode(b"no \xff utf-8 \xc3"),), marks=pytest.mark.long(item=53), id="no text at all"
        ),
        pytest.param(("-D", "--home", "-"), marks=pytest.mark.long(item=53), id="like options"),
        pytest.param((MARK[:1] * 200,), marks=pytest.mark.long(item=53), id="200 characters"),
    ],
)
def test_any_path_works_and_no_shell_reads_it(
    computer: MakeComputer, open_place: Path, parts: tuple[str, ...]
) -> None:
    hers = computer()
    heard = listening_shell(hers, open_place)
    base = own_folder(open_place / "hers")
    folder = base.joinpath(*parts)
    folder.mkdir(parents=True)
    subprocess.run(["chown", "-R", str(base.stat().st_uid), str(base)], check=True)
    story(hers, folder / "profile", folder / "backups")
    said = heard.read_bytes()
    assert b"-V" in said  # tools of PostgreSQL do ask each other by a shell, and would have been heard
    assert MARK.encode() not in said
    assert not list(open_place.rglob(f"{MARK}-[12]"))
    assert not list(Path("/").glob(f"{MARK}-[12]"))
