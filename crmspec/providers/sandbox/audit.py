"""Findings: what of a program, and of its target, the sandbox cannot express."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.engine.naming import PLACEHOLDERS, unknown_placeholders
from crmspec.ir.program import KEYS
from crmspec.providers.codes import UNSUPPORTED
from crmspec.providers.sandbox.absence import Survey
from crmspec.providers.sandbox.capability import COLLECTIONS, UNHEEDED
from crmspec.providers.sandbox.gap import sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.engine.resource import Address
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import OnUnsupported, Resource
    from crmspec.providers.sandbox.absence import Absence
    from crmspec.providers.sandbox.gap import Gap
    from crmspec.source import Span


def audit(program: Program, target: Target) -> Iterator[Diagnostic]:
    """Yield a finding for each gap: an error, or a warning if the author provided for it."""
    yield from _settings(target)
    survey = Survey(program, target)
    for address, resource in survey.wanted.items():
        yield from _extensions(resource, target)
        wish = survey.policy(address)
        for gap in survey.gaps[address]:
            yield _gap(address, gap, wish)
        absence = survey.absent.get(address)
        if absence is not None and absence.lacks is not None and not absence.silent:
            yield _lack(address, absence, wish)


def _settings(target: Target) -> Iterator[Diagnostic]:
    """Yield what the target asks of the sandbox in vain."""
    place = target.place
    keys = [KEYS[kind] for kind in COLLECTIONS]
    for index, key in enumerate(target.manages):
        if key not in keys:
            message = text("the sandbox takes no `{kind}`", kind=key)
            advice = text("it takes {known}", known=_listed(keys))
            yield _finding(message, place.value("manages", index), advice)
    for unknown in unknown_placeholders(target.naming):
        message = text("`{name}` stands for nothing in a name", name=unknown)
        advice = text("names may hold {known}", known=_listed(PLACEHOLDERS))
        yield _finding(message, place.value("naming"), advice)
    for setting in UNHEEDED:
        if getattr(target, setting):
            yield _unheeded(setting, place.key(setting))


def _extensions(resource: Resource, target: Target) -> Iterator[Diagnostic]:
    """Yield the native settings of a resource and its steps that are for this target."""
    for node in sent(resource):
        held = getattr(node, "extensions", {})
        for name in sorted({target.id, target.platform} & held.keys()):
            yield _unheeded("extensions", node.place.key("extensions", name))


def _unheeded(setting: str, span: Span) -> Diagnostic:
    message = text("the sandbox does not heed `{setting}`", setting=setting)
    advice = text("remove it; everything else is deployed")
    return _finding(message, span, advice, severity=Severity.WARNING)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _finding(
    message: Text,
    span: Span,
    *help_: Text,
    severity: Severity = Severity.ERROR,
    related: tuple[Label, ...] = (),
) -> Diagnostic:
    return Diagnostic(
        code=UNSUPPORTED,
        message=message,
        label=Label(span),
        related=related,
        help=help_,
        severity=severity,
    )


def _gap(address: Address, gap: Gap, wish: OnUnsupported) -> Diagnostic:
    name = str(address)
    if wish == "error":
        return _finding(
            gap.reason,
            gap.span,
            text("express it otherwise, or set `on_unsupported: manual` to leave it out"),
            text("`targets:` says for which targets `{name}` is meant", name=name),
        )
    if gap.degradable(wish):
        return _left_out_step(name, gap)
    advice = text("`{name}` is left out: set it up by hand", name=name)
    return _finding(gap.reason, gap.span, advice, severity=Severity.WARNING)


def _left_out_step(name: str, gap: Gap) -> Diagnostic:
    if not gap.users:
        advice = text("the step is left out, the rest of `{name}` is deployed", name=name)
        return _finding(gap.reason, gap.span, advice, severity=Severity.WARNING)
    return _finding(
        text(
            "the sandbox has no `{subject}` step, and this one cannot be left out",
            subject=gap.subject,
        ),
        gap.span,
        text(
            "express it otherwise, or set `on_unsupported: manual` to leave out `{name}`", name=name
        ),
        related=tuple(Label(user, text("the step is needed here")) for user in gap.users),
    )


def _lack(address: Address, absence: Absence, wish: OnUnsupported) -> Diagnostic:
    name = str(address)
    if wish == "error":
        return _finding(
            absence.reason,
            absence.span,
            text("do without it, or set `on_unsupported: manual` to leave out `{name}`", name=name),
        )
    advice = text("`{name}` is left out: set it up by hand", name=name)
    return _finding(absence.reason, absence.span, advice, severity=Severity.WARNING)
