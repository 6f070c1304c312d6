"""What sections of Settings and steps of the first start share: cards that scroll, reading, saving, "Saved"."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.asking import AsksAndTells
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.forms import FormFoot
from idexx_desktop.gui.kit.scroll import Scrolling
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.strings import forms, tr
from idexx_desktop.gui.tokens import SPACE, Tone

T = TypeVar("T")
_WIDEST = 760
# the bars that come of what a person has just pressed
_ANSWERS = ("failure", "start_over")
_AROUND = 60  # px of what stands around it


def focus_into(part: QWidget) -> None:
    """Focus a control, or the first control in it."""
    inside = (part, *part.findChildren(QWidget))
    takes = (each for each in inside if each.focusPolicy() is not Qt.FocusPolicy.NoFocus and each.isEnabled())
    found = next(takes, None)
    if found is not None:
        found.setFocus(Qt.FocusReason.OtherFocusReason)


class Section(AsksAndTells, Scrolling):
    """One section. Set `key`, `title`, `icon`; add cards with `add_card`; read in `refresh`."""

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    # how `save` ended: whether all is kept
    save_ended = Signal(bool)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="section")
        self.desk = desk
        self.setAccessibleName(tr(self.title))
        self.inner.setMaximumWidth(_WIDEST)
        self.column.setContentsMargins(0, 0, 8, 0)
        self.column.setSpacing(SPACE.gap)
        self._bars: dict[str, InlineBar] = {}
        self._bar_column = QVBoxLayout()
        self._bar_column.setSpacing(8)
        self.column.addLayout(self._bar_column)

    def refresh(self) -> None:
        """Read what is shown. Nothing where the section shows only what the window knows."""

    @property
    def unsaved(self) -> bool:
        """Whether a person has changed something that isn't saved."""
        return False

    def save(self) -> None:
        """Save it; `save_ended` says how that went."""

    def discard(self) -> None:
        """Show again what is kept."""

    def attend(self, failure_code: object) -> None:
        """The person came here because of this failure."""

    def add_card(self, title: str, more: str | Text = "") -> Card:
        """A card with a title and a line of explanation (a label where it changes); `body` spaces fields by 14."""
        card = Card()
        card.setAccessibleName(title)
        card.body.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(title, Style.CARD_TITLE))
        if isinstance(more, Text):
            words.addWidget(more)
        elif more:
            words.addWidget(Text(more, Style.SECONDARY, "secondary", wrap=True))
        card.body.addLayout(words)
        self.column.addWidget(card)
        return card

    def show_problem(self) -> None:
        """Bring the first field with a problem into sight, and put the cursor there."""
        # once what is said beside it has its place
        QTimer.singleShot(0, self, self._show_problem)

    def _show_problem(self) -> None:
        body = self.inner
        wrong = [
            each for each in body.findChildren(QWidget) if each.property("wrong") and each.isVisibleTo(body)
        ]
        if wrong:
            first = min(wrong, key=lambda each: each.mapTo(body, QPoint()).y())
            self.ensureWidgetVisible(first, 0, _AROUND)
            focus_into(first)

    def set_bar(self, key: str, bar: InlineBar | None) -> None:
        super().set_bar(key, bar)
        if bar is not None and key in _ANSWERS:
            # once it has its place: it stands above the button that was pressed, and may be far above
            QTimer.singleShot(0, self, self._show_answer)

    def _show_answer(self) -> None:
        for bar in (self._bars[key] for key in _ANSWERS if key in self._bars):
            self.ensureWidgetVisible(bar, 0, _AROUND)

    def bar(self, key: str) -> InlineBar | None:
        """The message of this key, None where there is none."""
        return self._bars.get(key)


class FormSection(Section, Generic[T]):
    """A section whose fields show one value, saved as a whole.

    What a person has begun to change is never overwritten by a refresh: where somebody else saved meanwhile, a bar
    says so, and offers theirs. Connect each control's signal to `touch`.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.foot = FormFoot(self.save)
        self.kept: T | None = None
        # what somebody else saved while this one was being changed
        self._theirs: T | None = None
        self.changed = False
        self._filling = False
        self._wanted: T | None = None
        self.foot.save.setEnabled(False)

    def reading(self) -> Callable[[], T]:
        """What reads the value; it runs off this thread, so it holds services only."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def writing(self, value: T) -> Callable[[], object]:
        """What saves a value; it runs off this thread."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def fill(self, value: T) -> None:
        """Show a value in the fields."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def edited(self, value: T) -> object:
        """What of a value the fields show, where that is less than all of it."""
        return value

    def follow(self, value: T) -> None:
        """Show what of a value isn't in fields; always what was read last."""

    def collect(self, kept: T) -> T | None:
        """`kept` with what the fields hold; None where something is wrong, which is then said beside it."""
        raise NotImplementedError  # abstract: a QWidget can't be an ABC

    def refresh(self) -> None:
        self.ask_anew(self.reading(), self._arrived)

    def touch(self, *_: object) -> None:
        """A person changed something."""
        if not self._filling:
            self.changed = True
            self.foot.save.setEnabled(True)
            self.foot.say("")

    def save(self) -> None:
        """Save what the fields hold, if nothing is wrong with it."""
        # what these fields don't show stays as somebody else has it
        kept = self._theirs or self.kept
        wanted = self.collect(kept) if kept is not None else None
        if wanted is None:
            self.show_problem()
            self.save_ended.emit(False)
            return
        self._wanted = wanted
        self.foot.set_saving(True)
        self.set_bar("failure", None)
        self.ask(self.writing(wanted), self._written, self._refused)

    @property
    def unsaved(self) -> bool:
        return self.changed

    def discard(self) -> None:
        self.changed = False
        self.foot.say("")
        if self._theirs is not None:
            self.kept = self._theirs
            self._say_changed(None)
        if self.kept is not None:
            self._show(self.kept)

    def take_theirs(self) -> None:
        """Show what somebody else saved, and let go of what was typed."""
        if self._theirs is not None:
            theirs, self.changed = self._theirs, False
            self._say_changed(None)
            self.foot.say("")
            self.kept = theirs
            self._show(theirs)

    def saved(self, value: T) -> None:
        """It is saved: what else follows from it."""

    def _arrived(self, value: T) -> None:
        self.follow(value)
        is_other = self.kept is None or self.edited(value) != self.edited(self.kept)
        if self.changed and self.kept is not None:
            self._say_changed(value if is_other else None)
        if self.changed and is_other and self.kept is not None:
            return
        self.kept = value
        if is_other and not self.changed:
            self._show(value)

    def _say_changed(self, theirs: T | None) -> None:
        if theirs == self._theirs:
            return
        self._theirs, bar = theirs, None
        if theirs is not None:
            take = BarAction(tr(forms.SHOW_THEIRS), self.take_theirs)
            bar = InlineBar(Tone.ATTENTION, tr(forms.CHANGED), tr(forms.CHANGED_MORE), (take,))
        self.set_bar("changed", bar)

    def _show(self, value: T) -> None:
        self._filling = True
        self.fill(value)
        self._filling = False
        self.foot.save.setEnabled(False)

    def _written(self, _: object) -> None:
        self.foot.set_saving(False)
        self.changed = False
        self._say_changed(None)
        self.foot.save.setEnabled(False)
        self.foot.say(tr(forms.SAVED))
        if self._wanted is not None:
            self.kept = self._wanted
            self.saved(self._wanted)
        self.desk.bridge.records_changed(Topic.SETTINGS)
        self.save_ended.emit(True)

    def _refused(self, failure: Failure) -> None:
        self.foot.set_saving(False)
        self.show_failure(failure)
        self.save_ended.emit(False)
