"""Run by test_keyring_store inside a D-Bus session of its own: prints what a real Secret Service answers."""

from __future__ import annotations

import subprocess
from contextlib import closing

import secretstorage

from idexx_desktop.domain.failures import Failure
from idexx_desktop.vault.keyring_store import KeyringStore, would_ask


def lock_it() -> None:
    with closing(secretstorage.dbus_init()) as connection:
        secretstorage.get_default_collection(connection).lock()


def main() -> None:
    start = ["gnome-keyring-daemon", "--unlock", "--components=secrets"]
    subprocess.run(start, input=b"a made-up login password", check=True, stdout=subprocess.DEVNULL)
    store = KeyringStore("profile-1")
    print(store.description)
    print("missing:", store.get("name"))
    store.set("name", "x" * 999)
    print("kept:", len(store.get("name") or ""))
    store.delete("name")
    print("deleted:", store.get("name"))
    print("would ask:", would_ask())
    lock_it()
    print("would ask:", would_ask())
    try:
        store.get("name")
    except Failure as failure:
        print("locked:", failure.code)


if __name__ == "__main__":
    main()
