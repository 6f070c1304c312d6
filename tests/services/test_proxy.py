"""The proxy's sign-in: tried once before it is kept, and never told again once it was refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from idexx_desktop.domain.connection import ProxyPlace
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.program import Program
from tests.neo.upstream_proxy import UpstreamProxy
from tests.support.embedded_clinic import EmbeddedClinic


@pytest.fixture
def program(embedded_clinic: EmbeddedClinic) -> Iterator[Program]:
    with embedded_clinic.open() as program:
        yield program
        program.proxy.forget()


def refused(program: Program) -> Failure:
    """What a test of the sign-in says; it never gets further than the proxy."""
    with pytest.raises(Failure) as caught:
        program.credentials.test_saved()
    assert caught.value.code is FailureCode.PROXY_SIGN_IN
    return caught.value


def test_it_is_tried_before_it_is_kept(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTPS_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert program.proxy.place() == ProxyPlace()
    with UpstreamProxy({}, pair="ana:open") as proxy:
        monkeypatch.setenv("https_proxy", f"http://{proxy.address}")
        assert "asks for" in refused(program).title
        with pytest.raises(Failure) as caught:
            program.proxy.keep("ana", "wrong")
        assert "didn't accept" in caught.value.title
        assert program.proxy.place() == ProxyPlace(proxy.address)
        # what lies behind the proxy is another thing
        program.proxy.keep("ana", "open")
        assert program.proxy.place() == ProxyPlace(proxy.address, "ana")
        proxy.accept("ana:changed")
        before = len(proxy.told)
        assert "They aren't used again" in refused(program).advice
        for _ in range(3):
            refused(program)
        assert [bool(each) for each in proxy.told[before:]] == [True, False, False, False]
        assert program.proxy.place() == ProxyPlace(proxy.address, "ana", refused=True)
        monkeypatch.setenv("https_proxy", f"http://ben:x@{proxy.address}")
        assert program.proxy.place() == ProxyPlace(proxy.address, "ben", by_settings=True)
