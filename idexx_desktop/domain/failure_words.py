"""What a failure says to a practice manager, in each of the places where the records may be."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.domain.failure_codes import Route
from idexx_desktop.domain.placing import Where, Wording, spoken_of


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
        """Title and advice for where the records are."""
        if self.on_server is not None and spoken_of() is Where.ON_SERVER:
            return self.on_server
        return Wording(self.title, self.advice)

    def kept(self, title: str | None, advice: str | None) -> Wording:
        """What was written down of a failure of this code: more than its own words, or those, as of today and here."""
        own = {self.title} | ({self.on_server.title} if self.on_server else set())
        return self.said if title is None or title in own else Wording(title, advice or self.said.advice)
