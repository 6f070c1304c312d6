"""What the program is told from outside, read once: the profile's folder, addresses, programs, the passphrase.

Secrets are taken out of the process's environment, so that no child (server, browser) ever sees them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.placing import Where, speak_of
from idexx_desktop.redaction import keep_out
from idexx_desktop.services.profile import FILE_NAME, moved_to

_PREFIX = "IDEXX_DESKTOP_"
# they would make the browser's driver print what is typed
_TALKATIVE = ("DEBUG", "DEBUGP", "DEBUG_FILE", "PWDEBUG")
# meant for other programs, and read by what this one starts: the browser's driver is a Node.js
_FOR_OTHERS = ("NODE_", "PYTHON", "PLAYWRIGHT_NODEJS_PATH", "PW_")
# where a bundle is packed these name its own libraries; what they were before has this ending
_LIBRARIES, _BEFORE = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH"), "_ORIG"
_SECRET = ("VAULT_PASSPHRASE", "DATABASE_URL", "OWNER_URL")


@dataclass(frozen=True, slots=True)
class Environment:
    """Addresses and the passphrase never show in a `repr`."""

    home: Path
    neo_url: str | None = None
    database_url: str | None = field(default=None, repr=False)
    owner_url: str | None = field(default=None, repr=False)
    vault_passphrase: str | None = field(default=None, repr=False)
    # the folder of an installed PostgreSQL, to run this computer's records on
    postgres_programs: Path | None = None

    def require_owner_url(self) -> str:
        """The owner's address of a server; INVALID_INPUT where it was not given."""
        if not self.owner_url:
            title = "Give the owner's address of the database in IDEXX_DESKTOP_OWNER_URL."
            raise Failure(FailureCode.INVALID_INPUT, "owner", title=title)
        speak_of(Where.ON_SERVER)
        return self.owner_url


def read_environment(home: str | None, variables: MutableMapping[str, str] | None = None) -> Environment:
    """Read the `IDEXX_DESKTOP_*` variables and remove the secret ones from `variables` (default: the process's)."""
    source = os.environ if variables is None else variables
    _clean_for_children(source)
    secrets = {name: source.pop(_PREFIX + name, None) or None for name in _SECRET}
    keep_out(*secrets.values())
    return Environment(
        home=_followed(_folder(home or source.get(f"{_PREFIX}HOME")) or default_home()),
        neo_url=source.get(f"{_PREFIX}NEO_URL") or None,
        postgres_programs=_folder(source.get(f"{_PREFIX}POSTGRES")),
        database_url=secrets["DATABASE_URL"],
        owner_url=secrets["OWNER_URL"],
        vault_passphrase=secrets["VAULT_PASSPHRASE"],
    )


def _clean_for_children(variables: MutableMapping[str, str]) -> None:
    """Whatever is started from here (server, driver, browser, what opens a link) finds what the system gave."""
    for name in list(variables):
        # Python's own have no line in them: PYTHON_KEYRING_BACKEND is meant for this program
        for_others = name.startswith(_FOR_OTHERS) and not name.startswith("PYTHON_")
        if name in _TALKATIVE or for_others:
            del variables[name]
    if getattr(sys, "frozen", False):
        for name in _LIBRARIES:
            before = variables.pop(name + _BEFORE, None)
            variables.pop(name, None)
            if before:
                variables[name] = before


def _folder(text: str | None) -> Path | None:
    return Path(text).expanduser().absolute() if text else None


def _followed(home: Path) -> Path:
    """Where the profile is that was moved from this folder to this computer's own disk; else the folder itself."""
    mark = moved_to(home)
    if mark is None:
        return home
    from idexx_desktop.db.server.computer import this_computer  # rarely, and not before the window is painted

    if mark.get("computer") != this_computer().key:
        return home
    target = Path(mark.get("to", ""))
    return target if target.is_absolute() and (target / FILE_NAME).exists() else home


def has_display() -> bool:
    """Whether a window can be seen here."""
    if os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal"):
        return False
    return sys.platform in ("win32", "darwin") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def default_home() -> Path:
    """Where the profile of this user is when nobody named a folder."""
    import platformdirs  # only then

    return Path(platformdirs.user_data_dir("idexx-desktop", appauthor=False))
