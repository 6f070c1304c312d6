"""A running sync, in place: the step, how far, how long still, and Stop, which says what is kept."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from idexx_desktop.domain.events import Step, SyncProgress
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import ElidedText, Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import kit, tr, tr_count
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import Tone

STEP_WORDS = {
    Step.STARTING: kit.STEP_STARTING,
    Step.SIGNING_IN: kit.STEP_SIGNING_IN,
    Step.READING_LISTS: kit.STEP_READING_LISTS,
    Step.READING_CONSULTATIONS: kit.STEP_READING,
    Step.SAVING: kit.STEP_SAVING,
    Step.FINISHING: kit.STEP_FINISHING,
}


class ProgressBar(QWidget):
    """A thin bar, 0 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share = 0.0
        self.setFixedHeight(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float) -> None:
        """How much is done."""
        self.share = min(max(share, 0.0), 1.0)
        self.setAccessibleName(f"{self.share:.0%}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().track))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        if self.share:
            painter.setBrush(QColor(tokens().accent))
            painter.drawRoundedRect(QRectF(0, 0, max(self.width() * self.share, 6), 6), 3, 3)
        painter.end()


class ProgressCard(Card):
    """`stop_asked` when the person presses Stop."""

    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(Icon("refresh-cw", 22, Tone.ACCENT))
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Text("", Style.STRONG)
        self.detail = ElidedText("", Style.SECONDARY, "secondary")
        self.bar = ProgressBar()
        words.addWidget(self.title)
        words.addWidget(self.detail)
        words.addSpacing(6)
        words.addWidget(self.bar)
        row.addLayout(words, 1)
        self.stop = SecondaryButton(tr(kit.STOP), self._stop)
        row.addWidget(self.stop)
        self.body.addLayout(row)

    def show_progress(self, progress: SyncProgress, seconds_left: float | None = None) -> None:
        """Show where a run is; `seconds_left` None where it can't be told yet."""
        step = tr(STEP_WORDS[progress.step])
        if progress.total:
            step = tr(kit.PROGRESS_OF, step=step, done=f"{progress.done:,}", total=f"{progress.total:,}")
        self.title.setText(step)
        kept = tr(kit.KEPT_IF_STOPPED)
        left = time_left(seconds_left)
        self.detail.setText(f"{left[0].upper()}{left[1:]} · {kept[0].lower()}{kept[1:]}" if left else kept)
        self.bar.set_share(progress.done / progress.total if progress.total else 0.0)
        self.setAccessibleName(shown(step))

    def started(self) -> None:
        """A new run: Stop can be pressed again."""
        self.stop.setEnabled(True)
        self.stop.set_words(tr(kit.STOP))

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.stop.set_words(tr(kit.STOPPING))
        self.stop_asked.emit()


def time_left(seconds: float | None) -> str:
    """`about 12 seconds left`; "" where it isn't known."""
    if seconds is None:
        return ""
    if seconds < 90:
        return tr_count(kit.ABOUT_SECONDS_ONE, kit.ABOUT_SECONDS_MANY, max(1, round(seconds)))
    return tr_count(kit.ABOUT_MINUTES_ONE, kit.ABOUT_MINUTES_MANY, round(seconds / 60))
