"""The section Discharge calls of Settings for tests."""

from __future__ import annotations

from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings_sections.calls import CallsSection
from tests.gui.opening import settings_page


def calls_section(window: MainWindow) -> CallsSection:
    """The section, gone to."""
    found = settings_page(window, "calls").current
    assert isinstance(found, CallsSection)
    return found
