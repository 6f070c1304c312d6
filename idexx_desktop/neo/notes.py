"""Rich text from Neo, reduced to plain text that is safe to show, to search and to store."""

from __future__ import annotations

import html
import re

import nh3

from idexx_desktop.domain.visits import CUT

LONGEST = 2_000_000  # characters of one text; a long record has about 20,000
_LONGEST_MARKUP = 8_000_000  # of a text with its tags, once pasted pictures are out of it
_MOST_MARKS = 10_000  # tags and entities; beyond it a proper parse takes time by the square of their number

_LINES = frozenset(
    {
        *("address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure"),
        *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li", "main", "nav", "ol"),
        *("p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    }
)
_CELLS = frozenset({"td", "th"})
_KEPT = {*_LINES, *_CELLS, "br"}
_HIDDEN = {"script", "style", "template", "title"}
_PIECES = re.compile(r"(<[^<>]*>)")
_PICTURE = re.compile(r"data:[a-zA-Z0-9/+.;-]{1,100},[A-Za-z0-9+/=%]{1000,}")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2060\ufeff\ud800-\udfff]")
_LONG_GAP = re.compile(r"\n{3,}")


def plain_text(source: str) -> str:
    """Text without markup: a line for each block and `<br>`, "- " before list items, entities decoded.

    Text without any markup keeps its lines. Empty markup such as `<p><br></p>` becomes "". Content of
    scripts and styles is dropped. NUL, other control characters and lone surrogates are taken out, because
    neither a screen nor a database can hold them. Of more than `LONGEST` characters the rest is left out, and the
    text ends with `CUT`, which holds the call.
    """
    # pasted pictures are most of a long text, and nothing of it is read
    whole = _PICTURE.sub("", source) if len(source) > _LONGEST_MARKUP else source
    text = storable(whole[:_LONGEST_MARKUP])  # the parser, too, refuses a lone surrogate
    if not _TAG.search(text):
        text = html.unescape(text)
    elif text.count("<") + text.count("&") > _MOST_MARKS:
        text = html.unescape(_TAG.sub("\n", text))
    else:
        text = _text_of(nh3.clean(text, tags=_KEPT, clean_content_tags=_HIDDEN, attributes={}, link_rel=None))
    return cut(tidy(storable(text)), LONGEST, is_cut=len(whole) > _LONGEST_MARKUP)


def cut(text: str, longest: int, *, is_cut: bool = False) -> str:
    """At most so many characters; what is left out, here or before (`is_cut`), is said."""
    if len(text) <= longest and not is_cut:
        return text
    return f"{text[:longest].rstrip()} {CUT}"


def storable(text: str) -> str:
    """Text without the characters that nothing can show or store."""
    return text if text.isprintable() else _UNSTORABLE.sub("", text)


def tidy(text: str) -> str:
    """Lines without surplus white space, and at most one empty line in a row."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return _LONG_GAP.sub("\n\n", "\n".join(lines)).strip()


def _text_of(markup: str) -> str:
    """The text of markup as nh3 writes it: no attributes, `<`, `>`, `&` only where they mean something."""
    lines: list[str] = []
    line: list[str] = []
    bullet = ""
    for piece in _PIECES.split(markup):
        if not piece.startswith("<"):
            # line breaks in the markup are white space; those that count are tags
            line.append(" ".join(html.unescape(piece).splitlines()))
            continue
        tag = piece.strip("</>")
        if tag in _CELLS:
            line.append(" ")
            continue
        written = "".join(line).strip()
        line.clear()
        if written:
            lines.append(bullet + written)
        elif tag == "br":
            lines.append("")
        bullet = "- " if piece == "<li>" else "" if written or tag == "li" else bullet
    lines.append(bullet + "".join(line) if "".join(line).strip() else "")
    return "\n".join(lines)
