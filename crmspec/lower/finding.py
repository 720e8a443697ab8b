"""Findings: what of a program, and of its target, a platform cannot express."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.ir.program import KEYS
from crmspec.lower.capability import Support
from crmspec.lower.codes import UNSUPPORTED
from crmspec.lower.name import PLACEHOLDERS, unknown_placeholders
from crmspec.lower.reference import references
from crmspec.lower.survey import taken_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Code, Text
    from crmspec.ir.target import Target
    from crmspec.ir.value import OnUnsupported
    from crmspec.lower.capability import Capabilities
    from crmspec.lower.outcome import Absence, Key, Outcome
    from crmspec.lower.survey import Survey
    from crmspec.source import Span


def findings(survey: Survey, capabilities: Capabilities) -> Iterator[Diagnostic]:
    """Yield a finding for each gap: an error, or a warning if the author provided for it.

    What several resources share, such as a block of their texts, is told of once.
    """
    told: set[tuple[Span, str, Severity]] = set()
    for key in survey.wanted:
        wish = survey.wish(key)
        for gap in survey.gaps(key):
            found = _gap(key, gap, wish, capabilities)
            same = (gap.span, found.message.english(), found.level)
            if same not in told:
                told.add(same)
                yield found
        absence = survey.absent.get(key)
        if absence is not None and absence.lacks is not None and not absence.silent:
            yield _lack(key, absence, wish)


def settings(target: Target, capabilities: Capabilities) -> Iterator[Diagnostic]:
    """Yield what a target asks of its platform in vain: kinds to manage, parts of names."""
    place, keys = target.place, [KEYS[kind] for kind in taken_kinds(capabilities)]
    for index, key in enumerate(target.manages):
        if key not in keys:
            message = text("{target} takes no `{kind}`", target=capabilities.title, kind=key)
            advice = text("it takes {known}", known=_listed(keys))
            yield finding(message, place.value("manages", index), advice)
    for unknown in unknown_placeholders(target.naming):
        message = text("`{name}` stands for nothing in a name", name=unknown)
        advice = text("names may hold {known}", known=_listed(PLACEHOLDERS))
        yield finding(message, place.value("naming"), advice)


def unheeded(
    survey: Survey, capabilities: Capabilities, target: Target, fields: Iterable[str]
) -> Iterator[Diagnostic]:
    """Yield the settings that change nothing: `fields` of the target, and native settings."""
    for setting in fields:
        if getattr(target, setting):
            yield _unheeded(setting, target.place.key(setting), capabilities)
    for nodes in survey.nodes.values():
        for node in nodes:
            held = getattr(node, "extensions", {})
            for name in sorted({target.id, target.platform} & held.keys()):
                yield _unheeded("extensions", node.place.key("extensions", name), capabilities)


def _unheeded(setting: str, span: Span, capabilities: Capabilities) -> Diagnostic:
    message = text("{target} does not heed `{setting}`", target=capabilities.title, setting=setting)
    advice = text("remove it; everything else is deployed")
    return finding(message, span, advice, severity=Severity.WARNING)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def finding(
    message: Text,
    span: Span,
    *help_: Text,
    severity: Severity = Severity.ERROR,
    related: tuple[Label, ...] = (),
    code: Code = UNSUPPORTED,
) -> Diagnostic:
    """Return a finding about what a target cannot express."""
    return Diagnostic(
        code=code,
        message=message,
        label=Label(span),
        related=related,
        help=help_,
        severity=severity,
    )


def _gap(key: Key, gap: Outcome, wish: OnUnsupported, capabilities: Capabilities) -> Diagnostic:
    name, reason = str(key), gap.reason or text("the target does not take it")
    instead = [text("as written: {reference}", reference=one) for one in references(reason)]
    instead += [] if gap.advice is None else [gap.advice]
    if wish == "error":
        return finding(reason, gap.span, *instead, *_ways_out(gap, name), code=gap.code)
    if gap.drops(wish):
        return _left_out_step(name, gap, reason, capabilities)
    if gap.accepted(wish):
        advice = text("`{name}` is deployed all the same", name=name)
    else:
        advice = text("`{name}` is left out: set it up by hand", name=name)
    return finding(reason, gap.span, *instead, advice, severity=Severity.WARNING, code=gap.code)


def _ways_out(gap: Outcome, name: str) -> tuple[Text, Text]:
    meant = text("`targets:` says for which targets `{name}` is meant", name=name)
    if gap.support is Support.DEVIATES:
        return text("set `on_unsupported: degrade` of `{name}` to accept it", name=name), meant
    return text(
        "express it otherwise, or set `on_unsupported: manual` of `{name}` to leave it out",
        name=name,
    ), meant


def _left_out_step(name: str, gap: Outcome, reason: Text, capabilities: Capabilities) -> Diagnostic:
    if not gap.users:
        left = text("the step is left out, the rest of `{name}` is deployed", name=name)
        advice = gap.advice or left
        return finding(reason, gap.span, advice, severity=Severity.WARNING)
    return finding(
        text(
            "{target} has no `{subject}` step, and this one cannot be left out",
            target=capabilities.title,
            subject=gap.element,
        ),
        gap.span,
        text(
            "express it otherwise, or set `on_unsupported: manual` to leave out `{name}`", name=name
        ),
        related=tuple(Label(user, text("the step is needed here")) for user in gap.users),
    )


def _lack(key: Key, absence: Absence, wish: OnUnsupported) -> Diagnostic:
    name = str(key)
    if wish == "error":
        return finding(
            absence.reason,
            absence.span,
            text("do without it, or set `on_unsupported: manual` to leave out `{name}`", name=name),
        )
    advice = text("`{name}` is left out: set it up by hand", name=name)
    return finding(absence.reason, absence.span, advice, severity=Severity.WARNING)
