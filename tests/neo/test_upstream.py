"""Everything that speaks with Neo leaves by the proxy that this computer's settings name, and only what must."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo.reach import check_reachable
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions, ProxyLogin, Refusal
from idexx_desktop.neo.upstream import Upstream, upstream_for
from idexx_desktop.vault.certificates import public_key_hash
from tests.neo.secure_site import NAME, certificate
from tests.neo.support import ZONE, Canned, OddSite, form
from tests.neo.upstream_proxy import UpstreamProxy

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxy_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer that runs the tests may have one."""
    for name in (*NAMES, *(each.upper() for each in NAMES)):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("settings", "url", "way"),
    [
        ({}, "https://us.idexxneo.com", None),
        ({"https_proxy": "http://proxy:3128"}, "https://us.idexxneo.com", "http://proxy:3128"),
        ({"HTTPS_PROXY": "proxy:3128"}, "https://us.idexxneo.com", "http://proxy:3128"),
        ({"ALL_PROXY": "https://proxy"}, "https://us.idexxneo.com", "https://proxy:443"),
        ({"HTTP_PROXY": "http://proxy:3128"}, "https://us.idexxneo.com", None),
        ({"https_proxy": "http://[::1]:3128"}, "https://us.idexxneo.com", "http://[::1]:3128"),
        ({"https_proxy": "http://proxy:3128"}, "https://127.0.0.1:8443", None),
        ({"http_proxy": "http://proxy:3128"}, "http://localhost:8080", None),
        ({"https_proxy": "proxy:3128", "no_proxy": "idexxneo.com"}, "https://us.idexxneo.com", None),
        (
            {"https_proxy": "proxy:3128", "no_proxy": "a.example, *.idexxneo.com"},
            "https://us.idexxneo.com",
            None,
        ),
        ({"https_proxy": "proxy:3128", "no_proxy": "*"}, "https://us.idexxneo.com", None),
        (
            {"https_proxy": "proxy:3128", "no_proxy": "neo.com"},
            "https://us.idexxneo.com",
            "http://proxy:3128",
        ),
        ({"https_proxy": "proxy:3128", "no_proxy": "a.test:8443"}, "https://a.test:8443", None),
        ({"https_proxy": "proxy:3128", "no_proxy": "a.test:8443"}, "https://a.test", "http://proxy:3128"),
    ],
)
def test_the_way_is_read_from_the_settings(
    settings: dict[str, str], url: str, way: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = upstream_for(url)
    assert (found.url if found else None) == way


def test_a_name_and_a_password_in_the_settings_are_used_and_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://ana:p%40ss@proxy:3128")
    found = upstream_for("https://us.idexxneo.com")
    assert found == Upstream("http", "proxy", 3128, "ana", "p@ss")
    assert found.authorization == "Basic YW5hOnBAc3M="
    assert "p@ss" not in f"{found!r}{found.url}"


@pytest.mark.parametrize(
    "address", ["socks5://proxy:1080", "http://", "http://proxy:99999", "ftp://proxy", "http://["]
)
def test_a_proxy_that_cannot_be_used_is_named(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", address)
    with pytest.raises(Failure) as caught:
        upstream_for("https://us.idexxneo.com")
    assert caught.value.code is FailureCode.UNREACHABLE
    assert "proxy" in caught.value.title


@contextmanager
def secure_site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OddSite]:
    """A site that this computer trusts by a root that no browser knows; found by no name, it accepts every sign-in."""
    server, public = certificate(folder)
    # as an administrator does it: into the store of certificates that the whole system uses
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with OddSite(tls=server) as site:
        site.answers["GET /login"] = form()
        site.answers["POST /login"] = Canned(
            status=302, headers={"Location": "/home", "Set-Cookie": "n=1; Path=/"}
        )
        site.answers["GET /home"] = Canned("<h1>Welcome</h1>")
        site.answers["GET /users"] = Canned('{"name": "Oak"}')
        yield site


def sign_in(url: str) -> str:
    """The name that is shown after one sign-in."""

    async def run() -> str:
        options = NeoOptions(url, ZONE, requests_per_second=0, key_of=public_key_hash)
        async with NeoSession(options, SystemClock(), random.Random(7)) as session:  # noqa: S311 - spreads retries
            return (await session.sign_in(NeoLogin("", "ana", "p&ss wörd/7"))).display_name

    return asyncio.run(run())


def test_browser_and_client_go_through_the_clinics_proxy_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as parts:
        site = parts.enter_context(secure_site(tmp_path, monkeypatch))
        place = f"{NAME}:{site.port}"
        proxy = parts.enter_context(UpstreamProxy({place: site.port}, pair="ana:secret word"))
        monkeypatch.setenv("https_proxy", f"http://ana:secret%20word@{proxy.address}")
        assert sign_in(f"https://{place}") == "Oak"
        assert set(proxy.asked) == {f"CONNECT {place}"}
        assert [what for what, _, _ in site.asked] == ["GET /login", "POST /login", "GET /home", "GET /users"]


def test_a_certificate_that_nobody_trusts_is_told_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as parts:
        site = parts.enter_context(secure_site(tmp_path, monkeypatch))
        monkeypatch.delenv("SSL_CERT_FILE")
        place = f"{NAME}:{site.port}"
        proxy = parts.enter_context(UpstreamProxy({place: site.port}))
        monkeypatch.setenv("https_proxy", f"http://{proxy.address}")
        with pytest.raises(Failure) as caught:
            sign_in(f"https://{place}")
        assert caught.value.code is FailureCode.UNREACHABLE
        assert "doesn't trust the certificate" in caught.value.title
        assert site.asked == []


@pytest.mark.parametrize(
    ("said", "pair", "code", "words"),
    [
        ("", "ana:other", FailureCode.PROXY_SIGN_IN, "asks for a user name"),
        ("ana:secret@", "ana:other", FailureCode.PROXY_SIGN_IN, "didn't accept the user name"),
        ("ana:secret@", "", FailureCode.UNREACHABLE, "doesn't allow it"),
    ],
)
def test_a_proxy_that_refuses_is_named(
    said: str, pair: str, code: FailureCode, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with UpstreamProxy({"neo.test:443": 9} if pair else {}, pair=pair) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{said}{proxy.address}")
        with pytest.raises(Failure) as caught:
            asyncio.run(check_reachable(NeoOptions("https://neo.test", ZONE)))
        assert caught.value.code is code
        assert words in caught.value.title
        with pytest.raises(Failure) as of_client:
            asyncio.run(_who("https://neo.test"))
        assert (of_client.value.code, of_client.value.title) == (caught.value.code, caught.value.title)


def test_what_a_proxy_has_refused_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """By nobody who has this sign-in: each try more may lock the account."""
    told: list[str] = []
    with UpstreamProxy({"neo.test:443": 9}, pair="ana:other") as proxy:
        monkeypatch.setenv("https_proxy", f"http://{proxy.address}")
        host, port = proxy.address.split(":")
        login = ProxyLogin(host, int(port), "ana", "secret", Refusal(lambda: told.append("refused")))
        options = NeoOptions("https://neo.test", ZONE, proxy=login)
        known = upstream_for(options.base_url, login)
        for _ in range(3):
            with pytest.raises(Failure) as caught:
                asyncio.run(check_reachable(options))
            assert caught.value.code is FailureCode.PROXY_SIGN_IN
        with pytest.raises(Failure):
            asyncio.run(_who("https://neo.test", login))
        assert known is not None
        assert known.authorization is None
        assert told == ["refused"]
        assert [bool(each) for each in proxy.told] == [True, False, False, False]


def test_a_host_that_the_settings_except_is_reached_straight(
    odd_site: OddSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    with UpstreamProxy({}) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{proxy.address}")
        monkeypatch.setenv("no_proxy", "*.invalid")
        with pytest.raises(Failure) as caught:
            asyncio.run(check_reachable(NeoOptions("https://neo.invalid", ZONE)))
        assert caught.value.detail == "gaierror"
        asyncio.run(check_reachable(NeoOptions(odd_site.url, ZONE)))
        assert proxy.asked == []


async def _who(url: str, proxy: ProxyLogin | None = None) -> None:
    from idexx_desktop.neo.client import Client
    from idexx_desktop.neo.cookies import Cookies
    from idexx_desktop.neo.pace import Pace

    clock = SystemClock()
    client = Client(NeoOptions(url, ZONE, proxy=proxy), clock, Pace(clock, 1, 0), Cookies(url))
    try:
        await client.get("/users")
    finally:
        await client.close()
