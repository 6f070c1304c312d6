"""Neo's address: a region of the list, or one's own."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.addresses import normal_form
from idexx_desktop.gui.kit.inputs import Select, TextInput
from idexx_desktop.gui.places import NEO_REGIONS
from idexx_desktop.gui.strings import settings, tr


class AddressInput(QWidget):
    """`changed` when the person chose or typed another address."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        regions = [(address, tr(words)) for address, words in NEO_REGIONS]
        self.region = Select([*regions, ("", tr(settings.REGION_OWN))])
        self.own = TextInput("https://")
        self.own.setAccessibleName(tr(settings.OWN_ADDRESS))
        self.own.setAccessibleDescription(tr(settings.OWN_ADDRESS_HINT))
        self.own.setToolTip(tr(settings.OWN_ADDRESS_HINT))
        self.own.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.region)
        column.addWidget(self.own)
        self.fixed = False
        self.setFocusProxy(self.region)
        self.region.picked.connect(self._picked)
        self.own.textEdited.connect(self._typed)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.region.setAccessibleName(name)

    @property
    def value(self) -> str:
        """The address as it stands there; `problem` says whether it can be used."""
        region = self.region.value
        return str(region) if region else self.own.text().strip()

    def fix(self, fixed: bool) -> None:
        """Only show the address, because something outside this program says it; or let it be changed."""
        self.fixed = fixed
        self.region.setEnabled(not fixed)
        self.own.setReadOnly(fixed)

    def set_value(self, address: str) -> None:
        """Show an address."""
        known = address in [region for region, _ in NEO_REGIONS]
        self.region.set_value(address if known else "")
        self.own.setText("" if known else address)
        self.own.setVisible(not known)

    def problem(self) -> str:
        """What is wrong with it, "" if nothing."""
        return "" if normal_form(self.value) else tr(settings.BAD_ADDRESS)

    def _picked(self) -> None:
        self.own.setVisible(not self.region.value)
        if not self.region.value:
            self.own.setFocus()
        self.changed.emit()

    def _typed(self, _: str) -> None:
        self.changed.emit()
