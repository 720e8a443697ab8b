"""Passes that judge each resource for itself are run again only where something changed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast

from msgspec import field

from crmspec.ir.program import KINDS
from crmspec.source.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir.program import Program
    from crmspec.ir.value import Located
    from crmspec.resolve.scope import Scope
    from crmspec.source import Memory

    Pass = Callable[[Scope], Iterator[Diagnostic]]

LEAVES = frozenset({"chains", "segments", "broadcasts", "personas", "tests"})
"""Top-level keys of the resources that no local pass reads when it judges another one."""

_Findings = tuple["Diagnostic", ...]


class _Run(Record):
    """What the local passes saw and found, by file."""

    program: Program
    broken: AbstractSet[tuple[str, str]]
    owners: dict[str, tuple[Located, ...]]
    found: dict[str, _Findings] = field(default_factory=dict)

    def changed_since(self, other: _Run) -> AbstractSet[str]:
        """Return the files whose resources are not the very same objects."""
        paths = self.owners.keys() | other.owners.keys()
        return {path for path in paths if not _same(self.owners.get(path), other.owners.get(path))}


def check(scope: Scope, passes: tuple[Pass, ...], memory: Memory) -> Iterator[Diagnostic]:
    """Yield what the passes find, file by file; files that cannot have changed are not judged."""
    now = _Run(scope.program, scope.broken, _owners(scope))
    before = cast("_Run | None", memory.left("local passes"))
    known: dict[str, _Findings] = {}
    if before is not None and _is_same_world(before, now):
        changed = now.changed_since(before)
        known = {
            path: found
            for path, found in before.found.items()
            if path not in changed and not any(_touches(one, changed) for one in found)
        }
    for path, owners in now.owners.items():
        found = known.get(path)
        if found is None:
            part = scope.part(owners)
            found = tuple(finding for run in passes for finding in run(part))
        now.found[path] = found
        yield from found
    memory.leave("local passes", now)


def _owners(scope: Scope) -> dict[str, tuple[Located, ...]]:
    owners: dict[str, list[Located]] = defaultdict(list)
    for owner in scope.owners():
        node = owner.place.node
        owners[node.path if node is not None else ""].append(owner)
    return {path: tuple(found) for path, found in owners.items()}


def _is_same_world(before: _Run, now: _Run) -> bool:
    """Say whether all that a local pass reads of other resources means the same as before."""
    old, new = before.program, now.program
    if before.broken != now.broken or old.files != new.files:
        return False
    if old.project is not new.project or old.identity is not new.identity:
        return False
    return all(_equal(getattr(old, key), getattr(new, key)) for key in KINDS if key not in LEAVES)


def _equal(old: dict[str, Located], new: dict[str, Located]) -> bool:
    """Compare resources by id; those that are the same objects need no look."""
    if old.keys() != new.keys():
        return False
    return all(one is new[id_] or one == new[id_] for id_, one in old.items())


def _same(some: tuple[Located, ...] | None, others: tuple[Located, ...] | None) -> bool:
    if some is None or others is None or len(some) != len(others):
        return False
    return all(one is other for one, other in zip(some, others, strict=True))


def _touches(finding: Diagnostic, paths: AbstractSet[str]) -> bool:
    """Say whether a finding points into one of the files, whose places may have moved."""
    labels: Iterable[str] = (label.span.path for label in (finding.label, *finding.related))
    edits = (edit.span.path for fix in finding.fixes for edit in fix.edits)
    return any(path in paths for path in (*labels, *edits))
