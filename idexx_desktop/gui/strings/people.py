"""Words about where the records are, the test of the way there, and the people who may use a server's records."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

# where the records are
RECORDS = QT_TRANSLATE_NOOP("idexx", "Records")
RECORDS_TITLE = QT_TRANSLATE_NOOP("idexx", "Where the records are")
RECORDS_HERE = QT_TRANSLATE_NOOP("idexx", "On this computer, in a database of this program's own.")
RECORDS_SERVER = QT_TRANSLATE_NOOP(
    "idexx",
    "On your clinic's server, which several computers share. Whoever looks after it knows these names.",
)
SERVER = QT_TRANSLATE_NOOP("idexx", "Server")
THIS_SERVER = QT_TRANSLATE_NOOP("idexx", "this computer")
DATABASE = QT_TRANSLATE_NOOP("idexx", "Database")
LOGIN = QT_TRANSLATE_NOOP("idexx", "Login")
TEST = QT_TRANSLATE_NOOP("idexx", "Test connection")
TESTING = QT_TRANSLATE_NOOP("idexx", "Testing…")
TEST_MORE = QT_TRANSLATE_NOOP("idexx", "Nothing is changed. The test stops at the first thing that is wrong.")
STATE_OK = QT_TRANSLATE_NOOP("idexx", "OK")
STATE_WARNING = QT_TRANSLATE_NOOP("idexx", "Warning")
STATE_PROBLEM = QT_TRANSLATE_NOOP("idexx", "Problem")
STATE_UNTRIED = QT_TRANSLATE_NOOP("idexx", "Not tried")
STEP_NAMED = QT_TRANSLATE_NOOP("idexx", "{part}: {state}. {words} {advice}")

# people
USERS = QT_TRANSLATE_NOOP("idexx", "Users")
USERS_HERE = QT_TRANSLATE_NOOP(
    "idexx",
    "The records on this computer have one user, {email}: whoever uses this computer's account sees and does "
    "everything in that name. For several people with logins of their own, the records belong on the clinic's server.",
)
USERS_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "People with a login of their own on your clinic's server. Only the owner of the records can see or change them, "
    "so this program asks for the owner's address each time, and doesn't keep it.",
)
SHOW = QT_TRANSLATE_NOOP("idexx", "Show users…")
SHOW_AGAIN = QT_TRANSLATE_NOOP("idexx", "Read again…")
SHOW_ASK = QT_TRANSLATE_NOOP("idexx", "Show the users of your clinic's server")
SHOW_VERB = QT_TRANSLATE_NOOP("idexx", "Show users")
ADD = QT_TRANSLATE_NOOP("idexx", "Add a person…")
WORKING = QT_TRANSLATE_NOOP("idexx", "One moment…")
OWNER_ADDRESS = QT_TRANSLATE_NOOP("idexx", "Owner's address")
OWNER_HINT = QT_TRANSLATE_NOOP(
    "idexx",
    "Starts with postgresql://. It is used this once, and forgotten even if something is wrong with it.",
)
OWNER_MISSING = QT_TRANSLATE_NOOP("idexx", "Enter the owner's address.")
FOUND_ONE = QT_TRANSLATE_NOOP("idexx", "1 login in “{database}” on {server}")
FOUND_MANY = QT_TRANSLATE_NOOP("idexx", "{count} logins in “{database}” on {server}")
FOUND_NONE = QT_TRANSLATE_NOOP("idexx", "Nobody has a login in “{database}” on {server} yet.")
FIND = QT_TRANSLATE_NOOP("idexx", "Find a person")
NO_MATCH = QT_TRANSLATE_NOOP("idexx", "Nobody matches.")
SOME = QT_TRANSLATE_NOOP("idexx", "{shown} of {count} shown; find the others by name.")
YOU = QT_TRANSLATE_NOOP("idexx", "{email} · you")
ROLE_USER = QT_TRANSLATE_NOOP("idexx", "User")
ROLE_ADMIN = QT_TRANSLATE_NOOP("idexx", "Admin")
ROLE_SERVICE = QT_TRANSLATE_NOOP("idexx", "Service")
NO_CLINIC = QT_TRANSLATE_NOOP("idexx", "no clinic")
ACTIVE = QT_TRANSLATE_NOOP("idexx", "Active")
SWITCHED_OFF = QT_TRANSLATE_NOOP("idexx", "Switched off")

# deactivating
DEACTIVATE = QT_TRANSLATE_NOOP("idexx", "Deactivate…")
DEACTIVATE_NAMED = QT_TRANSLATE_NOOP("idexx", "Deactivate {email}")
DEACTIVATE_ASK = QT_TRANSLATE_NOOP("idexx", "Deactivate {email}?")
DEACTIVATE_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "From now on this person sees nothing, on any computer, with any of their logins ({logins}). What they did stays "
    "in the records, in their name. To let them in again, add them anew.",
)
DEACTIVATE_YOU = QT_TRANSLATE_NOOP(
    "idexx", "This is the person that this computer signs in as: it stops syncing and shows nothing any more."
)
DEACTIVATE_VERB = QT_TRANSLATE_NOOP("idexx", "Deactivate")
DEACTIVATED = QT_TRANSLATE_NOOP("idexx", "{email} can't sign in any more.")

# adding
ADD_ASK = QT_TRANSLATE_NOOP("idexx", "Add a person")
ADD_TEXT = QT_TRANSLATE_NOOP(
    "idexx", "A person who has the login already gets a new password and role, and is active again."
)
ADD_VERB = QT_TRANSLATE_NOOP("idexx", "Add person")
EMAIL = QT_TRANSLATE_NOOP("idexx", "E-mail address")
EMAIL_MISSING = QT_TRANSLATE_NOOP("idexx", "Enter an address like name@clinic.com.")
ROLE = QT_TRANSLATE_NOOP("idexx", "Role")
ROLE_ADMIN_MORE = QT_TRANSLATE_NOOP("idexx", "Admin, reads all clinics")
CLINIC = QT_TRANSLATE_NOOP("idexx", "Clinic")
LOGIN_HINT = QT_TRANSLATE_NOOP("idexx", "Small letters, digits and _.")
LOGIN_MISSING = QT_TRANSLATE_NOOP("idexx", "Enter a name for the login.")
LOGIN_TAKEN = QT_TRANSLATE_NOOP("idexx", "{email} has this login: it gets a new password.")
PASSWORD = QT_TRANSLATE_NOOP("idexx", "Password")
PASSWORD_MADE = QT_TRANSLATE_NOOP("idexx", "Make one for them")
PASSWORD_TYPED = QT_TRANSLATE_NOOP("idexx", "Type one")
PASSWORD_OWN = QT_TRANSLATE_NOOP("idexx", "Their password")
PASSWORD_HINT = QT_TRANSLATE_NOOP("idexx", "12 characters or more.")
PASSWORD_MISSING = QT_TRANSLATE_NOOP("idexx", "Enter the password.")

# handing over
HAND_OVER = QT_TRANSLATE_NOOP("idexx", "Hand this over")
HAND_OVER_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "On their computer, “On our clinic's server” asks for the address and the password. The password is shown only "
    "now; write it down and give it to nobody else.",
)
HAND_OVER_TYPED = QT_TRANSLATE_NOOP(
    "idexx",
    "On their computer, “On our clinic's server” asks for the address, and for the password that you typed.",
)
HAND_OVER_ADDRESS = QT_TRANSLATE_NOOP("idexx", "Address, without the password")
HANDED_OVER = QT_TRANSLATE_NOOP("idexx", "Done")
