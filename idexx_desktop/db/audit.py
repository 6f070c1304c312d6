"""The activity record: written only by the database's own function, read by pages, checked row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
    table,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.domain.audit import ACTION_WORDS, Action, check_metadata
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, AuditVerification
from idexx_desktop.domain.records import AuditRecord, Page

_LOG = table(
    "idexx_sync_audit_log",
    column("id"),
    column("seq"),
    column("timestamp"),
    column("user_id"),
    column("actor", Text),
    column("action", Text),
    column("status", Text),
    column("ip_address"),
    column("session_id", Text),
    column("metadata", JSONB),
    column("error_details", JSONB),
    schema="public",
)
_RECORD = text("SELECT idexx_app.audit(:action, :status, :session_id, :metadata, :error)").bindparams(
    bindparam("metadata", type_=JSONB(none_as_null=True)), bindparam("error", type_=JSONB(none_as_null=True))
)
# in the order and the text forms of the canonical bytes (migration 0006)
_CHAINS = text("""
    SELECT log.chain::text, log.seq::text, id::text,
      to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      user_id::text, actor, action, status, host(ip_address), session_id, error_details::text, metadata::text,
      previous_hash, hash
    FROM public.idexx_sync_audit_log log ORDER BY log.chain, log.seq
""")
_HEADS = text("SELECT chain::text, seq, hash FROM idexx_app.audit_chain_heads() WHERE seq > 0")
_FIELDS = 12
_BEFORE_FIRST = bytes(32)
_BATCH = 2000
_DETAIL_LENGTH = 500
_ERROR_KEYS = frozenset({"code", "detail"})


class AuditRepository(ClinicRepository):
    """The rows that row security lets this login read: its own, for an admin everybody's."""

    def record(
        self,
        action: Action,
        status: str,
        *,
        session_id: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        error: Mapping[str, Any] | None = None,
    ) -> int:
        """Add one row and return its number in this user's chain. The last statement of its transaction.

        OURS for metadata outside of the list in `domain.audit`. Of `error` (see `Failure.as_dict`) only `code`
        and `detail` are kept: the other words may name a patient.
        """
        try:
            allowed = None if metadata is None else check_metadata(metadata)
        except ValueError as problem:
            raise Failure(FailureCode.OURS, str(problem)) from None
        kept = (
            None
            if error is None
            else {key: str(error[key])[:_DETAIL_LENGTH] for key in _ERROR_KEYS & error.keys()}
        )
        values = {
            "action": str(action),
            "status": status,
            "session_id": session_id,
            "metadata": allowed,
            "error": kept,
        }
        return int(self._session.execute(_RECORD, values).scalar_one())

    def page(self, which: AuditFilter, page: Page) -> list[AuditRecord]:
        """The next rows, newest first; `page.before` is the (timestamp, seq) of the last row shown."""
        statement = (
            select(_LOG)
            .where(_condition(which))
            .order_by(_LOG.c.timestamp.desc(), _LOG.c.seq.desc())
            .limit(page.limit)
        )
        if page.before is not None:
            timestamp, seq = page.before
            statement = statement.where(tuple_(_LOG.c.timestamp, _LOG.c.seq) < tuple_(timestamp, seq))
        return [_record(row) for row in self._session.execute(statement)]

    def count(self, which: AuditFilter) -> int:
        """How many rows `page` would show in all."""
        return self._session.execute(
            select(func.count()).select_from(_LOG).where(_condition(which))
        ).scalar_one()

    def verify(self) -> AuditVerification:
        """Recompute every chain that this login can read; names the first row that doesn't fit."""
        # the ends first: what is added while we read lies beyond them
        heads = {row[0]: (row[1], bytes(row[2])) for row in self._session.execute(_HEADS)}
        options = {"stream_results": True, "yield_per": _BATCH}
        with closing(self._session.execute(_CHAINS, execution_options=options)) as streamed:
            return _verified(heads, (tuple(row) for row in streamed))


def _verified(heads: dict[str, tuple[int, bytes]], rows: Iterator[tuple[Any, ...]]) -> AuditVerification:
    chain: str | None = None
    previous, number, count = _BEFORE_FIRST, 0, 0
    missing = dict(heads)
    for row in rows:
        if row[0] != chain:
            chain, previous, number = row[0], _BEFORE_FIRST, 0
        number += 1
        problem = _problem_of(row, number, previous)
        if problem:
            return AuditVerification(ok=False, rows=count, problem=problem)
        count += 1
        previous = bytes(row[-1])
        if missing.get(row[0]) == (number, previous):
            del missing[row[0]]
    for which, (length, _) in missing.items():
        return AuditVerification(
            ok=False, rows=count, problem=f"chain {which}: it does not end as it did at {length}"
        )
    return AuditVerification(ok=True, rows=count)


def _problem_of(row: tuple[Any, ...], number: int, previous: bytes) -> str | None:
    place = f"chain {row[0]}, row {row[1]}"
    if row[0] is None or row[1] != str(number):
        return f"{place}: expected row {number}"
    if bytes(row[-2] or b"") != previous:
        return f"{place}: it does not follow the row before it"
    if bytes(row[-1] or b"") != hashlib.sha256(previous + canonical(row[:_FIELDS])).digest():
        return f"{place}: it was changed"
    return None


def canonical(fields: tuple[str | None, ...]) -> bytes:
    """The bytes that a row's hash covers: netstrings of the twelve fields, `-` for NULL (migration 0006)."""
    return b"".join(map(_netstring, fields))


def _netstring(value: str | None) -> bytes:
    if value is None:
        return b"-"
    encoded = value.encode()
    return b"%d:%b," % (len(encoded), encoded)


def _condition(which: AuditFilter) -> ColumnElement[bool]:
    log = _LOG.c
    conditions: list[ColumnElement[bool]] = [log.id.is_not(None)]
    for asked, found in ((which.action, log.action), (which.status, log.status), (which.actor, log.actor)):
        if asked is not None:
            conditions.append(found == asked)
    if which.since is not None:
        conditions.append(log.timestamp >= which.since)
    if which.until is not None:
        conditions.append(log.timestamp < which.until)
    words = which.text.strip()
    if words:
        # people search for what they see: the words of an action, not its code
        named = [str(action) for action, shown in ACTION_WORDS.items() if words.lower() in shown.lower()]
        searched = (log.action, log.actor, log.status, log.session_id, cast(log.metadata, Text))
        conditions.append(
            or_(log.action.in_(named), *(each.icontains(words, autoescape=True) for each in searched))
        )
    return and_(*conditions)


def _record(row: Row[Any]) -> AuditRecord:
    return AuditRecord(
        id=str(row.id),
        seq=row.seq,
        timestamp=row.timestamp,
        user_id=None if row.user_id is None else str(row.user_id),
        actor=row.actor,
        action=row.action,
        status=row.status,
        ip_address=None if row.ip_address is None else str(row.ip_address),
        session_id=row.session_id,
        metadata=row.metadata or {},
        error_details=row.error_details,
    )
