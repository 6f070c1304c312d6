"""The Neo sign-in: tested once before it is kept, sealed, suspended, forgotten, and never shown again."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo import browser
from idexx_desktop.services import credentials
from idexx_desktop.sync.signin import SealedSignIn
from tests.support.practice import LOGIN, Practice, Practices
from tests.support.signing_in import in_one_browser, one_browser_runs

__all__ = ["in_one_browser", "one_browser_runs"]

WRONG = NeoLogin(LOGIN.company_id, LOGIN.username, "not-it-1")


@pytest.mark.usefixtures("in_one_browser")
def test_a_test_is_kept_with_its_cookies(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=2, cookies=False)
    service = practice.program.credentials
    service.forget()
    assert service.status().state == "not_configured"
    assert service.test(LOGIN).display_name == "Oak Street Vets"
    assert service.status().state == "not_configured"  # tested is not kept
    service.save(LOGIN)
    status = service.status()
    assert (status.state, status.username_hint, status.company_id) == (
        "valid",
        LOGIN.username,
        LOGIN.company_id,
    )
    assert status.last_validated_at == practice.clock.now()
    assert not practice.sync().signed_in
    assert practice.site.sign_in_attempts == 1
    assert practice.actions()["credentials.tested"] == 1
    assert LOGIN.password not in repr(service)
    assert LOGIN.password not in repr(LOGIN)


@pytest.mark.usefixtures("in_one_browser")
def test_a_rejected_test_keeps_the_old_sign_in(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=2)
    before = practice.query("SELECT * FROM public.idexx_credentials")
    with pytest.raises(Failure) as refused:
        practice.program.credentials.test(WRONG)
    assert refused.value.code is FailureCode.WRONG_PASSWORD
    assert practice.site.sign_in_attempts == 2  # the fixture's, and one
    assert practice.query("SELECT * FROM public.idexx_credentials") == before
    rows = practice.query(
        "SELECT status, metadata FROM public.idexx_sync_audit_log WHERE action = 'credentials.tested'"
    )
    assert [(row["status"], row["metadata"]["code"]) for row in rows] == [("rejected", "wrong_password")]


@pytest.mark.usefixtures("in_one_browser")
def test_testing_what_is_kept_suspends_or_resumes(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=2)
    service = practice.program.credentials
    practice.site.world.set_password("changed-2")
    with pytest.raises(Failure):
        service.test_saved()
    status = service.status()
    assert status.state == "invalid"
    assert status.suspended is not None
    assert status.suspended.code is FailureCode.WRONG_PASSWORD
    practice.site.world.set_password(LOGIN.password)
    service.test_saved()
    assert service.status().suspended is None
    assert service.status().state == "valid"


def test_ten_tests_an_hour(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=2)
    with practice.program.records.transaction() as tx:
        for _ in range(10):
            tx.audit.record(Action.CREDENTIALS_TESTED, "rejected", metadata={"code": "wrong_password"})
    attempts = practice.site.sign_in_attempts
    with pytest.raises(Failure) as refused:
        practice.program.credentials.test(LOGIN)
    assert refused.value.code is FailureCode.TOO_MANY_TESTS
    assert practice.site.sign_in_attempts == attempts


@pytest.mark.parametrize("login", [NeoLogin("1", " ", "x"), NeoLogin("1", "user", "")])
def test_what_is_empty_is_not_tried(synced: Practice, login: NeoLogin) -> None:
    service = synced.program.credentials
    for act in (service.test, service.save):
        with pytest.raises(Failure) as refused:
            act(login)
        assert refused.value.code is FailureCode.INVALID_INPUT


def test_forgetting(synced: Practice) -> None:
    service = synced.program.credentials
    service.forget()
    service.forget()
    assert synced.query("SELECT 1 FROM public.idexx_credentials") == []
    assert synced.query("SELECT 1 FROM public.neo_cookies") == []
    assert synced.actions()["credentials.forgotten"] == 1
    with pytest.raises(Failure) as nothing:
        service.test_saved()
    assert nothing.value.code is FailureCode.NO_CREDENTIALS


def test_a_new_password_ends_the_cookies_of_the_old_one(synced: Practice) -> None:
    synced.program.credentials.save(NeoLogin(LOGIN.company_id, LOGIN.username, "another-3"))
    assert synced.query("SELECT 1 FROM public.neo_cookies") == []
    assert synced.program.credentials.status().state == "unknown"


def test_a_lost_key_is_not_a_rejected_password(synced: Practice) -> None:
    synced.query("UPDATE public.idexx_credentials SET encryption_key_id = '0123456789ab'")
    status = synced.program.credentials.status()
    assert (status.state, status.username_hint) == ("unknown", "")
    with pytest.raises(Failure) as lost:
        synced.program.credentials.test_saved()
    assert lost.value.code is FailureCode.KEY_MISSING
    assert synced.query("SELECT 1 AS kept FROM public.idexx_credentials") == [{"kept": 1}]


def test_what_was_sealed_for_one_row_opens_nowhere_else(synced: Practice) -> None:
    synced.query("UPDATE public.idexx_credentials SET encrypted_password = encrypted_username")
    with synced.program.records.transaction() as tx:
        row = tx.credentials.get()
    assert row is not None
    with pytest.raises(Failure) as swapped:
        SealedSignIn(synced.program.records, synced.sharing(), synced.clock).open(row)
    assert swapped.value.code is FailureCode.SEAL_BROKEN


def test_a_test_that_never_reached_neo_does_not_count(
    practices: Practices, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = practices("ordinary-day", visits=2)
    monkeypatch.setattr(credentials, "TESTS_AN_HOUR", 2)
    with monkeypatch.context() as without_browser:
        without_browser.setattr(browser, "candidates", lambda *_: iter(()))
        for _ in range(3):
            with pytest.raises(Failure) as failed:
                practice.program.credentials.test(LOGIN)
            assert failed.value.code is FailureCode.NO_BROWSER
    told = practice.query(
        "SELECT status FROM public.idexx_sync_audit_log WHERE action = 'credentials.tested'"
    )
    assert [row["status"] for row in told] == ["not_sent"] * 3
    practice.program.credentials.test(LOGIN)
