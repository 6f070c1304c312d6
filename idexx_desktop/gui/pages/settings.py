"""Settings: a list of sections at the left, the chosen one beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.domain.placing import Where, spoken_of
from idexx_desktop.gui.access import SHUT_OUT
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.buttons import Button
from idexx_desktop.gui.kit.scroll import Scrolling
from idexx_desktop.gui.pages.base import Page
from idexx_desktop.gui.pages.settings_sections.about import AboutSection
from idexx_desktop.gui.pages.settings_sections.appearance import AppearanceSection
from idexx_desktop.gui.pages.settings_sections.backup import BackupSection
from idexx_desktop.gui.pages.settings_sections.calls import CallsSection
from idexx_desktop.gui.pages.settings_sections.clinic import ClinicSection
from idexx_desktop.gui.pages.settings_sections.computers import ComputersSection
from idexx_desktop.gui.pages.settings_sections.neo import NeoSection
from idexx_desktop.gui.pages.settings_sections.questions import QuestionsSection
from idexx_desktop.gui.pages.settings_sections.records import RecordsSection
from idexx_desktop.gui.pages.settings_sections.recovery import RecoverySection
from idexx_desktop.gui.pages.settings_sections.schedule import ScheduleSection
from idexx_desktop.gui.pages.settings_sections.sign_in import SignInSection
from idexx_desktop.gui.pages.settings_sections.users import UsersSection
from idexx_desktop.gui.sections import Section
from idexx_desktop.gui.strings import settings, shell, tr
from idexx_desktop.gui.theme import tokens
from idexx_desktop.gui.tokens import SPACE

_SECTIONS: dict[str, type[Section]] = {
    section.key: section
    for section in (
        SignInSection,
        ComputersSection,
        RecoverySection,
        ScheduleSection,
        CallsSection,
        QuestionsSection,
        ClinicSection,
        NeoSection,
        RecordsSection,
        BackupSection,
        UsersSection,
        AppearanceSection,
        AboutSection,
    )
}
# what is mended elsewhere than under Neo sign-in
_SECTION_OF: dict[FailureCode, str] = {
    FailureCode.NO_BROWSER: NeoSection.key,
    FailureCode.ADDRESS_CHANGED: NeoSection.key,
    FailureCode.UNREACHABLE: NeoSection.key,
    FailureCode.PROXY_SIGN_IN: NeoSection.key,
    FailureCode.SIGN_IN_REDIRECTED: NeoSection.key,
    FailureCode.TOO_MANY_REQUESTS: NeoSection.key,
    FailureCode.NOT_APPROVED: ComputersSection.key,
    FailureCode.COMPUTERS_CHANGED: ComputersSection.key,
}


_LIST_WIDE = 184


class SettingsPage(Page):
    """`shown(argument)`: a section's key, or the code of the failure that a person wants to mend."""

    page_id = "settings"
    title = shell.SETTINGS
    subtitle = settings.SUBTITLE
    topics = frozenset({Topic.SETTINGS, Topic.COMPUTERS, Topic.CALLS, Topic.VISITS})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._made: dict[str, Section] = {}
        self.buttons: dict[str, _SectionButton] = {}
        self._group = QButtonGroup(self)
        self._sections_shown = QStackedWidget()
        self._around = around = _SectionList(self._group)
        self._list = around.column
        self._list.setSpacing(2)
        for make in _SECTIONS.values():
            self._add_button(make)
        row = QHBoxLayout()
        row.setSpacing(8)
        # as wide as its buttons and the scroll bar that a low window needs
        around.setFixedWidth(_LIST_WIDE + 12)
        row.addWidget(around)
        row.addWidget(self._sections_shown, 1)
        self.content.addLayout(row, 1)
        self._go(SignInSection.key)
        desk.moved.connect(self._drop_old_words)

    @property
    def current(self) -> Section:
        """The section in front."""
        return next(each for each in self._made.values() if each is self._sections_shown.currentWidget())

    def unsaved(self) -> list[Section]:
        return [section for section in self._made.values() if section.unsaved]

    def is_left_by(self, argument: object) -> bool:
        return _section_of(argument) not in (None, self.current.key)

    def stay(self) -> None:
        button = self.buttons[self.current.key]
        had_focus = any(each.hasFocus() for each in self.buttons.values())
        button.setChecked(True)
        if had_focus:
            button.setFocus()

    def refresh(self) -> None:
        # each section reads by itself; those that are not in front read when they come there
        self.current.refresh()

    def shown(self, argument: object = None) -> None:
        key = _section_of(argument)
        if key is not None:
            self._go(key)
        if isinstance(argument, FailureCode):
            self.current.attend(argument)
        super().shown(argument)

    def _add_button(self, make: type[Section]) -> None:
        # an exclusive group: Tab goes to the chosen one, the arrow keys to the others
        button = _SectionButton(tr(make.title), self._pressed, icon_name=make.icon)
        self.buttons[make.key] = button
        self._group.addButton(button)
        self._list.addWidget(button)

    def _drop_old_words(self) -> None:
        """Times are written otherwise now: what shows some is made anew, unless somebody is changing it."""
        front = self.current.key
        for key in [key for key, each in self._made.items() if key != ClinicSection.key and not each.unsaved]:
            section = self._made.pop(key)
            self._sections_shown.removeWidget(section)
            section.deleteLater()
        if front not in self._made:
            self._go(front)

    def _pressed(self) -> None:
        # by the window, which asks first where something isn't saved
        self.desk.go(self.page_id, next(key for key, button in self.buttons.items() if button.isChecked()))

    def _go(self, key: str) -> None:
        if key not in self._made:
            # made when it is first shown: all at once would be felt
            self._made[key] = _SECTIONS[key](self.desk)
            self._sections_shown.addWidget(self._made[key])
        self.buttons[key].setChecked(True)
        self._around.show_chosen()
        self._sections_shown.setCurrentWidget(self._made[key])
        if self.attached:
            self._made[key].refresh()


def _section_of(argument: object) -> str | None:
    """Where this is said or mended; None: wherever one is."""
    if argument in SHUT_OUT and spoken_of() is Where.HERE:
        return SignInSection.key  # no other computer could approve this one
    if isinstance(argument, FailureCode):
        return _SECTION_OF.get(argument, SignInSection.key)
    return argument if isinstance(argument, str) and argument in _SECTIONS else None


class _SectionList(Scrolling):
    """What is chosen is in sight, however low the window is, and however it was chosen."""

    def __init__(self, group: QButtonGroup) -> None:
        super().__init__(name="section")
        self._group = group

    def show_chosen(self) -> None:
        """Scroll to it."""
        chosen = self._group.checkedButton()
        if chosen is not None:
            self._outer.activate()
            self.ensureWidgetVisible(chosen, 0, SPACE.button // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_chosen()


class _SectionButton(Button):
    kind = "section"

    def __init__(self, text: str, clicked: Callable[[], object], *, icon_name: str) -> None:
        super().__init__(text, clicked, icon_name=icon_name)
        self.setCheckable(True)
        self.setFixedWidth(_LIST_WIDE)
        self.toggled.connect(self._recolor)

    def _recolor(self, _: bool) -> None:
        self.set_icon(self._icon_name)

    def _icon_color(self) -> str:
        return tokens().accent if self.isChecked() else tokens().secondary
