"""Letters that are one picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, pages
from crmspec.rules.no_alt import IMAGES
from crmspec.template import tree
from crmspec.template.reading import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code(
    "CRM428", "image-only", text("a letter that says nothing without its images"), Severity.WARNING
)
LEAST: Final = 10
"""Words from which a letter says something by itself."""
_TAG: Final = re.compile(r"<[^>]*>")
_WORD: Final = re.compile(r"\w+")


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each letter whose own text is hardly more than images."""
    yield from judged(portfolio, CODE)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        images = [one for one in page.elements if one.name in IMAGES and "alt" in one.attributes]
        images += [
            one for one in page.elements if one.name in IMAGES and "alt" not in one.attributes
        ]
        if images and _count(wording, message) < LEAST:
            yield Diagnostic(
                code=CODE,
                message=text("without images `{message}` says next to nothing", message=message.id),
                label=Label(message.place.name),
                related=(Label(images[0].span, text("an image")),),
                help=(
                    text("write the offer and the button as text; images are off in many inboxes"),
                    text("letters that are one picture look like spam to filters"),
                ),
            )


def _count(wording: Wording, message: Message) -> int:
    """Return how many words the message itself has, its layout apart; a value is one."""
    own = [read.body for read in wording.bodies(message)]
    texts = [one for body in own for one in pieces(body)]
    values = sum(isinstance(one, tree.Output | tree.Include) for one in texts)
    written = " ".join(one.text for one in texts if isinstance(one, tree.Text))
    return values + len(_WORD.findall(_TAG.sub(" ", written)))
