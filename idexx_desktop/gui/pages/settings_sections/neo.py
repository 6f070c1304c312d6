"""Connection to Neo: the address and the browser of this computer, the clinic's pace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.neo_address import NeoPlace
from idexx_desktop.domain.records import SyncSettings
from idexx_desktop.gui.address_question import question_bar, show_given
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.address_input import AddressInput
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import DecimalInput, NumberInput, TextInput
from idexx_desktop.gui.sections import FormSection
from idexx_desktop.gui.strings import settings, tr


class NeoSection(FormSection[SyncSettings]):
    """See the module."""

    key = "neo"
    title = settings.NEO
    icon = "globe"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._asked = ""
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
        self.address.changed.connect(self.touch)
        self.browser.textEdited.connect(self.touch)
        self.concurrency.valueChanged.connect(self.touch)
        self.pace.valueChanged.connect(self.touch)

    def refresh(self) -> None:
        super().refresh()
        self.ask_anew(self.desk.opened.neo_address.place, self._place_arrived)

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
