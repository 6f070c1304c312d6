"""Where the server's own files lie: in the profile, or where the server's user can reach them."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from idexx_desktop.db.server.account import Account, make_private

_SYSTEM_DATA, _ANOTHER = "/var/lib/idexx-desktop", "IDEXX_DESKTOP_SYSTEM_DATA"
_RECORD, _LOCAL = "place", "postgresql"
_NOTE = "profile"  # says there whose data they are


def system_data() -> Path:
    """Root's own records lie here, since the server's user can't reach root's home; the environment may name another
    folder, for computers that are thrown away."""
    return Path(os.environ.get(_ANOTHER) or _SYSTEM_DATA)


def find_place(folder: Path, account: Account | None, elsewhere: Path | None = None) -> Path:
    """The private folder for data and logs, made if needed and owned by the server's user.

    A choice once made is kept: another folder would be another, empty, database.
    """
    place = known_place(folder)
    if place is None and account is not None and not account.can_reach(folder):
        place = _in_system_data(elsewhere or system_data(), folder, account)
        use_place(folder, place)
    place = place or folder / _LOCAL
    make_private(place, account)
    return place


def known_place(folder: Path) -> Path | None:
    """The choice that was made already, though what was chosen may be gone; unlike `find_place` this makes nothing."""
    record, local = folder / _RECORD, folder / _LOCAL
    if record.exists():
        return folder / record.read_text(encoding="utf-8")
    return local if local.exists() else None


def new_place(folder: Path, account: Account | None, elsewhere: Path | None = None) -> Path:
    """A private folder of the server's user beside that of `find_place`, for other data; made, not yet used."""
    if account is None or account.can_reach(folder):
        place = folder / f"postgresql-{secrets.token_hex(4)}"
    else:
        place = _in_system_data(elsewhere or system_data(), folder, account)
    make_private(place, account)
    return place


def system_places(folder: Path, elsewhere: Path | None = None) -> list[Path]:
    """What this server has outside of its folder, in use or set aside: each place names whose it is."""
    found = []
    for note in sorted((elsewhere or system_data()).glob(f"*/{_NOTE}")):
        with suppress(OSError):
            if os.fsdecode(note.read_bytes()) == str(folder.resolve()):
                found.append(note.parent)
    return found


def use_place(folder: Path, place: Path) -> None:
    """Find `place` from now on; a crash leaves the choice of before, or this one."""
    draft = folder / f"{_RECORD}.new"
    # a profile that is moved takes what lies in it along
    kept = place.relative_to(folder) if place.is_relative_to(folder) else place
    with draft.open("w", encoding="utf-8") as file:
        file.write(str(kept))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / _RECORD)


def forget_place(folder: Path) -> None:
    """Choose anew next time; for when the place itself is gone."""
    (folder / _RECORD).unlink(missing_ok=True)


def _in_system_data(elsewhere: Path, folder: Path, account: Account) -> Path:
    """A new name each time: a profile made anew in the same folder must not find the old one's data."""
    elsewhere.mkdir(parents=True, exist_ok=True)
    elsewhere.chmod(0o755)
    place = elsewhere / secrets.token_hex(8)
    make_private(place, account)
    (place / _NOTE).write_bytes(os.fsencode(folder.resolve()))
    return place
