"""Resolution: names, steps, types, messages and settings of a whole program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.resolve import (
    calendar,
    chain_cycle,
    chance,
    choice,
    circular,
    comparison,
    content,
    demand,
    file,
    identifier,
    itself,
    length,
    literal,
    local,
    locale,
    moved,
    ownership,
    property,  # noqa: A004 - the author's word
    readonly,
    reference,
    role,
    schedule,
    step,
    storage,
    timezone,
    unreachable,
    unused,
    weight,
)
from crmspec.resolve.codes import CODES
from crmspec.resolve.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.program import Program
    from crmspec.source import Memory

    Pass = Callable[[Scope], Iterator[Diagnostic]]

__all__ = ["CODES", "PASSES", "check"]

PASSES: tuple[Pass, ...] = (
    reference.check,
    unused.check,
    circular.check_segments,
    circular.check_blocks,
    chain_cycle.check,
    step.check,
    unreachable.check,
    property.check,
    comparison.check,
    demand.check,
    literal.check,
    literal.check_limits,
    choice.check,
    choice.check_variants,
    weight.check,
    length.check,
    calendar.check,
    content.check,
    file.check,
    locale.check,
    timezone.check,
    storage.check,
    identifier.check,
    schedule.check,
    role.check,
    readonly.check,
    itself.check,
    chance.check,
    moved.check,
    ownership.check,
)

LOCAL: tuple[Pass, ...] = (
    property.check,
    comparison.check,
    demand.check,
    literal.check,
    literal.check_limits,
    choice.check,
    weight.check,
    length.check,
    calendar.check,
    file.check,
    timezone.check,
    schedule.check,
    role.check,
    readonly.check,
)
"""Passes that find the nodes they judge by `Scope.every`, and look nothing up in `local.LEAVES`."""


def check(
    program: Program,
    broken: AbstractSet[tuple[str, str]] = frozenset(),
    memory: Memory | None = None,
) -> Iterator[Diagnostic]:
    """Yield every finding of every pass.

    `broken` holds `(top-level key, id)` of resources that are declared but absent from the
    program, because their shape is wrong; nothing that hangs on them is reported.
    `memory` spares work on what has not changed since an earlier check.
    """
    scope = Scope(program, broken, memory)
    for run in PASSES:
        if memory is None or run not in LOCAL:
            yield from run(scope)
    if memory is not None:
        yield from local.check(scope, LOCAL, memory)
