"""`backup` and `restore` as they are typed, on a clinic whose records are on this computer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idexx_desktop.app import Environment
from idexx_desktop.services.backup_state import FILE_NAME
from tests.cli.conftest import CommandLine, Ran, has_offset
from tests.support.embedded_clinic import (
    PASSPHRASE,
    VISITS,
    EmbeddedClinic,
    computer,
    server_of,
)


class Computer:
    """Gives commands on one computer; the program takes the passphrase out of the environment each time."""

    def __init__(self, cli: CommandLine, environment: Environment) -> None:
        self._cli, self._home = cli, environment.home

    def __call__(self, *arguments: str, stdin: str = "") -> Ran:
        """Run one command to its end."""
        self._cli.set(HOME=str(self._home), VAULT_PASSPHRASE=PASSPHRASE)
        return self._cli(*arguments, stdin=stdin)


@pytest.fixture
def here(cli: CommandLine, embedded_clinic: EmbeddedClinic) -> Iterator[Computer]:
    """The clinic's, whose server isn't stopped after each command."""
    with server_of(embedded_clinic.environment).attached():
        yield Computer(cli, embedded_clinic.environment)


@pytest.fixture
def elsewhere(cli: CommandLine, tmp_path: Path) -> Iterator[Computer]:
    with computer(tmp_path / "elsewhere") as environment:
        yield Computer(cli, environment)


@pytest.mark.long(item=41)
def test_made_listed_and_restored_elsewhere(
    here: Computer, elsewhere: Computer, embedded_clinic: EmbeddedClinic, tmp_path: Path
) -> None:
    folder = tmp_path / "drive"
    made = here("backup", "--to", str(folder), "--daily", "--json")
    assert made.code == 0
    assert Path(made.document["file"]).parent == folder
    assert (made.document["visits"], made.document["verified"]) == (VISITS, True)
    assert has_offset(made.document["made_at"])
    (listed,) = here("backup", "--list", "--json").document["backups"]  # in the folder that was chosen
    assert listed == {key: made.document[key] for key in ("file", "made_at", "bytes", "visits")}
    assert made.document["kit_can_prove"]
    assert here("backup", "--no-daily", "--json").document == {"folder": None}
    refused = here("restore", "--from", str(folder))
    assert refused.code == 2
    assert "--replace" in refused.err
    asked = elsewhere("restore", "--from", str(folder), "--json")
    assert asked.code == 2
    assert asked.document["error"]["code"] == "backup_not_proved"
    assert "--kit-stdin" in asked.document["error"]["advice"]
    wrong = elsewhere("restore", "--from", str(folder), "--kit-stdin", "--json", stdin="ABCD-EFGH\n")
    assert (wrong.code, wrong.document["error"]["code"]) == (2, "code_refused")
    assert elsewhere("restore", "--from", str(folder), "--kit-stdin", "--unverified").code == 2
    done = elsewhere("restore", "--from", str(folder), "--kit-stdin", stdin=f"{embedded_clinic.kit}\n")
    assert done.code == 0
    assert done.err.startswith(f"Using {Path(made.document['file']).name}: Oak Street Vets, ")
    assert "proved by the recovery kit" in done.out
    assert f"{VISITS} visits" in done.out
    for words in ("All calls are paused", "can't unlock the saved password", "recovery-kit use"):
        assert words in done.out
    assert "set aside" not in done.out
    assert elsewhere("status").code == 0
    assert len(elsewhere("visits", "--from", "2026-01-01", "--json").document["visits"]) == VISITS


def test_a_state_that_can_not_be_read_is_said_by_every_command(
    here: Computer, embedded_clinic: EmbeddedClinic, tmp_path: Path
) -> None:
    file = embedded_clinic.environment.home / FILE_NAME
    before = file.read_bytes()
    file.write_text("{")
    try:
        whole = here("status", "--json").document
        said = whole["backup"]
        assert said["title"] in [each["title"] for each in whole["needs"]]
        assert f"Needs attention: {whole['needs_attention']}" in here("status").out
        assert said["code"] == "backup_state_unreadable"
        assert "can't read any more where your daily backups go" in here("status").out
        checks = {each["name"]: each for each in here("doctor", "--json").document["checks"]}
        assert not checks["backups"]["ok"]
        assert "Choose the folder again" in checks["backups"]["detail"]
        asked = here("backup", "--to", str(tmp_path / "drive"), "--json")
        assert (asked.code, asked.document["error"]["code"]) == (1, "backup_state_unreadable")
        assert here("backup", "--no-daily").code == 0
        assert here("status", "--json").document["backup"] is None
    finally:
        file.write_bytes(before)


def test_refused_with_words(here: Computer, embedded_clinic: EmbeddedClinic, tmp_path: Path) -> None:
    nowhere = tmp_path / "a" / "b"
    assert here("backup", "--no-daily").code == 0
    asked = here("backup")
    assert (asked.code, "Choose a folder" in asked.err) == (2, True)
    assert here("backup", "--daily").code == 2
    missing = here("backup", "--to", str(nowhere), "--json")
    assert missing.code == 1
    assert missing.document["error"]["code"] == "backup_not_made"
    assert str(nowhere) in missing.document["error"]["title"]
    (tmp_path / "x.idexx-backup").write_bytes(embedded_clinic.backup.read_bytes()[:5000])
    cut = here("restore", "--from", str(tmp_path / "x.idexx-backup"), "--replace", "--json")
    assert cut.code == 1
    assert cut.document["error"]["code"] == "backup_unusable"
    none = here("restore", "--from", str(tmp_path), "--replace")
    assert (none.code, "no good backup" in none.err) == (1, True)
