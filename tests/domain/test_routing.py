"""What each failure does, in one table: nobody adds a code without deciding."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.routing import Consequence, consequence, consequence_of

SUSPENDS = Consequence(ends_run=True, suspends=True)
STOPS = Consequence(ends_run=True)
PASSES = Consequence(ends_run=True, asks_again=True, passes=True)
PASSES_LATER = Consequence(ends_run=True, passes=True)
ONE_VISIT = Consequence(ends_run=False)
OURS = Consequence(ends_run=True, surfaces=True)
LOST = Consequence(ends_run=True, closes_as="timeout")
GONE = Consequence(ends_run=True, passes=True, closes_as="timeout")

TABLE = {
    "wrong_password": SUSPENDS, "locked_out": SUSPENDS, "account_disabled": SUSPENDS,
    "password_expired": SUSPENDS, "not_from_here": SUSPENDS, "code_asked": SUSPENDS, "suspended": SUSPENDS,
    "no_credentials": SUSPENDS, "sign_in_rejected": SUSPENDS,
    "sign_in_redirected": STOPS, "page_changed": STOPS, "payload_changed": STOPS, "no_browser": STOPS,
    "proxy_sign_in": STOPS, "neo_asks": STOPS, "branch_asked": STOPS, "lists_emptied": STOPS,
    "something_between": PASSES_LATER,
    "session_expired": PASSES_LATER, "database_unreachable": PASSES_LATER,
    "maintenance": PASSES, "unreachable": PASSES, "too_slow": PASSES, "too_many_requests": PASSES,
    "server_problem": PASSES, "browser_closed": PASSES,
    "consultation_unreadable": ONE_VISIT, "consultation_missing": ONE_VISIT,
    "neo_refused": PASSES, "lists_closed": STOPS,
    "consultation_unavailable": ONE_VISIT, "consultation_closed": ONE_VISIT, "visit_not_saved": ONE_VISIT,
    "database_refused": STOPS, "database_outdated": STOPS, "program_outdated": STOPS, "key_missing": STOPS,
    "vault_locked": STOPS, "vault_unavailable": STOPS, "seal_broken": STOPS, "not_approved": STOPS,
    "computers_changed": STOPS, "code_refused": STOPS, "other_computer": STOPS, "cancelled": STOPS,
    "anothers_profile": STOPS, "records_open_elsewhere": PASSES_LATER, "records_not_local": STOPS,
    "records_moved": STOPS,
    "no_profile": STOPS, "invalid_input": STOPS, "handed_over": STOPS, "too_many_tests": STOPS,
    "audit_changed": STOPS, "backup_not_made": STOPS, "backup_unusable": STOPS,
    "address_changed": STOPS, "page_needs_host": STOPS, "key_file_put_back": STOPS,
    "backup_not_proved": STOPS, "backup_state_unreadable": STOPS,
    "calling_hours_unreadable": STOPS,
    "lease_lost": LOST, "crashed": GONE, "ours": OURS,
}  # fmt: skip


@pytest.mark.parametrize("code", list(FailureCode))
def test_every_code_is_decided(code: FailureCode) -> None:
    assert consequence(code) == TABLE[str(code)]


def test_codes_as_stored() -> None:
    assert consequence_of("unreachable") == PASSES
    assert consequence_of("something_of_a_newer_version") is None
    # a run that never said how it ended has crashed
    assert consequence_of(None) == GONE
