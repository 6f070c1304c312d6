"""One window a profile: a second start raises the first; nothing that others do keeps a window from opening."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from pytestqt.qtbot import QtBot

from idexx_desktop.gui import single_window
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.single_window import SingleWindow
from idexx_desktop.vault.files import locked
from tests.support.other_user import NOBODY, SQUAT, another_user
from tests.support.waiting import wait_until

IS_ROOT = sys.platform != "win32" and os.geteuid() == 0


def test_a_second_start_raises_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleWindow(tmp_path), SingleWindow(tmp_path)
    assert first.claim()
    with qtbot.waitSignal(first.raise_asked, timeout=5_000):
        assert not second.claim()
    assert (first.problem, second.problem) == ("", "")
    first.release()


def test_another_profile_has_a_window_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleWindow(tmp_path / "a"), SingleWindow(tmp_path / "b")
    assert first.claim()
    assert second.claim()
    first.release()
    second.release()


def test_after_the_first_has_ended_the_next_one_opens(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleWindow(tmp_path), SingleWindow(tmp_path)
    assert first.claim()
    first.release()
    assert second.claim()
    assert second.problem == ""
    second.release()
    assert [path.name for path in (tmp_path / "window").iterdir()] == ["lock"]


@pytest.mark.parametrize("temporary", ["", "long" * 40, "gone/" * 10])
def test_a_profile_whose_path_is_too_long_for_a_socket(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: str
) -> None:
    """Also where the folder for temporary files is no better."""
    if temporary:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / temporary))
        if "gone" not in temporary:
            (tmp_path / temporary).mkdir()
    home = tmp_path / ("longer" * 25)
    first, second = SingleWindow(home), SingleWindow(home)
    assert first.claim()
    place = Path(json.loads((home / "window" / "open.json").read_bytes())["name"]).parent
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    with qtbot.waitSignal(first.raise_asked, timeout=5_000):
        assert not second.claim()
    first.release()
    assert not place.exists()


def test_what_lies_in_the_folder_is_private(qtbot: QtBot, tmp_path: Path) -> None:
    """Whatever mode it had."""
    (tmp_path / "window").mkdir(mode=0o777)
    (tmp_path / "window").chmod(0o777)
    first = SingleWindow(tmp_path)
    assert first.claim()
    assert first.problem == ""
    assert stat.S_IMODE((tmp_path / "window").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "window" / "open.json").stat().st_mode) == 0o600
    assert "secret" not in repr(first._server.fullServerName())
    first.release()


@pytest.mark.parametrize(
    "card",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"name": 1, "secret": "x"}',
        b'{"name": "/nowhere", "secret": "x"}',
        b"[" * 90_000,
    ],
)
def test_a_card_that_leads_nowhere(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card: bytes
) -> None:
    """The first holds the place and can't be asked: words, and a window all the same."""
    monkeypatch.setattr(single_window, "_PATIENCE_SECONDS", 0.05)
    (tmp_path / "window").mkdir(mode=0o700)
    with locked(tmp_path / "window" / "lock", seconds=0):
        (tmp_path / "window" / "open.json").write_bytes(card)
        second = SingleWindow(tmp_path)
        assert second.claim()
    assert "doesn't answer" in second.problem


@pytest.mark.parametrize(
    "says", [b"", b"raised\n", b"raised " + b"0" * 64 + b"\n", b"0" * 64 + b"\n", b"x" * 9000]
)
def test_who_answers_in_the_windows_place_is_found_out(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: bytes
) -> None:
    # its own loop never ran, so by its card the first is starting still
    monkeypatch.setattr(single_window, "_STARTING_SECONDS", 0.15)
    monkeypatch.setattr(single_window, "_ANSWER_MS", 100)
    monkeypatch.setattr(single_window, "_PAUSE_MS", 20)
    first = SingleWindow(tmp_path)
    assert first.claim()
    first._server.close()
    impostor = QLocalServer()
    name = json.loads((tmp_path / "window" / "open.json").read_bytes())["name"]
    assert impostor.listen(name)

    def answer() -> None:
        impostor.nextPendingConnection().write(says)

    impostor.newConnection.connect(answer)
    second = SingleWindow(tmp_path)
    assert second.claim()
    assert "doesn't answer" in second.problem
    impostor.close()
    first.release()


@pytest.mark.parametrize(
    "line", [b"raise\n", b"raise a b\n", b"raise a " + b"0" * 64 + b"\n", b"x" * 5000, b"\xff\n"]
)
def test_who_does_not_know_the_secret_raises_nothing(qtbot: QtBot, tmp_path: Path, line: bytes) -> None:
    first = SingleWindow(tmp_path)
    assert first.claim()
    raised: list[bool] = []
    first.raise_asked.connect(lambda: raised.append(True))
    stranger = QLocalSocket()
    stranger.connectToServer(json.loads((tmp_path / "window" / "open.json").read_bytes())["name"])
    assert stranger.waitForConnected(1000)
    stranger.write(line)
    qtbot.waitUntil(lambda: stranger.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert raised == []
    first.release()


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of another user")
@pytest.mark.parametrize("how", ["folder", "link", "file"])
def test_a_folder_that_somebody_else_has_made_first(qtbot: QtBot, tmp_path: Path, how: str) -> None:
    place = tmp_path / "window"
    if how == "folder":
        place.mkdir()
        os.chown(place, NOBODY, NOBODY)
    elif how == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o755)
        place.symlink_to(tmp_path / "elsewhere")
    else:
        place.write_text("no folder")
    window = SingleWindow(tmp_path)
    assert window.claim()
    assert "belongs to another user" in window.problem
    window.release()
    assert list((tmp_path / "elsewhere").iterdir() if how == "link" else ()) == []


def test_the_window_says_it_until_it_is_closed(qtbot: QtBot, window: MainWindow) -> None:
    window.tell("This window may be open twice.", "Because.")
    told = window.told
    assert told is not None
    qtbot.waitUntil(told.isVisible)
    window._set_notice(None)
    assert window.told is told
    told._close()
    assert window.told is None


# as real processes


class Window:
    """The program as a person starts it, without a screen."""

    def __init__(self, home: Path, **more: str) -> None:
        variables = {
            name: value for name, value in os.environ.items() if not name.startswith("IDEXX_DESKTOP_")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "idexx_desktop"],
            env=variables | {"IDEXX_DESKTOP_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"} | more,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def end(self) -> str:
        """End it as the system does; what it has said."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        said = self.process.communicate(timeout=60)[1]
        assert self.process.returncode == 0, said
        return said

    def end_by_itself(self) -> str:
        """Wait until it has ended well; what it has said."""
        said = self.process.communicate(timeout=60)[1]
        assert self.process.returncode == 0, said
        return said


def listens_at(home: Path) -> str:
    """Where the open window of this profile is asked."""
    return str(json.loads((home / "window" / "open.json").read_bytes())["name"])


@contextmanager
def window_process(home: Path) -> Iterator[Window]:
    made = Window(home)
    try:
        wait_until((home / "window" / "open.json").exists)
        yield made
    finally:
        made.process.kill()
        made.process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_two_starts_and_a_killed_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with window_process(home) as first:
        name = listens_at(home)
        started = time.monotonic()
        second = Window(home)
        assert second.end_by_itself() == ""
        assert time.monotonic() - started < 20
        assert first.process.poll() is None
        first.process.kill()
        first.process.wait()
        with ExitStack() as parts:
            third = Window(home)
            parts.callback(third.process.kill)
            wait_until(lambda: listens_at(home) != name)
            assert not is_left(name)
            own = listens_at(home)
            assert third.end() == ""
            assert not is_left(own)


def is_left(name: str) -> bool:
    """Whether the socket of a window that has ended is there, or the temporary folder that was made for it."""
    socket = Path(name)
    return socket.exists() or (socket.parent.name != "window" and socket.parent.exists())


@pytest.mark.long(item=54)
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("starts", "name"), [(3, "home"), (6, "home"), (4, "long" * 40)])
def test_starts_in_the_same_instant(tmp_path: Path, starts: int, name: str) -> None:
    """Whatever each has for its temporary files: one window, and the others end well without a word."""
    home, windows = tmp_path / name, []
    with ExitStack() as parts:
        for number in range(starts):
            elsewhere = tmp_path / f"tmp-{number}"
            elsewhere.mkdir(parents=True)
            windows.append(Window(home, TMPDIR=str(elsewhere)))
            parts.callback(windows[-1].process.communicate)
            parts.callback(windows[-1].process.kill)
        wait_until(lambda: [window.process.poll() for window in windows].count(0) == starts - 1, 150)
        [first] = [window for window in windows if window.process.poll() is None]
        assert [window.end_by_itself() for window in windows if window is not first] == [""] * (starts - 1)
        assert "twice" not in first.end()


def test_a_first_window_that_is_starting_still_is_waited_for(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow computer painting takes longer than a window may take to answer."""
    monkeypatch.setattr(single_window, "_PATIENCE_SECONDS", 0.0)
    first, second = SingleWindow(tmp_path), SingleWindow(tmp_path)
    assert first.claim()
    answers = first.answer_to
    monkeypatch.setattr(first, "answer_to", lambda _: None)
    card = (tmp_path / "window" / "open.json").read_bytes()
    assert b'"is_starting": true' in card
    qtbot.waitUntil(lambda: b'"is_starting": false' in (tmp_path / "window" / "open.json").read_bytes())
    (tmp_path / "window" / "open.json").write_bytes(card)
    QTimer.singleShot(400, lambda: setattr(first, "answer_to", answers))
    assert not second.claim()
    assert second.problem == ""
    first.release()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_another_user_takes_the_names_first(tmp_path: Path) -> None:
    """What an older version would have connected to, and every name in reach: the window opens, and is raised."""
    home = tmp_path / "home"
    mark = hashlib.sha256(f"{getpass.getuser()}|{home.resolve()}".encode()).hexdigest()[:24]
    squatted = Path("/tmp") / f"idexx-desktop-{mark}"  # noqa: S108 - where it was
    try:
        with another_user(SQUAT, str(squatted)), window_process(home) as first:
            assert Window(home).end_by_itself() == ""
            assert first.process.poll() is None
            assert "twice" not in first.end()
    finally:
        squatted.unlink(missing_ok=True)


@pytest.mark.skipif(not IS_ROOT, reason="only root can make files of another user")
def test_a_window_in_a_folder_of_another_user_opens_with_words(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "window").mkdir(parents=True)
    os.chown(home / "window", NOBODY, NOBODY)
    window = Window(home)
    try:
        assert window.process.stderr is not None
        assert "may be open twice" in window.process.stderr.readline()
        assert window.process.poll() is None
        window.end()
    finally:
        window.process.kill()
        window.process.communicate()
