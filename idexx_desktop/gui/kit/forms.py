"""Forms: a label above each control, what is wrong beside or below it, and a foot with Save and "Saved"."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import PrimaryButton
from idexx_desktop.gui.kit.pills import Icon
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import forms, tr
from idexx_desktop.gui.tokens import Tone

_LEAST_BESIDE = 220  # px: what a problem needs to be read in a line or two


class Field(QWidget):
    """A control with its label above, a hint below, and what is wrong with it at its right.

    `wide` lets the control take the whole width. What is wrong stands below it then, as it does wherever there is no
    room for a line of words beside the control. A control with a signal
    `problem_said(words)` says for itself what is wrong with what is typed.
    """

    def __init__(
        self,
        label: str,
        control: QWidget,
        hint: str = "",
        *,
        wide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._name = label
        self.label = Text(label, Style.LABEL)
        self.label.setBuddy(control)
        control.setAccessibleName(shown(label))
        control.setAccessibleDescription(shown(hint))
        self._icon = Icon("circle-alert", 16, Tone.ACT)
        self.problem = Text("", Style.SECONDARY, "act", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.label)
        said = QHBoxLayout()
        said.setSpacing(6)
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        said.addWidget(self.problem, 1)
        self._wide = wide
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._row.addWidget(control, 0, Qt.AlignmentFlag(0) if wide else Qt.AlignmentFlag.AlignLeft)
        self._row.addLayout(said, 1)
        column.addLayout(self._row)
        self.hint = Text(hint, Style.SECONDARY, "secondary", wrap=True)
        column.addWidget(self.hint)
        self.hint.setVisible(bool(hint))  # only now: without a parent it would be a window of its own
        self.set_problem("")
        if (says := getattr(control, "problem_said", None)) is not None:
            says.connect(self.set_problem)

    def set_hint(self, words: str) -> None:
        """Another hint below the control; "" for none."""
        self.hint.setText(words)
        self.hint.setVisible(bool(words))
        self.control.setAccessibleDescription(shown(words))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self.control.sizeHint().width()
        beside = not self._wide and room >= _LEAST_BESIDE
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        self._row.setSpacing(12 if beside else 5)

    def set_problem(self, words: str) -> None:
        """Say what is wrong; "" when all is well."""
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        self._icon.setVisible(bool(words))
        named = tr(forms.PROBLEM, name=self._name, problem=words) if words else self._name
        self.control.setAccessibleName(named)
        self.control.setProperty("wrong", bool(words))
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)


class FormFoot(QWidget):
    """Save, and a small "Saved" beside it once that is so. Add further buttons to `row`."""

    def __init__(self, save: Callable[[], object], *, verb: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verb = verb or tr(forms.SAVE)
        self.save = PrimaryButton(self._verb, save)
        self.mark = Icon("check", 16, Tone.GOOD)
        self.said = Text("", Style.SECONDARY, "good", wrap=True)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 6, 0, 0)
        self.row.setSpacing(10)
        self.row.addWidget(self.save)
        words = QWidget()
        said = QHBoxLayout(words)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(6)
        said.addWidget(self.mark)
        said.addWidget(self.said, 1)
        self.row.addWidget(words, 1)
        self.say("")

    def say(self, words: str) -> None:
        """A short confirmation; "" takes it away."""
        self.said.setText(words)
        self.said.setVisible(bool(words))
        self.mark.setVisible(bool(words))

    def set_saving(self, saving: bool) -> None:
        """While it is being saved, the button can't be pressed twice."""
        self.save.setEnabled(not saving)
        self.save.set_words(tr(forms.SAVING) if saving else self._verb)
