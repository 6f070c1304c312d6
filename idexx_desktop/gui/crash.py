"""The one route of unexpected exceptions, from any thread, to the window. Hooks show nothing themselves."""

from __future__ import annotations

import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import shiboken6
from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class CrashReport:
    """What may be shown and sent: the kind of exception and where, never its message (it may hold names)."""

    kind: str
    places: tuple[str, ...]

    def text(self) -> str:
        """For "Details"."""
        return "\n".join((self.kind, *self.places))


class CrashRoute(QObject):
    """Emits `crashed(CrashReport)`; connect it queued: a hook may run on any thread, and inside painting."""

    crashed = Signal(object)

    def install(self) -> None:
        """Take over Python's two hooks (Qt calls the first for exceptions in slots and virtual functions)."""
        sys.excepthook = self._from_main
        threading.excepthook = self._from_thread

    def report(self, error: BaseException) -> None:
        """From any thread: log the exception and tell the window."""
        import structlog  # only when needed: it costs a tenth of the start-up budget

        made = describe(error)
        structlog.get_logger().error("crash", kind=made.kind, places=made.places)
        if shiboken6.isValid(self):
            self.crashed.emit(made)

    def _from_main(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            self.report(error)

    def _from_thread(self, happened: threading.ExceptHookArgs) -> None:
        if happened.exc_value is not None and not issubclass(happened.exc_type, SystemExit):
            self.report(happened.exc_value)


def describe(error: BaseException) -> CrashReport:
    """Where an exception came from, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    places = tuple(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-12:])
    return CrashReport(type(error).__name__, places)
