"""Words of the window around the pages."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

PRODUCT = QT_TRANSLATE_NOOP("idexx", "IDEXX Neo sync")
WINDOW_TITLE = QT_TRANSLATE_NOOP("idexx", "IDEXX Neo sync")
OPENING = QT_TRANSLATE_NOOP("idexx", "Opening your records…")
RECORDS_HERE = QT_TRANSLATE_NOOP("idexx", "Records on this computer")
RECORDS_ON_SERVER = QT_TRANSLATE_NOOP("idexx", "Records on your server")
MOVE_HERE = QT_TRANSLATE_NOOP("idexx", "Move it to this computer")
NAVIGATION = QT_TRANSLATE_NOOP("idexx", "Pages")
TODAY = QT_TRANSLATE_NOOP("idexx", "Today")
ATTENTION = QT_TRANSLATE_NOOP("idexx", "Needs attention")
VISITS = QT_TRANSLATE_NOOP("idexx", "Visits")
CALLS = QT_TRANSLATE_NOOP("idexx", "Discharge calls")
HISTORY = QT_TRANSLATE_NOOP("idexx", "Sync history")
ACTIVITY = QT_TRANSLATE_NOOP("idexx", "Activity record")
SETTINGS = QT_TRANSLATE_NOOP("idexx", "Settings")
NAV_COUNT = QT_TRANSLATE_NOOP("idexx", "{title}: {count}")
SYNC_NOW = QT_TRANSLATE_NOOP("idexx", "Sync now")
SYNCING = QT_TRANSLATE_NOOP("idexx", "Syncing…")
SYNC_KEY = QT_TRANSLATE_NOOP("idexx", "F5")
SYNC_HELP = QT_TRANSLATE_NOOP("idexx", "Read the latest visits from IDEXX Neo (F5)")
SYNC_DONE_ONE = QT_TRANSLATE_NOOP("idexx", "Synced: 1 visit is accounted for.")
SYNC_DONE_MANY = QT_TRANSLATE_NOOP("idexx", "Synced: {count} visits are accounted for.")
SYNC_STOPPED = QT_TRANSLATE_NOOP("idexx", "Stopped. Visits that were saved: {saved} of {total}.")
SYNC_STOPPED_EMPTY = QT_TRANSLATE_NOOP("idexx", "Stopped before anything was saved.")
SYNC_LOST_ONE = QT_TRANSLATE_NOOP("idexx", "Synced, but 1 visit is not accounted for.")
SYNC_LOST_MANY = QT_TRANSLATE_NOOP("idexx", "Synced, but {count} visits are not accounted for.")
SYNC_LEFT_ONE = QT_TRANSLATE_NOOP("idexx", "Synced: 1 visit couldn't be read.")
SYNC_LEFT_MANY = QT_TRANSLATE_NOOP("idexx", "Synced: {count} visits couldn't be read.")
CRASHED = QT_TRANSLATE_NOOP("idexx", "Something went wrong on our side.")
CRASHED_MORE = QT_TRANSLATE_NOOP(
    "idexx", "The program goes on. If it happens again, prepare details for support."
)
WINDOW_UNSURE = QT_TRANSLATE_NOOP("idexx", "This window may be open twice.")
WINDOW_FOLDER_FOREIGN = QT_TRANSLATE_NOOP(
    "idexx",
    "The folder {folder} belongs to another user of this computer. Whoever looks after this computer should remove it.",
)
WINDOW_FOLDER_UNUSABLE = QT_TRANSLATE_NOOP("idexx", "The folder {folder} can't be used: {reason}.")
WINDOW_SILENT = QT_TRANSLATE_NOOP(
    "idexx",
    "Another window of this clinic is open and doesn't answer. Close it, or restart this computer if you can't see it.",
)
PASSPHRASE_ASK = QT_TRANSLATE_NOOP("idexx", "Enter this clinic's passphrase")
PASSPHRASE_TEXT = QT_TRANSLATE_NOOP(
    "idexx", "It opens the passwords that are kept on this computer. Nothing syncs until it was entered."
)
PASSPHRASE = QT_TRANSLATE_NOOP("idexx", "Passphrase")
PASSPHRASE_OPEN = QT_TRANSLATE_NOOP("idexx", "Open")
PASSPHRASE_OTHER = QT_TRANSLATE_NOOP("idexx", "This isn't the passphrase. Enter it once more.")
DETAILS = QT_TRANSLATE_NOOP("idexx", "Details")
CODE = QT_TRANSLATE_NOOP("idexx", "Code: {code}")
