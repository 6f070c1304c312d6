"""Backups in memory: a folder that was chosen, and a backup of this morning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from idexx_desktop.domain.backup import BackupState, LastBackup
from idexx_desktop.domain.failures import Failure
from tests.gui.made_up import NOW, local

FILE = "/media/front-desk/backups/harbour-vet-20261122T160000Z.idexx-backup"
LAST = LastBackup(local(22, 8), FILE, 5_242_880, 1_204, 4.2, same_disk=False)


class FakeBackups:
    """`failure` is raised instead of an answer, once; `chosen` lists the folders."""

    def __init__(self) -> None:
        self.value = BackupState(LAST.folder, chosen_at=local(1, 9), last=LAST)
        self.failure: Failure | None = None
        self.made = 0
        self.chosen: list[Path | None] = []

    def state(self) -> BackupState:
        return self.value

    def make(self) -> LastBackup:
        if self.failure:
            failure, self.failure = self.failure, None
            self.value = replace(self.value, problem=failure)
            raise failure
        self.made += 1
        last = replace(LAST, made_at=NOW, file=f"{self.value.folder}/harbour-vet.idexx-backup")
        self.value = replace(self.value, last=last, problem=None)
        return last

    def choose(self, folder: Path | None) -> BackupState:
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        self.chosen.append(folder)
        kept = None if folder is None else str(folder)
        self.value = replace(self.value, folder=kept, chosen_at=NOW if kept else None)
        return self.value
