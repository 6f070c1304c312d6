"""Neo's calendar and its consultation search, joined into one list in which every visit stands once.

Rows are matched by ids only, never by names: matching by name made duplicates wherever it was tried.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from idexx_desktop.domain.kinds import NeoStatus, neo_status
from idexx_desktop.domain.visits import About, Appointment, ConsultationSummary, Told, Visit, VisitList

_WORDS = ("type_description", "title", "reason", "status", "clinical_notes")
_NO_TIME = datetime.min.replace(tzinfo=UTC)


def join(
    appointments: Iterable[Appointment],
    summaries: Iterable[ConsultationSummary],
    *,
    blocks: int = 0,
    complete: bool = True,
    unreadable: Iterable[str] = (),
    unreadable_found: Iterable[str] = (),
    blocked: frozenset[str] = frozenset(),
) -> VisitList:
    """Join both lists; the result doesn't depend on the order of the rows.

    A consultation belongs to one visit only: to the appointment that carries its id, else to the one that it
    names, else it is a visit of its own. A second consultation of an appointment is a visit of its own, too; several
    appointments of one consultation (dropped off, picked up) are one visit.
    `unreadable` (of the calendar) and `unreadable_found` (of the search) hold visit keys, or a row's place where it had
    no id; keys that are listed anyway are dropped, and their visits are `partly` read, as are those whose row is said
    to be a block of time (`blocked`).
    """
    by_consultation = _unique_summaries(summaries)
    by_appointment, besides = _sole_owners(_unique_appointments(appointments), by_consultation)
    matches = _match(by_appointment, by_consultation)
    visits = [
        Visit(
            f"a:{appointment_id}",
            appointment,
            by_consultation.get(matches.get(appointment_id, "")),
            besides=besides.get(appointment.consultation_id or "", ()),
        )
        for appointment_id, appointment in by_appointment.items()
    ]
    places = {appointment_id: place for place, appointment_id in enumerate(by_appointment)}
    taken = set(matches.values())
    keys = {visit.visit_key for visit in visits}
    for summary in by_consultation.values():
        if summary.consultation_id not in taken:
            key = f"a:{summary.appointment_id}" if summary.appointment_id else f"c:{summary.consultation_id}"
            key = f"c:{summary.consultation_id}" if key in keys else key
            keys.add(key)
            named = by_appointment.get(summary.appointment_id or "")
            if named is not None:  # of one visit two consultations: what is said of either counts for both
                at = places[named.appointment_id]
                before = visits[at].appointment or named
                visits[at] = replace(
                    visits[at], appointment=replace(before, told=_told_by_both(summary, before))
                )
                summary = replace(summary, told=_told_by_both(named, summary))
            visits.append(Visit(key, summary=summary))
    visits.sort(key=lambda visit: (visit.visit_at or _NO_TIME, visit.visit_key))
    listed = keys | {f"c:{visit.consultation_id}" for visit in visits}
    listed |= {f"a:{each.appointment_id}" for visit in visits for each in visit.besides}
    of_calendar, of_search = frozenset(unreadable), frozenset(unreadable_found)
    partly = frozenset(
        visit.visit_key
        for visit in visits
        if (visit.appointment is None and _may_be(visit.appointment_id, visit, of_calendar | blocked))
        or (visit.summary is None and _may_be(visit.consultation_id, visit, of_search))
    )
    left = tuple(sorted((of_calendar | of_search) - listed))
    return VisitList(tuple(visits), blocks, complete, left, partly)


def _may_be(has_row: str | None, visit: Visit, unreadable: frozenset[str]) -> bool:
    """Whether a visit that should have a row in a list (`has_row`) may be one of the rows that could not be read."""
    ids = {f"a:{visit.appointment_id}", f"c:{visit.consultation_id}"}
    return not unreadable.isdisjoint(ids) or (
        has_row is not None and any(":" not in key for key in unreadable)
    )


def as_one(visits: Mapping[str, Visit]) -> dict[str, Visit]:
    """The same for visits of several lists, by key: those that share a consultation are one visit."""
    shared: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits.values():
        if visit.consultation_id and visit.appointment:
            shared[visit.consultation_id].append(visit)
    result = dict(visits)
    for several in shared.values():
        if len(several) < 2:
            continue
        rows = {each.appointment_id: each for visit in several for each in visit.appointments}
        summary = next((visit.summary for visit in several if visit.summary), None)
        owner = _owner(rows.values(), summary)
        first = next(visit for visit in several if owner in visit.appointments)
        besides = tuple(rows[key] for key in sorted(rows, key=_age) if rows[key] is not owner)
        result = {key: visit for key, visit in result.items() if visit not in several}
        key = f"a:{owner.appointment_id}"
        result[key] = replace(first, visit_key=key, appointment=owner, besides=besides)
    return result


def _owner(rows: Iterable[Appointment], summary: ConsultationSummary | None) -> Appointment:
    """Of the appointments of one consultation the one that it names, else one that was kept, else the oldest."""

    def claim(row: Appointment) -> tuple[object, ...]:
        named = summary is not None and summary.appointment_id == row.appointment_id
        is_off = neo_status(row.status) in (NeoStatus.CANCELLED, NeoStatus.NO_SHOW, NeoStatus.VOIDED)
        return not named, is_off, _age(row.appointment_id)

    return min(rows, key=claim)


def _age(identifier: str) -> tuple[int, str]:
    """Sorts ids by age: Neo counts upwards, so the oldest stays first however many follow."""
    return len(identifier), identifier


def _unique_appointments(appointments: Iterable[Appointment]) -> dict[str, Appointment]:
    """One row for each appointment; of rows that differ the one with a consultation, else the later one."""
    ordered = sorted(appointments, key=lambda row: (row.consultation_id is not None, row.start, repr(row)))
    rows: dict[str, Appointment] = {}
    for row in ordered:
        before = rows.get(row.appointment_id)
        rows[row.appointment_id] = row if before is None else replace(row, told=_told_by_both(before, row))
    return {key: rows[key] for key in sorted(rows, key=_age)}


def _unique_summaries(summaries: Iterable[ConsultationSummary]) -> dict[str, ConsultationSummary]:
    """One row for each consultation; of rows that differ the later one."""
    ordered = sorted(summaries, key=lambda row: (row.consulted_at or _NO_TIME, repr(row)))
    rows: dict[str, ConsultationSummary] = {}
    for row in ordered:
        before = rows.get(row.consultation_id)
        rows[row.consultation_id] = row if before is None else replace(row, told=_told_by_both(before, row))
    return {key: rows[key] for key in sorted(rows, key=_age)}


def _told_by_both(
    dropped: Appointment | ConsultationSummary, kept: Appointment | ConsultationSummary
) -> tuple[Told, ...]:
    """What the row that is kept says, and the words of the other that it doesn't say."""
    words = ((name, getattr(dropped, name, "")) for name in _WORDS)
    more = (Told(About.WORDS, name, text) for name, text in words if text and text != getattr(kept, name, ""))
    return tuple(dict.fromkeys((*kept.told, *dropped.told, *more)))


def _sole_owners(
    appointments: Mapping[str, Appointment], summaries: Mapping[str, ConsultationSummary]
) -> tuple[dict[str, Appointment], dict[str, tuple[Appointment, ...]]]:
    """Leave each consultation with one appointment; the others of it, by its id, stand beside that one."""
    claims: dict[str, list[Appointment]] = defaultdict(list)
    for row in appointments.values():
        if row.consultation_id is not None:
            claims[row.consultation_id].append(row)
    besides: dict[str, tuple[Appointment, ...]] = {}
    for consultation_id, rows in claims.items():
        summary = summaries.get(consultation_id)
        owner = _owner(rows, summary)
        besides[consultation_id] = tuple(row for row in rows if row is not owner)
    absorbed = {row.appointment_id for rows in besides.values() for row in rows}
    return {key: row for key, row in appointments.items() if key not in absorbed}, besides


def _match(
    appointments: Mapping[str, Appointment], summaries: Mapping[str, ConsultationSummary]
) -> dict[str, str]:
    """Appointment id to consultation id, for those that have a row in the search."""
    matches = {
        appointment_id: appointment.consultation_id
        for appointment_id, appointment in appointments.items()
        if appointment.consultation_id in summaries
    }
    taken = set(matches.values())
    for consultation_id, summary in summaries.items():
        named = appointments.get(summary.appointment_id or "")
        if named and named.consultation_id is None and consultation_id not in taken:
            matches.setdefault(named.appointment_id, consultation_id)
    return {key: value for key, value in matches.items() if value is not None}
