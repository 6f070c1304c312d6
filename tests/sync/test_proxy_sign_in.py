"""What a proxy asks for is kept among the secrets, and is told to that proxy alone."""

from __future__ import annotations

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.upstream import upstream_for
from idexx_desktop.sync import proxy_sign_in
from tests.support.postgres import MemoryPasswords

SITE = "https://us.idexxneo.com"
SECRET = "p:ss wörd"


class Store(MemoryPasswords):
    """Secrets in memory."""

    description = "memory"

    def is_put_back(self) -> bool:
        return False

    def accept(self) -> None:
        """Nothing was put back."""


@pytest.fixture(autouse=True)
def proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.clinic.test:3128")


def test_it_is_told_to_its_own_proxy_only(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    proxy_sign_in.keep(store, proxy_sign_in.checked(SITE, " ana ", SECRET))
    login = proxy_sign_in.usable(store)
    found = upstream_for(SITE, login)
    assert found is not None
    assert (found.user, found.password) == ("ana", SECRET)
    assert SECRET not in repr(login)
    for other in ("http://proxy.clinic.test:3129", "http://evil.test:3128"):
        monkeypatch.setenv("https_proxy", other)
        found = upstream_for(SITE, login)
        assert found is not None
        assert (found.user, found.password) == ("", "")
    monkeypatch.setenv("https_proxy", "http://ben:x@proxy.clinic.test:3128")
    found = upstream_for(SITE, login)
    assert found is not None
    assert found.user == "ben"  # what the settings say themselves comes first
    proxy_sign_in.forget(store)
    assert proxy_sign_in.kept(store) is None


def test_what_was_refused_is_kept_as_that_and_told_no_more() -> None:
    store = Store()
    proxy_sign_in.keep(store, proxy_sign_in.checked(SITE, "ana", SECRET))
    login = proxy_sign_in.usable(store)
    assert login is not None
    assert login.refusal is not None
    login.refusal.note()
    kept = proxy_sign_in.kept(store)
    assert kept is not None
    assert (kept.user, kept.refused) == ("ana", True)
    assert proxy_sign_in.usable(store) is None
    assert SECRET not in repr(kept)
    proxy_sign_in.keep(store, proxy_sign_in.checked(SITE, "ana", "another"))
    login.refusal.is_so = False
    login.refusal.note()  # of the one before
    assert proxy_sign_in.usable(store) is not None


@pytest.mark.parametrize("kept", ["", "{", "null", "[]", '["a", 1, "b"]', "[1, 2, 3, 4]", '{"host": 1}', "7"])
def test_what_can_not_be_read_is_none(kept: str) -> None:
    store = Store()
    store.set(proxy_sign_in.NAME, kept)
    assert proxy_sign_in.kept(store) is None


@pytest.mark.parametrize(("user", "password"), [("", "x"), ("  ", "x"), ("a:b", "x"), ("ana", "")])
def test_what_is_no_sign_in_is_refused(user: str, password: str) -> None:
    with pytest.raises(Failure) as refused:
        proxy_sign_in.checked(SITE, user, password)
    assert refused.value.code is FailureCode.INVALID_INPUT


def test_without_a_proxy_there_is_nothing_to_sign_in_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("https_proxy")
    with pytest.raises(Failure) as refused:
        proxy_sign_in.checked(SITE, "ana", SECRET)
    assert "no proxy" in refused.value.title
