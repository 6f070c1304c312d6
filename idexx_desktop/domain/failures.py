"""Every way a thing can go wrong, by one name each, with the words that a practice manager reads."""

from __future__ import annotations

from idexx_desktop.domain.failure_codes import FailureCode, Route
from idexx_desktop.domain.failure_words import PAUSED, WORDS
from idexx_desktop.domain.placing import Words
from idexx_desktop.domain.records_words import Trouble, wording_of

# the codes and words belong to what is raised with them
__all__ = ["PAUSED", "WORDS", "Failure", "FailureCode", "Route", "Words", "records_trouble"]


class Failure(Exception):  # noqa: N818 - the word of the screen and of the records; each carries its code
    """The one exception that crosses rooms. `detail` is technical and free of names, notes and secrets.

    `retry_after` is in seconds, where the other side asked for a pause. `hosts`: whose files a person may allow.
    `choices`: what a person may choose from. `trouble`: what keeps the program from the records.
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
        choices: tuple[str, ...] = (),
        trouble: Trouble | None = None,
    ) -> None:
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
        self.hosts = hosts
        self.choices = choices
        self.trouble = trouble
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
        return self._title or self.words.said.title

    @property
    def advice(self) -> str:
        """What to do."""
        return self._advice or self.words.said.advice

    @property
    def button(self) -> str:
        """The words of the button that helps; "" where none does."""
        return self.words.said.button

    @property
    def advice_at_set_up(self) -> str:
        """What to do while this computer is being set up."""
        return self._advice or self.words.at_set_up or self.words.said.advice

    @property
    def route(self) -> Route:
        """What it does to a run."""
        return self.words.route

    def as_dict(self) -> dict[str, str]:
        """`{"code", "title", "advice"}`, the shape that scripts read."""
        return {"code": str(self.code), "title": self.title, "advice": self.advice}


def records_trouble(
    trouble: Trouble,
    detail: str,
    code: FailureCode = FailureCode.DATABASE_UNREACHABLE,
    *,
    title: str | None = None,
) -> Failure:
    """What keeps the program from the records, in the words of its cause; `title` where more is known of it."""
    said = wording_of(trouble)
    return Failure(code, detail, title=title or said.title, advice=said.advice, trouble=trouble)
