"""The first start in the window: the list of steps at the left, the step, Back and Next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.first_run.clinic_step import ClinicStep
from idexx_desktop.gui.first_run.ports import STEP_REACHED, SetUp
from idexx_desktop.gui.first_run.sign_in_step import SignInStep
from idexx_desktop.gui.first_run.step import Step
from idexx_desktop.gui.first_run.sync_step import SyncStep
from idexx_desktop.gui.first_run.times_step import TimesStep
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.icons import draw_icon
from idexx_desktop.gui.kit.buttons import PrimaryButton, SecondaryButton
from idexx_desktop.gui.kit.cards import PageHeader
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import first_run, shell, tr
from idexx_desktop.gui.theme import tokens

_LIST_WIDE, _STEP_HIGH, _CIRCLE = 260, 44, 26.0


class FirstRun(QWidget):
    """`opened(Program)` when this computer is set up, `synced` once its first sync has ended, `finished` at the end.

    The step that was reached is remembered (`STEP_REACHED`), so that closing the window loses nothing.
    """

    opened = Signal(object)
    synced = Signal()
    finished = Signal()

    def __init__(self, desk: Desk, set_up: SetUp, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shell")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        clinic = ClinicStep(desk, set_up)
        clinic.opened.connect(self.opened)
        sync = SyncStep(desk)
        sync.ended.connect(self.synced)
        self.steps: tuple[Step, ...] = (clinic, SignInStep(desk), TimesStep(desk), sync)
        self._stack = QStackedWidget()
        for step in self.steps:
            step.moved_on.connect(self._moved_on)
            step.changed.connect(self._follow)
            self._stack.addWidget(step)
        self.list = StepList([tr(step.title) for step in self.steps])
        self.header = PageHeader("")
        self.back = SecondaryButton(tr(first_run.BACK), self._go_back)
        self.next = PrimaryButton(tr(first_run.NEXT), self._go_on)
        self._build()

    @property
    def step(self) -> Step:
        """The step in front."""
        return self.steps[self._stack.currentIndex()]

    def go(self, number: int) -> None:
        """Show a step, 0 for the first."""
        self._stack.setCurrentIndex(number)
        self._desk.preferences.put(STEP_REACHED, str(number))
        self.list.mark(number)
        self.header.title.setText(tr(self.step.title))
        self.header.subtitle.setText(tr(first_run.STEP_OF, step=number + 1, count=len(self.steps)))
        self.step.entered()
        self._follow()

    def _build(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.next)
        right = QVBoxLayout()
        right.setContentsMargins(40, 28, 40, 24)
        right.setSpacing(16)
        right.addWidget(self.header)
        right.addWidget(self._stack, 1)
        right.addLayout(foot)
        inner = QWidget()
        inner.setMaximumWidth(848)
        inner.setLayout(right)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side())
        row.addWidget(inner, 1)
        row.addStretch(0)

    def _side(self) -> QWidget:
        side = QWidget()
        side.setObjectName("side")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(_LIST_WIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(24, 30, 20, 24)
        column.setSpacing(2)
        column.addWidget(Text(tr(shell.PRODUCT), Style.SECONDARY, "secondary"))
        column.addWidget(Text(tr(first_run.WELCOME), Style.SENTENCE, wrap=True))
        column.addSpacing(22)
        column.addWidget(self.list)
        column.addStretch(1)
        column.addWidget(Text(tr(first_run.KEPT), Style.SMALL, "secondary", wrap=True))
        return side

    def _follow(self) -> None:
        step, number = self.step, self._stack.currentIndex()
        self.back.setVisible(number > 0)
        self.back.setEnabled(not step.busy)
        self.next.setEnabled(step.ready and not step.busy)
        self.next.set_words(tr(first_run.WORKING) if step.busy else step.next_words)

    def _go_on(self) -> None:
        step = self.step
        step.go_on()
        if step is self.step and not step.busy:
            step.show_problem()

    def _go_back(self) -> None:
        self.go(self._stack.currentIndex() - 1)

    def _moved_on(self) -> None:
        number = self._stack.currentIndex() + 1
        if number < len(self.steps):
            self.go(number)
        else:
            self._desk.preferences.put(STEP_REACHED, "")
            self.finished.emit()


class StepList(QWidget):
    """The steps, with a tick on those that are done. It shows; Back and Next lead."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__()
        self._titles = tuple(titles)
        self._current = 0
        self.setFixedHeight(_STEP_HIGH * len(self._titles))

    def mark(self, number: int) -> None:
        """Show which step is in front."""
        self._current = number
        self.setAccessibleName(self.words(number))
        self.update()

    def words(self, number: int) -> str:
        """`Step 2 of 4: Neo sign-in`, for a screen reader."""
        return f"{tr(first_run.STEP_OF, step=number + 1, count=len(self._titles))}: {self._titles[number]}"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, title in enumerate(self._titles):
            self._paint_step(painter, number, title)
        painter.end()

    def _paint_step(self, painter: QPainter, number: int, title: str) -> None:
        theme, top = tokens(), number * _STEP_HIGH
        circle = QRectF(1, top + (_STEP_HIGH - _CIRCLE) / 2, _CIRCLE, _CIRCLE)
        here, done = number == self._current, number < self._current
        edge = theme.accent if here or done else theme.input_line
        painter.setPen(QPen(QColor(edge), 1.5))
        painter.setBrush(QColor(theme.accent if here else theme.accent_soft if done else theme.side))
        painter.drawEllipse(circle)
        if done:
            draw_icon(painter, "check", theme.accent, circle.adjusted(6, 6, -6, -6))
        else:
            painter.setPen(QColor(theme.on_accent if here else theme.secondary))
            painter.setFont(font(Style.LABEL))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(number + 1))
        painter.setPen(QColor(theme.ink if here else theme.secondary))
        painter.setFont(font(Style.STRONG if here else Style.BODY))
        words = QRectF(circle.right() + 12, top, self.width() - circle.right() - 12, _STEP_HIGH)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
