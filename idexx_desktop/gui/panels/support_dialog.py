"""Details for support: shown first, then saved where the person says; never sent."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import PrimaryButton, SecondaryButton
from idexx_desktop.gui.kit.dialogs import OwnDialog
from idexx_desktop.gui.kit.scroll import Scrolling
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.place import fit_at_first
from idexx_desktop.gui.shown import shown_lines
from idexx_desktop.gui.strings import kit, support, tr

_WIDE, _ABOUT = 640, 96


class SupportDialog(OwnDialog):
    """`about` is what led here, "" where nothing did: it stands on top."""

    def __init__(self, parent: QWidget, desk: Desk, about: str = "") -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(tr(support.TITLE))
        fit_at_first(self, _WIDE, 520)
        self.shown = QPlainTextEdit(tr(support.PREPARING))
        self.shown.setReadOnly(True)
        self.shown.setAccessibleName(tr(support.TITLE))
        self.said = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.close_button = SecondaryButton(tr(kit.CLOSE), self.accept)
        self.save = PrimaryButton(tr(support.SAVE), self._ask_place, icon_name="download")
        self.save.setEnabled(False)
        self._build(about)
        desk.bridge.ask(desk.opened.support.prepare, self._prepared, self._failed)

    def _build(self, about: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(10)
        column.addWidget(Text(tr(support.TITLE), Style.SENTENCE))
        column.addWidget(Text(tr(support.MORE), Style.BODY, "secondary", wrap=True))
        if about:
            words = Text(about, Style.SECONDARY, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            around = Scrolling(name="dialog")
            around.column.addWidget(words)
            around.setFixedHeight(min(_ABOUT, around.needed_height(_WIDE - 60)))
            column.addWidget(around)
        column.addWidget(self.shown, 1)
        column.addWidget(self.said)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.save)
        column.addLayout(row)

    def _prepared(self, text: str) -> None:
        self.shown.setPlainText(shown_lines(text))
        self.save.setEnabled(True)

    def _failed(self, failure: Failure) -> None:
        self.said.set_color("act")
        self.said.setText(f"{failure.title} {failure.advice}")

    def _ask_place(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        day = f"{self._desk.now().astimezone(self._desk.zone):%Y-%m-%d}"
        place = str(Path(folder) / tr(support.FILE_NAME, day=day))
        dialog = QFileDialog(self, tr(support.SAVE_TITLE), place, tr(support.FILES))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(place)
        dialog.fileSelected.connect(self._save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, place: str) -> None:
        path, text, service = Path(place), self.shown.toPlainText(), self._desk.opened.support

        def write() -> str:
            service.save(path, text)
            return path.name

        self._desk.bridge.ask(write, self._saved, self._failed)

    def _saved(self, name: str) -> None:
        self.said.set_color("secondary")
        self.said.setText(tr(support.SAVED, name=name))
