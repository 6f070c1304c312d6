"""Every way in which a sign-in can end: what is said, what is remembered, and that nothing is written."""

from __future__ import annotations

import pytest

from idexx_desktop.cli.commands.syncing import exit_code
from idexx_desktop.domain.failures import WORDS, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo import signin
from tests.support.practice import LOGIN, Practice, Practices
from tests.support.signing_in import in_one_browser, one_browser_runs

__all__ = ["in_one_browser", "one_browser_runs"]
pytestmark = pytest.mark.usefixtures("in_one_browser")

SUSPENDING = {
    "locked-out": FailureCode.LOCKED_OUT,
    "not-from-here": FailureCode.NOT_FROM_HERE,
    "disabled": FailureCode.ACCOUNT_DISABLED,
    "code-asked": FailureCode.CODE_ASKED,
    "password-expired": FailureCode.PASSWORD_EXPIRED,
}
STOPPING = {
    "redirected": FailureCode.SIGN_IN_REDIRECTED,
    "posts-elsewhere": FailureCode.SIGN_IN_REDIRECTED,
    "page-changed": FailureCode.PAGE_CHANGED,
    "maintenance": FailureCode.MAINTENANCE,
}


def nothing_was_written(practice: Practice) -> bool:
    """Neither visits nor anything that follows from them."""
    tables = ("visits", "cases", "scheduled_discharge_calls", "consultation_sync_status")
    return not any(practice.query(f"SELECT 1 FROM public.{table}") for table in tables)


def test_a_wrong_password_is_tried_once_and_a_new_one_resumes(practices: Practices) -> None:
    practice = practices("ordinary-day", cookies=False)
    practice.keep_sign_in(cookies=False, login=NeoLogin(LOGIN.company_id, LOGIN.username, "not-it-1"))
    first = practice.sync()
    assert first.failure is not None
    assert first.failure.code is FailureCode.WRONG_PASSWORD
    assert first.failure.title == (
        "IDEXX Neo didn't accept the company id, user name or password."
        " Syncing is paused so that the account isn't locked."
    )
    assert exit_code(first) == 4
    assert practice.site.sign_in_attempts == 1
    assert nothing_was_written(practice)
    kept = practice.query("SELECT validation_status, suspended_code FROM public.idexx_credentials")
    assert kept == [{"validation_status": "invalid", "suspended_code": "wrong_password"}]

    asked = practice.site.counts
    second = practices.second(practice).sync()
    assert second.failure is not None
    assert second.failure.code is FailureCode.WRONG_PASSWORD
    assert second.session_id is None
    assert exit_code(second) == 4
    assert practice.site.counts == asked
    today = practice.program.status.today()
    assert today.suspended is not None
    assert today.suspended.title == first.failure.title

    practice.keep_sign_in(cookies=False)
    third = practice.sync()
    assert third.failure is None
    assert third.signed_in
    assert practice.program.status.today().suspended is None
    assert practice.program.credentials.status().state == "valid"
    assert practice.actions()["credentials.suspended"] == 1


@pytest.mark.parametrize(
    "scenario",
    [
        each if each in ("locked-out", "code-asked") else pytest.param(each, marks=pytest.mark.long(item=33))
        for each in SUSPENDING
    ],
)
def test_what_needs_a_person_suspends(practices: Practices, scenario: str) -> None:
    code = SUSPENDING[scenario]
    practice = practices(scenario)
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is code
    assert result.failure.title == WORDS[code].title
    assert exit_code(result) == 4
    assert nothing_was_written(practice)
    asked = practice.site.counts
    again = practice.sync()
    assert again.failure is not None
    assert again.failure.code is code
    assert practice.site.counts == asked
    assert practice.site.sign_in_attempts == 1
    assert practice.query("SELECT suspended_code FROM public.idexx_credentials") == [{"suspended_code": code}]


@pytest.mark.parametrize("scenario", STOPPING)
def test_a_site_that_looks_wrong_gets_no_password(
    practices: Practices, scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "_FORM_SECONDS", 1.0)  # one of the pages never gets a form
    code = STOPPING[scenario]
    practice = practices(scenario, cookies=False)
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is code
    assert exit_code(result) == 5
    # the other site is the same server under another name: nobody was sent a form
    assert not [request for request in practice.site.counts if request.startswith("POST")]
    assert nothing_was_written(practice)
    assert practice.query("SELECT suspended_code FROM public.idexx_credentials") == [{"suspended_code": None}]
    sessions = practice.query("SELECT status, error_details FROM public.idexx_sync_sessions")
    assert [(row["status"], row["error_details"]["code"]) for row in sessions] == [("failed", code)]


def test_answers_of_another_shape_stop_the_run(practices: Practices) -> None:
    practice = practices("payload-changed")
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.PAYLOAD_CHANGED
    assert exit_code(result) == 5
    assert nothing_was_written(practice)


def test_sessions_that_end_in_the_middle_are_renewed(practices: Practices) -> None:
    practice = practices("expires-mid-run", visits=6)
    result = practice.sync()
    assert result.failure is None
    assert result.signed_in
    assert practice.site.sign_ins >= 3  # the first one was not the run's
    assert result.consultations_synced == 6
    assert result.consultations_failed == 0


def test_without_a_sign_in_nothing_is_asked(practices: Practices) -> None:
    practice = practices("ordinary-day")
    practice.program.credentials.forget()
    asked = practice.site.counts
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.NO_CREDENTIALS
    assert exit_code(result) == 4
    assert practice.site.counts == asked
    assert practice.query("SELECT 1 FROM public.neo_cookies") == []


def test_a_lost_key_leaves_the_row_and_says_so(practices: Practices) -> None:
    practice = practices("ordinary-day", cookies=False)
    practice.query("UPDATE public.idexx_credentials SET encryption_key_id = '0123456789ab'")
    result = practice.sync()
    assert result.failure is not None
    assert result.failure.code is FailureCode.KEY_MISSING
    assert exit_code(result) == 8
    assert practice.site.sign_in_attempts == 0
    rows = practice.query(
        "SELECT validation_status, encrypted_password <> '' AS kept FROM public.idexx_credentials"
    )
    assert rows == [{"validation_status": "unknown", "kept": True}]
    assert practice.actions()["credentials.unreadable"] == 1
