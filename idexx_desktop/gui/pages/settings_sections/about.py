"""About: the version, what this program never does, whose software is in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from idexx_desktop import __version__
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.licences_dialog import LicencesDialog
from idexx_desktop.gui.panels.support_dialog import SupportDialog
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import settings, shell, support, tr

_NEVER = (
    settings.NEVER_WRITES,
    settings.NEVER_CALLS,
    settings.NEVER_HAMMERS,
    settings.NEVER_SENDS,
    settings.NEVER_NAMES,
)


class AboutSection(Section):
    """See the module."""

    key = "about"
    title = settings.ABOUT
    icon = "info"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        card = self.add_card(tr(shell.PRODUCT), tr(settings.ABOUT_PROMISE))
        version = Text(tr(settings.VERSION, version=__version__))
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.body.addWidget(version)
        card.body.addWidget(Text(tr(settings.NOT_AFFILIATED), Style.SECONDARY, "secondary", wrap=True))
        never = self.add_card(tr(settings.NEVER_TITLE))
        lines = QVBoxLayout()
        lines.setSpacing(8)
        for words in _NEVER:
            line = QHBoxLayout()
            line.setSpacing(9)
            line.addWidget(Icon("ban", 16), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Text(tr(words), wrap=True), 1)
            lines.addLayout(line)
        never.body.addLayout(lines)
        help_card = self.add_card(tr(support.SUPPORT), tr(support.SUPPORT_MORE))
        self.prepare = SecondaryButton(tr(support.PREPARE), self._prepare, icon_name="life-buoy")
        help_card.body.addWidget(self.prepare, 0, Qt.AlignmentFlag.AlignLeft)
        licenses = self.add_card(tr(settings.LICENSES_TITLE))
        licenses.body.addWidget(Text(tr(settings.LICENSES), Style.SECONDARY, "secondary", wrap=True))
        self.licences = SecondaryButton(
            tr(settings.LICENSES_SHOW), self._show_licences, icon_name="scroll-text"
        )
        licenses.body.addWidget(self.licences, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_licences(self) -> None:
        LicencesDialog(self, self.desk).open()

    def _prepare(self) -> None:
        SupportDialog(self, self.desk).open()
