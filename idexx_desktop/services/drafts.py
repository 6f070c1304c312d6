"""Files that appear whole or not at all, readable by this user only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from idexx_desktop.domain.failures import Failure, FailureCode


@contextmanager
def drafts_of(paths: Sequence[Path], *, replace: bool = False) -> Iterator[list[Path]]:
    """Empty files of mode 0600 beside `paths`, which take their places when the block ends well.

    INVALID_INPUT where one is there already and `replace` is False, or the place can't be written.
    """
    made: list[Path] = []
    try:
        for path in paths:
            if path.exists() and not replace:
                title = f"There is a file named {path.name} already. Choose another name."
                raise Failure(FailureCode.INVALID_INPUT, "file", title=title)
        try:
            for path in paths:
                handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
                os.close(handle)
                made.append(Path(name))
            yield made
            for draft, path in zip(made, paths, strict=True):
                _make_durable(draft)
                draft.replace(path)
        except OSError as problem:
            title = "The file couldn't be saved there."
            raise Failure(FailureCode.INVALID_INPUT, type(problem).__name__, title=title) from problem
    finally:
        for draft in made:
            draft.unlink(missing_ok=True)


def _make_durable(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
