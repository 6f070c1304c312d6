"""The proxy of the clinic's network, as this computer's settings name it, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.audit import Action
from idexx_desktop.neo.hosts import authority_of
from idexx_desktop.neo.upstream import upstream_for
from idexx_desktop.sync import proxy_sign_in
from idexx_desktop.sync.neo_place import address_to_open
from idexx_desktop.sync.sharing import Sharing


@dataclass(frozen=True, slots=True)
class ProxyPlace:
    """`address` is host and port, "" where Neo is reached straight; `user` who signs in there, "" for nobody."""

    address: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class ProxyService:
    """Every method blocks. The password goes in and never comes out."""

    records: ClinicRecords
    sharing: Sharing

    def place(self) -> ProxyPlace:
        """As it is now. UNREACHABLE for a proxy of a kind that can't be used."""
        found = upstream_for(address_to_open(self.records, self.sharing), self.sharing.proxy())
        return ProxyPlace(authority_of(found.host, found.port), found.user) if found else ProxyPlace()

    def keep(self, user: str, password: str) -> None:
        """Sign in to the proxy that is in use with these. INVALID_INPUT where there is none."""
        address = address_to_open(self.records, self.sharing)
        login = proxy_sign_in.checked(address, user, password)
        self._record()
        proxy_sign_in.keep(self.sharing.store, login)

    def forget(self) -> None:
        """Tell the proxy nothing any more."""
        self._record()
        proxy_sign_in.forget(self.sharing.store)

    def _record(self) -> None:
        # what this computer keeps isn't undone with the transaction, so it comes after what may fail
        with self.records.transaction() as tx:
            tx.audit.record(Action.COMPUTER_SETTINGS_CHANGED, "ok", metadata={"setting": "proxy"})
