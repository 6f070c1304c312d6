"""Appearance: light, dark, or as the system is; for this computer only, and at once."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.chips import ToggleChip
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import settings, tr
from idexx_desktop.gui.theme import THEME, ThemeChoice

_WORDS = {
    ThemeChoice.SYSTEM: settings.THEME_SYSTEM,
    ThemeChoice.LIGHT: settings.THEME_LIGHT,
    ThemeChoice.DARK: settings.THEME_DARK,
}


class AppearanceSection(Section):
    """See the module."""

    key = "appearance"
    title = settings.APPEARANCE
    icon = "sun-moon"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        card = self.add_card(tr(settings.APPEARANCE), tr(settings.APPEARANCE_MORE))
        choices = QWidget()
        row = QHBoxLayout(choices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        group = QButtonGroup(self)
        self.chips: dict[ThemeChoice, ToggleChip] = {}
        for choice, words in _WORDS.items():
            chip = ToggleChip(tr(words), choice is desk.preferences.theme)
            group.addButton(chip)
            chip.clicked.connect(self._chosen)
            self.chips[choice] = chip
            row.addWidget(chip)
        choices.setFocusProxy(self.chips[ThemeChoice.SYSTEM])
        card.body.addWidget(Field(tr(settings.THEME), choices, tr(settings.SIZE_HINT)))

    def _chosen(self) -> None:
        choice = next(choice for choice, chip in self.chips.items() if chip.isChecked())
        self.desk.preferences.choose_theme(choice)
        THEME.choose(choice)
