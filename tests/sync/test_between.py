"""What stands between the program and Neo slows the schedule, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import FailureCode
from idexx_desktop.sync.due import plan_of
from tests.support.practice import Practice, Practices


def test_a_check_for_robots_slows_the_schedule_and_refuses_nobody(synced: Practice) -> None:
    synced.site.play("answer: robot check")
    visits, pauses = synced.visits(), []
    for trigger in (Trigger.SCHEDULE, Trigger.BUTTON, Trigger.COMMAND, Trigger.BUTTON):
        synced.clock.pass_by(minutes=1)
        asked = sum(synced.site.counts.values())
        result = synced.sync(trigger)
        assert result.failure is not None
        assert result.failure.code is FailureCode.SOMETHING_BETWEEN
        assert "A check for robots" in result.failure.title
        # each of them asked, once, whatever happened just before
        assert sum(synced.site.counts.values()) == asked + 1
        with synced.program.records.transaction() as tx:
            until = plan_of(tx, synced.clock.now()).rests_until
        assert until is not None
        pauses.append(until - synced.clock.now())
    assert pauses == sorted(pauses)
    assert pauses[0] < timedelta(minutes=7) < timedelta(minutes=39) < pauses[-1]
    today = synced.program.status.today()
    assert today.suspended is None
    assert synced.program.credentials.status().state == "valid"
    assert (synced.site.sign_in_attempts, synced.visits()) == (1, visits)

    synced.site.play("")
    passed = synced.sync()
    assert (passed.failure, passed.signed_in) == (None, False)  # the cookies were kept all the while


def test_a_computer_that_a_person_confirmed_stays_confirmed(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=2, cookies=False)
    practice.site.play("new device")
    asked = practice.sync()
    assert asked.failure is not None
    assert (asked.failure.code, practice.site.confirm_devices()) == (FailureCode.NEO_ASKS, 1)
    assert practice.program.status.today().suspended is None
    [row] = practice.query("SELECT encrypted_cookies FROM public.neo_cookies")
    assert "device-1" not in row["encrypted_cookies"]

    practice.clock.pass_by(minutes=10)
    passed = practice.sync()
    assert (passed.failure, passed.signed_in) == (None, True)
    # it is the same computer, also where its session is over
    assert practice.site.confirm_devices() == 1


def test_what_neo_asks_during_a_session_is_found_out(practices: Practices) -> None:
    practice = practices("ordinary-day", visits=2)
    assert practice.sync().failure is None
    practice.site.play("bill")
    practice.clock.pass_by(minutes=10)
    told = practice.sync()
    assert told.failure is not None
    assert (told.failure.code, "a bill" in told.failure.title) == (FailureCode.NEO_ASKS, True)
