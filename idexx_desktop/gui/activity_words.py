"""Rows of the activity record in words: who did what, about whom, with which result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from idexx_desktop.domain.audit import ACTION_WORDS, Action
from idexx_desktop.domain.failures import WORDS, FailureCode
from idexx_desktop.domain.records import AuditPerson, AuditRecord, Identity
from idexx_desktop.gui import history_words, timewords
from idexx_desktop.gui.call_words import outcome_look
from idexx_desktop.gui.states import VISIT_LOOKS, PillLook
from idexx_desktop.gui.strings import activity, tr
from idexx_desktop.gui.tokens import Tone

_RESULTS = {
    "ok": activity.DONE,
    "done": activity.DONE,
    "completed": activity.FINISHED,
    "running": activity.STARTED,
    "accepted": activity.ACCEPTED,
    "rejected": activity.REJECTED,
    "not_sent": activity.NOT_SENT,
    "suspended": activity.SUSPENDED,
    "failed": activity.NOT_DONE,
    "timeout": activity.INTERRUPTED,
    "changed": activity.CHANGED,
    "renewed": activity.RENEWED,
}
_VISIT_RESULTS = {str(state): look for state, look in VISIT_LOOKS.items()}
# what went well is plain text: a column of pills would hide the one that matters
_ICONS = {
    "rejected": "circle-x",
    "not_sent": "triangle-alert",
    "suspended": "circle-pause",
    "failed": "triangle-alert",
    "timeout": "unplug",
    "changed": "triangle-alert",
}
# offered as a filter at any time; others where they occur
RESULTS_OFFERED = ("ok", "completed", "accepted", "rejected", "suspended", "failed", "timeout")
# by the part of an action's code that stands before the dot
_SUBJECTS = {
    "credentials": activity.OF_SIGN_IN,
    "cookies": activity.OF_SIGN_IN,
    "address": activity.OF_SIGN_IN,
    "computer": activity.OF_COMPUTERS,
    "recovery_kit": activity.OF_COMPUTERS,
    "sync": activity.OF_SYNCS,
    "visit": activity.OF_VISITS,
    "neo_value": activity.OF_VISITS,
    "practice_word": activity.OF_VISITS,
    "sentence": activity.OF_VISITS,
    "number": activity.OF_CALLS,
    "owner_contact": activity.OF_CALLS,
    "question_set": activity.OF_CALLS,
    "death": activity.OF_CALLS,
    "concern": activity.OF_CALLS,
    "call": activity.OF_CALLS,
    "calls": activity.OF_CALLS,
    "opt_out": activity.OF_CALLS,
    "consent": activity.OF_CALLS,
    "clinic": activity.OF_SETTINGS,
    "profile": activity.OF_SETTINGS,
    "schedule": activity.OF_SETTINGS,
    "settings": activity.OF_SETTINGS,
    "audit": activity.OF_RECORD,
    "list": activity.OF_RECORD,
    "backup": activity.OF_BACKUPS,
    "user": activity.OF_USERS,
    "schema": activity.OF_USERS,
}
_KEYS = {
    "reason_code": activity.OF_REASON,
    "code": activity.PROBLEM,
    "reason": activity.OF_REASON,
    "trigger": activity.OF_TRIGGER,
    "seen": activity.OF_SEEN,
    "synced": activity.OF_SYNCED,
    "failed": activity.OF_FAILED,
    "calls": activity.OF_CALLS_MADE,
    "visits": activity.OF_VISITS,
    "count": activity.OF_COUNT,
    "setting": activity.OF_SETTING,
    "address": activity.OF_ADDRESS,
    "rows": activity.OF_ROWS,
    "since": activity.OF_SINCE,
    "until": activity.OF_UNTIL,
    "searched": activity.OF_SEARCHED,
    "people_only": activity.OF_PEOPLE_ONLY,
    "action": activity.OF_ACTION,
    "status": activity.OF_RESULT,
    "actor": activity.OF_ACTOR,
    "user_id": activity.OF_PERSON,
    "clinic_id": activity.OF_CLINIC,
    "role": activity.OF_ROLE,
    "format": activity.OF_FORMAT,
    "kind": activity.OF_KIND,
    "month": activity.OF_MONTH,
    "bytes": activity.OF_BYTES,
    "made_at": activity.OF_MADE_AT,
}
# numbers of things, which say nothing to a person; whom they stand for is shown in words
_IDS = frozenset({
    "visit_key", "visit_keys", "consultation_id", "call_id", "session_id", "computer_id", "key_id", "kit_id", "hold_id",
    "backup_id", "concern_id", "consent_id", "contact_id", "death_id", "hash", "number_id", "row_id", "sentence_id",
    "set_id", "value_id", "version", "word_id", "from_revision", "to_revision",
})  # fmt: skip
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_INSTANTS = frozenset({"since", "until", "due_at", "made_at"})


@dataclass(frozen=True, slots=True)
class Names:
    """Addresses of people and names of clinics by id, as far as this login knows them."""

    me: Identity
    emails: Mapping[str, str] = field(default_factory=dict)
    clinics: Mapping[str, str] = field(default_factory=dict)

    def who(self, row: AuditRecord) -> str:
        """A person by e-mail address, else by login; the program itself where there was nobody."""
        if row.user_id == self.me.user_id and row.actor == self.me.login:
            return self.me.email or row.actor
        if row.user_id is None:
            return tr(activity.NOBODY_AS, login=row.actor) if row.actor else tr(activity.NOBODY)
        return self.emails.get(row.user_id, "") or row.actor or tr(activity.NOBODY)


def what(action: str) -> str:
    """`Decided about a visit`."""
    return ACTION_WORDS[Action(action)] if action in ACTION_WORDS else action


def subject(action: str) -> str:
    """What an action is about: `Visits`."""
    return tr(_SUBJECTS[action.partition(".")[0]])


def person(found: AuditPerson) -> str:
    """Somebody who occurs in the record, as the menu of people has them."""
    if found.user_id is None:
        return tr(activity.NOBODY_AS, login=found.login) if found.login else tr(activity.NOBODY)
    return found.email or found.login


def result(row: AuditRecord) -> str:
    """The result in a word or two."""
    return result_word(row.status)


def result_word(status: str | None) -> str:
    """`Done`, `Held for you`; for results that say something else, their code as words (`No call`)."""
    if not status:
        return ""
    if status in _RESULTS:
        return tr(_RESULTS[status])
    if status in _VISIT_RESULTS:
        return _VISIT_RESULTS[status].label
    if (look := outcome_look(status)) is not None:
        return look.label
    words = status.replace("_", " ")
    return words[0].upper() + words[1:]


def result_pill(row: AuditRecord) -> PillLook | None:
    """The result as a pill, where something did not go well."""
    icon = _ICONS.get(row.status or "")
    return PillLook(icon, result(row), Tone.ATTENTION) if icon else None


def pets(row: AuditRecord) -> str:
    """The pets that a row is about."""
    return ", ".join(row.pets)


def owner(row: AuditRecord) -> str:
    """Whose pets these are."""
    return row.owner


def place(row: AuditRecord, *, records_here: bool) -> str:
    """The computer that something was done on, by its name; its address only where nobody knows a name."""
    if row.device:
        return history_words.computer(row.device)
    if row.ip_address in _LOOPBACK:
        return tr(activity.THIS_COMPUTER if records_here else activity.THE_SERVER)
    return row.ip_address or tr(activity.NO_VALUE)


def told(row: AuditRecord, names: Names, zone: ZoneInfo) -> list[tuple[str, str]]:
    """What the row says beside who, when and where, and the problem where there was one."""
    entries = [
        (_name(key), _value(key, value, names, zone))
        for key, value in row.metadata.items()
        if value is not None and key not in _IDS
    ]
    if row.error_details:
        entries += [
            (tr(activity.PROBLEM), _value(*entry, names, zone)) for entry in row.error_details.items()
        ]
    return entries


def _name(key: str) -> str:
    return tr(_KEYS[key]) if key in _KEYS else _as_words(key)


def _as_words(code: str) -> str:
    """`kind_rules.dental` as "Kind rules: dental"."""
    words = code.replace("_", " ").replace(".", ": ")
    return words[:1].upper() + words[1:]


def _value(key: str, value: Any, names: Names, zone: ZoneInfo) -> str:
    """A value on one line, or one line for each of several."""
    if isinstance(value, list | tuple):
        return "\n".join(_value(key, each, names, zone) for each in value)
    if isinstance(value, bool):
        return tr(activity.YES if value else activity.NO)
    if not isinstance(value, str):
        return f"{value:,}" if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
    return _text(key, value, names, zone)


def _text(key: str, value: str, names: Names, zone: ZoneInfo) -> str:
    """A code, an id or an instant as words; "" for an id that nobody has a name for."""
    if key in _INSTANTS:
        return _instant(value, zone)
    if key == "code" and value in list(FailureCode):
        return WORDS[FailureCode(value)].said.title
    known = {"user_id": names.emails, "clinic_id": names.clinics}
    if key in known:
        return known[key].get(value, "")
    return _WAYS[key](value) if key in _WAYS else value


# what else holds codes; everything else is data, which is shown as it is
_WAYS: dict[str, Callable[[str], str]] = {
    "action": what,
    "trigger": history_words.trigger,
    "status": result_word,
} | dict.fromkeys(
    ("code", "kind", "proved_by", "reason", "reason_code", "records", "role", "setting"), _as_words
)


def _instant(value: str, zone: ZoneInfo) -> str:
    try:
        return timewords.exact(datetime.fromisoformat(value), zone)
    except (ValueError, TypeError):
        return value
