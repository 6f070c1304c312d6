"""Which backup is proved, and by what; which of several is chosen; how those that are made here are signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.backup import FoundBackup, ProvedBy
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.harmless import harmless
from idexx_desktop.services import backup_file
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.backup_file import BackupFile
from idexx_desktop.services.environment import Environment
from idexx_desktop.services.places import store_of
from idexx_desktop.services.profile import Profile
from idexx_desktop.sync.sharing import Sharing, signed
from idexx_desktop.vault.backup_proof import BackupProof, BackupSigner, KitLead, lead_from_kit, prove_by_kit
from idexx_desktop.vault.computer import SignInId

_STRANGERS = (FailureCode.NOT_APPROVED, FailureCode.COMPUTERS_CHANGED)
_IF_SURE = "Only if you know where it comes from: restore it with --unverified."


@dataclass(frozen=True, slots=True)
class Proving:
    """What can prove a backup here: the key that this computer signs with, a kit's code that a person typed."""

    own_key: str | None
    kit_code: str | None = field(default=None, repr=False)

    def found(self, file: BackupFile) -> FoundBackup:
        """The backup with what it is proved by. CODE_REFUSED, BACKUP_UNUSABLE as of `prove_by_kit`."""
        proof, proved_by = file.proof, ProvedBy.NOBODY
        if proof is not None and proof.key == self.own_key:
            proved_by = ProvedBy.THIS_COMPUTER
        elif proof is not None and proof.lead is not None and self.kit_code is not None:
            prove_by_kit(proof, self.kit_code)
            proved_by = ProvedBy.KIT
        lead = proof is not None and proof.lead is not None
        return FoundBackup(file.backup, proved_by, signed=proof is not None, kit_can_prove=lead)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A backup that is to be put back, and what a person has said. `unverified`: they know where it comes from, though
    nobody can prove it. `tell` gets what was chosen before anything of it is used.
    """

    source: Path
    replace_records: bool = False
    kit_code: str | None = field(default=None, repr=False)
    unverified: bool = False
    tell: Callable[[FoundBackup], None] | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file, and what is known of it."""

    file: BackupFile
    found: FoundBackup


def choose(source: Path, proving: Proving) -> Chosen:
    """A file, or the best of a folder: the newest that is proved; only where none is, the newest by what they say.

    BACKUP_UNUSABLE where there is none, INVALID_INPUT for a folder with backups of several clinics, CODE_REFUSED where
    the code that was typed proves none.
    """
    if not source.is_dir():
        file = backup_file.read(source)
        return Chosen(file, proving.found(file))
    candidates, refused = _candidates(source, proving)
    proved = [each for each in candidates if each.found.proved_by is not ProvedBy.NOBODY]
    if not proved and refused is not None:
        raise refused
    if not candidates:
        title = "There is no good backup in this folder."
        advice = "Choose the folder, or the drive, that the backups were put in."
        raise Failure(FailureCode.BACKUP_UNUSABLE, "no backup", title=title, advice=advice)
    wanted = proved or candidates
    _require_one_clinic(wanted)
    return wanted[0]


def chosen_here(
    environment: Environment, profile: Profile | None, source: Path, kit_code: str | None
) -> Chosen:
    """The same with what this computer can prove by itself; `profile` is what is set up here."""
    own_key = None
    if profile is not None:
        own_key = BackupSigner(store_of(environment, profile)).known_key()
    return choose(source, Proving(own_key, kit_code))


def look_at_backup(environment: Environment, source: Path, kit_code: str | None = None) -> FoundBackup:
    """What is known of a backup, or of the best of a folder; nothing of it is used. Failures as of `choose`."""
    return chosen_here(environment, profiles.load(environment.home), source, kit_code).found


def require_proved(found: FoundBackup, *, unverified: bool) -> None:
    """BACKUP_NOT_PROVED for what nobody can prove, unless a person has said that it is to be used all the same."""
    if found.proved_by is not ProvedBy.NOBODY or unverified:
        return
    said = f"{harmless(found.backup.path.name)} is of {found.backup.made_at:%d %b %Y %H:%M} UTC, as it says itself."
    if not found.signed:
        title = (
            "Nobody can prove that your clinic's computer made this backup: an older version of this program made it,"
            " or somebody has changed it since."
        )
        advice = f"{said} {_IF_SURE}"
    elif found.kit_can_prove:
        title = "Another computer made this backup. This one can't tell whether it is your clinic's."
        advice = f"{said} Give the code of the recovery kit with --kit-stdin. {_IF_SURE}"
    else:
        title = (
            "Another computer made this backup, and there was no recovery kit then, so nobody can prove that it is your"
            " clinic's."
        )
        advice = f"{said} {_IF_SURE}"
    raise Failure(FailureCode.BACKUP_NOT_PROVED, "not proved", title=title, advice=advice)


@dataclass(frozen=True, slots=True)
class Signing:
    """How this computer's backups are signed, with what leads to its key from the recovery kit that counts then."""

    signer: BackupSigner
    records: ClinicRecords
    sharing: Sharing

    def sign(self, about: dict[str, Any]) -> BackupProof:
        """The proof of a backup that says this of itself."""
        return self.signer.sign(about, lambda key: kit_lead(self.records, self.sharing, key))


def kit_lead(records: ClinicRecords, sharing: Sharing, key: str) -> KitLead | None:
    """What leads from the recovery kit that counts now to this key; None where no kit leads here."""
    with records.transaction() as tx:
        row = tx.credentials.get()
        kit = None if row is None else tx.recovery_kit.get(row.id)
        if row is None or kit is None:
            return None
        try:
            current = sharing.current(tx, row.id, row.user_id)
        except Failure as failure:
            if failure.code not in _STRANGERS:
                raise
            current = None
        if current is None or current.member(kit.kit_id) is None:
            return None
        lists = tuple(signed(tx.computer_lists.lists(row.id)))
        sign_in = SignInId(row.id, row.user_id)
        return lead_from_kit(kit.kit_id, kit.anchor, sign_in, lists, sharing.own(), key)


def _candidates(folder: Path, proving: Proving) -> tuple[list[Chosen], Failure | None]:
    """The newest by what they say first; and how the code was refused, where one didn't fit."""
    found: list[Chosen] = []
    refused: Failure | None = None
    for file in backup_file.backups_in(folder):
        try:
            found.append(Chosen(file, proving.found(file)))
        except Failure as failure:
            if failure.code is FailureCode.CODE_REFUSED:
                refused = failure
                found.append(Chosen(file, Proving(proving.own_key).found(file)))
    return found, refused


def _require_one_clinic(candidates: Sequence[Chosen]) -> None:
    backups = [each.file.backup for each in candidates]
    if len({backup.whose.clinic_id for backup in backups}) > 1:
        names = ", ".join(sorted({backup.whose.practice for backup in backups}))
        title = f"This folder holds backups of several clinics ({names}). Choose one of the files."
        raise Failure(FailureCode.INVALID_INPUT, "several clinics", title=title)
