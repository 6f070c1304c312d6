"""`questions`: what is asked about each kind of visit, another set in its place, and how often what was answered."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from idexx_desktop import streams
from idexx_desktop.app import Program
from idexx_desktop.cli.arguments import instant
from idexx_desktop.cli.output import Answer, moment, short, table
from idexx_desktop.domain.call_questions import AnswerCount, Question, QuestionSet, as_rows, from_rows
from idexx_desktop.domain.default_questions import default_questions
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.visits import VisitKind

_LONGEST = 100_000  # signs: no set of six questions is as long
_DAYS = 30


def show(program: Program, options: Namespace) -> Answer:
    """The sets of all kinds, or of one."""
    kinds = [_kind(options.kind)] if options.kind else list(VisitKind)
    return _shown(program, [each for each in program.questions.sets() if each.kind in kinds])


def set_questions(program: Program, options: Namespace) -> Answer:
    """Save a set from a file or from standard input, or the program's own, and show it."""
    kind = _kind(options.kind)
    held = next(each for each in program.questions.sets() if each.kind is kind)
    if options.looked_over:
        program.questions.look_over(held)
    else:
        questions = default_questions(kind).questions if options.defaults else _read(options.file)
        if questions != held.questions:
            program.questions.save([replace(held, questions=questions)])
    return _shown(program, [each for each in program.questions.sets() if each.kind is kind])


def counts(program: Program, options: Namespace) -> Answer:
    """How often what was answered in a range of days, by question: the last 30 where none is said."""
    zone = program.zone
    tomorrow = program.clock.now().astimezone(zone).date() + timedelta(days=1)
    until = instant(options.until, zone) or datetime.combine(tomorrow, time(), zone)
    since = instant(options.since, zone) or until - timedelta(days=_DAYS)
    found = program.questions.counted(since, until)
    lines = table(
        ("Kind", "Question", "Answer", "Times"),
        [
            (_word(each.kind), each.question, _marked(each.answer, red=each.red), f"{each.times}")
            for each in found
        ],
    )
    document = {
        "from": moment(since, zone),
        "to": moment(until, zone),
        "counts": [_counted(each) for each in found],
    }
    return Answer(lines if found else ["Nothing was answered in these days."], document)


def _shown(program: Program, sets: list[QuestionSet]) -> Answer:
    lines: list[str] = []
    for each in sets:
        lines += ["", f"{_word(each.kind)}: {_whose(each, program)}"]
        for number, question in enumerate(each.questions, 1):
            answers = " / ".join(_marked(one.text, red=one.red) for one in question.answers)
            lines += [f"  {number}. {question.text}", f"     {answers}"]
    lines += ["", "An answer with a ! goes to a vet."]
    return Answer(lines[1:], {"sets": [_document(each, program) for each in sets]})


def _document(each: QuestionSet, program: Program) -> dict[str, Any]:
    return {
        "kind": _word(each.kind),
        "version": each.version,
        "written": each.written or None,
        "saved_by": (each.saved_by if each.version else "") or None,
        "saved_at": moment(each.saved_at, program.zone) if each.version else None,
        "looked_over_by": each.looked_over_by or None,
        "looked_over_at": moment(each.looked_over_at, program.zone),
        "questions": as_rows(each.questions),
    }


def _whose(each: QuestionSet, program: Program) -> str:
    if each.version:
        made = f"version {each.version}, saved by {each.saved_by} on {short(each.saved_at, program.zone)}"
    else:
        made = f"the program's own of {each.written}"
    seen = (
        f"looked over, says {each.looked_over_by}" if each.is_looked_over else "have your vet look over these"
    )
    return f"{made}; {seen}"


def _counted(each: AnswerCount) -> dict[str, Any]:
    return {
        "kind": _word(each.kind),
        "question_key": each.question_key,
        "question": each.question,
        "answer_key": each.answer_key,
        "answer": each.answer,
        "red": each.red,
        "times": each.times,
    }


def _read(file: str) -> tuple[Question, ...]:
    """The questions in a file: a list of them, or what `questions show KIND --json` prints."""
    text = streams.read_document("questions", _LONGEST) if file == "-" else _file(Path(file))
    try:
        return from_rows(_questions_in(json.loads(text)))
    except (json.JSONDecodeError, RecursionError):
        raise _refused("That is no JSON.") from None
    except ValueError as wrong:
        raise _refused(str(wrong)) from None


def _file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.read(_LONGEST)
    except UnicodeDecodeError:
        raise _refused("The file is no text in UTF-8.") from None
    except (OSError, ValueError):
        raise _refused("There is no such file, or it can't be read.") from None


def _questions_in(document: Any) -> Any:
    if isinstance(document, dict) and isinstance(sets := document.get("sets"), list) and len(sets) == 1:
        document = sets[0]
    return document.get("questions") if isinstance(document, dict) else document


def _refused(title: str) -> Failure:
    return Failure(FailureCode.INVALID_INPUT, "questions", title=title)


def _kind(word: str) -> VisitKind:
    return VisitKind(word.replace("-", "_"))


def _word(kind: VisitKind) -> str:
    return str(kind).replace("_", "-")


def _marked(text: str, *, red: bool) -> str:
    return f"!{text}" if red else text
