"""What every repository shares."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, CursorResult, Executable, Text, func, literal
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from idexx_desktop.domain.filters import Whose


class ClinicRepository:
    """A repository of one user in one clinic. Ids are strings outside and UUIDs inside."""

    def __init__(self, session: Session, user_id: str, clinic_id: str) -> None:
        self._session = session
        self._user = UUID(user_id)
        self._clinic = UUID(clinic_id)

    def _of(
        self, whose: Whose | None, user: ColumnElement[Any], clinic: ColumnElement[Any]
    ) -> list[ColumnElement[bool]]:
        """The rows of these columns that a filter asks for; without `whose`, this user's own in this clinic.

        Whatever is asked for, row security lets a login read its own rows only, and an admin everybody's.
        """
        if whose is None:
            return [user == self._user, clinic == self._clinic]
        asked = ((user, whose.user_id), (clinic, whose.clinic_id))
        return [column == UUID(wanted) for column, wanted in asked if wanted is not None]

    def _others(self, user_id: UUID | None, clinic_id: UUID | None) -> Whose | None:
        """Whose a row is; None for this user's own in this clinic."""
        if (user_id, clinic_id) == (self._user, self._clinic):
            return None
        return Whose(text_id(user_id), text_id(clinic_id))

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


def one_of(values: Collection[Any], kind: TypeEngine[Any] | None = None) -> ColumnElement[Any]:
    """For `column == one_of(values)`: one parameter however many they are. Texts, unless `kind` says otherwise."""
    return func.any(literal(list(values), ARRAY(kind or Text())))


def like(text: str) -> str:
    """A pattern for ILIKE that finds `text` anywhere, taken literally; a backslash escapes."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
