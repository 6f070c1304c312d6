"""An admin's program in memory: beside the own clinic's rows those of a colleague, and of two other clinics."""

from __future__ import annotations

from dataclasses import replace

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import Whose
from idexx_desktop.domain.overview import ClinicState, SignInState
from idexx_desktop.domain.records import ClinicRef, Directory, Identity, MissedRun, PersonRef
from tests.gui.fake_program import FakeProgram
from tests.gui.made_up import OWN, local, session

ELM = Whose("user-2", "clinic-2")
COLLEAGUE = Whose("user-3", "clinic-1")
CLINICS = (
    ClinicRef("clinic-1", "Harbour Vet", "America/Los_Angeles"),
    ClinicRef("clinic-2", "Elm Road Animal Hospital", "America/New_York"),
    ClinicRef("clinic-3", "Pine Hill", ""),
)
PEOPLE = (
    PersonRef("user-1", "front@desk.example"),
    PersonRef("user-2", "anna@elm.example"),
    PersonRef("user-3", "colleague@desk.example"),
)


def make_admin(program: FakeProgram, *, begins_with_all: bool) -> None:
    """Let the program be an admin's, who looks at three clinics."""
    program.identity = Identity(str(OWN.user_id), "front@desk.example", "front", True)
    program.directory.value = Directory(PEOPLE, CLINICS, begins_with_all)
    of_elm = [replace(row, id=f"elm-{row.id}", others=ELM) for row in program.visits.all]
    of_colleague = [
        replace(row, id=f"colleague-{row.id}", others=COLLEAGUE) for row in program.visits.all[:2]
    ]
    program.visits.all = [
        row for rows in zip(program.visits.all, of_elm, strict=True) for row in rows
    ] + of_colleague
    calls = program.calls.calls
    program.calls.calls = [*calls, *(replace(row, id=f"elm-{row.id}", others=ELM) for row in calls[3:5])]
    program.history.all = [
        session(failed=2, id="elm-session", device="Elm PC", others=ELM),
        MissedRun(local(22, 7), "asleep", None, "Elm PC", "missed-1", Whose(clinic_id=ELM.clinic_id)),
        *program.history.all,
    ]
    program.status.all = clinic_states()


def clinic_states() -> list[ClinicState]:
    """One that is up to date, one whose sign-in was refused, one that was never set up."""
    harbour, elm, pine = CLINICS
    accepted = SignInState("front@desk.example", "valid", None, local(22, 10, 42))
    refused = SignInState("anna@elm.example", "invalid", "wrong_password", local(18, 9))
    return [
        ClinicState(harbour, local(22, 10, 42), None, None, False, 0, (accepted,)),
        ClinicState(elm, local(20, 16), Failure(FailureCode.WRONG_PASSWORD), None, True, 4, (refused,)),
        ClinicState(pine, None, None, None, False, 0, ()),
    ]
