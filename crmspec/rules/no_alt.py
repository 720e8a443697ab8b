"""Images that say nothing to those who do not see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.letter import judged, once, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.content.element import Element
    from crmspec.ir.message import Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code("CRM426", "no-alt", text("an image without a text instead"), Severity.WARNING)
IMAGES: Final = frozenset({"img", "mj-image", "mj-carousel-image", "amp-img"})


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each image of a letter that has no `alt`."""
    yield from once(judged(portfolio, CODE))


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message."""
    for page in pages(wording, message):
        for element in page.elements:
            if (
                element.name in IMAGES
                and "alt" not in element.attributes
                and not _is_pixel(element)
            ):
                yield Diagnostic(
                    code=CODE,
                    message=text("this image has no `alt`"),
                    label=Label(element.span),
                    help=(
                        text("say in `alt` what is on it; many read letters without images"),
                        text('an image that is mere ornament has `alt=""`'),
                    ),
                )


def _is_pixel(element: Element) -> bool:
    """Say whether an image only counts who opens the letter."""
    sizes = (element.attributes.get(name, "") for name in ("width", "height"))
    return all(size.removesuffix("px") in {"0", "1"} for size in sizes)
