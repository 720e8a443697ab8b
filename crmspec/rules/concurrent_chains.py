"""Chains that were not made for each other, alive in one customer at one time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Fix, Label, Safety, Severity, text
from crmspec.logic.evidence import evidence
from crmspec.rules import meeting
from crmspec.rules.insertion import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.logic.concurrent import Meeting
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness

CODE = Code(
    "CRM301",
    "concurrent-chains",
    text("chains that one customer is in at once and should not be"),
    Severity.WARNING,
)


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each trigger, and each pair of tags, whose chains can meet."""
    for one, witness in portfolio.meetings.shown:
        yield _finding(portfolio, one, witness)


def _finding(portfolio: Portfolio, one: Meeting, witness: Witness) -> Diagnostic:
    names = one.chains
    order = dict.fromkeys(
        entry.chain for entry in witness.trace.of("enter") if entry.chain in names
    )
    *_, last = (entered for id_ in order for entered in one.doors if entered.chain == id_)
    first = next(entered for entered in one.doors if entered != last)
    return Diagnostic(
        code=CODE,
        message=text(
            "one customer can be in {chains} at once", chains=meeting.names(sorted(names))
        ),
        label=Label(meeting.entered(portfolio, *last), one.why),
        related=(
            Label(
                meeting.entered(portfolio, *first), text("`{chain}` starts here", chain=first.chain)
            ),
        ),
        help=(
            text("put both into one `exclusive` group: the one of higher priority goes on"),
            text("or let the audience of one exclude the other with `in_chain`"),
        ),
        fixes=tuple(_fixes(portfolio, names)),
        evidence=evidence(
            portfolio,
            witness,
            code=CODE.id,
            harm=meeting.harm(portfolio, names, len(names) - 1, ()),
        ),
    )


def _fixes(portfolio: Portfolio, names: tuple[str, ...]) -> Iterator[Fix]:
    """Yield the ways into an exclusive group in which one of two chains is."""
    program = portfolio.program
    for group in program.exclusive.values():
        inside = {ref.id for ref in group.chains}
        outside = [name for name in names if name not in inside]
        if group.status == "live" and len(outside) == 1:
            edits = join(group.place, "chains", outside[0])
            title = text("put `{chain}` into `{group}`", chain=outside[0], group=group.id)
            if edits:
                yield Fix(title, edits, Safety.UNSAFE)
