"""The filter for days: a few usual spans, or days that a person chooses, typed or in a calendar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from idexx_desktop.gui import timewords
from idexx_desktop.gui.kit.chips import MenuChip
from idexx_desktop.gui.panels.choose_days import ChooseDaysDialog
from idexx_desktop.gui.strings import activity, tr


class DaysChip(MenuChip):
    """`picked` once there is another span, or other days were chosen (`chosen`, the last one included).

    `proposed` are the days that the question begins with, `today` is the clinic's.
    """

    def __init__(
        self,
        any_text: str,
        options: Sequence[tuple[object, str]],
        today: Callable[[], date],
        proposed: Callable[[], tuple[date, date]],
        parent: QWidget | None = None,
    ) -> None:
        self.chosen: tuple[date, date] | None = None
        self._today, self._proposed = today, proposed
        super().__init__(any_text, [*options, (ChooseDaysDialog, tr(activity.CHOOSE_DAYS))], parent=parent)

    @property
    def in_words(self) -> str:
        """`Last 7 days`, `3 Nov to 9 Nov`, `Any time`."""
        return self.accessibleName()

    def set_value(self, value: object) -> None:
        self.chosen = None
        super().set_value(value)

    def set_days(self, first: date, last: date) -> None:
        """Show these days, without a signal."""
        super().set_value(ChooseDaysDialog)
        self.chosen = (first, last)
        self.set_words(timewords.span(first, last, self._today()))

    def _triggered(self, action: QAction) -> None:
        if action.data() is not ChooseDaysDialog:
            super()._triggered(action)
            return
        # until days are chosen, those from before hold
        if self.chosen:
            self.set_days(*self.chosen)
        else:
            super().set_value(self.value)
        self.dialog = ChooseDaysDialog(self, *(self.chosen or self._proposed()), self._today)
        self.dialog.accepted.connect(self._days_chosen)
        self.dialog.open()

    def _days_chosen(self) -> None:
        self.set_days(*self.dialog.days())
        self.picked.emit(self.value)
