"""`consents`: what owners agreed to: shown, recorded, withdrawn."""

from __future__ import annotations

from argparse import Namespace
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.consents import Consent, ConsentScope, ConsentWay, NewConsent

_TITLES = ("Id", "Number", "For", "How", "Given by", "Given on", "Recorded by", "When")


def consents_list(program: Program, _: Namespace) -> Answer:
    """Those in force, newest first."""
    zone, found = program.zone, program.consents.all()
    rows = [_cells(each, zone) for each in found]
    document = {"consents": [_fields(each, zone) for each in found]}
    return Answer(table(_TITLES, rows) if rows else ["No consent is on record."], document)


def consents_add(program: Program, options: Namespace) -> Answer:
    """Record one; all that are in force then."""
    kind = (options.kind or "").replace("-", "_")
    scope = ConsentScope.KIND if kind else ConsentScope(options.scope or ConsentScope.ALL)
    how = ConsentWay(options.how.replace("-", "_"))
    program.consents.add(NewConsent(options.number, scope, how, kind, options.by, options.on))
    return consents_list(program, options)


def consents_withdraw(program: Program, options: Namespace) -> Answer:
    """It doesn't hold any more; all that are in force then."""
    program.consents.withdraw(options.consent)
    return consents_list(program, options)


def _cells(each: Consent, zone: ZoneInfo) -> tuple[str, ...]:
    given = each.given
    return (
        each.id,
        given.phone,
        given.kind.replace("_", " ") if given.kind else str(given.scope),
        str(given.how).replace("_", " "),
        given.given_by or "-",
        given.given_on.isoformat() if given.given_on else "-",
        each.recorded_by,
        short(each.recorded_at, zone),
    )


def _fields(each: Consent, zone: ZoneInfo) -> dict[str, Any]:
    given = each.given
    return {
        "id": each.id,
        "number": given.phone,
        "scope": str(given.scope),
        "kind": given.kind or None,
        "how": str(given.how),
        "given_by": given.given_by,
        "given_on": given.given_on.isoformat() if given.given_on else None,
        "recorded_by": each.recorded_by,
        "recorded_at": moment(each.recorded_at, zone),
    }
