"""`report` and `ledger`: what came of visits and tries; both cover the last 30 days where nobody asks for others."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.app import Program
from idexx_desktop.cli.arguments import instant
from idexx_desktop.cli.commands.whose import shown
from idexx_desktop.cli.output import Answer, Document, moment, short, table
from idexx_desktop.domain.kinds import kind_words
from idexx_desktop.domain.ledger import End, Ledger
from idexx_desktop.domain.reports import Counts, Days, end_of
from idexx_desktop.services.reports import days_of

# of the columns in which visits and tries are counted
_TITLES = ("Tries", "Reached", "Couldn't reach", "Open", "Not to be called")
_END_WORDS = {
    End.REACHED: "reached",
    End.COULDNT_REACH: "couldn't be reached",
    End.NOT_TO_BE_CALLED: "not to be called",
    End.OPEN: "open",
}


def report(program: Program, options: Namespace) -> Answer:
    """How many were tried and reached."""
    days = _days(program, options)
    found = program.reports.report(days)
    document = {
        **_range(days, program.zone),
        **asdict(found.total),
        "concerns_open": found.concerns.open,
        "median_minutes_to_answer": found.concerns.median_minutes,
        "by_kind": [{"kind": kind, **asdict(counts)} for kind, counts in found.by_kind.items()],
        "by_provider": [{"provider": name, **asdict(counts)} for name, counts in found.by_provider.items()],
        "by_hour": [{"hour": hour, **asdict(counts)} for hour, counts in found.by_hour.items()],
    }
    lines = [_titled(days, program.zone), "", *_table("", {"All": found.total})]
    minutes = found.concerns.median_minutes
    answered = "" if minutes is None else f" Half of those closed were answered within {minutes:.0f} minutes."
    lines += ["", f"Concerns that nobody has answered: {found.concerns.open or 'none'}.{answered}"]
    lines += _block("Kind of visit", {kind_words(kind): each for kind, each in found.by_kind.items()})
    lines += _block("Provider", {name or "-": each for name, each in found.by_provider.items()})
    lines += _block("Hour", {f"{hour:02}:00": each for hour, each in found.by_hour.items()})
    return Answer(lines, document)


def ledger(program: Program, options: Namespace) -> Answer:
    """How each visit ended, and those that are lost."""
    days, zone = _days(program, options), program.zone
    found = program.reports.ledger(days)
    document = {
        **_range(days, zone),
        "visits": found.visits,
        **{str(end): found.count(end) for end in End},
        "to_agree": found.to_agree,
        "leaked": [
            {
                "visit_key": each.visit_key,
                "patient_name": each.patient_name,
                "owner_name": each.owner_name,
                "visit_at": moment(each.visit_at, zone),
                "why": each.why,
            }
            for each in found.leaked
        ],
    }
    lines = [_titled(days, zone), f"{found.visits:7} visits"]
    lines += [f"{found.count(end):7} {words}" for end, words in _END_WORDS.items()]
    if found.to_agree:
        lines.append(f"{found.to_agree:7} of those not reached wait for somebody to agree")
    return Answer([*lines, "", *_lost(found, zone)], document)


def _lost(found: Ledger, zone: ZoneInfo) -> list[str]:
    lost = found.count(End.LEAK)
    if not lost:
        return ["Every visit is accounted for."]
    rows = [
        (
            each.visit_key,
            each.patient_name or "-",
            each.owner_name or "-",
            short(each.visit_at, zone),
            each.why,
        )
        for each in found.leaked
    ]
    said = "1 visit is not accounted for:" if lost == 1 else f"{lost} visits are not accounted for:"
    return [said, "", *table(("Visit key", "Pet", "Owner", "Visit", "Why"), rows)]


def _block(title: str, rows: Mapping[str, Counts]) -> list[str]:
    return ["", *_table(title, rows)] if rows else []


def _table(title: str, rows: Mapping[str, Counts]) -> list[str]:
    cells = [
        (
            name,
            *(
                str(count)
                for count in (
                    each.attempted,
                    each.reached,
                    each.couldnt_reach,
                    each.open,
                    each.not_to_be_called,
                )
            ),
        )
        for name, each in rows.items()
    ]
    return table((title, *_TITLES), cells)


def _days(program: Program, options: Namespace) -> Days:
    """Whole days where days were named: the last one counts, too."""
    zone = program.zone
    since, until = instant(options.since, zone), instant(options.until, zone)
    if until is not None and _is_day(options.until):
        until = end_of(zone, until.date())
    return days_of(since, until, shown(program, options).whose, zone, program.clock.now())


def _is_day(typed: str) -> bool:
    try:
        date.fromisoformat(typed)
    except ValueError:
        return False
    return True


def _titled(days: Days, zone: ZoneInfo) -> str:
    first, last = (each.astimezone(zone) for each in (days.since, days.until - timedelta(microseconds=1)))
    return f"Visits and tries of {_day(first)} to {_day(last)}."


def _day(when: datetime) -> str:
    return f"{when.day} {when:%b %Y}"


def _range(days: Days, zone: ZoneInfo) -> Document:
    return {"from": moment(days.since, zone), "to": moment(days.until, zone)}
