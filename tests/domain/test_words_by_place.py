"""What goes wrong with records is said for where they are: on one computer nobody is sent to a server, and where
computers share a server nobody is told to mend it on his own computer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import idexx_desktop
from idexx_desktop.domain.failures import WORDS, Failure, FailureCode, records_trouble
from idexx_desktop.domain.placing import Where, speak_of
from idexx_desktop.domain.records_words import _ON_SERVER, Trouble

# what belongs to a server that somebody runs, and to the computers that share it
OF_SERVER = re.compile(
    r"records' server|\b(clinic's|your|their|its) (server|network)|the server\b"
    r"|whoever (runs|set up|looks after) (the|your clinic's) (server|records)"
    r"|db prepare|users (add|deactivate)|idexx_user|owner of the records|pg_hba|scram",
    re.IGNORECASE,
)
# what a person does on the one computer that has the records
OF_COMPUTER = re.compile(
    r"restart this computer|this computer's disk|recycle bin|(records|program) on this computer|idexx-desktop restore"
    r"|close this program and open it again",
    re.IGNORECASE,
)
# these are about a folder of one computer that another opened, whatever is advised for two
OF_ONE_FOLDER = {FailureCode.RECORDS_OPEN_ELSEWHERE, FailureCode.RECORDS_NOT_LOCAL, FailureCode.RECORDS_MOVED}
SHARED = [*_ON_SERVER]


def said_by(failure: Failure) -> str:
    return f"{failure.title} {failure.advice} {failure.advice_at_set_up} {failure.as_dict()}"


@pytest.mark.parametrize("code", FailureCode)
def test_each_code_on_one_computer(code: FailureCode) -> None:
    assert not OF_SERVER.search(said_by(Failure(code)))


@pytest.mark.parametrize("code", sorted(set(FailureCode) - OF_ONE_FOLDER))
def test_each_code_on_a_shared_server(code: FailureCode) -> None:
    speak_of(Where.ON_SERVER)
    assert not OF_COMPUTER.search(said_by(Failure(code)))


@pytest.mark.parametrize("trouble", Trouble)
def test_each_cause_on_one_computer(trouble: Trouble) -> None:
    failure = records_trouble(trouble, "detail")
    assert not OF_SERVER.search(said_by(failure))
    assert failure.words.exit_code == 7
    # each has words and a next step of its own
    others = [records_trouble(each, "") for each in Trouble if each is not trouble]
    assert failure.title not in [other.title for other in others]
    assert failure.advice != WORDS[FailureCode.DATABASE_UNREACHABLE].advice


@pytest.mark.parametrize("trouble", SHARED)
def test_each_cause_on_a_shared_server(trouble: Trouble) -> None:
    speak_of(Where.ON_SERVER)
    assert not OF_COMPUTER.search(said_by(records_trouble(trouble, "detail")))


def test_words_follow_where_the_records_are() -> None:
    failure = Failure(FailureCode.DATABASE_UNREACHABLE)
    here = failure.advice
    speak_of(Where.ON_SERVER)
    assert "clinic's network" in failure.advice
    speak_of(Where.HERE)
    assert failure.advice == here


# the same without what is technical, as it may stand anywhere in a text of the program
IN_PROSE = re.compile(
    r"records' server|\b(clinic's|your|its) (server|network)"
    r"|whoever (runs|set up|looks after) (the|your clinic's) (server|records)",
    re.IGNORECASE,
)
# who may speak of a server, and why: whoever reads it has one, or is choosing one
MAY = {
    "domain/records_words.py": "the words of a shared server themselves",
    "db/connection_words.py": "the way to a shared server; of this computer's own `services.connection` says otherwise",
    "domain/connection.py": "the same: PostgreSQL before 15 is never this computer's own",
    "db/login_roles.py": "what the owner of a shared server is told, who switches a login off",
    "services/directory.py": "chosen by where the records are",
    "gui/strings/first_run.py": "the choice between the two places",
    "gui/strings/people.py": "where the records are on a server, and what several people need",
    "gui/strings/shell.py": "the name of that place, in the side bar",
    "gui/strings/settings.py": "shown to those who may not change what belongs to several people",
    "services/settings.py": "the same",
    "gui/strings/backup.py": "why a server's records are not backed up, moved or restored here",
    "services/backup.py": "the same",
    "services/moving.py": "the same",
    "services/restoring.py": "the same",
    "services/beginning_anew.py": "the same",
    "services/postgres_programs.py": "the same",
    "services/places.py": "what is missing, where they are on a server",
    "cli/commands/server.py": "the same, for `stop`",
    "program.py": "the name of that place",
}


def spoken() -> Iterator[tuple[str, str]]:
    """Module and text, of every text of ours that isn't a description of code."""
    root = Path(idexx_desktop.__file__).parent
    for file in sorted(set(root.rglob("*.py")) - set((root / "simulator").rglob("*.py"))):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        described = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
                yield file.relative_to(root).as_posix(), node.value


def test_nobody_else_speaks_of_a_server() -> None:
    found = [(module, text) for module, text in spoken() if IN_PROSE.search(text)]
    assert {module for module, _ in found} <= set(MAY), [each for each in found if each[0] not in MAY]
    assert set(MAY) <= {module for module, _ in found}


def test_what_was_written_down_is_said_as_of_today() -> None:
    """By a version that spoke of a server everywhere; what says more than its code stays as it was."""
    lost, old = WORDS[FailureCode.LEASE_LOST], "Check that the records' server is on"
    assert lost.kept("Another computer took this sync over, so this one stopped.", old) == lost.said
    assert lost.kept(None, None) == lost.said
    assert lost.kept("This computer was asleep.", "Nothing to do.").advice == "Nothing to do."
    assert lost.kept("This computer was asleep.", None).advice == lost.said.advice
