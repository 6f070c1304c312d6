"""The printed page of a recovery kit: one page, readable as text, with its secret nowhere but on it."""

from __future__ import annotations

import re
import stat
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtPrintSupport import QPrinter

from idexx_desktop.domain.computers import RecoveryKit
from idexx_desktop.domain.failures import Failure
from idexx_desktop.gui.kit_document import kit_pdf, page_layout, paint_kit, save_privately
from idexx_desktop.vault.codes import ALPHABET, new_recovery_code
from tests.gui.made_up import ZONE
from tests.gui.pdf_text import read_pdf

KIT = RecoveryKit(new_recovery_code(), "K7", datetime(2026, 11, 22, 6, tzinfo=UTC), "Harbour Vet")
MARGINS = 2 * 20 / 25.4 * 72


def squeezed(words: str) -> str:
    """Without spaces."""
    return "".join(words.split())


def test_it_is_one_page_with_the_code_as_text() -> None:
    page = read_pdf(kit_pdf(KIT, "US", ZONE))
    assert page.pages == 1
    assert KIT.code.replace("-", "") in page.text
    for words in (
        "Recovery kit",
        "Harbour Vet",
        "Number K7. Made on Saturday, 21 November 2026.",
        "How to use it",
        "Where to keep it",
        "What it can't do",
        "set it up for Harbour Vet",
    ):
        assert squeezed(words) in page.text
    assert [line for line in page.lines if re.fullmatch(r"\d\.", line)] == ["1.", "2.", "3.", "4."]


def test_the_day_is_that_of_the_clinic() -> None:
    page = read_pdf(kit_pdf(KIT, "GB", ZoneInfo("Europe/London")))
    assert squeezed("Made on Sunday, 22 November 2026.") in page.text


@pytest.mark.parametrize(
    ("country", "paper"), [("US", (612, 792)), ("CA", (612, 792)), ("GB", (595, 842)), ("", (595, 842))]
)
def test_the_paper_is_that_of_the_country(country: str, paper: tuple[int, int]) -> None:
    assert read_pdf(kit_pdf(KIT, country, ZONE)).paper == paper


@pytest.mark.parametrize("country", ["US", "GB"])
def test_long_names_leave_it_one_page(country: str) -> None:
    kit = replace(KIT, practice="The Veterinary Hospital of the Upper and Lower Harbour & Sons " * 3)
    page = read_pdf(kit_pdf(kit, country, ZONE))
    assert 300 < page.lowest < page.paper[1] - MARGINS
    assert squeezed(kit.practice) in page.text


def test_a_name_that_acts_does_nothing_on_paper() -> None:
    page = read_pdf(kit_pdf(replace(KIT, practice="Harbour\u202e\u200b\x1b\nVet"), "US", ZONE))
    assert page.pages == 1
    assert not [line for line in page.lines if set(line) & set("\u202e\u200b\x1b")]
    assert "Harbour" in page.text


def test_every_symbol_of_a_code_is_text() -> None:
    code = "-".join(ALPHABET[start : start + 4] for start in range(0, len(ALPHABET), 4))
    assert ALPHABET in read_pdf(kit_pdf(replace(KIT, code=code), "US", ZONE)).text


def test_nothing_but_the_page_holds_the_code() -> None:
    content = kit_pdf(KIT, "US", ZONE)
    clear = re.sub(rb"stream\r?\n(?!<\?xpacket|/CIDInit).*?\nendstream", b"", content, flags=re.DOTALL)
    assert b"xmp:CreatorTool" in clear
    for coding in ("utf-8", "utf-16-be"):
        assert "Recovery kit".encode(coding) in clear
        for secret in (KIT.code, *KIT.code.split("-")):
            assert secret.encode(coding) not in clear


def test_a_printer_gets_the_same_page(tmp_path: Path) -> None:
    path = tmp_path / "printed.pdf"
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setPageLayout(page_layout("GB"))
    assert paint_kit(printer, KIT, ZONE)
    printed, saved = read_pdf(path.read_bytes()), read_pdf(kit_pdf(KIT, "GB", ZONE))
    assert (printed.pages, printed.paper) == (1, saved.paper)
    assert printed.text == saved.text


def test_the_file_is_its_owners_alone_and_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "kit.pdf"
    path.write_bytes(b"from before")
    path.chmod(0o644)
    save_privately(path, b"content")
    assert path.read_bytes() == b"content"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "folder.pdf").mkdir()
    for place in (tmp_path / "missing" / "kit.pdf", tmp_path / "folder.pdf"):
        with pytest.raises(Failure) as refused:
            save_privately(place, b"content")
        assert refused.value.title == "The file couldn't be saved there."
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder.pdf", "kit.pdf"]
