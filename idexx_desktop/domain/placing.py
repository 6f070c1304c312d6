"""Where the records are that people are told about: on this computer, or on a server that computers share.

A program has one profile open at a time. So whoever opens one says it once, and every word that depends on it follows:
on one computer nobody is sent to a server that isn't there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from idexx_desktop.domain.failure_codes import Route


class Where(Enum):
    """The two places that there are."""

    HERE = "here"
    ON_SERVER = "on_server"


@dataclass(frozen=True, slots=True)
class Wording:
    """What happened, in one sentence, what to do, and the button's words where those are others, too."""

    title: str
    advice: str
    button: str = ""


class _Spoken:
    """Of this program; what isn't set up yet is spoken of as the default, one computer."""

    of = Where.HERE


def speak_of(place: Where) -> None:
    """From now on people are told about records in this place."""
    _Spoken.of = place


def spoken_of() -> Where:
    """The place that was said last."""
    return _Spoken.of


@dataclass(frozen=True, slots=True)
class Words:
    """What is shown: a title (one sentence), the advice (what to do), the route, the exit code of a command.

    `at_set_up`: the advice while this computer is being set up, where the usual one names a page that isn't there yet.
    `on_server`: what is said in the place of title and advice where computers share the records on a server.
    """

    title: str
    advice: str
    route: Route
    exit_code: int
    button: str = ""
    at_set_up: str = ""
    on_server: Wording | None = None

    @property
    def said(self) -> Wording:
        """What counts where the records are."""
        said = Wording(self.title, self.advice)
        if self.on_server is not None and spoken_of() is Where.ON_SERVER:
            said = self.on_server
        return replace(said, button=said.button or self.button)

    def kept(self, title: str | None, advice: str | None) -> Wording:
        """What was written down of a failure of this code: more than its own words, or those, as of today and here."""
        own = {self.title} | ({self.on_server.title} if self.on_server else set())
        return self.said if title is None or title in own else Wording(title, advice or self.said.advice)
