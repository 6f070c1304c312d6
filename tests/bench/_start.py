"""One start of the window, the real command in a process of its own: `python -m tests.bench._start`.

Prints as JSON what `_started` sees: seconds from the start of the process, and memory at rest. Everything is loaded as
the program loads it: without looking for garbage, and the window's room first, because what imports Qt before it gets
Qt's slow import for the rest of the process.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idexx_desktop.gui.main_window import MainWindow


def start() -> int:
    """The window of the profile that the environment names, watched."""
    gc.disable()
    from idexx_desktop.gui import desktop
    from idexx_desktop.gui.application import make_window

    def watched_window(home: Path | None = None) -> MainWindow:
        from tests.bench._started import Started

        window = make_window(home)
        Started(window)
        return window

    desktop.make_window = watched_window  # type: ignore[attr-defined]  # put in its place
    from idexx_desktop.__main__ import main

    return main([])


if __name__ == "__main__":
    sys.exit(start())
