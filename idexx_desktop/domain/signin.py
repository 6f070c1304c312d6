"""The clinic's sign-in to IDEXX Neo, and what a successful one says."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NeoLogin:
    """What a person types into Neo's sign-in page. `company_id` is "" where the practice's page has none.

    Spaces around the company id and the user name, as pasting leaves them, are no part of them.
    Its `repr` shows none of the three, so it can't leak into a log or a traceback.
    """

    company_id: str = field(repr=False)
    username: str = field(repr=False)
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "company_id", self.company_id.strip())
        object.__setattr__(self, "username", self.username.strip())


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that Neo accepted, with the name that Neo shows for it (the practice's, else the user's)."""

    display_name: str
