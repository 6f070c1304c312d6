"""Documents in `resources/docs` that are generated from what they describe, so that they can't say anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "docs"
REWRITE = "python -m tests.documents"


@dataclass(frozen=True, slots=True)
class Document:
    """A file of `resources/docs` and what it must say."""

    name: str
    text: Callable[[], str]

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / self.name

    def is_current(self) -> bool:
        """Whether the file says what it must."""
        return self.path.exists() and self.path.read_text(encoding="utf-8") == self.text()

    def rewrite(self) -> None:
        """Make it so."""
        self.path.write_text(self.text(), encoding="utf-8", newline="\n")
