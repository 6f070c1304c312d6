"""A week made from a seed, always the same. Each leaves some kinds of events out, so that others meet more often."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.filters import CallOutcomeKind
from tests.simulation.by_hand import with_calls_by_hand
from tests.simulation.events import (
    USERS,
    WITH_CALLS,
    WITHOUT_CALLS,
    Book,
    CallMovesOn,
    ChangeVisit,
    Consult,
    Decide,
    Event,
    ForgetSignIn,
    Leave,
    NewNumber,
    NewRules,
    NewVersion,
    Open,
    OptOut,
    Outcome,
    Pass,
    PetDies,
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
from tests.simulation.law import CALLERS, LAW_AS_IT_CAME, LAW_CHANGES
from tests.simulation.neo import (
    DRAFT,
    FINISHED,
    NO_VISITS,
    NOTES,
    NUMBERS,
    OFF,
    OWNERS,
    PETS_OF_AN_OWNER,
    TYPES,
)
from tests.simulation.neo import UNKNOWN as UNKNOWN_STATUS
from tests.simulation.saying import with_numbers
from tests.simulation.told import with_deaths
from tests.simulation.tried import TOLD, with_tries

# most weeks cross a change of clocks: at one o'clock, two, or by half an hour; Phoenix has none
_PLACES = (
    ("America/Los_Angeles", 2026, 10, 29),
    ("America/New_York", 2027, 3, 11),
    ("America/St_Johns", 2027, 3, 11),
    ("Europe/London", 2026, 10, 22),
    ("Australia/Lord_Howe", 2027, 4, 1),
    ("America/Phoenix", 2026, 11, 18),
)
_STATUSES = (FINISHED, FINISHED, FINISHED, FINISHED, DRAFT, *NO_VISITS, UNKNOWN_STATUS, "In Progress")
_CHANGES = (*OFF, "Completed", "Confirmed", "moved", "gone", "back", "unreadable", "unavailable", "page gone",
            "closed", "readable", "appointed", "call-back", "call-back", "put to sleep", "call disabled",
            "call disabled")  # fmt: skip
_RULES = ("Dental off", "Dental off", "Dental on", "weekday closed", "all days open", "tomorrow closed",
          "late window", "usual window", LAW_CHANGES, LAW_AS_IT_CAME, *CALLERS, WITHOUT_CALLS, WITHOUT_CALLS,
          WITH_CALLS)  # fmt: skip


_CHOICES = (PersonChoice.CALL, PersonChoice.NO_CALL, PersonChoice.IGNORE)
_NEW_COMPUTER = "Reception"
# too short, a character that is in no code, one symbol that is wrong
_TYPED = ("0000", "0000-0000-0000-0000-0000-0000-000U", "0000-0000-0000-0000-0000-0000-0000")
# a sync, time, what happens in Neo and what people do are there in every week; all else may be left out
_MAY_BE_LEFT_OUT = (
    "visit", "system", "open", "soon", "retry", "meanwhile", "write", "change", "dies", "number", "decide", "opt out",
    "switch", "rules", "outcome", "leave", "forget", "suspend", "test", "version", "code", "computer", "clock",
    *(str(trouble) for trouble in Trouble if trouble is not Trouble.NONE),
)  # fmt: skip


def week(seed: int, *, length: int = 26) -> Week:
    """The week of this seed: always the same."""
    chance = random.Random(seed)  # noqa: S311 - made to be repeated
    name, year, month, day = chance.choice(_PLACES)
    zone = ZoneInfo(name)
    users = USERS if chance.random() < 0.4 else USERS[:1]
    maker = _Maker(chance, users)
    events = maker.events(length)
    begins = datetime(year, month, day, chance.randint(7, 18), 5, tzinfo=zone)
    review = chance.random() < 0.1
    made = with_numbers(with_calls_by_hand(events, seed, users), seed, users)
    return Week(seed, zone, begins, review, with_deaths(with_tries(made, seed, users), seed, users))


@dataclass(slots=True)
class _Maker:
    """Makes the events of one week; `left_out` are the kinds that it does without."""

    chance: random.Random
    users: tuple[str, ...]
    left_out: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.left_out = frozenset(kind for kind in _MAY_BE_LEFT_OUT if self.chance.random() < 0.12)

    def events(self, length: int) -> tuple[Event, ...]:
        """All of them: what there is at first, then one after the other, and a sync at the end."""
        chance, users = self.chance, self.users
        # a rule that is changed late in a week hardly meets anything
        first = chance.random() < 0.4 and "rules" not in self.left_out
        events: list[Event] = [NewRules(users[0], chance.choice(_RULES))] if first else []
        if "open" not in self.left_out:
            events += [Open(user, self._computer()) for user in users if chance.random() < 0.8]
        if chance.random() < 0.3 and "number" not in self.left_out:
            events.append(NewNumber(chance.randrange(2), chance.choice(NUMBERS[3:])))
        for _ in range(chance.randint(2, 4)):
            events += self._new_visit()
        while len(events) < length:
            events += self._some()
        events.append(Sync(chance.choice(users), "Front Desk 1", again=True))
        return tuple(events)

    def _pick(self, weights: Mapping[str, int]) -> str:
        left = {kind: weight for kind, weight in weights.items() if kind not in self.left_out}
        return self.chance.choices(tuple(left), weights=tuple(left.values()))[0]

    def _computer(self) -> str:
        return self.chance.choice(("Front Desk 1", "Front Desk 2"))

    def _some(self) -> list[Event]:
        chance, users = self.chance, self.users
        match self._pick(
            {
                "sync": 28,
                "pass": 27,
                "neo": 24,
                "visit": 7,
                "person": 14,
                "system": 9,
                "open": 5,
                "soon": 8,
                "office": 5,
            }
        ):
            case "sync":
                return [self._sync()]
            case "pass":
                minutes = chance.choice((1, 20, 90, 240, 480, 960, 1440, 1440, 4000))
                return [Pass(minutes, self._troubles())]
            case "neo":
                return [self._in_neo()]
            case "visit":
                return self._new_visit()
            case "person":
                return [self._by_person()]
            case "soon":
                return self._soon()
            case "open":
                user = chance.choice(users)
                return [Open(user, self._computer()) if chance.random() < 0.6 else Quit(user)]
            case "office":
                return self._in_office()
            case _:
                status = chance.choice(
                    ("ringing", "completed", "cancelled", "removed", "failed", "failed", "failed")
                )
                return [CallMovesOn(chance.randrange(4), status)]

    def _in_office(self) -> list[Event]:
        """What becomes of accounts, sign-ins, programs and computers; mostly it is put right, sooner or later."""
        chance, user = self.chance, self.chance.choice(self.users)
        later: list[Event] = (
            [self._in_neo()] if chance.random() < 0.5 else [Pass(chance.choice((20, 240, 1440)))]
        )
        weights = {
            "leave": 9,
            "forget": 3,
            "suspend": 3,
            "test": 3,
            "version": 3,
            "code": 2,
            "computer": 5,
            "clock": 4,
            "": 1,
        }
        match self._pick(weights):
            case "leave" if len(self.users) > 1:
                first, second = self.users
                last: list[Event] = [*self._new_visit(), SignInAgain(second), Sync(second, self._computer())]
                return [*last, Leave(second), SignInAgain(first), Sync(first, self._computer())]
            case "suspend":
                return [SuspendedElsewhere(user), Sync(user, self._computer()), *later, SignInAgain(user)]
            case "forget":
                return [ForgetSignIn(user), Sync(user, self._computer()), *later, SignInAgain(user)]
            case "test":
                return [TestSignIn(user, chance.choice((1, 4, 8, 12)))]
            case "version":
                first = chance.choice(USERS)
                behind = [each for each in self.users if each != first]
                news: list[Event] = [NewVersion(first), Sync(first, self._computer()), Prepare(first)]
                news += [Sync(each, self._computer()) for each in behind]
                return [
                    *news,
                    *later,
                    *(NewVersion(each) for each in behind),
                    *(Prepare(each) for each in behind),
                ]
            case "code":
                return [TypeCode(user, chance.choice(_TYPED))]
            case "clock":
                wrong = chance.choice((-300, -90, 60, 150, 300))
                right: list[Event] = [Open(user, self._computer()), SetClock(user, 0), Pass(1)]
                return [
                    SetClock(user, wrong),
                    Sync(user, self._computer()),
                    *self._soon()[:5],
                    *right,
                    *self._soon(),
                ]
            case "computer":
                if chance.random() < 0.7:
                    return [
                        Open(user, chance.choice(("Back Office", "Old Computer", "Shared Drive", "Laptop")))
                    ]
                return [Open(user, _NEW_COMPUTER), SetUp(_NEW_COMPUTER), Open(user, _NEW_COMPUTER)]
            case _:
                return [SignInAgain(user)]

    def _new_visit(self) -> list[Event]:
        """Mostly of few owners, so that households and pets meet again; mostly finished soon."""
        chance = self.chance
        pet = (min(chance.randrange(OWNERS), chance.randrange(OWNERS)), chance.randrange(PETS_OF_AN_OWNER))
        if chance.random() < 0.2:
            walk_in = WalkIn(pet, self._notes())
            return [walk_in, ChangeVisit(-1, "no time")] if chance.random() < 0.1 else [walk_in]
        minutes = chance.choice((-2000, -300, -120, -60, -30, 60, 600, 1500))
        booked: list[Event] = [Book(pet, minutes, chance.choices(tuple(TYPES), weights=(4, 4, 4, 1, 1))[0])]
        if minutes < 0 and chance.random() < 0.8:
            booked += [Consult(-1, chance.choice(_STATUSES)), Write(-1, self._notes())]
        return booked

    def _soon(self) -> list[Event]:
        """A call that comes soon, by a person's choice; what happens before it, and the time until after it."""
        chance = self.chance
        user, minutes = chance.choice(self.users), chance.choice((8, 20, 50, 170))
        pet = (chance.randrange(OWNERS), chance.randrange(PETS_OF_AN_OWNER))
        soon: list[Event] = [Book(pet, -60, "Dental"), Consult(-1, FINISHED), Write(-1, "well")]
        soon += [
            SignInAgain(user),
            Sync(user, self._computer()),
            Decide(user, -1, PersonChoice.CALL, minutes),
        ]
        first = chance.choice((1, 4, 12, 40))
        between = chance.choice(("neo", "sync", "open", "unreadable", "nothing"))
        soon.append(Pass(first, self._troubles()))
        if between == "neo":
            soon.append(self._in_neo())
        elif between == "sync":
            soon.append(self._sync())
        elif between == "unreadable":
            soon.append(ChangeVisit(-1, chance.choice(("unreadable", "unavailable", "closed", "page gone"))))
        elif between == "open":
            soon.append(Quit(user) if chance.random() < 0.5 else Open(user, self._computer()))
        soon.append(Pass(minutes, self._troubles()))
        if between == "nothing" and chance.random() < 0.6:  # called, and on that day it was there once more
            soon += [Outcome(user, 0, CallOutcomeKind.REACHED_WELL), Book(pet, -30, "Wellness")]
            soon += [
                Consult(-1, FINISHED),
                Write(-1, "well"),
                SignInAgain(user),
                Sync(user, self._computer()),
            ]
        return soon

    def _troubles(self) -> tuple[Trouble, ...]:
        return tuple(self._trouble() for _ in range(3))

    def _trouble(self) -> Trouble:
        return Trouble(self._pick(dict(zip(map(str, Trouble), (12, 4, 3, 2, 5, 2, 2, 2), strict=True))))

    def _sync(self) -> Sync:
        chance = self.chance
        trouble, meanwhile = self._trouble(), None
        if chance.random() < 0.15 and "meanwhile" not in self.left_out:
            meanwhile = self._by_person() if chance.random() < 0.7 else self._in_neo()
        return Sync(
            chance.choice(self.users),
            self._computer(),
            trouble,
            chance.randrange(6),
            chance.randrange(6) if chance.random() < 0.2 and "retry" not in self.left_out else None,
            chance.random() < 0.5,
            meanwhile,
            again=trouble is Trouble.NONE and chance.random() < 0.3,
            code=chance.randrange(1000),
        )

    def _in_neo(self) -> Event:
        chance = self.chance
        visit = chance.randrange(8)
        match self._pick({"consult": 5, "write": 6, "change": 7, "dies": 2, "number": 1}):
            case "write":
                return Write(visit, self._notes())
            case "consult":
                return Consult(visit, chance.choice(_STATUSES))
            case "change":
                return ChangeVisit(visit, chance.choice(_CHANGES))
            case "dies":
                pet = (chance.randrange(2), chance.randrange(PETS_OF_AN_OWNER))
                return PetDies(pet, chance.choice(("Deceased", "Deceased", "Active")))
            case _:
                return NewNumber(chance.randrange(3), chance.choice(NUMBERS))

    def _by_person(self) -> Event:
        chance = self.chance
        user = chance.choice(self.users)
        match self._pick({"sign in": 3, "decide": 8, "opt out": 2, "switch": 2, "rules": 2, "outcome": 2}):
            case "decide":
                choice = chance.choice((*_CHOICES, PersonChoice.CALL, None))
                minutes = chance.choice((None, None, 5, 25, 180, 1200, 2820, -5))
                visit = chance.randrange(6)
                if choice is not PersonChoice.CALL:
                    return Decide(user, visit, choice, None)
                return Decide(user, visit, PersonChoice.CALL_WITH_CARE if visit == 1 else choice, minutes)
            case "opt out":
                return OptOut(user, chance.choice((*NUMBERS[:3], *NUMBERS[:3], "911")), chance.random() < 0.7)
            case "switch":
                return Switch(user, chance.choice(("pause", "resume", "turn on")))
            case "rules":
                return NewRules(user, chance.choice(_RULES))
            case "outcome":
                return Outcome(user, chance.randrange(3), chance.choice(TOLD))
            case _:
                return SignInAgain(user)

    def _notes(self) -> str:
        return self.chance.choices(tuple(NOTES), weights=(3, 6, 4, 2, 2, 2, 1, 1, 0.5, 0.5))[0]
