"""Being told to end from outside: Ctrl+C, a closed terminal, a logoff, the system's own stop.

The first word ends what runs as an exception on the main thread, so that everything that was begun is taken down. Where
something must not be left half done (`unbroken`) the word waits. Later words change nothing: taking down has begun, and
comes to its end.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_AGAIN_SECONDS = 0.05
_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # no system has all of them


class Ended(KeyboardInterrupt):
    """The program was told to end, by this signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    @property
    def exit_code(self) -> int:
        """As shells have it: 130 after Ctrl+C."""
        return 128 + self.number


class _Word:
    """What the main thread was told, once, and how many reasons there are to wait with it."""

    def __init__(self) -> None:
        self.depth = 0
        self.waiting: int | None = None
        self.is_told = False

    def heard(self, number: int, _frame: object) -> None:
        if not self.is_told and self.waiting is None:
            self.waiting = number
            self.tell()

    def tell(self) -> None:
        if self.waiting is not None and not self.depth:
            number, self.waiting, self.is_told = self.waiting, None, True
            raise Ended(number)


_word = _Word()


def listen() -> None:
    """From now on a word to end is an `Ended` on the main thread; what was to be ignored (`nohup`) stays ignored."""
    global _word
    if not _is_main():
        return
    _word = _Word()
    for number in numbers():
        signal.signal(number, _word.heard)
    if sys.platform == "win32":
        _listen_to_console()


def over() -> None:
    """All is done but leaving: a word to end says nothing any more, and what was done is not called ended.

    Python itself would let go of the signals on its way out, and the next one would end the process by force.
    """
    if _is_main():
        for number in numbers():
            signal.signal(number, signal.SIG_IGN)


def numbers() -> list[signal.Signals]:
    """The signals of this system that mean: end. Not those that whoever started this program has switched off."""
    known = [signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__]
    return [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]


@contextmanager
def unbroken(*, last: bool = False) -> Iterator[None]:
    """A word to end waits until this block has ended. `last`: nothing is left to end then, and the word is moot."""
    if not _is_main():  # words reach the main thread only
        yield
        return
    _word.depth += 1
    try:
        yield
    finally:
        _word.depth -= 1
        if last:
            _word.waiting = None
        _word.tell()


def say_again(lost: Ended) -> None:
    """The word came where Python drops exceptions, in a finalizer: it comes again in a moment."""
    _word.is_told = False
    timer = threading.Timer(_AGAIN_SECONDS, signal.raise_signal, [lost.number])
    timer.daemon = True
    timer.start()


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()


if sys.platform == "win32":
    import _thread
    import ctypes
    import time

    _CLOSED, _LOGOFF, _SHUTDOWN = 2, 5, 6
    # Windows ends the process when the handler returns, and after five seconds anyway
    _LAST_SECONDS = 10.0

    @ctypes.WINFUNCTYPE(ctypes.c_bool, ctypes.c_uint)
    def _console_closes(event: int) -> bool:
        if event not in (_CLOSED, _LOGOFF, _SHUTDOWN):
            return False
        _thread.interrupt_main(signal.SIGBREAK)
        time.sleep(_LAST_SECONDS)
        return True

    def _listen_to_console() -> None:
        ctypes.windll.kernel32.SetConsoleCtrlHandler(_console_closes, True)
