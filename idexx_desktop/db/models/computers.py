"""Who may open the sealed sign-in: signed lists of computers, requests, sealed data keys, the recovery kit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from idexx_desktop.db.models.base import Base, moment, new_id, user_key


def credential_key() -> MappedColumn[UUID]:
    """Which sign-in's row it is; it goes with the sign-in."""
    return mapped_column(ForeignKey("idexx_credentials.id", ondelete="CASCADE"))


class ComputerListRow(Base):
    """One version of the signed list of computers; versions are only added."""

    __tablename__ = "computer_lists"
    __table_args__ = (
        UniqueConstraint("credential_id", "lineage", "version"),
        Index("computer_lists_user_id_idx", "user_id"),
    )

    id: Mapped[UUID] = new_id()
    credential_id: Mapped[UUID] = credential_key()
    user_id: Mapped[UUID] = user_key()
    lineage: Mapped[str]
    version: Mapped[int]
    document: Mapped[str]
    signed_by: Mapped[str]
    signature: Mapped[str]
    created_at: Mapped[datetime] = moment()


class ComputerRequestRow(Base):
    """A computer that asks to be approved, and the answer that it got."""

    __tablename__ = "computer_requests"
    __table_args__ = (
        UniqueConstraint("credential_id", "computer_id"),
        Index("computer_requests_user_id_idx", "user_id"),
    )

    id: Mapped[UUID] = new_id()
    credential_id: Mapped[UUID] = credential_key()
    user_id: Mapped[UUID] = user_key()
    computer_id: Mapped[str]
    computer_name: Mapped[str]
    public_keys: Mapped[str]
    proof: Mapped[str]
    answer: Mapped[str | None]
    requested_at: Mapped[datetime] = moment()
    answered_at: Mapped[datetime | None]


class SealedKeyRow(Base):
    """A data key, sealed to one computer or to the kit."""

    __tablename__ = "sealed_keys"
    __table_args__ = (
        UniqueConstraint("credential_id", "key_id", "computer_id"),
        Index("sealed_keys_user_id_idx", "user_id"),
    )

    id: Mapped[UUID] = new_id()
    credential_id: Mapped[UUID] = credential_key()
    user_id: Mapped[UUID] = user_key()
    key_id: Mapped[str]
    computer_id: Mapped[str]
    sealed_key: Mapped[str]
    signed_by: Mapped[str]
    signature: Mapped[str]
    created_at: Mapped[datetime] = moment()


class RecoveryKitRow(Base):
    """The recovery kit that counts now."""

    __tablename__ = "recovery_kits"
    __table_args__ = (
        UniqueConstraint("credential_id"),
        Index("recovery_kits_user_id_idx", "user_id"),
    )

    id: Mapped[UUID] = new_id()
    credential_id: Mapped[UUID] = credential_key()
    user_id: Mapped[UUID] = user_key()
    kit_id: Mapped[str]
    anchor: Mapped[str]
    made_at: Mapped[datetime] = moment()
