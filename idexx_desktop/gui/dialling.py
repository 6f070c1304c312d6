"""Click to dial: a number goes to whatever the system has for telephone calls."""

from __future__ import annotations

import re

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

_DIALABLE = re.compile(r"\+?\d{3,15}")


def can_be_dialled(number: str) -> bool:
    """Whether it is a number and nothing else: no other text is handed to another program."""
    return _DIALABLE.fullmatch(number) is not None


def dial(number: str) -> bool:
    """Hand the number over; False where the system has nothing for it.

    What is started finds the environment that the system gave: ours is cleaned once, when the program starts.
    """
    return can_be_dialled(number) and QDesktopServices.openUrl(QUrl(f"tel:{number}"))
