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
from idexx_desktop.gui import activity_words
from idexx_desktop.gui.days_chip import DaysChip
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.kit.chips import RemovableChip, SearchField, ToggleChip
from idexx_desktop.gui.kit.flow import FlowRow
from idexx_desktop.gui.kit.picker import Choice, PickChip
from idexx_desktop.gui.links import VisitEntries
from idexx_desktop.gui.strings import activity, tr, whose

_SPANS: tuple[tuple[int | None, str], ...] = (
    (0, activity.LAST_DAY),
    (6, activity.LAST_WEEK),
    (29, activity.LAST_MONTH),
    (364, activity.LAST_YEAR),
)
_ONE_DAY = timedelta(days=1)


class ActivityFilterBar(FlowRow):
    """`changed` when a person changes a filter. People and clinics are there for admins only.

    What people did is shown, and what the program did by itself where somebody asks for it.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._text = ""
        self._visit: VisitEntries | None = None
        self.search = SearchField(tr(activity.SEARCH))
        self.search.searched.connect(self._searched)
        spans = [(days, tr(words)) for days, words in _SPANS]
        self.span = DaysChip(tr(activity.ANY_TIME), spans, desk.today, self._last_week)
        self.person = PickChip(tr(activity.ANYONE))
        self.clinic = PickChip(tr(activity.ANY_CLINIC))
        self.clinic.setToolTip(tr(activity.CLINIC_TIP))
        self.action = PickChip(tr(activity.ANYTHING))
        self.result = PickChip(tr(activity.ANY_RESULT))
        self._picks = (self.person, self.clinic, self.action, self.result)
        self.program = ToggleChip(tr(activity.PROGRAM_TOO))
        self.program.setToolTip(tr(activity.PROGRAM_TIP))
        self.program.clicked.connect(self._program_clicked)
        self.visit = RemovableChip("", self._visit_removed)
        for part in (self.search, self.span, *self._picks, self.program, self.visit):
            self.add(part)
        for chip in (self.span, *self._picks):
            chip.picked.connect(self._picked)
        for hidden in (self.person, self.clinic, self.visit):
            hidden.hide()
        self.show_counts(AuditCounts(None))

    def which(self) -> AuditFilter:
        """The filter at this moment: whole local days."""
        since, until = self.days()
        asked = AuditFilter(
            self._text, _code(self.action), _code(self.result), since=since, until=until,
            clinic_id=_code(self.clinic), people_only=self._people_only(),
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
        return self.span.in_words

    def clear(self) -> None:
        """Show everything, without a signal."""
        self._text, self._visit = "", None
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
        if self.span.chosen:
            first, last = self.span.chosen
            return datetime.combine(first, time(), zone), datetime.combine(last + _ONE_DAY, time(), zone)
        if isinstance(self.span.value, int):
            first = self._desk.today() - timedelta(days=self.span.value)
            return datetime.combine(first, time(), zone), None
        return None, None

    def _last_week(self) -> tuple[date, date]:
        return self._desk.today() - timedelta(days=6), self._desk.today()

    def _searched(self, text: str) -> None:
        self._text = text
        self.changed.emit()

    def _people_only(self) -> bool:
        """Whoever asks for one action, or for one visit, gets what there is of it."""
        return not (self.program.isChecked() or self.action.value or self._visit)

    def _program_clicked(self) -> None:
        self.changed.emit()

    def _picked(self, _: object) -> None:
        self.changed.emit()

    def _visit_removed(self) -> None:
        self._visit = None
        self.visit.hide()
        self.changed.emit()


def _code(chip: PickChip) -> str | None:
    return chip.value if isinstance(chip.value, str) else None


def _note(counts: Mapping[str, int] | None, code: str) -> str:
    return "" if counts is None else f"{counts.get(code, 0):,}"
