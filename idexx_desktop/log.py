"""Where log lines go: standard error, so that `--json` on standard output stays one document.

Names, notes, numbers and secrets never reach a log: callers pass ids, counts and codes. As a second line of defense
every handler drops values by key.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

# whatever a library may call it
_SENSITIVE = (
    "password", "passwd", "secret", "token", "cookie", "authorization", "passphrase", "username", "company_id",
    "phone", "email", "name", "notes", "patient", "owner", "url", "dsn", "conninfo",
)  # fmt: skip
_HARMLESS = {"logger_name", "event_name"}
_LEVEL = "IDEXX_DESKTOP_LOG"


def set_up_logging() -> None:
    """Warnings and worse; `IDEXX_DESKTOP_LOG=info` shows more. Libraries are held to warnings."""
    chosen = os.environ.get(_LEVEL, "warning").upper()
    level = logging.getLevelNamesMapping().get(chosen, logging.WARNING)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LibraryFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            _exception_type_only,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


class _LibraryFormatter(logging.Formatter):
    """Of what a library logs of an exception, its place in the code is shown and its message is not."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        problem = ei[1]
        return f"{type(problem).__name__} at {_places(problem)}" if problem is not None else ""


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop the value of every key that sounds like a secret or a person."""
    for key in event:
        if key not in _HARMLESS and any(word in key.lower() for word in _SENSITIVE):
            event[key] = "[removed]"
    return event


def _exception_type_only(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception's place in the code, without its message and without the values around it."""
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        event["problem"] = type(problem).__name__
        event["at"] = _places(problem)
    return event


def _places(problem: BaseException) -> str:
    places = []
    frame = problem.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{frame.tb_lineno}")
        frame = frame.tb_next
    return " > ".join(places[-8:])
