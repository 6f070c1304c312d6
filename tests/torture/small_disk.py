"""A disk of its own for the records' server, small enough to be filled."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from idexx_desktop.db.server.place import use_place

_MEGABYTES = 160  # what a fresh server needs, and its write-ahead log


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """Where it is mounted."""

    folder: Path

    def fill(self) -> None:
        """To the last byte."""
        with (self._ballast).open("wb", buffering=0) as file:
            for size in (2**20, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue
        assert shutil.disk_usage(self.folder).free == 0

    def empty(self) -> None:
        """There is room again."""
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"


@contextmanager
def small_disk(server_folder: Path) -> Iterator[SmallDisk]:
    """Mounted, and the server of this folder told to keep its files there; skips the test where that can't be."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a disk in memory")
    # beside the test's own folder, which the server's user can't enter
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_MEGABYTES}m,mode=755", "tmpfs", str(folder)]
        mounted = subprocess.run(mount, capture_output=True, check=False)
        if mounted.returncode != 0:
            pytest.skip("this computer doesn't allow mounting a disk in memory")
        try:
            server_folder.mkdir(parents=True)
            use_place(server_folder, folder / "place")
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()
