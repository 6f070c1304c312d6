"""Set-up in memory, for the first run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from idexx_desktop.domain.backup import FoundBackup
from idexx_desktop.domain.connection import ConnectionStep
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.gui.first_run.ports import Practice, Server
from tests.gui.fake_people import whole_way
from tests.gui.fake_program import FakeProgram


@dataclass
class FakeSetUp:
    """Hands the program out; `failure` is raised instead, once."""

    program: FakeProgram
    on_server: bool = False
    failure: Failure | None = None
    wanted: list[Practice] = field(default_factory=list)
    steps: list[ConnectionStep] = field(default_factory=whole_way)
    tested: list[Server | None] = field(default_factory=list)
    restored: list[Path] = field(default_factory=list)
    # what is known of a backup, the code that proves it, and what was said of each that was put back
    found: FoundBackup | None = None
    kit: str = ""
    said: list[tuple[str | None, bool]] = field(default_factory=list)

    def test(self, server: Server | None) -> list[ConnectionStep]:
        self.tested.append(server)
        return self.steps

    def __call__(self, practice: Practice) -> FakeProgram:
        self.wanted.append(practice)
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        return self.program

    def look(self, backup: Path, kit_code: str | None = None) -> FoundBackup:
        assert self.found is not None
        assert backup in self.restored
        if kit_code is not None and kit_code != self.kit:
            raise Failure(FailureCode.CODE_REFUSED)
        return self.found

    def restore(self, backup: Path, kit_code: str | None = None, *, unverified: bool = False) -> FakeProgram:
        self.restored.append(backup)
        self.said.append((kit_code, unverified))
        if self.found is not None and kit_code is None and not unverified:
            raise Failure(FailureCode.BACKUP_NOT_PROVED)
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        return self.program
