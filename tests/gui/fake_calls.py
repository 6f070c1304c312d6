"""Discharge calls in memory, with a made-up work list."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from idexx_desktop.domain.attempts import NOBODY_REACHED, closed_as
from idexx_desktop.domain.call_questions import AskedSet, Ticked
from idexx_desktop.domain.calls_ahead import CallsAhead
from idexx_desktop.domain.concerns import NewConcern
from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.filters import CallFilter, CallOutcomeKind, Whose
from idexx_desktop.domain.places import call_place
from idexx_desktop.domain.records import CallOutcome, CallRecord, Page
from idexx_desktop.domain.undoing import Undo
from idexx_desktop.domain.visits import VisitKind
from tests.gui.fake_services import FakeOptOuts
from tests.gui.in_order import in_order
from tests.gui.made_up import NOW, is_asked_for, local

_SAY = (
    "Rex had his yearly vaccination and Nala was treated for itchy skin.\n\n"
    "Rex: a little tired today is normal; call us if his face swells or he vomits.\n"
    "Nala: one tablet with food in the morning for 14 days. No baths for a week."
)


def work_list() -> list[CallRecord]:
    """Nine calls: five are due today, one comes later, three are done; earliest first."""

    def call(
        number: int, when: datetime, pets: tuple[str, ...], owner: str, summary: str, kind: str
    ) -> CallRecord:
        keys = tuple(f"a:{5000 + 10 * number + place}" for place in range(len(pets)))
        return CallRecord(
            f"call-{number}",
            (),
            keys,
            pets,
            owner,
            f"+1510555{100 + number:04}",
            when,
            "queued",
            summary,
            kind,
            questions=(AskedSet(default_questions(VisitKind(kind)), pets),),
        )

    def done(made: CallRecord, outcome: CallOutcomeKind, at: datetime, note: str = "") -> CallRecord:
        return replace(made, status="completed", outcomes=(CallOutcome(outcome, "front", at, note),))

    luna = call(
        1,
        local(21, 10),
        ("Luna",),
        "Ana García",
        "Teeth cleaned, two taken out. Soft food for five days.",
        "dental",
    )
    otto = call(2, local(21, 14), ("Otto",), "Mei Lin", "Ear drops twice a day.", "sick_visit")
    tom = call(3, local(21, 15), ("Bruno",), "Aisha Khan", "Stitches come out on 1 December.", "surgery")
    return [
        done(luna, CallOutcomeKind.REACHED_WELL, local(21, 10, 12), "Eats well again."),
        done(otto, CallOutcomeKind.VOICEMAIL, local(21, 14, 3)),
        done(tom, CallOutcomeKind.REACHED_CONCERN, local(21, 15, 20), "Licks the wound; comes in tomorrow at 9."),
        replace(
            call(4, local(22, 10), ("Rex", "Nala"), "Tom Baker", _SAY, "vaccination"),
            visit_keys=("a:5004", "a:5007"),
            questions=(
                AskedSet(default_questions(VisitKind.VACCINATION), ("Rex",)),
                AskedSet(default_questions(VisitKind.SICK_VISIT), ("Nala",)),
            ),
        ),
        call(5, local(22, 10, 15), ("Zoë",), "Mei Lin", "Teeth cleaned. Soft food until tomorrow.", "dental"),
        call(6, local(22, 10, 30), ("<b>Tiger</b> & Co",), "Liam <i>O'Neil</i>", "<h1>Limps</h1> less.", "general"),
        replace(
            call(7, local(22, 14), ("Pepper",), "Jo Park", "Spayed. The cone stays on for ten days.", "surgery"),
            all_numbers="mobile 510-555-0107 · home 510-555-0177 · work 510-555-0188 x4",
        ),
        call(8, local(22, 14, 15), ("Señor Whiskers",), "Liam O'Neil", "", "wellness"),
        call(9, local(23, 10), ("小虎",), "Sam Wu", "Eye drops three times a day.", "sick_visit"),
    ]  # fmt: skip


class FakeCalls(FakeOptOuts):
    """Rows in `calls`. `pressed` lists what was done, `asked` the filters, `failure` is raised by every write."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = work_list()
        self.asked: list[CallFilter] = []
        self.pressed: list[str] = []
        self.done: list[tuple[object, ...]] = []
        self.failure: Failure | None = None
        self.is_paused = False
        self.is_review = False
        self.died: tuple[str, ...] = ()

    def rows(self, which: CallFilter, page: Page) -> list[CallRecord]:
        self.asked.append(which)
        rows = self._matching(which)
        if which.group in ("done", "all"):
            rows.reverse()
        rows = in_order(rows, which.order, call_place)
        if page.before:
            ids = [row.id for row in rows]
            rows = rows[ids.index(page.before[-1]) + 1 :]
        return rows[: page.limit]

    def count(self, which: CallFilter) -> int:
        return len(self._matching(which))

    def group_counts(self, whose: Whose | None = None) -> dict[str, int]:
        groups = ("due", "upcoming", "trouble", "paused", "done", "all")
        return {group: self.count(CallFilter(group, whose=whose)) for group in groups}

    def record_outcome(
        self,
        call_id: str,
        outcome: CallOutcomeKind,
        note: str = "",
        *,
        concern: NewConcern | None = None,
        answers: Iterable[Ticked] = (),
        pets: Iterable[str] = (),
    ) -> Undo:
        self.died = tuple(pets)
        self._write("record_outcome", call_id, outcome, note, *([concern] if concern else []))
        given = tuple(answer for ticked in answers for answer in ticked.given())
        made = CallOutcome(outcome, "front", NOW, note, given)
        row = self._get(call_id)
        tries = (*row.attempts, made)
        goes_on = row.status == "queued" and outcome in NOBODY_REACHED and len(tries) < row.max_attempts
        status = "completed" if row.status == "queued" and not goes_on else row.status
        when = row.scheduled_for + timedelta(days=1) if goes_on else row.scheduled_for
        closed = closed_as("completed", outcome) if status == "completed" else None
        tried = replace(row, outcomes=(*row.outcomes, made), attempts=tries, trouble=None)
        self._put(replace(tried, status=status, scheduled_for=when, closed_as=closed))
        opted_out = row.customer_phone if outcome is CallOutcomeKind.OPTED_OUT else ""
        return Undo(outcome_of=call_id, opted_out=opted_out, next_attempt_at=when if goes_on else None)

    def agree_unreached(self, call_ids: Collection[str]) -> Undo:
        self._write("agree_unreached", *call_ids)
        for call_id in call_ids:
            self._put(replace(self._get(call_id), agreed=True))
        return Undo(agreed=tuple(call_ids))

    def undo(self, what: Undo) -> None:
        self._write("undo", what)
        if what.paused:
            self.is_paused = False
        if what.outcome_of:
            row = self._get(what.outcome_of)
            when = row.scheduled_for - timedelta(days=1 if row.status == "queued" else 0)
            untried = replace(row, outcomes=row.outcomes[:-1], attempts=row.attempts[:-1], closed_as=None)
            self._put(replace(untried, status="queued", scheduled_for=when))
        for call_id in what.agreed:
            self._put(replace(self._get(call_id), agreed=False))
        if what.opted_out:
            super().withdraw_opt_out(what.opted_out)
        for row in [row for row in self.calls if set(row.visit_keys) & what.decisions.keys()]:
            when = what.due.get(row.visit_keys[0], row.scheduled_for)
            self._put(replace(row, status="queued", scheduled_for=when))

    def reschedule(self, call_id: str, when: datetime) -> Undo:
        self._write("reschedule", call_id, when)
        changed = self._decided(call_id)
        self._put(replace(self._get(call_id), scheduled_for=when))
        return changed

    def hold(self, call_id: str, why: str) -> Undo:
        self._write("hold", call_id, why)
        return self._decided(call_id)

    def cancel(self, call_id: str, why: str) -> Undo:
        self._write("cancel", call_id, why)
        changed = self._decided(call_id)
        self._put(replace(self._get(call_id), status="cancelled"))
        return changed

    def paused(self) -> bool:
        return self.is_paused

    def review_mode(self) -> bool:
        return self.is_review

    def pause_all(self) -> Undo:
        self._write("pause_all")
        self.is_paused = True
        self.calls = [replace(row, status="paused") if row.status == "queued" else row for row in self.calls]
        return Undo(paused=True)

    def resume_all(self) -> None:
        self._write("resume_all")
        self.is_paused = False
        self.calls = [replace(row, status="queued") if row.status == "paused" else row for row in self.calls]

    def ahead(self) -> CallsAhead:
        queued = [row.scheduled_for for row in self.calls if row.status == "queued"]
        return CallsAhead(len(queued), min(queued, default=None))

    def foreseen(self) -> CallsAhead:
        times = [row.scheduled_for for row in self.calls if row.status in ("queued", "paused")]
        return CallsAhead(len(times), min(times, default=None))

    def turn_on_review(self) -> None:
        self._write("turn_on_review")
        self.is_review = True

    def turn_on_calls(self) -> None:
        self._write("turn_on_calls")
        self.is_review = False

    def opt_out(self, phone: str, why: str = "") -> None:
        self._write("opt_out", phone, why)
        super().opt_out(phone, why)

    def withdraw_opt_out(self, phone: str) -> None:
        self._write("withdraw_opt_out", phone)
        super().withdraw_opt_out(phone)

    def _matching(self, which: CallFilter) -> list[CallRecord]:
        return [
            row
            for row in self.calls
            if which.group in ("all", _group(row), "trouble" if row.trouble else "")
            and is_asked_for(row.others, which.whose)
            and which.text.casefold()
            in f"{row.patient_names} {row.owner_name} {row.customer_phone}".casefold()
        ]

    def _decided(self, call_id: str) -> Undo:
        row = self._get(call_id)
        made = {key: f"decision-{len(self.done)}" for key in row.visit_keys}
        return Undo(made, dict.fromkeys(row.visit_keys, row.scheduled_for))

    def _write(self, name: str, *values: object) -> None:
        if self.failure:
            raise self.failure
        self.pressed.append(name)
        self.done.append((name, *values))

    def _get(self, call_id: str) -> CallRecord:
        return next(row for row in self.calls if row.id == call_id)

    def _put(self, changed: CallRecord) -> None:
        self.calls = sorted(
            (changed if row.id == changed.id else row for row in self.calls),
            key=lambda row: (row.scheduled_for, row.id),
        )


def _group(row: CallRecord) -> str:
    if row.status != "queued":
        return "paused" if row.status == "paused" else "done"
    return "due" if row.scheduled_for < local(23, 0) else "upcoming"
