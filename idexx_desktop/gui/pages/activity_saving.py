"""Saves the activity record of some days as a file: a table for people, or a signed one for auditors."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QPoint, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from idexx_desktop.domain.exports import ExportedRecord, ExportFormat
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.pages.activity_filter import ActivityFilterBar
from idexx_desktop.gui.strings import activity, tr, tr_count, visits
from idexx_desktop.gui.tokens import Tone

_KINDS = {
    ExportFormat.TABLE: (activity.SAVE_TABLE, visits.CSV_FILES),
    ExportFormat.SIGNED: (activity.SAVE_SIGNED, activity.SIGNED_FILES),
}


class RecordSaving(SecondaryButton):
    """The button with its menu. `told(InlineBar)` says how far it is and where it was saved; `failed(Failure)`."""

    told = Signal(object)
    failed = Signal(object)
    _progress = Signal(int)

    def __init__(self, desk: Desk, filters: ActivityFilterBar, parent: QWidget | None = None) -> None:
        super().__init__(tr(activity.SAVE), self._open, icon_name="download", parent=parent)
        self._desk, self._filters = desk, filters
        self._asked: tuple[ExportFormat, datetime | None, datetime | None] | None = None
        self._folder = Path()
        self.menu_of_kinds = QMenu(self)
        self._days = self.menu_of_kinds.addAction("")
        self._days.setEnabled(False)
        self.menu_of_kinds.addSeparator()
        for form, (words, _) in _KINDS.items():
            action = self.menu_of_kinds.addAction(tr(words))
            action.setData(form)
        self.menu_of_kinds.triggered.connect(self._picked)
        self._progress.connect(self._so_far)

    def _open(self) -> None:
        self._days.setText(tr(activity.SAVE_WHICH, days=self._filters.days_in_words))
        place = self.mapToGlobal(QPoint(self.width(), self.height() + 4))
        self.menu_of_kinds.popup(place - QPoint(self.menu_of_kinds.sizeHint().width(), 0))

    def _picked(self, action: QAction) -> None:
        self._ask_where(ExportFormat(action.data()))

    def _ask_where(self, form: ExportFormat) -> None:
        self._asked = (form, *self._filters.days())
        day = self._desk.now().astimezone(self._desk.zone).date().isoformat()
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        place = str(Path(folder) / tr(activity.FILE_NAME, day=day, ending=form))
        title = tr(activity.SAVE_TITLE, days=self._filters.days_in_words)
        self.dialog = QFileDialog(self, title, place, tr(_KINDS[form][1]))
        self.dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.dialog.setDefaultSuffix(form)
        self.dialog.selectFile(place)
        self.dialog.fileSelected.connect(self._save)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _save(self, place: str) -> None:
        if self._asked is None:
            return
        (form, since, until), service = self._asked, self._desk.opened.audit
        self.setEnabled(False)
        self.told.emit(InlineBar(Tone.ACCENT, tr(activity.SAVING)))
        # the dialog has asked whether to replace what is there
        self._desk.bridge.ask(
            lambda: service.export(
                Path(place), since, until, form, replace=True, progress=self._progress.emit
            ),
            self._saved,
            self._not_saved,
        )

    def _so_far(self, rows: int) -> None:
        if not self.isEnabled():
            more = tr(activity.SAVING_SO_FAR, count=f"{rows:,}")
            self.told.emit(InlineBar(Tone.ACCENT, tr(activity.SAVING), more))

    def _saved(self, made: ExportedRecord) -> None:
        self.setEnabled(True)
        self._folder = made.path.parent
        title = tr_count(activity.SAVED_ONE, activity.SAVED_MANY, made.rows, name=made.path.name)
        if made.manifest is None:
            more = tr(activity.SAVED_TABLE, folder=self._folder)
        else:
            more = tr(
                activity.SAVED_SIGNED,
                manifest=made.manifest.name,
                fingerprint=made.fingerprint,
                folder=self._folder,
            )
        show = BarAction(tr(activity.SHOW_IN_FOLDER), self._show_folder)
        self.told.emit(InlineBar(Tone.GOOD, title, more, (show,), closable=True))

    def _not_saved(self, failure: Failure) -> None:
        self.setEnabled(True)
        self.told.emit(None)
        self.failed.emit(failure)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
