"""Set-up, credentials, schedule, and what an owner does on a server."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from dataclasses import replace
from datetime import time
from pathlib import Path

from idexx_desktop import app, streams
from idexx_desktop.app import Environment, Program, SetUp
from idexx_desktop.cli.arguments import instant
from idexx_desktop.cli.output import Answer, drop_empty, moment, short
from idexx_desktop.domain.addresses import shown_address
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.records import ScheduleRecord
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.services.places import opens_by_passphrase

_ASKS_EACH_TIME = (
    "Its window asks for this clinic's passphrase each time; nothing syncs until it was entered."
)


def init(environment: Environment, options: Namespace) -> Answer:
    """Make the profile, or say that it is there."""
    wanted = SetUp(
        practice=options.practice,
        timezone=options.timezone,
        email=options.email,
        country=options.country,
        neo_url=options.neo_url or environment.neo_url,
        review=options.review,
    )
    if options.postgres_programs:
        programs = Path(options.postgres_programs).expanduser().absolute()
        environment = replace(environment, postgres_programs=programs)
    with app.set_up(environment, wanted) as (program, created):
        zone = program.clinic.timezone
        done = "is set up" if created else "was set up already; nothing was changed"
        lines = [
            f"{program.clinic.name} {done}.",
            f"Records: {program.records_place}. Passwords: {program.kept_in}.",
            "Next: idexx-desktop credentials set" if created else "",
        ]
        document = {
            "created": created,
            "practice": program.clinic.name,
            "timezone": zone,
            "clinic_id": program.clinic.clinic_id,
            "user_id": program.identity.user_id,
            "home": str(environment.home),
        }
    return Answer([line for line in lines if line], document)


def credentials_set(program: Program, options: Namespace) -> Answer:
    """Test a sign-in and keep it; one that is rejected is not kept."""
    login = NeoLogin(options.company_id, options.username, read_password(from_stdin=options.password_stdin))
    signed_in_as = None
    if not options.skip_test:
        signed_in_as = program.credentials.test(login).display_name
    program.credentials.save(login, start_over=options.start_over)
    words = (
        f"Signed in as {signed_in_as}; the sign-in is kept."
        if signed_in_as
        else "The sign-in is kept, untested."
    )
    return Answer(
        [words, f"It is kept sealed; its key is in {program.kept_in}."],
        {"saved": True, "tested": signed_in_as is not None, "signed_in_as": signed_in_as},
    )


def credentials_test(program: Program, _options: Namespace) -> Answer:
    """Test the sign-in that is kept."""
    name = program.credentials.test_saved().display_name
    return Answer([f"Signed in as {name}."], {"ok": True, "signed_in_as": name})


def credentials_open_neo(program: Program, _options: Namespace) -> Answer:
    """Open Neo for a person, who answers there what it asks."""
    streams.say(
        "IDEXX Neo opens in a window: answer there what it asks. It closes by itself once that is done."
    )
    name = program.credentials.answer_by_hand().display_name
    return Answer([f"Signed in as {name}. What was answered is kept."], {"ok": True, "signed_in_as": name})


def credentials_status(program: Program, _options: Namespace) -> Answer:
    """What is known of the sign-in, without the password."""
    found = program.credentials.status()
    suspended = found.suspended.as_dict() if found.suspended else None
    hosts = program.allowed_hosts.hosts()
    lines = drop_empty(
        {
            "State": found.state,
            "User": found.username_hint,
            "Company id": found.company_id,
            "Last accepted": short(found.last_validated_at, program.zone)
            if found.last_validated_at
            else None,
            "Paused": found.suspended.title if found.suspended else None,
            "Key kept in": found.kept_in,
            "Files allowed from": ", ".join(hosts) or None,
        }
    )
    document = {
        "credential_status": found.state,
        "username": found.username_hint or None,
        "company_id": found.company_id or None,
        "last_validated_at": moment(found.last_validated_at, program.zone),
        "suspended": suspended,
        "kept_in": found.kept_in,
        "allowed_hosts": list(hosts),
    }
    return Answer(lines, document)


def credentials_address(program: Program, options: Namespace) -> Answer:
    """Where the sign-in goes on this computer, after an answer was given; with the question that is open."""
    service = program.neo_address
    if options.use is not None:
        service.use(options.use)
    elif options.keep:
        service.keep()
    place = service.place()
    suggested, asked = place.suggestion, place.asked
    lines = drop_empty(
        {
            "In use here": place.address or "none yet",
            "In the clinic's records": shown_address(suggested.address),
            "Set by": suggested.by,
            "Set on": short(suggested.at, program.zone) if suggested.at else None,
        }
    )
    if asked is not None:
        lines += [asked.title, "Answer with: idexx-desktop credentials address --use ADDRESS, or --keep"]
    document = {
        "address": place.address or None,
        "suggested": suggested.address,
        "suggested_by": suggested.by or None,
        "suggested_at": moment(suggested.at, program.zone),
        "question": asked.as_dict() if asked else None,
    }
    return Answer(lines, document)


def credentials_browser(program: Program, options: Namespace) -> Answer:
    """Which browser signs in on this computer, after it was chosen."""
    if options.path is not None:
        program.neo_address.choose_browser(options.path)
    path = program.neo_address.browser_path()
    return Answer([path or "The program finds one by itself."], {"browser": path})


def credentials_branch(program: Program, options: Namespace) -> Answer:
    """Which branch is chosen where Neo asks, after a person named one."""
    if options.name is not None:
        program.neo_address.choose_branch(options.name)
    branch = program.neo_address.branch()
    return Answer([branch or "None was named: if Neo asks, the sync says so."], {"branch": branch})


def credentials_allow_host(program: Program, options: Namespace) -> Answer:
    """Allow static files of a host for Neo's sign-in page on this computer, or no more."""
    service = program.allowed_hosts
    if options.remove:
        host, told = service.remove(options.host), "Files from {host} aren't allowed any more."
    else:
        told = (
            "On this computer Neo's sign-in page may use scripts, styles, fonts and pictures from {host}, until the"
            " password is typed. Nothing is ever sent there."
        )
        host = service.allow(options.host)
    return Answer([told.format(host=host)], {"allowed_hosts": list(service.hosts())})


def credentials_proxy(program: Program, options: Namespace) -> Answer:
    """The proxy on the way to Neo, and who signs in to it, after that was changed."""
    service = program.proxy
    if options.forget:
        service.forget()
    elif options.user is not None:
        service.keep(options.user, read_password(from_stdin=options.password_stdin))
    place = service.place()
    who = f", signed in to as {place.user}" if place.user else ""
    if place.refused:
        who = f", which didn't accept {place.user}; nothing is told to it before others are entered"
    words = (
        f"Neo is reached through {place.address}{who}."
        if place.address
        else "Neo is reached without a proxy."
    )
    return Answer(
        [words],
        {
            "proxy": place.address or None,
            "user": place.user or None,
            "refused": place.refused,
        },
    )


def credentials_forget(program: Program, _options: Namespace) -> Answer:
    """Remove the sign-in."""
    program.credentials.forget()
    return Answer(["The Neo sign-in was removed."], {"forgotten": True})


def credentials_accept_key_file(program: Program, _options: Namespace) -> Answer:
    """Go on with an older key file."""
    accepted = program.credentials.accept_key_file()
    words = "The key file that was put back is used from now on." if accepted else "Nothing was put back."
    return Answer([words], {"accepted": accepted})


def schedule(program: Program, options: Namespace) -> Answer:
    """Show the schedule, after changing what was asked for."""
    zone = program.zone
    kept = program.settings.schedule()
    wanted = replace(
        kept,
        enabled=(kept.enabled or options.on) and not options.off,
        every_hours=options.every_hours if options.every_hours is not None else kept.every_hours,
        open_time=_time(options.open) or kept.open_time,
        close_time=_time(options.close) or kept.close_time,
    )
    if wanted != kept:
        kept = program.settings.save_schedule(wanted)
    if options.public_holidays is not None:
        kept = close_on_holidays(program, options.public_holidays or None)
    if options.resume or options.pause_until:
        kept = program.settings.pause_until(None if options.resume else instant(options.pause_until, zone))
    hours = f"{kept.open_time:%H:%M} to {kept.close_time:%H:%M}"
    lines = [
        f"Every {kept.every_hours:g} hours from {hours}, while the program runs."
        if kept.enabled
        else "Switched off: nothing syncs by itself.",
        f"Next sync: {short(kept.next_due_at, zone)}",
        f"Closed on: {', '.join(map(str, sorted(kept.closed_days)))}" if kept.closed_days else "",
    ]
    document = {
        "enabled": kept.enabled,
        "every_hours": kept.every_hours,
        "open": f"{kept.open_time:%H:%M}",
        "close": f"{kept.close_time:%H:%M}",
        "closed_days": [day.isoformat() for day in sorted(kept.closed_days)],
        "paused_until": moment(kept.paused_until, zone),
        "next_scheduled_sync": moment(kept.next_due_at, zone),
    }
    return Answer([line for line in lines if line], document)


def close_on_holidays(program: Program, region: str | None) -> ScheduleRecord:
    """Add the coming public holidays to the dates on which the clinic is closed."""
    settings = program.settings
    if not settings.holidays_are_offered():
        raise Failure(
            FailureCode.INVALID_INPUT, "holidays", title="The package “holidays” is not installed here."
        )
    rules = settings.call_rules()
    settings.save_call_rules(replace(rules, closed_days=rules.closed_days | settings.public_holidays(region)))
    return settings.schedule()


def autostart(program: Program, options: Namespace) -> Answer:
    """Turn starting with the session on or off, and say how it stands."""
    if options.action == "on":
        program.autostart.turn_on()
    elif options.action == "off":
        program.autostart.turn_off()
    is_on = program.autostart.is_on()
    asks = opens_by_passphrase(program.environment)
    lines = ["The program opens only when you open it."]
    if is_on:
        lines = ["The program opens, hidden in the tray, when you sign in to this computer."]
        lines += [_ASKS_EACH_TIME] if asks else []
    return Answer(lines, {"autostart": is_on, "asks_for_passphrase": asks})


def read_password(*, from_stdin: bool) -> str:
    """The password from standard input (one line), or from a prompt; never from an argument."""
    if from_stdin:
        return streams.read_line("password")
    title = "Give the password with --password-stdin."
    if streams.is_terminal(sys.stdin):
        try:
            return getpass.getpass("Password: ")
        except (EOFError, OSError):  # Ctrl+D, or a terminal that is gone
            title = "No password was given."
        except UnicodeDecodeError:
            title = "What was typed is no text."
    raise Failure(FailureCode.INVALID_INPUT, "password", title=title)


def _time(text: str | None) -> time | None:
    if text is None:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        title = f"“{text}” is no time; it looks like 07:30."
        raise Failure(FailureCode.INVALID_INPUT, "time", title=title) from None
