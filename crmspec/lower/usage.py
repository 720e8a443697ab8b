"""Who refers to messages, and whether several could stand for one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text
from crmspec.ir import Ref, walk
from crmspec.ir.condition import MessageReaction
from crmspec.ir.frequency import Scope
from crmspec.ir.step import Send, SendChoice
from crmspec.ir.trigger import MessageTrigger
from crmspec.lower import flow
from crmspec.lower.element import FAMILIES
from crmspec.semantics.reaction import REACTIONS

if TYPE_CHECKING:
    from crmspec.ir import Located, Program
    from crmspec.ir.chain import Chain


class Usage:
    """All that refers to the messages of a program."""

    def __init__(self, program: Program) -> None:
        self._sends: dict[str, list[tuple[Chain, Send]]] = {}
        self._bound: dict[str, Text] = {}
        for chain in program.chains.values():
            for node in walk(chain):
                if isinstance(node, Send):
                    for ref in _messages(node.send):
                        self._sends.setdefault(ref.id, []).append((chain, node))
        for kind, resource in program.resources():
            if kind in FAMILIES["kind"]:
                self._bind(resource, resource.id)

    def chains(self, message: str) -> list[Chain]:
        """Return the chains that send a message."""
        return list({chain.id: chain for chain, _ in self._sends.get(message, ())}.values())

    def refusal(self, message: str) -> Text | None:
        """Say why several messages cannot stand for one, None if they can."""
        for chain, step in self._sends.get(message, ()):
            named = flow.ids(chain, step.id)
            if named is None or named.inner is not None:
                return flow.RESULT
            if flow.looks_first(chain, step):
                return flow.FIRST
        return self._bound.get(message)

    def _bind(self, resource: Located, id_: str) -> None:
        free: set[int] = set()
        for node in walk(resource):
            if isinstance(node, SendChoice):
                why = text("a send chooses among several messages")
                self._bound |= {ref.id: why for ref in node.messages}
            elif isinstance(node, MessageReaction) and _counts(node):
                why = text("a condition of `{who}` counts it", who=id_)
                self._bound |= {ref.id: why for ref in _messages(node)}
            if isinstance(node, (SendChoice, MessageReaction, MessageTrigger, Scope)):
                free |= {id(ref) for ref in _messages(node)}
            elif isinstance(node, Ref) and node.kind == "message" and id(node) not in free:
                self._bound[node.id] = text("`{who}` takes one message", who=id_)


def _messages(node: Located) -> list[Ref]:
    """Return the messages that a node itself names."""
    named = [getattr(node, "message", None), *getattr(node, "messages", ())]
    return [one for one in named if isinstance(one, Ref)]


def _counts(leaf: MessageReaction) -> bool:
    tests = (test for name in REACTIONS for test in getattr(leaf, name))
    return any(not isinstance(test.operand, bool) for test in tests)
