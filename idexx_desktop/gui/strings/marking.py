"""The mark that pyside6-lupdate looks for, with a type (PySide6's own has none)."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, source: str) -> str:  # noqa: ARG001 - lupdate reads both
    """The source itself; `strings.tr` translates it when it is shown."""
    return source
