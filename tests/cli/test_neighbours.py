"""Another user of the computer takes up the records' connections: the program goes on, or says why it waits."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from idexx_desktop import app
from idexx_desktop.db import embedded
from idexx_desktop.db.connecting import connect
from idexx_desktop.services.places import LOGIN
from tests.cli.conftest import CommandLine, Ran
from tests.support.embedded_clinic import PASSPHRASE, EmbeddedClinic, server_of
from tests.support.other_user import FLOOD, another_user

# a call of the program whose records are full says so within this time
PATIENCE = 15.0


@pytest.fixture
def on_it(cli: CommandLine, embedded_clinic: EmbeddedClinic) -> Callable[..., Ran]:
    """A command on the clinic's profile."""

    def run(*arguments: str) -> Ran:
        # a command takes its passphrase out of the environment
        cli.set(HOME=str(embedded_clinic.environment.home), VAULT_PASSPHRASE=PASSPHRASE)
        return cli(*arguments)

    return run


@pytest.mark.parametrize(
    ("count", "begins"),
    [
        (60, "begins"),
        pytest.param(60, "says nothing", marks=pytest.mark.long(item=42)),
        pytest.param(200, "begins", marks=pytest.mark.long(item=42)),
        (200, "says nothing"),
    ],
)
def test_idle_connections_leave_room(
    on_it: Callable[..., Ran], embedded_clinic: EmbeddedClinic, count: int, begins: str
) -> None:
    """They are there before the program opens, and come back when the server ends them."""
    with (
        server_of(embedded_clinic.environment).attached() as address,
        another_user(FLOOD, str(address.port), str(count), begins, "again"),
    ):
        started = time.monotonic()
        ran = on_it("status", "--json")
        assert ran.code == 0, ran.err
        assert time.monotonic() - started < PATIENCE
        with app.open_program(embedded_clinic.environment) as program:
            assert program.audit.verify().problem is None


@pytest.mark.parametrize(
    ("count", "again"),
    [
        pytest.param(count, again, marks=pytest.mark.long(item=42))
        for count, again in ((450, "once"), (950, "again"))
    ],
)
def test_more_than_there_is_room_for_is_waited_for(
    on_it: Callable[..., Ran], embedded_clinic: EmbeddedClinic, count: int, again: str
) -> None:
    """Those who began to sign in and go no further are ended after seconds; then it's anybody's turn."""
    with (
        server_of(embedded_clinic.environment).attached() as address,
        another_user(FLOOD, str(address.port), str(count), "begins", again),
    ):
        started = time.monotonic()
        ran = on_it("status")
        assert time.monotonic() - started < PATIENCE
        if again == "once":
            assert ran.code == 0
        elif ran.code:  # the other was quicker each time
            assert (ran.code, "no room for another connection" in ran.err) == (7, True)


def test_no_room_at_all_is_said_in_words(on_it: Callable[..., Ran], embedded_clinic: EmbeddedClinic) -> None:
    with server_of(embedded_clinic.environment).attached() as address:
        owner = embedded.owner_url(address)
        try:
            limit(owner, 0)
            ran = on_it("status")
            assert ran.code == 7
            assert "is open too often on this computer" in ran.err
            assert "Close its other windows and commands" in ran.err
            assert on_it("doctor").code != 0
        finally:
            limit(owner, -1)
        assert on_it("status").code == 0


def limit(owner_url: str, connections: int) -> None:
    """How many the program's login may have."""
    with connect(owner_url) as owner:
        owner.execute(f"ALTER ROLE {LOGIN} CONNECTION LIMIT {connections}".encode())
