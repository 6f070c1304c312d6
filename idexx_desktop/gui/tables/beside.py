"""A table, and at its right the panel of the row that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.tables.view import TablePane
from idexx_desktop.gui.tokens import SPACE


class TableBeside(QWidget):
    """Opens the panel with the chosen row (`show_row`), again when rows were read again, and closes it without one.

    Several chosen rows have no panel. Enter leads into the panel; its cross, and Escape wherever the focus is, close
    it: the focus stays where it was, or goes to the table. Of a wide window the panel has `share` parts, the table 3.
    """

    def __init__(
        self,
        pane: TablePane,
        panel: SidePanel,
        show_row: Callable[[Any], object],
        parent: QWidget | None = None,
        *,
        share: int = 1,
    ) -> None:
        super().__init__(parent)
        self._pane, self._panel, self._show_row = pane, panel, show_row
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.gap)
        # in a wide window both have something of the width
        row.addWidget(pane, 3)
        row.addWidget(panel, share)
        panel.hide()
        pane.table.row_chosen.connect(self._chosen)
        pane.table.row_lost.connect(self._lost)
        pane.table.row_opened.connect(self._opened)
        pane.table.rows.settled.connect(self._settled)
        panel.closed.connect(self._closed)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self._escaped)
        self._escape.setEnabled(False)

    def _chosen(self, row: Any) -> None:
        alone = row is not None and len(self._pane.table.chosen_rows()) == 1
        is_open = alone or (row is None and self._panel.stays)
        if not is_open and self._is_inside_or_nowhere():
            self._pane.table.setFocus()
        self._panel.setVisible(is_open)
        self._escape.setEnabled(is_open)
        if alone:
            self._show_row(row)

    def _lost(self) -> None:
        # what somebody is typing there is not taken away, though its row isn't in the list any more
        if self._panel.is_being_typed_in():
            self._panel.say_lost()
        else:
            self._chosen(None)

    def _settled(self) -> None:
        row = self._pane.table.chosen_row()
        if row is not None and not self._panel.isHidden():
            self._show_row(row)

    def _opened(self, _: Any) -> None:
        self._panel.take_focus()

    def _closed(self) -> None:
        self._panel.let_go()
        self._pane.table.clearSelection()
        # of a row that isn't in the list any more there is no selection to clear
        self._chosen(None)

    def _escaped(self) -> None:
        # what lies above the panel is closed first
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        else:
            self._closed()

    def _is_inside_or_nowhere(self) -> bool:
        focused: QWidget | None = self.window().focusWidget()
        return focused is None or self._panel.isAncestorOf(focused)
