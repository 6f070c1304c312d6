"""Words about the details for support."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

SUPPORT = QT_TRANSLATE_NOOP("idexx", "Support")
SUPPORT_MORE = QT_TRANSLATE_NOOP(
    "idexx", "A file for whoever helps you, with versions, settings and the last results. You read it first."
)
PREPARE = QT_TRANSLATE_NOOP("idexx", "Prepare details for support")
TITLE = QT_TRANSLATE_NOOP("idexx", "Details for support")
MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Nothing is sent. Read what is in it, save it, and give the file to whoever helps you. Names, notes, phone "
    "numbers and passwords are left out.",
)
PREPARING = QT_TRANSLATE_NOOP("idexx", "One moment…")
SAVE = QT_TRANSLATE_NOOP("idexx", "Save as file…")
SAVE_TITLE = QT_TRANSLATE_NOOP("idexx", "Save the details for support")
FILE_NAME = QT_TRANSLATE_NOOP("idexx", "details-for-support-{day}.json")
FILES = QT_TRANSLATE_NOOP("idexx", "Details for support (*.json)")
SAVED = QT_TRANSLATE_NOOP("idexx", "Saved as {name}.")
