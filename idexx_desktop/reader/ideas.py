"""What words are about, in seven languages: `ideas.txt` says which words speak of a death, another animal, a fear.

An idea alone decides nothing. The reader learns from records what each means beside the others: a death beside
another animal is something else than a death.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

from idexx_desktop.reader.text import plain

_SHORTEST_STEM = 3
_ANY_ENDING = "*"

# those of which a record is judged by; the others say what they mean there
DEATH = frozenset({"death", "euthanasia", "aftercare", "arrest", "dying", "condolence", "code"})

_TOLD_DEATH = DEATH - {"dying", "condolence", "aftercare"}

# a death is none of this animal's where its sentence is about these
OUT_OF_SCOPE = frozenset(
    {
        "another",
        "person",
        "past",
        "negation",
        "maybe",
        "fear",
        "declines",
        "part",
        "consent",
        "insurance",
        "mistake",
    }
)

# said of this animal, these leave little doubt
TOLD = "told"
# no idea: words of a death whose wrong spelling is mended
_SPELLED = "spelled"

# what tells that the animal goes on living
GOING_ON = frozenset({"well", "home", "next", "treatment"})


_SHORTEST_MENDED = 4
# what is told of one death in several words stands so close
_ONE_DEATH = 1


class _Expression(NamedTuple):
    """Several words that have an idea together; a `*` ends a stem."""

    parts: tuple[str, ...]
    idea: str

    def stands_at(self, words: Sequence[str], place: int) -> bool:
        """Whether the expression begins at this word."""
        there = words[place : place + len(self.parts)]
        return len(there) == len(self.parts) and all(map(_is_word_of, self.parts, there))


class _Lexicon(NamedTuple):
    spelled: frozenset[str]
    told: dict[str, list[_Expression]]
    words: dict[str, frozenset[str]]
    stems: dict[str, frozenset[str]]
    expressions: dict[str, list[_Expression]]
    by_stem: tuple[tuple[str, list[_Expression]], ...]


def ideas_in(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The ideas of each word of a sentence, in order; an expression of several words counts as one of them."""
    found: list[tuple[str, ...]] = []
    place = 0
    while place < len(words):
        expression = _expression_at(words, place)
        found.append((expression.idea,) if expression else _ideas_of(words[place]))
        place += len(expression.parts) if expression else 1
    return found


def beside_each_death(words: Sequence[str]) -> list[frozenset[str]]:
    """The ideas beside each death that a sentence tells of, from the death before to the one after.

    Of two the first may be a risk, and the second this animal's: "risk of death told, died at noon".
    """
    of_words = ideas_in(words)
    deaths: list[tuple[int, int]] = []
    for place, ideas in enumerate(of_words):
        if _TOLD_DEATH.isdisjoint(ideas):
            continue
        if deaths and place - deaths[-1][1] <= _ONE_DEATH:
            deaths[-1] = deaths[-1][0], place
        else:
            deaths.append((place, place))
    begins = [0, *(last + 1 for _, last in deaths)]
    ends = [*(first for first, _ in deaths[1:]), len(of_words)]
    return [
        frozenset(idea for ideas in of_words[begin:end] for idea in ideas)
        for begin, end in zip(begins, ends, strict=False)
        if deaths
    ]


def tells(words: Sequence[str]) -> bool:
    """Whether a word or expression stands there that leaves little doubt, if it is said of this animal."""
    told = _lexicon().told
    return any(
        expression.stands_at(words, place)
        for place, word in enumerate(words)
        for expression in told.get(word, ())
    )


@lru_cache(maxsize=8192)
def spelled(word: str) -> str:
    """The word of a death that a word which nobody knows was meant to be, where one slip of the keys lies between."""
    found = [right for right in sorted(_lexicon().spelled) if _is_a_slip(word, right)]
    return found[0] if found else word


def _is_a_slip(word: str, right: str) -> bool:
    """Whether one letter is missing, too many or another one, or two are swapped; in short words not another one."""
    if len(word) < _SHORTEST_MENDED or abs(len(word) - len(right)) > 1:
        return False
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, right, strict=False)))
    if len(word) > len(right):
        return word[same + 1 :] == right[same:]
    is_short = len(right) <= _SHORTEST_MENDED
    if len(word) < len(right):
        return not is_short and word[same:] == right[same + 1 :]
    is_swapped = (
        word[same : same + 2] == right[same : same + 2][::-1] and word[same + 2 :] == right[same + 2 :]
    )
    return is_swapped or (not is_short and word[same + 1 :] == right[same + 1 :])


def _expression_at(words: Sequence[str], place: int) -> _Expression | None:
    for expression in _beginning_with(words[place]):
        if expression.stands_at(words, place):
            return expression
    return None


@lru_cache(maxsize=8192)
def _beginning_with(word: str) -> tuple[_Expression, ...]:
    lexicon = _lexicon()
    found = list(lexicon.expressions.get(word, ()))
    for stem, expressions in lexicon.by_stem:
        if word.startswith(stem):
            found += expressions
    return tuple(found)


@lru_cache(maxsize=8192)
def _ideas_of(word: str) -> tuple[str, ...]:
    """Those of the word itself, and of its longest stem."""
    lexicon = _lexicon()
    found = set(lexicon.words.get(word, ()))
    for length in range(len(word), _SHORTEST_STEM - 1, -1):
        if of_stem := lexicon.stems.get(word[:length]):
            found |= of_stem
            break
    return tuple(sorted(found))


def _is_word_of(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith(_ANY_ENDING) else word == part


@cache
def _lexicon() -> _Lexicon:
    text = (files("idexx_desktop.reader") / "ideas.txt").read_text("utf-8")
    words: dict[str, set[str]] = {}
    spelled: set[str] = set()
    told: dict[str, list[_Expression]] = {}
    stems: dict[str, set[str]] = {}
    expressions: dict[str, list[_Expression]] = {}
    idea = ""
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("["):
            idea = line.strip("[] ")
            continue
        for entry in line.split():
            parts = tuple(filter(None, plain(entry.replace("'", "_")).split("_")))
            if idea == _SPELLED:
                spelled.add(parts[0])
            elif idea == TOLD:
                told.setdefault(parts[0], []).append(_Expression(parts, idea))
            elif len(parts) > 1:
                expressions.setdefault(parts[0], []).append(_Expression(parts, idea))
            elif parts[0].endswith(_ANY_ENDING):
                stems.setdefault(parts[0][:-1], set()).add(idea)
            else:
                words.setdefault(parts[0], set()).add(idea)
    for some in expressions.values():
        some.sort(key=lambda expression: -len(expression.parts))
    by_stem = tuple((first[:-1], some) for first, some in expressions.items() if first.endswith(_ANY_ENDING))
    return _Lexicon(
        frozenset(spelled),
        told,
        {word: frozenset(found) for word, found in words.items()},
        {stem: frozenset(found) for stem, found in stems.items()},
        expressions,
        by_stem,
    )
