"""The name and password that the proxy of this computer asks for: kept like the other secrets of this computer.

They belong to one proxy, by host and port: whoever changes this computer's settings gets them for no other. What the
proxy has refused is kept as refused, and not told again: the account may be that of the whole computer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.site import ProxyLogin, Refusal
from idexx_desktop.neo.upstream import upstream_for
from idexx_desktop.redaction import keep_out
from idexx_desktop.vault.stores import SecretStore

# of the secret
NAME = "proxy-sign-in"
_NONE = "This computer's settings name no proxy for IDEXX Neo, so there is nothing to sign in to."
_EMPTY = "Enter the proxy's user name and password."


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept for one proxy. `refused`: it didn't accept it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    refused: bool = False


def kept(store: SecretStore) -> Kept | None:
    """What is kept; None where nothing is, or nothing that can be read."""
    try:
        match json.loads(store.get(NAME) or "null"):
            case [str(host), int(port), str(user), str(password), *more]:
                keep_out(password)
                return Kept(host, port, user, password, refused=bool(more))
    except ValueError:
        pass  # not what was kept: entered again, it is replaced
    return None


def usable(store: SecretStore) -> ProxyLogin | None:
    """What the proxy is told; None where nothing is kept, or what is was refused."""
    found = kept(store)
    if found is None or found.refused:
        return None
    refusal = Refusal(partial(_refuse, store, found))
    return ProxyLogin(found.host, found.port, found.user, found.password, refusal)


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


def _refuse(store: SecretStore, said: Kept) -> None:
    """Unless a person has entered another meanwhile."""
    if kept(store) == said:
        store.set(NAME, json.dumps([said.host, said.port, said.user, said.password, "refused"]))
