"""Clinics whose records are copied, and clinics that other processes can open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.postgres import People, TestServer
from tests.support.practice import Practices, practices
from tests.torture.copies import PASSPHRASE

__all__ = ["practices"]


@pytest.fixture
def shared_practices(postgres: TestServer, people: People, tmp_path: Path) -> Iterator[Practices]:
    """Makes clinics whose secrets a passphrase opens, from any process."""
    with ExitStack() as parts:
        made = Practices(postgres, people, tmp_path, parts)
        made.passphrase = PASSPHRASE
        yield made
