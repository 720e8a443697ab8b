"""Branches that nobody takes, and steps that nobody passes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.condition import EventHappened, InSegment, MessageReaction
from crmspec.ir.step import Branch, Send, Switch, WaitFor
from crmspec.logic.assumption import proved
from crmspec.logic.clash import Part, clash, parts_of
from crmspec.logic.formula import NotOf, every
from crmspec.logic.standing import Walk, choices, met

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.value import Located
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.standing import Choice, Standing
    from crmspec.source import Span

CODE = Code(
    "CRM307",
    "dead-branch",
    text("a branch that nobody takes or a step that nobody passes"),
    Severity.WARNING,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each way or step whose conditions exclude what is known before it."""
    for chain in portfolio.program.chains.values():
        if chain.status == "deprecated":
            continue
        yield from portfolio.silent(CODE.id, chain.id, partial(_of, portfolio, chain))


def _of(portfolio: Portfolio, chain: Chain) -> Iterator[Diagnostic]:
    if all(region.is_empty for region in portfolio.space.entry(chain)):
        return
    for standing in Walk(portfolio.space, chain).standings():
        yield from _step(portfolio, chain, standing)


def _step(portfolio: Portfolio, chain: Chain, standing: Standing) -> Iterator[Diagnostic]:
    yield from _filter(portfolio, chain, standing)
    step = standing.step
    if isinstance(step, Branch | Switch):
        ways = choices(portfolio.space, chain, step)
        for way in ways:
            yield from _way(portfolio, standing, ways, way)
    elif isinstance(step, WaitFor):
        ways = choices(portfolio.space, chain, step)
        for way in ways:
            if way.asks is not None:
                yield from _arm(portfolio, chain, ways, way)


def _arm(
    portfolio: Portfolio, chain: Chain, ways: list[Choice], way: Choice
) -> Iterator[Diagnostic]:
    """Look for an arm that contradicts itself, or that an earlier one always wins against."""
    found = clash(portfolio.space, parts_of(portfolio.space, way.node, chain, f"chain {chain.id}"))
    message = text("this arm can never come true")
    if not found:
        found = _shadows(portfolio, ways, way)
        message = text("this arm never wins: whatever makes it true ends the wait before it")
    if len(found) > 1:
        yield _finding(portfolio, (way.node.place.span, message), found)


def _shadows(portfolio: Portfolio, ways: list[Choice], way: Choice) -> list[Part]:
    """Return an arm and an earlier one that the same event makes true (semantics 7.15)."""
    for one in ways[: way.number]:
        if way.asks is None or one.asks is None or not _are_of_one_event(one.node, way.node):
            continue
        found = clash(portfolio.space, [Part(one.node, NotOf(one.asks)), Part(way.node, way.asks)])
        if len(found) > 1:
            return found
    return []


def _are_of_one_event(one: Located, other: Located) -> bool:
    """Say whether two conditions are about one event or message and look equally far back."""
    if isinstance(one, MessageReaction) and isinstance(other, MessageReaction):
        return (one.message, one.channel, one.since, one.within) == (
            other.message,
            other.channel,
            other.since,
            other.within,
        )
    return (
        isinstance(one, EventHappened)
        and isinstance(other, EventHappened)
        and (one.event, one.since, one.within, one.between_ago)
        == (other.event, other.since, other.within, other.between_ago)
    )


def _filter(portfolio: Portfolio, chain: Chain, standing: Standing) -> Iterator[Diagnostic]:
    """Look at the `only` and `unless` of a step."""
    step, owner = standing.step, f"chain {chain.id}"
    asked: list[Part] = []
    name = "only" if step.only is not None else "unless"
    if step.only is not None:
        asked += parts_of(portfolio.space, step.only, chain, owner)
    if step.unless is not None:
        region = portfolio.space.region(step.unless, chain=chain, owner=owner)
        asked.append(Part(step.unless, NotOf(region.formula), owner))
    if not asked:
        return
    known, region = list(standing.known), standing.region
    if isinstance(step, Send) and chain.recheck != "entry":
        again = portfolio.space.region(chain.audience, owner=owner)
        region = region & again
        known += parts_of(portfolio.space, chain.audience, None, owner)
    wanted = portfolio.space.formula(every(part.formula for part in asked))
    if portfolio.space.overlap(region, wanted) is not None:
        return
    found = clash(portfolio.space, [*known, *asked])
    if found and not (len(found) == 1 and not _is_group(found[0])):
        message = text("this step never runs: nobody who comes here passes its `{name}`", name=name)
        if isinstance(step, Send):
            message = text(
                "this is never sent: nobody who comes here passes its `{name}`", name=name
            )
        yield _finding(portfolio, (step.place.key(name), message), found)


def _is_group(part: Part) -> bool:
    subject = getattr(type(part.node), "subject", "")
    return subject in ("all", "any", "none", "not") or isinstance(part.node, InSegment)


def _way(
    portfolio: Portfolio, standing: Standing, ways: list[Choice], way: Choice
) -> Iterator[Diagnostic]:
    """Look for a way that nobody takes; an empty way for all others may stay."""
    if (way.asks is None and not way.then) or any(w.asks is None for w in ways[: way.number]):
        return
    space = portfolio.space
    if way.asks is not None and not space.formula(way.asks).boxes:
        yield from _impossible(portfolio, standing, way)
        return
    asked = met(ways, way)
    wanted = space.formula(every(part.formula for part in asked))
    if space.overlap(standing.region, wanted) is not None:
        return
    found = clash(space, [*standing.known, *asked])
    if found:
        earlier = any(part.node is one.node for part in found for one in ways[: way.number])
        yield _finding(portfolio, _said(standing, way, shadowed=earlier), found)


def _impossible(portfolio: Portfolio, standing: Standing, way: Choice) -> Iterator[Diagnostic]:
    """Report a condition that contradicts itself, unless its comparisons are judged elsewhere."""
    if isinstance(standing.step, Switch):
        return
    found = clash(portfolio.space, parts_of(portfolio.space, way.node))
    if len(found) > 1 or (found and _is_group(found[0])):
        yield _finding(portfolio, _said(standing, way, shadowed=False), found)


def _said(standing: Standing, way: Choice, *, shadowed: bool) -> tuple[Span, Text]:
    step = standing.step
    if isinstance(step, Switch):
        names = list(step.switch.cases)
        if way.number == len(names):
            message = text("`default` never runs: the cases take everybody")
            return step.switch.place.key("default"), message
        name = names[way.number]
        message = text("nobody takes the case `{name}`", name=name)
        return step.switch.place.key("cases", name), message
    if way.asks is None:
        message = text("`else` never runs: the cases before it take everybody")
        return way.node.place.key("else"), message
    if shadowed:
        message = text("nobody takes this case: those before it take everybody it asks for")
    else:
        message = text("nobody takes this case")
    return way.node.place.span, message


def _finding(portfolio: Portfolio, head: tuple[Span, Text], parts: list[Part]) -> Diagnostic:
    span, message = head
    others = [part for part in parts if part.node.place.span != span]
    return Diagnostic(
        code=CODE,
        message=message,
        label=Label(span, text("can never be the case here")),
        related=tuple(Label(_place(part), text("because of this")) for part in others),
        help=(text("remove it, or correct the condition that keeps everybody out"),),
        evidence=proved(portfolio, [part.formula for part in parts]),
    )


def _place(part: Part) -> Span:
    """Return where a part is written; of a whole chain its triggers."""
    place = part.node.place
    is_chain = part.owner.startswith("chain ") and place.entry is not None
    return place.key("trigger") if is_chain and hasattr(part.node, "steps") else place.span
