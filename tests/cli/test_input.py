"""Whatever is typed wrong: one clear sentence, exit code 2, nothing made, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.support.practice import Practice

INIT = {
    "--practice": "Oak Street Vets",
    "--timezone": "America/Los_Angeles",
    "--email": "pm@oak.example",
    "--neo-url": "http://127.0.0.1:9",
}
BAD_INIT = [
    ("--practice", "  ", "name"),
    ("--timezone", "Mars/Olympus", "time zone"),
    ("--timezone", "", "time zone"),
    ("--timezone", "../../etc/passwd", "time zone"),
    ("--email", "manager", "e-mail"),
    ("--email", "a b@oak.example", "e-mail"),
    ("--email", "@", "e-mail"),
    ("--country", "USA", "country"),
    ("--country", "1 ", "country"),
    ("--neo-url", "http://us.idexxneo.com", "https://"),
    ("--neo-url", "ftp://127.0.0.1", "https://"),
    ("--neo-url", "us.idexxneo.com", "https://"),
    ("--neo-url", "https://user:secret@us.idexxneo.com", "https://"),
    ("--neo-url", "https://", "https://"),
    ("--neo-url", "http://[::1", "https://"),
]


def init_arguments(**changes: str) -> list[str]:
    """An `init` with these options changed."""
    options = INIT | changes
    return ["init", *(word for pair in options.items() for word in pair)]


@pytest.mark.parametrize(("option", "value", "word"), BAD_INIT)
def test_set_up_with_bad_input(cli: CommandLine, tmp_path: Path, option: str, value: str, word: str) -> None:
    arguments = init_arguments(**{option: value})
    ran = cli(*arguments)
    assert ran.code == 2
    assert word in ran.err
    assert ran.out == ""
    document = cli(*arguments, "--json").document
    assert document["error"]["code"] == "invalid_input"
    assert set(document["error"]) == {"code", "title", "advice"}
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["init"],
        ["sync", "--hours", "many"],
        ["credentials"],
        ["credentials", "set"],
        ["users", "add", "--email", "a@b.c", "--role", "king", "--login", "x"],
        ["schedule", "--on", "--off"],
        ["simulate", "--port", "http"],
        ["visits", "--password", "x"],
    ],
)
def test_usage(cli: CommandLine, arguments: list[str]) -> None:
    ran = cli(*arguments)
    assert ran.code == 2
    assert "usage:" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync"],
        ["status"],
        ["visits"],
        ["calls"],
        ["failures"],
        ["retry", "--all"],
        ["sessions"],
        ["audit", "list"],
        ["audit", "verify"],
        ["schedule"],
        ["credentials", "status"],
        ["credentials", "test"],
        ["credentials", "forget"],
        ["stop"],
    ],
)
def test_before_set_up(cli: CommandLine, tmp_path: Path, arguments: list[str]) -> None:
    ran = cli(*arguments, "--json")
    assert ran.code == 2
    assert ran.document["error"]["code"] == "no_profile"
    assert "isn't set up" in cli(*arguments).err
    assert not (tmp_path / "home").exists()


def test_a_profile_that_is_garbage(cli: CommandLine, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "profile.json").write_text("{not json")
    for arguments in (["sync"], ["status"], init_arguments(), ["stop"]):
        ran = cli(*arguments)
        assert ran.code == 2
        assert "profile.json" in ran.err
    assert (home / "profile.json").read_text() == "{not json"
    assert [path.name for path in home.iterdir()] == ["profile.json"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sync", "--hours", "0"], "336 hours"),
        (["sync", "--hours", "-3"], "336 hours"),
        (["sync", "--hours", "1e9"], "336 hours"),
        (["sync", "--hours", "nan"], "336 hours"),
        (["visits", "--from", "yesterday"], "is no date or time"),
        (["visits", "--from", "2026-11-20", "--to", "2026-11-19"], "ends before it begins"),
        (["calls", "--to", "2026-13-01"], "is no date or time"),
        (["schedule", "--open", "25:00"], "is no time"),
        (["schedule", "--open", "19:00"], "same time"),
        (["schedule", "--pause-until", "later"], "is no date or time"),
        (["schedule", "--every-hours", "nan"], "hours"),
        (["schedule", "--every-hours", "inf"], "hours"),
        (["schedule", "--every-hours", "0"], "hours"),
        (["schedule", "--every-hours", "-4"], "hours"),
        (["retry"], "say --all"),
        (["retry", "'; DROP TABLE visits; --"], "not among the failed ones"),
    ],
)
def test_bad_options(cli: CommandLine, looked_at: Practice, arguments: list[str], words: str) -> None:
    before = looked_at.program.settings.schedule()
    ran = cli(*arguments)
    assert ran.code == 2
    assert words in ran.err
    assert ran.out == ""
    assert json.loads(cli(*arguments, "--json").out)["error"]["code"] == "invalid_input"
    assert looked_at.program.settings.schedule() == before


def test_scenarios_and_ports(cli: CommandLine, at_work: Practice) -> None:
    unknown = cli("simulate", "--scenario", "no-such-day")
    assert unknown.code == 2
    assert "no-such-day" in unknown.err
    port = at_work.site.url.rpartition(":")[2]
    taken = cli("simulate", "--port", port)
    assert taken.code == 2
    assert port in taken.err


def test_owners_commands_without_an_address(cli: CommandLine) -> None:
    commands = (
        ["db", "prepare"],
        ["users", "list"],
        ["users", "add", "--email", "a@b.c", "--role", "user", "--login", "x", "--password-stdin"],
        ["users", "deactivate", "--email", "a@b.c"],
    )
    for arguments in commands:
        ran = cli(*arguments, stdin="long-enough-1\n")
        assert ran.code == 2
        assert "IDEXX_DESKTOP_OWNER_URL" in ran.err
    for url in ("mysql://x", "postgresql://db.example/clinic", "postgresql://127.0.0.1:port/x"):
        cli.set(OWNER_URL=url)
        assert cli("db", "prepare").code == 2
    cli.set(OWNER_URL="postgresql://owner:secret-9@127.0.0.1:1/clinic")
    ran = cli("db", "prepare")
    assert ran.code == 7
    assert "secret-9" not in ran.err


def test_unreachable_records(cli: CommandLine, at_work: Practice) -> None:
    cli.set(DATABASE_URL="postgresql://test_a:secret-9@127.0.0.1:1/clinic")
    ran = cli("sync", "--json")
    assert ran.code == 7
    assert ran.document["error"]["title"] == "Can't reach your clinic's records. Syncing is paused."
    assert "secret-9" not in ran.out + ran.err


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
def test_without_a_display_the_window_says_so(tmp_path: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [sys.executable, "-m", "idexx_desktop", "--home", str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert answer.returncode == 2
    assert "no display" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []
