"""Words of the page Settings."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

SUBTITLE = QT_TRANSLATE_NOOP("idexx", "How this clinic syncs and calls")
SIGN_IN = QT_TRANSLATE_NOOP("idexx", "Neo sign-in")
SCHEDULE = QT_TRANSLATE_NOOP("idexx", "Sync schedule")
CALLS = QT_TRANSLATE_NOOP("idexx", "Discharge calls")
CLINIC = QT_TRANSLATE_NOOP("idexx", "Clinic")
NEO = QT_TRANSLATE_NOOP("idexx", "Connection to Neo")
APPEARANCE = QT_TRANSLATE_NOOP("idexx", "Appearance")
ABOUT = QT_TRANSLATE_NOOP("idexx", "About")

# Neo sign-in
SIGN_IN_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "The clinic's own user in IDEXX Neo. This program only reads there; a user that may only read is enough.",
)
STATE_VALID = QT_TRANSLATE_NOOP("idexx", "Accepted by Neo")
STATE_INVALID = QT_TRANSLATE_NOOP("idexx", "Not accepted by Neo")
STATE_UNKNOWN = QT_TRANSLATE_NOOP("idexx", "Not tested yet")
STATE_SHUT_OUT = QT_TRANSLATE_NOOP("idexx", "Can't be opened here")
STATE_NONE = QT_TRANSLATE_NOOP("idexx", "No sign-in yet")
LAST_ACCEPTED = QT_TRANSLATE_NOOP("idexx", "Last accepted {when}")
NEVER_ACCEPTED = QT_TRANSLATE_NOOP("idexx", "Never accepted so far")
KEPT_IN = QT_TRANSLATE_NOOP("idexx", "Kept sealed; its key is in {place}. The password is never shown again.")
COMPANY_ID = QT_TRANSLATE_NOOP("idexx", "Company ID")
COMPANY_ID_HINT = QT_TRANSLATE_NOOP("idexx", "Leave it empty if Neo's sign-in page doesn't ask for one.")
USER_NAME = QT_TRANSLATE_NOOP("idexx", "User name")
PASSWORD = QT_TRANSLATE_NOOP("idexx", "Password")
PASSWORD_KEPT = QT_TRANSLATE_NOOP("idexx", "Unchanged")
PASSWORD_HINT = QT_TRANSLATE_NOOP("idexx", "Only to change it; pasting works.")
ENTER_USER_NAME = QT_TRANSLATE_NOOP("idexx", "Enter the user name.")
ENTER_PASSWORD = QT_TRANSLATE_NOOP("idexx", "Enter the password.")
ENTER_PASSWORD_AGAIN = QT_TRANSLATE_NOOP("idexx", "Enter the password, too: a saved one is never read back.")
TEST = QT_TRANSLATE_NOOP("idexx", "Test sign-in")
TESTING = QT_TRANSLATE_NOOP("idexx", "Signing in…")
SIGNED_IN_AS = QT_TRANSLATE_NOOP("idexx", "Signed in as {name}.")
SIGNED_IN_SAVE = QT_TRANSLATE_NOOP("idexx", "Signed in as {name}. Save to use it.")
TEST_FIRST = QT_TRANSLATE_NOOP("idexx", "Save works after a test of exactly these entries.")
KEY_FILE_USE = QT_TRANSLATE_NOOP("idexx", "Use it")
KEY_FILE_TITLE = QT_TRANSLATE_NOOP("idexx", "Use the key file that was put back?")
KEY_FILE_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "It opens what it opened then: also for computers that were removed since, and with keys that were given up since."
    " If you haven't put it back yourself, enter a new Neo password afterwards.",
)
KEY_FILE_USED = QT_TRANSLATE_NOOP("idexx", "The key file is used from now on.")
UPDATE_PASSWORD = QT_TRANSLATE_NOOP("idexx", "Update password")
ANSWER_NEO = QT_TRANSLATE_NOOP("idexx", "Open Neo and answer it once")
ANSWERING = QT_TRANSLATE_NOOP("idexx", "IDEXX Neo opens in a window of its own: answer there what it asks.")
ANSWERING_MORE = QT_TRANSLATE_NOOP(
    "idexx", "The window closes by itself once Neo lets this program in. What you answered is kept."
)
OPEN_NEO = QT_TRANSLATE_NOOP("idexx", "Open Neo")
FORGET = QT_TRANSLATE_NOOP("idexx", "Forget…")
FORGET_ASK = QT_TRANSLATE_NOOP("idexx", "Forget the Neo sign-in?")
FORGET_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "It is removed from this clinic's records, and nothing syncs until you enter it again. Your visits stay.",
)
FORGET_VERB = QT_TRANSLATE_NOOP("idexx", "Forget sign-in")
FORGOTTEN = QT_TRANSLATE_NOOP("idexx", "The Neo sign-in was forgotten.")
ALLOW_HOST = QT_TRANSLATE_NOOP("idexx", "Allow files from {host}…")
ALLOW_HOSTS = QT_TRANSLATE_NOOP("idexx", "Allow these files…")
ALLOW_HOST_ASK = QT_TRANSLATE_NOOP("idexx", "Allow files from {host} on this computer?")
ALLOW_HOST_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "Neo's sign-in page may then use scripts, styles, fonts and pictures of that site, and its scripts see what is"
    " typed there. They can send it nowhere: nothing is ever sent to that site, and nothing of it is loaded any"
    " more once the password is typed. Allow it only if you know that Neo uses it; ask IDEXX if you aren't sure.",
)
BRANCH_CHOSEN = QT_TRANSLATE_NOOP(
    "idexx", "Where Neo asks, {branch} is chosen from now on. Test the sign-in again."
)
BRANCH_IN_USE = QT_TRANSLATE_NOOP("idexx", "Where Neo asks for a branch, {branch} is chosen.")
BRANCH_FORGET = QT_TRANSLATE_NOOP("idexx", "Ask again")
BRANCH_FORGOTTEN = QT_TRANSLATE_NOOP("idexx", "No branch is chosen any more. Test the sign-in to choose one.")
ALLOW_HOST_VERB = QT_TRANSLATE_NOOP("idexx", "Allow files")
HOSTS_ARE_ALLOWED = QT_TRANSLATE_NOOP("idexx", "These files are allowed here. Test the sign-in again.")
HOSTS_ALLOWED = QT_TRANSLATE_NOOP("idexx", "Neo's sign-in page may use files from {hosts} on this computer.")
HOSTS_FORGET = QT_TRANSLATE_NOOP("idexx", "Stop allowing")
HOSTS_FORGOTTEN = QT_TRANSLATE_NOOP("idexx", "Files of other sites aren't allowed here any more.")

# schedule
SCHEDULE_MORE = QT_TRANSLATE_NOOP(
    "idexx", "A sync that was missed because this computer slept is caught up when it wakes."
)
AUTOMATIC = QT_TRANSLATE_NOOP("idexx", "Sync by itself while this program is open")
EVERY = QT_TRANSLATE_NOOP("idexx", "How often")
EVERY_HOUR = QT_TRANSLATE_NOOP("idexx", "Every hour")
EVERY_HOURS = QT_TRANSLATE_NOOP("idexx", "Every {count} hours")
CLINIC_HOURS = QT_TRANSLATE_NOOP("idexx", "Clinic hours")
CLINIC_HOURS_HINT = QT_TRANSLATE_NOOP(
    "idexx", "Outside of them, and on dates when the clinic is closed, only what was missed is caught up."
)
CLINIC_DAYS = QT_TRANSLATE_NOOP("idexx", "Clinic days")
CHOOSE_DAY = QT_TRANSLATE_NOOP("idexx", "Choose at least one day.")
NEXT_SYNC = QT_TRANSLATE_NOOP("idexx", "Next sync")
NEXT_NONE = QT_TRANSLATE_NOOP("idexx", "None: automatic syncing is off")
AUTOSTART = QT_TRANSLATE_NOOP("idexx", "This computer")
AUTOSTART_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Syncs run only while this program does. It opens as an icon in the tray, without a window."
)
AUTOSTART_ON = QT_TRANSLATE_NOOP("idexx", "Start when I sign in to this computer")
PAUSE = QT_TRANSLATE_NOOP("idexx", "Pause automatic syncing")
PAUSE_MORE = QT_TRANSLATE_NOOP("idexx", "Sync now works all the same.")
PAUSED_UNTIL = QT_TRANSLATE_NOOP("idexx", "Automatic syncing is paused until {when}.")
RESUME = QT_TRANSLATE_NOOP("idexx", "Resume")
PAUSE_TOMORROW = QT_TRANSLATE_NOOP("idexx", "Until tomorrow")
PAUSE_WEEK = QT_TRANSLATE_NOOP("idexx", "For a week")
PAUSED = QT_TRANSLATE_NOOP("idexx", "Automatic syncing is paused.")
RESUMED = QT_TRANSLATE_NOOP("idexx", "Automatic syncing goes on.")

# calls
REVIEW_CARD = QT_TRANSLATE_NOOP("idexx", "Review mode")
REVIEW_CARD_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Look at the calls for a while before any is made: visits show when theirs would be, none is scheduled.",
)
REVIEW = QT_TRANSLATE_NOOP("idexx", "Review mode:")
REVIEW_MORE = QT_TRANSLATE_NOOP("idexx", "calls are only shown, none is scheduled yet.")
CALLS_PAUSED = QT_TRANSLATE_NOOP("idexx", "All calls are paused.")
CALLS_PAUSED_MORE = QT_TRANSLATE_NOOP("idexx", "No owner is called until you resume them.")
OPEN_CALLS = QT_TRANSLATE_NOOP("idexx", "Discharge calls")
CALL_HOURS_TITLE = QT_TRANSLATE_NOOP("idexx", "When owners may be called")
CALL_HOURS_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Never before {early} or after {late} where the owner lives, whatever stands here."
)
CALL_HOURS = QT_TRANSLATE_NOOP("idexx", "Preferred hours")
ATTEMPTS = QT_TRANSLATE_NOOP("idexx", "Tries of a call")
ATTEMPTS_HINT = QT_TRANSLATE_NOOP(
    "idexx", "Where nobody answers it is tried again on the next open day, at another part of the day."
)
SLOT_SIZE = QT_TRANSLATE_NOOP("idexx", "Calls in 15 minutes")
SLOT_SIZE_HINT = QT_TRANSLATE_NOOP(
    "idexx",
    "As many as can be made. Calls are spread over the day, surgery and emergencies first; where a day has more"
    " calls than room, they share it: none waits for another day.",
)
CLOSED_WEEKDAYS = QT_TRANSLATE_NOOP("idexx", "No calls on")
CLOSED_DAYS = QT_TRANSLATE_NOOP("idexx", "The clinic is closed on these dates")
CLOSED_DAYS_HINT = QT_TRANSLATE_NOOP("idexx", "No calls, and no syncs by schedule.")
HOLIDAYS = QT_TRANSLATE_NOOP("idexx", "Add public holidays…")
HOLIDAYS_OF = QT_TRANSLATE_NOOP("idexx", "Public holidays of")
HOLIDAYS_EVERYWHERE = QT_TRANSLATE_NOOP("idexx", "the whole country")
HOLIDAYS_ADD = QT_TRANSLATE_NOOP("idexx", "Add them")
HOLIDAYS_ADDED = QT_TRANSLATE_NOOP(
    "idexx", "Added up to the end of next year. Take away those on which you work, then save."
)
ADD_DAY = QT_TRANSLATE_NOOP("idexx", "Add date")
REMOVE_DAY = QT_TRANSLATE_NOOP("idexx", "Take {day} away")
ALL_DAYS_CLOSED = QT_TRANSLATE_NOOP("idexx", "One day at least must be left.")
KINDS_TITLE = QT_TRANSLATE_NOOP("idexx", "Calls by kind of visit")
KINDS_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Days count from the day of the visit. A kind without a tick is never called by itself."
)
KIND = QT_TRANSLATE_NOOP("idexx", "Kind of visit")
DELAY = QT_TRANSLATE_NOOP("idexx", "Call after")
AT_HOUR = QT_TRANSLATE_NOOP("idexx", "At")
DAY_0 = QT_TRANSLATE_NOOP("idexx", "The same day")
DAY_1 = QT_TRANSLATE_NOOP("idexx", "1 day")
DAYS = QT_TRANSLATE_NOOP("idexx", "{count} days")
KIND_DELAY_NAMED = QT_TRANSLATE_NOOP("idexx", "{kind}: call after")
KIND_TIME_NAMED = QT_TRANSLATE_NOOP("idexx", "{kind}: at")
KIND_OUTSIDE = QT_TRANSLATE_NOOP("idexx", "outside the preferred hours")
NEVER_BY_ITSELF = QT_TRANSLATE_NOOP("idexx", "Never called by itself; a person decides")
SURGERY = QT_TRANSLATE_NOOP("idexx", "Surgery")
DENTAL = QT_TRANSLATE_NOOP("idexx", "Dental")
EMERGENCY = QT_TRANSLATE_NOOP("idexx", "Emergency")
SICK_VISIT = QT_TRANSLATE_NOOP("idexx", "Sick visit")
WELLNESS = QT_TRANSLATE_NOOP("idexx", "Wellness")
VACCINATION = QT_TRANSLATE_NOOP("idexx", "Vaccination")
FOLLOW_UP = QT_TRANSLATE_NOOP("idexx", "Follow-up")
GENERAL = QT_TRANSLATE_NOOP("idexx", "All others")
END_OF_LIFE = QT_TRANSLATE_NOOP("idexx", "End of life")
PRACTICE_WORDS = QT_TRANSLATE_NOOP("idexx", "Your types of appointment")
PRACTICE_WORDS_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "As they occur in Neo, with what each seems to mean. Nothing changes until you confirm it, except that what looks "
    "like the end of a life holds the call.",
)
PRACTICE_TYPE = QT_TRANSLATE_NOOP("idexx", "{name}")
PRACTICE_PRODUCT = QT_TRANSLATE_NOOP("idexx", "Product: {name}")
PRACTICE_MEANS_NAMED = QT_TRANSLATE_NOOP("idexx", "What “{name}” means")
PRACTICE_CONFIRM = QT_TRANSLATE_NOOP("idexx", "Confirm")
PRACTICE_CONFIRM_NAMED = QT_TRANSLATE_NOOP("idexx", "Confirm what “{value}” means")
PRACTICE_SAID = QT_TRANSLATE_NOOP("idexx", "{means}, says {who} ({when})")
MEANS_NO_CALL = QT_TRANSLATE_NOOP("idexx", "No call")
MEANS_HARMLESS = QT_TRANSLATE_NOOP("idexx", "Says nothing of death")
NEO_VALUES = QT_TRANSLATE_NOOP("idexx", "What Neo's words mean")
NEO_VALUES_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Neo sent values about patients that this program doesn't know. Until you say what one means, no owner of such a"
    " patient is called. Your answer counts for every visit, and is kept in the activity record.",
)
NEO_VALUE = QT_TRANSLATE_NOOP("idexx", "{name}: “{value}”")
NEO_VALUE_HOLDS = QT_TRANSLATE_NOOP("idexx", "Holds calls until it is answered")
NEO_VALUE_LISTED = QT_TRANSLATE_NOOP("idexx", "A visit's status; it holds nothing")
NEO_VALUE_IS_ALIVE = QT_TRANSLATE_NOOP("idexx", "Alive, says {who} ({when})")
NEO_VALUE_IS_GONE = QT_TRANSLATE_NOOP("idexx", "May have died, says {who} ({when})")
NEO_VALUE_ALIVE = QT_TRANSLATE_NOOP("idexx", "It is alive")
NEO_VALUE_ALIVE_NAMED = QT_TRANSLATE_NOOP("idexx", "“{value}” means that the animal is alive")
NEO_VALUE_GONE = QT_TRANSLATE_NOOP("idexx", "It may have died")
NEO_VALUE_GONE_NAMED = QT_TRANSLATE_NOOP("idexx", "“{value}” means that the animal may have died")
NEO_VALUE_AGAIN = QT_TRANSLATE_NOOP("idexx", "Ask again")
NEO_VALUE_AGAIN_NAMED = QT_TRANSLATE_NOOP("idexx", "Ask again what “{value}” means")
NEO_VALUE_KEPT = QT_TRANSLATE_NOOP("idexx", "Kept. It counts for every visit at once.")
NEO_VALUES_SOME = QT_TRANSLATE_NOOP("idexx", "{shown} of {count} shown.")
OPT_OUTS = QT_TRANSLATE_NOOP("idexx", "Numbers that are not to be called")
OPT_OUTS_MORE = QT_TRANSLATE_NOOP("idexx", "An opt-out takes effect at once, for every pet of that number.")
OPT_OUT_NUMBER = QT_TRANSLATE_NOOP("idexx", "Number")
OPT_OUT_WHY = QT_TRANSLATE_NOOP("idexx", "Why (optional)")
OPT_OUT_ADD = QT_TRANSLATE_NOOP("idexx", "Don't call")
OPT_OUT_FIND = QT_TRANSLATE_NOOP("idexx", "Find a number")
OPT_OUT_SINCE = QT_TRANSLATE_NOOP("idexx", "since {when}")
OPT_OUT_NONE = QT_TRANSLATE_NOOP("idexx", "No number has opted out.")
OPT_OUT_NO_MATCH = QT_TRANSLATE_NOOP("idexx", "No number matches.")
OPT_OUT_SOME = QT_TRANSLATE_NOOP("idexx", "{shown} of {count} shown; find the others by their number.")
OPT_OUT_ADDED = QT_TRANSLATE_NOOP("idexx", "{phone} is not called any more.")
ENTER_NUMBER = QT_TRANSLATE_NOOP("idexx", "Enter a number.")
WITHDRAW = QT_TRANSLATE_NOOP("idexx", "Withdraw…")
WITHDRAW_NAMED = QT_TRANSLATE_NOOP("idexx", "Withdraw the opt-out of {phone}")
WITHDRAW_ASK = QT_TRANSLATE_NOOP("idexx", "May {phone} be called again?")
WITHDRAW_TEXT = QT_TRANSLATE_NOOP(
    "idexx", "Only if the owner asked for it. The opt-out stays in the records with its dates."
)
WITHDRAW_VERB = QT_TRANSLATE_NOOP("idexx", "Call again")
WITHDRAWN = QT_TRANSLATE_NOOP("idexx", "{phone} may be called again.")

# clinic
CLINIC_MORE = QT_TRANSLATE_NOOP("idexx", "Times in this program are those of the clinic's time zone.")
CLINIC_NAME = QT_TRANSLATE_NOOP("idexx", "Name")
TIME_ZONE = QT_TRANSLATE_NOOP("idexx", "Time zone")
TIME_ZONE_HINT = QT_TRANSLATE_NOOP("idexx", "Type a city to find it.")
NO_TIME_ZONE = QT_TRANSLATE_NOOP("idexx", "Choose a time zone of the list.")
COUNTRY = QT_TRANSLATE_NOOP("idexx", "Country")
COUNTRY_HINT = QT_TRANSLATE_NOOP(
    "idexx", "Numbers without a country code are read as numbers of this country."
)
NO_COUNTRY = QT_TRANSLATE_NOOP("idexx", "Choose a country of the list.")
PHONE = QT_TRANSLATE_NOOP("idexx", "Clinic's number")
NAME_BY_OTHERS = QT_TRANSLATE_NOOP(
    "idexx", "An admin of your clinic, or whoever looks after its server, can correct it."
)
NAME_HINT = QT_TRANSLATE_NOOP(
    "idexx", "Said to owners. Your calls that are scheduled already say the new name at once."
)
NO_NAME = QT_TRANSLATE_NOOP("idexx", "Enter the clinic's name.")
PHONE_HINT = QT_TRANSLATE_NOOP("idexx", "Said to owners who want to call back.")
EMERGENCY_HINT = QT_TRANSLATE_NOOP(
    "idexx", "Said to owners for the night. Calls that are scheduled already say the new numbers at once."
)
BAD_NUMBER = QT_TRANSLATE_NOOP("idexx", "This number can't be dialled.")
EMERGENCY_PHONE = QT_TRANSLATE_NOOP("idexx", "Emergency number")

# connection
NEO_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Where Neo is and which browser signs in, on this computer; how gently the clinic asks."
)
ADDRESS = QT_TRANSLATE_NOOP("idexx", "Neo address")
REGION_US = QT_TRANSLATE_NOOP("idexx", "United States (us.idexxneo.com)")
REGION_CA = QT_TRANSLATE_NOOP("idexx", "Canada (ca.idexxneo.com)")
REGION_UK = QT_TRANSLATE_NOOP("idexx", "United Kingdom (uk.idexxneo.com)")
REGION_OWN = QT_TRANSLATE_NOOP("idexx", "Another address…")
OWN_ADDRESS = QT_TRANSLATE_NOOP("idexx", "Address")
OWN_ADDRESS_HINT = QT_TRANSLATE_NOOP("idexx", "As in your browser when you use Neo; it starts with https://")
ADDRESS_GIVEN = QT_TRANSLATE_NOOP(
    "idexx", "Given by the variable {name} on this computer, so it can't be changed here."
)
BAD_ADDRESS = QT_TRANSLATE_NOOP("idexx", "It must start with https:// and name a site.")
USE_ADDRESS = QT_TRANSLATE_NOOP("idexx", "Use it")
KEEP_ADDRESS = QT_TRANSLATE_NOOP("idexx", "Keep ours")
ADDRESS_ASKED = QT_TRANSLATE_NOOP(
    "idexx",
    "Until now it is {ours}. Ask whoever changed it if you are not sure: the password goes there. "
    "Nothing is sent before you have answered.",
)
ADDRESS_FIRST = QT_TRANSLATE_NOOP(
    "idexx",
    "Compare it with your browser when you use Neo: the password goes there. If it is another one, choose it below.",
)
ADDRESS_USED = QT_TRANSLATE_NOOP("idexx", "This computer signs in there from now on.")
ADDRESS_KEPT = QT_TRANSLATE_NOOP("idexx", "The address stays as it was.")
BROWSER = QT_TRANSLATE_NOOP("idexx", "Browser")
BROWSER_HINT = QT_TRANSLATE_NOOP("idexx", "Empty: Edge, Chrome or Chromium is found by itself.")
BROWSER_CHOOSE = QT_TRANSLATE_NOOP("idexx", "Choose…")
BROWSER_TITLE = QT_TRANSLATE_NOOP("idexx", "Choose the browser's program")
AT_A_TIME = QT_TRANSLATE_NOOP("idexx", "Consultations at a time")
PER_SECOND = QT_TRANSLATE_NOOP("idexx", "Requests a second, at most")
PER_SECOND_HINT = QT_TRANSLATE_NOOP("idexx", "10 is gentle. 0 means no limit.")

# appearance
APPEARANCE_MORE = QT_TRANSLATE_NOOP("idexx", "For this computer only.")
THEME = QT_TRANSLATE_NOOP("idexx", "Colors")
THEME_SYSTEM = QT_TRANSLATE_NOOP("idexx", "As the system")
THEME_LIGHT = QT_TRANSLATE_NOOP("idexx", "Light")
THEME_DARK = QT_TRANSLATE_NOOP("idexx", "Dark")
SIZE_HINT = QT_TRANSLATE_NOOP("idexx", "The size of text follows the display settings of this computer.")

# about
ABOUT_PROMISE = QT_TRANSLATE_NOOP(
    "idexx", "Every visit is accounted for, no owner gets a wrong call, and you can see why."
)
VERSION = QT_TRANSLATE_NOOP("idexx", "Version {version}")
NOT_AFFILIATED = QT_TRANSLATE_NOOP(
    "idexx",
    "This is independent software. It is not affiliated with, endorsed by or supported by IDEXX Laboratories. "
    "IDEXX and IDEXX Neo are trademarks of their owner.",
)
NEVER_TITLE = QT_TRANSLATE_NOOP("idexx", "What this program never does")
NEVER_WRITES = QT_TRANSLATE_NOOP("idexx", "It never changes anything in Neo: it only reads.")
NEVER_CALLS = QT_TRANSLATE_NOOP("idexx", "It never calls or writes to an owner by itself.")
NEVER_HAMMERS = QT_TRANSLATE_NOOP("idexx", "It never tries a rejected password twice.")
NEVER_SENDS = QT_TRANSLATE_NOOP("idexx", "It never sends your records or its usage to anybody.")
NEVER_NAMES = QT_TRANSLATE_NOOP(
    "idexx", "It never writes names or notes into logs, notifications or window titles."
)
LICENSES_TITLE = QT_TRANSLATE_NOOP("idexx", "Licenses")
LICENSES = QT_TRANSLATE_NOOP(
    "idexx",
    "This program: MIT. Qt for Python: LGPL 3. PostgreSQL: PostgreSQL License. Playwright: Apache 2. "
    "Inter: SIL Open Font License 1.1. Lucide icons: ISC.",
)
LICENSES_SHOW = QT_TRANSLATE_NOOP("idexx", "Show the licenses")
LICENSES_MORE = QT_TRANSLATE_NOOP(
    "idexx", "This program contains the work of many others. Type a name to find its license."
)
LICENSES_PART = QT_TRANSLATE_NOOP("idexx", "Part of the program")
LICENSES_READING = QT_TRANSLATE_NOOP("idexx", "One moment…")

# the proxy on the way to Neo
PROXY = QT_TRANSLATE_NOOP("idexx", "Proxy")
PROXY_READING = QT_TRANSLATE_NOOP("idexx", "Looking at this computer's settings…")
PROXY_NONE = QT_TRANSLATE_NOOP(
    "idexx", "This computer reaches Neo without a proxy. Where its settings name one, that one is used."
)
PROXY_USED = QT_TRANSLATE_NOOP(
    "idexx", "This computer's settings send everything to Neo through {address}. Nobody signs in to it."
)
PROXY_SIGNED_IN = QT_TRANSLATE_NOOP(
    "idexx",
    "This computer's settings send everything to Neo through {address}. This program signs in to it as {user}.",
)
PROXY_BY_SETTINGS = QT_TRANSLATE_NOOP(
    "idexx",
    "This computer's settings send everything to Neo through {address}, and say who signs in to it: {user}. Whoever "
    "looks after this computer changes that there.",
)
PROXY_REFUSED = QT_TRANSLATE_NOOP(
    "idexx",
    "{address} didn't accept {user} and the password, so they aren't used again. Enter the right ones: whoever looks "
    "after this computer's network knows them.",
)
PROXY_ENTER = QT_TRANSLATE_NOOP("idexx", "Sign in to the proxy…")
PROXY_CHANGE = QT_TRANSLATE_NOOP("idexx", "Change…")
PROXY_FORGET = QT_TRANSLATE_NOOP("idexx", "Sign in no more")
PROXY_ASK = QT_TRANSLATE_NOOP("idexx", "Sign in to this computer's proxy")
PROXY_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "They aren't those of Neo: whoever looks after this computer's network knows them. They are tried once, and kept "
    "in this computer's password store.",
)
PROXY_USER = QT_TRANSLATE_NOOP("idexx", "Proxy's user name")
PROXY_PASSWORD = QT_TRANSLATE_NOOP("idexx", "Proxy's password")
PROXY_MISSING = QT_TRANSLATE_NOOP("idexx", "Enter both, the user name without a colon.")
PROXY_VERB = QT_TRANSLATE_NOOP("idexx", "Sign in")
PROXY_TRYING = QT_TRANSLATE_NOOP("idexx", "Trying…")
PROXY_ACCEPTED = QT_TRANSLATE_NOOP("idexx", "The proxy's sign-in is used from now on.")
PROXY_FORGOTTEN = QT_TRANSLATE_NOOP("idexx", "The proxy is told nothing any more.")
