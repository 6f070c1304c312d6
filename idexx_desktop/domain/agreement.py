"""How far the program alone would have done what people decided: what a clinic asks before it leaves review mode.

Counted are visits of which a person said whether to call, where the record is still the one that they saw, and where
the program alone, too, would have called or asked because of the record. What it holds or leaves out for another reason
(a number, the owner's wish, the kind of visit, another pet) says nothing of how it reads, and neither does a "no" whose
reason is the owner's wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.cases import known_case
from idexx_desktop.domain.changes import KnownVisit, VisitRead
from idexx_desktop.domain.decisions import CallRules, Decision, PersonChoice, PersonDecision, ReasonCode
from idexx_desktop.domain.households import Pets, households
from idexx_desktop.domain.reconcile import reconcile
from idexx_desktop.domain.refusals import refusal_in
from idexx_desktop.domain.visits import Visit, VisitState

# of so many calls, where none was wrong, fewer than 6 in 100 are (19 times in 20)
ENOUGH = 50
_OF_THE_RECORD = frozenset(
    {
        ReasonCode.END_OF_LIFE,
        ReasonCode.DECEASED,
        ReasonCode.MAY_HAVE_DIED,
        ReasonCode.MAY_NOT_BE_WELL,
        ReasonCode.UNKNOWN_LANGUAGE,
        ReasonCode.TYPE_UNCLEAR,
    }
)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Decided:
    """A visit about which a person decided. `alone` is what the program says of it, None where that can't be told."""

    visit: KnownVisit
    person: PersonDecision
    alone: Decision | None


@dataclass(frozen=True, slots=True)
class Differing:
    """A visit about which program and person differ: whose it is, and who decided."""

    visit_key: str
    patient_name: str
    owner_name: str
    visit_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often person and program are of one mind, and the visits in which they are not, the newest decision first.

    `called`: both would call. `careful`: a person said no, or to call with care, and the program doesn't call without
    asking. `wrongly_called`: a person said no, and the program would call. `asked`: a person let it be called like any
    other, and the program doesn't without asking. `left_out`: decisions that say nothing of how the program reads.
    """

    called: int = 0
    careful: int = 0
    wrongly_called: tuple[Differing, ...] = ()
    asked: tuple[Differing, ...] = ()
    left_out: int = 0

    @property
    def alike(self) -> int:
        """How often the program would have done the same."""
        return self.called + self.careful

    @property
    def decided(self) -> int:
        """How many decisions are counted."""
        return self.alike + len(self.wrongly_called) + len(self.asked)

    @property
    def would_call(self) -> int:
        """About how many of them the program would call by itself: these alone can tell of wrong calls."""
        return self.called + len(self.wrongly_called)

    @property
    def is_enough(self) -> bool:
        """Whether these are enough to tell anything."""
        return self.would_call >= ENOUGH


def agreement(decided: Iterable[Decided]) -> Agreement:
    """Count them; in their order."""
    called = careful = left_out = 0
    wrongly_called: list[Differing] = []
    asked: list[Differing] = []
    for each in decided:
        choice = each.person.choice
        if not _counts(each):
            left_out += 1
        elif _calls(each):
            called += choice.calls
            wrongly_called += [] if choice.calls else [_differing(each)]
        else:
            careful += choice is not PersonChoice.CALL
            asked += [_differing(each)] if choice is PersonChoice.CALL else []
    return Agreement(called, careful, tuple(wrongly_called), tuple(asked), left_out)


class Kin:
    """Which visits are decided on together with one: those of its owner that day, and those of its pet."""

    def __init__(self, known: Mapping[str, KnownVisit], zone: ZoneInfo) -> None:
        members = [known_case(visit, zone, visit.first_seen_at).member for visit in known.values()]
        self._members = {member.visit_key: member for member in members}
        self._pets = Pets((member, member.visit_key) for member in members)
        self._owners = {
            member.visit_key: frozenset(each.visit_key for each in group)
            for group in households(members)
            for member in group
        }

    def of(self, visit_key: str) -> frozenset[str]:
        """Their keys, its own among them."""
        return self._owners[visit_key] | frozenset(self._pets.of(self._members[visit_key]))


def decided_alone(
    visit: KnownVisit,
    kin: Mapping[str, KnownVisit],
    readings: Mapping[str, Visit | None],
    rules: CallRules,
) -> Decision | None:
    """What the program says of a visit, and of those that belong to it, where nobody has decided anything.

    With the switches of the clinic on, at the time of the decision, or a day after the visit where that is earlier: a
    late decision is about the record, too. None where the record isn't (any more) the one that the person saw.
    `kin` holds the visit itself.
    """
    reading, person = readings.get(visit.visit_key), visit.person
    if person is None or reading is None or not _was_read(visit) or not reading.is_as(person.content_hash):
        return None
    at = min(person.decided_at, (reading.over_at or person.decided_at) + _A_DAY)
    reads = [
        VisitRead(read)
        for key, each in kin.items()
        if _was_read(each) and (read := readings.get(key)) is not None
    ]
    undecided = {key: _undecided(each, at) for key, each in kin.items()}
    changes = reconcile(reads, undecided, replace(rules, review=False, paused=False), at)
    return next((change.decision for change in changes if change.visit_key == visit.visit_key), None)


def _was_read(visit: KnownVisit) -> bool:
    """Whether what was read of it last is how it is, and is understood."""
    could_be = visit.state is not VisitState.FAILED and visit.failure_code is None
    return could_be and not visit.is_newers and visit.reason_code is not ReasonCode.VANISHED


def _undecided(visit: KnownVisit, at: datetime) -> KnownVisit:
    """The visit as if nobody had decided, and no call had come of it."""
    return replace(
        visit,
        person=None,
        call=None,
        claimed_elsewhere=False,
        others_call=None,
        formerly_for=None,
        last_read_at=at,
    )


def _counts(each: Decided) -> bool:
    if each.alone is None or each.person.choice is PersonChoice.IGNORE:
        return False
    if each.person.choice is PersonChoice.NO_CALL and refusal_in(each.person.why, beside=True):
        return False
    return _calls(each) or each.alone.reason_code in _OF_THE_RECORD


def _calls(each: Decided) -> bool:
    return each.alone is not None and each.alone.state is VisitState.SCHEDULED


def _differing(each: Decided) -> Differing:
    visit = each.visit
    return Differing(
        visit.visit_key, visit.patient_name, visit.owner_name, visit.visit_at, each.person.decided_by
    )
