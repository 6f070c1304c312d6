"""The seed's four tables, with the columns that we added at the end of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from idexx_desktop.db.models.base import Base, new_id


def optional_user() -> MappedColumn[UUID | None]:
    """The seed's `user_id`: it may be NULL, and its row goes with the user."""
    return mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class Credential(Base):
    """The sealed sign-in to Neo; `version` counts changes, `suspended_code` says why syncing is paused.

    `neo_url` is the address that it is sealed for, NULL where an older program sealed it.
    """

    __tablename__ = "idexx_credentials"
    __table_args__ = (
        UniqueConstraint("user_id"),
        Index("idexx_credentials_user_id_idx", "user_id"),
        Index("idexx_credentials_validation_status_idx", "validation_status"),
        Index("idexx_credentials_clinic_idx", "clinic_id", "user_id"),
    )

    id: Mapped[UUID] = new_id()
    user_id: Mapped[UUID | None] = optional_user()
    encrypted_username: Mapped[str]
    encrypted_password: Mapped[str]
    encryption_key_id: Mapped[str]
    last_validated_at: Mapped[datetime | None]
    validation_status: Mapped[str | None]
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    encrypted_company_id: Mapped[str | None]
    clinic_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinics.id"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    suspended_code: Mapped[str | None]
    suspended_at: Mapped[datetime | None]
    neo_url: Mapped[str | None]


class SyncSession(Base):
    """One run."""

    __tablename__ = "idexx_sync_sessions"
    __table_args__ = (
        Index("idexx_sync_sessions_user_id_idx", "user_id"),
        Index("idexx_sync_sessions_status_idx", "status"),
        Index("idexx_sync_sessions_started_at_idx", "started_at"),
        Index("idexx_sync_sessions_clinic_idx", "clinic_id", "user_id"),
        Index("idexx_sync_sessions_page_idx", "user_id", "clinic_id", text("started_at DESC"), "id"),
    )

    id: Mapped[UUID] = new_id()
    user_id: Mapped[UUID | None] = optional_user()
    clinic_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinics.id"))
    status: Mapped[str | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    consultations_synced: Mapped[int | None]
    consultations_failed: Mapped[int | None]
    discharge_calls_scheduled: Mapped[int | None]
    error_details: Mapped[dict[str, Any] | None]
    next_scheduled_sync: Mapped[datetime | None]
    created_at: Mapped[datetime | None]
    trigger: Mapped[str] = mapped_column(server_default="schedule")
    device: Mapped[str] = mapped_column(server_default="")
    window_start: Mapped[datetime | None]
    window_end: Mapped[datetime | None]
    lease_epoch: Mapped[int | None] = mapped_column(BigInteger)
    consultations_seen: Mapped[int] = mapped_column(server_default=text("0"))
    visits_written: Mapped[int] = mapped_column(server_default=text("0"))
    requests: Mapped[int] = mapped_column(server_default=text("0"))
    signed_in: Mapped[bool] = mapped_column(server_default=text("false"))


class ConsultationStatus(Base):
    """How far a consultation is synced: the seed's row, which appears with the consultation."""

    __tablename__ = "consultation_sync_status"
    __table_args__ = (
        UniqueConstraint("consultation_id", "user_id"),
        Index("consultation_sync_status_user_id_idx", "user_id"),
        Index("consultation_sync_status_case_id_idx", "case_id"),
        Index("consultation_sync_status_consultation_id_idx", "consultation_id"),
        Index("consultation_sync_status_sync_status_idx", "sync_status"),
        Index("consultation_sync_status_clinic_idx", "clinic_id", "user_id"),
        Index("consultation_sync_status_call_idx", "discharge_call_id", "user_id"),
    )

    id: Mapped[UUID] = new_id()
    consultation_id: Mapped[str]
    user_id: Mapped[UUID | None] = optional_user()
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    sync_status: Mapped[str | None]
    has_clinical_notes: Mapped[bool | None]
    notes_synced_at: Mapped[datetime | None]
    discharge_call_scheduled: Mapped[bool | None]
    discharge_call_id: Mapped[UUID | None] = mapped_column(ForeignKey("scheduled_discharge_calls.id"))
    last_sync_attempt: Mapped[datetime | None]
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    clinic_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinics.id"))
    visit_key: Mapped[str | None]


class AuditEntry(Base):
    """One row of the activity record; written only by `idexx_app.audit`, so `user_id` refers to nothing."""

    __tablename__ = "idexx_sync_audit_log"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("idexx_sync_audit_log_user_id_idx", "user_id"),
        Index("idexx_sync_audit_log_timestamp_idx", "timestamp"),
        Index("idexx_sync_audit_log_action_idx", "action"),
        Index("idexx_sync_audit_log_page_idx", "user_id", text("timestamp DESC"), text("seq DESC")),
    )

    id: Mapped[UUID] = new_id()
    timestamp: Mapped[datetime | None]
    user_id: Mapped[UUID | None]
    action: Mapped[str]
    status: Mapped[str | None]
    ip_address: Mapped[str | None] = mapped_column(INET)
    session_id: Mapped[str | None]
    error_details: Mapped[dict[str, Any] | None]
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    actor: Mapped[str | None]
    chain: Mapped[UUID | None]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    previous_hash: Mapped[bytes | None]
    hash: Mapped[bytes | None]
