"""What every test may use: its worker's PostgreSQL, a fresh copy of a prepared database, a keyring in memory."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

# before anything imports Qt: no test opens a window on somebody's screen
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import keyring
import pytest

from idexx_desktop.domain.placing import Where, speak_of
from idexx_desktop.vault.passphrase_store import PassphraseStore, ScryptCost
from tests.support import left_behind
from tests.support.keyring_memory import MemoryKeyring
from tests.support.off_the_loop import watch
from tests.support.platform import adopted_template
from tests.support.postgres import (
    TEMPLATE,
    AllRecords,
    ClinicDatabase,
    People,
    TestServer,
    everybodys_folder,
    make_template,
    running_server,
)

if TYPE_CHECKING:
    from tests.support.embedded_clinic import EmbeddedClinic


pytest_plugins = ("tests.support.leaving_nothing",)

# threads of tests must not collect what is Qt's any more than those of the program: see `gui.collecting`
gc.disable()
left_behind.watch()
_FULL_AFTER = 100  # of the others


GUESSES: dict[str, Any] = PassphraseStore.__init__.__kwdefaults__ or {}


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: looking through it each time costs a third of a second."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """Collect between tests, on the thread that has Qt's application; nothing of Qt outlives its test."""
    yield
    left_behind.let_go(item)
    if "qapp" in getattr(item, "fixturenames", ()):
        left = left_behind.left_behind()
        assert not left, f"left behind by this test: {', '.join(left)}"
    young, _, old = gc.get_count()
    if young > gc.get_threshold()[0]:
        gc.collect(2 if old > _FULL_AFTER else 1)


@pytest.fixture(autouse=True)
def keyring_in_memory() -> Iterator[MemoryKeyring]:
    """A new, empty password store for each test."""
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def records_on_this_computer() -> None:
    """Until a test opens a profile, people are told of the default: no test speaks of another's records."""
    speak_of(Where.HERE)


@pytest.fixture(autouse=True, scope="session")
def database_off_event_loops() -> Iterator[None]:
    """A slow database must delay nothing but what waits for it: no event loop ever does."""
    with pytest.MonkeyPatch.context() as patch:
        watch(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def cheap_guesses() -> Iterator[None]:
    """A passphrase's file that a test's process makes costs it a tenth of a second less each time that it is opened."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(GUESSES, "cost", ScryptCost(n=2**15))
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestServer]:
    """A server for this worker alone: roles belong to the server, not to one of its databases."""
    with everybodys_folder() as folder, running_server(folder) as server:
        yield server


@pytest.fixture(scope="session")
def people(postgres: TestServer) -> People:
    """Who is in the prepared database, which is made once."""
    return make_template(postgres)


@pytest.fixture
def empty_database(postgres: TestServer) -> Iterator[str]:
    """The superuser's address of a database with nothing in it."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def adopt(postgres: TestServer) -> Iterator[Callable[[str], str]]:
    """Makes fresh copies of a platform's database of this variant that was prepared; the superuser's addresses."""
    made: list[str] = []

    def copy(variant: str) -> str:
        made.append(postgres.create(template=adopted_template(postgres, variant)))
        return postgres.url(made[-1])

    yield copy
    for name in made:
        postgres.drop(name)


@pytest.fixture
def adopted_database(adopt: Callable[[str], str]) -> str:
    """One of them: an older platform's."""
    return adopt("older")


@pytest.fixture
def clinic_database(postgres: TestServer, people: People) -> Iterator[ClinicDatabase]:
    """A fresh copy of the prepared database."""
    name = postgres.create(template=TEMPLATE)
    yield ClinicDatabase(postgres, name, people)
    postgres.drop(name)


@pytest.fixture
def clinic_records(clinic_database: ClinicDatabase) -> Iterator[AllRecords]:
    """The fresh copy as users A and B of two clinics, A's colleague, and an admin see it."""
    records = AllRecords(clinic_database)
    yield records
    records.close()


@pytest.fixture(scope="session")
def embedded_clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedClinic]:
    """A clinic whose records are on this computer, with a backup of them; made once for all rooms."""
    from tests.support.embedded_clinic import made_clinic  # the whole program: only where it is wanted

    with made_clinic(tmp_path_factory.mktemp("embedded")) as clinic:
        yield clinic
