"""Weeks in which something did not hold, each with what it was; they are played again in every test run.

All of them hold now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.decisions import PersonChoice
from tests.simulation.events import (
    Book,
    CallMovesOn,
    ChangeVisit,
    Consult,
    Decide,
    Event,
    ForgetSignIn,
    Leave,
    NewVersion,
    Open,
    OptOut,
    Pass,
    Prepare,
    Quit,
    SetClock,
    SetUp,
    SignInAgain,
    SuspendedElsewhere,
    Switch,
    Sync,
    TestSignIn,
    Trouble,
    TypeCode,
    WalkIn,
    Week,
    Write,
)
from tests.simulation.neo import DRAFT, FINISHED, NUMBERS

PHOENIX = ZoneInfo("America/Phoenix")
MORNING = datetime(2026, 11, 18, 9, 5, tzinfo=PHOENIX)
_BELLA, _OTTO, _LUNA = (0, 0), (0, 1), (1, 0)


def _sync(user: str = "ana", *, again: bool = False, only: int | None = None, before_call: bool = False,
          meanwhile: Event | None = None, trouble: Trouble = Trouble.NONE) -> Sync:  # fmt: skip
    return Sync(user, "Front Desk 1", trouble, 0, only, before_call, meanwhile, again)


def finished(pet: tuple[int, int], minutes: int, kind: str = "Dental", notes: str = "well") -> list[Event]:
    """A visit that began some minutes from now, with its notes."""
    return [Book(pet, minutes, kind), Consult(-1, FINISHED), Write(-1, notes)]


def _week(*events: Event | list[Event]) -> Week:
    flat = [event for part in events for event in (part if isinstance(part, list) else [part])]
    return Week(0, PHOENIX, MORNING, review=False, events=tuple(flat))


FOUND = {
    # the day is read again because Luna's visit is still open; what a person had decided about Bella's was not known
    "a decided visit on an old day that is still read": _week(
        finished(_BELLA, -30), Book(_LUNA, -10, "Wellness"), _sync(), Decide("ana", 0, PersonChoice.NO_CALL),
        Pass(4000), _sync(), Pass(20), _sync(again=True),
    ),
    # the same, for a visit whose owner was called already
    "a called visit on an old day that is still read": _week(
        finished(_BELLA, -30), Book(_LUNA, -10, "Wellness"), _sync(), Pass(1440), Pass(2560), _sync(),
        Pass(20), _sync(again=True),
    ),
    "a colleague had decided before this user first read the visit": _week(
        finished(_BELLA, -30), _sync(), Decide("ana", 0, PersonChoice.NO_CALL), _sync("colleague", again=True),
    ),
    "a person's no about a visit that can't be read": _week(
        finished(_BELLA, -30), _sync(), ChangeVisit(0, "unreadable"), _sync(),
        Decide("ana", 0, PersonChoice.NO_CALL), _sync(),
    ),
    "an opt-out while the visit can't be read": _week(
        finished(_BELLA, -30), _sync(), ChangeVisit(0, "unreadable"), _sync(), OptOut("ana", NUMBERS[0], True),
        _sync(),
    ),
    "a pause while the visit can't be read": _week(
        finished(_BELLA, -30), _sync(), ChangeVisit(0, "unreadable"), _sync(), Switch("ana", "pause"),
        Switch("ana", "resume"), _sync(),
    ),
    "ignoring a visit that can't be read": _week(
        finished(_BELLA, -30), ChangeVisit(0, "unreadable"), _sync(), Decide("ana", 0, PersonChoice.IGNORE),
        _sync(),
    ),
    "a pet that died at an earlier visit": _week(
        WalkIn(_BELLA, "better"), Book(_BELLA, -2000, "Euthanasia"), _sync(again=True), Switch("ana", "pause"),
        Switch("ana", "resume"), _sync(again=True),
    ),
    # only a few visits were read: it made nothing up to date
    "visits of days without a sync, but for a look before a call": _week(
        finished(_BELLA, -30), _sync(), Pass(1440), finished(_LUNA, -20), Pass(2000), _sync(only=0, before_call=True),
        Pass(1500), _sync(),
    ),
    "a decision about an old visit while the lists are read": _week(
        finished(_BELLA, -30), _sync(), Decide("ana", 0, PersonChoice.NO_CALL), Pass(4000), _sync(), Pass(20),
        _sync(meanwhile=Decide("ana", 0, None)), _sync(again=True),
    ),
    "a visit without a consultation is decided on while the lists are read": _week(
        Book(_BELLA, -30, "Dental"), _sync(), Decide("ana", 0, PersonChoice.NO_CALL), Pass(4000), _sync(),
        Pass(20), _sync(meanwhile=Decide("ana", 0, None)), _sync(again=True),
    ),
    "an overdue call that another pet holds back": _week(
        WalkIn(_BELLA, "well"), WalkIn(_OTTO, "well"), _sync(), Pass(1740), Write(1, "quality of life"),
        _sync(again=True),
    ),
    # the visits of two days are held because of a third: each of them named that one, or the other, as it came
    "a death that several visits of the pet repeat": _week(
        Pass(240), Book(_LUNA, -300, "Euthanasia"), Pass(1200), Book(_LUNA, -120, "Vaccination"),
        Consult(-1, "In Progress"), Write(-1, "better"), Pass(1200), finished(_LUNA, -60), _sync(again=True),
    ),
    "a death that was none": _week(
        finished(_LUNA, -120), Book(_LUNA, -2000, "Euthanasia"), _sync(), Consult(-1, "Voided"), _sync(again=True),
    ),
    # claims go by key, and a walk-in's key changes with its appointment: the colleague claims the new one
    "a colleague's walk-in gets an appointment": _week(
        WalkIn(_BELLA, "well"), _sync(), ChangeVisit(0, "appointed"), _sync("colleague"),
    ),
    # its call is taken back because of the pet's other visit; the next run finds it too late, and says that instead
    "an overdue call of a pet that died": _week(
        finished(_LUNA, -1500), finished(_LUNA, -30), Pass(1440), _sync(), Pass(4000), Write(1, "euthanized"),
        _sync(again=True),
    ),
    # the same, because of another pet
    "an overdue call that a visit without one holds back": _week(
        finished(_LUNA, -120), Consult(-1, "Voided"), WalkIn(_LUNA, "well"), Pass(3360), _sync(), Pass(4000),
        Consult(0, FINISHED), _sync(again=True),
    ),
    # the older day is read after the newer one, whose call waited for it
    "a call that waits for an older visit of the pet": _week(
        Book(_BELLA, -2000, "Dental"), finished(_BELLA, -60), _sync(), Decide("ana", 1, PersonChoice.CALL, 170),
        Pass(170), _sync(again=True),
    ),
    "a pet's earlier visit can't be read before the call": _week(
        finished(_BELLA, -2000), finished(_BELLA, -60), _sync(), ChangeVisit(0, "unavailable"),
        Open("ana", "Front Desk 1"), Pass(2000), _sync(again=True),
    ),
    "a walk-in gets its appointment just before its call": _week(
        WalkIn(_BELLA, "well"), _sync(), Open("ana", "Front Desk 1"), Decide("ana", 0, PersonChoice.CALL, 50),
        Pass(40), ChangeVisit(0, "appointed"), Pass(40), _sync(again=True),
    ),
    # read two and a half hours before the call, by a clock that was two hours ahead
    "a clock that was ahead makes a reading younger": _week(
        finished(_BELLA, -60), _sync(), Decide("ana", 0, PersonChoice.CALL, 150), Open("ana", "Front Desk 1"),
        SetClock("ana", 120), _sync(), SetClock("ana", 0), Pass(1), Quit("ana"), Pass(140),
        Open("ana", "Front Desk 1"), Pass(20, (Trouble.REJECTED,)),
    ),
    # its own program would have forgotten the reading; a colleague's has to see for itself that it says nothing
    "only a colleague's program runs, and the reading seems yet to come": _week(
        finished(_BELLA, -60), SetClock("ana", 300), _sync(), SetClock("ana", 0),
        Decide("ana", 0, PersonChoice.CALL, 50), Open("colleague", "Front Desk 2"), Pass(60),
    ),
    # by the rules there was no earlier time than days later, and a person of another account wants one at once
    "a time of one's own, days before a colleague's call": replace(
        _week(WalkIn((2, 0), "better"), _sync(), _sync("colleague"), Decide("colleague", -1, PersonChoice.CALL, 8)),
        zone=ZoneInfo("Europe/London"), begins=datetime(2026, 10, 22, 7, 5, tzinfo=ZoneInfo("Europe/London")),
    ),
    "only a colleague's program runs before the call": _week(
        finished(_BELLA, -60), _sync(), Decide("ana", 0, PersonChoice.CALL, 50), Open("colleague", "Front Desk 2"),
        Pass(60),
    ),
    # by what was read of it before it is no visit; the list says otherwise by now, and its page can't be had
    "a visit that was voided, is not any more, and can't be read": _week(
        finished(_BELLA, -300), Book(_OTTO, -60, "Wellness"), Consult(-1, "Voided"), _sync(),
        Pass(1440), ChangeVisit(1, "unavailable"), Consult(1, "Purple"), Decide("ana", 0, PersonChoice.CALL, 5),
        _sync(again=True),
    ),
    # what has no time was not asked whether its consultation is finished
    "a draft without a time that a person wants called about": _week(
        WalkIn(_BELLA, "well"), ChangeVisit(0, "no time"), _sync(), Decide("ana", 0, PersonChoice.CALL, 170),
        Consult(0, DRAFT), _sync(again=True),
    ),
    # the visit that shows it is closed, and days later out of the range that is read
    "signs of death to which a person said that there is no call": _week(
        WalkIn(_LUNA, "euthanized"), Book(_BELLA, -1200, "Dental"), _sync(), Decide("ana", 1, PersonChoice.NO_CALL),
        finished(_LUNA, -1200), Pass(3840), _sync(again=True),
    ),
    # the owner's other pet was put to sleep, and the record of this one can't be had
    "a call that a person wants beside a pet whose record can't be read": _week(
        Open("ana", "Front Desk 1"), WalkIn(_BELLA, "euthanized"), Book(_OTTO, -60, "Dental"), Consult(-1, FINISHED),
        ChangeVisit(-1, "page gone"), Pass(170, (Trouble.EXPIRED, Trouble.LEASE_TAKEN, Trouble.CRASH)), _sync(),
        Decide("ana", -1, PersonChoice.CALL, 50), Pass(50),
    ),
    "a page that is closed, beside a call that is nearly due": replace(
        _week(
            Open("colleague", "Front Desk 2"), Book((2, 1), -60, "Dental"), Consult(-1, FINISHED),
            ChangeVisit(-1, "closed"), finished((2, 1), -60), _sync("colleague"),
            Decide("colleague", -1, PersonChoice.CALL, 8), Pass(8, (Trouble.NONE, Trouble.EXPIRED, Trouble.EXPIRED)),
        ),
        zone=ZoneInfo("America/Los_Angeles"),
        begins=datetime(2026, 10, 29, 12, 5, tzinfo=ZoneInfo("America/Los_Angeles")),
    ),
    # its day's lists, with the appointment, are asked for in the same run: only its own page tells the day
    "a walk-in without a time gets an appointment of long ago": _week(
        WalkIn(_BELLA, "well"), ChangeVisit(-1, "no time"), Pass(4000), _sync(), ChangeVisit(0, "appointed"),
        _sync(again=True),
    ),
    "a run that crashed while it wrote, and days of looks that don't get through": _week(
        Open("ana", "Front Desk 1"), finished(_OTTO, -30, "Wellness", "better"), Book((2, 1), -300, "Vaccination"),
        Consult(-1, "In Progress"), Write(-1, "not discussed"),
        Sync("ana", "Front Desk 2", Trouble.CRASH, 5, None, True, code=327),
        Pass(4000, (Trouble.HALF_LISTS, Trouble.REJECTED, Trouble.CRASH)),
    ),
}  # fmt: skip

# everything that becomes of accounts, sign-ins, programs, computers and calls that somebody deletes
OFFICE = _week(
    *finished(_BELLA, -60), WalkIn(_LUNA, "well"), ChangeVisit(-1, "no time"), Open("ana", "Back Office"),
    Open("ana", "Old Computer"), Open("ana", "Shared Drive"), Open("ana", "Laptop"), SetClock("ana", 150),
    Pass(1), SetClock("ana", 0), Pass(1),
    Open("ana", "Reception"), SetUp("Reception"), Open("ana", "Reception"), TypeCode("ana", "0000"),
    OptOut("ana", "911", True), ForgetSignIn("ana"), _sync(), SignInAgain("ana"),
    SuspendedElsewhere("ana"), _sync(), TestSignIn("ana", 12),
    _sync(trouble=Trouble.REFUSED), Decide("ana", 0, PersonChoice.CALL, -5), _sync(),
    CallMovesOn(0, "removed"), NewVersion("colleague"), _sync("colleague"), Prepare("colleague"),
    _sync(), Decide("ana", 0, PersonChoice.NO_CALL), _sync("colleague"), Leave("colleague"), _sync("colleague"),
    NewVersion("ana"), Prepare("ana"), NewVersion("ana"), _sync(), Prepare("ana"), _sync(again=True),
)  # fmt: skip
