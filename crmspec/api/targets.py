"""`targets`, and the losses of a project on several of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from crmspec.api.check import check_path
from crmspec.ir.program import KEYS
from crmspec.ir.target import Target
from crmspec.lower.capability import Support
from crmspec.lower.element import FAMILIES
from crmspec.lower.lowering import lower
from crmspec.providers.registry import TABLES, capabilities, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crmspec.ir import Program
    from crmspec.lower.capability import Capabilities
    from crmspec.lower.lowering import Lowered


def tables(names: Sequence[str], path: Path | None = None) -> tuple[Capabilities, ...]:
    """Return the tables of platforms, or of targets of the project; of all platforms without names.

    Raises:
        UnknownTargetError: nothing is known of one of them.
        NothingToReadError: a name is no platform, and there is no project.
    """
    if all(name in TABLES for name in names):
        return tuple(capabilities(name) for name in names or sorted(TABLES))
    program = check_path(path).program
    return tuple(table(_target(program, name)) for name in names)


def _target(program: Program, name: str) -> Target:
    return program.targets.get(name) or Target(id=name, platform=name)


class Fare(NamedTuple):
    """How a resource fares on each target: how many elements by how they are taken, but native."""

    name: str
    found: tuple[dict[Support, int], ...]


class Losses(NamedTuple):
    """How the resources of a project fare on targets; those native everywhere are not listed.

    `errors` is the number of findings that keep parts of the project out of the table.
    """

    targets: tuple[str, ...]
    fares: tuple[Fare, ...]
    errors: int


def losses(names: Sequence[str], path: Path | None = None) -> Losses:
    """Return what a project loses on targets or platforms.

    Raises:
        UnknownTargetError: nothing is known of one of them.
        NothingToReadError: there is no project.
    """
    result = check_path(path)
    program = result.program
    counts: dict[str, list[Counter[Support]]] = {}
    for number, name in enumerate(names):
        target = _target(program, name)
        taken = table(target)
        made = lower(program, taken, target)
        found = [(str(one.key), one.support) for one in made.outcomes]
        for name_, support in [*found, *_by_hand(target, made), *_homeless(program, taken)]:
            counts.setdefault(name_, [Counter() for _ in names])[number][support] += 1
    fares = tuple(Fare(key, tuple(map(dict, row))) for key, row in sorted(counts.items()))
    errors = sum(finding.level == "error" for finding in result.report.findings)
    return Losses(tuple(names), fares, errors)


def _by_hand(target: Target, made: Lowered) -> Iterator[tuple[str, Support]]:
    """Yield each resource of a target where people set up all; its table takes all as it is."""
    if target.mode == "build_sheet":
        yield from ((str(key), Support.MANUAL) for key in made.survey.wanted)


def _homeless(program: Program, taken: Capabilities) -> Iterator[tuple[str, Support]]:
    """Yield the key of each resource of a kind that the platform has no place for."""
    for kind in FAMILIES["kind"]:
        support = taken.row("kind", kind).support
        if support == "none":
            yield from ((KEYS[kind], support) for _ in getattr(program, KEYS[kind]))
