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
    CREDENTIALS_KEY_ROTATED = "credentials.key_rotated"
    COOKIES_SEALED = "cookies.sealed"
    COMPUTER_ASKED = "computer.asked"
    COMPUTER_APPROVED = "computer.approved"
    COMPUTER_JOINED = "computer.joined"
    COMPUTER_REMOVED = "computer.removed"
    RECOVERY_KIT_MADE = "recovery_kit.made"
    RECOVERY_KIT_USED = "recovery_kit.used"
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
    AUDIT_REVEALED = "audit.revealed"
    AUDIT_VERIFIED = "audit.verified"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_HOLD_PLACED = "audit.hold_placed"
    AUDIT_HOLD_RELEASED = "audit.hold_released"
    AUDIT_MONTH_EXPORTED = "audit.month_exported"
    AUDIT_MONTH_REMOVED = "audit.month_removed"
    LIST_EXPORTED = "list.exported"
    VISIT_VIEWED = "visit.viewed"
    USER_ADDED = "user.added"
    USER_DEACTIVATED = "user.deactivated"
    USER_DELETED = "user.deleted"
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
    Action.CREDENTIALS_KEY_ROTATED: "Changed the key of the Neo sign-in",
    Action.COOKIES_SEALED: "Signed in to Neo",
    Action.COMPUTER_ASKED: "Asked for this computer to be approved",
    Action.COMPUTER_APPROVED: "Approved a computer",
    Action.COMPUTER_JOINED: "Unlocked the Neo sign-in on a computer",
    Action.COMPUTER_REMOVED: "Removed a computer",
    Action.RECOVERY_KIT_MADE: "Made a recovery kit",
    Action.RECOVERY_KIT_USED: "Used the recovery kit",
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
    Action.AUDIT_REVEALED: "Looked at the details of an entry",
    Action.AUDIT_VERIFIED: "Checked the activity record",
    Action.AUDIT_EXPORTED: "Exported the activity record",
    Action.AUDIT_HOLD_PLACED: "Placed a legal hold",
    Action.AUDIT_HOLD_RELEASED: "Released a legal hold",
    Action.AUDIT_MONTH_EXPORTED: "Exported an old month of the record",
    Action.AUDIT_MONTH_REMOVED: "Removed an old month of the record",
    Action.LIST_EXPORTED: "Saved a list as a file",
    Action.VISIT_VIEWED: "Looked at a visit's notes",
    Action.USER_ADDED: "Added a user",
    Action.USER_DEACTIVATED: "Deactivated a user",
    Action.USER_DELETED: "Deleted a user",
    Action.SCHEMA_MIGRATED: "Prepared the database",
}

# what a row may say beside who, when and what: ids, counts, codes, times
METADATA_KEYS = frozenset({
    "action", "actor", "appointment_id", "attempts", "branch_id", "call_id", "calls",
    "case_id", "choice", "clinic_id", "code", "computer_id", "computers", "consultation_id", "count",
    "credential_id", "decision_id", "due_at", "enabled", "epoch", "every_hours", "failed", "fields", "format",
    "from_revision", "from_scheduled_for", "from_state", "hash", "hold_id", "key_id", "kind", "kit_id",
    "missed_id", "month", "ok", "opt_out_id", "outcome", "paused", "paused_until", "reason", "reason_code",
    "records", "requests", "review", "role", "row_id", "rows", "scheduled_for", "searched", "seconds", "seen",
    "session_id", "setting", "signed_in", "since", "state", "status", "synced", "tested", "to_revision",
    "trigger", "until", "user_id", "version", "visit_key", "visit_keys", "visits", "window_end", "window_start",
    "written",
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
