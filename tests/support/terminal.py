"""A program on a terminal of its own, as a person has it before her: typed at, and closed."""

from __future__ import annotations

import os
import pty
import select
import signal
import threading
from collections.abc import Mapping, Sequence
from typing import Self

from tests.support.waiting import wait_until

CTRL_C, CTRL_D = b"\x03", b"\x04"


class Terminal:
    """Runs a command until it ends; leaving the block kills it. What it prints is read all the time."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.process_id, self._end = pty.fork()
        if self.process_id == 0:
            # switched off where the tests run in the background
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.execvpe(command[0], list(command), environment)  # noqa: S606 - a program of the tests
        self._printed = b""
        self._status: int | None = None
        self._is_open = True
        self._reading = threading.Lock()

    @property
    def printed(self) -> str:
        """All that it has printed so far."""
        with self._reading:
            while self._is_open and select.select([self._end], [], [], 0)[0]:
                try:
                    self._printed += os.read(self._end, 65_536)
                except OSError:  # nobody has the other end any more
                    break
        return self._printed.decode("utf-8", "replace")

    def shows(self, words: str) -> None:
        """Wait until it has printed this."""
        wait_until(lambda: words in self.printed or self.ended())
        assert words in self.printed, self.printed

    def press(self, what: bytes) -> None:
        """As from the keyboard."""
        os.write(self._end, what)

    def close(self) -> None:
        """Close the terminal's window."""
        if self._is_open:
            self._is_open = False
            os.close(self._end)

    def ended(self) -> bool:
        """Whether it has."""
        if self._status is None:
            found, status = os.waitpid(self.process_id, os.WNOHANG)
            self._status = status if found else None
        return self._status is not None

    def code(self, seconds: float = 60.0) -> int:
        """Wait for its end; its exit code, minus the signal that ended it."""

        def has_ended() -> bool:
            _ = self.printed  # a terminal that nobody reads holds the program up
            return self.ended()

        wait_until(has_ended, seconds)
        assert self._status is not None
        return os.waitstatus_to_exitcode(self._status)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.ended():
            os.kill(self.process_id, signal.SIGKILL)
        self.code()
        self.close()
