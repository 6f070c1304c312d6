"""What the one button of a failure, or of a problem that needs a person, does."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from idexx_desktop.domain.failures import Failure, FailureCode, Route
from idexx_desktop.domain.needs import OF_CALLS, Problem, ProblemKind
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.panels.support_dialog import SupportDialog
from idexx_desktop.gui.strings import shell, tr

_MENDED_IN_SETTINGS = (
    "Enter sign-in",
    "Open settings",
    "Ask for approval",
    "Check the address",
    "Test sign-in",
)
_PLACES: dict[ProblemKind, tuple[str, object]] = {
    ProblemKind.RECORD: ("activity", None),
    ProblemKind.BACKUP: ("settings", "backup"),
    ProblemKind.PAUSED: ("calls", None),
    ProblemKind.LOST: ("visits", VisitState.HELD),
    **dict.fromkeys(OF_CALLS, ("calls", "trouble")),
}


def help_with(page: QWidget, desk: Desk, failure: Failure) -> None:
    """Go where the failure is mended, prepare details for support, or sync."""
    if failure.code is FailureCode.LISTS_EMPTIED:
        desk.sync_all_the_same()
    elif failure.route is Route.SUSPEND or failure.button in _MENDED_IN_SETTINGS:
        desk.go("settings", failure.code)
    elif failure.route in (Route.STOP, Route.OURS) and failure.button != "Try again":
        SupportDialog(page, desk, failure_details(failure)).open()
    else:
        desk.sync_now()


def help_with_problem(page: QWidget, desk: Desk, problem: Problem) -> None:
    """The same, for what needs a person besides the visits."""
    if problem.kind in _PLACES:
        desk.go(*_PLACES[problem.kind])
    elif problem.failure is not None:
        help_with(page, desk, problem.failure)
    else:
        desk.sync_now()


def failure_details(failure: Failure) -> str:
    """What support needs to know of a failure; free of names, as `detail` is."""
    return "\n".join(
        part for part in (tr(shell.CODE, code=failure.code), failure.detail, failure.advice) if part
    )
