"""What every model shares: how Python types become PostgreSQL types, and how constraints are named."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Date,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    Time,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

# PostgreSQL's own names for unnamed constraints, so that models and migrations mean the same ones
NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key", "pk": "%(table_name)s_pkey"}


class Base(DeclarativeBase):
    """The base of all models. Relationships are left out on purpose: every query says what it reads."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        str: Text(),
        UUID: Uuid(),
        int: Integer(),
        float: Double(),
        Decimal: Numeric(),
        bytes: LargeBinary(),
        datetime: TIMESTAMP(timezone=True),
        date: Date(),
        time: Time(),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        list[int]: ARRAY(Integer()),
        list[date]: ARRAY(Date()),
    }


def new_id() -> MappedColumn[UUID]:
    """A primary key that the database gives; nobody may insert one."""
    return mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))


def moment() -> MappedColumn[datetime]:
    """An instant that is the transaction's own where none is given."""
    return mapped_column(server_default=text("now()"))


def user_key() -> MappedColumn[UUID]:
    """Whose row it is; it goes with the user."""
    return mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


def clinic_key() -> MappedColumn[UUID]:
    """Which clinic's row it is; it goes with the clinic."""
    return mapped_column(ForeignKey("clinics.id", ondelete="CASCADE"))


def table_of(model: type[Base]) -> Table:
    """The model's table, for statements that name their columns."""
    return cast(Table, model.__table__)
