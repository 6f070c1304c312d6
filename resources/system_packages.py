"""The system packages that the program and its tests need on Debian and Ubuntu: which are missing, how to get them.

A part of run.py: standard library only, because it runs before anything is installed.
"""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# What Qt needs, as Debian and Ubuntu name it; what the tests need besides: a screen and a password store.
LIBRARIES = "libgl1 libegl1 libxkbcommon0 libfontconfig1 libglib2.0-0 libdbus-1-3 fonts-dejavu-core fonts-wqy-microhei"
TEST_PACKAGES = (
    "xvfb xauth libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-shape0 "
    "libxcb-randr0 libxcb-xkb1 libxkbcommon-x11-0 dbus gnome-keyring"
)
BROWSERS = "microsoft-edge microsoft-edge-stable google-chrome google-chrome-stable chromium chromium-browser"
APT = "env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"


def say(words: str) -> None:
    """Tell the person at the terminal; never on stdout."""
    print(words, file=sys.stderr, flush=True)


def has_browser() -> bool:
    """Whether Edge, Chrome, Chromium or a browser of Playwright's own is there."""
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright").expanduser()
    return any(shutil.which(name) for name in BROWSERS.split()) or any(own.glob("chromium*"))


def wanted_packages(testing: bool) -> list[str]:
    """The Debian packages that the program needs here, and the tests if they are to run."""
    wanted = [*LIBRARIES.split(), *(TEST_PACKAGES.split() if testing else ())]
    if importlib.util.find_spec("ensurepip") is None:
        wanted.append("python{}.{}-venv".format(*sys.version_info))
    if not has_browser():
        wanted.append("chromium")
    return wanted


def missing_packages(wanted: Sequence[str]) -> list[str]:
    """Those of ``wanted`` that dpkg does not have; newer releases may call a library ``…t64``."""
    query = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n"]
    query += [*wanted, *(f"{name}t64" for name in wanted)]
    # it fails when it does not know one of the names, and lists the others all the same
    answer = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    return [name for name in wanted if name not in installed and f"{name}t64" not in installed]


def administrator() -> list[str] | None:
    """What to write before an administrator's command: nothing for root; None where it is not allowed."""
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if allowed.returncode == 0 else None


def apt_install(prefix: Sequence[str], packages: Sequence[str]) -> None:
    """Install by apt-get, which may fail; the browser by itself, since Ubuntu's archive has none."""
    apt = [*prefix, *APT.split()]
    others = [name for name in packages if name != "chromium"]
    browser = [name for name in packages if name == "chromium"]
    commands = [["install", "-y", "--no-install-recommends", *group] for group in (others, browser) if group]
    for command in (["update"], *commands):
        subprocess.run([*apt, *command], stdin=subprocess.DEVNULL, stdout=2, check=False)


def ensure_packages(testing: bool) -> list[str]:
    """Install missing system packages where that is allowed, else say how; returns those still missing."""
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        return []
    missing = missing_packages(wanted_packages(testing))
    prefix = administrator() if missing else None
    if prefix is not None:
        say(f"Installing system packages: {' '.join(missing)}")
        apt_install(prefix, missing)
        importlib.invalidate_caches()
        missing = missing_packages(wanted_packages(testing))
    if missing:
        install = f"apt-get install -y --no-install-recommends {shlex.join(missing)}"
        say(f"These system packages are missing. To install them:\n  sudo apt-get update && sudo {install}")
    if "chromium" in missing:
        say("Google Chrome or Microsoft Edge does as well as chromium.")
    return missing
