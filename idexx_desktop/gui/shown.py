"""Text from outside as the window shows it: harmless, and what is read from the right kept to itself.

Applied where text enters a widget or a painter of the kit, and where it is filled into a phrase; pages needn't know.
"""

from __future__ import annotations

from idexx_desktop.domain.harmless import harmless, harmless_lines, isolated


def shown(text: str) -> str:
    """For one line."""
    return isolated(harmless(text))


def shown_lines(text: str) -> str:
    """For a text whose lines stay."""
    return isolated(harmless_lines(text))
