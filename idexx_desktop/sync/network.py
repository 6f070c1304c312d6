"""Whether there is a network yet: asked before a run that would only fail for want of it."""

from __future__ import annotations

import asyncio

from idexx_desktop.domain.failures import Failure
from idexx_desktop.sync.parts import SyncParts


def network_is_there(parts: SyncParts) -> bool:
    """Whether Neo's address accepts a connection, known after ten seconds at most. No request, no sign-in."""
    from idexx_desktop.neo.reach import check_reachable
    from idexx_desktop.neo.site import NeoOptions

    with parts.records.transaction() as tx:
        address, zone = tx.settings.sync_settings().neo_url, tx.settings.call_rules().zone
    try:
        asyncio.run(check_reachable(NeoOptions(base_url=parts.neo_url or address, zone=zone)))
    except Failure:
        return False
    return True
