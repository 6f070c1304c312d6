"""A test that leaves something fails by name, and a run that leaves something fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.run_folder import PREFIX, RunFolder

ROOT = Path(__file__).parents[1]
LEAVING = """
import os, socket, subprocess, sys, tempfile, threading
from pathlib import Path
import pytest

KEPT = []
READ, WRITE = os.pipe()
LASTING = [sys.executable, "-c", "import sys; sys.stdin.read()  # until we have ended"]
STARTING = [sys.executable, "-c", "import subprocess, sys; subprocess.Popen(sys.argv[1:])"]

def test_a_folder(): tempfile.mkdtemp(prefix="idexx-desktop-")
def test_records_of_root(): Path(os.environ["IDEXX_DESKTOP_SYSTEM_DATA"], "0123").mkdir()
def test_a_thread():
    KEPT.append(threading.Event())
    threading.Thread(target=KEPT[-1].wait, name="somebody", daemon=True).start()
def test_a_socket(): KEPT.append(socket.create_server(("127.0.0.1", 0)))
def test_a_child(): KEPT.append(subprocess.Popen(LASTING, stdin=READ))
def test_a_child_of_nobody(): subprocess.run([*STARTING, *LASTING], stdin=READ, check=True)
def test_nothing(tmp_path):
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)):
        Path(name, "file").touch()
    (tmp_path / "of pytest").touch()
    thread = threading.Thread(target=KEPT.clear)
    thread.start()

@pytest.fixture(scope="module")
def shared(): KEPT.append(tempfile.mkdtemp(prefix="shared-"))
def test_what_is_shared_fails_the_run_alone(shared): ...
"""
pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes and sockets are looked at on Linux"
)


def ran(folder: Path, which: str = "") -> subprocess.CompletedProcess[str]:
    """These tests, with the plugin alone; it waits a fifth of a second for what may yet end."""
    (folder / "test_leaving.py").write_text(LEAVING, encoding="utf-8")
    quick = (
        "import tests.support.leftovers as l; l._SECONDS = 0.2; import pytest, sys; sys.exit(pytest.main())"
    )
    options = (
        f"-q -rE -p tests.support.leaving_nothing -p no:randomly -p no:cacheprovider -c {os.devnull}".split()
    )
    tests = f"{folder / 'test_leaving.py'}{which}"
    return subprocess.run(
        [sys.executable, "-c", quick, *options, "--rootdir", str(folder), tests],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_left_is_named_by_the_test_that_left_it(tmp_path: Path) -> None:
    done = ran(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    named = [line for line in done.stdout.splitlines() if line.startswith("ERROR ")]
    names = [line.partition("::")[2].partition(" ")[0] for line in named]
    assert names == [
        "test_a_folder",
        "test_records_of_root",
        "test_a_thread",
        "test_a_socket",
        "test_a_child",
        "test_a_child_of_nobody",
    ]
    assert "8 passed" in done.stdout
    whole, _, run = done.stdout.partition("== ERRORS ==")
    run, _, _ = run.partition("== short test summary")  # says it all again where CI is set
    for words in ("/idexx-desktop-", "/data/0123", "the thread somebody", "listens at ('127.0.0.1'"):
        assert words in run
    assert run.count("until we have ended") == 2
    assert all(
        words in whole for words in ("/idexx-desktop-", "/data/0123", "/shared-", "until we have ended")
    )


def test_nothing_left_is_no_failure(tmp_path: Path) -> None:
    done = ran(tmp_path, "::test_nothing")
    assert done.returncode == 0, done.stdout
    assert "left behind" not in done.stdout


def test_what_a_killed_run_left_goes_with_the_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tests.support.run_folder._MEMORY", tmp_path / "none")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed, running = RunFolder.made(), RunFolder.made()
    assert killed._held is not None
    killed._held.close()  # as its end does
    others = tmp_path / f"{PREFIX}somebody-elses"
    others.mkdir()
    new = RunFolder.made()
    assert set(tmp_path.iterdir()) == {running.path, new.path, others}
    running.remove()
    new.remove()
