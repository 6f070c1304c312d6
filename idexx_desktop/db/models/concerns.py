"""What owners were concerned about in calls, and what was done about it. Written by functions only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from idexx_desktop.db.models.base import Base, clinic_key, new_id


class ConcernRow(Base):
    """One concern of the clinic's. `closed_at` and `undone_at` follow from its ends."""

    __tablename__ = "concerns"
    __table_args__ = (
        Index("concerns_clinic_id_idx", "clinic_id", "opened_at"),
        Index(
            "concerns_open_idx", "clinic_id", "due_at",
            postgresql_where=text("closed_at IS NULL AND undone_at IS NULL"),
        ),
        Index("concerns_call_id_idx", "call_id"),
        Index("concerns_opened_by_idx", "opened_by"),
        Index("concerns_of_system_idx", "call_id", unique=True, postgresql_where=text("source = 'system'")),
    )  # fmt: skip

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    call_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("scheduled_discharge_calls.id", ondelete="SET NULL")
    )
    outcome_id: Mapped[UUID | None] = mapped_column(unique=True)
    source: Mapped[str]
    urgency: Mapped[str]
    severity: Mapped[str] = mapped_column(server_default="")
    words: Mapped[str]
    for_whom: Mapped[str] = mapped_column(server_default="")
    visit_keys: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    patient_names: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    owner_name: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    due_at: Mapped[datetime]
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    opened_by_name: Mapped[str] = mapped_column(server_default="")
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ConcernEnd(Base):
    """What was said of a concern since: closed, reopened, undone. `takes_back`: the end that counts no more."""

    __tablename__ = "concern_ends"
    __table_args__ = (
        UniqueConstraint("concern_id", "number"),
        Index("concern_ends_clinic_id_idx", "clinic_id"),
        Index("concern_ends_said_by_idx", "said_by"),
    )

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    concern_id: Mapped[UUID] = mapped_column(ForeignKey("concerns.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str]
    what: Mapped[str] = mapped_column(server_default="")
    takes_back: Mapped[UUID | None] = mapped_column(unique=True)
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    said_by_name: Mapped[str] = mapped_column(server_default="")
    said_at: Mapped[datetime]
