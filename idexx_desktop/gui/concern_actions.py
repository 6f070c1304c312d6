"""What a person can do about a concern: say what was done, with Undo; and put the open ones on paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from idexx_desktop.domain.concerns import Concern
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui import concern_words
from idexx_desktop.gui.concern_document import concerns_pdf, print_concerns
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit_document import page_layout, save_privately
from idexx_desktop.gui.strings import attention, concerns, recovery, tr


class ConcernActions(QObject):
    """`failed(Failure)` where it couldn't be carried out; `closed(id)` once a concern is."""

    failed = Signal(object)
    closed = Signal(str)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        super().__init__(host)
        self._desk, self._host = desk, host
        self._printer: QPrinter | None = None
        self._on_paper: tuple[Concern, ...] = ()

    def close_with(self, concern: Concern, what: str) -> None:
        """Somebody answered: `what` says who did what."""
        service = self._desk.opened.concerns
        self._desk.bridge.ask(lambda: service.close(concern.id, what), self._closed, self._refused)

    def _closed(self, concern: Concern) -> None:
        self.closed.emit(concern.id)
        self._desk.bridge.records_changed(Topic.CALLS)
        said = tr(concerns.CLOSED, pets=concern_words.pets(concern), what=concern.what)
        self._desk.say(said, partial(self._undo, concern.end_id) if concern.end_id else None)

    def _undo(self, end_id: str) -> None:
        service = self._desk.opened.concerns
        self._desk.bridge.ask(lambda: service.undo(end_id), self._undone, self._refused)

    def _undone(self, _: object) -> None:
        self._desk.bridge.records_changed(Topic.CALLS)
        self._desk.say(tr(attention.UNDONE))

    def _refused(self, failure: Failure) -> None:
        # somebody else may have been faster: what is shown is read again
        self._desk.bridge.records_changed(Topic.CALLS)
        self.failed.emit(failure)

    # on paper

    def print_out(self, found: Sequence[Concern]) -> None:
        """On a printer; where there is none, as a file."""
        if not QPrinterInfo.availablePrinterNames():
            self.save_pdf(found)
            return
        self._on_paper = tuple(found)
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._printer.setPageLayout(page_layout(self._desk.country))
        self._printer.setDocName(tr(concerns.TITLE))
        dialog = QPrintDialog(self._printer, self._host)
        dialog.accepted.connect(self._print)
        dialog.finished.connect(dialog.deleteLater)
        # the one that a print dialog adds wants a slot by its C++ name
        QDialog.open(dialog)

    def _print(self) -> None:
        if self._printer is not None:
            printed = print_concerns(self._printer, self._on_paper, self._desk.now(), self._desk)
            self._desk.say(tr(concerns.PRINTED if printed else concerns.NOT_PRINTED))
            self._printer, self._on_paper = None, ()

    def save_pdf(self, found: Sequence[Concern]) -> None:
        """As a PDF file, where the person says."""
        self._on_paper = tuple(found)
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        place = str(Path(folder) / tr(concerns.FILE_NAME))
        dialog = QFileDialog(self._host, tr(concerns.SAVE_PDF), place, tr(recovery.PDF_FILES))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(place)
        dialog.fileSelected.connect(self.save_to)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, place: str) -> None:
        """Write the file."""
        path, content = Path(place), concerns_pdf(self._on_paper, self._desk.now(), self._desk)

        def write() -> str:
            save_privately(path, content)
            return path.name

        self._desk.bridge.ask(write, self._saved, self._refused)

    def _saved(self, name: str) -> None:
        self._desk.say(tr(concerns.SAVED, name=name))
