"""The activity record: written only by the database's own function, read by pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Text,
    Uuid,
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
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditRecord, Page

_LOG = table(
    "idexx_sync_audit_log",
    column("id"),
    column("seq"),
    column("timestamp"),
    column("user_id", Uuid(as_uuid=False)),
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
_EMAILS = text("SELECT id::text, email FROM public.users WHERE email IS NOT NULL")
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

        OURS for metadata that `domain.audit` doesn't list for the action. Of `error` (see `Failure.as_dict`) only `code`
        and `detail` are kept: the other words may name a patient.
        """
        try:
            allowed = None if metadata is None else check_metadata(action, metadata)
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

    def stream(self, which: AuditFilter) -> Iterator[AuditRecord]:
        """Every row, newest first, read in batches: for as many as there are."""
        statement = select(_LOG).where(_condition(which)).order_by(_LOG.c.timestamp.desc(), _LOG.c.seq.desc())
        options = {"stream_results": True, "yield_per": _BATCH}
        with closing(self._session.execute(statement, execution_options=options)) as found:
            yield from map(_record, found)

    def emails(self) -> dict[str, str]:
        """The address of each user that this login may see, by id."""
        return {row[0]: row[1] for row in self._session.execute(_EMAILS)}

    def count(self, which: AuditFilter) -> int:
        """How many rows `page` would show in all."""
        return self._session.execute(
            select(func.count()).select_from(_LOG).where(_condition(which))
        ).scalar_one()


def _condition(which: AuditFilter) -> ColumnElement[bool]:
    log = _LOG.c
    conditions: list[ColumnElement[bool]] = [log.id.is_not(None)]
    for asked, found in (
        (which.action, log.action),
        (which.status, log.status),
        (which.actor, log.actor),
        (which.user_id, log.user_id),
    ):
        if asked is not None:
            conditions.append(found == asked)
    if which.visit_key is not None:
        conditions.append(_names_visit(which.visit_key))
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


def _names_visit(key: str) -> ColumnElement[bool]:
    return or_(_LOG.c.metadata.contains({"visit_key": key}), _LOG.c.metadata.contains({"visit_keys": [key]}))


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
