"""Words of forms, wherever they stand."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

SAVE = QT_TRANSLATE_NOOP("idexx", "Save")
SAVING = QT_TRANSLATE_NOOP("idexx", "Saving…")
SAVED = QT_TRANSLATE_NOOP("idexx", "Saved")
FROM_TO = QT_TRANSLATE_NOOP("idexx", "to")
FROM_NAMED = QT_TRANSLATE_NOOP("idexx", "{name}, from")
TO_NAMED = QT_TRANSLATE_NOOP("idexx", "{name}, to")
MUST_END_LATER = QT_TRANSLATE_NOOP("idexx", "The end must be after the beginning.")
PROBLEM = QT_TRANSLATE_NOOP("idexx", "{name}: {problem}")
