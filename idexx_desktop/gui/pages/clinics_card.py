"""Today's list of clinics, for an admin: one line each, what has to be acted on first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.overview import ClinicState
from idexx_desktop.gui import clinic_words
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.headline import Headline
from idexx_desktop.gui.kit.buttons import LinkButton
from idexx_desktop.gui.kit.cards import Card, clear_layout
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import ElidedText, Line
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import clinics, tr, tr_count

_LINE = 34
_LINES_SHOWN = 4
_NAME_WIDE, _SIGN_IN_WIDE = 190, 160


class ClinicLine(QWidget):
    """Name, how it stands, what needs attention, its sign-ins. `chosen(Whose)`: see what needs attention there."""

    chosen = Signal(object)

    def __init__(self, state: ClinicState, said: Headline, now: datetime, zone: ZoneInfo) -> None:
        super().__init__()
        self._clinic = state.clinic
        self.setFixedHeight(_LINE)
        name = ElidedText(state.clinic.name, Style.STRONG)
        name.setFixedWidth(_NAME_WIDE)
        self.sentence = ElidedText(said.sentence, Style.BODY)
        self.sign_in = ElidedText(clinic_words.sign_ins(state), Style.SECONDARY, "secondary")
        self.sign_in.setFixedWidth(_SIGN_IN_WIDE)
        self.sign_in.set_tip(clinic_words.each_sign_in(state, now, zone))
        words = tr_count(clinics.ATTENTION_ONE, clinics.ATTENTION_MANY, state.attention_count)
        self.attention = LinkButton(words, self._choose)
        self.attention.setAccessibleName(tr(clinics.ATTENTION_OF, clinic=state.clinic.name, words=words))
        self.attention.setVisible(state.attention_count > 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(12)
        row.addWidget(Icon(said.icon, 16, said.tone))
        row.addWidget(name)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.attention)
        row.addWidget(self.sign_in)
        self.setAccessibleName(shown(f"{state.clinic.name}: {said.sentence} {self.sign_in.text()}"))

    def _choose(self) -> None:
        self.chosen.emit(Whose(clinic_id=self._clinic.clinic_id))


class ClinicsCard(Card):
    """All clinics; of more than four the rest is scrolled to. `chosen(Whose)` names a clinic."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.add_title(tr(clinics.TITLE))
        inner = QWidget()
        inner.setObjectName("panelbody")
        self.rows = QVBoxLayout(inner)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("panel")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        self.body.addWidget(self._scroll)

    def show_clinics(self, states: Sequence[ClinicState], now: datetime, zone: ZoneInfo) -> None:
        """Show these, all by one clock, so that they can be compared."""
        clear_layout(self.rows)
        said = [(state, clinic_words.headline(state, now, zone)) for state in states]
        for state, words in sorted(said, key=lambda each: clinic_words.urgency(each[1])):
            self.rows.addWidget(Line())
            line = ClinicLine(state, words, now, zone)
            line.chosen.connect(self.chosen)
            self.rows.addWidget(line)
        shown = min(len(said), _LINES_SHOWN)
        self._scroll.setFixedHeight(shown * (_LINE + 1))
