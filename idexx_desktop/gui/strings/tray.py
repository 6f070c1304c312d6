"""Words of the tray icon, its menu and its notifications: free of names, whoever stands by reads them."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

NAME = QT_TRANSLATE_NOOP("idexx", "IDEXX Neo sync: {state}")
GOOD = QT_TRANSLATE_NOOP("idexx", "all is well")
ATTENTION = QT_TRANSLATE_NOOP("idexx", "needs attention")
ACT = QT_TRANSLATE_NOOP("idexx", "act now")
RETRYING = QT_TRANSLATE_NOOP("idexx", "trying again by itself")
SYNCING = QT_TRANSLATE_NOOP("idexx", "syncing")
OFF = QT_TRANSLATE_NOOP("idexx", "off")
OPEN = QT_TRANSLATE_NOOP("idexx", "Open")
SYNC_NOW = QT_TRANSLATE_NOOP("idexx", "Sync now")
PAUSE = QT_TRANSLATE_NOOP("idexx", "Pause until tomorrow")
RESUME = QT_TRANSLATE_NOOP("idexx", "Resume automatic syncing")
QUIT = QT_TRANSLATE_NOOP("idexx", "Quit (no syncs until you open it again)")
OPENING = QT_TRANSLATE_NOOP("idexx", "Opening your records…")
NOT_REACHED = QT_TRANSLATE_NOOP("idexx", "Can't reach your clinic's records.")
STILL_HERE = QT_TRANSLATE_NOOP("idexx", "Still running here")
STILL_HERE_MORE = QT_TRANSLATE_NOOP(
    "idexx", "The window is closed and syncs go on. To end the program, choose Quit in the menu of this icon."
)
ACTION_NEEDED = QT_TRANSLATE_NOOP("idexx", "Syncing needs you")
NOT_SYNCED = QT_TRANSLATE_NOOP("idexx", "Not synced for a day")
NOT_SYNCED_MORE = QT_TRANSLATE_NOOP("idexx", "The last sync that read everything was more than a day ago.")
WAITING = QT_TRANSLATE_NOOP("idexx", "Needs attention: {things}")
WAITING_MORE = QT_TRANSLATE_NOOP("idexx", "Only a person can decide or mend these.")
RECOVERED = QT_TRANSLATE_NOOP("idexx", "Syncing works again")
RECOVERED_MORE = QT_TRANSLATE_NOOP("idexx", "What was missed has been caught up.")
