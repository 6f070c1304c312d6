"""Standard streams as they may be: nothing is a crash, and the exit code says what happened."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from idexx_desktop import streams
from idexx_desktop.cli import output
from idexx_desktop.cli.output import Answer
from idexx_desktop.domain.failures import Failure, FailureCode

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
NAME = "Zoë Łukasz 猫 \N{DOG FACE}"
# as `main` does it: print, and leave nothing for Python's own end
PROGRAM = """
import sys
from idexx_desktop import streams
streams.prepare()
streams.say("beside it")
written = streams.write([sys.argv[1]] * int(sys.argv[2]), encoding=sys.argv[3] or None)
sys.exit(0 if written and streams.flush() else streams.NOT_WRITTEN)
"""


def run(
    shell: str, *, encoding: str = "utf-8", count: int = 1, as_json: bool = False
) -> tuple[int, bytes, bytes]:
    """That program with its streams as this piece of shell makes them: exit code, and what it wrote."""
    words = [sys.executable, "-c", PROGRAM, NAME, str(count), "utf-8" if as_json else ""]
    ran = subprocess.run(
        ["bash", "-c", f'set -o pipefail; "$@" {shell}', "bash", *words],
        env={"PYTHONIOENCODING": encoding, "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert b"Traceback" not in ran.stderr
    assert b"Exception ignored" not in ran.stderr
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "cp437", "utf-8"])
def test_text_in_an_encoding_that_knows_few_signs(encoding: str) -> None:
    code, out, _ = run("", encoding=encoding)
    assert (code, out) == (0, f"{NAME}\n".encode(encoding, "replace"))


def test_json_is_always_utf_8() -> None:
    assert run("", encoding="cp1252", as_json=True)[:2] == (0, f"{NAME}\n".encode())


@pytest.mark.parametrize(
    ("shell", "count", "expected"),
    [
        ("| head -c 10", 100_000, 0),
        ("> /dev/full", 1, streams.NOT_WRITTEN),
        ("> /dev/full", 100_000, streams.NOT_WRITTEN),
        (">&-", 1, 0),
        ("2>&-", 1, 0),
        ("<&-", 1, 0),
        ("<&- >&- 2>&-", 1, 0),
        ("2> /dev/full", 1, 0),
        ("> /dev/full 2> /dev/full", 1, streams.NOT_WRITTEN),
    ],
)
def test_streams_that_are_full_closed_or_broken_off(shell: str, count: int, expected: int) -> None:
    code, _, err = run(shell, count=count)
    assert code == expected
    assert (b"What was asked for was done." in err) == (expected != 0 and "2>" not in shell)


def test_a_closed_number_is_nobody_elses(tmp_path: Path) -> None:
    """Else a file of ours would be a child's standard output."""
    mine = tmp_path / "mine"
    program = (
        "import subprocess, sys; from idexx_desktop import streams; streams.prepare();"
        "file = open(sys.argv[1], 'w'); subprocess.run(['echo', 'not here'], check=True); sys.exit(file.fileno() < 3)"
    )
    ran = subprocess.run(
        ["bash", "-c", '"$@" <&- >&- 2>&-', "bash", sys.executable, "-c", program, str(mine)], check=False
    )
    assert ran.returncode == 0
    assert mine.read_text() == ""


class Broken(io.StringIO):
    """Whatever is written to it is refused."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def write(self, _text: str) -> int:
        raise self._error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BrokenPipeError(), 3),
        (OSError(5, "Input/output error"), 3),
        (ValueError("I/O operation on closed file"), 3),
    ],
)
def test_the_exit_code_of_what_was_done_comes_first(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: int
) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(error))
    monkeypatch.setattr(sys, "stderr", Broken(error))
    assert output.show(Answer(["x"], exit_code=code), as_json=False) == code
    assert output.show_failure(Failure(FailureCode.WRONG_PASSWORD), as_json=False) == 4
    assert output.show_failure(Failure(FailureCode.WRONG_PASSWORD), as_json=True) == 4


def test_a_document_for_scripts_on_a_windows_console(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    assert output.show(Answer([], {"owner": NAME}), as_json=True) == 0
    assert json.loads(written.getvalue().decode())["owner"] == NAME


@pytest.mark.parametrize("typed", [b"", b"\xff\xfe\n"])
def test_a_line_that_is_none(monkeypatch: pytest.MonkeyPatch, typed: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed), encoding="utf-8"))
    if not typed:
        assert streams.read_line("password") == ""
        return
    with pytest.raises(Failure) as refused:
        streams.read_line("password")
    assert "is no text" in refused.value.title


def test_a_line_of_a_stream_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = io.StringIO()
    gone.close()
    monkeypatch.setattr(sys, "stdin", gone)
    assert streams.read_line("code") == ""
    assert not streams.is_terminal(gone)
