"""Settings: a list of sections at the left, the chosen one beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.buttons import Button
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.pages.settings_sections.about import AboutSection
from idexx_desktop.gui.pages.settings_sections.appearance import AppearanceSection
from idexx_desktop.gui.pages.settings_sections.calls import CallsSection
from idexx_desktop.gui.pages.settings_sections.clinic import ClinicSection
from idexx_desktop.gui.pages.settings_sections.neo import NeoSection
from idexx_desktop.gui.pages.settings_sections.schedule import ScheduleSection
from idexx_desktop.gui.pages.settings_sections.sign_in import SignInSection
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import settings, shell, tr
from idexx_desktop.gui.theme import tokens

_SECTIONS: tuple[type[Section], ...] = (
    SignInSection,
    ScheduleSection,
    CallsSection,
    ClinicSection,
    NeoSection,
    AppearanceSection,
    AboutSection,
)
# what is mended elsewhere than under Neo sign-in
_SECTION_OF: dict[FailureCode, str] = {
    FailureCode.NO_BROWSER: NeoSection.key,
    FailureCode.UNREACHABLE: NeoSection.key,
    FailureCode.SIGN_IN_REDIRECTED: NeoSection.key,
    FailureCode.TOO_MANY_REQUESTS: NeoSection.key,
}


class SettingsPage(Page):
    """`shown(argument)`: a section's key, or the code of the failure that a person wants to mend."""

    page_id = "settings"
    title = shell.SETTINGS
    subtitle = settings.SUBTITLE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sections: dict[str, Section] = {}
        self.buttons: dict[str, _SectionButton] = {}
        self._group = QButtonGroup(self)
        self._sections_shown = QStackedWidget()
        self._list = _SectionList()
        for make in _SECTIONS:
            self._add(make)
        self._list.column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self._list)
        row.addWidget(self._sections_shown, 1)
        self.content.addLayout(row, 1)
        self._go(SignInSection.key)

    @property
    def current(self) -> Section:
        """The section in front."""
        return next(each for each in self.sections.values() if each is self._sections_shown.currentWidget())

    def refresh(self) -> None:
        # each section reads by itself; those that are not in front read when they come there
        self.current.refresh()

    def shown(self, argument: object = None) -> None:
        if isinstance(argument, FailureCode):
            self._go(_SECTION_OF.get(argument, SignInSection.key))
            self.current.attend(argument)
        elif isinstance(argument, str) and argument in self.sections:
            self._go(argument)
        super().shown(argument)

    def _add(self, make: Callable[[Desk], Section]) -> None:
        section = make(self.desk)
        button = _SectionButton(tr(section.title), self._pressed, icon_name=section.icon)
        self.sections[section.key] = section
        self.buttons[section.key] = button
        self._group.addButton(button)
        self._list.column.addWidget(button)
        self._sections_shown.addWidget(section)

    def _pressed(self) -> None:
        self._go(next(key for key, button in self.buttons.items() if button.isChecked()))

    def _go(self, key: str) -> None:
        self.buttons[key].setChecked(True)
        self._sections_shown.setCurrentWidget(self.sections[key])
        if self.attached:
            self.sections[key].refresh()


class _SectionButton(Button):
    kind = "section"

    def __init__(self, text: str, clicked: Callable[[], object], *, icon_name: str) -> None:
        super().__init__(text, clicked, icon_name=icon_name)
        self.setCheckable(True)
        self.toggled.connect(self._recolor)

    def _recolor(self, _: bool) -> None:
        self.set_icon(self._icon_name)

    def _icon_color(self) -> str:
        return tokens().accent if self.isChecked() else tokens().secondary


class _SectionList(QWidget):
    """The list at the left; up and down arrows walk through it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr(settings.SECTIONS))
        self.setFixedWidth(200)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)
