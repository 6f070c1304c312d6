"""What people chose on this computer, kept in the profile's file: never in records that others can write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from idexx_desktop.domain.addresses import check_address
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

    def read(self) -> OwnChoice:
        """See `OwnChoices`. INVALID_INPUT, too, where what was given for this run leads to another kind of site."""
        return self._of(profiles.existing(self._home))

    def _of(self, profile: Profile) -> OwnChoice:
        given = check_address(self._given) if self._given else None
        if given is not None:
            check_kind(given, practice=profile.practice_site)
        return OwnChoice(
            address=profile.neo_url,
            given=given,
            declined=tuple(profile.neo_urls_declined),
            browser_path=profile.browser_path,
            practice=profile.practice_site,
            branch=profile.neo_branch,
        )

    def change(self, change: Callable[[OwnChoice], OwnChoice]) -> None:
        """See `OwnChoices`."""

        def to(profile: Profile) -> Profile:
            wanted = change(self._of(profile))
            return replace(
                profile,
                neo_url=wanted.address,
                neo_urls_declined=list(wanted.declined[-_MOST_DECLINED:]),
                browser_path=wanted.browser_path,
                neo_branch=wanted.branch,
            )

        profiles.change(self._home, to)
