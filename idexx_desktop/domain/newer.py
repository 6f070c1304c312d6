"""What a newer version of the program wrote, in codes that this one doesn't know: said as that, and never acted on."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

Code = TypeVar("Code", bound=StrEnum)
NEWER_WORDS = (
    "A newer version of this program wrote this, and this one doesn't know all of it. Update this computer."
)


def is_known(kind: type[StrEnum], value: object) -> bool:
    """Whether this version knows a code of a row."""
    return value in set(kind)


def read_as(kind: type[Code], value: str, otherwise: Code) -> Code:
    """A code of a row; of a newer version's, what is done in its place, which has to be the more careful."""
    return kind(value) if is_known(kind, value) else otherwise
