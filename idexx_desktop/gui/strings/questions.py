"""Words about the questions of calls, in the panel of a call and in Settings."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

ASK = QT_TRANSLATE_NOOP("idexx", "Ask")
ABOUT = QT_TRANSLATE_NOOP("idexx", "{pets} ({kind})")
ANSWER_NAMED = QT_TRANSLATE_NOOP("idexx", "{question} {answer}")
RED_NAMED = QT_TRANSLATE_NOOP("idexx", "{question} {answer}, a vet should hear of it")
NOT_LOOKED_OVER = QT_TRANSLATE_NOOP("idexx", "Have your vet look over these questions, in Settings.")
RED_GIVEN = QT_TRANSLATE_NOOP("idexx", "A vet should hear of this")
RED_GIVEN_MORE = QT_TRANSLATE_NOOP(
    "idexx", "“Reached: a concern” takes these words along, beside what you type as a note: {words}"
)
ANSWERED = QT_TRANSLATE_NOOP("idexx", "{question} {answer}")

SECTION = QT_TRANSLATE_NOOP("idexx", "Questions on calls")
CARD = QT_TRANSLATE_NOOP("idexx", "What you ask owners")
CARD_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Short questions with answers to tick, for each kind of visit. An answer that a vet should hear of opens a concern"
    " with its words ready. What was answered before stays as it was asked.",
)
KIND = QT_TRANSLATE_NOOP("idexx", "Kind of visit")
OWN = QT_TRANSLATE_NOOP("idexx", "The program's own questions")
SAVED_BY = QT_TRANSLATE_NOOP("idexx", "Version {version}, saved by {who} ({when})")
LOOK_OVER_ASK = QT_TRANSLATE_NOOP("idexx", "Have your vet look over these")
LOOK_OVER_MORE = QT_TRANSLATE_NOOP("idexx", "They ask what owners see. Your vet knows what else matters.")
LOOK_OVER = QT_TRANSLATE_NOOP("idexx", "Our vet has looked over these")
LOOK_OVER_FIRST = QT_TRANSLATE_NOOP("idexx", "Save your changes first.")
LOOKED_OVER = QT_TRANSLATE_NOOP("idexx", "Your vet has looked over these, says {who} ({when})")
LOOKED_OVER_SAID = QT_TRANSLATE_NOOP("idexx", "Kept: your vet has looked over these questions.")
SAVED = QT_TRANSLATE_NOOP("idexx", "The questions are saved.")
UNDONE = QT_TRANSLATE_NOOP("idexx", "The questions are as before.")
QUESTION = QT_TRANSLATE_NOOP("idexx", "Question {number}")
ANSWER = QT_TRANSLATE_NOOP("idexx", "Question {number}, answer {place}")
RED = QT_TRANSLATE_NOOP("idexx", "A vet should hear of it")
RED_OF = QT_TRANSLATE_NOOP("idexx", "Question {number}, answer {place}: a vet should hear of it")
ADD_QUESTION = QT_TRANSLATE_NOOP("idexx", "Add a question")
ADD_ANSWER = QT_TRANSLATE_NOOP("idexx", "Add an answer")
ADD_ANSWER_TO = QT_TRANSLATE_NOOP("idexx", "Add an answer to question {number}")
UP = QT_TRANSLATE_NOOP("idexx", "{name}: move up")
DOWN = QT_TRANSLATE_NOOP("idexx", "{name}: move down")
REMOVE = QT_TRANSLATE_NOOP("idexx", "{name}: remove")
DEFAULTS = QT_TRANSLATE_NOOP("idexx", "Back to the program's own")
NO_QUESTION = QT_TRANSLATE_NOOP("idexx", "Write the question: 3 letters or more.")
LONG_QUESTION = QT_TRANSLATE_NOOP("idexx", "Write it shorter: up to 200 letters.")
DOUBLE_QUESTION = QT_TRANSLATE_NOOP("idexx", "This question is there twice.")
COUNT_OF_ANSWERS = QT_TRANSLATE_NOOP("idexx", "A question has 2 to 5 answers.")
NO_ANSWER = QT_TRANSLATE_NOOP("idexx", "Write the answer, or remove it.")
LONG_ANSWER = QT_TRANSLATE_NOOP("idexx", "Write it shorter: up to 80 letters.")
DOUBLE_ANSWER = QT_TRANSLATE_NOOP("idexx", "This answer is there twice.")
