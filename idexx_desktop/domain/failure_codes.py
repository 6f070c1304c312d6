"""The names of everything that can go wrong, and what each does to a run; stable, since scripts read them."""

from __future__ import annotations

from enum import StrEnum


class Route(StrEnum):
    """What a failure does to a run; decided here, once, by its code."""

    SUSPEND = "suspend"  # signing in again would do harm: wait for a person
    STOP = "stop"  # stop before anything is written
    RETRY = "retry"  # passes by itself: back off
    ITEM = "item"  # concerns one visit only
    REFUSE = "refuse"  # the request itself cannot be carried out
    OURS = "ours"  # a bug


class FailureCode(StrEnum):
    """Stable codes; shown under "Details", used by scripts."""

    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a code, not a password
    LOCKED_OUT = "locked_out"
    ACCOUNT_DISABLED = "account_disabled"
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105 - a code, not a password
    NOT_FROM_HERE = "not_from_here"
    CODE_ASKED = "code_asked"
    NEO_ASKS = "neo_asks"
    BRANCH_ASKED = "branch_asked"
    SUSPENDED = "suspended"
    NO_CREDENTIALS = "no_credentials"
    ADDRESS_CHANGED = "address_changed"
    SIGN_IN_REDIRECTED = "sign_in_redirected"
    SIGN_IN_REJECTED = "sign_in_rejected"
    PAGE_CHANGED = "page_changed"
    PAGE_NEEDS_HOST = "page_needs_host"
    PAYLOAD_CHANGED = "payload_changed"
    LISTS_EMPTIED = "lists_emptied"
    SESSION_EXPIRED = "session_expired"
    MAINTENANCE = "maintenance"
    UNREACHABLE = "unreachable"
    PROXY_SIGN_IN = "proxy_sign_in"
    TOO_SLOW = "too_slow"
    TOO_MANY_REQUESTS = "too_many_requests"
    SERVER_PROBLEM = "server_problem"
    NEO_REFUSED = "neo_refused"
    LISTS_CLOSED = "lists_closed"
    SOMETHING_BETWEEN = "something_between"
    NO_BROWSER = "no_browser"
    BROWSER_CLOSED = "browser_closed"
    CONSULTATION_UNREADABLE = "consultation_unreadable"
    CONSULTATION_MISSING = "consultation_missing"
    CONSULTATION_CLOSED = "consultation_closed"
    CONSULTATION_UNAVAILABLE = "consultation_unavailable"
    VISIT_NOT_SAVED = "visit_not_saved"
    DATABASE_UNREACHABLE = "database_unreachable"
    DATABASE_REFUSED = "database_refused"
    DATABASE_OUTDATED = "database_outdated"
    PROGRAM_OUTDATED = "program_outdated"
    KEY_MISSING = "key_missing"
    VAULT_LOCKED = "vault_locked"
    VAULT_UNAVAILABLE = "vault_unavailable"
    KEY_FILE_PUT_BACK = "key_file_put_back"
    SEAL_BROKEN = "seal_broken"
    NOT_APPROVED = "not_approved"
    COMPUTERS_CHANGED = "computers_changed"
    CODE_REFUSED = "code_refused"
    OTHER_COMPUTER = "other_computer"
    LEASE_LOST = "lease_lost"
    CRASHED = "crashed"
    CANCELLED = "cancelled"
    NO_PROFILE = "no_profile"
    ANOTHERS_PROFILE = "anothers_profile"
    RECORDS_OPEN_ELSEWHERE = "records_open_elsewhere"
    RECORDS_NOT_LOCAL = "records_not_local"
    RECORDS_MOVED = "records_moved"
    INVALID_INPUT = "invalid_input"
    HANDED_OVER = "handed_over"
    TOO_MANY_TESTS = "too_many_tests"
    AUDIT_CHANGED = "audit_changed"
    BACKUP_NOT_MADE = "backup_not_made"
    BACKUP_UNUSABLE = "backup_unusable"
    BACKUP_NOT_PROVED = "backup_not_proved"
    BACKUP_STATE_UNREADABLE = "backup_state_unreadable"
    CALLING_HOURS_UNREADABLE = "calling_hours_unreadable"
    OURS = "ours"
