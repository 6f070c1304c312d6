"""The two filled databases, made once: what a test does with them is rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.filled import Filled, fill_adopted, fill_our_own, make_strangers
from tests.support.postgres import TEMPLATE, ClinicDatabase, People, TestServer
from tests.support.practice import practices

__all__ = ["practices"]

KINDS = ("our own", "adopted")


@pytest.fixture(scope="session")
def strangers(postgres: TestServer, people: People) -> None:
    """The roles that no clinic has."""
    make_strangers(postgres)


@pytest.fixture(scope="session")
def our_own(postgres: TestServer, people: People, strangers: None) -> Iterator[Filled]:
    """The prepared database, filled."""
    name = postgres.create(template=TEMPLATE)
    found = fill_our_own(ClinicDatabase(postgres, name, people))
    yield found
    found.close()
    postgres.drop(name)


@pytest.fixture(scope="session")
def adopted(postgres: TestServer, people: People, strangers: None) -> Iterator[Filled]:
    """A platform's database, adopted and filled."""
    name = postgres.create()
    found = fill_adopted(postgres, name)
    yield found
    found.close()
    postgres.drop(name)


@pytest.fixture(params=KINDS)
def filled(request: pytest.FixtureRequest) -> Filled:
    """Each of the two."""
    found: Filled = request.getfixturevalue(request.param.replace(" ", "_"))
    return found
