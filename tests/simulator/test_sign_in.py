"""The sign-in: who gets in, what the page says to others, and what each scenario does instead."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from idexx_desktop.simulator.pages import FORMS
from idexx_desktop.simulator.scenarios import DISABLED, LOCKED, NOT_FROM_HERE, WRONG
from idexx_desktop.simulator.site import PracticeNeo
from tests.simulator.conftest import HandClock, Visitor


def test_the_practice_login_gets_a_cookie_that_scripts_cannot_read(site: PracticeNeo) -> None:
    visitor = Visitor(site)
    cookie = visitor.sign_in().headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert "Oak Street Vets" in visitor.get("/dashboard").text
    assert site.sign_ins == 1


@pytest.mark.parametrize("field", ["companyId", "username", "password"])
def test_anything_else_stays_on_the_page_and_says_so(site: PracticeNeo, field: str) -> None:
    answer = Visitor(site).sign_in(**{field: "something else"})
    assert answer.status == 200
    assert WRONG in answer.text
    assert 'class="alert alert-danger"' in answer.text
    assert "set-cookie" not in answer.headers
    assert (site.sign_ins, site.sign_in_attempts) == (0, 1)


def test_the_fifth_wrong_attempt_locks_even_the_right_password_out(site: PracticeNeo) -> None:
    visitor = Visitor(site)
    said = [visitor.sign_in(password=f"guess {number}").text for number in range(5)]
    assert [LOCKED in text for text in said] == [False, False, False, False, True]
    assert LOCKED in visitor.sign_in().text
    assert site.sign_ins == 0


def test_a_right_password_forgives_the_wrong_ones_before(site: PracticeNeo) -> None:
    visitor = Visitor(site)
    for _ in range(3):
        for _ in range(4):
            visitor.sign_in(password="guess")
        assert visitor.sign_in().status == 302


def test_a_changed_password_is_asked_for_at_once(site: PracticeNeo) -> None:
    visitor = Visitor(site)
    assert "practice-only-7" in visitor.get("/login").text
    site.world.set_password("another one")
    assert "practice-only-7" not in visitor.get("/login").text
    assert WRONG in visitor.sign_in().text
    assert visitor.sign_in(password="another one").status == 302


@pytest.mark.parametrize(
    ("form", "field", "button", "alert"),
    [
        ("standard", 'name="companyId"', ">Login<", "alert-danger"),
        ("snake-case", 'name="company_id"', ">Sign in<", "error-message"),
        ("no-company", "", ">Sign in<", 'role="alert"'),
    ],
)
def test_the_form_is_written_in_several_ways(
    clock: HandClock, form: str, field: str, button: str, alert: str
) -> None:
    with PracticeNeo(now=clock, form=FORMS[form]) as site:
        visitor = Visitor(site)
        text = visitor.get("/login").text
        assert field in text
        assert ("ompany" in text.partition("<form")[2].partition("</form>")[0]) == bool(field)
        assert button in text
        assert alert in visitor.sign_in(password="wrong").text
        names = {"company_id": "4242"} if form == "snake-case" else {}
        assert visitor.sign_in(**names).status == 302


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        ("wrong-password", WRONG),
        ("locked-out", LOCKED),
        ("not-from-here", NOT_FROM_HERE),
        ("disabled", DISABLED),
    ],
)
def test_a_rejection_says_why(clock: HandClock, scenario: str, words: str) -> None:
    with PracticeNeo(scenario, now=clock) as site:
        answer = Visitor(site).sign_in()
        assert (answer.status, site.sign_ins, site.sign_in_attempts) == (200, 0, 1)
        assert words in answer.text


@pytest.mark.parametrize(
    ("scenario", "path", "field"),
    [
        ("code-asked", "/login/verify", 'name="code"'),
        ("password-expired", "/login/password", 'name="newPassword"'),
    ],
)
def test_a_right_password_may_lead_to_another_question(
    clock: HandClock, scenario: str, path: str, field: str
) -> None:
    with PracticeNeo(scenario, now=clock) as site:
        visitor = Visitor(site)
        answer = visitor.sign_in()
        assert (answer.status, answer.headers["location"]) == (302, path)
        assert field in visitor.get(path).text
        assert "set-cookie" not in answer.headers
        assert site.sign_ins == 0


def test_the_form_itself_may_ask_for_a_code(clock: HandClock) -> None:
    with PracticeNeo("code-on-form", now=clock) as site:
        assert 'name="otp"' in Visitor(site).get("/login").text


def test_the_sign_in_may_be_on_another_origin(clock: HandClock) -> None:
    with PracticeNeo("redirected", now=clock) as site:
        visitor = Visitor(site)
        address = urlsplit(visitor.get("/login").headers["location"])
        assert (address.hostname, address.port) == ("localhost", urlsplit(site.url).port)
        assert 'name="password"' in visitor.get(address.path).text
        assert visitor.ask("POST", address.path, "password=x").status == 405
    with PracticeNeo("redirected-after", now=clock) as site:
        assert urlsplit(Visitor(site).sign_in().headers["location"]).hostname == "localhost"
        assert site.sign_ins == 0
    with PracticeNeo("posts-elsewhere", now=clock) as site:
        port = urlsplit(site.url).port
        assert f'action="http://localhost:{port}/identity/login"' in Visitor(site).get("/login").text


def test_the_sign_in_page_may_have_changed(clock: HandClock) -> None:
    with PracticeNeo("page-changed", now=clock) as site:
        text = Visitor(site).get("/login").text
        assert "Welcome to the new Neo" in text
        assert "<input" not in text


def test_maintenance_is_everywhere(clock: HandClock) -> None:
    with PracticeNeo("maintenance", now=clock) as site:
        visitor = Visitor(site)
        for answer in (visitor.get("/login"), visitor.sign_in(), visitor.get("/users")):
            assert answer.status == 503
            assert answer.headers["content-type"].startswith("text/html")
            assert "down for maintenance" in answer.text
