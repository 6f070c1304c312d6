"""Everyone, All clinics: whose rows a page shows, for admins to choose."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from idexx_desktop.domain.filters import Whose
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.chips import MenuChip
from idexx_desktop.gui.strings import tr, whose


class WhoseChips(QWidget):
    """Two menus that only admins get to see (`offer`); `changed` when a person chooses."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.person = MenuChip(tr(whose.EVERYONE))
        self.clinic = MenuChip(tr(whose.ALL_CLINICS))
        self.person.setToolTip(tr(whose.CHOOSE_PERSON))
        self.clinic.setToolTip(tr(whose.CHOOSE_CLINIC))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for chip in (self.person, self.clinic):
            chip.picked.connect(self._picked)
            row.addWidget(chip)
        self.hide()

    @property
    def asked(self) -> Whose | None:
        """What to ask for: None for one's own rows in one's own clinic."""
        if self.isHidden():
            return None
        chosen = Whose(_text(self.person.value), _text(self.clinic.value))
        return None if chosen == self._desk.own else chosen

    @property
    def narrowed(self) -> bool:
        """Whether a person chose something else than a page begins with."""
        return self.asked != self._first()

    def offer(self) -> None:
        """The program is open: show the menus to an admin, once, with what pages begin with."""
        directory, own = self._desk.directory, self._desk.own
        if not directory.people or not self.isHidden():
            return
        emails = ((each.user_id, each.email or each.user_id) for each in directory.people)
        self.person.set_options(
            [(key, tr(whose.YOU, email=email) if key == own.user_id else email) for key, email in emails]
        )
        self.clinic.set_options([(each.clinic_id, each.name) for each in directory.clinics])
        self.show()
        self.clear()

    def clear(self) -> None:
        """Back to what pages begin with, without a signal."""
        self.choose(self._first())

    def choose(self, wanted: Whose | None) -> None:
        """Choose without a signal; None is one's own rows."""
        wanted = wanted or self._desk.own
        self.person.set_value(wanted.user_id)
        self.clinic.set_value(wanted.clinic_id)

    def _first(self) -> Whose | None:
        return Whose() if self._desk.directory.begins_with_all else None

    def _picked(self, _: object) -> None:
        self.changed.emit()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
