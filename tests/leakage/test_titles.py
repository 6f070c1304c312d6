"""Notifications and titles of windows, which anybody may see who stands by, name nobody."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import idexx_desktop.gui
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.kit.dialogs import ConfirmDialog
from idexx_desktop.gui.notifying import Told, consider
from idexx_desktop.gui.panels.schedule_call import ScheduleCallDialog
from tests.gui.made_up import NOW, ZONE, local, some_calls, some_visits, today_status

CANARY = "Tweety of Maria Canary"
_GUI = Path(idexx_desktop.gui.__file__).parent


def failures() -> list[Failure | None]:
    """One of each kind, and none; each with words that name somebody."""
    title, advice = f"{CANARY}: no number", f"Call {CANARY}"
    return [None, *(Failure(code, CANARY, title=title, advice=advice) for code in FailureCode)]


@pytest.mark.parametrize("suspended", [False, True])
def test_no_notification_names_anybody(suspended: bool) -> None:
    rows = [replace(row, patient_name=CANARY, owner_name=CANARY, reason=CANARY) for row in some_visits()]
    calls = [replace(call, owner_name=CANARY, patient_names=(CANARY,)) for call in some_calls()]
    told_before = [
        Told(),
        Told("waiting", NOW - timedelta(days=3)),
        Told("page_changed", NOW - timedelta(days=3)),
    ]
    said = set()
    for failure, waiting, stale, told in product(failures(), (0, 1, 12), (False, True), told_before):
        status = today_status(
            suspended=failure if suspended else None, last_failure=None if suspended else failure,
            attention=rows[:3], attention_count=waiting, calls_today=calls, stale=stale,
            up_to_date_as_of=local(16, 16) if stale else NOW,
        )  # fmt: skip
        notice, _ = consider(status, NOW, told)
        if notice:
            said.add((notice.title, notice.text))
    assert len(said) > 5
    assert [each for each in said if "Canary" in " ".join(each)] == []


def test_notifications_are_shown_in_one_place_only() -> None:
    places = [path.name for path in _GUI.rglob("*.py") if "showMessage(" in path.read_text(encoding="utf-8")]
    assert places == ["tray.py"]


def titles() -> list[tuple[str, ast.expr]]:
    """Every expression that becomes the title of a window: where, and which."""
    found: list[tuple[str, ast.expr]] = []
    for path in _GUI.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                place = {"setWindowTitle": 0, "DetailsDialog": 1, "QFileDialog": 1}.get(name)
                if place is not None and len(call.args) > place:
                    found += [(path.name, made) for made in meant(call.args[place], function)]
    return found


def meant(title: ast.expr, function: ast.FunctionDef) -> list[ast.expr]:
    """What a name was given in this function; any other expression stands for itself."""
    if not isinstance(title, ast.Name):
        return [title]
    given = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
    same = [
        node.value for node in given if ast.dump(node.targets[0]) == ast.dump(ast.Name(title.id, ast.Store()))
    ]
    return same or [title]


def test_into_the_title_of_a_window_nothing_is_filled_in_but_days() -> None:
    made = titles()
    assert len(made) > 5
    for path, title in made:
        if path == "dialogs.py" and isinstance(title, ast.Name):
            continue  # of DetailsDialog, whose callers are looked at
        assert isinstance(title, ast.Call), path
        assert getattr(title.func, "id", "") == "tr", path
        assert len(title.args) == 1, path
        assert {word.arg for word in title.keywords} <= {"days"}, path


def test_a_question_about_a_pet_has_the_programs_name_for_its_title(qtbot: QtBot, styled: None) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    pet = replace(some_visits()[0], patient_name=CANARY)
    for dialog in (ScheduleCallDialog(host, pet, NOW, ZONE), ConfirmDialog(host, CANARY, CANARY, "Do it")):
        dialog.open()
        assert dialog.windowTitle() == "IDEXX Neo sync"
        assert CANARY in dialog.accessibleName()
        assert [
            each.windowTitle() for each in QApplication.topLevelWidgets() if CANARY in each.windowTitle()
        ] == []
        dialog.reject()
