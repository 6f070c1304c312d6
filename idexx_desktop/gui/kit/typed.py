"""Fields for times and days: whatever people usually type is understood, and what isn't is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Generic, TypeVar

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit

from idexx_desktop.domain.typed import FIRST_DAY, LAST_DAY, typed_day, typed_time
from idexx_desktop.gui import timewords
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.buttons import QuietButton, put_inside
from idexx_desktop.gui.kit.calendar import Calendar
from idexx_desktop.gui.kit.pressing import ENTER
from idexx_desktop.gui.strings import forms, locale, tr
from idexx_desktop.gui.tokens import SPACE

Value = TypeVar("Value", time, date)

_QUARTER, _PAGE = 15, 10
_LAST_MINUTE = 24 * 60 - 1


class ClickSelects(QObject):
    """A click selects all that a field holds, so that what is typed next replaces it; drag to select less."""

    def __init__(self, line: QLineEdit) -> None:
        super().__init__(line)
        self._line = line
        # pressing into a selection would begin to drag it
        line.setDragEnabled(False)
        line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        handled = super().eventFilter(watched, event)
        if isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonRelease:
            left = event.button() is Qt.MouseButton.LeftButton
            if left and not self._line.hasSelectedText():
                self._line.selectAll()
        return handled


class TypedInput(QAbstractSpinBox, Generic[Value]):
    """A field whose words are read as a value. `changed` when that changes or can't be read any more.

    `problem_said(words)` once the person is done typing, "" where all is well; `problem()` is what is wrong at this
    moment. `value` is the last one that was understood: ask for `problem()` first.
    """

    changed = Signal()
    problem_said = Signal(str)

    def __init__(self, value: Value, read: Callable[[str], Value | None], wrong: str, wide: int) -> None:
        super().__init__()
        self.value: Value = value
        self._read: Callable[[str], Value | None] = read
        self._wrong = wrong
        line = self.lineEdit()
        prepare_spin_box(self, wide)
        line.textEdited.connect(self._typed)
        self.editingFinished.connect(self._finished)
        self._show()

    def set_value(self, value: Value) -> None:
        """Show a value."""
        same = value == self.value and not self.problem()
        self.value = value
        self._show()
        self.problem_said.emit(self.problem())
        if not same:
            self.changed.emit()

    def problem(self) -> str:
        """What is wrong with what is typed."""
        found = self._read(self.lineEdit().text())
        return tr(self._wrong) if found is None else self.refusal(found)

    def refusal(self, value: Value) -> str:
        """Why this value can't be taken; "" where it can."""
        return ""

    def words(self, value: Value) -> str:
        """How a value is shown."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        # whatever is typed stays: what is wrong with it is said, not swallowed
        return QValidator.State.Acceptable, text, place

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        steps = QAbstractSpinBox.StepEnabledFlag
        return steps.StepUpEnabled | steps.StepDownEnabled

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and self.problem():
            # nothing is done with a value that isn't understood
            self._finished()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        step_by_wheel(self, event)

    def _typed(self, text: str) -> None:
        found = self._read(text)
        if found is not None and not self.refusal(found):
            self.value = found
        self.changed.emit()

    def _finished(self) -> None:
        problem = self.problem()
        if not problem:
            self._show()
        self.problem_said.emit(problem)

    def _show(self) -> None:
        self.lineEdit().setText(self.words(self.value))


class TimeInput(TypedInput[time]):
    """A time of day, typed, or stepped by quarters with the arrow keys and by hours with the page keys."""

    def __init__(self) -> None:
        super().__init__(time(), typed_time, forms.TIME_WRONG, 118)

    def words(self, value: time) -> str:
        return timewords.of_day(value)

    def stepBy(self, steps: int) -> None:
        minutes = steps // _PAGE * 60 if abs(steps) >= _PAGE else steps * _QUARTER
        at = min(max(self.value.hour * 60 + self.value.minute + minutes, 0), _LAST_MINUTE)
        self.set_value(time(*divmod(at, 60)))


class DayInput(TypedInput[date]):
    """A day, typed, stepped with the arrow keys (a week with the page keys), or picked from a calendar.

    `today` gives words such as "tomorrow" and days without a year their meaning; `to_come`: none before it is taken.
    """

    def __init__(
        self, value: date, today: Callable[[], date], *, to_come: bool = False, wide: int = 184
    ) -> None:
        self._today, self._to_come = today, to_come
        super().__init__(value, self._understood, forms.DAY_WRONG, wide)
        # and not without button symbols: with a stylesheet, Qt then leaves no room for the words
        self.setProperty("kit", "day")
        self.pick = QuietButton(tr(forms.CALENDAR), self._open, icon_name="calendar", parent=self)
        self.lineEdit().setTextMargins(10, 0, self.pick.width(), 0)
        self._calendar: Calendar | None = None

    @property
    def least(self) -> date:
        """The first day that is taken."""
        return self._today() if self._to_come else FIRST_DAY

    def refusal(self, value: date) -> str:
        return "" if value >= self.least else tr(forms.DAY_EARLY, day=self.words(self.least))

    def words(self, value: date) -> str:
        return timewords.of_date(value)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.pick.setAccessibleName(tr(forms.CALENDAR_NAMED, name=name))

    def stepBy(self, steps: int) -> None:
        days = steps // _PAGE * 7 if abs(steps) >= _PAGE else steps
        least, most = self.least.toordinal(), LAST_DAY.toordinal()
        self.set_value(date.fromordinal(min(max(self.value.toordinal() + days, least), most)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        put_inside(self, self.pick)

    def calendar(self) -> Calendar:
        """What the button opens."""
        if self._calendar is None:
            self._calendar = Calendar(self)
            self._calendar.setWindowFlag(Qt.WindowType.Popup)
            self._calendar.activated.connect(self._picked)
            self._calendar.clicked.connect(self._picked)
        return self._calendar

    def _understood(self, text: str) -> date | None:
        return typed_day(text, self._today(), month_first=timewords.month_first())

    def _open(self) -> None:
        calendar = self.calendar()
        calendar.setDateRange(timewords.qdate(self.least), timewords.qdate(LAST_DAY))
        calendar.setSelectedDate(timewords.qdate(self.value))
        calendar.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        calendar.show()
        calendar.setFocus()

    def _picked(self, day: QDate) -> None:
        self.calendar().close()
        self.set_value(date(day.year(), day.month(), day.day()))
        self.setFocus(Qt.FocusReason.OtherFocusReason)


def prepare_spin_box(box: QAbstractSpinBox, wide: int) -> None:
    """What every field with arrows shares."""
    box.setFont(font(Style.BODY))
    box.setLocale(locale())
    box.setFixedSize(wide, SPACE.button)
    box.lineEdit().setTextMargins(10, 0, 0, 0)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    ClickSelects(box.lineEdit())


def step_by_wheel(box: QAbstractSpinBox, event: QWheelEvent) -> None:
    """Only with the focus: scrolling a form must not change it."""
    if box.hasFocus() and event.angleDelta().y():
        box.stepBy(1 if event.angleDelta().y() > 0 else -1)
        event.accept()
    else:
        event.ignore()
