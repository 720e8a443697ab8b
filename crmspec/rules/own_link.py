"""Pages of a project's own in place of a target's links, as nobody can use them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.content.link import given, is_address
from crmspec.content.press import dialect_of
from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.dialect.lowering_link import NEVER_LEFT_OUT
from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.namespace import profile_shape
from crmspec.template.shape import Scope
from crmspec.template.tree import Output, Path, Text
from crmspec.template.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text as Sentence
    from crmspec.ir.target import Target
    from crmspec.logic.portfolio import Portfolio
    from crmspec.source import Span
    from crmspec.template.finding import Finding
    from crmspec.template.shape import Shape
    from crmspec.template.tree import Body

CODE = Code(
    "CRM438", "own-link", text("a page of your own that a link cannot lead to"), Severity.ERROR
)
_OF_A_SITE: Final = re.compile(r"https://[^\s/?#@]+\.[^\s/?#@.]+(?:[/?#]\S*)?")
"""An address without its values; one that follows the name of the site would be a part of it."""
_VALUE: Final = "@"
_MISSING: Final = "no fallback"


class Given(NamedTuple):
    """An address that a target is given for a link, and where it is written."""

    target: Target
    name: str
    body: Body
    span: Span


def addresses(portfolio: Portfolio) -> Iterator[Given]:
    """Yield the addresses of all targets that can be read."""
    library = portfolio.wording.library
    for target in portfolio.program.targets.values():
        for name, template in given(target):
            read = library.inline(template)
            if not read.problems:
                yield Given(target, name, read.body, template.place.span)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each address that does not lead there, or does not say who comes."""
    profile = profile_shape(portfolio.program)
    for one in addresses(portfolio):
        found = tuple(_judged(one, profile))
        yield from found
        if one.name == NEVER_LEFT_OUT and not found:
            yield from _instead(one)


def _judged(one: Given, profile: Shape) -> Iterator[Diagnostic]:
    if not is_address(one.body):
        yield _finding(
            one.span,
            text("an address is text and values of the customer, nothing more"),
            text("let your site choose what it shows"),
        )
        return
    if not _begins(one.body):
        yield _finding(
            one.span,
            text("this address does not begin with `https://` and your site"),
            text("write it in full, as `https://shop.example/page`"),
        )
    doubts = typed(one.body, Scope(names={"profile": profile}))
    yield from (_doubt(doubt) for doubt in doubts if doubt.kind != _MISSING)
    if one.name == NEVER_LEFT_OUT and not _says_who(one.body, doubts):
        yield _nobody(one)


def _begins(body: Body) -> bool:
    """Say whether an address names a site before any value."""
    written = "".join(piece.text if isinstance(piece, Text) else _VALUE for piece in body)
    return _OF_A_SITE.fullmatch(written.strip()) is not None


def _says_who(body: Body, doubts: tuple[Finding, ...]) -> bool:
    """Say whether there is a value that no customer lacks."""
    lacking = {doubt.span for doubt in doubts}
    return any(isinstance(piece, Output) and piece.expression.span not in lacking for piece in body)


def _doubt(doubt: Finding) -> Diagnostic:
    hint = text("an address holds values of the customer: `profile`")
    return _finding(doubt.span, doubt.message, doubt.help or hint)


def _nobody(one: Given) -> Diagnostic:
    return _finding(
        one.span,
        text("by this address nobody can tell who unsubscribes"),
        text("add a value that every customer has, such as `?id={{{{ profile.user_id }}}}`"),
        text("the law wants one click to do, without questions"),
    )


def _instead(one: Given) -> Iterator[Diagnostic]:
    """Yield that a system which unsubscribes by itself will not know of it."""
    dialect = dialect_of(one.target)
    path = Path(root="links", keys=(one.name,))
    if dialect is None or load(dialect).find(path) is None:
        return
    title = DIALECTS[dialect].title
    yield _finding(
        one.span,
        text("{title} has such a link, and does not learn who leaves by yours", title=title),
        text("take it out, or see that your page tells {title} at once", title=title),
        severity=Severity.WARNING,
    )


def _finding(
    span: Span, message: Sentence, *hints: Sentence, severity: Severity | None = None
) -> Diagnostic:
    return Diagnostic(code=CODE, message=message, label=Label(span), help=hints, severity=severity)
