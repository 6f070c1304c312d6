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
ANYONE = QT_TRANSLATE_NOOP("idexx", "Anyone")
ANYTHING = QT_TRANSLATE_NOOP("idexx", "Any action")
ANY_RESULT = QT_TRANSLATE_NOOP("idexx", "Any result")
COUNT_ONE = QT_TRANSLATE_NOOP("idexx", "1 row")
COUNT_MANY = QT_TRANSLATE_NOOP("idexx", "{count} rows")
NOTHING = QT_TRANSLATE_NOOP("idexx", "Nothing is recorded yet")
NOTHING_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Each sign-in, sync, decision and change is recorded here as it happens."
)
WHEN = QT_TRANSLATE_NOOP("idexx", "When")
WHO = QT_TRANSLATE_NOOP("idexx", "Who")
WHAT = QT_TRANSLATE_NOOP("idexx", "What")
RESULT = QT_TRANSLATE_NOOP("idexx", "Result")
FROM = QT_TRANSLATE_NOOP("idexx", "From")
NOBODY = QT_TRANSLATE_NOOP("idexx", "This program")
NO_VALUE = QT_TRANSLATE_NOOP("idexx", "—")

DONE = QT_TRANSLATE_NOOP("idexx", "Done")
FINISHED = QT_TRANSLATE_NOOP("idexx", "Finished")
ACCEPTED = QT_TRANSLATE_NOOP("idexx", "Accepted")
REJECTED = QT_TRANSLATE_NOOP("idexx", "Not accepted")
NOT_DONE = QT_TRANSLATE_NOOP("idexx", "Couldn't")
INTERRUPTED = QT_TRANSLATE_NOOP("idexx", "Interrupted")
SUSPENDED = QT_TRANSLATE_NOOP("idexx", "Paused")

CHECK = QT_TRANSLATE_NOOP("idexx", "Check the record")
CHECKING = QT_TRANSLATE_NOOP("idexx", "Checking…")
WHOLE = QT_TRANSLATE_NOOP("idexx", "The record is whole:")
WHOLE_MORE_ONE = QT_TRANSLATE_NOOP("idexx", "1 row was checked, and nothing was changed or taken out.")
WHOLE_MORE_MANY = QT_TRANSLATE_NOOP(
    "idexx", "{count} rows were checked, and nothing was changed or taken out."
)
BROKEN = QT_TRANSLATE_NOOP("idexx", "The record was changed from outside.")
BROKEN_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Keep a backup as it is now, and tell whoever looks after your records."
)
BROKEN_DETAILS = QT_TRANSLATE_NOOP(
    "idexx", "Rows that fit, up to the first that doesn't: {rows}\nThe first that doesn't: {problem}"
)
DETAILS = QT_TRANSLATE_NOOP("idexx", "Details")
ACTION_CODE = QT_TRANSLATE_NOOP("idexx", "Action")
STATUS_CODE = QT_TRANSLATE_NOOP("idexx", "Status")
LOGIN = QT_TRANSLATE_NOOP("idexx", "Login")
ADDRESS = QT_TRANSLATE_NOOP("idexx", "Address")
SYNC = QT_TRANSLATE_NOOP("idexx", "Sync")
NUMBER = QT_TRANSLATE_NOOP("idexx", "Row")
PROBLEM = QT_TRANSLATE_NOOP("idexx", "Problem")
