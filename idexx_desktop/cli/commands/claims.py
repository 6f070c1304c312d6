"""`calls claim` and `calls release`: that one is calling now, for everybody to see, and that one isn't any more."""

from __future__ import annotations

from argparse import Namespace
from uuid import UUID

from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, moment
from idexx_desktop.domain.failures import Failure, FailureCode

# somebody else is calling: nothing was claimed, and nothing went wrong
NOT_CLAIMED = 3


def claim(program: Program, options: Namespace) -> Answer:
    """Ten minutes, or until the outcome. Where somebody else is calling that owner, who and since when."""
    call_id = _id(options.call)
    other = program.claims.claim(call_id, anyway=options.anyway)
    if other is None:
        said = "Everybody sees now that you are calling: for 10 minutes, or until you record what came of it."
        return Answer([said], {"call_id": call_id, "claimed": True})
    place = f" ({other.device})" if other.device else ""
    since = f"{other.since.astimezone(program.zone):%H:%M}"
    document = {
        "call_id": call_id,
        "claimed": False,
        "claimed_by": other.by,
        "device": other.device,
        "since": moment(other.since, program.zone),
    }
    lines = [f"{other.by} is calling since {since}{place}.", "To call all the same, say --anyway."]
    return Answer(lines, document, NOT_CLAIMED)


def release(program: Program, options: Namespace) -> Answer:
    """One isn't calling any more."""
    call_id = _id(options.call)
    released = program.claims.release(call_id)
    said = "Others see that you aren't calling any more." if released else "You had not said that you call."
    return Answer([said], {"call_id": call_id, "released": released})


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Failure(FailureCode.INVALID_INPUT, "call", title="There is no such call.") from None
