"""Who refers to what in a program, and in what role; built by one walk over all resources."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from typing import TYPE_CHECKING

import msgspec

from crmspec.ir import action as a
from crmspec.ir import chain as ch
from crmspec.ir import step as st
from crmspec.ir.value import Located, Ref, Resource
from crmspec.ir.walk import walk
from crmspec.logic.wording import Wording
from crmspec.render.need import Need, Variables, declaring, needs, trigger_event, variables
from crmspec.render.step import sent
from crmspec.rules.prose import all_reads
from crmspec.source import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.ir.program import Program

ROLES: dict[str, dict[str, str]] = {
    "chain": {
        "trigger": "trigger",
        "audience": "filter",
        "exit": "exit",
        "goal": "goal",
        "steps": "branch",
        "emits": "emitted",
    },
    "broadcast": {"audience": "filter", "message": "send", "goal": "goal", "resend": "filter"},
    "segment": {"condition": "segment"},
    "goal": {"event": "goal", "segment": "goal"},
    "attribute": {"computed": "attribute"},
    "frequency": {"after": "frequency"},
    "stage": {"moves_to": "stage"},
    "message": {
        "show": "show",
        "fallback": "filter",
        "audience": "filter",
        "keys": "emitted",
        "success": "emitted",
    },
    "experiment": {"variants": "send"},
}
"""Kind → field → the role in which what the field names is used; the rest is `other`."""

CONSUMING = frozenset(
    "trigger filter exit goal branch segment template attribute frequency stage show".split()  # noqa: SIM905
)
"""The roles that make an event worth recording."""

_BARE = frozenset(
    ("place", "id", "title", "description", "owner", "status", "names", "extensions", "priority")
)
_OBSERVED = frozenset({"event", "message"})
_GIVING = frozenset({st.SendChoice, a.AudienceChange, a.Emit})
"""The nodes that give the references below them a role."""


class Use(msgspec.Struct, frozen=True):
    """One place where a resource is named: by whom and in what role."""

    ref: Ref
    role: str
    kind: str
    owner: Resource
    detail: str = ""


class Index:
    """References of a program by what they point to."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.uses: dict[tuple[str, str], list[Use]] = defaultdict(list)
        self.sent_by: dict[str, dict[str, Ref]] = defaultdict(dict)
        self._needs: dict[str, Need] = {}
        self._below: dict[str, list[Located]] = {}
        for kind, resource in program.resources():
            below: list[Located] = []
            if kind == "chain":
                self._below[resource.id] = below
            for use in _uses(kind, resource, below):
                self.uses[use.ref.kind, use.ref.id].append(use)
                if use.role == "send" and use.ref.kind == "message":
                    self.sent_by[f"{kind}.{resource.id}"].setdefault(use.ref.id, use.ref)
        for use in self._template_uses():
            self.uses[use.ref.kind, use.ref.id].append(use)

    def of(self, kind: str, id_: str) -> list[Use]:
        """Return the uses of one resource."""
        return self.uses.get((kind, id_), [])

    def sends(self, kind: str, scenario: Resource) -> dict[str, Ref]:
        """Return the messages a chain or broadcast sends, by id in the order of first mention."""
        return self.sent_by.get(f"{kind}.{scenario.id}", {})

    @cached_property
    def variables(self) -> dict[str, Variables]:
        """The event properties and profile attributes each message's templates read."""
        wording = Wording(self.program, Memory())
        return {
            id_: variables(it, all_reads(wording, it)) for id_, it in self.program.messages.items()
        }

    @cached_property
    def segments_with_events(self) -> frozenset[str]:
        """The segments that look at an event or reaction, directly or through other segments."""
        readers: dict[str, list[str]] = defaultdict(list)
        found: list[str] = []
        for id_, segment in self.program.segments.items():
            refs = [ref for ref, _ in _references(walk(segment.condition))]
            found += [id_] if any(ref.kind in _OBSERVED for ref in refs) else []
            for ref in refs:
                if ref.kind == "segment":
                    readers[ref.id].append(id_)
        reached = set(found)
        while found:
            fresh = set(readers[found.pop()]) - reached
            reached |= fresh
            found += fresh
        return frozenset(reached)

    def needs(self, chain: ch.Chain) -> Need:
        """Return the event properties and attributes a chain and its messages read."""
        if chain.id not in self._needs:
            sent_ = self.sends("chain", chain)
            read = [self.variables[id_] for id_ in sent_ if id_ in self.variables]
            self._needs[chain.id] = needs(chain, self._below[chain.id], read, self.program)
        return self._needs[chain.id]

    def _template_uses(self) -> Iterator[Use]:
        """Yield the trigger events whose properties stand in templates of a chain's messages."""
        for chain in self.program.chains.values():
            events = [ref for trigger in chain.trigger if (ref := trigger_event(trigger))]
            for id_ in self.sends("chain", chain) if events else ():
                message = self.program.messages.get(id_)
                for name in self.variables[id_].event if message else ():
                    for ref in declaring(events, name, self.program):
                        yield Use(ref, "template", "message", message, name)  # type: ignore[arg-type]


def _uses(kind: str, resource: Resource, below: list[Located]) -> Iterator[Use]:
    """Yield what a resource names and add all its nodes to `below`, so that one walk is enough."""
    roles = ROLES.get(kind, {})
    for field in _fields(resource.__class__):
        value = getattr(resource, field)
        if not value:
            continue
        role = roles.get(field, "other")
        for node in _nodes(value):
            walked = list(walk(node))
            below += walked
            for ref, special in _references(walked):
                yield Use(ref, special or role, kind, resource)


@cache
def _fields(cls: type[Resource]) -> tuple[str, ...]:
    return tuple(field for field in cls.__struct_fields__ if field not in _BARE)


def _nodes(value: object) -> Iterator[Located]:
    if isinstance(value, Located):
        yield value
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _nodes(item)


def _references(nodes: Iterable[Located]) -> Iterator[tuple[Ref, str]]:
    """Yield references with the role their step gives them, or nothing where it gives none."""
    special: dict[int, str] = {}
    for found in nodes:
        if found.__class__ is Ref:
            yield found, special.get(id(found), "")
            continue
        if found.__class__ not in _GIVING:
            continue
        match found:
            case st.SendChoice():
                special |= {id(ref): "send" for ref in sent(found)}
            case a.AudienceChange():
                special[id(found.message)] = "send"
            case a.Emit():
                special[id(found.emit)] = "emitted"
