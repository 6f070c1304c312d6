"""Which of the pets that a call is about has died: asked where there are several."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from idexx_desktop.gui.kit.choices import CheckChoice
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.strings import deaths, tr


class WhichDied(VerbDialog):
    """`names()` once it is accepted; with none ticked it can't be."""

    def __init__(self, parent: QWidget, pets: Sequence[str]) -> None:
        super().__init__(parent, tr(deaths.WHICH), tr(deaths.WHICH_MORE), tr(deaths.MARK))
        self.boxes: list[CheckChoice] = []
        self._names = list(pets)
        for pet in pets:
            box = CheckChoice(pet)
            box.toggled.connect(self._ticked)
            self.boxes.append(box)
            self.form.addWidget(box)
        self._ticked()

    def names(self) -> tuple[str, ...]:
        """Those that are ticked."""
        return tuple(name for name, box in zip(self._names, self.boxes, strict=True) if box.isChecked())

    def _ticked(self) -> None:
        self.verb.setEnabled(bool(self.names()))
