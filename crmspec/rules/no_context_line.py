"""Letters that do not say why they came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, marketing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code(
    "CRM424", "no-context-line", text("a marketing letter does not say why it came"), Severity.INFO
)
LANGUAGES: Final = frozenset({"en", "ru"})
"""Languages that are judged; a letter may be in either, for projects need not name theirs."""
LINE: Final = re.compile(
    r"\b(?:because|since|as) (?:you|your|an? (?:\w+ ){0,2}(?:subscriber|customer|member))\b"
    r"|\byou(?:'re| are| have)? (?:receiv|subscrib|signed|get this|got this)"
    r"|потому что|так как|поскольку|вы подписа|вы получили (?:это )?письмо|вы получаете"
    r"|пришло вам|как (?:наш \w+|клиент|подписчик|участни|покупател|пользовател)"
)
"""What such a line looks like."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each marketing letter without such a line as “because you”."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in marketing(wording, message):
        locales = wording.program.project.locales
        language = (page.parts.locale or (locales.default if locales else "en")).partition("-")[0]
        if language in LANGUAGES and not LINE.search(page.words.lower()):
            yield Diagnostic(
                code=CODE,
                message=text("`{message}` does not say why its reader gets it", message=message.id),
                label=Label(message.place.name),
                help=(text("say it in the footer: when and where they signed up"),),
            )
