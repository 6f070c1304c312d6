"""The tables of `public` as typed models: what migrations make, said once more for queries."""

from idexx_desktop.db.models import clinic, computers, concerns, deaths, host, numbers, seed, visits
from idexx_desktop.db.models.base import Base, table_of

__all__ = [
    "Base",
    "clinic",
    "computers",
    "concerns",
    "deaths",
    "host",
    "numbers",
    "seed",
    "table_of",
    "visits",
]
