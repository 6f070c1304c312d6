"""Words for whose rows are shown, which only admins choose."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

EVERYONE = QT_TRANSLATE_NOOP("idexx", "Everyone")
ALL_CLINICS = QT_TRANSLATE_NOOP("idexx", "All clinics")
CHOOSE_PERSON = QT_TRANSLATE_NOOP("idexx", "Whose rows are shown")
CHOOSE_CLINIC = QT_TRANSLATE_NOOP("idexx", "Of which clinic rows are shown")
YOU = QT_TRANSLATE_NOOP("idexx", "{email} (you)")
CLINIC = QT_TRANSLATE_NOOP("idexx", "Clinic")
PERSON = QT_TRANSLATE_NOOP("idexx", "Person")
TIME_ZONE = QT_TRANSLATE_NOOP("idexx", "Time zone")
NO_PERSON = QT_TRANSLATE_NOOP("idexx", "Former user")
NO_CLINIC = QT_TRANSLATE_NOOP("idexx", "Other clinic")
READ_ONLY = QT_TRANSLATE_NOOP("idexx", "Read only: rows of {person}, {clinic}")
READ_ONLY_CLINIC = QT_TRANSLATE_NOOP("idexx", "Read only: rows of {clinic}")
ZONE = QT_TRANSLATE_NOOP("idexx", "Times are those of the clinic ({zone}).")
