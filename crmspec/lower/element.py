"""The elements of the language that targets take or lack, and where a resource has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from crmspec.content.parts import has_versions
from crmspec.ir import Located, walk
from crmspec.ir.audience import Broadcast
from crmspec.ir.chain import Chain
from crmspec.ir.channel import ChannelType
from crmspec.ir.condition import CONDITIONS
from crmspec.ir.message import Message
from crmspec.ir.program import KINDS
from crmspec.ir.step import STEPS, Send, Until, Wait
from crmspec.ir.target import ManagedKind
from crmspec.ir.trigger import TRIGGERS
from crmspec.ir.value import Ref, Resource
from crmspec.ir.walk import children

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmspec.ir import Program
    from crmspec.source import Span

_UNTIL = ("at", "weekday", "working_day", "date", "property", "day")
_CHAIN = (
    "audience",
    "reentry",
    "goal",
    "quiet_hours",
    "frequency",
    "exclusive",
    "holdout",
    "rate_limit",
    "running",
)
_MARKED = ("recheck", "priority", "goal_exit", "exit_event", "exit_if", "exit_audience", "step_end")
_MESSAGE = ("fallback", "topic")
_BROADCAST = ("repeat", "throttle", "optimize_send_time", "experiment", "resend", "frequency")
_STEP = ("only", "unless")

FAMILIES: dict[str, tuple[str, ...]] = {
    "kind": tuple(KINDS[key][0] for key in get_args(ManagedKind)),
    "trigger": tuple(cls.subject for cls in TRIGGERS),  # type: ignore[attr-defined]
    "condition": tuple(cls.subject for cls in CONDITIONS),  # type: ignore[attr-defined]
    "step": tuple(cls.subject for cls in STEPS),  # type: ignore[attr-defined]
    "channel": get_args(ChannelType),
    "wait": ("for", "months", "between", *_UNTIL),
    "policy": tuple(
        dict.fromkeys(
            (
                *_CHAIN,
                *_MARKED,
                *_STEP,
                "on_error",
                "choice",
                "locales",
                *_MESSAGE,
                "consent",
                *_BROADCAST,
            )
        )
    ),
}
"""Family → elements. A wait may have several; policies are named after the keys they stand under.

`recheck` is to ask the audience again (6.21), `goal_exit` is a goal that ends the passage (4.9),
`exit_*` and `step_end` are the kinds of exits (4.2 to 4.6), `choice` is a send of several messages
(8.26), `consent` is that of the gate (8.6).
"""

_OF_TYPE: dict[type[Located], str] = {
    **dict.fromkeys(TRIGGERS, "trigger"),
    **dict.fromkeys(CONDITIONS, "condition"),
    **dict.fromkeys(STEPS, "step"),
}

UNSENT: frozenset[str] = (
    frozenset(Resource.__struct_fields__)
    | {"job", "metrics", "version", "expected_entries", "expected_size", "sources", "volume"}
    | {"example", "assume", "fires_when", "provider", "source", "updates", "standard"}
    | {"on_update", "emits", "apps", "cost"}
)
"""Fields of resources that are for people and proofs, not for any target."""


class Element(NamedTuple):
    """One element of a resource: its family and name, the node that has it, and under which key.

    It is told of at the key, or `at_value` of it.
    """

    family: str
    name: str
    node: Located
    key: str
    at_value: bool = False

    @property
    def span(self) -> Span:
        """Return the place of the element."""
        place = self.node.place
        return place.value(self.key) if self.at_value else place.key(self.key)


def sent(resource: Resource) -> Iterator[Located]:
    """Yield the nodes of a resource that are for targets, not only for people and proofs."""
    yield resource
    for node in children(resource, UNSENT):
        yield from walk(node)


def elements(
    program: Program, resource: Resource, nodes: Sequence[Located] | None = None
) -> Iterator[Element]:
    """Yield the elements of a resource, in the order written; `nodes` are those of `sent`."""
    nodes = nodes if nodes is not None else list(sent(resource))
    match resource:
        case Message():
            channel = program.channels[resource.channel.id]
            yield Element("channel", channel.type, resource, "channel", at_value=True)
            if has_versions(resource):
                yield _policy("locales", resource)
            yield from _fields(resource, _MESSAGE)
        case Chain():
            yield from _of_chain(resource)
            yield from _of_groups(program, resource)
            yield from _consent(program, nodes, "steps")
        case Broadcast():
            yield from _fields(resource, _BROADCAST)
            yield from _consent(program, nodes, "message")
    for node in nodes:
        family = _OF_TYPE.get(type(node))
        if family is not None:
            subject = str(getattr(type(node), "subject"))  # noqa: B009 - each of these has it
            yield Element(family, subject, node, subject)
            if family == "step":
                yield from _of_step(node)


def _of_step(node: Located) -> Iterator[Element]:
    yield from _fields(node, _STEP)
    if getattr(node, "on_error", "continue") != "continue":
        yield _policy("on_error", node)
    match node:
        case Send() if node.send.message is None:
            yield _policy("choice", node, "send")
        case Wait():
            yield from _of_wait(node)


def _of_wait(node: Wait) -> Iterator[Element]:
    asked = node.wait.until or Until()
    names = [name for name in _UNTIL if getattr(asked, name)]
    names += [
        name for name in ("for", "between") if getattr(node.wait, name.replace("for", "for_"))
    ]
    if node.wait.for_ is not None and node.wait.for_.months:
        names.append("months")
    yield from (Element("wait", name, node, "wait", at_value=True) for name in names)


def _consent(program: Program, nodes: Sequence[Located], key: str) -> Iterator[Element]:
    """Yield that the gate asks for consent, if it does so for a message that is sent."""
    for node in nodes:
        if isinstance(node, Ref) and node.kind == "message" and node.id in program.messages:
            message = program.messages[node.id]
            channel = program.channels[message.channel.id]
            if message.consent is not None or channel.consent is not None:
                yield _policy("consent", nodes[0], key)
                return


def _of_chain(chain: Chain) -> Iterator[Element]:
    yield from _fields(chain, _CHAIN)
    if chain.audience is not None and chain.recheck != "entry":
        yield _policy("recheck", chain, "audience")
    if chain.priority != _USUAL:
        yield _policy("priority", chain)
    yield from (_policy("goal_exit", goal, "exits") for goal in chain.goal if goal.exits)
    for leave in chain.exit:
        kind = "event" if leave.event else "audience" if leave.no_longer else "if"
        yield _policy(f"exit_{kind}", leave, "exit")
        if leave.when == "step_end":
            yield _policy("step_end", leave, "when")


_USUAL = 50


def _of_groups(program: Program, chain: Chain) -> Iterator[Element]:
    """Yield that a group keeps the chain and others apart, though the chain does not say so."""
    refs = (ref for group in program.exclusive.values() for ref in group.chains)
    listed = next((ref for ref in refs if ref.id == chain.id), None)
    if listed is not None and chain.exclusive is None:
        yield Element("policy", "exclusive", listed, "chains", at_value=True)


def _fields(node: Located, names: tuple[str, ...]) -> Iterator[Element]:
    return (_policy(name, node) for name in names if getattr(node, name))


def _policy(name: str, node: Located, key: str | None = None) -> Element:
    return Element("policy", name, node, key or name)
