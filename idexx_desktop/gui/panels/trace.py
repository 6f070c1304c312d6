"""The rule trace: which rule saw what, and which one decided."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.decisions import RuleStep, StepOutcome
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.states import STEP_LOOKS


class TraceList(QWidget):
    """One line for each rule, with the icon of its outcome, and what it saw below."""

    def __init__(self, steps: Sequence[RuleStep], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for step in steps:
            column.addWidget(_step(step))


def _step(step: RuleStep) -> QWidget:
    look = STEP_LOOKS[step.outcome]
    row = QWidget()
    row.setAccessibleName(shown(f"{step.rule}: {look.label}. {step.detail}".strip()))
    words = QVBoxLayout()
    words.setSpacing(0)
    unchecked = step.outcome is StepOutcome.NOT_CHECKED
    words.addWidget(Text(step.rule, Style.LABEL, "secondary" if unchecked else None, wrap=True))
    detail = step.detail or (look.label if step.outcome is not StepOutcome.PASSED else "")
    if detail:
        words.addWidget(Text(detail, Style.SECONDARY, "secondary", wrap=True))
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(9)
    line.addWidget(Icon(look.icon, 16, look.tone), 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(words, 1)
    return row
