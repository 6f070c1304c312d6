"""Whether the next sync probably has to sign in by a browser: a guess before the records are open.

A wrong guess costs a second, and nothing else.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from idexx_desktop.domain.events import SyncResult
from idexx_desktop.domain.failures import Failure
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.profile import Profile

_FILE_NAME = "last-sync"
# Neo ends a session that nobody has used for so long
_IDLE_SECONDS = 20 * 60
_DONE, _NOT_DONE = "completed", "failed"


@dataclass(frozen=True, slots=True)
class ExpectedBrowser:
    """Of the profile in this folder."""

    home: Path

    def configured(self) -> str | None:
        """The browser that a person chose for this profile; None where nobody did."""
        profile = self._profile()
        return (profile.browser_path or None) if profile else None

    def is_likely(self) -> bool:
        """Whether there is a clinic whose last sync was long enough ago, or that never synced here.

        Not after one that failed: what was in its way (a refused password, no network) is probably there still.
        """
        profile = self._profile()
        if profile is None or not profile.complete:
            return False
        try:
            mark = self.home / _FILE_NAME
            how, age = mark.read_text(encoding="ascii"), time.time() - mark.stat().st_mtime
        except (OSError, ValueError):
            return True
        return how == _DONE and not 0 <= age < _IDLE_SECONDS

    def note(self, result: SyncResult) -> None:
        """A sync has ended."""
        self._write(_DONE if result.failure is None else _NOT_DONE)

    def note_cookies(self) -> None:
        """Neo has just let somebody in, and its cookies are kept."""
        self._write(_DONE)

    def _write(self, how: str) -> None:
        """What can't be written down is guessed the next time."""
        with suppress(OSError):
            (self.home / _FILE_NAME).write_text(how, encoding="ascii")

    def _profile(self) -> Profile | None:
        """None, too, where it can't be read: whoever opens it will say so."""
        try:
            return profiles.load(self.home)
        except Failure:
            return None
