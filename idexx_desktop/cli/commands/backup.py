"""Backups: made, chosen, listed, put back."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from zoneinfo import ZoneInfo

from idexx_desktop import app
from idexx_desktop.app import Environment, Program
from idexx_desktop.cli.output import Answer, Document, moment, short, table
from idexx_desktop.domain.backup import Backup, LastBackup, Restored
from idexx_desktop.domain.failures import Failure, FailureCode

_IN_CLEAR = "Owners' numbers and notes are in it in clear: keep it where only your clinic gets at it."
_SAME_DISK = "It is on the same disk as the records. Keep backups on another drive, too."


def backup(program: Program, options: Namespace) -> Answer:
    """Make a backup; or choose the folder, stop the daily ones, or list what is there."""
    folder = None if options.to is None else Path(options.to).expanduser().absolute()
    if options.no_daily:
        program.backups.choose(None)
        return Answer(["No more daily backups are made. Those that were made stay."], {"folder": None})
    if options.list:
        return _listed(program.backups.kept(folder), program.zone)
    if options.daily:
        if folder is None:
            title = "Say where the daily backups go: --to FOLDER."
            raise Failure(FailureCode.INVALID_INPUT, "to", title=title)
        program.backups.choose(folder)
    return _made(program.backups.make(folder), program.zone)


def restore(environment: Environment, options: Namespace) -> Answer:
    """Put a backup back."""
    source = Path(options.source).expanduser().absolute()
    return _restored(app.restore(environment, source, replace_records=options.replace))


def _made(made: LastBackup, zone: ZoneInfo) -> Answer:
    lines = [
        f"Backed up {_visits(made.visits)} in {made.seconds:.1f} seconds, tried, and good: {made.file}",
        _IN_CLEAR,
    ]
    if made.same_disk:
        lines.append(_SAME_DISK)
    document = {
        "file": made.file,
        "made_at": moment(made.made_at, zone),
        "bytes": made.size,
        "visits": made.visits,
        "seconds": round(made.seconds, 1),
        "verified": True,
        "same_disk": made.same_disk,
    }
    return Answer(lines, document)


def _listed(kept: list[Backup], zone: ZoneInfo) -> Answer:
    rows = [
        (short(each.made_at, zone), str(each.contents.visits), f"{each.size / 2**20:.1f} MB", each.path.name)
        for each in kept
    ]
    lines = table(("Made", "Visits", "Size", "File"), rows) if rows else ["There is no good backup."]
    document = {
        "backups": [
            {
                "file": str(each.path),
                "made_at": moment(each.made_at, zone),
                "bytes": each.size,
                "visits": each.contents.visits,
            }
            for each in kept
        ]
    }
    return Answer(lines, document)


def _restored(done: Restored) -> Answer:
    whose, visits = done.backup.whose, done.backup.contents.visits
    lines = [f"Restored {whose.practice} as of {done.backup.made_at:%d %b %Y %H:%M} UTC: {_visits(visits)}."]
    if done.aside is not None:
        lines.append(f"The records of before are set aside, whole: {done.aside}")
    if done.copies_renewed:
        lines.append(
            "Entries of the activity record that are newer than the backup are with them; its signed copies were set"
            " aside, too, and begun anew."
        )
    if done.calls_paused:
        lines.append(
            "All calls are paused: calls made since, decisions and opt-outs aren't in the backup. Look at Discharge"
            " calls, then resume them there."
        )
    if done.sign_in is not None:
        lines.append(f"Syncing waits: {done.sign_in.title}")
        lines.append("Unlock it: idexx-desktop recovery-kit use, or enter it: idexx-desktop credentials set")
    return Answer(lines, _document(done))


def _document(done: Restored) -> Document:
    return {
        "practice": done.backup.whose.practice,
        "made_at": done.backup.made_at.isoformat(timespec="seconds"),
        "visits": done.backup.contents.visits,
        "set_aside": None if done.aside is None else str(done.aside),
        "signed_copies_renewed": done.copies_renewed,
        "calls_paused": done.calls_paused,
        "sign_in": None if done.sign_in is None else done.sign_in.as_dict(),
    }


def _visits(count: int) -> str:
    return "1 visit" if count == 1 else f"{count:,} visits"
