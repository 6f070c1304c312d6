"""`numbers`: what people say of owners' numbers: which are wrong, which to use instead, and when."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.owner_numbers import Contact, PartOfDay
from idexx_desktop.domain.phones import dialable


def wrong(program: Program, options: Namespace) -> Answer:
    """Somebody else answers at a number, or it is right after all."""
    say = program.numbers.is_right if options.undo else program.numbers.tell_wrong
    return _changed(program, say(options.number))


def best(program: Program, options: Namespace) -> Answer:
    """The number to use instead, and the part of the day; what isn't named stays as it was."""
    if options.undo:
        if options.use or options.time:
            raise _refused("--undo takes all of it back: without --use and --time.")
        return _changed(program, program.numbers.forget(options.number))
    if not (options.use or options.time):
        times = ", ".join(PartOfDay)
        raise _refused(f"Say what is best: --use NUMBER, --time with one of {times}, or --undo.")
    contact = _so_far(program, options.number)
    if options.use:
        contact = replace(contact, use_instead=options.use)
    if options.time:
        contact = replace(contact, suits=PartOfDay(options.time))
    return _changed(program, program.numbers.keep(options.number, contact))


def listed(program: Program, _options: Namespace) -> Answer:
    """The wrong numbers, and what holds of others."""
    return _list(program, ())


def _changed(program: Program, visits: int) -> Answer:
    return _list(program, (f"{visits} visits changed.",), visits)


def _list(program: Program, lines: tuple[str, ...], changed: int | None = None) -> Answer:
    zone, told, kept = program.zone, program.numbers.wrong(), program.numbers.contacts()
    rows = [(each.phone, "wrong", "", each.told_by, short(each.told_at, zone)) for each in told]
    rows += [
        (
            each.phone,
            each.contact.use_instead or "",
            str(each.contact.suits or ""),
            each.said_by,
            short(each.said_at, zone),
        )
        for each in kept
    ]
    document: dict[str, object] = {
        "wrong": [
            {"number": each.phone, "told_by": each.told_by, "told_at": moment(each.told_at, zone)}
            for each in told
        ],
        "best": [
            {
                "number": each.phone,
                "use": each.contact.use_instead,
                "time": each.contact.suits,
                "said_by": each.said_by,
                "said_at": moment(each.said_at, zone),
            }
            for each in kept
        ],
    }
    if changed is not None:
        document = {"visits_changed": changed, **document}
    shown = (
        table(("Number", "Use instead", "Time", "By", "When"), rows) if rows else ["Nothing was said yet."]
    )
    return Answer([*lines, *shown], document)


def _so_far(program: Program, phone: str) -> Contact:
    number = dialable(phone, program.settings.clinic().country).e164
    return next((each.contact for each in program.numbers.contacts() if each.phone == number), Contact())


def _refused(title: str) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, "number", title=title)
