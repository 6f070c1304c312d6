"""Whose software is in this program: every part with its terms, and their texts."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.resources import resource_folder
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.dialogs import OwnDialog
from idexx_desktop.gui.kit.inputs import Select
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.place import fit_at_first
from idexx_desktop.gui.strings import kit, settings, tr
from idexx_desktop.services.licences import Licence, licences

Texts = list[tuple[Licence, str]]


class LicencesDialog(OwnDialog):
    """One part at a time, found by typing its name."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._read_ones: dict[str, tuple[Licence, str]] = {}
        self.setWindowTitle(tr(settings.LICENSES_TITLE))
        fit_at_first(self, 680, 560)
        self.parts = Select(typed=True, wide=460)
        self.parts.setAccessibleName(tr(settings.LICENSES_PART))
        self.parts.setEnabled(False)
        self.shown = QPlainTextEdit(tr(settings.LICENSES_READING))
        self.shown.setReadOnly(True)
        self.shown.setAccessibleName(tr(settings.LICENSES_TITLE))
        self.terms = Text("", Style.SECONDARY, "secondary", wrap=True)
        self._build()
        self.parts.picked.connect(self._show)
        desk.bridge.ask(read_all, self._read, self._failed)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(10)
        column.addWidget(Text(tr(settings.LICENSES_TITLE), Style.SENTENCE))
        column.addWidget(Text(tr(settings.LICENSES_MORE), Style.BODY, "secondary", wrap=True))
        column.addWidget(self.parts)
        column.addWidget(self.terms)
        column.addWidget(self.shown, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(SecondaryButton(tr(kit.CLOSE), self.accept))
        column.addLayout(row)

    def _read(self, found: Texts) -> None:
        self._read_ones = {licence.name: (licence, text) for licence, text in found}
        self.parts.set_options([(each.name, f"{each.name} {each.version}".strip()) for each, _ in found])
        self.parts.setEnabled(True)
        self._show()

    def _show(self) -> None:
        licence, text = self._read_ones.get(str(self.parts.value), (None, ""))
        self.terms.setText(licence.terms if licence else "")
        self.shown.setPlainText(text)

    def _failed(self, failure: Failure) -> None:
        self.shown.setPlainText(f"{failure.title} {failure.advice}")


def read_all() -> Texts:
    """Every part with all its texts; a megabyte, so not on the window's thread."""
    try:
        return [(licence, licence.read()) for licence in licences(resource_folder())]
    except OSError as problem:
        title = "This installation isn't complete: the texts of the licenses are missing."
        raise Failure(
            FailureCode.OURS, type(problem).__name__, title=title, advice="Install it anew."
        ) from None
