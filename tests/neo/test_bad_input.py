"""Whatever the site answers: no crash, one failed visit at most per bad visit, and every text shown is inert."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from idexx_desktop.cli.arguments import build_parser
from idexx_desktop.cli.commands import calls, records
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.harmless import harmless
from idexx_desktop.domain.visits import Consultation
from idexx_desktop.neo.payloads import (
    read_calendar,
    read_consultation,
    read_search,
    read_user_name,
)
from idexx_desktop.neo.sentinel import PageWatch
from idexx_desktop.services.tables import write_table
from tests.neo.support import ZONE
from tests.neo.test_payloads import PAGE, ROW
from tests.neo.test_sentinel import FOUND, checked
from tests.support.altered_site import Change, altered
from tests.support.bad_input import HOSTILE, TIMES, spoiled
from tests.support.practice import Practice, Practices, practices

__all__ = ["practices"]

VISITS = 24
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FORMULA = re.compile(r"^[=+\-@]")


def answer_of(read: Callable[..., object], *arguments: object) -> object:
    """What was read, or the code of the failure; anything else that is raised is a bug."""
    try:
        return read(*arguments)
    except Failure as failure:
        return failure.code


def check_readers(chance: random.Random) -> None:
    """One spoiled answer for each reader."""
    read = answer_of(read_consultation, spoiled(PAGE, chance), "8018", ZONE)
    if isinstance(read, Consultation):
        assert not _UNSTORABLE.search(read.discharge_text + read.patient_name + read.owner_name + read.phone)
    else:
        assert read is FailureCode.CONSULTATION_UNREADABLE
    for reader, row in ((read_calendar, ROW), (read_search, FOUND)):
        rows = [row | {"id": number, "appointment_id": number} for number in range(1, 7)]
        one_bad = answer_of(reader, {"data": [spoiled(row, chance), *rows]}, ZONE)
        assert not isinstance(one_bad, FailureCode)
        assert answer_of(reader, spoiled({"data": rows}, chance), ZONE) is not FailureCode.OURS
    watch, pages = PageWatch(), [spoiled(PAGE, chance) for _ in range(6)]
    assert answer_of(checked, watch, *pages) in (None, FailureCode.PAYLOAD_CHANGED)
    answer_of(read_user_name, spoiled({"user": {"name": "Oak"}}, chance))


def test_readers_take_whatever_comes() -> None:
    for seed in range(300):
        try:
            check_readers(random.Random(seed))  # noqa: S311 - to be replayed
        except BaseException:
            print(f"seed {seed}")
            raise


@pytest.mark.long(item=33)
def test_readers_take_whatever_comes_at_length() -> None:
    for seed in range(200_000):
        try:
            check_readers(random.Random(seed))  # noqa: S311 - to be replayed
        except BaseException:
            print(f"seed {seed}")
            raise


class Spoiler:
    """Spoils a third of the consultations and one row of each list, and counts what it touched."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.touched: set[str] = set()
        self.active = True

    def __call__(self, path: str, value: object) -> object:
        chance = random.Random(f"{self._seed}/{path}")  # noqa: S311 - to be replayed, in whatever order it is asked
        if not self.active or path == "/users":
            return value
        if path.endswith("page-data"):
            if chance.random() < 0.67:
                return value
            self.touched.add(path)
            return b"[" * 100_000 if chance.random() < 0.05 else spoiled(value, chance)
        return self._list(path, value, chance)

    def _list(self, path: str, value: Any, chance: random.Random) -> object:
        rows = value if isinstance(value, list) else value.get("data", [])
        if rows:
            self.touched.add(f"{path}, answer {len(self.touched)}")  # a list comes in several
            place = chance.randrange(len(rows))
            rows[place] = spoiled(rows[place], chance)
        return value


def sync_spoiled(practice: Practice, spoiler: Spoiler) -> None:
    """A sync with spoiled answers counts no more failures than it was given; one with good ones mends all."""
    spoiler.active = True
    practice.clock.pass_by(minutes=1)
    result = practice.sync()
    assert result.failure is None
    assert len(result.failures) <= len(spoiler.touched)
    assert result.consultations_synced >= VISITS - len(spoiler.touched)
    inert(practice)
    spoiler.active = False
    practice.clock.pass_by(minutes=1)
    again = practice.sync()
    assert again.failure is None
    mine = [visit for visit in again.failures if visit.consultation_id in consultations(practice)]
    assert mine == []


def consultations(practice: Practice) -> set[str]:
    """The ids of those that the site really has."""
    return {str(row.id) for row in practice.site.world.consultations}


def inert(practice: Practice) -> None:
    """Nothing that a terminal or a spreadsheet would obey comes out of what was kept."""
    options = build_parser().parse_args(["visits"])
    for command in (records.visits, calls.calls, records.failures):
        for line in command(practice.program, options).lines:
            assert all(sign.isprintable() or category(sign) == "Cn" for sign in harmless(line))
    rows = [
        (row.patient_name, row.owner_name, row.reason, row.provider) for row in practice.visits().values()
    ]
    sheet = practice.home / "visits.csv"
    assert write_table(sheet, ("a", "b", "c", "d"), rows) == len(rows)
    for texts in rows:
        assert not any(_UNSTORABLE.search(text) for text in texts)
    assert all(not _FORMULA.match(cell) for cell in cells_of(sheet))


def cells_of(sheet: Path) -> Iterator[str]:
    """The cells as a spreadsheet reads them."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            yield from row


def test_a_sync_of_spoiled_answers(practices: Practices) -> None:
    practice = practices(visits=VISITS)
    for seed in (1, 2):
        print(f"seed {seed}")
        spoiler = Spoiler(seed)
        with altered(practice, spoiler):
            sync_spoiled(practice, spoiler)


def plant(value: Any, bad: str) -> None:
    """Put it into every text of the value, or into every time where it is one."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict | list):
            for each in inner if isinstance(inner, list) else [inner]:
                plant(each, bad)
        elif key in ("start", "end", "date", "consultedAt"):
            value[key] = bad if bad in TIMES else inner
        elif bad in HOSTILE and isinstance(inner, str) and key not in ("id", "status", "current_status"):
            value[key] = bad


def plant_each(planted: dict[str, str]) -> Change:
    """Put each into the consultation of its id, and into its rows of both lists."""

    def change(path: str, value: Any) -> object:
        if path.endswith("page-data"):
            plant(value, planted.get(path.split("/")[2], ""))
            return value
        rows = value if isinstance(value, list) else value.get("data", [])
        for row in rows:
            key = row.get("consultation_id") or (row["id"] if "appointmentId" in row else None)
            plant(row, planted.get(str(key), ""))
        return value

    return change


def test_a_sync_of_hostile_texts_and_impossible_times(practices: Practices) -> None:
    practice = practices(visits=VISITS)
    planted = dict(zip(sorted(consultations(practice)), [*HOSTILE, *TIMES], strict=False))
    with altered(practice, plant_each(planted)):
        for _ in range(2):  # new visits, then known ones
            result = practice.sync()
            assert result.failure is None
            assert len(result.failures) <= len(TIMES)
            assert result.consultations_synced >= VISITS - len(TIMES)
            inert(practice)
            practice.clock.pass_by(minutes=1)


@pytest.mark.long(item=33)
def test_syncs_of_spoiled_answers_at_length(practices: Practices) -> None:
    practice = practices(visits=VISITS)
    for seed in range(100, 400):
        print(f"seed {seed}")
        spoiler = Spoiler(seed)
        with altered(practice, spoiler):
            sync_spoiled(practice, spoiler)


def test_a_site_that_has_changed_stops_the_sync_before_anything_is_written(practices: Practices) -> None:
    def changed(path: str, value: Any) -> object:
        if path.endswith("page-data") and "consultationLines" in value:
            value["new_lines_of_it"] = value.pop("consultationLines")
        return value

    practice = practices(visits=VISITS)
    with altered(practice, changed):
        result = practice.sync()
        status = practice.program.status.today()
    words = rf"Neo changed: consultation_lines or lines or invoice_lines is missing in all of {VISITS} pages"
    assert result.failure is not None
    assert (result.failure.code, result.failure.detail) == (FailureCode.PAYLOAD_CHANGED, words)
    assert practice.calls() == []
    assert practice.visits() == {}
    assert status.last_failure is not None
    assert status.last_failure.detail == words
    assert words in practice.program.support.prepare()


@pytest.mark.parametrize("odd", [5, VISITS - 1])
def test_however_many_pages_are_odd_the_others_are_read(practices: Practices, odd: int) -> None:
    """Six kinds of oddity, each of which stopped every sync for good once."""
    practice = practices(visits=VISITS)
    spoilt = sorted(consultations(practice), reverse=True)[:odd]

    def changed(path: str, value: Any) -> object:
        if path.endswith("page-data") and path.split("/")[2] in spoilt:
            for name in ("reason", "date", "status"):
                del value["consultation"][name]
            value["consultation"]["notes"] = {"html": "x"}
            value["client"].pop("phone")
            value["patient"] = {"species": {"id": 1, "name": "Canine"}}
        return value

    with altered(practice, changed):
        result = practice.sync()
    assert result.failure is None
    assert {failure.consultation_id for failure in result.failures} == set(spoilt)
    assert result.consultations_synced >= VISITS - odd
