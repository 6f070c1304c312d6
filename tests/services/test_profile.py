"""The profile's folder and what the program is told from outside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from idexx_desktop import app
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services import profile as profiles
from idexx_desktop.services.allowed_hosts import AllowedHosts
from idexx_desktop.services.environment import Environment, read_environment
from idexx_desktop.services.own_choices import ProfileChoices
from tests.support.practice import Practices

GARBAGE = [
    "", "{", "[]", "null", "7", '"x"', "{}", '{"practice": "Oak"}', "\x00\x01",
    '{"id": "a", "allowed_hosts": "cdn.example.com"}', '{"id": "a", "allowed_hosts": [5]}',
    '{"id": 5}', '{"id": "a", "complete": "no"}', '{"id": "a", "records": ["embedded"]}',
]  # fmt: skip


def test_a_profile_comes_back_as_it_was(tmp_path: Path) -> None:
    profile = replace(
        profiles.new_profile(profiles.EMBEDDED),
        practice="Ōak 🐈",
        complete=True,
        allowed_hosts=["cdn.example.com"],
    )
    assert profiles.load(tmp_path) is None
    profiles.save(tmp_path, profile)
    profiles.save(tmp_path, profile)
    assert profiles.load(tmp_path) == profile
    assert [path.name for path in tmp_path.iterdir()] == [profiles.FILE_NAME]


def test_a_passphrase_by_mistake_makes_no_second_place_for_secrets(practices: Practices) -> None:
    practice = practices()
    mistaken = replace(practice.environment, vault_passphrase="by mistake")
    before = sorted(path.name for path in practice.home.iterdir())
    with pytest.raises(Failure) as refused:
        app.open_program(mistaken)
    assert refused.value.code is FailureCode.VAULT_LOCKED
    assert "without" in refused.value.advice
    assert sorted(path.name for path in practice.home.iterdir()) == before


@pytest.mark.parametrize("text", GARBAGE)
def test_garbage_is_refused_in_plain_words(tmp_path: Path, text: str) -> None:
    (tmp_path / profiles.FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(Failure) as refused:
        profiles.load(tmp_path)
    assert refused.value.code is FailureCode.INVALID_INPUT
    assert profiles.FILE_NAME in refused.value.title


def test_a_profile_without_its_file_is_no_computer_to_set_up(tmp_path: Path) -> None:
    """Set up anew, the records in it would never be seen again. A set-up that was broken off has neither yet."""
    (tmp_path / "server" / "postgresql").mkdir(parents=True)
    assert profiles.load(tmp_path) is None
    for there in (tmp_path / "server" / "postgresql" / "data", tmp_path / "vault.json"):
        there.mkdir()
        with pytest.raises(Failure) as refused:
            profiles.load(tmp_path)
        assert "it is gone" in refused.value.title
        assert "copy of this folder" in refused.value.advice
        there.rmdir()


def test_a_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failure) as refused:
        profiles.load(tmp_path / "file" / "profile")
    assert (
        refused.value.title == f"The folder {tmp_path / 'file' / 'profile'} can't be used: Not a directory."
    )


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / profiles.FILE_NAME).write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(Failure):
        profiles.load(tmp_path)


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / profiles.FILE_NAME).mkdir()
    with pytest.raises(Failure):
        profiles.load(tmp_path)


def test_secrets_leave_the_environment(tmp_path: Path) -> None:
    variables = {
        "IDEXX_DESKTOP_HOME": str(tmp_path),
        "IDEXX_DESKTOP_NEO_URL": "https://neo.example",
        "IDEXX_DESKTOP_VAULT_PASSPHRASE": "canary-1",
        "IDEXX_DESKTOP_DATABASE_URL": "postgresql://canary-2",
        "IDEXX_DESKTOP_OWNER_URL": "postgresql://canary-3",
        "PATH": "/bin",
    }
    found = read_environment(None, variables)
    assert set(variables) == {"IDEXX_DESKTOP_HOME", "IDEXX_DESKTOP_NEO_URL", "PATH"}
    assert found == Environment(
        tmp_path, "https://neo.example", "postgresql://canary-2", "postgresql://canary-3", "canary-1"
    )
    assert "canary" not in repr(found)
    assert read_environment(str(tmp_path / "other"), variables).home == tmp_path / "other"
    assert read_environment(None, {"IDEXX_DESKTOP_VAULT_PASSPHRASE": ""}).vault_passphrase is None
    assert found.postgres_programs is None
    named = read_environment(None, {"IDEXX_DESKTOP_POSTGRES": "/usr/lib/postgresql/17/bin"})
    assert named.postgres_programs == Path("/usr/lib/postgresql/17/bin").absolute()


def test_without_an_owners_address(tmp_path: Path) -> None:
    with pytest.raises(Failure) as refused:
        Environment(tmp_path).require_owner_url()
    assert "IDEXX_DESKTOP_OWNER_URL" in refused.value.title


def test_programs_that_change_it_at_once_take_nothing_back(practices: Practices) -> None:
    """A host is allowed while an address is chosen and a browser, over and over: each keeps what the others wrote."""
    practice = practices()
    hosts = AllowedHosts(practice.home, practice.program.records)
    choices = ProfileChoices(practice.home)
    names = [f"files{number}.example" for number in range(10)]

    def declines(name: str) -> None:
        choices.change(lambda own: replace(own, declined=(*own.declined, f"https://{name}")))

    before = len(choices.read().declined)
    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(work, name) for name in names for work in (hosts.allow, declines)]:
            each.result()
    assert set(hosts.hosts()) == set(names)
    assert len(choices.read().declined) == before + len(names)
