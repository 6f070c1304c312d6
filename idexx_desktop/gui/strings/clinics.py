"""Words of Today's list of clinics, for the owner of several."""

from idexx_desktop.gui.strings.marking import QT_TRANSLATE_NOOP

TITLE = QT_TRANSLATE_NOOP("idexx", "Your clinics")
ATTENTION_ONE = QT_TRANSLATE_NOOP("idexx", "1 needs attention")
ATTENTION_MANY = QT_TRANSLATE_NOOP("idexx", "{count} need attention")
ATTENTION_OF = QT_TRANSLATE_NOOP("idexx", "{clinic}: {words}")
NO_SIGN_IN = QT_TRANSLATE_NOOP("idexx", "No Neo sign-in")
SIGN_IN_VALID = QT_TRANSLATE_NOOP("idexx", "Sign-in accepted")
SIGN_IN_INVALID = QT_TRANSLATE_NOOP("idexx", "Sign-in not accepted")
SIGN_IN_UNKNOWN = QT_TRANSLATE_NOOP("idexx", "Sign-in not tested")
SIGN_IN_PAUSED = QT_TRANSLATE_NOOP("idexx", "Sign-in paused")
SIGN_INS = QT_TRANSLATE_NOOP("idexx", "{good} of {count} sign-ins accepted")
SIGN_IN_OF = QT_TRANSLATE_NOOP("idexx", "{person}: {words}")
SIGN_IN_SINCE = QT_TRANSLATE_NOOP("idexx", "{person}: {words}, last accepted {when}")
