"""Made-up records for the window's tests: a clinic's day with every state in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from idexx_desktop.domain.decisions import ReasonCode, RuleStep, StepOutcome
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.domain.records import CallRecord, DayCount, ScheduleRecord, SessionRecord, VisitRecord
from idexx_desktop.domain.visits import VisitState

ZONE = ZoneInfo("America/Los_Angeles")
OWN = Whose("user-1", "clinic-1")
NOW = datetime(2026, 11, 22, 10, 44, tzinfo=ZONE).astimezone(UTC)

_PASSED = StepOutcome.PASSED
_MAX_TRACE = (
    RuleStep("Visit took place", _PASSED, "Status in Neo: Paid"),
    RuleStep("Counts as a visit", _PASSED),
    RuleStep("Signs of death", StepOutcome.HELD, "“…elected to put him to sleep. Passed peacefully.”"),
    RuleStep("Notes are in", StepOutcome.NOT_CHECKED),
    RuleStep("Phone number", StepOutcome.NOT_CHECKED, "held already"),
    RuleStep("Call window", StepOutcome.NOT_CHECKED),
)


def is_asked_for(others: Whose | None, whose: Whose | None) -> bool:
    """Whether a row of these others, or an own one, is among those that a filter asks for."""
    if whose is None:
        return others is None
    owner = others or OWN
    return whose.user_id in (None, owner.user_id) and whose.clinic_id in (None, owner.clinic_id)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of November 2026 by the clinic's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def visit(
    number: int,
    pet: str,
    owner: str,
    state: VisitState,
    code: ReasonCode,
    reason: str,
    *,
    provider: str = "Dr. Kim",
    kind: str = "Check-up",
    attention: bool = False,
    at: datetime | None = None,
) -> VisitRecord:
    """One visit; everything else of it is plausible."""
    seen = at or local(21, 9) + timedelta(minutes=15 * number)
    scheduled, failed = state is VisitState.SCHEDULED, state is VisitState.FAILED
    title = "Neo didn't give this visit after three tries." if failed else None
    advice = "Try again in a few minutes; it is tried again by itself, too." if failed else None
    return VisitRecord(
        id=f"id-{number}", visit_key=f"a:{5000 + number}", appointment_id=str(5000 + number),
        consultation_id=str(8000 + number), case_id=None, visit_at=seen, patient_name=pet, owner_name=owner,
        client_id=str(number), provider=provider, branch="", kind="general", kind_label=kind,
        species="Canine", breed="Mixed", neo_status="Paid", phone="+15105550123",
        state=state, reason_code=code,
        reason=reason, trace=(RuleStep("Visit took place", _PASSED, "Status in Neo: Paid"),),
        has_clinical_notes=state is not VisitState.WAITING, content_hash="0",
        call_id=f"call-{number}" if scheduled else None,
        call_scheduled_for=local(22, 16) if scheduled else None, call_status="queued" if scheduled else None,
        call_with=(), failure_code="consultation_unavailable" if failed else None,
        failure_title=title, failure_advice=advice, attempts=3 if failed else 1, first_seen_at=seen,
        last_read_at=NOW, last_attempt_at=NOW, changed_at=NOW, needs_attention=attention,
    )  # fmt: skip


def some_visits() -> list[VisitRecord]:
    """Ten visits in all five states, four of which need attention; newest first."""
    held, failed, waiting = VisitState.HELD, VisitState.FAILED, VisitState.WAITING
    call, none = VisitState.SCHEDULED, VisitState.EXCLUDED
    due = "A call is scheduled for 22 Nov, 16:00."
    rows = [
        visit(1, "Luna", "Ana García", call, ReasonCode.CALL_DUE, due, kind="Dental"),
        replace(
            visit(2, "Max", "Edge Family", held, ReasonCode.MAY_HAVE_DIED,
                  "The notes may say that Max died. Decide before anyone is called.", kind="Recheck",
                  attention=True),
            trace=_MAX_TRACE,
            notes="S: Collapsed at home, two days not eating.\nO: Pale, weak pulses, fluid in abdomen.\n"
                  "A: Ruptured splenic mass, poor prognosis.\n"
                  "P: Elected to put him to sleep. Passed peacefully.",
        ),
        visit(3, "Bella", "Ana García", failed, ReasonCode.UNREADABLE,
              "Neo didn't give this visit after three tries.", attention=True),
        visit(4, "Rex", "Tom Baker", call, ReasonCode.WITH_HOUSEHOLD, due, provider="Dr. Patel",
              kind="Vaccination"),
        visit(5, "Pepper", "Mei Lin", waiting, ReasonCode.NO_NOTES, "No notes yet.", provider="Dr. Patel",
              kind="Spay"),
        visit(6, "Otto", "", held, ReasonCode.NO_PHONE, "No phone number in Neo, so no call was scheduled.",
              provider="Dr. Patel", attention=True),
        visit(7, "Nala", "Tom Baker", call, ReasonCode.WITH_HOUSEHOLD, due, kind="Itchy skin"),
        visit(8, "Zoë", "Mei Lin", call, ReasonCode.CALL_DUE, due, provider="Dr. Patel", kind="Dental"),
        visit(9, "Kiko", "Ben Ortiz", none, ReasonCode.NO_SHOW, "Did not come.", kind="No show"),
        visit(10, "<b>Tiger</b> & Co", "Liam O'Neil", waiting, ReasonCode.NO_NOTES,
              "Dr. Kim hasn't written the notes for 3 days.", attention=True, at=local(19, 9)),
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.visit_at or NOW, row.visit_key), reverse=True)


def some_calls() -> list[CallRecord]:
    """Four of the calls that are due today."""
    made = []
    for number, (minute, pets, owner) in enumerate(
        [
            (0, ("Luna",), "Ana García"),
            (0, ("Rex", "Nala"), "Tom Baker"),
            (15, ("Zoë",), "Mei Lin"),
            (30, ("Señor Whiskers",), "Liam O'Neil"),
        ]
    ):
        when = local(22, 16, minute)
        made.append(
            CallRecord(f"call-{number}", (), (), pets, owner, "+15105550123", when, "queued", "", "general")
        )
    return made


def some_days() -> list[DayCount]:
    """Thirty days, ending today."""
    days = []
    for back in range(30):
        day = date(2026, 11, 22) - timedelta(days=back)
        quiet = 0.3 if day.weekday() == 6 else 1.0
        counts = {
            VisitState.SCHEDULED: int((20 + back * 7 % 9) * quiet),
            VisitState.HELD: 2 if back in (1, 8, 15) else 0,
            VisitState.EXCLUDED: int((3 + back % 3) * quiet),
            VisitState.WAITING: 3 if back < 2 else back % 2,
            VisitState.FAILED: 1 if back in (1, 9, 21) else 0,
        }
        days.append(DayCount(day, counts))
    return sorted(days, key=lambda each: each.day)


def session(status: str = "completed", failed: int = 1, **changes: object) -> SessionRecord:
    """The last sync, which started two minutes ago by the button."""
    made = SessionRecord(
        id="session-1", status=status, trigger="button", device="Reception", started_at=local(22, 10, 41),
        completed_at=local(22, 10, 42), window_start=local(20, 10), window_end=local(22, 23),
        consultations_seen=38, consultations_synced=37, consultations_failed=failed,
        discharge_calls_scheduled=27, visits_written=12,
        requests=90, signed_in=False, failure_code=None, failure_title=None, failure_advice=None,
        next_scheduled_sync=local(22, 14),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # the caller names fields of SessionRecord


def today_status(**changes: object) -> TodayStatus:
    """An ordinary morning with one visit that couldn't be read."""
    rows = [row for row in some_visits() if row.needs_attention]
    made = TodayStatus(
        up_to_date_as_of=local(22, 10, 42), credential_status="valid", suspended=None, last_session=session(),
        last_failure=None, running=None, next_due_at=local(22, 14),
        counts={VisitState.SCHEDULED: 27, VisitState.HELD: 2, VisitState.EXCLUDED: 5, VisitState.WAITING: 3,
                VisitState.FAILED: 1},
        attention=rows[:3], attention_count=len(rows), calls_today=some_calls(), calls_today_count=12,
        day_counts=some_days(), paused=False, review=False, stale=False, schedule=ScheduleRecord(),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # the caller names fields of TodayStatus
