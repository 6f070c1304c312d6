"""Backups: made, chosen, listed, put back."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from zoneinfo import ZoneInfo

from idexx_desktop import app
from idexx_desktop.app import Environment, Program
from idexx_desktop.cli.commands.computers import read_code
from idexx_desktop.cli.output import Answer, Document, moment, short, table, tell
from idexx_desktop.domain.backup import Backup, FoundBackup, LastBackup, ProvedBy, Restored
from idexx_desktop.domain.failures import Failure, FailureCode

_IN_CLEAR = "Owners' numbers and notes are in it in clear: keep it where only your clinic gets at it."
_NO_KIT = (
    "There is no recovery kit: on a new computer nobody could prove that this backup is your clinic's. Make one, and"
    " keep its code away from this computer: idexx-desktop recovery-kit make"
)
_OTHERS = (
    "Others there, which this computer can't prove and never removes: of an older version, of another computer, or"
    " changed since"
)
_PROVED = {
    ProvedBy.THIS_COMPUTER: "made by this computer and unchanged since",
    ProvedBy.KIT: "proved by the recovery kit",
    ProvedBy.NOBODY: "used because you said so, nobody could prove it",
}
_SAME_DISK = "It is on the same disk as the records. Keep backups on another drive, too."


def backup(program: Program, options: Namespace) -> Answer:
    """Make a backup; or choose the folder, stop the daily ones, or list what is there."""
    folder = None if options.to is None else Path(options.to).expanduser().absolute()
    if options.no_daily:
        program.backups.choose(None)
        return Answer(["No more daily backups are made. Those that were made stay."], {"folder": None})
    if options.list:
        return _listed(program, folder)
    if options.daily:
        if folder is None:
            title = "Say where the daily backups go: --to FOLDER."
            raise Failure(FailureCode.INVALID_INPUT, "to", title=title)
        program.backups.choose(folder)
    made = program.backups.make(folder)
    return _made(made, program.zone, kit_advised=program.backups.state().kit_advised)


def restore(environment: Environment, options: Namespace) -> Answer:
    """Put a backup back; what was chosen is said before it is used."""
    source = Path(options.source).expanduser().absolute()
    code = read_code("Code of the recovery kit: ") if options.kit_stdin else None
    wanted = app.Wanted(source, options.replace, code, options.unverified, tell=_tell)
    return _restored(app.restore(environment, wanted))


def _tell(found: FoundBackup) -> None:
    """Beside the answer: with --json that is one document."""
    backup, visits = found.backup, _visits(found.backup.contents.visits)
    words = (
        f"Using {backup.path.name}: {backup.whose.practice},"
        f" {backup.made_at:%d %b %Y %H:%M} UTC, {visits}; {_PROVED[found.proved_by]}."
    )
    tell(words)


def _made(made: LastBackup, zone: ZoneInfo, *, kit_advised: bool) -> Answer:
    lines = [
        f"Backed up {_visits(made.visits)} in {made.seconds:.1f} seconds, tried, and good: {made.file}",
        _IN_CLEAR,
    ]
    if made.same_disk:
        lines.append(_SAME_DISK)
    if kit_advised:
        lines.append(_NO_KIT)
    document = {
        "file": made.file,
        "made_at": moment(made.made_at, zone),
        "bytes": made.size,
        "visits": made.visits,
        "seconds": round(made.seconds, 1),
        "verified": True,
        "same_disk": made.same_disk,
        "kit_can_prove": not kit_advised,
    }
    return Answer(lines, document)


def _listed(program: Program, folder: Path | None) -> Answer:
    """What is found, and what keeps the daily ones from being made: exit code 1."""
    state, zone = program.backups.state(), program.zone
    stopped = state.unreadable
    known = folder is not None or state.folder is not None
    kept = program.backups.kept(folder) if known else []
    others = program.backups.others(folder) if known else []
    lines = [f"{stopped.title} {stopped.advice}", ""] if stopped else []
    if kept or known or not stopped:
        lines += _table(kept, zone) if kept else ["There is no good backup."]
    if others:
        lines += ["", f"{_OTHERS} ({len(others)}):", *_table(others, zone)]
    document: Document = {"backups": _documents(kept, zone), "others": _documents(others, zone)}
    document["problem"] = stopped.as_dict() if stopped else None
    return Answer(lines, document, 1 if stopped else 0)


def _table(backups: list[Backup], zone: ZoneInfo) -> list[str]:
    rows = [
        (
            short(each.made_at, zone),
            str(each.contents.visits),
            f"{each.size / 2**20:.1f} MB",
            each.path.name,
        )
        for each in backups
    ]
    return table(("Made", "Visits", "Size", "File"), rows)


def _documents(backups: list[Backup], zone: ZoneInfo) -> list[Document]:
    return [
        {
            "file": str(each.path),
            "made_at": moment(each.made_at, zone),
            "bytes": each.size,
            "visits": each.contents.visits,
        }
        for each in backups
    ]


def _restored(done: Restored) -> Answer:
    whose, visits = done.backup.whose, done.backup.contents.visits
    lines = [
        f"Restored {whose.practice} as of {done.backup.made_at:%d %b %Y %H:%M} UTC: {_visits(visits)}.",
        f"The backup: {_PROVED[done.found.proved_by]}.",
    ]
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
        "proved_by": str(done.found.proved_by),
        "set_aside": None if done.aside is None else str(done.aside),
        "signed_copies_renewed": done.copies_renewed,
        "calls_paused": done.calls_paused,
        "sign_in": None if done.sign_in is None else done.sign_in.as_dict(),
    }


def _visits(count: int) -> str:
    return "1 visit" if count == 1 else f"{count:,} visits"
