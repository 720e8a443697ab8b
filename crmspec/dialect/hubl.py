"""HubL: tokens of ordinary HubSpot e-mails, and the whole language of programmable ones.

Filters do not work on tokens; the second argument of `personalization_token` is the only fallback
(https://developers.hubspot.com/docs/cms/reference/hubl/functions). Programmable e-mails have a
language like Jinja2; without its engine, Jinja2 itself stands for it in the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from crmspec.diagnostics import text
from crmspec.dialect.dialect import Dialect
from crmspec.dialect.jinja import Jinja, quoted
from crmspec.dialect.loss import Lost
from crmspec.dialect.printer import Arm, Printer, escaped
from crmspec.template.tree import Constant, Context, Expression, Filter, Node, Path, With

if TYPE_CHECKING:
    from collections.abc import Callable


class HubSpot(Jinja):
    """Programmable e-mails."""

    hashes: ClassVar[dict[str, str]] = {"md5": "md5"}


class Tokens(Printer):
    """Ordinary e-mails: values of the contact with a fallback, nothing else."""

    def text(self, literal: str) -> str:
        """Return text with `{{`, `{%` and `{#` broken up."""
        return Jinja.text(self, literal)  # type: ignore[arg-type]

    def shown(self, expression: Expression, context: Context) -> str:
        """Return `{{ personalization_token('contact.firstname', 'friend') }}`."""
        tag = self.tag(expression)
        if tag is not None:
            return tag
        value, other = expression, Constant(value="")
        if isinstance(expression, Filter) and expression.name == "default":
            value, other = expression.of, _fallback(expression, context)
        if not isinstance(value, Path) or context == "url":
            raise self._only_tokens(expression)
        return f"{{{{ personalization_token('{self.path(value)}', {quoted(other)}) }}}}"

    def choice(self, arms: list[Arm], otherwise: Callable[[], str] | None) -> str:
        """Lose every branch but the last one."""
        self.losses.append(self._only_tokens(arms[0].condition).loss)
        return otherwise() if otherwise is not None else ""

    def bound(self, binding: With) -> str:
        """Lose a binding, and what is inside."""
        raise self._only_tokens(binding)

    def reach(self, start: str, keys: tuple[str | int, ...], node: Node) -> str:
        """Return the property; properties have no keys."""
        if keys:
            raise self._only_tokens(node)
        return start

    def _only_tokens(self, node: Node) -> Lost:
        return Lost(
            node,
            text("e-mails of {title} can only print properties of the contact", title=self.title),
            text("use a programmable e-mail, or a `switch` in the chain with a message each"),
        )


def _fallback(value: Filter, context: Context) -> Constant:
    """Return the fallback of a value, escaped for where it stands."""
    first = value.arguments[0]
    if not isinstance(first, Constant):
        raise Lost(first, text("a fallback must be a text here"), text("write the text itself"))
    if not isinstance(first.value, str):
        return first
    return Constant(value=escaped(first.value, context), span=first.span)


_PAGE: Final = "https://developers.hubspot.com/docs/cms/reference/hubl/overview"

DIALECTS: Final = (
    Dialect(id="hubspot", title="HubSpot", level=0, printer=Tokens, page=_PAGE),
    Dialect(
        id="hubspot_programmable",
        title="HubSpot (programmable e-mails)",
        level=2,
        printer=HubSpot,
        page=_PAGE,
        engines=("jinja2",),
    ),
)
