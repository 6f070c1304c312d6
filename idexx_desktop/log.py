"""Where log lines go: standard error, so that `--json` on standard output stays one document; the last ones are kept.

Names, notes, numbers and secrets never reach a log: callers pass ids, counts and codes. As a second line of defence
every record is made harmless where it is made, whoever logs and whichever handler writes it: ours by key and by
value, a library's by dropping every value that isn't a number. What can't be made harmless isn't written at all.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections import deque
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TextIO

import structlog

from idexx_desktop.domain.harmless import harmless
from idexx_desktop.redaction import REMOVED, scrub

# whatever a library may call it
_SENSITIVE = (
    "password", "passwd", "secret", "token", "cookie", "authorization", "passphrase", "username", "company_id",
    "phone", "email", "name", "notes", "patient", "owner", "url", "dsn", "conninfo",
)  # fmt: skip
_HARMLESS = {"logger_name", "event_name"}
_LEVEL = "IDEXX_DESKTOP_LOG"
_LINES_KEPT = 200
_LIBRARY = "%(levelname)s %(name)s: %(message)s"
_LONGEST = 2_000  # characters of a line
_WITHHELD = "[a line that couldn't be made harmless]"
_NUMBERS = (bool, int, float, date, timedelta, type(None))

_recent: deque[str] = deque(maxlen=_LINES_KEPT)
_render = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])


def set_up_logging() -> None:
    """Warnings and worse are shown; `IDEXX_DESKTOP_LOG=info` shows more. Libraries are held to warnings."""
    chosen = os.environ.get(_LEVEL, "warning").upper()
    level = logging.getLevelNamesMapping().get(chosen, logging.WARNING)
    logging.setLogRecordFactory(_HarmlessRecord)
    # a handler that breaks would print the line, and what is wrong with it, past everything here
    logging.raiseExceptions = False
    logging.basicConfig(level=logging.WARNING, format=_LIBRARY)
    warnings.showwarning = _log_warning
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _Harmless(level),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(min(level, logging.INFO)),
        logger_factory=_StandardError,
        cache_logger_on_first_use=False,
    )


def recent_lines() -> tuple[str, ...]:
    """The last 200 lines of this process, also those that were not shown, oldest first; all of them harmless."""
    return tuple(_recent)


class _StandardError:
    """Where our own lines go; nowhere in a program without a console, which has no standard error."""

    def __init__(self, *_: object) -> None:
        """structlog passes the names that a logger was asked for with."""

    def msg(self, line: str) -> None:
        if sys.stderr is not None:
            with suppress(OSError, ValueError):  # the terminal that it led to was closed
                print(line, file=sys.stderr)

    debug = info = warning = error = critical = msg


class _Harmless:
    """The last processor: an event in, a line out, kept; dropped after that where it isn't to be shown."""

    def __init__(self, level: int) -> None:
        self._level = level

    def __call__(self, logger: object, method: str, event: MutableMapping[str, Any]) -> str:
        try:
            without = _exception_type_only(logger, method, redact(logger, method, event))
            line = harmless(scrub(str(_render(logger, method, without)))[:_LONGEST])
        except Exception:  # whatever a value's own `repr` may raise
            line = _WITHHELD
        _recent.append(line)
        if logging.getLevelNamesMapping().get(method.upper(), logging.ERROR) < self._level:
            raise structlog.DropEvent
        return line


class _HarmlessRecord(logging.LogRecord):
    """A library's record, of which nothing is left but its words, numbers, and where an exception came from.

    Made harmless here and not by a handler, because a library may bring handlers of its own.
    """

    def __init__(
        self,
        name: str,
        level: int,
        pathname: str,
        lineno: int,
        msg: object,
        args: Any,
        exc_info: Any,
        func: str | None = None,
        *_: object,
    ) -> None:
        super().__init__(name, level, pathname, lineno, _words(msg, args, exc_info), None, None, func, None)
        if level >= logging.WARNING:
            _recent.append(_LIBRARY % {**self.__dict__, "message": self.msg})


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop the value of every key that sounds like a secret or a person."""
    for key in event:
        if key not in _HARMLESS and any(word in key.lower() for word in _SENSITIVE):
            event[key] = REMOVED
    return event


def _exception_type_only(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception's place in the code, without its message and without the values around it."""
    problem = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        event["problem"] = type(problem).__name__
        event["at"] = _places(problem)
    return event


def _words(message: object, arguments: Any, exc_info: Any) -> str:
    """The first line of what a library says (asyncio puts a whole exception below it), its numbers, and the place."""
    try:
        words = message.partition("\n")[0] if isinstance(message, str) else type(message).__name__
        if arguments:
            words = _filled(words, arguments)
        problem = exc_info[1] if isinstance(exc_info, tuple) else None
        if problem is not None:
            words = f"{words} ({type(problem).__name__} at {_places(problem)})"
        return harmless(scrub(words)[:_LONGEST])
    except Exception:  # whatever a value's own `repr` may raise
        return _WITHHELD


def _filled(words: str, arguments: Any) -> str:
    """The words with their numbers; those for which that isn't enough stay as they are written in the library."""
    given = arguments[0] if isinstance(arguments, tuple) and len(arguments) == 1 else arguments
    if isinstance(given, Mapping):
        values: Any = {key: _number(value) for key, value in given.items()}
    else:
        values = tuple(map(_number, arguments if isinstance(arguments, tuple) else (arguments,)))
    try:
        return str(words % values)
    except (TypeError, ValueError, KeyError):
        return words


def _number(value: object) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    return value if isinstance(value, _NUMBERS) else REMOVED


def _log_warning(
    message: Warning | str,  # noqa: ARG001 - its words stay out
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001 - as Python calls it
    line: str | None = None,  # noqa: ARG001 - as Python calls it
) -> None:
    """In place of Python's own: a warning's kind and place, without its words."""
    structlog.get_logger().warning("warning", kind=category.__name__, at=f"{Path(filename).name}:{lineno}")


def _places(problem: BaseException) -> str:
    places = []
    frame = problem.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{frame.tb_lineno}")
        frame = frame.tb_next
    return " > ".join(places[-8:])
