"""Letters of which Gmail shows the beginning only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.content.limit import size
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.logic.wording import read
from crmspec.rules.letter import judged, pages
from crmspec.template import tree
from crmspec.template.reading import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.fixture import Fixture
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM429", "clipped", text("a letter that Gmail clips"), Severity.WARNING)
MOST: Final = 102 * 1024
"""Bytes of a page that Gmail shows."""
NEAR: Final = 0.9
WORST: Final = frozenset({"typical", "long", None})


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each letter of more, or almost more, than Gmail shows."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        if not _can_be_large(page.parts.html):
            continue
        fixtures = wording.fixtures(message, page.parts.locale)
        sizes = [
            (size(read(page.parts.html, one), "bytes"), one)
            for one in fixtures
            if one.trait in WORST
        ]
        most, reader = max(sizes, key=lambda one: one[0])
        usual = max((one for one, fixture in sizes if fixture.trait != "long"), default=0)
        if most > NEAR * MOST:
            yield _finding(message, most, reader, usual)


def _finding(message: Message, most: int, reader: Fixture, usual: int) -> Diagnostic:
    share = round(100 * most / MOST)
    return Diagnostic(
        code=CODE,
        message=text(
            "`{message}` can be {size} KB; Gmail shows 102",
            message=message.id,
            size=round(most / 1024),
        )
        if most > MOST
        else text(
            "`{message}` can be {share} % of what Gmail shows", message=message.id, share=share
        ),
        label=Label(message.place.name),
        help=(
            text("so large is it for `{customer}`", customer=reader.id),
            text("the end is cut off, with the link to unsubscribe and the pixel that counts"),
        ),
        severity=Severity.ERROR if usual > MOST else None,
    )


def _can_be_large(body: tree.Body) -> bool:
    """Say whether it is worth the time to make the whole letter."""
    found = list(pieces(body))
    fixed = sum(size(one.text, "bytes") for one in found if isinstance(one, tree.Text))
    varies = sum(isinstance(one, tree.Output) for one in found)
    loops = any(isinstance(one, tree.For) for one in found)
    return loops or fixed + 1000 * varies > NEAR * MOST
