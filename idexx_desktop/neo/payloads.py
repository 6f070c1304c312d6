"""Neo's answers, read into the types of `domain`.

One row that cannot be read is reported by its id and costs nobody else anything; an answer that is alien as a
whole is `Failure(PAYLOAD_CHANGED)`. No detail of a failure holds a value, only names of fields.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import (
    HOME,
    MOBILE,
    WORK,
    Appointment,
    Consultation,
    ConsultationSummary,
    Product,
    Telephone,
)
from idexx_desktop.neo.fields import instant, instant_or_none
from idexx_desktop.neo.known_shapes import CALENDAR_ROW, SEARCH_ROW
from idexx_desktop.neo.notes import storable
from idexx_desktop.neo.sentinel import changed, check_rows, oddity
from idexx_desktop.neo.shapes import (
    BlockFlags,
    CalendarRow,
    ClientPart,
    ConsultationPage,
    Named,
    PageDataPart,
    PatientPart,
    SearchFrame,
    SearchRow,
)

_ENVELOPES = ("appointments", "data", "events")
_USER_NAMES = ("companyName", "practiceName", "clinicName", "name", "username", "email")
_LONGEST_STAY = timedelta(days=60)
_FEW = 2  # so many unreadable rows are bad luck even where they are most of a short list
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the calendar held: visits, the number of blocks and rosters, and rows that could not be read."""

    appointments: tuple[Appointment, ...]
    blocks: int
    unreadable: tuple[str, ...]


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
    rows = _rows_of(payload, "calendar")
    visits = [row for row in rows if not _is_block(row)]
    check_rows("calendar", visits, CALENDAR_ROW)

    def read(row: object) -> Appointment:
        return _appointment(CalendarRow.model_validate(row), zone)

    appointments, unreadable = _read_rows(visits, read, "calendar", ("a", "appointment_id", "id"))
    return Calendar(appointments, len(rows) - len(visits), unreadable)


def read_search(payload: object, zone: ZoneInfo) -> SearchPage:
    """Read one page of `consultations/search`. Raises `Failure(PAYLOAD_CHANGED)`."""
    rows = _rows_of(payload, "search")
    check_rows("search", rows, SEARCH_ROW)

    def read(row: object) -> ConsultationSummary:
        return _summary(SearchRow.model_validate(row), zone)

    summaries, unreadable = _read_rows(rows, read, "search", ("c", "id"))
    try:
        frame = SearchFrame.model_validate(payload if isinstance(payload, dict) else {})
    except ValidationError as error:
        raise changed(f"search: {_where(error)}") from None
    return SearchPage(summaries, unreadable, frame.total, frame.per_page)


def is_consultation(payload: object) -> bool:
    """Whether an answer looks like a consultation's page at all, readable or not."""
    return isinstance(payload, dict) and isinstance(payload.get("consultation"), dict)


def read_consultation(payload: object, consultation_id: str, zone: ZoneInfo) -> Consultation:
    """Read `page-data`. Raises `Failure(CONSULTATION_UNREADABLE)`, also for another consultation's page."""
    if odd := oddity(payload):
        raise Failure(FailureCode.CONSULTATION_UNREADABLE, odd)
    try:
        page = ConsultationPage.model_validate(payload)
    except ValidationError as error:
        raise Failure(FailureCode.CONSULTATION_UNREADABLE, _where(error)) from None
    if page.consultation.id != consultation_id:
        raise Failure(FailureCode.CONSULTATION_UNREADABLE, "consultation.id: another consultation")
    return _consultation(page, zone)


def read_user_name(payload: object) -> str:
    """The name that Neo shows for whoever is signed in, "" where there is none that we know."""
    if not isinstance(payload, dict):
        return ""
    user = next((payload[key] for key in ("user", "data") if isinstance(payload.get(key), dict)), payload)
    given = (user[key] for key in _USER_NAMES if isinstance(user.get(key), str))
    names = (" ".join(storable(name).split())[:200] for name in given)
    return next((name for name in names if name), "")


def _rows_of(payload: object, what: str) -> list[object]:
    """The array of a bare or an enveloped list; `null` in an envelope is an empty one."""
    if isinstance(payload, list):
        return payload
    if isinstance(payload, dict):
        for name in _ENVELOPES:
            if name in payload and isinstance(payload[name] or [], list):
                return list(payload[name] or [])
    raise changed(f"the {what} is no list")


def _read_rows(
    rows: list[object], read: Callable[[object], _Row], what: str, names: tuple[str, ...]
) -> tuple[tuple[_Row, ...], tuple[str, ...]]:
    """Rows that could be read, and visit keys (or places) of those that could not."""
    good: list[_Row] = []
    bad: list[str] = []
    reason = ""
    for place, row in enumerate(rows, start=1):
        try:
            good.append(read(row))
        except ValueError as error:
            bad.append(_key_of(row, names) or f"{what} row {place}")
            reason = _where(error)
    if len(bad) > max(_FEW, len(good)):
        raise changed(f"{what}: {len(bad)} of {len(rows)} rows, {reason}")
    return tuple(good), tuple(bad)


def _key_of(row: object, names: tuple[str, ...]) -> str:
    kind, *fields = names
    for name in fields:
        try:
            named = Named.model_validate({"id": row.get(name) if isinstance(row, dict) else None})
        except ValidationError:
            continue
        if named.id:
            return f"{kind}:{named.id}"
    return ""


def _where(error: ValueError) -> str:
    """Which fields are not as expected, without their values."""
    if not isinstance(error, ValidationError):
        return "id or time"
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return ", ".join(
        f"{'.'.join(str(part) for part in one['loc']) or 'answer'}: {one['type']}" for one in problems[:5]
    )


def _is_block(row: object) -> bool:
    try:
        flags = BlockFlags.model_validate(row)
    except ValidationError:
        return False  # then the row is read as a visit, and reported if it is none
    return flags.is_block or flags.is_roster


def _full_name(first: str, last: str) -> str:
    return f"{first} {last}".strip()


def _branch(branch: Named | str | None) -> str:
    if isinstance(branch, Named):
        return branch.name or branch.id or ""
    return branch or ""


def _appointment(row: CalendarRow, zone: ZoneInfo) -> Appointment:
    appointment_id = row.appointment_id or row.id
    if appointment_id is None:
        raise ValueError("no id")
    return Appointment(
        appointment_id=appointment_id,
        start=instant(row.start, zone),
        consultation_id=row.consultation_id,
        patient_id=row.patient_id,
        patient_name=row.patient_name,
        client_id=row.client_id,
        owner_name=_full_name(row.first_name, row.last_name),
        email=row.email,
        phone=row.phone_number,
        provider=row.provider,
        title=row.title,
        type_description=row.type_description,
        reason=row.reason,
        status=row.current_status or row.status_label,
        branch=_branch(row.client_branch),
        phone_label=row.phone_label,
        stays_until=_stays_until(row, zone),
    )


def _stays_until(row: CalendarRow, zone: ZoneInfo) -> datetime | None:
    """The end of an appointment that goes on over a night, and of no other."""
    starts, ends = instant(row.start, zone), instant_or_none(row.end, zone)
    if ends is None or not timedelta() < ends - starts <= _LONGEST_STAY:
        return None
    # an appointment that is entered for a whole day ends at the next midnight
    last = ends - timedelta(seconds=1)
    return ends if last.astimezone(zone).date() > starts.astimezone(zone).date() else None


def _summary(row: SearchRow, zone: ZoneInfo) -> ConsultationSummary:
    return ConsultationSummary(
        consultation_id=row.id,
        consulted_at=instant_or_none(row.consulted_at, zone),
        appointment_id=row.appointment_id,
        patient_name=row.patient_name,
        owner_name=row.client_name,
        provider=row.provider_name,
        status=row.status,
        clinical_notes=row.clinical_notes,
    )


def _consultation(page: ConsultationPage, zone: ZoneInfo) -> Consultation:
    part = page.consultation
    patient = page.patient or PatientPart()
    client = page.client or ClientPart()
    return Consultation(
        consultation_id=part.id,
        reason=part.reason,
        notes=part.notes,
        consultation_notes=page.consultation_notes.notes if page.consultation_notes else "",
        discharge_summary=part.discharge_summary,
        date=instant_or_none(part.date, zone),
        status=part.status,
        patient_id=patient.id,
        patient_name=patient.name,
        species=patient.species,
        breed=patient.breed,
        patient_status=patient.status,
        is_deceased=patient.deceased,
        client_id=client.id,
        owner_name=_full_name(client.first_name, client.last_name),
        phone=client.phone,
        email=client.email,
        provider=_provider(page.page_data),
        branch=_branch(page.client_branch),
        products=tuple(
            Product(line.name, line.quantity, line.is_declined) for line in page.consultation_lines or ()
        ),
        telephones=tuple(_telephones(client)),
    )


def _telephones(client: ClientPart) -> Iterator[Telephone]:
    """The numbers that have a name of their own, in the order in which they are called."""
    for label, number in (
        (MOBILE, client.mobile_phone),
        (client.phone_label, client.phone if client.phone_label else ""),
        ("", client.phone_number if client.phone_number != client.phone else ""),
        (HOME, client.home_phone),
        (WORK, client.work_phone),
    ):
        if number:
            yield Telephone(label, number)


def _provider(page_data: PageDataPart | None) -> str:
    """The provider where the page names exactly one; a longer list is the practice's, not the visit's."""
    providers = (page_data.providers if page_data else None) or []
    return providers[0].name if len(providers) == 1 else ""
