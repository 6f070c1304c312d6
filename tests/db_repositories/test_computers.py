"""Lists of computers grow one version at a time, whoever writes them; requests are answered once; all go together."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.db.repositories.sealed_keys import StoredKey, StoredKit
from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.failures import Failure, FailureCode
from tests.db_repositories.conftest import Query
from tests.db_repositories.made_up import NOW
from tests.support.postgres import AllRecords

TABLES = ("computer_lists", "computer_requests", "sealed_keys", "recovery_kits")
LATER = NOW + timedelta(minutes=5)


def add(tx: Transaction, credential: str, version: int, lineage: str = "line-1") -> None:
    tx.computer_lists.add_list(
        credential,
        lineage=lineage,
        version=version,
        document=f"document {version} of {lineage}",
        signed_by="computer-1",
        signature="signature",
    )


def ask(tx: Transaction, credential: str, computer: str = "computer-2", proof: str = "proof") -> str:
    return tx.computer_requests.ask(
        credential,
        computer_id=computer,
        computer_name="Front Desk 2",
        public_keys="keys",
        proof=proof,
        now=NOW,
    )


def one_of_each(tx: Transaction, credential: str) -> None:
    add(tx, credential, 1)
    ask(tx, credential)
    tx.sealed_keys.put(credential, [StoredKey("key-1", "computer-1", "sealed", "computer-1", "signature")])
    tx.recovery_kit.put(credential, StoredKit("kit-1", "anchor", NOW))


def counts(as_owner: Query) -> list[int]:
    return [as_owner(f"SELECT count(*) FROM {table}")[0]["count"] for table in TABLES]


def test_versions_follow_each_other(tx: Transaction) -> None:
    credential = tx.credentials.reserve()
    assert tx.computer_lists.newest(credential) is None
    assert tx.computer_lists.lists(credential) == []
    for version in (1, 2, 3):
        add(tx, credential, version)
    newest = tx.computer_lists.newest(credential)
    assert newest is not None
    assert (newest.lineage, newest.version, newest.document) == ("line-1", 3, "document 3 of line-1")
    assert (newest.signed_by, newest.signature) == ("computer-1", "signature")
    assert newest.created_at == tx.now()
    assert [each.version for each in tx.computer_lists.lists(credential)] == [1, 2, 3]
    assert [each.version for each in tx.computer_lists.lists(credential, "line-1", after=1)] == [2, 3]
    assert tx.computer_lists.lists(credential, "line-2") == []


@pytest.mark.parametrize(("lineage", "version"), [("line-1", 2), ("line-1", 4), ("line-1", 1), ("line-2", 1)])
def test_a_version_that_does_not_follow_is_refused(tx: Transaction, lineage: str, version: int) -> None:
    credential = tx.credentials.reserve()
    add(tx, credential, 1)
    add(tx, credential, 2)
    with pytest.raises(Failure) as refused:
        add(tx, credential, version, lineage)
    assert refused.value.code is FailureCode.DATABASE_REFUSED
    assert refused.value.title.endswith("Try again.")
    assert [each.version for each in tx.computer_lists.lists(credential)] == [1, 2]


def test_a_list_begins_with_its_first_version(tx: Transaction) -> None:
    with pytest.raises(Failure, match="does not follow"):
        add(tx, tx.credentials.reserve(), 2)


def test_of_two_computers_one_wins_and_the_other_tries_again(clinic_records: AllRecords) -> None:
    """Also for the very first list, which each computer begins with a lineage of its own."""
    records = clinic_records.a
    with records.transaction() as tx:
        credential = tx.credentials.reserve()
    together = threading.Barrier(2)

    def write(version: int, lineage: str) -> FailureCode | None:
        with records.transaction() as tx:
            together.wait()
            try:
                add(tx, credential, version, lineage)
            except Failure as failure:
                return failure.code
            return None

    def both(version: int, *lineages: str) -> Counter[FailureCode | None]:
        return Counter(pool.map(write, [version] * 2, lineages))

    one_won = {None: 1, FailureCode.DATABASE_REFUSED: 1}
    with ThreadPoolExecutor(2) as pool:
        assert both(1, "line-1", "line-2") == one_won
        lineage = _lineage(records, credential)
        for version in range(2, 8):
            assert both(version, lineage, lineage) == one_won
    with records.transaction() as tx:
        add(tx, credential, 8, lineage)


def _lineage(records: ClinicRecords, credential: str) -> str:
    with records.transaction() as tx:
        newest = tx.computer_lists.newest(credential)
    assert newest is not None
    return newest.lineage


def test_starting_over_leaves_nothing_and_stops_the_old_line(
    clinic_records: AllRecords, as_owner: Query
) -> None:
    with clinic_records.a.transaction() as tx:
        credential = tx.credentials.reserve()
        one_of_each(tx, credential)
    with clinic_records.a.transaction() as tx:
        tx.computer_lists.start_over(credential)
    assert counts(as_owner) == [0, 0, 0, 0]
    with clinic_records.a.transaction() as tx:
        with pytest.raises(Failure, match="does not follow"):
            add(tx, credential, 2)
        add(tx, credential, 1, "line-2")


def test_everything_goes_with_the_sign_in(clinic_records: AllRecords, as_owner: Query) -> None:
    with clinic_records.a.transaction() as tx:
        credential = tx.credentials.reserve()
        one_of_each(tx, credential)
    assert counts(as_owner) == [1, 1, 1, 1]
    with clinic_records.a.transaction() as tx:
        assert tx.credentials.forget()
    assert counts(as_owner) == [0, 0, 0, 0]
    with clinic_records.a.transaction() as tx, pytest.raises(Failure, match="was removed"):
        add(tx, credential, 2)


def test_a_request_is_asked_and_answered_once(tx: Transaction) -> None:
    credential = tx.credentials.reserve()
    assert tx.computer_requests.of_computer(credential, "computer-2") is None
    request_id = ask(tx, credential)
    request = tx.computer_requests.of_computer(credential, "computer-2")
    assert request is not None
    assert (request.id, request.computer_name, request.public_keys) == (request_id, "Front Desk 2", "keys")
    assert (request.proof, request.requested_at, request.answer) == ("proof", NOW, None)
    assert tx.computer_requests.unanswered(credential) == [request]
    assert tx.computer_requests.answer(request, "answer", at=LATER)
    assert not tx.computer_requests.answer(request, "another answer", at=LATER)
    answered = tx.computer_requests.of_computer(credential, "computer-2")
    assert answered is not None
    assert (answered.answer, answered.answered_at) == ("answer", LATER)
    assert tx.computer_requests.unanswered(credential) == []


def test_asking_anew_replaces_the_request_and_its_answer(tx: Transaction) -> None:
    credential = tx.credentials.reserve()
    ask(tx, credential)
    first = tx.computer_requests.of_computer(credential, "computer-2")
    assert first is not None
    assert tx.computer_requests.answer(first, "answer", at=LATER)
    assert ask(tx, credential, proof="another proof") == first.id
    second = tx.computer_requests.of_computer(credential, "computer-2")
    assert second is not None
    assert (second.proof, second.answer, second.answered_at) == ("another proof", None, None)
    # whoever still looks at the first one answers nothing
    assert not tx.computer_requests.answer(first, "late answer", at=LATER)
    assert tx.computer_requests.answer(second, "answer", at=LATER)


def test_the_newest_request_comes_first_and_can_be_withdrawn(tx: Transaction) -> None:
    credential = tx.credentials.reserve()
    for number in range(3):
        tx.computer_requests.ask(
            credential, computer_id=f"computer-{number}", computer_name="PC", public_keys="k", proof="p",
            now=NOW + timedelta(minutes=number),
        )  # fmt: skip
    waiting = tx.computer_requests.unanswered(credential)
    assert [each.computer_id for each in waiting] == ["computer-2", "computer-1", "computer-0"]
    assert tx.computer_requests.withdraw(waiting[0].id)
    assert not tx.computer_requests.withdraw(waiting[0].id)
    assert not tx.computer_requests.answer(waiting[0], "answer", at=LATER)
    assert tx.computer_requests.unanswered(credential) == waiting[1:]


def test_others_see_and_change_nothing(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as tx:
        credential = tx.credentials.reserve()
        one_of_each(tx, credential)
        request = tx.computer_requests.unanswered(credential)[0]
    for other in (clinic_records.b, clinic_records.colleague):
        with other.transaction() as tx:
            assert tx.computer_lists.lists(credential) == []
            assert tx.computer_requests.unanswered(credential) == []
            assert tx.sealed_keys.get(credential, "key-1", "computer-1") is None
            assert tx.recovery_kit.get(credential) is None
            assert not tx.computer_requests.answer(request, "answer", at=LATER)
            assert not tx.computer_requests.withdraw(request.id)
            assert tx.sealed_keys.keep_only(credential, ()) == 0
            assert not tx.recovery_kit.drop(credential)
            for change in (
                lambda t: add(t, credential, 2),
                lambda t: t.computer_lists.start_over(credential),
            ):
                with pytest.raises(Failure, match="was removed"):
                    change(tx)
        with pytest.raises(Failure, match="42501"), other.transaction() as tx:
            ask(tx, credential, "computer-3")
    with clinic_records.a.transaction() as tx:
        assert tx.computer_requests.unanswered(credential) == [request]
        assert tx.recovery_kit.get(credential) is not None
