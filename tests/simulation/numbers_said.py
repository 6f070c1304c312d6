"""What people say of numbers, in memory and by the services: rules follow it, and colleagues' calls to a wrong one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idexx_desktop.domain.checks import PHONE
from idexx_desktop.domain.decisions import ReasonCode
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.owner_numbers import Contact, PartOfDay
from idexx_desktop.services.numbers import NumberService
from tests.simulation import events as ev
from tests.simulation.held_call import hold_call
from tests.simulation.numbers import DIALLED
from tests.simulation.rows import QUEUED
from tests.simulation.running import redecide
from tests.simulation.saying import FORGET, INSTEAD, RIGHT, WRONG

if TYPE_CHECKING:
    from tests.simulation.playing import Clinic

# what the database says until the colleague's own program has decided
HELD_FOR_IT = "Somebody else answered at this number, so nobody calls it."


# further numbers of the model's owners, each where most of theirs are
THE_OTHER = "+15105550178"


def play(clinic: Clinic, event: ev.Event) -> bool:
    """What is said, in memory. False for an event of another kind."""
    if not isinstance(event, ev.SayOfNumber):
        return False
    number = _number(clinic, event)
    rules = clinic.records.rules
    if number is None:
        return True
    if event.what == WRONG:
        tell_wrong(clinic, event.user, number)
        return True
    if event.what == RIGHT:
        wrong = {each: at for each, at in rules.wrong_numbers.items() if each != number}
        changed = replace(rules, wrong_numbers=wrong)
    else:
        contact = _contact(event.what, rules.contacts.get(number, Contact()))
        instead = contact.use_instead
        if instead == number or instead in rules.never_called:
            return True  # the program refuses it
        others = {each: said for each, said in rules.contacts.items() if each != number}
        changed = replace(rules, contacts={**others, **({number: contact} if contact != Contact() else {})})
    if changed != rules:
        clinic.records.rules = changed
        redecide(clinic.records, event.user, clinic.time_of(event.user))
    return True


def say(clinic: Clinic, event: ev.SayOfNumber, numbers: NumberService) -> None:
    """The same by the program, which refuses what changes nothing."""
    number = _number(clinic, event)
    if number is None:
        return
    try:
        if event.what == WRONG:
            numbers.tell_wrong(number)
        elif event.what == RIGHT:
            numbers.is_right(number)
        elif event.what == FORGET:
            numbers.forget(number)
        else:
            so_far = {each.phone: each.contact for each in numbers.contacts()}
            numbers.keep(number, _contact(event.what, so_far.get(number, Contact())))
    except Failure as failure:
        if failure.code is not FailureCode.INVALID_INPUT:
            raise


def _number(clinic: Clinic, event: ev.SayOfNumber) -> str | None:
    """The number that Neo has of the owner, where it can be dialled."""
    typed = clinic.neo.numbers.get(event.owner)
    return DIALLED[typed][0] if typed in DIALLED else None


def _contact(what: str, before: Contact) -> Contact:
    if what == FORGET:
        return Contact()
    return (
        replace(before, use_instead=THE_OTHER) if what == INSTEAD else replace(before, suits=PartOfDay(what))
    )


def tell_wrong(clinic: Clinic, user: str, number: str) -> None:
    """Nobody calls it from now on: colleagues' queued calls to it are held at once, one's own by the rules."""
    records = clinic.records
    if number in records.rules.wrong_numbers:
        return
    told = {**records.rules.wrong_numbers, number: clinic.now}
    records.rules = replace(records.rules, wrong_numbers=told)
    active = set(records.on_call.values())
    for call_id in sorted(active):
        call = records.calls[call_id]
        if call.phone == number and call.status == QUEUED and call.user != user:
            hold_call(records, call.user, call_id, clinic.now, (ReasonCode.WRONG_NUMBER, PHONE, HELD_FOR_IT))
    redecide(records, user, clinic.time_of(user))
