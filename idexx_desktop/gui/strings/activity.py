"""Words of the page Activity record. What an action is called comes from `domain.audit`."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

SUBTITLE = QT_TRANSLATE_NOOP(
    "idexx", "Who did what, and when; kept for six years, and a change from outside is found"
)
SEARCH = QT_TRANSLATE_NOOP("idexx", "What, who, number of a visit")
ANY_TIME = QT_TRANSLATE_NOOP("idexx", "Any time")
LAST_DAY = QT_TRANSLATE_NOOP("idexx", "Today")
LAST_WEEK = QT_TRANSLATE_NOOP("idexx", "Last 7 days")
LAST_MONTH = QT_TRANSLATE_NOOP("idexx", "Last 30 days")
LAST_YEAR = QT_TRANSLATE_NOOP("idexx", "Last 12 months")
CHOOSE_DAYS = QT_TRANSLATE_NOOP("idexx", "Choose days…")
DAYS_ASK = QT_TRANSLATE_NOOP("idexx", "Show which days?")
DAYS_TEXT = QT_TRANSLATE_NOOP("idexx", "Whole days by the clinic's clock, the last one included.")
DAYS_VERB = QT_TRANSLATE_NOOP("idexx", "Show these days")
DAYS_FROM = QT_TRANSLATE_NOOP("idexx", "From")
DAYS_TO = QT_TRANSLATE_NOOP("idexx", "To")
DAYS_BACKWARDS = QT_TRANSLATE_NOOP("idexx", "The last day comes before the first.")
ANYONE = QT_TRANSLATE_NOOP("idexx", "Anyone")
ANY_CLINIC = QT_TRANSLATE_NOOP("idexx", "All clinics")
CLINIC_TIP = QT_TRANSLATE_NOOP("idexx", "What the people of this clinic did")
ANYTHING = QT_TRANSLATE_NOOP("idexx", "Any action")
ANY_RESULT = QT_TRANSLATE_NOOP("idexx", "Any result")
OF_VISIT = QT_TRANSLATE_NOOP("idexx", "Visit: {visit}")
COUNT_ONE = QT_TRANSLATE_NOOP("idexx", "1 entry")
COUNT_MANY = QT_TRANSLATE_NOOP("idexx", "{count} entries")
COUNT_MORE = QT_TRANSLATE_NOOP("idexx", "{count}+ entries")
NEW_ONE = QT_TRANSLATE_NOOP("idexx", "1 new entry")
NEW_MANY = QT_TRANSLATE_NOOP("idexx", "{count} new entries")
NEW_MORE = QT_TRANSLATE_NOOP("idexx", "{count}+ new entries")
NEW_TIP = QT_TRANSLATE_NOOP("idexx", "Show them at the top of the list")
NOTHING = QT_TRANSLATE_NOOP("idexx", "Nothing is recorded yet")
NOTHING_BY_PEOPLE = QT_TRANSLATE_NOOP("idexx", "Nobody has done anything yet")
NOTHING_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Each sign-in, sync, decision and change is recorded here as it happens."
)
WHEN = QT_TRANSLATE_NOOP("idexx", "When")
PROGRAM_TOO = QT_TRANSLATE_NOOP("idexx", "Also the program")
PROGRAM_TIP = QT_TRANSLATE_NOOP(
    "idexx", "Also what the program did by itself: syncs, saved visits, scheduled calls, backups"
)
ABOUT = QT_TRANSLATE_NOOP("idexx", "Pet and owner")
PET = QT_TRANSLATE_NOOP("idexx", "Pet")
OWNER = QT_TRANSLATE_NOOP("idexx", "Owner")
WHO = QT_TRANSLATE_NOOP("idexx", "Who")
WHAT = QT_TRANSLATE_NOOP("idexx", "What")
RESULT = QT_TRANSLATE_NOOP("idexx", "Result")
FROM = QT_TRANSLATE_NOOP("idexx", "From")
NOBODY = QT_TRANSLATE_NOOP("idexx", "This program")
NOBODY_AS = QT_TRANSLATE_NOOP("idexx", "The records' owner ({login})")
NO_VALUE = QT_TRANSLATE_NOOP("idexx", "—")
THE_SERVER = QT_TRANSLATE_NOOP("idexx", "The server itself")
THIS_COMPUTER = QT_TRANSLATE_NOOP("idexx", "This computer")

DONE = QT_TRANSLATE_NOOP("idexx", "Done")
STARTED = QT_TRANSLATE_NOOP("idexx", "Started")
FINISHED = QT_TRANSLATE_NOOP("idexx", "Finished")
ACCEPTED = QT_TRANSLATE_NOOP("idexx", "Accepted")
REJECTED = QT_TRANSLATE_NOOP("idexx", "Not accepted")
NOT_SENT = QT_TRANSLATE_NOOP("idexx", "Never reached Neo")
NOT_DONE = QT_TRANSLATE_NOOP("idexx", "Couldn't")
INTERRUPTED = QT_TRANSLATE_NOOP("idexx", "Interrupted")
SUSPENDED = QT_TRANSLATE_NOOP("idexx", "Paused")
CHANGED = QT_TRANSLATE_NOOP("idexx", "Changed from outside")
RENEWED = QT_TRANSLATE_NOOP("idexx", "Signed copies begun anew")

# what actions are about
OF_SIGN_IN = QT_TRANSLATE_NOOP("idexx", "Neo sign-in")
OF_COMPUTERS = QT_TRANSLATE_NOOP("idexx", "Computers and recovery kit")
OF_SYNCS = QT_TRANSLATE_NOOP("idexx", "Syncs")
OF_VISITS = QT_TRANSLATE_NOOP("idexx", "Visits")
OF_CALLS = QT_TRANSLATE_NOOP("idexx", "Discharge calls")
OF_SETTINGS = QT_TRANSLATE_NOOP("idexx", "Settings")
OF_BACKUPS = QT_TRANSLATE_NOOP("idexx", "Backups")
OF_RECORD = QT_TRANSLATE_NOOP("idexx", "Activity record and files")
OF_USERS = QT_TRANSLATE_NOOP("idexx", "Users and database")

CHECK = QT_TRANSLATE_NOOP("idexx", "Check the record")
CHECKING = QT_TRANSLATE_NOOP("idexx", "Checking…")
WHOLE = QT_TRANSLATE_NOOP("idexx", "The record is whole:")
WHOLE_MORE_ONE = QT_TRANSLATE_NOOP("idexx", "1 entry was checked, and nothing was changed or taken out.")
WHOLE_MORE_MANY = QT_TRANSLATE_NOOP(
    "idexx", "{count} entries were checked, and nothing was changed or taken out."
)
SIGNED = QT_TRANSLATE_NOOP(
    "idexx", "Signed copies on this computer protect it since {day}, the last from {last}."
)
NOT_SIGNED = QT_TRANSLATE_NOOP(
    "idexx", "This computer keeps no signed copies of it yet; the next sync makes the first."
)
BROKEN = QT_TRANSLATE_NOOP("idexx", "The record was changed from outside.")
BROKEN_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Keep a backup as it is now, and tell whoever looks after your records."
)
BROKEN_DETAILS = QT_TRANSLATE_NOOP(
    "idexx",
    "Entries that fit, up to the first that doesn't: {rows}\nThe first that doesn't: {problem}\n{signed}\n\n"
    "What to do: save the record as a signed file, keep a backup, and change nothing until somebody has looked at it.\n"
    "If the records were put back from a backup, that is the reason: the command\n"
    "audit verify --renew-copies\nbegins new signed copies.",
)
DETAILS = QT_TRANSLATE_NOOP("idexx", "Details")

SAVE = QT_TRANSLATE_NOOP("idexx", "Save as file")
SAVING = QT_TRANSLATE_NOOP("idexx", "Saving…")
SAVE_WHICH = QT_TRANSLATE_NOOP("idexx", "Every entry: {days}")
SAVE_TABLE = QT_TRANSLATE_NOOP("idexx", "Table for people (CSV)…")
SAVE_SIGNED = QT_TRANSLATE_NOOP("idexx", "Signed file for auditors…")
SAVE_TITLE = QT_TRANSLATE_NOOP("idexx", "Save the activity record: {days}")
SIGNED_FILES = QT_TRANSLATE_NOOP("idexx", "Signed files (*.jsonl)")
FILE_NAME = QT_TRANSLATE_NOOP("idexx", "activity-record-{day}.{ending}")
SAVING_SO_FAR = QT_TRANSLATE_NOOP("idexx", "{count} entries so far")
SAVED_ONE = QT_TRANSLATE_NOOP("idexx", "Saved 1 entry in {name}.")
SAVED_MANY = QT_TRANSLATE_NOOP("idexx", "Saved {count} entries in {name}.")
SAVED_TABLE = QT_TRANSLATE_NOOP("idexx", "Filters other than the days don't narrow it. In {folder}")
SAVED_SIGNED = QT_TRANSLATE_NOOP(
    "idexx",
    "Give {manifest} along with it. It is signed with the key {fingerprint}: tell that by another way. In {folder}",
)
SHOW_IN_FOLDER = QT_TRANSLATE_NOOP("idexx", "Show in folder")

SHOW_SYNC = QT_TRANSLATE_NOOP("idexx", "Show the sync")
SHOW_VISIT = QT_TRANSLATE_NOOP("idexx", "Show the visit")
LOGIN = QT_TRANSLATE_NOOP("idexx", "Login")
NUMBER = QT_TRANSLATE_NOOP("idexx", "Number")
HASH = QT_TRANSLATE_NOOP("idexx", "Hash")
PROBLEM = QT_TRANSLATE_NOOP("idexx", "Problem")
YES = QT_TRANSLATE_NOOP("idexx", "Yes")
NO = QT_TRANSLATE_NOOP("idexx", "No")

# what an entry says beside who, when and where; a key that isn't here is shown as it is
OF_REASON = QT_TRANSLATE_NOOP("idexx", "Reason")
OF_TRIGGER = QT_TRANSLATE_NOOP("idexx", "Started by")
OF_SEEN = QT_TRANSLATE_NOOP("idexx", "Found in Neo")
OF_SYNCED = QT_TRANSLATE_NOOP("idexx", "Saved")
OF_FAILED = QT_TRANSLATE_NOOP("idexx", "Couldn't read")
OF_CALLS_MADE = QT_TRANSLATE_NOOP("idexx", "Calls scheduled")
OF_COUNT = QT_TRANSLATE_NOOP("idexx", "How many")
OF_SETTING = QT_TRANSLATE_NOOP("idexx", "Setting")
OF_ADDRESS = QT_TRANSLATE_NOOP("idexx", "Address")
OF_ROWS = QT_TRANSLATE_NOOP("idexx", "Entries")
OF_SINCE = QT_TRANSLATE_NOOP("idexx", "From")
OF_UNTIL = QT_TRANSLATE_NOOP("idexx", "Before")
OF_SEARCHED = QT_TRANSLATE_NOOP("idexx", "Searched for a text")
OF_PEOPLE_ONLY = QT_TRANSLATE_NOOP("idexx", "Only what people did")
OF_ACTION = QT_TRANSLATE_NOOP("idexx", "Only this action")
OF_RESULT = QT_TRANSLATE_NOOP("idexx", "Only this result")
OF_ACTOR = QT_TRANSLATE_NOOP("idexx", "Only this login")
OF_PERSON = QT_TRANSLATE_NOOP("idexx", "Of person")
OF_CLINIC = QT_TRANSLATE_NOOP("idexx", "Of clinic")
OF_ROLE = QT_TRANSLATE_NOOP("idexx", "Role")
OF_FORMAT = QT_TRANSLATE_NOOP("idexx", "Kind of file")
OF_KIND = QT_TRANSLATE_NOOP("idexx", "Kind")
OF_MONTH = QT_TRANSLATE_NOOP("idexx", "Month")
OF_BYTES = QT_TRANSLATE_NOOP("idexx", "Bytes")
OF_MADE_AT = QT_TRANSLATE_NOOP("idexx", "Made at")
