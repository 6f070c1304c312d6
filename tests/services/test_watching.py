"""The watcher tells what is another, once; it looks when asked, rests when nobody looks, and outlasts an outage."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from idexx_desktop.db.watching import RevisionReader
from idexx_desktop.domain.events import RecordsChanged, Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import watching
from idexx_desktop.services.watching import RecordsWatcher, watcher_of
from tests.support.postgres import AllRecords

PATIENCE_SECONDS = 20.0
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
CALL = (
    "INSERT INTO public.scheduled_discharge_calls (user_id, scheduled_for, dynamic_variables)"
    " VALUES (%s, now(), '{}') RETURNING id"
)


class Heard:
    """What a watcher told, and the waiting for it."""

    def __init__(self) -> None:
        self._told = threading.Condition()
        self.events: list[RecordsChanged] = []

    def __call__(self, event: RecordsChanged) -> None:
        with self._told:
            self.events.append(event)
            self._told.notify_all()

    def wait_for(self, topic: Topic, times: int = 1) -> list[str]:
        """The revisions of this topic, once so many were told."""
        with self._told:
            assert self._told.wait_for(lambda: len(self.of(topic)) >= times, PATIENCE_SECONDS), self.events
            return self.of(topic)

    def of(self, topic: Topic) -> list[str]:
        """Those that were told so far."""
        return [each.revision for each in self.events if each.topic is topic]


class Reader(RevisionReader):
    """Reads what the test says, from nowhere."""

    def __init__(self) -> None:
        self.revision, self.failure = 1, False
        self._looked = threading.Condition()
        self.looks = 0

    def read(self) -> dict[Topic, str]:
        with self._looked:
            self.looks += 1
            self._looked.notify_all()
        if self.failure:
            raise Failure(FailureCode.DATABASE_UNREACHABLE)
        return {Topic.VISITS: str(self.revision)}

    def socket(self) -> int | None:
        return None

    def close(self) -> None:
        """Nothing to close."""

    def wait_for(self, looks: int) -> None:
        """Until it was read so often."""
        with self._looked:
            assert self._looked.wait_for(lambda: self.looks >= looks, PATIENCE_SECONDS)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def watcher(reader: Reader, heard: Heard) -> Iterator[RecordsWatcher]:
    """One that has looked once, and looks again only where it is asked to: nobody waits for its clock."""
    made = RecordsWatcher(reader)
    made.rest(True)
    made.subscribe(heard)
    heard.wait_for(Topic.VISITS)
    yield made
    made.close()


def test_what_is_told_once_is_not_told_again(watcher: RecordsWatcher, reader: Reader, heard: Heard) -> None:
    watcher.look()
    reader.wait_for(2)
    reader.revision = 7
    watcher.look()
    heard.wait_for(Topic.VISITS, 2)
    assert heard.of(Topic.VISITS) == ["1", "7"]
    assert watcher.known == {Topic.VISITS: "7"}


def test_after_an_outage_everything_is_told_anew(
    watcher: RecordsWatcher, reader: Reader, heard: Heard
) -> None:
    reader.failure = True
    watcher.look()
    reader.wait_for(2)
    watcher.look()
    reader.wait_for(3)
    reader.failure = False
    watcher.look()
    assert heard.wait_for(Topic.VISITS, 2) == ["1", "1"]


def test_an_outage_is_looked_at_less_and_less_often(
    reader: Reader, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = RecordsWatcher(reader)
    reader.failure = True
    pauses = []
    for _ in range(7):
        watcher._look()
        pauses.append(watcher._pause())
    assert pauses == [2, 4, 8, 16, 30, 30, 30]
    reader.failure = False
    watcher._look()
    assert watcher._pause() == watching.LOOK_SECONDS
    watcher.rest(True)
    assert watcher._pause() == watching.REST_SECONDS
    watcher.close()


def test_whoever_stops_listening_hears_nothing_more(
    watcher: RecordsWatcher, reader: Reader, heard: Heard
) -> None:
    second = Heard()
    end = watcher.subscribe(second)
    reader.revision = 2
    watcher.look()
    second.wait_for(Topic.VISITS)
    end()
    reader.revision = 3
    watcher.look()
    heard.wait_for(Topic.VISITS, 3)
    assert second.of(Topic.VISITS) == ["2"]


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself as ever, only sooner."""
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(watching, "_LEAST_SECONDS", 0.05)
    monkeypatch.setattr(watching, "_LONGEST_PAUSE_SECONDS", 0.1)


@pytest.mark.usefixtures("looks_often")
def test_what_others_write_is_told(clinic_records: AllRecords, heard: Heard) -> None:
    """What a colleague's program wrote, and a calling system in a table that has no trigger of ours; by itself."""
    watcher = watcher_of(clinic_records.a)
    watcher.look_first()
    assert watcher.known.keys() == set(Topic) - {Topic.DAY, Topic.MINUTE}
    watcher.subscribe(heard)
    with clinic_records.colleague.transaction() as tx:
        tx.settings.set_paused(True, now=tx.now())
    heard.wait_for(Topic.SETTINGS)
    with psycopg.connect(clinic_records.database.owner_url, autocommit=True) as platform:
        row = platform.execute(CALL, (clinic_records.a.user_id,)).fetchone()
        heard.wait_for(Topic.CALLS)
        platform.execute(
            "UPDATE public.scheduled_discharge_calls SET status = 'completed' WHERE id = %s", row
        )
        revisions = heard.wait_for(Topic.CALLS, 2)
        assert len(set(revisions)) == 2
        # of another login, or long over: nothing that this one's pages wait for
        before = len(heard.of(Topic.CALLS))
        platform.execute(CALL, (clinic_records.b.user_id,))
        platform.execute(
            "UPDATE public.clinics SET name = name || '!' WHERE id = %s", (clinic_records.a.clinic_id,)
        )
        heard.wait_for(Topic.SETTINGS, 2)
        assert len(heard.of(Topic.CALLS)) == before
    watcher.close()


@pytest.mark.usefixtures("looks_often")
def test_a_connection_that_is_cut_is_made_again(clinic_records: AllRecords, heard: Heard) -> None:
    watcher = watcher_of(clinic_records.a)
    watcher.subscribe(heard)
    heard.wait_for(Topic.VISITS)
    with psycopg.connect(clinic_records.database.owner_url, autocommit=True) as owner:
        cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%revisions()%'"
        assert owner.execute(f"{cut} AND pid <> pg_backend_pid()".encode()).fetchone() == (1,)
    watcher.look()
    watcher.look()
    heard.wait_for(Topic.VISITS, 2)
    watcher.close()
