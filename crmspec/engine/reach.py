"""Who gets something, in digests: whether what is live may reach others than it did before.

A target's own words are not judged, but what the project says: `Entry` keeps it of what was
applied. What cannot be shown to ask for more counts as reaching others. Whether somebody comes
later instead, or a cap then has room for another letter, is not looked at.

A digest is followed by the addresses that what it stands for refers to, `f00d@segment.vip`: a
resource that is renamed stays what it is (`moved`), another of its old name does not become it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from crmspec.engine.body import REFERENCE, canonical, digest, is_reference
from crmspec.engine.encode import Encoder
from crmspec.engine.move import AT
from crmspec.engine.resource import Address
from crmspec.ir import KEYS, Located, Ref, Resource, walk
from crmspec.ir.action import Step
from crmspec.ir.audience import Broadcast, Segment
from crmspec.ir.chain import Chain
from crmspec.ir.condition import All, ChannelReaction, MessageReaction, StepResult, Tagged
from crmspec.ir.measure import Goal
from crmspec.ir.message import Message
from crmspec.ir.step import JumpTo, Note, Send, SendChoice
from crmspec.lower.negation import nnf
from crmspec.lower.rewrite import rewrite
from crmspec.lower.salt import holdout_salt, salted
from crmspec.semantics.scope import Source, over

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from crmspec.ir import Program
    from crmspec.ir.condition import Condition
    from crmspec.ir.step import Steps

    Path = tuple[str | int, ...]

Reach: TypeAlias = dict[str, tuple[str, ...]]
"""Digests of what decides who gets something, by the key under which an author finds it."""

_FEWER = frozenset({"trigger", "include"})
"""Of these, less reaches fewer: a trigger, a segment that is written to."""
_MORE = frozenset({"audience", "exit", "frequency", "holdout", "exclude", "consent", "fallback"})
"""Of these, more reaches fewer: another condition, exit, rule."""
_APART = {"trigger", "audience", "exit", "goal", "frequency", "steps", "message"}
"""Fields that are told of apart from the rest, or reach nobody."""
_SHORT = 16
_MEANT: dict[str, tuple[str, ...]] = {
    "attribute": ("type", "directory", "default", "missing_as", "computed", "names"),
    "event": ("call", "identity", "dedupe_key", "occurred_at", "names"),
    "directory": ("values",),
    "list": ("names",),
    "consent": ("names",),
    "channel_group": ("order", "choose"),
}
"""Kind → fields that decide what a condition or a send by it means; the others are for people."""
_INSIDE = frozenset({"segment", "goal"}) | _MEANT.keys()


def wider(before: Reach, after: Reach) -> tuple[str, ...]:
    """Return the keys under which more may be reached than before, or others."""
    keys = sorted(before.keys() | after.keys())
    return tuple(key for key in keys if not _narrower(key, before.get(key, ()), after.get(key, ())))


def _narrower(key: str, before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    if key in _FEWER:
        return set(after) <= set(before)
    if key in _MORE:
        return set(after) >= set(before)
    if key == "send":
        rest = iter(before)
        return all(any(_of_fewer(old, new) for old in rest) for new in after)
    return before == after


def _of_fewer(before: str, after: str) -> bool:
    """Say whether a send is the same, and has the guards it had."""
    (old, *held), (new, *asked) = before.split(), after.split()
    return old == new and set(held) <= set(asked)


class Reaches:
    """What a project says of who gets something; `own` are the addresses of a target's objects.

    What has no object of its own there is part of what uses it, and so are the messages: a target
    may ask for their consent in the chain.
    """

    def __init__(self, program: Program, own: Container[Address]) -> None:
        self._program, self._own = program, own
        self._known: dict[str, str] = {}
        self._told: dict[Address, Reach] = {}
        self._encoder = Encoder(Address("", ""), program, kinds=KEYS)

    def of(self, address: Address) -> Reach:
        """Return who gets something by a resource; nothing is told of what decides nothing."""
        if address not in self._told:
            self._told[address] = self._of(address)
        return self._told[address]

    def _of(self, address: Address) -> Reach:
        match node := self._node(address):
            case Chain() as chain:
                return self._chain(chain)
            case Broadcast() as broadcast:
                return self._broadcast(broadcast)
            case Segment() as segment:
                return {"condition": (self._digest(segment.condition),)}
            case Message() as message:
                return self._message(message)
            case Goal() as goal:
                return {"goal": (self._digest(replace(goal, title=None, description=None)),)}
        return {} if node is None else self._fields(node, _MEANT.get(address.kind, ()))

    def _fields(self, resource: Resource, names: tuple[str, ...]) -> Reach:
        """Return what some fields say, each by itself."""
        body = self._encoder.encode(resource) | {"names": resource.names}
        return {key: (_signed(body[key]),) for key in names if body.get(key) not in (None, {})}

    def _node(self, address: Address) -> Resource | None:
        """Return a resource; what a pass made of it, `welcome__2`, is it as well."""
        if address.kind not in KEYS:
            return None
        found = self._program.find(address.kind, address.id)
        return found or self._program.find(address.kind, address.id.partition("__")[0])

    def _chain(self, chain: Chain) -> Reach:
        chain = salted(chain)
        sends = [node.send for node in walk(chain) if isinstance(node, Send)]
        refs = [one for send in sends for one in (send.message, *send.messages) if one is not None]
        sources = [Source(one.id, chain.id, None) for one in refs]
        free = _free(chain)
        ends = (*chain.exit, *(one for one in chain.goal if one.exits))
        made = {
            "trigger": self._each(chain.trigger),
            "audience": self._conjuncts(chain.audience),
            "exit": self._each(ends),
            "frequency": self._rules(sources),
            "steps": (self._digest(_skeleton(chain, free)),),
            "send": tuple(self._sends(chain.steps, free)),
        }
        held = chain.holdout and replace(chain.holdout, salt=holdout_salt(chain))
        return made | self._rest(replace(chain, steps=(), audience=None, holdout=held))

    def _broadcast(self, broadcast: Broadcast) -> Reach:
        again = broadcast.resend and replace(broadcast.resend, subject=None)
        made = {
            "message": (self._digest(broadcast.message), *self._sent(broadcast.message)),
            "include": self._each(broadcast.audience.include),
            "exclude": self._each(broadcast.audience.exclude),
            "frequency": self._rules([Source(broadcast.message.id, None, broadcast.id)]),
        }
        return made | self._rest(replace(broadcast, resend=again))

    def _rest(self, resource: Chain | Broadcast) -> Reach:
        """Return what is said in other fields, each by itself."""
        body = self._encoder.encode(resource)
        return {key: (_signed(value),) for key, value in body.items() if key not in _APART}

    def _message(self, message: Message) -> Reach:
        channel = self._program.channels.get(message.channel.id)
        consent = message.consent or (channel.consent if channel is not None else None)
        quiet = channel.quiet_hours if channel is not None else None
        return {
            "channel": (self._digest(message.channel),),
            "category": (message.category,),
            "topic": () if message.topic is None else (self._digest(message.topic),),
            "consent": () if consent is None else (self._digest(consent),),
            "fallback": () if message.fallback is None else (self._digest(message.fallback),),
            "quiet_hours": () if quiet is None else (self._digest(quiet),),
        }

    def _rules(self, sources: Iterable[Source]) -> tuple[str, ...]:
        """Return the frequency rules over what is sent."""
        known = self._program.messages
        held = [over(self._program, one) for one in sources if one.message in known]
        found = {rule.id: rule for one in held for rule in (*one.limits, *one.pauses)}
        for id_ in found.keys() - self._known.keys():
            self._known[id_] = self._digest(replace(found[id_], title=None, description=None))
        return tuple(sorted(self._known[id_] for id_ in found))

    def _conjuncts(self, condition: Condition | None) -> tuple[str, ...]:
        """Return the conditions that all must hold."""
        if condition is None:
            return ()
        made = nnf(condition)
        return self._each(made.all if isinstance(made, All) else (made,))

    def _sends(
        self, value: object, free: Callable[[Located], bool], at: Path = ()
    ) -> Iterator[str]:
        """Yield the sends that may be left out: where each stands, what it is, what guards it."""
        if isinstance(value, tuple):
            place = 0
            for item in value:
                if isinstance(item, Located) and free(item):
                    yield self._send(item, (*at, place))
                    continue
                yield from self._sends(item, free, (*at, place))
                place += 1
        elif isinstance(value, Located):
            for name in value.__struct_fields__:
                yield from self._sends(getattr(value, name), free, (*at, name))

    def _send(self, step: Located, at: Path) -> str:
        assert isinstance(step, Send)  # noqa: S101 - no other step is free
        unless = None if step.unless is None else nnf(step.unless, no=True)
        guards = (*self._conjuncts(step.only), *self._conjuncts(unless))
        bare = replace(step, only=None, unless=None, title=None)
        head, *addresses = self._digest(bare).split(AT)
        return " ".join((AT.join((_hash([at, head]), *addresses)), *guards))

    def _each(self, nodes: Iterable[Located]) -> tuple[str, ...]:
        return tuple(sorted({self._digest(node) for node in nodes}))

    def _digest(self, node: Located) -> str:
        """Return the digest of a node, and of what it refers to that has no object of its own."""
        encoder = self._encoder
        said = encoder.reference(node) if isinstance(node, Ref) else encoder.encode(node)
        return _signed(said, *sorted(self._inside(node), key=_anonymous))

    def _inside(self, node: Located) -> Iterator[str]:
        for one in walk(node):
            match one:
                case Ref() if one.kind in _INSIDE:
                    yield from self._sent(one)
                case Tagged():
                    yield from self._tagged(one)
                case SendChoice():
                    for ref in (one.message, *one.messages):
                        yield from () if ref is None else self._sent(ref)

    def _sent(self, ref: Ref) -> Iterator[str]:
        """Yield what is said of who gets a message, or is in a segment that is no object."""
        address = Address(ref.kind, ref.id)
        if ref.kind == "message" or address not in self._own:
            told = self.of(address)
            yield from (f"{key} {one}" for key in sorted(told) for one in told[key])

    def _tagged(self, tagged: Tagged) -> Iterator[str]:
        """Yield the messages of a tag."""
        for message in self._program.messages.values():
            if any(tag.id == tagged.tag.id for tag in message.tags):
                yield f"tagged{AT}message.{message.id}"


def _signed(value: object, *inside: str) -> str:
    """Return the digest of plain data and of the digests of what it refers to."""
    names: dict[str, int] = {}
    said = _numbered(value, names)
    parts = [[_number(one, names) for one in told.split(" ")] for told in inside]
    return AT.join((_hash([said, parts]), *names))


def _numbered(value: object, names: dict[str, int]) -> object:
    """Return data with a number for each address; they come in the order of its keys."""
    if is_reference(value):
        return {REFERENCE: names.setdefault(str(value[REFERENCE]), len(names))}  # type: ignore[index]
    if isinstance(value, dict):
        return {key: _numbered(value[key], names) for key in sorted(value)}
    return [_numbered(one, names) for one in value] if isinstance(value, list) else value


def _anonymous(told: str) -> str:
    return " ".join(one.partition(AT)[0] for one in told.split(" "))


def _number(told: str, names: dict[str, int]) -> list[object]:
    head, *addresses = told.split(AT)
    return [head, *(names.setdefault(one, len(names)) for one in addresses)]


def _hash(value: object) -> str:
    return digest(canonical(value)).partition(":")[2][:_SHORT]


def _free(chain: Chain) -> Callable[[Located], bool]:
    """Return what says of a step that it is a send after which nothing asks."""
    nodes = list(walk(chain))
    asked = {node.to.id for node in nodes if isinstance(node, JumpTo)}
    asked |= {node.step.id for node in nodes if isinstance(node, StepResult)}
    asked |= {str(getattr(node, "since", None)) for node in nodes}
    reactions = [one for one in nodes if isinstance(one, (MessageReaction, ChannelReaction))]
    named = {getattr(getattr(one, "message", None), "id", None) for one in reactions}

    def free(step: Located) -> bool:
        if not isinstance(step, Send) or step.send.message is None or step.id in asked:
            return False
        return None not in named and step.send.message.id not in named

    return free


def _skeleton(chain: Chain, free: Callable[[Located], bool]) -> Chain:
    """Return the steps alone, without free sends and without what is for people."""

    def change(node: Located) -> Located | tuple[Located, ...] | None:
        if free(node) or (isinstance(node, Note) and node.id is None):
            return ()
        if isinstance(node, Step) and node.title is not None:
            return rewrite(replace(node, title=None), change)
        return None

    steps: Steps = rewrite(chain, change).steps
    return Chain(id="", trigger=(), steps=steps)
