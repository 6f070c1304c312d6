"""Connection to Neo: the address and the browser of this computer, the clinic's pace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from idexx_desktop.domain.connection import ProxyPlace
from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_address import NeoPlace
from idexx_desktop.domain.records import SyncSettings
from idexx_desktop.gui.address_question import question_bar, show_given
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.address_input import AddressInput
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import DecimalInput, NumberInput, TextInput
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.pages.settings_sections.proxy_card import look_of
from idexx_desktop.gui.panels.proxy_dialog import SignsInToProxy
from idexx_desktop.gui.sections import FormSection
from idexx_desktop.gui.strings import settings, tr


class NeoSection(SignsInToProxy, FormSection[SyncSettings]):
    """See the module."""

    key = "neo"
    title = settings.NEO
    icon = "globe"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked, self._for_proxy = "", False
        card = self.add_card(tr(settings.NEO), tr(settings.NEO_MORE))
        self.address = AddressInput()
        self.address_field = Field(tr(settings.ADDRESS), self.address)
        self.browser = TextInput(wide=420)
        self.concurrency = NumberInput(1, 20)
        self.pace = DecimalInput(0, 100)
        card.body.addWidget(self.address_field)
        card.body.addWidget(
            Field(tr(settings.BROWSER), self._browser_row(), tr(settings.BROWSER_HINT), wide=True)
        )
        card.body.addWidget(Field(tr(settings.AT_A_TIME), self.concurrency))
        card.body.addWidget(Field(tr(settings.PER_SECOND), self.pace, tr(settings.PER_SECOND_HINT)))
        card.body.addWidget(self.foot)
        self._add_proxy()
        self.address.changed.connect(self.touch)
        self.browser.textEdited.connect(self.touch)
        self.concurrency.valueChanged.connect(self.touch)
        self.pace.valueChanged.connect(self.touch)

    def refresh(self) -> None:
        super().refresh()
        self.ask_anew(self.desk.opened.neo_address.place, self._place_arrived)
        self._read_proxy()

    def attend(self, failure_code: object) -> None:
        self._for_proxy = failure_code is FailureCode.PROXY_SIGN_IN
        self._attend_proxy()

    def _attend_proxy(self) -> None:
        """Once its buttons are there."""
        if self._for_proxy and self.enter_proxy.isVisible():
            self._for_proxy = False
            self.ensureWidgetVisible(self.enter_proxy)
            self.enter_proxy.setFocus(Qt.FocusReason.OtherFocusReason)

    def reading(self) -> Callable[[], SyncSettings]:
        return self.desk.opened.settings.sync_settings

    def writing(self, value: SyncSettings) -> Callable[[], object]:
        service = self.desk.opened.settings
        return lambda: service.save_sync_settings(value)

    def fill(self, value: SyncSettings) -> None:
        self.address.set_value(value.neo_url)
        self.browser.setText(value.browser_path or "")
        self.concurrency.setValue(value.concurrency)
        self.pace.setValue(value.requests_per_second)
        self.address_field.set_problem("")

    def collect(self, kept: SyncSettings) -> SyncSettings | None:
        problem = "" if self.address.fixed else self.address.problem()
        self.address_field.set_problem(problem)
        if problem:
            return None
        return replace(
            kept,
            neo_url=kept.neo_url if self.address.fixed else self.address.value,
            concurrency=self.concurrency.value(),
            requests_per_second=self.pace.value(),
            browser_path=self.browser.text().strip() or None,
        )

    # the question where Neo is

    def _place_arrived(self, place: NeoPlace) -> None:
        self._asked = place.question.address if place.question else ""
        show_given(self.address_field, self.address, place)
        self.set_bar("address", question_bar(place, self._use_asked, self._keep))

    def _use_asked(self) -> None:
        service, address = self.desk.opened.neo_address, self._asked
        self.ask(lambda: service.use(address), self._used)

    def _keep(self) -> None:
        self.ask(self.desk.opened.neo_address.keep, self._kept_ours)

    def _used(self, _: object) -> None:
        self._answered(tr(settings.ADDRESS_USED))

    def _kept_ours(self, _: object) -> None:
        self._answered(tr(settings.ADDRESS_KEPT))

    def _answered(self, said: str) -> None:
        self.set_bar("address", None)
        self.set_bar("failure", None)
        self.desk.say(said)
        self.desk.bridge.records_changed(Topic.SETTINGS)
        self.refresh()

    # the proxy

    def _add_proxy(self) -> None:
        self.proxy_words = Text(tr(settings.PROXY_READING), Style.SECONDARY, "secondary", wrap=True)
        card = self.add_card(tr(settings.PROXY), self.proxy_words)
        self.enter_proxy = SecondaryButton(tr(settings.PROXY_ENTER), self.ask_proxy)
        self.forget_proxy = SecondaryButton(tr(settings.PROXY_FORGET), self._forget_proxy)
        self._proxy_buttons = QWidget()
        row = QHBoxLayout(self._proxy_buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.enter_proxy)
        row.addWidget(self.forget_proxy)
        row.addStretch(1)
        card.body.addWidget(self._proxy_buttons)
        self._proxy_buttons.hide()

    def _read_proxy(self) -> None:
        self.ask_anew(self.desk.opened.proxy.place, self._proxy_arrived, self._proxy_unknown)

    def _proxy_arrived(self, place: ProxyPlace) -> None:
        look = look_of(place)
        self.proxy_words.setText(look.words)
        self._proxy_buttons.setVisible(bool(look.enter))
        self.enter_proxy.set_words(look.enter)
        self.forget_proxy.setVisible(look.forgets)
        self._attend_proxy()

    def _proxy_unknown(self, failure: Failure) -> None:
        self.proxy_words.setText(f"{failure.title} {failure.advice}")
        self._proxy_buttons.hide()

    def proxy_kept(self) -> None:
        super().proxy_kept()
        self._read_proxy()

    def _forget_proxy(self) -> None:
        self.ask(self.desk.opened.proxy.forget, self._proxy_forgotten)

    def _proxy_forgotten(self, _: object) -> None:
        self.desk.say(tr(settings.PROXY_FORGOTTEN))
        self._read_proxy()

    # the browser

    def _browser_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.browser)
        line.addWidget(SecondaryButton(tr(settings.BROWSER_CHOOSE), self._choose_browser))
        line.addStretch(1)
        row.setFocusProxy(self.browser)
        self.browser.setAccessibleName(tr(settings.BROWSER))
        return row

    def _choose_browser(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr(settings.BROWSER_TITLE))
        if path:
            self.browser.setText(path)
            self.touch()
