"""Every condition of a program, with the place that gives it its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.ir.condition import CONDITIONS, All, Any, Not, Nothing
from crmspec.ir.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located

LEAVES = frozenset(CONDITIONS) - {All, Any, Not, Nothing}
"""The kinds of conditions that hold no others."""


class Asked(NamedTuple):
    """Something that holds conditions: the chain and resource it stands in, and if in its steps."""

    root: Located
    chain: Chain | None = None
    owner: str = ""
    in_steps: bool = True


def asked(program: Program, extra: Iterable[Located] = ()) -> Iterator[Asked]:
    """Yield whatever holds conditions, in the order of the program."""
    yield from besides_chains(program)
    for chain in program.chains.values():
        yield from of_chain(chain)
    for condition in extra:
        yield Asked(condition)


def besides_chains(program: Program) -> Iterator[Asked]:
    """Yield whatever holds conditions and is no chain."""
    for segment in program.segments.values():
        yield Asked(segment.condition, None, f"segment {segment.id}")
    for broadcast in program.broadcasts.values():
        if broadcast.resend is not None and broadcast.resend.to is not None:
            yield Asked(broadcast.resend.to, None, f"broadcast {broadcast.id}")
    for message in program.messages.values():
        if message.fallback is not None and message.fallback.when is not None:
            yield Asked(message.fallback.when, None, f"message {message.id}")


def of_chain(chain: Chain) -> Iterator[Asked]:
    """Yield whatever holds conditions in a chain."""
    owner = f"chain {chain.id}"
    if chain.audience is not None:
        yield Asked(chain.audience, None, owner)
    for exit_ in chain.exit:
        if exit_.if_ is not None:
            yield Asked(exit_.if_, chain, owner, in_steps=False)
    for step in chain.steps:
        yield Asked(step, chain, owner)


def leaves(root: Located) -> Iterator[Located]:
    """Yield the conditions below something that hold no others."""
    for node in walk(root):
        if type(node) in LEAVES:
            yield node
