"""Which computer this is, and which of its starts: only with both does a process number mean anything."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_NUMBERS = Path("/proc/self/ns/pid")  # containers of one computer count their processes each for itself
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_MACHINE = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


@dataclass(frozen=True, slots=True)
class Computer:
    """`name`: as people know it. `key`: tells it from others, a copy of its disk under another name included.

    `boot`: which start of it, `numbers`: which count of processes in that; both "" where the system doesn't say.
    """

    name: str
    key: str
    boot: str
    numbers: str

    def counts_like(self, other: Computer) -> bool:
        """Whether a process number means the same in both; its name may have changed since."""
        if self.boot and other.boot:
            return (self.boot, self.numbers) == (other.boot, other.numbers)
        return self.key == other.key

    def runs_with(self, other: Computer) -> bool:
        """Whether both are the same running system, so that a lock of one holds against the other for certain."""
        return bool(self.boot) and self.boot == other.boot

    def was(self, other: Computer) -> bool:
        """Whether `other` is an earlier start of this one, of which nothing runs any more."""
        return self.key == other.key and bool(self.boot and other.boot) and self.boot != other.boot


@cache
def this_computer() -> Computer:
    """This one, as it runs now."""
    name = platform.node() or "this computer"
    key = hashlib.sha256(f"{_machine()}\n{name}".encode()).hexdigest()[:32]
    numbers = ""
    with suppress(OSError):
        numbers = str(_NUMBERS.readlink())
    return Computer(name, key, _boot(), numbers)


def _machine() -> str:
    if sys.platform == "win32":
        return _registry(r"SOFTWARE\Microsoft\Cryptography", "MachineGuid")
    for file in _MACHINE:
        with suppress(OSError, UnicodeDecodeError):
            return file.read_text(encoding="ascii").strip()
    return ""


def _boot() -> str:
    if sys.platform == "win32":
        key = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
        return _registry(key, "BootId")
    if sys.platform == "darwin":
        command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
        with suppress(OSError, subprocess.SubprocessError):
            said = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
            return said.stdout.strip()
        return ""
    with suppress(OSError):
        return _BOOT.read_text(encoding="ascii").strip()
    return ""


def _registry(key: str, name: str) -> str:
    if sys.platform != "win32":
        return ""
    import winreg

    with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
        return str(winreg.QueryValueEx(opened, name)[0])
    return ""
