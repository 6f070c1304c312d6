"""Words of the cards about the law's hours, who calls, and what owners agreed to."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

HOURS = QT_TRANSLATE_NOOP("idexx", "Hours of calls by law")
HOURS_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "What holds where your clinic is. Each owner's own place counts when a call is planned, as far as their number"
    " tells it. Most of these laws speak of selling by telephone; they are kept all the same, to be careful.",
)
PLACE = QT_TRANSLATE_NOOP("idexx", "{place}: {hours}")
SOURCE = QT_TRANSLATE_NOOP("idexx", "{title}, {section}")
READ = QT_TRANSLATE_NOOP("idexx", "read on {when}")
UNVERIFIED = QT_TRANSLATE_NOOP("idexx", "unverified: nobody has read its text for this program")
ALL_CALLS = QT_TRANSLATE_NOOP("idexx", "binds all calls")
SOLICITATION = QT_TRANSLATE_NOOP("idexx", "speaks of selling by telephone")
AUTOMATED = QT_TRANSLATE_NOOP("idexx", "binds calls of a system")
NO_LAW = QT_TRANSLATE_NOOP(
    "idexx", "No law of this place is known to the program. It stays with {early} to {late}."
)
VERSION = QT_TRANSLATE_NOOP(
    "idexx",
    "As of {version}. The program knows the hours of {count} places, {unverified} of them unverified.",
)
SHOW_ALL = QT_TRANSLATE_NOOP("idexx", "Show all places")
HIDE_ALL = QT_TRANSLATE_NOOP("idexx", "Show only ours")

CALLER = QT_TRANSLATE_NOOP("idexx", "Who calls")
CALLER_MORE = QT_TRANSLATE_NOOP(
    "idexx",
    "A calling system speaks with an artificial voice. Each of its calls carries that, and what has to be said first"
    " where the law asks for it (California).",
)
PEOPLE = QT_TRANSLATE_NOOP("idexx", "People of the clinic, with the list of discharge calls")
SYSTEM = QT_TRANSLATE_NOOP("idexx", "A calling system, with an artificial voice")
HOLD = QT_TRANSLATE_NOOP("idexx", "Hold calls without a consent on record")
NO_CONSENT = QT_TRANSLATE_NOOP(
    "idexx",
    "In many places an artificial voice needs the owner's consent first. Calls without one on record are made; tick the"
    " box to hold them. Ask the clinic's counsel.",
)

CONSENTS = QT_TRANSLATE_NOOP("idexx", "What owners agreed to")
CONSENTS_MORE = QT_TRANSLATE_NOOP(
    "idexx", "A consent is kept with who recorded it and when. An opt-out always goes before it."
)
NUMBER = QT_TRANSLATE_NOOP("idexx", "Number")
SCOPE = QT_TRANSLATE_NOOP("idexx", "For")
HOW = QT_TRANSLATE_NOOP("idexx", "How")
GIVEN_BY = QT_TRANSLATE_NOOP("idexx", "Who said so (optional)")
ADD = QT_TRANSLATE_NOOP("idexx", "Record consent")
ADDED = QT_TRANSLATE_NOOP("idexx", "The consent of {phone} is on record.")
KNOWN = QT_TRANSLATE_NOOP("idexx", "That consent of {phone} was on record already.")
NONE = QT_TRANSLATE_NOOP("idexx", "No consent is on record.")
SOME = QT_TRANSLATE_NOOP("idexx", "{shown} of {count} shown; find the others by their number.")
FIND = QT_TRANSLATE_NOOP("idexx", "Find a number")
NO_MATCH = QT_TRANSLATE_NOOP("idexx", "No number matches.")
ROW = QT_TRANSLATE_NOOP("idexx", "{scope}, {how}")
RECORDED = QT_TRANSLATE_NOOP("idexx", "recorded by {who}, {when}")
WITHDRAW = QT_TRANSLATE_NOOP("idexx", "Withdraw…")
WITHDRAW_NAMED = QT_TRANSLATE_NOOP("idexx", "Withdraw the consent of {phone}")
WITHDRAW_ASK = QT_TRANSLATE_NOOP("idexx", "Withdraw the consent of {phone}?")
WITHDRAW_TEXT = QT_TRANSLATE_NOOP(
    "idexx",
    "It stays on record as withdrawn. Where calls need a consent, those of this number are held at once.",
)
WITHDRAW_VERB = QT_TRANSLATE_NOOP("idexx", "Withdraw consent")
WITHDRAWN = QT_TRANSLATE_NOOP("idexx", "The consent of {phone} is withdrawn.")

SCOPE_ALL = QT_TRANSLATE_NOOP("idexx", "calls and texts")
SCOPE_CALLS = QT_TRANSLATE_NOOP("idexx", "calls")
SCOPE_TEXTS = QT_TRANSLATE_NOOP("idexx", "texts")
SCOPE_KIND = QT_TRANSLATE_NOOP("idexx", "calls about: {kind}")
BY_TELEPHONE = QT_TRANSLATE_NOOP("idexx", "said on the telephone")
IN_PERSON = QT_TRANSLATE_NOOP("idexx", "said in person")
ON_FORM = QT_TRANSLATE_NOOP("idexx", "signed form")
BY_EMAIL = QT_TRANSLATE_NOOP("idexx", "e-mail")
BY_TEXT = QT_TRANSLATE_NOOP("idexx", "text message")
OTHERWISE = QT_TRANSLATE_NOOP("idexx", "otherwise")
