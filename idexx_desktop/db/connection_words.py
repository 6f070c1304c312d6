"""What each thing on the way to the records means: for the practice manager, and for whoever runs the server."""

from __future__ import annotations

from dataclasses import dataclass

from idexx_desktop.db.connecting import Parameters, channel_binding_of, is_on_this_computer
from idexx_desktop.domain.connection import ConnectionPart, ConnectionStep, RecordsPlace

_LOOKS_LIKE = (
    "It looks like postgresql://login:password@server:5432/database?sslmode=verify-full;"
    " whoever runs the server gives it to you."
)
_ROOT = (
    "Whoever runs the server gives you the certificate of its authority as a file: add &sslrootcert= and the file's"
    " path at the end of the address. If a public authority signed it, add &sslrootcert=system."
)
_BINDING = "Without channel_binding in the address the server itself must prove who it is, which is safer."
_READABLE = "This server asks for the password in a way that somebody could read. It wasn't sent."
_OTHERWISE = "This server wants another kind of sign-in than the one that keeps the password to itself."
_NO_PROOF = "What answers at {server} didn't prove that it knows the password of “{login}”. It wasn't sent."
_SCRAM = (
    "Whoever runs the server sets scram-sha-256 for this login in pg_hba.conf (and password_encryption), and then its"
    " password anew. If nothing was changed there, something else answers in the server's place."
)
_CHECK = (
    "Check the address. If it is right, something else answers in the server's place: tell whoever runs it."
)
TAKE_RIGHTS_BACK = "Its owner runs once more: idexx-desktop db prepare. That takes these rights back."


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a phrase of libpq's or the server's stands for; {server}, {host}, {database} and {login} are filled in."""

    phrase: str
    part: ConnectionPart
    words: str
    advice: str


# the first whose phrase is in the message, both in lower case
_MEANINGS = (
    _Meaning("server does not support ssl", ConnectionPart.TLS,
             "The server doesn't offer encryption.",
             "Whoever runs the server must switch TLS on (ssl = on) and give it a certificate."),
    _Meaning("root certificate", ConnectionPart.TLS,
             "This computer has no certificate to check the server with.", _ROOT),
    _Meaning("certificate verify failed", ConnectionPart.TLS,
             "This computer doesn't trust the server's certificate.",
             f"It has expired, or this computer doesn't know who signed it. {_ROOT}"),
    _Meaning("does not match host name", ConnectionPart.TLS,
             "The server's certificate is for another name than “{host}”.",
             "Write the name that is in the certificate, or whoever runs the server gets one for this name."),
    _Meaning("invalid response to ssl", ConnectionPart.TLS,
             "What answers at {server} is no PostgreSQL server.",
             "Check the name and the port in the address."),
    _Meaning("ssl error", ConnectionPart.TLS,
             "Encryption with the server couldn't be set up.",
             "Whoever runs the server finds the reason in its log; it must offer TLS 1.2 or newer."),
    _Meaning("channel binding", ConnectionPart.TLS,
             "The server's proof isn't bound to the encryption, so somebody in between could read along.",
             "Give the server's own address, not that of a pooler or proxy in front of it. If whoever runs the server"
             " wants that one to be used, they add &channel_binding=prefer at the end of the address."),
    _Meaning("requested a cleartext password", ConnectionPart.PASSWORD, _READABLE, _SCRAM),
    _Meaning("requested a hashed password", ConnectionPart.PASSWORD, _READABLE, _SCRAM),
    _Meaning("did not complete authentication", ConnectionPart.PASSWORD,
             "What answers at {server} lets anybody in, and didn't prove to be the clinic's server.", _SCRAM),
    _Meaning("authentication method requirement", ConnectionPart.PASSWORD, _OTHERWISE, _SCRAM),
    _Meaning("sasl authentication mechanisms", ConnectionPart.PASSWORD, _OTHERWISE, _SCRAM),
    _Meaning("scram", ConnectionPart.PASSWORD, _NO_PROOF, _CHECK),
    _Meaning("server signature", ConnectionPart.PASSWORD, _NO_PROOF, _CHECK),
    _Meaning("no password supplied", ConnectionPart.PASSWORD,
             "The address has no password.",
             "Write it after the login: postgresql://login:password@server…"),
    _Meaning("is not permitted to log in", ConnectionPart.PASSWORD,
             "The login “{login}” was switched off.",
             "The owner of the records lets the person in again by adding them anew."),
    _Meaning("authentication failed", ConnectionPart.PASSWORD,
             "The server didn't accept the login “{login}” with this password.",
             "Check both; in an address a password's @ is written %40, its / %2F. The owner of the records can set a"
             " new password by adding the person anew."),
    _Meaning("pg_hba.conf", ConnectionPart.PASSWORD,
             "The server doesn't let “{login}” in from this computer.",
             "Whoever runs the server must allow this computer, login and database in pg_hba.conf"
             " (hostssl, scram-sha-256)."),
    _Meaning("permission denied for database", ConnectionPart.PASSWORD,
             "The login “{login}” may not use the database “{database}”.",
             "The owner of the records gives that right by adding the person anew."),
    _Meaning("too many connections for role", ConnectionPart.PASSWORD,
             "The login “{login}” has as many connections as it may have, so there is no room for another.",
             "Close the program where else it runs with this login, and try again in a minute. The owner of the records"
             " can allow more by adding the person anew: idexx-desktop users add --connections."),
    _Meaning("too many", ConnectionPart.PASSWORD,
             "The server has no room for another connection.",
             "Try again in a minute. If it stays, whoever runs the server must allow more connections."),
    _Meaning("reserved for roles", ConnectionPart.PASSWORD,
             "The server has no room for another connection.",
             "Try again in a minute. If it stays, whoever runs the server must allow more connections."),
    _Meaning("starting up", ConnectionPart.PASSWORD,
             "The server is just starting.", "Try again in a minute."),
    _Meaning("shutting down", ConnectionPart.PASSWORD,
             "The server is just stopping.", "Try again once whoever runs the server has started it again."),
)  # fmt: skip


def place_of(parameters: Parameters) -> RecordsPlace:
    """Where the address leads, without its password."""
    hosts = str(parameters.get("host") or parameters.get("hostaddr") or "").split(",")
    named = [host for host in hosts if host and not host.startswith(("/", "@"))]
    database = str(parameters.get("dbname") or parameters.get("user") or "")
    return RecordsPlace(" or ".join(named), database, str(parameters.get("user") or ""))


def no_address(detail: str) -> ConnectionStep:
    """It can't be read as an address."""
    return ConnectionStep(
        ConnectionPart.ADDRESS, False, f"This address can't be used: {detail}.", _LOOKS_LIKE
    )


def answers(server: str) -> ConnectionStep:
    """Something listens there."""
    return ConnectionStep(ConnectionPart.ADDRESS, True, f"{server} answers.")


def name_unknown(host: str) -> ConnectionStep:
    """No name server knows the host."""
    return ConnectionStep(
        ConnectionPart.ADDRESS,
        False,
        f"There is no computer of the name “{host}” to be found.",
        "Check the name in the address, and that this computer is on the clinic's network.",
    )


def refused(server: str) -> ConnectionStep:
    """The computer is there, and nothing listens."""
    return ConnectionStep(
        ConnectionPart.ADDRESS,
        False,
        f"The computer is there, but no database answers at {server}.",
        "Whoever runs the server must see that PostgreSQL is on and listens on the network (listen_addresses, port).",
    )


def silent(server: str) -> ConnectionStep:
    """Nobody answers at all."""
    return ConnectionStep(
        ConnectionPart.ADDRESS,
        False,
        f"{server} doesn't answer.",
        "Check that the server is on and this computer is on the clinic's network; whoever runs the server must let"
        " this computer through its firewall.",
    )


def no_way(server: str) -> ConnectionStep:
    """This computer's own network doesn't lead there."""
    return ConnectionStep(
        ConnectionPart.ADDRESS,
        False,
        f"This computer has no way to {server}.",
        "Check this computer's network cable, Wi-Fi or VPN.",
    )


def encryption_missing(url: str, parameters: Parameters) -> ConnectionStep:
    """The address would send password and records over the network for everybody to read, or to anybody."""
    mode = parameters.get("sslmode")
    if mode:
        advice = f"In the address, write sslmode=verify-full instead of sslmode={mode}."
    else:
        advice = f"Write {'&' if '?' in url else '?'}sslmode=verify-full at the end of the address."
    words = "The address doesn't ask for encryption and a server that proves its name, which a network needs."
    return ConnectionStep(ConnectionPart.TLS, False, words, advice)


def encrypted(parameters: Parameters) -> ConnectionStep:
    """The way is safe."""
    if parameters.get("sslmode") != "verify-full" and is_on_this_computer(parameters):
        words = "The records are on this computer; nothing goes over a network."
    elif channel_binding_of(parameters) == "require":
        words = "The way is encrypted, and the server proved its name."
    else:
        words = "The way is encrypted up to the first server, which proved its name; the address allows one in between."
        return ConnectionStep(ConnectionPart.TLS, True, words, _BINDING)
    return ConnectionStep(ConnectionPart.TLS, True, words)


def not_connected(message: str, server: str, parameters: Parameters) -> ConnectionStep:
    """What a failed attempt to sign in means, by the words of libpq or of the server."""
    place, lower = place_of(parameters), message.lower()
    for meaning in _MEANINGS:
        if meaning.phrase in lower:
            words = meaning.words.format(
                server=server, host=place.host, database=place.database, login=place.login
            )
            return ConnectionStep(meaning.part, False, words, meaning.advice)
    if 'database "' in lower and "does not exist" in lower:
        words = f"The server has no database named “{place.database}”."
        advice = "Check the name after the last / of the address, before any question mark."
        return ConnectionStep(ConnectionPart.PASSWORD, False, words, advice)
    encrypts = parameters.get("sslmode") == "verify-full"
    # what the server itself says comes after encryption, in a language of its own
    part = ConnectionPart.TLS if encrypts and "fatal" not in lower else ConnectionPart.PASSWORD
    if "timeout" in lower or "timed out" in lower:
        words = f"Something answers at {server}, but doesn't go on to talk."
        advice = "Try again. If it stays, whoever runs the server must see what stands between: proxy, firewall, load."
    else:
        words = f"{server} broke the connection off."
        advice = (
            "Check the whole address. If it is right, whoever runs the server finds the reason in its log."
        )
    return ConnectionStep(part, False, words, advice)


def broken_off(part: ConnectionPart, detail: str) -> ConnectionStep:
    """The connection was lost in the middle of the test, or the server didn't answer a question of it."""
    advice = "Try again. If it stays, the owner of the records runs: idexx-desktop db prepare."
    return ConnectionStep(part, False, f"The test couldn't go on here ({detail}).", advice)


def signed_in(login: str) -> ConnectionStep:
    """The server knows login and password."""
    return ConnectionStep(ConnectionPart.PASSWORD, True, f"Signed in as “{login}”.")


def may_use(login: str, too_much: str) -> ConnectionStep:
    """Whether the program may use a login that can do as much."""
    if too_much:
        return ConnectionStep(
            ConnectionPart.ROLE,
            False,
            f"“{login}” is {too_much}. The program refuses it: row security must hold for its login.",
            "The owner of the records makes a login for the program: idexx-desktop users add --role user.",
        )
    return ConnectionStep(ConnectionPart.ROLE, True, "The login can do no more than it should.")


def may_manage(login: str, manages: bool) -> ConnectionStep:
    """Whether a login is the owner's."""
    if not manages:
        return ConnectionStep(
            ConnectionPart.ROLE,
            False,
            f"“{login}” may not manage people.",
            "Enter the address of the owner of the records: the login that prepared the database.",
        )
    return ConnectionStep(ConnectionPart.ROLE, True, "The login may manage people.")


def never_prepared(database: str) -> ConnectionStep:
    """An empty database, or a platform's, without our part."""
    return ConnectionStep(
        ConnectionPart.MIGRATION,
        False,
        f"The database “{database}” was never prepared for this program.",
        "Check that it is the right one; then its owner runs: idexx-desktop db prepare.",
    )


def prepared(database: str, *, behind: bool) -> ConnectionStep:
    """By this version, or by an older one."""
    if behind:
        return ConnectionStep(
            ConnectionPart.MIGRATION,
            False,
            f"The database “{database}” was prepared for an older version of this program.",
            "Its owner runs once more: idexx-desktop db prepare.",
        )
    return ConnectionStep(ConnectionPart.MIGRATION, True, f"The database “{database}” is prepared.")


def open_to(database: str, others: list[str]) -> ConnectionStep:
    """Prepared, but rights came to others since, or by themselves."""
    return ConnectionStep(
        ConnectionPart.MIGRATION,
        True,
        f"The database “{database}” is prepared, but gives rights on this program's records to {', '.join(others)}.",
        TAKE_RIGHTS_BACK,
    )


def prepared_by_newer() -> ConnectionStep:
    """Reading goes on; writing waits for an update."""
    return ConnectionStep(
        ConnectionPart.MIGRATION,
        True,
        "A newer version of this program prepared the database, so this one only reads.",
        "Update the program on this computer.",
    )


def not_in_group(login: str) -> ConnectionStep:
    """A login of the server that has nothing to do with us."""
    return ConnectionStep(
        ConnectionPart.PERSON,
        False,
        f"“{login}” is a login of the server, but none of this program's (group idexx_user).",
        "The owner of the records adds the person with this login.",
    )


def nobody(login: str) -> ConnectionStep:
    """Not mapped, or not any more."""
    return ConnectionStep(
        ConnectionPart.PERSON,
        False,
        f"No active person belongs to the login “{login}”.",
        "The owner of the records adds the person; somebody who was deactivated is let in again the same way.",
    )


def person(email: str, clinics: list[str]) -> ConnectionStep:
    """Who it is, and for which clinics."""
    if not clinics:
        return ConnectionStep(
            ConnectionPart.PERSON,
            False,
            f"{email} belongs to no clinic.",
            "The owner of the records adds the person once more and names the clinic.",
        )
    return ConnectionStep(ConnectionPart.PERSON, True, f"{email}, for {', '.join(clinics)}.")
