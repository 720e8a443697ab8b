"""Which objects of an account are read into the project, and under which addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmspec.api.intake.fact import mentioned
from crmspec.api.intake.piece import Loss
from crmspec.diagnostics import text
from crmspec.engine.error import SelectionError
from crmspec.engine.resource import Address
from crmspec.engine.survey import Seen, named
from crmspec.ir.program import KEYS, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crmspec.api.deploy import Deployment
    from crmspec.engine.resource import Remote


@dataclass(frozen=True)
class Choice:
    """What to read, by address; `kept` is there already, `left` is not for this project."""

    chosen: dict[Address, Seen]
    kept: int
    left: tuple[Loss, ...]


def choose(deployment: Deployment, seen: Iterable[Seen], known: Mapping[Address, str]) -> Choice:
    """Choose what nobody has yet; `known` are the ids of what the project has."""
    program = deployment.result.program
    ids = {(address.kind, id_) for address, id_ in known.items()}
    kinds = deployment.provider.compile(program).kinds
    mine, left, kept = [], [], 0
    for one in seen:
        if (one.kind, one.id) in ids or _ours(one, deployment):
            kept += 1
        elif kinds is not None and one.kind not in kinds:
            reason = text("the target does not manage `{kind}`", kind=KEYS[one.kind])
            left.append(Loss("left", one.kind, one.id, one.title, reason))
        elif one.project not in {None, deployment.project}:
            reason = text("it belongs to project `{project}`", project=one.project or "")
            left.append(Loss("left", one.kind, one.id, one.title, reason))
        else:
            mine.append(one)
    taken = {Address(kind, node.id) for kind, node in program.resources()}
    return Choice(named(mine, taken | known.keys()), kept, tuple(left))


def _ours(one: Seen, deployment: Deployment) -> bool:
    """Say whether the object carries the mark of a resource that the project has."""
    if one.mark is None or one.project != deployment.project:
        return False
    return deployment.result.program.find(one.kind, one.mark) is not None


def selected(
    chosen: Mapping[Address, Seen], actual: Mapping[Address, Remote], terms: Sequence[str]
) -> dict[Address, Seen]:
    """Return what the terms name (kinds or addresses), and what that refers to.

    Raises:
        SelectionError: a term names nothing.
    """
    if not terms:
        return dict(chosen)
    wanted = {address for term in terms for address in _named(term, chosen)}
    more = list(wanted)
    while more:
        remote = actual.get(more.pop())
        named = {*remote.depends, *mentioned(remote.body)} if remote else set()
        needs = [one for one in sorted(named) if one in chosen]
        more += [one for one in needs if one not in wanted]
        wanted.update(needs)
    return {address: one for address, one in chosen.items() if address in wanted}


def _named(term: str, chosen: Mapping[Address, Seen]) -> Iterator[Address]:
    kind = KINDS[term][0] if term in KINDS else term
    found = [one for one, seen in chosen.items() if term in {str(one), seen.id} or one.kind == kind]
    if not found:
        raise SelectionError(
            text("nothing new on the target is `{term}`", term=term),
            text("name a kind (`chains`), an address (`chain.welcome`) or an id of the target"),
        )
    yield from found
