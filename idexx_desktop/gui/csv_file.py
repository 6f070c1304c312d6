"""A table as a CSV file that a spreadsheet opens as it is, and that can't make the spreadsheet compute anything."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.spreadsheets import inert
from idexx_desktop.gui.strings import tr, visits


def write_csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write the whole file or none; returns how many rows it has.

    UTF-8 with a byte order mark, because Excel takes a file without it for something else.
    Failure(INVALID_INPUT) where the place can't be written.
    """
    count = 0
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".csv", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(titles)
                for row in rows:
                    writer.writerow([inert(cell) for cell in row])
                    count += 1
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        raise Failure(
            FailureCode.INVALID_INPUT, type(problem).__name__, title=tr(visits.NOT_SAVED)
        ) from problem
    return count
