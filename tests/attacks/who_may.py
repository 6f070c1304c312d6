"""The document of who may do what, from the same table of expectations that the matrix is checked with."""

from __future__ import annotations

from tests.attacks.expectations import HOST
from tests.attacks.rows import BY_FUNCTION, TABLES, Rules

ANYBODY = "user, admin, service"
# function of `idexx_app`: who may call it, what it tells or does; all others are for the owner alone
FUNCTIONS: dict[str, tuple[str, str]] = {
    "audit": (
        ANYBODY,
        "adds a row to the activity record, in the caller's own name, of an act that is the caller's to record",
    ),
    "audit_chain_heads": (ANYBODY, "where the caller's chain of the record ends; for an admin every chain"),
    "audit_checkpoints": (
        ANYBODY,
        "where the caller's chain begins after retention; for an admin every chain",
    ),
    "calls_of_visits": (
        ANYBODY,
        "tells which calls visits of the caller's clinic have: their state, their time, which of the numbers that the"
        " caller names they go to, and whether their account has left",
    ),
    "claim_visit": (
        ANYBODY,
        "tells the call that a visit of the caller's clinic has; nothing is claimed by it",
    ),
    "decide_visit": (ANYBODY, "decides about a visit of the caller's clinic, in the caller's own name, now"),
    "credential_states": (
        ANYBODY,
        "state and dates of all Neo sign-ins, never a secret: for admins; others get none",
    ),
    "current_user_id": (ANYBODY, "who the caller is"),
    "follow_claims": (ANYBODY, "the caller's own calls go on under the key that their visit has now"),
    "hold_lease": (
        ANYBODY,
        "keeps the sync of the caller's clinic from being taken over in this transaction",
    ),
    "is_admin": (ANYBODY, "whether the caller is an admin"),
    "is_service": (ANYBODY, "whether the caller is a service of this database"),
    "lease_state": (ANYBODY, "who syncs the caller's clinic now, by name and login"),
    "may_write": (ANYBODY, "whether a version of the program may write"),
    "my_clinics": (ANYBODY, "the clinics that the caller is a member of"),
    "others_cases": (
        ANYBODY,
        "which appointments have a case of another account of the caller's clinic, and whether calls are on for it",
    ),
    "place_audit_hold": ("admin", "keeps rows of the record from being removed"),
    "max_attempts": (ANYBODY, "how often the owners of a clinic are tried"),
    "record_call_try": (
        ANYBODY,
        "writes what came of a call of the caller's own, which goes on or is completed",
    ),
    "agree_unreached": (ANYBODY, "says of the caller's own calls that their owners couldn't be reached"),
    "undo_agreement": (ANYBODY, "takes that back"),
    "record_call_outcome": (ANYBODY, "completes a queued call of the caller's own with what came of it"),
    "record_opt_out": (ANYBODY, "keeps a number from being called by the caller's clinic"),
    "place_visits": (
        ANYBODY,
        "says which visits a queued call of the caller's is about, unless a colleague was quicker",
    ),
    "release_audit_hold": ("admin", "ends that"),
    "release_lease": (ANYBODY, "ends the caller's own sync"),
    "release_visits": (ANYBODY, "takes visits off a call of the caller's"),
    "renew_lease": (ANYBODY, "goes on with the caller's own sync, unless it makes no progress"),
    "revisions": (
        ANYBODY,
        "how often each topic of the caller's clinics was written, and nothing of what; for an admin of all clinics",
    ),
    "require_member": (ANYBODY, "fails unless the caller is a member of a clinic"),
    "schema_revision": (ANYBODY, "the revision of the schema"),
    "shared_call": (
        ANYBODY,
        "the state of the colleague's call that a visit of the caller's rests on; for an admin of every visit",
    ),
    "shared_call_end": (
        ANYBODY,
        "the word with which the colleague's call ended that a visit of the caller's rests on, NULL while it is open;"
        " for an admin of every visit",
    ),
    "calls_by_slot": (
        ANYBODY,
        "how many calls the other accounts of the caller's clinic have queued in each quarter of an hour, and nothing"
        " of which",
    ),
    "take_lease": (ANYBODY, "starts a sync of the caller's clinic, unless somebody else syncs it"),
    "hold_unread_calls": (
        ANYBODY,
        "holds the calls of colleagues in the caller's clinic that are due within ten minutes, or were, and whose"
        " visits were not read in the 45 minutes before: by their rows and the server's clock alone",
    ),
    "note_neo_fields": (
        ANYBODY,
        "writes names and kinds of Neo's fields into the diary of the caller's clinic, 1000 at most",
    ),
    "note_neo_values": (
        ANYBODY,
        "writes values of Neo's that aren't known into the list of the caller's clinic, 200 at most, unanswered",
    ),
    "answer_neo_value": (
        ANYBODY,
        "what such a value means in the caller's clinic, in the caller's name, recorded; it makes no telling value"
        " harmless",
    ),
    "note_practice_words": (
        ANYBODY,
        "writes types of appointment and products into the list of the caller's clinic, 500 at most, unanswered",
    ),
    "answer_practice_word": (
        ANYBODY,
        "what such a word means in the caller's clinic, in the caller's name, recorded; it makes no sign of death"
        " harmless",
    ),
    "answer_sentence": (
        ANYBODY,
        "that a sentence, by its fingerprint, tells nothing of its animal in records of the caller's clinic, in the"
        " caller's name, recorded; 2000 at most; it makes nothing harmless that leaves no doubt",
    ),
    "tell_wrong_number": (
        ANYBODY,
        "that somebody else answers at a number, in the caller's name, recorded; 5000 at most: the caller's clinic"
        " calls it no more, and calls to it that colleagues have queued are held",
    ),
    "number_is_right": (ANYBODY, "takes that back, in the caller's name, recorded"),
    "keep_owner_contact": (
        ANYBODY,
        "which number the caller's clinic calls in place of one that Neo has, and in which part of the day, in the"
        " caller's name, recorded; 5000 at most; opt-outs and wrong numbers hold whatever it says",
    ),
    "calls_to_numbers": (
        ANYBODY,
        "how many calls the other accounts of the caller's clinic made or have queued to numbers that the caller names,"
        " by day, and nothing of which",
    ),
    "tell_death": (
        ANYBODY,
        "that the pet of a visit of the caller's own has died, for every account of the clinic, in the caller's name,"
        " recorded; whose pet it was is copied from that visit",
    ),
    "withdraw_death": (ANYBODY, "takes back what was told of a death in the caller's clinic, recorded"),
    "note_card": (ANYBODY, "whether a card was sent, in the caller's name, recorded"),
    "deaths_of_visit": (ANYBODY, "what was told in the clinic of the pet of a visit of the caller's own"),
    "visits_of_deaths": (ANYBODY, "the keys of the caller's own visits that deaths of the clinic concern"),
    "misjudged_visits": (
        ANYBODY,
        "the keys of the caller's own visits that say of a death what its program hasn't decided",
    ),
    "stop_calls_of_dead": (
        ANYBODY,
        "stops queued calls of the clinic about pets of which a member told that they have died, and holds those about"
        " other pets of their owners until a person decides",
    ),
    "claim_call": (
        ANYBODY,
        "that the caller is calling about a call of their own, for ten minutes and in their own name, recorded; or who"
        " else of the clinic is, about the same call or at its number",
    ),
    "release_call": (ANYBODY, "ends a claim of the caller's own, recorded"),
    "claims_of_calls": (
        ANYBODY,
        "which calls of the caller's own somebody of the clinic is calling about, or at the number of, by name and"
        " computer; for how long they have been",
    ),
    "open_concern": (
        ANYBODY,
        "opens what an owner was concerned about in a call of the caller's own, in the caller's name, for the caller's"
        " clinic",
    ),
    "end_concern": (
        ANYBODY,
        "closes a concern of the caller's clinic with what was done about it, or opens it again, in the caller's name,"
        " recorded",
    ),
    "undo_concern_end": (
        ANYBODY,
        "takes back what was said last of a concern of the caller's clinic, in the caller's name, recorded",
    ),
    "save_question_set": (
        ANYBODY,
        "another version of the questions about a kind of visit in the caller's clinic, 500 at most, in the caller's"
        " name, recorded; nothing where somebody else saved since; the versions before stay",
    ),
    "keep_question_set": (
        ANYBODY,
        "writes questions down as the program brings them, so that they can be answered; they hold nowhere by that",
    ),
    "undo_question_set": (
        ANYBODY,
        "takes the last version of the questions about a kind back in the caller's clinic, recorded; the one before"
        " holds again",
    ),
    "look_over_questions": (
        ANYBODY,
        "whether a vet has looked over a set of questions of the caller's clinic, in the caller's name, recorded",
    ),
    "record_call_answers": (
        ANYBODY,
        "what was answered in the caller's own last try of a call, once, as the clinic's questions ask it, in the"
        " caller's name, recorded",
    ),
    "record_consent": (
        ANYBODY,
        "that an owner agreed to be called or texted by the caller's clinic, in the caller's name and at the server's"
        " time, recorded; it makes no call, and takes back no opt-out",
    ),
    "stop_opted_out_calls": (
        ANYBODY,
        "takes back queued calls of the caller's clinic to numbers that opted out there, recorded; it makes none",
    ),
    "withdraw_consent": (ANYBODY, "ends a consent of the caller's clinic, in the caller's name, recorded"),
    "may_rename_clinic": (
        ANYBODY,
        "whether the caller is an admin of the clinic and its name is ours to correct",
    ),
    "rename_clinic": (
        ANYBODY,
        "corrects the name of a clinic that the caller is an admin of; a platform's own only where the platform let"
        " `idexx_owner` do so",
    ),
    "undo_decision": (
        ANYBODY,
        "takes back what was decided about a visit of the caller's clinic; what that had replaced holds again",
    ),
    "undo_call_outcome": (
        ANYBODY,
        "takes the caller's own last result of a call back, and queues the call again",
    ),
    "withdraw_decision": (ANYBODY, "takes back what was decided about a visit of the caller's clinic"),
    "withdraw_opt_out": (ANYBODY, "ends an opt-out of the caller's clinic"),
}
KINDS = {"own": "own", "clinic": "of own clinics", "both": "own, in own clinics"}
COMMANDS = {"SELECT": "read", "INSERT": "add", "UPDATE": "change", "DELETE": "remove"}

_HEAD = """\
# Who may do what

Generated by `python -m tests.documents` from the table of expectations in `tests/attacks`; tests check both the
document and the database against it: every table, every command, every identity, on our own database and on an
adopted one.

Who somebody is follows from their PostgreSQL login alone, by a table that only the owner reads and writes. Logins
are in one of three groups: `idexx_user`, `idexx_user` with `idexx_admin`, or `idexx_service` (servers only; no
clinic's computer works with such a login). The groups belong to the server; what a login is in this database says the
same table, at each statement anew: a login that was made for another database of the server is nobody here.

## Tables

*A user* works with rows of their own (by `user_id`), or with rows that the members of a clinic share. *An admin* is
a user who reads everybody's rows besides. Nobody but a service writes an `id`, gives a row to somebody else, says
that somebody else wrote it, or refers to a row that they don't see.

| Table | A user's rows | A user may | An admin besides | A service |
|---|---|---|---|---|
"""
_STRANGERS = """
Of all these tables, these see and change **nothing**:

- a login in our groups that is mapped to nobody in this database, or was deactivated; of its open connections those are
  ended that would go on to see what they saw before
- a login in none of our groups, whoever it is mapped to: it is refused
- the gateway `authenticator`, where the owner has not said that it is trusted, and everywhere without claims, with
  empty ones or malformed ones. With a user's verified claims it is that user, and never an admin

On tables of a platform that was there before us ({host})
the same holds for our logins, whatever the platform's own policies and grants allow; what they allow to others is as
it was. The platform's own functions and views are its own: what it lets everybody call or read, our logins may, too.

`idexx_owner` owns the tables and is no login: migrations and the functions below work as it.

## Functions

Every table of the schema `idexx_app` (logins, leases, claims, heads, holds, ...) is closed to all of the above,
other than by these functions:

| Function | May be called by | What it does |
|---|---|---|
"""
_KNOWN = """
## What can be told nevertheless

- How many rows a table has in all, and how the planner guesses at them: PostgreSQL shows that to every login.
- A member of a clinic learns which calls and cases other accounts of the same clinic have for a visit, and their state:
  there is one call a visit.
- On a platform's own tables, what its own unique keys and grants tell: with a key over the appointments of all clinics,
  that an appointment of this number was synced by somebody.
"""


def who_may_do_what() -> str:
    """The document."""
    tables = "".join(_line(table, rules) for table, rules in TABLES.items())
    strangers = _STRANGERS.format(host=", ".join(f"`{table}`" for table in TABLES if table in HOST))
    functions = "".join(f"| `{name}` | {who} | {what} |\n" for name, (who, what) in FUNCTIONS.items())
    return _HEAD + tables + strangers + functions + _KNOWN


def _line(table: str, rules: Rules) -> str:
    commands = ", ".join(word for command, word in COMMANDS.items() if command in rules.commands)
    admin = "reads all" if rules.admin_reads else "nothing"
    service = "reads all" if table in BY_FUNCTION else "everything"
    return f"| `{table}` | {KINDS[rules.kind]} | {commands} | {admin} | {service} |\n"
