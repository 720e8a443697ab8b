"""Which messages a frequency rule counts (semantics 8.13, 8.14, 8.22, 8.24, 8.25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crmspec.ir.frequency import Frequency, Scope
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program
    from crmspec.ir.value import Name, Ref


class Counted:
    """The messages that one frequency rule counts, by message and the chain that sends it."""

    def __init__(self, program: Program, rule: Frequency) -> None:
        self.rule = rule
        self.everywhere = _fitting(program.messages, rule.applies_to)
        self.bypass = _fitting(program.messages, rule.bypass) if rule.bypass else frozenset()
        self.exempt = frozenset() if _names_transactional(rule) else _transactional(program)
        self.chains = _chains(rule.applies_to)
        self.passing = _chains(rule.bypass)
        self.naming = _naming(program, rule.id)

    def counts(self, message: str, source: str) -> bool:
        """Say whether a message counts when a chain or broadcast sends it."""
        if message in self.exempt:
            return False
        if message in self.bypass and (not self.passing or source in self.passing):
            return False
        if source in self.naming:
            return True
        return message in self.everywhere and (not self.chains or source in self.chains)


_OWN: dict[str, Callable[[Message], set[str]]] = {
    "channels": lambda message: {message.channel.id},
    "categories": lambda message: {message.category},
    "topics": lambda message: {message.topic.id} if message.topic is not None else set(),
    "tags": lambda message: _ids(message.tags),
    "messages": lambda message: {message.id},
}


def _asked(scope: Scope) -> list[tuple[set[str], Callable[[Message], set[str]]]]:
    """Return what a scope names, and how a message answers to it."""
    named: dict[str, set[str]] = {
        "channels": _ids(scope.channels),
        "categories": set(scope.categories),
        "topics": _ids(scope.topics),
        "tags": _ids(scope.tags),
        "messages": _ids(scope.messages),
    }
    return [(ids, _OWN[field]) for field, ids in named.items() if ids]


def _ids(named: Iterable[Name | Ref]) -> set[str]:
    return {one.id for one in named}


def _fitting(messages: Mapping[str, Message], scope: Scope | None) -> frozenset[str]:
    if scope is None:
        return frozenset(messages)
    asked = _asked(scope)
    return frozenset(
        id_
        for id_, message in messages.items()
        if all(named & own(message) for named, own in asked)
    )


def _transactional(program: Program) -> frozenset[str]:
    return frozenset(
        id_ for id_, message in program.messages.items() if message.category == "transactional"
    )


def _names_transactional(rule: Frequency) -> bool:
    return rule.applies_to is not None and "transactional" in rule.applies_to.categories


def _chains(scope: Scope | None) -> frozenset[str]:
    return frozenset(one.id for one in scope.chains) if scope is not None else frozenset()


def _naming(program: Program, rule: str) -> frozenset[str]:
    """Return the chains and broadcasts that name a rule themselves."""
    chains = {one.id for one in program.chains.values() if rule in _ids(one.frequency)}
    mailings = {one.id for one in program.broadcasts.values() if rule in _ids(one.frequency)}
    return frozenset(chains | mailings)
