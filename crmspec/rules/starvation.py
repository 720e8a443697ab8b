"""Messages that a frequency rule never leaves room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.logic.evidence import evidence
from crmspec.logic.length import duration
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.rules import crowded_out, meeting, more_room, paused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.frequency import Frequency
    from crmspec.logic.crowding import Crowded
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.trace import Entry, Trace

CODE = Code(
    "CRM312",
    "starvation",
    text("a message that a frequency rule never leaves room for"),
    Severity.ERROR,
)
BUDGET = 60
"""Timelines that the whole rule looks at."""


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each frequency rule and chain with a message that always gets lost."""
    left = BUDGET
    for id_, crowded in portfolio.crowdings.items():
        rule = portfolio.program.frequency[id_]
        told: set[str] = set()
        for one in crowded:
            if one.chain in told or left == 0:
                continue
            left -= 1
            witness = _shown(portfolio, one)
            if witness is not None:
                told.add(one.chain)
                yield _finding(portfolio, rule, one, witness)
    yield from paused.look(portfolio, CODE)
    yield from crowded_out.look(portfolio, CODE)


def _is_lost(portfolio: Portfolio, entry: Entry, one: Crowded) -> bool:
    """Say whether a message gets lost; of several full rules, the trace names but one."""
    return (
        entry.kind in ("skip", "exit")
        and entry.step == one.path
        and entry.rule in portfolio.program.frequency
    )


def _shown(portfolio: Portfolio, one: Crowded) -> Witness | None:
    sent = {path for _, path, _ in one.before}

    def aim(trace: Trace) -> bool:
        return sent <= {entry.step for entry in trace.sends()} and any(
            _is_lost(portfolio, entry, one) for entry in trace.entries
        )

    entrances = tuple(Entrance(*entered, 0) for entered in one.doors)
    return enact(portfolio, Stage(entrances, aim, (*sorted(sent), one.path)))


def _finding(portfolio: Portfolio, rule: Frequency, one: Crowded, witness: Witness) -> Diagnostic:
    lost = next(entry for entry in witness.trace.entries if _is_lost(portfolio, entry, one))
    paths = {path for _, path, _ in one.before}
    sent = tuple(entry for entry in witness.trace.sends() if entry.step in paths)
    return Diagnostic(
        code=CODE,
        message=text(
            "`{message}` is lost for everyone who gets {before} before it: `{rule}` has no room"
            " left",
            message=one.message,
            before=meeting.names([message for _, _, message in one.before]),
            rule=rule.id,
        ),
        label=Label(meeting.spoken(portfolio, lost), text("this one is never sent after them")),
        related=meeting.once(
            (
                *(Label(meeting.spoken(portfolio, entry), text("sent before")) for entry in sent),
                Label(one.ceiling.node.place.span, text("the limit")),
            )
        ),
        help=(
            text(
                "let it come more than {window} after the first of them, or raise the limit",
                window=duration(one.ceiling.text),
            ),
            *_later(portfolio, rule, one),
        ),
        fixes=more_room.fixes(portfolio, rule, one),
        evidence=evidence(
            portfolio,
            witness,
            code=CODE.id,
            counted=lambda entry: entry in sent or entry is lost,
            harm=meeting.harm(portfolio, (one.chain,), 1, sent),
        ),
    )


def _later(portfolio: Portfolio, rule: Frequency, one: Crowded) -> tuple[Text, ...]:
    """Return what else helps where messages over a limit may come later."""
    if not more_room.may_wait(portfolio, rule, one.ceiling):
        return ()
    return (text("if the message may come later, give the rule `exceed: delay` and a `ttl`"),)
