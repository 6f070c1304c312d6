"""The proxy on the way to Neo, as this computer's settings name it: what is said of it, and which buttons help."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.domain.connection import ProxyPlace
from idexx_desktop.gui.strings import settings, tr


@dataclass(frozen=True, slots=True)
class ProxyLook:
    """What stands on the card. `enter`: the words of the button that asks for a sign-in, "" for none."""

    words: str
    enter: str = ""
    forgets: bool = False


def look_of(place: ProxyPlace) -> ProxyLook:
    """None, one that asks nobody, one with a sign-in of ours or of the settings, one that refused ours."""
    if not place.address:
        return ProxyLook(tr(settings.PROXY_NONE))
    if place.by_settings:
        return ProxyLook(tr(settings.PROXY_BY_SETTINGS, address=place.address, user=place.user))
    if not place.user:
        return ProxyLook(tr(settings.PROXY_USED, address=place.address), tr(settings.PROXY_ENTER))
    said = settings.PROXY_REFUSED if place.refused else settings.PROXY_SIGNED_IN
    words = tr(said, address=place.address, user=place.user)
    return ProxyLook(words, tr(settings.PROXY_CHANGE), forgets=True)
