"""Words of the page Today."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

MORNING = QT_TRANSLATE_NOOP("idexx", "Good morning")
AFTERNOON = QT_TRANSLATE_NOOP("idexx", "Good afternoon")
EVENING = QT_TRANSLATE_NOOP("idexx", "Good evening")
UP_TO_DATE = QT_TRANSLATE_NOOP("idexx", "Up to date as of {when}.")
CANT_REACH_SINCE = QT_TRANSLATE_NOOP("idexx", "Can't reach IDEXX Neo since {when}.")
CANT_READ_SINCE = QT_TRANSLATE_NOOP("idexx", "Can't read from IDEXX Neo since {when}.")
NEXT_TRY = QT_TRANSLATE_NOOP("idexx", "Next try {when}.")
TRYING_NOW = QT_TRANSLATE_NOOP("idexx", "Trying again now.")
YESTERDAY_COMPLETE = QT_TRANSLATE_NOOP("idexx", "Yesterday is complete.")
YESTERDAY_BUT_ONE = QT_TRANSLATE_NOOP("idexx", "Yesterday is complete but for one visit.")
YESTERDAY_BUT_MANY = QT_TRANSLATE_NOOP("idexx", "Yesterday is complete but for {count} visits.")
NOT_SYNCED_SINCE = QT_TRANSLATE_NOOP("idexx", "Not synced since {when}: {why}")
NOT_SYNCED_BECAUSE = QT_TRANSLATE_NOOP("idexx", "Not synced yet: {why}")
LATE_SINCE = QT_TRANSLATE_NOOP("idexx", "Not synced since {when}. This list may not be complete.")
NEVER_SYNCED = QT_TRANSLATE_NOOP("idexx", "Not synced yet.")
FIRST_SYNC = QT_TRANSLATE_NOOP("idexx", "The first sync reads the visits of the last two days.")
SYNCING_HERE = QT_TRANSLATE_NOOP("idexx", "Syncing now. Up to date as of {when} until it is done.")
SYNCING_FIRST = QT_TRANSLATE_NOOP("idexx", "Syncing for the first time.")
SYNCING_THERE = QT_TRANSLATE_NOOP("idexx", "{device} is syncing now (started {when}).")
NEXT_SYNC = QT_TRANSLATE_NOOP("idexx", "Next sync {when}")
NEXT_AT = QT_TRANSLATE_NOOP("idexx", "Next sync at {when}")
NO_NEXT = QT_TRANSLATE_NOOP("idexx", "Automatic syncing is off")
NEXT_WAITS = QT_TRANSLATE_NOOP("idexx", "Automatic syncing waits for the Neo sign-in")
PAUSED_UNTIL = QT_TRANSLATE_NOOP("idexx", "Automatic syncing is paused until {when}")
VISITS_NONE = QT_TRANSLATE_NOOP("idexx", "no visits in the last two days")
VISITS_ONE = QT_TRANSLATE_NOOP("idexx", "1 visit in the last two days, accounted for")
VISITS_MANY = QT_TRANSLATE_NOOP("idexx", "{count} visits in the last two days, every one accounted for")
ATTENTION = QT_TRANSLATE_NOOP("idexx", "Needs attention")
SEE_ALL = QT_TRANSLATE_NOOP("idexx", "{things} · see all")
NOTHING_TO_DO = QT_TRANSLATE_NOOP("idexx", "Nothing needs you")
NOTHING_TO_DO_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Pets that need a decision or a phone number are listed here."
)
CALLS_TODAY = QT_TRANSLATE_NOOP("idexx", "Calls due today")
SOME_OF = QT_TRANSLATE_NOOP("idexx", "{shown} of {count} · see all")
SEE_CALLS = QT_TRANSLATE_NOOP("idexx", "See all")
NO_CALLS = QT_TRANSLATE_NOOP("idexx", "No calls are due today")
NO_CALLS_MORE = QT_TRANSLATE_NOOP("idexx", "Calls appear here on the day they are due.")
ONE_CALL = QT_TRANSLATE_NOOP("idexx", "{owner} · one call")
BY_DAY = QT_TRANSLATE_NOOP("idexx", "Visits by day")
LAST_DAYS = QT_TRANSLATE_NOOP("idexx", "last {count} days")
REVIEW = QT_TRANSLATE_NOOP("idexx", "Review mode:")
REVIEW_MORE = QT_TRANSLATE_NOOP(
    "idexx", "you see the calls that would be scheduled, and none is scheduled yet."
)
TURN_ON = QT_TRANSLATE_NOOP("idexx", "Turn on discharge calls")
TURN_ON_ASK = QT_TRANSLATE_NOOP("idexx", "Turn on discharge calls?")
TURN_ON_TEXT = QT_TRANSLATE_NOOP(
    "idexx", "From now on calls are scheduled by the clinic's rules. You can pause all of them at any time."
)
TURNED_ON = QT_TRANSLATE_NOOP("idexx", "Discharge calls are on.")
PAUSED = QT_TRANSLATE_NOOP("idexx", "All calls are paused.")
PAUSED_MORE = QT_TRANSLATE_NOOP("idexx", "No owner is called until you resume them.")
RESUME = QT_TRANSLATE_NOOP("idexx", "Resume calls")
RECORD_CHANGED = QT_TRANSLATE_NOOP("idexx", "The activity record isn't what this program wrote.")
RECORD_CHANGED_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Keep everything as it is and tell support and whoever is responsible for the records."
)
SEE_RECORD = QT_TRANSLATE_NOOP("idexx", "Open the activity record")
RESUMED = QT_TRANSLATE_NOOP("idexx", "Calls are resumed.")
