"""Whom this computer trusts to answer in the site's name: whoever its own store of certificates vouches for.

A network or a virus scanner that looks into connections shows a certificate of its own, whose root a clinic's
administrator has put into that store. The requests go by it. Edge and Chrome do so on Windows and on a Mac; on Linux a
browser knows only its own list, and is told of exactly the key that the store has vouched for.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.site import NeoOptions, endpoint_of
from idexx_desktop.neo.upstream import Way, open_way, upstream_for

if TYPE_CHECKING:
    from truststore import SSLContext

UNKNOWN_ROOT = "ERR_CERT_AUTHORITY_INVALID"
_OUT_OF_DATE = ("ERR_CERT_DATE_INVALID", "has expired", "not yet valid")
_SECONDS = 10.0
_TITLE = "Can't reach IDEXX Neo safely: this computer doesn't trust the certificate that is shown for it."
_ADVICE = (
    "A virus scanner or the network here may look into connections. Ask whoever looks after this computer: its"
    " certificate has to be in the system's store. Nothing was sent."
)
_DATE_TITLE = "Can't reach IDEXX Neo safely: the certificate that is shown for it isn't valid today."
_DATE_ADVICE = (
    "Check this computer's date and time. If they are right, ask whoever looks after the network here."
)


def system_context() -> SSLContext:
    """For connections that are made here."""
    import truststore  # only where something is asked of a site

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def not_trusted(detail: str) -> Failure:
    """The failure for a certificate that was refused; `detail` is the word of whoever refused it."""
    dated = any(sign in detail for sign in _OUT_OF_DATE)
    title, advice = (_DATE_TITLE, _DATE_ADVICE) if dated else (_TITLE, _ADVICE)
    return Failure(FailureCode.UNREACHABLE, detail[:80], title=title, advice=advice)


async def trusted_certificate(options: NeoOptions) -> bytes:
    """The site's certificate (DER) as it is shown here and now, where this computer trusts it.

    Raises `Failure(UNREACHABLE)` where it doesn't, and where nobody answers. Nothing is asked of the site.
    """
    host, port = endpoint_of(options.base_url)
    try:
        async with asyncio.timeout(min(_SECONDS, options.timeout_seconds)):
            upstream = await asyncio.to_thread(upstream_for, options.base_url, options.proxy)
            way = await open_way(host, port, upstream)
            try:
                return await _certificate(way, host)
            finally:
                way[1].transport.abort()
    except TimeoutError:
        raise Failure(FailureCode.UNREACHABLE, "no connection in time") from None


async def _certificate(way: Way, host: str) -> bytes:
    try:
        await way[1].start_tls(system_context(), server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise not_trusted(error.verify_message or "a certificate was refused") from None
    except (OSError, EOFError) as error:
        raise Failure(FailureCode.UNREACHABLE, type(error).__name__) from None
    shown = way[1].get_extra_info("ssl_object").getpeercert(binary_form=True)
    if shown is None:
        raise not_trusted("no certificate")
    return bytes(shown)
