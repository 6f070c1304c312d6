"""What people tell of pets that died, and who is on the telephone now. Written by functions only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from idexx_desktop.db.models.base import Base, clinic_key, new_id, user_key


class DeathRow(Base):
    """That a pet has died: whose it was, as the visit said of which it was told. Never changed, see `DeathAct`."""

    __tablename__ = "deaths"
    __table_args__ = (
        Index("deaths_visit_idx", "clinic_id", "visit_key"),
        Index("deaths_patient_idx", "clinic_id", "patient_id"),
        Index("deaths_client_idx", "clinic_id", "client_id"),
        Index("deaths_phone_idx", "clinic_id", "phone"),
        Index("deaths_told_by_idx", "told_by"),
    )

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    visit_key: Mapped[str]
    patient_id: Mapped[str | None]
    patient_name: Mapped[str] = mapped_column(server_default="")
    client_id: Mapped[str | None]
    owner_name: Mapped[str] = mapped_column(server_default="")
    branch: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str | None]
    told_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    told_by_name: Mapped[str] = mapped_column(server_default="")
    told_at: Mapped[datetime]


class DeathAct(Base):
    """What a person did about a death: took it back, sent a card, or hadn't sent one after all. Never changed."""

    __tablename__ = "death_acts"
    __table_args__ = (
        Index("death_acts_clinic_id_idx", "clinic_id"),
        Index("death_acts_death_id_idx", "death_id", "done_at"),
        Index("death_acts_done_by_idx", "done_by"),
        Index(
            "death_acts_withdrawn_idx", "death_id", unique=True, postgresql_where=text("act = 'withdrawn'")
        ),
    )

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    death_id: Mapped[UUID] = mapped_column(ForeignKey("deaths.id", ondelete="CASCADE"))
    act: Mapped[str]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    done_by_name: Mapped[str] = mapped_column(server_default="")
    done_at: Mapped[datetime]


class CallClaim(Base):
    """Who is calling about a call now, until when: at which computer, under which name."""

    __tablename__ = "call_claims"
    __table_args__ = (
        Index("call_claims_clinic_id_idx", "clinic_id"),
        Index("call_claims_user_id_idx", "user_id"),
    )

    call_id: Mapped[UUID] = mapped_column(
        ForeignKey("scheduled_discharge_calls.id", ondelete="CASCADE"), primary_key=True
    )
    clinic_id: Mapped[UUID] = clinic_key()
    user_id: Mapped[UUID] = user_key()
    device: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str] = mapped_column(server_default="")
    claimed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
