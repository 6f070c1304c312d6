"""Words about sentences for which visits are held, and which a clinic can know."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

ASKED = QT_TRANSLATE_NOOP("idexx", "Held for these words")
ASKED_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Do they say nothing of this pet? Tell the program once, and it no longer holds visits for them."
)
STANDARD_TEXT = QT_TRANSLATE_NOOP("idexx", "Our standard text")
ANOTHER_ANIMAL = QT_TRANSLATE_NOOP("idexx", "About another animal")
SAYS = QT_TRANSLATE_NOOP("idexx", "{means}: “{text}”")
SAID_NONE = QT_TRANSLATE_NOOP("idexx", "Kept. Other words still hold the visit.")
SAID_ONE = QT_TRANSLATE_NOOP("idexx", "Kept. 1 visit is decided anew.")
SAID_MANY = QT_TRANSLATE_NOOP("idexx", "Kept. {count} visits are decided anew.")
TOGETHER = QT_TRANSLATE_NOOP("idexx", "{count} visits are held for the same words")
TOGETHER_MORE = QT_TRANSLATE_NOOP(
    "idexx", "“{text}” If that is your standard text, one answer is enough for all of them."
)
KNOWN = QT_TRANSLATE_NOOP("idexx", "Words that you know")
KNOWN_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Sentences of which somebody said that they tell nothing of the pet. The program keeps no word of them, only a mark"
    " by which it knows them again. What you take back holds calls as before.",
)
KNOWN_STANDARD = QT_TRANSLATE_NOOP("idexx", "Standard text, in all records")
KNOWN_OTHER = QT_TRANSLATE_NOOP("idexx", "About another animal, in one pet's records")
KNOWN_BY = QT_TRANSLATE_NOOP("idexx", "Says {who} ({when})")
KNOWN_BACK = QT_TRANSLATE_NOOP("idexx", "Take back")
KNOWN_BACK_NAMED = QT_TRANSLATE_NOOP("idexx", "Take back what {who} said ({when})")
