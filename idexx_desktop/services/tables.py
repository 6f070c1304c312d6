"""A table as a CSV file that a spreadsheet opens as it is, and that can't make the spreadsheet compute anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from idexx_desktop.domain.harmless import harmless_lines
from idexx_desktop.domain.spreadsheets import inert


def write_table(path: Path, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write titles and rows into this file; how many rows it has.

    UTF-8 with a byte order mark, because Excel takes a file without it for something else.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        for row in rows:
            writer.writerow([inert(harmless_lines(cell)) for cell in row])
            count += 1
    return count
