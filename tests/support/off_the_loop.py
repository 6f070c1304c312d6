"""No call of the database blocks an event loop: whoever tries to in a test is told so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest

from idexx_desktop.db.database import ClinicRecords, Database


class BlockedError(AssertionError):
    """A call of the database on the thread of a running event loop."""


def watch(patch: pytest.MonkeyPatch) -> None:
    """Every way to the records, from now on."""
    for owner, name in (
        (ClinicRecords, "transaction"),
        (ClinicRecords, "snapshot"),
        (Database, "_connection"),
    ):
        patch.setattr(owner, name, _off_the_loop(getattr(owner, name)))


def _off_the_loop(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def watched(*args: Any, **kwargs: Any) -> Any:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return method(*args, **kwargs)
        if getattr(loop, "in_turn", False):  # a simulation's, whose threads are none
            return method(*args, **kwargs)
        raise BlockedError(
            f"{method.__qualname__} on an event loop: everything else on it waits for the database"
        )

    return watched
