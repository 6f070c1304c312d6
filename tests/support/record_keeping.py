"""What one profile has to keep the activity record by: a folder, a store of secrets, a clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.services.audit import AuditService
from idexx_desktop.services.audit_check import RecordCheck
from idexx_desktop.services.audit_heads import FILE_NAME, SignedHeads
from idexx_desktop.vault.keyring_store import KeyringStore
from idexx_desktop.vault.signing import RecordSigner
from idexx_desktop.vault.stores import SecretStore
from tests.support.practice import HandClock


class Keeping:
    """A profile as far as the record is concerned; several programs of it may be open."""

    def __init__(self, folder: Path, store: SecretStore | None = None) -> None:
        self.folder = folder
        self.path = folder / FILE_NAME
        self.store = store or KeyringStore("profile-1")
        self.clock = HandClock()

    def heads(self) -> SignedHeads:
        """The signed copies as a program of this profile opens them."""
        return SignedHeads(self.folder, RecordSigner(self.store), self.store, self.clock)

    def check(self, records: ClinicRecords) -> RecordCheck:
        """What checks these records."""
        return RecordCheck(records, self.heads(), self.clock)

    def service(self, records: ClinicRecords) -> AuditService:
        """The whole service."""
        return AuditService(records, self.check(records), RecordSigner(self.store), self.clock)


def stand_alone(path: Path, *options: str) -> tuple[int, str]:
    """The exit code and the words of the verifier that needs nothing of this program."""
    script = Path(__file__).parents[2] / "resources" / "verify_audit_export.py"
    command = [sys.executable, "-I", str(script), str(path), *options]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.stderr == ""
    return ran.returncode, ran.stdout
