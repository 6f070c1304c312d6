"""Shows a new recovery kit, once: to be saved as a PDF or printed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QWidget

from idexx_desktop.domain.computers import RecoveryKit
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.choices import CheckChoice
from idexx_desktop.gui.kit.codes import CodeView
from idexx_desktop.gui.kit.dialogs import ConfirmDialog, VerbDialog
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.kit_document import kit_pdf, page_layout, paint_kit, save_privately
from idexx_desktop.gui.strings import kit as kit_words
from idexx_desktop.gui.strings import recovery, tr


class KitDialog(VerbDialog):
    """Done works once the person says that the page is kept; closing before that asks. Then the code is gone."""

    def __init__(self, parent: QWidget, desk: Desk, kit: RecoveryKit) -> None:
        super().__init__(
            parent,
            tr(recovery.SHOWN, number=kit.number),
            tr(recovery.SHOWN_MORE),
            tr(recovery.DONE),
        )
        self._desk = desk
        self._kit: RecoveryKit | None = kit
        self._printer: QPrinter | None = None
        self.cancel.set_words(tr(kit_words.CLOSE))
        self.verb.setEnabled(False)
        self.code = CodeView()
        self.code.show_code(kit.code, tr(recovery.CODE_NAMED, code=kit.code))
        self.print_out = SecondaryButton(tr(recovery.PRINT), self._ask_printer, icon_name="printer")
        self.save_pdf = SecondaryButton(tr(recovery.SAVE_PDF), self._ask_place, icon_name="download")
        self.said = Text("", Style.SECONDARY, "secondary", wrap=True)
        self.kept = CheckChoice(tr(recovery.KEPT))
        self.kept.toggled.connect(self.verb.setEnabled)
        self.finished.connect(self._forget)
        self._build()
        # and not Close, the first that could be pressed; a screen reader reads the code out
        self.code.setFocus()

    def reject(self) -> None:
        """Close and Escape: only after asking, while the page isn't kept."""
        if self.kept.isChecked():
            super().reject()
            return
        asked = ConfirmDialog(self, tr(recovery.CLOSE_ASK), tr(recovery.CLOSE_TEXT), tr(recovery.CLOSE_VERB))
        asked.accepted.connect(self._close)
        asked.open()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.print_out)
        row.addWidget(self.save_pdf)
        row.addStretch(1)
        self.form.addWidget(self.code)
        self.form.addLayout(row)
        self.form.addWidget(self.said)
        self.form.addSpacing(4)
        self.form.addWidget(self.kept)
        self.said.hide()

    def _close(self) -> None:
        super().reject()

    def _forget(self) -> None:
        self._kit = None
        self.code.show_code("", "")

    def _say(self, words: str, color: str = "secondary") -> None:
        self.said.setText(words)
        self.said.set_color(color)
        self.said.show()
        self.fit()

    # as a file

    def _ask_place(self) -> None:
        if self._kit is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        place = str(Path(folder) / tr(recovery.FILE_NAME, number=self._kit.number))
        dialog = QFileDialog(self, tr(recovery.SAVE_TITLE), place, tr(recovery.PDF_FILES))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(place)
        dialog.fileSelected.connect(self._save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, place: str) -> None:
        if self._kit is None:
            return
        path = Path(place)
        content = kit_pdf(self._kit, self._desk.country, self._desk.zone)

        def write() -> str:
            save_privately(path, content)
            return path.name

        self._desk.bridge.ask(write, self._saved, self._not_saved)

    def _saved(self, name: str) -> None:
        self._say(tr(recovery.SAVED, name=name))

    def _not_saved(self, failure: Failure) -> None:
        self._say(failure.title, "act")

    # on paper

    def _ask_printer(self) -> None:
        if not QPrinterInfo.availablePrinterNames():
            self._say(tr(recovery.NO_PRINTER), "act")
            return
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._printer.setPageLayout(page_layout(self._desk.country))
        self._printer.setDocName(tr(recovery.KIT))
        dialog = QPrintDialog(self._printer, self)
        dialog.accepted.connect(self._print)
        dialog.finished.connect(dialog.deleteLater)
        # the one that a print dialog adds wants a slot by its C++ name
        QDialog.open(dialog)

    def _print(self) -> None:
        if self._printer is None or self._kit is None:
            return
        printed = paint_kit(self._printer, self._kit, self._desk.zone)
        self._say(
            tr(recovery.PRINTED if printed else recovery.NOT_PRINTED), "secondary" if printed else "act"
        )
