"""The tables that the seed's schema refers to, as our migrations make them where they do not exist.

On an adopted platform these tables have other columns as well and may lack some of these: repositories reach
them through `repositories/host.py`, which keeps to the columns that it finds.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idexx_desktop.db.models.base import Base, new_id

# the comment by which migrations tell their own tables from adopted ones
MADE_HERE = {"comment": "made by idexx-desktop"}


class User(Base):
    """A person, and in a platform the preferences of their calls."""

    __tablename__ = "users"
    __table_args__ = MADE_HERE

    id: Mapped[UUID] = new_id()
    email: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    role: Mapped[str] = mapped_column(
        Enum("veterinarian", "vet_tech", "practice_owner", "client", "admin", name="user_role"),
        server_default="veterinarian",
    )
    clinic_name: Mapped[str | None]
    preferred_call_start_time: Mapped[time | None]
    preferred_call_end_time: Mapped[time | None]
    call_delay_days: Mapped[int | None]
    max_call_retries: Mapped[int | None]
    test_mode_enabled: Mapped[bool | None]
    test_contact_phone: Mapped[str | None]
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class Clinic(Base):
    """A clinic."""

    __tablename__ = "clinics"
    __table_args__ = MADE_HERE

    id: Mapped[UUID] = new_id()
    name: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    timezone: Mapped[str | None]
    pims_type: Mapped[str | None]
    is_active: Mapped[bool | None]
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class Case(Base):
    """What the clinic keeps of one visit; `external_id` is prefixed (`pims-appt-idexx-5001`)."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("clinic_id", "external_id"),
        Index("cases_user_scheduled_at_idx", "user_id", "scheduled_at"),
        MADE_HERE,
    )

    id: Mapped[UUID] = new_id()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    clinic_id: Mapped[UUID | None] = mapped_column(ForeignKey("clinics.id"))
    visibility: Mapped[str | None] = mapped_column(Enum("private", "public", name="case_visibility"))
    type: Mapped[str | None] = mapped_column(
        Enum("checkup", "emergency", "surgery", "follow_up", name="case_type")
    )
    status: Mapped[str | None] = mapped_column(
        Enum("draft", "ongoing", "completed", "reviewed", name="case_status")
    )
    source: Mapped[str | None]
    external_id: Mapped[str | None]
    # `metadata` is taken by SQLAlchemy's own attribute
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    scheduled_at: Mapped[datetime | None]
    is_urgent: Mapped[bool | None]
    call_enabled: Mapped[bool | None]
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class Patient(Base):
    """The pet of a case and its owner."""

    __tablename__ = "patients"
    __table_args__ = (
        Index("patients_case_id_idx", "case_id"),
        Index("patients_user_id_idx", "user_id"),
        MADE_HERE,
    )

    id: Mapped[UUID] = new_id()
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    species: Mapped[str | None]
    breed: Mapped[str | None]
    sex: Mapped[str | None]
    date_of_birth: Mapped[date | None]
    weight_kg: Mapped[Decimal | None]
    owner_name: Mapped[str | None]
    owner_phone: Mapped[str | None]
    owner_email: Mapped[str | None]
    source: Mapped[str | None]
    external_id: Mapped[str | None]
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class DischargeCall(Base):
    """A call to be made; a calling system or people act on it once it is due."""

    __tablename__ = "scheduled_discharge_calls"
    __table_args__ = (
        Index("scheduled_discharge_calls_due_idx", "user_id", "status", "scheduled_for"),
        Index("scheduled_discharge_calls_case_id_idx", "case_id"),
        Index("scheduled_discharge_calls_newest_idx", "scheduled_for", "id"),
        Index("scheduled_discharge_calls_number_idx", "customer_phone", "scheduled_for"),
        Index("scheduled_discharge_calls_user_idx", "user_id", "scheduled_for", "id"),
        MADE_HERE,
    )

    id: Mapped[UUID] = new_id()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    customer_phone: Mapped[str | None]
    scheduled_for: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(server_default="queued")
    dynamic_variables: Mapped[dict[str, Any]]
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    ended_reason: Mapped[str | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    duration_seconds: Mapped[int | None]
    created_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
