"""Another user of this computer, as a real process: without rights of ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

NOBODY = 64_999  # nobody has this id; it is not that of our server's user either
# the libraries before the rights: an interpreter may lie in a folder that is closed to others
_BECOME = f"""
import os, pathlib, selectors, socket, struct, sys, time
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
"""
# takes up a server's connections: argv is port, how many, whether they begin to sign in, whether they come back
FLOOD = """
port, count, begins, again = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "begins", sys.argv[4] == "again"
names = b"user\\0postgres\\0database\\0postgres\\0\\0"
hello = struct.pack("!ii", 8 + len(names), 196608) + names
def come(held):
    connection = socket.socket()
    connection.connect(("127.0.0.1", port))
    if begins:
        connection.sendall(hello)
    connection.setblocking(False)
    held.register(connection, selectors.EVENT_READ)
held = selectors.DefaultSelector()
for _ in range(count):
    come(held)
print("held", flush=True)
while True:
    for key, _ in held.select():
        try:
            ended = not key.fileobj.recv(65536)
        except OSError:
            ended = True
        if ended:
            held.unregister(key.fileobj)
            key.fileobj.close()
            if again:
                come(held)
"""
# takes a name in the file system for a socket, and says nothing to who connects
SQUAT = """
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
listener.listen(50)
print("held", flush=True)
while True:
    connection, _ = listener.accept()
"""


@contextmanager
def another_user(program: str, *arguments: str) -> Iterator[IO[str]]:
    """Runs this Python text until it has printed its first line, and on; its output.

    Only root can be somebody else: for others it is one more process of theirs.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _BECOME + program, *arguments], stdout=subprocess.PIPE, text=True, cwd="/"
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "held\n"
        yield process.stdout
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
