"""Languages: messages are written in those that the project supports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Label, text
from crmspec.ir.step import SwitchCases
from crmspec.resolve.codes import UNKNOWN_LOCALE
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.project import Locales
    from crmspec.resolve.scope import Scope
    from crmspec.source import Span


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM226, if the project declares its languages."""
    locales = scope.program.project.locales
    if locales is None:
        return
    supported = {locales.default, *locales.supported}
    for locale, span in _written(scope):
        if locale not in supported:
            yield _unknown(locale, span, locales)
    if locales.supported and locales.default not in locales.supported:
        yield _unknown(locales.default, locales.place.value("default"), locales)


def _written(scope: Scope) -> Iterator[tuple[str, Span]]:
    for message in scope.program.messages.values():
        for locale in message.locales:
            yield locale, message.place.key("locales", locale)
    for persona in scope.program.personas.values():
        if persona.locale is not None:
            yield persona.locale, persona.place.value("locale")
    for switch, _ in scope.every(SwitchCases):
        if switch.value.locale:
            for case in switch.cases:
                yield case, switch.place.key("cases", case)


def _unknown(locale: str, span: Span, locales: Locales) -> Diagnostic:
    listed = ", ".join(f"`{name}`" for name in (locales.supported or (locales.default,)))
    return finding(
        UNKNOWN_LOCALE,
        span,
        text("the project does not support the language `{locale}`", locale=locale),
        text(
            "it supports {languages}; add the language to `locales` if you need it",
            languages=listed,
        ),
        related=(Label(locales.place.name, text("the languages are declared here")),),
    )
