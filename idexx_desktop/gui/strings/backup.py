"""Words about backups: under Settings, on Today, at the first start."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

BACKUP = QT_TRANSLATE_NOOP("idexx", "Backup")
MORE = QT_TRANSLATE_NOOP(
    "idexx", "A copy of your clinic's records in another place, so that nothing is lost with this computer."
)
ON_SERVER = QT_TRANSLATE_NOOP(
    "idexx", "Your clinic's records are on its server. Whoever looks after the server backs them up there."
)
NONE = QT_TRANSLATE_NOOP("idexx", "No backup yet")
STOPPED_WORKING = QT_TRANSLATE_NOOP("idexx", "Folder not known any more")
GOOD = QT_TRANSLATE_NOOP("idexx", "Tried and good")
OLD = QT_TRANSLATE_NOOP("idexx", "Older than three days")
LAST_ONE = QT_TRANSLATE_NOOP("idexx", "{when}, 1 visit, {size} MB")
LAST_MANY = QT_TRANSLATE_NOOP("idexx", "{when}, {count} visits, {size} MB")
FILE = QT_TRANSLATE_NOOP("idexx", "File")
DAILY = QT_TRANSLATE_NOOP("idexx", "Daily into")
NOW = QT_TRANSLATE_NOOP("idexx", "Back up now")
MAKING = QT_TRANSLATE_NOOP("idexx", "Backing up…")
CHOOSE = QT_TRANSLATE_NOOP("idexx", "Choose folder…")
CHOOSE_TITLE = QT_TRANSLATE_NOOP("idexx", "Choose the folder for backups")
STOP = QT_TRANSLATE_NOOP("idexx", "No daily backups")
HINT_NONE = QT_TRANSLATE_NOOP(
    "idexx", "Choose a folder on another drive: a network drive, or a USB stick that is kept somewhere else."
)
HINT_DAILY = QT_TRANSLATE_NOOP(
    "idexx",
    "Every day while this program is open, and soon after the drive is back if it was away. Each backup is tried "
    "before it counts; the newest {count} are kept. Only what this computer has made is ever removed.",
)
HINT_KIT = QT_TRANSLATE_NOOP(
    "idexx",
    "Make a recovery kit, too, under Recovery kit: on a new computer its code is what proves that a backup is your "
    "clinic's. Backups that are made from then on carry the proof.",
)
SAME_DISK = QT_TRANSLATE_NOOP(
    "idexx", "This folder is on the same disk as the records: if the disk breaks, both are lost."
)
MADE = QT_TRANSLATE_NOOP("idexx", "The backup was made, tried, and is good.")
STOPPED = QT_TRANSLATE_NOOP("idexx", "No more daily backups are made. Those that were made stay.")

IN_IT = QT_TRANSLATE_NOOP("idexx", "What is in a backup")
IN_IT_CLEAR = QT_TRANSLATE_NOOP(
    "idexx",
    "Owners' numbers and the notes of visits are in it in clear. Keep it where only your clinic gets at it.",
)
IN_IT_SEALED = QT_TRANSLATE_NOOP(
    "idexx",
    "The Neo sign-in in it stays sealed. No key is in it: the recovery kit, or the password, is needed.",
)
NEW_COMPUTER = QT_TRANSLATE_NOOP("idexx", "On a new computer")
STEP_1 = QT_TRANSLATE_NOOP("idexx", "1. Install this program there and open it.")
STEP_2 = QT_TRANSLATE_NOOP(
    "idexx",
    "2. At the first step choose “Restore a backup…” and the newest backup. The code of the recovery kit proves that "
    "it is yours.",
)
STEP_3 = QT_TRANSLATE_NOOP(
    "idexx", "3. Unlock the Neo sign-in with the recovery kit, or enter it again. Then sync."
)
STEP_4 = QT_TRANSLATE_NOOP(
    "idexx", "4. Calls are paused. Calls and opt-outs since the backup aren't in it: look, then resume them."
)

# Today
OVERDUE = QT_TRANSLATE_NOOP("idexx", "No good backup since {when}.")
OVERDUE_NEVER = QT_TRANSLATE_NOOP("idexx", "No backup yet, though a folder was chosen {when}.")
OVERDUE_MORE = QT_TRANSLATE_NOOP("idexx", "If this computer breaks, what came since is lost.")
SEE = QT_TRANSLATE_NOOP("idexx", "See backups")
PAUSED_RESTORED = QT_TRANSLATE_NOOP("idexx", "All calls are paused, because the records were restored.")
PAUSED_RESTORED_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Calls made after {when}, and decisions and opt-outs after that, aren't in them. Look before you resume.",
)

# the first start
RESTORE_TITLE = QT_TRANSLATE_NOOP("idexx", "Did your clinic use this program before?")
RESTORE_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "If its old computer is gone, put the newest backup back here: visits, calls and who decided what.",
)
RESTORE = QT_TRANSLATE_NOOP("idexx", "Restore a backup…")
RESTORE_CHOOSE = QT_TRANSLATE_NOOP("idexx", "Choose the backup")
RESTORE_FILES = QT_TRANSLATE_NOOP("idexx", "Backups (*.idexx-backup)")

# a backup that this computer can't prove
ASK = QT_TRANSLATE_NOOP("idexx", "Is this backup your clinic's?")
ASK_KIT = QT_TRANSLATE_NOOP(
    "idexx",
    "Another computer made it. The code on the printed recovery kit proves that it was your clinic's, and that nobody "
    "has changed it since. Until then this is only what the file says of itself:",
)
ASK_UNSIGNED = QT_TRANSLATE_NOOP(
    "idexx",
    "Nobody can prove it: an older version of this program made it, or somebody has changed it since. A changed "
    "backup can hold wrong numbers and calls. Use it only if you know where it was kept, and by whom. The file says of "
    "itself:",
)
ASK_NO_KIT = QT_TRANSLATE_NOOP(
    "idexx",
    "Nobody can prove it: there was no recovery kit when it was made. A changed backup can hold wrong numbers and "
    "calls. Use it only if you know where it was kept, and by whom. The file says of itself:",
)
ASK_WITHOUT = QT_TRANSLATE_NOOP(
    "idexx",
    "Without the recovery kit nobody can prove it. A changed backup can hold wrong numbers and calls. Use it only if "
    "you know where it was kept, and by whom. The file says of itself:",
)
SAYS_CLINIC = QT_TRANSLATE_NOOP("idexx", "Clinic")
SAYS_MADE = QT_TRANSLATE_NOOP("idexx", "Made")
SAYS_HOLDS = QT_TRANSLATE_NOOP("idexx", "Holds")
HOLDS_ONE = QT_TRANSLATE_NOOP("idexx", "1 visit")
HOLDS_MANY = QT_TRANSLATE_NOOP("idexx", "{count} visits")
CHECK_CODE = QT_TRANSLATE_NOOP("idexx", "Check the code and restore")
USE_UNPROVED = QT_TRANSLATE_NOOP("idexx", "Use it although nobody can prove it")

# records on this computer that are damaged or gone
LEAVE = QT_TRANSLATE_NOOP("idexx", "Leave everything as it is")
PUT_BACK = QT_TRANSLATE_NOOP("idexx", "Put a backup back…")
PUT_BACK_ASK = QT_TRANSLATE_NOOP("idexx", "Put a backup in the place of these records?")
PUT_BACK_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "What is here now is set aside, not deleted. Calls made since the backup, and decisions and opt-outs after it, "
    "aren't in it: all calls are paused until you resume them.",
)
PUT_BACK_VERB = QT_TRANSLATE_NOOP("idexx", "Choose the backup…")
ANEW = QT_TRANSLATE_NOOP("idexx", "Begin anew…")
ANEW_ASK = QT_TRANSLATE_NOOP("idexx", "Begin with empty records?")
ANEW_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "Only if there is no backup. What is here now is set aside, not deleted, so that support can look at it; then this "
    "computer is set up as for the first time. Visits are read from Neo again. Which calls were made, decisions, "
    "opt-outs and the activity record aren't in Neo: look before you let calls be made.",
)
ANEW_VERB = QT_TRANSLATE_NOOP("idexx", "Set aside and begin anew")
