"""The name and password that the proxy of the clinic's network asks for: kept like the other secrets of this computer.

They belong to one proxy, by host and port: whoever changes this computer's settings gets them for no other.
"""

from __future__ import annotations

import json

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.site import ProxyLogin
from idexx_desktop.neo.upstream import upstream_for
from idexx_desktop.redaction import keep_out
from idexx_desktop.vault.stores import SecretStore

# of the secret
NAME = "proxy-sign-in"
_NONE = "This computer's settings name no proxy for IDEXX Neo, so there is nothing to sign in to."
_EMPTY = "Enter the proxy's user name and password."


def kept(store: SecretStore) -> ProxyLogin | None:
    """What is kept; None where nothing is, or nothing that can be used."""
    try:
        match json.loads(store.get(NAME) or "null"):
            case [str(host), int(port), str(user), str(password)]:
                keep_out(password)
                return ProxyLogin(host, port, user, password)
    except ValueError:
        pass  # not what was kept: entered again, it is replaced
    return None


def checked(address: str, user: str, password: str) -> ProxyLogin:
    """For the proxy that leads to this address now. INVALID_INPUT where there is none. May block."""
    if not user.strip() or ":" in user or not password:
        raise Failure(FailureCode.INVALID_INPUT, "proxy", title=_EMPTY)
    upstream = upstream_for(address)
    if upstream is None:
        raise Failure(FailureCode.INVALID_INPUT, "proxy", title=_NONE)
    keep_out(password)
    return ProxyLogin(upstream.host, upstream.port, user.strip(), password)


def keep(store: SecretStore, login: ProxyLogin) -> None:
    """In the place of what was kept before."""
    store.set(NAME, json.dumps([login.host, login.port, login.user, login.password]))


def forget(store: SecretStore) -> None:
    """Nothing happens where none is kept."""
    store.delete(NAME)
