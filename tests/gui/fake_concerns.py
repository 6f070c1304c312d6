"""Concerns of owners, in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from idexx_desktop.domain.concerns import Concern, ConcernSource, Urgency
from idexx_desktop.domain.failures import Failure
from tests.gui.made_up import NOW


def a_concern(number: int, *, waits: int = 12, due_in: int = 30, words: str = "Limps since noon.") -> Concern:
    """One that was opened so many minutes ago, and is to be answered in so many."""
    return Concern(
        f"concern-{number}", "call-4", Urgency.TODAY, words, "Dr. Lee", ("Rex", "Nala"), "Tom Baker", "+15105550142",
        NOW + timedelta(minutes=due_in), NOW - timedelta(minutes=waits), "front@desk.example", ConcernSource.PERSON,
    )  # fmt: skip


class FakeConcerns:
    """Those in `all`. `changed` is called whenever they are others; `failure` is raised by every write."""

    def __init__(self, changed: Callable[[tuple[Concern, ...]], object]) -> None:
        self.all: list[Concern] = []
        self.failure: Failure | None = None
        self._changed = changed

    def put(self, *found: Concern) -> None:
        """There are these now."""
        self.all = list(found)
        self._changed(tuple(self.open()))

    def open(self) -> list[Concern]:
        return sorted((each for each in self.all if each.is_open), key=lambda each: (each.due_at, each.id))

    def close(self, concern_id: str, what: str) -> Concern:
        return self._end(
            concern_id, closed_at=NOW, closed_by="front", what=what, end_id=f"end of {concern_id}"
        )

    def reopen(self, concern_id: str) -> Concern:
        return self._end(concern_id, closed_at=None, closed_by="", what="", end_id=None)

    def undo(self, end_id: str) -> None:
        self.reopen(end_id.removeprefix("end of "))

    def _end(self, concern_id: str, **values: object) -> Concern:
        if self.failure:
            raise self.failure
        before = next(each for each in self.all if each.id == concern_id)
        after = replace(before, **values)  # type: ignore[arg-type]  # of the fields above
        self.put(*(after if each is before else each for each in self.all))
        return after
