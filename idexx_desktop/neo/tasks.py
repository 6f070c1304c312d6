"""Neo's own call-backs, where it answers: a list that nothing depends on, read as far as it can be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from zoneinfo import ZoneInfo

from idexx_desktop.domain.call_backs import CallBacks
from idexx_desktop.domain.failures import Failure
from idexx_desktop.domain.visits import CallBack
from idexx_desktop.neo.envelopes import check_refusal
from idexx_desktop.neo.fields import instant_or_none, line_of
from idexx_desktop.neo.records import Record

PATH = "/api/tasks"
PER_PAGE = 25
_MOST_PAGES = 40
_LONGEST = 80
_LISTS = ("data", "tasks", "content", "items", "rows", "results", "callbacks")
_DUE = ("due_at", "due_date", "due", "scheduled_for", "scheduled_at", "start", "date")
_WHO = ("assignee", "assigned_to", "provider", "user", "owner_user")
_OVER = ("done", "closed", "completed", "complete", "cancelled", "canceled", "deleted")

Ask = Callable[[str, dict[str, str]], Awaitable[object]]


async def read_call_backs(ask: Ask, zone: ZoneInfo) -> CallBacks | None:
    """All open call-backs; None where Neo gives no list of them. Raises what `ask` raises."""
    of_patient: dict[str, set[CallBack]] = {}
    of_client: dict[str, set[CallBack]] = {}
    seen: set[str] = set()
    for number in range(_MOST_PAGES):
        query = {"page": str(number), "limit": str(PER_PAGE), "type": "callback", "status": "open"}
        rows = rows_of(await ask(PATH, query))
        if rows is None:
            return None
        new = {repr(row) for row in rows} - seen
        seen |= new
        for row in rows:
            _add(Record(row), zone, of_patient, of_client)
        if len(rows) < PER_PAGE or not new:
            break
    return CallBacks(_kept(of_patient), _kept(of_client))


def rows_of(payload: object) -> list[object] | None:
    """The rows of one answer, None for what is no list of tasks; an empty list is one."""
    try:
        check_refusal(payload)
    except Failure:
        return None
    for _ in range(3):
        if isinstance(payload, list):
            return payload
        if not isinstance(payload, dict):
            return None
        named = (payload[name] for name in _LISTS if isinstance(payload.get(name), list | dict))
        payload = next(named, None)
    return payload if isinstance(payload, list) else None


def _add(
    row: Record, zone: ZoneInfo, of_patient: dict[str, set[CallBack]], of_client: dict[str, set[CallBack]]
) -> None:
    """Keep a row under whom it names; one that is about nobody, or over, says nothing."""
    kind, status = row.line("type", "task_type").lower(), row.line("status", "state").lower()
    other_kind = bool(kind) and "call" not in kind
    if other_kind or status in _OVER:
        return
    planned = CallBack(
        _id(row, "id", "task_id") or "",
        instant_or_none(row.line(*_DUE), zone),
        _said(_name(row)),
        _said(row.line("title", "subject", "name", "description", "notes")),
    )
    patient = _id(row, "patient_id", "patient", "animal_id", "animal")
    client = _id(row, "client_id", "client", "customer_id", "contact_id")
    if patient is not None:
        of_patient.setdefault(patient, set()).add(planned)
    elif client is not None:
        of_client.setdefault(client, set()).add(planned)


def _id(row: Record, *names: str) -> str | None:
    for name in names:
        try:
            found = row.optional_id(name)
        except ValueError:
            continue
        if found is not None:
            return found
    return None


def _name(row: Record) -> str:
    for name in _WHO:
        value = row.value(name)
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            return row.part(name).full_name() or row.line(name)
    return ""


def _said(text: str) -> str:
    said = line_of(text)
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1].rstrip()}…"


def _kept(found: Mapping[str, set[CallBack]]) -> dict[str, tuple[CallBack, ...]]:
    return {key: tuple(planned) for key, planned in found.items()}
