"""What this computer's window remembers of its person: an ini file in the profile's folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from idexx_desktop.gui.theme import ThemeChoice

_THEME = "theme"


class Preferences:
    """Short texts by name. Without a folder they are kept until the program ends. No secrets belong here."""

    def __init__(self, home: Path | None) -> None:
        self._file = (
            QSettings(str(home / "window.ini"), QSettings.Format.IniFormat) if home is not None else None
        )
        self._memory: dict[str, str] = {}

    def get(self, name: str) -> str:
        """What was put under this name, "" where nothing was."""
        if self._file is None:
            return self._memory.get(name, "")
        return str(self._file.value(name) or "")

    def put(self, name: str, text: str) -> None:
        """Remember a text; Qt writes it down within a moment. "" forgets it."""
        if self._file is None:
            self._memory[name] = text
        elif text:
            self._file.setValue(name, text)
        else:
            self._file.remove(name)

    @property
    def theme(self) -> ThemeChoice:
        """Light, dark, or as the system is."""
        chosen = self.get(_THEME)
        return next((choice for choice in ThemeChoice if choice == chosen), ThemeChoice.SYSTEM)

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Remember the theme."""
        self.put(_THEME, str(choice))
