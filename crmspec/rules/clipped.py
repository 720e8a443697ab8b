"""Letters of which Gmail shows the beginning only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from crmspec.content.limit import size
from crmspec.content.token import arms
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
VALUE: Final = 1000
"""Bytes that a value has at most, unless there are longer texts to print."""
GROWTH: Final = 12
"""Bytes that a sign of a text can become in a page or an address."""
WORST: Final = frozenset({"typical", "long", None})


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each letter of more, or almost more, than Gmail shows."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        if not _is_worth(page.parts.html):
            continue
        fixtures = wording.fixtures(message, page.parts.locale)
        readers = [one for one in fixtures if one.trait in WORST]
        if not _can_be_large(page.parts.html, readers):
            continue
        sizes = [(size(read(page.parts.html, one), "bytes"), one) for one in readers]
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


def _is_worth(body: tree.Body) -> bool:
    """Say whether a letter has loops, or is large without."""
    loops = any(isinstance(one, tree.For) for one in pieces(body))
    return loops or _most(body, 1, VALUE) > NEAR * MOST


def _can_be_large(body: tree.Body, readers: list[Fixture]) -> bool:
    """Say whether it is worth the time to make the whole letter."""
    loops = any(isinstance(one, tree.For) for one in pieces(body))
    items, signs = _longest([one.values for one in readers] if loops else None)
    return _most(body, items, max(VALUE, GROWTH * signs)) > NEAR * MOST


def _longest(value: object) -> tuple[int, int]:
    """Return how long the longest list and the longest text in a value are."""
    if isinstance(value, str):
        return 0, len(value)
    inside = value.values() if isinstance(value, dict) else value
    if not isinstance(inside, Iterable):
        return 0, 0
    found = [(0, 0), *map(_longest, inside)]
    own = 0 if isinstance(value, dict) else len(found) - 1
    return max(own, *(items for items, _ in found)), max(signs for _, signs in found)


def _most(body: tree.Body, items: int, value: int) -> int:
    """Return more bytes than a letter has if no list has more items and no value more bytes."""
    total = 0
    for piece in body:
        if isinstance(piece, tree.Text):
            total += size(piece.text, "bytes")
        elif isinstance(piece, tree.Output):
            total += value
        else:
            first, *others = [_most(arm, items, value) for arm in arms(piece)] or [0]
            times = items if isinstance(piece, tree.For) else 1
            total += times * first + sum(others)
    return total
