"""Whom a holdout puts aside: an example of what a chain sends has to be somebody else."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crmspec.ir.trait import RandomShare
from crmspec.ir.value import Percent
from crmspec.logic.formula import Atom
from crmspec.logic.variable import Bucket
from crmspec.semantics.same import Same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.measure import Experiment
    from crmspec.ir.program import Program
    from crmspec.logic.formula import Formula
    from crmspec.semantics.scenario import Moment


def shares(program: Program, chains: Iterable[str], moment: Moment) -> Iterator[RandomShare]:
    """Yield the shares of customers to whom some chains, or all of them, send nothing then.

    A holdout that spares some messages is left to the run.
    """
    found = [of_chain(program.chains[id_]) for id_ in chains]
    for one in program.experiments.values():
        if one.type == "holdout" and one.status == "live" and not one.exclude:
            period = None if one.rotate is None else moment // max(one.rotate.minutes, 1)
            found.append(_of_experiment(Same(one), period))
    yield from filter(None, found)


def of_chain(chain: Chain) -> RandomShare | None:
    """Return the share that a chain puts aside, None if it has no holdout (6.28, 6.29)."""
    return _of_chain(Same(chain))


@lru_cache(maxsize=4096)
def _of_chain(same: Same[Chain]) -> RandomShare | None:
    chain, held = same.it, same.it.holdout
    if held is None:
        return None
    salt = held.salt or f"{chain.id}.holdout"
    return RandomShare(place=held.place, random=held.percent, salt=salt)


@lru_cache(maxsize=4096)
def _of_experiment(same: Same[Experiment], period: int | None) -> RandomShare:
    one = same.it
    salt = one.salt or one.id
    drawn = salt if period is None else f"{salt}.{period}"
    return RandomShare(place=one.place, random=one.percent or Percent(value=0.0), salt=drawn)


def formula(share: RandomShare) -> Formula:
    """Return what is true of those in a share with a salt (semantics 5.38)."""
    return Atom(Bucket(share.salt or ""), "lt", share.random.value * 100)
