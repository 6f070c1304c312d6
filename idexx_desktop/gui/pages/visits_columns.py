"""The columns of the table of visits, those a person may hide, and the columns of its CSV file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.gui import timewords, visit_words, whose_words
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.states import VISIT_LOOKS, PillLook
from idexx_desktop.gui.strings import attention, tr, visits, whose
from idexx_desktop.gui.tables.columns import Column
from idexx_desktop.gui.tables.sorts import (
    BY_BRANCH,
    BY_IN_NEO,
    BY_KIND,
    BY_OWNER,
    BY_PET,
    BY_PROVIDER,
    BY_READ,
    BY_STATE,
    BY_TIME,
)

# the pet and what happens next are always shown
ALWAYS = frozenset({0, 4})
OPTIONAL = (1, 2, 3, 5, 6, 7)
# shown where rows of several people or clinics are
WHOSE = 8
AT_FIRST = frozenset({0, 1, 2, 3, 4})


def visit_columns(desk: Desk) -> tuple[Column[VisitRecord], ...]:
    """The columns, in the order of the table."""

    def when(row: VisitRecord) -> str:
        return timewords.dated(row.visit_at, desk.now(), desk.zone_of(row.others))

    def zone(row: VisitRecord) -> str:
        return whose_words.zone_mark(row.visit_at, row, desk)

    def exact(row: VisitRecord) -> str:
        return whose_words.exact(row.visit_at, row, desk)

    def read(row: VisitRecord) -> str:
        zone = desk.zone_of(row.others)
        return timewords.short(row.last_read_at, desk.now(), zone) if row.last_read_at else ""

    def read_exactly(row: VisitRecord) -> str:
        return whose_words.exact(row.last_read_at, row, desk)

    def pill(row: VisitRecord) -> PillLook:
        return visit_words.happens_next(row, desk.now(), desk.zone_of(row.others))

    return (
        Column(
            tr(attention.PET),
            visit_words.pet,
            second=visit_words.owner,
            width=110,
            share=1.0,
            strong=True,
            sorts=(BY_PET, BY_OWNER),
        ),
        Column(
            tr(attention.VISIT),
            when,
            second=zone,
            tooltip=exact,
            width=144,
            share=0.3,
            sorts=(BY_TIME,),
            drop=1,
        ),
        Column(
            tr(visits.PROVIDER), lambda row: row.provider, width=92, share=0.4, drop=2, sorts=(BY_PROVIDER,)
        ),
        Column(tr(visits.KIND), lambda row: row.kind_label, width=98, share=0.6, drop=3, sorts=(BY_KIND,)),
        Column(
            tr(visits.NEXT),
            lambda row: pill(row).text,
            pill=pill,
            tooltip=_reason,
            width=244,
            share=0.8,
            sorts=(BY_STATE,),
        ),
        Column(
            tr(visits.IN_NEO), lambda row: row.neo_status, width=98, share=0.2, drop=4, sorts=(BY_IN_NEO,)
        ),
        Column(tr(visits.BRANCH), lambda row: row.branch, width=98, share=0.2, drop=5, sorts=(BY_BRANCH,)),
        Column(tr(visits.READ), read, tooltip=read_exactly, width=144, share=0.1, drop=6, sorts=(BY_READ,)),
        whose_words.column(desk),
    )


CSV_TITLES = (
    attention.PET, visits.OWNER, attention.VISIT, visits.PROVIDER, visits.BRANCH, visits.KIND, visits.SPECIES,
    visits.BREED, visits.IN_NEO, attention.STATE, visits.NEXT, visits.CALL_AT, visits.WHY, visits.READ,
)  # fmt: skip
# beside these, where rows of several people or clinics are saved
CSV_TITLES_OF_SEVERAL = (*CSV_TITLES, whose.CLINIC, whose.PERSON, whose.TIME_ZONE)


def csv_row(
    now: datetime, origin: Callable[[VisitRecord], tuple[str, str, ZoneInfo]], *, several: bool
) -> Callable[[VisitRecord], list[str]]:
    """Makes the cells of a row: the table's words, and its clinic's times in a form that a spreadsheet can sort."""

    def cells(row: VisitRecord) -> list[str]:
        clinic, person, zone = origin(row)
        return [
            row.patient_name, row.owner_name, _local(row.visit_at, zone), row.provider, row.branch, row.kind_label,
            row.species, row.breed, row.neo_status, VISIT_LOOKS[row.state].label,
            visit_words.happens_next(row, now, zone).text, _local(row.call_scheduled_for, zone), _reason(row),
            _local(row.last_read_at, zone), *((clinic, person, zone.key) if several else ()),
        ]  # fmt: skip

    return cells


def _local(instant: datetime | None, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}" if instant else ""


def _reason(row: VisitRecord) -> str:
    return row.failure_title or row.reason
