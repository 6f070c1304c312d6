"""What tests count as left behind by a browser."""

from __future__ import annotations

import subprocess
import sys

import psycopg

from tests.neo.support import children
from tests.support.postgres import TestServer


def test_a_connection_of_the_tests_own_server_is_none(postgres: TestServer) -> None:
    before = children()
    with psycopg.connect(postgres.url()):
        assert children() == before


def test_anything_else_is() -> None:
    before = children()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert children() - before == {other.pid}
    assert children() == before
