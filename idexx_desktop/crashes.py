"""What is left of a crash: the kind of exception and its places in the code, never the values around it."""

from __future__ import annotations

import faulthandler
import io
import sys
import threading
from contextlib import suppress
from types import TracebackType

import structlog

from idexx_desktop import ending


def quiet_crashes() -> None:
    """Take Python's hooks over that print an exception's words, and leave no image of the memory behind.

    A hook that somebody has taken already is left to them (the window's crash route, a test).
    """
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _from_main
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _from_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _from_finalizer
    _no_memory_image()
    if sys.stderr is not None and not faulthandler.is_enabled():
        with suppress(io.UnsupportedOperation):  # a standard error that is no file
            faulthandler.enable()  # files, lines and functions; it can't print a value


def _no_memory_image() -> None:
    """A core file would hold the password in clear. Windows writes none unless its owner asks for it."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def _from_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        structlog.get_logger().critical("crash", exc_info=error)


def _from_thread(happened: threading.ExceptHookArgs) -> None:
    if happened.exc_value is not None and not issubclass(happened.exc_type, SystemExit):
        structlog.get_logger().critical("crash", exc_info=happened.exc_value)


def _from_finalizer(happened: sys.UnraisableHookArgs) -> None:
    if isinstance(happened.exc_value, ending.Ended):
        ending.say_again(happened.exc_value)
        return
    structlog.get_logger().error("crash", exc_info=happened.exc_value)
