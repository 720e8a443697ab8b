"""How to refuse further SMS, said at the end of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.template import tree

if TYPE_CHECKING:
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program

_WORDS: Final = {"ru": ("Отказ: {word}", "СТОП"), "en": ("Reply {word} to opt out", "STOP")}
AUTO: Final = "auto"


def with_opt_out(
    program: Program, message: Message, locale: str | None, body: tree.Body
) -> tree.Body:
    """Return the text of an SMS with the words of `opt_out_text`, unless it says them itself."""
    wanted = opt_out(program, message, locale)
    if not wanted or any(isinstance(piece, tree.Text) and wanted in piece.text for piece in body):
        return body
    return (*body, tree.Text(text=f" {wanted}"))


def opt_out(program: Program, message: Message, locale: str | None) -> str | None:
    """Return how to refuse further messages; `auto` names the keyword of the consent."""
    if message.opt_out_text != AUTO:
        return message.opt_out_text
    locales = program.project.locales
    language = (locale or (locales.default if locales else "en")).partition("-")[0]
    sentence, word = _WORDS.get(language, _WORDS["en"])
    consent = message.consent or program.channels[message.channel.id].consent
    found = program.consents.get(consent.id) if consent is not None else None
    keywords = found.withdraw.keyword if found is not None and found.withdraw is not None else ()
    return sentence.format(word=keywords[0] if keywords else word)
