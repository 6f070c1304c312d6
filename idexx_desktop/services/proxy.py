"""The proxy on the way to Neo, as this computer's settings name it, and what it asks for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.connection import ProxyPlace
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.neo.hosts import authority_of
from idexx_desktop.neo.reach import check_reachable
from idexx_desktop.neo.site import NeoOptions, ProxyLogin, Refusal
from idexx_desktop.neo.upstream import upstream_for
from idexx_desktop.sync import proxy_sign_in
from idexx_desktop.sync.neo_place import address_to_open
from idexx_desktop.sync.sharing import Sharing


@dataclass(frozen=True, slots=True)
class ProxyService:
    """Every method blocks. The password goes in and never comes out."""

    records: ClinicRecords
    sharing: Sharing

    def place(self) -> ProxyPlace:
        """As it is now. UNREACHABLE for a proxy of a kind that can't be used."""
        address = address_to_open(self.records, self.sharing)
        plain = upstream_for(address)
        if plain is None:
            return ProxyPlace()
        where = authority_of(plain.host, plain.port)
        if plain.user:
            return ProxyPlace(where, plain.user, by_settings=True)
        kept = proxy_sign_in.kept(self.sharing.store)
        if kept is None or (kept.host, kept.port) != (plain.host, plain.port):
            return ProxyPlace(where)
        return ProxyPlace(where, kept.user, refused=kept.refused)

    def keep(self, user: str, password: str) -> None:
        """Sign in to the proxy that is in use with these from now on, after one try.

        PROXY_SIGN_IN, and nothing kept, where it doesn't accept them; INVALID_INPUT where there is no proxy.
        """
        address = address_to_open(self.records, self.sharing)
        login = proxy_sign_in.checked(address, user, password)
        self._try(address, login)
        self._record()
        proxy_sign_in.keep(self.sharing.store, login)

    def forget(self) -> None:
        """Tell the proxy nothing any more."""
        self._record()
        proxy_sign_in.forget(self.sharing.store)

    def _try(self, address: str, login: ProxyLogin) -> None:
        trial = replace(login, refusal=Refusal(_nothing_kept))
        try:
            asyncio.run(check_reachable(NeoOptions(address, ZoneInfo("UTC"), proxy=trial)))
        except Failure as failure:
            if failure.code is FailureCode.PROXY_SIGN_IN:
                raise
            # the proxy let us in; what lies behind it is another thing

    def _record(self) -> None:
        # what this computer keeps isn't undone with the transaction, so it comes after what may fail
        with self.records.transaction() as tx:
            tx.audit.record(Action.COMPUTER_SETTINGS_CHANGED, "ok", metadata={"setting": "proxy"})


def _nothing_kept() -> None:
    """It was only tried."""
