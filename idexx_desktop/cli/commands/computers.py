"""Which computers may open the Neo sign-in, and the recovery kit. Codes come from standard input or a prompt."""

from __future__ import annotations

import sys
from argparse import Namespace

from idexx_desktop import streams
from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.failures import Failure, FailureCode


def rotate_key(program: Program, _options: Namespace) -> Answer:
    """Seal the sign-in with a new key."""
    program.computers.rotate_key()
    return Answer(
        ["The Neo sign-in has a new key. Every approved computer goes on as before."], {"rotated": True}
    )


def computers_list(program: Program, _options: Namespace) -> Answer:
    """The approved computers, those that ask, and the kit."""
    found, zone = program.computers.overview(), program.zone
    rows = [
        (
            each.id,
            each.name + (" (this computer)" if each.is_this else ""),
            "approved",
            short(each.approved_at, zone),
        )
        for each in found.approved
    ]
    rows += [(each.id, each.name, "asks", short(each.requested_at, zone)) for each in found.requests]
    lines = table(("Id", "Computer", "State", "Since"), rows) if rows else ["No computer is approved yet."]
    if not found.is_approved:
        lines.append("This computer isn't approved: idexx-desktop computers ask.")
    lines.append(
        f"Recovery kit {found.kit.number}, made {short(found.kit.made_at, zone)}"
        if found.kit
        else "No recovery kit yet."
    )
    document = {
        "this_computer": found.this_name,
        "approved": found.is_approved,
        "asked_at": moment(found.asked_at, zone),
        "computers": [
            {
                "id": each.id,
                "name": each.name,
                "approved_at": moment(each.approved_at, zone),
                "this": each.is_this,
            }
            for each in found.approved
        ],
        "requests": [
            {"id": each.id, "name": each.name, "requested_at": moment(each.requested_at, zone)}
            for each in found.requests
        ],
        "recovery_kit": {"number": found.kit.number, "made_at": moment(found.kit.made_at, zone)}
        if found.kit
        else None,
        "key_made_at": moment(found.key_made_at, zone),
    }
    return Answer(lines, document)


def computers_ask(program: Program, _options: Namespace) -> Answer:
    """Ask for this computer to be approved."""
    code = program.computers.ask()
    name = program.computers.overview().this_name
    return Answer(
        [
            f"On a computer that is approved: approve {name} and type this code there:",
            f"    {code}",
            "Then this computer can sync.",
        ],
        {"code": code, "name": name},
    )


def computers_approve(program: Program, options: Namespace) -> Answer:
    """Approve a computer that asks, by the code that it shows."""
    program.computers.approve(options.request, read_code("Code shown on the other computer: "))
    return Answer(["Approved. That computer can open the Neo sign-in now."], {"approved": True})


def computers_dismiss(program: Program, options: Namespace) -> Answer:
    """Turn a request down."""
    program.computers.dismiss(options.request)
    return Answer(["The request was dismissed."], {"dismissed": True})


def computers_remove(program: Program, options: Namespace) -> Answer:
    """Take a computer out; the others get a new key."""
    program.computers.remove(options.computer)
    return Answer(
        ["Removed. Change the Neo password as well if that computer was lost or taken."], {"removed": True}
    )


def kit_make(program: Program, _options: Namespace) -> Answer:
    """Make a recovery kit; the one before it stops working."""
    kit, zone = program.computers.make_kit(), program.zone
    lines = [
        f"Recovery kit {kit.number} for {kit.practice}, {short(kit.made_at, zone)}",
        f"    {kit.code}",
        "Write it down or print it, and keep it away from this computer. It isn't shown again.",
        "On a new computer: idexx-desktop recovery-kit use.",
    ]
    return Answer(lines, {"code": kit.code, "number": kit.number, "made_at": moment(kit.made_at, zone)})


def kit_use(program: Program, _options: Namespace) -> Answer:
    """Unlock the stored sign-in with the kit's code."""
    program.computers.recover(read_code("Code of the recovery kit: "))
    return Answer(["The Neo sign-in is unlocked on this computer."], {"recovered": True})


def read_code(prompt: str) -> str:
    """A code from standard input (one line), or from a prompt; never from an argument."""
    if streams.is_terminal(sys.stdin):
        streams.say(prompt, end="")
    code = streams.read_line("code").strip()
    if not code:
        raise Failure(FailureCode.INVALID_INPUT, "code", title="Give the code on standard input.")
    return code
