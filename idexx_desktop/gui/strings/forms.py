"""Words of forms, wherever they stand."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

SAVE = QT_TRANSLATE_NOOP("idexx", "Save")
SAVING = QT_TRANSLATE_NOOP("idexx", "Saving…")
UNSAVED = QT_TRANSLATE_NOOP("idexx", "Save what you have changed?")
UNSAVED_MORE = QT_TRANSLATE_NOOP("idexx", "Not saved yet: {names}.")
DISCARD = QT_TRANSLATE_NOOP("idexx", "Discard")
STAY = QT_TRANSLATE_NOOP("idexx", "Stay")
SAVED = QT_TRANSLATE_NOOP("idexx", "Saved")
CHANGED = QT_TRANSLATE_NOOP("idexx", "These settings were changed on another computer.")
CHANGED_MORE = QT_TRANSLATE_NOOP(
    "idexx", "What you have changed here is still here. Saving it puts it in the place of theirs."
)
SHOW_THEIRS = QT_TRANSLATE_NOOP("idexx", "Show theirs")
FROM_TO = QT_TRANSLATE_NOOP("idexx", "to")
FROM_NAMED = QT_TRANSLATE_NOOP("idexx", "{name}, from")
TO_NAMED = QT_TRANSLATE_NOOP("idexx", "{name}, to")
MUST_END_LATER = QT_TRANSLATE_NOOP("idexx", "The end must be after the beginning.")
TIME_WRONG = QT_TRANSLATE_NOOP("idexx", "Type a time, such as 9:30 or 9:30 pm.")
DAY_WRONG = QT_TRANSLATE_NOOP("idexx", "Type a day, such as 24 Nov or tomorrow.")
DAY_EARLY = QT_TRANSLATE_NOOP("idexx", "Choose {day} or later.")
DAY_NAMED = QT_TRANSLATE_NOOP("idexx", "{name}, day")
TIME_NAMED = QT_TRANSLATE_NOOP("idexx", "{name}, time")
SHOW_TYPED = QT_TRANSLATE_NOOP("idexx", "Show what is typed")
HIDE_TYPED = QT_TRANSLATE_NOOP("idexx", "Hide what is typed")
CALENDAR = QT_TRANSLATE_NOOP("idexx", "Choose from a calendar")
CALENDAR_NAMED = QT_TRANSLATE_NOOP("idexx", "{name}: choose from a calendar")
PROBLEM = QT_TRANSLATE_NOOP("idexx", "{name}: {problem}")
