"""Starting by itself when the person signs in to this computer: for that user alone, undone by turning it off.

Windows: a value of the user's Run key. macOS: a launch agent. Elsewhere: an autostart entry as freedesktop.org has it.
"""

from __future__ import annotations

import hashlib
import os
import plistlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from idexx_desktop.domain.failures import Failure, FailureCode

_RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
# where Windows keeps what a person has switched off in its own list of start-up programs: an odd first byte
_APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"


class Autostart(Protocol):
    """Whether this profile's window is opened, hidden, with the session. What fails is INVALID_INPUT, with words."""

    def is_on(self) -> bool:
        """Whether this very program would be started, and for this profile."""
        ...

    def turn_on(self) -> None:
        """From the next session on."""
        ...

    def turn_off(self) -> None:
        """Nothing is left behind."""
        ...


class Registry(Protocol):
    """The values of the user's own part of the Windows registry."""

    def get(self, key: str, name: str) -> str | bytes | None: ...
    def put(self, key: str, name: str, value: str) -> None: ...
    def drop(self, key: str, name: str) -> None: ...


def autostart_of(home: Path) -> Autostart:
    """The way of this computer's system."""
    name = f"idexx-desktop-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"
    command = [*_program(), "--hidden", "--home", str(home)]
    if sys.platform == "win32":
        from idexx_desktop.services.registry import UserRegistry

        return RunKey(UserRegistry(), name, subprocess.list2cmdline(command))
    if sys.platform == "darwin":
        return Entry(Path.home() / "Library" / "LaunchAgents" / f"{name}.plist", launch_agent(name, command))
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Entry(config / "autostart" / f"{name}.desktop", desktop_entry(command))


@dataclass(frozen=True, slots=True)
class Entry:
    """A file whose being there is the setting. One that was changed or leads elsewhere counts as off."""

    path: Path
    content: bytes

    def is_on(self) -> bool:
        """See `Autostart`."""
        try:
            return self.path.read_bytes() == self.content
        except OSError:
            return False

    def turn_on(self) -> None:
        """See `Autostart`."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_bytes(self.content)
        except OSError as error:
            raise _refused(error) from None

    def turn_off(self) -> None:
        """See `Autostart`."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise _refused(error) from None


@dataclass(frozen=True, slots=True)
class RunKey:
    """A value of the Run key, unless Windows' own list of start-up programs has it switched off."""

    registry: Registry
    name: str
    command: str

    def is_on(self) -> bool:
        """See `Autostart`."""
        approved = self.registry.get(_APPROVED, self.name)
        switched_off = isinstance(approved, bytes) and approved[:1] != b"" and approved[0] % 2 == 1
        return self.registry.get(_RUN, self.name) == self.command and not switched_off

    def turn_on(self) -> None:
        """See `Autostart`."""
        try:
            self.registry.put(_RUN, self.name, self.command)
            self.registry.drop(_APPROVED, self.name)
        except OSError as error:
            raise _refused(error) from None

    def turn_off(self) -> None:
        """See `Autostart`."""
        try:
            self.registry.drop(_RUN, self.name)
            self.registry.drop(_APPROVED, self.name)
        except OSError as error:
            raise _refused(error) from None


def launch_agent(name: str, command: list[str]) -> bytes:
    """What launchd reads; only in a session with a screen."""
    return plistlib.dumps(
        {"Label": name, "ProgramArguments": command, "RunAtLoad": True, "LimitLoadToSessionType": "Aqua"}
    )


def desktop_entry(command: list[str]) -> bytes:
    """What desktops read (Desktop Entry Specification 1.5: quoting of Exec)."""
    line = " ".join(_quoted(part) for part in command)
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        "Name=IDEXX Neo sync",
        f"Exec={line}",
        "Terminal=false",
        "",
    ]
    return os.fsencode("\n".join(lines))


def _quoted(part: str) -> str:
    for character in ("\\", '"', "`", "$"):
        part = part.replace(character, f"\\{character}")
    # the value of a key is unescaped once more before the quotes are read, and a percent sign begins a field code
    part = part.replace("\\", "\\\\").replace("%", "%%")
    for character, escape in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        part = part.replace(character, escape)
    return f'"{part}"'


def _program() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable]
    # on Windows the interpreter that opens no console
    without_console = Path(sys.executable).with_name("pythonw.exe")
    python = without_console if sys.platform == "win32" and without_console.exists() else Path(sys.executable)
    return [str(python), "-m", "idexx_desktop"]


def _refused(error: OSError) -> Failure:
    title = "This computer doesn't let the program be started with it."
    return Failure(FailureCode.INVALID_INPUT, type(error).__name__, title=title)
