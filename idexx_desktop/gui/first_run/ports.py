"""What the first start needs from outside: something that sets this computer up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from idexx_desktop.domain.connection import ConnectionStep
from idexx_desktop.gui.panels.putting_back import PutsBack
from idexx_desktop.gui.ports import Program

# the preference that holds how far the first start came
STEP_REACHED = "first_run/step"


@dataclass(frozen=True, slots=True)
class Server:
    """Where the clinic's server is, with the sign-in. `password` where the address doesn't hold it, else ""."""

    address: str = field(repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Practice:
    """What a person says of the clinic before anything exists. `country` is ISO 3166 alpha-2.

    `server` is None for records on this computer, and where the server's address was given from outside.
    """

    practice: str
    email: str
    timezone: str
    country: str
    neo_url: str
    review: bool = True
    server: Server | None = None


class SetUp(PutsBack, Protocol):
    """Makes the profile and opens it; where it is there already, only opens it.

    Blocks for some seconds (it may create a database server) and raises Failure; it is called off the window's
    thread. `on_server` is True where the address of a shared server was given to the program from outside.
    """

    @property
    def on_server(self) -> bool: ...

    def test(self, server: Server | None, /) -> list[ConnectionStep]:
        """Try the way to a server before anything is made; None: to the one that was given from outside."""
        ...

    def __call__(self, practice: Practice, /) -> Program: ...
