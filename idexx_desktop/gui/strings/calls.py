"""Words of the page Discharge calls."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

SUBTITLE = QT_TRANSLATE_NOOP("idexx", "Whom to call, when, and what to say")
SEARCH = QT_TRANSLATE_NOOP("idexx", "Pet, owner, number")
DUE = QT_TRANSLATE_NOOP("idexx", "Due today")
UPCOMING = QT_TRANSLATE_NOOP("idexx", "Upcoming")
TROUBLE = QT_TRANSLATE_NOOP("idexx", "Call by hand")
PAUSED_GROUP = QT_TRANSLATE_NOOP("idexx", "Paused")
DONE = QT_TRANSLATE_NOOP("idexx", "Done")
ALL = QT_TRANSLATE_NOOP("idexx", "All")
GROUP_COUNT = QT_TRANSLATE_NOOP("idexx", "{group} · {count}")
COUNT_ONE = QT_TRANSLATE_NOOP("idexx", "1 call")
COUNT_MANY = QT_TRANSLATE_NOOP("idexx", "{count} calls")
WHEN = QT_TRANSLATE_NOOP("idexx", "When")
PETS = QT_TRANSLATE_NOOP("idexx", "Pets")
NUMBER = QT_TRANSLATE_NOOP("idexx", "Number")
KIND = QT_TRANSLATE_NOOP("idexx", "Kind")
SAY = QT_TRANSLATE_NOOP("idexx", "What to say")
STATE = QT_TRANSLATE_NOOP("idexx", "State")
TWO_PETS = QT_TRANSLATE_NOOP("idexx", "{first} & {last}")
NO_OWNER = QT_TRANSLATE_NOOP("idexx", "Owner not named in Neo")

TRY = QT_TRANSLATE_NOOP("idexx", "Try {number} of {total}")
TRY_AT = QT_TRANSLATE_NOOP("idexx", "{tries}, next {when}")
DUE_NOW = QT_TRANSLATE_NOOP("idexx", "Due now")
SCHEDULED = QT_TRANSLATE_NOOP("idexx", "Scheduled")
CALLING = QT_TRANSLATE_NOOP("idexx", "Calling now")
CALLED = QT_TRANSLATE_NOOP("idexx", "Called")
NOT_CALLED = QT_TRANSLATE_NOOP("idexx", "Couldn't call")
PAUSED_CALL = QT_TRANSLATE_NOOP("idexx", "Paused")
CANCELLED = QT_TRANSLATE_NOOP("idexx", "Not called")
REACHED_WELL = QT_TRANSLATE_NOOP("idexx", "Reached: well")
REACHED_CONCERN = QT_TRANSLATE_NOOP("idexx", "Reached: concern")
VOICEMAIL = QT_TRANSLATE_NOOP("idexx", "Voicemail")
NO_ANSWER = QT_TRANSLATE_NOOP("idexx", "No answer")
WRONG_NUMBER = QT_TRANSLATE_NOOP("idexx", "Wrong number")
OPTED_OUT = QT_TRANSLATE_NOOP("idexx", "Opted out")
DIED = QT_TRANSLATE_NOOP("idexx", "Pet has died")

SHORT_WELL = QT_TRANSLATE_NOOP("idexx", "Doing well")
SHORT_CONCERN = QT_TRANSLATE_NOOP("idexx", "A concern")

CARE = QT_TRANSLATE_NOOP("idexx", "Call with care")
CARE_FIRST = QT_TRANSLATE_NOOP("idexx", "Look at the record before you call.")
CARE_OWNER = QT_TRANSLATE_NOOP("idexx", "With care · {owner}")
CARE_STATE = QT_TRANSLATE_NOOP("idexx", "With care · {state}")

COPY = QT_TRANSLATE_NOOP("idexx", "Copy")
ALL_NUMBERS = QT_TRANSLATE_NOOP("idexx", "In Neo: {numbers}")
COPY_NUMBER = QT_TRANSLATE_NOOP("idexx", "Copy number")
COPIED = QT_TRANSLATE_NOOP("idexx", "Number copied.")
NO_OWNERS_TEXT = QT_TRANSLATE_NOOP("idexx", "No text for the owner")
NOTHING_TO_SAY = QT_TRANSLATE_NOOP("idexx", "The notes in Neo hold no text for this call.")
OUTCOME = QT_TRANSLATE_NOOP("idexx", "What came of it?")
NOTE = QT_TRANSLATE_NOOP("idexx", "Note (optional), key N")
SO_FAR = QT_TRANSLATE_NOOP("idexx", "What came of it")
TAKE_BACK = QT_TRANSLATE_NOOP("idexx", "Take back")
ANOTHER_TIME = QT_TRANSLATE_NOOP("idexx", "Another time…")
DONT_CALL = QT_TRANSLATE_NOOP("idexx", "Don't call")
HANDED_OVER = QT_TRANSLATE_NOOP("idexx", "The calling system has this call now, so it can't be changed here.")

OUTCOME_SAID = QT_TRANSLATE_NOOP("idexx", "Noted for {owner} · {outcome}")
OPTED_OUT_SAID = QT_TRANSLATE_NOOP("idexx", "{owner} isn't called any more.")
DONT_CALL_SAID = QT_TRANSLATE_NOOP("idexx", "No call to {owner}.")
MOVED_SAID = QT_TRANSLATE_NOOP("idexx", "Call to {owner}: {when}.")
TIME_ASK = QT_TRANSLATE_NOOP("idexx", "Call {owner} at another time?")
TIME_TEXT = QT_TRANSLATE_NOOP("idexx", "About {pets}. The time stays when the next sync comes.")
TIME_LABEL = QT_TRANSLATE_NOOP("idexx", "Day and time ({zone})")
TIME_VERB = QT_TRANSLATE_NOOP("idexx", "Change time")
TIME_PAST = QT_TRANSLATE_NOOP("idexx", "Choose a time that is still to come.")
TIME_HOURS = QT_TRANSLATE_NOOP("idexx", "Owners are called between {early} and {late}.")

PAUSE = QT_TRANSLATE_NOOP("idexx", "Pause all calls")
RESUME = QT_TRANSLATE_NOOP("idexx", "Resume calls")
PAUSE_OF = QT_TRANSLATE_NOOP("idexx", "Pause calls of {clinic}")
RESUME_OF = QT_TRANSLATE_NOOP("idexx", "Resume calls of {clinic}")
OF_CLINIC = QT_TRANSLATE_NOOP("idexx", "{clinic}: {words}")
PAUSED_SAID = QT_TRANSLATE_NOOP("idexx", "All calls are paused.")
RESUMED_SAID = QT_TRANSLATE_NOOP("idexx", "Calls are resumed.")
PAUSED = QT_TRANSLATE_NOOP("idexx", "All calls are paused.")
PAUSED_MORE = QT_TRANSLATE_NOOP("idexx", "Nobody is called until you resume them; the visits are kept.")
REVIEW = QT_TRANSLATE_NOOP("idexx", "Calls are shown only, none is scheduled.")
REVIEW_MORE = QT_TRANSLATE_NOOP("idexx", "Look at the visits first, then turn calls on.")
TURN_ON = QT_TRANSLATE_NOOP("idexx", "Turn on discharge calls")
TURN_ON_ASK = QT_TRANSLATE_NOOP("idexx", "Turn on discharge calls?")
TURN_ON_NONE = QT_TRANSLATE_NOOP(
    "idexx", "No visit waits for it now. From the next sync on, calls are scheduled by the clinic's rules."
)
TURN_ON_PAUSED = QT_TRANSLATE_NOOP(
    "idexx", "All calls are paused, too: none is scheduled before you resume them."
)
TURN_ON_ONE = QT_TRANSLATE_NOOP(
    "idexx", "1 call will be scheduled now, for {when}; later visits follow by the clinic's rules."
)
TURN_ON_MANY = QT_TRANSLATE_NOOP(
    "idexx",
    "{count} calls will be scheduled now, the first for {when}; later visits follow by the clinic's rules.",
)
TURN_ON_BACK = QT_TRANSLATE_NOOP(
    "idexx", "You can pause all calls at any time, or go back to review mode in Settings."
)
TURNED_ON = QT_TRANSLATE_NOOP("idexx", "Discharge calls are on.")

REVIEW_BACK = QT_TRANSLATE_NOOP("idexx", "Back to review mode…")
REVIEW_ASK = QT_TRANSLATE_NOOP("idexx", "Go back to review mode?")
REVIEW_TAKES_NONE = QT_TRANSLATE_NOOP("idexx", "No call is scheduled now, so none is taken back.")
REVIEW_TAKES_ONE = QT_TRANSLATE_NOOP(
    "idexx", "1 scheduled call is taken back. Nobody makes it until you turn discharge calls on again."
)
REVIEW_TAKES_MANY = QT_TRANSLATE_NOOP(
    "idexx",
    "{count} scheduled calls are taken back. Nobody makes them until you turn discharge calls on again.",
)
REVIEW_GIVES_BACK = QT_TRANSLATE_NOOP(
    "idexx",
    "Then those that are still ahead come back at their times. Visits show when their calls would be.",
)
REVIEW_VERB = QT_TRANSLATE_NOOP("idexx", "Back to review mode")
REVIEW_SAID = QT_TRANSLATE_NOOP("idexx", "Review mode: no call is scheduled.")
PAUSED_NOTE = QT_TRANSLATE_NOOP(
    "idexx", "Paused. It comes back at this time when calls are resumed, if that is still ahead then."
)
NONE_WHILE_PAUSED = QT_TRANSLATE_NOOP("idexx", "All calls are paused")
NONE_WHILE_PAUSED_MORE = QT_TRANSLATE_NOOP("idexx", "Nobody is called. What would be due is under Paused.")
SEE_PAUSED = QT_TRANSLATE_NOOP("idexx", "See paused calls")
CALL_BACKS_ONE = QT_TRANSLATE_NOOP("idexx", "1 visit has a call-back in IDEXX Neo already.")
CALL_BACKS_MANY = QT_TRANSLATE_NOOP("idexx", "{count} visits have a call-back in IDEXX Neo already.")
CALL_BACKS_MORE = QT_TRANSLATE_NOOP(
    "idexx", "So that no owner is called twice, no call of ours is scheduled before you decide."
)
SEE_CALL_BACKS = QT_TRANSLATE_NOOP("idexx", "See these visits")
NONE_IN_TROUBLE = QT_TRANSLATE_NOOP("idexx", "No call needs you")
NONE_IN_TROUBLE_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Calls of the last days that didn't get through, or that nobody made in time, appear here."
)
STUCK = QT_TRANSLATE_NOOP("idexx", "No result yet")
OVERDUE = QT_TRANSLATE_NOOP("idexx", "Past its time")
BY_HAND_FAILED = QT_TRANSLATE_NOOP(
    "idexx", "This call didn't get through. Call the owner by hand, and note what came of it."
)
BY_HAND_STUCK = QT_TRANSLATE_NOOP(
    "idexx",
    "The calling system took this call more than an hour ago and hasn't said how it ended. If nobody was reached, call"
    " by hand and note what came of it.",
)
BY_HAND_NOT_TAKEN = QT_TRANSLATE_NOOP(
    "idexx", "Nobody has made this call yet. Call the owner by hand, and note what came of it."
)
REPORT = QT_TRANSLATE_NOOP("idexx", "What the calling system says")
REPORT_ENDED = QT_TRANSLATE_NOOP("idexx", "How it ended")
REPORT_ATTENTION = QT_TRANSLATE_NOOP("idexx", "Flagged")
REPORT_SEVERITY = QT_TRANSLATE_NOOP("idexx", "How urgent")
REPORT_SUMMARY = QT_TRANSLATE_NOOP("idexx", "In short")
REPORT_LENGTH = QT_TRANSLATE_NOOP("idexx", "Length")
REPORT_SECONDS = QT_TRANSLATE_NOOP("idexx", "{minutes} min {seconds} s")
NONE_PAUSED = QT_TRANSLATE_NOOP("idexx", "No call is paused")
NONE_PAUSED_MORE = QT_TRANSLATE_NOOP("idexx", "No call was scheduled when all calls were paused.")
NONE_DUE = QT_TRANSLATE_NOOP("idexx", "No call is due today")
NONE_DUE_MORE = QT_TRANSLATE_NOOP("idexx", "Calls appear here on the day they are due.")
NONE_UPCOMING = QT_TRANSLATE_NOOP("idexx", "No upcoming calls")
NONE_UPCOMING_MORE = QT_TRANSLATE_NOOP("idexx", "Each sync schedules the calls for the visits that it finds.")
NONE_DONE = QT_TRANSLATE_NOOP("idexx", "No calls made yet")
NONE_DONE_MORE = QT_TRANSLATE_NOOP("idexx", "Calls move here once you note what came of them.")
NONE_AT_ALL = QT_TRANSLATE_NOOP("idexx", "No calls yet")
NONE_AT_ALL_MORE = QT_TRANSLATE_NOOP("idexx", "Each sync schedules the calls for the visits that it finds.")
REVIEW_NONE = QT_TRANSLATE_NOOP("idexx", "No calls while you review")
REVIEW_NONE_MORE = QT_TRANSLATE_NOOP(
    "idexx", "The visits that would get a call are held for you under Visits."
)
SEE_HELD = QT_TRANSLATE_NOOP("idexx", "See these visits")
LOST = QT_TRANSLATE_NOOP(
    "idexx",
    "This call was changed elsewhere and isn't in this list any more. What you have typed is still here.",
)
AGREED_ONE = QT_TRANSLATE_NOOP("idexx", "1 owner couldn't be reached: agreed.")
AGREED_MANY = QT_TRANSLATE_NOOP("idexx", "{count} owners couldn't be reached: agreed.")
