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
    CREDENTIALS_NEO_OPENED = "credentials.neo_opened"
    CREDENTIALS_FORGOTTEN = "credentials.forgotten"
    CREDENTIALS_SUSPENDED = "credentials.suspended"
    CREDENTIALS_RESUMED = "credentials.resumed"
    CREDENTIALS_UNREADABLE = "credentials.unreadable"
    CREDENTIALS_KEY_ROTATED = "credentials.key_rotated"
    COOKIES_SEALED = "cookies.sealed"
    ADDRESS_CHOSEN = "address.chosen"
    ADDRESS_DECLINED = "address.declined"
    COMPUTER_ASKED = "computer.asked"
    COMPUTER_APPROVED = "computer.approved"
    COMPUTER_JOINED = "computer.joined"
    COMPUTER_REMOVED = "computer.removed"
    COMPUTER_SETTINGS_CHANGED = "computer.settings_changed"
    RECOVERY_KIT_MADE = "recovery_kit.made"
    RECOVERY_KIT_USED = "recovery_kit.used"
    SYNC_STARTED = "sync.started"
    SYNC_FINISHED = "sync.finished"
    SYNC_MISSED = "sync.missed"
    SYNC_ALL_THE_SAME = "sync.all_the_same"
    VISIT_SYNCED = "visit.synced"
    VISIT_FAILED = "visit.failed"
    VISIT_DECIDED = "visit.decided"
    VISIT_DECISION_UNDONE = "visit.decision_undone"
    CALL_SCHEDULED = "call.scheduled"
    CALL_CHANGED = "call.changed"
    CALL_CANCELLED = "call.cancelled"
    CALL_HELD = "call.held"
    CALL_HELD_UNREAD = "call.held_unread"
    CALL_OUTCOME = "call.outcome"
    CALL_OUTCOME_UNDONE = "call.outcome_undone"
    CALL_CLAIMED = "call.claimed"
    CALL_RELEASED = "call.released"
    CALL_STOPPED = "call.stopped"
    DEATH_TOLD = "death.told"
    DEATH_WITHDRAWN = "death.withdrawn"
    DEATH_CARD = "death.card"
    CALL_AGREED = "call.agreed"
    CALL_AGREEMENT_UNDONE = "call.agreement_undone"
    CONCERN_OPENED = "concern.opened"
    CONCERN_CLOSED = "concern.closed"
    CONCERN_REOPENED = "concern.reopened"
    CONCERN_UNDONE = "concern.undone"
    CALLS_PAUSED = "calls.paused"
    CALLS_RESUMED = "calls.resumed"
    CALLS_TURNED_ON = "calls.turned_on"
    OPT_OUT_RECORDED = "opt_out.recorded"
    OPT_OUT_WITHDRAWN = "opt_out.withdrawn"
    CONSENT_RECORDED = "consent.recorded"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    SCHEDULE_CHANGED = "schedule.changed"
    SETTINGS_CHANGED = "settings.changed"
    CLINIC_RENAMED = "clinic.renamed"
    NEO_VALUE_ANSWERED = "neo_value.answered"
    PRACTICE_WORD_ANSWERED = "practice_word.answered"
    SENTENCE_ANSWERED = "sentence.answered"
    NUMBER_ANSWERED = "number.answered"
    OWNER_CONTACT_ANSWERED = "owner_contact.answered"
    CALL_HELD_WRONG_NUMBER = "call.held_wrong_number"
    QUESTION_SET_SAVED = "question_set.saved"
    QUESTION_SET_UNDONE = "question_set.undone"
    QUESTION_SET_LOOKED_OVER = "question_set.looked_over"
    CALL_ANSWERED = "call.answered"
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
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"


# what a person reads in the activity record
ACTION_WORDS: dict[Action, str] = {
    Action.PROFILE_CREATED: "Set up this computer",
    Action.CREDENTIALS_SAVED: "Saved the Neo sign-in",
    Action.CREDENTIALS_TESTED: "Tested the Neo sign-in",
    Action.CREDENTIALS_NEO_OPENED: "Opened Neo to answer what it asks",
    Action.CREDENTIALS_FORGOTTEN: "Forgot the Neo sign-in",
    Action.CREDENTIALS_SUSPENDED: "Paused syncing: Neo sign-in not accepted",
    Action.CREDENTIALS_RESUMED: "Resumed syncing",
    Action.CREDENTIALS_UNREADABLE: "Couldn't unlock the saved sign-in",
    Action.CREDENTIALS_KEY_ROTATED: "Changed the key of the Neo sign-in",
    Action.COOKIES_SEALED: "Signed in to Neo",
    Action.ADDRESS_CHOSEN: "Chose Neo's address on a computer",
    Action.ADDRESS_DECLINED: "Said no to another Neo address",
    Action.COMPUTER_ASKED: "Asked for this computer to be approved",
    Action.COMPUTER_APPROVED: "Approved a computer",
    Action.COMPUTER_JOINED: "Unlocked the Neo sign-in on a computer",
    Action.COMPUTER_REMOVED: "Removed a computer",
    Action.COMPUTER_SETTINGS_CHANGED: "Changed a setting of this computer",
    Action.RECOVERY_KIT_MADE: "Made a recovery kit",
    Action.RECOVERY_KIT_USED: "Used the recovery kit",
    Action.SYNC_STARTED: "Started a sync",
    Action.SYNC_FINISHED: "Finished a sync",
    Action.SYNC_MISSED: "Missed a sync",
    Action.SYNC_ALL_THE_SAME: "Synced although Neo shows fewer visits",
    Action.VISIT_SYNCED: "Saved a visit",
    Action.VISIT_FAILED: "Couldn't read a visit",
    Action.VISIT_DECIDED: "Decided about a visit",
    Action.VISIT_DECISION_UNDONE: "Took a decision back",
    Action.CALL_SCHEDULED: "Scheduled a discharge call",
    Action.CALL_CHANGED: "Changed a discharge call",
    Action.CALL_CANCELLED: "Cancelled a discharge call",
    Action.CALL_HELD: "Held a discharge call",
    Action.CALL_HELD_UNREAD: "Held a colleague's discharge call",
    Action.CALL_OUTCOME: "Recorded what came of a call",
    Action.CALL_OUTCOME_UNDONE: "Took a call's result back",
    Action.CALL_CLAIMED: "Said that they are calling",
    Action.CALL_RELEASED: "Said that they are not calling any more",
    Action.CALL_STOPPED: "Stopped a call because a pet has died",
    Action.DEATH_TOLD: "Noted that a pet has died",
    Action.DEATH_WITHDRAWN: "Took back that a pet has died",
    Action.DEATH_CARD: "Said whether a sympathy card was sent",
    Action.CALL_AGREED: "Agreed that an owner couldn't be reached",
    Action.CALL_AGREEMENT_UNDONE: "Took back that an owner couldn't be reached",
    Action.CONCERN_OPENED: "Noted an owner's concern",
    Action.CONCERN_CLOSED: "Said what was done about a concern",
    Action.CONCERN_REOPENED: "Opened a concern again",
    Action.CONCERN_UNDONE: "Took back what was said of a concern",
    Action.CALLS_PAUSED: "Paused all calls",
    Action.CALLS_RESUMED: "Resumed calls",
    Action.CALLS_TURNED_ON: "Turned on discharge calls",
    Action.OPT_OUT_RECORDED: "Recorded an opt-out",
    Action.OPT_OUT_WITHDRAWN: "Withdrew an opt-out",
    Action.CONSENT_RECORDED: "Recorded an owner's consent",
    Action.CONSENT_WITHDRAWN: "Withdrew an owner's consent",
    Action.SCHEDULE_CHANGED: "Changed the sync schedule",
    Action.SETTINGS_CHANGED: "Changed settings",
    Action.CLINIC_RENAMED: "Corrected the clinic's name",
    Action.NEO_VALUE_ANSWERED: "Said what a value of Neo's means",
    Action.PRACTICE_WORD_ANSWERED: "Said what a word of the practice's means",
    Action.SENTENCE_ANSWERED: "Said that a sentence tells nothing of its pet",
    Action.NUMBER_ANSWERED: "Said whether a number is the owner's",
    Action.OWNER_CONTACT_ANSWERED: "Said at which number, or when, an owner is called best",
    Action.CALL_HELD_WRONG_NUMBER: "Held a colleague's call to a wrong number",
    Action.QUESTION_SET_SAVED: "Changed the questions of a kind of visit",
    Action.QUESTION_SET_UNDONE: "Took back a change of questions",
    Action.QUESTION_SET_LOOKED_OVER: "Said whether a vet has looked over questions",
    Action.CALL_ANSWERED: "Recorded what was answered in a call",
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
    Action.BACKUP_MADE: "Backed up the records",
    Action.BACKUP_RESTORED: "Restored the records from a backup",
}

# what the program does by itself, or in consequence of what a person did and what is recorded for itself
BY_PROGRAM = frozenset({
    Action.CREDENTIALS_SUSPENDED,
    Action.CREDENTIALS_RESUMED,
    Action.CREDENTIALS_UNREADABLE,
    Action.COOKIES_SEALED,
    Action.COMPUTER_JOINED,
    Action.SYNC_STARTED,
    Action.SYNC_FINISHED,
    Action.SYNC_MISSED,
    Action.VISIT_SYNCED,
    Action.VISIT_FAILED,
    Action.CALL_SCHEDULED,
    Action.CALL_CHANGED,
    Action.CALL_CANCELLED,
    Action.CALL_HELD_UNREAD,
    Action.CALL_STOPPED,
    Action.BACKUP_MADE,
})  # fmt: skip
# but a sync that was started by one of these is a person's act
STARTED_BY_HAND = frozenset({"button", "retry", "command"})

# what a row of each action may say beside who, when, from where, result and run: ids, counts, codes, times
METADATA_KEYS: dict[Action, frozenset[str]] = {
    action: frozenset(keys.split())
    for action, keys in {
        Action.PROFILE_CREATED: "records",
        Action.CREDENTIALS_SAVED: "tested",
        Action.CREDENTIALS_TESTED: "code",
        Action.CREDENTIALS_NEO_OPENED: "",
        Action.CREDENTIALS_FORGOTTEN: "",
        Action.CREDENTIALS_SUSPENDED: "code",
        Action.CREDENTIALS_RESUMED: "",
        Action.CREDENTIALS_UNREADABLE: "code",
        Action.CREDENTIALS_KEY_ROTATED: "key_id",
        Action.COOKIES_SEALED: "version",
        Action.ADDRESS_CHOSEN: "address",
        Action.ADDRESS_DECLINED: "address",
        Action.COMPUTER_ASKED: "computer_id",
        Action.COMPUTER_APPROVED: "computer_id code",
        Action.COMPUTER_JOINED: "computer_id",
        Action.COMPUTER_REMOVED: "computer_id key_id",
        Action.COMPUTER_SETTINGS_CHANGED: "setting",
        Action.RECOVERY_KIT_MADE: "kit_id key_id",
        Action.RECOVERY_KIT_USED: "kit_id computer_id code",
        Action.SYNC_STARTED: "trigger",
        Action.SYNC_FINISHED: "seen synced failed calls code",
        Action.SYNC_MISSED: "count reason",
        Action.SYNC_ALL_THE_SAME: "count",
        Action.VISIT_SYNCED: "visit_key consultation_id reason_code",
        Action.VISIT_FAILED: "visit_key consultation_id reason_code",
        Action.VISIT_DECIDED: "visit_key",
        Action.VISIT_DECISION_UNDONE: "visit_key",
        Action.CALL_SCHEDULED: "call_id visit_key",
        Action.CALL_CHANGED: "call_id visit_key",
        Action.CALL_CANCELLED: "call_id visit_key",
        Action.CALL_HELD: "call_id",
        Action.CALL_HELD_UNREAD: "call_id",
        Action.CALL_OUTCOME: "call_id",
        Action.CALL_OUTCOME_UNDONE: "call_id",
        Action.CALL_CLAIMED: "call_id",
        Action.CALL_RELEASED: "call_id",
        Action.CALL_STOPPED: "call_id",
        Action.DEATH_TOLD: "death_id visit_key",
        Action.DEATH_WITHDRAWN: "death_id visit_key",
        Action.DEATH_CARD: "death_id",
        Action.CALL_AGREED: "call_id",
        Action.CALL_AGREEMENT_UNDONE: "call_id",
        Action.CONCERN_OPENED: "concern_id call_id",
        Action.CONCERN_CLOSED: "concern_id call_id",
        Action.CONCERN_REOPENED: "concern_id call_id",
        Action.CONCERN_UNDONE: "concern_id call_id code",
        Action.CALLS_PAUSED: "",
        Action.CALLS_RESUMED: "",
        Action.CALLS_TURNED_ON: "",
        Action.OPT_OUT_RECORDED: "",
        Action.OPT_OUT_WITHDRAWN: "",
        Action.CONSENT_RECORDED: "consent_id code",
        Action.CONSENT_WITHDRAWN: "consent_id code",
        Action.SCHEDULE_CHANGED: "setting",
        Action.SETTINGS_CHANGED: "setting",
        Action.CLINIC_RENAMED: "clinic_id",
        Action.NEO_VALUE_ANSWERED: "value_id code",
        Action.PRACTICE_WORD_ANSWERED: "word_id code",
        Action.SENTENCE_ANSWERED: "sentence_id code",
        Action.NUMBER_ANSWERED: "number_id code",
        Action.OWNER_CONTACT_ANSWERED: "contact_id code",
        Action.CALL_HELD_WRONG_NUMBER: "call_id",
        Action.QUESTION_SET_SAVED: "set_id kind version",
        Action.QUESTION_SET_UNDONE: "set_id kind version",
        Action.QUESTION_SET_LOOKED_OVER: "set_id kind version",
        Action.CALL_ANSWERED: "call_id count",
        Action.AUDIT_EXAMINED: "rows action status actor user_id clinic_id visit_key since until searched people_only",
        Action.AUDIT_REVEALED: "row_id",
        Action.AUDIT_VERIFIED: "ok rows kind",
        Action.AUDIT_EXPORTED: "rows since until format hash",
        Action.AUDIT_HOLD_PLACED: "hold_id user_id",
        Action.AUDIT_HOLD_RELEASED: "hold_id",
        Action.AUDIT_MONTH_EXPORTED: "month rows hash",
        Action.AUDIT_MONTH_REMOVED: "month rows hash",
        Action.LIST_EXPORTED: "kind rows format",
        Action.VISIT_VIEWED: "visit_key user_id clinic_id",
        Action.USER_ADDED: "user_id role",
        Action.USER_DEACTIVATED: "user_id",
        Action.USER_DELETED: "user_id",
        Action.SCHEMA_MIGRATED: "from_revision to_revision",
        Action.BACKUP_MADE: "backup_id bytes visits code",
        Action.BACKUP_RESTORED: "backup_id made_at visits proved_by",
    }.items()
}


class Recorder(StrEnum):
    """Who may record an act: any user what they did, the owner of the records, or only the function that does it."""

    USER = "user"
    OWNER = "owner"
    FUNCTION = "function"


# all others are recorded by users; the database holds the same list
_NOT_BY_USERS: dict[Recorder, frozenset[Action]] = {
    Recorder.OWNER: frozenset({Action.USER_ADDED, Action.USER_DEACTIVATED, Action.SCHEMA_MIGRATED}),
    Recorder.FUNCTION: frozenset({
        Action.VISIT_DECIDED,
        Action.VISIT_DECISION_UNDONE,
        Action.CALL_OUTCOME,
        Action.CALL_OUTCOME_UNDONE,
        Action.CALL_CLAIMED,
        Action.CALL_RELEASED,
        Action.CALL_STOPPED,
        Action.DEATH_TOLD,
        Action.DEATH_WITHDRAWN,
        Action.DEATH_CARD,
        Action.CALL_AGREED,
        Action.CALL_AGREEMENT_UNDONE,
        Action.CONCERN_OPENED,
        Action.CONCERN_CLOSED,
        Action.CONCERN_REOPENED,
        Action.CONCERN_UNDONE,
        Action.CALLS_PAUSED,
        Action.CALLS_RESUMED,
        Action.CALLS_TURNED_ON,
        Action.OPT_OUT_RECORDED,
        Action.OPT_OUT_WITHDRAWN,
        Action.CONSENT_RECORDED,
        Action.CONSENT_WITHDRAWN,
        Action.SCHEDULE_CHANGED,
        Action.SETTINGS_CHANGED,
        Action.CALL_HELD_UNREAD,
        Action.CLINIC_RENAMED,
        Action.NEO_VALUE_ANSWERED,
        Action.PRACTICE_WORD_ANSWERED,
        Action.SENTENCE_ANSWERED,
        Action.NUMBER_ANSWERED,
        Action.OWNER_CONTACT_ANSWERED,
        Action.CALL_HELD_WRONG_NUMBER,
        Action.QUESTION_SET_SAVED,
        Action.QUESTION_SET_UNDONE,
        Action.QUESTION_SET_LOOKED_OVER,
        Action.CALL_ANSWERED,
        Action.AUDIT_HOLD_PLACED,
        Action.AUDIT_HOLD_RELEASED,
        Action.AUDIT_MONTH_EXPORTED,
        Action.AUDIT_MONTH_REMOVED,
        Action.USER_DELETED,
    }),
}  # fmt: skip
RECORDED_BY: dict[Action, Recorder] = {
    action: next((who for who, acts in _NOT_BY_USERS.items() if action in acts), Recorder.USER)
    for action in Action
}
# an id, a code or a time, never a sentence or a person's full name
_LONGEST_CODE = 120
_CODE = re.compile(rf"[A-Za-z0-9._:+/-]{{0,{_LONGEST_CODE}}}")
_OTHER = re.compile(r"[^A-Za-z0-9._:+/-]")


def check_metadata(action: Action, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The same entries; ValueError names the first key that isn't the action's, or holds no id, count, code or time."""
    for key, value in metadata.items():
        if key not in METADATA_KEYS[action]:
            raise ValueError(f"audit metadata: {action} doesn't record {key}")
        values = value if isinstance(value, list | tuple) else [value]
        if not all(is_code(each) for each in values):
            raise ValueError(f"audit metadata: {key} holds something else than ids, counts, codes and times")
    return dict(metadata)


def as_code(text: str) -> str:
    """A text from outside, such as an address, as metadata may hold it: other characters become hyphens."""
    return _OTHER.sub("-", text)[:_LONGEST_CODE]


def is_code(value: object) -> bool:
    """Whether a value may stand in metadata."""
    if value is None or isinstance(value, bool | int | float):
        return True
    return isinstance(value, str) and _CODE.fullmatch(value) is not None
