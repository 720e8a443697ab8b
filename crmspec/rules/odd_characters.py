"""Signs in subjects and titles that are not what they seem."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.content.emoji import emoji, without_emoji
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording
    from crmspec.source import Span

CODE = Code("CRM436", "odd-characters", text("odd signs in a subject or title"), Severity.WARNING)
FIELDS: Final = ("subject", "preheader", "heading")
MOST: Final = 2
"""Emoji of a line that are still good."""
HIDDEN: Final = frozenset(
    map(
        chr,
        (
            0x00AD,
            0x061C,
            0x180E,
            *range(0x200B, 0x2010),
            *range(0x202A, 0x202F),
            *range(0x2060, 0x206A),
            0xFEFF,
        ),
    )
)
"""Signs without width and those that turn the direction of writing."""
_SPELLED: Final = re.compile(
    r"(?<=[\u0620-\u08ff\u0900-\u0dff\ufb50-\ufdff\ufe70-\ufefc])[\u200c\u200d]"
)
"""Joiners that belong to the spelling, as in Persian and Hindi."""
_MIXED: Final = re.compile(r"\b(?=[^\W\d_]*[\u0400-\u04ff])(?=[^\W\d_]*[A-Za-z])[^\W\d_]+")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]+")
_LATIN: Final = re.compile(r"[A-Za-z]+")
_DERIVED: Final = re.compile(r"[A-Z]{2,}[а-яё]+")
_ALIKE: Final = frozenset("ABCEHIJKMOPSTXYaceiopsxyАВЕКМНОРСТУХЅІЈаеорсухѕіј")
"""Letters that both alphabets seem to have."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each line with breaks, hidden signs, mixed letters or many emoji."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    told: set[tuple[str, Span]] = set()
    for view in wording.views(message):
        for field in FIELDS if view.is_likely else ():
            span = wording.place(view.parts, field)
            for words, severity in _judged(view.texts.get(field, "")):
                if (words.template, span) not in told:
                    told.add((words.template, span))
                    yield Diagnostic(code=CODE, message=words, label=Label(span), severity=severity)


def _judged(line: str) -> Iterator[tuple[Text, Severity]]:
    if any(one in line.strip() for one in "\r\n"):
        yield text("a line break in here ends the line for mail programs"), Severity.ERROR
    hidden = next((one for one in _bare(line) if one in HIDDEN), None)
    if hidden is not None:
        yield (
            text("a sign that nobody sees stands in here: {code}", code=f"U+{ord(hidden):04X}"),
            Severity.WARNING,
        )
    mixed = next(filter(_is_disguised, _MIXED.findall(line)), None)
    if mixed is not None:
        yield text("`{word}` mixes Cyrillic and Latin letters", word=mixed), Severity.WARNING
    count = emoji(line)
    if count > MOST:
        yield text("{count} emoji in one line; one is enough", count=count), Severity.WARNING


def _bare(line: str) -> str:
    """Return a line without the hidden signs that emoji and spelling need."""
    return line if line.isascii() else _SPELLED.sub("", without_emoji(line))


def _is_disguised(word: str) -> bool:
    """Say whether the letters of one alphabet in a word could be taken for the other's."""
    if _DERIVED.fullmatch(word):
        return False
    parts = ("".join(kind.findall(word)) for kind in (_CYRILLIC, _LATIN))
    return any(_ALIKE.issuperset(part) for part in parts)
