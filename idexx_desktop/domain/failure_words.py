"""What a practice manager reads of each failure, and what each does to a run and to a command."""

from __future__ import annotations

from idexx_desktop.domain.failure_codes import FailureCode, Route
from idexx_desktop.domain.placing import Wording, Words
from idexx_desktop.domain.records_words import RECORDS_WORDS

PAUSED = "Syncing is paused so that the account isn't locked."
_SIGN_IN, _NEO, _KEY, _USAGE, _OURS = 4, 5, 8, 2, 1

WORDS: dict[FailureCode, Words] = {
    FailureCode.WRONG_PASSWORD: Words(
        f"IDEXX Neo didn't accept the password. {PAUSED}",
        "Enter the current password under Settings, Neo sign-in.",
        Route.SUSPEND, _SIGN_IN, "Update password",
        "Check the company id, the user name and the password, then test again.",
    ),
    FailureCode.LOCKED_OUT: Words(
        "IDEXX Neo has locked this user after too many sign-ins. Syncing is paused.",
        "Ask whoever manages Neo to unlock the user, then test the sign-in under Settings.",
        Route.SUSPEND, _SIGN_IN, "Update password",
        "Ask whoever manages Neo to unlock the user, then test the sign-in again.",
    ),
    FailureCode.ACCOUNT_DISABLED: Words(
        "IDEXX Neo says that this user is switched off. Syncing is paused.",
        "Ask whoever manages Neo to switch the user on again, or enter another user.",
        Route.SUSPEND, _SIGN_IN, "Update password",
    ),
    FailureCode.PASSWORD_EXPIRED: Words(
        "IDEXX Neo asks for a new password. Syncing is paused.",
        "Sign in to Neo by hand, choose a new password, then enter it under Settings.",
        Route.SUSPEND, _SIGN_IN, "Update password",
        "Sign in to Neo by hand, choose a new password, then enter it here.",
    ),
    FailureCode.NOT_FROM_HERE: Words(
        "IDEXX Neo only allows this user from certain places.",
        "Ask whoever manages Neo to add this clinic's address or allow remote access.",
        Route.SUSPEND, _SIGN_IN, "Test sign-in",
    ),
    FailureCode.CODE_ASKED: Words(
        "IDEXX Neo asks for a code that only a person can enter.",
        "Sign in by hand once, or ask whoever manages Neo for a user that needs no code.",
        Route.SUSPEND, _SIGN_IN, "Sign in by hand",
    ),
    FailureCode.NEO_ASKS: Words(
        "IDEXX Neo accepted the password and then asks something that only a person can answer.",
        "Open Neo under Settings, Neo sign-in, and answer it there once (or: idexx-desktop credentials open-neo)."
        " Nothing is wrong with the password; the next sync goes on by itself.",
        Route.STOP, _SIGN_IN, "Open Neo",
        "Open Neo and answer it once. Nothing is wrong with the password.",
    ),
    FailureCode.BRANCH_ASKED: Words(
        "IDEXX Neo asks in which branch this user works.",
        "Test the sign-in under Settings, and choose the branch there (or: idexx-desktop credentials branch NAME). It"
        " is remembered.",
        Route.STOP, _SIGN_IN, "Test sign-in",
        "Choose the branch to sync. It is remembered.",
    ),
    FailureCode.SIGN_IN_REJECTED: Words(
        f"IDEXX Neo didn't let this user in and didn't say why. {PAUSED}",
        "Sign in to Neo by hand to see the reason, then test the sign-in under Settings.",
        Route.SUSPEND, _SIGN_IN, "Update password",
        "Sign in to Neo by hand to see the reason, then test the sign-in again.",
    ),
    FailureCode.SUSPENDED: Words(
        "Syncing is paused until the Neo sign-in is corrected.",
        "Enter the sign-in again under Settings, Neo sign-in.",
        Route.SUSPEND, _SIGN_IN, "Update password",
        "Go back to the Neo sign-in and enter it again.",
    ),
    FailureCode.NO_CREDENTIALS: Words(
        "There is no Neo sign-in yet.",
        "Enter the clinic's Neo sign-in under Settings, Neo sign-in.",
        Route.SUSPEND, _SIGN_IN, "Enter sign-in",
        "Go back to the Neo sign-in and enter it.",
    ),
    FailureCode.ADDRESS_CHANGED: Words(
        "Neo's address was changed: use the new one?",
        "Nothing is sent before a person here has answered: under Settings, Connection to Neo (or:"
        " idexx-desktop credentials address).",
        Route.STOP, _SIGN_IN, "Check the address",
        "Nothing is sent before a person here has answered: go back to the Neo sign-in.",
    ),
    FailureCode.SIGN_IN_REDIRECTED: Words(
        "IDEXX Neo sent the sign-in to another site, so we stopped before typing the password.",
        "Check the Neo address under Settings. If it is right, prepare details for support.",
        Route.STOP, _NEO, "Prepare details for support",
        "Check the Neo address of the sign-in. If it is right, ask support.",
    ),
    FailureCode.PAGE_CHANGED: Words(
        "IDEXX Neo's page looks different, so we stopped before saving anything wrong.",
        "Nothing was changed. Prepare details for support, and look for a newer version of this program.",
        Route.STOP, _NEO, "Prepare details for support",
    ),
    FailureCode.PAGE_NEEDS_HOST: Words(
        "IDEXX Neo's sign-in page wants files from another site, which this computer doesn't allow.",
        "Nothing was typed. If you know that Neo uses that site, test the sign-in under Settings, where you can"
        " allow its files.",
        Route.STOP, _NEO, "Test sign-in",
        "Nothing was typed. If you know that Neo uses that site, test the sign-in, where you can allow its files.",
    ),
    FailureCode.PAYLOAD_CHANGED: Words(
        "IDEXX Neo's answers look different, so we stopped before saving anything wrong.",
        "Nothing was changed. Prepare details for support, and look for a newer version of this program.",
        Route.STOP, _NEO, "Prepare details for support",
    ),
    FailureCode.LISTS_EMPTIED: Words(
        "Neo shows only a part of the visits that it showed before: nothing was taken back.",
        "Look in Neo whether they are there: perhaps another branch is open, or this user may see less than before. If"
        " they are gone, and the next sync finds the same, sync all the same (or: idexx-desktop sync --take-back).",
        Route.STOP, _NEO, "Sync all the same",
        "Look in Neo whether they are there: perhaps another branch is open, or this user may see less than before.",
    ),
    FailureCode.SESSION_EXPIRED: Words(
        "IDEXX Neo signed us out again and again.",
        "Check that nobody ends this user's sessions in Neo. We'll try again at the next sync.",
        Route.RETRY, _NEO, "Sync now",
    ),
    FailureCode.MAINTENANCE: Words(
        "IDEXX Neo is under maintenance. We'll keep trying; nothing is lost.",
        "Nothing to do: the next sync catches up.",
        Route.RETRY, _NEO, "Sync now",
    ),
    FailureCode.UNREACHABLE: Words(
        "Can't reach IDEXX Neo. We'll keep trying; nothing is lost.",
        "Check this computer's internet connection and the Neo address under Settings.",
        Route.RETRY, _NEO, "Sync now",
        "Check this computer's internet connection and the Neo address of the sign-in.",
    ),
    FailureCode.PROXY_SIGN_IN: Words(
        "Can't reach IDEXX Neo: this computer's proxy asks for a user name and a password.",
        "Enter them under Settings, Connection to Neo (or: idexx-desktop credentials proxy). Whoever looks after this"
        " computer's network knows them.",
        Route.STOP, _NEO, "Open settings",
        "Enter them here. Whoever looks after this computer's network knows them.",
    ),
    FailureCode.TOO_SLOW: Words(
        "IDEXX Neo took too long to answer. We'll keep trying; nothing is lost.",
        "Nothing to do: the next sync catches up.",
        Route.RETRY, _NEO, "Sync now",
    ),
    FailureCode.TOO_MANY_REQUESTS: Words(
        "IDEXX Neo asked us to slow down. We'll keep trying; nothing is lost.",
        "Nothing to do. If it stays, lower the speed under Settings.",
        Route.RETRY, _NEO, "Sync now",
        "Nothing to do. Try again in a few minutes.",
    ),
    FailureCode.SERVER_PROBLEM: Words(
        "IDEXX Neo has a problem of its own. We'll keep trying; nothing is lost.",
        "Nothing to do: the next sync catches up.",
        Route.RETRY, _NEO, "Sync now",
    ),
    FailureCode.NEO_REFUSED: Words(
        "IDEXX Neo refused what was asked of it and didn't say why. We'll keep trying; nothing is lost.",
        "Nothing to do: the next sync tries again. If it stays, open Neo and look for a message.",
        Route.RETRY, _NEO, "Sync now",
    ),
    FailureCode.LISTS_CLOSED: Words(
        "IDEXX Neo doesn't let this user see the calendar and the list of consultations.",
        "Ask whoever manages Neo to allow both for the user of this program.",
        Route.STOP, _NEO, "Test sign-in",
    ),
    FailureCode.SOMETHING_BETWEEN: Words(
        "Something stands between this computer and IDEXX Neo. We'll keep trying; nothing is lost.",
        "It says nothing about the password. Open Neo in a browser: if a page of a network or a check"
        " comes first, answer it there. Sync now tries again at once.",
        Route.RETRY, _NEO, "Sync now",
        "It says nothing about the password. Open Neo in a browser: if a page of a network or a check"
        " comes first, answer it there, then try again.",
    ),
    FailureCode.NO_BROWSER: Words(
        "No browser was found to sign in with.",
        "Install Microsoft Edge or Google Chrome, or name the browser under Settings.",
        Route.STOP, _NEO, "Open settings",
        "Install Microsoft Edge or Google Chrome, then try again.",
    ),
    FailureCode.BROWSER_CLOSED: Words(
        "The browser that signs in to Neo stopped by itself. We'll keep trying; nothing is lost.",
        "Try again. If it stays, update the browser.",
        Route.RETRY, _NEO, "Sync now",
    ),
    FailureCode.CONSULTATION_UNREADABLE: Words(
        "Neo's record of this visit couldn't be understood.",
        "Open the visit in Neo and check it; it is tried again by itself.",
        Route.ITEM, 3, "Try again",
    ),
    FailureCode.CONSULTATION_MISSING: Words(
        "Neo lists this visit but has no consultation for it any more.",
        "Open the visit in Neo and check it; it is tried again by itself.",
        Route.ITEM, 3, "Try again",
    ),
    FailureCode.CONSULTATION_CLOSED: Words(
        "IDEXX Neo doesn't let this user open this visit.",
        "Ask whoever manages Neo to allow it for the user of this program; it is tried again by itself.",
        Route.ITEM, 3, "Try again",
    ),
    FailureCode.CONSULTATION_UNAVAILABLE: Words(
        "Neo didn't give this visit after three tries.",
        "Try again in a few minutes; it is tried again by itself, too.",
        Route.ITEM, 3, "Try again",
    ),
    FailureCode.VISIT_NOT_SAVED: Words(
        "This visit couldn't be saved in the clinic's records.",
        "Try again. If it stays, prepare details for support.",
        Route.ITEM, 3, "Try again",
    ),
    **RECORDS_WORDS,
    FailureCode.KEY_MISSING: Words(
        "This computer can't unlock the saved password.",
        "Enter it once more, or use the recovery kit.",
        Route.STOP, _KEY, "Enter sign-in",
    ),
    FailureCode.VAULT_LOCKED: Words(
        "The place where this computer keeps passwords is locked.",
        "Unlock this computer's password store: signing out of the computer and in again does that. Then try again.",
        Route.STOP, _KEY, "Try again",
    ),
    FailureCode.KEY_FILE_PUT_BACK: Words(
        "An older copy of this computer's key file (vault.json) was put back.",
        "If you did that yourself, say so under Settings, Neo sign-in (or: idexx-desktop credentials accept-key-file)."
        " If not, tell whoever looks after this computer; then say so all the same, and enter a new Neo password.",
        Route.STOP, _KEY, "Open settings",
        "If you did that yourself, finish setting up this computer; the program asks about it then. If not, tell"
        " whoever looks after this computer first.",
    ),
    FailureCode.VAULT_UNAVAILABLE: Words(
        "This computer has no safe place for passwords.",
        "Ask whoever looks after this computer to switch on its password store, or to start this program with a"
        " passphrase, as the guide says.",
        Route.STOP, _KEY, "Open settings",
    ),
    FailureCode.SEAL_BROKEN: Words(
        "The saved sign-in was changed or damaged, so it isn't used.",
        "Enter the Neo sign-in once more.",
        Route.STOP, _KEY, "Enter sign-in",
    ),
    FailureCode.NOT_APPROVED: Words(
        "This computer can't open the saved Neo sign-in any more.",
        "Enter the Neo sign-in once more, or use the recovery kit.",
        Route.STOP, _KEY, "Enter sign-in",
        on_server=Wording(
            "This computer isn't approved yet to use the clinic's Neo sign-in.",
            "Approve it on a computer that is, use the recovery kit, or start over with the password.",
            "Ask for approval",
        ),
    ),
    FailureCode.COMPUTERS_CHANGED: Words(
        "The saved Neo sign-in isn't the one that this computer trusts, so it isn't used.",
        "Enter the Neo sign-in once more. If nobody put back older records here, tell support.",
        Route.STOP, _KEY, "Enter sign-in",
        on_server=Wording(
            "The list of this clinic's computers isn't the one that this computer trusts, so it isn't used.",
            "If somebody started over on another computer, ask for approval there. If nobody did, tell support.",
            "Ask for approval",
        ),
    ),
    FailureCode.CODE_REFUSED: Words(
        "That code isn't right.",
        "Compare it with what is printed or shown, and type it again.",
        Route.REFUSE, _USAGE,
    ),
    FailureCode.CRASHED: Words(
        "This program or its computer stopped in the middle of this sync.",
        "Nothing to do: what was already saved is kept, and the next sync catches up.",
        Route.RETRY, _OURS, "Sync now",
    ),
    FailureCode.CANCELLED: Words(
        "Stopped by you. What was already saved is kept.",
        "Sync again whenever you like.",
        Route.REFUSE, 130, "Sync now",
    ),
    FailureCode.NO_PROFILE: Words(
        "This computer isn't set up yet.",
        "Open the program, or run: idexx-desktop init.",
        Route.REFUSE, _USAGE, "Set up",
    ),
    FailureCode.ANOTHERS_PROFILE: Words(
        "This profile belongs to another user of this computer.",
        "Nothing was touched. Use this program as that user, or choose a folder of your own (or: idexx-desktop --home"
        " FOLDER).",
        Route.REFUSE, _USAGE,
    ),
    FailureCode.INVALID_INPUT: Words(
        "That can't be used.", "Check what was entered and try again.", Route.REFUSE, _USAGE,
    ),
    FailureCode.HANDED_OVER: Words(
        "This call was already handed over, so it can't be changed here.",
        "Look at the call's state in Discharge calls.",
        Route.REFUSE, _USAGE,
    ),
    FailureCode.TOO_MANY_TESTS: Words(
        "The sign-in was tested ten times within the hour. Wait a while, so that Neo doesn't lock the account.",
        "Try again in an hour.",
        Route.REFUSE, _SIGN_IN,
    ),
    FailureCode.AUDIT_CHANGED: Words(
        "The activity record isn't what this program wrote.",
        "Keep everything as it is and tell support and whoever is responsible for the records.",
        Route.REFUSE, _OURS,
    ),
    FailureCode.BACKUP_NOT_MADE: Words(
        "The backup couldn't be made.",
        "Earlier backups are kept. See that the folder is there and has room, then back up again.",
        Route.REFUSE, _OURS, "Back up now",
    ),
    FailureCode.BACKUP_UNUSABLE: Words(
        "This backup is damaged, so it isn't used.",
        "Nothing was changed. Choose an earlier backup.",
        Route.REFUSE, _OURS,
    ),
    FailureCode.BACKUP_NOT_PROVED: Words(
        "Nobody can prove that your clinic's computer made this backup, so it isn't used.",
        "Give the recovery kit's code, or say that you know where the backup comes from.",
        Route.REFUSE, _USAGE,
    ),
    FailureCode.BACKUP_STATE_UNREADABLE: Words(
        "This computer can't read any more where your daily backups go, so none are made.",
        "Choose the folder again under Settings, Backup.",
        Route.REFUSE, _OURS, "See backups",
        "Finish setting up this computer, then choose the folder again.",
    ),
    FailureCode.CALLING_HOURS_UNREADABLE: Words(
        "This program can't read when the law lets owners be called, so no calls are planned.",
        "Install the program again, or the newest version. Calls that are scheduled already stay as they are.",
        Route.STOP, _OURS,
    ),
    FailureCode.OURS: Words(
        "Something went wrong on our side.",
        "Try again. If it stays, prepare details for support.",
        Route.OURS, _OURS, "Prepare details for support",
    ),
}  # fmt: skip
