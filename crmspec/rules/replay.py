"""What rules replay: a few of their suspicions, each as a customer with a timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Diagnostic, Label, Severity, text
from crmspec.diagnostics.evidence import Evidence, Verdict
from crmspec.logic.evidence import evidence
from crmspec.logic.week import DAY
from crmspec.logic.witness import Entrance, Stage, enact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from crmspec.diagnostics import Code
    from crmspec.ir.chain import Chain
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness
    from crmspec.semantics.scenario import Happening
    from crmspec.semantics.trace import Entry, Trace
    from crmspec.source import Span

    Aim: TypeAlias = Callable[[Trace], bool]

REPLAYS = 40
"""How many suspicions of one rule are replayed; what is left over is said to be undecided."""


class Replays:
    """Replays suspicions of one rule as long as its budget lasts."""

    def __init__(self, portfolio: Portfolio, code: Code, budget: int = REPLAYS) -> None:
        self.portfolio = portfolio
        self.code = code
        self.left = budget
        self.missed: list[Span] = []

    def stage(
        self, stage: Stage, place: Span, portfolio: Portfolio | None = None
    ) -> Witness | None:
        """Return what shows the suspicion at `place`, or None; maybe in another portfolio."""
        if self.left <= 0:
            self.missed.append(place)
            return None
        self.left -= 1
        return enact(portfolio or self.portfolio, stage)

    def passage(  # noqa: PLR0913 - what may be said of one passage
        self,
        chain: Chain,
        aim: Aim,
        *,
        wanted: tuple[str, ...] = (),
        before: tuple[Happening, ...] = (),
        extra: tuple[Happening, ...] = (),
        start_local: str = "09:00",
        start_day: int = 0,
        reach: int = 0,
        trigger: int | None = None,
    ) -> Witness | None:
        """Return a passage through one chain that does what is aimed at.

        It begins with `trigger` or with any, and lasts `reach` minutes at the least.
        """
        numbers = range(len(chain.trigger)) if trigger is None else (trigger,)
        for number in numbers:
            stage = Stage(
                entrances=(Entrance(chain.id, number, 0),),
                aim=aim,
                wanted=wanted,
                before=before,
                extra=extra,
                start_local=start_local,
                start_day=start_day,
                days=reach // DAY + 3 if reach else None,
            )
            found = self.stage(stage, chain.place.name)
            if found is not None:
                return found
        return None

    def silent(
        self, chain: Chain, find: Callable[[], Iterable[Diagnostic]]
    ) -> tuple[Diagnostic, ...]:
        """Return what is found of a chain; where nothing was suspected, no one looks again.

        What is looked at may be nothing but what `Portfolio.of_chain` allows.
        """
        fresh: list[tuple[Diagnostic, ...]] = []

        def look() -> bool:
            before = self.left, len(self.missed)
            fresh.append(tuple(find()))
            return not fresh[0] and before == (self.left, len(self.missed))

        is_silent = self.portfolio.of_chain(self.code.id, chain.id, look)
        if fresh:
            return fresh[0]
        return () if is_silent else tuple(find())

    def proof(self, witness: Witness, counted: Callable[[Entry], bool] | None = None) -> Evidence:
        """Return the evidence of what has been replayed, up to the last entry that counts."""
        return evidence(self.portfolio, witness, code=self.code.id, counted=counted)

    def undecided(self) -> Iterator[Diagnostic]:
        """Yield one finding about what the budget left over."""
        if self.missed:
            yield Diagnostic(
                code=self.code,
                message=text("{count} more like these were not looked at", count=len(self.missed)),
                label=Label(self.missed[0], text("the first of them")),
                help=(text("mend what is reported, then check again"),),
                severity=Severity.INFO,
                evidence=Evidence(verdict=Verdict.UNDECIDED),
            )


def of_chain(trace: Trace, chain: str) -> Iterator[Entry]:
    """Yield what happened in the passages of a chain."""
    return (entry for entry in trace.entries if entry.chain == chain)


def sent(chain: str, path: str) -> Aim:
    """Aim at a message of one step going out."""

    def aim(trace: Trace) -> bool:
        return any(one.kind == "send" and one.step == path for one in of_chain(trace, chain))

    return aim


def left(chain: str, reason: str) -> Aim:
    """Aim at a passage that ends early for a reason."""

    def aim(trace: Trace) -> bool:
        return any(one.kind == "exit" and one.reason == reason for one in of_chain(trace, chain))

    return aim
