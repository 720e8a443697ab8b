"""Timelines that an earlier run looked for: they stay as long as all that they touch does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.logic.witness import TRIES, enact
from crmspec.semantics.index import EVERY, ROUTE

if TYPE_CHECKING:
    from crmspec.logic.cast import Stage
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.witness import Witness


class Played(NamedTuple):
    """What a search found, what it asked the program for, and what stood behind that."""

    witness: Witness | None
    asked: frozenset[str]
    touched: tuple[object, ...]


class Playbook:
    """The searches of the last run and of this one, by stage and aim."""

    def __init__(self) -> None:
        self._before: dict[str, Played] = {}
        self._now: dict[str, Played] = {}

    def turn(self) -> None:
        """Begin a new run: keep what the last one used."""
        self._before, self._now = self._now, {}

    def enact(
        self, portfolio: Portfolio, stage: Stage, aim: str, tries: int = TRIES
    ) -> Witness | None:
        """Return what `witness.enact` does.

        The words of `aim` must say all that the aim of the stage depends on, besides the chains
        that are entered and what in the program is no chain.
        """
        key = _key(portfolio, stage, f"{aim} {tries}")
        found = self._now.get(key) or self._before.get(key)
        if found is None or found.touched != _touched(portfolio, stage, found.asked):
            asked = portfolio.machine.index.asked
            asked.clear()
            witness = enact(portfolio, stage, tries)
            touched = _touched(portfolio, stage, frozenset(asked))
            found = Played(witness, frozenset(asked), touched)
        self._now[key] = found
        return found.witness


def _key(portfolio: Portfolio, stage: Stage, aim: str) -> str:
    shown = (stage.entrances, stage.wanted, stage.before, stage.extra, stage.reactions)
    when = (stage.start_local, stage.start_day, stage.days, stage.waits)
    mailed = (stage.occasions, stage.starts, stage.zone)
    return f"{aim} {portfolio.behaviour} {shown} {when} {mailed}"


def _touched(portfolio: Portfolio, stage: Stage, asked: frozenset[str]) -> tuple[object, ...]:
    """Return what stands for all chains that had a part in a search, or might have had one."""
    index, program = portfolio.machine.index, portfolio.program
    chains = dict.fromkeys(one.chain for one in stage.entrances)
    for key in sorted(asked):
        chains.update(dict.fromkeys(start.chain for start in index.starts.get(key, ())))
        if key.startswith(ROUTE):
            chains[key.removeprefix(ROUTE)] = None
    chains.update(dict.fromkeys(program.chains if EVERY in asked else index.restless))
    marks = tuple(map(portfolio.carried.written, chains))
    return (index.joined, tuple(program.chains), marks)
