"""Why the passwords of a profile don't open: each cause with words and a next step of its own."""

from __future__ import annotations

import errno
from pathlib import Path

from idexx_desktop.domain.failures import Failure, FailureCode

_FULL = (errno.ENOSPC, errno.EDQUOT)


def no_passphrase(file: Path) -> Failure:
    """VAULT_LOCKED: a passphrase opens them, and none was given."""
    return Failure(
        FailureCode.VAULT_LOCKED,
        f"a passphrase opens {file.name}, and none was given",
        title="This clinic's passwords are opened by a passphrase, and none was given.",
        advice="Open the program's window: it asks for the passphrase.",
    )


def another_passphrase(file: Path) -> Failure:
    """VAULT_LOCKED; a wrong passphrase and a changed file can't be told apart."""
    return Failure(
        FailureCode.VAULT_LOCKED,
        f"the passphrase does not open {file.name}",
        title="This passphrase doesn't open this clinic's passwords.",
        advice="Enter the one that was chosen when this computer was set up. If it is the right one, the file"
        f" {file.name} was changed or is of another profile: put back the one from before.",
    )


def needless_passphrase() -> Failure:
    """VAULT_LOCKED: a passphrase by mistake would begin a second, empty set of passwords."""
    return Failure(
        FailureCode.VAULT_LOCKED,
        "a passphrase was given, and this profile has none",
        title="A passphrase was given, and this clinic has none.",
        advice="Start the program without it: this clinic's passwords are in the computer's own password store.",
    )


def damaged(file: Path) -> Failure:
    """VAULT_UNAVAILABLE: the file can't be read as one of ours."""
    return Failure(
        FailureCode.VAULT_UNAVAILABLE,
        f"{file.name} is damaged",
        title=f"The file that keeps this clinic's passwords ({file.name}) is damaged.",
        advice=f"Put back an earlier copy of it. If there is none, move the file out of {file.parent} and open the"
        " program again: then enter the Neo sign-in once more, or use the recovery kit.",
    )


def unusable(file: Path, error: OSError) -> Failure:
    """VAULT_UNAVAILABLE: the system doesn't let us read or write it."""
    reason = error.strerror or str(error)
    advice = "Ask whoever looks after this computer to let you read and write there."
    if error.errno in _FULL:
        advice = "Make room on that disk: empty the recycle bin, move large files away. Then try again."
    return Failure(
        FailureCode.VAULT_UNAVAILABLE,
        f"{file.name}: {reason}",
        title=f"This clinic's passwords can't be kept in the folder {file.parent}: {reason}.",
        advice=advice,
    )


def store_failed(name: str) -> Failure:
    """VAULT_UNAVAILABLE: there is a password store, and it didn't do what it was asked; `name` is of its error."""
    return Failure(
        FailureCode.VAULT_UNAVAILABLE,
        name,
        title="This computer's password store didn't answer as it should.",
        advice="Sign out of this computer and in again, then try again. If it stays, ask whoever looks after it.",
    )
