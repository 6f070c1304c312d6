"""A filter chip for one of many values: a list under headings that is searched by typing, with how many each leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.kit.chips import Chip
from idexx_desktop.gui.place import room_of
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import kit, tr
from idexx_desktop.gui.theme import tokens

_WIDE, _ROW, _MOST_ROWS = 340, 30, 13
_SEARCHED_FROM = 9
_VALUE, _NOTE, _HEADING = (Qt.ItemDataRole.UserRole + number for number in range(3))
_KEYS = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Enter}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """A value with its words; choices of one heading come one after the other. `note` stands at the right."""

    value: object
    text: str
    heading: str = ""
    note: str = ""


class PickChip(Chip):
    """One of many values, or none: `picked(value)`, None for the first entry ("Any …"). A click opens `picks`."""

    picked = Signal(object)

    def __init__(self, any_text: str, *, parent: QWidget | None = None) -> None:
        super().__init__(any_text, self._open, trailing_icon="chevron-down", parent=parent)
        self.setProperty("trailing", True)
        self.value: object = None
        self._any_text = any_text
        self.choices: tuple[Choice, ...] = ()
        self.picks = PickList(self, any_text, self._chosen)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Replace the values; the one that is chosen stays chosen, even if it isn't offered any more."""
        self.choices = tuple(choices)

    def set_value(self, value: object, text: str = "") -> None:
        """Choose without a signal; `text` for a value that isn't among the choices."""
        self.value = value
        found = (choice.text for choice in self.choices if choice.value == value)
        self.set_words(next(found, text) if value is not None else self._any_text)
        self.set_chosen(value is not None)

    def _open(self) -> None:
        self.picks.offer(self.choices, self.value)
        self.picks.begin(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _chosen(self, value: object) -> None:
        self.set_value(value)
        self.picked.emit(value)


class PickList(QFrame):
    """What drops down from a `PickChip`: type to search, arrows and Enter to choose, Escape to leave."""

    def __init__(self, parent: QWidget, any_text: str, chosen: Callable[[object], object]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("kit", "picks")
        self._any_text, self._chosen = any_text, chosen
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr(kit.SEARCH))
        self.search.setAccessibleName(f"{tr(kit.SEARCH)}: {any_text}")
        self.search.setFont(font(Style.SECONDARY))
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._narrow)
        self.entries = QListWidget()
        self.entries.setObjectName("picks")
        self.entries.setAccessibleName(any_text)
        self.entries.setFrameShape(QFrame.Shape.NoFrame)
        self.entries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entries.setMouseTracking(True)
        self.entries.setItemDelegate(_Painter(self.entries))
        self.entries.itemClicked.connect(self._take)
        self.entries.itemEntered.connect(self.entries.setCurrentItem)
        self.entries.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        column.addWidget(self.search)
        column.addWidget(self.entries)
        self.setFixedWidth(_WIDE)

    def offer(self, choices: Sequence[Choice], value: object) -> None:
        """Fill the list; `value` is the one that is chosen."""
        self.entries.clear()
        self._add(Choice(None, self._any_text), value)
        heading = ""
        for choice in choices:
            if choice.heading and choice.heading != heading:
                heading = choice.heading
                title = QListWidgetItem(shown(heading), self.entries)
                title.setFlags(Qt.ItemFlag.NoItemFlags)
                title.setData(_HEADING, True)
            self._add(choice, value)
        self.search.setVisible(len(choices) >= _SEARCHED_FROM)
        self._narrow(self.search.text())

    def begin(self, place: QPoint) -> None:
        """Open here, or as near as the screen allows: nothing is typed yet, and the keyboard is here."""
        self.search.clear()
        room = room_of(self)
        furthest = room.bottomRight() - QPoint(self.width(), self.height())
        self.move(
            max(room.left(), min(place.x(), furthest.x())), max(room.top(), min(place.y(), furthest.y()))
        )
        self.show()
        (self.search if self.search.isVisible() else self.entries).setFocus(Qt.FocusReason.PopupFocusReason)

    def shown(self) -> list[str]:
        """The entries that what was typed leaves, without headings."""
        return [item.text() for item in self._items() if not item.isHidden() and not item.data(_HEADING)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.entries.currentItem())
                return True
            if watched is self.search:
                self.entries.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def _add(self, choice: Choice, value: object) -> None:
        text, note = shown(choice.text), shown(choice.note)
        item = QListWidgetItem(text, self.entries)
        item.setData(_VALUE, choice.value)
        item.setData(_NOTE, note)
        words = f"{text}, {note}" if note else text
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
        item.setCheckState(Qt.CheckState.Checked if choice.value == value else Qt.CheckState.Unchecked)

    def _items(self) -> list[QListWidgetItem]:
        return [self.entries.item(line) for line in range(self.entries.count())]

    def _narrow(self, typed: str) -> None:
        """Show what has the typed words in it, and the headings that have something below them."""
        wanted, heading, best = typed.strip().casefold(), None, None
        for item in self._items():
            if item.data(_HEADING):
                item.setHidden(True)
                heading = item
                continue
            fits = wanted in f"{item.text()} {heading.text() if heading else ''}".casefold()
            item.setHidden(not fits)
            if fits and heading:
                heading.setHidden(False)
            if fits and (best is None or (not wanted and item.checkState() is Qt.CheckState.Checked)):
                best = item
        self.entries.setCurrentRow(self.entries.row(best) if best else -1)
        lines = sum(not item.isHidden() for item in self._items())
        self.entries.setFixedHeight(min(max(lines, 1), _MOST_ROWS) * _ROW)
        self.adjustSize()

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None or item.data(_HEADING):
            return
        self.hide()
        self._chosen(item.data(_VALUE))


class _Painter(QStyledItemDelegate):
    """A tick for what is chosen, the words, and the note at the right; headings small and quiet."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, room = tokens(), QRect(option.rect)
        painter.save()
        if index.data(_HEADING):
            _write(painter, room.adjusted(10, 4, -8, 0), index.data(), Style.LABEL, theme.secondary)
            painter.restore()
            return
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        if current:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.accent_soft))
            painter.drawRoundedRect(room, 6, 6)
        if index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value:
            box = QRect(room.left() + 10, room.center().y() - 7, 16, 16)
            draw_icon(painter, "check", theme.accent, box.toRectF())
        note = index.data(_NOTE) or ""
        color = theme.accent if current else theme.ink
        _write(painter, room.adjusted(34, 0, -(70 if note else 8), 0), index.data(), Style.SECONDARY, color)
        if note:
            _write(painter, room.adjusted(0, 0, -10, 0), note, Style.SMALL, theme.secondary, right=True)
        painter.restore()


def _write(
    painter: QPainter, room: QRect, text: str, style: Style, color: str, *, right: bool = False
) -> None:
    painter.setFont(font(style))
    painter.setPen(QColor(color))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, fitting)
