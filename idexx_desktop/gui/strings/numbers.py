"""Words about owners' numbers: which is wrong, which to use instead, and when."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

NUMBERS = QT_TRANSLATE_NOOP("idexx", "Number and time")
OPEN = QT_TRANSLATE_NOOP("idexx", "Other numbers, best time")
IS_WRONG = QT_TRANSLATE_NOOP("idexx", "{number} was the wrong number ({by}).")
IS_RIGHT = QT_TRANSLATE_NOOP("idexx", "It is right after all")
INSTEAD = QT_TRANSLATE_NOOP("idexx", "{number} is called instead of {phone} ({by}).")
SUITS = QT_TRANSLATE_NOOP("idexx", "The owner likes calls: {time} ({by}).")
FORGET = QT_TRANSLATE_NOOP("idexx", "Take this back")
USE = QT_TRANSLATE_NOOP("idexx", "Use {number}")
NO_OTHERS = QT_TRANSLATE_NOOP(
    "idexx", "No other number of this owner is known. A new one in Neo is called by itself."
)
NONE = QT_TRANSLATE_NOOP("idexx", "Neo has no number of this owner that can be dialled.")
BEST_TIME = QT_TRANSLATE_NOOP("idexx", "Best time")
MORNINGS = QT_TRANSLATE_NOOP("idexx", "mornings")
AFTERNOONS = QT_TRANSLATE_NOOP("idexx", "afternoons")
EVENINGS = QT_TRANSLATE_NOOP("idexx", "evenings")
BEST_TIME_IS = QT_TRANSLATE_NOOP("idexx", "Best time: {time}")
KEPT = QT_TRANSLATE_NOOP("idexx", "Kept. The owner's calls follow it from now on.")
CAP_DAY = QT_TRANSLATE_NOOP("idexx", "Calls to one number a day")
CAP_MONTH = QT_TRANSLATE_NOOP("idexx", "Calls to one number in 30 days")
CAPS_HINT = QT_TRANSLATE_NOOP(
    "idexx", "Several tries of one call count once. One more than this is held until you decide."
)
