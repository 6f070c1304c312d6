"""A command that is told to end, in whatever way and at any moment, leaves nothing behind and loses nothing."""

from __future__ import annotations

import os
import random
import secrets
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idexx_desktop.app import Environment
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.services import profile as profiles
from tests.support.embedded_clinic import EmbeddedClinic, made_clinic, remove
from tests.support.practice import Practices
from tests.support.terminal import CTRL_C, CTRL_D, Terminal
from tests.support.waiting import wait_until
from tests.torture.child import MARK, marked
from tests.torture.copies import Copy, Prepared

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of Unix")
LATENCY_MS = 100
_SECRETS = ("DATABASE_URL", "VAULT_PASSPHRASE")
End = Callable[[Terminal], None]


def by(number: signal.Signals) -> End:
    """With this signal, as the system sends it."""
    return lambda terminal: os.kill(terminal.process_id, number)


def twice(terminal: Terminal) -> None:
    """As somebody presses who can't wait."""
    terminal.press(CTRL_C)
    terminal.press(CTRL_C)


# each with the exit code that it leads to
WAYS: dict[str, tuple[End, int]] = {
    "Ctrl+C": (lambda terminal: terminal.press(CTRL_C), 130),
    "Ctrl+C twice": (twice, 130),
    "SIGTERM": (by(signal.SIGTERM), 143),
    "SIGHUP": (by(signal.SIGHUP), 129),
    "closed terminal": (Terminal.close, 129),
}


class OnTerminal:
    """Commands of one profile, with a mark on whatever they start."""

    def __init__(self, home: Path, passphrase: str, database_url: str = "") -> None:
        self.mark = uuid.uuid4().hex
        mine = {name: value for name, value in os.environ.items() if not name.startswith("IDEXX_DESKTOP_")}
        self._environment = mine | {
            MARK: self.mark,
            "IDEXX_DESKTOP_HOME": str(home),
            "IDEXX_DESKTOP_VAULT_PASSPHRASE": passphrase,
            "IDEXX_DESKTOP_DATABASE_URL": database_url,
        }

    @contextmanager
    def __call__(self, *arguments: str) -> Iterator[Terminal]:
        with Terminal([sys.executable, "-m", "idexx_desktop", *arguments], self._environment) as terminal:
            yield terminal
        assert "Traceback" not in terminal.printed
        wait_until(lambda: marked(self.mark) == [], 10)


def of(copy: Copy) -> OnTerminal:
    """The commands of this copy."""
    given = copy.environment
    return OnTerminal(given.home, given.vault_passphrase or "", given.database_url or "")


def end_a_sync(copy: Copy, prepared: Prepared, way: str, requests: int) -> None:
    """End it once it has asked Neo so often, or has started so many processes to sign in with."""
    end, code = WAYS[way]
    site = prepared.practice.site
    before, run = sum(site.counts.values()), of(copy)
    with run("sync") as terminal:
        # the browser that starts ahead is there before the run is: then there is nothing yet to be closed as stopped
        wait_until(
            lambda: (
                sum(site.counts.values()) >= before + requests
                or (len(marked(run.mark)) > requests and copy.runs())
                or terminal.ended()
            )
        )
        end(terminal)
        assert terminal.code() == code, terminal.printed
    assert copy.runs() == {("failed", str(FailureCode.CANCELLED)): 1}


def test_ctrl_c_in_a_sync(shared_practices: Practices) -> None:
    practice = shared_practices("ordinary-day", visits=20, latency_ms=LATENCY_MS, at=datetime.now(UTC))
    prepared = Prepared.of(practice)
    with prepared.copy() as copy:
        end_a_sync(copy, prepared, "Ctrl+C twice", 5)


@pytest.mark.long(item=54)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("cookies", [True, False])
def test_every_end_of_a_sync(shared_practices: Practices, way: str, cookies: bool) -> None:
    practice = shared_practices(
        "ordinary-day", visits=20, latency_ms=LATENCY_MS, at=datetime.now(UTC), cookies=cookies
    )
    prepared, chance = Prepared.of(practice), random.Random(54)  # noqa: S311 - chooses moments
    for _ in range(4):
        with prepared.copy() as copy:
            end_a_sync(copy, prepared, way, chance.randint(1, 9))


@pytest.mark.long(item=54)
def test_the_end_of_a_prompt(embedded_clinic: EmbeddedClinic) -> None:
    """Also its end by Ctrl+D, which is an answer: nothing."""
    given = embedded_clinic.environment
    run = OnTerminal(given.home, given.vault_passphrase or "")
    ask = ("credentials", "set", "--company-id", "1", "--username", "x")
    for command, prompt in ((ask, "Password: "), (("recovery-kit", "use"), "recovery kit: ")):
        ways = WAYS | {"Ctrl+D": (lambda terminal: terminal.press(CTRL_D), 2)}
        for end, code in ways.values():
            with run(*command) as terminal:
                terminal.shows(prompt)
                end(terminal)
                assert terminal.code() == code, terminal.printed


@pytest.fixture
def own_clinic(tmp_path: Path) -> Iterator[EmbeddedClinic]:
    """For a test that restores: the records of before stay, set aside, until the clinic is removed."""
    with made_clinic(tmp_path) as clinic:
        yield clinic


@pytest.mark.long(item=54)
def test_every_command_at_any_moment(own_clinic: EmbeddedClinic, tmp_path: Path) -> None:
    """Each ends soon; what it was to do is done whole or not at all, and can be repeated."""
    seed = secrets.randbits(32)
    print(f"\nends of commands: seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - chooses moments
    given = own_clinic.environment
    run, folder = OnTerminal(given.home, given.vault_passphrase or ""), tmp_path / "backups"
    commands = [
        ("status",),
        ("audit", "verify"),
        ("doctor",),
        ("backup", "--to", str(folder)),
        ("restore", "--from", str(own_clinic.backup), "--replace"),
    ]
    for number in range(8):
        for command in commands:
            end, code = WAYS[chance.choice(list(WAYS))]
            with run(*command) as terminal:
                wait_at_most(terminal, chance.uniform(0.5, 6.0))
                if not terminal.ended():
                    end(terminal)
                assert terminal.code() in (0, 1, code), (number, command, terminal.printed)
            assert [path.name for path in folder.glob("*") if path.suffix != ".idexx-backup"] == []
    for command in (("status",), ("audit", "verify"), ("backup", "--to", str(folder))):
        with run(*command) as terminal:
            assert terminal.code() == 0, terminal.printed


@pytest.mark.long(item=54)
def test_the_window_at_any_moment(embedded_clinic: EmbeddedClinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while it opens the records: nothing of it is left, whatever it had begun."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    given, chance = embedded_clinic.environment, random.Random(54)  # noqa: S311 - chooses moments
    run = OnTerminal(given.home, given.vault_passphrase or "")
    for way, (end, code) in WAYS.items():
        with run("--hidden") as terminal:
            wait_at_most(terminal, chance.uniform(1.0, 8.0))
            end(terminal)
            assert terminal.code() in (0, code), (way, terminal.printed)


@pytest.mark.long(item=54)
def test_set_up_goes_on_wherever_it_was_ended(tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    print(f"\nends of set-up: seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - chooses moments
    for life in range(3):
        home = tmp_path / f"home-{life}"
        run = OnTerminal(home, "only for tests 7")
        command = ("init", "--practice", "Oak", "--timezone", "UTC", "--email", "a@b.example")
        for _ in range(4):
            end, code = WAYS[chance.choice(list(WAYS))]
            with run(*command) as terminal:
                wait_at_most(terminal, chance.uniform(1.0, 10.0))
                if not terminal.ended():
                    end(terminal)
                assert terminal.code() in (0, code), terminal.printed
        with run(*command) as terminal:
            assert terminal.code(120) == 0, terminal.printed
        with run("audit", "verify") as terminal:
            assert terminal.code() == 0, terminal.printed
        made = profiles.load(home)
        assert made is not None
        assert made.complete
        remove(Environment(home, vault_passphrase="only for tests 7"))


def wait_at_most(terminal: Terminal, seconds: float) -> None:
    """Let it run so long, or to its end."""
    deadline = time.monotonic() + seconds
    wait_until(lambda: terminal.ended() or time.monotonic() > deadline)
