"""The server's port on this computer's loopback: the same each time, another one when it is taken."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

HOST = "127.0.0.1"
UNUSED = 5432  # for settings that no server has been started with yet


def choose_port(record: Path) -> int:
    """The recorded port if it is free; else a free one, which is recorded."""
    port = recorded(record)
    if port is None or not is_free(port):
        port = _any_free()
        record.write_text(str(port), encoding="ascii")
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    try:
        _bind(port).close()
    except OSError:
        return False
    return True


def answers(port: int) -> bool:
    """Whether anything accepts connections there."""
    try:
        socket.create_connection((HOST, port), timeout=2.0).close()
    except OSError:
        return False
    return True


def recorded(record: Path) -> int | None:
    """The port that was chosen last; None where none is known."""
    try:
        port = int(record.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
    return port if 0 < port < 65536 else None


def _any_free() -> int:
    with _bind(0) as listener:
        port: int = listener.getsockname()[1]
        return port


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            # as PostgreSQL does: connections that just ended don't count (on Windows: "share it")
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener
