"""Clinics whose records are copied, and clinics that other processes can open."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing import forkserver
from pathlib import Path

import pytest

from tests.support.postgres import People, TestServer
from tests.support.practice import Practices, practices
from tests.torture import child
from tests.torture.copies import PASSPHRASE

__all__ = ["practices"]


@pytest.fixture(autouse=True, scope="session")
def warm_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What warm processes are forked from ends with the run, and so does its folder; by itself it outlives both."""
    config = multiprocessing.current_process()._config  # type: ignore[attr-defined]  # has no public name
    config["tempdir"] = str(tmp_path_factory.mktemp("mp"))
    assert child.SECONDS  # it has said what is loaded beforehand
    forkserver.ensure_running()
    yield
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # as Python's own tests end it


@pytest.fixture
def shared_practices(postgres: TestServer, people: People, tmp_path: Path) -> Iterator[Practices]:
    """Makes clinics whose secrets a passphrase opens, from any process."""
    with ExitStack() as parts:
        made = Practices(postgres, people, tmp_path, parts)
        made.passphrase = PASSPHRASE
        yield made
