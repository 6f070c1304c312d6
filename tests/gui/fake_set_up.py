"""Set-up in memory, for the first run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from idexx_desktop.domain.connection import ConnectionStep
from idexx_desktop.domain.failures import Failure
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

    def test(self, server: Server | None) -> list[ConnectionStep]:
        self.tested.append(server)
        return self.steps

    def __call__(self, practice: Practice) -> FakeProgram:
        self.wanted.append(practice)
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        return self.program

    def restore(self, backup: Path) -> FakeProgram:
        self.restored.append(backup)
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        return self.program
