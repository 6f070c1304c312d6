"""What the clinic may choose, and what it may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from idexx_desktop.db import provision
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import SyncSettings
from idexx_desktop.services import profile
from idexx_desktop.services.settings import check_zone
from tests.support.practice import Practice


def test_the_schedule_is_kept_and_planned_anew(synced: Practice) -> None:
    settings = synced.program.settings
    kept = settings.save_schedule(replace(settings.schedule(), every_hours=2, open_time=time(8)))
    assert settings.schedule() == kept
    assert kept.next_due_at == synced.clock.now() + timedelta(hours=2)
    assert settings.pause_until(synced.clock.now() + timedelta(hours=3)).next_due_at == (
        synced.clock.now() + timedelta(hours=3)
    )
    assert settings.pause_until(None).next_due_at == kept.next_due_at
    assert synced.actions()["schedule.changed"] == 3


def test_the_clinics_name_is_corrected_where_nobody_is_an_admin(synced: Practice) -> None:
    """Calls say it at once, and whatever finds the clinic by its name goes on to find it."""
    synced.query("UPDATE idexx_app.logins SET active = false WHERE kind = 'admin'")
    settings, before = synced.program.settings, synced.actions()
    clinic = settings.clinic()
    assert clinic.may_rename
    for wrong in ("", "  ", "x" * 121, "Oak\nStreet", "Elm Road Animal Hospital"):
        with pytest.raises(Failure) as refused:
            settings.save_clinic(replace(clinic, name=wrong))
        assert refused.value.code is FailureCode.INVALID_INPUT, wrong
    settings.save_clinic(replace(clinic, name="Oak Street Animal Clinic"))
    settings.save_clinic(replace(clinic, name="Oak Street Animal Clinic"))
    assert settings.clinic().name == synced.program.clinic.name == "Oak Street Animal Clinic"
    said = synced.query(
        "SELECT DISTINCT dynamic_variables ->> 'clinic_name' AS name FROM public.scheduled_discharge_calls"
        " WHERE status = 'queued'"
    )
    assert said == [{"name": "Oak Street Animal Clinic"}]
    assert (synced.actions() - before)["clinic.renamed"] == 1
    kept = profile.load(synced.home)
    assert kept is not None
    assert kept.practice == "Oak Street Animal Clinic"
    assert provision.name_now(synced.database.owner_url, clinic.clinic_id, "") == kept.practice
    assert provision.name_now(synced.database.owner_url, "gone", "as it was") == "as it was"


def test_where_there_are_admins_they_alone_correct_it(synced: Practice) -> None:
    settings, before = synced.program.settings, synced.actions()
    clinic = settings.clinic()
    assert not clinic.may_rename
    with pytest.raises(Failure) as refused:
        settings.save_clinic(replace(clinic, name="Oak Street Animal Clinic", phone="+15105550188"))
    assert refused.value.code is FailureCode.DATABASE_REFUSED
    assert "admin" in refused.value.advice
    assert (settings.clinic(), synced.actions()) == (clinic, before)


def test_what_a_schedule_cannot_be(synced: Practice) -> None:
    settings = synced.program.settings
    before = settings.schedule()
    for change in ({"open_time": before.close_time}, {"open_weekdays": frozenset[int]()}):
        with pytest.raises(Failure) as refused:
            settings.save_schedule(replace(before, **change))
        assert refused.value.code is FailureCode.INVALID_INPUT
    assert settings.schedule() == before


def test_how_neo_is_reached(synced: Practice) -> None:
    settings = synced.program.settings
    url = synced.site.url
    before = synced.actions()
    settings.save_sync_settings(SyncSettings(f"{url}/login", 3, 4, ""))
    assert settings.sync_settings() == SyncSettings(url, 3, 4, None)
    refused = [
        SyncSettings("https://us.idexxneo.com"),  # a practice clinic never goes to the real site
        SyncSettings("http://us.idexxneo.com"),
        SyncSettings("neo"),
        SyncSettings(url, 0),
        SyncSettings(url, 21),
        SyncSettings(url, 5, -1),
        SyncSettings(url, 5, 101),
    ]
    for wanted in refused:
        with pytest.raises(Failure) as problem:
            settings.save_sync_settings(wanted)
        assert problem.value.code is FailureCode.INVALID_INPUT
    assert settings.sync_settings() == SyncSettings(url, 3, 4, None)
    assert synced.actions() - before == {"settings.changed": 1}


def test_the_rules_of_the_calls(synced: Practice) -> None:
    settings = synced.program.settings
    rules = settings.call_rules()
    before = synced.actions()
    settings.save_call_rules(replace(rules, window_start=time(11), closed_weekdays=frozenset({6})))
    assert settings.call_rules().window_start == time(11)
    assert settings.call_rules().closed_weekdays == {6}
    with pytest.raises(Failure):
        settings.save_call_rules(replace(rules, window_start=time(19), window_end=time(9)))
    assert (synced.actions() - before)["settings.changed"] == 1
    query = (
        "SELECT metadata FROM public.idexx_sync_audit_log WHERE action = 'settings.changed' ORDER BY seq DESC"
    )
    assert synced.query(query)[0] == {"metadata": {"setting": ["call_window_start", "closed_weekdays"]}}


def test_the_clinic(synced: Practice) -> None:
    settings = synced.program.settings
    clinic = settings.clinic()
    settings.save_clinic(replace(clinic, phone="+15105550100", timezone="America/Denver"))
    assert settings.clinic().phone == "+15105550100"
    assert settings.clinic().timezone == "America/Denver"
    with pytest.raises(Failure):
        settings.save_clinic(replace(clinic, timezone="Mars/Olympus"))


def test_queued_calls_say_the_clinics_new_numbers_at_once(synced: Practice) -> None:
    def told() -> set[tuple[str, str, str]]:
        rows = synced.query(
            "SELECT id::text, dynamic_variables ->> 'clinic_phone' AS clinic,"
            " dynamic_variables ->> 'emergency_phone' AS emergency"
            " FROM public.scheduled_discharge_calls WHERE status = 'queued'"
        )
        return {(row["id"], row["clinic"], row["emergency"]) for row in rows}

    settings, calls = synced.program.settings, {call.id: call.scheduled_for for call in synced.queued()}
    before = synced.actions()
    settings.save_clinic(replace(settings.clinic(), phone="+15105550100", emergency_phone="(510) 555-0199"))
    assert told() == {(call_id, "+15105550100", "(510) 555-0199") for call_id in calls}
    assert synced.actions() - before == {"settings.changed": 1, "call.changed": len(calls)}
    assert {call.id: call.scheduled_for for call in synced.queued()} == calls
    for wrong in ("+1 555", "ask at the desk"):
        with pytest.raises(Failure) as refused:
            settings.save_clinic(replace(settings.clinic(), emergency_phone=wrong))
        assert refused.value.code is FailureCode.INVALID_INPUT
    settings.save_clinic(replace(settings.clinic(), emergency_phone=""))
    # another account's program: its own calls say it from its next sync on
    synced.query("UPDATE public.clinic_settings SET emergency_phone = '+15105550111'")
    synced.sync()
    assert told() == {(call_id, "+15105550100", "+15105550111") for call_id in calls}


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "/etc/passwd", "../../etc/passwd", "America", "a\x00b"])
def test_names_that_are_no_zones(name: str) -> None:
    with pytest.raises(Failure) as refused:
        check_zone(name)
    assert refused.value.code is FailureCode.INVALID_INPUT
