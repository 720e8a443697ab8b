"""Which frequency rules hold for a scenario, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.chain import Chain
from crmspec.render.journey import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.audience import Broadcast
    from crmspec.ir.frequency import Frequency, Scope
    from crmspec.ir.message import Message
    from crmspec.ir.value import Ref
    from crmspec.render.table import Item
    from crmspec.render.view import View


def caps(scenario: Chain | Broadcast, view: View) -> tuple[Item, ...]:
    """Return the rules a scenario names (or the project for it), and those whose scope it meets."""
    named = {ref.id for ref in scenario.frequency or _defaults(scenario, view)}
    sends = view.index.sends(kind_of(scenario), scenario)
    messages = [view.program.messages[id_] for id_ in sends if id_ in view.program.messages]
    return tuple(
        view.item("frequency", rule, rule_words(rule, view))
        for rule in view.program.frequency.values()
        if rule.id in named or _meets(rule, scenario, messages)
    )


def _defaults(scenario: Chain | Broadcast, view: View) -> tuple[Ref, ...]:
    defaults = view.program.project.defaults
    shared = defaults.chain.frequency if defaults and defaults.chain else ()
    return shared if isinstance(scenario, Chain) else ()


def _meets(rule: Frequency, scenario: Chain | Broadcast, messages: list[Message]) -> bool:
    scope = rule.block if rule.after else rule.applies_to
    return scope is not None and any(covers(scope, scenario, message) for message in messages)


def covers(scope: Scope, scenario: Chain | Broadcast, message: Message) -> bool:
    """Say whether a scope holds a scenario's message: every given list must name it."""
    tags = {ref.id for ref in (*message.tags, *scenario.tags)}
    pairs: tuple[tuple[set[str], set[str]], ...] = (
        ({ref.id for ref in scope.channels}, {message.channel.id}),
        (set(scope.categories), {message.category}),
        ({topic.id for topic in scope.topics}, {message.topic.id} if message.topic else set()),
        ({ref.id for ref in scope.tags}, tags),
        ({ref.id for ref in scope.chains}, {scenario.id}),
        ({ref.id for ref in scope.messages}, {message.id}),
    )
    return all(not wanted or wanted & has for wanted, has in pairs)


def rule_words(rule: Frequency, view: View) -> str:
    """Return what a rule allows."""
    return ", ".join(_limits(rule, view))


def _limits(rule: Frequency, view: View) -> Iterator[str]:
    say, amount = view.vocabulary.say, view.words.amount
    for limit in rule.limits:
        yield say("cap", n=limit.max, d=amount.duration(limit.per))
    if rule.min_gap:
        yield say("cap.min_gap", d=amount.duration(rule.min_gap))
    if rule.after:
        rest = amount.duration(rule.for_) if rule.for_ else ""
        event = view.words.ref(rule.after.event) + view.words.where(
            rule.after.where, rule.after.event
        )
        yield say("cap.rest", d=rest, event=event)
