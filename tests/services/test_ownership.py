"""What the owner does with people, as the window asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from psycopg import sql

from idexx_desktop.db.connection_check import with_password
from idexx_desktop.db.database import Database
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.people import NewPerson, suggest_login
from idexx_desktop.services.ownership import UserService
from tests.support.postgres import ELM, OAK, PASSWORD, ClinicDatabase

LOGIN = "test_new_person"
NEW = NewPerson("new@oak.example", "admin", OAK, LOGIN)


@pytest.fixture
def users(clinic_database: ClinicDatabase) -> Iterator[UserService]:
    yield UserService()
    clinic_database.server.run(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(LOGIN)))


def test_logins_and_clinics(users: UserService, clinic_database: ClinicDatabase) -> None:
    found = users.logins(clinic_database.owner_url)
    assert (found.place.host, found.place.database) == (clinic_database.server.host, clinic_database.name)
    assert found.clinics == (ELM, OAK)
    assert [(login.login, login.role, login.clinics, login.active) for login in found.logins] == [
        ("test_a", "user", (OAK,), True),
        ("test_admin", "admin", (ELM,), True),
        ("test_b", "user", (ELM,), True),
        ("test_colleague", "user", (OAK,), True),
    ]
    assert clinic_database.server.password not in repr(found)


def test_a_person_is_added_signs_in_and_is_deactivated(
    users: UserService, clinic_database: ClinicDatabase
) -> None:
    url = clinic_database.owner_url
    given, found = users.add(url, NEW)
    assert re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){4}[0-9a-hjkmnp-tv-z]{4}", given.password)
    assert given.password not in repr(given)
    assert given.address == clinic_database.server.url(clinic_database.name, LOGIN).replace(
        f":{PASSWORD}", ""
    )
    [row] = [row for row in found.logins if row.login == LOGIN]
    assert (row.email, row.role, row.clinics, row.active) == ("new@oak.example", "admin", (OAK,), True)
    with closing(Database(with_password(given.address, given.password))) as database:
        database.check()
        assert database.identity().is_admin

    # once more: another password for the same login, typed this time
    again, _ = users.add(url, NewPerson("new@oak.example", "user", OAK, LOGIN, "a-typed-password"))
    assert again.password == ""
    with closing(Database(with_password(again.address, "a-typed-password"))) as database:
        database.check()
        assert not database.identity().is_admin

    [row] = [row for row in users.deactivate(url, "new@oak.example").logins if row.login == LOGIN]
    assert not row.active
    with closing(Database(with_password(again.address, "a-typed-password"))) as database:
        with pytest.raises(Failure) as refused:
            database.check()
        assert "switched off" in refused.value.title


def test_passwords_are_made_of_chance(clinic_database: ClinicDatabase) -> None:
    made = {UserService()._new_password() for _ in range(50)}
    assert len(made) == 50
    assert UserService(lambda count: bytes(range(count)))._new_password() == "0123-4567-89ab-cdef-ghjk"


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (NewPerson("no address", "user", OAK, LOGIN), "no e-mail address"),
        (NewPerson("new@oak.example", "user", OAK, "test_a"), "belongs to another person"),
        (NewPerson("new@oak.example", "user", OAK, "Bad Name"), "can't be the name of a login"),
        (NewPerson("new@oak.example", "user", OAK, LOGIN, "too-short"), "12 characters"),
    ],
)
def test_who_can_not_be_added(
    users: UserService, clinic_database: ClinicDatabase, person: NewPerson, words: str
) -> None:
    with pytest.raises(Failure) as refused:
        users.add(clinic_database.owner_url, person)
    assert refused.value.code == FailureCode.INVALID_INPUT
    assert words in refused.value.title
    assert LOGIN not in [row.login for row in users.logins(clinic_database.owner_url).logins]


def test_a_wrong_address_is_explained_in_the_words_of_the_connection_test(
    clinic_database: ClinicDatabase,
) -> None:
    users, owner = UserService(), clinic_database.owner_url
    somebodys = clinic_database.url(clinic_database.people.a)
    for url, code, words in (
        (somebodys, FailureCode.DATABASE_REFUSED, "“test_a” may not manage people."),
        (
            somebodys.replace(PASSWORD, "wrong-7-wrong"),
            FailureCode.DATABASE_REFUSED,
            "didn't accept the login",
        ),
        (
            owner.replace(f":{clinic_database.server.port}", ":1"),
            FailureCode.DATABASE_UNREACHABLE,
            "no database",
        ),
        (f"{owner}?sslmode=verify-full", FailureCode.DATABASE_REFUSED, "doesn't offer encryption"),
        ("postgresql://root:wrong-7-wrong@no%20such%20name/x", FailureCode.INVALID_INPUT, "to be found"),
        ("wrong-7-wrong", FailureCode.INVALID_INPUT, "starts with postgresql://"),
    ):
        with pytest.raises(Failure) as refused:
            users.logins(url)
        failure = refused.value
        assert (failure.code, words in failure.title) == (code, True)
        assert failure.advice
        for secret in ("wrong-7-wrong", PASSWORD, clinic_database.server.password):
            assert secret not in f"{failure!r} {failure.title} {failure.advice} {failure.detail}"
        assert failure.__cause__ is None


def test_somebody_who_is_nobody(users: UserService, clinic_database: ClinicDatabase) -> None:
    with pytest.raises(Failure) as refused:
        users.deactivate(clinic_database.owner_url, "nobody@oak.example")
    assert "nobody@oak.example" in refused.value.title


@pytest.mark.parametrize(
    ("email", "login"),
    [
        ("anna@oak.example", "anna"),
        ("Anna.Lee+cats@oak.example", "anna_lee_cats"),
        ("bob@oak.example", "bob_3"),
        ("7days@oak.example", "user_7days"),
        ("pg_monitor@oak.example", "user_pg_monitor"),
        ("ööö@oak.example", ""),
        ("", ""),
    ],
)
def test_a_login_is_suggested(email: str, login: str) -> None:
    assert suggest_login(email, {"bob", "bob_2"}) == login
    assert len(suggest_login("x" * 200 + "@oak.example", ())) <= 40
