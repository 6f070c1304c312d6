"""The colleague at a database prompt: writes values wherever the database lets a member of the clinic write them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.attacks.columns import Attack, Column, literal

Row = dict[str, str | None]


@dataclass(frozen=True)
class Colleague:
    """`templates`: rows like those that new ones are made of, by table.

    `myself`: the victim's id, and the colleague's in its place; `mine`: the same for rows that others refer to.
    """

    columns: tuple[Column, ...]
    templates: dict[str, list[Row]]
    myself: dict[str, str]
    mine: dict[str, str]

    def carry_out(self, url: str, attacks: Sequence[Attack]) -> int:
        """Try each on every row that there is and on new ones like them; how many rows were written."""
        written = 0
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET statement_timeout = '10s'; SET lock_timeout = '5s'")
            # new rows last, so that they stay as they were meant
            for statement in (
                *map(self._update, attacks),
                *(new for each in attacks for new in self._inserts(each)),
            ):
                # refused is harmless
                with suppress(psycopg.Error):
                    written += max(0, connection.execute(statement).rowcount)
        return written

    def _update(self, attack: Attack) -> sql.Composed:
        """Of every row that there is; refused where the column can only be given to new ones."""
        column, value = attack
        table, name = sql.Identifier("public", column.table), sql.Identifier(column.name)
        return sql.SQL("UPDATE {} SET {} = {}").format(table, name, literal(value, column.type))

    def _inserts(self, attack: Attack) -> Iterator[sql.Composed]:
        """New rows like those that are there."""
        column, value = attack
        if not column.may_insert:
            return
        own = [each for each in self.columns if each.table == column.table and each.may_insert]
        for template in self.templates[column.table]:
            for changes in self._variants(own, template):
                values = {**template, **changes, column.name: value}
                names = [each for each in own if values[each.name] is not None or each == column]
                yield sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier("public", column.table),
                    sql.SQL(", ").join(sql.Identifier(each.name) for each in names),
                    sql.SQL(", ").join(literal(values[each.name], each.type) for each in names),
                )

    def _variants(self, own: list[Column], template: Row) -> Iterator[Row]:
        """In the colleague's own name: with the victim's references, with own ones, and with keys of its own, too."""
        me: Row = {name: self.myself[value] for name, value in template.items() if value in self.myself}
        refers: Row = {name: self.mine[value] for name, value in template.items() if value in self.mine}
        keys: Row = {each.name: f"k:{uuid4()}" for each in own if each.in_key and each.type == "text"}
        yield me
        yield {**me, **refers}
        yield {**me, **refers, **keys}


class Listener:
    """Takes every connection and keeps what was sent."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.received: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """Until the block ends."""
        self._thread.start()
        try:
            yield self
        finally:
            # shutdown wakes accept, which closing alone does not
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, suppress(OSError):
                    connection.settimeout(1.0)
                    self.received.append(connection.recv(65536))


@dataclass
class Traps:
    """Where secrets must not go, and what must not be executed."""

    listener: Listener
    folder: Path
    program: Path = field(init=False)

    def __post_init__(self) -> None:
        self.program = self.folder / "not-a-browser.sh"
        self.program.write_text(f"#!/bin/sh\necho executed >> '{self._marker}'\n")
        self.program.chmod(0o755)

    @property
    def _marker(self) -> Path:
        return self.folder / "executed"

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses that lead to the attacker."""
        where = f"127.0.0.1:{self.listener.port}"
        return (
            f"http://{where}",
            f"https://{where}",
            "https://us.idexxneo.com.attacker.example",
            "file:///etc/passwd",
        )

    def sprung(self) -> list[str]:
        """What got here since the last time, in words."""
        found = [f"{len(data)} bytes reached the attacker" for data in self.listener.received]
        self.listener.received.clear()
        if self._marker.exists():
            self._marker.unlink()
            found.append("the attacker's program was executed")
        return found
