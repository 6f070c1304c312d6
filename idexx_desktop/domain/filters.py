"""Which rows a page asks for, and what checking the activity record found. Times are instants, `until` is excluded.

Without an `order` rows come in the usual one of their table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idexx_desktop.domain.orders import Order
from idexx_desktop.domain.visits import VisitState


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose rows an admin asks for: of one person, of one clinic; None is everybody, every clinic.

    A filter without it asks for the login's own rows in its own clinic, which is all that others than admins may.
    """

    user_id: str | None = None
    clinic_id: str | None = None


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits. No states means all of them; `text` is looked for in patient, owner and provider.

    `visit_key`: this visit and no other. `reason_code`: those that were decided for this reason.
    """

    text: str = ""
    states: frozenset[VisitState] = frozenset()
    provider: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    attention_only: bool = False
    whose: Whose | None = None
    visit_key: str | None = None
    order: Order | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls. `group` is one of due, upcoming, trouble, paused, done, all."""

    group: str = "due"
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    whose: Whose | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which syncs. `kind` is one of all, problems, missed. A missed sync is a clinic's, never one person's."""

    kind: str = "all"
    device: str | None = None
    whose: Whose | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows of the activity record. `actor` is a login; `text` is looked for in action, actor and metadata.

    `visit_key`: the rows that name this visit. For an admin, `user_id`: those of one person; `clinic_id`: those of the
    people who work for this clinic now. `people_only`: without what the program does by itself.
    """

    text: str = ""
    action: str | None = None
    status: str | None = None
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    visit_key: str | None = None
    user_id: str | None = None
    clinic_id: str | None = None
    order: Order | None = None
    people_only: bool = False


@dataclass(frozen=True, slots=True)
class AuditVerification:
    """What checking the activity record's chains found; `problem` names the first row that doesn't fit.

    `signed_since` and `signed_at`: when the first and the last signed copy was made that this computer keeps outside
    of the database. What was written before the last one can't be changed unnoticed, even by the server's owner.
    """

    ok: bool
    rows: int
    problem: str | None = None
    signed_since: datetime | None = None
    signed_at: datetime | None = None


class CallOutcomeKind(StrEnum):
    """What came of a call that a person made."""

    REACHED_WELL = "reached_well"
    REACHED_CONCERN = "reached_concern"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    OPTED_OUT = "opted_out"
    DIED = "died"
