"""TLS between a program and a server that has none of its own: a small authority, and a proxy with a certificate."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from idexx_desktop.db.server.account import give_to, server_account
from idexx_desktop.db.server.ports import choose_port
from idexx_desktop.db.server.programs import Programs

# PostgreSQL's own programs on this computer, if any; the ones that the program brings know no TLS
INSTALLED = sorted(
    folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()
)
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class Authority:
    """Signs certificates; `root` is the file that makes others trust them."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.root = folder / f"{name}.crt"
        certificate = self._sign(self._name, self._key, x509.BasicConstraints(ca=True, path_length=0))
        self.root.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, host: str, *, days: int = 1) -> ssl.SSLContext:
        """What a server of this name needs; with `days` below 0 its certificate has expired."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file(host, days=days))
        return context

    def file(self, host: str, *, days: int = 1) -> Path:
        """Key and certificate of a server of this name, made anew."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        alternative = x509.SubjectAlternativeName([x509.DNSName(host)])
        certificate = self._sign(name, key, alternative, days=days)
        file = self._folder / f"{host}{days}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        return file

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        extension: x509.ExtensionType,
        days: int = 1,
    ) -> x509.Certificate:
        end = datetime.now(UTC) + timedelta(days=days)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(end - timedelta(days=3))
            .not_valid_after(end)
            .add_extension(extension, critical=False)
            .sign(self._key, hashes.SHA256())
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """How a proxy answers the question for TLS: b"N", b"S" (then with `tls`), or nothing where it is b""."""

    first: bytes = b"S"
    tls: ssl.SSLContext | None = None


@contextmanager
def tls_server(folder: Path, programs: Path, certificate: Path) -> Iterator[tuple[int, str]]:
    """A PostgreSQL of the computer's own, from `programs`, with TLS; its port, and its superuser's password."""
    account = server_account()
    postgres, password = Programs(programs, account), secrets.token_hex(8)
    place = Path(tempfile.mkdtemp(prefix="tls-server-"))  # not `folder`: another user must get there
    try:
        give_to(place, account)
        keys, word = place / "server.pem", place / "word"
        for path, content in ((keys, certificate.read_bytes()), (word, password.encode())):
            path.write_bytes(content)
            path.chmod(0o600)
            give_to(path, account)
        made = postgres.run(
            "initdb",
            "-D",
            place / "data",
            "-U",
            "postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--auth=scram-sha-256",
            f"--pwfile={word}",
        )
        assert made.ok, made.output
        port = choose_port(folder / "port")
        settings = {
            "port": port,
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": "''",
            "ssl": "on",
            "ssl_cert_file": f"'{keys}'",
            "ssl_key_file": f"'{keys}'",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        started = postgres.run(
            "pg_ctl", "start", "-D", place / "data", "-l", place / "log", "-o", options, "-w"
        )
        assert started.ok, started.output
        try:
            yield port, password
        finally:
            postgres.run("pg_ctl", "stop", "-D", place / "data", "-m", "immediate")
    finally:
        shutil.rmtree(place)


@contextmanager
def proxy(answers: Answers, upstream: tuple[str, int] | None = None) -> Iterator[int]:
    """Listens on 127.0.0.1 and leads on to `upstream`; the port. Without `tls` it stays silent after its answer.

    One thread does it all: two that read and write one TLS connection at the same time break it (Python below 3.13).
    """
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as parts:
        loop = asyncio.new_event_loop()
        serving = loop.create_task(_listen(listener, answers, upstream))
        thread = threading.Thread(target=_until_cancelled, args=(loop, serving))
        thread.start()
        parts.callback(thread.join)
        parts.callback(lambda: loop.call_soon_threadsafe(serving.cancel))
        yield int(listener.getsockname()[1])


def _until_cancelled(loop: asyncio.AbstractEventLoop, serving: asyncio.Task[None]) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner, suppress(asyncio.CancelledError):
        runner.get_loop().run_until_complete(serving)


async def _listen(listener: socket.socket, answers: Answers, upstream: tuple[str, int] | None) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _serve(reader, writer, answers, upstream)
        writer.close()

    async with await asyncio.start_server(serve, sock=listener) as server:
        await server.serve_forever()


async def _serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answers: Answers,
    upstream: tuple[str, int] | None,
) -> None:
    if await reader.readexactly(8) != _SSL_REQUEST:
        return
    writer.write(answers.first)
    if answers.tls is None or upstream is None:
        await reader.read()
        return
    await writer.start_tls(answers.tls)
    from_server, to_server = await asyncio.open_connection(*upstream)
    await asyncio.gather(_copy(reader, to_server), _copy(from_server, writer))


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()
