"""`report` and `ledger`: the last 30 days or those asked for, in figures and in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from idexx_desktop.domain.filters import CallOutcomeKind
from idexx_desktop.domain.ledger import End
from idexx_desktop.domain.records import CallRecord
from tests.cli.conftest import CommandLine
from tests.support.postgres import ELM, OAK
from tests.support.practice import Practice

ENDS = ("reached", "couldnt_reach", "not_to_be_called", "open", "leak")
COUNTS = ("attempted", "reached", "couldnt_reach", "open", "not_to_be_called")

# the last thirty days of the clinic's clock
OF_THIRTY = [f"2026-10-{day}" for day in range(20, 32)] + [f"2026-11-{day:02}" for day in range(1, 19)]


def ended(at_work: Practice, *outcomes: CallOutcomeKind) -> list[CallRecord]:
    """Record these of as many calls, on the day of the clinic's clock; the calls."""
    at_work.server_is_on_time()
    calls = sorted(at_work.queued(), key=lambda call: call.id)
    for call, outcome in zip(calls, outcomes, strict=False):
        at_work.program.calls.record_outcome(call.id, outcome)
    return calls


def test_every_visit_is_in_one_end(cli: CommandLine, at_work: Practice) -> None:
    settings = at_work.program.settings
    settings.save_call_rules(replace(settings.call_rules(), max_attempts=1))
    ended(at_work, CallOutcomeKind.REACHED_WELL, CallOutcomeKind.NO_ANSWER, CallOutcomeKind.OPTED_OUT)
    found = cli("ledger", "--json").document
    assert (found["from"], found["to"]) == ("2026-10-20T00:00:00-07:00", "2026-11-19T00:00:00-08:00")
    assert found["visits"] == len(at_work.visits()) == sum(found[end] for end in ENDS)
    assert (found["leak"], found["leaked"]) == (0, [])
    assert min(found[end] for end in ENDS[:4]) > 0
    assert found["to_agree"] == found["couldnt_reach"]
    today = at_work.program.status.today()
    assert (today.ledger.visits, today.ledger.to_agree) == (found["visits"], found["to_agree"])
    [unreached] = today.to_agree
    at_work.program.calls.agree_unreached([unreached])
    today = at_work.program.status.today()
    assert (today.ledger.to_agree, today.to_agree, today.lost_lately) == (0, (), 0)
    said = cli("ledger").out
    assert said.splitlines()[0] == "Visits and tries of 20 Oct 2026 to 18 Nov 2026."
    assert f"{found['reached']} reached" in said
    assert "wait for somebody to agree" not in said
    assert said.endswith("Every visit is accounted for.\n")


def test_a_visit_whose_call_is_gone_is_named(cli: CommandLine, at_work: Practice) -> None:
    call = next(call for call in at_work.queued() if len(call.visit_keys) == 1)
    at_work.query("UPDATE public.consultation_sync_status SET discharge_call_id = NULL")
    at_work.query("DELETE FROM public.scheduled_discharge_calls WHERE id = %s", call.id)
    found = cli("ledger", "--json").document
    assert found["leak"] == 1
    [lost] = found["leaked"]
    assert (lost["visit_key"], lost["patient_name"]) == (call.visit_keys[0], call.patient_names[0])
    assert "isn't there any more" in lost["why"]
    assert "1 visit is not accounted for:" in cli("ledger").out
    today = at_work.program.status.today()
    assert (today.ledger.count(End.LEAK), today.lost_lately) == (1, 1)
    assert "lost" in [problem.kind for problem in today.needs(at_work.clock.now()).problems]
    at_work.sync()
    assert cli("ledger", "--json").document["leak"] == 0


def test_figures_add_up(cli: CommandLine, at_work: Practice) -> None:
    calls = ended(at_work, CallOutcomeKind.REACHED_WELL, CallOutcomeKind.REACHED_CONCERN)
    found = cli("report", "--json").document
    assert (found["attempted"], found["reached"]) == (2, sum(len(call.visit_keys) for call in calls[:2]))
    assert (found["concerns_open"], found["median_minutes_to_answer"]) == (1, None)
    visits = list(at_work.visits().values())
    assert {each["kind"] for each in found["by_kind"]} == {visit.kind for visit in visits}
    assert {each["provider"] for each in found["by_provider"]} == {visit.provider for visit in visits}
    for name in ("by_kind", "by_provider"):
        for count in COUNTS:
            assert sum(each[count] for each in found[name]) == found[count], (name, count)
    # 15:00 in Los Angeles; what never was called has no hour
    [at_three] = found["by_hour"]
    assert (at_three["hour"], at_three["attempted"], at_three["reached"]) == (15, 2, found["reached"])
    said = cli("report").out
    assert "Concerns that nobody has answered: 1." in said
    for title in ("Kind of visit", "Provider", "Hour", "15:00", "Couldn't reach"):
        assert title in said


def test_other_days(cli: CommandLine, at_work: Practice) -> None:
    every = cli("ledger", "--json").document["visits"]
    days = {day: cli("ledger", "--from", day, "--to", day, "--json").document["visits"] for day in OF_THIRTY}
    assert sum(days.values()) == every
    assert min(days["2026-11-18"], days["2026-11-17"]) > 0
    # a day is whole, a time is where it ends
    assert cli("ledger", "--from", "2026-11-18", "--to", "2026-11-18T00:00", "--json").code == 2
    until = cli("ledger", "--from", "2026-11-17", "--to", "2026-11-18T00:00", "--json").document
    assert until["visits"] == days["2026-11-17"]
    alone = cli("report", "--to", "2026-11-10", "--json").document
    assert alone["from"] == "2026-10-12T00:00:00-07:00"
    for wrong in (("--from", "2026-11-20"), ("--from", "yesterday"), ("--to", "2026-13-01")):
        for command in ("report", "ledger"):
            assert cli(command, *wrong).code == 2


def test_an_admin_sees_everybodys(cli: CommandLine, at_work: Practice, tmp_path: Path) -> None:
    own = cli("ledger", "--json").document
    refused = cli("ledger", "--all")
    assert refused.code == 7
    assert "Only an admin's login" in refused.err
    cli.set(HOME=str(tmp_path / "admin"), DATABASE_URL=at_work.database.url(at_work.database.people.admin))
    set_up = (
        "init",
        "--practice",
        ELM,
        "--timezone",
        "America/New_York",
        "--email",
        "test_admin@elm.example",
    )
    assert cli(*set_up).code == 0
    assert cli("ledger", "--json").document["visits"] == 0
    seen = cli("ledger", "--clinic", OAK, "--json").document
    assert {end: seen[end] for end in ENDS} == {end: own[end] for end in ENDS}
    assert cli("report", "--all", "--json").document["open"] == own["open"]
