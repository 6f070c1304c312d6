"""Whose a row is, in words, and its times by the clock of its own clinic. Own rows need neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from idexx_desktop.domain.filters import Whose
from idexx_desktop.gui import timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.strings import tr, whose
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.sorts import BY_CLINIC

_FIRST_TO_GO = 9


class Owned(Protocol):
    """A row that says whose it is, where it is not this login's own in its own clinic."""

    @property
    def others(self) -> Whose | None: ...


def person(row: Owned, desk: Desk) -> str:
    """Whose syncs wrote the row; "" for what is nobody's alone."""
    if row.others is None:
        return desk.email
    wanted = row.others.user_id
    if wanted is None:
        return ""
    names = (each.email for each in desk.directory.people if each.user_id == wanted)
    return next(names, "") or tr(whose.NO_PERSON)


def clinic(row: Owned, desk: Desk) -> str:
    """The clinic's name."""
    if row.others is None:
        return desk.clinic_name
    wanted = row.others.clinic_id
    return next(
        (each.name for each in desk.directory.clinics if each.clinic_id == wanted), tr(whose.NO_CLINIC)
    )


def read_only(row: Owned, desk: Desk) -> str:
    """`Read only: rows of anna@elm.example, Elm Road. Times are those of the clinic (America/New_York).`"""
    by, of = person(row, desk), clinic(row, desk)
    words = tr(whose.READ_ONLY, person=by, clinic=of) if by else tr(whose.READ_ONLY_CLINIC, clinic=of)
    zone = desk.zone_of(row.others)
    return words if zone == desk.zone else f"{words}. {tr(whose.ZONE, zone=zone.key)}"


def local(
    words: Callable[[datetime, datetime, ZoneInfo], str], instant: datetime | None, row: Owned, desk: Desk
) -> str:
    """An instant in one of the forms of `timewords`; the zone is named where it isn't the viewer's: `09:15 EST`."""
    if instant is None:
        return timewords.full(None, desk.now(), desk.zone)
    said, zone = words(instant, desk.now(), desk.zone_of(row.others)), zone_mark(instant, row, desk)
    return f"{said} {zone}" if zone else said


def zone_mark(instant: datetime | None, row: Owned, desk: Desk) -> str:
    """`EST`, where the clinic's zone isn't the viewer's; in tables it stands below the time."""
    zone = desk.zone_of(row.others)
    return "" if instant is None or zone == desk.zone else instant.astimezone(zone).tzname() or zone.key


def exact(instant: datetime | None, row: Owned, desk: Desk) -> str:
    """The whole date and time with its zone, for tooltips."""
    return timewords.exact(instant, desk.zone_of(row.others))


def origins(desk: Desk) -> Callable[[Owned], tuple[str, str, ZoneInfo]]:
    """Tells a row's clinic, person and time zone; for files, which are written off the window's thread."""
    directory = desk.directory
    people = {each.user_id: each.email for each in directory.people}
    names = {each.clinic_id: each.name for each in directory.clinics}
    zones = {each.clinic_id: desk.zone_of(Whose(clinic_id=each.clinic_id)) for each in directory.clinics}
    here = (desk.clinic_name, desk.email, desk.zone)

    def origin(row: Owned) -> tuple[str, str, ZoneInfo]:
        if row.others is None:
            return here
        by, of = row.others.user_id or "", row.others.clinic_id or ""
        no_clinic, nobody = tr(whose.NO_CLINIC), tr(whose.NO_PERSON)
        return names.get(of, no_clinic), people.get(by, nobody), zones.get(of, here[-1])

    return origin


def column(desk: Desk) -> Column[Any]:
    """The clinic with the person below; shown where rows of several are."""
    return Column(
        tr(whose.CLINIC),
        lambda row: clinic(row, desk),
        second=lambda row: person(row, desk),
        width=150,
        share=0.5,
        drop=_FIRST_TO_GO,
        sorts=(BY_CLINIC,),
    )
