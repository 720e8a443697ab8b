"""Messages by templates approved elsewhere that do not go with them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import ExternalTemplate, Message
    from crmspec.logic.portfolio import Portfolio

CODE = Code(
    "CRM442",
    "template-variables",
    text("a message that does not go with its approved template"),
    Severity.ERROR,
)
MARKETING: Final = "MARKETING"


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each message that contradicts its template, or others that use it."""
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
