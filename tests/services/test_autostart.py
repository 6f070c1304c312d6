"""Starting with the session: what each system is told, and that turning it off leaves nothing behind."""

from __future__ import annotations

import configparser
import plistlib
import subprocess
import sys
from pathlib import Path

import pytest

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.services.autostart import Entry, RunKey, autostart_of, desktop_entry, launch_agent

ODD = ['/opt/vet tools/py"thon', "-m", "idexx_desktop", "--home", "/home/o'neil/100% $HOME`x`\\back"]


class Values:
    """A registry in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str | bytes] = {}

    def get(self, key: str, name: str) -> str | bytes | None:
        return self.kept.get((key, name))

    def put(self, key: str, name: str, value: str) -> None:
        self.kept[key, name] = value

    def drop(self, key: str, name: str) -> None:
        self.kept.pop((key, name), None)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the others have a way of their own")
def test_an_entry_comes_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    autostart = autostart_of(tmp_path / "home")
    assert not autostart.is_on()
    autostart.turn_off()
    autostart.turn_on()
    autostart.turn_on()
    assert autostart.is_on()
    assert not autostart_of(tmp_path / "another profile").is_on()
    [entry] = (tmp_path / "config" / "autostart").iterdir()
    assert command_of(entry.read_bytes())[-3:] == ["--hidden", "--home", str(tmp_path / "home")]
    entry.write_text(entry.read_text() + "Hidden=true\n")
    assert not autostart.is_on(), "a desktop's own settings have switched it off"
    autostart.turn_off()
    assert list((tmp_path / "config" / "autostart").iterdir()) == []


def command_of(entry: bytes) -> list[str]:
    """The command of a desktop entry, read as the specification says."""
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read_string(entry.decode())
    line = parser["Desktop Entry"]["Exec"].replace("\\\\", "\\").replace("%%", "%")
    # "as in a shell", says the specification of what stands between quotes
    shown = subprocess.run(
        ["sh", "-c", f"printf '%s\\0' {line}"], capture_output=True, check=True, timeout=10
    )
    return shown.stdout.decode().split("\0")[:-1]


def test_odd_paths_survive_the_quoting() -> None:
    assert command_of(desktop_entry(ODD)) == ODD
    agent = plistlib.loads(launch_agent("idexx-desktop-1", ODD))
    assert (agent["ProgramArguments"], agent["RunAtLoad"], agent["Label"]) == (ODD, True, "idexx-desktop-1")


def test_a_folder_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    entry = Entry(tmp_path / "file" / "autostart.desktop", b"")
    assert not entry.is_on()
    with pytest.raises(Failure) as raised:
        entry.turn_on()
    assert raised.value.code is FailureCode.INVALID_INPUT
    assert raised.value.title == "This computer doesn't let the program be started with it."
    with pytest.raises(Failure):
        entry.turn_off()


def test_the_run_key_and_what_windows_own_list_says() -> None:
    values = Values()
    key = RunKey(values, "idexx-desktop-1", "idexx-desktop.exe --hidden")
    assert not key.is_on()
    key.turn_on()
    assert key.is_on()
    [(run, name)] = values.kept
    assert (run.rsplit("\\", 1)[1], name) == ("Run", "idexx-desktop-1")
    approved = run.replace("\\Run", "\\Explorer\\StartupApproved\\Run")
    values.kept[approved, name] = bytes([2, 0, 0, 0])
    assert key.is_on()
    values.kept[approved, name] = bytes([3, 0, 0, 0])
    assert not key.is_on(), "the person has switched it off there"
    assert not RunKey(values, name, r"C:\moved\idexx-desktop.exe --hidden").is_on()
    key.turn_on()
    assert key.is_on()
    key.turn_off()
    key.turn_off()
    assert values.kept == {}


@pytest.mark.skipif(sys.platform != "win32", reason="there is a registry on Windows only")
def test_the_real_registry(tmp_path: Path) -> None:
    autostart = autostart_of(tmp_path)
    autostart.turn_on()
    try:
        assert autostart.is_on()
    finally:
        autostart.turn_off()
    assert not autostart.is_on()
