#!/usr/bin/env python3
"""Prepares this folder for work, then starts what was asked for: ``python3 run.py demo`` or ``... test``.

Standard library only, because it runs before anything is installed. It keeps ``.venv`` equal to
requirements.lock and, on Debian and Ubuntu, installs the few system packages that are missing where it may.
What it has to say goes to stderr: stdout belongs to the program that it starts. Pythons down to 3.6 can read
it, so that they can say that they are too old.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

if sys.version_info < (3, 11):  # noqa: UP036 - this is the very check that the minimum rests on
    sys.exit(
        "Python 3.11 or newer is needed; this is {}.{}.{}.\n"
        "Install a newer one and name it: python3.12 run.py demo".format(*sys.version_info[:3])
    )

# after that check: older Pythons need not be able to read it
from resources.system_packages import ensure_packages, say

LINTERS = ("ruff check --output-format=concise .", "ruff format --check .", "mypy", "lint-imports")
WORKING, BUILDING = "requirements.lock", "resources/requirements-build.lock"
TRAINING = "resources/requirements-train.lock"
# the others with the versions of the first
LOCKED = {
    WORKING: "--extra dev",
    BUILDING: f"--extra build --constraint {WORKING}",
    TRAINING: f"--extra dev --extra train --constraint {WORKING}",
}
VENVS = {WORKING: ".venv", BUILDING: ".venv-build", TRAINING: ".venv-train"}
LOCK = "uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --quiet"
OFFLINE = "NewConnectionError NameResolutionError ConnectTimeoutError ReadTimeoutError ProxyError"


class Trouble(Exception):  # noqa: N818 - it is no error of the program
    """Something that a person can put right; its text says what and how."""


class Checkout(NamedTuple):
    """One copy of the project, with its own environments: ``.venv``, and those to build and to train with."""

    root: Path
    lock: str = WORKING

    @property
    def venv(self) -> Path:
        """The environment; everything in it can be made again."""
        return self.root / VENVS[self.lock]

    @property
    def stamp(self) -> Path:
        """Written last, removed first: an environment without it is unfinished."""
        return self.venv / "prepared-for"

    def program(self, name: str) -> Path:
        """A command that is installed in the environment."""
        return self.venv / "Scripts" / f"{name}.exe" if os.name == "nt" else self.venv / "bin" / name

    def base(self) -> str:
        """What an environment cannot outlive: the Python it was made from, and its place on the disk."""
        return f"{sys.version_info[0]}.{sys.version_info[1]} {sys.base_prefix} {self.root}\n"

    def fingerprint(self) -> str:
        """The stamp's text: the base, and a hash of everything that says what has to be installed."""
        files = [(self.root / name).read_bytes() for name in (self.lock, "pyproject.toml")]
        return self.base() + hashlib.sha256(b"\0".join(files)).hexdigest()

    def was_finished(self, beginning: str) -> bool:
        """Whether there is a Python, and a stamp with this ``beginning``."""
        try:
            stamped = self.stamp.read_text(encoding="utf-8")
        except OSError:
            return False
        return stamped.startswith(beginning) and self.program("python").exists()

    def is_prepared(self) -> bool:
        """Whether the environment is finished and fits."""
        return self.was_finished(self.fingerprint()) and self.program("idexx-desktop").exists()


def make_environment(checkout: Checkout) -> None:
    """Make an empty one with pip in it, whatever was in its place."""
    command = [sys.executable, "-m", "venv", "--clear", str(checkout.venv)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    version = "{}.{}".format(*sys.version_info)
    raise Trouble(
        f"{done.stdout}{done.stderr}\nPython's venv module could not make {checkout.venv}.\n"
        f"On Debian and Ubuntu it is a package of its own: sudo apt-get install python{version}-venv"
    )


def install_everything(checkout: Checkout) -> None:
    """Install what the lock lists, each file checked against its hash, then the project in place."""
    locked = ("--require-hashes", "--no-deps", "--requirement")
    pip_install(checkout, *locked, str(checkout.root / checkout.lock))
    offline = ("--no-index", "--no-deps", "--no-build-isolation")
    pip_install(checkout, *offline, "--editable", str(checkout.root))


def pip_install(checkout: Checkout, *arguments: str) -> None:
    """Run pip in the environment; at a terminal it shows what it downloads. ``Trouble`` if it fails."""
    command = [str(checkout.program("python")), "-I", "-m", "pip", "--disable-pip-version-check"]
    command += ["--no-input", "install", "--progress-bar", "off", *arguments]
    output = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pip:
        for line in pip.stdout or ():
            output.append(line.decode(errors="replace"))
            if line.startswith(b"Collecting ") and sys.stderr.isatty():
                say(f"  {output[-1].split()[1]}")
    if pip.returncode != 0:
        raise Trouble(explain_pip("".join(output)))


def explain_pip(output: str) -> str:
    """Pip's last words, and what they mean to somebody who only wanted to start the program."""
    if any(name in output for name in OFFLINE.split()):
        advice = "This computer seems to be offline, or behind a proxy that pip does not know."
    elif "No space left on device" in output:
        advice = "The disk is full: about 1 GB is needed."
    elif "DO NOT MATCH THE HASHES" in output:
        advice = "A downloaded package is not the one that the lock names. Do not use it."
    else:
        advice = "The packages could not be installed."
    said = "\n".join(output.splitlines()[-6:])
    return f"{said}\n\n{advice}\nThe same command goes on from here when it is run again."


@contextlib.contextmanager
def one_at_a_time(checkout: Checkout) -> Iterator[None]:
    """Two first starts at once wait for each other (but on Windows, which cannot lock a file so)."""
    with (checkout.root / "pyproject.toml").open("rb") as file:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


Step = Callable[[Checkout], None]


def prepare(checkout: Checkout, make: Step = make_environment, install: Step = install_everything) -> None:
    """Make the environment fit. Milliseconds when it does already; one that was interrupted is made anew."""
    if checkout.is_prepared():
        return
    with one_at_a_time(checkout):
        if checkout.is_prepared():
            return
        reusable = checkout.was_finished(checkout.base())
        checkout.stamp.unlink(missing_ok=True)
        began = time.monotonic()
        place = checkout.venv.name
        say(f"Bringing {place} up to date." if reusable else f"Preparing {place}: a few minutes, this once.")
        if not reusable:
            make(checkout)
        install(checkout)
        unfinished = checkout.stamp.with_suffix(".new")
        unfinished.write_text(checkout.fingerprint(), encoding="utf-8")
        unfinished.replace(checkout.stamp)
        say(f"Ready after {time.monotonic() - began:.0f} s.")


def get_ready(checkout: Checkout, testing: bool = False) -> None:
    """Everything that has to be there before the program can start; ``Trouble`` if it cannot."""
    missing = ensure_packages(testing)
    prepare(checkout)
    if not missing:
        return
    # a library may be there without its package: what counts is whether Qt loads
    probe = [str(checkout.program("python")), "-c", "import PySide6.QtWidgets"]
    if subprocess.run(probe, check=False).returncode != 0:
        raise Trouble("The window cannot be shown without the system packages named above.")


def run_in(checkout: Checkout, *command: str, env: dict[str, str] | None = None) -> int:
    """Run one of the environment's programs in the project's folder; returns its exit code."""
    program = [str(checkout.program(command[0])), *command[1:]]
    return subprocess.run(program, cwd=checkout.root, env=env, check=False).returncode


def setup(checkout: Checkout, _: list[str]) -> int:
    """only prepare; afterwards the program is .venv/bin/idexx-desktop"""
    get_ready(checkout)
    say(f"The program is {checkout.program('idexx-desktop')}")
    return 0


def demo(checkout: Checkout, arguments: list[str]) -> int:
    """[ARGUMENTS]: the real program on a practice Neo site"""
    get_ready(checkout)
    command = [str(checkout.program("idexx-desktop")), "demo", *arguments]
    if os.name == "nt":  # there, exec would return to the prompt at once
        return subprocess.run(command, check=False).returncode
    # become the program, so that signals and the exit code are its own
    return os.execv(command[0], command)  # noqa: S606 - no shell, on purpose


def check(checkout: Checkout, _: list[str]) -> int:
    """only the linters: ruff, mypy, lint-imports"""
    get_ready(checkout)
    return 1 if run_linters(checkout) else 0


def run_linters(checkout: Checkout) -> list[str]:
    """Run all linters side by side, show what they found, return those that found something."""

    def run_one(linter: str) -> tuple[int, str]:
        name, *arguments = linter.split()
        command = [str(checkout.program(name)), *arguments]
        done = subprocess.run(command, cwd=checkout.root, capture_output=True, check=False)
        return done.returncode, (done.stdout + done.stderr).decode(errors="replace")

    failed = []
    with ThreadPoolExecutor(len(LINTERS)) as pool:
        for linter, (code, output) in zip(LINTERS, pool.map(run_one, LINTERS), strict=True):
            print(f"{linter}: ok" if code == 0 else f"{linter}: FAILED\n{output}", flush=True)
            failed += [linter] if code else []
    return failed


def pytest_arguments(arguments: list[str]) -> tuple[list[str], bool]:
    """The arguments for pytest, and whether this is a long run: one item of SAFETY, or ``all`` of them."""
    if "--long" not in arguments:
        return ["-n", "2", "--dist", "worksteal", "-m", "not long", "--durations=15", *arguments], False
    place = arguments.index("--long")
    item = "".join(arguments[place + 1 : place + 2])
    if not (item.isdecimal() or item == "all"):
        raise Trouble("--long needs the number of an item, or all: python3 run.py test --long 24")
    marker = "long" if item == "all" else f"long(item={item})"
    return ["-s", "-m", marker, "--durations=0", *arguments[:place], *arguments[place + 2 :]], True


def test(checkout: Checkout, arguments: list[str]) -> int:
    """[PYTEST ARGUMENTS] [--long ITEM]: the linters and the tests; or one long torture test"""
    options, long = pytest_arguments(arguments)
    get_ready(checkout, testing=True)
    # the tests make their own profiles: those of the person who runs them are not for them
    env = {name: value for name, value in os.environ.items() if not name.startswith("IDEXX_DESKTOP_")}
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    with ThreadPoolExecutor(1) as pool:  # the linters leave a core free most of the time
        linting = None if long else pool.submit(run_linters, checkout)
        code = run_in(checkout, "python", "-m", "pytest", *options, env=env)
        failed = linting.result() if linting else []
    if failed:
        say(f"Failed beside the tests: {', '.join(failed)}")
    return code or len(failed)


def bench(checkout: Checkout, arguments: list[str]) -> int:
    """NAME: measure; the names are those of the files in tests/bench"""
    names = sorted(file.stem for file in (checkout.root / "tests" / "bench").glob("[!_]*.py"))
    if not arguments or arguments[0] not in names:
        raise Trouble(f"bench needs one of these names: {', '.join(names) or 'there are none yet'}")
    get_ready(checkout, testing=True)
    return run_in(checkout, "python", "-m", f"tests.bench.{arguments[0]}", *arguments[1:])


def pictures(checkout: Checkout, arguments: list[str]) -> int:
    """make the pictures of the README again, in resources/pictures"""
    get_ready(checkout)
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return run_in(checkout, "idexx-desktop", "demo", "--pictures", "resources/pictures", *arguments, env=env)


def build(checkout: Checkout, arguments: list[str]) -> int:
    """make dist/idexx-desktop, which needs no Python to be installed"""
    builder = Checkout(checkout.root, BUILDING)
    get_ready(builder)
    return run_in(builder, "python", "-m", "PyInstaller", "--noconfirm", "build.spec", *arguments)


def train_reader(checkout: Checkout, arguments: list[str]) -> int:
    """[--judge]: make the weights of the second reader from tests/records; how good it is"""
    teacher = Checkout(checkout.root, TRAINING)
    get_ready(teacher)
    return run_in(teacher, "python", "-m", "tests.reader.train", *arguments)


def verify(checkout: Checkout, arguments: list[str]) -> int:
    """[PACKAGES]: compare what is installed with the published files that the lock names"""
    get_ready(checkout)
    return run_in(checkout, "python", "resources/verify_packages.py", *arguments)


def lock(checkout: Checkout, arguments: list[str]) -> int:
    """[--upgrade]: compile the locks from pyproject.toml; needs uv"""
    if not shutil.which("uv"):
        raise Trouble("lock needs uv: python3 -m pip install uv")
    for name, options in LOCKED.items():
        command = f"{LOCK} {options} --output-file {name} --custom-compile-command".split()
        command += ["python3 run.py lock", *arguments]
        if subprocess.run(command, cwd=checkout.root, check=False).returncode != 0:
            return 1
        file = checkout.root / name
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        # where packages come from is each computer's own setting
        file.write_text("".join(line for line in lines if "://" not in line), encoding="utf-8")
    return 0


COMMANDS = (setup, demo, test, check, bench, pictures, build, train_reader, verify, lock)


def command_name(command: Callable[..., int]) -> str:
    """As it is typed."""
    return command.__name__.replace("_", "-")


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code (2 for a command that does not exist)."""
    name, *rest = arguments or ["--help"]
    for command in COMMANDS:
        if command_name(command) == name:
            try:
                return command(Checkout(Path(__file__).resolve().parent), rest)
            except Trouble as trouble:
                say(str(trouble))
                return 1
            except KeyboardInterrupt:
                say("Stopped. The same command goes on from here when it is run again.")
                return 130
    helped = name in ("-h", "--help")
    lines = [f"  {command_name(command):12} {command.__doc__}" for command in COMMANDS]
    print("python3 run.py COMMAND", *lines, sep="\n", file=sys.stdout if helped else sys.stderr)
    return 0 if helped else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
