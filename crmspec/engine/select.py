"""Narrow a plan to a part of the project: by address, tag, kind or path, along dependencies."""

from __future__ import annotations

from fnmatch import fnmatchcase
from posixpath import normpath
from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics import text
from crmspec.diagnostics.suggestion import nearest
from crmspec.engine.change import REMOVALS, Kind
from crmspec.engine.error import SelectionError
from crmspec.engine.order import closure
from crmspec.engine.resource import Address, Resource
from crmspec.ir.program import KEYS
from crmspec.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crmspec.engine.change import Change
    from crmspec.engine.plan import Left, Plan

_EVERYTHING = ("*",)


def narrowed(
    plan: Plan, resources: Iterable[Resource], select: Sequence[str], exclude: Sequence[str]
) -> Plan:
    """Return the plan with the selected changes, and with those that they cannot do without.

    Of what is told beside, there is what is about the selected.

    Raises:
        SelectionError: a term selects nothing, or what is needed is excluded.
    """
    if not select and not exclude:
        return plan
    known = {resource.address: resource for resource in resources}
    for change in plan.changes:
        known.setdefault(change.address, _gone(change))
    for task in plan.tasks:
        known.setdefault(task.address, Resource(task.address, {}, (), Span("", 0, 0)))
    for remark in plan.remarks:
        known.setdefault(remark.address, _left(remark))
    chosen = _all(select or _EVERYTHING, known)
    refused = _all(exclude, known)
    kept = _closed(plan.changes, chosen - refused, refused)
    about = kept | (chosen - refused)
    apart = [one for one in plan.remarks if one.stays and one.address not in about]
    return msgspec.structs.replace(
        plan,
        changes=tuple(_kept(change, kept) for change in plan.changes if change.address in kept),
        remarks=tuple(one for one in plan.remarks if one.address in about),
        undeployed=() if select else plan.undeployed,
        tasks=tuple(task for task in plan.tasks if task.address in chosen - refused),
        wanted={at: one for at, one in plan.wanted.items() if at in chosen - refused},
        also=tuple(sorted(kept - chosen)),
        left_out=sum(one.address not in kept for one in plan.changes if not one.only_noted)
        + len(apart),
    )


def _gone(change: Change) -> Resource:
    """Return what stands for an object that the project has no more."""
    depends = change.remote.depends if change.remote is not None else ()
    return Resource(change.address, {}, depends, Span("", 0, 0))


def _left(remark: Left) -> Resource:
    """Return what stands for what the target does not get, or has beside the project."""
    path, _, line = remark.source.rpartition(":")
    path = path if line.isdecimal() else remark.source
    return Resource(remark.address, {}, (), Span(path, 0, 0))


def _all(terms: Iterable[str], known: Mapping[Address, Resource]) -> set[Address]:
    return set().union(*(_selected(term, known) for term in terms))


def _selected(term: str, known: Mapping[Address, Resource]) -> set[Address]:
    """Return what a term selects: `+chain.x` with what it needs, `chain.x+` with what needs it."""
    bare = term.removeprefix("+").removesuffix("+")
    found = {address for address, one in known.items() if _matches(bare, one)}
    if not found:
        close = nearest(bare, _terms(known))
        raise SelectionError(
            text("`{term}` selects nothing", term=term),
            *([text("did you mean `{name}`?", name=close)] if close else []),
            text("write `chain.welcome`, `kind:message`, `tag:promo` or `path:campaigns/welcome`"),
            text("a `+` before it adds what it needs, one after it what needs it"),
        )
    more = set(found)
    if term.startswith("+"):
        more |= set().union(*(closure(address, known) for address in found)) & known.keys()
    if term.endswith("+"):
        more |= {address for address in known if closure(address, known) & found}
    return more


def _matches(term: str, resource: Resource) -> bool:
    method, separator, value = term.partition(":")
    if not separator:
        return term == KEYS.get(resource.address.kind) or fnmatchcase(str(resource.address), term)
    match method:
        case "kind":
            kind = resource.address.kind
            return value == KEYS.get(kind) or fnmatchcase(kind, value)
        case "tag":
            return any(fnmatchcase(tag, value) for tag in resource.tags)
        case "path":
            path, wanted = resource.origin.path, normpath(value) if value else value
            inside = wanted == "." or path.startswith(f"{wanted}/")
            return bool(wanted) and (inside or fnmatchcase(path, wanted))
    return False


def _terms(known: Mapping[Address, Resource]) -> Iterator[str]:
    """Yield what may be written to select something: an address, a kind, a tag, a file."""
    for address, one in known.items():
        yield str(address)
        yield f"kind:{address.kind}"
        if one.origin.path:
            yield f"path:{one.origin.path}"
        yield from (f"tag:{tag}" for tag in one.tags)


def _closed(
    changes: Sequence[Change], chosen: AbstractSet[Address], refused: AbstractSet[Address]
) -> set[Address]:
    """Return the addresses of the chosen changes and of those that must come before them."""
    by_address: dict[Address, list[Change]] = {}
    for change in changes:
        by_address.setdefault(change.address, []).append(change)
    kept = {address for address in chosen if address in by_address}
    left = sorted(kept)
    while left:
        for change in by_address[left.pop()]:
            for address in _needed(change, by_address):
                if address in refused:
                    raise _excluded(change, address)
                if address not in kept:
                    kept.add(address)
                    left.append(address)
    return kept


def _needed(change: Change, by_address: Mapping[Address, list[Change]]) -> list[Address]:
    """Return what must come before: what it needs is made, what needs it is rid of it."""
    if change.kind in REMOVALS:
        return list(change.after)
    return [
        address
        for address in change.after
        if any(other.kind is Kind.CREATE for other in by_address[address])
    ]


def _excluded(change: Change, address: Address) -> SelectionError:
    return SelectionError(
        text(
            "`{address}` cannot be done without `{needed}`, which is left out",
            address=str(change.address),
            needed=str(address),
        ),
        text("leave both out, or neither"),
    )


def _kept(change: Change, kept: AbstractSet[Address]) -> Change:
    return msgspec.structs.replace(change, after=tuple(one for one in change.after if one in kept))
