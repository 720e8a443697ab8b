"""Customers for whom a chain has no way on: waits without an end, choices with a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.ir.step import Branch, Send, Switch, WaitFor
from crmspec.ir.walk import walk
from crmspec.rules.replay import Replays, of_chain
from crmspec.rules.uncovered import uncovered_case, uncovered_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.step import Steps
    from crmspec.logic.arrival import Arrival
    from crmspec.logic.portfolio import Portfolio
    from crmspec.rules.replay import Aim
    from crmspec.rules.uncovered import Gap
    from crmspec.semantics.trace import Trace
    from crmspec.source import Span

CODE = Code(
    "CRM314",
    "missing-fallback",
    text("customers for whom a chain has no way on"),
    Severity.WARNING,
)
PATIENCE = 90
"""Days after which somebody who still waits is called stuck."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each wait without an end and each choice with a gap."""
    replays = Replays(portfolio, CODE)
    for chain in portfolio.program.chains.values():
        if chain.status != "live":
            continue
        for arrival in portfolio.arrivals[chain.id]:
            match arrival.step:
                case WaitFor():
                    yield from _endless(replays, chain, arrival, arrival.step)
                case Switch():
                    yield from _switch(replays, chain, arrival, arrival.step)
                case Branch():
                    yield from _branch(replays, chain, arrival, arrival.step)
    yield from replays.undecided()


def _endless(
    replays: Replays, chain: Chain, arrival: Arrival, step: WaitFor
) -> Iterator[Diagnostic]:
    """Report a wait that nothing ends for those who do nothing."""
    if step.wait_for.timeout is not None:
        return
    witness = replays.passage(
        chain, _stuck(chain.id, arrival.path), wanted=(arrival.path,), reach=PATIENCE * 1440
    )
    if witness is not None:
        yield Diagnostic(
            code=CODE,
            message=text("customers who do nothing wait in `{chain}` for ever", chain=chain.id),
            label=Label(step.place.key("wait_for"), text("this wait has no `timeout`")),
            related=tuple(
                Label(arm.if_.place.span, text("only this ends it"))
                for arm in step.wait_for.first_of[:2]
            ),
            help=(
                text("say how long to wait with `timeout`, and what comes then with `otherwise`"),
                *_advice(replays.portfolio.program, chain),
            ),
            evidence=replays.proof(witness),
        )


def _advice(program: Program, chain: Chain) -> Iterator[Text]:
    """Yield what else a wait without an end keeps from happening."""
    listed = (ref.id for group in program.exclusive.values() for ref in group.chains)
    if chain.exclusive is not None or chain.id in listed:
        yield text("whoever waits here can enter no chain of the same exclusive group")


def _stuck(chain: str, path: str) -> Aim:
    def aim(trace: Trace) -> bool:
        entries = list(of_chain(trace, chain))
        waits = any(one.kind == "wait" and one.step == path for one in entries)
        return waits and not any(one.kind in {"exit", "complete"} for one in entries)

    return aim


def _switch(replays: Replays, chain: Chain, arrival: Arrival, step: Switch) -> Iterator[Diagnostic]:
    """Report a switch all of whose cases send something, and which leaves a value out."""
    body = step.switch
    written = body.place.node is not None and body.place.node.child("default") is not None
    if body.default or written or not all(_sends(case) for case in body.cases.values()):
        return
    gap = uncovered_value(replays.portfolio.program, body)
    if gap is not None:
        yield from _gap(replays, chain, arrival, gap, body.place.key("cases"))


def _gap(
    replays: Replays, chain: Chain, arrival: Arrival, gap: Gap, place: Span
) -> Iterator[Diagnostic]:
    proof = Evidence(verdict=Verdict.PROVED)
    if gap.before:
        aim = _nothing(chain.id, arrival.path, {one.subject for one in gap.before})
        witness = replays.passage(chain, aim, wanted=(arrival.path,), before=gap.before)
        if witness is None:
            return
        proof = replays.proof(witness)
    yield Diagnostic(
        code=CODE,
        message=gap.said,
        label=Label(place, text("every case sends something")),
        related=gap.labels,
        help=(
            text("add the missing cases, or say what the others get"),
            text("if they are meant to get nothing, write an empty list for them"),
        ),
        evidence=proof,
    )


def _nothing(chain: str, path: str, attributes: set[str]) -> Aim:
    """Aim at a choice that is passed without a message from it, with attributes as they were."""
    subjects = {f"attribute {id_}" for id_ in attributes}

    def aim(trace: Trace) -> bool:
        entries = list(of_chain(trace, chain))
        passed = any(one.step == path for one in entries)
        inside = any((one.step or "").startswith(f"{path}.") for one in entries)
        return passed and not inside and not any(one.subject in subjects for one in entries)

    return aim


def _branch(replays: Replays, chain: Chain, arrival: Arrival, step: Branch) -> Iterator[Diagnostic]:
    """Report a division into cases that forgets some customers."""
    body = step.branch
    written = body.place.node is not None and body.place.node.child("else") is not None
    divides = len(body.cases) > 1 and all(_sends(case.then) for case in body.cases)
    if body.else_ or written or not divides:
        return
    gap = uncovered_case(replays.portfolio, chain, body)
    if gap is not None:
        yield from _gap(replays, chain, arrival, gap, step.place.key("branch"))


def _sends(steps: Steps) -> bool:
    return any(isinstance(node, Send) for step in steps for node in walk(step))
