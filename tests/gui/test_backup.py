"""Backups in the window: under Settings, the lasting line on Today, and put back at the first start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.backup import (
    Backup,
    BackupState,
    Contents,
    FoundBackup,
    MadeBackup,
    ProvedBy,
    WhoseRecords,
)
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.first_run.clinic_step import ClinicStep
from idexx_desktop.gui.first_run.guide import FirstRunGuide
from idexx_desktop.gui.kit.bars import InlineBar
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pages.registry import PAGES
from idexx_desktop.gui.pages.settings import SettingsPage
from idexx_desktop.gui.pages.settings_sections.backup import BackupSection
from idexx_desktop.gui.pages.today import TodayPage
from idexx_desktop.gui.panels.backup_question import KitQuestion
from idexx_desktop.gui.pictures import settle
from tests.gui.fake_backups import FILE, LAST
from tests.gui.fake_program import FakeProgram
from tests.gui.fake_set_up import FakeSetUp
from tests.gui.made_up import NOW, today_status
from tests.gui.opening import button, has_button, opened, said, settings_page
from tests.gui.test_access import controls

AWAY = Failure(FailureCode.BACKUP_NOT_MADE, title="The folder E:\\Backups isn't there.", advice="Plug it in.")


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    with opened(qtbot, bridge, program, "today", "settings") as made:
        yield made


@pytest.fixture
def section(window: MainWindow) -> BackupSection:
    return section_of(window)


def section_of(window: MainWindow) -> BackupSection:
    """The section, in front."""
    page = settings_page(window, "backup")
    assert isinstance(page.current, BackupSection)
    return page.current


def today_of(window: MainWindow) -> TodayPage:
    """The page, read anew."""
    window.go("today")
    page = window.current
    assert isinstance(page, TodayPage)
    page.refresh()
    settle(window)
    return page


def words_of(bar: InlineBar) -> str:
    return bar.accessibleName()


def test_the_last_one_and_where_it_is(section: BackupSection) -> None:
    words = said(section)
    assert "Today 08:00, 1,204 visits, 5.0 MB" in words
    assert section.pill.accessibleName() == "Tried and good"
    assert any(FILE in each.replace("\u200b", "") for each in words)
    assert any("in clear" in each for each in words)
    assert any("newest 14 are kept" in each for each in words)
    assert not section.same_disk.isVisible()


def test_one_now(window: MainWindow, section: BackupSection, program: FakeProgram) -> None:
    section.now.click()
    assert not section.now.isEnabled()
    assert section.now.accessibleName() == "Backing up…"
    settle(window)
    assert program.backups.made == 1
    assert section.now.isEnabled()
    assert "Today 10:44, 1,204 visits, 5.0 MB" in said(section)


def test_one_that_comes_to_nothing(window: MainWindow, section: BackupSection, program: FakeProgram) -> None:
    program.backups.failure = AWAY
    section.now.click()
    settle(window)
    problem = section.bar("problem")
    assert problem is not None
    assert words_of(problem) == "The folder E:\\Backups isn't there. Plug it in."
    section.now.click()
    settle(window)
    assert section.bar("problem") is None
    assert section.bar("failure") is None


def test_a_folder_is_chosen_and_tried_at_once(window: MainWindow, program: FakeProgram) -> None:
    program.backups.value = BackupState()
    section = section_of(window)
    assert section.pill.accessibleName() == "No backup yet"
    assert not section.now.isEnabled()
    assert not section.now.isVisible()
    section.choose.click()
    assert section.dialog is not None
    section.dialog.fileSelected.emit("/media/stick")
    section.dialog.close()
    settle(window)
    assert program.backups.chosen == [Path("/media/stick")]
    assert program.backups.made == 1
    assert section.now.isEnabled()
    assert section.now.isVisible()
    section.stop.click()
    settle(window)
    assert program.backups.chosen[-1] is None
    assert not section.stop.isVisible()


def test_a_folder_that_cannot_be_used(
    window: MainWindow, section: BackupSection, program: FakeProgram
) -> None:
    program.backups.failure = AWAY
    section.choose.click()
    assert section.dialog is not None
    section.dialog.fileSelected.emit("E:\\Backups")
    section.dialog.close()
    settle(window)
    assert section.bar("failure") is not None
    assert program.backups.made == 0


def test_the_same_disk_is_said(window: MainWindow, program: FakeProgram) -> None:
    program.backups.value = replace(program.backups.value, last=replace(LAST, same_disk=True))
    assert section_of(window).same_disk.isVisible()


def test_on_a_server_there_is_nothing_to_press(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> None:
    program.records_here = False
    with opened(qtbot, bridge, program, "today", "settings") as window:
        section = section_of(window)
        assert any("backs them up there" in each for each in said(section))
        assert controls(section) == []
        assert not today_of(window).has_bar("backup")


def test_every_control_has_a_name_and_is_large_enough(section: BackupSection) -> None:
    found = controls(section)
    assert len(found) == 3
    assert [widget for widget in found if not widget.accessibleName()] == []
    assert [widget for widget in found if min(widget.width(), widget.height()) < 24] == []


def test_today_says_when_there_was_none_for_three_days(window: MainWindow, program: FakeProgram) -> None:
    assert not today_of(window).has_bar("backup")
    old = replace(LAST, made_at=NOW - timedelta(days=4))
    program.backups.value = replace(program.backups.value, chosen_at=NOW - timedelta(days=9), last=old)
    page = today_of(window)
    assert words_of(page.bar("backup")).startswith("No good backup since Wednesday 10:44. If this computer")
    program.backups.value = replace(program.backups.value, problem=AWAY)
    assert "E:\\Backups isn't there" in words_of(today_of(window).bar("backup"))
    program.backups.value = BackupState("E:\\Backups", chosen_at=NOW - timedelta(days=3))
    assert words_of(today_of(window).bar("backup")).startswith("No backup yet, though a folder was chosen")
    page.bar("backup").buttons[0].click()
    settle(window)
    assert isinstance(window.current, SettingsPage)
    assert isinstance(window.current.current, BackupSection)
    program.backups.value = replace(program.backups.value, last=LAST)
    assert not today_of(window).has_bar("backup")


def test_today_says_why_calls_are_paused(window: MainWindow, program: FakeProgram) -> None:
    program.status.value = today_status(paused=True)
    assert words_of(today_of(window).bar("paused")).startswith("All calls are paused. No owner")
    program.backups.value = replace(program.backups.value, restored_from=NOW - timedelta(days=1))
    words = words_of(today_of(window).bar("paused"))
    assert "the records were restored" in words
    assert "after yesterday 10:44" in words
    program.status.value = today_status(paused=False)
    assert not today_of(window).has_bar("paused")


@pytest.fixture
def first_start(
    qtbot: QtBot, bridge: Bridge, program: FakeProgram, tmp_path: Path
) -> Iterator[tuple[MainWindow, FirstRunGuide, FakeSetUp]]:
    """The window of a computer on which nothing is set up, at its first step."""
    window = MainWindow(bridge, tmp_path, tuple(entry for entry in PAGES if entry.page_id == "today"))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    set_up = FakeSetUp(program)
    guide = FirstRunGuide(window, set_up)
    window.set_up_needed.emit()
    settle(window)
    yield window, guide, set_up
    window.shut_down()


def step_of(guide: FirstRunGuide) -> ClinicStep:
    assert guide.flow is not None
    assert isinstance(guide.flow.step, ClinicStep)
    return guide.flow.step


def asked(window: MainWindow, guide: FirstRunGuide, path: Path) -> VerbDialog:
    """The question about this backup, once it was chosen."""
    step = step_of(guide)
    step.restore.click()
    assert step.putting_back.dialog is not None
    step.putting_back.dialog.fileSelected.emit(str(path))
    step.putting_back.dialog.close()
    settle(window)
    assert step.putting_back.question is not None
    assert step.putting_back.question.isVisible()
    assert [widget for widget in controls(step.putting_back.question) if not widget.accessibleName()] == []
    return step.putting_back.question


def found(*, signed: bool = True, kit_can_prove: bool = True) -> FoundBackup:
    whose = WhoseRecords("Oak Street\u202e Vets", "c-1", "pm@oak.example", practice_site=False)
    holds = Contents("0013", {"public.visits": 1_204}, {}, None)
    backup = Backup("b-1", Path("/media/oak.idexx-backup"), 5, NOW, whose, "0.1.0", "18", holds)
    return FoundBackup(backup, ProvedBy.NOBODY, signed=signed, kit_can_prove=kit_can_prove)


def test_the_kits_code_proves_a_backup(
    first_start: tuple[MainWindow, FirstRunGuide, FakeSetUp], tmp_path: Path
) -> None:
    window, guide, set_up = first_start
    set_up.found, set_up.kit = found(), "ABCD-EF"
    question = asked(window, guide, tmp_path / "oak.idexx-backup")
    assert isinstance(question, KitQuestion)
    words = said(question)
    assert {"Oak Street Vets", "1,204 visits", "oak.idexx-backup"} <= {
        each.replace("\u200b", "") for each in words
    }
    question.code.setText("WRONG")
    question.verb.click()
    settle(window)
    assert question.isVisible(), "it stays until the code is right, or the person gives up"
    assert "isn't right" in question.field.problem.text()
    question.code.setText("ABCD-EF")
    question.verb.click()
    settle(window)
    assert set_up.said == [(None, False), ("ABCD-EF", False)]
    assert guide.flow is not None
    assert not isinstance(guide.flow.step, ClinicStep), "it goes on with the sign-in"


def test_without_the_kit_it_takes_a_persons_yes(
    first_start: tuple[MainWindow, FirstRunGuide, FakeSetUp], tmp_path: Path
) -> None:
    window, guide, set_up = first_start
    set_up.found = found()
    kit = asked(window, guide, tmp_path / "oak.idexx-backup")
    assert isinstance(kit, KitQuestion)
    kit.all_the_same.click()
    settle(window)
    question = step_of(guide).putting_back.question
    assert question is not None
    assert any("Without the recovery kit nobody can prove it" in each for each in said(question))
    question.cancel.click()
    settle(window)
    assert set_up.said == [(None, False)], "Cancel is safe"
    set_up.found = found(signed=False, kit_can_prove=False)
    question = asked(window, guide, tmp_path / "oak.idexx-backup")
    assert not isinstance(question, KitQuestion), "no code helps"
    assert any("somebody has changed it since" in each for each in said(question))
    assert not has_button(question, "Check the code and restore")
    button(question, "Use it although nobody can prove it").click()
    settle(window)
    assert set_up.said[1:] == [(None, False), (None, True)]
    assert guide.flow is not None
    assert not isinstance(guide.flow.step, ClinicStep)


def test_what_is_not_known_any_more_is_said(window: MainWindow, program: FakeProgram) -> None:
    program.backups.value = BackupState(unreadable=Failure(FailureCode.BACKUP_STATE_UNREADABLE))
    section = section_of(window)
    problem = section.bar("problem")
    assert problem is not None
    assert "can't read any more where your daily backups go" in words_of(problem)
    assert section.pill.accessibleName() == "Folder not known any more"
    assert section.choose.isEnabled()
    assert "Choose the folder again" in words_of(today_of(window).bar("backup"))


def test_a_kit_is_advised_where_there_is_none(window: MainWindow, program: FakeProgram) -> None:
    made = MadeBackup(FILE, "b-1", NOW, "s", kit=False)
    program.backups.value = replace(program.backups.value, made=(made,))
    assert any("Make a recovery kit, too" in each for each in said(section_of(window)))
    program.backups.value = replace(program.backups.value, made=(made, replace(made, kit=True)))
    assert not any("Make a recovery kit, too" in each for each in said(section_of(window)))


def test_put_back_at_the_first_start(
    first_start: tuple[MainWindow, FirstRunGuide, FakeSetUp], tmp_path: Path
) -> None:
    window, guide, set_up = first_start
    set_up.failure = damaged = Failure(FailureCode.BACKUP_UNUSABLE)
    step = step_of(guide)
    for _ in range(2):
        step.restore.click()
        assert step.putting_back.dialog is not None
        step.putting_back.dialog.fileSelected.emit(str(tmp_path / "x.idexx-backup"))
        step.putting_back.dialog.close()
        assert guide.flow is not None
        assert not guide.flow.next.isEnabled()
        assert not step.restore.isEnabled()
        settle(window)
        if len(set_up.restored) == 1:
            assert any(damaged.title in each for each in said(step))
            assert step.restore.isEnabled()
    assert set_up.restored == [tmp_path / "x.idexx-backup"] * 2
    assert guide.flow is not None
    assert guide.flow.step is not step, "it goes on with the sign-in"
    assert not has_button(guide.flow, "Restore a backup…")
