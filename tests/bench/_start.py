"""One start of the window, the real command in a process of its own: `python -m tests.bench._start`.

Prints as JSON what `_started` sees: seconds from the start of the process, and memory at rest. The window's room is
imported first, as by the program: what imports Qt before it gets Qt's slow import for the rest of the process.
"""

from __future__ import annotations

from pathlib import Path

from idexx_desktop.__main__ import main
from idexx_desktop.gui import desktop
from idexx_desktop.gui.application import make_window
from idexx_desktop.gui.main_window import MainWindow
from tests.bench._started import Started


def watched_window(home: Path | None = None) -> MainWindow:
    """The program's own window, watched."""
    window = make_window(home)
    Started(window)
    return window


if __name__ == "__main__":
    desktop.make_window = watched_window  # type: ignore[attr-defined]  # put in its place
    main([])
