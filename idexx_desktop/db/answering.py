"""A connection on which nobody waits for ever, nor without knowing for whom.

A network that swallows everything looks like a server that thinks; a server that waits for a lock looks like both.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import psycopg
from psycopg.rows import TupleRow

from idexx_desktop.db import blocking

_LOOK_SECONDS = 0.1
Answer = TypeVar("Answer")


class TimedConnection(psycopg.Connection[TupleRow]):
    """Ends itself where an answer is not there after `answer_seconds`: OperationalError, "timeout expired".

    The server's own `statement_timeout` and the kernel's liveness checks both need a network that still delivers
    something; a firewall or a proxy in between may confirm every packet and pass none of them on.
    """

    answer_seconds: float = math.inf
    # asked while an answer is long in coming, several times within a lock timeout; the last answer counts
    ask_who: Callable[[int], str] | None = None
    ask_every_seconds: float = 4.0

    def wait(  # type: ignore[override]  # its further options differ between psycopg's versions
        self, gen: Generator[Any, Any, Answer], interval: float = _LOOK_SECONDS, **options: Any
    ) -> Answer:
        """As psycopg's, through which every statement goes."""
        return super().wait(self._in_time(gen), interval, **options)

    def _in_time(self, answering: Generator[Any, Any, Answer]) -> Generator[Any, Any, Answer]:
        deadline = time.monotonic() + self.answer_seconds
        asks_at, holder = time.monotonic() + self.ask_every_seconds, ""
        try:
            wanted = next(answering)
            while True:
                ready = yield wanted
                if not ready and self.ask_who is not None and time.monotonic() > asks_at:
                    # the lock may be over by the time it is asked for: what was known stays
                    holder = self.ask_who(self.pgconn.backend_pid) or holder
                    asks_at = time.monotonic() + self.ask_every_seconds
                if time.monotonic() > deadline:
                    # what is late must never be taken for the answer to the next statement
                    self.pgconn.finish()
                    raise psycopg.OperationalError("timeout expired")
                wanted = answering.send(ready)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
        except psycopg.errors.LockNotAvailable as error:
            blocking.note(error, holder)
            raise
