"""An address of Neo that is given from outside goes before this computer's own, but never to another kind of site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idexx_desktop import app
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.simulator.site import PracticeNeo
from tests.support.practice import LOGIN, Practice, Practices, finished


@pytest.fixture
def moved(practices: Practices) -> Practice:
    """A clinic whose practice Neo is down."""
    practice = practices("ordinary-day")
    practice.site.stop()
    return practice


def test_a_sync_reads_the_site_that_was_given(moved: Practice) -> None:
    with PracticeNeo("ordinary-day", now=moved.clock.now) as elsewhere:
        environment = replace(moved.environment, neo_url=elsewhere.url)
        with app.open_program(environment) as program:
            program.clock = moved.clock
            program.credentials.test(LOGIN)
            program.credentials.save(LOGIN)
            assert program.syncer.start(Trigger.BUTTON)
            assert finished(program.syncer).failure is None
            visit = next(iter(moved.visits().values()))
            assert program.visits.neo_link(visit.visit_key).startswith(elsewhere.url)


def test_a_practice_profile_is_not_led_to_a_real_site(moved: Practice) -> None:
    with app.open_program(replace(moved.environment, neo_url="https://us.idexxneo.com")) as program:
        with pytest.raises(Failure) as refused:
            program.credentials.test(LOGIN)
        assert refused.value.code is FailureCode.INVALID_INPUT
        assert "one kind of site" in refused.value.title
