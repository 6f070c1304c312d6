"""What the owner of a database does, and the embedded server, the practice Neo and the check-up."""

from __future__ import annotations

import time
from argparse import Namespace
from contextlib import suppress
from pathlib import Path

from idexx_desktop import app, streams
from idexx_desktop.app import Environment
from idexx_desktop.cli.commands.setting_up import read_password
from idexx_desktop.cli.output import Answer, table
from idexx_desktop.domain.connection import problem_in
from idexx_desktop.domain.failures import WORDS, FailureCode
from idexx_desktop.domain.placing import Where, spoken_of
from idexx_desktop.ending import Ended
from idexx_desktop.services.connection import check_given
from idexx_desktop.services.postgres_programs import choose_programs, programs_in_use


def prepare(environment: Environment, options: Namespace) -> Answer:
    """Migrate the database and make the group roles; needs no profile."""
    from idexx_desktop.services import ownership  # Alembic and provisioning: only here

    steps = ownership.prepare_database(environment.require_owner_url(), dry_run=options.dry_run)
    head = "This would be done:" if options.dry_run else "Done:"
    return Answer([head, *(f"  {step}" for step in steps)], {"dry_run": options.dry_run, "steps": steps})


def db_test(environment: Environment, _options: Namespace) -> Answer:
    """Try the way to the records, step by step; exit code 7 where it isn't whole."""
    steps = check_given(environment)
    ok = problem_in(steps) is None
    lines = []
    for step in steps:
        lines.append(f"{_state(step.ok, step.is_warning):<9}  {step.title}  {step.words}".rstrip())
        if step.advice:
            lines.append(f"{'':<9}  What to do: {step.advice}")
    document = {
        "ok": ok,
        "steps": [
            {"name": str(step.part), "ok": step.ok, "words": step.words, "advice": step.advice}
            for step in steps
        ],
    }
    return Answer(lines, document, 0 if ok else WORDS[FailureCode.DATABASE_UNREACHABLE].exit_code)


def programs(environment: Environment, options: Namespace) -> Answer:
    """Which PostgreSQL runs this computer's records, after choosing another if that was asked for."""
    if options.use or options.own:
        chosen = Path(options.use).expanduser().absolute() if options.use else None
        used = choose_programs(environment, chosen)
    else:
        used = programs_in_use(environment)
    lines = [
        f"PostgreSQL {used.version}, {used.origin}.",
        f"Programs: {used.folder}",
        f"SHA-256 of postgres: {used.digest}",
    ]
    document = {
        "version": used.version,
        "folder": str(used.folder),
        "installed": used.chosen,
        "sha256": used.digest,
    }
    return Answer(lines, document)


def users_add(environment: Environment, options: Namespace) -> Answer:
    """Make or change a login and say whose it is."""
    from idexx_desktop.services import ownership  # Alembic and provisioning: only here

    password = read_password(from_stdin=options.password_stdin)
    user_id = ownership.add_user(
        environment.require_owner_url(),
        email=options.email,
        role=options.role,
        login=options.login,
        password=password,
        clinic=options.clinic,
        connections=options.connections,
    )
    return Answer([f"{options.login} may sign in as {options.email} ({options.role})."], {"user_id": user_id})


def users_list(environment: Environment, _options: Namespace) -> Answer:
    """The logins and whose they are."""
    from idexx_desktop.services import ownership  # Alembic and provisioning: only here

    users = ownership.list_users(environment.require_owner_url())
    rows = [
        (user.login, user.email, user.role, ", ".join(user.clinics) or "-", "yes" if user.active else "no")
        for user in users
    ]
    document = {
        "users": [
            {
                "login": user.login,
                "email": user.email,
                "role": user.role,
                "clinics": list(user.clinics),
                "active": user.active,
            }
            for user in users
        ]
    }
    return Answer(table(("Login", "E-mail", "Role", "Clinics", "Active"), rows), document)


def users_deactivate(environment: Environment, options: Namespace) -> Answer:
    """End every login of a person; their records and their part of the activity record stay."""
    from idexx_desktop.services import ownership  # Alembic and provisioning: only here

    logins = ownership.deactivate_user(environment.require_owner_url(), options.email)
    words = f"Can't sign in any more: {', '.join(logins)}." if logins else "Was deactivated already."
    return Answer([words], {"deactivated": logins})


def stop(environment: Environment, _options: Namespace) -> Answer:
    """Close the records on this computer: stop the embedded server of this profile."""
    stopped = app.stop_server(environment)
    words = "The records on this computer were closed." if stopped else "The records weren't open."
    if not stopped and spoken_of() is Where.ON_SERVER:
        words = "The records are on your clinic's server, which this program doesn't stop."
    return Answer([words], {"stopped": stopped})


def doctor(environment: Environment, _options: Namespace) -> Answer:
    """Check every part; exit code 1 where something is wrong."""
    checks = app.check_up(environment)
    lines = [f"{_state(check.ok, check.warning):<9}  {check.name}: {check.detail}" for check in checks]
    document = {
        "checks": [
            {"name": check.name, "ok": check.ok, "warning": check.warning, "detail": check.detail}
            for check in checks
        ]
    }
    return Answer(lines, document, 1 if any(check.ok is False for check in checks) else 0)


def move(environment: Environment, options: Namespace) -> Answer:
    """Make the profile this computer's alone."""
    from idexx_desktop.services.moving import move_here  # rarely, as the next

    moved = move_here(environment, None if options.to is None else Path(options.to))
    lines = [f"These records are on this computer alone now: {moved.home}"]
    if moved.before is not None:
        lines.append(f"What was in {moved.before} is still there, as it was. Delete it once you are sure.")
    return Answer(lines, {"home": str(moved.home), "before": str(moved.before) if moved.before else None})


def uninstall(environment: Environment, options: Namespace) -> Answer:
    """List every place of the profile; remove them with `--delete`."""
    from idexx_desktop.services import uninstalling

    deletes = options.delete is not None
    found = (
        uninstalling.uninstall(environment, options.delete) if deletes else uninstalling.places(environment)
    )
    head = "Removed:" if deletes else "This profile has put something here:"
    lines = [head, *(f"  {each.where}: {each.what}" for each in found if not each.stays)]
    if any(each.stays for each in found):
        lines += ["These stay:", *(f"  {each.where}: {each.what}" for each in found if each.stays)]
    if options.delete is None:
        lines.append(
            "To remove them: idexx-desktop uninstall --delete NAME, with the clinic's name as it is written."
        )
    document = [{"what": each.what, "where": each.where, "stays": each.stays} for each in found]
    return Answer(lines, {"places": document, "removed": deletes})


def simulate(_environment: Environment, options: Namespace) -> Answer:
    """Run the practice Neo until Ctrl+C."""
    with app.practice_neo(
        options.scenario, port=options.port, visits=options.visits, latency_ms=options.latency_ms
    ) as site:
        said = f"company id {site.company_id}, user {site.username}, password {site.password}"
        with suppress(Ended):
            streams.write([site.url, said])
            while True:
                time.sleep(0.5)
    return Answer([])


def _state(ok: bool | None, warning: bool) -> str:
    if ok is None:
        return "not tried"
    return "problem" if not ok else "warning" if warning else "ok"
