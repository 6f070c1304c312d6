"""Settings, Recovery kit: made, shown once, saved or printed, used; a new one makes the old one worthless."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.overview import CredentialStatus
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.recovery import RecoverySection
from idexx_desktop.gui.panels.code_dialog import CodeDialog
from idexx_desktop.gui.panels.kit_dialog import KitDialog
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import button, has_button, is_closed, opened, said
from tests.gui.pdf_text import read_pdf
from tests.gui.test_access import controls


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "settings") as made:
        made.go("settings", "recovery")
        settle(made)
        yield made


@pytest.fixture
def section(window: MainWindow) -> RecoverySection:
    page = window.current
    assert isinstance(page, SettingsPage)
    assert isinstance(page.current, RecoverySection)
    return page.current


@pytest.fixture
def dialog(window: MainWindow, section: RecoverySection) -> KitDialog:
    """A first kit, just made."""
    section.make.click()
    settle(window)
    return section.findChildren(KitDialog)[0]


def again(window: MainWindow, section: RecoverySection) -> None:
    """Let the section read once more."""
    section.refresh()
    settle(window)


def test_a_first_kit_is_shown_once_and_forgotten(
    window: MainWindow, section: RecoverySection, program: FakeProgram
) -> None:
    QGuiApplication.clipboard().setText("before")
    assert section.pill.accessibleName() == "No recovery kit yet"
    section.make.click()
    assert (section.make.accessibleName(), section.make.isEnabled()) == ("One moment…", False)
    settle(window)
    dialog = section.findChildren(KitDialog)[0]
    assert len(dialog.code.code.replace("-", "")) == 28
    assert "Print it or save it now: this code isn't shown again." in said(dialog)
    assert not dialog.verb.isEnabled()
    dialog.kept.click()
    left: list[str] = []
    dialog.finished.connect(lambda _: left.append(dialog.code.code + dialog.code.accessibleName()))
    dialog.verb.click()
    settle(window)
    assert left == [""]
    assert is_closed(dialog)
    again(window, section)
    assert section.pill.accessibleName() == "There is a recovery kit"
    assert "Number K1, made 10:44" in said(section)
    assert "The old one stops working." in said(section)
    assert QGuiApplication.clipboard().text() == "before"
    assert program.computers.kit is not None


def test_closing_before_it_is_kept_asks(
    window: MainWindow, section: RecoverySection, dialog: KitDialog
) -> None:
    dialog.cancel.click()
    asked = dialog.findChildren(ConfirmDialog)[-1]
    asked.cancel.click()
    settle(window)
    assert dialog.isVisible()
    dialog.close()
    assert dialog.isVisible()
    dialog.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    assert is_closed(dialog)


def test_once_kept_it_closes_without_asking(
    window: MainWindow, section: RecoverySection, dialog: KitDialog
) -> None:
    dialog.kept.click()
    dialog.cancel.click()
    settle(window)
    assert is_closed(dialog)


def test_it_is_saved_as_one_page_for_its_owner_alone(
    window: MainWindow, dialog: KitDialog, tmp_path: Path
) -> None:
    dialog.save_pdf.click()
    places = dialog.findChildren(QFileDialog)[0]
    assert places.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert Path(places.selectedFiles()[0]).name == "recovery-kit-K1.pdf"
    path = tmp_path / "recovery-kit-K1.pdf"
    places.fileSelected.emit(str(path))
    places.close()
    settle(window)
    assert any(words.startswith("Saved as recovery-kit-K1.pdf.") for words in said(dialog))
    page = read_pdf(path.read_bytes())
    assert (page.pages, page.paper) == (1, (595, 842))
    assert dialog.code.code.replace("-", "") in page.text
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_place_that_can_not_be_written_is_said(
    window: MainWindow, dialog: KitDialog, tmp_path: Path
) -> None:
    dialog.save_pdf.click()
    places = dialog.findChildren(QFileDialog)[0]
    places.fileSelected.emit(str(tmp_path / "missing" / "kit.pdf"))
    places.close()
    settle(window)
    assert "The file couldn't be saved there." in said(dialog)
    assert not dialog.verb.isEnabled()
    assert dialog.code.code


def test_it_is_printed(
    window: MainWindow, dialog: KitDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["Reception"])
    dialog.print_out.click()
    printing = dialog.findChildren(QPrintDialog)[0]
    printer, path = printing.printer(), tmp_path / "paper.pdf"
    assert printer.docName() == "Recovery kit"
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printing.done(QPrintDialog.DialogCode.Accepted)
    settle(window)
    assert "Sent to the printer. Look whether the page is there." in said(dialog)
    page = read_pdf(path.read_bytes())
    assert page.pages == 1
    assert dialog.code.code.replace("-", "") in page.text


def test_without_a_printer_it_says_so(dialog: KitDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    dialog.print_out.click()
    assert "This computer has no printer. Save it as a PDF instead." in said(dialog)
    assert dialog.findChildren(QPrintDialog) == []


def test_a_new_kit_asks_first_since_the_old_one_stops_working(
    window: MainWindow, section: RecoverySection, program: FakeProgram
) -> None:
    old = program.computers.make_kit().code
    again(window, section)
    button(section, "Make a new one…").click()
    asked = section.findChildren(ConfirmDialog)[-1]
    assert any("The kit with the number K1 stops working at once." in words for words in said(asked))
    asked.cancel.click()
    settle(window)
    assert program.computers.kit is not None
    assert program.computers.kit.number == "K1"
    button(section, "Make a new one…").click()
    section.findChildren(ConfirmDialog)[-1].verb.click()
    settle(window)
    dialog = section.findChildren(KitDialog)[0]
    assert "Recovery kit K2" in said(dialog)
    assert dialog.code.code != old
    with pytest.raises(Failure, match="code_refused"):
        program.computers.recover(old)


def test_a_kit_that_can_not_be_made_is_said(
    window: MainWindow, section: RecoverySection, program: FakeProgram
) -> None:
    program.computers.refusal = Failure(FailureCode.DATABASE_UNREACHABLE)
    section.make.click()
    settle(window)
    assert any("Can't reach your clinic's records." in words for words in said(section))
    assert section.findChildren(KitDialog) == []
    assert (section.make.accessibleName(), section.make.isEnabled()) == ("Make a recovery kit", True)


def test_it_is_used_where_the_sign_in_can_not_be_opened(
    window: MainWindow, section: RecoverySection, program: FakeProgram
) -> None:
    code = program.computers.make_kit().code
    program.computers.shut_out()
    again(window, section)
    assert not section.make.isEnabled()
    assert not section.pill.isVisible()
    assert "A kit is made on a computer that can use the Neo sign-in." in said(section)
    section.use.click()
    dialog = section.findChildren(CodeDialog)[0]
    QTest.keyClicks(dialog.code, code[:-1])
    dialog.verb.click()
    settle(window)
    assert "That code has 27 characters, but it should have 28." in said(dialog)
    dialog.code.clear()
    QTest.keyClicks(dialog.code, code.replace("-", " ").lower())
    dialog.verb.click()
    settle(window)
    assert "This computer can use the clinic's Neo sign-in now." in said(section)
    assert not section.use_card.isVisible()
    assert section.make.isEnabled()


def test_it_says_what_it_is_for(window: MainWindow, section: RecoverySection, program: FakeProgram) -> None:
    assert any("It goes with a backup of your records" in words for words in said(section))
    program.records_here = False
    again(window, section)
    assert any("where no approved computer can help" in words for words in said(section))
    program.credentials.value = CredentialStatus("not_configured", None, "", "", None, "")
    again(window, section)
    assert "Enter the Neo sign-in first: it is what the kit unlocks." in said(section)
    assert not section.make.isEnabled()
    assert not has_button(section, "Use the recovery kit")


def test_every_control_of_the_dialog_has_a_name_and_is_large_enough(dialog: KitDialog) -> None:
    found = controls(dialog)
    assert {widget.accessibleName() for widget in found} == {
        "Print…",
        "Save as PDF…",
        "I have printed or saved it",
        "Close",
        "Done",
    }
    assert [widget for widget in found if min(widget.width(), widget.height()) < 24] == []
