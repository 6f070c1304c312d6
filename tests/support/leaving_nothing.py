"""Pytest's part of `leftovers`: every test is looked at, and so is the run."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.support import run_folder
from tests.support.leftovers import Watch

_FOLDER = pytest.StashKey[run_folder.RunFolder]()
_WATCH = pytest.StashKey[Watch]()


def pytest_configure(config: pytest.Config) -> None:
    """All temporary files go where they cost little and can be counted."""
    folder, worker = run_folder.prepare(config)
    config.stash[_FOLDER], config.stash[_WATCH] = folder, Watch(folder, worker)


@pytest.hookimpl(tryfirst=True)  # the first that answers is the last that is asked
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """What several tests share may outlive the one that asked for it first."""
    if fixturedef.scope != "function":
        request.config.stash[_WATCH].share()


def replaces_what_is_shared(config: pytest.Config) -> None:
    """For a test that starts anew what several share, a server that it killed: the new one outlives the test, too."""
    config.stash[_WATCH].share()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """A test that leaves something fails, whatever its fixtures tidied up."""
    yield
    if left := item.config.stash[_WATCH].left():
        pytest.fail(f"The test left behind: {'; '.join(left)}", pytrace=False)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """A run leaves nothing in the system's folders, and no process."""
    yield
    if hasattr(session.config, "workerinput"):
        return
    left = session.config.stash[_WATCH].left_by_all()
    session.config.stash[_FOLDER].remove()
    if left:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print("\nFAILED: the run left behind:", *left, sep="\n  ")
