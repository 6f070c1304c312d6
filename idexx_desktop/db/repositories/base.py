"""What every repository shares."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Executable
from sqlalchemy.orm import Session


class ClinicRepository:
    """A repository of one user in one clinic. Ids are strings outside and UUIDs inside."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        self._session = session
        self._user = UUID(user_id)
        self._clinic = UUID(clinic_id)

    def _rows(self, statement: Executable, values: dict[str, Any] | None = None) -> list[Any]:
        return list(self._session.execute(statement, values))

    def _first(self, statement: Executable, values: dict[str, Any] | None = None) -> Any:
        return self._session.execute(statement, values).first()

    def _changed(self, statement: Executable, values: dict[str, Any] | None = None) -> int:
        """How many rows the statement changed."""
        # of an INSERT the number is known only on request
        result = self._session.execute(statement, values, execution_options={"preserve_rowcount": True})
        return cast("CursorResult[Any]", result).rowcount


def text_id(value: UUID | None) -> str | None:
    """An id as it is shown outside."""
    return None if value is None else str(value)


def like(text: str) -> str:
    """A pattern for ILIKE that finds `text` anywhere, taken literally; a backslash escapes."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
