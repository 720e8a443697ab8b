"""Messages by templates approved elsewhere that do not go with them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from crmspec.content.parts import content_of, placeholder
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.diagnostics.sentence import amount
from crmspec.rules.letter import judged
from crmspec.template import tree
from crmspec.template.reading import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.message import ExternalTemplate, Message
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import View, Wording

CODE = Code(
    "CRM442",
    "template-variables",
    text("a message that does not go with its approved template"),
    Severity.ERROR,
)
MARKETING: Final = "MARKETING"
SOURCE: Final = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"
_BROKEN: Final = re.compile(r"[\n\r\t]| {5}")


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each message that contradicts its template, or others that use it."""
    yield from judged(portfolio, CODE)
    used: dict[tuple[str, str, str], list[tuple[Message, ExternalTemplate]]] = defaultdict(list)
    for message in portfolio.program.messages.values():
        approved = message.external_template
        if approved is not None:
            key = (message.channel.id, approved.name, approved.language)
            used[key].append((message, approved))
            yield from _category(message, approved)
    for uses in used.values():
        first = uses[0]
        for other in uses[1:]:
            yield from _clash(first, other)


def look(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Yield what is found in one message: values that WhatsApp refuses, too many or too few."""
    yield from _miscounted(wording, message)
    channel = wording.program.channels.get(message.channel.id)
    if channel is None or channel.type != "whatsapp" or not message.variables:
        return
    told: set[str] = set()
    for view in wording.views(message):
        for at in range(len(message.variables)):
            field = f"variables.{at}"
            found = _refused(view, field)
            if found is not None and field not in told:
                told.add(field)
                reader = text("so reads `{customer}`", customer=view.fixture.id)
                yield Diagnostic(
                    code=CODE,
                    message=found,
                    label=Label(wording.place(view.parts, field)),
                    help=(
                        *((reader,) if view.fixture.values else ()),
                        text("WhatsApp refuses such messages; {source}", source=SOURCE),
                    ),
                )


def _miscounted(wording: Wording, message: Message) -> Iterator[Diagnostic]:
    """Report a text with more or fewer places for values than there are values."""
    if message.external_template is None:
        return
    given = len(message.variables)
    for locale in wording.messages.locales(message):
        body = wording.library.inline(content_of(message, locale).text).body
        wanted = _places(body)
        if wanted not in {None, given}:
            yield Diagnostic(
                code=CODE,
                message=text(
                    "the text of `{message}` has places for {wanted}, `variables` gives {given}",
                    message=message.id,
                    wanted=amount("{count} value", "{count} values", wanted or 0),
                    given=given,
                ),
                label=Label(message.place.key("variables")),
                help=(text("a template has a fixed number of values; others are refused"),),
            )
            return


def _places(body: tree.Body) -> int | None:
    """Return how many values a text has places for; None if it is no text of a template."""
    numbers = [number for one in pieces(body) if (number := placeholder(one)) is not None]
    if numbers:
        return max(numbers)
    return 0 if body and all(isinstance(one, tree.Text) for one in body) else None


def _refused(view: View, field: str) -> Text | None:
    """Say why WhatsApp does not take a value."""
    written, body = view.texts.get(field, ""), view.parts.fields.get(field, ())
    if view.is_likely and _BROKEN.search(written):
        return text("a value of a template has line breaks, tabs or more than four spaces in a row")
    if written.strip() or not (view.is_likely or view.fixture.trait == "missing"):
        return None
    return None if _is_bare(body) else text("a value of a template is empty")


def _is_bare(body: tree.Body) -> bool:
    """Say whether this is a value without a fallback, which another rule tells of."""
    first = body[0] if len(body) == 1 else None
    return isinstance(first, tree.Output) and isinstance(first.expression, tree.Path)


def _category(message: Message, approved: ExternalTemplate) -> Iterator[Diagnostic]:
    """Report advertising by a template that was approved for something else."""
    if message.category != "marketing" or approved.category == MARKETING:
        return
    yield Diagnostic(
        code=CODE,
        message=text(
            "`{message}` is marketing, its template is approved as `{category}`",
            message=message.id,
            category=approved.category,
        ),
        label=Label(approved.place.value("category")),
        help=(
            text("have it approved as `MARKETING`: advertising in others gets senders blocked"),
            text("a message that is no advertising has `category: transactional` or `service`"),
        ),
    )


def _clash(
    first: tuple[Message, ExternalTemplate], other: tuple[Message, ExternalTemplate]
) -> Iterator[Diagnostic]:
    """Report two messages that give one template different numbers of values."""
    (one, approved), (two, same) = first, other
    if len(one.variables) != len(two.variables):
        yield Diagnostic(
            code=CODE,
            message=text(
                "`{message}` gives the template `{name}` {count} values, `{other}` {others}",
                message=two.id,
                name=same.name,
                count=len(two.variables),
                other=one.id,
                others=len(one.variables),
            ),
            label=Label(two.place.key("variables")),
            related=(Label(one.place.key("variables"), text("given here")),),
            help=(text("a template has a fixed number of values; others are refused"),),
        )
    if approved.category != same.category:
        yield Diagnostic(
            code=CODE,
            message=text(
                "the template `{name}` is `{category}` here and `{other}` in `{message}`",
                name=same.name,
                category=same.category,
                other=approved.category,
                message=one.id,
            ),
            label=Label(same.place.value("category")),
            related=(Label(approved.place.value("category"), text("said here")),),
            help=(text("say as what it was approved"),),
        )
