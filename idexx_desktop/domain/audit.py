"""The catalogue of audited actions: one name each, and what its row records beside who, when and from where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What is audited; the database refuses any other word. Metadata holds ids, counts and codes, never names."""

    PROFILE_CREATED = "profile.created"
    CREDENTIALS_SAVED = "credentials.saved"
    CREDENTIALS_TESTED = "credentials.tested"
    CREDENTIALS_FORGOTTEN = "credentials.forgotten"
    CREDENTIALS_SUSPENDED = "credentials.suspended"
    CREDENTIALS_RESUMED = "credentials.resumed"
    CREDENTIALS_UNREADABLE = "credentials.unreadable"
    COOKIES_SEALED = "cookies.sealed"
    SYNC_STARTED = "sync.started"
    SYNC_FINISHED = "sync.finished"
    SYNC_MISSED = "sync.missed"
    VISIT_SYNCED = "visit.synced"
    VISIT_FAILED = "visit.failed"
    VISIT_DECIDED = "visit.decided"
    VISIT_DECISION_UNDONE = "visit.decision_undone"
    CALL_SCHEDULED = "call.scheduled"
    CALL_CHANGED = "call.changed"
    CALL_CANCELLED = "call.cancelled"
    CALL_HELD = "call.held"
    CALL_OUTCOME = "call.outcome"
    CALL_OUTCOME_UNDONE = "call.outcome_undone"
    CALLS_PAUSED = "calls.paused"
    CALLS_RESUMED = "calls.resumed"
    CALLS_TURNED_ON = "calls.turned_on"
    OPT_OUT_RECORDED = "opt_out.recorded"
    OPT_OUT_WITHDRAWN = "opt_out.withdrawn"
    SCHEDULE_CHANGED = "schedule.changed"
    SETTINGS_CHANGED = "settings.changed"
    AUDIT_EXAMINED = "audit.examined"
    AUDIT_EXPORTED = "audit.exported"
    VISIT_VIEWED = "visit.viewed"
    USER_ADDED = "user.added"
    USER_DEACTIVATED = "user.deactivated"
    SCHEMA_MIGRATED = "schema.migrated"


# what a person reads in the activity record
ACTION_WORDS: dict[Action, str] = {
    Action.PROFILE_CREATED: "Set up this computer",
    Action.CREDENTIALS_SAVED: "Saved the Neo sign-in",
    Action.CREDENTIALS_TESTED: "Tested the Neo sign-in",
    Action.CREDENTIALS_FORGOTTEN: "Forgot the Neo sign-in",
    Action.CREDENTIALS_SUSPENDED: "Paused syncing: Neo sign-in not accepted",
    Action.CREDENTIALS_RESUMED: "Resumed syncing",
    Action.CREDENTIALS_UNREADABLE: "Couldn't unlock the saved sign-in",
    Action.COOKIES_SEALED: "Signed in to Neo",
    Action.SYNC_STARTED: "Started a sync",
    Action.SYNC_FINISHED: "Finished a sync",
    Action.SYNC_MISSED: "Missed a sync",
    Action.VISIT_SYNCED: "Saved a visit",
    Action.VISIT_FAILED: "Couldn't read a visit",
    Action.VISIT_DECIDED: "Decided about a visit",
    Action.VISIT_DECISION_UNDONE: "Took a decision back",
    Action.CALL_SCHEDULED: "Scheduled a discharge call",
    Action.CALL_CHANGED: "Changed a discharge call",
    Action.CALL_CANCELLED: "Cancelled a discharge call",
    Action.CALL_HELD: "Held a discharge call",
    Action.CALL_OUTCOME: "Recorded what came of a call",
    Action.CALL_OUTCOME_UNDONE: "Took a call's result back",
    Action.CALLS_PAUSED: "Paused all calls",
    Action.CALLS_RESUMED: "Resumed calls",
    Action.CALLS_TURNED_ON: "Turned on discharge calls",
    Action.OPT_OUT_RECORDED: "Recorded an opt-out",
    Action.OPT_OUT_WITHDRAWN: "Withdrew an opt-out",
    Action.SCHEDULE_CHANGED: "Changed the sync schedule",
    Action.SETTINGS_CHANGED: "Changed settings",
    Action.AUDIT_EXAMINED: "Looked at the activity record",
    Action.AUDIT_EXPORTED: "Exported the activity record",
    Action.VISIT_VIEWED: "Looked at a visit's notes",
    Action.USER_ADDED: "Added a user",
    Action.USER_DEACTIVATED: "Deactivated a user",
    Action.SCHEMA_MIGRATED: "Prepared the database",
}

# what a row may say beside who, when and what: ids, counts, codes, times
METADATA_KEYS = frozenset({
    "appointment_id", "attempts", "branch_id", "call_id", "calls", "case_id", "choice", "clinic_id", "code",
    "consultation_id", "count", "credential_id", "decision_id", "due_at", "enabled", "epoch", "every_hours", "failed",
    "fields", "format", "from_revision", "from_scheduled_for", "from_state", "key_id", "kind", "missed_id", "ok",
    "opt_out_id", "outcome", "paused", "paused_until", "reason", "reason_code", "records", "requests", "review",
    "role", "rows", "scheduled_for", "seconds", "seen", "session_id", "setting", "signed_in", "since", "state",
    "synced", "tested", "to_revision", "trigger", "until", "user_id", "version", "visit_key", "visit_keys", "visits",
    "window_end", "window_start", "written",
})  # fmt: skip
# an id, a code or a time, never a sentence or a person's full name
_CODE = re.compile(r"[A-Za-z0-9._:+/-]{0,120}")


def check_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The same entries; ValueError names the first key that isn't allowed, or whose value is no id, count or code."""
    for key, value in metadata.items():
        if key not in METADATA_KEYS:
            raise ValueError(f"audit metadata: {key} is not in the list of allowed keys")
        values = value if isinstance(value, list | tuple) else [value]
        if not all(_is_code(each) for each in values):
            raise ValueError(f"audit metadata: {key} holds something else than ids, counts, codes and times")
    return dict(metadata)


def _is_code(value: object) -> bool:
    if value is None or isinstance(value, bool | int | float):
        return True
    return isinstance(value, str) and _CODE.fullmatch(value) is not None
