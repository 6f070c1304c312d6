"""What the owner of the records does about old months of the activity record, and legal holds.

Every rule is the database's (migration 0008): nothing here, and no other statement of the owner's, removes more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, text
from sqlalchemy.orm import Session

from idexx_desktop.db import migrate
from idexx_desktop.db.audit_chains import ChainRepository
from idexx_desktop.db.connecting import OWNER_STATEMENT_SECONDS, make_engine
from idexx_desktop.db.errors import translating
from idexx_desktop.domain.audit_chain import ChainRow
from idexx_desktop.domain.exports import ChainPart
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.newer import read_as
from idexx_desktop.domain.retention import LegalHold, Obstacle, OldMonth, Retention, kept_until, month_end

_NOBODY = str(UUID(int=0))
# the first of yesterday's month, six years ago: every month before it is old enough
_MONTHS = text("""
    SELECT old.month, old.rows, idexx_app.audit_removal_obstacle(old.month, clock_timestamp()),
      (SELECT e.exported_at FROM idexx_app.audit_exports e WHERE e.month = old.month ORDER BY e.number DESC LIMIT 1)
    FROM (
      SELECT date_trunc('month', timestamp AT TIME ZONE 'UTC')::date AS month, count(*) AS rows
      FROM public.idexx_sync_audit_log
      WHERE timestamp < (
        date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC' - interval '1 day') - interval '6 years'
      ) AT TIME ZONE 'UTC'
      GROUP BY 1
    ) old ORDER BY old.month
""")
_OLDEST = text(
    "SELECT date_trunc('month', min(timestamp) AT TIME ZONE 'UTC')::date FROM public.idexx_sync_audit_log"
)
_HOLDS = text("""
    SELECT h.id::text, h.reason, h.user_id::text, u.email, h.placed_by, h.placed_at
    FROM idexx_app.audit_holds h LEFT JOIN public.users u ON u.id = h.user_id
    WHERE h.released_at IS NULL ORDER BY h.placed_at, h.id
""")
# the owner never takes what others made for the server's
_AS_OWNER = text("SET LOCAL search_path = pg_catalog, pg_temp")
_EXPORT_START = text("SELECT NULLIF(idexx_app.audit_export_start(:month), '-infinity')")
_RECORD_EXPORT = text(
    "SELECT idexx_app.record_audit_export(:month, CAST(:chains AS jsonb), :manifest)"
).bindparams(bindparam("manifest", type_=LargeBinary))
_CLINICS = text("""
    SELECT COALESCE(c.name, '') FROM public.clinics c
    WHERE c.id IN (SELECT m.clinic_id FROM public.clinic_members m) ORDER BY lower(c.name), c.id
""")
_OBSTACLE = text("SELECT idexx_app.audit_removal_obstacle(:month, clock_timestamp())")
_REMOVE = text("SELECT idexx_app.remove_audit_month(:month)")
_USERS = text("SELECT id FROM public.users WHERE lower(email) = lower(:email)")
_PLACE = text("SELECT idexx_app.place_audit_hold(:reason, :user)::text")
_RELEASE = text("SELECT idexx_app.release_audit_hold(:hold)")


@contextmanager
def as_owner(owner_url: str) -> Iterator[RetentionRepository]:
    """One transaction of the owner's. DATABASE_OUTDATED where the database isn't prepared for this program."""
    engine = make_engine(
        owner_url,
        application_name="idexx-desktop-owner",
        pool_size=0,
        # every hash of a month is computed again before it goes
        statement_seconds=OWNER_STATEMENT_SECONDS,
    )
    with translating(), Session(engine) as session, session.begin():
        session.execute(_AS_OWNER)
        if migrate.is_behind(migrate.current_of(session.connection())):
            raise Failure(
                FailureCode.DATABASE_OUTDATED, "prepare the database first: idexx-desktop db prepare"
            )
        yield RetentionRepository(session)


class RetentionRepository:
    """Old months and holds, for a login that owns the records. Months are given by their first day."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._chains = ChainRepository(session, _NOBODY, _NOBODY)

    def overview(self) -> Retention:
        """The months that are old enough to go, oldest first, and the holds that are in force."""
        months = tuple(
            OldMonth(row[0], row[1], row[3], _obstacle(row[2])) for row in self._session.execute(_MONTHS)
        )
        holds = tuple(LegalHold(*row) for row in self._session.execute(_HOLDS))
        oldest: date | None = self._session.execute(_OLDEST).scalar()
        return Retention(months, holds, None if oldest is None else kept_until(oldest))

    def export_start(self, month: date) -> datetime | None:
        """From when on a month's export takes rows: earlier ones were exported with an earlier month."""
        found: datetime | None = self._session.execute(_EXPORT_START, {"month": month}).scalar()
        return found

    def rows(self, month: date, since: datetime | None) -> Iterator[ChainRow]:
        """The rows that go with a month, from `export_start` on, of every chain, by chain and number."""
        for part in self._chains.ranges(since, month_end(month)):
            yield from self._chains.rows_of(part.chain, part.first - 1, part.last)

    def clinics(self) -> list[str]:
        """The names of the clinics that have members: what an export is of."""
        return [str(name) for (name,) in self._session.execute(_CLINICS)]

    def record_export(self, month: date, chains: Sequence[ChainPart], manifest: bytes) -> None:
        """Keep what was exported, with its signed manifest; audited. From now on seven days pass.

        INVALID_INPUT where the month may not go, or these aren't exactly its rows.
        """
        ends = [
            {
                "chain": part.chain,
                "rows": part.last_seq - part.first_seq + 1,
                "seq": part.last_seq,
                "hash": part.last_hash,
            }
            for part in chains
        ]
        values = {"month": month, "chains": json.dumps(ends), "manifest": manifest}
        self._session.execute(_RECORD_EXPORT, values)

    def obstacle(self, month: date) -> Obstacle | None:
        """Why the month can't be removed now; None where it can."""
        found: str | None = self._session.execute(_OBSTACLE, {"month": month}).scalar()
        return _obstacle(found)

    def remove(self, month: date) -> int:
        """Remove a month for which there is no obstacle; audited. How many rows that were."""
        return int(self._session.execute(_REMOVE, {"month": month}).scalar_one())

    def place_hold(self, reason: str, email: str | None) -> str:
        """Keep everything, or what concerns one person; audited. The hold's id.

        INVALID_INPUT where nobody has this e-mail address.
        """
        user = None
        if email is not None:
            found = self._session.execute(_USERS, {"email": email}).scalars().all()
            if len(found) != 1:
                title = "Nobody has this e-mail address."
                raise Failure(FailureCode.INVALID_INPUT, f"{len(found)} users", title=title)
            user = found[0]
        return str(self._session.execute(_PLACE, {"reason": reason, "user": user}).scalar_one())

    def release_hold(self, hold_id: UUID) -> bool:
        """End a hold; audited. False where there is none of this id that is in force."""
        return bool(self._session.execute(_RELEASE, {"hold": hold_id}).scalar_one())


def _obstacle(code: str | None) -> Obstacle | None:
    return None if code is None else read_as(Obstacle, code, Obstacle.NEWER)
