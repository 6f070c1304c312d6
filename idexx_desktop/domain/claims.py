"""Who is on the telephone with an owner now: a claim that everybody sees, and that keeps nobody from calling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody is calling about a call, or another one at the same number, `since` then; at this computer.

    `of_account`: by the account that asks. It ends by itself ten minutes after it was made, or with an outcome.
    """

    by: str
    device: str
    since: datetime
    of_account: bool

    def is_made_at(self, device: str) -> bool:
        """Whether it is the claim of whoever sits at this computer, with the account that asks."""
        return self.of_account and self.device == device
