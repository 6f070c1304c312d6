"""Where the records are that people are told about: on this computer, or on a server that computers share.

A program has one profile open at a time. So whoever opens one says it once, and every word that depends on it follows:
on one computer nobody is sent to a server that isn't there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Where(Enum):
    """The two places that there are."""

    HERE = "here"
    ON_SERVER = "on_server"


@dataclass(frozen=True, slots=True)
class Wording:
    """What happened, in one sentence, and what to do."""

    title: str
    advice: str


class _Spoken:
    """Of this program; what isn't set up yet is spoken of as the default, one computer."""

    of = Where.HERE


def speak_of(place: Where) -> None:
    """From now on people are told about records in this place."""
    _Spoken.of = place


def spoken_of() -> Where:
    """The place that was said last."""
    return _Spoken.of
