"""Every problem of network, browser and HTTP has its name, and no message gets through."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from playwright.async_api import Error
from playwright.async_api import TimeoutError as PlaywrightTimeout

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.driver_words import failure_of, translated
from idexx_desktop.neo.translate import check_json, check_status

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://neo.example/users"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("APIRequestContext.get: connect ECONNREFUSED 127.0.0.1:1", FailureCode.UNREACHABLE),
        ("APIRequestContext.get: getaddrinfo ENOTFOUND neo.example", FailureCode.UNREACHABLE),
        ("APIRequestContext.get: socket hang up", FailureCode.UNREACHABLE),
        ("APIRequestContext.get: read ECONNRESET", FailureCode.UNREACHABLE),
        ("APIRequestContext.get: self-signed certificate", FailureCode.UNREACHABLE),
        ("Page.goto: net::ERR_NAME_NOT_RESOLVED at https://neo.example/", FailureCode.UNREACHABLE),
        ("Page.goto: net::ERR_TIMED_OUT at https://neo.example/", FailureCode.TOO_SLOW),
        ("Page.goto: Page crashed", FailureCode.BROWSER_CLOSED),
        ("Target page, context or browser has been closed", FailureCode.BROWSER_CLOSED),
        ("Page.fill: Connection closed while reading from the driver", FailureCode.BROWSER_CLOSED),
        ("Locator.fill: Element is not an <input>", FailureCode.OURS),
    ],
)
def test_messages_become_names(message: str, code: FailureCode) -> None:
    assert failure_of(Error(message)).code is code


def test_no_message_and_no_original_gets_through() -> None:
    async def fail(error: Error) -> None:
        raise error

    for error in (
        Error('Locator.fill: odd\n  - fill("hunter2")'),
        PlaywrightTimeout('Locator.fill: fill("hunter2")'),
    ):
        with pytest.raises(Failure) as caught:
            asyncio.run(translated(fail(error)))
        assert "hunter2" not in repr(caught.value)
        assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, FailureCode.SESSION_EXPIRED), (403, FailureCode.SESSION_EXPIRED), (404, FailureCode.PAYLOAD_CHANGED),
        (408, FailureCode.TOO_SLOW), (418, FailureCode.PAYLOAD_CHANGED), (429, FailureCode.TOO_MANY_REQUESTS),
        (500, FailureCode.SERVER_PROBLEM), (502, FailureCode.SERVER_PROBLEM), (503, FailureCode.MAINTENANCE),
    ],
)  # fmt: skip
def test_statuses_become_names(status: int, code: FailureCode) -> None:
    with pytest.raises(Failure) as caught:
        check_status(status, URL, {"retry-after": "3"}, NOW)
    assert (caught.value.code, caught.value.retry_after) == (code, 3.0)


def test_a_missing_consultation_is_not_a_changed_site() -> None:
    with pytest.raises(Failure) as caught:
        check_status(404, URL, {}, NOW, missing=FailureCode.CONSULTATION_MISSING)
    assert caught.value.code is FailureCode.CONSULTATION_MISSING


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("/login", FailureCode.SESSION_EXPIRED),
        ("https://neo.example/login?next=x", FailureCode.SESSION_EXPIRED),
        ("https://evil.example/login", FailureCode.SIGN_IN_REDIRECTED),
        ("//evil.example/login", FailureCode.SIGN_IN_REDIRECTED),
        ("http://neo.example/login", FailureCode.SIGN_IN_REDIRECTED),
        ("/maintenance", FailureCode.MAINTENANCE),
        ("/choose-branch", FailureCode.PAYLOAD_CHANGED),
        ("https://[", FailureCode.PAYLOAD_CHANGED),
    ],
)
def test_redirects_are_answers_too(location: str, code: FailureCode) -> None:
    with pytest.raises(Failure) as caught:
        check_status(302, URL, {"location": location}, NOW)
    assert caught.value.code is code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'<form><input type="password"></form>', FailureCode.SESSION_EXPIRED),
        (b"<h1>Scheduled Maintenance</h1>", FailureCode.MAINTENANCE),
        (b"<h1>New!</h1>", FailureCode.PAYLOAD_CHANGED),
    ],
)
def test_a_page_in_place_of_json_is_named(body: bytes, code: FailureCode) -> None:
    with pytest.raises(Failure) as caught:
        check_json({"content-type": "text/html"}, body)
    assert caught.value.code is code
