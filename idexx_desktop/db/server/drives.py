"""Whether a folder is this computer's alone: not on a network drive, and not kept in step with other computers.

Two servers on one data folder destroy it, and so do files that arrive one by one from another computer. What is known
of file systems, of known programs' folders and of the marks that they leave is looked at; nothing can prove the rest.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from idexx_desktop.domain.failures import Failure, FailureCode

_NETWORK = re.compile(
    r"nfs[34]?|cifs|smb(fs|[23])?|ncpfs|a(fp)?fs|afpfs|webdav|davfs2?|9p|drvfs|ceph|glusterfs|lustre|gpfs|gfs2?|ocfs2|beegfs"
    r"|orangefs|pvfs2|coda|virtiofs|vboxsf|vmhgfs|prl_fs|osxfuse|macfuse|fuse"
)
# what stands behind any other FUSE kind may be anywhere
_LOCAL_FUSE = frozenset({"fuse.ntfs-3g", "fuse.ntfs", "fuse.exfat", "fuse.exfat-fuse", "fuse.lxcfs"})
_SYNCED_NAMES = re.compile(
    r"(OneDrive|Dropbox)( ?[-(].*)?|Google ?Drive|GoogleDrive-.*|My Drive|iCloud ?Drive|iCloud~.*|Nextcloud|ownCloud"
    r"|Box Sync|pCloud ?Drive|MEGAsync|Proton ?Drive|Yandex\.Disk|SeaDrive|Seafile",
    re.IGNORECASE,
)
_SYNCED_PLACES = re.compile(r"/Library/(CloudStorage|Mobile Documents)(/|$)")
# left by Dropbox, Google Drive, Syncthing, Resilio, Nextcloud and ownCloud, Seafile, Unison, in the folder they keep
_MARKS = (
    ".dropbox", ".dropbox.cache", ".tmp.drivedownload", ".tmp.driveupload", ".stfolder", ".sync", "._sync_*.db",
    ".sync_*.db", ".owncloudsync.log", ".nextcloudsync.log", ".seafile-data", "_seadrive*", ".849C9593-D756-4E56-8D6E*",
)  # fmt: skip
_ONEDRIVE = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
_DRIVE_REMOTE = 4


def require_local(folder: Path) -> None:
    """RECORDS_NOT_LOCAL, with the reason, where other computers may reach `folder`, which need not be there yet."""
    why = why_shared(folder)
    if why is not None:
        raise Failure(
            FailureCode.RECORDS_NOT_LOCAL,
            why,
            title=f"{folder} is {why}. Records that a second computer can open at the same time are destroyed.",
        )


def why_shared(folder: Path) -> str | None:
    """`on a network drive (nfs4)`, `in a folder that Dropbox keeps in step`; None where nothing speaks against it."""
    folder = Path(os.path.realpath(folder))
    return _on_network(folder) or _kept_in_step(folder)


def _on_network(folder: Path) -> str | None:
    if sys.platform == "win32":
        import ctypes

        kind = ctypes.windll.kernel32.GetDriveTypeW(f"{folder.drive}\\")
        is_share = folder.drive.startswith("\\\\") and not folder.drive.startswith("\\\\?\\")
        return "on a network drive" if is_share or kind == _DRIVE_REMOTE else None
    kind = _file_system(folder)
    is_network = bool(_NETWORK.fullmatch(kind)) or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)
    return f"on a network drive ({kind})" if is_network else None


def _file_system(folder: Path) -> str:
    """Of the drive that is mounted nearest above; "" for that of the whole system, which is this computer's own."""
    mounted = {part.mountpoint: part.fstype for part in psutil.disk_partitions(all=True)}
    for place in (folder, *folder.parents):
        if str(place) in mounted:
            return "" if place == Path(place.anchor) else mounted[str(place)].lower()
    return ""


def _kept_in_step(folder: Path) -> str | None:
    # Windows says in the environment where OneDrive's folders are, whatever they are called
    for name in _ONEDRIVE:
        if os.environ.get(name) and folder.is_relative_to(os.path.realpath(os.environ[name])):
            return "in a folder that OneDrive keeps in step with other computers"
    if _SYNCED_PLACES.search(folder.as_posix()):
        return "in a folder that is kept in step with other computers"
    for part in (folder, *folder.parents):
        if _SYNCED_NAMES.fullmatch(part.name):
            return f"in a folder that {part.name} keeps in step with other computers"
        with suppress(OSError):
            if any(True for mark in _MARKS for _ in part.glob(mark)):
                return f"in {part}, which another program keeps in step with other computers"
    return None
