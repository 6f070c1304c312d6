"""Words for the orders of tables."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

SORT_BY = QT_TRANSLATE_NOOP("idexx", "{title}; press Enter to sort")
NEWEST_FIRST = QT_TRANSLATE_NOOP("idexx", "Newest first")
OLDEST_FIRST = QT_TRANSLATE_NOOP("idexx", "Oldest first")
LATEST_FIRST = QT_TRANSLATE_NOOP("idexx", "Latest first")
EARLIEST_FIRST = QT_TRANSLATE_NOOP("idexx", "Earliest first")
PET_A_TO_Z = QT_TRANSLATE_NOOP("idexx", "Pet, A to Z")
PET_Z_TO_A = QT_TRANSLATE_NOOP("idexx", "Pet, Z to A")
OWNER_A_TO_Z = QT_TRANSLATE_NOOP("idexx", "Owner, A to Z")
OWNER_Z_TO_A = QT_TRANSLATE_NOOP("idexx", "Owner, Z to A")
A_TO_Z = QT_TRANSLATE_NOOP("idexx", "A to Z")
Z_TO_A = QT_TRANSLATE_NOOP("idexx", "Z to A")
BY_STATE = QT_TRANSLATE_NOOP("idexx", "By state, scheduled calls first")
BY_STATE_BACK = QT_TRANSLATE_NOOP("idexx", "By state, problems first")
MOST_PROBLEMS = QT_TRANSLATE_NOOP("idexx", "Most problems first")
FEWEST_PROBLEMS = QT_TRANSLATE_NOOP("idexx", "Fewest problems first")
