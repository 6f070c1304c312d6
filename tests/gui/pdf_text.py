"""What a PDF file that Qt wrote says: its pages, its paper and its text; enough for tests, no reader of any PDF."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\nendstream", re.DOTALL)
_RANGE = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})> (?:\[([^\]]*)\]|<([0-9A-F]{4})>)")
_WRITTEN = re.compile(rb"BT\s+/(F\d+).*?Tm\s+\S+ (\S+) Td(.*?)ET", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PdfText:
    """`paper` is its size in points, `lowest` how far the last line is below the upper margin, in points."""

    pages: int
    paper: tuple[float, float]
    lines: tuple[str, ...]
    lowest: float

    @property
    def text(self) -> str:
        """All of it, without the spaces of how it is set."""
        return "".join("".join(self.lines).split())


def read_pdf(content: bytes) -> PdfText:
    """Read it; ValueError where it isn't as Qt writes it."""
    objects = {int(number): body for number, body in _OBJECT.findall(content)}
    pages = [body for body in objects.values() if b"/Type /Page\n" in body]
    box = re.search(rb"/MediaBox \[0 0 (\S+) (\S+)\]", pages[0])
    page = re.search(rb"/Contents (\d+) 0 R", pages[0])
    if box is None or page is None:
        raise ValueError("no page")
    drawn = _stream(objects[int(page[1])])
    scale = re.search(rb"^(\S+) 0 0 -\S+ \S+ \S+ cm", drawn, re.MULTILINE)
    if scale is None:
        raise ValueError("no scale")
    fonts = _fonts(content, objects)
    lines, lowest = [], 0.0
    for face, down, glyphs in _WRITTEN.findall(drawn):
        codes = re.findall(rb"<([0-9A-F]{4})>", glyphs)
        lines.append("".join(fonts[face][int(code, 16)] for code in codes))
        lowest = max(lowest, -float(down) * float(scale[1]))
    return PdfText(len(pages), (float(box[1]), float(box[2])), tuple(lines), lowest)


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        raise ValueError("no stream")
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _fonts(content: bytes, objects: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    """The characters behind the glyphs of each font, as the file tells its readers."""
    fonts = {}
    for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", content):
        table = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        if table is None:
            raise ValueError("a font without its characters")
        characters: dict[int, str] = {}
        for first, last, listed, start in _RANGE.findall(_stream(objects[int(table[1])])):
            glyphs = range(int(first, 16), int(last, 16) + 1)
            codes = [int(code, 16) for code in re.findall(rb"<([0-9A-F]{4})>", listed)]
            # either one character for each glyph, or characters that follow each other
            codes = codes or [int(start, 16) + place for place in range(len(glyphs))]
            characters |= dict(zip(glyphs, map(chr, codes), strict=True))
        fonts[name] = characters
    return fonts
