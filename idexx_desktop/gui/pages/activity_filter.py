"""The filters above the activity record: search, days, person, clinic, action, result, one visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.filters import AuditFilter
from idexx_desktop.domain.records import AuditCounts, AuditPerson
from idexx_desktop.gui import activity_words, timewords
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.chips import MenuChip, RemovableChip, SearchField
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.picker import Choice, PickChip
from idexx_desktop.gui.links import VisitEntries
from idexx_desktop.gui.panels.choose_days import ChooseDaysDialog
from idexx_desktop.gui.strings import activity, tr, whose

_SPANS: tuple[tuple[int | None, str], ...] = (
    (0, activity.LAST_DAY),
    (6, activity.LAST_WEEK),
    (29, activity.LAST_MONTH),
    (364, activity.LAST_YEAR),
)
_CHOSEN = "chosen"
_ONE_DAY = timedelta(days=1)


class ActivityFilterBar(FlowRow):
    """`changed` when a person changes a filter. People and clinics are there for admins only."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._text = ""
        self._span: int | None = None
        self._days: tuple[date, date] | None = None
        self._visit: VisitEntries | None = None
        self.search = SearchField(tr(activity.SEARCH))
        self.search.searched.connect(self._searched)
        spans = [(days, tr(words)) for days, words in _SPANS]
        self.span = MenuChip(tr(activity.ANY_TIME), [*spans, (_CHOSEN, tr(activity.CHOOSE_DAYS))])
        self.span.picked.connect(self._span_picked)
        self.person = PickChip(tr(activity.ANYONE))
        self.clinic = PickChip(tr(activity.ANY_CLINIC))
        self.clinic.setToolTip(tr(activity.CLINIC_TIP))
        self.action = PickChip(tr(activity.ANYTHING))
        self.result = PickChip(tr(activity.ANY_RESULT))
        self._picks = (self.person, self.clinic, self.action, self.result)
        self.visit = RemovableChip("", self._visit_removed)
        for part in (self.search, self.span, *self._picks, self.visit):
            self.row.addWidget(part)
        for chip in self._picks:
            chip.picked.connect(self._picked)
        for hidden in (self.person, self.clinic, self.visit):
            hidden.hide()
        self.show_counts(AuditCounts(None))

    def which(self) -> AuditFilter:
        """The filter at this moment: whole local days."""
        since, until = self.days()
        asked = AuditFilter(
            self._text, _code(self.action), _code(self.result), since=since, until=until,
            clinic_id=_code(self.clinic),
        )  # fmt: skip
        if isinstance(self.person.value, AuditPerson):
            found = self.person.value
            by_id = found.user_id is not None
            asked = replace(asked, user_id=found.user_id, actor=None if by_id else found.login)
        if self._visit:
            started = self._visit.since
            asked = replace(
                asked, visit_key=self._visit.visit_key, since=max(since, started) if since else started
            )
        return asked

    @property
    def narrowed(self) -> bool:
        """Whether a person asked for less than everything."""
        chosen = any(chip.value is not None for chip in (self.span, *self._picks))
        return bool(self._text or self._visit or chosen)

    @property
    def days_in_words(self) -> str:
        """`Last 7 days`, `3 Nov to 9 Nov`, `Any time`."""
        if self._days is None:
            return tr(dict(_SPANS).get(self._span, activity.ANY_TIME))
        now, zone = self._desk.now(), self._desk.zone
        first, last = (
            timewords.short_day(datetime.combine(day, time(12), zone), now, zone) for day in self._days
        )
        return first if first == last else tr(activity.DAYS_SPAN, first=first, last=last)

    def clear(self) -> None:
        """Show everything, without a signal."""
        self._text, self._span, self._days, self._visit = "", None, None, None
        self.search.clear_quietly()
        self.visit.hide()
        self.span.set_value(None)
        for chip in self._picks:
            chip.set_value(None)

    def show_visit(self, entries: VisitEntries) -> None:
        """What the record holds of one visit and nothing else, without a signal."""
        self.clear()
        self._visit = entries
        self.visit.set_words(tr(activity.OF_VISIT, visit=entries.words))
        self.visit.show()
        if self.clinic.isVisibleTo(self):
            self.clinic.set_value(entries.clinic_id)

    def offer(self, people: Sequence[AuditPerson]) -> None:
        """Those who occur in the record, and the clinics that an admin may choose among."""
        me = self._desk.opened.identity
        words = {each: activity_words.person(each) for each in people}
        choices = [
            Choice(each, tr(whose.YOU, email=text) if each.user_id == me.user_id else text)
            for each, text in words.items()
        ]
        self.person.set_choices(choices)
        self.person.setVisible(len(choices) > 1)
        clinics = self._desk.directory.clinics
        self.clinic.set_choices([Choice(each.clinic_id, each.name) for each in clinics])
        self.clinic.setVisible(len(clinics) > 1)

    def show_counts(self, counts: AuditCounts) -> None:
        """How many entries each action and each result would leave, beside it."""
        found = counts.actions
        actions = [
            Choice(str(each), activity_words.what(each), activity_words.subject(each), _note(found, each))
            for each in Action
        ]
        self.action.set_choices(sorted(actions, key=lambda choice: choice.heading))
        occurring = [result for result in counts.results or () if result]
        codes = dict.fromkeys((*activity_words.RESULTS_OFFERED, *sorted(occurring)))
        self.result.set_choices(
            [
                Choice(code, activity_words.result_word(code), note=_note(counts.results, code))
                for code in codes
            ]
        )

    def days(self) -> tuple[datetime | None, datetime | None]:
        """Where the days that are shown begin, and where they end; None where they don't."""
        zone = self._desk.zone
        if self._days:
            first, last = self._days
            return datetime.combine(first, time(), zone), datetime.combine(last + _ONE_DAY, time(), zone)
        if self._span is not None:
            first = self._desk.now().astimezone(zone).date() - timedelta(days=self._span)
            return datetime.combine(first, time(), zone), None
        return None, None

    def _searched(self, text: str) -> None:
        self._text = text
        self.changed.emit()

    def _picked(self, _: object) -> None:
        self.changed.emit()

    def _visit_removed(self) -> None:
        self._visit = None
        self.visit.hide()
        self.changed.emit()

    # days

    def _span_picked(self, value: object) -> None:
        if value == _CHOSEN:
            # until days are chosen, those from before hold
            self._show_span()
            today = self._desk.now().astimezone(self._desk.zone).date()
            dialog = ChooseDaysDialog(self, *(self._days or (today - timedelta(days=6), today)), today)
            dialog.accepted.connect(self._days_chosen)
            self.dialog = dialog
            dialog.open()
            return
        self._span, self._days = (value if isinstance(value, int) else None), None
        self.changed.emit()

    def _days_chosen(self) -> None:
        self._span, self._days = None, self.dialog.days()
        self._show_span()
        self.changed.emit()

    def _show_span(self) -> None:
        self.span.set_value(_CHOSEN if self._days else self._span)
        if self._days:
            self.span.set_words(self.days_in_words)


def _code(chip: PickChip) -> str | None:
    return chip.value if isinstance(chip.value, str) else None


def _note(counts: Mapping[str, int] | None, code: str) -> str:
    return "" if counts is None else f"{counts.get(code, 0):,}"
