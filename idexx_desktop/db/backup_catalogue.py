"""Whether a copy's catalogue is that of a server of ours: a copy brings code that runs when it is used, too."""

from __future__ import annotations

from idexx_desktop.db import embedded, migrate, provision
from idexx_desktop.db.catalogue import Catalogue, catalogue_of, strangers
from idexx_desktop.db.server import ServerAddress
from idexx_desktop.db.server.backup import Workshop
from idexx_desktop.domain.failures import Failure, FailureCode

_STRANGE = "This backup holds things that this program didn't make, so it isn't used."
_LOOK = "Nothing was changed. Choose another backup, and let support look at this one."
# of the servers that this program has made to compare with: by program, version and revision
_known: dict[tuple[str, str, str], Catalogue] = {}


def require_ours(shop: Workshop, trial: ServerAddress, revision: str, login: str, *, whole: bool) -> None:
    """BACKUP_UNUSABLE where something is there that a server of ours at this revision doesn't have, or lacks something.

    `trial` runs on the copy, and nobody has connected to it yet. `whole`: what came with the server is looked at, too;
    for a copy that nobody can prove.
    """
    version = shop.cluster.programs.version()
    major = version.partition(".")[0]
    key = (str(shop.cluster.programs.folder), version, revision)
    if key not in _known:
        with shop.fresh(trial.passwords) as address:
            _prepare(address, revision)
            _known[key] = catalogue_of(address, login, major)
    try:
        found = strangers(catalogue_of(trial, login, major), _known[key], whole=whole)
    except Failure as failure:
        raise Failure(FailureCode.BACKUP_UNUSABLE, "its catalogue can't be read") from failure
    if found:
        raise Failure(FailureCode.BACKUP_UNUSABLE, ", ".join(found), title=_STRANGE, advice=_LOOK)


def _prepare(address: ServerAddress, revision: str) -> None:
    embedded.make_database(address)
    owner = embedded.owner_url(address)
    if revision == migrate.head():
        provision.prepare(owner)
    else:
        migrate.upgrade(owner, to=revision)
