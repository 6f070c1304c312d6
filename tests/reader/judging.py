"""How well records are judged, by the whole program's rules: with intervals, because a hundred records are few."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from unittest.mock import patch

from idexx_desktop.domain.rules import decide
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.reader import reading
from idexx_desktop.reader.weights import Weights
from tests.domain.builders import NOW, RULES
from tests.reader.labelled import CALL, HOLD, UNCLEAR, Labelled

# what the authors called their cases, each in their own language
_RISK = re.compile(
    r"boil|consent|einwill|consenso|consentim|toestemming|leaflet|template|admission", re.IGNORECASE
)
_TRAP = re.compile(r"trap|falle|valstrik|tramp|armadilha|valkuil|piège|^val\b|^val/", re.IGNORECASE)


def is_asked(each: Labelled, learned: Weights | None = None) -> bool:
    """Whether no call is made without a person: by the facts, the careful phrases and the reader together."""
    if learned is None:
        return decide(each.visit, RULES, NOW).state is not VisitState.SCHEDULED
    reading._kept.cache_clear()
    with patch.object(reading, "weights", lambda: learned):
        return is_asked(each)


def kind_of(each: Labelled) -> str:
    """Ordinary, a standard risk sentence, or a trap, of the living; the label of the others."""
    if each.label != CALL:
        return each.label
    if _RISK.search(each.tag):
        return "risk"
    return "trap" if _TRAP.search(each.tag) else "ordinary"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of one set of records, by kind: how many there are, and how many were judged right."""

    name: str
    right: dict[str, tuple[int, int]]

    @classmethod
    def of(cls, name: str, records: Sequence[Labelled], learned: Weights | None = None) -> Judgement:
        """Judge them all."""
        return cls.by(name, records, lambda each: is_asked(each, learned))

    @classmethod
    def by(cls, name: str, records: Sequence[Labelled], asked: Callable[[Labelled], bool]) -> Judgement:
        """Judge them in a way of one's own."""
        right: dict[str, tuple[int, int]] = {}
        for each in records:
            is_right = asked(each) == (each.label != CALL)
            kinds = [kind_of(each), "living"] if each.label == CALL else [each.label]
            kinds += [f"dead {each.language}"] if each.label == HOLD and each.language != "en" else []
            for kind in kinds:
                good, count = right.get(kind, (0, 0))
                right[kind] = (good + is_right, count + 1)
        return cls(name, right)


COLUMNS = (HOLD, "living", "ordinary", "risk", "trap", UNCLEAR)
TITLES = ("dead not called", "living called", "ordinary", "risk", "traps", "unclear asked")


def table(found: Sequence[Judgement]) -> str:
    """A line for each set and one for all; a share stands with its 95 % interval (Wilson)."""
    everything: dict[str, tuple[int, int]] = {}
    for each in found:
        for kind, (good, count) in each.right.items():
            before = everything.get(kind, (0, 0))
            everything[kind] = (before[0] + good, before[1] + count)
    lines = ["| | " + " | ".join(TITLES) + " |", "|---" * (len(TITLES) + 1) + "|"]
    for each in [*found, *([Judgement("all", everything)] if len(found) > 1 else [])]:
        shares = " | ".join(share(*each.right.get(kind, (0, 0))) for kind in COLUMNS)
        lines.append(f"| {each.name} | {shares} |")
    languages = sorted(kind for kind in everything if kind.startswith("dead "))
    lines += [f"{kind}: {share(*everything[kind])}" for kind in languages]
    return "\n".join(lines)


def share(good: int, count: int) -> str:
    """Of how many how many, in percent with the interval; "-" of none."""
    if not count:
        return "-"
    low, high = wilson(good, count)
    return f"{100 * good / count:.1f} % ({100 * low:.1f} to {100 * high:.1f}; {good}/{count})"


def wilson(good: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The interval in which the true share lies in 95 of 100 samples, from 0 to 1."""
    seen, spread = good / count, z * z / count
    middle = (seen + spread / 2) / (1 + spread)
    half = z / (1 + spread) * (seen * (1 - seen) / count + spread / (4 * count)) ** 0.5
    return middle - half, middle + half
