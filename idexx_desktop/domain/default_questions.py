"""The questions that the program brings, for each kind of visit, in plain words that an owner understands.

They ask what an owner sees, and judge nothing: no diagnosis, no advice. Until somebody of a clinic says so, no vet of
theirs has looked over them, and every place that shows them says that. Changed words are another day's: `WRITTEN`
moves on, and answers that were given to the earlier ones stay with those.
"""

from __future__ import annotations

from idexx_desktop.domain.call_questions import Choice, Question, QuestionSet
from idexx_desktop.domain.visits import VisitKind

WRITTEN = "2026-11-30"
_RED = "!"


def _ask(key: str, text: str, *answers: str) -> Question:
    """`answers` are `key:words`; with a `!` before it a vet must hear of it."""
    choices = []
    for answer in answers:
        name, words = answer.removeprefix(_RED).split(":", 1)
        choices.append(Choice(name, words, answer.startswith(_RED)))
    return Question(key, text, tuple(choices))


_EATING = _ask(
    "eating", "Is your pet eating and drinking?", "yes:Yes", "less:Less than usual", "!no:Not at all"
)
_MEDICINES = _ask(
    "medicines", "Have the medicines been given?",
    "all:Yes, all", "some:Some of them", "!none:No, couldn't give them", "none_to_give:None to give",
)  # fmt: skip
_SELF = _ask(
    "self", "How is your pet in itself?",
    "well:Bright, as usual", "tired:A little quiet or tired", "!unwell:Very tired, or getting worse",
)  # fmt: skip
_BETTER = _ask("better", "Is it better than at the visit?", "better:Better", "same:The same", "!worse:Worse")
_STOMACH = _ask(
    "stomach", "Any vomiting or loose stool?", "no:No", "once:Once or twice", "!often:Several times"
)
_BREATHING = _ask("breathing", "Is your pet breathing calmly?", "yes:Yes", "!no:No, fast or with effort")
_ASKS = _ask("asks", "Is there anything you would like to ask us?", "no:No", "yes:Yes, see the note")

_BY_KIND: dict[VisitKind, tuple[Question, ...]] = {
    VisitKind.SURGERY: (
        _EATING,
        _ask(
            "wound", "How does the wound look?",
            "dry:Dry and closed", "a_little:A little red or swollen", "!open:Open, wet or bleeding",
            "not_seen:Hasn't looked yet",
        ),
        _ask(
            "leaves_alone", "Does your pet leave the wound alone?",
            "yes:Yes", "cone:Yes, with a cone or suit", "no:No, it licks or bites it",
        ),
        _MEDICINES,
        _SELF,
    ),
    VisitKind.DENTAL: (
        _ask(
            "eating", "Is your pet eating soft food?", "yes:Yes", "less:Less than usual", "!no:Not at all"
        ),
        _ask(
            "mouth", "Is there blood from the mouth?", "no:No", "trace:A trace in the water", "!yes:Yes, still bleeding"
        ),
        _MEDICINES,
        _SELF,
    ),
    VisitKind.EMERGENCY: (_BETTER, _BREATHING, _EATING, _STOMACH, _MEDICINES),
    VisitKind.SICK_VISIT: (_BETTER, _EATING, _STOMACH, _MEDICINES),
    VisitKind.WELLNESS: (
        _SELF,
        _ask(
            "understood", "Was everything we talked about clear?", "yes:Yes", "no:No, would like to hear it again"
        ),
        _ASKS,
    ),
    VisitKind.VACCINATION: (
        _SELF,
        _ask(
            "face", "Any swelling of the face, or hives?", "no:No", "!yes:Yes"
        ),
        _STOMACH,
        _ask(
            "place", "Is there a lump where the injection was?", "no:No", "small:A small one", "!large:Large or painful"
        ),
    ),
    VisitKind.FOLLOW_UP: (
        _BETTER,
        _EATING,
        _MEDICINES,
        _ask(
            "next", "Is the next visit booked?", "yes:Yes", "no:No, please call to book", "not_needed:None is needed"
        ),
    ),
    VisitKind.GENERAL: (_SELF, _EATING, _STOMACH, _ASKS),
    # to the family, and nothing about the animal; calls of this kind are made only where a person decides so
    VisitKind.END_OF_LIFE: (
        _ask("arrangements", "Were the arrangements as you wished?", "yes:Yes", "!no:No, see the note"),
        _ask(
            "others", "Do your other pets need anything from us?",
            "no:No", "yes:Yes, see the note", "none:There are none",
        ),
        _ASKS,
    ),
}  # fmt: skip


def default_questions(kind: VisitKind) -> QuestionSet:
    """The program's own set for this kind."""
    return QuestionSet(kind, _BY_KIND[kind], written=WRITTEN)
