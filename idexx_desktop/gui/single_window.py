"""One window per profile and user: a second start raises the first and ends.

Who is first is decided by a locked file, and the two talk over a socket whose name is new each time; both lie in a
private folder of the profile, with a secret by which each knows the other. So no other user of the computer can be
in the way: neither by taking a name first, nor by answering in the window's place.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import os
import secrets
import stat
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from idexx_desktop.gui.strings import shell, tr
from idexx_desktop.vault.files import locked, replace_private

# a window that can be seen answers within this; one that is starting still, once it is painted, however slow that is
_PATIENCE_SECONDS, _STARTING_SECONDS = 20.0, 90.0
_ANSWER_MS, _PAUSE_MS = 1000, 100
_LONGEST_SOCKET = 90  # of the 103 bytes that macOS has for a path, of Linux's 107
_LONGEST_LINE = 256
_ELSEWHERE = "idexx-desktop-"
_SHORT = ("/tmp", "/var/tmp")  # noqa: S108 - each socket lies there in a folder of its own
_RAISE, _RAISED = "raise", "raised"


class SingleWindow(QObject):
    """The place of a profile's window. Signal: `raise_asked`, when a second start wants this window in front.

    `problem` says in words, after `claim`, why it can't be told whether this is the only window; "" where it can.
    """

    raise_asked = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problem = ""
        self._folder = home.absolute() / "window"
        self._secret = ""
        self._held = ExitStack()
        self._server = QLocalServer(self)
        if sys.platform == "win32":  # elsewhere the folder is closed to others
            self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._met)

    def claim(self) -> bool:
        """Be the window of this profile. False where one is open already; it was asked to come to the front.

        True as well where that can't be found out, and `problem` says why: never silence instead of a window.
        """
        try:
            if not _made_private(self._folder):
                self.problem = tr(shell.WINDOW_FOLDER_FOREIGN, folder=self._folder)
                return True
            return self._claim()
        except OSError as error:
            self.problem = tr(shell.WINDOW_FOLDER_UNUSABLE, folder=self._folder, reason=error.strerror)
            return True

    def release(self) -> None:
        """Let another window open."""
        self._server.close()
        self._held.close()

    def _claim(self) -> bool:
        began = time.monotonic()
        while True:
            with suppress(TimeoutError):
                self._held.enter_context(locked(self._folder / "lock", seconds=0))
                self._listen()
                return True
            card = _Card.read(self._card)
            if card is not None and _is_raised(card):
                return False
            patience = _STARTING_SECONDS if card is not None and card.is_starting else _PATIENCE_SECONDS
            if time.monotonic() > began + patience:
                self.problem = tr(shell.WINDOW_SILENT)
                return True
            _wait(_PAUSE_MS)

    @property
    def _card(self) -> Path:
        return self._folder / "open.json"

    def _listen(self) -> None:
        for left_by_a_killed_program in self._folder.glob("s-*"):
            left_by_a_killed_program.unlink()
        if sys.platform != "win32" and (left := _Card.read(self._card)) is not None:
            _clear_elsewhere(Path(left.name))
        card = _Card(self._new_name(), secrets.token_hex(32), is_starting=True)
        if self._server.listen(card.name):
            self._secret = card.secret
            self._held.callback(self._card.unlink, missing_ok=True)
            self._write(card)
            # as soon as the loop runs, it answers
            QTimer.singleShot(0, self, partial(self._write, replace(card, is_starting=False)))
        else:
            self.problem = tr(
                shell.WINDOW_FOLDER_UNUSABLE, folder=self._folder, reason=self._server.errorString()
            )

    def _write(self, card: _Card) -> None:
        if self._server.isListening():
            replace_private(self._card, json.dumps(asdict(card)).encode())

    def _new_name(self) -> str:
        """Of a pipe, or of a socket in a folder that only this user can enter."""
        chance = f"s-{secrets.token_hex(8)}"
        if sys.platform == "win32":
            return f"{_ELSEWHERE}{chance}"
        if len(os.fsencode(self._folder / chance)) <= _LONGEST_SOCKET:
            return str(self._folder / chance)
        socket = _folder_elsewhere(len(chance)) / chance
        self._held.callback(_clear_elsewhere, socket)
        return str(socket)

    def _met(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.setReadBufferSize(_LONGEST_LINE)
            connection.disconnected.connect(connection.deleteLater)
            connection.readyRead.connect(self._heard)
            _answer(connection, self)

    def _heard(self) -> None:
        connection = self.sender()
        if isinstance(connection, QLocalSocket):
            _answer(connection, self)

    def answer_to(self, line: str) -> str | None:
        """What a second start is answered that knows the secret; None for anybody else."""
        word, _, rest = line.strip().partition(" ")
        nonce, _, proof = rest.partition(" ")
        if word != _RAISE or not hmac.compare_digest(
            proof.encode(), _proof(self._secret, _RAISE, nonce).encode()
        ):
            return None
        return _proof(self._secret, _RAISED, nonce)


@dataclass(frozen=True, slots=True)
class _Card:
    """Where the open window listens, and the secret that it knows a second start by."""

    name: str
    secret: str = field(repr=False)
    is_starting: bool = False

    @classmethod
    def read(cls, path: Path) -> _Card | None:
        """What the first window has written; None where it hasn't yet."""
        try:
            content = json.loads(path.read_bytes())
            card = cls(content["name"], content["secret"], content.get("is_starting") is True)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return card if {type(card.name), type(card.secret)} == {str} else None


def _answer(connection: QLocalSocket, window: SingleWindow) -> None:
    """Answer a whole line; whoever says something else is left."""
    if not connection.canReadLine():
        if connection.bytesAvailable() >= _LONGEST_LINE:
            connection.abort()
        return
    answer = window.answer_to(bytes(connection.readLine().data()).decode("ascii", "replace"))
    if answer is None:
        connection.abort()
        return
    connection.write(f"{answer}\n".encode())
    connection.disconnectFromServer()  # once it is written
    window.raise_asked.emit()


def _is_raised(card: _Card) -> bool:
    """Ask the open window to come to the front; whether it was that window, and it did."""
    nonce = secrets.token_hex(16)
    connection = QLocalSocket()
    connection.connectToServer(card.name)
    if not connection.waitForConnected(_ANSWER_MS):
        return False
    connection.write(f"{_RAISE} {nonce} {_proof(card.secret, _RAISE, nonce)}\n".encode())
    waiting = QEventLoop()
    connection.readyRead.connect(waiting.quit)
    connection.disconnected.connect(waiting.quit)
    if not connection.canReadLine():
        _run(waiting, _ANSWER_MS)
    answer = bytes(connection.readLine(_LONGEST_LINE).data()).strip()
    return hmac.compare_digest(answer, _proof(card.secret, _RAISED, nonce).encode())


def _proof(secret: str, word: str, nonce: str) -> str:
    """That somebody knows the secret, good for this word and this once."""
    return hmac.new(secret.encode(), f"{word} {nonce}".encode(), hashlib.sha256).hexdigest()


def _folder_elsewhere(name: int) -> Path:
    """A new folder of this user alone, in which a socket with a name of this length can be; of this session's folders
    for temporary files any may be too long or gone, and the system's own are short.
    """
    room = _LONGEST_SOCKET - len(f"/{_ELSEWHERE}12345678/") - name
    for place in (tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR"), *_SHORT):
        if place and len(os.fsencode(place)) <= room:
            with suppress(OSError):
                return Path(tempfile.mkdtemp(prefix=_ELSEWHERE, dir=place))
    return Path(tempfile.mkdtemp(prefix=_ELSEWHERE))


def _clear_elsewhere(socket: Path) -> None:
    """Remove a socket that lies in a temporary folder of its own, and that folder."""
    if socket.parent.name.startswith(_ELSEWHERE):
        with suppress(OSError):
            socket.unlink(missing_ok=True)
            socket.parent.rmdir()


def _made_private(folder: Path) -> bool:
    """Make the folder where it is absent; whether it is ours, closed to everybody else, and no way to another place."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform == "win32":  # a profile's folder is closed to others by what it inherits
        folder.mkdir(exist_ok=True)
        return True
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EACCES):
            return False
        raise
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            return False
        if stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            os.fchmod(descriptor, 0o700)
    finally:
        os.close(descriptor)
    return True


def _wait(milliseconds: int) -> None:
    """Pass the time without standing still: what belongs to this process goes on."""
    _run(QEventLoop(), milliseconds)


def _run(waiting: QEventLoop, milliseconds: int) -> None:
    """Until somebody ends it, no longer than this; no timer is left behind."""
    timer = QTimer(waiting)
    timer.setSingleShot(True)
    timer.timeout.connect(waiting.quit)
    timer.start(milliseconds)
    waiting.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    timer.stop()
