"""Discharge calls: the preferred hours, days without calls, the rule of each kind, and who opted out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt

from idexx_desktop.domain.attempts import MOST_ATTEMPTS
from idexx_desktop.domain.calling_hours import NEVER_AFTER, NEVER_BEFORE
from idexx_desktop.domain.decisions import (
    LARGEST_SLOT_SIZE,
    MOST_CALLS_PER_DAY,
    MOST_CALLS_PER_MONTH,
    CallRules,
)
from idexx_desktop.gui import timewords
from idexx_desktop.gui.call_actions import CallActions
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.bars import BarAction, InlineBar
from idexx_desktop.gui.kit.buttons import SecondaryButton
from idexx_desktop.gui.kit.cards import Card
from idexx_desktop.gui.kit.forms import Field
from idexx_desktop.gui.kit.inputs import DaysInput, NumberInput, TimeRange
from idexx_desktop.gui.pages.settings_sections.agreement import AgreementView
from idexx_desktop.gui.pages.settings_sections.answered_list import AnsweredList
from idexx_desktop.gui.pages.settings_sections.caller import CallerChoice
from idexx_desktop.gui.pages.settings_sections.closed_days import ClosedDays
from idexx_desktop.gui.pages.settings_sections.consents import ConsentList
from idexx_desktop.gui.pages.settings_sections.holidays import HolidayPicker
from idexx_desktop.gui.pages.settings_sections.kinds import KindsTable
from idexx_desktop.gui.pages.settings_sections.known_sentences import known_sentence_list
from idexx_desktop.gui.pages.settings_sections.law import LawView
from idexx_desktop.gui.pages.settings_sections.neo_values import neo_value_list
from idexx_desktop.gui.pages.settings_sections.opt_outs import OptOutList
from idexx_desktop.gui.pages.settings_sections.practice_words import practice_word_list
from idexx_desktop.gui.sections import FormSection
from idexx_desktop.gui.strings import agreement, calls, law, numbers, sentences, settings, tr
from idexx_desktop.gui.tokens import Tone


class CallsSection(FormSection[CallRules]):
    """Review mode is left and gone back to here, too; pausing is a matter of the page Discharge calls."""

    key = "calls"
    title = settings.CALLS
    icon = "phone-outgoing"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._actions = CallActions(desk, self)
        self._actions.failed.connect(self.show_failure)
        self.hours = TimeRange()
        self.slot_size = NumberInput(1, LARGEST_SLOT_SIZE)
        self.attempts = NumberInput(1, MOST_ATTEMPTS)
        self.a_day = NumberInput(1, MOST_CALLS_PER_DAY)
        self.in_30_days = NumberInput(1, MOST_CALLS_PER_MONTH)
        self.weekdays = DaysInput()
        self.closed = ClosedDays(desk.today)
        self.kinds = KindsTable()
        self.opt_outs = OptOutList(desk)
        self.hours_field = Field(tr(settings.CALL_HOURS), self.hours)
        self.weekdays_field = Field(tr(settings.CLOSED_WEEKDAYS), self.weekdays)
        self.agreement = AgreementView(desk)
        self.agreement.failed.connect(self.show_failure)
        self.add_card(tr(agreement.TITLE), tr(agreement.MORE)).body.addWidget(self.agreement)
        early, late = timewords.of_day(NEVER_BEFORE), timewords.of_day(NEVER_AFTER)
        never = tr(settings.CALL_HOURS_MORE, early=early, late=late)
        times = self.add_card(tr(settings.CALL_HOURS_TITLE), never)
        times.body.addWidget(self.hours_field)
        times.body.addWidget(Field(tr(settings.SLOT_SIZE), self.slot_size, tr(settings.SLOT_SIZE_HINT)))
        times.body.addWidget(Field(tr(settings.ATTEMPTS), self.attempts, tr(settings.ATTEMPTS_HINT)))
        times.body.addWidget(Field(tr(numbers.CAP_DAY), self.a_day, tr(numbers.CAPS_HINT)))
        times.body.addWidget(Field(tr(numbers.CAP_MONTH), self.in_30_days))
        times.body.addWidget(self.weekdays_field)
        times.body.addWidget(
            Field(tr(settings.CLOSED_DAYS), self.closed, tr(settings.CLOSED_DAYS_HINT), wide=True)
        )
        self.holidays = HolidayPicker(desk)
        times.body.addWidget(self.holidays)
        kinds = self.add_card(tr(settings.KINDS_TITLE), tr(settings.KINDS_MORE))
        kinds.body.addWidget(self.kinds)
        self.caller = CallerChoice()
        self.add_card(tr(law.CALLER), tr(law.CALLER_MORE)).body.addWidget(self.caller)
        self.column.addWidget(self.foot)
        self.law = LawView(desk)
        self.law.failed.connect(self.show_failure)
        self.add_card(tr(law.HOURS), tr(law.HOURS_MORE)).body.addWidget(self.law)
        self.review_card = self.add_card(tr(settings.REVIEW_CARD), tr(settings.REVIEW_CARD_MORE))
        self.back = SecondaryButton(tr(calls.REVIEW_BACK), self._back_to_review, icon_name="hand")
        self.review_card.body.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.values, self.words = neo_value_list(desk), practice_word_list(desk)
        self.known = known_sentence_list(desk)
        self.values_card = self._card_of(self.values, settings.NEO_VALUES, settings.NEO_VALUES_MORE)
        self.words_card = self._card_of(self.words, settings.PRACTICE_WORDS, settings.PRACTICE_WORDS_MORE)
        self.known_card = self._card_of(self.known, sentences.KNOWN, sentences.KNOWN_MORE)
        listed = self.add_card(tr(settings.OPT_OUTS), tr(settings.OPT_OUTS_MORE))
        listed.body.addWidget(self.opt_outs)
        self.opt_outs.failed.connect(self.show_failure)
        self.consents = ConsentList(desk)
        self.consents.failed.connect(self.show_failure)
        self.add_card(tr(law.CONSENTS), tr(law.CONSENTS_MORE)).body.addWidget(self.consents)
        self.holidays.failed.connect(self.show_failure)
        self.holidays.chosen.connect(self.closed.add_days)
        for part in (self.hours, self.weekdays, self.closed, self.kinds, self.caller):
            part.changed.connect(self._changed)
        for number in (self.slot_size, self.attempts, self.a_day, self.in_30_days):
            number.valueChanged.connect(self._changed)

    def _card_of(self, answered: AnsweredList, title: str, more: str) -> Card:
        """A card that is there while its list has anything."""
        card = self.add_card(tr(title), tr(more))
        card.body.addWidget(answered)
        card.hide()
        answered.failed.connect(self.show_failure)
        answered.counted.connect(lambda count: card.setVisible(count > 0))
        return card

    def refresh(self) -> None:
        super().refresh()
        self.holidays.setVisible(self.desk.opened.settings.holidays_are_offered())
        self.opt_outs.refresh()
        self.consents.refresh()
        self.law.refresh()
        self.values.refresh()
        self.words.refresh()
        self.known.refresh()
        self.agreement.refresh()

    def reading(self) -> Callable[[], CallRules]:
        return self.desk.opened.settings.call_rules

    def writing(self, value: CallRules) -> Callable[[], object]:
        service = self.desk.opened.settings
        return lambda: service.save_call_rules(value)

    def edited(self, value: CallRules) -> object:
        hours = value.window_start, value.window_end
        caller = value.automated, value.hold_without_consent
        caps = value.max_attempts, value.calls_per_day, value.calls_per_month
        return *hours, *caller, *caps, value.slot_size, value.closed_weekdays, value.closed_days, value.kinds

    def fill(self, value: CallRules) -> None:
        self.hours.set_value(value.window_start, value.window_end)
        self.slot_size.setValue(value.slot_size)
        self.attempts.setValue(value.max_attempts)
        self.a_day.setValue(value.calls_per_day or MOST_CALLS_PER_DAY)
        self.in_30_days.setValue(value.calls_per_month or MOST_CALLS_PER_MONTH)
        self.weekdays.set_value(value.closed_weekdays)
        self.closed.set_value(value.closed_days)
        self.kinds.set_value(value.kinds)
        self.caller.set_value(automated=value.automated, hold=value.hold_without_consent)
        self.hours_field.set_problem("")
        self.weekdays_field.set_problem("")
        self.kinds.say_outside(value.window_start, value.window_end)

    def follow(self, value: CallRules) -> None:
        self._show_modes(value)

    def collect(self, kept: CallRules) -> CallRules | None:
        all_closed = len(self.weekdays.value) == 7
        self.hours_field.set_problem(self.hours.problem())
        self.weekdays_field.set_problem(tr(settings.ALL_DAYS_CLOSED) if all_closed else "")
        if self.hours.problem() or self.kinds.problem() or all_closed:
            return None
        return replace(
            kept,
            window_start=self.hours.start.value,
            window_end=self.hours.end.value,
            slot_size=self.slot_size.value(),
            max_attempts=self.attempts.value(),
            calls_per_day=self.a_day.value(),
            calls_per_month=self.in_30_days.value(),
            closed_weekdays=self.weekdays.value,
            closed_days=self.closed.value,
            kinds=self.kinds.value(),
            automated=self.caller.automated,
            hold_without_consent=self.caller.holds,
        )

    def _changed(self) -> None:
        self.touch()
        self.kinds.say_outside(self.hours.start.value, self.hours.end.value)

    def _show_modes(self, rules: CallRules) -> None:
        there = (BarAction(tr(settings.OPEN_CALLS), self._open_calls),)
        turn_on = BarAction(tr(calls.TURN_ON), self._turn_on)
        self.review_card.setVisible(not rules.review)
        review = tr(settings.REVIEW), tr(settings.REVIEW_MORE)
        paused = tr(settings.CALLS_PAUSED), tr(settings.CALLS_PAUSED_MORE)
        self.keep_bar("review", rules.review or None, lambda: InlineBar(Tone.HELD, *review, (turn_on,)))
        self.keep_bar("calls", rules.paused or None, lambda: InlineBar(Tone.ATTENTION, *paused, there))

    def _turn_on(self) -> None:
        self._actions.ask_turn_on(self)

    def _back_to_review(self) -> None:
        self._actions.ask_review(self)

    def _open_calls(self) -> None:
        self.desk.go("calls")
