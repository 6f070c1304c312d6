"""Two computers on one shared server: whatever is opened, stopped, killed or asleep on one, the other works on, and the
records stay whole. The server is a PostgreSQL of the system's, older than the program's own.

The computers have no network in common here; the server's socket is what both see.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
import pytest

from idexx_desktop.db import provision
from tests.support.computers import Computer, MakeComputer, own_folder
from tests.support.installed_servers import installed, running
from tests.support.postgres import PASSWORD, TestServer
from tests.support.waiting import wait_until

WINDOW, HIDDEN, COMMAND = (), ("--hidden",), ("sync",)
NAMES = {"pc-a": "oak_ana", "pc-b": "oak_ben"}
INIT = ("init", "--practice", "Oak", "--timezone", "Europe/Berlin", "--email", "a@b.example")
pytestmark = [
    pytest.mark.long(item=59),
    pytest.mark.skipif(not installed(), reason="needs a PostgreSQL that is installed"),
]


@dataclass(frozen=True)
class Member:
    """One computer with its own profile, whose records are on the server."""

    computer: Computer
    home: Path
    login: str

    def run(self, *arguments: str) -> object:
        """One command's JSON document; it must go well."""
        ran = self.computer.run("--home", self.home, *arguments, "--json")
        assert ran.code == 0, ran.words
        return json.loads(ran.out)


@dataclass(frozen=True)
class Shared:
    """The server, and the two computers of the clinic."""

    server: TestServer
    database: str
    ana: Member
    ben: Member

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """As the owner sees it."""
        with psycopg.connect(self.server.url(self.database)) as owner:
            return owner.execute(query.encode()).fetchall()

    def connected(self, login: str) -> int:
        """How many connections of the program are open."""
        found = self.ask(f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{login}'")
        return int(str(found[0][0]))


@pytest.fixture
def shared(computer: MakeComputer, open_place: Path) -> Iterator[Shared]:
    sockets = open_place / "sockets"
    sockets.mkdir()
    with running(installed()[0], sockets) as server:
        database = server.create()
        owner = server.url(database)
        provision.prepare(owner)
        provision.create_clinic(owner, "Oak", "Europe/Berlin", neo_url="https://us.idexxneo.com")
        made = []
        for name, login in NAMES.items():
            provision.add_user(owner, f"{login}@oak.example", "user", login, PASSWORD, "Oak")
            host = f"host={quote(str(sockets), safe='')}&port={server.port}"
            one = computer(name)
            one = replace(
                one,
                given={"IDEXX_DESKTOP_DATABASE_URL": f"postgresql://{login}:{PASSWORD}@/{database}?{host}"},
            )
            member = Member(one, own_folder(open_place / name) / "profile", login)
            set_up = one.run("--home", member.home, *INIT)
            assert set_up.code == 0, set_up.words
            made.append(member)
        yield Shared(server, database, *made)
        for member in made:
            member.computer.turn_off()


@pytest.mark.parametrize("opened", [WINDOW, HIDDEN])
@pytest.mark.parametrize("what", ["stop", "kill", "sleep"])
def test_whatever_happens_to_one(shared: Shared, opened: tuple[str, ...], what: str) -> None:
    unshare = shared.ana.computer.start("--home", shared.ana.home, *opened)
    wait_until(lambda: shared.connected("oak_ana") > 0)
    shared.ben.run("schedule", "--every-hours", "3")  # at the same time
    inside = psutil.Process(unshare.pid).children(recursive=True)
    if what == "kill":
        shared.ana.computer.turn_off()
    for process in inside:
        if what == "sleep":
            process.suspend()
        elif what == "stop" and "idexx_desktop" in " ".join(process.cmdline()):
            process.send_signal(signal.SIGTERM)
    shared.ben.run("schedule", "--every-hours", "5")
    assert shared.ben.run("status")
    if what == "sleep":
        for process in inside:
            process.resume()
        assert unshare.poll() is None
        assert shared.connected("oak_ana") > 0
        shared.ana.computer.turn_off()
    wait_until(lambda: shared.connected("oak_ana") == 0)
    require_whole(shared)


def test_many_commands_at_once(shared: Shared) -> None:
    """On both, with one computer's plug pulled in the middle."""
    commands = [("audit", "verify"), ("schedule", "--every-hours", "4"), ("status",)]
    started = [
        (member, member.computer.start("--home", member.home, *command))
        for command in commands
        for member in (shared.ana, shared.ben)
    ]
    wait_until(lambda: shared.connected("oak_ana") > 0)
    shared.ana.computer.turn_off()
    wait_until(lambda: all(process.poll() is not None for _, process in started))
    assert {process.returncode for member, process in started if member is shared.ben} == {0}
    require_whole(shared)


def test_stop_ends_nobody_elses(shared: Shared) -> None:
    shared.ana.computer.start("--home", shared.ana.home, *WINDOW)
    wait_until(lambda: shared.connected("oak_ana") > 0)
    stopped = shared.ben.computer.run("--home", shared.ben.home, "stop")
    assert stopped.code == 0
    assert "on your clinic's server" in stopped.out
    assert shared.connected("oak_ana") > 0


def require_whole(shared: Shared) -> None:
    """Both still read and write, both parts of the activity record are whole, and nothing is left `running`."""
    for member in (shared.ana, shared.ben):
        member.run("schedule", "--every-hours", "6")
        verified = member.run("audit", "verify")
        assert isinstance(verified, dict)
        assert verified["ok"] is True
    assert shared.ask("SELECT count(*) FROM idexx_sync_sessions WHERE status = 'running'") == [(0,)]
    assert shared.ask("SELECT every_hours::integer FROM sync_schedules") == [(6,)]
