"""Subjects that look like spam to filters and to people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.empty_subject import empty
from crmspec.rules.letter import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM435", "spammy-subject", text("a subject that looks like spam"), Severity.WARNING)
LONG: Final = 8
"""Letters from which capitals are shouting; below, they are an abbreviation."""
CAPITALS: Final = 0.7
NAMES: Final = 3
"""Words of at most four capitals that a line may have: `NEW IKEA & LEGO` names what there is."""
SHORT: Final = 4
_WORD: Final = re.compile(r"[^\W\d_]+")
_REPLY: Final = re.compile(r"\s*(?:re|fwd?|отв|на)\s*:", re.IGNORECASE)
_SHOUTING: Final = re.compile(r"!{2,}|\?{3,}|[!?]{3,}|\${2,}|₽{2,}")
_SPAM: Final = re.compile(
    r"100\s?% (?:free|бесплатно)|\b(?:act now|buy now|click here|risk[- ]free|make money"
    r"|free money|cash bonus|winner|you(?:'ve| have) won|no obligation|once in a lifetime|earn \$"
    r"|жми(?:те)? сюда|кликни|вы выиграли|л[её]гкие деньги|быстрый заработок"
    r"|только сегодня и только сейчас|без риска|шок[- ]цен\w*)\b",
    re.IGNORECASE,
)
"""Phrases that public filter lists and mail services name as typical of spam."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each subject that shouts, lies or promises as spam does."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    told: set[str | None] = set()
    for view in wording.views(message):
        subject = view.texts.get("subject", "")
        words = _judged(subject, message.category == "marketing") if view.is_likely else None
        if words is not None and view.parts.locale not in told:
            told.add(view.parts.locale)
            yield Diagnostic(
                code=CODE,
                message=words[0],
                label=Label(wording.place(view.parts, "subject")),
                help=(words[1],),
            )
    for view in empty(wording, message):
        reader = text("so reads `{customer}`", customer=view.fixture.id)
        yield Diagnostic(
            code=CODE,
            message=text("the subject of `{message}` is empty for some", message=message.id),
            label=Label(wording.place(view.parts, "subject")),
            help=(reader, text("give them words too: after `{{% else %}}`, or by `default`")),
        )


def _judged(subject: str, is_marketing: bool) -> tuple[Text, Text] | None:  # noqa: FBT001 - plain
    found = _SPAM.search(subject) if is_marketing else None
    if _REPLY.match(subject):
        return text("the subject looks like an answer, and is none"), text(
            "take `Re:` or `Fwd:` out"
        )
    if _is_loud(subject):
        return text("the subject is in capitals"), text("write it as any other sentence")
    if _SHOUTING.search(subject):
        return text("the subject shouts"), text("one exclamation mark is enough")
    if found is not None:
        return (
            text("filters know `{words}` from spam", words=found[0]),
            text("say what the reader gets, in plain words"),
        )
    return None


def _is_loud(subject: str) -> bool:
    """Say whether a subject is written in capitals; a few names and abbreviations are not."""
    letters = [one for one in subject if one.isalpha()]
    if len(letters) < LONG or sum(map(str.isupper, letters)) <= CAPITALS * len(letters):
        return False
    words = [one for one in _WORD.findall(subject) if one.isupper()]
    return len(words) > NAMES or any(len(one) > SHORT for one in words)
