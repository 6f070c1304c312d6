"""The check-up says what is wrong with each part, whatever else is: no check is ever left out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import playwright._impl.transport as driver_transport
import pytest

from idexx_desktop.neo import browser
from idexx_desktop.services import doctor
from tests.cli.conftest import CommandLine
from tests.support.practice import LOGIN, Practice

OF_PROGRAM = ("program", "disk space", "disk encryption", "browser", "profile")
OF_PROFILE = ("vault", "connection", "records", "activity record", "sign-in", "Neo")


class Broken:
    """One environment, made worse; everything is put back after the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, home: Path, folder: Path) -> None:
        self.patch, self.home, self.folder = monkeypatch, home, folder

    def set(self, name: str, value: str) -> None:
        self.patch.setenv(name, value)

    def driver(self, script: str | None, mode: int = 0o755) -> None:
        """What is started in the place of the browser's driver."""
        program = self.folder / "driver"
        if script is not None:
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(mode)
        self.patch.setattr(driver_transport, "compute_driver_executable", lambda: (str(program), "cli.js"))

    def write(self, name: str, text: str) -> None:
        (self.home / name).write_text(text)

    def replaced(self) -> None:
        shutil.rmtree(self.home)
        self.home.write_text("")

    def bug(self, *_: object) -> None:
        raise ZeroDivisionError

    def fails(self, error: Exception) -> Callable[..., None]:
        def fail(*_: object) -> None:
            raise error

        return fail


# what is wrong, and a check that says so (None: nothing of the kind is visible here)
ENVIRONMENTS: dict[str, tuple[Callable[[Broken], object], str | None]] = {
    "options for another Node.js": (lambda at: at.set("NODE_OPTIONS", "--bogus"), None),
    "no driver": (lambda at: at.driver(None), "browser"),
    "a driver that is blocked": (lambda at: at.driver("true", 0o644), "browser"),
    "a driver that ends": (lambda at: at.driver("exit 1"), "browser"),
    "a driver that is killed": (lambda at: at.driver("kill -9 $$"), "browser"),
    "a driver that says nothing": (lambda at: at.driver("while read -r line; do :; done"), "browser"),
    "a driver that talks nonsense": (lambda at: at.driver("echo hello hello hello"), "browser"),
    "no browser": (lambda at: at.patch.setattr(browser, "candidates", lambda *_: iter(())), "browser"),
    "no programs at all": (lambda at: at.set("PATH", str(at.folder)), None),
    "no profile": (lambda at: shutil.rmtree(at.home), "profile"),
    "a profile that is no JSON": (lambda at: at.write("profile.json", "{"), "profile"),
    "a profile of another shape": (lambda at: at.write("profile.json", "[]"), "profile"),
    "an empty profile": (lambda at: at.write("profile.json", ""), "profile"),
    "a file in place of the folder": (lambda at: at.replaced(), "profile"),
    "no server": (
        lambda at: at.set("IDEXX_DESKTOP_DATABASE_URL", "postgresql://a:b@127.0.0.1:9/x"),
        "profile",
    ),
    "no address": (lambda at: at.set("IDEXX_DESKTOP_DATABASE_URL", "nonsense"), "profile"),
    "a proxy that isn't there": (lambda at: at.set("ALL_PROXY", "http://127.0.0.1:9"), None),
    "a proxy that can't be read": (lambda at: at.set("HTTP_PROXY", "::::"), None),
    "no temporary folder": (lambda at: at.set("TMPDIR", "/nowhere"), None),
    "no home": (lambda at: at.set("HOME", "/nowhere"), None),
    "a bug in one check": (lambda at: at.patch.setattr(doctor, "_encrypted", at.bug), "disk encryption"),
    "a disk that can't be read": (
        lambda at: at.patch.setattr("shutil.disk_usage", at.fails(OSError(5, "Input/output error"))),
        "disk space",
    ),
}


@pytest.mark.parametrize("wrong", ENVIRONMENTS)
def test_every_check_is_printed(
    wrong: str, cli: CommandLine, looked_at: Practice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make, named = ENVIRONMENTS[wrong]
    monkeypatch.setattr(browser, "_START_SECONDS", 0.5 if "says nothing" in wrong else 2.0)
    at = Broken(monkeypatch, looked_at.home, tmp_path)
    if named != "browser":  # one that works takes a second each time
        monkeypatch.setattr(doctor, "_browser", lambda: "starts")
    make(at)
    ran = cli("doctor", "--json")
    checks = {check["name"]: check for check in ran.document["checks"]}
    assert {*OF_PROGRAM, *OF_PROFILE} <= set(checks)
    if named is not None:
        assert checks[named]["ok"] is False
        assert ran.code == 1
    if checks["profile"]["ok"] is False:
        assert [checks[name]["ok"] for name in OF_PROFILE] == [None] * len(OF_PROFILE)


def test_no_driver_is_left_that_never_answered(
    cli: CommandLine, at_work: Practice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(browser, "_START_SECONDS", 1.0)
    Broken(monkeypatch, at_work.home, tmp_path).driver(
        f"echo $$ > {tmp_path}/number; while read -r line; do :; done"
    )
    ran = cli("credentials", "test", "--json")
    assert ran.document["error"]["code"] == "no_browser"
    assert "steers the browser" in ran.document["error"]["title"]
    number = (tmp_path / "number").read_text().strip()
    assert not Path(f"/proc/{number}").exists()


@pytest.fixture
def browser_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its second, where the check-up is of something else."""
    monkeypatch.setattr(doctor, "_browser", lambda: "starts")


def test_a_sign_in_whose_key_is_gone_is_not_called_well(
    cli: CommandLine, at_work: Practice, browser_that_works: None
) -> None:
    at_work.query("UPDATE public.idexx_credentials SET encryption_key_id = '0123456789ab'")
    checks = {check["name"]: check for check in cli("doctor", "--json").document["checks"]}
    assert checks["sign-in"]["ok"] is False


def test_what_was_not_tried_is_not_called_well(
    cli: CommandLine, at_work: Practice, browser_that_works: None
) -> None:
    cli("credentials", "forget")
    cli("credentials", "set", "--company-id", LOGIN.company_id, "--username", "a", "--password-stdin",
        "--skip-test", stdin="b\n")  # fmt: skip
    assert "not tried  sign-in: kept, and not tested with Neo yet" in cli("doctor").out


def test_children_get_what_the_system_gave(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"NODE_OPTIONS": "x", "NODE_PATH": "x", "PYTHONHOME": "x", "PW_TEST": "x", "DEBUGP": "1"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    cli("status")
    assert not given.keys() & os.environ.keys()
    assert "PYTHON_KEYRING_BACKEND" in os.environ


@pytest.mark.parametrize("before", ["/opt/lib", None])
def test_the_libraries_of_a_bundle_are_its_own(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    if before:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    cli("status")
    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
