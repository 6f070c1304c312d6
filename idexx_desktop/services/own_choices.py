"""What people chose on this computer, kept in the profile's file: never in records that others can write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock

from idexx_desktop.domain.addresses import check_address
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.neo_address import OwnChoice, check_kind
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.profile import Profile

# nobody says no to more addresses than this; the oldest are asked about again
_MOST_DECLINED = 50


class ProfileChoices:
    """Read from the file each time, because the window and a command may be open on the same profile."""

    def __init__(self, home: Path, given: str | None = None) -> None:
        self._home = home
        self._given = given
        self._lock = Lock()

    def read(self) -> OwnChoice:
        """See `OwnChoices`. INVALID_INPUT, too, where what was given for this run leads to another kind of site."""
        profile = self._profile()
        given = check_address(self._given) if self._given else None
        if given is not None:
            check_kind(given, practice=profile.practice_site)
        return OwnChoice(
            address=profile.neo_url,
            given=given,
            declined=tuple(profile.neo_urls_declined),
            browser_path=profile.browser_path,
            practice=profile.practice_site,
        )

    def change(self, change: Callable[[OwnChoice], OwnChoice]) -> None:
        """See `OwnChoices`."""
        with self._lock:
            wanted = change(self.read())
            kept = replace(
                self._profile(),
                neo_url=wanted.address,
                neo_urls_declined=list(wanted.declined[-_MOST_DECLINED:]),
                browser_path=wanted.browser_path,
            )
            profiles.save(self._home, kept)

    def _profile(self) -> Profile:
        profile = profiles.load(self._home)
        if profile is None:
            raise Failure(FailureCode.NO_PROFILE, str(self._home))
        return profile
