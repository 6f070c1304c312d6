"""Every way a thing can go wrong, by one name each, with the words that a practice manager reads."""

from __future__ import annotations

from idexx_desktop.domain.failure_codes import FailureCode, Route
from idexx_desktop.domain.failure_words import PAUSED, WORDS, Words

# the codes and words belong to what is raised with them
__all__ = ["PAUSED", "WORDS", "Failure", "FailureCode", "Route", "Words"]


class Failure(Exception):  # noqa: N818 - the word of the screen and of the records; each carries its code
    """The one exception that crosses rooms. `detail` is technical and free of names, notes and secrets.

    `retry_after` is in seconds, where the other side asked for a pause. `hosts`: whose files a person may allow.
    """

    def __init__(
        self,
        code: FailureCode,
        detail: str = "",
        *,
        title: str | None = None,
        advice: str | None = None,
        retry_after: float | None = None,
        hosts: tuple[str, ...] = (),
    ) -> None:
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.hosts = hosts
        self._title = title
        self._advice = advice
        super().__init__(f"{code}: {detail}" if detail else str(code))

    @property
    def words(self) -> Words:
        """The words for people, the route and the exit code."""
        return WORDS[self.code]

    @property
    def title(self) -> str:
        """What happened, in one sentence."""
        return self._title or self.words.title

    @property
    def advice(self) -> str:
        """What to do."""
        return self._advice or self.words.advice

    @property
    def advice_at_set_up(self) -> str:
        """What to do while this computer is being set up."""
        return self._advice or self.words.at_set_up or self.words.advice

    @property
    def route(self) -> Route:
        """What it does to a run."""
        return self.words.route

    def as_dict(self) -> dict[str, str]:
        """`{"code", "title", "advice"}`, the shape that scripts read."""
        return {"code": str(self.code), "title": self.title, "advice": self.advice}
