"""Other computers and other users, as real processes: namespaces of their own on this computer's kernel.

A computer has its own process numbers, shared memory, loopback and name; what they share is the file system. Where the
tests run as root, the user of each is an ordinary one that was made for them; else it is whoever runs the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import psutil
import pytest

from tests.support.waiting import wait_until

USER_ID = 64_998  # nobody has this id; it is not that of our server's user either
USER = "oakuser"
PASSPHRASE = "correct horse battery staple 9"
_IS_ROOT = sys.platform != "win32" and os.geteuid() == 0
_APART = ("--pid", "--fork", "--mount-proc", "--ipc", "--net", "--uts", "--kill-child")
# interpreter and program may lie in a folder that is closed to others, and PostgreSQL wants its user by name;
# arguments: a folder for what is needed, the name or "", the places that must be reached, =, what
# lies in another's place, --, the command
_PREPARE = """
set -e
there=$0 name=$1; shift
places=(); while [ "$1" != = ]; do places+=("$1"); shift; done; shift
bound=(); while [ "$1" != -- ]; do bound+=("$1" "$2"); shift 2; done; shift
kept=$there/kept; mkdir -p "$kept"
for i in "${!places[@]}"; do mkdir -p "$kept/$i"; mount --bind "${places[i]}" "$kept/$i"; done
for place in "${places[@]}"; do
    top=/$(echo "$place" | cut -d/ -f2)
    if [ "$(stat -c %a "$top")" = 700 ]; then mount -t tmpfs -o mode=755 none "$top"; fi
done
for i in "${!places[@]}"; do
    mkdir -p "${places[i]}"; mount --bind "$kept/$i" "${places[i]}"
done
cp /etc/passwd "$there/passwd"
echo "oakuser:x:64998:64998::$there:/bin/sh" >> "$there/passwd"
mount --bind "$there/passwd" /etc/passwd
for ((i = 0; i < ${#bound[@]}; i += 2)); do mount --bind "${bound[i + 1]}" "${bound[i]}"; done
if [ -n "$name" ]; then hostname "$name"; ip link set lo up; fi
exec setpriv --reuid=64998 --regid=64998 --clear-groups --bounding-set=-all "$@"
"""
_PLACES = tuple(
    str(Path(place).resolve()) for place in (sys.base_prefix, sys.prefix, Path(__file__).parents[2])
)


@dataclass
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        return self.out + self.err


@dataclass
class Computer:
    """With a name it has namespaces of its own; without one it is an ordinary user of this one."""

    folder: Path
    name: str = ""
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    # a file of this computer, and what lies in its place there
    bound: dict[str, str] = field(default_factory=dict)
    # more of the environment
    given: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str | Path) -> list[str]:
        """What runs this program there."""
        program = [sys.executable, "-m", "idexx_desktop", *map(str, arguments)]
        return [*self._way(), *program]

    def _way(self) -> list[str]:
        if not _IS_ROOT:
            return []
        there = self.folder / f"as-{self.name or USER}"
        there.mkdir(exist_ok=True)
        os.chown(there, USER_ID, USER_ID)
        bound = [part for pair in self.bound.items() for part in pair]
        apart = _APART if self.name else ("--fork", "--kill-child")
        told = [str(there), self.name, *_PLACES, "=", *bound, "--"]
        return ["unshare", "--mount", *apart, "bash", "-c", _PREPARE, *told]

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the tests' own, but where the program is."""
        there = self.folder / f"as-{self.name or USER}"
        there.mkdir(exist_ok=True)
        return {
            "HOME": str(there), "TMPDIR": str(there), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen", "IDEXX_DESKTOP_VAULT_PASSPHRASE": PASSPHRASE,
            "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1",
            **self.given,
        }  # fmt: skip

    def run(self, *arguments: str | Path, seconds: float = 120) -> Ran:
        """One command, to its end."""
        ended = subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=seconds,
            stdin=subprocess.DEVNULL, check=False, cwd="/",
        )  # fmt: skip
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """One that goes on; `turn_off` ends it."""
        process = subprocess.Popen(
            self.command(*arguments), env=self.environment, text=True, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.started.append(process)
        return process

    def turn_off(self) -> None:
        """As if somebody pulled the plug: nothing of it runs on."""
        for process in self.started:
            with suppress(psutil.NoSuchProcess):
                # the first process of its count takes all the others along
                for first in psutil.Process(process.pid).children():
                    first.kill()
            process.kill()
            process.wait()
        self.started.clear()


@cache
def why_not_apart() -> str:
    """Why no other computer can be played here; "" where one can."""
    if not sys.platform.startswith("linux"):
        return "needs the namespaces of Linux"
    if not _IS_ROOT:
        return "needs root, to make namespaces"
    missing = [
        name for name in ("unshare", "setpriv", "ip", "bash", "hostname") if shutil.which(name) is None
    ]
    if missing:
        return f"needs {', '.join(missing)}"
    tried = subprocess.run(
        ["unshare", "--mount", *_APART, "mount", "-t", "tmpfs", "none", "/mnt"],
        capture_output=True,
        check=False,
    )
    return "" if tried.returncode == 0 else "this computer doesn't permit namespaces"


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that an ordinary user can reach, with whatever is made in it removed; pytest's own can't be."""
    folder = Path(tempfile.mkdtemp(prefix="idexx-desktop-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


MakeComputer = Callable[..., Computer]


@pytest.fixture
def computer(open_place: Path) -> Iterator[MakeComputer]:
    """Makes computers, and turns them off at the end. `computer()` is an ordinary user here, a name makes it apart."""
    made: list[Computer] = []

    def make(name: str = "") -> Computer:
        if (name or _IS_ROOT) and (why := why_not_apart()):
            pytest.skip(why)  # says what the computer that runs the tests can't
        made.append(Computer(open_place, name))
        return made[-1]

    yield make
    for each in made:
        each.turn_off()
    wait_until(lambda: all(process.poll() is not None for each in made for process in each.started))


def own_folder(path: Path) -> Path:
    """A new folder of that ordinary user."""
    path.mkdir()
    if _IS_ROOT:
        os.chown(path, USER_ID, USER_ID)
    return path
