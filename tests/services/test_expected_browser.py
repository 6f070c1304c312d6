"""Whether a browser is started ahead: guessed from a mark beside the profile, which can't be in anybody's way."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from idexx_desktop.domain.events import SyncResult
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.expected_browser import ExpectedBrowser

MINUTE = 60


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a clinic that was set up."""
    profile = replace(profiles.new_profile(profiles.EMBEDDED), complete=True, browser_path="/opt/own")
    profiles.save(tmp_path, profile)
    return tmp_path


def ended(failure: Failure | None = None) -> SyncResult:
    """How a sync ended."""
    return SyncResult(
        session_id=None, status="completed", consultations_seen=0, consultations_synced=0, consultations_failed=0,
        discharge_calls_scheduled=0, visits_written=0, requests=0, signed_in=False, seconds=1.0, failures=(),
        failure=failure,
    )  # fmt: skip


def made_ago(home: Path, seconds: float) -> None:
    at = time.time() - seconds
    os.utime(home / "last-sync", (at, at))


def test_the_first_sync_of_a_clinic_and_one_after_a_pause_probably_sign_in(home: Path) -> None:
    expected = ExpectedBrowser(home)
    assert expected.is_likely()
    assert expected.configured() == "/opt/own"
    expected.note(ended())
    assert not expected.is_likely()
    made_ago(home, 19 * MINUTE)
    assert not expected.is_likely()
    made_ago(home, 21 * MINUTE)
    assert expected.is_likely()
    made_ago(home, -5 * MINUTE)  # somebody has set the clock back
    assert expected.is_likely()
    expected.note_cookies()
    assert not expected.is_likely()


def test_one_after_a_failure_probably_fails_again_without_a_browser(home: Path) -> None:
    expected = ExpectedBrowser(home)
    expected.note(ended(Failure(FailureCode.WRONG_PASSWORD)))
    made_ago(home, 24 * 60 * MINUTE)
    assert not expected.is_likely()


def test_where_nothing_is_set_up_no_browser_is_started(tmp_path: Path, home: Path) -> None:
    assert not ExpectedBrowser(tmp_path / "nobody").is_likely()
    profiles.save(home, replace(profiles.existing(home), complete=False))
    assert not ExpectedBrowser(home).is_likely()
    (home / profiles.FILE_NAME).write_text("{")
    assert not ExpectedBrowser(home).is_likely()
    assert ExpectedBrowser(home).configured() is None


def test_a_mark_that_cannot_be_written_or_read_is_no_obstacle(home: Path) -> None:
    (home / "last-sync").mkdir()
    expected = ExpectedBrowser(home)
    expected.note(ended())
    assert expected.is_likely()
