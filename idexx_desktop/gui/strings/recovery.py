"""Words about the recovery kit: in the window, and on the printed page."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

KIT = QT_TRANSLATE_NOOP("idexx", "Recovery kit")
KIT_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "One printed page with a code. It unlocks the Neo sign-in where no approved computer can help: on a new "
    "computer, after this computer lost its passwords, or when a backup is restored.",
)
KIT_MORE_HERE = QT_TRANSLATE_NOOP(
    "idexx",
    "One printed page with a code. It goes with a backup of your records: on another computer it unlocks the Neo "
    "sign-in that is in the backup. It also helps if this computer loses its passwords.",
)
NONE = QT_TRANSLATE_NOOP("idexx", "No recovery kit yet")
THERE = QT_TRANSLATE_NOOP("idexx", "There is a recovery kit")
MADE = QT_TRANSLATE_NOOP("idexx", "Number {number}, made {when}")
MAKE = QT_TRANSLATE_NOOP("idexx", "Make a recovery kit")
MAKE_NEW = QT_TRANSLATE_NOOP("idexx", "Make a new one…")
MAKE_NEW_HINT = QT_TRANSLATE_NOOP("idexx", "The old one stops working.")
MAKING = QT_TRANSLATE_NOOP("idexx", "One moment…")
NEW_ASK = QT_TRANSLATE_NOOP("idexx", "Make a new recovery kit?")
NEW_TEXT = QT_TRANSLATE_NOOP(
    "idexx", "The kit with the number {number} stops working at once. Have a printer or a USB stick at hand."
)
NEW_VERB = QT_TRANSLATE_NOOP("idexx", "Make new kit")
NEEDS_SIGN_IN = QT_TRANSLATE_NOOP("idexx", "Enter the Neo sign-in first: it is what the kit unlocks.")
NEEDS_APPROVAL = QT_TRANSLATE_NOOP("idexx", "A kit is made on a computer that can use the Neo sign-in.")
USE = QT_TRANSLATE_NOOP("idexx", "Use the kit on this computer")
USE_MORE = QT_TRANSLATE_NOOP(
    "idexx", "This computer can't open the Neo sign-in. Take the printed page and type its code."
)

# typing its code
ENTER_ASK = QT_TRANSLATE_NOOP("idexx", "Use the recovery kit")
ENTER_TEXT = QT_TRANSLATE_NOOP(
    "idexx", "Type the code on the printed page. Capitals, spaces and dashes don't matter."
)
CODE = QT_TRANSLATE_NOOP("idexx", "Code of the recovery kit")
UNLOCK = QT_TRANSLATE_NOOP("idexx", "Unlock")
CHECKING = QT_TRANSLATE_NOOP("idexx", "Checking…")
ENTER_CODE = QT_TRANSLATE_NOOP("idexx", "Enter the code.")

# the dialog that shows a new one, once
SHOWN = QT_TRANSLATE_NOOP("idexx", "Recovery kit {number}")
SHOWN_MORE = QT_TRANSLATE_NOOP("idexx", "Print it or save it now: this code isn't shown again.")
CODE_NAMED = QT_TRANSLATE_NOOP("idexx", "Code: {code}")
SAVE_PDF = QT_TRANSLATE_NOOP("idexx", "Save as PDF…")
PRINT = QT_TRANSLATE_NOOP("idexx", "Print…")
KEPT = QT_TRANSLATE_NOOP("idexx", "I have printed or saved it")
DONE = QT_TRANSLATE_NOOP("idexx", "Done")
SAVED = QT_TRANSLATE_NOOP(
    "idexx", "Saved as {name}. Keep the file away from this computer, or print it and delete the file."
)
PRINTED = QT_TRANSLATE_NOOP("idexx", "Sent to the printer. Look whether the page is there.")
NOT_PRINTED = QT_TRANSLATE_NOOP("idexx", "The page couldn't be printed. Save it as a PDF instead.")
NO_PRINTER = QT_TRANSLATE_NOOP("idexx", "This computer has no printer. Save it as a PDF instead.")
CLOSE_ASK = QT_TRANSLATE_NOOP("idexx", "Close without keeping the code?")
CLOSE_TEXT = QT_TRANSLATE_NOOP(
    "idexx", "It isn't shown again, and this kit would be of no use. You can make another one at any time."
)
CLOSE_VERB = QT_TRANSLATE_NOOP("idexx", "Close")
SAVE_TITLE = QT_TRANSLATE_NOOP("idexx", "Save the recovery kit")
PDF_FILES = QT_TRANSLATE_NOOP("idexx", "PDF files (*.pdf)")
FILE_NAME = QT_TRANSLATE_NOOP("idexx", "recovery-kit-{number}.pdf")
NOT_SAVED = QT_TRANSLATE_NOOP("idexx", "The file couldn't be saved there.")

# the printed page
PAGE_MADE = QT_TRANSLATE_NOOP("idexx", "Number {number}. Made on {day}.")
PAGE_CODE = QT_TRANSLATE_NOOP("idexx", "Code")
PAGE_LETTERS = QT_TRANSLATE_NOOP(
    "idexx", "0 is always a zero and 1 always a one: the letters O, I, L and U aren't used."
)
PAGE_HOW = QT_TRANSLATE_NOOP("idexx", "How to use it")
PAGE_STEP_1 = QT_TRANSLATE_NOOP(
    "idexx", "On the new computer, install {product} and set it up for {practice}, or restore a backup there."
)
PAGE_STEP_2 = QT_TRANSLATE_NOOP("idexx", "Open Settings, Recovery kit, and press “Use the recovery kit”.")
PAGE_STEP_3 = QT_TRANSLATE_NOOP("idexx", "Type the code above. Capitals, spaces and dashes don't matter.")
PAGE_STEP_4 = QT_TRANSLATE_NOOP(
    "idexx", "Press “Unlock”. The computer can sign in to Neo again, and this kit stays good."
)
PAGE_WHERE = QT_TRANSLATE_NOOP("idexx", "Where to keep it")
PAGE_WHERE_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "In a locked drawer or a safe, away from the computers. Not as a photo, and not in an e-mail. Whoever has this "
    "page and your clinic's records can use the clinic's Neo sign-in.",
)
PAGE_NOT = QT_TRANSLATE_NOOP("idexx", "What it can't do")
PAGE_NOT_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "It doesn't hold the Neo password, and it doesn't bring records back: keep backups. It is of no use without your "
    "clinic's records. It can't be printed again.",
)
PAGE_OLD = QT_TRANSLATE_NOOP(
    "idexx",
    "If a newer kit was made, this one no longer works. Settings, Recovery kit, shows the number that counts.",
)
