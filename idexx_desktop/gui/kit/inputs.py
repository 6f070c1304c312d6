"""Controls of forms. None changes by the wheel unless it has the focus: scrolling a form must not change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QStyledItemDelegate,
    QWidget,
)

from idexx_desktop.domain.harmless import harmless
from idexx_desktop.gui import timewords
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.chips import ToggleChip
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.text import Text, plain_tip
from idexx_desktop.gui.kit.typed import TimeInput, prepare_spin_box, step_by_wheel
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import forms, locale, tr
from idexx_desktop.gui.tokens import SPACE

MIDDLE, _NARROWEST, _FRAME_AND_ARROW = 300, 96, 54


class _Wide:
    """Mixed into a control: as wide as it was made for, narrower where a window is."""

    _wide: int

    def sizeHint(self) -> QSize:
        return QSize(self._wide, SPACE.button)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._wide, _NARROWEST), SPACE.button)


class TextInput(_Wide, QLineEdit):
    """One line of text."""

    def __init__(self, placeholder: str = "", *, wide: int = MIDDLE) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setFont(font(Style.BODY))
        self._wide = wide
        _as_wide_as_there_is_room(self)

    def setText(self, text: str | None) -> None:
        """What is kept, to be changed: what can't be seen in it can't be kept by accident."""
        super().setText(harmless(text or ""))


class Select(_Wide, QComboBox):
    """One of several values. `picked` when the person chose; `typed` lets them search by typing."""

    picked = Signal()

    def __init__(
        self, options: Sequence[tuple[object, str]] = (), *, typed: bool = False, wide: int = MIDDLE
    ) -> None:
        super().__init__()
        self.setFont(font(Style.BODY))
        self._wide = wide
        _as_wide_as_there_is_room(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(12)
        # the stylesheet's rows, which are high enough to hit, are drawn by this delegate only
        self.setItemDelegate(QStyledItemDelegate(self))
        self._values: list[object] = []
        if typed:
            self._make_typed()
        self.set_options(options)
        self.currentTextChanged.connect(self._tell)
        self.activated.connect(self._activated)

    @property
    def value(self) -> object:
        """The chosen value; None where what was typed is none of them."""
        line = (
            self.findText(self.currentText(), Qt.MatchFlag.MatchFixedString)
            if self.isEditable()
            else self.currentIndex()
        )
        return self._values[line] if 0 <= line < len(self._values) else None

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Replace the values."""
        self.clear()
        self._values = [value for value, _ in options]
        self.addItems([shown(words) for _, words in options])

    def set_value(self, value: object, words: str = "") -> None:
        """Choose without a signal; a value that isn't offered yet is added with these words."""
        if value not in self._values:
            self._values.append(value)
            self.addItem(shown(words or str(value)))
        self.setCurrentIndex(self._values.index(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def _tell(self, *_: object) -> None:
        """The whole on hover, where what is chosen is cut off."""
        words = self.currentText()
        cut = self.fontMetrics().horizontalAdvance(words) > self.width() - _FRAME_AND_ARROW
        self.setToolTip(plain_tip(words) if cut else "")

    def _make_typed(self) -> None:
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer, line = self.completer(), self.lineEdit()
        assert completer is not None  # noqa: S101 - an editable box has both
        assert line is not None  # noqa: S101 - an editable box has both
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        choices = completer.popup()
        assert choices is not None  # noqa: S101 - made when it is asked for
        choices.setObjectName("choices")
        choices.setItemDelegate(QStyledItemDelegate(self))
        line.setFont(font(Style.BODY))
        line.textEdited.connect(self._activated)

    def _activated(self, _: object) -> None:
        self.picked.emit()


class TimeRange(QWidget):
    """From one time of day to a later one. `changed` when either changes, `problem_said` once one is typed."""

    changed = Signal()
    problem_said = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.start, self.end = TimeInput(), TimeInput()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.start)
        row.addWidget(Text(tr(forms.FROM_TO), Style.BODY, "secondary"))
        row.addWidget(self.end)
        self.setFocusProxy(self.start)
        for part in (self.start, self.end):
            part.changed.connect(self._changed)
            part.problem_said.connect(self._part_said)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.start.setAccessibleName(tr(forms.FROM_NAMED, name=name))
        self.end.setAccessibleName(tr(forms.TO_NAMED, name=name))

    def set_value(self, start: time, end: time) -> None:
        """Show a span."""
        self.start.set_value(start)
        self.end.set_value(end)

    def problem(self) -> str:
        """What is wrong with it, "" if nothing."""
        wrong = self.start.problem() or self.end.problem()
        return wrong or ("" if self.start.value < self.end.value else tr(forms.MUST_END_LATER))

    def _changed(self) -> None:
        self.changed.emit()

    def _part_said(self, _: str) -> None:
        self.problem_said.emit(self.problem())


class NumberInput(QSpinBox):
    """A whole number, typed or stepped with the arrow keys."""

    def __init__(self, least: int, most: int, suffix: str = "") -> None:
        super().__init__()
        self.setRange(least, most)
        self.setSuffix(suffix)
        prepare_spin_box(self, 110)

    def wheelEvent(self, event: QWheelEvent) -> None:
        step_by_wheel(self, event)


class DecimalInput(QDoubleSpinBox):
    """A number with one decimal."""

    def __init__(self, least: float, most: float) -> None:
        super().__init__()
        self.setDecimals(1)
        self.setRange(least, most)
        prepare_spin_box(self, 110)

    def wheelEvent(self, event: QWheelEvent) -> None:
        step_by_wheel(self, event)


class DaysInput(FlowRow):
    """Days of the week as chips; Monday is 0. `changed` when one is switched."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(gap=6)
        made: dict[int, ToggleChip] = {}
        first = timewords.first_weekday()
        for day in (*range(first, 7), *range(first)):
            chip = ToggleChip(locale().standaloneDayName(day + 1, locale().FormatType.ShortFormat))
            chip.setAccessibleName(locale().standaloneDayName(day + 1))
            chip.toggled.connect(self._switched)
            made[day] = chip
            self.add(chip)
        self.chips = [made[day] for day in range(7)]
        self.setFocusProxy(self.chips[first])

    def sizeHint(self) -> QSize:
        wide = sum(chip.sizeHint().width() for chip in self.chips) + 6 * 6
        return QSize(wide, self.heightForWidth(wide))

    @property
    def value(self) -> frozenset[int]:
        """The days that are on."""
        return frozenset(day for day, chip in enumerate(self.chips) if chip.isChecked())

    def set_value(self, days: Iterable[int]) -> None:
        """Show these days."""
        chosen = set(days)
        for day, chip in enumerate(self.chips):
            chip.setChecked(day in chosen)

    def _switched(self, _: object) -> None:
        self.changed.emit()


def _as_wide_as_there_is_room(control: QWidget) -> None:
    """As wide as it was made for, narrower where a window is."""
    control.setFixedHeight(SPACE.button)
    control.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
