"""Which folders are this computer's alone: by the drive that is mounted there, and by what keeps folders in step."""

from __future__ import annotations

import sys
from collections import namedtuple
from pathlib import Path

import psutil
import pytest

from idexx_desktop.db.server.drives import require_local, why_shared
from idexx_desktop.domain.failures import Failure, FailureCode

posix = pytest.mark.skipif(sys.platform == "win32", reason="mounted drives")
Part = namedtuple("Part", "mountpoint fstype")


def mounted(monkeypatch: pytest.MonkeyPatch, *parts: tuple[str, str]) -> None:
    found = [Part("/", "ext4"), *(Part(place, kind) for place, kind in parts)]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: found)


@posix
@pytest.mark.parametrize(
    "kind",
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afpfs",
        "9p",
        "davfs",
        "fuse",
        "fuse.sshfs",
        "fuse.rclone",
        "macfuse",
        "fuse.glusterfs",
        "ceph",
        "lustre",
        "ocfs2",
        "vboxsf",
        "drvfs",
        "fuse.of-next-year",
    ],
)
def test_network_drives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    mounted(monkeypatch, (str(tmp_path), kind), (str(tmp_path / "local"), "xfs"))
    folder = tmp_path / "not there yet" / "profile"
    assert why_shared(folder) == f"on a network drive ({kind})"
    with pytest.raises(Failure) as caught:
        require_local(folder)
    assert caught.value.code is FailureCode.RECORDS_NOT_LOCAL
    assert str(folder) in caught.value.title
    assert why_shared(tmp_path / "local" / "profile") is None
    (tmp_path.parent / f"{tmp_path.name}-link").symlink_to(tmp_path)
    assert why_shared(tmp_path.parent / f"{tmp_path.name}-link" / "profile") is not None


@posix
@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "apfs", "hfs", "tmpfs", "vfat", "fuseblk", "fuse.ntfs-3g"]
)
def test_drives_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    mounted(monkeypatch, (str(tmp_path), kind))
    assert why_shared(tmp_path / "profile") is None


@posix
def test_what_the_whole_system_runs_from_is_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: [Part("/", "9p")])
    assert why_shared(tmp_path) is None


@pytest.mark.parametrize(
    "name",
    [
        "OneDrive",
        "OneDrive - Oak Street Vets",
        "Dropbox",
        "Dropbox (Oak)",
        "Google Drive",
        "GoogleDrive-a@b.example",
        "iCloudDrive",
        "iCloud Drive",
        "Nextcloud",
        "Library/CloudStorage/Anything",
        "pCloud Drive",
        "Library/Mobile Documents/com~apple",
        "onedrive",
    ],
)
def test_folders_that_are_kept_in_step(tmp_path: Path, name: str) -> None:
    why = why_shared(tmp_path / name / "clinic" / "profile")
    assert why is not None
    assert "in step" in why
    assert why_shared(tmp_path / f"not-{name.rpartition('/')[2]}".replace(" ", "") / "profile") is None


@pytest.mark.parametrize(
    "mark", [".dropbox", ".stfolder/", "._sync_4f1.db", ".sync_9ab.db", ".tmp.driveupload/"]
)
def test_marks_that_they_leave(tmp_path: Path, mark: str) -> None:
    """Under whatever name the folder is kept."""
    kept = tmp_path / "Shared with everybody"
    kept.mkdir()
    assert why_shared(kept / "a" / "profile") is None
    made = kept / mark
    made.mkdir() if mark.endswith("/") else made.touch()
    why = why_shared(kept / "a" / "profile")
    assert why is not None
    assert "keeps in step" in why
    assert why_shared(tmp_path / "beside") is None


def test_where_windows_says_onedrive_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Files"))
    assert "OneDrive" in (why_shared(tmp_path / "Files" / "profile") or "")
    assert why_shared(tmp_path / "Files of mine") is None
