"""The document of shared columns: what an ordinary login may write, what that can cause, and why it is harmless.

One line a column or a group of columns, asked of each: does it decide where a secret goes, what is executed, which
file is read or written, or whether an owner is called? A test compares the names with the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.attacks.rows import TABLES


@dataclass(frozen=True, slots=True)
class Line:
    """Columns of one table (names with commas), what a lie in them can cause, and why that does no harm."""

    columns: str
    causes: str
    harmless: str

    def names(self) -> frozenset[str]:
        """The columns, one by one."""
        return frozenset(self.columns.split(", "))


WHOSE = {"own": "the user", "clinic": "every member of the clinic", "both": "the user, in own clinics"}
# whose the row is, and what it hangs on
_OWNER = "a row that is somebody else's, or hangs on a row of somebody else's"
_IN_THE_WINDOW = "what every member sets in the window, recorded by the database in the writer's name"
_POLICED = "row security: only one's own user, own clinics and rows that one sees"
_TIMES = "a wrong time or count on the writer's own pages"
_SHOWN = "shown as plain text, nothing is decided by it; who did what stands in the activity record, not here"
_SEALED = "another text than was sealed"
_BOUND = "it opens only in its own row, column and user, with its own key, for its own address and version"
_SIGNED = "signed by a computer of the list; each computer follows it from the version that it last saw"

SHARED: dict[str, tuple[Line, ...]] = {
    "cases": (
        Line("user_id, clinic_id", _OWNER, _POLICED),
        Line(
            "visibility, type, status, source, external_id, metadata, scheduled_at, is_urgent, created_at, updated_at",
            "another case of one's own, for the platform that reads them",
            "the platform's own rules for its own rows; this program decides by what it reads in Neo",
        ),
        Line("call_enabled", "no call for a case of one's own", "it only ever takes calls away"),
    ),
    "clinic_kind_rules": (
        Line("clinic_id", "rules for another clinic", _POLICED),
        Line(
            "kind, delay_days, preferred_time, enabled",
            "calls earlier, later, or for other kinds of visits",
            f"{_IN_THE_WINDOW}; signs of death, holds and opt-outs count whatever they say",
        ),
    ),
    "clinic_settings": (
        Line("clinic_id", "settings for another clinic", _POLICED),
        Line(
            "neo_url",
            "a question on each computer: was Neo's address changed?",
            "never an instruction: the sign-in is sealed for the address that a person chose on that computer, and"
            " nothing is sent before one there has answered; who wrote it and when is noted by the database",
        ),
        Line(
            "timezone",
            "calls and days at other hours",
            f"{_IN_THE_WINDOW}; no name leads out of the folder of zones, and one that doesn't"
            " exist stops syncs in words; calls stay within 8:00 to 21:00 of the owner",
        ),
        Line(
            "country, clinic_phone, emergency_phone",
            "numbers without a country code read for another one; another number said to owners",
            f"{_IN_THE_WINDOW}; two capital letters; a number is dialled by nobody here",
        ),
        Line(
            "concurrency, requests_per_second",
            "Neo is asked faster or slower",
            f"{_IN_THE_WINDOW}; checked by the database: at most 20 at once and 100 a second",
        ),
        Line(
            "call_window_start, call_window_end, closed_weekdays, closed_days, slot_size, max_attempts,"
            " calls_per_month, calls_per_day",
            "calls at other times, more or fewer tries, or none",
            f"{_IN_THE_WINDOW}; never outside 8:00 to 21:00 of the owner",
        ),
        Line(
            "caller, hold_without_consent",
            "calls say that an artificial voice makes them, or that a person does; calls without a consent on record"
            " are held, or not",
            f"{_IN_THE_WINDOW}; who really calls is for whoever runs the calling system, and opt-outs count in both",
        ),
        Line(
            "review_mode, calls_paused",
            "calls are scheduled, or none is",
            f"{_IN_THE_WINDOW}; the rules hold in both",
        ),
        Line("updated_at", _TIMES, _SHOWN),
    ),
    "computer_lists": (
        Line("credential_id, user_id", _OWNER, _POLICED),
        Line(
            "lineage, version, document, signed_by, signature, created_at",
            "another list of computers",
            _SIGNED,
        ),
    ),
    "computer_requests": (
        Line("credential_id, user_id", _OWNER, _POLICED),
        Line(
            "computer_id, computer_name, public_keys, proof, requested_at",
            "a computer of a stranger asks to be approved, under any name",
            "only the code that a person carries from its screen admits it, and that code is bound to its keys",
        ),
        Line(
            "answer, answered_at",
            "a false answer to a computer that asks",
            "it opens with that computer's code only",
        ),
    ),
    "consultation_sync_status": (
        Line("user_id, clinic_id, case_id, discharge_call_id", _OWNER, _POLICED),
        Line(
            "consultation_id, visit_key, sync_status, has_clinical_notes, notes_synced_at, discharge_call_scheduled,"
            " last_sync_attempt, created_at, updated_at",
            "another state of a consultation of one's own",
            "written for others to read; this program decides by `visits` and by what it reads in Neo",
        ),
    ),
    "idexx_credentials": (
        Line("user_id, clinic_id", _OWNER, _POLICED),
        Line(
            "encrypted_company_id, encrypted_username, encrypted_password, encryption_key_id, version",
            f"{_SEALED}, or an older one",
            _BOUND,
        ),
        Line(
            "neo_url",
            "the sign-in is said to be for another address",
            "the seal itself says what it is for: with another text here it opens nothing",
        ),
        Line(
            "validation_status, last_validated_at, suspended_code, suspended_at",
            "the user's own syncs are paused, or a rejected password is tried once more",
            "one's own sign-in; what Neo rejects is suspended again after one try",
        ),
        Line("created_at, updated_at", _TIMES, _SHOWN),
    ),
    "idexx_sync_sessions": (
        Line("user_id, clinic_id", _OWNER, _POLICED),
        Line(
            "status, started_at, completed_at, consultations_synced, consultations_failed, discharge_calls_scheduled,"
            " error_details, next_scheduled_sync, created_at, trigger, device, window_start, window_end, lease_epoch,"
            " consultations_seen, visits_written, requests, signed_in",
            "another history of one's own syncs",
            "shown as plain text; a failure's code chooses among buttons of this program; what is read goes back at"
            " least 48 hours whatever it says",
        ),
    ),
    "missed_runs": (
        Line("clinic_id", "a missed sync of another clinic", _POLICED),
        Line("due_at, reason, caught_up_at, device", "missed syncs that were none", _SHOWN),
    ),
    "neo_cookies": (
        Line("credential_id, user_id", _OWNER, _POLICED),
        Line(
            "credential_version, encryption_key_id, encrypted_cookies",
            _SEALED,
            f"{_BOUND}; else one more sign-in",
        ),
        Line("updated_at", _TIMES, _SHOWN),
    ),
    "patients": (
        Line("user_id, case_id", _OWNER, _POLICED),
        Line(
            "name, species, breed, sex, date_of_birth, weight_kg, owner_name, owner_phone, owner_email, source,"
            " external_id, metadata, created_at, updated_at",
            "another patient of one's own, for the platform that reads them",
            "this program decides by what it reads in Neo, and writes over it there",
        ),
    ),
    "recovery_kits": (
        Line("credential_id, user_id", _OWNER, _POLICED),
        Line(
            "kit_id, anchor, made_at",
            "another kit",
            "it counts only where the code that is printed on it fits",
        ),
    ),
    "scheduled_discharge_calls": (
        Line("user_id, case_id", _OWNER, _POLICED),
        Line(
            "customer_phone, scheduled_for, status, dynamic_variables, metadata, ended_reason, started_at, ended_at,"
            " duration_seconds, created_at, updated_at",
            "another call of one's own",
            "whoever has the login may schedule calls of their own: that is what it is for",
        ),
    ),
    "sealed_keys": (
        Line("credential_id, user_id", _OWNER, _POLICED),
        Line(
            "key_id, computer_id, sealed_key, signed_by, signature, created_at",
            "another key for a computer",
            "sealed to one computer and signed by a computer of the list; else it isn't taken",
        ),
    ),
    "sync_schedules": (
        Line("clinic_id", "the schedule of another clinic", _POLICED),
        Line(
            "enabled, every_hours, open_time, close_time, open_weekdays, paused_until, next_due_at,"
            " last_completed_at, updated_at",
            "syncs earlier, later or none by themselves",
            f"{_IN_THE_WINDOW}, but for what the scheduler notes; a time ahead of now is ignored;"
            " Today says since when nothing was synced",
        ),
    ),
    "visit_notes": (
        Line("clinic_id, user_id, visit_key", _OWNER, _POLICED),
        Line(
            "current_text, previous_text, first_read_at, changed_at, changed_after_call",
            "other notes beside a visit of one's own",
            "shown as plain text; the next sync reads Neo's again and decides by those",
        ),
    ),
    "visit_readings": (
        Line("clinic_id, user_id, visit_key", _OWNER, _POLICED),
        Line(
            "content, read_at",
            "a visit of one's own is decided by another reading",
            "Neo's is read again before a call",
        ),
    ),
    "visits": (
        Line("clinic_id, user_id, case_id", _OWNER, _POLICED),
        Line(
            "visit_key, appointment_id, consultation_id",
            "another page of Neo is read, or opened in the browser, for a visit of one's own",
            "ids become one part of a path under the address that was confirmed on this computer",
        ),
        Line(
            "visit_at, patient_id, patient_name, client_id, owner_name, provider, branch, species, breed,"
            " phone_as_typed, phone, neo_status, kind, state, reason_code, reason, trace, needs_attention,"
            " has_clinical_notes, content_hash, decision_hash, failed_hash",
            "another state of a visit of one's own",
            "shown as plain text; the next sync reads it in Neo again and decides by that",
        ),
        Line(
            "failure_code, failure_detail, attempts, next_try_at, first_seen_at, last_attempt_at, last_read_at,"
            " changed_at, session_id",
            "it is read again earlier or later, and a call of one's own is held unread, or isn't",
            "every visit that is open is read in each sync whatever they say; who holds goes by the account's own rows",
        ),
        Line(
            "others_call, others_phone, others_until",
            "what one's own page says of a colleague's call",
            "it reads as scheduled only while a call of the clinic with this number and time is there",
        ),
    ),
}

_HEAD = """\
# Shared columns

Generated by `python -m tests.documents` from `tests/attacks/shared_columns.py`; a test compares it with the catalogue:
every column that an ordinary login (`idexx_user`) may write is here, and no other.

Whoever has a login may write these with any tool, not only with this program. So of each column was asked whether it
decides where a secret goes, what is executed, which file is read or written, or whether an owner is called. **Where a
sign-in goes and what is executed is never shared**: Neo's address, the browser's path and the folder of backups are in
the profile of each computer, and the sign-in is sealed for its address. `clinic_settings.browser_path` is a column of
older programs that is always empty, and that nobody may write.

| Table | Columns | Who may write them | What a lie can cause | Why that does no harm |
|---|---|---|---|---|
"""


def shared_columns() -> str:
    """The document."""
    lines = (
        f"| `{table}` | {', '.join(f'`{name}`' for name in line.columns.split(', '))} | {WHOSE[TABLES[table].kind]} |"
        f" {line.causes} | {line.harmless} |\n"
        for table, each in SHARED.items()
        for line in each
    )
    return _HEAD + "".join(lines)
