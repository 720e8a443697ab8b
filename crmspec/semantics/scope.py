"""Which frequency rules hold a message, and which count it (semantics 8.11-8.14, 8.22, 8.24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from crmspec.ir.frequency import Frequency, Scope
    from crmspec.ir.message import Message
    from crmspec.ir.program import Program


class Source(NamedTuple):
    """A message and who sends it: a chain or a broadcast."""

    message: str
    chain: str | None
    broadcast: str | None


class Held(NamedTuple):
    """The rules over a source: those whose limits hold it, that pause it, that count it."""

    limits: tuple[Frequency, ...]
    pauses: tuple[Frequency, ...]
    counted: frozenset[str]


def fits(scope: Scope, message: Message, chain: str | None) -> bool:
    """Say whether a message is in a scope: every key that is written must fit (semantics 8.13)."""
    named = (
        (scope.channels, message.channel.id),
        (scope.topics, None if message.topic is None else message.topic.id),
        (scope.chains, chain),
        (scope.messages, message.id),
    )
    if any(refs and one not in {ref.id for ref in refs} for refs, one in named):
        return False
    if scope.categories and message.category not in scope.categories:
        return False
    return not scope.tags or not {t.id for t in scope.tags}.isdisjoint(t.id for t in message.tags)


def over(program: Program, source: Source) -> Held:
    """Return the rules over what a source sends."""
    message = program.messages[source.message]
    named = _named(program, source)
    limits, pauses = [], []
    for rule in program.frequency.values():
        if rule.status == "draft" or _bypassed(rule, message, source):
            continue
        limited = bool(rule.limits) or rule.min_gap is not None
        if limited and (rule.id in named or _in(rule.applies_to, message, source)):
            limits.append(rule)
        if rule.after is not None and (rule.id in named or _in(rule.block, message, source)):
            pauses.append(rule)
    counted = frozenset(rule.id for rule in limits if _counts(rule, message))
    if message.category == "transactional":
        return Held((), (), counted)
    return Held(tuple(limits), tuple(pauses), counted)


def _in(scope: Scope | None, message: Message, source: Source) -> bool:
    return scope is None or fits(scope, message, source.chain)


def _bypassed(rule: Frequency, message: Message, source: Source) -> bool:
    return rule.bypass is not None and fits(rule.bypass, message, source.chain)


def _counts(rule: Frequency, message: Message) -> bool:
    """Say whether a rule counts a message; transactional ones only by name (semantics 8.24)."""
    if message.category != "transactional":
        return True
    return rule.applies_to is not None and message.category in rule.applies_to.categories


def _named(program: Program, source: Source) -> frozenset[str]:
    """Return the rules that the chain or broadcast names (semantics 8.14)."""
    if source.chain is not None:
        chain = program.chains.get(source.chain)
        return frozenset(ref.id for ref in chain.frequency) if chain else frozenset()
    if source.broadcast is not None:
        broadcast = program.broadcasts.get(source.broadcast)
        return frozenset(ref.id for ref in broadcast.frequency) if broadcast else frozenset()
    return frozenset()
