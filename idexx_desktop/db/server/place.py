"""Where the server's own files lie: in the profile, or where the server's user can reach them."""

from __future__ import annotations

import secrets
from pathlib import Path

from idexx_desktop.db.server.account import Account, make_private

SYSTEM_DATA = Path("/var/lib/idexx-desktop")
_RECORD = "place"


def find_place(folder: Path, account: Account | None, system_data: Path = SYSTEM_DATA) -> Path:
    """The private folder for data and logs, made if needed and owned by the server's user.

    A choice once made is kept: another folder would be another, empty, database.
    """
    record, local = folder / _RECORD, folder / "postgresql"
    if record.exists():
        place = Path(record.read_text(encoding="utf-8"))
    elif account is None or local.exists() or account.can_reach(folder):
        place = local
    else:
        # a new name each time: a profile made anew in the same folder must not find the old one's data
        place = system_data / secrets.token_hex(8)
        system_data.mkdir(parents=True, exist_ok=True)
        system_data.chmod(0o755)
        record.write_text(str(place), encoding="utf-8")
    make_private(place, account)
    return place


def forget_place(folder: Path) -> None:
    """Choose anew next time; for when the place itself is gone."""
    (folder / _RECORD).unlink(missing_ok=True)
