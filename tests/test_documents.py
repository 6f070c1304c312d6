"""The generated documents say what the program does now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import DOCUMENTS
from tests.support import documents
from tests.support.documents import REWRITE, Document


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_is_current(document: Document) -> None:
    assert document.is_current(), f"{document.name} is out of date: run {REWRITE}"


def test_a_document_that_differs_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "FOLDER", tmp_path)
    document = Document("x.md", lambda: "# Zoë\n")
    assert not document.is_current()
    document.rewrite()
    assert document.is_current()
    document.path.write_text("# Zoe\n", encoding="utf-8")
    assert not document.is_current()
