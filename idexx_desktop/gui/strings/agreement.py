"""Words of the card that says how far the program agrees with people."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

TITLE = QT_TRANSLATE_NOOP("idexx", "Does the program decide as you do?")
MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Your decisions on visits, beside what the program says of the same records by itself. Counted on this computer;"
    " nothing leaves the clinic.",
)
COUNTING = QT_TRANSLATE_NOOP("idexx", "Counting…")
NONE = QT_TRANSLATE_NOOP("idexx", "Nothing to compare yet.")
NONE_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Look at visits, and say of each whether its owner is to be called. About {needed} tell something.",
)
FEW_ONE = QT_TRANSLATE_NOOP(
    "idexx", "You decided about 1 visit that it would call: too few to tell, about {needed} are needed."
)
FEW_MANY = QT_TRANSLATE_NOOP(
    "idexx",
    "You decided about {count} visits that it would call: too few to tell, about {needed} are needed.",
)
ALIKE = QT_TRANSLATE_NOOP(
    "idexx", "Of the last {decided} visits that you decided, the program would have done the same in {alike}."
)
WRONG_NONE = QT_TRANSLATE_NOOP("idexx", "It would have called about none that you said no to.")
WRONG_ONE = QT_TRANSLATE_NOOP("idexx", "It would have called about 1 that you said no to. Look at it first.")
WRONG_MANY = QT_TRANSLATE_NOOP(
    "idexx", "It would have called about {count} that you said no to. Look at them first."
)
ASKED_NONE = QT_TRANSLATE_NOOP("idexx", "It held back none that you let be called.")
ASKED_ONE = QT_TRANSLATE_NOOP("idexx", "It held back 1 that you let be called: a click, no wrong call.")
ASKED_MANY = QT_TRANSLATE_NOOP(
    "idexx", "It held back {count} that you let be called: a click each, no wrong call."
)
LEFT_OUT_ONE = QT_TRANSLATE_NOOP(
    "idexx",
    "1 more decision isn't counted, because it says nothing of how the program reads: the owner's wish, a missing"
    " number, another pet, a record that has changed since.",
)
LEFT_OUT_MANY = QT_TRANSLATE_NOOP(
    "idexx",
    "{count} more decisions aren't counted, because they say nothing of how the program reads: the owner's wish, a"
    " missing number, another pet, a record that has changed since.",
)
LOOK = QT_TRANSLATE_NOOP("idexx", "Look at the visits")
SHOW = QT_TRANSLATE_NOOP("idexx", "Show these visits")
HIDE = QT_TRANSLATE_NOOP("idexx", "Hide them")
ROW = QT_TRANSLATE_NOOP("idexx", "{pet} · {owner}")
WRONGLY_CALLED = QT_TRANSLATE_NOOP("idexx", "{when} · would have called, {who} said no")
ASKED = QT_TRANSLATE_NOOP("idexx", "{when} · held back, {who} let it be called")
OPEN = QT_TRANSLATE_NOOP("idexx", "Open")
OPEN_NAMED = QT_TRANSLATE_NOOP("idexx", "Open the visit of {pet}, {when}")
SOME = QT_TRANSLATE_NOOP("idexx", "The newest {shown} of {count} are shown.")
