"""The dated data of the law: what came with the program is whole, and what can't be read is never "no limits"."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from idexx_desktop.domain import calling_hours_file
from idexx_desktop.domain.calling_hours import CallingHours, HoursLaw
from idexx_desktop.domain.calling_hours_file import (
    AREA_CODES_FILE,
    HOURS_FILE,
    calling_hours,
    read_calling_hours,
)
from idexx_desktop.domain.decisions import CallRules
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.law_holidays import is_public_holiday
from idexx_desktop.domain.resources import resource_folder
from tests.domain.builders import LA

OURS = calling_hours()


@pytest.mark.parametrize("law", OURS.laws, ids=lambda law: f"{law.law.place}-{law.law.binds}")
def test_every_entry_says_where_it_comes_from(law: HoursLaw) -> None:
    source = law.law.source
    assert source.title
    assert source.section
    assert source.url.startswith("http")
    assert law.law.verified == (law.law.read_on is not None)
    assert any(law.week)
    if law.not_on_holidays:
        assert is_public_holiday(law.law.place, date(2026, 12, 25)), "its holidays are known"


def test_what_the_issue_asks_for_is_there() -> None:
    places = {law.law.place for law in OURS.laws}
    assert {"US", "US-FL", "US-TX", "US-LA", "CA", "GB", "AU", "NZ"} <= places
    assert [each.law.place for each in OURS.say_first] == ["US-CA"]
    assert {law.law.verified for law in OURS.laws} == {True, False}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resource_folder() / "calling_hours", tmp_path / "calling_hours"))


def change(file: Path, how: Callable[[dict[str, Any]], object]) -> None:
    told = json.loads(file.read_text(encoding="utf-8"))
    how(told)
    file.write_text(json.dumps(told), encoding="utf-8")


def test_the_same_files_read_the_same(copy: Path) -> None:
    again = read_calling_hours(copy)
    assert (again.version, again.laws, again.say_first) == (OURS.version, OURS.laws, OURS.say_first)


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "of a newer program": lambda told: told.update(format=2),
    "no version": lambda told: told.pop("version"),
    "a version that is no date": lambda told: told.update(version="newest"),
    "no entries": lambda told: told.update(entries=[]),
    "no list": lambda told: told.update(entries="all day"),
    "no hours": lambda told: told["entries"][0].update(hours=[]),
    "hours the wrong way round": lambda told: told["entries"][0]["hours"][0].update(
        {"from": "21:00", "until": "08:00"}
    ),
    "no weekday": lambda told: told["entries"][0]["hours"][0].update(days="someday"),
    "weekdays the wrong way round": lambda told: told["entries"][0]["hours"][0].update(days="sun-mon"),
    "days off of a newer program": lambda told: told["entries"][0].update(days_off=["full_moon"]),
    "binds what nobody knows": lambda told: told["entries"][0].update(binds="carrier_pigeons"),
    "no place": lambda told: told["entries"][0].update(place="Utopia"),
    "verified by nobody": lambda told: told["entries"][0].update(verified=True, read_on=None),
    "no source": lambda told: told["entries"][0].pop("source"),
    "no day": lambda told: told["entries"][0].update(valid_from="soon"),
    "nothing to say": lambda told: told["say_first"][0].update(words=" "),
}


@pytest.mark.parametrize("how", BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_be_used_is_a_failure_of_its_own(
    copy: Path, how: Callable[[dict[str, Any]], object]
) -> None:
    change(copy / HOURS_FILE, how)
    with pytest.raises(Failure) as refused:
        read_calling_hours(copy)
    assert refused.value.code is FailureCode.CALLING_HOURS_UNREADABLE
    assert refused.value.detail.startswith(HOURS_FILE)


@pytest.mark.parametrize("name", [HOURS_FILE, AREA_CODES_FILE])
@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1}', "\x00"])
def test_half_a_file_is_none(copy: Path, name: str, text: str) -> None:
    (copy / name).write_text(text)
    with pytest.raises(Failure) as refused:
        read_calling_hours(copy)
    assert refused.value.code is FailureCode.CALLING_HOURS_UNREADABLE


@pytest.mark.parametrize("name", [HOURS_FILE, AREA_CODES_FILE])
def test_without_the_file_there_are_no_rules(copy: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy / name).unlink()
    monkeypatch.setattr(calling_hours_file, "resource_folder", lambda: copy.parent)
    read: Callable[[], CallingHours] = calling_hours.__wrapped__
    with pytest.raises(Failure) as refused:
        read()
    assert refused.value.code is FailureCode.CALLING_HOURS_UNREADABLE
    assert CallRules(zone=LA).hours is OURS, "rules are made of what can be read, and of nothing else"
