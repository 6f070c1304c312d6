"""The panel at the right of a table: title, a scrolling body, actions at its foot."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.buttons import QuietButton
from idexx_desktop.gui.kit.cards import Card, clear_layout
from idexx_desktop.gui.kit.scroll import Scrolling
from idexx_desktop.gui.kit.text import ElidedText, Text
from idexx_desktop.gui.shown import shown
from idexx_desktop.gui.strings import kit, tr
from idexx_desktop.gui.tokens import SPACE


class SidePanel(Card):
    """Fill `content` (a column that scrolls) and `foot` (a row of buttons). Escape or the cross: `closed`."""

    closed = Signal()
    # of what scrolls; where there is less room, the page scrolls, too
    least_height = 120

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._about, self._focused, self._scrolled = "", "", 0
        self._going_back = QTimer(self)
        self._going_back.setSingleShot(True)
        self._going_back.timeout.connect(self._go_back)
        self.setMinimumWidth(SPACE.side_panel)
        self.setMaximumWidth(SPACE.widest_panel)
        self.title = ElidedText("", Style.SENTENCE)
        self.subtitle = ElidedText("", Style.BODY, "secondary")
        self.head = QHBoxLayout()
        self.head.setSpacing(6)
        self.head.addWidget(self.title, 1)
        self._cross = QuietButton(tr(kit.CLOSE), self._close, icon_name="x")
        self.head.addWidget(self._cross)
        self.body.addLayout(self.head)
        self.body.addWidget(self.subtitle)
        self.body.addSpacing(10)
        self._scroll = Scrolling(name="panel")
        self._scroll.setMinimumHeight(self.least_height)
        self.content = QVBoxLayout()
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(0)
        self._scroll.column.addLayout(self.content)
        self.body.addWidget(self._scroll, 1)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(0, 12, 0, 0)
        self.foot.setSpacing(8)
        self.body.addLayout(self.foot)

    def is_being_typed_in(self) -> bool:
        """Whether somebody has begun to type something that isn't saved."""
        return False

    @property
    def waits(self) -> bool:
        """Whether it will ask for more in a moment, by itself."""
        return False

    @property
    def stays(self) -> bool:
        """Whether it is shown though no row is selected."""
        return False

    def let_go(self) -> None:
        """It is about to be closed: nothing stays any more."""

    def say_lost(self) -> None:
        """What is shown isn't in the list any more, and stays only for what is being typed."""

    def begin(self, title: str, subtitle: str, about: str = "") -> None:
        """Empty the panel to fill it: for another row from its top, for more `about` the same where it was.

        What had the focus has it again once the panel is filled.
        """
        again, self._about = bool(about) and about == self._about, about
        if not again:
            self._focused, self._scrolled = "", 0
            self._going_back.stop()
        elif not self._going_back.isActive():  # else nobody has been anywhere else since
            self._scrolled = self._scroll.verticalScrollBar().value()
            self._hold_focus()
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.setAccessibleName(shown(f"{title}, {subtitle}"))
        clear_layout(self.content)
        clear_layout(self.foot)
        if again:
            self._going_back.start(0)
        else:
            self._scroll.verticalScrollBar().setValue(0)

    def _hold_focus(self) -> None:
        """The button with the focus is made anew: meanwhile the focus stays in the panel, not with whatever is next."""
        focused = QApplication.focusWidget()
        self._focused = ""
        if isinstance(focused, QPushButton) and self.isAncestorOf(focused) and focused is not self._cross:
            self._focused = focused.accessibleName()
            self._cross.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_back(self) -> None:
        # Qt shows what was put in with one of its next turns, and how high all of it is, is known only after that
        explicit = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
        for each in self.findChildren(QWidget):
            if each.isHidden() and not each.isWindow() and not each.testAttribute(explicit):
                each.show()
        named = (each for each in self.findChildren(QPushButton) if each.accessibleName() == self._focused)
        again = next((each for each in named if each.isVisible()), None)
        if self._focused and again:
            again.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.inner.updateGeometry()
        self.content.activate()
        QApplication.sendPostedEvents(self._scroll.inner)
        self._scroll.verticalScrollBar().setValue(self._scrolled)

    def add_note(self, words: str) -> None:
        """At the foot, where buttons would be: why there is nothing to do here."""
        self.foot.addWidget(Text(words, Style.SECONDARY, "secondary", wrap=True), 1)

    def take_focus(self) -> None:
        """Go into the panel with the keyboard: to the main button at its foot, else to the cross."""
        items = (self.foot.itemAt(place) for place in range(self.foot.count()))
        widgets = [item.widget() for item in items if item]
        found = [widget for widget in widgets if isinstance(widget, QPushButton)]
        (found[-1] if found else self._cross).setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def _close(self) -> None:
        self.closed.emit()
