"""Why the clinic's records can't be reached, opened or written: each cause with its words and next step, by where they
are. On one computer the next step is one that a practice manager can take on that computer.
"""

from __future__ import annotations

from enum import Enum, auto

from idexx_desktop.domain.failure_codes import FailureCode, Route
from idexx_desktop.domain.placing import Where, Wording, Words, spoken_of

_DATABASE, _OTHER = 7, 6
_AGAIN = "Try again"
_REOPEN = "Close this program and open it again."
_STAYS = "If it stays, restart this computer; if that doesn't help, ask support."

RECORDS_WORDS: dict[FailureCode, Words] = {
    FailureCode.DATABASE_UNREACHABLE: Words(
        "Can't reach your clinic's records. Syncing is paused.",
        f"{_REOPEN} {_STAYS}",
        Route.STOP, _DATABASE, _AGAIN,
        on_server=Wording(
            "Can't reach your clinic's records. Syncing is paused.",
            "Check that the records' server is on and this computer is on the clinic's network.",
        ),
    ),
    FailureCode.DATABASE_REFUSED: Words(
        "Your clinic's records didn't accept this program's sign-in.",
        f"{_REOPEN} {_STAYS}",
        Route.STOP, _DATABASE, _AGAIN,
        on_server=Wording(
            "Your clinic's records didn't accept this program's sign-in.",
            "Ask whoever set up the records for a sign-in of the group idexx_user.",
        ),
    ),
    FailureCode.DATABASE_OUTDATED: Words(
        "Your clinic's records aren't prepared for this version of the program.",
        f"{_REOPEN} That prepares them; if it stays, ask support.",
        Route.STOP, _DATABASE, _AGAIN,
        on_server=Wording(
            "Your clinic's records aren't prepared for this version of the program.",
            "Ask whoever set up the records to run: idexx-desktop db prepare.",
        ),
    ),
    FailureCode.PROGRAM_OUTDATED: Words(
        "Your clinic's records were prepared by a newer version, so this one only reads.",
        "Update this program.",
        Route.STOP, _DATABASE, _AGAIN,
    ),
    FailureCode.RECORDS_OPEN_ELSEWHERE: Words(
        "These records are open on another computer.",
        "Close the program there first; it is tried again by itself. For two computers at a time, put the records on a"
        " server.",
        Route.STOP, _DATABASE, _AGAIN,
    ),
    FailureCode.RECORDS_NOT_LOCAL: Words(
        "The clinic's records lie where several computers can open them at once, which destroys records.",
        "Move it to this computer, or run: idexx-desktop move. Nothing is lost, and nothing is deleted.",
        Route.STOP, _DATABASE, "Move it to this computer",
        "Choose a folder on this computer's own disk (or: idexx-desktop --home FOLDER). For several computers, put the"
        " records on a server.",
    ),
    FailureCode.RECORDS_MOVED: Words(
        "These records were moved to another computer.",
        "Open the program there. For several computers, put the records on a server.",
        Route.STOP, _DATABASE,
    ),
    FailureCode.OTHER_COMPUTER: Words(
        "Another program on this computer is syncing this clinic now.",
        "Nothing to do: its result appears here.",
        Route.REFUSE, _OTHER,
        on_server=Wording(
            "Another computer is syncing this clinic now.", "Nothing to do: its result appears here.",
        ),
    ),
    FailureCode.LEASE_LOST: Words(
        "Another program on this computer took this sync over, so this one stopped.",
        "Nothing to do: what was already saved is kept.",
        Route.STOP, _OTHER,
        on_server=Wording(
            "Another computer took this sync over, so this one stopped.",
            "Nothing to do: what was already saved is kept.",
        ),
    ),
}  # fmt: skip


class Trouble(Enum):
    """What keeps the program from the records. Those of the first group happen to records on this computer only."""

    DENIED = auto()
    OTHER_OWNER = auto()
    GONE = auto()
    NOT_STARTED = auto()
    NO_MEMORY = auto()
    INCOMPLETE = auto()
    BLOCKED = auto()
    IN_USE = auto()
    CLOSED = auto()
    AS_ROOT = auto()

    DAMAGED = auto()
    DISK_BROKEN = auto()
    DISK_FULL = auto()
    NO_ROOM = auto()
    TOO_OFTEN = auto()
    AT_ONE_MOMENT = auto()
    LOCKED = auto()
    SWITCHED_OFF = auto()
    NOT_PROVED = auto()


_HERE: dict[Trouble, Wording] = {
    Trouble.DISK_BROKEN: Wording(
        "This computer's disk couldn't read or write your clinic's records.",
        "Restart this computer, then open the program again. If it stays, ask whoever looks after this computer to"
        " check its disk, and don't delete anything.",
    ),
    Trouble.DENIED: Wording(
        "This computer doesn't let this program read or change your clinic's records.",
        "Ask whoever looks after this computer to give you all rights to the program's folder again, and to let no"
        " virus scanner lock it.",
    ),
    Trouble.OTHER_OWNER: Wording(
        "Your clinic's records on this computer belong to another of its users.",
        "Open the program as that user, or ask whoever looks after this computer to give you the folder back.",
    ),
    Trouble.DAMAGED: Wording(
        "Your clinic's records on this computer are damaged.",
        "Don't delete anything. If you have a backup, put it back (or: idexx-desktop restore --replace --from FOLDER):"
        " what is here is set aside. If you have none, ask support before you begin anew.",
    ),
    Trouble.GONE: Wording(
        "The folder with your clinic's records isn't there any more.",
        "If it is on a drive that was taken out, connect the drive and try again. If it was deleted, put a backup back"
        " (or: idexx-desktop restore --replace --from FOLDER).",
    ),
    Trouble.NOT_STARTED: Wording(
        "Your clinic's records couldn't be opened on this computer.",
        "Restart this computer, then open the program again. If it stays, ask support: nothing was deleted.",
    ),
    Trouble.NO_MEMORY: Wording(
        "This computer has too little free memory to open your clinic's records.",
        "Close other programs, then try again. If it stays, restart this computer.",
    ),
    Trouble.INCOMPLETE: Wording(
        "A part of this program is missing or damaged: the one that opens your clinic's records.",
        "Install this program anew. Your records stay as they are.",
    ),
    Trouble.BLOCKED: Wording(
        "This computer doesn't let this program start the part that opens your clinic's records.",
        "A virus scanner or a rule of this computer may keep it from starting: ask whoever looks after this computer"
        " to allow it.",
    ),
    Trouble.IN_USE: Wording(
        "Another program on this computer has kept your clinic's records busy for minutes.",
        f"Wait a little and try again. {_STAYS}",
    ),
    Trouble.CLOSED: Wording(
        "Your clinic's records were closed on this computer.",
        _REOPEN,
    ),
    Trouble.AS_ROOT: Wording(
        "This computer's administrator (root) can't open records: no other user was found who could.",
        "Open the program as an ordinary user of this computer.",
    ),
    Trouble.DISK_FULL: Wording(
        "The disk with your clinic's records is full. Syncing is paused; what was saved is kept.",
        "Make room on this computer's disk: empty the recycle bin, move large files away. Then try again.",
    ),
    Trouble.NO_ROOM: Wording(
        "Your clinic's records have no room for another connection.",
        "Try again in a minute. If it stays, another program, or another user of this computer, takes up all of them:"
        " restart this computer.",
    ),
    Trouble.TOO_OFTEN: Wording(
        "This program is open too often on this computer.",
        "Close its other windows and commands, then try again.",
    ),
    Trouble.AT_ONE_MOMENT: Wording(
        "Another program changed the same records in the same moment, so this wasn't saved.",
        "Nothing is lost: do it once more. A sync does so by itself.",
    ),
    Trouble.LOCKED: Wording(
        "Another program on this computer keeps your clinic's records locked, so this couldn't go on.",
        "Nothing is lost. Close this program's other windows and commands, then try again. If it stays, restart this"
        " computer.",
    ),
    Trouble.SWITCHED_OFF: Wording(
        "Your clinic's records didn't accept this program's sign-in: it was switched off.",
        "Ask whoever looks after this computer; they can let you in again.",
    ),
    Trouble.NOT_PROVED: Wording(
        "What answered in the place of this computer's records couldn't prove that it is them. The password wasn't"
        " sent.",
        "Restart this computer, then open the program again. If it stays, tell whoever looks after this computer:"
        " another program takes their place.",
    ),
}
_ON_SERVER: dict[Trouble, Wording] = {
    Trouble.DAMAGED: Wording(
        "Your clinic's records are damaged.",
        "Tell whoever runs the records' server at once, and sync nothing until they say so.",
    ),
    Trouble.DISK_BROKEN: Wording(
        "The disk of the records' server couldn't read or write your clinic's records.",
        "Tell whoever runs the records' server.",
    ),
    Trouble.AT_ONE_MOMENT: _HERE[Trouble.AT_ONE_MOMENT],
    Trouble.DISK_FULL: Wording(
        "The disk with your clinic's records is full. Syncing is paused; what was saved is kept.",
        "Tell whoever runs the records' server to make room on its disk. It is tried again by itself.",
    ),
    Trouble.NO_ROOM: Wording(
        "Your clinic's records have no room for another connection.",
        "Try again in a minute. If it stays, whoever runs the records' server sees what takes up all of them.",
    ),
    Trouble.TOO_OFTEN: Wording(
        "This program's sign-in to your clinic's records is in use as often as it may be.",
        "Close this program where else it runs with the same sign-in. If it stays, the owner of the records allows"
        " more: idexx-desktop users add --connections.",
    ),
    Trouble.LOCKED: Wording(
        "Somebody keeps your clinic's records locked, so this couldn't go on.",
        "Nothing is lost. Whoever works with this login must finish or close their program; if it stays, the owner of"
        " the records switches the login off, which ends it: idexx-desktop users deactivate.",
    ),
    Trouble.SWITCHED_OFF: Wording(
        "Your clinic's records didn't accept this program's sign-in: it was switched off.",
        "Ask whoever looks after your clinic's records; they can let you in again.",
    ),
    Trouble.NOT_PROVED: Wording(
        "What answered as your clinic's records couldn't prove that it is them. The password wasn't sent.",
        "Tell whoever looks after the records: either their server doesn't ask by scram-sha-256, or something else"
        " answers in its place.",
    ),
}


def wording_of(trouble: Trouble) -> Wording:
    """What is said of it, for where the records are."""
    here = _HERE[trouble]
    return _ON_SERVER.get(trouble, here) if spoken_of() is Where.ON_SERVER else here
