"""Who shares a sign-in: the signed lists of computers, and those that ask to be on them.

The texts are made and checked by whoever holds the keys; here they are only kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from idexx_desktop.db.models import computers, seed, table_of
from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.failures import Failure, FailureCode

_CREDENTIALS = table_of(seed.Credential)
_LISTS = table_of(computers.ComputerListRow)
_REQUESTS = table_of(computers.ComputerRequestRow)
_OF_COMPUTERS = tuple(
    table_of(model)
    for model in (
        computers.ComputerListRow,
        computers.ComputerRequestRow,
        computers.SealedKeyRow,
        computers.RecoveryKitRow,
    )
)


@dataclass(frozen=True, slots=True)
class StoredList:
    """One version of a signed list; `created_at` is by the database's clock."""

    lineage: str
    version: int
    document: str
    signed_by: str
    signature: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A computer that asks; `proof` and `answer` are what it and the computer that approved it computed."""

    id: str
    computer_id: str
    computer_name: str
    public_keys: str
    proof: str
    answer: str | None
    requested_at: datetime
    answered_at: datetime | None


class SharingRepository(ClinicRepository):
    """What the repositories of one sign-in's rows share."""

    def _mine(self, table: Table, credential_id: str) -> ColumnElement[bool]:
        return and_(table.c.user_id == self._user, table.c.credential_id == UUID(credential_id))

    def _owner(self, credential_id: str) -> dict[str, Any]:
        return {"credential_id": UUID(credential_id), "user_id": self._user}


class ComputerListRepository(SharingRepository):
    """The versions of the list. A new one follows the newest, and one computer at a time adds it."""

    def lists(self, credential_id: str, lineage: str | None = None, after: int = 0) -> list[StoredList]:
        """The versions above `after`, oldest first; of one lineage, or of all that are there."""
        statement = select(_LISTS).where(self._mine(_LISTS, credential_id), _LISTS.c.version > after)
        if lineage is not None:
            statement = statement.where(_LISTS.c.lineage == lineage)
        return [_list(row) for row in self._rows(statement.order_by(_LISTS.c.version, _LISTS.c.lineage))]

    def newest(self, credential_id: str) -> StoredList | None:
        """The highest version; None before the first."""
        newest = (_LISTS.c.version.desc(), _LISTS.c.lineage)
        row = self._first(select(_LISTS).where(self._mine(_LISTS, credential_id)).order_by(*newest).limit(1))
        return None if row is None else _list(row)

    def add_list(
        self, credential_id: str, *, lineage: str, version: int, document: str, signed_by: str, signature: str
    ) -> None:
        """Keep the next version of the newest list, or the very first one.

        DATABASE_REFUSED for any other: another computer was faster, so read anew and try again.
        """
        self._wait_for_others(credential_id)
        newest = self.newest(credential_id)
        expected = (lineage, 1) if newest is None else (newest.lineage, newest.version + 1)
        if (lineage, version) != expected:
            raise _changed_meanwhile(f"version {version} of the list does not follow the newest one")
        self._session.execute(
            insert(_LISTS).values(
                **self._owner(credential_id),
                lineage=lineage,
                version=version,
                document=document,
                signed_by=signed_by,
                signature=signature,
            )
        )

    def start_over(self, credential_id: str) -> None:
        """Remove every list, request and sealed key of this sign-in, and its recovery kit."""
        self._wait_for_others(credential_id)
        for table in _OF_COMPUTERS:
            self._session.execute(delete(table).where(self._mine(table, credential_id)))

    def _wait_for_others(self, credential_id: str) -> None:
        """One change of the list after another, until the transaction ends."""
        mine = and_(_CREDENTIALS.c.id == UUID(credential_id), _CREDENTIALS.c.user_id == self._user)
        if self._first(select(_CREDENTIALS.c.id).where(mine).with_for_update(key_share=True)) is None:
            raise _changed_meanwhile("the Neo sign-in was removed in the meantime")


class ComputerRequestRepository(SharingRepository):
    """Computers that ask to be approved; each has one request at a time."""

    def ask(
        self,
        credential_id: str,
        *,
        computer_id: str,
        computer_name: str,
        public_keys: str,
        proof: str,
        now: datetime,
    ) -> str:
        """Ask, in place of what this computer asked before, whose answer is gone; the request's id."""
        values = {
            "computer_name": computer_name,
            "public_keys": public_keys,
            "proof": proof,
            "answer": None,
            "requested_at": now,
            "answered_at": None,
        }
        statement = (
            insert(_REQUESTS)
            .values(**self._owner(credential_id), computer_id=computer_id, **values)
            .on_conflict_do_update(index_elements=["credential_id", "computer_id"], set_=values)
            .returning(_REQUESTS.c.id)
        )
        return str(self._session.execute(statement).scalar_one())

    def of_computer(self, credential_id: str, computer_id: str) -> StoredRequest | None:
        """What this computer asked, answered or not."""
        mine = self._mine(_REQUESTS, credential_id)
        row = self._first(select(_REQUESTS).where(mine, _REQUESTS.c.computer_id == computer_id))
        return None if row is None else _request(row)

    def unanswered(self, credential_id: str) -> list[StoredRequest]:
        """The requests that nobody has answered, newest first."""
        newest = (_REQUESTS.c.requested_at.desc(), _REQUESTS.c.id)
        statement = select(_REQUESTS).where(
            self._mine(_REQUESTS, credential_id), _REQUESTS.c.answer.is_(None)
        )
        return [_request(row) for row in self._rows(statement.order_by(*newest))]

    def answer(self, request: StoredRequest, text: str, *, at: datetime) -> bool:
        """Answer exactly this request. False where it was answered, withdrawn or asked anew in the meantime."""
        statement = update(_REQUESTS).where(
            _REQUESTS.c.id == UUID(request.id),
            _REQUESTS.c.user_id == self._user,
            _REQUESTS.c.proof == request.proof,
            _REQUESTS.c.answer.is_(None),
        )
        return self._changed(statement.values(answer=text, answered_at=at)) > 0

    def withdraw(self, request_id: str) -> bool:
        """Remove a request. False where there is none of this id."""
        mine = and_(_REQUESTS.c.id == UUID(request_id), _REQUESTS.c.user_id == self._user)
        return self._changed(delete(_REQUESTS).where(mine)) > 0


def _changed_meanwhile(detail: str) -> Failure:
    return Failure(
        FailureCode.DATABASE_REFUSED, detail, title="Another computer changed this a moment ago. Try again."
    )


def _list(row: Any) -> StoredList:
    return StoredList(row.lineage, row.version, row.document, row.signed_by, row.signature, row.created_at)


def _request(row: Any) -> StoredRequest:
    return StoredRequest(
        id=str(row.id),
        computer_id=row.computer_id,
        computer_name=row.computer_name,
        public_keys=row.public_keys,
        proof=row.proof,
        answer=row.answer,
        requested_at=row.requested_at,
        answered_at=row.answered_at,
    )
