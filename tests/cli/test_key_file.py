"""An older vault.json that somebody has put back: said in words, used for nothing, and no lock on the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.cli.conftest import CommandLine, Ran
from tests.support.embedded_clinic import PASSPHRASE, EmbeddedClinic

Run = Callable[..., Ran]
TITLE = "An older copy of this computer's key file (vault.json) was put back."


@pytest.fixture
def put_back(cli: CommandLine, embedded_clinic: EmbeddedClinic) -> Iterator[Run]:
    """Commands on a profile whose key file is that of before its last change; as it was, afterwards."""
    home = embedded_clinic.environment.home
    names = ("vault.json", "vault.json.last", "activity-record-heads.jsonl")
    kept = {name: (home / name).read_bytes() for name in names if (home / name).exists()}
    with embedded_clinic.open() as program:
        program._store.set("one-change", "more")
    (home / "vault.json").write_bytes(kept["vault.json"])

    def run(*arguments: str) -> Ran:
        cli.set(HOME=str(home), VAULT_PASSPHRASE=PASSPHRASE)
        return cli(*arguments)

    yield run
    for name in names:
        (home / name).unlink(missing_ok=True)
    for name, content in kept.items():
        (home / name).write_bytes(content)


@pytest.mark.long(item=42)
def test_it_is_said_until_a_person_accepts_it(put_back: Run) -> None:
    assert put_back("visits").code == 0
    assert put_back("status").code == 0
    synced = put_back("sync")
    assert synced.code == 8
    assert TITLE in synced.out
    found = put_back("credentials", "status", "--json").document
    assert found["suspended"]["code"] == "key_file_put_back"
    checks = put_back("doctor").out
    assert "problem    vault: " + TITLE in checks
    assert "accept-key-file" in checks
    assert put_back("credentials", "accept-key-file", "--json").document == {"accepted": True}
    assert put_back("credentials", "status", "--json").document["suspended"] is None
    assert put_back("credentials", "accept-key-file").out == "Nothing was put back.\n"
    assert "vault: keys in" in put_back("doctor").out
