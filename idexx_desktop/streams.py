"""Standard input, output and error as they may be: closed, full, broken off, or of an encoding that knows few signs.

None of that ends a command with an exception; what was done stays done. What a terminal has no sign for becomes a
replacement character.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import IO

from idexx_desktop.domain.failures import Failure, FailureCode

# the exit code of a command that did what it was told to, and whose answer could not be written
NOT_WRITTEN = 1


def prepare() -> None:
    """First thing in the program: all three are there, and none of them raises for a sign that it can't show."""
    _keep_numbers()
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def write(lines: Iterable[str], *, encoding: str | None = None) -> bool:
    """Lines on standard output; False, with the reason on standard error, where they can't be written.

    True as well where a reader has seen enough.
    """
    out = sys.stdout
    try:
        if encoding is not None and isinstance(out, io.TextIOWrapper):
            out.reconfigure(encoding=encoding)
        for line in lines:
            print(line, file=out)
        out.flush()
    except BrokenPipeError:
        _give_up(out)
    except (OSError, ValueError) as error:
        _give_up(out)
        reason = getattr(error, "strerror", None) or "it is closed"
        say(f"The answer couldn't be written: {reason}. What was asked for was done.")
        return False
    return True


def say(text: str, end: str = "\n") -> None:
    """On standard error, if anybody can hear it."""
    try:
        print(text, end=end, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        _give_up(sys.stderr)


def flush() -> bool:
    """Write what is still held back, so that Python needn't at its very end; False where that can't be done."""
    say("", end="")
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up(sys.stdout)
    except (OSError, ValueError):
        _give_up(sys.stdout)
        return False
    return True


def read_line(what: str) -> str:
    """One line of standard input without its end; "" where there is none. INVALID_INPUT for what is no text."""
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        title = f"The {what} on standard input is no text in {sys.stdin.encoding}."
        raise Failure(FailureCode.INVALID_INPUT, what, title=title) from None
    except (OSError, ValueError):
        return ""


def read_document(what: str, most: int) -> str:
    """Standard input to its end, in UTF-8, up to `most` signs. INVALID_INPUT for more, and for what is no text."""
    try:
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8")
        text = sys.stdin.read(most + 1)
    except (OSError, ValueError):  # closed, or no UTF-8
        text = ""
    if not 0 < len(text) <= most:
        title = f"The {what} on standard input is missing, too long, or no text in UTF-8."
        raise Failure(FailureCode.INVALID_INPUT, what, title=title)
    return text


def is_terminal(stream: IO[str]) -> bool:
    """Whether a person sits there."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def _keep_numbers() -> None:
    """Nobody else gets the numbers 0 to 2 of streams that are closed: a child would write to a file of ours."""
    with suppress(OSError):
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(number, True)
        os.close(number)


def _nowhere(mode: str) -> IO[str]:
    return open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - for as long as the program lives


def _give_up(stream: IO[str]) -> None:
    """What it still holds goes nowhere, or Python would try again at its end and say so."""
    with suppress(OSError, ValueError, io.UnsupportedOperation):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    with suppress(OSError, ValueError):
        stream.flush()
