"""Words of what to say in a call, and of working through the list with the keyboard."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

NO_OWNERS_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "Nothing was written for the owner. The vet's notes are below; ask the vet what may be said.",
)
WHEN_TO_CALL = QT_TRANSLATE_NOOP("idexx", "What is normal / call us if")
NOTES = QT_TRANSLATE_NOOP("idexx", "Vet's notes")
NOTES_OF = QT_TRANSLATE_NOOP("idexx", "Vet's notes about {pet}")
NO_NOTES = QT_TRANSLATE_NOOP("idexx", "There are no other notes.")
READING_NOTES = QT_TRANSLATE_NOOP("idexx", "Reading the notes…")
ASK_GAP = QT_TRANSLATE_NOOP("idexx", "Ask first: something wasn't filled in")
ASK_OFFER = QT_TRANSLATE_NOOP("idexx", "Ask first: this is an offer")
TICK = QT_TRANSLATE_NOOP("idexx", "Tick what you said, if you like.")
LEFT_OUT = QT_TRANSLATE_NOOP("idexx", "Left out: {count} of {total}")
ALL_SAID = QT_TRANSLATE_NOOP("idexx", "Everything was said.")

CALL = QT_TRANSLATE_NOOP("idexx", "Call")
CALL_NUMBER = QT_TRANSLATE_NOOP("idexx", "Call this number")
DIAL_KEY = QT_TRANSLATE_NOOP("idexx", "D")
COPY_KEY = QT_TRANSLATE_NOOP("idexx", "C")
NO_TELEPHONE = QT_TRANSLATE_NOOP(
    "idexx", "No telephone program could be started. The number is copied, to be dialed by hand."
)
NOTED = QT_TRANSLATE_NOOP("idexx", "Noted {when}")
NEXT_TRY = QT_TRANSLATE_NOOP("idexx", "The next try is {when}.")
NEXT = QT_TRANSLATE_NOOP("idexx", "Next: {pets}")
NEXT_CALL = QT_TRANSLATE_NOOP("idexx", "Next call: {pets}, {owner}")
ENTER = QT_TRANSLATE_NOOP("idexx", "Enter")
NO_NEXT = QT_TRANSLATE_NOOP("idexx", "That was the last call of this list.")
UNDO_KEY = QT_TRANSLATE_NOOP("idexx", "Ctrl+Z")
COPY_RECORD = QT_TRANSLATE_NOOP("idexx", "Copy for the record")
RECORD_COPIED = QT_TRANSLATE_NOOP("idexx", "One line is copied, to be pasted into IDEXX Neo.")
RECORD_BY = QT_TRANSLATE_NOOP("idexx", "by {name}")
RECORD_REACHED = QT_TRANSLATE_NOOP("idexx", "reached {owner} about {pets}")
RECORD_CALLED = QT_TRANSLATE_NOOP("idexx", "called {owner} about {pets}")
KEYS = QT_TRANSLATE_NOOP(
    "idexx", "Keys: figures note what came of it, N is for a note, Enter opens the next call."
)
