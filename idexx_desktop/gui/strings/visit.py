"""Words of the panel that explains one visit."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

WHY_CALL = QT_TRANSLATE_NOOP("idexx", "Why a call is scheduled")
WHY_NO_CALL = QT_TRANSLATE_NOOP("idexx", "Why no call was scheduled")
WHY_WAITING = QT_TRANSLATE_NOOP("idexx", "What it waits for")
WHY_FAILED = QT_TRANSLATE_NOOP("idexx", "What happened")
NOTES = QT_TRANSLATE_NOOP("idexx", "Notes")
NO_NOTES = QT_TRANSLATE_NOOP("idexx", "No notes in Neo yet.")
DETAILS = QT_TRANSLATE_NOOP("idexx", "Details")
CODE = QT_TRANSLATE_NOOP("idexx", "Code: {code}")
SHOW_ENTRIES = QT_TRANSLATE_NOOP("idexx", "Show in the activity record")
TRIES_ONE = QT_TRANSLATE_NOOP("idexx", "Tried in 1 sync, {when}")
TRIES_MANY = QT_TRANSLATE_NOOP("idexx", "Tried in {count} syncs, last {when}")
NEXT_TRY = QT_TRANSLATE_NOOP("idexx", "Next try after {when}")
READ_AT = QT_TRANSLATE_NOOP("idexx", "Read from Neo {when}")
CHANGED_NOTES = QT_TRANSLATE_NOOP("idexx", "The notes changed after the call was scheduled")
HELD_TO_DECIDE = QT_TRANSLATE_NOOP("idexx", "Held for you to decide")
NEO = QT_TRANSLATE_NOOP("idexx", "Neo")
ADDED = QT_TRANSLATE_NOOP("idexx", "Added: {text}")
REMOVED = QT_TRANSLATE_NOOP("idexx", "Removed: {text}")
TAKE_BACK = QT_TRANSLATE_NOOP("idexx", "Take decision back")
NO_LINK = QT_TRANSLATE_NOOP("idexx", "Neo's address doesn't start with https, so it isn't opened.")
