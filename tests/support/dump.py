"""A whole database as PostgreSQL's own `pg_dump` writes it, rows and all."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable

from idexx_desktop.db.server.programs import find_programs

# a key that is new each time, and remarks on where each statement comes from
_CHANCE = re.compile(r"^(\\(un)?restrict .*|--.*)$", re.MULTILINE)


def dump_of(url: str, leave_out: Iterable[str] = ()) -> list[str]:
    """The statements that make everything in the database, but for `idexx_app` and these tables of `public`."""
    options = [
        "--inserts",
        "--exclude-schema=idexx_app",
        *(f"--exclude-table=public.{each}" for each in leave_out),
    ]
    command = [str(find_programs(None).folder / "pg_dump"), *options, f"--dbname={url}"]
    done = subprocess.run(command, capture_output=True, check=True)
    text = _CHANCE.sub("", done.stdout.decode())
    return [statement for each in re.split(r";\n", text) if (statement := each.strip())]
