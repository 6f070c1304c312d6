"""Details for support in the window: read first, then saved where the person says."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import TodayStatus
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings_sections.about import AboutSection
from idexx_desktop.gui.panels.session_panel import SessionPanel
from idexx_desktop.gui.panels.support_dialog import SupportDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_support import DETAILS
from tests.gui.made_up import session
from tests.gui.opening import button, opened, said, settings_page

_WORDS = "Prepare details for support"


def from_about(window: MainWindow) -> SupportDialog:
    """Opened in Settings, About."""
    page = settings_page(window, "about")
    assert isinstance(page.current, AboutSection)
    page.current.prepare.click()
    settle(window)
    return page.current.findChildren(SupportDialog)[0]


def test_it_is_shown_first_and_saved_as_it_was_shown(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, tmp_path: Path
) -> None:
    with opened(qtbot, bridge, program, "settings") as window:
        dialog = from_about(window)
        assert dialog.shown.toPlainText() == DETAILS
        assert dialog.shown.isReadOnly()
        assert program.support.saved == []
        dialog.save.click()
        (chooser,) = dialog.findChildren(QFileDialog)
        assert chooser.selectedFiles()[0].endswith("details-for-support-2026-11-22.json")
        chooser.reject()
        dialog._save(str(tmp_path / "here.json"))
        settle(window)
        assert program.support.saved == [(tmp_path / "here.json", DETAILS)]
        assert "Saved as here.json." in said(dialog)
        dialog.accept()


def test_what_keeps_it_from_being_made_or_saved_is_said(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, tmp_path: Path
) -> None:
    program.support.failure = Failure(FailureCode.INVALID_INPUT, title="The file couldn't be saved there.")
    with opened(qtbot, bridge, program, "settings") as window:
        dialog = from_about(window)
        assert not dialog.save.isEnabled()
        assert any(words.startswith("The file couldn't be saved there.") for words in said(dialog))
        dialog.accept()


def test_a_bug_leads_there_too(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    with opened(qtbot, bridge, program, "today") as window:

        def broken() -> TodayStatus:
            raise KeyError("Bella")

        bridge.ask(broken, window._counted, window._not_counted)
        qtbot.waitUntil(lambda: window.notice is not None)
        button(window, _WORDS).click()
        settle(window)
        (dialog,) = window.findChildren(SupportDialog)
        assert dialog.shown.toPlainText() == DETAILS
        dialog.accept()


@pytest.mark.parametrize("detail", ["Neo changed: consultation.notes is missing in all of 5 pages", ""])
def test_the_history_says_what_changed_under_details(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, detail: str
) -> None:
    with opened(qtbot, bridge, program, "today") as window:
        panel = SessionPanel(window.desk, window)
        panel.show_row(session("failed", failure_code="payload_changed", failure_detail=detail))
        panel.show()
        (shown,) = [words for words in said(panel) if words.startswith("Code: payload_changed")]
        assert shown.split("\n")[1:-1] == ([detail] if detail else [])
        panel.hide()
