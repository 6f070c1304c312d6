"""Settings, schedule, decisions and opt-outs: the clinic's, and shared by its members."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from idexx_desktop.db.transaction import Transaction
from idexx_desktop.domain.decisions import DEFAULT_KIND_RULES, KindRule, PersonChoice
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.life import LifeAnswer
from idexx_desktop.domain.practice_words import WordAbout, plain
from idexx_desktop.domain.records import NeoPace, OptOut, ScheduleRecord
from idexx_desktop.domain.visits import About, Told, VisitKind
from tests.db_repositories.conftest import Query
from tests.db_repositories.made_up import NOW, PHONE
from tests.support.postgres import NEO_URL, OAK, AllRecords

LATER = NOW + timedelta(minutes=5)


def test_a_clinic_as_it_was_made(tx: Transaction) -> None:
    clinic = tx.settings.clinic()
    assert (clinic.name, clinic.timezone, clinic.country) == (OAK, "America/Los_Angeles", "US")
    assert tx.settings.pace() == NeoPace()
    assert tx.settings.suggested_address().address == NEO_URL
    rules = tx.settings.call_rules()
    assert rules.zone == ZoneInfo("America/Los_Angeles")
    assert rules.kinds == DEFAULT_KIND_RULES
    assert (rules.review, rules.paused, rules.opted_out) == (False, False, frozenset())
    assert tx.settings.notes_kept_days() == 365
    assert tx.schedule.get() == ScheduleRecord()


def test_what_is_saved_comes_back(tx: Transaction) -> None:
    clinic = replace(
        tx.settings.clinic(), timezone="America/Denver", country="CA", phone="+15105550100",
        emergency_phone="+15105550199",
    )  # fmt: skip
    pace = NeoPace(3, 2.5)
    rules = replace(
        tx.settings.call_rules(),
        zone=ZoneInfo("America/Denver"),
        country="CA",
        window_start=time(10, 30),
        window_end=time(18),
        slot_size=7,
        closed_weekdays=frozenset({5, 6}),
        closed_days=frozenset({date(2026, 11, 26), date(2026, 12, 25)}),
        kinds={**DEFAULT_KIND_RULES, VisitKind.SURGERY: KindRule(3, time(11), enabled=False)},
    )
    for _ in range(2):
        tx.settings.save_clinic(clinic, now=NOW)
        tx.settings.save_pace(pace, now=NOW)
        tx.settings.save_call_rules(rules, now=NOW)
    assert tx.settings.clinic() == clinic
    assert tx.settings.pace() == pace
    assert tx.settings.call_rules() == rules


def test_the_rules_are_read_whole_by_one_statement_and_are_the_clinics_own(
    clinic_records: AllRecords,
) -> None:
    for records, phone in ((clinic_records.a, PHONE), (clinic_records.b, "+15105550177")):
        meant = {f"Recheck of {phone}": "no_call", f"Urn for {phone}": "end_of_life"}
        with records.transaction() as tx:
            tx.opt_outs.add(phone)
            tx.practice_words.note(zip(WordAbout, meant, strict=True))
            for word in tx.practice_words.all():
                tx.practice_words.answer(word.id, meant[word.name])
            tx.neo_fields.note_values([Told(About.ANIMAL, "status", phone)])
            [value] = tx.neo_fields.values()
            tx.neo_fields.answer(value.id, is_alive=False)
    asked: list[str] = []

    def hear(*told: Any) -> None:
        asked.append(told[2])

    with clinic_records.a.transaction() as tx:
        engine = clinic_records.a.database.engine
        tx.settings.call_rules()  # which columns the platform has is looked up once
        event.listen(engine, "before_cursor_execute", hear)
        rules = tx.settings.call_rules()
        event.remove(engine, "before_cursor_execute", hear)
    assert len(asked) == 1
    assert rules.opted_out == {PHONE}
    assert rules.types == {plain(f"Recheck of {PHONE}"): "no_call"}
    assert rules.products == {plain(f"Urn for {PHONE}"): "end_of_life"}
    assert rules.life_answers == {LifeAnswer("status", PHONE, is_alive=False)}


def test_review_and_pause(tx: Transaction) -> None:
    tx.settings.set_review(True, now=NOW)
    tx.settings.set_paused(True, now=NOW)
    rules = tx.settings.call_rules()
    assert (rules.review, rules.paused) == (True, True)
    tx.settings.save_call_rules(replace(rules, review=False, paused=False), now=NOW)
    assert (tx.settings.review(), tx.settings.paused()) == (True, True)
    tx.settings.set_review(False, now=NOW)
    tx.settings.set_paused(False, now=NOW)
    assert (tx.settings.review(), tx.settings.paused()) == (False, False)


@pytest.mark.parametrize(("chosen", "expected"), [(None, 1), (2, 1), (4, 4), (0, 0)])
def test_a_delay_chosen_on_the_platform_counts_unless_it_is_the_default(
    clinic_records: AllRecords, as_owner: Query, chosen: int | None, expected: int
) -> None:
    as_owner("UPDATE public.users SET call_delay_days = %s WHERE id = %s", chosen, clinic_records.a.user_id)
    with clinic_records.a.transaction() as tx:
        rules = tx.settings.call_rules()
        assert {rule.delay_days for rule in rules.kinds.values()} == {expected}
        assert rules.kinds[VisitKind.END_OF_LIFE].enabled is False
        tx.settings.save_call_rules(replace(rules, kinds={VisitKind.DENTAL: KindRule(2, time(9))}), now=NOW)
        assert tx.settings.call_rules().kinds[VisitKind.DENTAL] == KindRule(2, time(9))
        assert tx.settings.call_rules().kinds[VisitKind.SURGERY].delay_days == expected


def test_a_clinic_is_set_up_once(clinic_records: AllRecords, as_owner: Query) -> None:
    with clinic_records.a.transaction() as tx:
        clinic = tx.settings.clinic()
        assert not tx.settings.begin(clinic, NEO_URL, review=True, now=NOW)
    as_owner("DELETE FROM public.clinic_settings WHERE clinic_id = %s", clinic.clinic_id)
    as_owner("DELETE FROM public.sync_schedules WHERE clinic_id = %s", clinic.clinic_id)
    with pytest.raises(Failure) as missing, clinic_records.a.transaction() as tx:
        tx.settings.set_paused(True, now=NOW)
    assert missing.value.code is FailureCode.NO_PROFILE
    with clinic_records.a.transaction() as tx:
        assert tx.settings.begin(clinic, NEO_URL, review=True, now=NOW)
        assert (tx.settings.clinic(), tx.settings.review()) == (clinic, True)
        assert tx.schedule.get() == ScheduleRecord()
        tx.schedule.set_next_due(LATER)
        assert tx.schedule.get() == ScheduleRecord(next_due_at=LATER)


def test_saving_a_schedule_leaves_alone_when_it_ran(tx: Transaction) -> None:
    tx.schedule.mark_completed(NOW, LATER)
    chosen = ScheduleRecord(
        enabled=False, every_hours=2.5, open_time=time(8), close_time=time(17, 30),
        open_weekdays=frozenset({0, 1, 2}), paused_until=LATER,
    )  # fmt: skip
    tx.schedule.save(chosen, now=NOW)
    assert tx.schedule.get() == replace(chosen, next_due_at=LATER, last_completed_at=NOW)
    tx.schedule.set_next_due(None)
    assert tx.schedule.get().next_due_at is None


def test_opt_outs_are_data_and_are_kept(clinic_records: AllRecords, as_owner: Query) -> None:
    with clinic_records.a.transaction() as tx:
        assert tx.opt_outs.add(PHONE, "asked by phone")
        assert not tx.opt_outs.add(PHONE)
        assert tx.opt_outs.numbers() == tx.settings.call_rules().opted_out == {PHONE}
        [row] = tx.opt_outs.list()
        assert row == OptOut(PHONE, row.recorded_at, "test_a@oak.example", "asked by phone")
        assert timedelta(0) <= row.recorded_at - tx.now() < timedelta(minutes=1)
        assert tx.opt_outs.withdraw(PHONE)
        assert not tx.opt_outs.withdraw(PHONE)
        assert tx.opt_outs.numbers() == frozenset()
        assert tx.opt_outs.add(PHONE)
    assert len(as_owner("SELECT phone FROM public.opt_outs")) == 2


def test_a_decision_replaces_the_one_before(tx: Transaction) -> None:
    assert tx.decisions.active("a:1") is None
    tx.decisions.add("a:1", PersonChoice.CALL, content_hash="h1", scheduled_for=LATER)
    second = tx.decisions.add("a:1", PersonChoice.NO_CALL, content_hash="h2", why="spoke to her")
    assert tx.decisions.active("a:1") == second
    assert (second.choice, second.decided_by) == (PersonChoice.NO_CALL, "test_a@oak.example")
    assert (second.why, second.content_hash) == ("spoke to her", "h2")
    assert timedelta(0) <= second.decided_at - tx.now() < timedelta(minutes=1)
    assert tx.decisions.undo("a:1")
    again = tx.decisions.active("a:1")
    assert again is not None
    assert (again.choice, again.content_hash) == (PersonChoice.CALL, "h1")
    assert tx.decisions.withdraw("a:1")
    assert tx.decisions.active("a:1") is None
    assert not tx.decisions.withdraw("a:1")


def test_members_share_and_others_see_nothing(clinic_records: AllRecords) -> None:
    with clinic_records.a.transaction() as tx:
        tx.decisions.add("a:1", PersonChoice.CALL, content_hash="h")
        tx.opt_outs.add(PHONE)
    with clinic_records.colleague.transaction() as tx:
        assert tx.opt_outs.numbers() == {PHONE}
        decision = tx.decisions.add("a:1", PersonChoice.IGNORE, content_hash="h")
    with clinic_records.a.transaction() as tx:
        assert tx.decisions.active("a:1") == decision
        assert decision.decided_by == "test_colleague@oak.example"
    with clinic_records.b.transaction() as tx:
        assert tx.decisions.active("a:1") is None
        assert tx.opt_outs.numbers() == frozenset()
        assert tx.opt_outs.list() == []
