"""The activity record: written only by the database's own function, read by pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
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
from sqlalchemy.exc import OperationalError

from idexx_desktop.db.repositories.base import ClinicRepository
from idexx_desktop.db.rows import as_rows
from idexx_desktop.db.trips import write
from idexx_desktop.domain.audit import ACTION_WORDS, BY_PROGRAM, STARTED_BY_HAND, Action, check_metadata
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.orders import NEWEST_FIRST
from idexx_desktop.domain.records import AuditRecord, Page

_LOG = table(
    "idexx_sync_audit_log",
    column("id", Uuid(as_uuid=False)),
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
    column("hash", LargeBinary),
    schema="public",
)
_SHOWN = tuple(column for column in _LOG.c if column.name != "hash")
_LOG_PLACE = tuple_(_LOG.c.timestamp, _LOG.c.seq)
_NEWEST = (_LOG.c.timestamp.desc(), _LOG.c.seq.desc())
_OLDEST = (_LOG.c.timestamp, _LOG.c.seq)
_MEMBERS = table(
    "clinic_members",
    column("clinic_id", Uuid(as_uuid=False)),
    column("user_id", Uuid(as_uuid=False)),
    schema="public",
)
_RECORD = text("SELECT idexx_app.audit(:action, :status, :session_id, :metadata, :error)").bindparams(
    bindparam("metadata", type_=JSONB(none_as_null=True)), bindparam("error", type_=JSONB(none_as_null=True))
)
_ADD = text("""
    SELECT idexx_app.audit(given.action, given.status, given.session_id, given.metadata, NULL)
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS given(action text, status text, session_id text, metadata jsonb)
""")
# each step finds the next user's newest row in idexx_sync_audit_log_page_idx
_PEOPLE = text("""
    WITH RECURSIVE found AS (
      (SELECT user_id, actor FROM public.idexx_sync_audit_log
       WHERE user_id IS NOT NULL AND (SELECT idexx_app.is_admin())
       ORDER BY user_id, timestamp DESC, seq DESC LIMIT 1)
      UNION ALL
      SELECT next.user_id, next.actor FROM found, LATERAL (
        SELECT user_id, actor FROM public.idexx_sync_audit_log log WHERE log.user_id > found.user_id
        ORDER BY user_id, timestamp DESC, seq DESC LIMIT 1) next
    )
    SELECT user_id::text, actor FROM found
    UNION ALL
    SELECT DISTINCT NULL, actor FROM public.idexx_sync_audit_log
    WHERE user_id IS NULL AND (SELECT idexx_app.is_admin())
""")
_EMAILS = text("SELECT id::text, email FROM public.users WHERE email IS NOT NULL")
_BATCH = 2000
_QUICK_MS = 150
_TOO_SLOW = "57014"
_DETAIL_LENGTH = 500
_ERROR_KEYS = frozenset({"code", "detail"})
Counted = TypeVar("Counted")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row to be added."""

    action: Action
    status: str
    metadata: Mapping[str, Any]


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

        OURS for metadata that `domain.audit` doesn't list for the action. Of `error` (`Failure.as_dict`) only `code`
        and `detail` are kept: the other words may name a patient.
        """
        values = _entry(action, status, session_id, metadata, error)
        return int(self._session.execute(_RECORD, values).scalar_one())

    def add(self, entries: Iterable[AuditEntry], *, session_id: str | None = None) -> None:
        """As `record`, several rows in this order, for `Transaction.one_trip`: nobody waits for the numbers."""
        rows = [_entry(entry.action, entry.status, session_id, entry.metadata, None) for entry in entries]
        if rows:
            write(self._session, _ADD, {"rows": as_rows(rows)})

    def page(self, which: AuditFilter, page: Page) -> list[AuditRecord]:
        """The next rows, newest first unless asked for otherwise; `page.before` is the `audit_place` of the last shown.

        Backwards: the rows right above that one, or the last page of all.
        """
        newest_first = (which.order or NEWEST_FIRST).down
        # upwards from the place where downwards is asked for, and the other way round
        downwards = newest_first != page.backwards
        order, place = (_NEWEST, _LOG_PLACE.__lt__) if downwards else (_OLDEST, _LOG_PLACE.__gt__)
        statement = select(*_SHOWN).where(_condition(which)).order_by(*order).limit(page.limit)
        if page.before is not None:
            timestamp, seq = page.before
            statement = statement.where(place(tuple_(timestamp, seq)))
        rows = [_record(row) for row in self._session.execute(statement)]
        return rows[::-1] if page.backwards else rows

    def get(self, row_id: str) -> AuditRecord | None:
        """One row with its hash; None where there is none that this login reads."""
        found = self._session.execute(select(_LOG).where(_LOG.c.id == row_id)).first()
        return None if found is None else replace(_record(found), hash=bytes(found.hash or b"").hex())

    def stream(self, which: AuditFilter) -> Iterator[AuditRecord]:
        """Every row, newest first, read in batches: for as many as there are."""
        statement = select(*_SHOWN).where(_condition(which)).order_by(*_NEWEST)
        options = {"stream_results": True, "yield_per": _BATCH}
        with closing(self._session.execute(statement, execution_options=options)) as found:
            yield from map(_record, found)

    def emails(self) -> dict[str, str]:
        """The address of each user that this login may see, by id."""
        return {row[0]: row[1] for row in self._session.execute(_EMAILS)}

    def people(self) -> list[tuple[str | None, str]]:
        """Id and newest login of everybody whose rows an admin reads; without an id, the logins of the program's own.

        Looks into an index once for each of them, however many rows there are.
        """
        return [(row[0], row[1]) for row in self._session.execute(_PEOPLE)]

    def count(self, which: AuditFilter, at_most: int | None = None) -> int:
        """How many rows `page` would show in all; counts no further than to `at_most`."""
        fitting = select(_LOG.c.seq).where(_condition(which)).limit(at_most).subquery()
        return self._session.execute(select(func.count()).select_from(fitting)).scalar_one()

    def quick_count(self, which: AuditFilter, at_most: int) -> int | None:
        """The same, None where it would take long: a number that is only looked at isn't worth it."""
        return self._quickly(lambda: self.count(which, at_most))

    def quick_kinds(self, which: AuditFilter, at_most: int) -> dict[tuple[str, str], int] | None:
        """How many rows there are of each action with each result, among the newest `at_most`; None as above."""
        return self._quickly(lambda: self._kinds(which, at_most))

    def _quickly(self, count: Callable[[], Counted]) -> Counted | None:
        self._session.execute(text(f"SET LOCAL statement_timeout = {_QUICK_MS}"))
        try:
            with self._session.begin_nested():
                return count()
        except OperationalError as problem:
            if getattr(problem.orig, "sqlstate", "") != _TOO_SLOW:
                raise
            return None
        finally:
            self._session.execute(text("SET LOCAL statement_timeout TO DEFAULT"))

    def _kinds(self, which: AuditFilter, at_most: int) -> dict[tuple[str, str], int]:
        newest = (
            select(_LOG.c.action, func.coalesce(_LOG.c.status, "").label("status"))
            .where(_condition(which))
            .order_by(*_NEWEST)
            .limit(at_most)
            .subquery()
        )
        kinds = (newest.c.action, newest.c.status)
        counted = self._session.execute(select(*kinds, func.count()).group_by(*kinds))
        return {(row[0], row[1]): row[2] for row in counted}


def _entry(
    action: Action,
    status: str,
    session_id: str | None,
    metadata: Mapping[str, Any] | None,
    error: Mapping[str, Any] | None,
) -> dict[str, Any]:
    try:
        allowed = None if metadata is None else check_metadata(action, metadata)
    except ValueError as problem:
        raise Failure(FailureCode.OURS, str(problem)) from None
    kept = (
        None
        if error is None
        else {key: str(error[key])[:_DETAIL_LENGTH] for key in _ERROR_KEYS & error.keys()}
    )
    return {
        "action": str(action),
        "status": status,
        "session_id": session_id,
        "metadata": allowed,
        "error": kept,
    }


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
    if which.clinic_id is not None:
        members = select(_MEMBERS.c.user_id).where(_MEMBERS.c.clinic_id == which.clinic_id)
        conditions.append(log.user_id.in_(members))
    if which.people_only:
        by_hand = and_(
            log.action == str(Action.SYNC_STARTED),
            log.metadata["trigger"].astext.in_(sorted(STARTED_BY_HAND)),
        )
        conditions.append(or_(log.action.not_in(sorted(BY_PROGRAM)), by_hand))
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
        # one text with a line for each, because looking into five takes twice as long
        searched = func.concat_ws(
            "\n", log.action, log.actor, log.status, log.session_id, cast(log.metadata, Text)
        )
        conditions.append(or_(log.action.in_(named), searched.icontains(words, autoescape=True)))
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
