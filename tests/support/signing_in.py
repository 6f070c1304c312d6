"""Where only what comes of a sign-in matters: the programs of a module's tests sign in in one browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from idexx_desktop.services import credentials
from idexx_desktop.sync import worker
from tests.neo.one_browser import Run, one_browser


@pytest.fixture(scope="module")
def one_browser_runs() -> Iterator[Run]:
    """It starts once, which costs more than all else that a sign-in does."""
    with one_browser() as browser:
        yield browser.in_contexts


@pytest.fixture
def in_one_browser(one_browser_runs: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Syncs, one at a time, and tests of a sign-in; each gets a context of its own."""
    there = SimpleNamespace(**{**vars(asyncio), "run": one_browser_runs})
    for module in (worker, credentials):
        monkeypatch.setattr(module, "asyncio", there)
