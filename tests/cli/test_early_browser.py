"""`sync` starts a browser before the records are open: it is used, or gone, however the command ends."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest

from idexx_desktop import opening
from idexx_desktop.cli.commands.syncing import SOME_FAILED
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.ending import Ended
from idexx_desktop.services import profile as profiles
from idexx_desktop.sync.early import EarlyBrowser
from idexx_desktop.sync.lease import take_lease
from idexx_desktop.sync.parts import Holder
from tests.cli.conftest import CommandLine
from tests.neo.support import children
from tests.support.practice import Practice


class Watched(EarlyBrowser):
    """Whether the browser ran by the time that the program began to open."""

    made: list[Watched]

    def __enter__(self) -> Watched:
        super().__enter__()
        self.made.append(self)
        browser, loop = self.browser, self._loop
        assert browser is not None
        assert loop is not None
        asyncio.run_coroutine_threadsafe(browser.tab(), loop).result(60)
        return self


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Watched]]:
    """The browsers that commands start ahead; none of them may be left at the end."""
    before = children()
    Watched.made = []
    monkeypatch.setattr("idexx_desktop.sync.early.EarlyBrowser", Watched)
    yield Watched.made
    assert children() <= before
    assert not any(each.browser and each.browser.is_of_use for each in Watched.made)


def never_synced(clinic: Practice) -> None:
    (clinic.home / "last-sync").unlink(missing_ok=True)


@pytest.mark.parametrize(
    "code",
    [
        FailureCode.DATABASE_UNREACHABLE,
        pytest.param(FailureCode.DATABASE_OUTDATED, marks=pytest.mark.long(item=33)),
        pytest.param(FailureCode.VAULT_LOCKED, marks=pytest.mark.long(item=33)),
        None,
    ],
)
def test_nothing_is_left_where_the_records_do_not_open(
    code: FailureCode | None,
    cli: CommandLine,
    at_work: Practice,
    early: list[Watched],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None: somebody presses Ctrl+C meanwhile."""

    def refuse(*_: object) -> None:
        raise Failure(code) if code else Ended(signal.SIGINT)

    never_synced(at_work)
    monkeypatch.setattr(opening, "store_of", refuse)
    assert cli("sync").code not in (0, 1)
    assert len(early) == 1


def test_nothing_is_left_where_another_program_syncs(
    cli: CommandLine, at_work: Practice, early: list[Watched]
) -> None:
    never_synced(at_work)
    take_lease(at_work.program.records, Holder("elsewhere", "1@1"), 60)
    assert cli("sync").code != 0
    assert len(early) == 1


def test_it_signs_in_once_and_is_not_started_where_cookies_are_fresh(
    cli: CommandLine, at_work: Practice, early: list[Watched]
) -> None:
    at_work.keep_sign_in(cookies=False)
    never_synced(at_work)
    first = cli("sync", "--json")
    assert first.code == SOME_FAILED, first.err
    assert first.document["signed_in"] is True
    assert len(early) == 1
    again = cli("sync", "--json")
    assert again.document["signed_in"] is False
    assert len(early) == 1


def test_only_a_sync_starts_one(cli: CommandLine, at_work: Practice, early: list[Watched]) -> None:
    never_synced(at_work)
    assert cli("status").code == 0
    assert cli("sessions").code == 0
    profiles.save(at_work.home, replace(profiles.existing(at_work.home), complete=False))
    assert cli("sync").code != 0
    assert early == []


def test_nothing_is_left_where_the_word_to_end_comes_while_it_starts(
    cli: CommandLine, at_work: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word that waited until the browser's thread runs is told before the block of the browser begins."""
    before = children()
    never_synced(at_work)
    starting = EarlyBrowser._work

    def told(self: EarlyBrowser) -> None:
        signal.raise_signal(signal.SIGTERM)
        starting(self)

    monkeypatch.setattr(EarlyBrowser, "_work", told)
    assert cli("sync").code == 128 + signal.SIGTERM
    assert children() <= before
