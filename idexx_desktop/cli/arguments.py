"""The command line: every sub-command with its options. Passwords never come as arguments."""

from __future__ import annotations

import argparse
from datetime import datetime
from zoneinfo import ZoneInfo

from idexx_desktop import __version__
from idexx_desktop.cli.arguments_calls import add_calls
from idexx_desktop.cli.arguments_of_calls import add_deaths
from idexx_desktop.cli.arguments_of_numbers import add_numbers
from idexx_desktop.cli.arguments_of_questions import add_questions
from idexx_desktop.cli.concern_arguments import add_concerns
from idexx_desktop.cli.consent_arguments import add_consents
from idexx_desktop.cli.report_arguments import add_reports
from idexx_desktop.domain.exports import ExportFormat
from idexx_desktop.domain.failures import Failure, FailureCode


def build_parser() -> argparse.ArgumentParser:
    """The parser; `command` (and `action` where there is one) name what was asked for."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--home", help="the profile's folder", default=argparse.SUPPRESS)
    common.add_argument(
        "--json", action="store_true", help="print one JSON document", default=argparse.SUPPRESS
    )
    parser = argparse.ArgumentParser(
        prog="idexx-desktop",
        parents=[common],
        description="Every visit is accounted for, no owner gets a wrong call, and you can see why.",
        epilog="Without a command the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"idexx-desktop {__version__}")
    parser.add_argument("--hidden", action="store_true", help="open in the tray, without showing the window")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=text, description=text, parents=[common])

    def group(name: str, text: str) -> argparse._SubParsersAction[argparse.ArgumentParser]:
        return command(name, text).add_subparsers(dest="action", metavar="ACTION", required=True)

    _add_set_up(
        command("init", "Set this computer up: records, clinic, user. Doing it again changes nothing.")
    )
    _add_credentials(group("credentials", "The clinic's Neo sign-in."), common)
    _add_computers(group("computers", "Which computers may open the Neo sign-in."), common)
    _add_recovery_kit(group("recovery-kit", "A printed code that unlocks the Neo sign-in."), common)
    sync = command("sync", "Read Neo now, reconcile, schedule discharge calls.")
    sync.add_argument("--hours", type=float, default=48.0, help="how far back to read (default 48)")
    sync.add_argument(
        "--take-back",
        action="store_true",
        help="even if Neo shows most visits no more, where the last sync stopped for that",
    )
    _add_whose(command("status", "Up to date as of when, and what comes next."), by_person=False)
    sessions = command("sessions", "The history of syncs.")
    sessions.add_argument("--limit", type=int, default=50)
    _add_whose(sessions)
    _add_whose(command("failures", "The consultations that couldn't be read, each with its reason."))
    retry = command("retry", "Try failed consultations again: those named, or all.")
    retry.add_argument("visits", nargs="*", metavar="VISIT", help="visit key or consultation id")
    retry.add_argument("--all", action="store_true", dest="everything")
    for name, text in (("visits", "Visits with state and reason."), ("calls", "Discharge calls.")):
        listed = command(name, text)
        _add_range(listed)
        _add_whose(listed)
        if name == "calls":
            add_calls(listed, common)
        else:
            listed.add_argument(
                "--why", action="store_true", help="with each rule, how it ended and what it saw"
            )
            add_deaths(listed.add_subparsers(dest="action", metavar="ACTION"), common)
    for days in add_reports(command):
        _add_whose(days)
    decide = command("decide", "What a person decides about one visit, as under Needs attention.")
    decide.add_argument("visit", metavar="VISIT", help="the visit's key")
    decide.add_argument(
        "choice",
        choices=("call", "call-with-care", "no-call", "ignore", "take-back"),
        help="call-with-care: the animal may not be well, whoever calls looks at the record first",
    )
    decide.add_argument("--why", default="", metavar="TEXT", help="kept with the decision")
    decide.add_argument("--at", metavar="TIME", help="when to call, instead of when the clinic's rules say")
    command("agreement", "How often the program would have done as people did: before review mode is left.")
    words = command(
        "neo-words", "Values of Neo's that aren't known, and what they mean: asked once for all visits."
    )
    words.add_argument("value", nargs="?", metavar="ID", help="the value to answer, as it is listed")
    words.add_argument(
        "--means", choices=("alive", "not-alive", "open"), default="open", help="what it says of every animal"
    )
    known = command(
        "sentences", "For which words visits are held, and what they are: said once for all records."
    )
    known.add_argument("visit", nargs="?", metavar="VISIT", help="the visit whose sentences are shown")
    known.add_argument(
        "number", nargs="?", type=int, metavar="NUMBER", help="the sentence to say something of"
    )
    known.add_argument("--means", choices=("standard-text", "another-animal"), help="what the sentence is")
    known.add_argument("--take-back", metavar="MARK", help="let a sentence that is known hold visits again")
    add_numbers(group("numbers", "What people say of owners' numbers."), common)
    add_concerns(group("concerns", "What owners were concerned about, until somebody answers."), common)
    add_questions(group("questions", "What is asked in calls about each kind of visit."), common)
    add_consents(group("consents", "What owners agreed to: to be called, or texted."), common)
    audit = group("audit", "The activity record.")
    _add_audit(audit, common)
    _add_retention(audit, common)
    _add_server(group("db", "The clinic's database."), group("users", "Who may use the database."), common)
    _add_schedule(command("schedule", "When syncs run by themselves; without options it is shown."))
    autostart = command("autostart", "Whether the window opens, hidden in the tray, with your session here.")
    autostart.add_argument("action", choices=("on", "off", "status"))
    _add_backup(
        command("backup", "Back up this computer's records; it counts once it was tried."),
        command("restore", "Put a backup back: on a new computer, or in place of its records."),
    )
    _add_simulate(command("simulate", "Run the practice Neo on this computer."))
    command("doctor", "Check every part and say what is wrong.")
    demo = command("demo", "Show the whole program on a practice Neo.")
    demo.add_argument("--pictures", metavar="FOLDER", help="save pictures of every page there and exit")
    uninstall = command(
        "uninstall", "Every place where this profile has put something; with --delete they are removed."
    )
    uninstall.add_argument(
        "--delete", metavar="PRACTICE", help="remove all but backups: the clinic's name, as it is written"
    )
    move = command(
        "move", "Move a profile on a network drive or in a synchronised folder to this computer's own disk."
    )
    move.add_argument("--to", metavar="FOLDER", help="an empty or new folder (default: the usual one)")
    command("stop", "Stop this profile's embedded PostgreSQL server.")
    return parser


def instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A date or an ISO 8601 time as typed; without an offset it is the clinic's. INVALID_INPUT otherwise."""
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        title = f"“{text}” is no date or time; it looks like 2026-11-22 or 2026-11-22T16:00."
        raise Failure(FailureCode.INVALID_INPUT, "time", title=title) from None
    return when if when.tzinfo else when.replace(tzinfo=zone)


def _add_set_up(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--practice", required=True, metavar="NAME", help="the clinic's name")
    parser.add_argument("--timezone", required=True, metavar="ZONE", help="like America/Los_Angeles")
    parser.add_argument("--email", required=True, metavar="ADDRESS", help="the user's e-mail address")
    parser.add_argument("--country", default="US", help="of numbers without a country code (default US)")
    parser.add_argument("--neo-url", metavar="URL", help="like https://us.idexxneo.com")
    parser.add_argument("--review", action="store_true", help="show calls first, schedule none")
    parser.add_argument(
        "--postgres-programs",
        metavar="FOLDER",
        help="keep the records with an installed PostgreSQL 15 or newer: the folder of its programs",
    )


def _add_credentials(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    keep = actions.add_parser("set", parents=[common], help="test the sign-in and keep it")
    keep.add_argument("--company-id", default="", metavar="N")
    keep.add_argument("--username", required=True, metavar="U")
    keep.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    keep.add_argument("--skip-test", action="store_true", help="keep it without asking Neo")
    keep.add_argument(
        "--start-over",
        action="store_true",
        help="even if this computer isn't approved: the others, and the recovery kit, are left behind",
    )
    actions.add_parser("test", parents=[common], help="test the sign-in that is kept")
    actions.add_parser(
        "open-neo", parents=[common], help="open Neo in a window, signed in, to answer once what it asks"
    )
    actions.add_parser("status", parents=[common], help="what is known of it")
    address = actions.add_parser(
        "address", parents=[common], help="where it goes from this computer, and what is asked about that"
    )
    answer = address.add_mutually_exclusive_group()
    answer.add_argument("--use", metavar="ADDRESS", help="sign in there from now on")
    answer.add_argument("--keep", action="store_true", help="stay with the address of before")
    browser = actions.add_parser("browser", parents=[common], help="which browser signs in on this computer")
    browser.add_argument("--path", metavar="FILE", help='its program; "" for the one that is found by itself')
    branch = actions.add_parser(
        "branch", parents=[common], help="which branch to choose where Neo asks after the sign-in"
    )
    branch.add_argument("name", nargs="?", metavar="NAME", help='as Neo shows it; "" for none')
    allow = actions.add_parser(
        "allow-host",
        parents=[common],
        help="let Neo's sign-in page use static files of another host, on this computer only",
    )
    allow.add_argument("host", metavar="HOST", help="like cdn.example.com")
    allow.add_argument("--remove", action="store_true", help="allow it no more")
    proxy = actions.add_parser(
        "proxy",
        parents=[common],
        help="what this computer's proxy asks for, on this computer only",
    )
    proxy.add_argument("--user", metavar="U", help="sign in to it as this user")
    proxy.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    proxy.add_argument("--forget", action="store_true", help="sign in to it no more")
    actions.add_parser("rotate-key", parents=[common], help="seal it with a new key")
    actions.add_parser("forget", parents=[common], help="remove it from this computer and the records")
    actions.add_parser(
        "accept-key-file",
        parents=[common],
        help="an older copy of the key file was put back, and that is meant",
    )


def _add_computers(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    actions.add_parser("list", parents=[common], help="the approved ones, those that ask, and the kit")
    actions.add_parser("ask", parents=[common], help="ask for this computer to be approved; shows a code")
    approve = actions.add_parser(
        "approve", parents=[common], help="approve one that asks; its code is read from standard input"
    )
    dismiss = actions.add_parser("dismiss", parents=[common], help="turn a request down")
    for each in (approve, dismiss):
        each.add_argument("request", metavar="ID", help="as `computers list` shows it")
    remove = actions.add_parser("remove", parents=[common], help="take one out; the others get a new key")
    remove.add_argument("computer", metavar="ID", help="as `computers list` shows it")


def _add_recovery_kit(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    actions.add_parser("make", parents=[common], help="make a new one and show its code, once")
    actions.add_parser("use", parents=[common], help="unlock by its code, read from standard input")


def _add_range(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="since", metavar="TIME", help="date or time (default: two days ago)")
    parser.add_argument("--to", dest="until", metavar="TIME", help="date or time, excluded")


def _add_whose(parser: argparse.ArgumentParser, *, by_person: bool = True) -> None:
    parser.add_argument(
        "--all", action="store_true", dest="everybody", help="everybody's, of all clinics (admins)"
    )
    parser.add_argument("--clinic", metavar="NAME", help="everybody's of this clinic (admins)")
    if by_person:
        parser.add_argument("--user", metavar="EMAIL", help="this person's (admins)")


def _add_audit(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    rows = actions.add_parser("list", parents=[common], help="the newest rows")
    _add_span(rows)
    rows.add_argument("--limit", type=int, default=100)
    rows.add_argument("--person", metavar="LOGIN", help="as the list names them")
    rows.add_argument("--action", dest="only_action", metavar="ACTION", help="like visit.decided")
    rows.add_argument("--status", dest="only_status", metavar="RESULT", help="like failed")
    rows.add_argument("--visit", metavar="KEY", help="the key of a visit, like a:5001")
    verify = actions.add_parser("verify", parents=[common], help="compute the chains of hashes again")
    verify.add_argument(
        "--renew-copies",
        action="store_true",
        help="set this computer's signed copies aside first, after records came back from a backup",
    )
    export = actions.add_parser("export", parents=[common], help="save the record as a file")
    _add_span(export)
    export.add_argument("--out", required=True, metavar="FILE", help="must not be there yet")
    export.add_argument(
        "--format",
        choices=[str(form) for form in ExportFormat],
        default=str(ExportFormat.SIGNED),
        help="jsonl: with a signed manifest, to prove something by (default); csv: a table for people",
    )


def _add_retention(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    retention = actions.add_parser(
        "retention",
        parents=[common],
        help="months older than six years; without options they are shown (owner)",
    )
    step = retention.add_mutually_exclusive_group()
    step.add_argument("--export", action="store_true", help="first step: save each month, signed, as a file")
    step.add_argument("--remove", action="store_true", help="second step, seven days later: remove them")
    retention.add_argument("--out", metavar="FOLDER", help="where the exported months go")
    hold = actions.add_parser("hold", parents=[common], help="keep entries whatever their age (owner)")
    hold.add_argument("--why", required=True, metavar="TEXT")
    hold.add_argument("--user", metavar="E-MAIL", help="only what concerns this person (default: everything)")
    release = actions.add_parser("release", parents=[common], help="end a hold (owner)")
    release.add_argument("hold", metavar="ID", help="as `audit retention` shows it")


def _add_span(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="since", metavar="TIME", help="date or time (default: the beginning)")
    parser.add_argument("--to", dest="until", metavar="TIME", help="date or time, excluded (default: now)")


def _add_server(
    database: argparse._SubParsersAction[argparse.ArgumentParser],
    users: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    prepare = database.add_parser(
        "prepare", parents=[common], help="migrate and make the group roles (owner)"
    )
    prepare.add_argument("--dry-run", action="store_true", help="only say what would be done")
    database.add_parser("test", parents=[common], help="try the way to the records, step by step")
    programs = database.add_parser(
        "programs", parents=[common], help="which PostgreSQL runs this computer's records, or choose another"
    )
    choice = programs.add_mutually_exclusive_group()
    choice.add_argument("--use", metavar="FOLDER", help="an installed one: the folder of its programs")
    choice.add_argument("--own", action="store_true", help="the one that this program brings along")
    add = users.add_parser("add", parents=[common], help="make or change a login (owner)")
    add.add_argument("--email", required=True, metavar="E")
    add.add_argument("--role", required=True, choices=("user", "admin", "service"))
    add.add_argument("--login", required=True, metavar="L")
    add.add_argument("--password-stdin", action="store_true")
    add.add_argument("--clinic", metavar="NAME")
    add.add_argument("--connections", type=int, metavar="N", help="at once at most (default: 20)")
    users.add_parser("list", parents=[common], help="the logins and whose they are (owner)")
    deactivate = users.add_parser("deactivate", parents=[common], help="end every login of a person (owner)")
    deactivate.add_argument("--email", required=True, metavar="E")


def _add_schedule(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--every-hours", type=float, metavar="N")
    parser.add_argument("--open", metavar="HH:MM", help="the clinic opens")
    parser.add_argument("--close", metavar="HH:MM", help="the clinic closes")
    parser.add_argument("--pause-until", metavar="TIME")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument(
        "--public-holidays",
        nargs="?",
        const="",
        metavar="REGION",
        help="close the clinic on those of its country, and of a region like CA, to the end of next year",
    )
    switch = parser.add_mutually_exclusive_group()
    switch.add_argument("--on", action="store_true")
    switch.add_argument("--off", action="store_true")


def _add_backup(backup: argparse.ArgumentParser, restore: argparse.ArgumentParser) -> None:
    backup.add_argument(
        "--to", metavar="FOLDER", help="default: the folder that was chosen for daily backups"
    )
    which = backup.add_mutually_exclusive_group()
    which.add_argument("--daily", action="store_true", help="choose the folder for daily backups, too")
    which.add_argument("--no-daily", action="store_true", help="no more daily backups; makes none now")
    which.add_argument("--list", action="store_true", help="show the good backups in the folder; makes none")
    restore.add_argument(
        "--from",
        dest="source",
        required=True,
        metavar="FILE",
        help="a backup, or a folder: its newest one that is proved",
    )
    proof = restore.add_mutually_exclusive_group()
    proof.add_argument(
        "--kit-stdin",
        action="store_true",
        help="on a new computer: the recovery kit's code, read from standard input, proves the backup",
    )
    proof.add_argument(
        "--unverified",
        action="store_true",
        help="use it although nobody can prove it: you know where it comes from",
    )
    restore.add_argument(
        "--replace",
        action="store_true",
        help="in place of the records on this computer, which are set aside and never deleted",
    )


def _add_simulate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--scenario", default="ordinary-day", metavar="NAME")
    parser.add_argument("--visits", type=int, metavar="N")
    parser.add_argument("--latency-ms", type=int, default=0, metavar="N")
