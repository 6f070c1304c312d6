"""What a user's syncs wrote: visits with their reasons, notes, the visits of each call, outcomes, cookies."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from idexx_desktop.db.models.base import Base, clinic_key, moment, new_id, user_key


class VisitRow(Base):
    """One visit: its state, the reason in words, and the trace of rules."""

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("clinic_id", "visit_key", "user_id"),
        Index("visits_page_idx", "user_id", "clinic_id", text("visit_at DESC"), "id"),
        Index(
            "visits_attention_idx", "user_id", "clinic_id", text("visit_at DESC"),
            postgresql_where=text("needs_attention"),
        ),
        Index(
            "visits_open_idx", "user_id", "clinic_id",
            postgresql_where=text("state IN ('held', 'waiting', 'failed')"),
        ),
        Index("visits_case_id_idx", "case_id"),
        Index("visits_newest_idx", text("visit_at DESC"), "visit_key", "id"),
        Index("visits_clinic_newest_idx", "clinic_id", text("visit_at DESC"), "visit_key", "id"),
        Index(
            "visits_needing_attention_idx", "clinic_id", text("visit_at DESC"),
            postgresql_where=text("needs_attention"),
        ),
        Index(
            "visits_told_dead_idx", "user_id", "clinic_id", postgresql_where=text("reason_code = 'told_dead'")
        ),
    )  # fmt: skip

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    user_id: Mapped[UUID] = user_key()
    visit_key: Mapped[str]
    appointment_id: Mapped[str | None]
    consultation_id: Mapped[str | None]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    visit_at: Mapped[datetime | None]
    patient_id: Mapped[str | None]
    patient_name: Mapped[str] = mapped_column(server_default="")
    client_id: Mapped[str | None]
    owner_name: Mapped[str] = mapped_column(server_default="")
    provider: Mapped[str] = mapped_column(server_default="")
    branch: Mapped[str] = mapped_column(server_default="")
    species: Mapped[str] = mapped_column(server_default="")
    breed: Mapped[str] = mapped_column(server_default="")
    phone_as_typed: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str | None]
    neo_status: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str]
    state: Mapped[str]
    reason_code: Mapped[str]
    reason: Mapped[str]
    trace: Mapped[list[dict[str, Any]]] = mapped_column(server_default=text("'[]'"))
    needs_attention: Mapped[bool] = mapped_column(server_default=text("false"))
    has_clinical_notes: Mapped[bool] = mapped_column(server_default=text("false"))
    content_hash: Mapped[str] = mapped_column(server_default="")
    decision_hash: Mapped[str] = mapped_column(server_default="")
    failure_code: Mapped[str | None]
    failure_detail: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    first_seen_at: Mapped[datetime] = moment()
    last_attempt_at: Mapped[datetime | None]
    last_read_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = moment()
    session_id: Mapped[UUID | None]
    next_try_at: Mapped[datetime | None]
    failed_hash: Mapped[str | None]
    # the call of a colleague's account that the state rests on, to this number, and not later than this
    others_call: Mapped[UUID | None]
    others_phone: Mapped[str | None]
    others_until: Mapped[datetime | None]


class VisitNotes(Base):
    """The current and the previous text of a visit's notes."""

    __tablename__ = "visit_notes"
    __table_args__ = (Index("visit_notes_user_id_idx", "user_id"),)

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True)
    visit_key: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    current_text: Mapped[str]
    previous_text: Mapped[str | None]
    first_read_at: Mapped[datetime] = moment()
    changed_at: Mapped[datetime] = moment()
    changed_after_call: Mapped[bool] = mapped_column(server_default=text("false"))


class VisitReading(Base):
    """What was last read of a visit, whole."""

    __tablename__ = "visit_readings"
    __table_args__ = (Index("visit_readings_user_id_idx", "user_id"),)

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True)
    visit_key: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[dict[str, Any]]
    read_at: Mapped[datetime] = moment()


class CallVisit(Base):
    """Which visits a call is about; an active row is a call that was not cancelled, one a visit and account at most.

    Written by `idexx_app` functions only. `walk_in` is the key that the visit has without its appointment.
    """

    __tablename__ = "call_visits"
    __table_args__ = (
        Index(
            "call_visits_one_call_idx", "clinic_id", "visit_key", "user_id", unique=True,
            postgresql_where=text("active"),
        ),
        Index("call_visits_visit_key_idx", "clinic_id", "visit_key"),
        Index("call_visits_walk_in_idx", "clinic_id", "walk_in", postgresql_where=text("active")),
        Index("call_visits_call_id_idx", "call_id"),
        Index("call_visits_calls_idx", "user_id", "clinic_id", "call_id"),
    )  # fmt: skip

    id: Mapped[UUID] = new_id()
    call_id: Mapped[UUID] = mapped_column(ForeignKey("scheduled_discharge_calls.id", ondelete="CASCADE"))
    clinic_id: Mapped[UUID] = clinic_key()
    user_id: Mapped[UUID] = user_key()
    visit_key: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    added_at: Mapped[datetime] = moment()
    removed_at: Mapped[datetime | None]
    walk_in: Mapped[str | None]


# when a try was made; written as the catalog shows it, so that both can be compared
_MADE_AT = text("\nCASE\nWHEN made_at IS NULL THEN recorded_at\nELSE made_at\nEND")


class CallOutcomeRow(Base):
    """What came of a call that a person made. Written by functions only."""

    __tablename__ = "call_outcomes"
    __table_args__ = (
        Index("call_outcomes_call_id_idx", "call_id"),
        Index(
            "call_outcomes_made_idx",
            "user_id",
            "clinic_id",
            _MADE_AT,
        ),
        Index("call_outcomes_claimed_idx", "call_id", postgresql_where=text("made_at IS NOT NULL")),
        Index("call_outcomes_clinic_id_idx", "clinic_id"),
    )

    id: Mapped[UUID] = new_id()
    call_id: Mapped[UUID] = mapped_column(ForeignKey("scheduled_discharge_calls.id", ondelete="CASCADE"))
    clinic_id: Mapped[UUID] = clinic_key()
    user_id: Mapped[UUID] = user_key()
    outcome: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    recorded_by: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[datetime] = moment()
    undone_at: Mapped[datetime | None]
    number: Mapped[str] = mapped_column(server_default="")
    made_by: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime | None]
    due_before: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(server_default="person")


class CallAgreement(Base):
    """A person has seen that the owner of a call couldn't be reached, or takes that back. Written by functions only.

    Of a call the last row (`place`) counts.
    """

    __tablename__ = "call_agreements"
    __table_args__ = (
        Index("call_agreements_place_idx", "call_id", text("place DESC"), unique=True),
        Index("call_agreements_clinic_id_idx", "clinic_id"),
        Index("call_agreements_user_id_idx", "user_id"),
        Index("call_agreements_said_by_idx", "said_by"),
    )

    id: Mapped[UUID] = new_id()
    call_id: Mapped[UUID] = mapped_column(ForeignKey("scheduled_discharge_calls.id", ondelete="CASCADE"))
    clinic_id: Mapped[UUID] = clinic_key()
    user_id: Mapped[UUID] = user_key()
    agreed: Mapped[bool]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    said_by_name: Mapped[str] = mapped_column(server_default="")
    said_at: Mapped[datetime]
    place: Mapped[int] = mapped_column(BigInteger, Identity())


class CallAnswerRow(Base):
    """What was answered to one question in one try of a call. Written by a function only."""

    __tablename__ = "call_answers"
    __table_args__ = (
        UniqueConstraint("outcome_id", "set_id", "question"),
        Index("call_answers_clinic_id_idx", "clinic_id", "given_at"),
        Index("call_answers_user_id_idx", "user_id"),
        Index("call_answers_set_id_idx", "set_id"),
    )

    id: Mapped[UUID] = new_id()
    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("call_outcomes.id", ondelete="CASCADE"))
    call_id: Mapped[UUID]
    clinic_id: Mapped[UUID] = clinic_key()
    user_id: Mapped[UUID] = user_key()
    set_id: Mapped[UUID] = mapped_column(ForeignKey("question_sets.id", ondelete="CASCADE"))
    question: Mapped[str]
    answer: Mapped[str]
    given_by: Mapped[str] = mapped_column(server_default="")
    given_at: Mapped[datetime]


class NeoCookies(Base):
    """Neo's session cookies, sealed; they go with the credential."""

    __tablename__ = "neo_cookies"
    __table_args__ = (Index("neo_cookies_user_id_idx", "user_id"),)

    credential_id: Mapped[UUID] = mapped_column(
        ForeignKey("idexx_credentials.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = user_key()
    credential_version: Mapped[int]
    encryption_key_id: Mapped[str]
    encrypted_cookies: Mapped[str]
    updated_at: Mapped[datetime] = moment()
