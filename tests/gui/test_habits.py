"""Clock, dates and the week are those of the clinic's country, as Unicode's CLDR knows them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from idexx_desktop.domain.events import Topic
from idexx_desktop.domain.habits import habits_of
from idexx_desktop.domain.records import Clinic
from idexx_desktop.gui import timewords
from idexx_desktop.gui.bridge import Bridge
from idexx_desktop.gui.desk import Desk
from idexx_desktop.gui.fonts import Style, font
from idexx_desktop.gui.kit.calendar import Calendar
from idexx_desktop.gui.kit.chips import ToggleChip
from idexx_desktop.gui.kit.inputs import DaysInput
from idexx_desktop.gui.kit.typed import DayInput, TimeInput
from idexx_desktop.gui.main_window import MainWindow
from idexx_desktop.gui.pictures import settle
from idexx_desktop.gui.places import countries
from idexx_desktop.gui.tables.header import EDGE, SIDE
from tests.gui.fake_program import FakeProgram
from tests.gui.opening import opened

_LA = ZoneInfo("America/Los_Angeles")
_THEN, _NOW = datetime(2026, 11, 21, 22, 30, tzinfo=UTC), datetime(2026, 11, 22, 18, 44, tzinfo=UTC)


@pytest.fixture
def window(qtbot: QtBot, bridge: Bridge, program: FakeProgram) -> Iterator[MainWindow]:
    """A window with every page that has a table."""
    with opened(qtbot, bridge, program, "attention", "visits", "calls", "history", "activity") as made:
        yield made


def test_every_country_is_as_the_cldr_has_it() -> None:
    wrong = []
    for code, _ in countries():
        territory = QLocale.codeToTerritory(code)
        english = QLocale(QLocale.Language.English, territory)
        own = QLocale(QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, territory)
        known = english if english.territory() == territory else own
        if known.territory() != territory:
            continue
        clock = re.sub("'[^']*'", "", known.timeFormat(QLocale.FormatType.ShortFormat))
        long_date = english.dateFormat(QLocale.FormatType.LongFormat)
        month_first = english.territory() == territory and bool(re.match(r"(dddd, )?M+ d", long_date))
        habits = habits_of(code)
        if habits.twelve_hours != ("a" in clock.casefold()):
            wrong.append(f"{code}: the clock")
        if habits.first_weekday not in (known.firstDayOfWeek().value - 1, 0):
            wrong.append(f"{code}: the week")
        if habits.month_first and not month_first:
            wrong.append(f"{code}: the month")
    assert wrong == []
    assert {code for code, _ in countries() if habits_of(code).month_first} >= {"US", "CA", "PH"}


@pytest.mark.parametrize(
    ("country", "clock", "short", "exact"),
    [
        ("US", "2:30 pm", "Nov 21 2:30 pm", "Saturday, November 21, 2026, 2:30 pm PST (America/Los_Angeles)"),
        ("CA", "2:30 pm", "Nov 21 2:30 pm", "Saturday, November 21, 2026, 2:30 pm PST (America/Los_Angeles)"),
        ("AU", "2:30 pm", "21 Nov 2:30 pm", "Saturday, 21 November 2026, 2:30 pm PST (America/Los_Angeles)"),
        ("GB", "14:30", "21 Nov 14:30", "Saturday, 21 November 2026, 14:30 PST (America/Los_Angeles)"),
        ("DE", "14:30", "21 Nov 14:30", "Saturday, 21 November 2026, 14:30 PST (America/Los_Angeles)"),
    ],
)
def test_words_follow_the_country(country: str, clock: str, short: str, exact: str) -> None:
    timewords.follow(country)
    assert timewords.clock(_THEN, _LA) == clock
    assert timewords.dated(_THEN, _NOW, _LA) == short
    assert timewords.spoken(_THEN, _NOW, _LA) == f"yesterday {clock}"
    assert timewords.exact(_THEN, _LA) == exact


_DAY, _TODAY = date(2025, 11, 21), date(2026, 11, 22)
WRITTEN: dict[str, Callable[[], str]] = {
    "clock": lambda: timewords.clock(_THEN, _LA),
    "of_day": lambda: timewords.of_day(time(14, 30)),
    "of_date": lambda: timewords.of_date(_DAY),
    "plain_day": lambda: timewords.plain_day(_DAY),
    "day": lambda: timewords.day(_DAY, _TODAY),
    "short": lambda: timewords.short(_THEN, _NOW, _LA),
    "full": lambda: timewords.full(_THEN, _NOW, _LA),
    "dated": lambda: timewords.dated(_THEN, _NOW, _LA),
    "short_day": lambda: timewords.short_day(_THEN, _NOW, _LA),
    "span": lambda: timewords.span(_DAY, _TODAY, _TODAY),
    "spoken": lambda: timewords.spoken(_THEN, _NOW, _LA),
    "exact": lambda: timewords.exact(_THEN, _LA),
    "long_day": lambda: timewords.long_day(_DAY),
    "long_date": lambda: timewords.long_date(_DAY),
}


def test_every_function_follows_the_country() -> None:
    """Each that makes words makes others in the United States than in Britain."""
    made = inspect.getmembers(timewords, inspect.isfunction)
    words = {name for name, each in made if each.__module__ == timewords.__name__ and _makes_words(each)}
    assert words == WRITTEN.keys()
    said: dict[str, list[str]] = {}
    for country in ("GB", "US"):
        timewords.follow(country)
        said[country] = [write() for write in WRITTEN.values()]
    same = [name for name, one, other in zip(WRITTEN, said["GB"], said["US"], strict=True) if one == other]
    assert same == []
    assert WRITTEN["span"]() == "Nov 21, 2025 to Nov 22"


def _makes_words(function: Callable[..., object]) -> bool:
    return bool(inspect.signature(function).return_annotation == "str")


def test_midnight_and_noon_are_told_apart() -> None:
    clock = habits_of("US").clock
    assert [clock(time(hour, 5)) for hour in (0, 11, 12, 23)] == [
        "12:05 am",
        "11:05 am",
        "12:05 pm",
        "11:05 pm",
    ]
    assert habits_of("US").day(date(2025, 1, 2), year=True) == "Jan 2, 2025"
    assert habits_of("GB").day(date(2025, 1, 2), year=True) == "2 Jan 2025"
    assert habits_of("").clock(time(14, 5)) == "14:05"
    timewords.follow("US")
    assert timewords.long_date(date(2026, 11, 22)) == "Sunday, November 22, 2026"


def test_fields_show_and_read_what_the_country_writes() -> None:
    timewords.follow("US")
    hour, day = TimeInput(), DayInput(date(2026, 11, 22), lambda: date(2026, 11, 22))
    hour.set_value(time(16, 30))
    assert (hour.text(), day.text()) == ("4:30 pm", "Sun, Nov 22, 2026")
    for typed, control in ((hour.text(), hour), (day.text(), day)):
        control.lineEdit().setText(typed)
        assert control.problem() == ""
    assert hour.fontMetrics().horizontalAdvance("10:00 pm") < hour.width() - 50
    assert Calendar().firstDayOfWeek().name == "Sunday"
    chips = DaysInput()
    by_place = sorted(chips.chips, key=lambda chip: chips.findChildren(ToggleChip).index(chip))
    assert [chip.text() for chip in by_place] == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    chips.set_value({6, 0})
    assert chips.value == frozenset({6, 0})
    timewords.follow("AU")
    assert Calendar().firstDayOfWeek().name == "Monday"


def test_the_window_follows_its_clinic(bridge: Bridge) -> None:
    program = FakeProgram()
    program.clinic = Clinic("clinic-1", "Harbour Vet", "America/Los_Angeles", country="US")
    desk = Desk(bridge)
    desk.attach(program)
    assert timewords.clock(_THEN, desk.zone) == "2:30 pm"
    desk.place_changed("Europe/London", "GB")
    assert timewords.clock(_THEN, desk.zone) == "22:30"


def test_another_place_and_name_that_another_computer_saves_are_followed(
    qtbot: QtBot, window: MainWindow, program: FakeProgram
) -> None:
    for page_id in ("visits", "activity"):  # the second is in front, the first is not
        window.go(page_id)
        settle(window)
    theirs = replace(program.settings.kept_clinic, name="Elm Vet", timezone="America/New_York", country="US")
    program.settings.kept_clinic = theirs
    program.watcher.tell(Topic.SETTINGS, "of another computer")
    qtbot.waitUntil(lambda: window.desk.zone.key == "America/New_York")
    settle(window)
    for page_id in ("activity", "visits"):
        window.go(page_id)
        settle(window)
        model = window.current.model  # type: ignore[attr-defined]  # every page with rows has one
        column = next(place for place, each in enumerate(model.columns) if each.title in ("When", "Visit"))
        cell = str(model.index(0, column).data())
        assert cell.endswith(("am", "pm")), cell
    assert window.side.clinic.text() == "Elm Vet"


@pytest.mark.parametrize("page_id", ["attention", "visits", "calls", "history", "activity"])
def test_a_time_of_twelve_hours_fits_its_column(window: MainWindow, page_id: str) -> None:
    window.go(page_id)
    settle(window)
    columns = window.current.model.columns  # type: ignore[attr-defined]  # every page with rows has one
    when = next(column for column in columns if column.title in ("When", "Visit"))
    longest = "Nov 20 10:00 am" if when.title == "Visit" else "Yesterday 10:00 am"
    assert when.width - EDGE - SIDE >= QFontMetricsF(font(Style.BODY)).horizontalAdvance(longest)
