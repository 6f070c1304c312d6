"""The labelled records of `tests/records`, by author; of some authors there are single sentences only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from idexx_desktop.domain.second_reader import record_of
from idexx_desktop.domain.visits import Product, Visit
from idexx_desktop.reader.record import Record
from tests.domain.builders import visit

FOLDER = Path(__file__).parent.parent / "records"
CALL, HOLD, UNCLEAR = "call", "hold", "unclear"
# never learned from, never looked at while the reader is made: they are for the final judgement alone
FINAL = ("I", "J")
_FILES = ("records", "sentences")


class Labelled(NamedTuple):
    """One record; `label` is call, hold or unclear, `tag` what kind of case it is.

    `is_sentence`: one sentence alone, with the label that it has in whatever record it stands.
    """

    author: str
    label: str
    tag: str
    language: str
    visit: Visit
    is_sentence: bool = False

    @property
    def record(self) -> Record:
        """As the reader gets it."""
        return record_of(self.visit)


def authors(*files: str) -> tuple[str, ...]:
    """All whose records may be learned from, by one or two letters; `files`: only those of records, of sentences."""
    found = [
        path.stem.split("_")[1].upper() for kind in files or _FILES for path in FOLDER.glob(f"{kind}_*.jsonl")
    ]
    return tuple(sorted(set(found) - set(FINAL)))


def records(author: str) -> Iterator[Labelled]:
    """All records of one author, in the order of the file."""
    [path] = FOLDER.glob(f"*_{author.lower()}.jsonl")
    yield from records_in(path, author)


def records_in(path: Path, author: str) -> Iterator[Labelled]:
    """Those of one file, a JSON object in each line, or one object with a list for each label."""
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        lists: dict[str, list[dict[str, Any]]] = json.loads(text)
        found = [{**each, "label": label} for label in (HOLD, CALL, UNCLEAR) for each in lists.get(label, ())]
    else:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    for each in found:
        told = each["label"], each.get("tag", ""), each.get("lang", "en")
        yield Labelled(author, *told, _visit(each), path.stem.startswith("sentences"))


def digest(found: Iterable[Labelled]) -> str:
    """A sign (SHA-256, hex) of what is learned from records: their labels and what the reader gets of them."""
    texts = (f"{each.label} {each.record!r}" for each in found)
    return sha256("\n".join(texts).encode()).hexdigest()


def _visit(each: dict[str, Any]) -> Visit:
    """As Neo would show it: `cnotes` are its consultation notes, a leading `-` of a line says that it was declined."""
    lines = each.get("lines") or []
    products = [
        Product(line.lstrip(" -"), is_declined=line.lstrip().startswith("-"))
        for line in ([lines] if isinstance(lines, str) else lines)
    ]
    return visit(
        notes=each.get("notes") or "",
        type_description=each.get("kind") or "",
        reason=each.get("reason") or "",
        pet=each.get("pname") or "Bella",
        products=products,
        discharge_summary=each.get("discharge") or "",
        consultation_notes=each.get("cnotes") or "",
    )
