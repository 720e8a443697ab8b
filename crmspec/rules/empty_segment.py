"""Segments, audiences and mailings that nobody can ever be in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.diagnostics import Code, Diagnostic, Evidence, Label, Severity, Verdict, text
from crmspec.ir.condition import All, AttributeIs, InSegment
from crmspec.ir.walk import walk
from crmspec.logic import holdout
from crmspec.logic.assumption import proved
from crmspec.logic.clash import Part, clash, parts_of
from crmspec.logic.entrance import fact
from crmspec.logic.formula import NotOf, either
from crmspec.rules import one_at_a_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.audience import Broadcast, Segment
    from crmspec.ir.chain import Chain
    from crmspec.ir.trigger import Trigger
    from crmspec.ir.value import Located
    from crmspec.logic.portfolio import Portfolio
    from crmspec.source import Span

CODE = Code(
    "CRM308",
    "empty-segment",
    text("a segment or audience that nobody can be in"),
    Severity.WARNING,
)
_IDLE = frozenset({"draft", "deprecated"})


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each set of conditions that exclude each other, where it is written."""
    space, program = portfolio.space, portfolio.program
    empty = {id_ for id_ in program.segments if space.segment(id_).is_empty}
    needed = _needed(portfolio) if empty else frozenset()
    grouped = portfolio.machine.index.groups
    for id_ in program.segments:
        if id_ in empty:
            yield from _segment(portfolio, program.segments[id_], is_needed=id_ in needed)
        elif not space.segment(id_).exact:
            yield from _large(portfolio, program.segments[id_])
        elif grouped and isinstance(program.segments[id_].condition, All):
            yield from _in_two(portfolio, program.segments[id_])
    for chain in program.chains.values():
        if chain.status not in _IDLE:
            yield from _chain(portfolio, chain)
    for broadcast in program.broadcasts.values():
        if broadcast.status not in _IDLE:
            yield from _broadcast(portfolio, broadcast)


def _needed(portfolio: Portfolio) -> frozenset[str]:
    """Return the segments named by something live that nobody gets into."""
    found: set[str] = set()
    for chain in portfolio.program.chains.values():
        if chain.status == "live" and all(r.is_empty for r in portfolio.space.entry(chain)):
            found |= _named(portfolio, *chain.trigger, chain.audience)
    for broadcast in portfolio.program.broadcasts.values():
        ids = [ref.id for ref in broadcast.audience.include if ref.id in portfolio.program.segments]
        if broadcast.status == "live" and all(portfolio.space.segment(i).is_empty for i in ids):
            found |= set(ids)
    return frozenset(found)


def _named(portfolio: Portfolio, *roots: Located | None) -> set[str]:
    found: set[str] = set()
    waiting = [root for root in roots if root is not None]
    while waiting:
        for node in walk(waiting.pop()):
            reference = getattr(node, "segment", None)
            if reference is not None and reference.id not in found:
                found.add(reference.id)
                segment = portfolio.program.segments.get(reference.id)
                if segment is not None:
                    waiting.append(segment.condition)
    return found


def _segment(portfolio: Portfolio, segment: Segment, *, is_needed: bool) -> Iterator[Diagnostic]:
    owner = f"segment {segment.id}"
    parts = clash(portfolio.space, parts_of(portfolio.space, segment.condition, None, owner))
    message = text("nobody can be in `{id}`", id=segment.id)
    if parts and not _is_told_elsewhere(portfolio, parts, owner):
        severity = Severity.ERROR if is_needed and segment.status == "live" else None
        yield _finding(portfolio, (segment.place.name, message), parts, severity)


def _in_two(portfolio: Portfolio, segment: Segment) -> Iterator[Diagnostic]:
    """Look for a segment of those who are in two chains of one exclusive group."""
    owner = f"segment {segment.id}"
    asked = parts_of(portfolio.space, segment.condition, None, owner)
    parts = one_at_a_time.pair(portfolio, asked)
    if parts and not _is_told_elsewhere(portfolio, parts, owner):
        message = text("nobody can be in `{id}`", id=segment.id)
        yield _alone(_finding(portfolio, (segment.place.name, message), parts, None))


def _alone(found: Diagnostic) -> Diagnostic:
    """Add what an exclusive group means to a finding that comes of one."""
    advice = text("a customer is in one chain of an exclusive group at a time")
    return structs.replace(found, help=(advice, *found.help))


def _large(portfolio: Portfolio, segment: Segment) -> Iterator[Diagnostic]:
    """Ask the solver about a segment that has too many alternatives to go through."""
    from crmspec.logic import hard

    formula = portfolio.space.segment(segment.id).formula
    verdict = hard.ask(portfolio.space, formula)
    if verdict is Verdict.PROVED:
        message = text("nobody can be in `{id}`", id=segment.id)
        parts = [Part(segment.condition, formula, f"segment {segment.id}")]
        yield _finding(portfolio, (segment.place.name, message), parts, None)
    if verdict is Verdict.UNDECIDED:
        yield Diagnostic(
            code=CODE,
            severity=Severity.INFO,
            message=text("it is not known whether anybody can be in `{id}`", id=segment.id),
            label=Label(segment.place.name, text("it has too many alternatives to go through")),
            help=(text("split it into smaller segments, or install `crmspec[solve]`"),),
            evidence=Evidence(verdict=verdict, profile=portfolio.behaviour.name),
        )


def _is_told_elsewhere(portfolio: Portfolio, parts: list[Part], owner: str) -> bool:
    """Say whether the cause is reported at another segment, or is one contradictory test."""
    owners = {part.owner for part in parts}
    if owners == {owner}:
        node = parts[0].node
        return len(parts) == 1 and _is_one_test(node) and not _is_default(portfolio, node)
    return len(owners) == 1


def _is_default(portfolio: Portfolio, node: Located) -> bool:
    """Say whether a condition asks for nothing but an attribute to be missing that has a default.

    It may be a fine condition of another attribute (semantics 1.5): no comparison is at fault.
    """
    if not isinstance(node, AttributeIs):
        return False
    declared = portfolio.program.attributes.get(node.attribute.id)
    absent = (("missing", True), ("exists", False))
    is_absence = all((test.operator, test.operand) in absent for test in node.tests)
    return declared is not None and declared.default is not None and bool(node.tests) and is_absence


def _is_one_test(node: Located) -> bool:
    """Say whether it is a single condition whose comparisons are judged one by one (CRM225)."""
    groups = ("all", "any", "none", "not", "sequence")
    return getattr(type(node), "subject", "") not in groups and not isinstance(node, InSegment)


def _chain(portfolio: Portfolio, chain: Chain) -> Iterator[Diagnostic]:
    owner = f"chain {chain.id}"
    entries = portfolio.space.entry(chain)
    for trigger, region in zip(chain.trigger, entries, strict=True):
        if region.is_empty:
            started = Part(trigger, fact(portfolio.space, chain, trigger), owner)
            asked = parts_of(portfolio.space, chain.audience, None, owner)
            parts = clash(portfolio.space, [started, *asked])
            if not _is_told_elsewhere(portfolio, parts, owner):
                alone = all(one.is_empty for one in entries)
                live = alone and chain.status == "live"
                severity = Severity.ERROR if live else None
                yield _finding(portfolio, _nobody(chain, trigger, alone=alone), parts, severity)
    if not all(region.is_empty for region in entries):
        yield from _shut_out(portfolio, chain)
        yield from _held_out(portfolio, chain)


def _shut_out(portfolio: Portfolio, chain: Chain) -> Iterator[Diagnostic]:
    """Look for a chain that an exclusive group shuts to whoever is in its audience (6.26)."""
    owner = f"chain {chain.id}"
    if chain.audience is None or not portfolio.machine.index.groups:
        return
    asked = parts_of(portfolio.space, chain.audience, None, owner)
    parts = one_at_a_time.pair(portfolio, asked)
    if parts and _is_told_elsewhere(portfolio, parts, owner):
        return
    barred = one_at_a_time.barred(portfolio, chain, asked)
    message = text("nobody can enter `{id}`", id=chain.id)
    severity = Severity.ERROR if chain.status == "live" else None
    if parts or barred:
        found = _finding(portfolio, (chain.place.name, message), parts or barred, severity)
        yield _alone(found if parts else _refused(found))


def _refused(found: Diagnostic) -> Diagnostic:
    """Say of an audience that an exclusive group keeps it out, though some may be in it."""
    (asked,) = found.related
    label = text("the exclusive group of the chain keeps out its whole audience")
    reason = text("whoever meets this is in another chain of the group, and stays there")
    return structs.replace(
        found, label=Label(found.label.span, label), related=(Label(asked.span, reason),)
    )


def _held_out(portfolio: Portfolio, chain: Chain) -> Iterator[Diagnostic]:
    """Look for a chain whose holdout puts everybody aside whom its audience lets in (6.28)."""
    share, owner = holdout.of_chain(chain), f"chain {chain.id}"
    if share is None:
        return
    left = Part(share, NotOf(holdout.formula(share)), owner)
    parts = clash(portfolio.space, [*parts_of(portfolio.space, chain.audience, None, owner), left])
    if parts:
        message = text("everybody in `{id}` is held out: nobody gets anything", id=chain.id)
        severity = Severity.ERROR if chain.status == "live" else None
        advice = text("give the holdout a `salt` that nothing else has, or a smaller share")
        found = _finding(portfolio, (chain.place.name, message), parts, severity)
        yield structs.replace(found, help=(advice,))


def _nobody(chain: Chain, trigger: Trigger, *, alone: bool) -> tuple[Span, Text]:
    if alone:
        return chain.place.name, text("nobody can enter `{id}`", id=chain.id)
    return trigger.place.span, text("nobody can enter `{id}` on this trigger", id=chain.id)


def _broadcast(portfolio: Portfolio, broadcast: Broadcast) -> Iterator[Diagnostic]:
    """Look for a mailing all of whose receivers are excluded again."""
    space, audience = portfolio.space, broadcast.audience
    known = portfolio.program.segments
    included = [ref for ref in audience.include if ref.id in known]
    if len(included) < len(audience.include) or not included:
        return
    if all(space.segment(ref.id).is_empty for ref in included):
        return
    owner = f"broadcast {broadcast.id}"
    wanted = either(space.segment(ref.id).formula for ref in included)
    parts = [Part(audience.include[0], wanted, owner)]
    parts += [
        Part(ref, NotOf(space.segment(ref.id).formula), owner)
        for ref in audience.exclude
        if ref.id in known
    ]
    found = clash(space, parts)
    if found:
        message = text("nobody receives `{id}`", id=broadcast.id)
        severity = Severity.ERROR if broadcast.status == "live" else None
        yield _finding(portfolio, (broadcast.place.name, message), found, severity)


def _finding(
    portfolio: Portfolio,
    head: tuple[Span, Text],
    parts: list[Part],
    severity: Severity | None,
) -> Diagnostic:
    span, message = head
    return Diagnostic(
        code=CODE,
        severity=severity,
        message=message,
        label=Label(span, _reason(parts)),
        related=tuple(Label(part.node.place.span, _asked(part, parts)) for part in parts),
        help=(text("change or remove one of them, or join them with `any`"),),
        evidence=proved(portfolio, [part.formula for part in parts]),
    )


def _reason(parts: list[Part]) -> Text:
    if len(parts) == 1:
        return text("no customer meets what it asks")
    return text("no customer meets all of what it asks")


def _asked(part: Part, parts: list[Part]) -> Text:
    if len(parts) == 1:
        return text("nobody meets this")
    if part is parts[0]:
        return text("who meets this")
    return text("cannot meet this") if part is parts[-1] else text("and this")
