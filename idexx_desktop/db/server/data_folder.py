"""What a data folder of ours is made of, and what of a copy of one is ever used.

A list of what is allowed, not of what is forbidden: settings, rules of who may connect, signals to the server and links
to elsewhere decide what a server does, so none of a copy's is used; they are written anew (see `Cluster`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_FORK = r"(_fsm|_vm|_init)?(\.[0-9]{1,6})?"
_USED = re.compile(
    r"PG_VERSION|backup_label|global/(pg_control|pg_filenode\.map|[0-9]{1,10}" + _FORK + r")"
    r"|base/[0-9]{1,10}/(PG_VERSION|pg_filenode\.map|[0-9]{1,10}" + _FORK + r")"
    r"|pg_xact/[0-9A-F]{4,15}|pg_multixact/(members|offsets)/[0-9A-F]{4,15}|pg_commit_ts/[0-9A-F]{4,15}"
)
# every copy has them, and each is made anew or not needed: settings, notes of the server that was copied
_LEFT_OUT = re.compile(
    r"postgresql\.conf(\.new)?|postgresql\.auto\.conf(\.tmp)?|pg_hba\.conf(\.new)?|pg_ident\.conf(\.new)?"
    r"|current_logfiles(\.tmp)?|tablespace_map(\.old)?|backup_label\.old|log/[^/]+|pg_stat/[^/]+|core(\.[0-9]+)?"
    r"|pg_logical/replorigin_checkpoint(\.tmp)?|(global|base/[0-9]{1,10})/pg_filenode\.map\.tmp"
)
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_SEGMENT_NOTE = re.compile(r"archive_status/[0-9A-F]{24}\.done")
SEGMENT_BYTES = 16 << 20
FOLDERS = (
    "base", "global", "log", "pg_commit_ts", "pg_dynshmem", "pg_logical", "pg_logical/mappings",
    "pg_logical/snapshots", "pg_multixact", "pg_multixact/members", "pg_multixact/offsets", "pg_notify",
    "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp", "pg_subtrans", "pg_tblspc", "pg_twophase",
    "pg_wal", "pg_wal/archive_status", "pg_wal/summaries", "pg_xact",
)  # fmt: skip
_DATABASE = re.compile(r"base/[0-9]{1,10}")
# where the copy begins; nothing of a standby, nothing that is added to another copy
_LABEL = re.compile(
    rb"START WAL LOCATION: [0-9A-F]{1,8}/[0-9A-F]{1,8} \(file [0-9A-F]{24}\)\n"
    rb"CHECKPOINT LOCATION: [0-9A-F]{1,8}/[0-9A-F]{1,8}\n"
    rb"BACKUP METHOD: streamed\nBACKUP FROM: primary\n"
    rb"START TIME: [0-9: -]{19} [A-Z+0-9-]{1,10}\nLABEL: pg_basebackup base backup\nSTART TIMELINE: [0-9]{1,9}\n"
)
LIST_BYTES = 16 << 20


def is_used(name: str) -> bool:
    """Whether a file of this name is used; False for one that is left out. ValueError for what doesn't belong there."""
    if _USED.fullmatch(name):
        return True
    if _LEFT_OUT.fullmatch(name):
        return False
    raise _stranger(name)


def is_segment(name: str) -> bool:
    """The same of a file of the write-ahead log."""
    if _SEGMENT.fullmatch(name):
        return True
    if _SEGMENT_NOTE.fullmatch(name):
        return False
    raise ValueError("a file that is in no write-ahead log of ours")


def is_folder(name: str) -> bool:
    """Whether a data folder of ours has such a folder; ValueError where not."""
    if name in ("", ".") or name in FOLDERS or _DATABASE.fullmatch(name):
        return True
    raise _stranger(name)


def check_label(label: bytes) -> None:
    """ValueError for anything but the few lines that begin a copy of a server like ours."""
    if not _LABEL.fullmatch(label):
        raise ValueError("another beginning than that of a copy")


def listed_sizes(file_list: bytes) -> Mapping[str, int]:
    """The size of each file by pg_basebackup's list, which says how much is to come. ValueError where it is none."""
    read: Any = json.loads(file_list)
    sizes: dict[str, int] = {}
    for entry in read["Files"]:
        name, size = entry["Path"], entry["Size"]
        if not isinstance(name, str) or type(size) is not int or size < 0 or name in sizes:
            raise ValueError("a damaged list of files")
        sizes[name] = size
    return sizes


def _stranger(name: str) -> ValueError:
    """Whoever looks for the reason has to know which it was."""
    shown = re.sub(r"[^A-Za-z0-9._/-]", "?", name)[:80]
    return ValueError(f"{shown} is in no data folder of ours")
