"""What a member of a clinic may cause by writing a shared column: the table of the threat model.

Each entry is something that the same person can do in the window, under their own name; so each such write must leave
a row in the activity record. Everything that is not in here must have no effect on a colleague's calls and states.
"""

from __future__ import annotations

_CALLS = "Settings, Discharge calls"
_CLINIC = "Settings, Clinic"

# table.column: (what it may change of others' calls and states, where the window does the same)
ALLOWED: dict[str, tuple[str, str]] = {
    "clinic_settings.timezone": ("when calls are due", _CLINIC),
    "clinic_settings.country": ("how numbers without a country code are read", _CLINIC),
    "clinic_settings.call_window_start": ("when calls are due, within 08:00-21:00", _CALLS),
    "clinic_settings.call_window_end": ("when calls are due, within 08:00-21:00", _CALLS),
    "clinic_settings.closed_weekdays": ("when calls are due", _CALLS),
    "clinic_settings.closed_days": ("when calls are due", _CALLS),
    "clinic_settings.review_mode": ("whether calls are scheduled or shown first", _CALLS),
    "clinic_settings.calls_paused": ("whether calls are scheduled", "Discharge calls, Pause all calls"),
    "clinic_kind_rules.kind": ("when calls of a kind are due", _CALLS),
    "clinic_kind_rules.delay_days": ("when calls of a kind are due", _CALLS),
    "clinic_kind_rules.preferred_time": ("when calls of a kind are due", _CALLS),
    "clinic_kind_rules.enabled": ("whether visits of a kind are called about", _CALLS),
}

# the columns that were seen to do harm; the normal run always tries them
KNOWN_HARM = (
    "clinic_settings.neo_url", "clinic_settings.browser_path", "visit_decisions.choice", "visit_decisions.visit_key",
    "opt_outs.phone", "opt_outs.withdrawn_at", "cases.external_id", "cases.user_id", "visits.visit_key",
    "call_visits.visit_key", "call_outcomes.outcome",
)  # fmt: skip
