"""What a server's version means, and how an address is shown and made for somebody else."""

from __future__ import annotations

import pytest

from idexx_desktop.db.connection_check import (
    address_for,
    place_of,
    with_password,
)
from idexx_desktop.domain.connection import (
    version_step,
)
from idexx_desktop.domain.failures import Failure

SECRET = "hunter-2-secret"


@pytest.mark.parametrize(
    ("number", "ok", "words"),
    [
        (90_624, False, "9.6.24"),
        (140_019, False, "14.19"),
        (150_000, None, "15.0"),
        (150_013, None, "15.13"),
        (150_014, True, "15.14"),
        (160_009, None, "16.9"),
        (160_010, True, "16.10"),
        (170_005, None, "17.5"),
        (170_006, True, "17.6"),
        (180_000, True, "18.0"),
        (180_006, True, "18.6"),
        (200_001, True, "20.1"),
    ],
)
def test_versions(number: int, ok: bool | None, words: str) -> None:
    """`ok` None: a warning."""
    step = version_step(number)
    assert f"PostgreSQL {words}" in step.words
    assert (step.ok, step.is_warning) == (ok is not False, ok is None)
    assert bool(step.advice) is (ok is not True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://root:pw@db.oak.example/clinic?sslmode=verify-full",
         "postgresql://anna:new%40word@db.oak.example/clinic?sslmode=verify-full"),
        ("postgres://root:pw@db:6432/clinic?sslmode=verify-full&sslrootcert=%2Fetc%2Fa%20b.crt",
         "postgresql://anna:new%40word@db:6432/clinic?sslmode=verify-full&sslrootcert=/etc/a%20b.crt"),
        ("postgresql://root:pw@[::1]:5433/root", "postgresql://anna:new%40word@[::1]:5433/root"),
        ("postgresql://root:pw@one:1,two:2/x", "postgresql://anna:new%40word@one:1,two:2/x"),
        ("postgresql://one,two/x?port=7&user=root&password=pw", "postgresql://anna:new%40word@one:7,two:7/x"),
        ("postgresql:///x?host=/run/pg&user=root", "postgresql://anna:new%40word@%2Frun%2Fpg/x"),
        ("postgresql://root:pw@db:5432/x?hostaddr=10.0.0.7", "postgresql://anna:new%40word@db:5432/x?hostaddr=10.0.0.7"),
    ],
)  # fmt: skip
def test_the_address_for_another_login(url: str, expected: str) -> None:
    found = address_for(url, "anna", "new@word")
    assert found == expected
    assert place_of(found).login == "anna"
    assert place_of(found).database == place_of(url).database
    assert place_of(found).host == place_of(url).host


def test_a_password_that_comes_by_itself() -> None:
    url = "postgresql://anna@db.oak.example/clinic?sslmode=verify-full"
    assert address_for(f"postgresql://root:{SECRET}@db.oak.example/clinic?sslmode=verify-full", "anna") == url
    assert with_password(url, "a/b@c") == url.replace("anna@", "anna:a%2Fb%40c@")
    assert with_password("no address", SECRET) == "no address"


def test_a_place_is_shown_without_its_password() -> None:
    place = place_of(f"postgresql://anna:{SECRET}@db.oak.example:5432/clinic?sslmode=verify-full")
    assert (place.host, place.database, place.login) == ("db.oak.example", "clinic", "anna")
    assert SECRET not in repr(place)
    assert place_of("postgresql:///x?host=/run/pg").host == ""
    with pytest.raises(Failure):
        place_of("db.oak.example")
