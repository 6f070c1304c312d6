"""What a member of a clinic may cause by writing a shared column: the exceptions that the threat model's table names.

Each is something that the same person can do in the window, under their own name; so each such write must leave a row
in the activity record. Everything that is not in here must have no effect on a colleague's calls and states.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowed:
    """What it may change of others' calls and states, and where the window does the same.

    `stops`: the code with which a sync may stop until a person has answered.
    """

    effect: str
    where: str
    stops: str = ""

    def covers(self, line: str) -> bool:
        """Whether it accounts for this difference; never for where secrets go, what is executed, or a broken page."""
        stopped = bool(self.stops) and line.startswith(f"fails: sync: {self.stops}")
        return stopped or line.startswith(("isn't any more: ", "is new: "))


_CALLS = "Settings, Discharge calls"
_CLINIC = "Settings, Clinic"
_WITHIN = "when calls are due, within 08:00-21:00 of the owner"

ALLOWED: dict[str, Allowed] = {
    "clinic_settings.neo_url": Allowed(
        "each computer asks a person where Neo is before it goes on", "Settings, Neo", "address_changed"
    ),
    "clinic_settings.timezone": Allowed("when calls are due", _CLINIC),
    "clinic_settings.country": Allowed("how numbers without a country code are read", _CLINIC),
    "clinic_settings.clinic_phone": Allowed("the number that owners are told", _CLINIC),
    "clinic_settings.emergency_phone": Allowed("the number that owners are told", _CLINIC),
    "clinic_settings.call_window_start": Allowed(_WITHIN, _CALLS),
    "clinic_settings.call_window_end": Allowed(_WITHIN, _CALLS),
    "clinic_settings.slot_size": Allowed("when calls of a day are due", _CALLS),
    "clinic_settings.calls_per_day": Allowed("how often one number is called", _CALLS),
    "clinic_settings.calls_per_month": Allowed("how often one number is called", _CALLS),
    "clinic_settings.caller": Allowed("what calls say of who makes them", _CALLS),
    "clinic_settings.hold_without_consent": Allowed("whether calls without a consent are held", _CALLS),
    "clinic_settings.max_attempts": Allowed("how often an owner is tried", _CALLS),
    "clinic_settings.closed_weekdays": Allowed("when calls are due", _CALLS),
    "clinic_settings.closed_days": Allowed("when calls are due", _CALLS),
    "clinic_settings.review_mode": Allowed("whether calls are scheduled, or shown first", _CALLS),
    "clinic_settings.calls_paused": Allowed(
        "whether calls are scheduled", "Discharge calls, Pause all calls"
    ),
    "clinic_kind_rules.kind": Allowed("when calls of a kind are due", _CALLS),
    "clinic_kind_rules.delay_days": Allowed("when calls of a kind are due", _CALLS),
    "clinic_kind_rules.preferred_time": Allowed("when calls of a kind are due", _CALLS),
    "clinic_kind_rules.enabled": Allowed("whether visits of a kind are called about", _CALLS),
}

# the columns that were seen to do harm; the normal run always tries two of each table
KNOWN_HARM = (
    "clinic_settings.neo_url", "clinic_settings.browser_path", "visit_decisions.choice", "visit_decisions.visit_key",
    "opt_outs.phone", "opt_outs.withdrawn_at", "cases.external_id", "cases.user_id", "visits.visit_key",
    "call_visits.visit_key", "call_outcomes.outcome", "missed_runs.due_at", "sync_schedules.paused_until",
)  # fmt: skip
