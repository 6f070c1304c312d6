"""Filters above a table: toggles, menus, removable ones, and the search field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import icon
from idexx_desktop.gui.kit.buttons import TrailingButton
from idexx_desktop.gui.kit.menus import ChoiceMenu, TickMenu
from idexx_desktop.gui.strings import kit, tr
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import SPACE, Tone

_QUIET_MS = 250


class Chip(TrailingButton):
    """What the chips below share."""

    kind = "chip"
    style_of_text = Style.SECONDARY
    high = SPACE.chip

    def set_chosen(self, chosen: bool) -> None:
        """Fill the chip while it narrows the table."""
        self.setProperty("chosen", chosen)
        self.style().unpolish(self)
        self.style().polish(self)
        self.updateGeometry()

    def open_below(self, menu: QMenu) -> None:
        """Open a menu under the chip, without waiting for it."""
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _icon_color(self) -> str:
        return tokens().accent if self.property("chosen") else tokens().secondary


class ToggleChip(Chip):
    """On or off; several in a row, in a QButtonGroup, choose one of them."""

    def __init__(self, text: str, chosen: bool = False, *, parent: QWidget | None = None) -> None:
        super().__init__(text, parent=parent)
        self.setCheckable(True)
        self.toggled.connect(self.set_chosen)
        self.setChecked(chosen)
        self.set_chosen(chosen)


class RemovableChip(Chip):
    """A filter that is on; clicking takes it away (`clicked`)."""

    def __init__(
        self, text: str, removed: Callable[[], object] | None = None, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, removed, trailing_icon="x", parent=parent)
        self.setProperty("trailing", True)
        self.set_chosen(True)

    def set_words(self, text: str) -> None:
        super().set_words(text)
        self.setAccessibleName(tr(kit.CLEAR, name=text))


class MenuChip(Chip):
    """One of several values, or none: `picked(value)`, None for the first entry ("Any …")."""

    picked = Signal(object)

    def __init__(
        self, any_text: str, options: Sequence[tuple[object, str]] = (), *, parent: QWidget | None = None
    ) -> None:
        super().__init__(any_text, trailing_icon="chevron-down", parent=parent)
        self.setProperty("trailing", True)
        self.value: object = None
        self._any_text = any_text
        self._menu = ChoiceMenu(self)
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._triggered)
        self.clicked.connect(self._open)
        self.set_options(options)

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Replace the values; the one that is chosen stays, if it is still there."""
        self._menu.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
        for value, text in [(None, self._any_text), *options]:
            self._group.addAction(self._menu.add(value, text))
        self.set_value(self.value if self.value in [value for value, _ in options] else None)

    def set_value(self, value: object) -> None:
        """Choose without a signal."""
        self.value = value
        for action in self._group.actions():
            if action.data() == value:
                action.setChecked(True)
                self.set_words(action.text().replace("&&", "&"))
        self.set_chosen(value is not None)

    def menu(self) -> QMenu:
        """What a click opens. Qt's own way to open it would wait for it, and leave no room for the chevron."""
        return self._menu

    def _open(self) -> None:
        self.open_below(self._menu)

    def _triggered(self, action: QAction) -> None:
        self.set_value(action.data())
        self.picked.emit(self.value)


class TickChip(Chip):
    """Several of a few values, or none for all: `picked(list of values)`; `some_words(count)` says how many."""

    picked = Signal(object)

    def __init__(
        self,
        any_text: str,
        options: Sequence[tuple[object, str]],
        some_words: Callable[[int], str],
        *,
        pictures: Mapping[object, tuple[str, Tone]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(any_text, trailing_icon="chevron-down", parent=parent)
        self.setProperty("trailing", True)
        self._any_text, self._some_words = any_text, some_words
        self._words = dict(options)
        self.choices = TickMenu(self, pictures)
        self.choices.set_options(options)
        self.choices.ticked.connect(self._ticked)
        self.clicked.connect(self._open)

    def set_values(self, values: Collection[object]) -> None:
        """Choose without a signal."""
        self.choices.set_chosen(values)
        self._show_chosen()

    def _open(self) -> None:
        self.open_below(self.choices)

    def _ticked(self) -> None:
        self._show_chosen()
        self.picked.emit(self.choices.chosen())

    def _show_chosen(self) -> None:
        values = self.choices.chosen()
        if len(values) == 1:
            self.set_words(self._words[values[0]])
        else:
            self.set_words(self._some_words(len(values)) if values else self._any_text)
        self.set_chosen(bool(values))


class SearchField(QLineEdit):
    """Search as you type: `searched(text)` a quarter of a second after typing, at once with Enter."""

    searched = Signal(str)

    def __init__(self, placeholder: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kit", "search")
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(f"{tr(kit.SEARCH)}: {placeholder}")
        self.setFont(font(Style.BODY))
        self.setClearButtonEnabled(True)
        self.setFixedWidth(250)
        self._last = ""
        self._action = self.addAction(self._glass(), QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MS)
        self._timer.timeout.connect(self._search)
        self.textChanged.connect(self._typed)
        self.returnPressed.connect(self._search)

    def clear_quietly(self) -> None:
        """Empty the field without a signal."""
        self._last = ""
        self.clear()
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_action"):
            self._action.setIcon(self._glass())

    def _glass(self) -> QIcon:
        return icon("search", tokens().secondary, 16)

    def _typed(self, _: str) -> None:
        self._timer.start()

    def _search(self) -> None:
        self._timer.stop()
        text = self.text().strip()
        if text != self._last:
            self._last = text
            self.searched.emit(text)
