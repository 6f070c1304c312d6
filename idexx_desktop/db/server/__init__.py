"""The embedded PostgreSQL: made, started, shared by the programs of a profile, stopped by the last.

It runs PostgreSQL's own programs and knows nothing of tables. `EmbeddedServer` is all that other rooms use.
"""

from idexx_desktop.db.server.account import server_account
from idexx_desktop.db.server.embedded import EmbeddedServer, PasswordStore, ServerAddress, ServerStatus
from idexx_desktop.db.server.installed import checked_programs

__all__ = [
    "EmbeddedServer",
    "PasswordStore",
    "ServerAddress",
    "ServerStatus",
    "checked_programs",
    "server_account",
]
