"""Several computers, one sign-in: approving, removing, renewing the key, starting over, and the recovery kit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import psycopg
import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SealedCredentials
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.vault.codes import new_approval_code, new_recovery_code
from tests.support.keyring_memory import MemoryKeyring
from tests.support.practice import LOGIN, Practice, Practices

OTHER = NeoLogin("4242", "other@oakstreet.example", "another-password")


@pytest.fixture
def first(practices: Practices) -> Practice:
    """The computer where the sign-in was entered."""
    return practices()


@pytest.fixture
def second(practices: Practices, first: Practice) -> Practice:
    """A computer on the same records that has never been approved."""
    return practices.computer(first, "Front desk 2")


def row_of(practice: Practice) -> SealedCredentials:
    with practice.program.records.transaction() as tx:
        row = tx.credentials.get()
    assert row is not None
    return row


def opened(practice: Practice) -> NeoLogin:
    """The sign-in in clear, as a sync on this computer would get it."""
    sealed = SealedSignIn(practice.program.records, practice.program._sharing, practice.clock)
    return sealed.open(row_of(practice))


def fails(code: FailureCode, work: Callable[[], object]) -> Failure:
    with pytest.raises(Failure) as caught:
        work()
    assert caught.value.code is code
    return caught.value


def approve(on: Practice, newcomer: Practice) -> None:
    code = newcomer.program.computers.ask()
    (request,) = on.program.computers.overview().requests
    on.program.computers.approve(request.id, code.lower().replace("-", " "))
    assert newcomer.program.computers.join()


@pytest.fixture
def both(first: Practice, second: Practice) -> tuple[Practice, Practice]:
    """Two approved computers."""
    approve(first, second)
    return first, second


def names(practice: Practice) -> set[str]:
    return {each.name for each in practice.program.computers.overview().approved}


# approving


def test_a_new_computer_opens_nothing_until_a_person_approves_it(first: Practice, second: Practice) -> None:
    fails(FailureCode.NOT_APPROVED, lambda: opened(second))
    overview = second.program.computers.overview()
    assert (overview.is_approved, overview.approved, overview.asked_at) == (False, (), None)
    code = second.program.computers.ask()
    assert second.program.computers.overview().asked_at == first.clock.now()
    assert not second.program.computers.join()
    (request,) = first.program.computers.overview().requests
    assert request.name == "Front desk 2"
    first.program.computers.approve(request.id, code)
    assert second.program.computers.join()
    assert opened(second) == LOGIN
    assert names(first) == names(second) == {"Front desk 2", first.program._sharing.device}
    assert first.program.computers.overview().requests == ()
    actions = first.actions()
    assert (actions["computer.asked"], actions["computer.approved"], actions["computer.joined"]) == (1, 1, 1)


def test_an_approved_computer_syncs(both: tuple[Practice, Practice]) -> None:
    first, second = both
    first.site.expire_sessions()
    result = second.sync()
    assert (result.failure, result.signed_in) == (None, True)
    # the cookies of one computer's sign-in serve the other
    assert first.sync().signed_in is False


def test_a_computer_that_is_approved_has_nothing_to_ask_for(first: Practice) -> None:
    failure = fails(FailureCode.INVALID_INPUT, first.program.computers.ask)
    assert "already" in failure.title


def test_a_wrong_code_approves_nobody(first: Practice, second: Practice) -> None:
    code = second.program.computers.ask()
    (request,) = first.program.computers.overview().requests
    mistyped = code[:-1] + ("A" if code[-1] != "A" else "B")
    for wrong in (mistyped, new_approval_code(), "", "what?", code[:-1]):
        fails(FailureCode.CODE_REFUSED, partial(first.program.computers.approve, request.id, wrong))
    assert not second.program.computers.join()
    assert names(first) == {first.program._sharing.device}
    refused = first.query(
        "SELECT action FROM public.idexx_sync_audit_log WHERE action = 'computer.approved' AND status = 'refused'"
    )
    assert len(refused) == 5


def test_a_key_that_somebody_wrote_into_the_database_is_never_sealed_to(
    practices: Practices, first: Practice, second: Practice
) -> None:
    """A thief's computer puts its keys in place of those of the one that a person wants to approve."""
    thief = practices.computer(first, "Front desk 2")
    code = second.program.computers.ask()
    thief.program.computers.ask()
    own = thief.program._sharing.own().public
    first.query(
        "UPDATE public.computer_requests SET public_keys = %s WHERE computer_id <> %s", own.as_text(), own.id
    )
    for request in first.program.computers.overview().requests:
        fails(
            FailureCode.CODE_REFUSED,
            partial(first.program.computers.approve, request.id, code),
        )
    # nor does it help to copy somebody's place in the list: what is signed names the keys
    stored = first.query("SELECT * FROM public.computer_lists")
    first.query(
        "UPDATE public.computer_lists SET document = replace(document, %s, %s)",
        first.program._sharing.own().public.sealing_key,
        own.sealing_key,
    )
    fails(FailureCode.COMPUTERS_CHANGED, lambda: first.program.credentials.save(LOGIN))
    assert len(stored) == 1
    keys = first.query("SELECT key_id FROM public.sealed_keys WHERE computer_id = %s", own.id)
    assert keys == []


def test_a_request_can_be_dismissed_or_withdrawn(first: Practice, second: Practice) -> None:
    second.program.computers.ask()
    second.program.computers.withdraw()
    assert first.program.computers.overview().requests == ()
    code = second.program.computers.ask()
    (request,) = first.program.computers.overview().requests
    first.program.computers.dismiss(request.id)
    fails(FailureCode.INVALID_INPUT, lambda: first.program.computers.approve(request.id, code))
    assert not second.program.computers.join()


# everybody goes on


def test_entering_the_sign_in_anywhere_leaves_every_computer_working(
    practices: Practices, both: tuple[Practice, Practice]
) -> None:
    first, second = both
    third = practices.computer(first, "Kitchen")
    approve(second, third)
    kit = first.program.computers.make_kit()
    second.program.credentials.save(OTHER)
    assert opened(first) == opened(second) == opened(third) == OTHER
    third.program.computers.rotate_key()
    assert opened(first) == opened(second) == opened(third) == OTHER
    fourth = practices.computer(first, "New")
    fourth.program.computers.recover(kit.code)
    assert opened(fourth) == OTHER
    assert names(first) == names(fourth) == {first.program._sharing.device, "Front desk 2", "Kitchen", "New"}


def test_a_new_key_seals_both_texts_and_cookies_and_drops_the_old_one(
    both: tuple[Practice, Practice],
) -> None:
    first, second = both
    before, version = row_of(first).encryption_key_id, row_of(first).version
    first.program.computers.rotate_key()
    after = row_of(first)
    assert after.encryption_key_id != before
    assert after.version == version
    assert first.program._sharing.keys.key_ids() == {after.encryption_key_id}
    assert opened(second) == LOGIN
    assert second.program._sharing.keys.key_ids() == {after.encryption_key_id}
    assert second.sync().signed_in is False  # the cookies were sealed anew, not lost
    keys = first.query("SELECT DISTINCT key_id FROM public.sealed_keys")
    assert [key["key_id"] for key in keys] == [after.encryption_key_id]
    assert first.actions()["credentials.key_rotated"] == 1


def test_a_removed_computer_opens_nothing_more(both: tuple[Practice, Practice]) -> None:
    first, second = both
    assert opened(second) == LOGIN
    own = second.program._sharing.own().id
    fails(FailureCode.INVALID_INPUT, lambda: second.program.computers.remove(own))
    first.program.computers.remove(own)
    fails(FailureCode.NOT_APPROVED, lambda: opened(second))
    fails(FailureCode.NOT_APPROVED, lambda: second.program.credentials.save(OTHER))
    assert opened(first) == LOGIN
    assert first.actions()["computer.removed"] == 1
    # it has no way back into the list, but by asking anew
    approve(first, second)
    assert opened(second) == LOGIN


def test_starting_over_is_said_and_leaves_the_others_behind(first: Practice, second: Practice) -> None:
    first.program.computers.make_kit()
    fails(FailureCode.NOT_APPROVED, lambda: second.program.credentials.save(OTHER))
    assert opened(first) == LOGIN
    second.program.credentials.save(OTHER, start_over=True)
    assert opened(second) == OTHER
    assert names(second) == {"Front desk 2"}
    assert second.program.computers.overview().kit is None
    failure = fails(FailureCode.COMPUTERS_CHANGED, lambda: opened(first))
    assert "started over" in failure.advice
    first.program.computers.ask()  # asks although it trusts another list
    assert first.program.computers.join() is False
    approve(second, first)
    assert opened(first) == OTHER


def test_a_list_that_goes_back_is_refused(both: tuple[Practice, Practice]) -> None:
    """Somebody puts back the version in which a removed computer was still a member."""
    first, second = both
    first.program.computers.remove(second.program._sharing.own().id)
    first.query("DELETE FROM public.computer_lists WHERE version = 3")
    fails(FailureCode.COMPUTERS_CHANGED, lambda: first.program.credentials.save(OTHER))
    first.query("DELETE FROM public.computer_lists")
    fails(FailureCode.COMPUTERS_CHANGED, lambda: first.program.credentials.save(OTHER))


def test_a_first_list_survives_a_stop_before_it_was_remembered(
    first: Practice, keyring_in_memory: MemoryKeyring
) -> None:
    sharing = first.program._sharing
    with first.program.records.transaction() as tx:
        row = tx.credentials.get()
        assert row is not None
        tx.computer_lists.start_over(row.id)
        # everything but the last step of saving
        sharing.current_or_begun(tx, row.id, row.user_id, start_over=True)
    first.program.credentials.save(OTHER)
    assert opened(first) == OTHER
    assert names(first) == {sharing.device}


# the recovery kit


def test_a_kit_unlocks_a_new_computer(practices: Practices, first: Practice, second: Practice) -> None:
    kit = first.program.computers.make_kit()
    assert kit.practice == "Oak Street Vets"
    shown = first.program.computers.overview().kit
    assert shown is not None
    assert (shown.number, shown.made_at) == (kit.number, kit.made_at)
    second.program.computers.recover(f" {kit.code.lower()} ")
    assert opened(second) == LOGIN
    assert names(first) == {first.program._sharing.device, "Front desk 2"}
    assert first.actions()["recovery_kit.used"] == 1


def test_a_new_kit_voids_the_old_one(first: Practice, second: Practice) -> None:
    old = first.program.computers.make_kit()
    before = row_of(first).encryption_key_id
    new = first.program.computers.make_kit()
    assert old.number != new.number
    assert row_of(first).encryption_key_id != before
    failure = fails(FailureCode.CODE_REFUSED, lambda: second.program.computers.recover(old.code))
    assert "current recovery kit" in failure.title
    second.program.computers.recover(new.code)
    assert opened(second) == LOGIN


def test_a_wrong_code_of_a_kit_is_refused_clearly(first: Practice, second: Practice) -> None:
    failure = fails(FailureCode.CODE_REFUSED, lambda: second.program.computers.recover(new_recovery_code()))
    assert "none was made" in failure.title
    kit = first.program.computers.make_kit()
    swapped = kit.code[1] + kit.code[0] + kit.code[2:]
    if swapped != kit.code:
        failure = fails(FailureCode.CODE_REFUSED, lambda: second.program.computers.recover(swapped))
        assert "mistyped" in failure.title
    failure = fails(FailureCode.CODE_REFUSED, lambda: second.program.computers.recover(kit.code[:-4]))
    assert "characters" in failure.title
    fails(FailureCode.CODE_REFUSED, lambda: second.program.computers.recover(new_recovery_code()))
    fails(FailureCode.NOT_APPROVED, lambda: opened(second))
    refused = first.query(
        "SELECT action FROM public.idexx_sync_audit_log WHERE action = 'recovery_kit.used' AND status = 'refused'"
    )
    assert len(refused) >= 3


def test_a_kit_does_not_trust_a_list_that_was_made_up_around_it(
    practices: Practices, first: Practice, second: Practice
) -> None:
    """A thief builds a list of their own that names the kit, hoping that a new computer will seal to it."""
    kit = first.program.computers.make_kit()
    thief = practices.computer(first, "Thief")
    with psycopg.connect(first.database.owner_url) as owner:
        owner.execute("DELETE FROM public.computer_lists")
    with thief.program.records.transaction() as tx:
        row = tx.credentials.get()
        assert row is not None
        thief.program._sharing.current_or_begun(tx, row.id, row.user_id, start_over=False)
    fails(FailureCode.COMPUTERS_CHANGED, lambda: second.program.computers.recover(kit.code))


# a lost vault, a closed vault


def test_a_lost_key_is_entered_again_or_approved_again(
    both: tuple[Practice, Practice], keyring_in_memory: MemoryKeyring
) -> None:
    first, second = both
    lost = second.program._sharing.store
    for name in ("computer", "computer-list", f"key:{row_of(second).encryption_key_id}"):
        lost.delete(name)
    fails(FailureCode.NOT_APPROVED, lambda: opened(second))
    assert row_of(first).validation_status == "valid"  # it is, on the other computer
    assert first.actions()["credentials.unreadable"] == 1
    result = second.sync()
    assert result.failure is not None
    assert (result.failure.code, result.session_id) == (FailureCode.NOT_APPROVED, None)
    approve(first, second)
    assert opened(second) == LOGIN


def test_looking_at_the_sign_in_changes_and_audits_nothing(first: Practice, second: Practice) -> None:
    before = (row_of(first), first.actions())
    assert second.program.credentials.status().state == "unknown"
    assert (row_of(first), first.actions()) == before


def test_an_unapproved_computer_leaves_the_schedule_to_the_others(first: Practice, second: Practice) -> None:
    first.clock.pass_by(days=1)
    second.program.schedule_runner.tick()
    assert second.program.syncer.running is None
    assert second.program.syncer.last_result is None
    first.program.schedule_runner.tick()
    assert first.program.syncer.wait(60)
    assert first.program.syncer.last_result is not None


def test_a_sign_in_from_before_there_were_lists(first: Practice, second: Practice) -> None:
    with first.program.records.transaction() as tx:
        tx.computer_lists.start_over(row_of(first).id)
    for name in ("computer-list", "computer-list-begun"):
        first.program._sharing.store.delete(name)
    assert opened(first) == LOGIN
    overview = first.program.computers.overview()
    assert (overview.is_approved, overview.approved, overview.kit) == (True, (), None)
    approve(first, second)
    assert opened(second) == LOGIN
