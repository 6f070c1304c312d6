"""What people said of owners' numbers. Written by functions only; a row is ended once, and never changed otherwise."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from idexx_desktop.db.models.base import Base, clinic_key, moment, new_id


class WrongNumberRow(Base):
    """A number at which somebody else answered."""

    __tablename__ = "wrong_numbers"
    __table_args__ = (
        Index(
            "wrong_numbers_holding_idx", "clinic_id", "phone", unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("wrong_numbers_clinic_id_idx", "clinic_id"),
        Index("wrong_numbers_told_by_idx", "told_by"),
        Index("wrong_numbers_undone_by_idx", "undone_by"),
    )  # fmt: skip

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    phone: Mapped[str]
    told_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    told_by_name: Mapped[str] = mapped_column(server_default="")
    told_at: Mapped[datetime] = moment()
    undone_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    undone_by_name: Mapped[str] = mapped_column(server_default="")
    undone_at: Mapped[datetime | None]


class OwnerContactRow(Base):
    """What to use in place of a number that Neo has, and the part of the day that suits its owner."""

    __tablename__ = "owner_contacts"
    __table_args__ = (
        Index(
            "owner_contacts_holding_idx", "clinic_id", "phone", unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("owner_contacts_clinic_id_idx", "clinic_id"),
        Index("owner_contacts_said_by_idx", "said_by"),
        Index("owner_contacts_withdrawn_by_idx", "withdrawn_by"),
    )  # fmt: skip

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    phone: Mapped[str]
    use_instead: Mapped[str | None]
    suits: Mapped[str | None]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    said_by_name: Mapped[str] = mapped_column(server_default="")
    said_at: Mapped[datetime] = moment()
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    withdrawn_by_name: Mapped[str] = mapped_column(server_default="")
    withdrawn_at: Mapped[datetime | None]
