"""What a profile's folder says about itself; no secret is in it."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from idexx_desktop.db.server.place import known_place
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.placing import Where, speak_of
from idexx_desktop.vault.files import locked
from idexx_desktop.vault.stores import PASSPHRASE_FILE

FILE_NAME = "profile.json"
EMBEDDED, SERVER = "embedded", "server"
MOVED = "moved.json"  # where a profile was that is on a computer's own disk by now


@dataclass(frozen=True, slots=True)
class Profile:
    """One clinic's program on one computer. `complete` once set-up has come to its end.

    `practice_site`: the site is the practice Neo on this computer, so that the window says so. `in_keyring`: its
    secrets are in the computer's own store, so that a passphrase by mistake makes no second, empty one. `neo_url`,
    `neo_urls_declined`, `browser_path`, `neo_branch`: see `OwnChoice`; `allowed_hosts`: see `AllowedHosts`.
    """

    id: str
    records: str = EMBEDDED
    practice: str = ""
    clinic_id: str = ""
    user_id: str = ""
    email: str = ""
    login: str = ""
    complete: bool = False
    practice_site: bool = False
    in_keyring: bool = False
    neo_url: str = ""
    neo_urls_declined: list[str] = field(default_factory=list)
    browser_path: str = ""
    neo_branch: str = ""
    allowed_hosts: list[str] = field(default_factory=list)
    # what a newer version keeps in the file: nothing is lost where this one writes it
    more: dict[str, Any] = field(default_factory=dict)


# every value of a file is of the type that it has here
_EXAMPLE = Profile(id="")
_OURS = {each.name for each in fields(Profile)} - {"more"}


def new_profile(records: str) -> Profile:
    """A profile with an id of its own, under which its secrets are kept."""
    return Profile(id=uuid.uuid4().hex, records=records)


def load(home: Path) -> Profile | None:
    """The profile of this folder; None where there is none. INVALID_INPUT for a file that can't be read as one.

    RECORDS_MOVED where another computer has moved it to its own disk.
    """
    mark = moved_to(home)
    if mark is not None:
        name = mark.get("name", "another computer")
        raise Failure(
            FailureCode.RECORDS_MOVED,
            f"moved from {home}",
            title=f"These records were moved to {name}, {mark.get('to', '')}. What is here is as it was before.",
        )
    try:
        raw = (home / FILE_NAME).read_bytes()
    except FileNotFoundError:
        if _holds_records(home):
            raise _unreadable(home, "it is gone, though a clinic's records or passwords are there") from None
        return None
    except OSError as problem:
        why = problem.strerror or type(problem).__name__
        title = f"The folder {home} can't be used: {why}."
        advice = (
            "Ask whoever looks after this computer to let you read and write there, or choose another folder."
        )
        raise Failure(FailureCode.INVALID_INPUT, why, title=title, advice=advice) from None
    try:
        content = json.loads(raw)
        ours = {name: content[name] for name in _OURS & content.keys()}
        more = {name: value for name, value in content.items() if name not in _OURS}
        profile = replace(Profile(id=content["id"]), **ours, more=more)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unreadable(home, "not what this program wrote") from None
    right = all(type(value) is type(getattr(_EXAMPLE, name)) for name, value in asdict(profile).items())
    if not right or not all(
        isinstance(each, str) for each in profile.neo_urls_declined + profile.allowed_hosts
    ):
        raise _unreadable(home, "not what this program wrote")
    _tell(profile)
    return profile


def moved_to(home: Path) -> dict[str, str] | None:
    """What is said where a profile was moved away: `{"to", "computer", "name", "at"}`; None where it wasn't."""
    try:
        mark = json.loads((home / MOVED).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return {name: str(value) for name, value in mark.items()} if isinstance(mark, dict) else None


def save(home: Path, profile: Profile) -> None:
    """Keep it, all or nothing: a crash leaves the old file or the new one."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = home / f"{FILE_NAME}.new"
    with temporary.open("w", encoding="utf-8") as file:
        written = asdict(profile)
        json.dump({**written.pop("more"), **written}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(home / FILE_NAME)
    _tell(profile)


def change(home: Path, to: Callable[[Profile], Profile]) -> None:
    """Change what is there now, one program and one thread after the other. NO_PROFILE where there is none."""
    with locked(home / f"{FILE_NAME}.lock"):
        profile = existing(home)
        changed = to(profile)
        if changed != profile:
            save(home, changed)


def existing(home: Path) -> Profile:
    """The same as `load`; NO_PROFILE where there is none."""
    profile = load(home)
    if profile is None:
        raise Failure(FailureCode.NO_PROFILE, str(home))
    return profile


def _tell(profile: Profile) -> None:
    """What people are told depends on where the records are, which nothing says but this file."""
    speak_of(Where.HERE if profile.records == EMBEDDED else Where.ON_SERVER)


def _unreadable(home: Path, why: str) -> Failure:
    return Failure(
        FailureCode.INVALID_INPUT,
        why,
        title=f"The file {FILE_NAME} in {home} can't be used: {why}.",
        advice="Nothing was changed. Put the file back from a copy of this folder. If there is none, choose another"
        " folder, and restore a backup there.",
    )


def _holds_records(home: Path) -> bool:
    """Whether there is more than a set-up that was broken off: that writes the profile before anything else."""
    place = known_place(home / "server")
    return (home / PASSPHRASE_FILE).exists() or (place is not None and (place / "data").exists())
