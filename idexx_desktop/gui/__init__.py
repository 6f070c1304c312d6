"""The window: pages, tables, first run, tray. The only room that imports PySide6.

It asks services and shows what they return; it never touches SQL, keys or the site, and never waits on
its thread.
"""

from __future__ import annotations

import builtins
import sys


def _import_qt() -> None:
    """Import Qt without what it does to every later import of the process.

    PySide6 replaces Python's import by one that reads the source of each module, in case it wants other names for
    Qt's methods (`from __feature__ import snake_case`). Nothing here does; see the decision page.
    """
    if "PySide6.QtCore" in sys.modules:
        return
    own = builtins.__import__
    try:
        import PySide6.QtCore  # noqa: F401 - for what it does to Python's import
    finally:
        builtins.__import__ = own


_import_qt()
