"""Neo's answers, read into the types of `domain`.

One row that cannot be read is reported by its id and costs nobody else anything; an answer that is alien as a
whole is `Failure(PAYLOAD_CHANGED)`. No detail of a failure holds a value, only names of fields.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.key_words import plain_keys
from idexx_desktop.domain.visits import About, Appointment, Consultation, ConsultationSummary
from idexx_desktop.neo import shapes
from idexx_desktop.neo.envelopes import page_of, rows_of
from idexx_desktop.neo.fields import instant, instant_or_none
from idexx_desktop.neo.known_shapes import CALENDAR_ROW, SEARCH_ROW
from idexx_desktop.neo.notes import storable
from idexx_desktop.neo.pages import Odd, consultation_in
from idexx_desktop.neo.records import Record
from idexx_desktop.neo.sentinel import changed, check_rows, oddity
from idexx_desktop.neo.telling import Place, told_in

_USER_NAMES = ("companyName", "practiceName", "clinicName", "name", "username", "email")
_LONGEST_STAY = timedelta(days=60)
_FEW = 2  # so many unreadable rows are bad luck even where they are all of a short list
_APPOINTMENT = plain_keys(
    *(*shapes.APPOINTMENT_ID, *shapes.CONSULTATION_ID, *shapes.START, *shapes.PATIENT_ID, *shapes.CLIENT_ID),
    *(*shapes.PATIENT_NAME, *shapes.CLIENT_NAME, *shapes.FIRST_NAME, *shapes.LAST_NAME, *shapes.EMAIL),
    *(*shapes.CALENDAR_PHONE, *shapes.PROVIDER, *shapes.TITLE, *shapes.BRANCH),
)
_SUMMARY = plain_keys(
    *(*shapes.APPOINTMENT_ID, *shapes.CONSULTED_AT, *shapes.STATUS, *shapes.CLINICAL_NOTES),
    *(*shapes.PATIENT_NAME, *shapes.CLIENT_NAME, *shapes.PROVIDER),
)
# by which a row that can't be read is told, the first that can
_KEYS_OF_CALENDAR = (("a", "appointment_id"), ("a", "id"), ("c", "consultation_id"))
_KEYS_OF_SEARCH = (("c", "id"), ("a", "appointment_id"))
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the calendar held: visits, the number of blocks and rosters, and rows that could not be read.

    `blocked`: the visits that blocks and rosters name, which are none unless the search shows them.
    """

    appointments: tuple[Appointment, ...]
    blocks: int
    unreadable: tuple[str, ...]
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of the consultation search. `total` and `per_page` are None where Neo gave none."""

    summaries: tuple[ConsultationSummary, ...]
    unreadable: tuple[str, ...]
    total: int | None
    per_page: int | None

    @property
    def rows(self) -> int:
        """How many rows stood on the page."""
        return len(self.summaries) + len(self.unreadable)


def read_json(body: bytes) -> object:
    """The value of a JSON text. Raises `ValueError` for what is none, or is nested beyond all sense."""
    try:
        return json.loads(body.decode("utf-8-sig", errors="replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_calendar(payload: object, zone: ZoneInfo) -> Calendar:
    """Read `getCalendarEventData`. Raises `Failure(PAYLOAD_CHANGED)`."""
    found = rows_of(payload)
    if found is None:
        raise changed("the calendar is no list")
    visits: list[object] = []
    blocks: list[str] = []
    for row in found[0]:
        record = Record(row)
        if _is_block(record):
            blocks += (key for names in _KEYS_OF_CALENDAR if (key := _key_of(record, (names,))))
        else:
            visits.append(row)
    check_rows("calendar", visits, CALENDAR_ROW)

    def read(row: Record) -> Appointment:
        return _appointment(row, zone)

    appointments, unreadable = _read_rows(visits, read, "calendar", _KEYS_OF_CALENDAR)
    return Calendar(appointments, len(found[0]) - len(visits), unreadable, frozenset(blocks))


def read_search(payload: object, zone: ZoneInfo) -> SearchPage:
    """Read one page of `consultations/search`. Raises `Failure(PAYLOAD_CHANGED)`."""
    found = rows_of(payload)
    if found is None:
        raise changed("the search is no list")
    rows, frame = found
    check_rows("search", rows, SEARCH_ROW)

    def read(row: Record) -> ConsultationSummary:
        return _summary(row, zone)

    summaries, unreadable = _read_rows(rows, read, "search", _KEYS_OF_SEARCH)
    beside = Record(dict(frame))
    return SearchPage(summaries, unreadable, _count(beside, "total", 0), _count(beside, "per_page", 1))


def is_consultation(payload: object) -> bool:
    """Whether an answer looks like a consultation's page at all, readable or not."""
    page = page_of(payload)
    return isinstance(page, dict) and isinstance(page.get("consultation"), dict)


def read_consultation(payload: object, consultation_id: str, zone: ZoneInfo) -> Consultation:
    """Read `page-data`. Raises `Failure(CONSULTATION_UNREADABLE)`, also for another consultation's page."""
    page = page_of(payload)
    if odd := oddity(page):
        raise Failure(FailureCode.CONSULTATION_UNREADABLE, odd)
    try:
        consultation = consultation_in(Record(page), zone)
    except Odd as error:
        raise Failure(FailureCode.CONSULTATION_UNREADABLE, error.where) from None
    if consultation.consultation_id != consultation_id:
        raise Failure(FailureCode.CONSULTATION_UNREADABLE, "consultation.id: another consultation")
    return consultation


def read_user_name(payload: object) -> str:
    """The name that Neo shows for whoever is signed in, "" where there is none that we know."""
    if not isinstance(payload, dict):
        return ""
    user = next((payload[key] for key in ("user", "data") if isinstance(payload.get(key), dict)), payload)
    given = (user[key] for key in _USER_NAMES if isinstance(user.get(key), str))
    names = (" ".join(storable(name).split())[:200] for name in given)
    return next((name for name in names if name), "")


def _read_rows(
    rows: list[object], read: Callable[[Record], _Row], what: str, names: tuple[tuple[str, str], ...]
) -> tuple[tuple[_Row, ...], tuple[str, ...]]:
    """Rows that could be read, and visit keys (or places) of those that could not."""
    good: list[_Row] = []
    bad: list[str] = []
    for place, row in enumerate(rows, start=1):
        record = Record(row)
        try:
            good.append(read(record))
        except ValueError:
            bad.append(_key_of(record, names) or f"{what} row {place}")
    if len(bad) > _FEW and not good:
        raise changed(f"{what}: {len(bad)} of {len(rows)} rows, id or time")
    return tuple(good), tuple(bad)


def _key_of(row: Record, names: tuple[tuple[str, str], ...]) -> str:
    for kind, name in names:
        try:
            named = row.optional_id(name)
        except ValueError:
            continue
        if named:
            return f"{kind}:{named}"
    return ""


def _count(frame: Record, name: str, least: int) -> int | None:
    """A number beside a list, None for none. Another kind of value is another envelope."""
    value = frame.value(name)
    try:
        number = None if value is None else int(str(value))
    except ValueError:
        number = -1
    if isinstance(value, bool | float) or (number is not None and number < least):
        raise changed(f"search: {name} is no number")
    return number


def _is_block(row: Record) -> bool:
    # what says neither yes nor no is read as a visit
    return row.flag("is_block") or row.flag("is_roster")


def _appointment(row: Record, zone: ZoneInfo) -> Appointment:
    appointment_id = row.optional_id(*shapes.APPOINTMENT_ID)
    start = row.value(*shapes.START)
    if appointment_id is None or not isinstance(start, str):
        raise ValueError("no id or time")
    status, type_description, reason = (
        row.line(*shapes.CALENDAR_STATUS),
        row.rich(*shapes.TYPE),
        row.rich(*shapes.REASON),
    )
    told = told_in(row.raw, Place("appointment", row.optional_id(*shapes.PATIENT_ID)), _APPOINTMENT)
    said = {status, type_description, reason}
    return Appointment(
        appointment_id=appointment_id,
        start=instant(start.strip(), zone),
        consultation_id=row.optional_id(*shapes.CONSULTATION_ID),
        patient_id=row.optional_id(*shapes.PATIENT_ID),
        patient_name=row.line(*shapes.PATIENT_NAME),
        client_id=row.optional_id(*shapes.CLIENT_ID),
        owner_name=row.full_name() or row.line(*shapes.CLIENT_NAME),
        email=row.line(*shapes.EMAIL),
        phone=row.line(*shapes.CALENDAR_PHONE),
        provider=row.line(*shapes.PROVIDER),
        title=row.rich(*shapes.TITLE),
        type_description=type_description,
        reason=reason,
        status=status,
        branch=row.line(*shapes.BRANCH),
        told=tuple(each for each in told if each.about is About.ANIMAL or each.value not in said),
        phone_label=row.line(*shapes.PHONE_LABEL),
        stays_until=_stays_until(row, zone),
    )


def _stays_until(row: Record, zone: ZoneInfo) -> datetime | None:
    """The end of an appointment that goes on over a night, and of no other."""
    starts = instant(row.line(*shapes.START), zone)
    ends = instant_or_none(row.line(*shapes.END), zone)
    if ends is None or not timedelta() < ends - starts <= _LONGEST_STAY:
        return None
    # an appointment that is entered for a whole day ends at the next midnight
    last = ends - timedelta(seconds=1)
    return ends if last.astimezone(zone).date() > starts.astimezone(zone).date() else None


def _summary(row: Record, zone: ZoneInfo) -> ConsultationSummary:
    return ConsultationSummary(
        consultation_id=_needed(row),
        consulted_at=instant_or_none(row.line(*shapes.CONSULTED_AT), zone),
        appointment_id=row.optional_id("appointment_id"),
        patient_name=row.line(*shapes.PATIENT_NAME),
        owner_name=row.line(*shapes.CLIENT_NAME),
        provider=row.line(*shapes.PROVIDER),
        status=row.line(*shapes.STATUS),
        clinical_notes=row.rich(*shapes.CLINICAL_NOTES),
        told=told_in(row.raw, Place("search", row.optional_id(*shapes.PATIENT_ID)), _SUMMARY),
    )


def _needed(row: Record) -> str:
    consultation_id = row.optional_id("id")
    if consultation_id is None:
        raise ValueError("no id")
    return consultation_id
