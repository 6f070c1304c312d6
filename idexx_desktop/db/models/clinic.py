"""What belongs to a clinic, shared by its members: membership, settings, schedule, decisions, opt-outs."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from idexx_desktop.db.models.base import Base, clinic_key, moment, new_id


class ClinicMember(Base):
    """Who works for which clinic; written by the owner of the database only."""

    __tablename__ = "clinic_members"
    __table_args__ = (Index("clinic_members_clinic_id_idx", "clinic_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime] = moment()


class ClinicSettings(Base):
    """How a clinic syncs and when it calls; times are local to `timezone`, weekdays count from Monday = 0.

    `neo_url` is a suggestion to the members' computers; `browser_path` is of older programs, and always NULL.
    """

    __tablename__ = "clinic_settings"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True)
    timezone: Mapped[str]
    country: Mapped[str] = mapped_column(server_default="US")
    clinic_phone: Mapped[str] = mapped_column(server_default="")
    emergency_phone: Mapped[str] = mapped_column(server_default="")
    neo_url: Mapped[str]
    concurrency: Mapped[int] = mapped_column(server_default=text("5"))
    requests_per_second: Mapped[float] = mapped_column(server_default=text("10"))
    browser_path: Mapped[str | None]
    call_window_start: Mapped[time] = mapped_column(server_default=text("'09:00'"))
    call_window_end: Mapped[time] = mapped_column(server_default=text("'19:00'"))
    closed_weekdays: Mapped[list[int]] = mapped_column(server_default=text("'{}'"))
    closed_days: Mapped[list[date]] = mapped_column(server_default=text("'{}'"))
    review_mode: Mapped[bool] = mapped_column(server_default=text("false"))
    calls_paused: Mapped[bool] = mapped_column(server_default=text("false"))
    notes_kept_days: Mapped[int] = mapped_column(server_default=text("365"))
    updated_at: Mapped[datetime] = moment()
    neo_url_set_by: Mapped[str | None]
    neo_url_set_at: Mapped[datetime | None]
    slot_size: Mapped[int] = mapped_column(server_default=text("4"))
    calls_per_month: Mapped[int] = mapped_column(server_default=text("3"))
    calls_per_day: Mapped[int] = mapped_column(server_default=text("1"))
    caller: Mapped[str] = mapped_column(server_default="people")
    hold_without_consent: Mapped[bool] = mapped_column(server_default=text("false"))
    max_attempts: Mapped[int | None]


class ClinicKindRule(Base):
    """When owners are called after one kind of visit, as the clinic saved it."""

    __tablename__ = "clinic_kind_rules"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    delay_days: Mapped[int]
    preferred_time: Mapped[time]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class SyncSchedule(Base):
    """When the clinic syncs."""

    __tablename__ = "sync_schedules"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True)
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    every_hours: Mapped[float] = mapped_column(server_default=text("4"))
    open_time: Mapped[time] = mapped_column(server_default=text("'07:00'"))
    close_time: Mapped[time] = mapped_column(server_default=text("'19:00'"))
    open_weekdays: Mapped[list[int]] = mapped_column(server_default=text("'{0,1,2,3,4,5,6}'"))
    paused_until: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]
    last_completed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = moment()


class MissedRunRow(Base):
    """A sync that was due and did not start."""

    __tablename__ = "missed_runs"
    __table_args__ = (UniqueConstraint("clinic_id", "due_at"),)

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    due_at: Mapped[datetime]
    reason: Mapped[str]
    caught_up_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = moment()


class VisitDecision(Base):
    """What a person decided about a visit; at most one per visit is not undone. Written by functions only."""

    __tablename__ = "visit_decisions"
    __table_args__ = (
        Index("visit_decisions_visit_idx", "clinic_id", "visit_key", text("decided_at DESC")),
        Index("visit_decisions_decided_by_idx", "decided_by"),
        Index(
            "visit_decisions_one_idx", "clinic_id", "visit_key", unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    visit_key: Mapped[str]
    choice: Mapped[str]
    why: Mapped[str] = mapped_column(server_default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decided_by_name: Mapped[str] = mapped_column(server_default="")
    decided_at: Mapped[datetime] = moment()
    content_hash: Mapped[str] = mapped_column(server_default="")
    scheduled_for: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    restored_from: Mapped[UUID | None]


class OptOutRow(Base):
    """A number that the clinic must not call. Written by functions only."""

    __tablename__ = "opt_outs"
    __table_args__ = (
        Index("opt_outs_recorded_by_idx", "recorded_by"),
        Index(
            "opt_outs_number_idx", "clinic_id", "phone", unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    phone: Mapped[str]
    why: Mapped[str] = mapped_column(server_default="")
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime] = moment()
    withdrawn_at: Mapped[datetime | None]
    recorded_by_name: Mapped[str] = mapped_column(server_default="")


class ConsentRow(Base):
    """What an owner agreed to. Written by functions only."""

    __tablename__ = "call_consents"
    __table_args__ = (
        Index("call_consents_recorded_by_idx", "recorded_by"),
        Index("call_consents_withdrawn_by_idx", "withdrawn_by"),
        Index(
            "call_consents_one_idx", "clinic_id", "phone", "scope", "kind", unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    phone: Mapped[str]
    scope: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="")
    how: Mapped[str]
    given_by: Mapped[str] = mapped_column(server_default="")
    given_on: Mapped[date | None]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    recorded_by_name: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[datetime] = moment()
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    withdrawn_by_name: Mapped[str] = mapped_column(server_default="")
    withdrawn_at: Mapped[datetime | None]


class NeoFieldRow(Base):
    """A field that Neo sends, or should; names and kinds only. Written by functions only."""

    __tablename__ = "neo_fields"

    clinic_id: Mapped[UUID] = mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True)
    endpoint: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    kinds: Mapped[str]
    first_seen_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    absent_since: Mapped[datetime | None]


class NeoValueRow(Base):
    """A value of a status that nobody knew, and what a person said that it means. Written by functions only."""

    __tablename__ = "neo_values"
    __table_args__ = (
        UniqueConstraint("clinic_id", "name", "value"),
        Index("neo_values_answered_by_idx", "answered_by"),
    )

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    about: Mapped[str]
    name: Mapped[str]
    value: Mapped[str]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    is_alive: Mapped[bool | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    answered_by_name: Mapped[str] = mapped_column(server_default="")
    answered_at: Mapped[datetime | None]


class PracticeWordRow(Base):
    """A type of appointment or a product, and what a person said that it means. Written by functions only."""

    __tablename__ = "practice_words"
    __table_args__ = (
        UniqueConstraint("clinic_id", "about", "name"),
        Index("practice_words_answered_by_idx", "answered_by"),
    )

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    about: Mapped[str]
    name: Mapped[str]
    first_seen_at: Mapped[datetime]
    meaning: Mapped[str | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    answered_by_name: Mapped[str] = mapped_column(server_default="")
    answered_at: Mapped[datetime | None]


class KnownSentenceRow(Base):
    """What a person said of a sentence, by its fingerprint. Written by a function only."""

    __tablename__ = "known_sentences"
    __table_args__ = (
        UniqueConstraint("clinic_id", "fingerprint"),
        Index("known_sentences_said_by_idx", "said_by"),
    )

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    fingerprint: Mapped[str]
    meaning: Mapped[str]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    said_by_name: Mapped[str] = mapped_column(server_default="")
    said_at: Mapped[datetime]


class QuestionSetRow(Base):
    """The questions about one kind of visit, in versions; version 0 is the program's own. Written by functions only."""

    __tablename__ = "question_sets"
    __table_args__ = (UniqueConstraint("clinic_id", "kind", "version", "fingerprint"),)

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    kind: Mapped[str]
    version: Mapped[int]
    questions: Mapped[list[dict[str, Any]]]
    written: Mapped[str] = mapped_column(server_default="")
    saved_by: Mapped[str] = mapped_column(server_default="")
    saved_at: Mapped[datetime]
    looked_over_by: Mapped[str] = mapped_column(server_default="")
    looked_over_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(server_default="")
    undone_at: Mapped[datetime | None]
    fingerprint: Mapped[str]


class FactWithdrawal(Base):
    """Who took a decision, an opt-out or a call's result back; written by the database's functions only.

    `replaced_by` is the decision in whose place it was. "unknown": it was taken back before that was written down.
    """

    __tablename__ = "fact_withdrawals"
    __table_args__ = (
        UniqueConstraint("fact", "fact_id"),
        Index("fact_withdrawals_clinic_id_idx", "clinic_id"),
        Index("fact_withdrawals_withdrawn_by_idx", "withdrawn_by"),
    )

    id: Mapped[UUID] = new_id()
    clinic_id: Mapped[UUID] = clinic_key()
    fact: Mapped[str]
    fact_id: Mapped[UUID]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    withdrawn_by_name: Mapped[str] = mapped_column(server_default="")
    withdrawn_at: Mapped[datetime] = moment()
    replaced_by: Mapped[UUID | None]
