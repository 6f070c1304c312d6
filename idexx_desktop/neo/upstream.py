"""How a connection leaves this computer: straight, or through the proxy that the computer's own settings name.

Everything that speaks with Neo goes the same way: the browser (`allowing_proxy`), the JSON client, and the look
whether the site is there. Set-up scripts (PAC) are out of reach: only a browser can run them.
"""

from __future__ import annotations

import asyncio
import base64
import fnmatch
import ssl
import sys
import urllib.request
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.hosts import authority_of
from idexx_desktop.neo.site import ProxyLogin, Refusal, endpoint_of, is_loopback_host
from idexx_desktop.redaction import keep_out

Way: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_WINDOWS_SETTINGS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
_KINDS = {"http": 80, "https": 443}
_LARGEST_HEAD = 65_536  # bytes of a proxy's answer; asyncio's own limit, too
_REFUSED = "Can't reach IDEXX Neo: this computer's proxy didn't accept the user name and password."
_OTHERS = (
    "They aren't used again. Enter the right ones under Settings, Connection to Neo (or: idexx-desktop credentials"
    " proxy)."
)
_IN_SETTINGS = "This computer's own settings name them: ask whoever looks after this computer."
_NETWORK = "Ask whoever looks after this computer's network. Nothing is lost; we'll keep trying."


@dataclass(frozen=True, slots=True)
class Upstream:
    """A proxy of the clinic's network. `user` and `password` are "" where it asks for none."""

    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    refusal: Refusal | None = field(default=None, repr=False, compare=False)

    @property
    def url(self) -> str:
        """Its address, without user and password."""
        return f"{self.scheme}://{authority_of(self.host, self.port)}"

    @property
    def authorization(self) -> str | None:
        """The value of `Proxy-Authorization`; None where it asks for none, or has refused this one."""
        if not self.user or (self.refusal is not None and self.refusal.is_so):
            return None
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def upstream_for(url: str, login: ProxyLogin | None = None) -> Upstream | None:
    """The proxy for this address by the environment, else by the system's settings; None: straight. May block.

    `login` is for its own proxy only, where the settings name nobody. This computer itself is always reached straight.
    Raises `Failure(UNREACHABLE)` for a proxy of a kind that can't be used, or whose address can't be read.
    """
    host, port = endpoint_of(url)
    proxies = urllib.request.getproxies()
    address = proxies.get(urlsplit(url).scheme) or proxies.get("all")
    if not address or is_loopback_host(host) or _is_excepted(host, port, proxies.get("no", "")):
        return None
    found = _read(address)
    if login is None or found.user or (found.host, found.port) != (login.host, login.port):
        return found
    return replace(found, user=login.user, password=login.password, refusal=login.refusal)


def has_setup_script() -> bool:
    """Whether this computer finds its proxies by a set-up script, as far as that can be told; nobody here runs one."""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _WINDOWS_SETTINGS) as key:
            return bool(winreg.QueryValueEx(key, "AutoConfigURL")[0])
    except OSError:
        return False


async def open_way(host: str, port: int, upstream: Upstream | None) -> Way:
    """A connection to this host, through the proxy where there is one. Raises `Failure(UNREACHABLE)`."""
    try:
        if upstream is None:
            return await asyncio.open_connection(host, port, happy_eyeballs_delay=0.25)
        tls = ssl.create_default_context() if upstream.scheme == "https" else None
        way = await asyncio.open_connection(upstream.host, upstream.port, ssl=tls, happy_eyeballs_delay=0.25)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no resolver takes
        raise Failure(FailureCode.UNREACHABLE, type(error).__name__) from None
    try:
        await _ask_for(authority_of(host, port), upstream, way)
    except BaseException:
        way[1].transport.abort()
        raise
    return way


def refused_by(status: int, upstream: Upstream | None) -> Failure:
    """The failure that a proxy's answer stands for which let nobody through. May block."""
    detail = f"the proxy answered {status}"
    if status == 407 and upstream is not None and upstream.user:
        if upstream.refusal is None:  # said by this computer's settings, not by a person here
            return Failure(FailureCode.PROXY_SIGN_IN, detail, title=_REFUSED, advice=_IN_SETTINGS)
        upstream.refusal.note()
        return Failure(FailureCode.PROXY_SIGN_IN, detail, title=_REFUSED, advice=_OTHERS)
    if status == 407:
        return Failure(FailureCode.PROXY_SIGN_IN, detail)
    if status in (403, 451):
        title = "Can't reach IDEXX Neo: this computer's proxy doesn't allow it."
        return Failure(FailureCode.UNREACHABLE, detail, title=title, advice=_NETWORK)
    return Failure(FailureCode.UNREACHABLE, detail)


async def _ask_for(authority: str, upstream: Upstream, way: Way) -> None:
    reader, writer = way
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    if upstream.authorization:
        lines.append(f"Proxy-Authorization: {upstream.authorization}")
    try:
        writer.write("\r\n".join([*lines, "", ""]).encode("ascii"))
        head = await reader.readuntil(b"\r\n\r\n")
        version, status = head.split(None, 2)[:2]
        number = int(status) if version.startswith(b"HTTP/1.") else 0
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
        raise Failure(FailureCode.UNREACHABLE, "the proxy gave no answer that can be read") from None
    if not 200 <= number < 300:
        raise await asyncio.to_thread(refused_by, number, upstream)


def _read(address: str) -> Upstream:
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        kind, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        kind, host, port = "", None, None
    if kind not in _KINDS or not host:
        title = "Can't reach IDEXX Neo: this computer's proxy is of a kind that this program can't use."
        raise Failure(
            FailureCode.UNREACHABLE, f"a proxy of the kind {kind[:10]!r}", title=title, advice=_NETWORK
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    keep_out(password)
    return Upstream(kind, host, port or _KINDS[kind], user, password)


def _is_excepted(host: str, port: int, exceptions: str) -> bool:
    """Whether the settings except this host; of the environment's patterns urllib knows no stars."""
    if urllib.request.proxy_bypass(f"{host}:{port}"):
        return True
    starred = (each.strip().lower() for each in exceptions.split(",") if "*" in each)
    return any(fnmatch.fnmatchcase(host.lower(), each) for each in starred)
