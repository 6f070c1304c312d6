"""run.py: an environment that heals, and system packages that are installed only where that is allowed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import run
from resources import system_packages
from run import Checkout, Trouble

ROOT = Path(run.__file__).resolve().parent


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A project that needs nothing installed."""
    (tmp_path / "requirements.lock").write_text("one==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return Checkout(tmp_path)


class Steps:
    """Stands in for venv and pip, which need the network; records what was asked of it."""

    def __init__(self, install_fails: bool = False) -> None:
        self.taken: list[str] = []
        self.install_fails = install_fails

    def make(self, checkout: Checkout) -> None:
        """Make an environment that has only a Python."""
        self.taken.append("make")
        python = checkout.program("python")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    def install(self, checkout: Checkout) -> None:
        """Install the program, or stop half way."""
        self.taken.append("install")
        checkout.program("idexx-desktop").touch()
        if self.install_fails:
            raise Trouble("offline")

    def prepare(self, checkout: Checkout) -> list[str]:
        """Prepare, and tell which steps that took."""
        self.taken.clear()
        run.prepare(checkout, self.make, self.install)
        return list(self.taken)


def test_second_start_does_nothing(checkout: Checkout) -> None:
    steps = Steps()
    assert steps.prepare(checkout) == ["make", "install"]
    assert checkout.is_prepared()
    assert steps.prepare(checkout) == []


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_changed_input_installs_the_difference(checkout: Checkout, name: str) -> None:
    steps = Steps()
    steps.prepare(checkout)
    (checkout.root / name).write_text("changed\n")
    assert steps.prepare(checkout) == ["install"]
    assert steps.prepare(checkout) == []


def test_interrupted_set_up_starts_over(checkout: Checkout) -> None:
    with pytest.raises(Trouble, match="offline"):
        Steps(install_fails=True).prepare(checkout)
    assert checkout.program("idexx-desktop").exists()
    assert not checkout.is_prepared()
    assert Steps().prepare(checkout) == ["make", "install"]


def test_interrupted_update_starts_over(checkout: Checkout) -> None:
    Steps().prepare(checkout)
    (checkout.root / "requirements.lock").write_text("two==2\n")
    with pytest.raises(Trouble, match="offline"):
        Steps(install_fails=True).prepare(checkout)
    assert Steps().prepare(checkout) == ["make", "install"]


def test_moved_folder_starts_over(checkout: Checkout, tmp_path: Path) -> None:
    Steps().prepare(checkout)
    moved = Checkout(checkout.root.rename(tmp_path.with_name(f"{tmp_path.name}-moved")))
    assert Steps().prepare(moved) == ["make", "install"]


def test_another_python_starts_over(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    Steps().prepare(checkout)
    monkeypatch.setattr(sys, "base_prefix", "/another/python")
    assert Steps().prepare(checkout) == ["make", "install"]


def test_environment_without_its_python_starts_over(checkout: Checkout) -> None:
    Steps().prepare(checkout)
    checkout.program("python").unlink()
    assert Steps().prepare(checkout) == ["make", "install"]


def test_environment_without_the_program_gets_it_again(checkout: Checkout) -> None:
    Steps().prepare(checkout)
    checkout.program("idexx-desktop").unlink()
    assert Steps().prepare(checkout) == ["install"]


def test_real_environment_replaces_half_of_one(checkout: Checkout) -> None:
    leftover = checkout.venv / "lib" / "leftover"
    leftover.mkdir(parents=True)
    checkout.program("python").parent.mkdir()
    checkout.program("python").write_text("not a program")
    run.make_environment(checkout)
    assert not leftover.exists()
    with pytest.raises(Trouble, match="could not be installed"):
        run.pip_install(checkout, "--no-index", "no-such-package")


def test_environment_that_cannot_be_made_says_which_package_is_missing(checkout: Checkout) -> None:
    checkout.venv.write_text("a file is in the way")
    with pytest.raises(Trouble, match=r"apt-get install python3\.\d+-venv"):
        run.make_environment(checkout)


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("Retrying after connection broken by 'NewConnectionError(...)'", "offline"),
        ("Retrying after connection broken by 'NameResolutionError(...)'", "offline"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "Do not use it"),
        ("ERROR: something new", "could not be installed"),
    ],
)
def test_pip_failures_are_explained(output: str, advice: str) -> None:
    explained = run.explain_pip(f"{output}\n")
    assert explained.startswith(output)
    assert advice in explained


def fake_program(folder: Path, name: str, script: str) -> None:
    """A shell script on the search path."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian of which only dpkg's list, apt-get and sudo exist; apt-get writes down how it was called."""
    if sys.platform == "win32":
        pytest.skip("the stand-ins are shell scripts")
    folder = tmp_path / "debian"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(folder / "none"))
    fake_program(folder, "env", 'shift; exec "$@"')
    fake_program(folder, "apt-get", f'echo "$@" >> {folder}/calls')
    list_installed(folder, [])
    return folder


def list_installed(folder: Path, names: list[str]) -> None:
    """Let dpkg know these packages; like the real one it fails, since it is always asked for others too."""
    lines = [f"echo {name} installed" for name in names]
    fake_program(folder, "dpkg-query", "\n".join([*lines, "echo xvfb config-files", "exit 1"]))


def calls(folder: Path) -> list[str]:
    """How apt-get was called, without the options that are the same each time."""
    file = folder / "calls"
    lines = file.read_text().splitlines() if file.exists() else []
    return [line.removeprefix("-qq -o DPkg::Lock::Timeout=300 ") for line in lines]


def test_packages_of_newer_releases_count(debian: Path) -> None:
    list_installed(debian, ["libgl1", "libglib2.0-0t64"])
    assert system_packages.missing_packages(["libgl1", "libegl1", "libglib2.0-0", "xvfb"]) == [
        "libegl1",
        "xvfb",
    ]


@pytest.mark.parametrize("name", ["google-chrome", "microsoft-edge-stable", "chromium"])
def test_a_browser_that_is_there_is_enough(debian: Path, name: str) -> None:
    assert "chromium" in system_packages.wanted_packages(testing=False)
    fake_program(debian, name, "")
    assert "chromium" not in system_packages.wanted_packages(testing=False)


def test_playwrights_own_browser_is_enough(debian: Path) -> None:
    (debian / "none" / "chromium-1200").mkdir(parents=True)
    assert "chromium" not in system_packages.wanted_packages(testing=False)


def test_only_tests_need_a_screen_and_a_password_store() -> None:
    assert not {"xvfb", "gnome-keyring"} & set(system_packages.wanted_packages(testing=False))
    assert {"xvfb", "gnome-keyring"} <= set(system_packages.wanted_packages(testing=True))


def test_an_administrator_installs_what_is_missing(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "administrator", list)
    list_installed(debian, [name for name in system_packages.LIBRARIES.split() if name != "libegl1"])
    assert system_packages.ensure_packages(testing=False) == [
        "libegl1",
        "chromium",
    ]  # this apt-get installs nothing
    install = "install -y --no-install-recommends"
    assert calls(debian) == ["update", f"{install} libegl1", f"{install} chromium"]


def test_nothing_is_installed_when_nothing_is_missing(debian: Path) -> None:
    fake_program(debian, "chromium", "")
    list_installed(debian, system_packages.LIBRARIES.split())
    assert system_packages.ensure_packages(testing=False) == []
    assert calls(debian) == []


def test_others_are_told_the_one_line(
    debian: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    fake_program(debian, "sudo", "exit 1")  # as it does when it would ask for a password
    list_installed(debian, system_packages.LIBRARIES.split())
    assert system_packages.ensure_packages(testing=False) == ["chromium"]
    assert calls(debian) == []
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium"
    told = capsys.readouterr()
    assert line in told.err
    assert told.out == ""


def test_administrators_by_sudo(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert system_packages.administrator() is None
    fake_program(debian, "sudo", 'test "$1" = -n')
    assert system_packages.administrator() == ["sudo", "-n"]
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert system_packages.administrator() == []


def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system_packages.ensure_packages(testing=True) == []


def test_long_runs_pick_one_item() -> None:
    assert run.pytest_arguments(["-x", "--long", "24", "-v"]) == (
        ["-s", "-m", "long(item=24)", "--durations=0", "-x", "-v"],
        True,
    )
    assert "long" in run.pytest_arguments(["--long", "all"])[0]
    options, long = run.pytest_arguments(["tests/vault"])
    assert options[-1] == "tests/vault"
    assert "not long" in options
    assert not long


@pytest.mark.parametrize("arguments", [["--long"], ["--long", "kills"], ["--long", "-x"]])
def test_long_needs_an_item(arguments: list[str]) -> None:
    with pytest.raises(Trouble, match="number of an item"):
        run.pytest_arguments(arguments)


def test_words_for_people_and_exit_codes() -> None:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "run.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    helped = call("--help")
    assert helped.returncode == 0
    assert "demo" in helped.stdout
    assert call("nonsense").returncode == 2
    unknown = call("bench", "nonsense")
    assert unknown.returncode == 1
    assert "bench needs one of these names" in unknown.stderr


def test_old_pythons_can_read_it_far_enough_to_say_that_they_are_too_old() -> None:
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    body = ast.parse(source, feature_version=(3, 7)).body
    check = next(place for place, node in enumerate(body) if isinstance(node, ast.If))
    before = body[1:check]
    assert all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in before)
    assert {"dataclasses", "tomllib", "__future__"}.isdisjoint(
        node.module for node in before if isinstance(node, ast.ImportFrom)
    )


def test_lock_has_hashes_no_address_and_every_dependency() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "python3 run.py lock" in lock.splitlines()[1]
    assert "://" not in lock
    locked = {name.lower() for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {re.split(r"[\[<>=!~; ]", name)[0].lower() for name in asked} <= locked
    entries = re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
