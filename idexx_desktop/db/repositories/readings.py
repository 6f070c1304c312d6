"""What was last read of each visit, whole, so that the rules can run again without asking Neo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from idexx_desktop.db.models import table_of
from idexx_desktop.db.models.visits import VisitReading
from idexx_desktop.db.repositories.base import one_of
from idexx_desktop.db.rows import as_rows, insert_rows
from idexx_desktop.db.trips import write
from idexx_desktop.domain.visits import Visit

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_INSERT = insert_rows(table_of(VisitReading), ("clinic_id", "user_id", "visit_key", "content", "read_at"))
_PUT = _INSERT.on_conflict_do_update(
    index_elements=["clinic_id", "visit_key", "user_id"],
    set_={"content": _INSERT.excluded.content, "read_at": _INSERT.excluded.read_at},
)


@cache
def _adapter() -> TypeAdapter[Visit]:
    from pydantic import TypeAdapter  # 5 MB: only for a program that writes

    return TypeAdapter(Visit)


class ReadingRepository:
    """The readings of one user in one clinic."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        self._session = session
        self._user_id = UUID(user_id)
        self._clinic_id = UUID(clinic_id)

    def put(self, visits: Iterable[Visit], now: datetime) -> None:
        """Keep what was read of visits in place of what was read before."""
        rows = [
            {
                "clinic_id": self._clinic_id,
                "user_id": self._user_id,
                "visit_key": visit.visit_key,
                "content": _adapter().dump_python(visit, mode="json"),
                "read_at": now,
            }
            for visit in visits
        ]
        if rows:
            write(self._session, _PUT, {"rows": as_rows(rows)})

    def get(self, visit_keys: Iterable[str]) -> dict[str, Visit | None]:
        """The readings of these visits; one that is no longer kept is absent, and None is one of a newer version.

        Fields of a newer version are left out of a reading, as long as all that this one knows is there.
        """
        rows = self._session.execute(
            select(VisitReading.visit_key, VisitReading.content).where(
                VisitReading.clinic_id == self._clinic_id,
                VisitReading.user_id == self._user_id,
                VisitReading.visit_key == one_of(list(visit_keys)),
            )
        )
        return {key: _visit(content) for key, content in rows}

    def purge(self, before: datetime) -> int:
        """Forget what was read before this instant; returns how many visits that were."""
        result = self._session.execute(
            delete(VisitReading)
            .where(
                VisitReading.clinic_id == self._clinic_id,
                VisitReading.user_id == self._user_id,
                VisitReading.read_at < before,
            )
            .returning(VisitReading.visit_key)
        )
        return len(result.all())


def _visit(content: object) -> Visit | None:
    from pydantic import ValidationError

    try:
        return _adapter().validate_python(content)
    except ValidationError:
        return None
