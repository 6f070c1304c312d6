"""The one catalogue of what the window says: English sources; `tr` gives them in the language in use.

Sources are marked with `QT_TRANSLATE_NOOP`, so that pyside6-lupdate finds each. Words for failures and
reasons of rules come from `domain`, because commands say them too.
"""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QLocale

from idexx_desktop.gui.shown import shown_lines

CONTEXT = "idexx"


def tr(source: str, /, **values: object) -> str:
    """A phrase of the catalogue in the language in use, with its {values} filled in, harmless whatever they are."""
    translated = QCoreApplication.translate(CONTEXT, source)
    if not values:
        return translated
    texts = {
        name: shown_lines(str(value)) for name, value in values.items() if isinstance(value, str | PurePath)
    }
    return translated.format(**(values | texts))


def tr_count(one: str, many: str, count: int, /, **values: object) -> str:
    """The phrase for one, or for many with {count} filled in (thousands are separated)."""
    return tr(one if count == 1 else many, count=f"{count:,}", **values)


def locale() -> QLocale:
    """The locale of the language in use: names of days and months must match the phrases around them."""
    return QLocale(QLocale.Language.English)
