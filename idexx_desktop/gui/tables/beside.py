"""A table, and at its right the panel of the row that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from idexx_desktop.gui.kit.side_panel import SidePanel
from idexx_desktop.gui.tables.view import TablePane
from idexx_desktop.gui.tokens import SPACE


class TableBeside(QWidget):
    """Opens the panel with the chosen row (`show_row`), again when rows were read again, and closes it without one.

    Enter leads into the panel, Escape and the cross back to the table.
    """

    def __init__(
        self,
        pane: TablePane,
        panel: SidePanel,
        show_row: Callable[[Any], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pane, self._panel, self._show_row = pane, panel, show_row
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.gap)
        row.addWidget(pane, 1)
        row.addWidget(panel)
        panel.hide()
        pane.table.row_chosen.connect(self._chosen)
        pane.table.row_lost.connect(self._lost)
        pane.table.row_opened.connect(self._opened)
        pane.table.rows.settled.connect(self._settled)
        panel.closed.connect(self._closed)

    def _chosen(self, row: Any) -> None:
        focused = QApplication.focusWidget()
        was_inside = focused is not None and self._panel.isAncestorOf(focused)
        self._panel.setVisible(row is not None)
        if row is not None:
            self._show_row(row)
        elif was_inside:
            self._pane.table.setFocus()

    def _lost(self) -> None:
        # what somebody is typing there is not taken away, though its row isn't in the list any more
        if not self._panel.is_being_typed_in():
            self._chosen(None)

    def _settled(self) -> None:
        row = self._pane.table.chosen_row()
        if row is not None:
            self._show_row(row)

    def _opened(self, _: Any) -> None:
        self._panel.take_focus()

    def _closed(self) -> None:
        self._pane.table.setFocus()
        self._pane.table.clearSelection()
