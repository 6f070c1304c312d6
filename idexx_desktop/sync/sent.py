"""Keeping what a run learnt of Neo's answers: names and kinds of fields, and values to ask people about."""

from __future__ import annotations

from datetime import datetime

import structlog

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.neo_fields import to_note
from idexx_desktop.neo.diary import SentDiary

log = structlog.get_logger()


def note_sent(records: ClinicRecords, sent: SentDiary, now: datetime) -> None:
    """Write down what is new in it. A diary is no reason for a run to fail: what is refused waits for the next."""
    try:
        with records.transaction() as tx:
            tx.neo_fields.note(to_note(sent.fields(), tx.neo_fields.fields(), now))
            known = {(value.name, value.value): value for value in tx.neo_fields.values()}
            tx.neo_fields.note_values(told for told in sent.values() if (told.name, told.value) not in known)
    except Failure as failure:
        log.warning("sent.not_noted", code=str(failure.code))
