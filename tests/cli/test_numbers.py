"""`numbers`: wrong, best and listed; wrong input is one line and says what is possible."""

from __future__ import annotations

from tests.cli.conftest import CommandLine
from tests.support.practice import Practice


def test_numbers_are_told_listed_and_taken_back(cli: CommandLine, at_work: Practice) -> None:
    assert "Nothing was said yet." in cli("numbers", "list").out
    number = at_work.queued()[0].customer_phone
    told = cli("numbers", "wrong", number, "--json").document
    assert [each["number"] for each in told["wrong"]] == [number]
    assert told["visits_changed"] >= 1
    assert number not in {call.customer_phone for call in at_work.queued()}
    assert cli("numbers", "wrong", number).code == 2
    best = cli("numbers", "best", number, "--use", "(415) 555-0199", "--json").document["best"]
    assert [(each["number"], each["use"], each["time"]) for each in best] == [(number, "+14155550199", None)]
    cli("numbers", "best", number, "--time", "evening")
    [kept] = cli("numbers", "list", "--json").document["best"]
    assert (kept["use"], kept["time"]) == ("+14155550199", "evening")
    assert "+14155550199" in {call.customer_phone for call in at_work.queued()}
    for wrong in (
        ["best", number],
        ["best", number, "--use", "911"],
        ["best", number, "--use", number],
        ["best", number, "--undo", "--time", "morning"],
        ["best", "12", "--time", "morning"],
        ["best", "+14155550133", "--undo"],
        ["wrong", "nobody"],
        ["wrong", "+14155550133", "--undo"],
        ["best", number, "--time", "noon"],
        ["wrong"],
        [],
    ):
        assert cli("numbers", *wrong).code == 2, wrong
    assert "morning, afternoon, evening" in cli("numbers", "best", number).err
    assert cli("numbers", "best", number, "--undo").code == 0
    assert cli("numbers", "wrong", number, "--undo").code == 0
    assert cli("numbers", "list", "--json").document == {"wrong": [], "best": []}
