"""Whether there is a network yet: asked before a run that would only fail for want of it."""

from __future__ import annotations

import asyncio
import threading

from idexx_desktop.domain.failures import Failure
from idexx_desktop.neo.reach import check_reachable
from idexx_desktop.neo.site import NeoOptions
from idexx_desktop.sync.neo_place import address_in_use
from idexx_desktop.sync.parts import SyncParts

# quitting waits for the look at the clock that asks this
LONGEST_SECONDS = 3.0


def network_is_there(parts: SyncParts) -> bool:
    """Whether Neo's address accepts a connection, known after three seconds. No request, no sign-in.

    ADDRESS_CHANGED where a person has to say first which address that is.
    Asked on a thread of its own, because looking up a name can't be broken off.
    """
    address = address_in_use(parts.records, parts.sharing, None)
    with parts.records.transaction() as tx:
        zone = tx.settings.zone()
    options = NeoOptions(
        base_url=address, zone=zone, timeout_seconds=LONGEST_SECONDS, proxy=parts.sharing.proxy()
    )
    reached = threading.Event()

    def ask() -> None:
        try:
            asyncio.run(check_reachable(options))
        except Failure:
            return
        reached.set()

    asking = threading.Thread(target=ask, name="network", daemon=True)
    asking.start()
    asking.join(LONGEST_SECONDS)
    return reached.is_set()
