"""Results of pure functions, remembered while many weeks are played: the same few texts come in every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pytest

from idexx_desktop.domain import cases, findings, kinds, reconcile, visits
from idexx_desktop.domain.visits import Visit

_MOST = 20_000
# functions of frozen values that have no other input, by where they are called from
_PURE = (
    (findings, "find_signs"),
    (findings, "classify"),
    (findings, "neo_status"),
    (kinds, "neo_status"),
    (cases, "decision_hash"),
    (reconcile, "decision_hash"),
    (Visit, "content_hash"),
    (visits, "is_sign_of"),
)


@contextmanager
def remembering() -> Iterator[None]:
    """Each is still the program's own, called once for each input."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in _PURE:
            patch.setattr(owner, name, _remembered(getattr(owner, name)))
        yield


def _remembered(function: Any) -> Any:
    cached = lru_cache(_MOST)(function)

    def call(*values: Any) -> Any:
        return cached(*values)

    return call
