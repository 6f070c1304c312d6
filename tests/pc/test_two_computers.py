"""One profile's folder, two computers: whatever is opened, stopped, killed or asleep, the records stay whole.

A computer here has its own process numbers, shared memory, loopback and name; the folder is what they share.
"""

from __future__ import annotations

import json
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.support.computers import Computer, MakeComputer, own_folder
from tests.support.waiting import wait_until

INIT = ("init", "--practice", "Oak", "--timezone", "Europe/Berlin", "--email", "a@b.example")
WINDOW, HIDDEN = (), ("--hidden",)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the profile that was set up once is kept."""
    return tmp_path_factory.mktemp("base")


@pytest.fixture
def home(computer: MakeComputer, open_place: Path, base: Path) -> Path:
    """A profile that is set up and stopped, in a folder that both computers see."""
    home = own_folder(open_place / "share") / "profile"
    if not (base / "profile").exists():
        made = computer("pc-a").run("--home", home, *INIT)
        assert made.code == 0, made.words
        copy(home, base / "profile")
    else:
        copy(base / "profile", home)
    return home


def copy(source: Path, target: Path) -> None:
    """With owners and modes."""
    import subprocess

    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def place(home: Path) -> Path:
    return home / "server" / "postgresql"


def is_open(home: Path) -> bool:
    """Whether a server runs on it that is ready."""
    try:
        return "\nready" in (place(home) / "data" / "postmaster.pid").read_text()
    except OSError:
        return False


def servers(home: Path) -> list[psutil.Process]:
    """The servers on this folder, whichever computer runs them."""
    data = str(place(home) / "data")
    found = []
    for process in psutil.process_iter(["name", "cmdline", "cwd"]):
        is_server = process.info["name"] == "postgres" and "-D" in (process.info["cmdline"] or ())
        if is_server and process.info["cwd"] == data:
            found.append(process)
    return found


def require_whole(home: Path, here: Computer) -> None:
    """It opens, its activity record is whole, and its server never said that anything was lost."""
    verified = here.run("--home", home, "audit", "verify", "--json")
    assert verified.code == 0, verified.words
    assert json.loads(verified.out)["ok"] is True
    said = [log.read_text(errors="replace") for log in (place(home) / "data" / "log").glob("*.log")]
    assert said
    assert not [text for text in said if "PANIC" in text or "could not locate" in text]


def test_open_on_one_shut_to_the_other(computer: MakeComputer, home: Path) -> None:
    """And free again as soon as it is closed there."""
    first, second = computer("pc-a"), computer("pc-b")
    window = first.start("--home", home)
    wait_until(lambda: is_open(home))
    for command in (("status",), ("schedule", "--every-hours", "3"), ("stop",)):
        ran = second.run("--home", home, *command, "--json")
        assert ran.code == 7, ran.words
        assert json.loads(ran.out)["error"]["title"] == "These records are open on pc-a."
    assert len(servers(home)) == 1
    window.send_signal(signal.SIGTERM)
    ended(home, window.pid)
    assert second.run("--home", home, "status").code == 0
    require_whole(home, second)


def ended(home: Path, unshare: int) -> None:
    """The window of another computer is asked to end, and has."""
    with suppress(psutil.NoSuchProcess):  # it may have, by itself or with its parent
        for child in psutil.Process(unshare).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if "idexx_desktop" in " ".join(child.cmdline()):
                    child.send_signal(signal.SIGTERM)
    wait_until(lambda: not is_open(home))


@pytest.mark.parametrize(
    ("opened", "what"),
    [
        pytest.param(WINDOW, "kill", marks=pytest.mark.long(item=53)),
        pytest.param(HIDDEN, "kill", marks=pytest.mark.long(item=53)),
        pytest.param(WINDOW, "sleep", marks=pytest.mark.long(item=53)),
        pytest.param(HIDDEN, "sleep", marks=pytest.mark.long(item=53)),
    ],
)
def test_whatever_happens_there(
    computer: MakeComputer, home: Path, opened: tuple[str, ...], what: str
) -> None:
    """Pulled plug: opens here at once, since it is the same running system. Asleep: stays shut."""
    first, second = computer("pc-a"), computer("pc-b")
    unshare = first.start("--home", home, *opened)
    wait_until(lambda: is_open(home))
    inside = psutil.Process(unshare.pid).children(recursive=True)
    if what == "kill":
        first.turn_off()
        wait_until(lambda: not servers(home))
    for process in inside if what == "sleep" else ():
        process.suspend()
    ran = second.run("--home", home, "status")
    assert ran.code == (7 if what == "sleep" else 0), ran.words
    assert what != "sleep" or "open on pc-a" in ran.words
    for process in inside if what == "sleep" else ():
        process.resume()
    first.turn_off()
    wait_until(lambda: not servers(home))
    require_whole(home, second)


@pytest.mark.long(item=53)
@pytest.mark.parametrize("round_", range(6))
def test_both_at_once(computer: MakeComputer, home: Path, round_: int) -> None:
    """At most one server, however many start in the same instant on either."""
    computers = [computer("pc-a"), computer("pc-b")]
    started = [each.start("--home", home, "status") for each in computers * 3]
    most = 0
    while any(process.poll() is None for process in started):
        most = max(most, len(servers(home)))
    assert most == 1
    assert {process.returncode for process in started} <= {0, 7}
    assert 0 in {process.returncode for process in started}
    require_whole(home, computers[0])
    shutil.rmtree(home)
