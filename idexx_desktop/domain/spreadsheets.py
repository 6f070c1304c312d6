"""Cells of a CSV file that a spreadsheet shows and never computes."""

from __future__ import annotations

# what a spreadsheet takes for the start of a formula, also in its wide form; see OWASP, "CSV injection"
_FORMULA = frozenset("=+-@＝＋－＠")
_CONTROL = frozenset("\t\r\n")


def inert(cell: str) -> str:
    """The cell's text; with an apostrophe before it where a spreadsheet would take it for a formula."""
    start = cell.lstrip(" \u00a0")[:1]
    return f"'{cell}" if start in _FORMULA or cell[:1] in _CONTROL else cell
