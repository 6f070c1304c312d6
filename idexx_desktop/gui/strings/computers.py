"""Words about the computers that share the Neo sign-in."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

COMPUTERS = QT_TRANSLATE_NOOP("idexx", "Computers")
COMPUTERS_MORE = QT_TRANSLATE_NOOP(
    "idexx", "These computers can use the clinic's Neo sign-in. A new one is let in by one of them."
)
COMPUTERS_HERE = QT_TRANSLATE_NOOP(
    "idexx", "Your records are on this computer, so it is the only one that uses the Neo sign-in."
)
THIS_COMPUTER = QT_TRANSLATE_NOOP("idexx", "{name} · this computer")
APPROVED = QT_TRANSLATE_NOOP("idexx", "approved {when}")
NO_SIGN_IN = QT_TRANSLATE_NOOP(
    "idexx", "There is no Neo sign-in yet. The computer on which it is entered needs no approval."
)
ENTER_SIGN_IN = QT_TRANSLATE_NOOP("idexx", "Enter sign-in")

# taking one out
REMOVE = QT_TRANSLATE_NOOP("idexx", "Remove…")
REMOVE_NAMED = QT_TRANSLATE_NOOP("idexx", "Remove {name}")
REMOVE_ASK = QT_TRANSLATE_NOOP("idexx", "Remove {name}?")
REMOVE_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "It can't use the Neo sign-in any more. The other computers get a new key by themselves and go on as before. "
    "If {name} was lost or stolen, change the password in Neo as well: it may have been read there before.",
)
REMOVE_VERB = QT_TRANSLATE_NOOP("idexx", "Remove computer")
REMOVED = QT_TRANSLATE_NOOP("idexx", "{name} was removed.")
REMOVED_MORE = QT_TRANSLATE_NOOP(
    "idexx", "If it was lost or stolen, change the password in Neo, then enter the new one here."
)
NEW_PASSWORD = QT_TRANSLATE_NOOP("idexx", "Enter new password")

# one that asks
ASKS = QT_TRANSLATE_NOOP("idexx", "{name} asks to use the Neo sign-in")
ASKED = QT_TRANSLATE_NOOP("idexx", "asked {when}")
APPROVE = QT_TRANSLATE_NOOP("idexx", "Approve…")
APPROVE_NAMED = QT_TRANSLATE_NOOP("idexx", "Approve {name}")
APPROVE_ASK = QT_TRANSLATE_NOOP("idexx", "Approve {name}?")
APPROVE_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "Type the code that {name} shows. Do it only if somebody you know is sitting there: "
    "an approved computer can use the clinic's Neo sign-in.",
)
APPROVE_VERB = QT_TRANSLATE_NOOP("idexx", "Approve")
CODE_THERE = QT_TRANSLATE_NOOP("idexx", "Code shown on {name}")
DISMISS = QT_TRANSLATE_NOOP("idexx", "Dismiss")
DISMISS_NAMED = QT_TRANSLATE_NOOP("idexx", "Dismiss the request of {name}")
APPROVED_NOW = QT_TRANSLATE_NOOP("idexx", "{name} can use the Neo sign-in now.")
DISMISSED = QT_TRANSLATE_NOOP("idexx", "The request was dismissed. {name} can ask again.")

# this one asks
NOT_APPROVED = QT_TRANSLATE_NOOP("idexx", "This computer isn't approved yet")
NOT_APPROVED_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "The clinic's Neo sign-in opens only on computers that were approved. Somebody at one of them can let this "
    "one in: it takes a minute, and nothing has to be entered again.",
)
LOCKED = QT_TRANSLATE_NOOP("idexx", "This computer can't unlock the saved password")
LOCKED_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "Its key is no longer where this computer keeps passwords. Your visits and calls are all there. "
    "Use the recovery kit, or enter the Neo sign-in once more.",
)
ASK = QT_TRANSLATE_NOOP("idexx", "Ask for approval")
ASKING = QT_TRANSLATE_NOOP("idexx", "Asking…")
TYPE_THERE = QT_TRANSLATE_NOOP(
    "idexx",
    "Go to a computer that is approved. There open Settings, Computers, press Approve beside {name}, "
    "and type this code:",
)
CODE_GONE = QT_TRANSLATE_NOOP(
    "idexx", "The code was shown when this computer asked. If nobody noted it, show a new one."
)
NEW_CODE = QT_TRANSLATE_NOOP("idexx", "Show a new code")
WAITING = QT_TRANSLATE_NOOP("idexx", "Waiting for the other computer (asked {when})")
WITHDRAW = QT_TRANSLATE_NOOP("idexx", "Stop asking")
TURNED_DOWN = QT_TRANSLATE_NOOP("idexx", "The request was dismissed on another computer. You can ask again.")
USE_KIT = QT_TRANSLATE_NOOP("idexx", "Use the recovery kit")
START_OVER_WITH_PASSWORD = QT_TRANSLATE_NOOP("idexx", "Start over with the password")
ENTER_ONCE_MORE = QT_TRANSLATE_NOOP("idexx", "Enter the sign-in once more")
JOINED = QT_TRANSLATE_NOOP("idexx", "This computer can use the clinic's Neo sign-in now.")

# starting over, in the sign-in section
START_OVER = QT_TRANSLATE_NOOP("idexx", "Start over")
ACCEPTED_BUT = QT_TRANSLATE_NOOP("idexx", "Neo accepted this password, but this computer isn't approved.")
ACCEPTED_BUT_MORE = QT_TRANSLATE_NOOP(
    "idexx", "Ask for approval, or start over here: then the other computers must be approved again."
)
START_OVER_ASK = QT_TRANSLATE_NOOP("idexx", "Start over with this password?")
START_OVER_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "This computer becomes the only one that is approved. All other computers stop syncing until they are "
    "approved again here, and the recovery kit stops working. Visits and calls stay as they are.",
)

# the key
KEY = QT_TRANSLATE_NOOP("idexx", "Key")
KEY_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "What the Neo sign-in is sealed with. Change it if you fear that somebody has seen more than they should.",
)
KEY_MADE = QT_TRANSLATE_NOOP("idexx", "Made {when}")
CHANGE_KEY = QT_TRANSLATE_NOOP("idexx", "Change the key")
CHANGING_KEY = QT_TRANSLATE_NOOP("idexx", "Changing the key…")
KEY_CHANGED = QT_TRANSLATE_NOOP(
    "idexx", "The key was changed. Nothing else changes; other computers keep working."
)
KEY_CHANGED_HERE = QT_TRANSLATE_NOOP("idexx", "The key was changed. Nothing else changes.")
