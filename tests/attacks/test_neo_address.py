"""A member of the clinic writes where Neo is: nothing goes there before a person on this computer has said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.services import profile as profiles
from idexx_desktop.sync.network import network_is_there
from idexx_desktop.sync.signin import SealedSignIn, UsableSignIn
from tests.support.listener import Listener, listening
from tests.support.practice import Practice, Practices

# PORT is the one that somebody else listens on, OWN that of the clinic's own practice Neo
SUGGESTED = (
    "http://127.0.0.1:PORT",
    "https://127.0.0.1:PORT",
    "http://127.0.0.1:OWN@127.0.0.1:PORT",
    "https://us.idexxneo.com",
    "https://idexxneo.com@127.0.0.1:PORT",
    "http://１２７.0.0.1:PORT",
    "",
    "\x1b]0;\u202ehttp://127.0.0.1:PORT" + "x" * 5000,
)


@pytest.fixture
def practice(practices: Practices) -> Practice:
    return practices("ordinary-day", visits=2)


@pytest.fixture
def stranger() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def write(practice: Practice, address: str) -> None:
    """As a colleague with a login of their own and a tool for SQL."""
    with psycopg.connect(practice.database.url(practice.database.people.colleague)) as connection:
        changed = connection.execute("UPDATE public.clinic_settings SET neo_url = %s", (address,))
        assert changed.rowcount == 1


def code_of(attempt: object) -> str:
    assert callable(attempt)
    with pytest.raises(Failure) as refused:
        attempt()
    return str(refused.value.code)


def test_nothing_goes_to_what_a_colleague_wrote(practice: Practice, stranger: Listener) -> None:
    program, own = practice.program, practice.site.url
    assert practice.sync().failure is None
    before, visits = dict(practice.site.counts), practice.visits()
    for template in SUGGESTED:
        address = template.replace("PORT", str(stranger.port)).replace("OWN", own.rpartition(":")[2])
        write(practice, address)
        failure = practice.sync().failure
        assert failure is not None, address
        assert (failure.code, failure.words.exit_code) == (FailureCode.ADDRESS_CHANGED, 4), address
        assert "test_colleague@oak.example" in failure.title
        assert failure.title.isprintable()
        assert len(failure.title) < 250
        for attempt in (
            program.credentials.test_saved,
            lambda: program.credentials.test(program.credentials._sealed.look(row_of(practice))),
            lambda: network_is_there(practice.parts()),
        ):
            assert code_of(attempt) == "address_changed", address
        assert program.status.today().waits_for is not None
        # a link leads to where a person here said that Neo is
        assert program.visits.neo_link(next(iter(visits))).startswith(own)
    assert (stranger.connections, stranger.received) == (0, b"")
    assert practice.site.counts == before
    with practice.program.records.transaction() as tx:
        credentials = tx.credentials.get()
    assert credentials is not None
    assert credentials.suspended_code is None


def test_a_yes_of_a_person_is_needed_and_enough(practice: Practice, stranger: Listener) -> None:
    """The control: whoever listens there does hear of it once somebody here has said yes."""
    address = f"http://127.0.0.1:{stranger.port}"
    write(practice, address)
    assert practice.program.neo_address.place().question is not None
    practice.program.neo_address.use(address)
    practice.sync()
    assert stranger.connections > 0
    assert row_of(practice).neo_url == address


def test_a_no_is_remembered_for_what_was_suggested(practice: Practice, stranger: Listener) -> None:
    one, other = f"http://127.0.0.1:{stranger.port}", "https://idexxneo.com.evil.example"
    for address in (one, other):
        write(practice, address)
        practice.program.neo_address.keep()
    for address in (one, other):
        write(practice, address)
        assert practice.program.neo_address.place().question is None
    assert practice.sync().failure is None
    assert practice.actions()["address.declined"] == 2
    # another program of the profile knows of it, too
    assert practice.program.neo_address.place().address == practice.site.url
    assert set(profiles_of(practice).neo_urls_declined) >= {one, other}
    assert stranger.connections == 0


def test_the_other_kind_of_site_is_refused_whoever_says_yes(practice: Practice) -> None:
    write(practice, "https://us.idexxneo.com")
    assert code_of(lambda: practice.program.neo_address.use("https://us.idexxneo.com")) == "invalid_input"
    assert practice.program.neo_address.place().question is not None
    practice.program.neo_address.keep()
    assert practice.sync().failure is None


CLAIMS = (
    "UPDATE public.idexx_credentials SET neo_url = '{other}'",
    "UPDATE public.idexx_credentials SET neo_url = NULL",
    "UPDATE public.idexx_credentials SET neo_url = '{other}', version = version + 1",
)


@pytest.mark.parametrize("claim", CLAIMS)
def test_what_a_row_claims_to_be_sealed_for_opens_nothing(
    practices: Practices, stranger: Listener, claim: str
) -> None:
    """Even a person who is led to say yes gives nothing away: the seal itself says what it is for."""
    practice = practices("ordinary-day", visits=2, cookies=False)
    other = f"http://127.0.0.1:{stranger.port}"
    with psycopg.connect(practice.database.url(practice.database.people.a)) as connection:
        connection.execute(claim.format(other=other).encode())
    write(practice, other)
    practice.program.neo_address.use(other)
    failure = practice.sync().failure
    assert failure is not None
    assert failure.code is FailureCode.SEAL_BROKEN
    assert stranger.connections == 0


def test_cookies_do_not_move_to_another_address(practice: Practice, stranger: Listener) -> None:
    sealed = SealedSignIn(practice.program.records, practice.sharing(), practice.clock)
    sign_in = sealed.require()
    assert sealed.cookies(sign_in)
    assert sealed.cookies(UsableSignIn(sign_in.row, f"http://127.0.0.1:{stranger.port}")) is None
    assert sealed.cookies(UsableSignIn(replace(sign_in.row, version=9), sign_in.address)) is None


PATH = "UPDATE public.clinic_settings SET browser_path = '/tmp/evil'"


def test_nobody_writes_what_is_executed(practice: Practice) -> None:
    people = practice.database.people
    for person in (people.a, people.colleague, people.admin):
        with (
            psycopg.connect(practice.database.url(person)) as connection,
            pytest.raises(InsufficientPrivilege),
        ):
            connection.execute(PATH.encode())
    with psycopg.connect(practice.database.owner_url) as owner, pytest.raises(CheckViolation):
        owner.execute(PATH.encode())


def test_who_wrote_it_is_noted_by_the_database_alone(practice: Practice) -> None:
    login = practice.database.url(practice.database.people.colleague)
    for column, value in (("neo_url_set_by", "'a@oak.example'"), ("neo_url_set_at", "'2001-01-01'")):
        for statement in (
            f"UPDATE public.clinic_settings SET neo_url = 'https://x', {column} = {value}",
            f"INSERT INTO public.clinic_settings (clinic_id, timezone, neo_url, {column})"
            f" VALUES (gen_random_uuid(), 'UTC', 'https://x', {value})",
        ):
            with psycopg.connect(login) as connection, pytest.raises(InsufficientPrivilege):
                connection.execute(statement.encode())
    practice.query("UPDATE public.clinic_settings SET neo_url_set_by = 'forged', neo_url_set_at = now()")
    assert not practice.query("SELECT 1 FROM public.clinic_settings WHERE neo_url_set_by = 'forged'")


ZONES = ("Nowhere/At_All", "../../../etc/passwd", "/etc/localtime", "America", "", "x" * 999)


def test_a_zone_that_is_none_stops_syncs_in_words(practice: Practice) -> None:
    """A member can't write one; the owner of the records can."""
    program = practice.program
    for zone in ZONES:
        change = "UPDATE public.clinic_settings SET timezone = %s"
        colleague = practice.database.url(practice.database.people.colleague)
        with psycopg.connect(colleague) as connection, pytest.raises(CheckViolation):
            connection.execute(change, (zone,))
        with psycopg.connect(practice.database.owner_url) as owner:
            owner.execute(change.encode(), (zone,))
        failure = practice.sync().failure
        assert failure is not None
        assert failure.code is FailureCode.INVALID_INPUT
        assert "time zone" in failure.title
        # and a person can open the program and choose another one
        clinic = program.settings.clinic()
        assert clinic.timezone == "UTC"
    program.settings.save_clinic(replace(clinic, timezone="America/Denver"))
    assert practice.sync().failure is None


def row_of(practice: Practice) -> SealedCredentials:
    with practice.program.records.transaction() as tx:
        row = tx.credentials.get()
    assert row is not None
    return row


def profiles_of(practice: Practice) -> profiles.Profile:
    profile = profiles.load(practice.home)
    assert profile is not None
    return profile
