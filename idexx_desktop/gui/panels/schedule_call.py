"""Asks when to call, where a person decides against the rule that held a visit."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QLineEdit, QWidget

from idexx_desktop.domain.careful_calls import asks_for_care
from idexx_desktop.domain.overriding import overrides_death
from idexx_desktop.domain.records import VisitRecord
from idexx_desktop.gui import visit_words
from idexx_desktop.gui.fonts import Style
from idexx_desktop.gui.kit.choices import RadioChoice
from idexx_desktop.gui.kit.dialogs import VerbDialog
from idexx_desktop.gui.kit.text import Text
from idexx_desktop.gui.panels.choose_time import MomentField
from idexx_desktop.gui.strings import attention, tr

_USUAL_TIME = time(10)
_AS_USUAL = attention.SCHEDULE_ASK, attention.SCHEDULE_VERB
_WITH_CARE = attention.CARE_ASK, attention.CARE_VERB


class ScheduleCallDialog(VerbDialog):
    """After `accepted`: `when()` is an instant in UTC, None for "when the rules say"; `why()` may be "".

    Not where the call goes against signs of death: then a reason is asked for, and Enter and Escape don't call.
    """

    def __init__(self, parent: QWidget, row: VisitRecord, now: datetime, zone: ZoneInfo) -> None:
        pet = visit_words.pet(row)
        care = asks_for_care(row)
        held = tr(attention.SCHEDULE_TEXT, reason=row.reason) if row.reason and not care else row.reason
        told = tr(attention.CARE_TEXT) if care else ""
        text = "\n".join(filter(None, (held, told, tr(attention.SCHEDULE_PLAIN))))
        self._against_signs = overrides_death(row)
        safe = tr(attention.DONT_CALL) if self._against_signs else ""
        ask, verb = _WITH_CARE if care else _AS_USUAL
        super().__init__(parent, tr(ask, pet=pet), text, tr(verb), safe=safe)
        self.row = row
        self.by_rules = RadioChoice(tr(attention.SCHEDULE_BY_RULES))
        self.by_rules.setChecked(True)
        self.at = RadioChoice(tr(attention.SCHEDULE_AT, zone=zone.key))
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        self.moment = MomentField(datetime.combine(tomorrow, _USUAL_TIME, zone), now, zone)
        self.moment.setAccessibleName(self.at.text())
        self.moment.setEnabled(False)
        self.at.toggled.connect(self.moment.setEnabled)
        self.at.toggled.connect(self._check)
        self.moment.changed.connect(self._check)
        self.hint = Text("", Style.SECONDARY, "attention", wrap=True)
        self.reason = QLineEdit()
        asked = attention.SCHEDULE_WHY_NOW if self._against_signs else attention.SCHEDULE_WHY
        label = Text(tr(asked), Style.LABEL)
        label.setBuddy(self.reason)
        self.reason.setAccessibleName(label.text())
        for widget in (self.by_rules, self.at, self.moment, self.hint, label, self.reason):
            self.form.addWidget(widget)
        self.reason.textChanged.connect(self._check)
        self._check()
        if self._against_signs:
            self.cancel.setFocus()

    def when(self) -> datetime | None:
        """The chosen instant; the chosen hour is the clinic's, whatever the zone of this computer."""
        return None if self.by_rules.isChecked() else self.moment.moment()

    def why(self) -> str:
        """The person's words."""
        return self.reason.text().strip()

    def _check(self, *_: object) -> None:
        problem = self.moment.problem() if self.at.isChecked() else ""
        self.hint.setText(problem)
        self.verb.setEnabled(not problem and bool(self.why() or not self._against_signs))
