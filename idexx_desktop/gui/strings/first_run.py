"""Words of the first start."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

WELCOME = QT_TRANSLATE_NOOP("idexx", "Set up this computer")
STEP_CLINIC = QT_TRANSLATE_NOOP("idexx", "Your clinic")
STEP_SIGN_IN = QT_TRANSLATE_NOOP("idexx", "Neo sign-in")
STEP_TIMES = QT_TRANSLATE_NOOP("idexx", "Times")
STEP_SYNC = QT_TRANSLATE_NOOP("idexx", "First sync")
STEP_OF = QT_TRANSLATE_NOOP("idexx", "Step {step} of {count}")
KEPT = QT_TRANSLATE_NOOP("idexx", "You can close this window at any time and go on later.")
BACK = QT_TRANSLATE_NOOP("idexx", "Back")
NEXT = QT_TRANSLATE_NOOP("idexx", "Next")
WORKING = QT_TRANSLATE_NOOP("idexx", "One moment…")

# 1
CLINIC_TITLE = QT_TRANSLATE_NOOP("idexx", "What this program reads and keeps")
CLINIC_MORE = QT_TRANSLATE_NOOP(
    "idexx", "It signs in to IDEXX Neo with your clinic's own user, like a person would, and only reads."
)
READS = QT_TRANSLATE_NOOP(
    "idexx",
    "Reads: visits, their notes and products, pets' and owners' names and phone numbers, of the last days",
)
KEEPS = QT_TRANSLATE_NOOP(
    "idexx", "Keeps: what it read, when it read it, and who decided what, in your clinic's own records"
)
NEVER = QT_TRANSLATE_NOOP(
    "idexx", "Never: changes anything in Neo, calls an owner by itself, or sends your records to anybody"
)
ALLOWED = QT_TRANSLATE_NOOP(
    "idexx", "Our clinic allows this, and our agreement with IDEXX lets us read our own records this way."
)
ALLOWED_MISSING = QT_TRANSLATE_NOOP("idexx", "The clinic must allow this first.")
PRACTICE = QT_TRANSLATE_NOOP("idexx", "Clinic's name")
PRACTICE_MISSING = QT_TRANSLATE_NOOP("idexx", "Enter the clinic's name.")
PRACTICE_HINT = QT_TRANSLATE_NOOP("idexx", "As your team calls it.")
PRACTICE_ON_SERVER_HINT = QT_TRANSLATE_NOOP("idexx", "Exactly as on your clinic's server.")
EMAIL = QT_TRANSLATE_NOOP("idexx", "Your e-mail address")
EMAIL_HINT = QT_TRANSLATE_NOOP("idexx", "Names you in the activity record. Nothing is sent to it.")
EMAIL_MISSING = QT_TRANSLATE_NOOP("idexx", "Enter an address like name@clinic.com.")
PLACE = QT_TRANSLATE_NOOP("idexx", "Where the records are")
PLACE_HERE = QT_TRANSLATE_NOOP("idexx", "On this computer")
PLACE_HERE_HINT = QT_TRANSLATE_NOOP(
    "idexx", "Right for one computer. A small database is set up; nothing else to do."
)
PLACE_SERVER = QT_TRANSLATE_NOOP("idexx", "On our clinic's server")
PLACE_SERVER_HINT = QT_TRANSLATE_NOOP(
    "idexx",
    "Right for several computers. Whoever looks after your server prepares it (idexx-desktop db prepare) and gives "
    "you its address with your sign-in. It is tested before anything is set up.",
)
PLACE_SERVER_FOUND = QT_TRANSLATE_NOOP(
    "idexx",
    "The address of your clinic's server is given by the variable {name} on this computer; it is used.",
)
SERVER_ADDRESS = QT_TRANSLATE_NOOP("idexx", "Server's address")
SERVER_HINT = QT_TRANSLATE_NOOP(
    "idexx", "Paste it as it was given to you; it starts with postgresql://. It is kept with your passwords."
)
SERVER_MISSING = QT_TRANSLATE_NOOP("idexx", "Enter the server's address.")
SERVER_PASSWORD = QT_TRANSLATE_NOOP("idexx", "Password")
SERVER_PASSWORD_HINT = QT_TRANSLATE_NOOP("idexx", "Only if the address doesn't hold it.")
THERE_ALREADY = QT_TRANSLATE_NOOP("idexx", "This computer is set up for {clinic}.")

# 2
SIGN_IN_TITLE = QT_TRANSLATE_NOOP("idexx", "Sign in to Neo")
SIGN_IN_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "The same user and password as on Neo's own page. It is tried once, so that the account isn't locked.",
)
TEST_AND_KEEP = QT_TRANSLATE_NOOP("idexx", "Test sign-in")
SIGNED_IN_KEPT = QT_TRANSLATE_NOOP("idexx", "Signed in as {name}. The sign-in is kept.")
KEPT_ALREADY = QT_TRANSLATE_NOOP("idexx", "A sign-in that Neo accepted is kept. Go on, or enter another.")
KEPT_IN = QT_TRANSLATE_NOOP(
    "idexx", "The password is kept sealed; its key is in {place}. It is never shown again."
)

# 3
TIMES_TITLE = QT_TRANSLATE_NOOP("idexx", "When to sync")
TIMES_MORE = QT_TRANSLATE_NOOP(
    "idexx", "By itself while this computer is on; a sync that was missed is caught up."
)

# 4
SYNC_TITLE = QT_TRANSLATE_NOOP("idexx", "The first sync")
SYNC_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "It reads the visits of the last two days in review mode: you see which calls it would schedule; none is.",
)
SYNC_ELSEWHERE = QT_TRANSLATE_NOOP("idexx", "{device} is syncing this clinic now.")
SYNC_AGAIN = QT_TRANSLATE_NOOP("idexx", "Try again")
SYNC_DONE_ONE = QT_TRANSLATE_NOOP("idexx", "1 visit is in.")
SYNC_DONE_MANY = QT_TRANSLATE_NOOP("idexx", "{count} visits are in.")
UNREAD_ONE = QT_TRANSLATE_NOOP("idexx", "{read} 1 couldn't be read.")
UNREAD_MANY = QT_TRANSLATE_NOOP("idexx", "{read} {count} couldn't be read.")
SYNC_DONE_NONE = QT_TRANSLATE_NOOP("idexx", "There were no visits in the last two days.")
WOULD_CALL_NONE = QT_TRANSLATE_NOOP("idexx", "No call would be scheduled for them.")
WOULD_CALL_ONE = QT_TRANSLATE_NOOP("idexx", "1 call would be scheduled:")
WOULD_CALL_MANY = QT_TRANSLATE_NOOP("idexx", "{count} calls would be scheduled:")
AND_MORE = QT_TRANSLATE_NOOP("idexx", "… and more, all on the page Visits")
TURN_ON_LATER = QT_TRANSLATE_NOOP(
    "idexx", "None of them is scheduled until you press “Turn on discharge calls” on Today."
)
FINISH = QT_TRANSLATE_NOOP("idexx", "Go to Today")
