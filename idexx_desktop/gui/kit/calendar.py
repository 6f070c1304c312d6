"""The calendar that drops down from a field for a day, in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QToolButton, QWidget

from idexx_desktop.gui import timewords
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import icon
from idexx_desktop.gui.strings import locale
from idexx_desktop.gui.theme import tokens

_ARROWS = {"qt_calendar_prevmonth": "chevron-left", "qt_calendar_nextmonth": "chevron-right"}


class Calendar(QCalendarWidget):
    """For `setCalendarWidget`. Qt's own paints weekends red, which here means "act now"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(locale())
        self.setFont(font(Style.SECONDARY))
        self.setFirstDayOfWeek(Qt.DayOfWeek(timewords.first_weekday() + 1))
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self._color()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._color()

    def _color(self) -> None:
        header, day = QTextCharFormat(), QTextCharFormat()
        header.setForeground(QColor(tokens().secondary))
        header.setBackground(QColor(tokens().card))
        day.setForeground(QColor(tokens().ink))
        self.setHeaderTextFormat(header)
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(weekday, day)
        for name, picture in _ARROWS.items():
            arrow = self.findChild(QToolButton, name)
            if isinstance(arrow, QToolButton):
                arrow.setIcon(icon(picture, tokens().ink, 16))
