"""The table of calls by kind of visit: whether, after how many days, at which hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from idexx_desktop.domain.decisions import KindRule
from idexx_desktop.domain.visits import VisitKind
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.choices import CheckChoice
from idexx_desktop.gui.kit.inputs import Select
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.kit.typed import TimeInput
from idexx_desktop.gui.strings import settings, tr, tr_count

KIND_WORDS: dict[VisitKind, str] = {
    VisitKind.SURGERY: settings.SURGERY,
    VisitKind.DENTAL: settings.DENTAL,
    VisitKind.EMERGENCY: settings.EMERGENCY,
    VisitKind.SICK_VISIT: settings.SICK_VISIT,
    VisitKind.WELLNESS: settings.WELLNESS,
    VisitKind.VACCINATION: settings.VACCINATION,
    VisitKind.FOLLOW_UP: settings.FOLLOW_UP,
    VisitKind.GENERAL: settings.GENERAL,
    VisitKind.END_OF_LIFE: settings.END_OF_LIFE,
}
_MOST_DAYS = 14


@dataclass(frozen=True, slots=True)
class _Row:
    enabled: CheckChoice
    delay: Select
    hour: TimeInput
    problem: Text

    def wrong(self) -> str:
        """What is wrong with the hour; of a kind without calls it doesn't matter."""
        return self.hour.problem() if self.enabled.isChecked() else ""


class KindsTable(QWidget):
    """`changed` when a person changed a rule. End of life stands there without controls: no setting turns it on."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kept: Mapping[VisitKind, KindRule] = {}
        self.rows: dict[VisitKind, _Row] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        for column, words in enumerate((settings.KIND, settings.DELAY, settings.AT_HOUR)):
            grid.addWidget(Text(tr(words), Style.LABEL, "secondary"), 0, column)
        grid.setColumnMinimumWidth(0, 124)
        grid.setColumnStretch(2, 1)
        # of each kind a line, and below it one for what is wrong with its hour: beside it a narrow window has no room
        for line, (kind, words) in zip(range(1, 2 * len(KIND_WORDS), 2), KIND_WORDS.items(), strict=True):
            if kind is VisitKind.END_OF_LIFE:
                grid.addWidget(Text(tr(words), Style.BODY, "secondary"), line, 0)
                grid.addWidget(
                    Text(tr(settings.NEVER_BY_ITSELF), Style.SECONDARY, "secondary", wrap=True), line, 1, 1, 2
                )
            else:
                self._add(grid, line, kind, tr(words))
                grid.setRowMinimumHeight(line, 36)

    def set_value(self, kinds: Mapping[VisitKind, KindRule]) -> None:
        """Show these rules."""
        self._kept = kinds
        for kind, row in self.rows.items():
            rule = kinds[kind]
            row.enabled.setChecked(rule.enabled)
            row.delay.set_value(rule.delay_days, _days(rule.delay_days))
            row.hour.set_value(rule.preferred)

    def value(self) -> dict[VisitKind, KindRule]:
        """The rules, with those that aren't shown as they were."""
        changed = {
            kind: KindRule(int(str(row.delay.value)), row.hour.value, row.enabled.isChecked())
            for kind, row in self.rows.items()
        }
        return {**self._kept, **changed}

    def say_outside(self, start: time, end: time) -> None:
        """Say beside each hour that counts whether it is none, or lies outside the preferred ones."""
        for row in self.rows.values():
            wrong = row.wrong()
            outside = row.enabled.isChecked() and not start <= row.hour.value < end
            row.hour.setProperty("wrong", bool(wrong))
            row.problem.setText(wrong or (tr(settings.KIND_OUTSIDE) if outside else ""))
            row.problem.setVisible(bool(row.problem.text()))

    def problem(self) -> str:
        """What is wrong with an hour that counts, "" if nothing."""
        return next((said for row in self.rows.values() if (said := row.wrong())), "")

    def _add(self, grid: QGridLayout, line: int, kind: VisitKind, words: str) -> None:
        delays = [(days, _days(days)) for days in range(_MOST_DAYS + 1)]
        row = _Row(
            CheckChoice(words),
            Select(delays, wide=124),
            TimeInput(),
            Text("", Style.SECONDARY, "attention", wrap=True),
        )
        row.enabled.setAccessibleName(words)
        row.delay.setAccessibleName(tr(settings.KIND_DELAY_NAMED, kind=words))
        row.hour.setAccessibleName(tr(settings.KIND_TIME_NAMED, kind=words))
        row.enabled.toggled.connect(row.delay.setEnabled)
        row.enabled.toggled.connect(row.hour.setEnabled)
        row.enabled.toggled.connect(self._changed)
        row.delay.picked.connect(self._changed)
        row.hour.changed.connect(self._changed)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for column, widget in enumerate((row.enabled, row.delay, row.hour)):
            grid.addWidget(widget, line, column, left)
        row.problem.hide()
        grid.addWidget(row.problem, line + 1, 1, 1, 2)
        self.rows[kind] = row

    def _changed(self, *_: object) -> None:
        self.changed.emit()


def _days(count: int) -> str:
    return tr(settings.DAY_0) if count == 0 else tr_count(settings.DAY_1, settings.DAYS, count)
