"""One computer's whole story, each command a program of its own, on an embedded server and with a real browser."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from idexx_desktop import app
from idexx_desktop.app import Environment
from idexx_desktop.db.server.account import server_account
from idexx_desktop.db.server.place import find_place
from idexx_desktop.services import profile as profiles
from idexx_desktop.simulator.scenarios import PRACTICE_COMPANY_ID, PRACTICE_USERNAME
from idexx_desktop.simulator.site import PracticeNeo
from idexx_desktop.vault.passphrase_store import PassphraseStore, ScryptCost
from idexx_desktop.vault.put_back import ENTRY
from tests.support.canaries import forms_of, found_in
from tests.support.embedded_clinic import server_of

# special characters, so that each encoding of it is another one
PASSWORD = 'canary "7f3a" & <käse>?'
PASSPHRASE = "canary passphrase 91/c+d"
INIT = (
    "init",
    "--practice",
    "Oak Street Vets",
    "--timezone",
    "America/Los_Angeles",
    "--email",
    "pm@oak.example",
)
RUN = (sys.executable, "-m", "idexx_desktop")
# what other programs that use PostgreSQL are told on this computer
SURROUNDINGS = {
    "PGSERVICE": "warehouse", "PGSSLMODE": "verify-full", "PGREQUIREAUTH": "none", "PGTARGETSESSIONATTRS": "standby",
    "PGHOST": "nowhere.invalid", "PGOPTIONS": "-c no.such=1", "PGCLIENTENCODING": "SQL_ASCII",
}  # fmt: skip


@dataclass
class Step:
    """A command that ended: what it printed, and what its children were given."""

    code: int
    out: str
    err: str
    seen: set[str] = field(default_factory=set)

    @property
    def document(self) -> dict[str, Any]:
        """Its one JSON document."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass
class Story:
    """A profile of its own, a practice Neo, and the steps so far by name."""

    home: Path
    site: PracticeNeo
    steps: dict[str, Step] = field(default_factory=dict)

    def __call__(self, name: str, *arguments: str, stdin: str = "") -> Step:
        """Run one command as a program of its own, watching what it starts."""
        variables = os.environ | SURROUNDINGS
        variables |= {
            "IDEXX_DESKTOP_HOME": str(self.home),
            "IDEXX_DESKTOP_VAULT_PASSPHRASE": PASSPHRASE,
            "IDEXX_DESKTOP_LOG": "info",
        }
        process = subprocess.Popen(
            [*RUN, *arguments], env=variables, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
        process.stdin = None
        seen: set[str] = set()
        while True:
            look_at(process.pid, seen)
            with suppress(subprocess.TimeoutExpired):
                out, err = process.communicate(timeout=0.1)
                break
        self.steps[name] = Step(process.returncode, out, err, seen)
        return self.steps[name]


def look_at(pid: int, seen: set[str]) -> None:
    """The arguments of a process, and arguments and environment of everything that it has started.

    A child that has not begun its own program yet is still a copy of its parent, environment and all.
    """
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        own = process.cmdline()
        seen.add("\0".join(own))
        for child in started_by(process):
            with suppress(psutil.Error):
                if (arguments := child.cmdline()) == own:
                    continue
                seen.add("\0".join(arguments))
                seen.add("\0".join(f"{name}={value}" for name, value in child.environ().items()))


def started_by(process: psutil.Process) -> list[psutil.Process]:
    """All that it has started, and what those have. Where Linux lists them, nothing else is looked through for that."""
    lists = Path(f"/proc/{process.pid}/task")
    if not (lists / str(process.pid) / "children").exists():
        return process.children(recursive=True)
    found = []
    with suppress(OSError):  # ended meanwhile
        for children in lists.glob("*/children"):
            for number in children.read_text().split():
                with suppress(psutil.Error):
                    found.append(psutil.Process(int(number)))
    return [*found, *(each for child in found for each in started_by(child))]


def make_guesses_cheap(home: Path) -> None:
    """The passphrase opens the same secrets a fifth of a second sooner, for each of the programs that follow."""
    profile = profiles.load(home)
    assert profile is not None
    file = home / "vault.json"
    dear = PassphraseStore(file, profile.id, PASSPHRASE)
    secrets = dear._read()[1]
    assert secrets
    file.unlink()
    cheap = PassphraseStore(file, profile.id, PASSPHRASE, cost=ScryptCost(n=2**15))
    for name in secrets.keys() - {ENTRY}:
        cheap.set(name, secrets[name])


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The steps, in the order in which a person would take them."""
    home = tmp_path_factory.mktemp("clinic") / "home"
    environment = Environment(home, vault_passphrase=PASSPHRASE)
    with ExitStack() as parts, PracticeNeo("ordinary-day", visits=4) as site:
        site.world.set_password(PASSWORD)
        story = Story(home, site)
        try:
            story("init", *INIT, "--neo-url", site.url)
            make_guesses_cheap(home)
            story("init again", "init", *INIT[1:4], "Europe/Paris", *INIT[5:], "--review", "--json")
            kept = (
                "credentials",
                "set",
                "--company-id",
                PRACTICE_COMPANY_ID,
                "--username",
                PRACTICE_USERNAME,
            )
            story("set", *kept, "--password-stdin", "--skip-test", stdin=f"{PASSWORD}\n")
            story("sync", "sync", "--json")
            story("sync again", "sync", "--json")
            running = parts.enter_context(ExitStack())
            # each of these would start it and stop it again, as those before and after them do
            running.enter_context(server_of(environment, PASSPHRASE).attached())
            story("visits", "visits", "--json")
            story("verify", "audit", "verify", "--json")
            story("hold", "audit", "hold", "--why", "a lawsuit", "--json")
            story("retention", "audit", "retention", "--json")
            story("doctor", "doctor", "--json")
            story("programs", "db", "programs", "--json")
            story("rotate", "credentials", "rotate-key", "--json")
            kit = story("kit", "recovery-kit", "make", "--json")
            running.close()
            (home / "vault.json").rename(home.with_name("lost-vault.json"))
            story("lost", "credentials", "test", "--json")
            story("kit used", "recovery-kit", "use", stdin=kit.document["code"] + "\n")
            story("sign-in", "credentials", "status", "--json")
            story("stop", "stop", "--json")
            yield story
        finally:
            app.remove_records(environment)


def test_set_up_and_again(story: Story) -> None:
    first, again = story.steps["init"], story.steps["init again"]
    assert first.code == again.code == 0
    assert first.out.startswith("Oak Street Vets is set up.")
    assert "a file that your passphrase opens" in first.out
    assert again.document["created"] is False
    assert again.document["timezone"] == "America/Los_Angeles"


def test_two_syncs(story: Story) -> None:
    assert story.steps["set"].code == 0
    first, second = story.steps["sync"], story.steps["sync again"]
    assert first.code == second.code == 0, first.err
    assert first.document["signed_in"] is True
    assert first.document["consultations_synced"] == 4
    assert first.document["seconds"] < 60
    assert second.document["signed_in"] is False
    assert second.document["visits_written"] == 0
    assert story.site.sign_in_attempts == 1
    visits = story.steps["visits"].document["visits"]
    assert len(visits) == 4
    assert any(visit["state"] == "scheduled" for visit in visits)  # review mode was not turned on


def test_the_record_and_the_check_up(story: Story) -> None:
    assert story.steps["verify"].document["ok"] is True
    # the owner of these records is this computer's own server
    (held,) = story.steps["retention"].document["holds"]
    assert story.steps["hold"].document == {"hold_id": held["id"]}
    assert story.steps["retention"].document["months"] == []
    checks = {check["name"]: check for check in story.steps["doctor"].document["checks"]}
    assert checks["vault"]["ok"]
    assert "passphrase" in checks["vault"]["detail"]
    assert all(check["ok"] for name, check in checks.items() if name != "disk encryption")
    programs = story.steps["programs"].document
    assert programs["version"].startswith("18.")
    assert programs["installed"] is False
    assert f"SHA-256 of postgres: {programs['sha256']}" in checks["PostgreSQL"]["detail"]


def test_a_lost_vault_costs_the_sign_in_only_and_the_kit_brings_it_back(story: Story) -> None:
    assert story.steps["rotate"].document == {"rotated": True}
    lost = story.steps["lost"]  # the records were opened all the same
    assert (lost.code, lost.document["error"]["code"]) == (8, "key_missing")
    assert story.steps["kit used"].code == 0, story.steps["kit used"].err
    status = story.steps["sign-in"].document
    assert (status["credential_status"], status["username"]) == ("unknown", PRACTICE_USERNAME)
    assert story.site.sign_in_attempts == 1


def test_the_kit_s_code_is_nowhere_but_on_paper(story: Story) -> None:
    kit = story.steps["kit"]
    code: str = kit.document["code"]
    for form in (code, code.replace("-", "")):
        assert found_in(form, [story.home, *places_of(story.home)]) == []
        others = [step for step in story.steps.values() if step is not kit]
        assert not [step for step in others if form in step.out + step.err + "".join(step.seen)]


def test_no_command_leaves_a_program_behind(story: Story) -> None:
    assert story.steps["stop"].document == {"stopped": False}  # the last one to leave has stopped it


# pytest puts a test's name into the environment: it must not hold what is looked for there
@pytest.mark.parametrize(
    "secret", [PASSWORD, PASSPHRASE, "neo_session"], ids=["password", "passphrase", "cookies"]
)
def test_no_secret_is_on_disk_or_in_sight(story: Story, secret: str, tmp_path: Path) -> None:
    folders = [story.home, *places_of(story.home)]
    assert sum(1 for folder in folders for _ in folder.rglob("PG_VERSION")) > 0
    assert found_in(secret, folders) == []
    texts = [text for step in story.steps.values() for text in (step.out, step.err, *step.seen)]
    assert len(texts) > 30
    forms = forms_of(secret)
    assert not [text for text in texts if any(form in text.encode() for form in forms)]
    # and a leak would be found
    for number, leak in enumerate((secret.encode(), base64.b64encode(b"x" + secret.encode() + b"yz"))):
        (tmp_path / f"leak-{number}").write_bytes(b"before " + leak + b" after")
    assert len(found_in(secret, [tmp_path])) == 2


def places_of(home: Path) -> list[Path]:
    """Where the server keeps its data, when that is not in the profile's folder (started by root)."""
    return [find_place((home / "server").resolve(), server_account())]


def test_a_wrong_passphrase(story: Story) -> None:
    variables = os.environ | {"IDEXX_DESKTOP_HOME": str(story.home), "IDEXX_DESKTOP_VAULT_PASSPHRASE": "no"}
    ran = subprocess.run(
        [*RUN, "status", "--json"], env=variables, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 8
    assert json.loads(ran.stdout)["error"]["code"] == "vault_locked"


def test_the_practice_site_prints_its_address_and_ends_when_asked() -> None:
    process = subprocess.Popen(
        [*RUN, "simulate", "--visits", "2", "--latency-ms", "1"], text=True, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+\n", process.stdout.readline())
    finally:
        process.terminate()
        started = time.monotonic()
        process.communicate(timeout=20)
    assert time.monotonic() - started < 20
    assert process.returncode == 0
