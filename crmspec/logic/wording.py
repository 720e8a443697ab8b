"""What the messages of a program say and who sends them, worked out once for all rules."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from msgspec import structs

from crmspec.content.parts import Messages, content_of
from crmspec.ir.audience import Broadcast
from crmspec.ir.step import Send, StartChain
from crmspec.ir.value import Template
from crmspec.ir.walk import walk
from crmspec.resolve.catalog import Catalog
from crmspec.template.namespace import chain_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crmspec.content.parts import Parts
    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
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


class Wording:
    """The messages of a program, their templates, parts and senders.

    `sources` are the files by path; with them, places inside of quoted texts are exact.
    """

    def __init__(
        self, program: Program, memory: Memory, sources: Mapping[str, Source] | None = None
    ) -> None:
        self.program = program
        self.memory = memory
        self.sources = sources or {}
        self.messages = Messages(program, sources)
        self.library = self.messages.library
        self.catalog = Catalog(program)
        self._shapes: dict[str, Shape] = {}

    @cached_property
    def blocks(self) -> dict[str, Body]:
        """Return the blocks of the project."""
        return self.library.blocks()

    def parts(self, message: Message) -> Iterator[Parts]:
        """Yield what the customer is sent, language by language."""
        for locale in self.messages.locales(message):
            yield self.messages.parts(message, locale)

    def templates(self, message: Message) -> Iterator[Parsed]:
        """Yield the templates of a message itself, and the layout around it."""
        for node in walk(message):
            if isinstance(node, Template):
                yield self.library.inline(node)
        for locale in self.messages.locales(message):
            yield self.library.file(content_of(message, locale).file)
        layout = self.program.layouts.get(message.layout.id) if message.layout else None
        if layout is not None:
            yield self.library.of(layout)

    def written(self, span: Span) -> str:
        """Return what the author wrote at a place; nothing if the file is not at hand."""
        source = self.sources.get(span.path)
        if source is not None:
            return source.text[span.start : span.end]
        name = span.path.removeprefix(f"{self.library.folder}/")
        return self.program.files.get(name, "")[span.start : span.end]

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
    def starters(self) -> dict[str, tuple[Chain, ...]]:
        """Return the chains that start each chain."""
        found: dict[str, dict[str, Chain]] = defaultdict(dict)
        for chain in self.program.chains.values():
            for started in self._of_chain(chain)[1]:
                found[started][chain.id] = chain
        return {id_: tuple(chains.values()) for id_, chains in found.items()}

    def _of_chain(self, chain: Chain) -> tuple[tuple[Send, ...], tuple[str, ...]]:
        """Return the sends of a chain and the chains that it starts."""
        return self.memory.recall("wording of chain", (chain,), partial(_acts, chain))

    def payloads(self, sender: Chain | Broadcast) -> list[Payload] | None:
        """Return what the event carries that starts a sender; None if that is not known."""
        return [] if isinstance(sender, Broadcast) else self.catalog.triggers(sender)

    def chain_shape(self, chain: Chain) -> Shape:
        """Return the variables of a chain, as far as templates see them."""
        if chain.id not in self._shapes:
            around = self.starters.get(chain.id, ())
            seen = structs.replace(self.program, chains={one.id: one for one in around})
            self._shapes[chain.id] = chain_shape(seen, chain, self.payloads(chain))
        return self._shapes[chain.id]

    def each(
        self, kind: str, make: Callable[[Message], Iterable[ResultT]]
    ) -> Iterator[ResultT]:
        """Yield what is made of each message, from the run before if nothing of it has changed.

        It may depend on the message, on its senders and the chains that start them, and on what in
        the program is neither message, chain nor broadcast.
        """
        for message in self.program.messages.values():
            senders = [one.sender for one in self.sendings.get(message.id, ())]
            starters = [chain for one in senders for chain in self.starters.get(one.id, ())]
            subjects = (self.world, message, *senders, *starters)
            yield from self.memory.recall(kind, subjects, partial(_listed, make, message))

    @cached_property
    def world(self) -> World:
        """Return a thing that stays the same while nothing changes that all messages see."""
        made = World.of(self.program)
        known = self.memory.left("world of messages")
        if isinstance(known, World) and known.is_same(made):
            return known
        self.memory.leave("world of messages", made)
        return made


class World:
    """What all messages see: files by their text, everything else by the very objects."""

    def __init__(self, nodes: tuple[object, ...], files: dict[str, str]) -> None:
        self.nodes = nodes
        self.files = files

    @classmethod
    def of(cls, program: Program) -> World:
        """Return what the messages of a program see."""
        own = frozenset({"message", "chain", "broadcast", "test", "persona"})
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
