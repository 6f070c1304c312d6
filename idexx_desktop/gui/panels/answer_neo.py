"""Neo asks what only a person can answer: it is opened in a window of its own, where they answer it once."""

from __future__ import annotations

from collections.abc import Callable

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import SignedIn
from idexx_desktop.gui.asking import AsksAndTells
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.strings import settings, tr
from idexx_desktop.gui.tokens import Tone

# what is kept as answered where it was answered in that window
_ANSWERED_THERE = frozenset({FailureCode.NEO_ASKS, FailureCode.CODE_ASKED})


class AnswersNeo(AsksAndTells):
    """Mixed into a section where the Neo sign-in is tested."""

    def answer_actions(self, failure: Failure) -> tuple[BarAction, ...]:
        """The button, where an answer in the window helps."""
        if failure.code not in _ANSWERED_THERE:
            return ()
        return (BarAction(tr(settings.ANSWER_NEO), self._answer_neo),)

    def _answer_neo(self) -> None:
        work = self._answering()
        self.set_bar("failure", InlineBar(Tone.OFF, tr(settings.ANSWERING), tr(settings.ANSWERING_MORE)))
        self.ask(work, self._neo_answered, self._rejected)

    def _answering(self) -> Callable[[], SignedIn]:
        """What opens the window and waits for its end, for the sign-in that was tested; shown as a test is."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def _neo_answered(self, signed_in: SignedIn) -> None:
        """Neo lets it in now."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def _rejected(self, failure: Failure) -> None:
        """It doesn't, or the window couldn't be opened."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC
