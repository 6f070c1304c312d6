"""Light or dark, following the system unless the person chose; made from the tokens."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from idexx_desktop.gui.fonts import Style, font, load_fonts
from idexx_desktop.gui.stylesheet import stylesheet
from idexx_desktop.gui.tokens import DARK, LIGHT, Tokens


class ThemeChoice(StrEnum):
    """What the person asked for in Settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The one theme of the running window."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self.choice = ThemeChoice.SYSTEM
        self.application: QApplication | None = None

    def install(self, application: QApplication) -> None:
        """Style an application; once, before its first window."""
        self.application = application
        load_fonts()
        application.setStyle("Fusion")
        application.setFont(font(Style.BODY))
        application.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.choose(self.choice)

    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system, or stay light or dark."""
        self.choice = choice
        if self.application is None:
            return
        hints = self.application.styleHints()
        if choice is ThemeChoice.SYSTEM:
            dark = hints.colorScheme() is Qt.ColorScheme.Dark
        else:
            dark = choice is ThemeChoice.DARK
        self.tokens = DARK if dark else LIGHT
        self.application.setPalette(palette(self.tokens))
        self.application.setStyleSheet(stylesheet(self.tokens))
        self.changed.emit()

    def _system_changed(self) -> None:
        self.choose(self.choice)


def palette(tokens: Tokens) -> QPalette:
    """The palette for what the stylesheet leaves to Fusion: menus, tooltips, calendars, spin boxes."""
    roles = {
        QPalette.ColorRole.Window: tokens.background,
        QPalette.ColorRole.WindowText: tokens.ink,
        QPalette.ColorRole.Base: tokens.card,
        QPalette.ColorRole.AlternateBase: tokens.hover,
        QPalette.ColorRole.Text: tokens.ink,
        QPalette.ColorRole.Button: tokens.card,
        QPalette.ColorRole.ButtonText: tokens.ink,
        QPalette.ColorRole.BrightText: tokens.act,
        QPalette.ColorRole.ToolTipBase: tokens.card,
        QPalette.ColorRole.ToolTipText: tokens.ink,
        QPalette.ColorRole.PlaceholderText: tokens.secondary,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Midlight: tokens.line,
        QPalette.ColorRole.Dark: tokens.control_line,
    }
    made = QPalette()
    for role, color in roles.items():
        made.setColor(role, QColor(color))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.off))
    return made


THEME = Theme()


def tokens() -> Tokens:
    """The tokens of the moment; ask while painting, never keep them."""
    return THEME.tokens
