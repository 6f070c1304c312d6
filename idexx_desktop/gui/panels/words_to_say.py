"""What to say in a call, in sentences that can be ticked; the vet's notes folded away below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.domain.call_text import told_apart
from idexx_desktop.domain.records import CallRecord
from idexx_desktop.domain.what_to_say import Ask, Said, VisitNotes, WhatToSay, what_to_say
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.choices import CheckChoice
from idexx_desktop.gui.kit.fold import Fold
from idexx_desktop.gui.kit.long_text import passage
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import calls, saying, tr
from idexx_desktop.gui.tokens import Tone

# more widgets take long to lay out, and nobody ticks so many
MOST = 40
_ASKS = {Ask.GAP: saying.ASK_GAP, Ask.OFFER: saying.ASK_OFFER}
_BELOW_BOX = 32  # px: where a sentence's words begin
Part = tuple[str, WhatToSay]


def parts_of(call: CallRecord) -> list[Part]:
    """What is said for each pet of a call, under its name where there are several."""
    found = told_apart(call.summary, call.patient_names)
    known = call.from_notes is not None
    names = set(call.from_notes or ())
    alone = len(call.patient_names) < 2
    return [
        (name, what_to_say(text, from_notes=(bool(names) if alone else name in names) if known else None))
        for name, text in found
    ]


def first_words(call: CallRecord) -> str:
    """What is said first, for a list: the sentences of all pets; "" where nothing was written for the owner."""
    told = [(name, part.text) for name, part in parts_of(call) if part.sentences]
    return "\n".join(f"{name}: {text}" if name else text for name, text in told)


class WordsToSay(QWidget):
    """`ticked(frozenset of sentences)` when another one was said; `notes_wanted` when the notes are unfolded."""

    ticked = Signal(object)
    notes_wanted = Signal()

    def __init__(self, call: CallRecord, ticked: Iterable[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: list[tuple[str, CheckChoice]] = []
        self._said = frozenset(ticked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.notes = Fold(tr(saying.NOTES))
        self.notes.opened.connect(self.notes_wanted)
        self.left = Text("", Style.SECONDARY, "secondary", wrap=True)
        parts = parts_of(call)
        can_tick = sum(len(part.sentences) for _, part in parts) <= MOST
        self._title(tr(calls.SAY), first=True)
        for name, part in parts:
            self._add_part(name, part, can_tick=can_tick)
        if not call.summary.strip():
            self._note(tr(calls.NOTHING_TO_SAY))
        self._column.addWidget(self.left)
        if call.visit_keys:
            self._column.addSpacing(12)
            self._column.addWidget(self.notes)
        self._say_left()

    @property
    def sentences(self) -> list[str]:
        """Those that can be ticked."""
        return [sentence for sentence, _ in self.boxes]

    def left_out(self) -> tuple[int, int] | None:
        """How many of how many sentences weren't said; None where nobody ticked any."""
        said = sum(box.isChecked() for _, box in self.boxes)
        return (len(self.boxes) - said, len(self.boxes)) if said else None

    def show_notes(self, found: Sequence[VisitNotes]) -> None:
        """What vets wrote, unfolded."""
        self.notes.clear()
        told = [each for each in found if each.text]
        for each in told:
            if len(found) > 1:
                self.notes.body.addWidget(Text(each.pet_name, Style.LABEL, wrap=True))
            name = tr(saying.NOTES_OF, pet=each.pet_name) if each.pet_name else tr(saying.NOTES)
            self.notes.body.addWidget(passage(each.text, name, color="secondary"))
        if not told:
            self.say_of_notes(tr(saying.NO_NOTES))

    def say_of_notes(self, words: str) -> None:
        """In the place of the notes: that they are read, that there are none, or why they can't be read."""
        self.notes.clear()
        self.notes.body.addWidget(Text(words, Style.SECONDARY, "secondary", wrap=True))

    def _add_part(self, name: str, part: WhatToSay, *, can_tick: bool) -> None:
        if name:
            self._column.addSpacing(6)
            self._column.addWidget(Text(name, Style.LABEL, wrap=True))
        if not part.sentences:
            self._note(tr(saying.NO_OWNERS_TEXT))
            return
        self._add_all(part.first, tr(calls.SAY), can_tick=can_tick)
        if part.when_to_call:
            self._title(tr(saying.WHEN_TO_CALL))
            self._add_all(part.when_to_call, tr(saying.WHEN_TO_CALL), can_tick=can_tick)

    def _add_all(self, sentences: Sequence[Said], name: str, *, can_tick: bool) -> None:
        if can_tick:
            for each in sentences:
                self._add(each)
        elif sentences:
            asks = dict.fromkeys(each.ask for each in sentences if each.ask)
            for ask in asks:
                self._mark(ask, 0)
            self._column.addWidget(passage("\n".join(each.text for each in sentences), name, Style.BODY))

    def _add(self, sentence: Said) -> None:
        if sentence.heading:
            self._column.addSpacing(6)
            self._column.addWidget(Text(sentence.text, Style.LABEL, "secondary", wrap=True))
            return
        box = CheckChoice(sentence.text)
        box.setChecked(sentence.text in self._said)
        box.toggled.connect(self._turned)
        self.boxes.append((sentence.text, box))
        self._column.addWidget(box)
        if sentence.ask:
            box.setAccessibleDescription(tr(_ASKS[sentence.ask]))
            self._mark(sentence.ask, _BELOW_BOX)

    def _mark(self, ask: Ask, indent: int) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(indent, 0, 0, 4)
        row.setSpacing(6)
        row.addWidget(Icon("triangle-alert", 14, Tone.ATTENTION), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Text(tr(_ASKS[ask]), Style.SMALL_STRONG, "attention", wrap=True), 1)
        self._column.addLayout(row)

    def _title(self, words: str, *, first: bool = False) -> None:
        self._column.addSpacing(0 if first else 12)
        self._column.addWidget(Text(words, Style.CARD_TITLE, wrap=True))
        self._column.addSpacing(2)

    def _note(self, words: str) -> None:
        self._column.addWidget(Text(words, Style.BODY, "secondary", wrap=True))

    def _turned(self) -> None:
        self._say_left()
        self.ticked.emit(frozenset(sentence for sentence, box in self.boxes if box.isChecked()))

    def _say_left(self) -> None:
        left = self.left_out()
        if left is None:
            self.left.setText(tr(saying.TICK))
        else:
            self.left.setText(
                tr(saying.LEFT_OUT, count=left[0], total=left[1]) if left[0] else tr(saying.ALL_SAID)
            )
        self.left.setVisible(bool(self.boxes))
        self.setAccessibleName(shown(tr(calls.SAY)))
