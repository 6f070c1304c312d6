"""`sentences`: for which words visits are held, and what people say of them, once for all records to come."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from idexx_desktop.app import Program
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.known_sentences import AskedSentence, Known, KnownSentence

_MARK = 12  # signs of a fingerprint that are shown
_MEANS = {Known.STANDARD_TEXT: "standard text", Known.ANOTHER_ANIMAL: "another animal"}


def sentences(program: Program, options: Namespace) -> Answer:
    """A visit's sentences, after an answer if one is given; else those of several visits, and what people said."""
    if options.take_back:
        program.sentences.take_back(_known(program, options.take_back).fingerprint)
    if options.visit is None:
        return _all(program)
    if options.number is not None:
        _say(program, options)
    asked = program.visits.get(options.visit).asked_sentences
    lines = [f"{number}. “{each.text}” ({_may_mean(each)})" for number, each in enumerate(asked, 1)]
    document = {"visit": options.visit, "sentences": [_asked(each) for each in asked]}
    return Answer(lines or ["This visit isn't held for a sentence."], document)


def _say(program: Program, options: Namespace) -> None:
    asked = program.visits.get(options.visit).asked_sentences
    means = Known(options.means.replace("-", "_")) if options.means else None
    chosen = asked[options.number - 1] if 1 <= options.number <= len(asked) else None
    if chosen is None or means is None or means not in chosen.fingerprints:
        title = f"This visit has no sentence {options.number} of which that can be said."
        raise Failure(FailureCode.INVALID_INPUT, "sentence", title=title)
    program.sentences.say(options.visit, chosen.fingerprints[means], means)


def _all(program: Program) -> Answer:
    zone, groups, said = program.zone, program.sentences.groups(), program.sentences.said()
    lines = [
        f"{len(group.visit_keys)} visits are held for “{group.sentence.text}”: {', '.join(group.visit_keys)}"
        for group in groups
    ]
    rows = [
        (each.fingerprint[:_MARK], _MEANS[each.means], each.said_by, short(each.said_at, zone))
        for each in said
    ]
    lines += (
        table(("Mark", "Means", "By", "When"), rows)
        if rows
        else ["Nobody has said anything of a sentence yet."]
    )
    document = {
        "groups": [_asked(group.sentence) | {"visits": list(group.visit_keys)} for group in groups],
        "known": [
            {
                "mark": each.fingerprint[:_MARK],
                "means": str(each.means),
                "said_by": each.said_by,
                "said_at": moment(each.said_at, zone),
            }
            for each in said
        ],
    }
    return Answer(lines, document)


def _known(program: Program, mark: str) -> KnownSentence:
    found = [each for each in program.sentences.said() if each.fingerprint.startswith(mark.casefold())]
    if len(found) != 1:
        raise Failure(
            FailureCode.INVALID_INPUT, "mark", title=f"No sentence that is known has the mark {mark}."
        )
    return found[0]


def _asked(each: AskedSentence) -> dict[str, Any]:
    return {"text": each.text, "can_mean": [str(means) for means in each.fingerprints]}


def _may_mean(each: AskedSentence) -> str:
    return " or ".join(_MEANS[means] for means in each.fingerprints)
