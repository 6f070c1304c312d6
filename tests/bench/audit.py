"""How long a check, the signing of heads and an export of the activity record take: `python3 run.py bench audit`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from idexx_desktop.db.database import ClinicRecords
from idexx_desktop.domain.exports import ExportFormat
from tests.support.many_rows import fill_audit
from tests.support.postgres import TEMPLATE, AllRecords, ClinicDatabase, make_template, running_server
from tests.support.practice import memory_keyring
from tests.support.record_keeping import Keeping, stand_alone

ROWS, USERS = 1_000_000, 1_000
VERIFIED_WITHIN = 60.0


def measure(records: ClinicRecords, owner_url: str, keeping: Keeping, folder: Path) -> dict[str, float]:
    """Seconds for each thing that is done with a whole record, which is an admin's to read, one after the other."""
    service = keeping.service(records)
    signed, table = folder / "record.jsonl", folder / "record.csv"

    def added() -> None:
        fill_audit(owner_url, users=4, rows=1000)
        keeping.clock.pass_by(hours=4)

    tasks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("sign all heads for the first time", service.check.sign),
        ("verify", service.verify),
        ("(add 1,000 rows)", added),
        ("sign the heads that went on", service.check.sign),
        ("export, signed", lambda: service.export(signed)),
        ("verify the export without the program", lambda: _whole(signed)),
        ("export, as a table", lambda: service.export(table, form=ExportFormat.TABLE)),
    )
    seconds = {}
    for name, task in tasks:
        started = time.monotonic()
        task()
        seconds[name] = time.monotonic() - started
    return seconds


def _whole(path: Path) -> None:
    code, said = stand_alone(path)
    if code != 3:  # nobody says which key it should be
        raise AssertionError(said)


def main() -> int:
    """Print the figures; exit code 1 where the record is not verified in time."""
    rows, users = (int(sys.argv[1]), 4) if len(sys.argv) > 1 else (ROWS, USERS)
    with (
        memory_keyring(),
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder) / "server") as server,
    ):
        people = make_template(server)
        database = ClinicDatabase(server, server.create(template=TEMPLATE), people)
        fill_audit(database.owner_url, users, rows)
        records = AllRecords(database)
        seconds = measure(records.admin, database.owner_url, Keeping(Path(folder)), Path(folder))
        records.close()
    print(f"{rows:,} rows of {users:,} users")
    for name, taken in seconds.items():
        print(f"{taken:8.2f} s  {name}")
    print(f"{psutil.Process().memory_info().rss / 2**20:8.0f} MB in use at the end")
    return 0 if seconds["verify"] <= VERIFIED_WITHIN else 1


if __name__ == "__main__":
    sys.exit(main())
