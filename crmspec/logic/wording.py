"""What the messages of a program say and who sends them, worked out once for all rules."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar, cast

from msgspec import structs

from crmspec.content.fixture import Crowd, Fixture, Fixtures
from crmspec.content.parts import Messages, content_of
from crmspec.document import Mapping
from crmspec.ir.audience import Broadcast
from crmspec.ir.step import Send, StartChain
from crmspec.ir.value import Template
from crmspec.ir.walk import walk
from crmspec.resolve.catalog import Catalog
from crmspec.template.bound import DEPTH, TooMuchError
from crmspec.template.evaluate import evaluate
from crmspec.template.namespace import chain_shape, scope
from crmspec.template.reading import included, pieces
from crmspec.template.shape import ANY, Scope
from crmspec.template.tree import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as Reading

    from crmspec.content.parts import Parts
    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Block, Message
    from crmspec.ir.place import Place
    from crmspec.ir.program import Program
    from crmspec.ir.value import Ref
    from crmspec.resolve.catalog import Payload
    from crmspec.source import Memory, Source, Span
    from crmspec.template.problem import Parsed
    from crmspec.template.shape import Shape
    from crmspec.template.tree import Body

ResultT = TypeVar("ResultT")


class Sending(NamedTuple):
    """A chain or broadcast that sends a message, and where it says so."""

    sender: Chain | Broadcast
    reference: Ref
    step: Send | None = None


class View(NamedTuple):
    """What a made-up customer reads; `texts` are the fields of `parts`, without the page."""

    parts: Parts
    fixture: Fixture
    texts: dict[str, str]

    @property
    def is_likely(self) -> bool:
        """Say whether there are many such customers: none whose values are made to be awkward."""
        return self.fixture.trait in {None, "typical"}


class Wording:
    """The messages of a program, their templates, parts and senders.

    `sources` are the files by path; with them, places inside of quoted texts are exact.
    """

    def __init__(
        self, program: Program, memory: Memory, sources: Reading[str, Source] | None = None
    ) -> None:
        self.program = program
        self.memory = memory
        self.sources = sources or {}
        self.messages = Messages(program, sources, self.sends)
        self.library = self.messages.library
        self.catalog = Catalog(program)
        self._shapes: dict[str, Shape] = {}
        self._fixtures: dict[tuple[str | None, ...], tuple[Fixture, ...]] = {}
        self._makers: dict[tuple[str, ...], Fixtures] = {}
        self._latest: tuple[Message, dict[str, object]] | None = None
        self._each: dict[str, tuple[object, ...]] = {}

    @cached_property
    def blocks(self) -> dict[str, Body]:
        """Return the blocks of the project; those that grow without measure are empty."""
        found = {id_: self._whole(one) for id_, one in self.program.blocks.items()}
        sizes = _sizes(found)
        return {id_: body if sizes[id_] <= LARGEST else () for id_, body in found.items()}

    def _whole(self, block: Block) -> Body:
        joined = self.library.joined(self.library.of(block), block.file)
        return tuple(piece for read in joined for piece in read.body)

    def parts(self, message: Message) -> Iterator[Parts]:
        """Yield what the customer is sent, language by language."""
        yield from self.lately("parts", message, lambda: tuple(self._parts(message)))

    def _parts(self, message: Message) -> Iterator[Parts]:
        for locale in self.messages.locales(message):
            yield self.messages.parts(message, locale)

    def templates(self, message: Message) -> Iterator[Parsed]:
        """Yield the templates of a message itself, and the layout around it."""
        yield from self.own(message)
        yield from self._around(message)

    def own(self, message: Message) -> Iterator[Parsed]:
        """Yield the templates of a message without its layout."""
        for _, read in self.inline(message):
            yield read
        yield from self._bodies(message)

    def inline(self, message: Message) -> tuple[tuple[Template, Parsed], ...]:
        """Return the templates that stand in a message, as written and as read."""
        return self.lately("inline", message, lambda: tuple(self._inline(message)))

    def _inline(self, message: Message) -> Iterator[tuple[Template, Parsed]]:
        for node in walk(message):
            if isinstance(node, Template):
                yield node, self.library.inline(node)

    def files(self, message: Message) -> Iterator[Parsed]:
        """Yield the templates of a message that do not stand in it: its files and its layout."""
        yield from self._bodies(message)
        yield from self._around(message)

    def _around(self, message: Message) -> Iterator[Parsed]:
        layout = self.program.layouts.get(message.layout.id) if message.layout else None
        if layout is not None:
            yield from self.library.joined(self.library.of(layout), layout.file)

    def views(self, message: Message) -> tuple[View, ...]:
        """Return what made-up customers read: the project's personas, typical and awkward ones.

        A message in which nothing varies is read by one of them.
        """
        return self.lately("views", message, lambda: tuple(self._views(message)))

    def _views(self, message: Message) -> Iterator[View]:
        for parts in self.parts(message):
            yield from self._views_of(parts)

    def _views_of(self, parts: Parts) -> Iterator[View]:
        fields = {
            name: body
            for name, body in parts.fields.items()
            if not (name == "html" or (name == "text" and parts.type == "email"))
        }
        same = {name: read(body, NOBODY) for name, body in fields.items() if not varies(body)}
        fixtures = self.fixtures(parts.message, parts.locale) if len(same) < len(fields) else ()
        for fixture in fixtures or (NOBODY,):
            texts = {
                name: same[name] if name in same else read(body, fixture)
                for name, body in fields.items()
            }
            yield View(parts, fixture, texts)

    def place(self, parts: Parts, field: str) -> Span:
        """Return where the author wrote a field; the message's id if it cannot be said."""
        path = [int(key) if key.isdigit() else key for key in field.split(".")]
        own = parts.message.locales.get(parts.locale or "")
        places: list[Place] = [parts.message.place]
        if own is not None:
            places.insert(0, own.place)
        for place in places:
            if isinstance(place.node, Mapping) and path[0] in place.node.entries:
                return place.value(*path)
        return parts.message.place.name

    def fixtures(self, message: Message, locale: str | None) -> tuple[Fixture, ...]:
        """Return made-up customers who are sent a message, the same for all from its senders.

        What they know of the message itself may be another's: its parts hold that already.
        """
        senders = [one.sender for one in self.sendings.get(message.id, ())]
        ids = tuple(dict.fromkeys(one.id for one in senders))
        if (locale, *ids) not in self._fixtures:
            if len(self._fixtures) >= MANY:
                self._fixtures.clear()
                self._makers.clear()
            if ids not in self._makers:
                self._makers[ids] = self._maker(senders)
            self._fixtures[locale, *ids] = self._makers[ids].of(message, locale)
        return self._fixtures[locale, *ids]

    def _maker(self, senders: list[Chain | Broadcast]) -> Fixtures:
        """Return what makes the fixtures of messages that have the same senders."""
        around = [chain for one in senders for chain in self.starters.get(one.id, ())]
        chains = {one.id: one for one in (*senders, *around) if not isinstance(one, Broadcast)}
        seen = structs.replace(self.program, chains=chains, broadcasts={})
        return Fixtures(seen, self.crowd)

    def bodies(self, message: Message) -> Iterator[Parsed]:
        """Yield what stands in the layouts of a message: its bodies and slots."""
        contents = [content_of(message, locale) for locale in self.messages.locales(message)]
        for content in contents:
            own = (content.body,) if content.body is not None else ()
            for template in (*own, *content.slots.values()):
                yield self.library.inline(template)
        yield from self._bodies(message)

    def _bodies(self, message: Message) -> Iterator[Parsed]:
        for locale in self.messages.locales(message):
            file = content_of(message, locale).file
            yield from self.library.joined(self.library.file(file), file)

    def written(self, span: Span) -> str:
        """Return what the author wrote at a place; nothing if the file is not at hand."""
        source = self.sources.get(span.path)
        if source is not None:
            return source.text[span.start : span.end]
        name = span.path.removeprefix(f"{self.library.folder}/")
        return self.program.files.get(name, "")[span.start : span.end]

    @cached_property
    def scope(self) -> Scope:
        """Return what a template sees whoever sends it."""
        found = scope(self.program)
        return Scope(names={**found.names, "slots": ANY}, inputs=found.inputs)

    @cached_property
    def sendings(self) -> dict[str, tuple[Sending, ...]]:
        """Return who sends each message; a message that nobody sends is left out."""
        found: dict[str, list[Sending]] = defaultdict(list)
        for chain in self.program.chains.values():
            for send in self._of_chain(chain)[0]:
                choice = send.send
                for one in (*((choice.message,) if choice.message else ()), *choice.messages):
                    found[one.id].append(Sending(chain, one, send))
        for broadcast in self.program.broadcasts.values():
            found[broadcast.message.id].append(Sending(broadcast, broadcast.message))
        return {id_: tuple(sendings) for id_, sendings in found.items()}

    @cached_property
    def crowd(self) -> Crowd:
        """Return what made-up customers are in this project."""
        return Crowd(self.program)

    @cached_property
    def starters(self) -> dict[str, tuple[Chain, ...]]:
        """Return the chains that start each chain."""
        found: dict[str, dict[str, Chain]] = defaultdict(dict)
        for chain in self.program.chains.values():
            for started in self._of_chain(chain)[1]:
                found[started][chain.id] = chain
        return {id_: tuple(chains.values()) for id_, chains in found.items()}

    def sends(self, chain: Chain) -> tuple[Send, ...]:
        """Return the steps of a chain that send."""
        return self._of_chain(chain)[0]

    def _of_chain(self, chain: Chain) -> tuple[tuple[Send, ...], tuple[str, ...]]:
        """Return the sends of a chain and the chains that it starts."""
        return self.memory.recall("wording of chain", (chain,), partial(_acts, chain))

    def payloads(self, sender: Chain | Broadcast) -> list[Payload] | None:
        """Return what the event carries that starts a sender; None if that is not known."""
        return [] if isinstance(sender, Broadcast) else self.catalog.starts(sender)

    def chain_shape(self, chain: Chain) -> Shape:
        """Return the variables of a chain, as far as templates see them."""
        if chain.id not in self._shapes:
            around = self.starters.get(chain.id, ())
            seen = structs.replace(self.program, chains={one.id: one for one in around})
            self._shapes[chain.id] = chain_shape(seen, chain, self.payloads(chain))
        return self._shapes[chain.id]

    def lately(self, kind: str, message: Message, make: Callable[[], ResultT]) -> ResultT:
        """Return what was made of the message that was asked for last, or make it."""
        if self._latest is None or self._latest[0] is not message:
            if self._latest is not None:
                self.messages.forget(self._latest[0])
            self._latest = message, {}
        made = self._latest[1]
        if kind not in made:
            made[kind] = make()
        return cast("ResultT", made[kind])

    def each(self, kind: str, make: Callable[[Message], Iterable[ResultT]]) -> tuple[ResultT, ...]:
        """Return what is made of each message, from the run before if nothing of it has changed.

        It may depend on the message, on its senders and the chains that start them, and on what in
        the program is neither message, chain nor broadcast.
        """
        if kind not in self._each:
            recall = self.memory.recall
            self._each[kind] = tuple(
                one
                for message, subjects in self.subjects
                for one in recall(kind, subjects, partial(_listed, make, message))
            )
        return cast("tuple[ResultT, ...]", self._each[kind])

    @cached_property
    def subjects(self) -> tuple[tuple[Message, tuple[object, ...]], ...]:
        """Return each message with all that it may depend on."""
        found: list[tuple[Message, tuple[object, ...]]] = []
        for message in self.program.messages.values():
            senders = [one.sender for one in self.sendings.get(message.id, ())]
            starters = [chain for one in senders for chain in self.starters.get(one.id, ())]
            found.append((message, (self.world, message, *senders, *starters)))
        return tuple(found)

    @cached_property
    def world(self) -> World:
        """Return a thing that stays the same while nothing changes that all messages see."""
        made = World.of(self.program)
        known = self.memory.left("world of messages")
        if isinstance(known, World) and known.is_same(made):
            return known
        self.memory.leave("world of messages", made)
        return made


MANY: Final = 300
"""Groups of made-up customers that are kept; messages of one sender come one after the other."""
LARGEST: Final = 5_000
"""Pieces of a block with all that it includes; blocks inside blocks can double on and on."""
NOBODY: Final = Fixture(id="anybody", title="anybody", values={})
"""Reads what is the same for all."""


def varies(body: Body) -> bool:
    """Say whether not all customers read the same."""
    return any(not isinstance(one, Text) for one in body)


def read(body: Body, fixture: Fixture) -> str:
    """Return what a customer reads; nothing if it is too much to be evaluated."""
    try:
        return evaluate(body, fixture.values, {})
    except TooMuchError:
        return ""


class World:
    """What all messages see: files by their text, everything else by the very objects."""

    def __init__(self, nodes: tuple[object, ...], files: dict[str, str]) -> None:
        self.nodes = nodes
        self.files = files

    @classmethod
    def of(cls, program: Program) -> World:
        """Return what the messages of a program see."""
        own = frozenset({"message", "chain", "broadcast", "test"})
        nodes = [node for kind, node in program.resources() if kind not in own]
        return cls((program.project, program.identity, *nodes), program.files)

    def is_same(self, other: World) -> bool:
        """Say whether nothing has changed."""
        same = len(self.nodes) == len(other.nodes) and all(
            one is two for one, two in zip(self.nodes, other.nodes, strict=True)
        )
        return same and self.files == other.files


def _acts(chain: Chain) -> tuple[tuple[Send, ...], tuple[str, ...]]:
    nodes = list(walk(chain))
    sends = tuple(node for node in nodes if isinstance(node, Send))
    started = [node.start_chain.chain.id for node in nodes if isinstance(node, StartChain)]
    return sends, tuple(dict.fromkeys(started))


def _listed(make: Callable[[Message], Iterable[ResultT]], message: Message) -> tuple[ResultT, ...]:
    return tuple(make(message))


def _sizes(blocks: dict[str, Body]) -> dict[str, int]:
    """Return how many pieces blocks are with all that they include; in a circle, once round."""
    sizes: dict[str, int] = {}

    def size(id_: str, depth: int = 0) -> int:
        if depth > DEPTH:
            return LARGEST + 1
        if id_ not in sizes:
            sizes[id_] = 0
            body = blocks.get(id_, ())
            total = sum(1 for _ in pieces(body))
            sizes[id_] = total + sum(size(one.block, depth + 1) for one in included(body))
        return sizes[id_]

    for id_ in blocks:
        size(id_)
    return sizes
