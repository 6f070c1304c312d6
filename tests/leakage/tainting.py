"""Signs that act, in every text of everything that pages are given; and every text that a window shows or paints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from tests.gui.fake_program import FakeProgram
from tests.support.bad_input import ACTING

# turns the direction, hides, colours a terminal, ends a line
SIGNS = "\u202e\u2066\u200b\x1b[31m\u200f\ufff9\U000e0041\x07"
# what the program itself chooses from a list, finds rows by, or computes with
_NOT_WORDS = frozenset(
    {
        "id", "visit_key", "user_id", "clinic_id", "computer_id", "session_id", "status", "timezone", "country", "kind",
        "action", "trigger", "outcome", "role", "state", "code", "call_status", "failure_code", "suspended_code",
        "reason_code", "visit_keys", "consultation_ids", "neo_url", "validation_status", "region",
    }
)  # fmt: skip
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)


def tainted(value: Any) -> Any:
    """The same with `SIGNS` in each of its texts."""
    if type(value) is str:
        return f"{value}{SIGNS}x" if value else value
    if type(value) in (list, tuple):
        return type(value)(tainted(each) for each in value)
    if type(value) is dict:
        return {key: tainted(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            field.name: tainted(getattr(value, field.name))
            for field in fields(value)
            if field.init and field.name not in _NOT_WORDS
        }
        return replace(value, **changes)
    return value


def taint(program: FakeProgram) -> None:
    """All that its services hold."""
    program.clinic, program.identity = tainted(program.clinic), tainted(program.identity)
    for service in vars(program).values():
        if type(service).__name__.startswith("Fake"):
            for name, value in vars(service).items():
                if type(value) in (list, tuple, str) or is_dataclass(value):
                    setattr(service, name, tainted(value))


def acts(text: str) -> bool:
    """Whether a text still holds one of the signs; lines and tabs are none in a text of several lines."""
    return bool(set(text) & (set(ACTING) - {"\n", "\t"}))


def texts(host: QWidget) -> Iterator[tuple[str, str]]:
    """Every text of every widget below, hidden ones too, with where it was found."""
    for widget in (host, *host.findChildren(QWidget)):
        kind = type(widget).__name__
        for name in ("windowTitle", "toolTip", "statusTip", "accessibleName", "accessibleDescription"):
            text = getattr(widget, name)()
            # a long word in a tooltip has places of our own to break at
            yield f"{kind}.{name}", text.replace("\u200b", "") if name == "toolTip" else text
        if isinstance(widget, QLabel | QAbstractButton):
            yield f"{kind}.text", widget.text()
        if isinstance(widget, QLineEdit):
            yield f"{kind}.placeholder", widget.placeholderText()
            yield f"{kind}.text", widget.displayText()
        if isinstance(widget, QPlainTextEdit | QTextEdit):
            yield f"{kind}.text", widget.toPlainText()
        if isinstance(widget, QComboBox):
            yield from ((f"{kind}.item", widget.itemText(at)) for at in range(widget.count()))
        if isinstance(widget, QAbstractItemView):
            yield from ((f"{kind} of {widget.accessibleName()}", text) for text in _of_model(widget.model()))
    for action in host.findChildren(QAction):
        yield "QAction", action.text()
        yield "QAction.tip", action.toolTip()


def _of_model(model: QAbstractItemModel) -> Iterator[str]:
    # a list has one column, and hides that it says so
    for column in range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(model.rowCount(QModelIndex())):
            yield from (str(model.index(row, column).data(role) or "") for role in _ROLES)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that our own painting puts on the screen."""
    seen: list[str] = []
    draw = QPainter.drawText

    def remember(painter: QPainter, *arguments: Any) -> Any:
        seen.extend(each for each in arguments if isinstance(each, str))
        return draw(painter, *arguments)

    monkeypatch.setattr(QPainter, "drawText", remember)
    return seen
