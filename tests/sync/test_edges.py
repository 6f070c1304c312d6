"""Every odd visit that is known of: who is never called, who is held, and that texts stay texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from idexx_desktop.domain.records import CallRecord, VisitRecord
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.simulator.edges import EDGES
from tests.support.postgres import People, TestServer
from tests.support.practice import Practice, Practices, memory_keyring

# nobody may be called about these by the rules alone
NEVER = {
    "euthanasia-in-type", "euthanasia-in-reason", "euthanasia-in-notes", "euthanasia-in-extra-notes",
    "euthanasia-in-summary", "euthanasia-in-product", "euthanasia-without-notes", "passed-away", "quality-of-life",
    "pts", "deceased-flag", "two-pets-euthanized", "two-pets-well",
    "cancelled", "cancelled-with-consultation", "no-show", "no-show-hyphen", "voided", "counter-sale", "prepayment",
    "draft", "no-notes", "no-status-no-notes", "consultation-later", "unknown-status",
    *(edge.label for edge in EDGES if edge.label.startswith("empty-markup")),
    "no-phone", "empty-phone", "undialable-words", "undialable-short", "undialable-long", "undialable-zeros",
    "garbage-page", "unreadable-page", "missing-page",
}  # fmt: skip
# and these are visits like any other
CALLED = {
    "no-euthanasia-discussed", "attempts", "scripts", "euthanasia-product-declined", "three-pets-1", "three-pets-2",
    "three-pets-3", "notes-only", "no-status", "empty-status", "partly-paid", "uk-number", "uk-number-double-zero",
    "no-country-code", "extension", "text-ids", "iso-times", "text-ids-walk-in", "walk-in", "calendar-does-not-know",
    "search-does-not-know", "listed-twice", "all-providers", "no-provider", "quantities", "sql-everywhere",
    "long-notes", "long-names", "unclosed-markup", "empty-summary",
    "odd-characters",
}  # fmt: skip
STATES = {
    VisitState.EXCLUDED: {"cancelled", "no-show", "no-show-hyphen", "voided", "counter-sale", "prepayment"},
    VisitState.WAITING: {"draft", "no-notes", "no-status-no-notes", "consultation-later"},
    VisitState.HELD: {
        "no-phone", "empty-phone", "undialable-words", "undialable-short", "two-pets-well", "unknown-status",
        "quality-of-life",
    },
    VisitState.FAILED: {"garbage-page", "unreadable-page", "missing-page"},
}  # fmt: skip


class Outcome:
    """What a sync of all of them left behind."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.result = practice.sync()
        self.labels = practice.site.world.labels
        self.visits = practice.visits()
        self.calls = practice.calls()

    def visit(self, label: str) -> VisitRecord:
        """The visit of this label."""
        return self.visits[self.labels[label]]

    def calls_about(self, label: str) -> list[CallRecord]:
        """Its calls."""
        return [call for call in self.calls if self.labels[label] in call.visit_keys]


@pytest.fixture(scope="module")
def outcome(
    postgres: TestServer, people: People, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outcome]:
    """One sync of every odd visit."""
    with memory_keyring(), ExitStack() as parts:
        practices = Practices(postgres, people, tmp_path_factory.mktemp("edges"), parts)
        yield Outcome(practices("edge-visits"))


def test_all_are_accounted_for(outcome: Outcome) -> None:
    result = outcome.result
    assert result.failure is None
    long_ago = {"clock-gap", "clock-fold"}
    assert {key for label, key in outcome.labels.items() if label not in long_ago} <= set(outcome.visits)
    assert result.consultations_seen == len(outcome.visits)
    assert result.consultations_synced + result.consultations_failed == result.consultations_seen
    by_key = {key: label for label, key in outcome.labels.items()}
    failed = {by_key[failure.visit_key] for failure in result.failures}
    assert failed == STATES[VisitState.FAILED]


@pytest.mark.parametrize("label", sorted(NEVER))
def test_nobody_is_called_about(outcome: Outcome, label: str) -> None:
    assert outcome.visit(label).state is not VisitState.SCHEDULED
    assert outcome.calls_about(label) == []


@pytest.mark.parametrize("label", sorted(CALLED))
def test_one_call_about(outcome: Outcome, label: str) -> None:
    visit = outcome.visit(label)
    assert visit.state is VisitState.SCHEDULED, visit.reason
    assert [call.status for call in outcome.calls_about(label)] == ["queued"]


@pytest.mark.parametrize("state", STATES)
def test_the_state_of(outcome: Outcome, state: VisitState) -> None:
    wrong = {
        label: outcome.visit(label).state
        for label in STATES[state]
        if outcome.visit(label).state is not state
    }
    assert wrong == {}


def test_three_pets_of_one_owner_are_one_call(outcome: Outcome) -> None:
    [call] = outcome.calls_about("three-pets-1")
    assert set(call.patient_names) == {"Huey", "Dewey", "Louie"}
    assert outcome.calls_about("three-pets-3") == [call]


def test_two_owners_of_one_number_are_called_at_most_once_each(outcome: Outcome) -> None:
    keys = [key for call in outcome.calls for key in call.visit_keys]
    assert len(keys) == len(set(keys))


def test_nothing_that_neo_sends_is_markup_or_sql_any_more(outcome: Outcome) -> None:
    practice = outcome.practice
    visit = practice.program.visits.get(outcome.labels["html-everywhere"])
    stored = practice.query(
        "SELECT v::text AS row FROM public.visits v UNION ALL SELECT n::text FROM public.visit_notes n"
        " UNION ALL SELECT c::text FROM public.scheduled_discharge_calls c UNION ALL SELECT c::text FROM public.cases c"
    )
    assert visit.notes is not None
    assert "<" not in visit.notes
    assert "alert" not in visit.notes
    # a name is shown as it is, and never as rich text; a text for a voice is none of markup
    assert "<script" in visit.patient_name
    assert all("<iframe" not in row["row"] for row in stored)
    sql = practice.program.visits.get(outcome.labels["sql-everywhere"])
    assert sql.patient_name == "Robert'); DROP TABLE cases;-- %s $1 \\x00"
    assert practice.query("SELECT count(*) > 0 AS there FROM public.cases") == [{"there": True}]
    odd = practice.program.visits.get(outcome.labels["odd-characters"])
    assert "\x00" not in (odd.patient_name + odd.owner_name + (odd.notes or ""))


def test_again_changes_only_what_failed(outcome: Outcome) -> None:
    again = outcome.practice.sync()
    assert again.failure is None
    assert again.visits_written == again.consultations_failed == len(STATES[VisitState.FAILED])
    assert [(call.id, call.status) for call in outcome.practice.calls()] == [
        (call.id, call.status) for call in outcome.calls
    ]
