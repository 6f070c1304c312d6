"""`--all`, `--clinic NAME`, `--user EMAIL`: an admin looks at the rows of others, and each says whose it is."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass, field
from typing import Protocol

from idexx_desktop.app import Program
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import Whose

_EVERYBODY = Whose()


class Owned(Protocol):
    """A row that says whose it is, where it is not this login's own in its own clinic."""

    @property
    def others(self) -> Whose | None: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose rows are shown. Of nothing but one's own rows nothing more is said."""

    whose: Whose | None = None
    own: Whose = _EVERYBODY
    clinics: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)

    @property
    def titles(self) -> tuple[str, ...]:
        """Of the columns that say whose a row is."""
        return ("Clinic", "User") if self.whose else ()

    def cells(self, row: Owned) -> tuple[str, ...]:
        """The clinic's name and the person's e-mail address; "-" for what is nobody's alone."""
        if self.whose is None:
            return ()
        owner = row.others or self.own
        return self.clinics.get(owner.clinic_id or "", "-"), self.people.get(owner.user_id or "", "-")

    def fields(self, row: Owned) -> dict[str, str]:
        """The same for scripts."""
        return dict(zip(("clinic", "user"), self.cells(row), strict=False))


def shown(program: Program, options: Namespace) -> Shown:
    """What was asked for. INVALID_INPUT for a clinic or person that isn't there; without options one's own rows."""
    clinic, user = options.clinic, getattr(options, "user", None)
    if not (options.everybody or clinic or user):
        return Shown()
    directory = program.directory.read()
    clinics = {each.clinic_id: each.name for each in directory.clinics}
    people = {each.user_id: each.email for each in directory.people}
    if not clinics:
        return Shown(_EVERYBODY)  # not an admin: the records refuse it, in their words
    whose = Whose(_one_of(people, user, "person"), _one_of(clinics, clinic, "clinic"))
    own = Whose(program.identity.user_id, program.clinic.clinic_id)
    return Shown(whose, own, clinics, people)


def _one_of(names: dict[str, str], wanted: str | None, what: str) -> str | None:
    if wanted is None:
        return None
    for key, name in names.items():
        if name.casefold() == wanted.casefold():
            return key
    raise Failure(FailureCode.INVALID_INPUT, what, title=f"There is no {what} of the name “{wanted}”.")
